"""The chart of grades by year: a row of bars a grade, each bar with its number."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from assistant.register.grades_by_year import GradesByYear
from assistant.web.canvas import Canvas, Inks
from assistant.web.grade_style import STYLES
from index.judgements import AREAS, GRADES


@dataclass(frozen=True)
class _Shape:
    """Lengths in CSS pixels; `beside` where a grade's name stands beside its bars and not above them."""

    width: int
    left: int
    title: int  # characters a line
    text: int
    number: int  # the size of the numbers
    beside: bool


WIDE = _Shape(960, 196, 80, 14, 13, True)
NARROW = _Shape(320, 16, 30, 13, 10, False)
MARGIN, LINE, YEARS = 16, 22, 44
BAR, NUMBER, NAME = 54, 26, 18  # the highest bar; above it; the name above the bars
WIDEST, UPRIGHT = 48, 40  # a bar; years nearer to each other than this are turned


class GradesChart:
    """The chart of these counts; `limits` says in words what they are limited to."""

    def __init__(self, counts: GradesByYear, limits: str = "", narrow: bool = False) -> None:
        self._counts, self._shape = counts, NARROW if narrow else WIDE
        self.title = f"{AREAS[counts.area]}: grades by year of inspection" + (f" ({limits})" if limits else "")
        self._title = textwrap.wrap(self.title, self._shape.title)
        self.width = self._shape.width
        self._top = MARGIN + LINE * len(self._title) + 6
        self._row = NUMBER + BAR + (0 if self._shape.beside else NAME)
        self.height = self._top + self._row * len(counts.grades) + YEARS + MARGIN

    def draw(self, inks: Inks) -> Canvas:
        """The picture in these colours."""
        canvas, shape = Canvas(self.width, self.height, inks), self._shape
        for at, words in enumerate(self._title):
            canvas.write(MARGIN, MARGIN + LINE * (at + 0.5), words, shape.text + 2, bold=True)
        bottom = self._top
        for at, grade in enumerate(self._counts.grades):
            bottom = self._top + self._row * (at + 1)
            self._draw_row(canvas, grade, [counts[at] for _, counts in self._counts.rows], bottom)
        step = self._step
        for at, (year, _) in enumerate(self._counts.rows):
            x = shape.left + step * (at + 0.5)
            canvas.write(x, bottom + YEARS / 2, str(year), shape.number, across="center", turned=step < UPRIGHT)
        return canvas

    @property
    def _step(self) -> float:
        """From one year's bar to the next."""
        return (self.width - self._shape.left - MARGIN) / len(self._counts.rows)

    def _draw_row(self, canvas: Canvas, grade: str, counts: list[int], bottom: float) -> None:
        shape, inks = self._shape, canvas.inks
        if shape.beside:
            canvas.write(MARGIN, bottom - 12, GRADES[grade], shape.text)
        else:
            canvas.write(MARGIN, bottom - self._row + NAME / 2, GRADES[grade], shape.text, bold=True)
        canvas.line((shape.left, bottom), (self.width - MARGIN, bottom), inks.edge)
        width = min(WIDEST, self._step * 0.72)
        for at, count in enumerate(counts):
            if count:
                x, height = shape.left + self._step * (at + 0.5), BAR * count / self._counts.most
                canvas.box(x - width / 2, bottom - height, width, height, STYLES[grade].fill)
                canvas.write(x, bottom - height - 9, str(count), shape.number, across="center")
