"""Pictures of PDF pages and where the cited words stand on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.documents import Span
from index.library import Library
from index.readers import pdf_pictures, pdf_places
from index.readers.apart import ReaderProcess
from index.stored import StoredDocument

WIDTH = 1200  # pixels: sharp at full width of a desktop window, about 100 kB a page
WORD_GAP = 1.5  # per cent of a page's width: more than a space between words, less than between a table's columns
KEPT = 64  # pictures in memory


@dataclass(frozen=True)
class Box:
    """A line of marked words on a page, in per cent of its width and height, from the top left."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


class Pictures:
    """Draws pages when they are first asked for, and keeps the last ones.

    A process of its own draws them: a file that could be read may still hang or crash what draws it, and PDFium is not
    safe to call from two threads at once. All methods raise Unreadable where a page cannot be drawn.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._reader = ReaderProcess()
        self._drawn = lru_cache(maxsize=KEPT)(self._draw)

    def page(self, document: StoredDocument, page: int) -> bytes:
        """The picture of a page, counted from 1, as PNG."""
        return self._drawn(document.digest, document.id, page)

    def size(self, document: StoredDocument, page: int) -> tuple[int, int]:
        """Width and height of a page's picture in pixels."""
        data = self._library.original(document.id)
        return self._reader.call(pdf_pictures.size, data, page, WIDTH)

    def boxes(self, document: StoredDocument, spans: Sequence[Span], start: int, end: int) -> dict[int, list[Box]]:
        """Page → the boxes around the characters start..end of the document's text."""
        data = self._library.original(document.id)
        within = [span for span in spans if span.start < end and span.start + span.length > start]
        found = self._reader.call(pdf_places.boxes, data, within, start, end)
        pages: dict[int, list[Box]] = {}
        for page, (left, top, right, bottom) in found:
            pages.setdefault(page, []).append(Box(100 * left, 100 * top, 100 * (right - left), 100 * (bottom - top)))
        return {page: _lines(found) for page, found in pages.items()}

    def _draw(self, digest: str, document: int, page: int) -> bytes:
        data = self._library.original(document)
        return self._reader.call(pdf_pictures.draw_png, data, page, WIDTH)


def _lines(boxes: Sequence[Box]) -> list[Box]:
    """Boxes of neighbouring runs joined to one a line: many PDFs set a line in pieces, some of a single letter."""
    joined: list[Box] = []
    for box in boxes:
        if joined and _neighbours(joined[-1], box):
            before = joined.pop()
            left, top = min(before.left, box.left), min(before.top, box.top)
            right, bottom = max(before.right, box.right), max(before.bottom, box.bottom)
            box = Box(left, top, right - left, bottom - top)
        joined.append(box)
    return joined


def _neighbours(before: Box, after: Box) -> bool:
    """Whether `after` goes on where `before` ends, on the same line of level text."""
    overlap = min(before.bottom, after.bottom) - max(before.top, after.top)
    is_level = max(before.width, after.width) > 2 * max(before.height, after.height)
    gap = after.left - before.right
    # A comma's box reaches from below the line to not half its own height above it.
    return is_level and overlap > 0.25 * min(before.height, after.height) and -WORD_GAP < gap < WORD_GAP
