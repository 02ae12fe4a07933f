"""What programs are given below /api/v1: the contract, addresses that open, errors in words, and who is let in."""

from __future__ import annotations

import json
import logging
import shutil
import socket
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import lxml.html
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.contract import answer_record
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.web.serve import listen
from index.encoder import Encoder
from index.library import FILE
from tests.web.browsing import CASELOADS, OFF_TOPIC, QUOTED, Find, serving

KEY, OTHER_KEY = "a-key-of-the-council-1", "a-key-of-the-council-2"
ADDED = {"document_id", "address"}  # to what the command line prints


def keys_of(value: Any) -> Any:
    """The keys of JSON at every depth; of a list, those of its first item."""
    if isinstance(value, Mapping):
        return {name: keys_of(one) for name, one in value.items()}
    return [keys_of(one) for one in value[:1]] if isinstance(value, list) else None


@pytest.fixture(scope="module")
def locked(assistant: Assistant) -> Iterator[TestClient]:
    """A client of a site with two keys, sending none."""
    app = create_app(assistant, Settings(api_keys=(KEY, OTHER_KEY), mcp=True, requests_per_minute=0))  # type: ignore[arg-type]
    with TestClient(app, base_url="http://localhost") as client:
        yield client


def ask(client: TestClient, **asked: Any) -> dict[str, Any]:
    response = client.post("/api/v1/ask", json=asked)
    assert response.status_code == 200, response.text
    return dict(response.json())


# Answers


def test_an_answer_is_that_of_the_command_line_with_addresses(client: TestClient, assistant: Assistant) -> None:
    given = ask(client, question=CASELOADS)
    own = json.loads(json.dumps(answer_record(assistant.ask(CASELOADS), None, CASELOADS, 0)))
    assert given["citations"][0]["quote"] == QUOTED
    for place in (*given["citations"], *given["passages"]):
        assert {place.pop(name) is not None for name in ADDED} == {True}
    assert given | {"elapsed_ms": 0} == own
    assert keys_of(given) == keys_of(own)


def test_addresses_open_the_source_at_the_words(client: TestClient) -> None:
    for place in (given := ask(client, question=CASELOADS))["citations"] + given["passages"]:
        assert place["address"].startswith("http://assistant.test/documents/")
        page = client.get(place["address"])
        marked = " ".join(mark.text_content() for mark in lxml.html.document_fromstring(page.text).iter("mark"))
        assert marked.split() == (place.get("quote") or place["text"]).replace("\t", " ").split()


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({}, "http://intranet.example/insight/"),
        ({"x-forwarded-proto": "https"}, "https://intranet.example/insight/"),
        ({"x-forwarded-host": "outer.example:8443", "x-forwarded-proto": "https"}, "https://outer.example:8443/insight/"),
        ({"x-forwarded-host": "evil.example/path?", "x-forwarded-proto": "javascript"}, "http://intranet.example/insight/"),
    ],
)  # fmt: skip
def test_addresses_are_right_below_a_path_behind_a_proxy(
    assistant: Assistant, headers: dict[str, str], base: str
) -> None:
    client = TestClient(create_app(assistant, Settings(root_path="/insight")), base_url="http://intranet.example")
    for path in ("/api/v1/ask", "/insight/api/v1/ask"):
        answer = client.post(path, json={"question": CASELOADS}, headers=headers).json()
        address = answer["citations"][0]["address"]
        assert address.startswith(f"{base}documents/")
        assert client.get(urlsplit(address)._replace(scheme="", netloc="").geturl()).status_code == 200
    assert client.get("/insight/api/v1/openapi.json").json()["servers"] == [{"url": "/insight/api/v1"}]


def test_a_conversation_is_the_questions_before(client: TestClient, assistant: Assistant) -> None:
    follow_up = "and in 2018?"
    given = ask(client, question=follow_up, before=[CASELOADS])
    first = assistant.ask(CASELOADS)
    assert given["understood"]["question"] == assistant.ask(follow_up, [first]).understood.question
    assert "thirty children" in given["citations"][0]["quote"]
    assert "thirty children" not in ask(client, question="and Southvale?", before=[CASELOADS])["answer"]


def test_a_refusal_has_its_reason_and_no_citations(client: TestClient) -> None:
    given = ask(client, question=OFF_TOPIC)
    assert (given["status"], given["citations"]) == ("refused", [])
    assert given["refusal_reason"]
    assert given["passages"]


def test_a_search_can_be_limited_and_the_limit_lifted(client: TestClient) -> None:
    question = "How are caseloads of social workers?"
    of_2018 = ask(client, question=question, authority="Northmoor", last_year=2019)
    assert {p["inspection_date"] for p in of_2018["passages"]} == {"2018-03-05"}
    everywhere = ask(client, question=CASELOADS, everywhere=True)
    assert {"Northmoor", "Southvale"} < {p["authority"] for p in everywhere["passages"]}
    assert {p["authority"] for p in ask(client, question=CASELOADS)["passages"]} == {"Northmoor"}


