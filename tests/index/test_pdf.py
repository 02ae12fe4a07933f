"""PDF files: reading order, units, pages, running lines, and the way back from the text to its place on the page."""

from __future__ import annotations

import io
import random

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from index.documents import Document, Unit
from index.readers import pdf, pdf_pictures, pdf_places
from tests.files import (
    BROKEN_PARAGRAPH,
    HEADER,
    Line,
    contents_pdf,
    lines_down,
    mapped_pdf,
    page_characters,
    pdf_file,
    plain_pdf,
    running_header_pdf,
    squeezed,
    table_pdf,
    text_under,
    two_column_pdf,
)

ROTATIONS = (0, 90, 180, 270)
MADE = {"plain": plain_pdf, "two columns": two_column_pdf, "table": table_pdf}


def texts(document: Document, kind: str | None = None) -> list[str]:
    return [document.text[u.start : u.end] for u in document.units if kind in (None, u.kind)]


def unit_of(document: Document, beginning: str) -> Unit:
    return next(unit for unit in document.units if document.text.startswith(beginning, unit.start))


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_paragraphs_are_parted_by_their_gap_however_the_page_is_turned(rotation: int) -> None:
    assert texts(pdf.read(plain_pdf(rotation))) == [
        "Children in Testshire are safe. Their social workers know them well.",
        "Leaders act fast, and they listen.",
    ]


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_the_top_of_the_next_column_opens_a_new_paragraph(rotation: int) -> None:
    assert texts(pdf.read(two_column_pdf(rotation))) == [
        "Left column says that help comes early to families.",
        "Right column says that care leavers have good homes.",
    ]


def test_untagged_table_keeps_each_row_together() -> None:
    assert texts(pdf.read(table_pdf())) == ["Area Judgement", "Help and protection Good", "Care leavers Outstanding"]


def test_running_headers_and_page_numbers_are_dropped() -> None:
    document = pdf.read(running_header_pdf())
    assert HEADER not in document.text
    assert "Page" not in document.text
    assert texts(document, "heading") == ["Help and protection"]


def test_page_numbers_that_stand_alone_are_dropped() -> None:
    pages = [[*lines_down([f"Part {word} is short."]), Line(290, 800, str(n))] for n, word in ((1, "one"), (2, "two"))]
    assert texts(pdf.read(pdf_file(pages))) == ["Part one is short.", "Part two is short."]


def test_line_on_the_edge_of_a_page_or_two_is_no_running_header() -> None:
    pages = [[Line(72, 60, "Leaders"), *lines_down([f"Text number {word} is here."])] for word in ("one", "two")]
    expected = ["Leaders", "Text number one is here.", "Leaders", "Text number two is here."]
    assert texts(pdf.read(pdf_file(pages))) == expected


def test_paragraph_over_a_page_break_is_one_unit_without_the_footnote_between() -> None:
    document = pdf.read(running_header_pdf())
    unit = unit_of(document, "7. Most")
    assert document.text[unit.start : unit.end] == BROKEN_PARAGRAPH
    assert unit.kind == "paragraph"
    assert (document.page_at(unit.start), document.page_at(unit.end - 1)) == (2, 3)
    assert document.page_at(document.text.index("need help") + len("need ")) == 3
    assert texts(document, "note") == ["3 A referral is a request for help."]


def test_hyphen_at_a_line_break_is_a_hyphen_again() -> None:
    data = running_header_pdf()
    # The trap is real in this file: its text layer has a non-character where the line breaks "well-led".
    assert "well\ufffeled" in pypdfium2.PdfDocument(data)[1].get_textpage().get_text_range()
    assert "small and well-led, so" in pdf.read(data).text


def test_letter_without_a_meaning_is_no_hyphen() -> None:
    # pdfium gives U+FFFE for it too, but knows that it is none (FPDFText_IsHyphen).
    document = pdf.read(mapped_pdf({"A": "\0"}, "carAe leavers"))
    assert document.text == "car\ufffde leavers"


