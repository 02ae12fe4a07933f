"""How many inspections gave an area each grade, year by year."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assistant.register.entries import Entry
from assistant.wording import in_words
from index.judgements import AREAS, GRADES, covers

PAST = "adequate"  # a grade that is shown only where it was given


@dataclass(frozen=True)
class GradesByYear:
    """Counts of an area's grades: a row a year, none left out between the first and the last, a column a grade."""

    area: str
    grades: tuple[str, ...]
    rows: tuple[tuple[int, tuple[int, ...]], ...]

    @classmethod
    def of(cls, entries: Iterable[Entry], area: str, grades: Collection[str] = ()) -> GradesByYear:
        """Those of these judgements that are on the area, of these grades or of all. Years are of the inspection."""
        counted = Counter((e.day.year, e.grade) for e in entries if covers(e.area, area))
        given = {grade for _, grade in counted}
        shown = tuple(g for g in GRADES if (g in grades if grades else g != PAST or g in given))
        years = {year for year, grade in counted if grade in shown}
        span = range(min(years), max(years) + 1) if years else ()
        return cls(area, shown, tuple((year, tuple(counted[year, grade] for grade in shown)) for year in span))

    @property
    def totals(self) -> tuple[int, ...]:
        """How often each grade was given in all."""
        return tuple(sum(counts[at] for _, counts in self.rows) for at in range(len(self.grades)))

    @property
    def most(self) -> int:
        """The largest of the counts."""
        return max((count for _, counts in self.rows for count in counts), default=0)

    @property
    def years(self) -> str:
        """The years in words: "2013 to 2025"."""
        first, last = self.rows[0][0], self.rows[-1][0]
        return f"{first}" if first == last else f"{first} to {last}"

    @property
    def sentence(self) -> str:
        """The counts in a sentence: "Of 6 judgements on adoption, 2013 to 2017, 4 are good and 2 inadequate."

        Empty where there are none.
        """
        given = [(GRADES[g].lower(), count) for g, count in zip(self.grades, self.totals, strict=True) if count]
        if not given:
            return ""
        (first, count), *others = given
        about = f"on {AREAS[self.area][0].lower()}{AREAS[self.area][1:]}, {self.years}"
        if sum(self.totals) == 1:
            return f"The one judgement {about}, is {first}."
        told = [f"{count:,} {'is' if count == 1 else 'are'} {first}", *(f"{n:,} {grade}" for grade, n in others)]
        return f"Of {sum(self.totals):,} judgements {about}, {in_words(told)}."

    def as_csv(self) -> str:
        """The counts as CSV: year, a column a grade, and all together."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["year", *self.grades, "all"])
        writer.writerows([year, *counts, sum(counts)] for year, counts in self.rows)
        return out.getvalue()
