"""A document's text as escaped HTML: its headings, lists and tables again, and the cited words marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from markupsafe import Markup, escape

from assistant.wording import shown
from index.documents import Document, Unit
from index.passages import MARKER

NOTHING = Markup("")
PASSAGE = "passage"  # the id that addresses of passages open at


@dataclass(frozen=True)
class Mark:
    """The words to mark, as offsets into the document's text; `anchor` is the id that their first has, if any."""

    start: int
    end: int
    anchor: str = ""


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list or a table.

    `rows` are a table's cells, `head` those that name its columns. `own_marks` says which items of a list begin with
    their own numbers or bullets; empty where none does.
    """

    kind: Literal["heading", "paragraph", "note", "contents", "list", "table"]
    text: Markup = NOTHING
    level: int = 0
    items: tuple[Markup, ...] = ()
    own_marks: tuple[bool, ...] = ()
    head: tuple[Markup, ...] = ()
    rows: tuple[tuple[Markup, ...], ...] = ()


def marked(text: str, offset: int, marks: Sequence[Mark]) -> Markup:
    """Escaped text with these words in <mark>; `offset` is where `text` begins in its document."""
    pieces: list[Markup] = []
    done = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        start, end = max(mark.start - offset, done), min(mark.end - offset, len(text))
        if start >= end:
            continue
        is_first = mark.anchor and start == mark.start - offset
        # With a tabindex, script can move the focus there, and the Tab key goes on from there.
        anchor = Markup(' id="{}" tabindex="-1"').format(mark.anchor) if is_first else NOTHING
        pieces += [_lines(text[done:start]), Markup("<mark{}>{}</mark>").format(anchor, _lines(text[start:end]))]
        done = end
    return NOTHING.join([*pieces, _lines(text[done:])])


def blocks(document: Document, start: int, end: int, marks: Sequence[Mark] = ()) -> list[Block]:
    """The text between two offsets as blocks, in order; a unit that the offsets cut is cut."""
    inside = [unit for unit in document.units if unit.start < end and unit.end > start]
    writer = _Writer(document, start, end, marks)
    found: list[Block] = []
    for kind, group in groupby(inside, key=_run):
        found.extend(writer.blocks(kind, list(group)))
    return found


def _run(unit: Unit) -> tuple[str, str]:
    """What neighbouring units have in common that belong to one list or table."""
    return (unit.kind, unit.caption) if unit.kind == "row" else (unit.kind, "")


class _Writer:
    def __init__(self, document: Document, start: int, end: int, marks: Sequence[Mark]) -> None:
        self._document, self._start, self._end, self._marks = document, start, end, marks
        self._level = 0

    def blocks(self, run: tuple[str, str], units: Sequence[Unit]) -> Iterator[Block]:
        kind = units[0].kind
        if kind == "row":
            yield self._table(units)
        elif kind == "item":
            has_mark = tuple(self._has_mark(unit) for unit in units)
            items = tuple(self._text(unit) for unit in units)
            yield Block("list", items=items, own_marks=has_mark if any(has_mark) else ())
        elif kind == "heading":
            for unit in units:
                # A screen reader's list of headings has no gaps: none is more than one level below the one before.
                self._level = max(1, min(unit.level, self._level + 1))
                yield Block("heading", self._text(unit), self._level)
        else:
            for unit in units:
                yield Block(kind, self._text(unit))

    def _has_mark(self, unit: Unit) -> bool:
        """Whether what is shown of an item begins with its own number or bullet; it may go on from another page."""
        return bool(MARKER.match(self._document.text, max(unit.start, self._start), unit.end))

    def _table(self, units: Sequence[Unit]) -> Block:
        rows = [self._cells(unit) for unit in units]
        has_head = len(units) > 1 and not units[0].columns and bool(units[1].columns)
        return Block("table", head=rows[0] if has_head else (), rows=tuple(rows[1:] if has_head else rows))

    def _cells(self, unit: Unit) -> tuple[Markup, ...]:
        start, end = max(unit.start, self._start), min(unit.end, self._end)
        cells, position = [], start
        for cell in self._document.text[start:end].split("\t"):
            cells.append(marked(cell, position, self._marks))
            position += len(cell) + 1
        return tuple(cells)

    def _text(self, unit: Unit) -> Markup:
        start, end = max(unit.start, self._start), min(unit.end, self._end)
        return marked(self._document.text[start:end], start, self._marks)


def _lines(text: str) -> Markup:
    """Escaped text; the tabs between a table's cells become a dash, line ends stay."""
    return Markup("<br>").join(escape(line) for line in shown(text).split("\n"))
