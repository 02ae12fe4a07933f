"""PDF: text in reading order, the author's own units from the file's tags, running headers left out.

Nearly all published reports are tagged: paragraphs, headings, list items and table rows are marked in the file. Text
without tags is cut into units by its lines: bullets, numbers, fonts and gaps.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from index.documents import Document, Span, Unit, UnitKind, Unreadable

# A hyphen at which the text layer broke a line comes as one of two non-characters. One character for one, always.
MENDED = str.maketrans({"\ufffe": "-", "\uffff": "-", "\0": "\ufffd"})
BULLET = re.compile(r"^[•◼▪●■◦‣∙·\u2212\u2013\u2014\u2015\u0336\u2500\uf000-\uf0ff-](?=\s|[A-Z])")
NUMBER = re.compile(r"^\(?\d{1,3}(\.\d{1,2})*[.)]?(?=\s|[A-Z])")
GLUED_NUMBER = re.compile(r"^(\d{1,3}\.)(?=[A-Z])")
SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*\d{0,2}$")
LABEL = re.compile(
    r"^(lead|reporting|deputy lead|team|quality assurance|additional) (inspector|manager)s?\b"
    r"|^(inspection dates?|dates? of inspection|report published|published|age group|authority|kind of document)\b",
    re.I,
)
BOLD = 600
LONGEST_HEADING = 170  # characters; the longest heading of 190 reports has 148


def read(data: bytes) -> Document:
    """Read a PDF. Raises Unreadable where it is damaged, encrypted, empty or holds no text."""
    pdf = _open(data)
    try:
        pages = [_Page.read(pdf, number) for number in range(1, len(pdf) + 1)]
        stated = {key: value for key, value in (("title", pdf.get_metadata_value("Title")),) if value}
    finally:
        pdf.close()
    if not any(page.words for page in pages):
        raise Unreadable("the PDF holds no text, only pictures of pages; it needs text recognition (OCR) first")
    running = _running_lines(pages)
    blocks = [block for block in _joined_over_pages([_page_blocks(page, running) for page in pages]) if block.words]
    _mark_headings(blocks)
    return _document(blocks, len(pages), stated)


def boxes(data: bytes, spans: Sequence[Span], start: int, end: int) -> list[tuple[int, tuple[float, ...]]]:
    """Where the characters start..end of a document's text stand on its pages.

    Returns (page, (left, top, right, bottom)) per line of marked text, each as a share (0 to 1) of the page's width
    or height as displayed, counted from the top left.
    """
    pdf = _open(data)
    try:
        found = []
        for span in spans:
            first, last = max(start, span.start), min(end, span.start + span.length)
            if first >= last:
                continue
            page = pdf[span.page - 1]
            text_page = page.get_textpage()
            source = span.source + first - span.start
            for rectangle in range(text_page.count_rects(source, last - first)):
                found.append((span.page, _share(page, text_page.get_rect(rectangle))))
        return found
    finally:
        pdf.close()


def render(data: bytes, page: int, width: int) -> bytes:
    """The picture of a page (counted from 1) as PNG, `width` pixels wide, in 16 greys or 64 colours."""
    import io

    pdf = _open(data)
    try:
        sheet = pdf[page - 1]
        image = sheet.render(scale=width / sheet.get_width()).to_pil().convert("RGB").quantize(64)
        out = io.BytesIO()
        image.save(out, "PNG")
        return out.getvalue()
    finally:
        pdf.close()


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise Unreadable("the PDF is encrypted and needs a password") from error
        raise Unreadable(f"the PDF is damaged and cannot be opened ({error})") from error
    if not len(pdf):
        raise Unreadable("the PDF has no pages")
    return pdf


def _share(page: pypdfium2.PdfPage, rectangle: tuple[float, float, float, float]) -> tuple[float, ...]:
    """A rectangle in page units (left, bottom, right, top) as displayed shares, turned with the page."""
    scale = 100_000
    corners = []
    for x, y in ((rectangle[0], rectangle[1]), (rectangle[2], rectangle[3])):
        left, top = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, scale, scale, 0, x, y, ctypes.byref(left), ctypes.byref(top))
        corners.append((left.value / scale, top.value / scale))
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


@dataclass(frozen=True, slots=True)
class _Word:
    page: int
    start: int
    end: int
    text: str
    tag: _Tag | None
    line: int


@dataclass(frozen=True, slots=True)
class _Tag:
    """The structure element that a word belongs to; `cell` and `table` only within tables."""

    unit: int
    kind: UnitKind
    level: int = 0
    cell: int = -1
    table: int = -1
    heads: bool = False


@dataclass(slots=True)
class _Block:
    kind: UnitKind
    words: list[_Word]
    level: int = 0
    table: tuple[int, int] | None = None
    heads: bool = False
    size: float = 0.0
    bold: bool = False
    columns: tuple[str, ...] = ()
    caption: str = ""

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def cells(self) -> list[str]:
        cells: dict[int, list[str]] = {}
        for word in self.words:
            cells.setdefault(word.tag.cell if word.tag else -1, []).append(word.text)
        return [" ".join(words) for words in cells.values()]


@dataclass(frozen=True)
class _Page:
    number: int
    words: list[_Word]
    lines: list[str]
    styles: dict[int, tuple[float, bool]]  # first character of a word at the edge of a line or unit: (size, bold)
    baselines: dict[int, float]  # line: height of its first character's foot

    @classmethod
    def read(cls, pdf: pypdfium2.PdfDocument, number: int) -> _Page:
        page = pdf[number - 1]
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        tags = _tags(page)
        words: list[_Word] = []
        lines: list[str] = []
        styles: dict[int, tuple[float, bool]] = {}
        baselines: dict[int, float] = {}
        position = 0
        for count, line in enumerate(text.split("\r\n")):
            lines.append(line.strip())
            for match in re.finditer(r"\S+", line):
                start, end = position + match.start(), position + match.end()
                whole = match.group().translate(MENDED)
                words.append(_Word(number, start, end, whole, _tag_at(text_page, start, tags), count))
                if count not in baselines:
                    baselines[count] = text_page.get_charbox(start, loose=True)[1]
            position += len(line) + 2
        for before, after in pairwise([None, *words, None]):
            if before is None or after is None or (before.line, before.tag) != (after.line, after.tag):
                styles.update((word.start, _style(text_page, word.start)) for word in (before, after) if word)
        return cls(number, words, lines, styles, baselines)


def _style(text_page: pypdfium2.PdfTextPage, index: int) -> tuple[float, bool]:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, index, matrix)
    size = pdfium.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.b, matrix.d)
    return round(size, 1), pdfium.FPDFText_GetFontWeight(text_page, index) >= BOLD


def _tag_at(text_page: pypdfium2.PdfTextPage, index: int, tags: dict[int, _Tag]) -> _Tag | None:
    if not tags:
        return None
    item = pdfium.FPDFText_GetTextObject(text_page, index)
    return tags.get(pdfium.FPDFPageObj_GetMarkedContentID(item)) if item else None


def _tags(page: pypdfium2.PdfPage) -> dict[int, _Tag]:
    """Marked-content id → the unit it belongs to, from the page's structure tree; empty where there is none."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return {}
    found: dict[int, _Tag] = {}
    counter = iter(range(1, 1_000_000))
    try:
        for child in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            _walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, child), None, found, counter, 0)
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    return found


