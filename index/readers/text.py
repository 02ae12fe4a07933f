"""Plain text: paragraphs parted by blank lines or, where there are none, one a line."""

from __future__ import annotations

import re
from contextlib import suppress

import charset_normalizer

from index.documents import Document, Unreadable
from index.readers.writer import UnitWriter, folded

BULLET = re.compile(r"\s*([•◼▪*-]|\d{1,3}[.)])\s")
LONGEST_TITLE = 150  # characters


def read(data: bytes) -> Document:
    """Read a text file; a short first line without a full stop is its title."""
    text = folded(decoded(data))
    writer = UnitWriter()
    stated: dict[str, str] = {}
    for number, paragraph in enumerate(_paragraphs(text)):
        plain = " ".join(paragraph.split())
        if number == 0 and len(plain) <= LONGEST_TITLE and not plain.endswith((".", ";", ",")):
            stated["title"] = plain
            writer.add("heading", plain, 1)
        else:
            writer.add("item" if BULLET.match(paragraph) else "paragraph", plain)
    return writer.document(stated)


def decoded(data: bytes) -> str:
    """Bytes as text in the encoding they are in. Raises Unreadable where they are no text in any."""
    if not data.strip():
        raise Unreadable("the file is empty")
    try:
        return _lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in data:
        # Short texts are guessed wrongly; what is not UTF-8 here is nearly always Windows'.
        with suppress(UnicodeDecodeError):
            return _lines(data.decode("cp1252"))
    best = charset_normalizer.from_bytes(data).best()
    if best is None or "\0" in str(best):
        raise Unreadable("the file is not text in any known encoding")
    return _lines(str(best))


def _lines(text: str) -> str:
    return re.sub(r"\r\n?|\f", "\n", text)


def _paragraphs(text: str) -> list[str]:
    if re.search(r"\n[ \t]*\n", text.strip()):
        blocks = re.split(r"\n[ \t]*\n", text)
        return [part for block in blocks for part in re.split(r"\n(?=\s*(?:[•◼▪*-]|\d{1,3}[.)])\s)", block)]
    return text.splitlines()
