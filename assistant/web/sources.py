"""The pages of the source documents: a list of all, and one for each that opens at a passage and marks it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from assistant.answer import searched
from assistant.register.entries import Register
from assistant.web.figures import authority_address
from assistant.web.markup import PASSAGE, Block, Mark, blocks
from assistant.web.pages import page
from assistant.web.pictures import Box, Pictures
from assistant.wording import day_in_full, inspected_in_full, whose_words
from index.documents import Document, Unreadable
from index.library import Library
from index.stored import StoredDocument

NO_DOCUMENT = "The library holds no such document. It may have been replaced by a newer one."
NO_PAGE = "The document has no such page."
NO_PICTURE = "The page cannot be drawn. Its text can be read, and the file opened."
NO_PASSAGE = "The address names a passage that this document does not have, so nothing is marked."
FORMATS = {"pdf": "PDF", "word": "Word", "html": "Web page", "markdown": "Markdown", "text": "Plain text"}
A4 = (1200, 1697)  # pixels, of a picture that cannot be drawn
# What is named by its content's hash never changes under that name.
FOREVER = "private, max-age=31536000, immutable"
# A PDF is shown by the browser's own reader, which a stricter policy would stop.
PDF_POLICY = "base-uri 'none'"
DOWNLOAD_POLICY = "default-src 'none'; sandbox"
# In an address: the page is to stand beside the chat. The header that says so is not sent by plain HTTP.
BESIDE = "beside"


@dataclass(frozen=True)
class Sheet:
    """A page of a PDF: its text, and the size of its picture with the boxes around the marked words on it.

    `anchor` is the id of the boxes where the page is to open at them; the marked words in the text are then
    "words-NUMBER".
    """

    number: int
    blocks: list[Block]
    width: int
    height: int
    boxes: list[Box]
    anchor: str


@dataclass(frozen=True)
class View:
    """What one document's page shows; `compact` where it stands in a frame beside the chat."""

    document: StoredDocument
    mark: Mark | None = None
    notice: str = ""
    compact: bool = False
    asked_page: int | None = None
    sheets: list[Sheet] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Whose words the document holds."""
        return whose_words(self.document.facts)

    @property
    def format(self) -> str:
        """The kind of file."""
        return FORMATS[self.document.format]

    @property
    def file_name(self) -> str:
        """The file's name without its folders."""
        return PurePosixPath(self.document.path).name

    def page_address(self, number: int) -> str:
        """The address of another page, the marked words kept."""
        beside = f"&{BESIDE}=1" if self.compact else ""
        return f"{self._address(number)}{beside}"

    @property
    def own_address(self) -> str:
        """The address of this page by itself, wherever it stands."""
        return self._address(self.asked_page) + ("#passage" if self.mark else "")

    def _address(self, number: int | None) -> str:
        marked = [f"start={self.mark.start}", f"end={self.mark.end}"] if self.mark else []
        return f"?{'&'.join([*marked, *([f'page={number}'] if number else [])])}"

    @property
    def dates(self) -> str:
        """The one date that tells the document from others, in words; empty where none is known."""
        facts = self.document.facts
        if inspected := inspected_in_full(facts):
            return f"Inspected {inspected}"
        for name, day in (("Published", facts.publication_date), ("Written", facts.written)):
            if day:
                return f"{name} {day_in_full(day)}"
        return ""


def router(library: Library) -> APIRouter:
    """The routes below /documents."""
    pages = _Sources(library)
    routes = APIRouter(prefix="/documents")
    for path, endpoint in (
        ("", pages.to_list),
        ("/", pages.overview),
        ("/{digest}", pages.document),
        ("/{digest}/original", pages.original),
        ("/{digest}/pages/{number}.png", pages.picture),
    ):
        routes.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None)
    return routes


@dataclass(frozen=True)
class _Opened:
    """A document with its text, and the words to mark in it."""

    stored: StoredDocument
    loaded: Document
    mark: Mark | None

    def blocks_of_page(self, number: int, anchor: str) -> list[Block]:
        """The text of a page; its marked words have this id."""
        text = self.loaded.text
        starts = (*self.loaded.page_starts, len(text))
        start, end = starts[number - 1], starts[number]
        return blocks(self.loaded, start, end, [_clipped(text, self.mark, start, end, anchor)] if self.mark else [])


