"""Times as people write them in settings: 90s, 15m, 2h."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


def duration(given: object) -> object:
    """The time; what is none already, or empty, is left to whoever asked. Raises ValueError."""
    if not isinstance(given, str | int | float):
        return given
    written = str(given).strip().lower()
    if not written:
        return None
    if not (found := re.fullmatch(r"(\d{1,6}) ?([smh])", written)):
        raise ValueError(f"{given!r} is no time; write it as 90s, 15m or 2h")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
