"""A floor: what the measures of a question set must reach, so that a change that loses quality is noticed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluate import Measures, measures


class BadFloor(ValueError):
    """A file of floors that cannot be used; the message says why."""


@dataclass(frozen=True)
class Floor:
    """The least, and the most, that measures may be."""

    at_least: Mapping[str, float]
    at_most: Mapping[str, float]

    def unmet(self, reached: Measures) -> list[str]:
        """A sentence for each measure that is worse, with by how much; none where the floor holds."""
        low = [_shortfall(name, reached[name], limit, 1) for name, limit in self.at_least.items()]
        high = [_shortfall(name, reached[name], limit, -1) for name, limit in self.at_most.items()]
        return [sentence for sentence in low + high if sentence]


def read_floor(path: Path) -> Floor:
    """The floor of a TOML file with the tables at_least and at_most, each of measures by name. Raises BadFloor."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadFloor(f"{path} cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise BadFloor(f"{path} is not valid TOML ({error})") from error
    if not content or not content.keys() <= {"at_least", "at_most"}:
        raise BadFloor(f"{path} should hold the tables [at_least] and [at_most] and nothing else")
    return Floor(_limits(content.get("at_least", {}), path), _limits(content.get("at_most", {}), path))


def _limits(table: Any, path: Path) -> dict[str, float]:
    known = measures([])
    if not isinstance(table, dict) or not table.keys() <= known.keys():
        raise BadFloor(f"{path} names what is no measure; the measures are {', '.join(known)}")
    for name, limit in table.items():
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            raise BadFloor(f"{path}: the limit of {name} is not a number")
    return table


def _shortfall(name: str, value: float | None, limit: float, direction: int) -> str:
    """What is wrong with a measure, better the higher (1) or the lower (-1) it is; empty where nothing is."""
    if value is None:
        return f"{name} has a limit of {limit}, but there was nothing to measure it by"
    if direction * (value - limit) >= 0:
        return ""
    side = "below the least" if direction > 0 else "above the most"
    return f"{name} is {value}, {abs(value - limit):.3g} {side} allowed, {limit}"