class _Sources:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._pictures = Pictures(library)

    def to_list(self) -> Response:
        return RedirectResponse("documents/")

    def overview(self, request: Request) -> Response:
        documents = sorted(self._library.documents(), key=_by_authority)
        groups = [(name, [View(d) for d in found]) for name, found in groupby(documents, lambda d: d.facts.authority)]
        judged = {e.authority: authority_address(e.authority) for e in Register.of(self._library).entries}
        failures, covered = self._library.failures(), searched(documents).counted
        return page(request, "documents.html", groups=groups, judged=judged, failures=failures, covered=covered)

    def document(self, request: Request, digest: str) -> Response:
        stored = self._find(digest)
        loaded = self._library.load(stored.id)
        mark, notice = _asked_mark(request.query_params, loaded)
        compact = BESIDE in request.query_params
        if stored.format == "pdf":
            number = _asked_page(request.query_params, stored)
            view = View(stored, mark, notice, compact, number, self._sheets(_Opened(stored, loaded, mark), number))
        else:
            written = blocks(loaded, 0, len(loaded.text), [mark] if mark else [])
            view = View(stored, mark, notice, compact, blocks=written)
        return page(request, "document.html", 404 if notice else 200, view=view)

    def original(self, digest: str) -> Response:
        stored = self._find(digest)
        name = quote(PurePosixPath(stored.path).name)
        if stored.format == "pdf":
            return _file(self._library.original(stored.id), "application/pdf", "inline", name, PDF_POLICY)
        # Anything else is only ever handed over as a file: a web page shown here could run script as if it were ours.
        data = self._library.original(stored.id)
        return _file(data, "application/octet-stream", "attachment", name, DOWNLOAD_POLICY)

    def picture(self, digest: str, number: str) -> Response:
        stored = self._find(digest)
        if stored.format != "pdf":
            raise HTTPException(404, NO_PAGE)
        try:
            picture = self._pictures.page(stored, _page_number(number, stored))
        except Unreadable as error:
            raise HTTPException(404, NO_PICTURE) from error
        return Response(picture, media_type="image/png", headers={"cache-control": FOREVER})

    def _find(self, digest: str) -> StoredDocument:
        stored = self._library.find_document(digest)
        if stored is None:
            raise HTTPException(404, NO_DOCUMENT)
        return stored

    def _sheets(self, opened: _Opened, asked: int | None) -> list[Sheet]:
        """The page asked for, else those on which the marked words stand, two at most."""
        mark, boxes = opened.mark, self._boxes(opened)
        if asked:
            numbers = [asked]
        else:
            first = (opened.loaded.page_at(mark.start) if mark else None) or 1
            numbers = [first, first + 1] if first + 1 in boxes else [first]
        opening = next((number for number in numbers if number in boxes), None)
        sheets = []
        for number in numbers:
            width, height = self._size(opened.stored, number)
            anchor = PASSAGE if number == opening else ""
            written = opened.blocks_of_page(number, f"words-{number}" if opening else PASSAGE)
            sheets.append(Sheet(number, written, width, height, list(boxes.get(number, ())), anchor))
        return sheets

    def _boxes(self, opened: _Opened) -> dict[int, list[Box]]:
        mark = opened.mark
        if mark is None:
            return {}
        with suppress(Unreadable):  # the words are marked in the text all the same
            return self._pictures.boxes(opened.stored, opened.loaded.spans, mark.start, mark.end)
        return {}

    def _size(self, document: StoredDocument, page: int) -> tuple[int, int]:
        with suppress(Unreadable):
            return self._pictures.size(document, page)
        return A4


def _by_authority(document: StoredDocument) -> tuple[bool, str, int]:
    """Authorities by name, the newest document first, those of no authority last."""
    facts = document.facts
    newest_first = -facts.date.toordinal() if facts.date else 0
    return facts.authority is None, facts.authority or "", newest_first


def _asked_mark(query: Mapping[str, str], document: Document) -> tuple[Mark | None, str]:
    """The passage that an address names, and a notice where the document has no such passage."""
    if "start" not in query and "end" not in query:
        return None, ""
    start, end = _number(query.get("start", "")), _number(query.get("end", ""))
    if start is None or end is None or not start < end <= len(document.text):
        return None, NO_PASSAGE
    return Mark(start, end, PASSAGE), ""


def _asked_page(query: Mapping[str, str], document: StoredDocument) -> int | None:
    return _page_number(query["page"], document) if "page" in query else None


def _page_number(text: str, document: StoredDocument) -> int:
    number = _number(text)
    if number is None or not 1 <= number <= document.pages:
        raise HTTPException(404, NO_PAGE)
    return number


def _number(text: str) -> int | None:
    """A whole number of at most nine digits, as addresses hold them."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _clipped(text: str, mark: Mark, start: int, end: int, anchor: str) -> Mark:
    """The part of a mark that lies within these offsets, without space at its ends, under its own id."""
    first, last = max(mark.start, start), min(mark.end, end)
    while first < last and text[first].isspace():
        first += 1
    while first < last and text[last - 1].isspace():
        last -= 1
    return Mark(first, last, anchor)


def _file(data: bytes, media_type: str, disposition: str, quoted_name: str, policy: str) -> Response:
    headers = {
        "content-disposition": f"{disposition}; filename*=UTF-8''{quoted_name}",
        "content-security-policy": policy,
        "cache-control": FOREVER,
    }
    return Response(data, media_type=media_type, headers=headers)