def test_number_glued_to_its_paragraph_is_parted_and_still_found_on_the_page() -> None:
    data = pdf_file([lines_down(["10.Social workers visit often."])])
    document = pdf.read(data)
    assert document.text == "10. Social workers visit often."
    [(_, number)] = pdf_places.boxes(data, document.spans, 0, 3)
    [(_, word)] = pdf_places.boxes(data, document.spans, 4, 10)
    page = pypdfium2.PdfDocument(data)[0]
    assert (text_under(page, number), text_under(page, word)) == ("10.", "Social")


def test_decimal_number_is_not_parted() -> None:
    document = pdf.read(pdf_file([lines_down(["10.5 visits a year are made to each child."])]))
    assert document.text == "10.5 visits a year are made to each child."


def test_contents_lines_are_told_from_headings() -> None:
    document = pdf.read(contents_pdf())
    assert texts(document, "contents") == ["Contents", "Summary 2", "Help and protection 2", "Leaders 3"]
    assert texts(document, "heading") == ["Summary"]
    assert texts(document, "paragraph") == ["Services are good and getting better."]


def test_larger_headings_stand_above_smaller_ones() -> None:
    lines = [Line(72, 80, "Leaders", 18, bold=True), Line(72, 120, "Supervision of staff", 13, bold=True)]
    text = lines_down(["Staff are well supervised and say so."], y=150)
    document = pdf.read(pdf_file([[*lines, *text]]))
    assert [(unit.kind, unit.level) for unit in document.units] == [("heading", 1), ("heading", 2), ("paragraph", 0)]


@pytest.mark.parametrize("mark", ["•", "-", "–"])
def test_bullets_open_items(mark: str) -> None:
    lines = lines_down(
        ["The council should:", f"{mark} visit children sooner", f"{mark} write plans that", "are plain"]
    )
    document = pdf.read(pdf_file([lines]))
    assert [(u.kind, document.text[u.start : u.end]) for u in document.units] == [
        ("paragraph", "The council should:"),
        ("item", f"{mark} visit children sooner"),
        ("item", f"{mark} write plans that are plain"),
    ]


def test_title_in_the_metadata_is_stated() -> None:
    document = pdf.read(pdf_file([lines_down(["Some text."])], title="A title of its own"))
    assert document.stated == {"title": "A title of its own"}


def test_page_without_text_begins_where_the_next_one_does() -> None:
    document = pdf.read(pdf_file([lines_down(["First."]), [], lines_down(["Third."])]))
    assert document.text == "First.\nThird."
    assert document.page_starts == (0, 7, 7)
    assert document.page_at(7) == 3


def test_tagged_table_has_tabs_between_cells_and_its_caption_and_columns(shipped_pdf: bytes) -> None:
    document = pdf.read(shipped_pdf)
    row = unit_of(document, "Care leavers\t")
    assert document.text[row.start : row.end] == "Care leavers\tInadequate\tOutstanding\tGood (joint judgement)\tGood"
    assert (row.kind, row.caption) == ("row", "The judgements")
    assert row.columns == ("Area", "2014", "2018", "2022", "2025")
    heads = unit_of(document, "Area\t2014")
    assert (heads.kind, heads.columns) == ("row", ())


def test_tagged_headings_and_items_stand_in_order(shipped_pdf: bytes) -> None:
    document = pdf.read(shipped_pdf)
    headings = texts(document, "heading")
    wanted = ["About this document", "In brief", "The judgements", "The four inspections", "Time line"]
    assert [heading for heading in headings if heading in wanted] == wanted
    items = [unit for unit in document.units if unit.kind == "item"]
    assert document.text[items[0].start : items[0].end].startswith("\uf0b7 Ofsted has inspected the whole of Rotherham")


@pytest.mark.parametrize("rotation", ROTATIONS)
@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_spans_are_the_page_s_own_characters(make, rotation: int) -> None:  # type: ignore[no-untyped-def]
    assert_spans_fit(make(rotation))


