"""An answer from the register wherever it is shown: on the page, in Word and Markdown, and in the API's record."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

import docx
import pytest
from docx.oxml.ns import qn
from lxml import html
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.api.models import AnswerRecord
from assistant.web.application import create_app
from assistant.web.threads import Asking, to_address
from assistant.web.turns import Turns, answered
from index.library import Library
from index.update import build, library_identity
from tests.assistant.conftest import RANKING
from tests.register_files import SEVERAL, write_files
from tests.toy import ToyEncoder
from tests.web.browsing import OpenPage, ask, overflow, violations

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LIST = "Which councils require improvement?"
COUNT = "How many councils are good or outstanding?"
HISTORY = "How has Exham been rated over the years?"
COMPARED = "Compare Eastby and Southvale on caseloads"
NONE = "Which councils are inadequate?"
QUESTIONS = [LIST, COUNT, HISTORY, COMPARED, NONE]
COVERAGE = "From 5 authorities' reports, 2016 to 2023; 2 documents could not be read."

Download = Callable[..., bytes]


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder, encoder = tmp_path_factory.mktemp("several"), ToyEncoder()
    build(folder / "library", [write_files(folder / "files", SEVERAL)], encoder)
    library = Library(folder / "library", library_identity(encoder))
    yield Assistant(library, encoder, RANKING)
    library.close()


@pytest.fixture(scope="module")
def site(several: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(several, Settings()), base_url="http://assistant.test") as client:
        yield client


@pytest.fixture
def download(site: TestClient) -> Download:
    def post(name: str, *questions: str) -> bytes:
        thread = to_address([Asking(question) for question in questions])
        response = site.post(f"/download/{name}", data={"conversation": thread})
        assert response.status_code == 200
        return response.content

    return post


def shown(assistant: Assistant, question: str, before: Turns = ()) -> HtmlElement:
    return html.fromstring(answered(assistant, Asking(question), before).html)


def visible(element: HtmlElement) -> str:
    """The words that are seen."""
    words = element.xpath(".//text()[not(ancestor::*[contains(concat(' ', @class, ' '), ' hidden ')])]")
    return " ".join("".join(map(str, words)).split())


def as_rows(element: HtmlElement) -> list[list[str]]:
    return [[visible(cell) for cell in row.xpath("./th | ./td")] for row in element.iter("tr")]


def wanted_rows(assistant: Assistant, question: str) -> list[list[str]]:
    table = assistant.ask(question).table
    assert table
    return [list(table.columns), *([cell.text for cell in row] for row in table.rows)] if table.rows else []


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_page_shows_the_finding_and_its_table(several: Assistant, question: str) -> None:
    answer, page = several.ask(question), shown(several, question)
    assert answer.table
    assert [visible(p) for p in page.find_class("finding")] == [answer.table.caption]
    assert [visible(p) for p in page.find_class("note")] == list(answer.notes)
    [coverage] = page.find_class("coverage")
    assert visible(coverage).startswith(answer.coverage)
    assert as_rows(page) == wanted_rows(several, question)


@pytest.mark.parametrize("question", [LIST, COUNT, HISTORY, COMPARED])
def test_the_table_names_its_columns_and_rows_for_screen_readers(several: Assistant, question: str) -> None:
    [table] = shown(several, question).iter("table")
    head, *rows = table.iter("tr")
    assert [(cell.tag, cell.get("scope")) for cell in head] == [("th", "col")] * len(head)
    for row in rows:
        assert [(cell.tag, cell.get("scope")) for cell in row] == [("th", "row"), *[("td", None)] * (len(row) - 1)]


@pytest.mark.parametrize("question", [LIST, COUNT, HISTORY, COMPARED])
def test_each_judgement_is_a_link_to_the_words_that_state_it(
    several: Assistant, site: TestClient, question: str
) -> None:
    answer, page = several.ask(question), shown(several, question)
    assert answer.table
    [table] = page.iter("table")
    for row, cells in zip(list(table.iter("tr"))[1:], answer.table.rows, strict=True):
        for element, cell in zip(row, cells, strict=True):
            links = list(element.iter("a"))
            assert len(links) == len(cell.citations)
            for link, number in zip(links, cell.citations, strict=True):
                citation = answer.citations[number - 1]
                assert visible(link) == cell.text
                assert f", stated in {citation.label}" in link.text_content()
                address = urlsplit(urljoin("http://assistant.test/chat/", link.get("href")))
                place = parse_qs(address.query)
                assert (place["start"], place["end"]) == ([str(citation.start)], [str(citation.end)])
                source = html.fromstring(site.get(f"{address.path}?{address.query}").text)
                marked = " ".join(mark.text_content() for mark in source.iter("mark")).split()
                assert marked == citation.quote.replace("\t", " ").split()


def test_the_quotations_are_folded_below_the_table_and_counted(several: Assistant) -> None:
    page = shown(several, COUNT)
    [folded] = [details for details in page.iter("details") if details.find_class("quote")]
    assert visible(folded[0]) == "The words that these judgements were read from (4)"  # three, and what the news says
    assert len(folded.find_class("quote")) == 4
    assert page.find_class("quote") == folded.find_class("quote")


def test_where_none_is_found_there_is_no_table(several: Assistant) -> None:
    page = shown(several, NONE)
    assert not list(page.iter("table", "details"))
    assert visible(page.find_class("finding")[0]).startswith("No authority of 5 was judged inadequate")


def test_what_is_no_complete_list_says_so_on_the_page(several: Assistant) -> None:
    page = shown(several, "Which councils have high caseloads?")
    assert not list(page.iter("table"))
    [note] = page.find_class("note")
    assert visible(note).endswith("It is no complete list of authorities.")


def test_a_missing_authority_is_said_once(several: Assistant) -> None:
    page = shown(several, "Compare Southvale and Sheffield")
    assert visible(page).count("There is no report on Sheffield here.") == 1


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
def test_the_table_is_accessible(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(width=width, scheme=scheme)
    ask(page, "How was Northmoor judged in 2022?")
    table = page.get_by_role("table")
    assert table.get_by_role("columnheader").all_inner_texts() == ["Area", "Grade", "Inspection"]
    assert table.get_by_role("rowheader").all_inner_texts() == ["Overall effectiveness", "Leaders"]
    assert (violations(page), overflow(page)) == ([], 0)


# --- Word and Markdown ------------------------------------------------------------------------------------------------


def numbered(assistant: Assistant, questions: list[str]) -> list[list[list[str]]]:
    """The rows of each question's table with the numbers of quotations, which count through the whole paper."""
    tables, before = [], 0
    for question in questions:
        answer = assistant.ask(question)
        assert answer.table
        rows = [
            [" ".join([cell.text, *(f"[{before + number}]" for number in cell.citations)]) for cell in row]
            for row in answer.table.rows
        ]
        tables.append([list(answer.table.columns), *rows])
        before += len(answer.citations)
    return tables


