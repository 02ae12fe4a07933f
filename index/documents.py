"""What a document is once it has been read: one text, its units, its pages, and the way back to the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

UnitKind = Literal["heading", "paragraph", "item", "row", "note", "contents"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of text that its author set apart: a heading, paragraph, list item, table row or footnote.

    "contents" is a line of the table of contents: part of the text, but nothing to search or quote.
    `start` and `end` are character offsets into the document's text. `level` is a heading's depth (1 is the title's).
    `columns` and `caption` are set for table rows: the column heads and what stands above the table.
    """

    kind: UnitKind
    start: int
    end: int
    level: int = 0
    caption: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text that stands, character for character, on a page of the original file.

    `start` is an offset into the document's text, `page` counts from 1, `source` is the index of the run's first
    character in that page's own text layer.
    """

    start: int
    length: int
    page: int
    source: int


@dataclass(frozen=True)
class Document:
    """One file's mended text with its structure.

    `page_starts[i]` is the offset at which page i + 1 begins; empty for formats without pages. `stated` holds what the
    file says of itself in its own metadata or front matter (keys as in `index.describe`).
    Raises ValueError where units, pages or spans do not fit the text, or where it holds a NUL.
    """

    text: str
    units: tuple[Unit, ...]
    page_starts: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "\0" in self.text:
            raise ValueError("the text holds a NUL character, which SQLite takes for its end")
        length, position = len(self.text), 0
        for unit in self.units:
            if not position <= unit.start < unit.end <= length:
                raise ValueError(f"unit {unit.start}-{unit.end} does not fit a text of {length} characters in order")
            position = unit.end
        if list(self.page_starts) != sorted(self.page_starts) or any(s > length for s in self.page_starts):
            raise ValueError(f"page starts {self.page_starts} are not in order within {length} characters")
        for span in self.spans:
            if not 0 <= span.start <= span.start + span.length <= length:
                raise ValueError(f"span at {span.start} of {span.length} does not fit {length} characters")

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, on which the character at `offset` stands; None where there are no pages."""
        return bisect_right(self.page_starts, offset) or 1 if self.page_starts else None


@dataclass(frozen=True, slots=True)
class Passage:
    """What is searched and shown: `text == document.text[start:end]`.

    `header` names authority, date and section (for a table row its caption and columns too); it is embedded with the
    text and not shown as part of it. Where there are no pages, `paragraph` counts the units below the last heading from
    1. `sentences` are (start, end) offsets into the document's text.
    """

    text: str
    start: int
    end: int
    kind: UnitKind
    section: str
    header: str
    page: int | None
    last_page: int | None
    paragraph: int | None
    sentences: tuple[tuple[int, int], ...]
    cut: bool = False

    def as_read(self) -> tuple[str, list[tuple[int, int]]]:
        """What the encoder reads: header and text, and the offsets of the sentences in both together."""
        before = f"{self.header}\n"
        shift = len(before) - self.start
        return before + self.text, [(start + shift, end + shift) for start, end in self.sentences]


class Unreadable(Exception):
    """A file that cannot become a document. The message is shown to the user as the reason."""
