"""What limits the register's judgements: authorities, areas, grades and days, as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from rapidfuzz import process

from assistant.authorities import Authorities
from assistant.register.entries import Entry, Register
from index.describe import short_name
from index.judgements import AREAS, GRADES

YEAR_OR_DAY = r"[0-9]{4}(-[0-9]{2}-[0-9]{2})?"
MOST_NAMED, CLOSEST = 12, 3  # authorities in a message: all of so many, else the closest


class BadFilter(ValueError):
    """A filter that means nothing here; the message says what it may be."""


class NoSuchAuthority(BadFilter):
    """An authority that the library has no document on; the message names those that it has, or the closest."""


@dataclass(frozen=True)
class Filters:
    """Limits of what is taken from a register; those left empty limit nothing.

    `start` and `end` are the first and last day on which an inspection may have begun.
    """

    authorities: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    latest: bool = False

    def __post_init__(self) -> None:
        if self.start and self.end and self.start > self.end:
            raise BadFilter("from is later than to; change one of them")

    def select(self, register: Register) -> list[Entry]:
        """The judgements within these limits, by authority and time."""
        return register.select(self.authorities, self.areas, self.grades, self.start, self.end, self.latest)

    def looked_through(self, register: Register) -> list[Entry]:
        """All judgements of these authorities and days, whatever they are on: where those selected were looked for."""
        return register.select(self.authorities, start=self.start, end=self.end)


def named_area(words: str) -> str:
    """One of AREAS; "help and protection" is help-and-protection. Raises BadFilter."""
    return _one_of(words, AREAS, "area of judgement")


def named_grade(words: str) -> str:
    """One of GRADES; "Requires improvement to be good" is requires-improvement. Raises BadFilter."""
    return _one_of(re.sub(r"[\s-]+to[\s-]+be[\s-]+good$", "", words.strip(), flags=re.I), GRADES, "grade")


def first_day(text: str) -> date:
    """The first day of a year ("2019"), or a day ("2019-03-31"). Raises BadFilter."""
    return _day(text, "-01-01")


def last_day(text: str) -> date:
    """The last day of a year ("2019"), or a day ("2019-03-31"). Raises BadFilter."""
    return _day(text, "-12-31")


def named_authority(name: str, held: Collection[str], recognise: Callable[[], Authorities]) -> str:
    """The short name of the library's authority that is called this: "rotherham", "RMBC", "London Borough of Barnet".

    `held` are the short names of all. `recognise`, which may take a second, is called only where the name is none of
    these. Raises NoSuchAuthority.
    """
    own = {known.lower(): known for known in held}
    if (short := short_name(name).lower()) in own:
        return own[short]
    authorities = recognise()
    for said in (name, short_name(name)):
        found = authorities.find(said)
        # No word may be left over: there may be a North Kent that is not held, and Kent Police is no authority.
        if len(found.known) == 1 and not found.others and not re.search(r"\w", found.without(said)):
            return next(iter(found.known))
    raise NoSuchAuthority(f"the library has no report on {name.strip()[:80]!r}; {_instead(name, held)}")


def _instead(name: str, held: Collection[str]) -> str:
    if len(held) <= MOST_NAMED:
        return f"it has documents on {', '.join(sorted(held)) or 'no authority'}"
    closest = [found for found, *_ in process.extract(name, sorted(held), limit=CLOSEST)]
    return f"of the {len(held):,} authorities that it has, the closest in name are {', '.join(closest)}"


def _one_of(words: str, known: Collection[str], what: str) -> str:
    name = re.sub(r"[\s_-]+", "-", words.strip().lower())
    if name not in known:
        raise BadFilter(f"{words[:80]!r} is no {what}; use one of {', '.join(known)}")
    return name


def _day(text: str, of_year: str) -> date:
    said = text.strip()
    try:
        if re.fullmatch(YEAR_OR_DAY, said):
            return date.fromisoformat(said if "-" in said else said + of_year)
    except ValueError:
        pass  # the 31st of June
    raise BadFilter(f"{text[:80]!r} is neither a year nor a day; write it as 2019 or 2019-03-31")
