"""The register below /api/v1: judgements with the addresses that open their words, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.register.record import as_csv
from assistant.settings import Settings
from assistant.web.application import create_app
from index.library import Library
from index.update import build, library_identity
from tests.register_files import HELP, LEADERS, write_files
from tests.toy import ToyEncoder


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant whose register can be worked out by hand."""
    folder, encoder = tmp_path_factory.mktemp("judged"), ToyEncoder()
    build(folder / "library", [write_files(folder / "files")], encoder)
    return Assistant(Library(folder / "library", library_identity(encoder)), encoder)


@pytest.fixture(scope="module")
def site(judged: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(judged, Settings()), base_url="http://assistant.test") as client:
        yield client


def listed(site: TestClient, **filters: Any) -> dict[str, Any]:
    response = site.get("/api/v1/judgements", params=filters)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_each_judgement_has_the_address_that_opens_its_words(site: TestClient) -> None:
    judgements = listed(site)["judgements"]
    assert len(judgements) == 14
    words = {}
    for judgement in judgements:
        page = site.get(judgement["address"])
        assert f"/documents/{judgement['document_id']}?" in judgement["address"]
        marks = lxml.html.document_fromstring(page.text).iter("mark")
        words[judgement["area"], judgement["inspection_date"]] = " ".join(
            " ".join(mark.text_content() for mark in marks).split()
        )
    assert words["leaders", "2018-05-14"] == f"{LEADERS} Inadequate"
    assert words["help-and-protection", "2022-02-07"] == f"{HELP} Good"
    assert words["leaders", "2024-06"] == "The council received the top rating for leadership."


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"authority": ["Exham", "Wyham"], "area": "overall"}, ["inadequate", "good", "good"]),
        ({"area": "care-leavers"}, ["good", "good"]),  # in 2018 together with children in care
        ({"grade": ["inadequate", "outstanding"], "from": "2018-05-15"}, ["outstanding"]),
        ({"area": "leaders", "latest": "true"}, ["outstanding", "good"]),
        ({"area": "leaders", "latest": "true", "to": "2023"}, ["good", "good"]),
        ({"area": "leaders", "latest": "true", "to": "2018", "grade": "requires improvement"}, []),
    ],
)
def test_filters_are_those_of_the_command_line(site: TestClient, filters: dict[str, Any], wanted: list[str]) -> None:
    assert [judgement["grade"] for judgement in listed(site, **filters)["judgements"]] == wanted


def test_what_another_source_says_is_there_with_its_own_address(site: TestClient) -> None:
    [judgement] = listed(site, area="overall", **{"from": "2022"})["judgements"]
    [other] = judgement["contradictions"]
    assert (judgement["grade"], judgement["source"]) == ("good", "report")
    assert (other["grade"], other["source"], other["document"]) == ("outstanding", "news", "press/gazette.md")
    assert "rated “outstanding” by Ofsted" in site.get(other["address"]).text


def test_coverage_names_what_could_not_be_read(site: TestClient) -> None:
    assert listed(site, authority="Wyham and Zed", grade="inadequate") == {
        "judgements": [],
        "coverage": {
            "authorities": 1,
            "from": 2021,
            "to": 2021,
            "unreadable": [
                {"path": "broken.pdf", "areas": []},
                {"path": "wyham and zed.md", "areas": ["care-leavers"]},
            ],
        },
    }


def test_csv_is_that_of_the_command_line(site: TestClient, judged: Assistant) -> None:
    whole = site.get("/api/v1/judgements.csv")
    assert whole.headers["content-type"] == "text/csv; charset=utf-8"
    assert whole.text == as_csv(judged.register().entries)
    some = site.get("/api/v1/judgements.csv", params={"area": "care-leavers", "latest": "true"})
    assert [line.split(",")[1] for line in some.text.splitlines()] == ["area", "care-leavers"]


@pytest.mark.parametrize("path", ["judgements", "judgements.csv"])
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("authority=Sheffield", "authority: the library has no report on 'Sheffield'; it has documents on Exham"),
        ("area=fostering", "area.0: 'fostering' is no area of judgement; use one of overall, leaders"),
        ("grade=poor", "grade.0: 'poor' is no grade; use one of outstanding, good"),
        ("from=May", "from: 'May' is neither a year nor a day"),
        ("to=2019-02-29", "to: '2019-02-29' is neither a year nor a day"),
        ("from=2020&to=2019", "from is later than to"),
        ("latest=perhaps", "latest: "),
        ("authorities=Exham", "authorities: Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_a_wrong_filter_is_named(site: TestClient, path: str, query: str, words: str) -> None:
    response = site.get(f"/api/v1/{path}?{query}")
    assert response.status_code == 422
    assert words in response.json()["detail"]
    assert set(response.json()) == {"detail"}


def test_an_update_is_seen(tmp_path: Any) -> None:
    encoder, files = ToyEncoder(), write_files(tmp_path / "files")
    build(tmp_path / "library", [files], encoder)
    assistant = Assistant(Library(tmp_path / "library", library_identity(encoder)), encoder)
    site = TestClient(create_app(assistant, Settings()))
    (files / "exham 2022.md").unlink()
    build(tmp_path / "library", [files], encoder)
    [judgement] = listed(site, area="overall", **{"from": "2022"})["judgements"]
    assert (judgement["source"], judgement["grade"]) == ("news", "outstanding")