def _walk(
    element: pdfium.FPDF_STRUCTELEMENT,
    inside: _Tag | None,
    found: dict[int, _Tag],
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
            found[mark] = tag or _Tag(next(counter), "paragraph")
    for index in range(pdfium.FPDF_StructElement_CountChildren(element)):
        _walk(pdfium.FPDF_StructElement_GetChildAtIndex(element, index), tag, found, counter, depth + 1)


def _tag_for(name: str, inside: _Tag | None, counter: Iterator[int]) -> _Tag | None:
    """The unit that an element named `name` opens, or the one around it where it opens none."""
    in_table = inside is not None and inside.table >= 0
    if name == "Table":
        return _Tag(next(counter), "row", table=next(counter))
    if name == "TR" and inside and in_table:
        return _Tag(next(counter), "row", table=inside.table, heads=False)
    if name in {"TH", "TD"} and inside and in_table:
        return _Tag(inside.unit, "row", cell=next(counter), table=inside.table, heads=name == "TH")
    if in_table and inside and inside.cell >= 0:
        return inside
    if re.fullmatch(r"H\d?|Title", name):
        return _Tag(next(counter), "heading", level=int(name[1:]) if name[1:].isdigit() else 1)
    if name == "LI":
        return _Tag(next(counter), "item")
    if name in {"Note", "FENote"}:
        return _Tag(next(counter), "note")
    if name in {"P", "Caption", "TOCI", "BlockQuote"} and (inside is None or inside.kind == "paragraph"):
        return _Tag(next(counter), "paragraph")
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


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _edges(page: _Page) -> list[int]:
    """The numbers of the first and last three lines with text on them."""
    filled = [number for number, line in enumerate(page.lines) if line]
    return sorted({*filled[:3], *filled[-3:]})


def _running_lines(pages: Sequence[_Page]) -> set[str]:
    """Headers and footers: lines that stand, but for their figures, at the edge of two pages in five or more."""
    seen = Counter(pattern for page in pages for pattern in {_pattern(page.lines[n]) for n in _edges(page)})
    return {pattern for pattern, count in seen.items() if count >= max(3, 0.4 * len(pages))}


def _page_blocks(page: _Page, running: set[str]) -> list[_Block]:
    dropped = {n for n in _edges(page) if _pattern(page.lines[n]) in running or page.lines[n] == str(page.number)}
    blocks: dict[int, _Block] = {}
    ordered: list[_Block] = []
    loose: _Block | None = None
    for word in page.words:
        if word.line in dropped:
            continue
        if word.tag is None:
            if loose is None or _starts_unit(page, loose, word):
                loose = _loose_block(word)
                ordered.append(loose)
            else:
                loose.words.append(word)
            continue
        loose = None
        block = blocks.get(word.tag.unit)
        if block is None:
            table = (page.number, word.tag.table) if word.tag.table >= 0 else None
            block = blocks[word.tag.unit] = _Block(word.tag.kind, [], word.tag.level, table, word.tag.heads)
            ordered.append(block)
        block.words.append(word)
        block.heads = block.heads and word.tag.heads
    for block in ordered:
        styles = [page.styles[block.words[0].start], page.styles[block.words[-1].start]]
        block.size, block.bold = styles[0][0], all(bold for _, bold in styles)
    return ordered


def _loose_block(word: _Word) -> _Block:
    return _Block("item" if BULLET.match(word.text + " ") else "paragraph", [word])


def _starts_unit(page: _Page, block: _Block, word: _Word) -> bool:
    """Whether an untagged word opens a new unit rather than going on with `block`."""
    last = block.words[-1]
    if word.line == last.line:
        return False
    line = page.lines[word.line]
    if BULLET.match(line) or LABEL.match(line) or (NUMBER.match(line) and SENTENCE_END.search(last.text)):
        return True
    if page.styles[word.start] != page.styles[last.start]:
        return True
    height = page.styles[word.start][0] or 12.0
    return abs(page.baselines[last.line] - page.baselines[word.line]) > 1.9 * height


def _joined_over_pages(pages: Sequence[list[_Block]]) -> list[_Block]:
    """All blocks in order; a unit that a page break cuts is one again, footnotes standing before it."""
    blocks: list[_Block] = []
    body = _body_size([block for page in pages for block in page])
    for page in pages:
        _mark_notes(page, body)
        first = next((block for block in page if block.kind != "note"), None)
        last = max((n for n, block in enumerate(blocks) if block.kind != "note"), default=None)
        if first is not None and last is not None and _goes_on(blocks[last], first):
            whole = blocks.pop(last)
            whole.words.extend(first.words)
            page.remove(first)
            blocks.append(whole)
        blocks.extend(page)
    return blocks


def _body_size(blocks: Sequence[_Block]) -> float:
    sizes: Counter[float] = Counter()
    for block in blocks:
        sizes[block.size] += len(block.words)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _mark_notes(page: list[_Block], body: float) -> None:
    for block in page[-6:]:
        small = block.size < body - 1
        if block.kind == "paragraph" and small and re.match(r"\d{1,2}\b", block.text):
            block.kind = "note"


def _goes_on(before: _Block, after: _Block) -> bool:
    if {before.kind, after.kind} & {"row", "heading"} or before.words[-1].page == after.words[0].page:
        return False
    if abs(before.size - after.size) > 0.6 or before.bold or after.bold:
        return False
    text = after.text
    if BULLET.match(text) or (NUMBER.match(text) and NUMBER.match(before.text)):
        return False
    return not SENTENCE_END.search(before.text) or text[0].islower()


def _mark_headings(blocks: list[_Block]) -> None:
    """Bold or larger short lines are headings; a table's header row names its columns."""
    body = _body_size(blocks)
    rows = Counter(block.table for block in blocks if block.table and len(block.cells()) > 1)
    heads: dict[tuple[int, int], tuple[str, ...]] = {}
    captions: dict[tuple[int, int], str] = {}
    above, contents_page = "", 0
    for block in blocks:
        cells = block.cells() if block.table else []
        if block.table and rows[block.table] > 1 and len(cells) > 1:
            if block.table not in captions:
                captions[block.table] = above
                if block.heads or block.bold:
                    heads[block.table] = tuple(cells)
                    block.heads = True
            block.columns, block.caption = heads.get(block.table, ()), captions[block.table]
            continue
        if block.kind == "row" and len(cells) == 1:
            block.kind = "paragraph"
        page = block.words[0].page
        if page == contents_page and re.search(r"\d+$", block.text):
            block.kind = "contents"
        elif not _is_heading(block, body):
            block.kind = "paragraph" if block.kind == "heading" else block.kind
        else:
            block.kind = "heading"
            if re.fullmatch(r"(table of )?contents", block.text, re.I):
                block.kind, contents_page = "contents", page
        caption = block.kind == "heading" or block.text.endswith(":")
        above = block.text if caption and len(block.text) <= LONGEST_HEADING else ""
    sizes = sorted({block.size for block in blocks if block.kind == "heading" and not block.level}, reverse=True)
    for block in blocks:
        if block.kind == "heading" and not block.level:
            block.level = 1 + sizes.index(block.size)


def _is_heading(block: _Block, body: float) -> bool:
    text = block.text
    if len(text) > LONGEST_HEADING or block.kind == "note" or LABEL.match(text) or BULLET.match(text):
        return False
    if not re.search(r"[A-Za-z]{3}", text) or text.endswith((".", ";", ",")):
        return False
    return block.kind == "heading" or block.bold or block.size >= body + 1.5


def _document(blocks: Sequence[_Block], pages: int, stated: dict[str, str]) -> Document:
    text: list[str] = []
    spans: list[Span] = []
    units: list[Unit] = []
    starts: dict[int, int] = {}
    position = 0
    for block in blocks:
        if position:
            text.append("\n")
            position += 1
        begin = position
        for word, before in zip(block.words, [None, *block.words], strict=False):
            position = _append(word, before, text, spans, starts, position)
        level = block.level if block.kind == "heading" else 0
        columns = () if block.heads else block.columns
        units.append(Unit(block.kind, begin, position, level, block.caption, columns))
    joined = "".join(text)
    return Document(joined, tuple(units), _page_starts(starts, pages, len(joined)), tuple(spans), stated)


def _append(
    word: _Word, before: _Word | None, text: list[str], spans: list[Span], starts: dict[int, int], position: int
) -> int:
    """Add a word, and what separates it from the word before, to the text; the new length."""
    if before is not None:
        cells = (before.tag.cell if before.tag else -1, word.tag.cell if word.tag else -1)
        text.append(" " if cells[0] == cells[1] else "\t")
        position += 1
    starts.setdefault(word.page, position)
    parts = GLUED_NUMBER.split(word.text) if before is None else [word.text]
    parts = [part for part in parts if part]
    source = word.start
    for count, part in enumerate(parts):
        if count:
            text.append(" ")
            position += 1
        last = spans[-1] if spans else None
        gap = position - (last.start + last.length) if last else -1
        if last and last.page == word.page and source - (last.source + last.length) == gap and gap in (0, 1):
            spans[-1] = Span(last.start, last.length + gap + len(part), last.page, last.source)
        else:
            spans.append(Span(position, len(part), word.page, source))
        text.append(part)
        position += len(part)
        source += len(part)
    return position


def _page_starts(starts: dict[int, int], pages: int, length: int) -> tuple[int, ...]:
    """The offset at which each page begins; a page without text begins where the next one does."""
    found = [starts.get(page, -1) for page in range(1, pages + 1)]
    following = length
    for index in range(pages - 1, -1, -1):
        following = found[index] = following if found[index] < 0 else min(found[index], following)
    return tuple(found)
