"""The register of judgements: every grade that the library's documents state, each inspection's counted once.

A report outranks a summary, and both an article: what they tell of an inspection that the better source tells too is
kept beside it, and shown where it says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from index.describe import Facts
from index.judgements import AREAS, GRADES, TOGETHER, covers
from index.library import Library
from index.stored import StoredDocument, StoredJudgement

SOURCES = ("report", "summary", "news", "document")  # whose words count more, of one inspection
_AREAS, _GRADES = list(AREAS), list(GRADES)


@dataclass(frozen=True)
class Entry:
    """A judgement of one inspection, as its best source states it, and what `others` say of the same."""

    stated: StoredJudgement
    others: tuple[StoredJudgement, ...] = ()

    @property
    def document(self) -> StoredDocument:
        """The document that states it."""
        return self.stated.document

    @property
    def authority(self) -> str:
        """The authority by its short name."""
        return self.document.facts.authority or ""

    @property
    def area(self) -> str:
        """One of AREAS."""
        return self.stated.area

    @property
    def grade(self) -> str:
        """One of GRADES."""
        return self.stated.grade

    @property
    def day(self) -> date:
        """The day that orders inspections in time, and by which they are of a year: the first that inspectors came."""
        return inspection_day(self.document.facts)

    @property
    def contradictions(self) -> tuple[StoredJudgement, ...]:
        """What other sources say otherwise."""
        return tuple(other for other in self.others if other.grade != self.grade)


@dataclass(frozen=True)
class Coverage:
    """What a register was read from: how many authorities, of which years, and how many documents could not be read."""

    authorities: int
    first: int
    last: int
    unread: int
    has_reports: bool = True  # that not all of it is told by others

    @property
    def words(self) -> str:
        """The same as a phrase: "from 67 authorities' reports, 2013 to 2025; 2 documents could not be read"."""
        whose = "1 authority's" if self.authorities == 1 else f"{self.authorities:,} authorities'"
        years = f"{self.first}" + (f" to {self.last}" if self.last != self.first else "")
        documents = "1 document" if self.unread == 1 else f"{self.unread:,} documents"
        unread = f"; {documents} could not be read" if self.unread else ""
        return f"from {whose} {'reports' if self.has_reports else 'documents'}, {years}{unread}"


class Register:
    """The judgements of a library's published state, by authority, inspection and area.

    `unread` has the path of each document with judgements that could not be read, and their areas; of a file that could
    not be read at all, none.
    """

    def __init__(self, entries: Iterable[Entry], unread: Mapping[str, Sequence[str]] | None = None) -> None:
        self.entries = tuple(sorted(entries, key=lambda e: (e.authority, e.day, _AREAS.index(e.area))))
        self.unread = dict(sorted((unread or {}).items()))

    @classmethod
    def of(cls, library: Library) -> Register:
        """That of a library. A judgement of no known authority or day counts as unread."""
        unread: dict[str, list[str]] = {failure.path: [] for failure in library.failures()}
        for path, area in library.unread_judgements():
            unread.setdefault(path, []).append(area)
        stated: dict[tuple[str, int, int, str], list[StoredJudgement]] = {}
        for judgement in library.judgements():
            facts = judgement.document.facts
            if facts.authority and (facts.inspection_start or facts.publication_date):
                day = inspection_day(facts)
                stated.setdefault((facts.authority, day.year, day.month, judgement.area), []).append(judgement)
            else:
                unread.setdefault(judgement.document.path, []).append(judgement.area)
        return cls(map(_entry, stated.values()), unread)

    def select(
        self,
        authorities: Collection[str] = (),
        areas: Collection[str] = (),
        grades: Collection[str] = (),
        start: date | None = None,
        end: date | None = None,
        latest: bool = False,
    ) -> list[Entry]:
        """The judgements of these authorities, areas and grades, by authority and time; all where none is named.

        A judgement on two areas together is one on each of them. An inspection is of the days `start` to `end` where
        it began on one. `latest`: of each authority and area the newest judgement within these days, and only then
        those of these grades.
        """
        found = [
            entry
            for entry in self.entries
            if (not authorities or entry.authority in authorities)
            and (not areas or any(covers(entry.area, area) for area in areas))
            and (not start or entry.day >= start)
            and (not end or entry.day <= end)
        ]
        if latest:
            found = _newest(found, areas)
        return [entry for entry in found if not grades or entry.grade in grades]

    def within(self, documents: Sequence[StoredDocument]) -> Register:
        """The register of some of the documents."""
        held = {document.id for document in documents}
        return Register((entry for entry in self.entries if entry.document.id in held), self.unread)

    def coverage(self, entries: Sequence[Entry] | None = None) -> Coverage | None:
        """What these entries were read from (all, where none are given); None where there are none."""
        entries = self.entries if entries is None else entries
        if not entries:
            return None
        years = [entry.day.year for entry in entries]
        authorities = {entry.authority for entry in entries}
        has_reports = any(entry.document.facts.source == "report" for entry in entries)
        return Coverage(len(authorities), min(years), max(years), len(self.unread), has_reports)


def inspection_day(facts: Facts) -> date:
    """The day that orders an inspection in time: the first that inspectors came, else that of the publication.

    Raises ValueError where neither is known.
    """
    day = facts.inspection_start or facts.publication_date
    if day is None:
        raise ValueError(f"{facts.title!r} tells neither when inspectors came nor when it was published")
    return day


def inspections(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The entries inspection by inspection, each with its areas in their order."""
    ordered = sorted(entries, key=lambda e: (e.authority, e.day.year, e.day.month, _AREAS.index(e.area)))
    return [list(same) for _, same in groupby(ordered, key=lambda e: (e.authority, e.day.year, e.day.month))]


def is_better(grade: str, than: str) -> bool:
    """Whether a grade is better than another; "adequate" and "requires improvement" were the third of four alike."""
    return _rank(grade) < _rank(than)


def _rank(grade: str) -> int:
    return _GRADES.index("requires-improvement" if grade == "adequate" else grade)


def _entry(same: Sequence[StoredJudgement]) -> Entry:
    """One judgement from all that state it: the best source's, of two alike the one whose days are known."""

    def rank(judgement: StoredJudgement) -> tuple[int, bool, str]:
        facts = judgement.document.facts
        return SOURCES.index(facts.source), facts.month_only, judgement.document.path

    first, *others = sorted(same, key=rank)
    return Entry(first, tuple(others))


def _newest(entries: Sequence[Entry], areas: Collection[str]) -> list[Entry]:
    wanted = areas or [area for area in AREAS if area != TOGETHER]
    newest: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        for area in wanted:
            key = entry.authority, area
            if covers(entry.area, area) and (key not in newest or entry.day >= newest[key].day):
                newest[key] = entry
    chosen = {id(entry) for entry in newest.values()}
    return [entry for entry in entries if id(entry) in chosen]
