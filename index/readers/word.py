"""Word (.docx): paragraphs, lists and tables in the order in which they stand."""

from __future__ import annotations

import io
import re
import zipfile

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from index.documents import Document, Unreadable
from index.readers.writer import UnitWriter

MOST_UNPACKED = 300 * 1024 * 1024  # bytes; a 100 MB report with pictures unpacks to about as much


def read(data: bytes) -> Document:
    """Read a Word file. Raises Unreadable where it is damaged, far larger unpacked than packed, or empty."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable("the Word file unpacks to more than 300 MB")
        word = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise Unreadable(f"the Word file is damaged and cannot be opened ({error})") from error
    writer = UnitWriter()
    for part in word.iter_inner_content():
        if isinstance(part, Table):
            rows = [_cells(row) for row in part.rows]
            writer.add_table(rows, has_heads=len(rows[0]) > 1 and not _is_facts(rows) if rows else False)
        else:
            _add_paragraph(writer, part)
    return writer.document(_stated(word))


def _cells(row: object) -> list[str]:
    """The texts of a row's cells, a cell that spans several columns once."""
    seen: list[object] = []
    texts = []
    for cell in row.cells:  # type: ignore[attr-defined]  # python-docx keeps _Row private
        if cell._tc not in seen:
            seen.append(cell._tc)
            texts.append(cell.text)
    return texts


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
