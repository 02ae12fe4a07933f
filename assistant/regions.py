"""The regions of England as people name them: "London boroughs", "the North West", "Yorkshire", "in the North"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# Taken out with the name. "from" is not one where something changed "from inadequate".
LEADS_TO_IT = r"(?:\b(?:in|across|within|throughout|around|of|from) )?(?:\bthe )?"
# "North West of England", "the London region", "Yorkshire's".
ENDS_IT = r"(?: (?:of )?england)?(?: region)?(?:['’]s?)?"
# No place but a body, a part of a place or a place in it: "London Borough of", "Yorkshire Police", "London Paddington".
NO_REGION = re.compile(
    r"\s+(?:boroughs? of|police|constabulary|fire|ambulance|hospitals?|university|nhs|football|weighting|allowance"
    r"|london|yorkshire|wales|\w+shire)\b"
    r"|\s+(?-i:(?!(?:Boroughs?|Councils?|Authorit\w+|Local|Children|Ofsted|Are|Is|Was|Were|Good|Outstanding|Inadequate)\b)"
    r"[A-Z][a-z])",
    re.I,
)
PART_OF_A_NAME = re.compile(r"\b(?:Adopt|Adoption|University of|Bank of) $")
# "the North" is a region at the end and before one of these; "the north team" and "the north of the city" are none.
AS_A_REGION = re.compile(
    r"(?:['’]s?)?(?:\W*$|\s*[?.,;:!)]|\s+(?:of england|(?:local )?authorit\w+|councils?|boroughs?|las?|and|or|than"
    r"|is|are|was|were|be|has|have|had|do|does|did|that|which|who|with|to|for|since|in|at|by|now|overall|rated|judged|better|worse|as"
    r"|get|gets|got|went|say|says)\b)",
    re.I,
)
# In a region they are its councils.
BOROUGHS = re.compile(r"\bborough(?=s?\b)", re.I)


@dataclass(frozen=True)
class Region:
    """A region by its name as it follows "in"; `held` are the library's names of those of its authorities it has."""

    name: str
    authorities: frozenset[str]
    held: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Regions:
    """Regions by the ways to call them, the longest first."""

    called: Mapping[str, Region]

    @classmethod
    def of(cls, data: Mapping[str, Any], holds: Callable[[str], Iterable[str]]) -> Regions:
        """From the tables of england.toml; `holds` gives the library's names of an authority."""
        regions: dict[str, Region] = {}
        for name, table in {**data["regions"], **data["parts"]}.items():
            names = names_in(table)
            held = (own for listed in (*names, *table.get("former", ())) for own in holds(listed))
            regions[name] = Region(name, frozenset(names), frozenset(held))
        for name, table in data["together"].items():
            parts = [regions[part] for part in table["regions"]]
            regions[name] = Region(
                name, frozenset().union(*(p.authorities for p in parts)), frozenset().union(*(p.held for p in parts))
            )
        tables = {**data["regions"], **data["parts"], **data["together"]}
        calls = [(call, regions[name]) for name, table in tables.items() for call in table["called"]]
        return cls(dict(sorted(calls, key=lambda item: -len(item[0]))))

    def find(self, text: str) -> tuple[dict[str, Region], str]:
        """The regions that a text names, by its words for them and in its order, and the text with those blank."""
        found: dict[int, tuple[str, Region]] = {}
        for call, region in self.called.items():
            for match in _pattern(call).finditer(text):
                if PART_OF_A_NAME.search(text[: match.start(1)]) or NO_REGION.match(text, match.end()):
                    continue
                if call.startswith("the ") and not AS_A_REGION.match(text, match.end(1)):
                    continue
                found[match.start()] = match.group(), region
                text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
        return dict(found[place] for place in sorted(found)), text


def names_in(table: Mapping[str, Any]) -> list[str]:
    """The names of a region's authorities."""
    return " ".join(table["names"].split()).split("; ")


def total(regions: Sequence[Region]) -> int:
    """How many authorities are in these regions."""
    return len(frozenset[str]().union(*(region.authorities for region in regions)))


@lru_cache(maxsize=100)
def _pattern(call: str) -> re.Pattern[str]:
    """A call as people write it: "north-west", "NORTHWEST", "Yorkshire & Humber", with what leads to it and ends it."""
    the, said = ("the ", call.removeprefix("the ")) if call.startswith("the ") else ("", call)
    words = r"[ -]?".join("(?:and|&)" if word == "and" else re.escape(word) for word in said.split())
    return re.compile(rf"(?<![\w-]){LEADS_TO_IT}\b({the}{words}){ENDS_IT}(?![\w-])", re.I)
