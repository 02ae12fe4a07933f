"""A question to the register is answered with a sentence, a table whose cells are cited, and what it was read from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.answer import Answer, Citation, later_document, quoted, searched
from assistant.question import Understood
from assistant.register.entries import Entry, Register
from assistant.register.finding import Finding, Part
from assistant.register.in_words import when
from assistant.selection import SHOWN
from assistant.table import Cell, Table
from assistant.wording import shown, whose_words
from index.library import Library
from index.search import Hit
from index.stored import StoredDocument, StoredJudgement, StoredPassage

SAID = "What inspectors said"
NOT_FOUND = "Not found in this report"
CERTAIN = 1.0  # a grade is read, not estimated

Inspection = tuple[str | None, str]
"""Of an authority, by year and month; empty where they are not known."""


def register_answer(
    finding: Finding,
    understood: Understood,
    register: Register,
    library: Library,
    documents: Sequence[StoredDocument],
    newest: Mapping[str, StoredDocument],
    found: Sequence[Hit] = (),
    said: Mapping[str, Citation | None] | None = None,
) -> Answer:
    """A finding as an answer, its judgements quoted and cited; `found` are passages to show after theirs.

    `documents` are all of the library. `said` is what is quoted of each authority on what they are compared on, None
    where its report says nothing of it.
    """
    cited = _Citations(library, newest)
    rows = [[_cell(part, cited) for part in row] for row in finding.rows]
    columns = finding.columns
    if said is not None:
        columns = (*columns, SAID)
        rows = [[*row, _quotation(said.get(row[0].text), cited)] for row in rows]
    table = Table(finding.lead, columns, tuple(map(tuple, rows)))
    reported = {_inspection(d) for d in documents if d.facts.source == "report"}
    notes = (*understood.missing, *finding.notes, *dict.fromkeys(_notes(finding.used, cited, reported)))
    coverage = register.coverage(finding.considered)
    covered = f"{coverage.words[:1].upper()}{coverage.words[1:]}." if coverage else ""
    hits = {hit.passage.id: hit for hit in (*cited.passages, *found)}
    citations = tuple(cited.made)
    considered = {entry.document.id: entry.document for entry in finding.considered}
    return Answer(
        "answered",
        _as_text(table, notes, covered, citations),
        citations,
        tuple(hits.values())[: max(SHOWN, len(cited.passages))],
        understood,
        searched(considered.values()),
        CERTAIN,
        table=table,
        notes=notes,
        coverage=covered,
    )


def judgement_answer(
    entry: Entry, understood: Understood, library: Library, newest: Mapping[str, StoredDocument]
) -> Answer:
    """A judgement alone, quoted and cited."""
    cited = _Citations(library, newest)
    cited.number(entry.stated)
    citations = tuple(cited.made)
    documents = searched([entry.document])
    return Answer("answered", quoted(citations), citations, tuple(cited.passages), understood, documents, CERTAIN)


class _Citations:
    """The citations of an answer as they are made, each judgement's once."""

    def __init__(self, library: Library, newest: Mapping[str, StoredDocument]) -> None:
        self._library, self._newest = library, newest
        self.made: list[Citation] = []
        self.passages: list[Hit] = []

    def adopt(self, citation: Citation) -> int:
        """The number of a citation that was made elsewhere."""
        self._show(self._library.passage_at(citation.document, citation.start))
        self.made.append(replace(citation, number=len(self.made) + 1))
        return len(self.made)

    def number(self, stated: StoredJudgement) -> int:
        """The number of the citation of a judgement's words."""
        document = stated.document
        for citation in self.made:
            if (citation.document.id, citation.start, citation.end) == (document.id, stated.start, stated.end):
                return citation.number
        passage = self._library.passage_at(document, stated.start)
        self._show(passage)
        quote = self._library.text(document.id, stated.start, stated.end)
        section, paragraph = (passage.section, passage.paragraph) if passage else ("", None)
        later = later_document(document, self._newest)
        number = len(self.made) + 1
        self.made.append(
            Citation(number, document, quote, stated.start, stated.end, stated.page, section, paragraph, later)
        )
        return number

    def _show(self, passage: StoredPassage | None) -> None:
        if passage:
            self.passages.append(Hit(passage, CERTAIN, 0.0, (), 0.0))


def _quotation(citation: Citation | None, cited: _Citations) -> Cell:
    return Cell(f"“{shown(citation.quote)}”", (cited.adopt(citation),)) if citation else Cell(NOT_FOUND)


def _cell(part: Part, cited: _Citations) -> Cell:
    return Cell(part.text, tuple(cited.number(stated) for stated in part.stated))


def _notes(entries: Iterable[Entry], cited: _Citations, reported: Collection[Inspection]) -> Iterable[str]:
    """What has to be said of sources: which is none of the inspectors' own, and which says otherwise.

    `reported` are the inspections of which there are reports.
    """
    told: dict[tuple[bool, str], list[str]] = {}  # whether there is a report, and by whose words it is: the inspections
    for entry in entries:
        if entry.document.facts.source != "report":
            key = _inspection(entry.document) in reported, whose_words(entry.document.facts)
            told.setdefault(key, []).append(f"{entry.authority}, {when(entry)}")
    for (is_reported, kind), inspections in told.items():
        named = "; ".join(dict.fromkeys(inspections))
        if is_reported:
            yield f"Not every judgement could be read in the report on: {named}. What is not from it is from: {kind}."
        else:
            yield f"No report is among these documents of: {named}. What was judged is from: {kind}."
    for entry in entries:
        for other in entry.contradictions:
            number = cited.number(other)
            kind = cited.made[number - 1].kind
            yield f"Another source says otherwise of {entry.authority}, {when(entry)}: {kind} [{number}]."


def _inspection(document: StoredDocument) -> Inspection:
    day = document.facts.inspection_start or document.facts.publication_date
    return document.facts.authority, f"{day:%Y-%m}" if day else ""


def _as_text(table: Table, notes: Sequence[str], coverage: str, citations: Sequence[Citation]) -> str:
    """The answer as text: the sentence, the rows, and each quotation with its source."""
    rows = [" | ".join(_cell_as_text(cell) for cell in row) for row in table.rows]
    sources = [f"[{c.number}] “{shown(c.quote)}” {c.label}. {c.kind}. {c.later_words}".rstrip() for c in citations]
    parts = [table.caption, *notes, "\n".join([" | ".join(table.columns), *rows]) if rows else "", coverage]
    return "\n\n".join(part for part in (*parts, "\n".join(sources)) if part)


def _cell_as_text(cell: Cell) -> str:
    return " ".join([cell.text, *(f"[{number}]" for number in cell.citations)])
