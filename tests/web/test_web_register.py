"""The pages of the register: what they hold of a small library, their links, choices, figures and downloads."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx
import lxml.html
import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.register.entries import Register
from assistant.register.record import COLUMNS
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.web.figures import time_line_of
from assistant.web.grades_chart import GradesChart
from index.library import Library
from index.update import build, library_identity
from tests.toy import ToyEncoder
from tests.web.browsing import ADOPT, TEXT_SPACING, OpenPage, overflow, serving, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def report(authority: str, kind: str, start: str, end: str, grades: dict[str, str]) -> str:
    rows = "\n".join(f"| {area} | {grade} |" for area, grade in grades.items())
    return f"""---
title: Inspection of {authority}
authority: {authority}
kind: report
inspection_kind: {kind}
inspection_start: {start}
inspection_end: {end}
lead_inspector: Jane Example
---
# Inspection of {authority}

| Judgement | Grade |
|---|---|
{rows}

## What was found

Social workers in {authority} know the children they work with.
"""


LEADERS = "The impact of leaders on social work practice with children and families"
HELP = "The experiences and progress of children who need help and protection"
IN_CARE, LEAVERS = "The experiences and progress of children in care", "The experiences and progress of care leavers"
TOGETHER = "The experiences and progress of children in care and care leavers"
EXHAM_2014 = {
    "Children who need help and protection": "Inadequate",
    "Children looked after and achieving permanence": "Requires improvement",
    "Adoption performance": "Good",
    "Experiences and progress of care leavers": "Inadequate",
    "Leadership, management and governance": "Inadequate",
    "Overall effectiveness": "Inadequate",
    "The effectiveness of the Local Safeguarding Children Board (LSCB)": "Requires improvement",
}
EXHAM_2019 = {LEADERS: "Good", HELP: "Good", TOGETHER: "Outstanding", "Overall effectiveness": "Good"}
WYHAM_2023 = {HELP: "Good", IN_CARE: "Good", LEAVERS: "Inadequate", "Overall effectiveness": "Requires improvement"}
NEWS = """---
title: Praise for Exham
authority: Exham
kind: news
inspection_start: 2019-06-01
inspection_end: 2019-06-30
---
# Praise for Exham

