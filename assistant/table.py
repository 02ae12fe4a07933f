"""A table in an answer: each cell with the number of the citation that states it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, and the numbers of the citations it was read from; none where it names no judgement."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows of cells below named columns; the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
