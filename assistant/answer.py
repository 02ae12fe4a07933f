"""Passages become an answer in the documents' own words, each quotation checked and cited, or an honest refusal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from assistant.confidence import confidence, why_not
from assistant.found import Found
from assistant.question import Understood
from assistant.quotes import Quote
from assistant.ranking import Ranking
from assistant.selection import SHOWN
from assistant.table import Table
from assistant.wording import in_words, inspected_in_words, label, passage_label, shown, whose_words
from index.describe import Facts
from index.library import Library
from index.search import Hit
from index.stored import StoredDocument, StoredPassage

Status = Literal["answered", "refused"]

SOME_ONLY = "This is what some of the documents say. It is no complete list of authorities."
NAMED = 3  # authorities at most in a phrase; more are counted


@dataclass(frozen=True)
class Citation:
    """Where a quotation stands. `quote == text of the document[start:end]`; `page` is None where there are none.

    `paragraph` counts below the heading `section`, where there are no pages. `later` is a document of the newest
    inspection of the same authority, where the cited one is older.
    """

    number: int
    document: StoredDocument
    quote: str
    start: int
    end: int
    page: int | None
    section: str
    paragraph: int | None
    later: StoredDocument | None

    @property
    def label(self) -> str:
        """The source in words: "Rotherham, 12 August 2022, page 4"."""
        return label(self.document, self.page, self.section, self.paragraph)

    @property
    def kind(self) -> str:
        """Whose words these are, in words."""
        return whose_words(self.document.facts)

    @property
    def later_words(self) -> str:
        """That a later inspection exists, as a sentence; empty where none does."""
        return f"A later inspection exists ({inspected_in_words(self.later.facts)})." if self.later else ""


@dataclass(frozen=True)
class Searched:
    """What was searched: so many documents, `named` of them of these authorities, from these days.

    A day is when inspectors came or, where that is not known, when the document was published. `inspection` is the
    month, "November 2025", where all are of one inspection of one authority; else empty.
    """

    documents: int
    named: int
    authorities: tuple[str, ...]
    start: date | None
    end: date | None
    inspection: str = ""

    @property
    def count(self) -> str:
        """How many documents: "1 document"."""
        return "1 document" if self.documents == 1 else f"{self.documents:,} documents"

    @property
    def words(self) -> str:
        """The same as a phrase: "3 documents on Rotherham, 2014 to 2022", "Rotherham, inspection of November 2025"."""
        return f"{self.authorities[0]}, inspection of {self.inspection}" if self.inspection else self.counted

    @property
    def counted(self) -> str:
        """The same by number, authorities and years: "3 documents on Rotherham, 2014 to 2022"."""
        few = 0 < len(self.authorities) <= NAMED
        names = in_words(self.authorities) if few else f"{len(self.authorities)} authorities"
        about = f" on {names}" if self.authorities else ""
        if about and self.named < self.documents:
            about = f" ({self.named:,}{about})"
        if self.start and self.end:
            first, last = self.start.year, self.end.year
            return f"{self.count}{about}, {first}" if first == last else f"{self.count}{about}, {first} to {last}"
        return f"{self.count}{about}"


@dataclass(frozen=True)
class Answer:
    """What is given for a question. The passages of a refusal are the closest that were found; it has no citations, but
    where the question takes for given what inspectors judged otherwise: then those of the judgement.

    `off_topic`: it was refused for being about something else than children's services. One from the register of
    judgements has a `table` whose cells are cited, and says in `coverage` what it was read from. `notes` are what else
    has to be said.
    """

    status: Status
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Hit, ...]
    understood: Understood
    searched: Searched
    confidence: float
    refusal_reason: str | None = None
    off_topic: bool = False
    table: Table | None = None
    notes: tuple[str, ...] = ()
    coverage: str = ""

    @property
    def searched_in_words(self) -> str:
        """What was searched and what it was limited to, each once: "Rotherham, inspections from 2018 (2 documents)"."""
        limit, names = self.understood.filter, self.understood.authorities
        says_it_all = limit == in_words(names) and len(names) <= NAMED
        if says_it_all or (self.searched.inspection and not self.understood.news):
            return self.searched.words
        return f"{limit} ({self.searched.count})"


def searched(documents: Iterable[StoredDocument]) -> Searched:
    """What these documents are, as a whole."""
    known = list(documents)
    days = [day for d in known if (day := d.facts.inspection_start or d.facts.publication_date)]
    authorities = [d.facts.authority for d in known if d.facts.authority]
    names = tuple(sorted(set(authorities)))
    of = {(d.facts.authority, inspected_in_words(d.facts)) for d in known}
    inspection = next(iter(of))[1] if len(of) == len(names) == 1 else ""
    return Searched(len(known), len(authorities), names, min(days, default=None), max(days, default=None), inspection)


def newest_inspections(documents: Iterable[StoredDocument]) -> dict[str, StoredDocument]:
    """A document of the newest inspection of each authority, one that knows its days before one that does not."""
    newest: dict[str, tuple[tuple[str, bool], StoredDocument]] = {}
    for document in documents:
        name, month = document.facts.authority, _month(document.facts)
        rank = (month, not document.facts.month_only)
        if name and document.facts.inspection_start and (name not in newest or rank > newest[name][0]):
            newest[name] = rank, document
    return {name: document for name, (_, document) in newest.items()}


def later_document(document: StoredDocument, newest: Mapping[str, StoredDocument]) -> StoredDocument | None:
    """The document of its authority's newest inspection, where this one is older."""
    latest = newest.get(document.facts.authority or "")
    return latest if latest and "" < _month(document.facts) < _month(latest.facts) else None