def test_word_holds_the_tables(several: Assistant, download: Download) -> None:
    document = docx.Document(io.BytesIO(download("word", LIST, COUNT)))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert tables == numbered(several, [LIST, COUNT])
    assert tables[1][1][1] == "Outstanding [3]"  # the first two are of the first question
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words.count(COVERAGE) == 2
    assert (
        "2 of 5 authorities were judged requires improvement overall in the latest inspection that judged it." in words
    )


def test_word_repeats_the_header_row(download: Download) -> None:
    document = docx.Document(io.BytesIO(download("word", HISTORY)))
    [table] = document.tables
    repeated = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
    assert repeated == [True, *[False] * (len(table.rows) - 1)]


def test_markdown_holds_the_tables(several: Assistant, download: Download) -> None:
    text = download("markdown", LIST, COUNT).decode()
    page = html.fromstring(MarkdownIt().enable("table").render(text))
    assert [as_rows(table) for table in page.iter("table")] == numbered(several, [LIST, COUNT])
    assert page.text_content().count(COVERAGE) == 2


@pytest.mark.parametrize("name", ["word", "markdown"])
def test_a_finding_without_rows_is_downloaded_without_a_table(download: Download, name: str) -> None:
    content = download(name, NONE)
    if name == "markdown":
        assert "No authority of 5 was judged inadequate overall" in content.decode()
        assert "| --- |" not in content.decode()
    else:
        document = docx.Document(io.BytesIO(content))
        assert not document.tables
        assert any("No authority of 5 was judged inadequate overall" in p.text for p in document.paragraphs)


# --- The API ----------------------------------------------------------------------------------------------------------


def test_the_record_of_what_the_register_does_not_answer_holds_none_of_it(site: TestClient) -> None:
    record = site.post("/api/v1/ask", json={"question": "Which councils have high caseloads?"}).json()
    AnswerRecord.model_validate(record)
    assert record["register"] is None


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_record_holds_the_register_and_is_as_described(several: Assistant, site: TestClient, question: str) -> None:
    record = site.post("/api/v1/ask", json={"question": question}).json()
    AnswerRecord.model_validate(record)  # knows no other keys
    answer = several.ask(question)
    assert answer.table
    assert record["register"] == {
        "finding": answer.table.caption,
        "notes": list(answer.notes),
        "columns": list(answer.table.columns),
        "rows": [[{"text": c.text, "citations": list(c.citations)} for c in row] for row in answer.table.rows],
        "coverage": answer.coverage,
    }
    numbers = {citation["number"] for citation in record["citations"]}
    assert {n for row in record["register"]["rows"] for cell in row for n in cell["citations"]} <= numbers
