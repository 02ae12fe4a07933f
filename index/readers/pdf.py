"""PDF: text in reading order, the author's own units from the file's tags, running headers left out.

Nearly all published reports are tagged: paragraphs, headings, list items and table rows are marked in the file. Text
without tags is cut into units by its lines: bullets, numbers, fonts and gaps.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Document, Span, Unit, UnitKind, Unreadable
from index.readers.pdf_layer import Page, Word, count_units, open_pdf
from index.readers.writer import HIDDEN, named_columns

BULLET = re.compile(r"^[•◼▪●■◦‣∙·\u2212\u2013\u2014\u2015\u0336\u2500\uf000-\uf0ff-](?=\s|[A-Z])")
NUMBER = re.compile(r"^\(?\d{1,3}(\.\d{1,2})*[.)]?(?=\s|[A-Z])")
GLUED_NUMBER = re.compile(r"^(\d{1,3}\.)(?=[A-Z])")
SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*\d{0,2}$")
HIDDEN_OR_EMOJI = re.compile(f"({HIDDEN.pattern}|[\U00010000-\U0010ffff])")
LABEL = re.compile(
    r"^(lead|reporting|deputy lead|team|quality assurance|additional) (inspector|manager)s?\b"
    r"|^(inspection dates?|dates? of inspection|report published|published|age group|authority|kind of document)\b",
    re.I,
)
LONGEST_HEADING = 170  # characters; the longest heading of 190 reports has 148


def read(data: bytes) -> Document:
    """Read a PDF. Raises Unreadable where it is damaged, encrypted, empty or holds no text."""
    pdf = open_pdf(data)
    try:
        pages = [Page.read(pdf, number) for number in range(1, len(pdf) + 1)]
        stated = {key: value for key, value in (("title", pdf.get_metadata_value("Title")),) if value}
    finally:
        pdf.close()
    if not any(page.words for page in pages):
        raise Unreadable("the PDF holds no text, only pictures of pages; it needs text recognition (OCR) first")
    running = _running_lines(pages)
    blocks = [block for block in _joined_over_pages([_page_blocks(page, running) for page in pages]) if block.words]
    if not blocks:
        raise Unreadable("the PDF holds no text but running headers; it needs text recognition (OCR) first")
    _mark_headings(blocks)
    return _document(blocks, len(pages), stated)


@dataclass(slots=True)
class _Block:
    kind: UnitKind
    words: list[Word]
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


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _edges(page: Page) -> list[int]:
    """The numbers of the first and last three lines with text on them."""
    filled = [number for number, line in enumerate(page.lines) if line]
    return sorted({*filled[:3], *filled[-3:]})


def _running_lines(pages: Sequence[Page]) -> set[str]:
    """Headers and footers: lines that stand, but for their figures, at the edge of two pages in five or more."""
    seen = Counter(pattern for page in pages for pattern in {_pattern(page.lines[n]) for n in _edges(page)})
    return {pattern for pattern, count in seen.items() if count >= max(3, 0.4 * len(pages))}


def _page_blocks(page: Page, running: set[str]) -> list[_Block]:
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


def _loose_block(word: Word) -> _Block:
    return _Block("item" if BULLET.match(word.text + " ") else "paragraph", [word])


def _starts_unit(page: Page, block: _Block, word: Word) -> bool:
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
    drop = page.baselines[word.line] - page.baselines[last.line]
    return drop > 1.9 * height or (drop < 0 and bool(SENTENCE_END.search(last.text)))


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
                    heads[block.table] = named_columns(cells)
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
    word: Word, before: Word | None, text: list[str], spans: list[Span], starts: dict[int, int], position: int
) -> int:
    """Add a word, and what separates it from the word before, to the text; the new length."""
    if before is not None:
        cells = (before.tag.cell if before.tag else -1, word.tag.cell if word.tag else -1)
        text.append(" " if cells[0] == cells[1] else "\t")
        position += 1
    starts.setdefault(word.page, position)
    number = GLUED_NUMBER.match(word.text) if before is None else None
    source = word.start
    for piece in (word.text,) if number is None else (number[1], word.text[number.end() :]):
        if source > word.start:
            text.append(" ")
            position += 1
        # An emoji stands by itself: PDFium counts it as two.
        for part in filter(None, HIDDEN_OR_EMOJI.split(piece)):
            if not HIDDEN.match(part):
                _add_span(spans, position, len(part), word.page, source)
                text.append(part)
                position += len(part)
            source += count_units(part)
    return position


def _add_span(spans: list[Span], position: int, length: int, page: int, source: int) -> None:
    """Add a run of text, to the last span where it goes on with that one on the page as in the text."""
    last = spans[-1] if spans else None
    gap = position - (last.start + last.length) if last else -1
    if last and last.page == page and source - (last.source + last.length) == gap and gap in (0, 1):
        spans[-1] = Span(last.start, last.length + gap + length, page, last.source)
    else:
        spans.append(Span(position, length, page, source))


def _page_starts(starts: dict[int, int], pages: int, length: int) -> tuple[int, ...]:
    """The offset at which each page begins; a page without text begins where the next one does."""
    found = [starts.get(page, -1) for page in range(1, pages + 1)]
    following = length
    for index in range(pages - 1, -1, -1):
        following = found[index] = following if found[index] < 0 else min(found[index], following)
    return tuple(found)
