"""Whether the boxes that mark a quotation on a PDF's page lie on its words and on no others.

    python tests/benchmarks/marks.py LIBRARY [--passages 200] [--seed 0]

Takes passages of the library's PDF files at random and, as many again, single sentences that begin within a page's
line, opens each one's page as a browser does and compares the letters under its boxes with the letters of the quote.
A letter is under a box where the middle of its own place on the page is, which is worked out here by hand and shares
nothing with the code that makes the boxes. White space is left out on both sides, and the sign that a text layer has
for a hyphen at a line's end is a hyphen; nothing else is forgiven, bullets neither. Prints each quote that differs and
how many are equal, lack letters or mark others; ends with status 1 where any other letter is marked or more than one in
200 lacks letters.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from time import perf_counter

import lxml.html
import pypdfium2
import pypdfium2.raw as pdfium
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.settings import Settings
from assistant.web import sources
from assistant.web.site import Site
from index.library import Library
from index.stored import StoredDocument, StoredPassage

SHORT = 12  # letters; a sentence of fewer is a number or a heading's remnant

# left, top, right, bottom as shares (0 to 1) of the picture, from the top left.
Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class Outcome:
    """The letters of a quote, those under its boxes, and what is missing or too much in the latter."""

    document: str
    pages: tuple[int, ...]
    quoted: str
    marked: str
    missing: str
    other: str

    @property
    def is_equal(self) -> bool:
        """Whether the boxes lie on the quote's letters and on no others."""
        return self.quoted == self.marked

    def __str__(self) -> str:
        return (
            f"{self.document}, page {', '.join(map(str, self.pages))}: {self.quoted[:60]}\n"
            f"    missing: {self.missing[:200] or '-'}\n    other: {self.other[:200] or '-'}"
        )


class Marks:
    """Opens the source pages of one library and compares."""

    def __init__(self, library: Library) -> None:
        app = FastAPI()
        app.state.site = Site.of(Settings())
        app.include_router(sources.router(library))
        self._client = TestClient(app)
        self._library = library
        self._letters = lru_cache(maxsize=4)(self._page_letters)

    def compare(self, document: StoredDocument, start: int, end: int) -> Outcome:
        """What lies under the boxes of the characters start..end of a PDF's text."""
        pages = self.boxes(document, start, end)
        found: list[str] = []
        for number, boxes in pages.items():
            letters = self._letters(document.id, number)
            seen: set[int] = set()
            for left, top, right, bottom in boxes:
                under = [n for n, (_, x, y) in enumerate(letters) if left <= x <= right and top <= y <= bottom]
                found.extend(letters[n][0] for n in under if n not in seen)
                seen.update(under)
        quoted, marked = normal(self._library.text(document.id, start, end)), normal("".join(found))
        missing, other = differences(quoted, marked)
        return Outcome(document.path, tuple(pages), quoted, marked, missing, other)

    def boxes(self, document: StoredDocument, start: int, end: int) -> dict[int, list[Rect]]:
        """Page → the boxes that the document's page draws for these characters, the following pages looked up too."""
        address = f"/documents/{document.digest}?start={start}&end={end}"
        pages = boxes_of(self._client.get(address).text)
        while pages and max(pages) < document.pages:
            following = max(pages) + 1
            found = boxes_of(self._client.get(f"{address}&page={following}").text)
            if not found[following]:
                break
            pages |= found
        return {number: boxes for number, boxes in pages.items() if boxes}

    def _page_letters(self, document: int, page: int) -> list[tuple[str, float, float]]:
        with pypdfium2.PdfDocument(self._library.original(document)) as pdf:
            return page_letters(pdf[page - 1])


