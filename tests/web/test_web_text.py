"""Text as HTML, and the wording of dates."""

from __future__ import annotations

from datetime import date

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.markup import Mark, blocks, marked
from assistant.wording import inspected_in_full
from index.describe import Facts
from index.documents import Document, Unit
from index.stored import StoredDocument

# No control characters, which no parser of HTML gives back, no tab and line end, which are shown otherwise, and no
# private-use characters, some of which are shown as bullets.
printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=60)


@given(printable, st.integers(0, 50), st.lists(st.tuples(st.integers(0, 110), st.integers(0, 110)), max_size=4))
def test_marking_changes_no_character(text: str, offset: int, ranges: list[tuple[int, int]]) -> None:
    html = marked(text, offset, [Mark(start, end) for start, end in ranges])
    element = lxml.html.fragment_fromstring(f"<div>{html}</div>")
    assert element.text_content() == text
    wanted = {n for start, end in ranges for n in range(start, end) if offset <= n < offset + len(text)}
    assert sum(len(mark.text_content()) for mark in element.iter("mark")) == len(wanted)
    assert {child.tag for child in element.iter()} <= {"div", "mark"}


def test_anchor_stands_only_where_the_mark_begins() -> None:
    mark = [Mark(4, 12, "passage")]
    assert marked("one two three", 0, mark) == 'one <mark id="passage" tabindex="-1">two thre</mark>e'
    assert marked("three", 8, mark) == "<mark>thre</mark>e"


def test_lines_and_cells_are_shown() -> None:
    assert marked("a\tb\nc <d>", 0, []) == "a – b<br>c &lt;d&gt;"


def test_headings_leave_no_gap_and_cut_units_are_cut() -> None:
    text = "Top\nDeep\nBody text"
    units = (Unit("heading", 0, 3, level=1), Unit("heading", 4, 8, level=4), Unit("paragraph", 9, 18))
    found = blocks(Document(text, units), 0, 13)
    assert [(block.kind, block.text) for block in found] == [
        ("heading", "Top"),
        ("heading", "Deep"),
        ("paragraph", "Body"),
    ]
    assert [block.level for block in found] == [1, 2, 0]


def test_first_row_of_a_table_without_column_names_is_no_head() -> None:
    text = "a\tb\nc\td"
    assert blocks(Document(text, (Unit("row", 0, 3), Unit("row", 4, 7))), 0, 7)[0].head == ()
    named = blocks(Document(text, (Unit("row", 0, 3), Unit("row", 4, 7, columns=("a", "b")))), 0, 7)[0]
    assert (named.head, named.rows) == (("a", "b"), (("c", "d"),))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2022, 6, 27), date(2022, 7, 1), "27 June to 1 July 2022"),
        (date(2022, 6, 6), date(2022, 6, 10), "6 to 10 June 2022"),
        (date(2025, 11, 1), date(2025, 11, 30), "November 2025"),
        (date(2020, 12, 30), date(2021, 1, 8), "30 December 2020 to 8 January 2021"),
        (date(2020, 2, 3), None, "3 February 2020"),
        (None, None, ""),
    ],
)
def test_inspection_dates_in_words(start: date | None, end: date | None, words: str) -> None:
    assert inspected_in_full(Facts("t", "report", inspection_start=start, inspection_end=end)) == words


def stored(authority: str | None, start: date | None = None) -> StoredDocument:
    facts = Facts("title", "report", authority=authority, inspection_start=start)
    return StoredDocument(1, "0" * 64, "path", "pdf", facts, 1)
