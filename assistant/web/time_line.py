"""The picture of an authority's judgements: a row an area, inspections along time, the grade written in each mark."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.register.inspection_table import Inspection, judged_areas
from assistant.web.canvas import Canvas, Inks
from assistant.web.grade_style import STYLES
from index.judgements import AREAS, GRADES, PARTS

NOT_READ = "?"
OTHERWISE = "*"
NOTES = {
    NOT_READ: "? The grade could not be read.",
    OTHERWISE: "* Another source says otherwise; see the table.",
}


@dataclass(frozen=True)
class _Shape:
    """Lengths in CSS pixels; `spelt` where marks hold a grade's name and not its letters."""

    width: int
    left: int  # of the first mark's middle
    right: int  # from the last mark's middle to the edge
    gap: int  # the least between the middles of two inspections
    row: int
    mark: tuple[int, int]
    title: int  # characters a line
    text: int
    spelt: bool


WIDE = _Shape(960, 285, 70, 112, 54, (104, 38), 80, 14, True)
NARROW = _Shape(320, 32, 32, 46, 66, (36, 30), 30, 13, False)
MARGIN, LINE, DATES = 16, 22, 44


class TimeLine:
    """The time line of one authority's inspections, in order of time."""

    def __init__(self, inspections: Sequence[Inspection], narrow: bool = False) -> None:
        self._inspections, self._shape = inspections, NARROW if narrow else WIDE
        self._areas = judged_areas(inspections)
        days = [inspection.day for inspection in inspections]
        self.title = f"{inspections[0].authority}: judgements by area, {_years(days)}"
        self._title = textwrap.wrap(self.title, self._shape.title)
        shape = self._shape
        self.width = max(shape.width, shape.left + shape.right + (len(days) - 1) * shape.gap)
        self._places = _places(days, shape.left, self.width - shape.right, shape.gap)
        self._top = MARGIN + LINE * len(self._title) + DATES
        self._key = self._lines_of_key()
        self.height = self._top + shape.row * len(self._areas) + LINE * len(self._key) + 1.5 * MARGIN

    def draw(self, inks: Inks) -> Canvas:
        """The picture in these colours."""
        canvas, shape = Canvas(self.width, self.height, inks), self._shape
        for at, words in enumerate(self._title):
            canvas.write(MARGIN, MARGIN + LINE * (at + 0.5), words, shape.text + 2, bold=True)
        bottom = self._top + shape.row * len(self._areas)
        for inspection, x in zip(self._inspections, self._places, strict=True):
            if shape.spelt:  # else they would run through the areas' names
                canvas.line((x, self._top), (x, bottom), inks.line)
            when = inspection.when.replace(" (published)", "")
            month, year = when.split()
            canvas.write(x, self._top - DATES / 2, f"{month[:3]}\n{year}", shape.text - 1, across="center")
        for number, area in enumerate(self._areas):
            self._draw_row(canvas, area, self._top + shape.row * number)
        for at, words in enumerate(self._key):
            canvas.write(MARGIN, bottom + MARGIN / 2 + LINE * (at + 0.5), words, shape.text - 1, inks.quiet)
        return canvas

    def _draw_row(self, canvas: Canvas, area: str, top: float) -> None:
        shape, inks = self._shape, canvas.inks
        canvas.line((MARGIN, top), (self.width - MARGIN, top), inks.line)
        middle = self._middle(top)
        if shape.spelt:
            name = "\n".join(textwrap.wrap(AREAS[area], 24))
            canvas.write(MARGIN, middle, name, shape.text)
        else:
            canvas.write(MARGIN, top + 14, AREAS[area], shape.text, bold=True)
        judged = [x for i, x in zip(self._inspections, self._places, strict=True) if i.entry(area) or i.is_unread(area)]
        canvas.line((judged[0], middle), (judged[-1], middle), inks.edge, 2)
        for inspection, x in zip(self._inspections, self._places, strict=True):
            self._draw_mark(canvas, inspection, area, x, middle)

    def _middle(self, top: float) -> float:
        """The height of the marks in the row that begins there; narrow rows have the area's name above them."""
        return top + (self._shape.row / 2 if self._shape.spelt else 43)

    def _draw_mark(self, canvas: Canvas, inspection: Inspection, area: str, x: float, middle: float) -> None:
        width, height = self._shape.mark
        entry, size = inspection.entry(area), self._shape.text - 2
        if entry is None:
            if inspection.is_unread(area):
                canvas.box(x - width / 2, middle - height / 2, width, height, canvas.inks.ground, corner=8)
                canvas.write(x, middle, NOT_READ, size, across="center")
            return
        if self._shape.spelt and inspection.is_together(area):
            # One mark over both rows, drawn with the first of them.
            if area != PARTS[0]:
                return
            height, middle = height + self._shape.row, middle + self._shape.row / 2
        style = STYLES[entry.grade]
        words = "\n".join(textwrap.wrap(GRADES[entry.grade], 12)) if self._shape.spelt else style.letters
        words += OTHERWISE if entry.contradictions else ""
        canvas.box(x - width / 2, middle - height / 2, width, height, style.fill, corner=8)
        canvas.write(x, middle, words, size, style.ink, "center", bold=not self._shape.spelt)

    def _lines_of_key(self) -> list[str]:
        """What the letters and signs in marks mean, those that are there."""
        entries = [entry for inspection in self._inspections for entry in inspection.entries]
        given = [] if self._shape.spelt else [grade for grade in GRADES if grade in {e.grade for e in entries}]
        lines = [f"{STYLES[grade].letters}: {GRADES[grade]}" for grade in given]
        signs = {NOT_READ: any(i.unread for i in self._inspections), OTHERWISE: any(e.contradictions for e in entries)}
        for sign, is_there in signs.items():
            lines += textwrap.wrap(NOTES[sign], self._shape.width // 9) if is_there else []
        return lines


def _years(days: Sequence[date]) -> str:
    first, last = days[0].year, days[-1].year
    return f"{first}" if first == last else f"{first} to {last}"


def _places(days: Sequence[date], first: float, last: float, gap: float) -> list[float]:
    """Where days stand between two ends, true to time but never nearer than the gap, for which there is room."""
    span = max((days[-1] - days[0]).days, 1)
    places = [first + (last - first) * (day - days[0]).days / span for day in days]
    for at in range(1, len(places)):
        places[at] = max(places[at], places[at - 1] + gap)
    places[-1] = min(places[-1], last)
    for at in reversed(range(len(places) - 1)):
        places[at] = min(places[at], places[at + 1] - gap)
    return places