def test_passages_alone(client: TestClient) -> None:
    asked = {"question": CASELOADS, "limit": 2}
    found = client.post("/api/v1/search", json=asked).json()
    assert len(found["passages"]) == 2
    assert found["passages"][0]["text"].endswith(QUOTED)
    assert found["passages"][0]["score"] >= found["passages"][1]["score"]
    assert found["understood"]["authorities"] == ["Northmoor"]
    assert found["searched"]["documents"] == 2
    everywhere = client.post("/api/v1/search", json={**asked, "limit": 50, "everywhere": True}).json()
    assert everywhere["searched"]["documents"] > 2
    assert len(everywhere["passages"]) > 10


# Documents


def test_documents_are_listed_with_what_could_not_be_read(client: TestClient, assistant: Assistant) -> None:
    listed = client.get("/api/v1/documents").json()
    assert [d["document"] for d in listed["documents"]] == [d.path for d in assistant.library.documents()]
    assert [failure["path"] for failure in listed["unreadable"]] == ["broken.pdf"]
    for document in listed["documents"]:
        assert client.get(f"/api/v1/documents/{document['document_id']}").json() == document
        assert client.get(document["address"]).status_code == 200


def test_pages_make_up_the_text(client: TestClient, assistant: Assistant, find: Find) -> None:
    stored = find("northmoor - 12")
    number: int | None = 1
    texts = []
    while number:
        page = client.get(f"/api/v1/documents/{stored.digest[:12]}/pages/{number}").json()
        assert page["page"] == number
        assert f"Page {number} of 3" in client.get(page["address"]).text
        texts.append(page["text"])
        number = page["next"]
    assert len(texts) == 3
    assert "".join(texts) == assistant.library.load_text(stored.id)


@pytest.mark.parametrize("path", ["summary", "complaints", "notes", "plan", "northmoor - 12"])
def test_passages_lead_through_a_document(client: TestClient, assistant: Assistant, find: Find, path: str) -> None:
    stored = find(path)
    offset: int | None = 0
    read: list[dict[str, Any]] = []
    while offset is not None:
        read.append(client.get(f"/api/v1/documents/{stored.digest[:12]}/passages/{offset}").json())
        offset = read[-1]["next"]
    passages = assistant.library.passages_of(stored)
    assert [(part["start"], part["text"]) for part in read] == [(p.start, p.text) for p in passages]
    assert [part["previous"] for part in read] == [None, *(p.start for p in passages[:-1])]
    for part in read:  # from anywhere within it
        within = client.get(f"/api/v1/documents/{stored.digest[:12]}/passages/{part['end'] - 1}").json()
        assert within == part


# What is wrong is said


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "question: Field required"),
        ({"question": "   "}, "question: The question is empty"),
        ({"question": "?!"}, "question: The question has no words in it"),
        ({"question": "a" * 2001}, "question: String should have at most 2000 characters"),
        ({"question": "Caseloads", "before": ["…"]}, "question: The question has no words in it"),
        ({"question": "Caseloads", "before": ["x"] * 20}, "before: "),
        ({"question": "Caseloads", "first_year": 2020, "last_year": 2018}, "first_year is later than last_year"),
        ({"question": "Caseloads", "first_year": "soon"}, "first_year: "),
        ({"question": "Caseloads", "authorities": "Northmoor"}, "authorities: Extra inputs are not permitted"),
        ({"question": "Case\ud800loads"}, "question: "),
    ],
)  # fmt: skip
def test_bad_input_is_named(client: TestClient, asked: dict[str, Any], words: str) -> None:
    body = json.dumps(asked).encode()
    response = client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert words in response.json()["detail"]
    assert set(response.json()) == {"detail"}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"Caseloads"'])
def test_a_body_that_is_no_question_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert response.json()["detail"]


def test_what_is_not_there_is_said(client: TestClient, find: Find) -> None:
    known, without_pages = find("northmoor - 12").digest[:12], find("notes").digest[:12]
    for path, status, words in (
        ("documents/0123456789ab", 404, "holds no document '0123456789ab'"),
        ("documents/short", 422, "id: "),
        (f"documents/{known}/pages/4", 404, "has 3 pages"),
        (f"documents/{known}/pages/0", 422, "number: "),
        (f"documents/{without_pages}/pages/1", 404, "has no pages"),
        (f"documents/{known}/passages/999999", 404, "no passage at 999999"),
        ("nothing", 404, "nothing at this address"),
        ("ask", 405, "POST"),
    ):
        response = client.get(f"/api/v1/{path}")
        assert response.status_code == status, path
        assert words in response.json()["detail"], path


