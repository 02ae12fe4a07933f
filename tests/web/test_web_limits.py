"""Whose request it is, how much one person may send, and what another site may have a reader's browser send."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from itertools import cycle

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web import limits
from assistant.web.application import create_app
from assistant.web.forwarded import Forwarded, address_of
from assistant.web.limits import EVENTS_A_QUESTION, LONGEST_BODY, MINUTE, PAGES_A_QUESTION, RateLimit
from tests.web.browsing import CASELOADS, serving
from tests.web.chat_over_http import Page

PROXY = "10.0.0.1"
READER, OTHER = "192.0.2.7", "192.0.2.8"
FEW = 3


@pytest.fixture(scope="module")
def limited(assistant: Assistant) -> FastAPI:
    return create_app(assistant, Settings(requests_per_minute=FEW, proxies=(ip_network(PROXY),)))


def client_at(app: FastAPI, address: str) -> TestClient:
    return TestClient(app, base_url="http://assistant.test", client=(address, 50000))


# Whose request it is


def asking(peer: str, headers: dict[str, str]) -> tuple[str, str | None]:
    """The address that limits and logs take, and the one that is certain."""
    found: list[tuple[str, str | None]] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        certain = address_of(scope)
        found.append((scope["client"][0], str(certain) if certain else None))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    proxies = [ip_network(PROXY), ip_network("10.0.1.0/24"), ip_network("fd00::1")]
    TestClient(Forwarded(application, proxies), client=(peer, 50000)).get("/", headers=headers)
    return found[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        (READER, None, (READER, READER)),
        (f"::ffff:{READER}", None, (READER, READER)),
        (PROXY, READER, (READER, READER)),
        (PROXY, f"{READER}:50123", (READER, READER)),
        (PROXY, "[2001:db8::7]:50123", ("2001:db8::7", "2001:db8::7")),
        ("fd00::1", "2001:db8::7", ("2001:db8::7", "2001:db8::7")),
        # What the reader has written before the proxy added the reader's own address.
        (PROXY, f"127.0.0.1, {READER}", (READER, READER)),
        (PROXY, f"127.0.0.1, {READER}, 10.0.1.9", (READER, READER)),
        (PROXY, f"{READER}, unknown", (PROXY, None)),
        (PROXY, "", (PROXY, None)),
        (PROXY, "10.0.1.9", (PROXY, None)),
        # From anyone else it is not believed, and neither is the peer taken for who asks.
        (OTHER, READER, (OTHER, None)),
        ("127.0.0.1", READER, ("127.0.0.1", None)),
    ],
)
def test_whom_a_request_is_from(peer: str, forwarded: str | None, expected: tuple[str, str | None]) -> None:
    assert asking(peer, {} if forwarded is None else {"x-forwarded-for": forwarded}) == expected


@pytest.mark.parametrize("header", ["forwarded", "via", "x-real-ip", "x-forwarded-host", "x-forwarded-proto"])
def test_what_a_proxy_passes_on_without_saying_for_whom_is_from_nobody_certain(header: str) -> None:
    assert asking("127.0.0.1", {header: "https"}) == ("127.0.0.1", None)
    assert asking(PROXY, {header: "https"}) == (PROXY, None)


# Requests in a minute


def test_so_many_in_any_minute_and_the_wait_is_exact() -> None:
    now = 1000.0
    limit = RateLimit(2, lambda: now)
    assert [limit.wait("a"), limit.wait("b"), limit.wait("a")] == [0, 0, 0]
    now += 10
    assert limit.wait("a") == 50
    assert limit.wait("b") == 0
    now += 49.5
    assert limit.wait("a") == 1
    now += 0.5
    assert [limit.wait("a"), limit.wait("a")] == [0, 0]
    assert limit.wait("a") == MINUTE


def test_where_there_is_no_limit_nobody_waits() -> None:
    limit = RateLimit(0)
    assert {limit.wait("a") for _ in range(1000)} == {0}


def test_a_network_of_ipv6_is_one_person() -> None:
    limit = RateLimit(1)
    assert limit.wait("2001:db8::1") == 0
    assert limit.wait("2001:db8::2") > 0
    assert limit.wait("2001:db8:0:1::1") == 0


def test_people_who_are_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_PEOPLE", 10)
    now = 0.0
    limit = RateLimit(1, lambda: now)
    assert {limit.wait(str(number)) for number in range(100)} == {0}
    assert [limit.wait(str(number)) for number in range(90, 100)] == [MINUTE] * 10
    assert limit.wait("89") == 0
    now += MINUTE
    limit.wait("new")
    assert list(limit._times) == ["new"]  # nothing but the memory that it takes would show the others


def test_no_more_get_through_when_many_come_at_once() -> None:
    limit = RateLimit(50)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: limit.wait("a"), range(400))).count(0) == 50


def test_one_too_many_is_said_and_others_go_on(limited: FastAPI) -> None:
    reader, other = client_at(limited, READER), client_at(limited, OTHER)
    assert {reader.get("/api/v1/documents").status_code for _ in range(FEW)} == {200}
    refused = reader.post("/api/v1/ask", json={"question": CASELOADS})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= MINUTE
    assert refused.json()["detail"].startswith("3 requests in a minute are the most from one address. Try again in ")
    assert "x-content-type-options" in refused.headers
    # Who asks too much may still read; a download asks again, so it is not given.
    assert {reader.get(path).status_code for path in ("/documents/", "/chat/", "/api/v1/openapi.json")} == {200}
    download = reader.post("/download/word", data={"conversation": f"q={CASELOADS}"})
    assert download.status_code == 429
    assert "Too many requests" in download.text
    assert other.get("/api/v1/documents").status_code == 200
    # Of whom the proxy passes on, each is counted; a reader cannot take another's place.
    behind = client_at(limited, PROXY)
    assert behind.get("/api/v1/documents", headers={"x-forwarded-for": "192.0.2.9"}).status_code == 200
    assert behind.get("/api/v1/documents", headers={"x-forwarded-for": READER}).status_code == 429
    assert reader.get("/api/v1/documents", headers={"x-forwarded-for": "192.0.2.10"}).status_code == 429


def test_pages_have_a_limit_far_above_what_is_read(limited: FastAPI) -> None:
    reader, most = client_at(limited, "192.0.2.11"), FEW * PAGES_A_QUESTION
    paths = ("/documents/", "/judgements/", "/chat/", "/documents/nothing/pages/1.png", "/about")
    read = [reader.get(path).status_code for path, _ in zip(cycle(paths), range(most), strict=False)]
    assert set(read) == {200, 404}
    refused = reader.get("/documents/")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= MINUTE
    assert f"{most} requests in a minute are the most from one address. Try again in " in refused.text
    assert reader.get("/static/style.css").status_code == 200
    assert reader.get("/api/v1/documents").status_code == 200


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with serving(create_app(assistant, Settings(requests_per_minute=FEW))) as address:
        yield f"{address}/"


def test_the_chat_says_in_plain_words_that_it_is_too_many(address: str) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        page = Page(client)
        for _ in range(FEW):
            assert "manageable caseloads of fifteen children" in page.ask(CASELOADS)
        shown = page.ask("Which question is the fourth?")
        assert "3 questions have come from your computer or network within a minute, and no more are taken." in shown
        assert "seconds, then ask again." in shown
        assert '"Which question is the fourth?"' in shown  # back in the box
        assert "no more are taken" in page.send(page.opened, "q=opened by a link")
        # The events of the page have a limit too, far above what a reader reaches.
        sent = [client.post("chat/gradio_api/reset", json={}).status_code for _ in range(FEW * EVENTS_A_QUESTION)]
        assert sent[-1] == 429


# The size of what is sent


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    large = b"x" * (LONGEST_BODY + 1)
    for path in ("/api/v1/ask", "/feedback", "/chat/gradio_api/queue/join"):
        refused = client.post(path, content=large)
        assert refused.status_code == 413
        assert refused.json() == {"detail": "What was sent is larger than 1,048,576 bytes."}
    assert "Too large" in client.post("/download/word", content=large).text
    assert client.post("/chat/gradio_api/upload", files={"files": large}).status_code in {404, 413}


def test_a_body_of_unsaid_length_is_read_no_further_than_the_limit(client: TestClient) -> None:
    sent = 0

    def parts() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 100_000
            yield b"x" * 100_000

    assert client.post("/api/v1/ask", content=parts()).status_code == 413
    small = client.post(
        "/api/v1/ask",
        content=iter([b'{"question": ', f'"{CASELOADS}"}}'.encode()]),
        headers={"content-type": "application/json"},
    )
    assert small.json()["status"] == "answered"


def test_a_length_that_is_no_number_is_refused(client: TestClient) -> None:
    assert client.post("/api/v1/ask", content=b"{}", headers={"content-length": "-1"}).status_code == 413


# Other sites

WRITES = ("/feedback", "/feedback/reason", "/download/word", "/chat/gradio_api/queue/join", "/api/v1/ask")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://assistant.test"},
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": "http://assistant.test.evil.test"},
        {"origin": "http://assistant.test:8080"},
    ],
)
def test_another_site_can_have_nothing_done(client: TestClient, headers: dict[str, str]) -> None:
    for path in WRITES:
        refused = client.post(path, json={}, headers=headers)
        assert refused.status_code == 403, path
        assert "Another site tried to send this" in refused.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin", "origin": "http://assistant.test"},
        {"sec-fetch-site": "same-origin", "origin": "https://behind.a.proxy.that.renames"},
        {"origin": "http://assistant.test"},
        {"origin": "https://intranet.example", "x-forwarded-host": "intranet.example"},
    ],
)
def test_pages_of_the_site_and_programs_may_send(client: TestClient, headers: dict[str, str]) -> None:
    for path in WRITES:
        assert client.post(path, json={}, headers=headers).status_code != 403, path


def test_a_verdict_is_taken_as_json_only(client: TestClient) -> None:
    # A form of another site can send no JSON without asking first, and is never allowed to.
    verdict = b'{"conversation": "q=How manageable are caseloads?", "helpful": true}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert client.post("/feedback", content=verdict, headers={"content-type": kind}).status_code == 422


@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")
def test_what_changes_something_is_known(limited: FastAPI) -> None:
    # A new route that takes more than GET belongs in WRITES, and in what COUNTED names.
    writing = {path for path, methods in limited.openapi()["paths"].items() if set(methods) - {"get", "head"}}
    assert writing == {"/feedback", "/feedback/reason", "/download/{name}"}


# What a site keeps in memory


def test_a_conversation_goes_on_after_its_page_was_forgotten(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.chat.PAGES_REMEMBERED", 2)
    with (
        serving(create_app(assistant, Settings(requests_per_minute=0))) as address,
        httpx.Client(base_url=f"{address}/", timeout=60) as client,
    ):
        first = Page(client)
        first.ask(CASELOADS)
        for _ in range(3):
            Page(client).ask(CASELOADS)
        # What the page's own script sends with a question.
        shown = first.send(first.click, "and in 2018?", "", f"q={CASELOADS}")
    assert "unmanageable caseloads of thirty children" in shown
    assert "manageable caseloads of fifteen children" in shown


def gradio_of(app: FastAPI) -> gr.routes.App:
    mounted = (getattr(route, "app", None) for route in app.routes)
    return next(one for one in mounted if isinstance(one, gr.routes.App))


def test_gradio_keeps_no_figures_of_who_asked_when(assistant: Assistant) -> None:
    app = create_app(assistant, Settings(requests_per_minute=0))
    with serving(app) as address, httpx.Client(base_url=f"{address}/", timeout=60) as client:
        for _ in range(3):
            Page(client).ask(CASELOADS)
    queue = gradio_of(app).get_blocks()._queue
    assert len(queue.event_analytics) <= 1
    assert queue.cached_event_analytics_summary == {"functions": {}}


def test_a_page_that_is_closed_is_forgotten_at_once(assistant: Assistant) -> None:
    app = create_app(assistant, Settings(requests_per_minute=0))
    held = gradio_of(app).state_holder.session_data
    with serving(app) as address, httpx.Client(base_url=f"{address}/", timeout=60) as client:
        page, other = Page(client), Page(client)
        with client.stream("GET", f"chat/gradio_api/heartbeat/{page.session}"):
            page.ask(CASELOADS)
            other.ask(CASELOADS)
            assert {page.session, other.session} <= set(held)
        deadline = time.monotonic() + 20
        while page.session in held:
            assert time.monotonic() < deadline, "the page is remembered"
            time.sleep(0.05)
        assert other.session in held


def test_only_names_of_the_site_are_answered(assistant: Assistant) -> None:
    named, open_to_any = (create_app(assistant, given) for given in (Settings(hosts=("intranet.example",)), Settings()))
    for host, status in (
        ("intranet.example", 200), ("intranet.example:8080", 200), ("localhost", 200), ("127.0.0.1:7860", 200),
        ("[::1]:7860", 200), ("evil.test", 400), ("evil.intranet.example", 400), ("intranet.example.evil.test", 400),
    ):  # fmt: skip
        asked = {"headers": {"host": host}}
        assert TestClient(named).get("/documents/", **asked).status_code == status, host
        assert TestClient(open_to_any).get("/documents/", **asked).status_code == 200
