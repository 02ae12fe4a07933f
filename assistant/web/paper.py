"""What a paper holds: each question with its quotations, each with its full source, and the documents quoted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import Answer, Citation
from assistant.table import Cell, Table
from assistant.wording import day_in_full, inspected_in_full, label, shown, whose_words
from index.stored import StoredDocument

CHECK = "Quotations are word for word. Check each in its source before you rely on it."
Address = Callable[[Citation], str]
"""Citation → the whole address that opens its source at the quoted words."""


@dataclass(frozen=True)
class Quotation:
    """Quoted words, the place they stand in, and the address that opens it there.

    `number` counts through the whole paper. `whose` says whose words they are, `later` that there is a later
    inspection; empty where there is none.
    """

    number: int
    text: str
    title: str
    place: str
    dates: str
    whose: str
    address: str
    later: str


@dataclass(frozen=True)
class Section:
    """A question as it was understood, what was searched, what there is to be said of that, and the quotations.

    `table` is of judgements, the names of its columns first; `coverage` says what it was read from. Empty where none.
    """

    question: str
    searched: str
    notes: tuple[str, ...]
    quotations: tuple[Quotation, ...]
    table: tuple[tuple[str, ...], ...] = ()
    coverage: str = ""


@dataclass(frozen=True)
class Source:
    """A document that is quoted. `url` is where its original is published, `licence` the line that it asks for."""

    name: str
    url: str
    licence: str


@dataclass(frozen=True)
class Paper:
    """All of it. `made` says by what and when."""

    title: str
    made: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]

    @property
    def licences(self) -> list[str]:
        """The lines that the licences of the documents quoted ask for, each once."""
        return list(dict.fromkeys(source.licence for source in self.sources if source.licence))


def paper_of(answers: Sequence[Answer], site: str, on: date, address: Address) -> Paper:
    """The paper of a conversation's answers, oldest first, made by a `site` on a day."""
    sections: list[Section] = []
    quoted = 0
    for answer in answers:
        sections.append(_section(answer, quoted, address))
        quoted += len(answer.citations)
    documents = {citation.document.id: citation.document for answer in answers for citation in answer.citations}
    title = "What inspection reports say"
    made = f"Made with {site} on {day_in_full(on)}. {CHECK}"
    return Paper(title, made, tuple(sections), tuple(_source(document) for document in documents.values()))


def _section(answer: Answer, quoted: int, address: Address) -> Section:
    understood = answer.understood
    refused = (f"No answer found. {answer.refusal_reason}",) if answer.status == "refused" else understood.missing
    quotations = tuple(_quotation(citation, quoted, address) for citation in answer.citations)
    searched = f"Searched: {answer.searched_in_words}."
    if not answer.table:
        return Section(understood.question, searched, (*refused, *answer.notes), quotations)
    notes = (answer.table.caption, *answer.notes)
    table = _table(answer.table, quoted)
    return Section(understood.question, searched, notes, quotations, table, answer.coverage)


def _table(table: Table, quoted: int) -> tuple[tuple[str, ...], ...]:
    """A table's cells as text, each with the numbers of the quotations that it was read from."""

    def text(cell: Cell) -> str:
        return " ".join([cell.text, *(f"[{quoted + number}]" for number in cell.citations)])

    return (table.columns, *(tuple(map(text, row)) for row in table.rows)) if table.rows else ()


def _quotation(citation: Citation, quoted: int, address: Address) -> Quotation:
    facts = citation.document.facts
    place = label(citation.document, citation.page, citation.section, citation.paragraph)
    return Quotation(
        quoted + citation.number,
        shown(citation.quote),
        facts.title,
        place,
        _dates(citation.document),
        citation.kind,
        address(citation),
        citation.later_words,
    )


def _source(document: StoredDocument) -> Source:
    facts = document.facts
    named = [facts.authority if facts.authority and facts.authority not in facts.title else "", facts.title]
    name = ". ".join(part for part in (*named, whose_words(facts), _dates(document)) if part)
    return Source(f"{name}.", facts.url or "", facts.licence or "")


def _dates(document: StoredDocument) -> str:
    """ "Inspected 27 June to 1 July 2022, published 12 August 2022", as far as it is known."""
    facts = document.facts
    inspected = inspected_in_full(facts)
    published = day_in_full(facts.publication_date) if facts.publication_date else ""
    written = day_in_full(facts.written) if facts.written and not published else ""
    parts = [("inspected", inspected), ("published", published), ("written", written)]
    words = ", ".join(f"{name} {when}" for name, when in parts if when)
    return f"{words[:1].upper()}{words[1:]}"
