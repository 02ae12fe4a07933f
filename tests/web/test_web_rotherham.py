"""The history of Rotherham's judgements, as the shipped documents tell it: right, cited and drawn."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urljoin

import lxml.html
import pytest
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.register.entries import Register
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.web.figures import time_line_of
from index.judgements import AREAS, GRADES
from index.library import Library
from index.update import build, library_identity
from tests.conftest import DOCUMENTS
from tests.toy import ToyEncoder

# Area → its grade at each of the four inspections, by hand; one that was given to two areas together in brackets.
COLUMNS = ["Area", "September 2014", "November 2017", "June 2022", "November 2025"]
HISTORY = {
    "overall": ["inadequate", "good", "good", "outstanding"],
    "leaders": ["inadequate", "good", "good", "outstanding"],
    "help-and-protection": ["inadequate", "good", "good", "outstanding"],
    "children-in-care": ["inadequate", "requires-improvement", "(good)", "outstanding"],
    "care-leavers": ["inadequate", "outstanding", "(good)", "good"],
    "adoption": ["requires-improvement", "good", "", ""],
    "local-safeguarding-children-board": ["inadequate", "", "", ""],
}
PAGE = "/judgements/rotherham"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("shipped") / "library"
    build(folder, [DOCUMENTS], ToyEncoder())
    return Library(folder, library_identity(ToyEncoder()))


@pytest.fixture(scope="module")
def client(library: Library) -> TestClient:
    return TestClient(create_app(Assistant(library, ToyEncoder()), Settings()), base_url="http://assistant.test")


def tree(client: TestClient, address: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(client.get(urljoin(PAGE, address)).text)


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_every_grade_is_right(client: TestClient) -> None:
    header, *rows = tree(client, PAGE).xpath("//table//tr")
    assert [words(cell) for cell in header] == COLUMNS
    shown = {}
    for row in rows:
        name, *cells = map(words, row)
        grades = [re.sub(r"^(.+) Children in care and care leavers together$", r"(\1)", cell) for cell in cells]
        shown[name] = ["" if grade == "–No judgement" else grade for grade in grades]
    assert shown == {
        AREAS[area]: [re.sub(r"[a-z-]+", lambda found: GRADES[found[0]], grade) for grade in grades]
        for area, grades in HISTORY.items()
    }


def test_every_grade_is_cited(client: TestClient) -> None:
    links = tree(client, PAGE).xpath("//td/a")
    assert len(links) == sum(bool(grade) for grades in HISTORY.values() for grade in grades)
    for link in links:
        source = tree(client, link.get("href"))
        said = " ".join(words(mark) for mark in source.xpath("//mark"))
        assert said.lower().endswith(words(link).lower())
        assert "rotherham" in source.findtext(".//title").lower()


def test_every_grade_is_drawn(client: TestClient) -> None:
    picture = client.get(f"{PAGE}/time-line.svg").text
    drawn = Counter(re.findall("<!-- (Outstanding|Good|Requires|Adequate|Inadequate) -->", picture))
    # A grade that was given to two areas together is one mark over both.
    assert drawn == {"Inadequate": 6, "Requires": 2, "Good": 9, "Outstanding": 5}
    assert client.get(f"{PAGE}/time-line.png").content.startswith(b"\x89PNG")


def test_the_figure_says_what_is_to_be_seen(library: Library) -> None:
    figure = time_line_of(Register.of(library), "Rotherham")
    assert figure is not None
    assert figure.title == "Rotherham: judgements by area, 2014 to 2025"
    assert figure.caption == (
        "Overall effectiveness: inadequate in September 2014, good in November 2017, good in June 2022 and outstanding "
        "in November 2025."
    )


def test_the_csv_has_every_judgement_once(client: TestClient) -> None:
    lines = client.get("/judgements/register.csv?authority=Rotherham").text.splitlines()
    assert len(lines) == 1 + 22
    assert "Rotherham,children-in-care-and-care-leavers,good,2022-06-27,2022-07-01," in "\n".join(lines)


def test_documents_of_rotherham_lead_to_its_time_line(client: TestClient) -> None:
    found = tree(client, "/documents/").xpath("//a[.='Judgements of Rotherham over time']/@href")
    assert Path(urljoin("/documents/", found[0])) == Path(PAGE)
