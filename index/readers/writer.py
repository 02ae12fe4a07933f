"""Collects the units of a document that has no pages, and gives them their offsets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.documents import Document, Unit, UnitKind, Unreadable

LONGEST_CAPTION = 170  # characters


class UnitWriter:
    """Takes units in reading order; white space within a unit is folded to single spaces."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._units: list[Unit] = []
        self._length = 0
        self._above = ""

    def add(self, kind: UnitKind, text: str, level: int = 0) -> None:
        """Add a unit; one without any text is left out."""
        text = " ".join(folded(text).split())
        if text:
            self._append(kind, text, level, "", ())
            is_caption = (kind == "heading" or text.endswith(":")) and len(text) <= LONGEST_CAPTION
            self._above = text if is_caption else ""

    def add_table(self, rows: Sequence[Sequence[str]], caption: str = "", has_heads: bool = True) -> None:
        """Add a table row by row, its cells parted by tabs; `has_heads` says that the first row names the columns."""
        cleaned = [[" ".join(folded(cell).split()) for cell in row] for row in rows]
        cleaned = [cells for cells in cleaned if any(cells)]
        if len(cleaned) > 2 and len(cleaned[0]) == 1 < len(cleaned[1]):  # the caption, given as a row of one cell
            caption = cleaned.pop(0)[0]
            self.add("paragraph", caption)
            has_heads = True
        caption = caption or self._above
        columns: tuple[str, ...] = ()
        for number, cells in enumerate(cleaned):
            self._append("row", "\t".join(cells).strip(), 0, caption, columns)
            if number == 0 and has_heads and len(cleaned) > 1:
                columns = tuple(cells)
        self._above = ""

    def document(self, stated: Mapping[str, str]) -> Document:
        """The finished document. Raises Unreadable where nothing was added."""
        if not self._units:
            raise Unreadable("the file holds no text")
        return Document("".join(self._parts), tuple(self._units), stated=dict(stated))

    def _append(self, kind: UnitKind, text: str, level: int, caption: str, columns: tuple[str, ...]) -> None:
        if self._units:
            self._parts.append("\n")
            self._length += 1
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        self._units.append(Unit(kind, start, self._length, level, caption, columns))


def folded(text: str) -> str:
    """Text with zero-width and control characters removed, which would hide words from reader and search alike."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", "", text)