def _month(facts: Facts) -> str:
    """Year and month of the inspection, of the publication where it is not known, else empty; sorts as time does."""
    day = facts.inspection_start or facts.publication_date
    return f"{day:%Y-%m}" if day else ""


def compose(
    library: Library,
    understood: Understood,
    found: Found,
    quotes: Sequence[Quote],
    newest: Mapping[str, StoredDocument],
    ranking: Ranking,
    is_certain: bool = False,
) -> Answer:
    """Quote what answers best, or refuse where the passages do not say what is asked.

    `is_certain`: the quotes were not found by search, but stand where a report says what is asked.
    """
    hits, covered = found.hits, searched(found.documents)
    sure = 1.0 if is_certain else confidence(found.signals, found.off_topic, ranking) if hits else 0.0
    if understood.nothing_held:
        return refusal(hits, understood, covered, 0.0, " ".join(understood.missing))
    if not hits:
        return refusal(hits, understood, covered, 0.0, "There is nothing to search.")
    if sure < ranking.refuse_below or not quotes:
        reason = " ".join((*understood.missing, why_not(found.off_topic, found.unknown, found.absent)))
        return replace(refusal(hits, understood, covered, sure, reason), off_topic=found.off_topic)
    standing = [quote for quote in quotes if _stored(quote, library) == quote.text]
    if not standing:
        return refusal(hits, understood, covered, sure, "No quotation could be checked against its document.")
    citations = [_citation(number, quote, library, newest) for number, quote in enumerate(standing, 1)]
    notes = (SOME_ONLY,) if understood.is_about_all else ()
    note = " ".join((*understood.missing, *notes))
    text = "\n\n".join(part for part in (note, quoted(citations)) if part)
    return Answer("answered", text, tuple(citations), tuple(hits), understood, covered, sure, notes=notes)


def refusal(hits: Sequence[Hit], understood: Understood, covered: Searched, sure: float, reason: str) -> Answer:
    """A refusal with its reason; `hits` are the closest passages found."""
    text = f"{reason} Searched: {covered.words}."
    if hits:
        closest = hits[0].passage
        text += f" The closest passage is in {passage_label(closest)}."
    return Answer("refused", text, (), tuple(hits), understood, covered, sure, reason)


def joined(first: Answer, second: Answer) -> Answer:
    """An answer with the quotations of the first, then those of the second that are not among them.

    Its notes are those of the second.
    """
    others = [c for c in second.citations if not any(_repeats(c, other) for other in first.citations)]
    citations = tuple(replace(c, number=number) for number, c in enumerate((*first.citations, *others), start=1))
    hits = with_first([hit.passage for hit in first.passages[: len(first.citations)]], second.passages)
    return replace(
        second,
        status="answered",
        text="\n\n".join((*second.notes, quoted(citations))),
        citations=citations,
        passages=tuple(hits),
        confidence=max(first.confidence, second.confidence),
        refusal_reason=None,
        off_topic=False,
    )


def with_first(passages: Iterable[StoredPassage], hits: Sequence[Hit]) -> list[Hit]:
    """The hits, best first, after these passages, which stand where the answer is: no other is nearer."""
    best = max((hit.score for hit in hits), default=0.0)
    found = {hit.passage.id: hit for hit in hits}
    first = {p.id: replace(found.get(p.id, Hit(p, best, 0.0, (), 0.0)), score=best) for p in passages}
    return [*first.values(), *(hit for hit in hits if hit.passage.id not in first)][:SHOWN]


def _repeats(citation: Citation, other: Citation) -> bool:
    """Whether it begins within the other, or has the same words."""
    is_within = citation.document.id == other.document.id and other.start <= citation.start < other.end
    return is_within or citation.quote.rstrip(".") == other.quote.rstrip(".")


def with_note(answer: Answer, note: str) -> Answer:
    """An answer with what has to be said before all else of it; as it is where that is nothing."""
    return replace(answer, text=f"{note}\n\n{answer.text}", notes=(note, *answer.notes)) if note else answer


def _stored(quote: Quote, library: Library) -> str:
    return library.text(quote.hit.passage.document.id, quote.start, quote.end)


def _citation(number: int, quote: Quote, library: Library, newest: Mapping[str, StoredDocument]) -> Citation:
    passage, start, end = quote.hit.passage, quote.start, quote.end
    later = later_document(passage.document, newest)
    page = library.page_at(passage.document.id, start)
    return Citation(number, passage.document, quote.text, start, end, page, passage.section, passage.paragraph, later)


def quoted(citations: Sequence[Citation]) -> str:
    """These quotations, then their sources, as text."""
    quotes = [f"“{shown(c.quote)}” [{c.number}]" for c in citations]
    sources = [f"[{c.number}] {c.label}. {c.kind}. {c.later_words}".rstrip() for c in citations]
    return "\n\n".join([*quotes, *sources])
