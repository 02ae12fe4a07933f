"""What PDFium tells of a page: its words in order, the units they are tagged with, their fonts and heights."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from index.documents import UnitKind, Unreadable
from index.readers.writer import HIDDEN, folded

# A hyphen at which the text layer broke a line comes as U+FFFE or U+FFFF, but so does a glyph without a character.
NOT_CHARACTERS = re.compile("[\ufffe\uffff\0]")
BOLD = 600


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # PDFium's last error may be that of an earlier file.
        if "password" in str(error).lower() and b"/Encrypt" in data:
            raise Unreadable("the PDF is encrypted and needs a password") from error
        raise Unreadable(f"the PDF is damaged and cannot be opened ({error})") from error
    if not len(pdf):
        raise Unreadable("the PDF has no pages")
    return pdf


@dataclass(frozen=True, slots=True)
class Word:
    page: int
    start: int
    end: int
    text: str
    tag: Tag | None
    line: int


@dataclass(frozen=True, slots=True)
class Tag:
    """The structure element that a word belongs to; `cell` and `table` only within tables."""

    unit: int
    kind: UnitKind
    level: int = 0
    cell: int = -1
    table: int = -1
    heads: bool = False


@dataclass(frozen=True)
class Page:
    number: int
    words: list[Word]
    lines: list[str]
    styles: dict[int, tuple[float, bool]]  # first character of a word at the edge of a line or unit: (size, bold)
    baselines: dict[int, float]  # line: how far down the displayed page its first character's foot is

    @classmethod
    def read(cls, pdf: pypdfium2.PdfDocument, number: int) -> Page:
        page = pdf[number - 1]
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        hides, tags = HIDDEN.search(text), _tags(page)
        words: list[Word] = []
        lines: list[str] = []
        styles: dict[int, tuple[float, bool]] = {}
        baselines: dict[int, float] = {}
        position = 0
        for count, line in enumerate(text.split("\r\n")):
            lines.append(line.strip())
            for match in re.finditer(r"\S+", line):
                start = position + count_units(line[: match.start()])
                end = start + count_units(match.group())
                whole = _mended(text_page, match.group(), start)
                if hides and not folded(whole):
                    continue
                words.append(Word(number, start, end, whole, _tag_at(text_page, start, tags), count))
                if count not in baselines:
                    baselines[count] = _down(page.get_rotation(), text_page.get_charbox(start, loose=True))
            position += count_units(line) + 2
        for before, after in pairwise([None, *words, None]):
            if before is None or after is None or (before.line, before.tag) != (after.line, after.tag):
                styles.update((word.start, _style(text_page, word.start)) for word in (before, after) if word)
        return cls(number, words, lines, styles, baselines)


def count_units(text: str) -> int:
    """The number of characters as PDFium counts them, in UTF-16: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _mended(text_page: pypdfium2.PdfTextPage, word: str, start: int) -> str:
    """A word with its broken hyphen back and no NUL, one character for one; what has no character is U+FFFD."""
    if not NOT_CHARACTERS.search(word):
        return word
    return "".join(
        character
        if not NOT_CHARACTERS.match(character)
        else "-"
        if character != "\0" and pdfium.FPDFText_IsHyphen(text_page, start + count_units(word[:offset])) == 1
        else "\ufffd"
        for offset, character in enumerate(word)
    )


def _down(rotation: int, box: tuple[float, float, float, float]) -> float:
    """How far down a displayed page a box (left, bottom, right, top) in page units ends, from any fixed line."""
    left, bottom, right, top = box
    return {0: -bottom, 90: right, 180: top, 270: -left}[rotation]


def _style(text_page: pypdfium2.PdfTextPage, index: int) -> tuple[float, bool]:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, index, matrix)
    size = pdfium.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.b, matrix.d)
    return round(size, 1), pdfium.FPDFText_GetFontWeight(text_page, index) >= BOLD


def _tag_at(text_page: pypdfium2.PdfTextPage, index: int, tags: dict[int, Tag]) -> Tag | None:
    if not tags:
        return None
    item = pdfium.FPDFText_GetTextObject(text_page, index)
    return tags.get(pdfium.FPDFPageObj_GetMarkedContentID(item)) if item else None


def _tags(page: pypdfium2.PdfPage) -> dict[int, Tag]:
    """Marked-content id → the unit it belongs to, from the page's structure tree; empty where there is none."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return {}
    found: dict[int, Tag] = {}
    counter = iter(range(1, 1_000_000))
    try:
        for child in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            _walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, child), None, found, counter, 0)
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    return found


def _walk(
    element: pdfium.FPDF_STRUCTELEMENT,
    inside: Tag | None,
    found: dict[int, Tag],
    counter: Iterator[int],
    depth: int,
) -> None:
    if not element or depth > 64:
        return
    name = _name(element)
    if name in {"Table", "TR"} and _widest_row(element) < 2:
        name, inside = "Div", None  # a frame drawn around text, or a row that is one cell
    tag = _tag_for(name, inside, counter)
    for index in range(pdfium.FPDF_StructElement_GetMarkedContentIdCount(element)):
        mark = pdfium.FPDF_StructElement_GetMarkedContentIdAtIndex(element, index)
        if mark >= 0:
            found[mark] = tag or Tag(next(counter), "paragraph")
    for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
        _walk(pdfium.FPDF_StructElement_GetChildAtIndex(element, index), tag, found, counter, depth + 1)


def _tag_for(name: str, inside: Tag | None, counter: Iterator[int]) -> Tag | None:
    """The unit that an element named `name` opens, or the one around it where it opens none."""
    in_table = inside is not None and inside.table >= 0
    if name == "Table":
        return Tag(next(counter), "row", table=next(counter))
    if name == "TR" and inside and in_table:
        return Tag(next(counter), "row", table=inside.table, heads=False)
    if name in {"TH", "TD"} and inside and in_table:
        return Tag(inside.unit, "row", cell=next(counter), table=inside.table, heads=name == "TH")
    if in_table and inside and inside.cell >= 0:
        return inside
    if re.fullmatch(r"H\d?|Title", name):
        return Tag(next(counter), "heading", level=int(name[1:]) if name[1:].isdigit() else 1)
    if name == "LI":
        return Tag(next(counter), "item")
    if name in {"Note", "FENote"}:
        return Tag(next(counter), "note")
    if name in {"P", "Caption", "TOCI", "BlockQuote"} and (inside is None or inside.kind == "paragraph"):
        return Tag(next(counter), "paragraph")
    return inside


def _widest_row(element: pdfium.FPDF_STRUCTELEMENT) -> int:
    """The number of cells in the widest row of a table."""
    widest = cells = 0
    for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
        if not child:
            continue
        name = _name(child)
        if name in {"THead", "TBody", "TFoot", "TR"}:
            widest = max(widest, _widest_row(child))
        cells += name in {"TH", "TD"}
    return max(widest, cells)


def _name(element: pdfium.FPDF_STRUCTELEMENT) -> str:
    size = pdfium.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_StructElement_GetType(element, buffer, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")
