"""What the register says to a question: a sentence, and a table of the judgements that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.periods import Period
from assistant.question import names_of, periods_in_words
from assistant.regions import Region
from assistant.register.entries import Entry, Register
from assistant.register.question import RegisterQuestion
from assistant.times import month_of
from index.judgements import AREAS, GRADES, covers
from index.stored import StoredJudgement


@dataclass(frozen=True)
class Part:
    """A cell's words and the judgements that they were read from."""

    text: str
    stated: tuple[StoredJudgement, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A sentence, the table under it, and the entries that both rest on; `considered` are all that were looked at.

    `notes` are what else has to be said.
    """

    lead: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Part, ...], ...]
    used: tuple[Entry, ...]
    considered: tuple[Entry, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pool:
    """The entries that a question may be about, and the periods and regions that it names."""

    entries: Sequence[Entry]
    periods: tuple[Period, ...]
    regions: tuple[Region, ...] = ()

    @property
    def where(self) -> str:
        """The regions as they follow "21 authorities": " in London"; empty where all are meant."""
        return f" in {names_of(self.regions)}" if self.regions else ""

    def authorities(self, count: int) -> str:
        """So many authorities: "21 authorities in London"."""
        return f"{count:,} {plural('authority', count)}{self.where}"

    def apart(self) -> list[Pool]:
        """Each region's entries by themselves, of those that have any; all together where one or none is named."""
        if len(self.regions) < 2:
            return [self]
        parts = [
            replace(self, entries=[e for e in self.entries if e.authority in region.held], regions=(region,))
            for region in self.regions
        ]
        return [part for part in parts if part.entries]

    def of(self, area: str, latest: bool) -> list[Entry]:
        """The judgements on an area."""
        return Register(self.entries).select(areas=[area], latest=latest)

    @property
    def when(self) -> str:
        """When inspections of these periods were, as it follows "were judged good"."""
        return f"in inspections that began in {periods_in_words(self.periods)}" if self.periods else "at any time"

    def when_newest(self, graded: Sequence[Entry]) -> str:
        """The same for the newest judgements on an area, which may be older than the newest inspections."""
        if self.periods:
            return self.when
        newest: dict[str, Entry] = {}
        for entry in self.entries:
            newest[entry.authority] = max(entry, newest.get(entry.authority, entry), key=lambda e: e.day)
        if all(month_of(newest[entry.authority].day) == month_of(entry.day) for entry in graded):
            return "in their latest inspection"
        return "in the latest inspection that judged it"


def began_in(entry: Entry, periods: Sequence[Period]) -> bool:
    """Whether an inspection began in one of these periods."""
    return any(start <= entry.day <= end for start, end in periods)


def cell(visit: Sequence[Entry], area: str) -> Part:
    """The grade of an area in one inspection, alone or judged together with another."""
    entry = next((e for e in visit if e.area == area), None) or next((e for e in visit if covers(e.area, area)), None)
    if entry is None:
        return Part("No judgement found")
    return Part(GRADES[entry.grade] + (" (together)" if entry.area != area else ""), (entry.stated,))


def extreme(question: RegisterQuestion, entries: Sequence[Entry]) -> list[Entry]:
    """Those of the best or the worst grade that there is."""
    ordered = sorted({e.grade for e in entries}, key=list(GRADES).index)
    grade = ordered[0 if question.extreme == "best" else -1]
    return [e for e in entries if e.grade == grade]


def grade_of(entry: Entry, area: str) -> str:
    """A grade; where it was given to more than the area, that is said."""
    return GRADES[entry.grade] + (f" ({AREAS[entry.area].lower()} together)" if entry.area != area else "")


def plural(noun: str, count: int) -> str:
    """A noun as it follows a number."""
    if count == 1:
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