def test_an_unusable_library_is_said_and_no_folder_is_named(
    library_folder: Path, tmp_path: Path, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(library_folder, folder)
    client = TestClient(create_app(Assistant.open(folder, encoder), Settings()), raise_server_exceptions=False)
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("DROP TABLE passages")
    connection.close()
    response = client.post("/api/v1/ask", json={"question": CASELOADS})
    assert response.status_code == 503
    assert response.json()["detail"].startswith("The documents cannot be searched just now.")
    assert "no such table" in caplog.text


# The description


def test_description_is_a_page_without_anything_from_elsewhere(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    response = client.get("/api")
    page = lxml.html.document_fromstring(response.text)
    text = page.text_content()
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in text
    for type in described["components"]["schemas"].values():
        assert {code.text_content() for code in page.iter("code")} >= set(type["properties"])
    assert list(page.iter("script")) == []
    addresses = [e.get(name) for e in page.iter() for name in ("src", "href") if e.get(name)]
    assert [a for a in addresses if urlsplit(a).netloc] == []
    assert len({e.get("id") for e in page.iter("h2")}) == len(list(page.iter("h2")))


# Keys


def test_a_site_with_keys_answers_whoever_names_one(locked: TestClient) -> None:
    for key in (KEY, OTHER_KEY):
        for scheme in ("Bearer", "bearer"):
            response = locked.get("/api/v1/documents", headers={"authorization": f"{scheme} {key}"})
            assert response.status_code == 200
    assert "security" in locked.get("/api/v1/openapi.json", headers={"authorization": f"Bearer {KEY}"}).text


@pytest.mark.parametrize(
    "path", ["/api/v1/ask", "/api/v1/documents", "/api/v1/openapi.json", "/api/v1/nowhere", "/mcp"]
)
@pytest.mark.parametrize(
    "authorization",
    [None, "", KEY, f"Basic {KEY}", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", "Bearer", f"Bearer {KEY},{OTHER_KEY}",
     "Bearer \xe9"],
)  # fmt: skip
def test_a_site_with_keys_refuses_everyone_else(locked: TestClient, path: str, authorization: str | None) -> None:
    headers = [] if authorization is None else [(b"authorization", authorization.encode("latin-1"))]
    for method in ("GET", "POST"):
        response = locked.request(method, f"{path}?key={KEY}&api_key={KEY}", headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert "Authorization: Bearer KEY" in response.json()["detail"]


def test_keys_close_no_page(locked: TestClient) -> None:
    for path in ("/chat/", "/documents/", "/api", "/health"):
        assert locked.get(path).status_code == 200
    assert "Authorization: Bearer KEY" in locked.get("/api").text


def test_keys_and_questions_are_not_logged(
    locked: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"authorization": f"Bearer {KEY}"}
    assert locked.post("/api/v1/ask", json={"question": CASELOADS}, headers=headers).status_code == 200
    assert locked.post("/api/v1/ask", json={"question": CASELOADS, "limit": 1}, headers=headers).status_code == 422
    out, err = capfd.readouterr()
    for logged in (caplog.text, out, err):
        assert KEY not in logged
        assert CASELOADS not in logged


def test_other_sites_are_kept_out(client: TestClient) -> None:
    hostile = {"origin": "https://evil.example"}
    response = client.post("/api/v1/ask", json={"question": CASELOADS}, headers=hostile)
    assert [name for name in response.headers if name.startswith("access-control")] == []
    crossing = {**hostile, "sec-fetch-site": "cross-site"}
    assert client.post("/api/v1/ask", json={"question": CASELOADS}, headers=crossing).status_code == 403
    asked = client.options("/api/v1/ask", headers={**hostile, "access-control-request-method": "POST"})
    assert "access-control-allow-origin" not in asked.headers
    assert asked.status_code >= 400
    assert "set-cookie" not in response.headers


# How they are served


def test_answers_are_sent_at_once() -> None:
    with closing(listen("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with closing(accepted):
            assert accepted.proto == socket.IPPROTO_TCP  # without it asyncio leaves Nagle's algorithm on


def test_pages_are_served_while_answers_wait(library_folder: Path, encoder: Encoder) -> None:
    begun, asked, release = threading.Event(), threading.Event(), threading.Event()

    class Slow(Assistant):
        def ask(self, *arguments: Any, **named: Any) -> Answer:
            if begun.is_set():  # before, the site asks itself which questions to suggest
                asked.set()
                assert release.wait(30)
            return super().ask(*arguments, **named)

    app = create_app(Slow.open(library_folder, encoder), Settings())
    with serving(app) as address, ThreadPoolExecutor(6) as threads:
        begun.set()
        answers = [
            threads.submit(httpx.post, f"{address}/api/v1/ask", json={"question": CASELOADS}, timeout=60)
            for _ in range(6)
        ]
        assert asked.wait(30)
        assert httpx.get(f"{address}/api/v1/documents").status_code == 200
        assert not any(answer.done() for answer in answers)
        release.set()
        assert {answer.result().json()["citations"][0]["quote"] for answer in answers} == {QUOTED}


def test_there_is_no_mcp_server_unless_a_site_wants_one(client: TestClient, app: FastAPI) -> None:
    assert client.post("/mcp", json={}).status_code == 404
