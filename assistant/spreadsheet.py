"""What spreadsheets may be given: text that they do not take for a formula."""

from __future__ import annotations

from typing import TypeVar

# With these a cell is taken for a formula, which a stranger may have written.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")

_T = TypeVar("_T")


def cell(value: _T) -> _T | str:
    """The value as a table's cell: text that begins as a formula does has an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
