"""Word (.docx): paragraphs, lists and tables in the order in which they stand."""

from __future__ import annotations

import io
import re
import zipfile

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from index.documents import Document, Unreadable
from index.readers.writer import UnitWriter

WIDE_SPAN = re.compile(rb"""gridSpan[^>]*val=["']?\d{4}""")
MOST_UNPACKED = 300 * 1024 * 1024  # bytes; a 100 MB report with pictures unpacks to about as much


def read(data: bytes) -> Document:
    """Read a Word file. Raises Unreadable where it is damaged, far larger unpacked than packed, or empty."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable("the Word file unpacks to more than 300 MB")
            if WIDE_SPAN.search(archive.read("word/document.xml")):
                raise Unreadable("the Word file has a table cell that spans more than 999 columns")
        word = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise Unreadable(f"the Word file is damaged and cannot be opened ({error})") from error
    _unwrap(word.element.body)
    writer = UnitWriter()
    for part in word.iter_inner_content():
        if isinstance(part, Table):
            rows = [_cells(row) for row in part.rows]
            writer.add_table(rows, has_heads=len(rows[0]) > 1 and not _is_facts(rows) if rows else False)
        else:
            _add_paragraph(writer, part)
    return writer.document(_stated(word))


def _cells(row: _Row) -> list[str]:
    """The texts of a row's cells, a cell that spans several columns once."""
    different = {cell._tc: cell for cell in row.cells}
    return [_cell_text(cell) for cell in different.values()]


def _cell_text(cell: _Cell) -> str:
    """The text of a cell, that of tables within it too."""
    parts = []
    for part in cell.iter_inner_content():
        if isinstance(part, Table):
            parts += [text for row in part.rows for text in _cells(row)]
        else:
            parts.append(part.text)
    return " ".join(parts)


def _unwrap(body: BaseOxmlElement) -> None:
    """Put what stands in content controls and tracked insertions in their place: python-docx looks into neither."""
    for name in ("w:sdt", "w:ins", "w:moveTo", "w:smartTag"):
        for wrapper in body.xpath(f".//{name}"):
            inner = wrapper.find(qn("w:sdtContent")) if name == "w:sdt" else wrapper
            for child in list(inner) if inner is not None else ():
                wrapper.addprevious(child)
            wrapper.getparent().remove(wrapper)


def _is_facts(rows: list[list[str]]) -> bool:
    """Whether a table states facts, label beside value, and so has no row of column heads."""
    return any(row and row[0].strip().lower() in {"authority", "kind of document"} for row in rows)


def _add_paragraph(writer: UnitWriter, paragraph: Paragraph) -> None:
    style = (paragraph.style.name or "") if paragraph.style else ""
    text = paragraph.text
    if heading := re.fullmatch(r"Heading (\d)", style):
        writer.add("heading", text, int(heading[1]))
    elif style == "Title":
        writer.add("heading", text, 1)
    elif style.startswith("List") or (paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None):
        writer.add("item", text)
    else:
        writer.add("paragraph", text)


def _stated(word: WordDocument) -> dict[str, str]:
    return {"title": word.core_properties.title} if word.core_properties.title else {}
