"""Without credentials nothing of the site is reached, by no method, on no route, Gradio's own included."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from tests.web.browsing import CASELOADS, QUOTED
from tests.web.chat_over_http import Page
from tests.web.sign_in_service import SIGN_IN

PROXY, STRANGER = "192.0.2.1", "198.51.100.7"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
HEADER = {"access": "header", "proxies": (ip_network(PROXY),)}
FOR_ALL = {"/health", "/ready", "/metrics"}
SIGNING_IN = {"/sign-in", "/sign-in/callback", "/sign-out", "/signed-out"}
KEY = "a-key-that-is-long-enough"
FEW = 5


def site(assistant: Assistant, **settings: Any) -> FastAPI:
    return create_app(assistant, Settings(**{"mcp": True, "requests_per_minute": 0, **settings}))


def client_of(app: FastAPI, address: str = PROXY, user: str = "", base: str = "https://assistant.test") -> TestClient:
    named = {"x-remote-user": user} if user else {}
    return TestClient(app, base, headers=named, client=(address, 50000), follow_redirects=False)


def every_route(app: Any, below: str = "") -> Iterator[str]:
    """The path of each route, with something in the place of what it takes; what is mounted is looked into."""
    for route in getattr(app, "routes", []):
        path = below + re.sub(r"\{[^}]*\}", "x", getattr(route, "path", ""))
        if path:
            yield path
        if included := getattr(route, "original_router", None):
            yield from every_route(included, below + route.include_context.prefix)
        inner = getattr(route, "app", None)
        while inner is not None and not hasattr(inner, "routes"):
            inner = getattr(inner, "_app", getattr(inner, "app", None))
        if inner is not None and inner is not app:
            yield from every_route(inner, path)


@pytest.mark.parametrize("mode", [HEADER, SIGN_IN], ids=["header", "oidc"])
@pytest.mark.parametrize("address", [PROXY, STRANGER])
def test_no_route_is_open_by_any_method(assistant: Assistant, mode: dict[str, Any], address: str) -> None:
    app = site(assistant, **mode, feedback="answers")
    paths = {path or "/" for path in every_route(app)}
    assert len([path for path in paths if path.startswith("/chat/")]) > 60  # Gradio's are among them
    assert {"/api/v1/ask", "/mcp", "/documents/x", "/static", "/feedback", "/download/x"} <= paths
    client = client_of(app, address)
    open_to_all = FOR_ALL | (SIGNING_IN if mode is SIGN_IN else set())
    answered = {
        (method, path): client.request(method, path).status_code for path in paths - open_to_all for method in METHODS
    }
    assert {request: status for request, status in answered.items() if status != 401} == {}
    assert len(answered) > 84


@pytest.mark.parametrize("mode", [HEADER, SIGN_IN], ids=["header", "oidc"])
def test_what_is_open_says_nothing_of_the_documents(assistant: Assistant, mode: dict[str, Any]) -> None:
    client = client_of(site(assistant, **mode))
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").status_code == 403  # for this machine and the monitors only
    assert client.get("/metrics").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["//chat/", "/chat/../chat/", "/%63hat/", "/CHAT/", "/health/../documents/", "/health%2f..%2fdocuments/",
     "/health/", "/health;x", "/health%00", "/health%0a", "/sign-in/../documents/", "/static/..%2fapp.py",
     "/chat//config", "/chat/gradio_api/file=/etc/passwd", "/readyx", "/metrics/x"],
)  # fmt: skip
def test_no_trick_with_the_path_gets_by(assistant: Assistant, path: str) -> None:
    assert client_of(site(assistant, **HEADER)).get(path).status_code == 401


def test_a_proxy_names_the_user(assistant: Assistant) -> None:
    with client_of(site(assistant, **HEADER), user="ana", base="http://assistant.test") as client:
        assert client.get("/documents/").status_code == 200
        assert client.post("/api/v1/ask", json={"question": CASELOADS}).json()["status"] == "answered"
        client.base_url = client.base_url.copy_with(path="/")
        assert QUOTED in Page(client).ask(CASELOADS)


@pytest.mark.parametrize("forwarded", [{}, {"x-forwarded-for": PROXY}, {"forwarded": f"for={PROXY}"}])
def test_the_header_from_anyone_else_is_refused_and_logged(
    assistant: Assistant, forwarded: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        response = client_of(site(assistant, **HEADER), STRANGER, "ana").get("/documents/", headers=forwarded)
    assert response.status_code == 401
    assert "X-Remote-User was refused" in caplog.text


@pytest.mark.parametrize("names", [["ana", "mallory"], [""], ["  "]])
def test_one_name_is_needed(assistant: Assistant, names: list[str]) -> None:
    headers = [("x-remote-user", name) for name in names]
    assert client_of(site(assistant, **HEADER)).get("/documents/", headers=headers).status_code == 401


def test_another_header_may_have_the_name(assistant: Assistant) -> None:
    client = client_of(site(assistant, **HEADER, user_header="X-Forwarded-User"), user="ana")
    assert client.get("/documents/").status_code == 401
    assert client.get("/documents/", headers={"x-forwarded-user": "ana"}).status_code == 200


def test_where_anyone_may_ask_the_header_means_nothing(assistant: Assistant) -> None:
    client = client_of(site(assistant, requests_per_minute=FEW), STRANGER)
    asked = [client.get("/api/v1/documents", headers={"x-remote-user": f"user {n}"}) for n in range(FEW + 1)]
    assert [response.status_code for response in asked] == [200] * FEW + [429]


def test_each_user_has_a_limit_of_their_own_behind_one_proxy(assistant: Assistant) -> None:
    app = site(assistant, **HEADER, requests_per_minute=FEW)
    asked = [client_of(app, user="ana").get("/api/v1/documents") for _ in range(FEW + 1)]
    assert [response.status_code for response in asked] == [200] * FEW + [429]
    assert "from one person" in asked[-1].json()["detail"]
    assert client_of(app, user="bo").get("/api/v1/documents").status_code == 200
    with client_of(app, user="cy", base="http://assistant.test") as client:
        client.base_url = client.base_url.copy_with(path="/")
        shown = [Page(client).ask(CASELOADS) for _ in range(FEW + 1)]
    assert [QUOTED in words for words in shown] == [True] * FEW + [False]


def test_programs_with_a_key_need_no_name(assistant: Assistant) -> None:
    client = client_of(site(assistant, **HEADER, api_keys=(KEY,)), STRANGER)
    keyed = {"authorization": f"Bearer {KEY}"}
    assert client.get("/api/v1/documents", headers=keyed).status_code == 200
    assert client.get("/documents/", headers=keyed).status_code == 401  # a key is for programs' addresses only
    for headers in ({}, {"authorization": "Bearer another-key-long-enough"}, {"authorization": KEY}):
        assert client.get("/api/v1/documents", headers=headers).status_code == 401
        assert client.post("/mcp", headers=headers).status_code == 401
    named = client_of(site(assistant, **HEADER, api_keys=(KEY,)), user="ana")
    assert named.get("/api/v1/documents").status_code == 401  # as where anyone may open the pages


def test_who_is_refused_is_told_why(assistant: Assistant) -> None:
    client = client_of(site(assistant, **HEADER, root_path="/insight"))
    page = client.get("/insight/chat/", headers={"accept": "text/html"})
    assert page.status_code == 401
    assert "You are not signed in" in page.text
    assert "address that your organisation gives" in page.text
    assert "<script" not in page.text
    assert "stylesheet" not in page.text  # that would be refused too
    assert "default-src 'none'; style-src 'nonce-" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    program = client.get("/insight/api/v1/documents")
    assert program.json()["detail"].startswith("You are not signed in. ")


def test_another_site_cannot_use_the_name_that_a_proxy_adds(assistant: Assistant) -> None:
    client = client_of(site(assistant, **HEADER), user="ana")
    sent = client.post("/feedback", json={}, headers={"sec-fetch-site": "cross-site"})
    assert sent.status_code == 403
    assert client.post("/feedback", json={}, headers={"origin": "https://evil.test"}).status_code == 403
