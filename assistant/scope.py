"""What a reader limits the search to by choice, whatever is asked: an authority, the years of inspections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from assistant.periods import of_period
from index.stored import StoredDocument


@dataclass(frozen=True)
class Scope:
    """One authority, and the first and the last year; all where empty."""

    authority: str = ""
    first: int | None = None
    last: int | None = None

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.authority or self.first or self.last)

    def documents(self, documents: Sequence[StoredDocument]) -> list[StoredDocument]:
        """Those of the documents that lie within. One that knows no date lies within no years."""
        found = [d for d in documents if not self.authority or d.facts.authority == self.authority]
        if self.first or self.last:
            found = of_period(found, (date(self.first or MINYEAR, 1, 1), date(self.last or MAXYEAR, 12, 31)))
        return found

    @property
    def years(self) -> str:
        """The years in words: "inspections of 2018 to 2022", "inspections from 2018"; empty where all are meant."""
        if self.first and self.last:
            return f"inspections of {self.first}" + (f" to {self.last}" if self.last != self.first else "")
        return f"inspections from {self.first}" if self.first else f"inspections until {self.last}" if self.last else ""

    @property
    def words(self) -> str:
        """All of it in words: "Rotherham, inspections from 2018"."""
        return ", ".join(part for part in (self.authority, self.years) if part)


EVERYTHING = Scope()


@dataclass(frozen=True)
class Choices:
    """What a scope may be: the authorities by name, the years of inspections, newest first."""

    authorities: tuple[str, ...]
    years: tuple[int, ...]

    @classmethod
    def of(cls, documents: Sequence[StoredDocument]) -> Choices:
        """Those that a library's documents are on."""
        facts = [document.facts for document in documents]
        years = {day.year for f in facts if (day := f.inspection_start or f.publication_date)}
        return cls(tuple(sorted({f.authority for f in facts if f.authority})), tuple(sorted(years, reverse=True)))
