"""A file's bytes become a document; which reader does it is decided by the content, not by the name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath
from typing import Literal

from index.documents import Document, Unreadable

Format = Literal["pdf", "word", "html", "markdown", "text"]

VERSION = "2"  # of what is read of a file and told of it: a library made with another is made again
MOST_TEXT = 5_000_000  # characters; the longest of 435 published reports has 0.2 million
MOST_UNITS = 50_000  # paragraphs, rows and the like; each is a passage to embed, or part of one
LARGEST = 100 * 1024 * 1024  # bytes; the largest of 435 published reports has 3 MB
FORMATS: dict[str, Format] = {
    ".pdf": "pdf",
    ".docx": "word",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
}
NAMES: dict[Format, str] = {
    "pdf": "a PDF",
    "word": "a Word file",
    "html": "a web page (HTML)",
    "markdown": "Markdown",
    "text": "plain text",
}
HTML_START = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(!doctype\s+html|html|head|body)\b", re.I | re.S)


def read(data: bytes, name: str) -> tuple[Document, Format]:
    """Read a file's bytes; `name` is its file name.

    Raises Unreadable, the reason in its message, where the file is empty, too large, too long, damaged, of a kind that
    is not read here, or of another kind than its name says.
    """
    check_size(len(data))
    suffix = PurePath(name).suffix.lower()
    found = format_of(data, suffix)
    expected = FORMATS.get(suffix)
    if suffix and expected is None:
        raise Unreadable(f"files named {suffix} are not read, only {', '.join(sorted(FORMATS))}")
    if expected is not None and found != expected:
        hint = " (a failed download?)" if found == "html" else ""
        raise Unreadable(f"the name says {NAMES[expected]}, the content is {NAMES[found] if found else 'not'}{hint}")
    if found is None:
        raise Unreadable("the kind of file was not recognised")
    try:
        document = _reader(found)(data)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # The parsers of five formats raise anything for damaged files; one must not stop all.
        kind = NAMES[found].removeprefix("a ")
        raise Unreadable(f"the {kind} is damaged and cannot be read ({type(error).__name__}: {error})") from error
    _check_length(document)
    return document, found


def check_size(size: int) -> None:
    """Raises Unreadable for a file of `size` bytes that is empty or larger than is read."""
    if not size:
        raise Unreadable("the file is empty (0 bytes)")
    if size > LARGEST:
        raise Unreadable(f"the file has {size // 2**20} MB; files above {LARGEST // 2**20} MB are not read")


def _check_length(document: Document) -> None:
    if len(document.text) > MOST_TEXT:
        raise Unreadable(f"it holds more than {MOST_TEXT // 1_000_000} million characters of text; part the file")
    if len(document.units) > MOST_UNITS:
        raise Unreadable(f"it holds more than {MOST_UNITS:,} paragraphs and table rows; part the file")


def format_of(data: bytes, suffix: str = "") -> Format | None:
    """What the bytes are; text is told from Markdown by the suffix, there being no other mark. None: not known.

    Raises Unreadable for what is known and not read.
    """
    if data.lstrip().startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in data[:1024]):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "word" if _is_word(data) else None
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("an old or encrypted Office file; save it as .docx without a password")
    if _is_html(data, suffix):
        return "html"
    if b"\0" in data[:8192] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return "markdown" if FORMATS.get(suffix) == "markdown" else "text"


def _is_html(data: bytes, suffix: str) -> bool:
    """Whether bytes begin as a web page does; under an HTML name a fragment that begins with any tag is one too."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", errors="ignore").encode()
    return bool(HTML_START.match(start) or (FORMATS.get(suffix) == "html" and re.match(rb"\s*<[a-z!]", start, re.I)))


def _is_word(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Unreadable(f"the Word file is damaged and cannot be opened ({error})") from error


def _reader(found: Format) -> Callable[[bytes], Document]:
    """The reader for a format, imported when first needed: no start has to wait for all five."""
    reader: Callable[[bytes], Document] = import_module(f"index.readers.{found}").read
    return reader
