"""Readers: what each format's file becomes, and how a file's kind is told by its content."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from index import readers
from index.documents import Document, Passage, Span, Unit, Unreadable
from index.readers.writer import UnitWriter, folded
from tests.conftest import DOCUMENTS
from tests.files import plain_pdf, web_page, word_file


def read(data: bytes | str, name: str) -> Document:
    return readers.read(data.encode() if isinstance(data, str) else data, name)[0]


def parts(document: Document) -> list[tuple[str, str]]:
    return [(unit.kind, document.text[unit.start : unit.end]) for unit in document.units]


# The document's own invariants.


def test_document_that_fits_is_made() -> None:
    document = Document("One. Two.", (Unit("paragraph", 0, 4), Unit("paragraph", 5, 9)), (0, 5), (Span(0, 4, 1, 7),))
    assert [document.page_at(n) for n in (0, 4, 5, 8)] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("units", "page_starts", "spans", "reason"),
    [
        ([Unit("paragraph", 0, 10)], (), (), r"unit 0-10 does not fit a text of 9 characters"),
        ([Unit("paragraph", 5, 9), Unit("paragraph", 0, 4)], (), (), r"unit 0-4 does not fit .* in order"),
        ([Unit("paragraph", 0, 5), Unit("paragraph", 4, 9)], (), (), r"unit 4-9 does not fit"),
        ([Unit("paragraph", 3, 3)], (), (), r"unit 3-3 does not fit"),
        ([], (5, 0), (), r"page starts \(5, 0\) are not in order"),
        ([], (0, 10), (), r"page starts \(0, 10\) are not in order within 9"),
        ([], (), (Span(5, 5, 1, 0),), r"span at 5 of 5 does not fit 9"),
        ([], (), (Span(-1, 2, 1, 0),), r"span at -1 of 2 does not fit"),
    ],
)
def test_document_that_does_not_fit_its_text_is_refused(
    units: list[Unit], page_starts: tuple[int, ...], spans: tuple[Span, ...], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        Document("One. Two.", tuple(units), page_starts, spans)


def test_document_without_pages_has_no_page_at_any_offset() -> None:
    assert Document("One.", (Unit("paragraph", 0, 4),)).page_at(2) is None


@pytest.mark.parametrize(
    "thing", [Unit("row", 0, 1), Span(0, 1, 1, 0), Passage("a", 0, 1, "row", "", "", 1, 1, None, ())]
)
def test_parts_of_documents_cannot_be_changed(thing: Unit | Span | Passage) -> None:
    with pytest.raises((AttributeError, TypeError), match=r"start|assign"):
        thing.start = 5  # type: ignore[misc]


# The writer of units.


@given(st.lists(st.tuples(st.sampled_from(["heading", "paragraph", "item"]), st.text()), min_size=1))
def test_writer_keeps_every_text_with_its_white_space_folded(units: list[tuple[str, str]]) -> None:
    writer = UnitWriter()
    for kind, text in units:
        writer.add(kind, text)  # type: ignore[arg-type]
    wanted = [(kind, " ".join(folded(text).split())) for kind, text in units if folded(text).split()]
    if wanted:
        assert parts(writer.document({})) == wanted
    else:
        with pytest.raises(Unreadable, match="holds no text"):
            writer.document({})


@given(st.lists(st.lists(st.text(), min_size=2, max_size=4), min_size=1))
def test_writer_keeps_every_cell_of_a_table(rows: list[list[str]]) -> None:
    writer = UnitWriter()
    writer.add("paragraph", "Above:")
    writer.add_table(rows)
    document = writer.document({})
    assert document.text.split() == ["Above:", *(word for row in rows for cell in row for word in folded(cell).split())]
    assert {unit.caption for unit in document.units if unit.kind == "row"} <= {"Above:"}


def test_caption_given_as_a_row_of_one_cell_stands_above_the_table() -> None:
    writer = UnitWriter()
    writer.add_table([["Grades", ""][:1], ["Area", "Grade"], ["Leaders", "Good"]])
    document = writer.document({})
    assert parts(document) == [("paragraph", "Grades"), ("row", "Area\tGrade"), ("row", "Leaders\tGood")]
    assert (document.units[2].caption, document.units[2].columns) == ("Grades", ("Area", "Grade"))


def test_text_far_above_a_table_is_not_its_caption() -> None:
    writer = UnitWriter()
    writer.add("heading", "Grades", 2)
    writer.add("paragraph", "This is how things are.")
    writer.add_table([["Area", "Grade"], ["Leaders", "Good"]])
    assert writer.document({}).units[-1].caption == ""


def test_characters_that_hide_words_are_taken_out() -> None:
    assert folded("ch\u200bil\u00addren\u202e\x00") == "chil\u00addren"
    assert folded("one\ttwo\nthree") == "one\ttwo\nthree"
    assert folded("\x1b[2Ja\x9bb\u061cc\ufffed\ud800e\U000e0041f\x7f") == "[2Jabcdef"


def test_page_breaks_in_text_part_words() -> None:
    # Programs that turn PDF into text put a form feed between pages.
    words = read("The first page ends here\x0cand the second begins.", "a.txt").text.split()
    assert words == ["The", "first", "page", "ends", "here", "and", "the", "second", "begins."]


# Text.

TEXT = (
    "Our plan\n\nChildren come first, and\nfamilies too.\n\nWe will:\n- visit sooner\n- write plainly\n\nThat is all.\n"
)
TEXT_PARTS = [
    ("heading", "Our plan"),
    ("paragraph", "Children come first, and families too."),
    ("paragraph", "We will:"),
    ("item", "- visit sooner"),
    ("item", "- write plainly"),
    ("paragraph", "That is all."),
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text_is_parted_at_blank_lines_and_list_marks(line_end: str) -> None:
    document = read(TEXT.replace("\n", line_end), "plan.txt")
    assert parts(document) == TEXT_PARTS
    assert document.stated == {"title": "Our plan"}
    assert document.page_starts == ()


def test_text_without_blank_lines_has_a_paragraph_a_line() -> None:
    document = read("One line.\nAnother line.\n", "a.txt")
    assert parts(document) == [("paragraph", "One line."), ("paragraph", "Another line.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_text_is_read_in_the_encoding_it_is_in(name: str, encoding: str) -> None:
    text = "The council’s officers said “no” – the grant of £12 was late, and the café closed.\n"
    assert read(text.encode(encoding), name).text == text.strip()


@pytest.mark.parametrize("text", ["Café £5", "A child’s plan", "£20 – spent", "Zoë’s “home”"])
def test_short_text_from_windows_is_read_as_such(text: str) -> None:
    # Nearly all British text that is not UTF-8 is Windows-1252; a guess from five words must not make it Arabic.
    assert read(text.encode("cp1252"), "a.txt").text == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs"])))
def test_words_of_any_text_are_kept_in_order(text: str) -> None:
    if text.split():
        assert read("x " + text, "a.txt").text.split() == ["x", *text.split()]


# Markdown.

MARKDOWN = """---
title: Testshire in brief
kind: summary
inspection_start: 2022-06-27
sources:
  - one book
  - another book