def boxes_of(html: str) -> dict[int, list[Rect]]:
    """Page number → the boxes on its picture, from a document's page as it is served."""
    found: dict[int, list[Rect]] = {}
    for figure in lxml.html.document_fromstring(html).iter("figure"):
        number = int(str(figure.get("id")).removeprefix("picture-"))
        rects = [
            [float(str(rect.get(name)).rstrip("%")) / 100 for name in ("x", "y", "width", "height")]
            for rect in figure.iter("rect")
        ]
        found[number] = [(x, y, x + width, y + height) for x, y, width, height in rects]
    return found


def page_letters(page: pypdfium2.PdfPage) -> list[tuple[str, float, float]]:
    """The page's characters but white space, each with the middle of its place on the page as displayed.

    That is a share of the picture's width from the left and of its height from the top.
    """
    text_page = page.get_textpage()
    left, bottom, right, top = page.get_cropbox()
    rotation = page.get_rotation()
    found = []
    for index in range(text_page.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        if letter.isspace():
            continue
        x1, y1, x2, y2 = text_page.get_charbox(index)
        x, y = ((x1 + x2) / 2 - left) / (right - left), ((y1 + y2) / 2 - bottom) / (top - bottom)
        turned = {0: (x, 1 - y), 90: (y, x), 180: (1 - x, y), 270: (1 - y, 1 - x)}[rotation]
        found.append((letter, *turned))
    return found


def normal(text: str) -> str:
    """A text for comparison: no white space, and what pdfium gives for a hyphen at a line's end is a hyphen.

    A letter beyond U+FFFF, which pdfium gives as two, is one again.
    """
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"\s+", "", re.sub("[\x02\ufffe\uffff]", "-", text))


def differences(quoted: str, marked: str) -> tuple[str, str]:
    """The letters of the quote that are not marked, and the marked ones that are not its own."""
    if quoted == marked:
        return "", ""
    missing, other = [], []
    for kind, a, b, c, d in SequenceMatcher(None, quoted, marked, autojunk=False).get_opcodes():
        if kind != "equal":
            missing.append(quoted[a:b])
            other.append(marked[c:d])
    return " ".join(filter(None, missing)), " ".join(filter(None, other))


def sampled(library: Library, count: int, rng: random.Random) -> Iterator[StoredPassage]:
    """Passages of the PDF files, each as likely as any other."""
    by_document = {d.id: d for d in library.documents() if d.format == "pdf"}
    ids, documents, _ = library.vectors()
    of_pdf = [int(n) for n, document in zip(ids, documents, strict=True) if int(document) in by_document]
    chosen = rng.sample(of_pdf, min(count, len(of_pdf)))
    yield from sorted(library.passages(chosen), key=lambda passage: (passage.document.id, passage.start))


def sentences(passages: Sequence[StoredPassage], rng: random.Random) -> Iterator[tuple[StoredDocument, int, int]]:
    """One sentence of each passage, not its first where it has several."""
    for passage in passages:
        several = passage.sentences[1:] or passage.sentences
        long = [(a, b) for a, b in several if b - a >= SHORT]
        yield (passage.document, *(rng.choice(long) if long else (passage.start, passage.end)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    library, rng = Library(options.library), random.Random(options.seed)
    passages = list(sampled(library, options.passages, rng))
    marks = Marks(library)
    whole = [(passage.document, passage.start, passage.end) for passage in passages]
    failed = False
    for name, quotes in (("passages", whole), ("sentences", list(sentences(passages, rng)))):
        began = perf_counter()
        outcomes = [marks.compare(*quote) for quote in quotes]
        seconds = perf_counter() - began
        for outcome in outcomes:
            if not outcome.is_equal:
                print(outcome)
        equal = sum(outcome.is_equal for outcome in outcomes)
        lacking, other = (sum(bool(getattr(o, kind)) for o in outcomes) for kind in ("missing", "other"))
        print(f"{len(outcomes)} {name}: {equal} equal, {lacking} lack letters, {other} mark others ({seconds:.0f} s)")
        failed = failed or other > 0 or equal < len(outcomes) * 199 / 200
    sys.exit(failed)


if __name__ == "__main__":
    main()
