"""Collects the units of a document that has no pages, and gives them their offsets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.documents import Document, Unit, UnitKind, Unreadable

# Characters that show nothing but may hide words from reader and search, turn a line's direction, command a terminal
# or break what is made of the text: controls, zero-width letters, marks of direction, tags, halves of characters. A
# soft hyphen stays: it only says where a word may break.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
LONGEST_CAPTION = 170  # characters
LONGEST_COLUMNS = 1000  # characters of all of a table's column heads, which each of its rows carries


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
            caption = cleaned[0][0] if len(cleaned[0][0]) <= LONGEST_CAPTION else ""
            self.add("paragraph", cleaned.pop(0)[0])
            has_heads = True
        caption = caption or self._above
        columns: tuple[str, ...] = ()
        for number, cells in enumerate(cleaned):
            self._append("row", "\t".join(cells).strip(), 0, caption, columns)
            if number == 0 and has_heads and len(cleaned) > 1:
                columns = named_columns(cells)
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


def named_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of a table's columns, as its first row gives them; none where they are too long to name any."""
    return tuple(cells) if sum(map(len, cells)) <= LONGEST_COLUMNS else ()


def folded(text: str) -> str:
    """Text without the characters that are hidden."""
    return HIDDEN.sub("", text)