nothing:
---

# Testshire in brief

A **bold** word, a [link](https://example.org), `code`
and a second line.

## Grades

| Area | Grade |
| --- | --- |
| Leaders | *Good* |
| Care leavers | Outstanding |

The council should:

- visit sooner
- write <b>plainly</b>

1. First.

    A paragraph below it.
"""


def test_markdown_is_read_as_a_reader_sees_it() -> None:
    document = read(MARKDOWN, "brief.md")
    assert parts(document) == [
        ("heading", "Testshire in brief"),
        ("paragraph", "A bold word, a link, code and a second line."),
        ("heading", "Grades"),
        ("row", "Area\tGrade"),
        ("row", "Leaders\tGood"),
        ("row", "Care leavers\tOutstanding"),
        ("paragraph", "The council should:"),
        ("item", "visit sooner"),
        ("item", "write <b>plainly</b>"),
        ("item", "First."),
        ("item", "A paragraph below it."),
    ]
    assert [unit.level for unit in document.units if unit.kind == "heading"] == [1, 2]
    rows = [unit for unit in document.units if unit.kind == "row"]
    assert [(row.caption, row.columns) for row in rows] == [
        ("Grades", ()),
        ("Grades", ("Area", "Grade")),
        ("Grades", ("Area", "Grade")),
    ]


def test_front_matter_is_stated_and_no_part_of_the_text() -> None:
    document = read(MARKDOWN, "brief.md")
    assert document.stated == {
        "title": "Testshire in brief",
        "kind": "summary",
        "inspection_start": "2022-06-27",
        "sources": "one book\nanother book",
    }
    assert "another book" not in document.text


def test_markdown_marks_are_told_by_the_name_alone() -> None:
    source = "# Plan\n\nWords *here*."
    assert read(source, "a.md").text == "Plan\nWords here."
    assert read(source, "a.txt").text == "# Plan\nWords *here*."


# Web pages.

PAGE = web_page(
    "<header><nav><a href='/'>Home</a> <a href='/news'>Latest news</a></nav></header>"
    "<main><h1>Testshire explained</h1><p>Here is what the inspectors found, told in our own plain words.</p>"
    "<h2>Grades</h2><table><tr><th>Area</th><th>Grade</th></tr><tr><td>Leaders</td><td>Good</td></tr>"
    "<tr><td>Care leavers</td><td>Outstanding</td></tr></table>"
    "<p>The council should do these things in the year to come:</p><ul><li>visit sooner</li><li>write plainly</li></ul>"
    "<h2>Last words</h2><p>All of this was written by people who were not there themselves.</p></main>"
    "<footer><p>Cookies and privacy</p></footer><script>alert('never shown')</script>",
    head="<title>Testshire explained – Our site</title><meta name='kind' content='summary'>",
)


def test_web_page_keeps_its_own_text_in_order_and_leaves_menus_out() -> None:
    document = read(PAGE, "page.html")
    assert parts(document) == [
        ("heading", "Testshire explained"),
        ("paragraph", "Here is what the inspectors found, told in our own plain words."),
        ("heading", "Grades"),
        ("row", "Area\tGrade"),
        ("row", "Leaders\tGood"),
        ("row", "Care leavers\tOutstanding"),
        ("paragraph", "The council should do these things in the year to come:"),
        ("item", "visit sooner"),
        ("item", "write plainly"),
        ("heading", "Last words"),
        ("paragraph", "All of this was written by people who were not there themselves."),
    ]
    assert document.units[4].columns == ("Area", "Grade")
    assert document.stated["kind"] == "summary"
    assert document.stated["title"] == "Testshire explained"


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n\n  ", b"<!-- saved -->\n", b"<?xml version='1.0'?>\n"])
def test_web_page_is_known_whatever_stands_before_it(before: bytes) -> None:
    document, format = readers.read(before + PAGE, "page.htm")
    assert (format, document.text) == ("html", read(PAGE, "page.html").text)


def of_page(body: str) -> list[tuple[str, str]]:
    """The parts of a web page with this in its body, but for a paragraph that makes it long enough."""
    long = "Here is what the inspectors found, told in our own plain words and at some length."
    first, *rest = parts(read(web_page(f"<main><p>{long}</p>{body}</main>"), "page.html"))
    assert first == ("paragraph", long)
    return rest


def test_line_breaks_of_a_web_page_part_words() -> None:
    cell = "<td>Leaders<br>and managers</td><td><p>Good</p><p>and better</p><ul><li>one</li><li>two</li></ul></td>"
    body = f"<h2>Last<br>words</h2><p>They learn.<br>Care<b>fully</b>,<br/><q>so</q>.</p><table><tr>{cell}</tr></table>"
    assert of_page(body) == [
        ("heading", "Last words"),
        ("paragraph", "They learn. Carefully, so."),
        ("row", "Leaders and managers\tGood and better one two"),
    ]


def test_line_break_in_the_title_of_a_web_page_parts_words() -> None:
    body = "<main><h1>Testshire<br>explained</h1><p>Here is what the inspectors found in their visit.</p></main>"
    document = read(web_page(body), "page.html")
    assert document.stated["title"] == "Testshire explained"
    assert [text for kind, text in parts(document) if kind == "heading"] == ["Testshire explained"]


def test_each_item_of_a_nested_list_in_a_web_page_stands_by_itself() -> None:
    inner = "<ul><li>Inner item<br>first<ol><li>deepest</li></ol></li><li><p>Inner</p><p>second</p></li></ul>"
    assert of_page(f"<ul><li>Outer words{inner}and after</li><li>Last</li></ul>") == [
        ("item", "Outer words"),
        ("item", "Inner item first"),
        ("item", "deepest"),
        ("item", "Inner second"),
        ("item", "and after"),
        ("item", "Last"),
    ]


def test_text_of_a_web_page_that_stands_in_no_paragraph_is_read() -> None:
    assert of_page("<div><p>A paragraph.</p>Loose words<ul><li>an item</li></ul></div>") == [
        ("paragraph", "A paragraph."),
        ("paragraph", "Loose words"),
        ("item", "an item"),
    ]


# Word.


def fill_word(document: WordDocument) -> None:
    document.add_heading("Testshire in brief", 0)
    document.add_heading("Grades", 1)
    document.add_paragraph("Before the table.")
    document.add_paragraph("Grades at this inspection:")
    table = document.add_table(3, 2)
    for row, cells in enumerate([("Area", "Grade"), ("Leaders", "Good"), ("Care leavers", "Outstanding")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("After the table.")
    document.add_paragraph("visit sooner", style="List Bullet")
    document.add_paragraph("write plainly", style="List Number")
    document.add_heading("Last words", 2)
    document.add_paragraph("Line one\nand line two.")


def test_word_parts_stand_in_the_order_of_the_file() -> None:
    document = read(word_file(fill_word, title="A title"), "brief.docx")
    assert parts(document) == [
        ("heading", "Testshire in brief"),
        ("heading", "Grades"),
        ("paragraph", "Before the table."),
        ("paragraph", "Grades at this inspection:"),
        ("row", "Area\tGrade"),
        ("row", "Leaders\tGood"),
        ("row", "Care leavers\tOutstanding"),
        ("paragraph", "After the table."),
        ("item", "visit sooner"),
        ("item", "write plainly"),
        ("heading", "Last words"),
        ("paragraph", "Line one and line two."),
    ]
    assert [unit.level for unit in document.units if unit.kind == "heading"] == [1, 1, 2]
    assert (document.units[5].caption, document.units[5].columns) == ("Grades at this inspection:", ("Area", "Grade"))
    assert document.stated == {"title": "A title"}


def test_merged_cells_are_read_once_a_row() -> None:
    def fill(document: WordDocument) -> None:
        table = document.add_table(3, 3)
        for row, cells in enumerate([("Area", "2018", "2022"), ("Help", "Good", ""), ("", "Poor", "Good")]):
            for column, text in enumerate(cells):
                table.cell(row, column).text = text
        table.cell(1, 1).merge(table.cell(1, 2))
        table.cell(1, 0).merge(table.cell(2, 0))

    rows = parts(read(word_file(fill), "a.docx"))
    # A cell over two rows belongs to both, so that each row says what it is about.
    assert rows == [("row", "Area\t2018\t2022"), ("row", "Help\tGood"), ("row", "Help\tPoor\tGood")]


def test_table_of_facts_in_word_has_no_column_heads() -> None:
    def fill(document: WordDocument) -> None:
        table = document.add_table(2, 2)
        for row, cells in enumerate([("Authority", "Testshire"), ("Kind of document", "Summary")]):
            for column, text in enumerate(cells):
                table.cell(row, column).text = text

    document = read(word_file(fill), "a.docx")
    assert [unit.columns for unit in document.units] == [(), ()]


def test_word_text_in_content_controls_nested_tables_and_tracked_insertions_is_read() -> None:
    def fill(document: WordDocument) -> None:
        control = "<w:sdt {}><w:sdtContent><w:p><w:r><w:t>From a form.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        document.add_paragraph("First.")
        document.element.body.insert(1, parse_xml(control.format(nsdecls("w"))))
        outer = document.add_table(1, 1).cell(0, 0)
        outer.text = "Outer."
        outer.add_table(1, 1).cell(0, 0).text = "Inner."
        inserted = '<w:ins {} w:id="1" w:author="a"><w:r><w:t>added later.</w:t></w:r></w:ins>'
        document.add_paragraph("Words ")._p.append(parse_xml(inserted.format(nsdecls("w"))))

    text = read(word_file(fill), "a.docx").text
    wanted = ("First.", "From a form.", "Outer.", "Inner.", "Words added later.")
    assert [part for part in wanted if part not in text] == []


# Which reader.


@pytest.mark.parametrize(
    ("data", "name", "format"),
    [
        (plain_pdf(), "a.pdf", "pdf"),
        (plain_pdf(), "A.PDF", "pdf"),
        (plain_pdf(), "without a suffix", "pdf"),
        (b"\n\n" + plain_pdf(), "a.pdf", "pdf"),
        (word_file(fill_word), "a.docx", "word"),
        (word_file(fill_word), "attachment", "word"),
        (PAGE, "a.htm", "html"),
        (PAGE, "page", "html"),
        (b"# Words", "a.markdown", "markdown"),
        (b"Words", "a.txt", "text"),
        (b"Words", "README", "text"),
        (b"A file that begins with %PDF- is a PDF.", "a.txt", "text"),
        (b"<p>A page may begin with its first paragraph, as this one does here.</p>", "a.html", "html"),
    ],
)
def test_format_is_told_by_content(data: bytes, name: str, format: str) -> None:
    assert readers.read(data, name)[1] == format


@pytest.mark.parametrize("path", sorted(p for p in DOCUMENTS.rglob("*") if p.is_file()), ids=lambda p: p.name)
def test_documents_of_the_project_are_read(path: Path) -> None:
    document, _ = readers.read(path.read_bytes(), path.name)
    assert document.units[0].kind == "heading"
    assert len(document.text.split()) > 500
    assert "\ufffe" not in document.text


def test_shipped_word_file_holds_every_paragraph_of_the_original() -> None:
    path = DOCUMENTS / "rotherham" / "inspection-autumn-2014.docx"
    document = read(path.read_bytes(), path.name)
    original = [" ".join(paragraph.text.split()) for paragraph in docx.Document(str(path)).paragraphs]
    found = [text for kind, text in parts(document) if kind != "row"]
    assert found == [text for text in original if text]