def test_spans_of_the_shipped_pdf_are_the_pages_own_characters(shipped_pdf: bytes) -> None:
    assert_spans_fit(shipped_pdf)


def test_spans_over_a_page_break_are_the_pages_own_characters() -> None:
    assert_spans_fit(running_header_pdf())


@pytest.mark.parametrize("letter", ["fi", "\u00ad", "\u0001"])
def test_spans_hold_after_letters_that_are_not_one_character(letter: str) -> None:
    assert_spans_fit(mapped_pdf({"A": letter}, "xAy zAAw end", rest="After this line."))


@pytest.mark.parametrize("letter", ["\u202e", "\u200b", "\U000e0041", "\u0001"])
def test_hidden_letters_are_left_out_and_what_follows_is_found_on_the_page(letter: str) -> None:
    data = mapped_pdf({"A": letter}, "A xAy AA zAAw Aends", rest="After this line.")
    document = pdf.read(data)
    assert document.text == "xy zw ends\nAfter this line."
    for word in ("ends", "After", "line."):
        start = document.text.index(word)
        assert pdf_places.boxes(data, document.spans, start, start + len(word))


def test_boxes_hold_after_a_letter_that_pdfium_counts_as_two() -> None:
    # pdfium numbers UTF-16 units; Python counts a letter beyond U+FFFF, such as an emoji, as one.
    data = mapped_pdf({"A": "\U0001d400"}, "AAAA ends here", rest="After this line.")
    document = pdf.read(data)
    assert "\U0001d400" * 4 in document.text
    page = pypdfium2.PdfDocument(data)[0]
    for word in ("ends", "After", "line."):
        start = document.text.index(word)
        found = pdf_places.boxes(data, document.spans, start, start + len(word))
        assert "".join(text_under(page, box) for _, box in found) == word


def assert_spans_fit(data: bytes) -> None:
    """Every character but white space has its place on one page, and is the character that stands there."""
    document = pdf.read(data)
    pages = [page_characters(page) for page in pypdfium2.PdfDocument(data)]
    covered: set[int] = set()
    for span in document.spans:
        here = document.text[span.start : span.start + span.length]
        there = pages[span.page - 1][span.source : span.source + span.length]
        assert [" " if c.isspace() else c for c in here] == [" " if c.isspace() else c for c in there]
        covered.update(range(span.start, span.start + span.length))
        assert document.page_at(span.start) == span.page
    assert [document.text[n] for n in range(len(document.text)) if n not in covered and document.text[n].strip()] == []


@pytest.mark.parametrize("rotation", ROTATIONS)
@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_boxes_lie_over_the_words(make, rotation: int) -> None:  # type: ignore[no-untyped-def]
    data = make(rotation)
    document = pdf.read(data)
    page = pypdfium2.PdfDocument(data)[0]
    words = [(start, start + len(word)) for word in set(document.text.split()) for start in [document.text.index(word)]]
    for start, end in [(0, len(document.text)), *((u.start, u.end) for u in document.units), *words]:
        found = pdf_places.boxes(data, document.spans, start, end)
        assert all(0 <= left < right <= 1 and 0 <= top < bottom <= 1 for _, (left, top, right, bottom) in found)
        assert "".join(text_under(page, box) for _, box in found) == squeezed(document.text[start:end])


def test_box_of_a_known_word_is_where_it_was_drawn() -> None:
    data = pdf_file([[Line(144, 200, "Leaders listen.", size=20)]])
    [(page, (left, top, right, bottom))] = pdf_places.boxes(data, pdf.read(data).spans, 0, 7)
    assert page == 1
    assert left * 595.28 == pytest.approx(144, abs=2)
    assert bottom * 841.89 == pytest.approx(200, abs=1)
    assert 10 < (bottom - top) * 841.89 < 20
    assert 60 < (right - left) * 595.28 < 80


