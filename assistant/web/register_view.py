"""What the pages of the register show: which inspections, areas, choices and figures, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.register.entries import Coverage, Entry, Register
from assistant.register.grades_by_year import GradesByYear
from assistant.register.inspection_table import Inspection, inspections_of, judged_areas
from assistant.web.figures import Figure, grades_figure, time_line_figure
from assistant.web.register_query import RegisterQuery
from index.judgements import AREAS

MAIN = ("overall", "leaders", "help-and-protection", "children-in-care", "care-leavers", "adoption")


@dataclass(frozen=True)
class Choices:
    """What the register's judgements can be limited to."""

    authorities: list[str]
    areas: list[str]
    years: list[int]

    @classmethod
    def of(cls, register: Register, query: RegisterQuery) -> Choices:
        """Those of which the register holds any, and what is asked for, which may be something else."""
        years = {entry.day.year for entry in register.entries} | {year for year in (query.first, query.last) if year}
        areas = {*judged_areas(inspections_of(register.entries)), query.area}
        return cls(
            sorted({entry.authority for entry in register.entries} | ({query.authority} - {""})),
            [area for area in AREAS if area in areas],
            list(range(max(years), min(years) - 1, -1)) if years else [],
        )


@dataclass(frozen=True)
class RegisterView:
    """The judgements that a query selects: a row an inspection, a column each of `areas`, and one for others if any."""

    query: RegisterQuery
    inspections: list[Inspection]
    areas: list[str]
    counts: GradesByYear
    coverage: Coverage | None
    choices: Choices

    @classmethod
    def of(cls, register: Register, query: RegisterQuery) -> RegisterView:
        """What a register holds of it. What could not be read has no grade and is none of those of one grade."""
        found = inspections_of(query.select(register), {} if query.grade else register.unread)
        areas = [query.area] if query.area else [area for area in judged_areas(found) if area in MAIN]
        return cls(query, found, areas, counts_of(register, query), register.coverage(), Choices.of(register, query))

    @property
    def judgements(self) -> int:
        """How many judgements there are."""
        return sum(len(inspection.entries) for inspection in self.inspections)

    @property
    def has_others(self) -> bool:
        """Whether there are judgements on areas without a column."""
        return any(inspection.others(self.areas) for inspection in self.inspections)

    @property
    def figure(self) -> Figure | None:
        """The chart of these judgements; None where it would be empty."""
        return grades_figure(self.counts, self.query) if self.counts.rows else None

    @property
    def disputed(self) -> list[Entry]:
        """The judgements of which another source says otherwise."""
        return disputed(self.inspections)


@dataclass(frozen=True)
class AuthorityView:
    """All judgements of one authority: a row an area, a column an inspection."""

    inspections: list[Inspection]
    coverage: Coverage | None

    @property
    def name(self) -> str:
        """The authority by its short name."""
        return self.inspections[0].authority

    @property
    def areas(self) -> list[str]:
        """The areas that any of its inspections judged."""
        return judged_areas(self.inspections)

    @property
    def figure(self) -> Figure:
        """Its time line."""
        return time_line_figure(self.inspections)

    @property
    def disputed(self) -> list[Entry]:
        """The judgements of which another source says otherwise."""
        return disputed(self.inspections)


def counts_of(register: Register, query: RegisterQuery) -> GradesByYear:
    """The grades by year of the judgements that a query selects: on its area, or overall effectiveness."""
    return GradesByYear.of(query.select(register), query.charted, [query.grade] if query.grade else ())


def disputed(inspections: Sequence[Inspection]) -> list[Entry]:
    """The judgements of these inspections of which another source says otherwise."""
    return [entry for inspection in inspections for entry in inspection.entries if entry.contradictions]
