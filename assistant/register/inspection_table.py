"""Inspections with their judgements area by area: what tables and time lines of the register are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.register.entries import Entry, inspections
from assistant.register.in_words import grade_at
from assistant.wording import day_in_full, in_words, inspected_in_words
from index.describe import Facts
from index.judgements import AREAS, PARTS, TOGETHER, covers

KINDS = {
    "standard": "Standard inspection",
    "short": "Short inspection",
    "re-inspection": "Re-inspection",
    "single-inspection-framework": "Single inspection framework",
    "older": "Older framework",
}

Unread = Mapping[str, Sequence[str]]
"""The path of a document → the areas whose judgements could not be read."""

NOTHING_UNREAD: Unread = {}


@dataclass(frozen=True)
class Inspection:
    """One inspection of an authority: its judgements, and the areas that its report judges and that were not read."""

    entries: tuple[Entry, ...]
    unread: frozenset[str] = frozenset()

    @property
    def authority(self) -> str:
        """The authority by its short name."""
        return self.entries[0].authority

    @property
    def day(self) -> date:
        """The day that orders it in time."""
        return self.entries[0].day

    @property
    def facts(self) -> Facts:
        """Those of the document that most of it was read from first."""
        return self.entries[0].document.facts

    @property
    def when(self) -> str:
        """The month in which inspectors came, "June 2022"; that of the publication where no more is known."""
        month = day_in_full(self.day).partition(" ")[2]
        return inspected_in_words(self.facts) or f"{month} (published)"

    @property
    def kind(self) -> str:
        """Its kind in words; empty where not known."""
        return KINDS.get(self.facts.inspection_kind or "", "")

    def entry(self, area: str) -> Entry | None:
        """The judgement on an area, alone before together with another; None where there is none."""
        found = [entry for entry in self.entries if covers(entry.area, area)]
        return min(found, key=lambda entry: entry.area != area, default=None)

    def is_together(self, area: str) -> bool:
        """Whether an area was judged together with another."""
        entry = self.entry(area)
        return entry is not None and entry.area != area

    def is_unread(self, area: str) -> bool:
        """Whether its report judges an area and the grade could not be read."""
        return any(covers(unread, area) for unread in self.unread)

    def others(self, areas: Collection[str]) -> list[Entry]:
        """The judgements on none of these areas."""
        return [entry for entry in self.entries if not any(covers(entry.area, area) for area in areas)]


def inspections_of(entries: Iterable[Entry], unread: Unread = NOTHING_UNREAD) -> list[Inspection]:
    """The inspections of these entries, by authority and time; `unread` as in Register."""
    return [
        Inspection(tuple(same), frozenset(area for entry in same for area in unread.get(entry.document.path, ())))
        for same in inspections(entries)
    ]


def judged_areas(found: Iterable[Inspection]) -> list[str]:
    """The areas that any of these inspections judged, in their order; two that were judged together are two."""
    judged = {entry.area for inspection in found for entry in inspection.entries}
    judged |= {area for inspection in found for area in inspection.unread}
    judged |= set(PARTS) if TOGETHER in judged else set()
    return [area for area in AREAS if area in judged and area != TOGETHER]


def history_in_words(found: Sequence[Inspection], area: str) -> str:
    """An area's grades in a sentence: "Overall effectiveness: inadequate in May 2014 and good in June 2018."

    Empty where none was read.
    """
    told = [grade_at(entry) for inspection in found if (entry := inspection.entry(area))]
    return f"{AREAS[area]}: {in_words(told)}." if told else ""