def test_boxes_fit_a_page_that_shows_a_part_of_the_sheet() -> None:
    data = io.BytesIO()
    sheet = pypdfium2.PdfDocument(plain_pdf())
    sheet[0].set_cropbox(50, 400, 400, 800)
    sheet.save(data)
    document = pdf.read(data.getvalue())
    page = pypdfium2.PdfDocument(data.getvalue())[0]
    start = document.text.index("listen")
    [(_, box)] = pdf_places.boxes(data.getvalue(), document.spans, start, start + 6)
    assert text_under(page, box) == "listen"


def test_boxes_of_a_paragraph_over_two_pages_lie_on_both() -> None:
    data = running_header_pdf()
    document = pdf.read(data)
    unit = unit_of(document, "7. Most")
    found = pdf_places.boxes(data, document.spans, unit.start, unit.end)
    assert [page for page, _ in found] == [2, 2, 2, 2, 3, 3]
    pages = pypdfium2.PdfDocument(data)
    assert "".join(text_under(pages[n - 1], box) for n, box in found) == squeezed(BROKEN_PARAGRAPH)


@given(st.randoms(use_true_random=False))
def test_boxes_of_any_stretch_of_the_shipped_pdf_lie_over_its_words(shipped_pdf: bytes, rng: random.Random) -> None:
    document = pdf.read(shipped_pdf)
    unit = rng.choice(document.units)
    words = [n for n in range(unit.start, unit.end) if n == unit.start or document.text[n - 1].isspace()]
    start = rng.choice(words)
    end = unit.end
    pages = pypdfium2.PdfDocument(shipped_pdf)
    found = pdf_places.boxes(shipped_pdf, document.spans, start, end)
    assert "".join(text_under(pages[n - 1], box) for n, box in found) == squeezed(document.text[start:end])


@pytest.mark.parametrize(("rotation", "wide"), [(0, False), (90, False)])
def test_page_is_drawn_as_wide_as_asked(rotation: int, wide: bool) -> None:
    image = pdf_pictures.draw(plain_pdf(rotation), 1, 300)
    assert image.width == 300
    assert (image.width > image.height) == wide


@pytest.mark.parametrize("rotation", ROTATIONS)
@pytest.mark.parametrize("cropbox", [None, (50, 400, 400.5, 800), (10, 10, 40, 800)])
def test_size_of_a_picture_is_known_before_it_is_drawn(
    rotation: int, cropbox: tuple[float, float, float, float] | None
) -> None:
    data = io.BytesIO()
    sheet = pypdfium2.PdfDocument(plain_pdf(rotation))
    if cropbox:
        sheet[0].set_cropbox(*cropbox)
    sheet.save(data)
    for width in (299, 1200):
        image = pdf_pictures.draw(data.getvalue(), 1, width)
        assert pdf_pictures.size(data.getvalue(), 1, width) == image.size
        assert max(image.width, image.height / 4) == pytest.approx(width, abs=1)


def test_picture_without_colour_is_stored_in_greys_and_as_drawn() -> None:
    drawn = pdf_pictures.draw(plain_pdf(), 1, 600)
    data = pdf_pictures.png(drawn)
    stored = Image.open(io.BytesIO(data))
    assert (stored.format, stored.size, data[24]) == ("PNG", drawn.size, 4)  # bits a dot, as the file's head has it
    assert largest_difference(stored, drawn) <= 8


def test_colours_of_a_picture_are_kept() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.8, 0.1, 0.2)
        canvas.rect(100, 100, 200, 300, fill=1)

    drawn = pdf_pictures.draw(pdf_file([lines_down(["Words beside the red."])], draw=draw), 1, 600)
    stored = Image.open(io.BytesIO(pdf_pictures.png(drawn)))
    assert largest_difference(stored, drawn) <= 16


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    difference = ImageChops.difference(one.convert("RGB"), other)
    return max(band.getextrema()[1] for band in difference.split())
