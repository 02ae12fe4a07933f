"""What an address limits the register's judgements to, as the form on its page writes it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from assistant.register.entries import Entry, Register
from assistant.register.filters import Filters
from index.judgements import AREAS, GRADES

OVERALL = "overall"


class BadQuery(ValueError):
    """An address that means nothing here; the message says why."""


@dataclass(frozen=True)
class RegisterQuery:
    """An authority, an area, a grade and the years of inspections; all where empty. `latest` as in Register.select."""

    authority: str = ""
    area: str = ""
    grade: str = ""
    first: int | None = None
    last: int | None = None
    latest: bool = False

    @classmethod
    def of(cls, said: Mapping[str, str]) -> RegisterQuery:
        """From the parameters of an address, of which an empty one limits nothing. Raises BadQuery."""
        area = _one_of(said.get("area", ""), AREAS, "area")
        grade = _one_of(said.get("grade", ""), GRADES, "grade")
        first, last = _year(said.get("from", "")), _year(said.get("to", ""))
        if first and last and first > last:
            raise BadQuery("The first year is later than the last. Change one of them.")
        latest = said.get("latest", "") not in {"", "0"}
        return cls(said.get("authority", "").strip(), area, grade, first, last, latest)

    def select(self, register: Register) -> list[Entry]:
        """The judgements within these limits, by authority and time."""
        start = date(self.first, 1, 1) if self.first else None
        end = date(self.last, 12, 31) if self.last else None
        authorities, areas, grades = ((name,) if name else () for name in (self.authority, self.area, self.grade))
        return Filters(authorities, areas, grades, start, end, self.latest).select(register)

    @property
    def charted(self) -> str:
        """The area whose grades are counted: the one asked for, else overall effectiveness."""
        return self.area or OVERALL

    @property
    def limits(self) -> str:
        """Authority, years and `latest` in words, "Rotherham, from 2018, newest only"; empty where nothing is limited.

        Area and grade are not among them.
        """
        if self.first and self.last:
            years = f"{self.first}" + (f" to {self.last}" if self.last != self.first else "")
        else:
            years = f"from {self.first}" if self.first else f"until {self.last}" if self.last else ""
        parts = (self.authority, years, "newest only" if self.latest else "")
        return ", ".join(part for part in parts if part)

    @property
    def in_address(self) -> str:
        """The query of an address that says the same; empty where nothing is limited."""
        said = {
            "authority": self.authority,
            "area": self.area,
            "grade": self.grade,
            "from": self.first,
            "to": self.last,
            "latest": "1" if self.latest else "",
        }
        return urlencode({name: value for name, value in said.items() if value})


def _one_of(name: str, known: Collection[str], what: str) -> str:
    if name and name not in known:
        raise BadQuery(f"“{name[:60]}” is not {'an' if what == 'area' else 'a'} {what}. Choose one on the page.")
    return name


def _year(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[12][0-9]{3}", text):
        raise BadQuery(f"“{text[:60]}” is not a year. Write it as 2019.")
    return int(text)
