"""Files made to take all time or memory: each is read or refused within the limits, and the next file is read."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator

import pytest

from index.describe import describe
from index.documents import Document, Unit, Unreadable
from index.passages import split_passages
from index.readers import MOST_TEXT, MOST_UNITS, apart
from index.readers.apart import ReaderProcess
from index.readers.writer import LONGEST_COLUMNS, UnitWriter
from tests.files import raw_pdf, web_page, word_file, zip_bomb, zip_file, zip_members
from tests.toy import ToyEncoder

LIMIT = 5  # seconds: shorter than in use, so that the tests are too
REFUSED_AT_THE_LIMIT = apart.TOO_SLOW
READ = ""

WORD = word_file(lambda document: document.add_paragraph("Children come first."))
PARAGRAPH = "<w:p><w:r><w:t>Words.</w:t></w:r></w:p>"
ENTITIES = '<!ENTITY e0 "aaaaaaaaaa">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))


def word_with(body: str, doctype: str = "") -> bytes:
    """A Word file whose body is this XML."""
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = f'<?xml version="1.0"?>{doctype}<w:document {namespace}><w:body>{body}</w:body></w:document>'
    return zip_file(zip_members(WORD) | {"word/document.xml": xml.encode()})


def word_table(row: str, rows: int) -> bytes:
    return word_with(f"<w:tbl>{f'<w:tr>{row}</w:tr>' * rows}</w:tbl>{PARAGRAPH}")


def article(body: str) -> bytes:
    return web_page(f"<main><h1>Testshire</h1><p>Here is what the inspectors found.</p>{body}</main>")


def html_entities() -> bytes:
    return f"<!DOCTYPE html [{ENTITIES}]><html><body><main><p>Words stand here. &e10;</p></main></body></html>".encode()


SAFE = "BT /F1 12 Tf 72 700 Td (Children are safe.) Tj ET"


def stream(content: str, entries: str = "") -> str:
    return f"<< /Length {len(content)} {entries} >>\nstream\n{content}\nendstream"


def pdf_page(entries: str = "/MediaBox [0 0 595 842]", content: str = SAFE, *more: str, catalog: str = "") -> bytes:
    """A PDF of one page; `more` are objects from number 6 on."""
    resources = "/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>"
    return raw_pdf(
        [
            f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /Contents 4 0 R {resources} {entries} >>",
            stream(content),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            *more,
        ]
    )


def drawing_that_draws_itself() -> bytes:
    content = f"/X Do {SAFE}"
    form = "/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /XObject << /X 6 0 R >> >>"
    return pdf_page("/MediaBox [0 0 595 842]", content, stream(content, form))


def tag_that_holds_itself() -> bytes:
    root = "<< /Type /StructTreeRoot /K 7 0 R /ParentTree << /Nums [0 [7 0 R]] >> >>"
    element = "<< /Type /StructElem /S /Sect /P 6 0 R /Pg 3 0 R /K [7 0 R 7 0 R 0] >>"
    content = f"/P << /MCID 0 >> BDC {SAFE} EMC"
    return pdf_page("/MediaBox [0 0 595 842] /StructParents 0", content, root, element, catalog="/StructTreeRoot 6 0 R")


def page_that_unpacks_to(megabytes: int) -> bytes:
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(megabytes)) + packer.flush()
    return raw_pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            stream(packed.decode("latin-1"), "/Filter /FlateDecode"),
        ]
    )


def pages(kids: str, count: int) -> bytes:
    tree = f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"
    return raw_pdf(["<< /Type /Catalog /Pages 2 0 R >>", tree, "<< /Type /Page /Parent 2 0 R >>"])


# What to make, under which name, and the reason for which it is refused; READ where it is read.
BOMBS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "zip bomb below the limit": (lambda: zip_bomb(290 * 2**20), "a.docx", "damaged|1 GB"),
    "Word file of 50,000 parts": (
        lambda: zip_file(zip_members(WORD) | {f"x/{n}.xml": b"<a/>" for n in range(50_000)}), "a.docx", READ,
    ),
    "Word file with an entity bomb": (lambda: word_with("&e10;", f"<!DOCTYPE d [{ENTITIES}]>"), "a.docx", "damaged"),
    "Word file of 400,000 paragraphs": (lambda: word_with(PARAGRAPH * 400_000), "a.docx", "50,000 paragraphs"),
    "Word table of 20,000 columns": (lambda: word_table(f"<w:tc>{PARAGRAPH}</w:tc>" * 20_000, 1), "a.docx", READ),
    "Word table of 20,000 rows": (lambda: word_table(f"<w:tc>{PARAGRAPH}</w:tc>" * 2, 20_000), "a.docx", READ),
    "Word tables 300 deep": (
        lambda: word_with("<w:tbl><w:tr><w:tc>" * 300 + PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 300), "a.docx", "depth",
    ),
    "Word controls 100,000 deep": (lambda: word_with("<w:sdt><w:sdtContent>" * 100_000), "a.docx", "damaged"),
    "Word paragraph of 10 MB": (
        lambda: word_with(f"<w:p><w:r><w:t>{'word ' * 2_000_000}</w:t></w:r></w:p>"), "a.docx", "5 million characters",
    ),
    "HTML with an entity bomb": (html_entities, "a.html", READ),
    "HTML a million deep": (lambda: web_page("<div>" * 1_000_000 + "<p>Words."), "a.html", "the web page"),
    "HTML tables 100,000 deep": (lambda: web_page("<table><tr><td>" * 100_000 + "Words."), "a.html", "the web page"),
    "HTML lists 120 deep": (lambda: article("<ul><li>" * 120 + "Words." + "</li></ul>" * 120), "a.html", READ),
    "HTML table of a million spanned cells": (
        lambda: article("<table><tr><td colspan=1000000 rowspan=1000000>Words</td></tr><tr><td>b</td></tr></table>"),
        "a.html", READ,
    ),
    "HTML table of 1,000 columns": (
        lambda: article("<table>" + ("<tr>" + "<td>a</td>" * 1000) * 300 + "</table>"), "a.html", REFUSED_AT_THE_LIMIT,
    ),
    "HTML table of 200,000 rows": (
        lambda: article("<table>" + "<tr><td>a</td><td>Words</td></tr>" * 200_000), "a.html", "50,000",
    ),
    "PDF page of a thousand kilometres": (lambda: pdf_page("/MediaBox [0 0 1e9 1e9]"), "a.pdf", READ),
    "PDF page of no size": (lambda: pdf_page("/MediaBox [0 0 0 0]"), "a.pdf", READ),
    "PDF page of sizes that are no numbers": (lambda: pdf_page("/MediaBox [0 0 nan inf]"), "a.pdf", READ),
    "PDF drawing that draws itself": (drawing_that_draws_itself, "a.pdf", READ),
    "PDF tag that holds itself": (tag_that_holds_itself, "a.pdf", READ),
    "PDF page tree that holds itself": (lambda: pages("2 0 R 3 0 R", 2), "a.pdf", "damaged"),
    "PDF that claims two milliard pages": (lambda: pages("3 0 R", 2_000_000_000), "a.pdf", "damaged|no text|no pages"),
    "PDF of one page 200,000 times": (lambda: pages("3 0 R " * 200_000, 200_000), "a.pdf", "no text"),
    "PDF page that unpacks to 1.5 GB": (lambda: page_that_unpacks_to(1500), "a.pdf", "1 GB|reader stopped"),
    "line of 100 MB": (lambda: b"word " * 20_000_000, "a.txt", "1 GB|5 million"),
    "word of 50 MB": (lambda: b"a" * 50_000_000, "a.txt", "5 million characters"),
    "million lines": (lambda: b"a\n" * 1_000_000, "a.txt", "50,000 paragraphs"),
}  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderProcess]:
    with ReaderProcess() as reader:
        yield reader


@pytest.mark.parametrize(("make", "name", "reason"), BOMBS.values(), ids=BOMBS.keys())
def test_bomb_is_read_or_refused_within_the_limits(
    make: Callable[[], bytes], name: str, reason: str, reader: ReaderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make()
    reader.read(b"Words.", "a.txt")  # so that the time to start a process does not count
    monkeypatch.setattr(apart, "SECONDS", LIMIT)
    found = outcome(reader, data, name)
    # On a slow machine the time is up before any other reason is found.
    assert found == REFUSED_AT_THE_LIMIT or (re.search(reason, found) if reason else found == READ)
    monkeypatch.undo()
    assert reader.read(b"Words.", "a.txt")[0].text == "Words."


def outcome(reader: ReaderProcess, data: bytes, name: str) -> str:
    """READ, or the reason why not."""
    try:
        document, _ = reader.read(data, name)
    except Unreadable as error:
        return str(error)
    assert len(document.text) <= MOST_TEXT
    assert len(document.units) <= MOST_UNITS
    return READ


# What is read is described and split in the program itself: whatever it holds, that takes no longer than its length.


@pytest.mark.parametrize(
    "text",
    [
        "word " * 40_000,
        "Words.come," * 18_000,
        "Inspectors said so. " + "Aa " * 60_000,
        "x " * 40_000 + ":\n" + "- item\n" * 5_000,
        "Lead inspector Ofsted HMI visit inspection. " + "inspection of " * 15_000,
    ],
    ids=["one line", "one line without spaces", "names of news", "lead-in to a list", "titles"],
)
def test_long_text_is_described_and_split_in_time(text: str, reader: ReaderProcess) -> None:
    document, _ = reader.read(text.encode(), "a.md")
    encoder = ToyEncoder()
    counted = 0

    def count_tokens(texts: list[str]) -> list[int]:
        nonlocal counted
        counted += sum(map(len, texts))
        return encoder.count_tokens(texts)

    facts = describe(document, "a.md", paged=False)
    passages = split_passages(document, facts, count_tokens, encoder.limit)  # type: ignore[arg-type]
    assert max(len(passage.header) for passage in passages) <= 1000
    assert counted < 200 * len(document.text)  # it was its square


def test_long_names_of_columns_and_captions_are_not_carried_by_each_row() -> None:
    writer = UnitWriter()
    writer.add_table([["caption " * 200], ["head " * LONGEST_COLUMNS, "b"], ["c", "d"]])
    units = writer.document({}).units
    assert {unit.columns for unit in units} == {()}
    assert {unit.caption for unit in units} == {""}


def test_paragraph_told_as_a_title_is_cut() -> None:
    document = Document("t" * 5000, (Unit("heading", 0, 5000, 1),))
    assert len(describe(document, "a.md", paged=False).title) == 500
