"""Whether a text holds what was wanted, and whether quotations stand in the original files.

The originals are read here on their own, without the readers that made the library, so that a reader's mistake shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import pypdfium2

from index.library import Library

RUN = 5  # words
# What stands where a line broke a word.
NO_LETTERS = dict.fromkeys(map(ord, "\ufffe\uffff\u00ad"))
# Between the end of a quotation's first part and the foot of its page, or the head of the next and its second part.
FOOTER = 200  # letters
FIRST_LETTERS = 24  # of a passage, by which its page is known


def holds(text: str, wanted: str, share: float) -> bool:
    """Whether `text` has at least this share of the runs of five words (all words, where fewer) in `wanted`."""
    length = min(RUN, len(words(wanted)))
    runs = _runs(wanted, length)
    return len(runs & _runs(text, length)) >= share * len(runs)


def words(text: str) -> list[str]:
    """The words and numbers of a text in small letters: marks, white space and hyphens at line ends do not count."""
    return re.findall(r"[a-z0-9]+", text.translate(NO_LETTERS).lower())


@dataclass(frozen=True)
class Original:
    """The text of a file, page by page; where its format has no pages it is one."""

    pages: tuple[str, ...]
    is_paged: bool

    def has(self, quote: str, page: int | None) -> bool:
        """Whether a quotation stands here word for word, figures included, on the page that is named."""
        wanted = _letters(quote)
        if not wanted or not _figures(quote) <= self._all_figures:
            return False
        if not self.is_paged:
            return wanted in _letters(self.pages[0])
        if not page or not 1 <= page <= len(self.pages):
            return False
        return wanted in _letters(self.pages[page - 1]) or self._runs_over(wanted, page)

    def begins(self, text: str, page: int | None) -> bool:
        """Whether a passage begins on the page that is named."""
        if not page or not 1 <= page <= len(self.pages):
            return False
        return _letters(text)[:FIRST_LETTERS] in _letters(self.pages[page - 1])

    def _runs_over(self, wanted: str, page: int) -> bool:
        if page == len(self.pages):
            return False
        foot = _letters(self.pages[page - 1])[-len(wanted) - FOOTER :]
        head = _letters(self.pages[page])[: len(wanted) + FOOTER]
        return any(wanted[:cut] in foot and wanted[cut:] in head for cut in range(1, len(wanted)))

    @cached_property
    def _all_figures(self) -> set[str]:
        return _figures(" ".join(self.pages))


class Originals:
    """The files that a library was made from, by path, as far as they can be checked: PDF, Markdown and plain text."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._ids = {document.path: document.id for document in library.documents()}
        self._read: dict[str, Original | None] = {}

    def is_exact(self, path: str, quote: str, page: int | None) -> bool | None:
        """Whether a quotation stands in the file at `path`; None where its format is not checked (Word, HTML)."""
        if path not in self._ids:
            return False
        original = self._original(path)
        return original.has(quote, page) if original else None

    def begins_on_page(self, path: str, text: str, page: int | None) -> bool | None:
        """Whether a passage begins on the page that is named; None where the file has no pages."""
        original = self._original(path) if path in self._ids else None
        return original.begins(text, page) if original and original.is_paged else None

    def _original(self, path: str) -> Original | None:
        if path not in self._read:
            self._read[path] = read_original(self._library.original(self._ids[path]), path)
        return self._read[path]


def read_original(data: bytes, path: str) -> Original | None:
    """A file's text; None where its format is not read here."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix == ".pdf":
        try:
            with pypdfium2.PdfDocument(data) as opened:
                return Original(tuple(page.get_textpage().get_text_range() for page in opened), True)
        except pypdfium2.PdfiumError:
            return Original((), True)  # something else under a PDF's name: nothing stands on any page of it
    if suffix in {".txt", ".md"}:
        return Original((data.decode("utf-8", errors="replace"),), False)
    return None


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[start : start + length]) for start in range(len(found) - length + 1)}


def _letters(text: str) -> str:
    return "".join(words(text))


def _figures(text: str) -> set[str]:
    """Numbers with a decimal point, which letters alone would lose: 5.00 is not 500."""
    return set(re.findall(r"\d+(?:\.\d+)+", text))
