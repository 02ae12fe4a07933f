"""The register's figures as pages and answers show them: addresses, sizes, and words that say what is to be seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from assistant.register.entries import Register
from assistant.register.grades_by_year import GradesByYear
from assistant.register.inspection_table import Inspection, history_in_words, inspections_of
from assistant.web.grades_chart import GradesChart
from assistant.web.register_query import OVERALL, RegisterQuery
from assistant.web.time_line import TimeLine

FOLDER = "../judgements"


@dataclass(frozen=True)
class Figure:
    """A picture with what stands in its place for those who do not see it.

    `page` and the other addresses are relative to the chat and to every page one level below the root. `size` and
    `narrow_size` are width and height in CSS pixels.
    """

    page: str
    file: str  # address without the dot and what follows it
    query: str
    table: str  # address of its data as CSV
    title: str
    caption: str
    alt: str
    size: tuple[int, int]
    narrow_size: tuple[int, int]

    @property
    def svg(self) -> str:
        """The address of the picture as SVG, on white."""
        return self.address()

    @property
    def png(self) -> str:
        """The address of the picture as PNG, on white."""
        return self.address("png")

    def address(self, form: str = "svg", dark: bool = False, narrow: bool = False) -> str:
        """The address of the picture for dark pages, or for narrow windows."""
        look = urlencode({name: 1 for name, is_so in (("dark", dark), ("narrow", narrow)) if is_so})
        query = "&".join(part for part in (self.query, look) if part)
        return f"{self.file}.{form}" + (f"?{query}" if query else "")


def time_line_of(register: Register, authority: str) -> Figure | None:
    """The time line of an authority, named by its short name; None where the register has no judgement of it."""
    found = inspections_of(register.select([authority]))
    return time_line_figure(found) if found else None


def time_line_figure(inspections: Sequence[Inspection]) -> Figure:
    """The time line of one authority's inspections, in order of time."""
    wide, narrow = TimeLine(inspections), TimeLine(inspections, narrow=True)
    authority = inspections[0].authority
    history = history_in_words(inspections, OVERALL)
    page = authority_address(authority)
    return Figure(
        page=page,
        file=f"{page}/time-line",
        query="",
        table=f"{FOLDER}/register.csv?{urlencode({'authority': authority})}",
        title=wide.title,
        caption=history,
        alt=f"Time line of {authority}’s judgements. {history} All grades are in the table.",
        size=_size(wide),
        narrow_size=_size(narrow),
    )


def grades_figure(counts: GradesByYear, query: RegisterQuery) -> Figure:
    """The chart of an area's grades by year, of the judgements that a query selects."""
    wide, narrow = GradesChart(counts, query.limits), GradesChart(counts, query.limits, narrow=True)
    asked = query.in_address
    return Figure(
        page=f"{FOLDER}/" + (f"?{asked}" if asked else ""),
        file=f"{FOLDER}/grades-by-year",
        query=asked,
        table=f"{FOLDER}/grades-by-year.csv" + (f"?{asked}" if asked else ""),
        title=wide.title,
        caption=counts.sentence,
        alt=f"Bar chart of grades by year. {counts.sentence} All numbers are in the table.",
        size=_size(wide),
        narrow_size=_size(narrow),
    )


def authority_address(authority: str) -> str:
    """The address of an authority's page, relative to the chat and to every page one level below the root."""
    return f"{FOLDER}/{quote(slug(authority))}"


def slug(authority: str) -> str:
    """An authority's name as addresses have it: "telford-and-wrekin"."""
    return re.sub(r"[\W_]+", "-", authority.lower()).strip("-")


def _size(picture: TimeLine | GradesChart) -> tuple[int, int]:
    return round(picture.width), round(picture.height)