Inspectors came in June. Exham council's children's services were rated outstanding by Ofsted.
"""
FILES = {
    "exham-2014.md": report("Exham", "single-inspection-framework", "2014-03-03", "2014-03-26", EXHAM_2014),
    "exham-2019.md": report("Exham", "standard", "2019-06-03", "2019-06-14", EXHAM_2019),
    "wyham-2023.md": report("Wyham and <Zed>", "short", "2023-01-09", "2023-01-13", WYHAM_2023),
    "news.md": NEWS,
    "broken.pdf": "<!doctype html><html><body>Not found</body></html>",
}
TITLE = "Overall effectiveness: grades by year of inspection"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    documents = tmp_path_factory.mktemp("judged")
    for name, text in FILES.items():
        (documents / name).write_text(text)
    encoder, folder = ToyEncoder(), tmp_path_factory.mktemp("judged-library") / "library"
    build(folder, [documents], encoder)
    return Library(folder, library_identity(encoder))


@pytest.fixture(scope="module")
def app(library: Library) -> FastAPI:
    return create_app(Assistant(library, ToyEncoder()), Settings())


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://assistant.test") as client:
        yield client


@pytest.fixture(scope="module")
def server(app: FastAPI) -> Iterator[str]:
    with serving(app) as address:
        yield address


def tree(client: TestClient, address: str) -> lxml.html.HtmlElement:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return lxml.html.document_fromstring(response.text)


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def table(page: lxml.html.HtmlElement, number: int = -1) -> list[list[str]]:
    """The cells of a table, row by row."""
    return [[words(cell) for cell in row.xpath("./th | ./td")] for row in page.xpath("//table")[number].xpath(".//tr")]


def rows(client: TestClient, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.headers["content-type"].startswith("text/csv")
    assert response.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(response.text)))


# All judgements


def test_each_inspection_is_a_row_with_its_grades(client: TestClient) -> None:
    header, *found = table(tree(client, "/judgements/"))
    assert header == ["Inspection", "Overall effectiveness", "Leaders", "Help and protection", "Children in care",
                      "Care leavers", "Adoption", "Other areas"]  # fmt: skip
    together = "Outstanding Children in care and care leavers together"
    none = "–No judgement"
    board = "Local Safeguarding Children Board: Requires improvement"
    assert [row[1:] for row in found] == [
        ["Inadequate", "Inadequate", "Inadequate", "Requires improvement", "Inadequate", "Good", board],
        ["Good News article: Outstanding", "Good", "Good", together, together, none, "–None"],
        ["Requires improvement", "Could not be read", "Good", "Good", "Inadequate", none, "–None"],
    ]
    assert found[1][0] == "Exham Inspected 3 to 14 June 2019 Standard inspection Ofsted report"
    assert found[2][0].startswith("Wyham and <Zed> Inspected 9 to 13 January 2023 Short inspection")


def test_coverage_and_what_could_not_be_read_are_said(client: TestClient) -> None:
    page = tree(client, "/judgements/")
    assert "from 2 authorities' reports, 2014 to 2023; 2 documents could not be read" in words(page)
    assert words(page.xpath("//h2[@id='found']")[0]) == "15 judgements from 3 inspections"
    unread = {words(name): words(name.getnext()) for name in page.xpath("//section[@class='failures']//dt")}
    assert unread["wyham-2023.md"] == "No grade was read for: Leaders."
    assert "web page" in unread["broken.pdf"]


def test_where_sources_differ_both_are_linked(client: TestClient, library: Library) -> None:
    for address in ("/judgements/", "/judgements/exham"):
        [said] = tree(client, address).xpath("//ul[@class='disputes']/li")
        assert words(said) == (
            "Exham, 3 to 14 June 2019, Overall effectiveness: Good (Ofsted report); Outstanding (News article)."
        )
        quoted = [marked(client, address, link) for link in said.xpath(".//a/@href")]
        assert quoted == ["Overall effectiveness Good", NEWS.split("June. ")[1].strip()]


def marked(client: TestClient, address: str, link: str) -> str:
    """The words that a link from a page opens at."""
    return " ".join(words(mark) for mark in tree(client, urljoin(address, link)).xpath("//mark"))


@pytest.mark.parametrize("address", ["/judgements/", "/judgements/exham"])
def test_each_cell_opens_its_source_at_the_words(client: TestClient, address: str) -> None:
    found = tree(client, address).xpath("//table[last()]//a[contains(@class, 'grade')]")
    assert len(found) >= 12
    for link in found:
        assert marked(client, address, link.get("href")).lower().endswith(words(link).lower())


@pytest.mark.parametrize(
    ("asked", "judgements", "first"),
    [
        ("authority=Exham", 11, "Exham"),
        ("area=care-leavers", 3, "Exham"),
        ("grade=good&latest=1", 6, "Exham"),
        ("area=care-leavers&grade=inadequate&latest=1", 1, "Wyham"),
        ("from=2019&to=2022", 4, "Exham"),
        ("from=2020", 4, "Wyham"),
        ("authority=&area=&grade=&from=&to=", 15, "Exham"),
    ],
)
def test_choices_limit_what_is_shown_and_what_is_downloaded(
    client: TestClient, asked: str, judgements: int, first: str
) -> None:
    page = tree(client, f"/judgements/?{asked}")
    assert words(page.xpath("//h2[@id='found']")[0]).startswith(f"{judgements} judgement")
    assert table(page)[1][0].startswith(first)
    [link] = page.xpath("//a[contains(., 'Download these judgements')]/@href")
    found = rows(client, urljoin("/judgements/", link))
    assert len(found) == judgements
    assert tuple(found[0]) == COLUMNS
    chosen = {s.get("name"): s.xpath("string(./option[@selected]/@value)") for s in page.xpath("//form//select")}
    said = dict(pair.split("=") for pair in asked.split("&"))
    assert chosen == {name: said.get(name, "") for name in chosen}
    assert bool(page.xpath("//input[@name='latest']/@checked")) == ("latest" in said)


def test_the_chart_has_its_numbers_in_a_table(client: TestClient) -> None:
    page = tree(client, "/judgements/")
    assert table(page, 0) == [
        ["Year", "Outstanding", "Good", "Requires improvement", "Inadequate"],
        ["2014", "0", "0", "0", "1"],
        *([str(year), "0", "0", "0", "0"] for year in range(2015, 2019)),
        ["2019", "0", "1", "0", "0"],
        *([str(year), "0", "0", "0", "0"] for year in range(2020, 2023)),
        ["2023", "0", "0", "1", "0"],
    ]
    sentence = (
        "Of 3 judgements on overall effectiveness, 2014 to 2023, 1 is good, 1 requires improvement and 1 inadequate."
    )
    assert page.xpath("string(//figcaption/p)") == sentence
    assert page.xpath("//figure//img/@alt") == [
        f"Bar chart of grades by year. {sentence} All numbers are in the table."
    ]
    assert len(rows(client, "/judgements/grades-by-year.csv")) == 10


def test_the_chart_is_of_the_area_asked_for(client: TestClient) -> None:
    page = tree(client, "/judgements/?area=care-leavers&latest=1")
    _, first, *_, last = table(page, 0)
    assert (first, last) == (["2019", "1", "0", "0", "0"], ["2023", "0", "0", "0", "1"])
    [source] = page.xpath("//figure//img/@src")
    response = client.get(urljoin("/judgements/", source))
    assert b"<title>Care leavers: grades by year of inspection (newest only)</title>" in response.content


def test_nothing_found_is_said(client: TestClient) -> None:
    for asked in ("authority=Zedham", "grade=adequate", "from=1999&to=2001"):
        page = tree(client, f"/judgements/?{asked}")
        assert "No judgements match these choices." in words(page)
        assert page.xpath("//figure | //table") == []
        assert client.get(f"/judgements/grades-by-year.svg?{asked}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("area=housing", "“housing” is not an area. Choose one on the page."),
        ("grade=<b>", "“<b>” is not a grade. Choose one on the page."),
        ("from=last", "“last” is not a year. Write it as 2019."),
        ("from=2020&to=2019", "The first year is later than the last. Change one of them."),
    ],
)
def test_what_means_nothing_is_said_in_words(client: TestClient, asked: str, said: str) -> None:
    response = client.get(f"/judgements/?{asked}")
    assert response.status_code == 400
    page = lxml.html.document_fromstring(response.text)
    assert [words(notice) for notice in page.xpath("//*[@class='notice']")] == [said]
    assert client.get(f"/judgements/register.csv?{asked}").status_code == 404


def test_a_library_without_judgements_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n\nThe ferry timetable was agreed.\n")
    build(tmp_path / "library", [tmp_path], ToyEncoder())
    library = Library(tmp_path / "library", library_identity(ToyEncoder()))
    client = TestClient(create_app(Assistant(library, ToyEncoder()), Settings()))
    assert "The documents of this library state no judgements." in words(tree(client, "/judgements/"))


# One authority


def test_an_authority_has_a_row_an_area_and_a_column_an_inspection(client: TestClient) -> None:
    page = tree(client, "/judgements/exham")
    none, together = "–No judgement", "Outstanding Children in care and care leavers together"
    assert table(page) == [
        ["Area", "March 2014", "June 2019"],
        ["Overall effectiveness", "Inadequate", "Good News article: Outstanding"],
        ["Leaders", "Inadequate", "Good"],
        ["Help and protection", "Inadequate", "Good"],
        ["Children in care", "Requires improvement", together],
        ["Care leavers", "Inadequate", together],
        ["Adoption", "Good", none],
        ["Local Safeguarding Children Board", "Requires improvement", none],
    ]
    history = "Overall effectiveness: inadequate in March 2014 and good in June 2019."
    assert page.xpath("string(//figcaption/p)") == history
    assert history in page.xpath("string(//figure//img/@alt)")
    assert len(rows(client, "/judgements/register.csv?authority=Exham")) == 11


def test_authorities_lead_to_their_pages(client: TestClient) -> None:
    for address in ("/judgements/", "/documents/"):
        links = tree(client, address).xpath("//main//a[contains(@href, 'judgements/')]/@href")
        assert {"../judgements/exham", "../judgements/wyham-and-zed"} <= set(links)
    assert words(tree(client, "/judgements/wyham-and-zed").xpath("//h1")[0]) == "Wyham and <Zed>: judgements over time"
    assert client.get("/judgements/Exham").url.path == "/judgements/exham"
    assert client.get("/judgements?area=leaders").url == "http://assistant.test/judgements/?area=leaders"
    for missing in ("/judgements/nowhere", "/judgements/nowhere/time-line.svg", "/judgements/exham/time-line.gif"):
        assert client.get(missing).status_code == 404


def test_a_figure_for_an_answer_has_addresses_that_work(client: TestClient, library: Library) -> None:
    figure = time_line_of(Register.of(library), "Exham")
    assert figure is not None
    kinds = {"image/svg+xml": figure.svg, "image/png": figure.png, "text/csv": figure.table, "text/html": figure.page}
    for kind, address in kinds.items():
        response = client.get(urljoin("/chat/", address))
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(kind)


# Pictures


@pytest.mark.parametrize("address", ["/judgements/", "/judgements/exham"])
def test_pictures_are_of_the_size_that_the_page_says(client: TestClient, address: str) -> None:
    found = tree(client, address).xpath("//figure//source | //figure//img")
    assert len(found) == 4
    for element in found:
        source = urljoin(address, element.get("srcset") or element.get("src"))
        response = client.get(source)
        assert response.headers["content-type"] == "image/svg+xml"
        assert {"default-src 'none'", "sandbox"} <= set(response.headers["content-security-policy"].split("; "))
        width, height = re.search(rb'width="([\d.]+)pt" height="([\d.]+)pt"', response.content).groups()
        size = int(element.get("width")), int(element.get("height"))
        assert (round(float(width) / 0.75), round(float(height) / 0.75)) == size
        png = Image.open(io.BytesIO(client.get(source.replace(".svg", ".png")).content))
        assert (abs(png.width - 2 * size[0]) <= 1, abs(png.height - 2 * size[1]) <= 1) == (True, True)


def test_dark_pictures_have_a_dark_ground(client: TestClient) -> None:
    for look, dark in (("", False), ("?dark=1", True)):
        png = Image.open(io.BytesIO(client.get(f"/judgements/exham/time-line.png{look}").content)).convert("L")
        assert (png.getpixel((2, 2)) < 128) == dark


def test_a_drawing_keeps_no_other_waiting(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end, draw = threading.Event(), threading.Event(), GradesChart.draw

    def slow(self: GradesChart, inks: Any) -> Any:
        begun.set()
        assert may_end.wait(20)
        return draw(self, inks)

    monkeypatch.setattr(GradesChart, "draw", slow)
    with ThreadPoolExecutor(1) as pool:
        drawing = pool.submit(httpx.get, f"{server}/judgements/grades-by-year.svg?to=2018", timeout=30)
        assert begun.wait(20)
        assert httpx.get(f"{server}/health", timeout=5).status_code == 200
        assert httpx.get(f"{server}/judgements/", timeout=5).status_code == 200
        may_end.set()
        assert drawing.result().status_code == 200


# In a browser


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 320])
def test_axe_finds_nothing_and_the_fitting_picture_is_shown(open_page: OpenPage, width: int, scheme: str) -> None:
    for address in ("/judgements/", "/judgements/exham", "/judgements/?grade=adequate"):
        page = open_page(address, width, scheme)
        for summary in page.locator("summary").all():
            summary.click()
        assert violations(page) == [], address
        assert overflow(page) <= 0, address
        for source in page.evaluate("[...document.querySelectorAll('figure img')].map(e => e.currentSrc)"):
            assert ("dark=1" in source, "narrow=1" in source) == (scheme == "dark", width == 320)
        page.wait_for_function("() => [...document.images].every(e => e.complete && e.naturalWidth > 0)")
        page.evaluate(ADOPT, TEXT_SPACING)
        assert overflow(page) <= 0, address


@pytest.mark.browser
def test_the_form_works_by_keyboard_and_without_script(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(f"{server}/judgements/")
    page.get_by_label("Authority").focus()
    page.keyboard.type("Wyham")
    for typed in ("Care", "Inad", "2023", ""):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/judgements/?*")
    asked = "authority=Wyham+and+%3CZed%3E&area=care-leavers&grade=inadequate&from=2023&to=&latest=1"
    assert page.url == f"{server}/judgements/?{asked}"
    assert page.get_by_role("heading", level=2).first.inner_text() == "1 judgement from 1 inspection"
    page.get_by_role("table", name="1 judgement").get_by_role("link", name="Inadequate").click()
    assert "care leavers" in page.locator("mark").first.inner_text()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 320])
def test_cells_keep_their_headers_in_every_window(open_page: OpenPage, width: int) -> None:
    page = open_page("/judgements/exham", width)
    found = page.get_by_role("table", name="Grades by area and inspection")
    assert found.get_by_role("columnheader").all_inner_texts() == ["Area", "March 2014", "June 2019"]
    row = found.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Adoption"))
    assert row.get_by_role("cell").first.inner_text().strip().endswith("Good")
    label = row.get_by_role("cell").first.evaluate("e => getComputedStyle(e, '::before').content")
    assert label == ('"March 2014"' if width == 320 else "none")


@pytest.mark.browser
def test_in_a_frame_beside_the_chat_sources_open_within_it(open_page: OpenPage, server: str) -> None:
    page = open_page("/health")
    holder = '<iframe title="Source" width="620" height="800" src="/judgements/exham?beside=1"></iframe>'
    page.route("**/holder", lambda route: route.fulfill(body=holder, content_type="text/html"))
    page.goto(f"{server}/holder")
    frame = page.frames[1]
    frame.get_by_role("heading", level=1).wait_for()
    assert frame.locator("body > header, body > footer").count() == 0
    assert violations(frame) == []
    frame.get_by_role("link", name="Judgements of all authorities").click()
    frame.get_by_role("button", name="Show").click()
    frame.wait_for_url("**beside=1&authority=**")
    frame.get_by_role("link", name="Inadequate").first.click()
    frame.locator("mark").first.wait_for()
    assert frame.locator("body > header, body > footer").count() == 0


@pytest.mark.browser
def test_files_of_a_figure_are_downloaded(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/judgements/exham")
    begins = {"picture (PNG)": b"\x89PNG", "picture (SVG)": b"<?xml", "data (CSV)": b"authority,area"}
    for name, begin in begins.items():
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        download.value.save_as(tmp_path / "file")
        assert (tmp_path / "file").read_bytes().startswith(begin)
