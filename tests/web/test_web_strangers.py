"""What strangers send is shown as text, what a site keeps to itself nowhere, and Gradio opens nothing of its own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import lxml.html
import pytest
from fastapi import FastAPI
from lxml import etree
from starlette.routing import Mount
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.web.gate import CHAT
from tests.web.browsing import Find

PAYLOADS = (
    "<script>hacked()</script>",
    "</script><script>hacked()</script>",
    "<img src=x onerror=hacked()>",
    '"><svg onload=hacked()>',
    "' onmouseover='hacked()",
    "javascript:hacked()",
    "{{7*7}}${hacked()}",
    "<!--<script>hacked()//-->",
)
PAGES = ("/documents/", "/judgements/", "/judgements/northmoor", "/about", "/accessibility", "/transparency", "/embed",
         "/api", "/nowhere", "/chat/")  # fmt: skip
QUERY = ("q", "start", "end", "page", "beside", "authority", "area", "grade", "from", "to", "latest", "everywhere",
         "dark", "deep_link", "__theme", "view")  # fmt: skip


def markup(text: str) -> list[str]:
    """Every element of a page that could run or lead to something, as it stands; a nonce is new each time."""
    tree = lxml.html.document_fromstring(text)
    found = []
    for element in tree.iter(etree.Element):
        told = {name: value for name, value in element.attrib.items() if name != "nonce"}
        runs = [name for name, value in told.items() if name.startswith("on") or "javascript:" in value]
        if element.tag in {"script", "iframe", "object", "embed", "base", "img", "svg"} or runs:
            found.append(f"{element.tag} {sorted(told)} {runs}")
    return found


# Gradio

# What the chat needs. All else that Gradio serves, now or in a later version, is closed.
NEEDED = {
    ("GET", "/"), ("HEAD", "/"), ("GET", "/config"), ("GET", "/theme.css"), ("GET", "/static/{path:path}"),
    ("GET", "/assets/{path:path}"), ("GET", "/gradio_api/app_id"), ("GET", "/gradio_api/startup-events"),
    ("GET", "/gradio_api/heartbeat/{session_hash}"), ("GET", "/gradio_api/queue/data"),
    ("POST", "/gradio_api/queue/join"), ("POST", "/gradio_api/cancel"), ("POST", "/gradio_api/reset"),
}  # fmt: skip


def routes(of: Any) -> Iterator[tuple[str, str]]:
    """Method and path of every route, those of routers within among them."""
    for route in of:
        if inner := getattr(route, "original_router", None):
            yield from routes(inner.routes)
        else:
            yield from ((method, route.path) for method in route.methods)


def test_every_route_of_gradio_that_the_chat_does_not_need_is_closed(app: FastAPI, client: TestClient) -> None:
    [gradio] = [route for route in app.routes if isinstance(route, Mount) and route.path == CHAT]
    served = set(routes(gradio.app.routes))  # type: ignore[attr-defined]
    assert served >= NEEDED
    assert len(served - NEEDED) > 50
    for method, path in sorted(served - NEEDED):
        filled = re.sub(r"\{[^}]*\}", "etc/passwd" if ":path}" in path else "x", path)
        response = client.request(method, f"{CHAT}{filled}")
        assert response.status_code == 404, (method, path)
        assert "Page not found" in response.text or method == "HEAD", (method, path)


# What is said in an address


@pytest.mark.parametrize("path", [*PAGES, "/documents/{known}"])
def test_what_an_address_says_is_shown_as_text(client: TestClient, find: Find, path: str) -> None:
    path = path.format(known=find("northmoor - 12").digest[:12])
    plain = markup(client.get(path).text)
    for payload in PAYLOADS:
        said = client.get(f"{path}?{'&'.join(f'{name}={quote(payload)}' for name in QUERY)}")
        assert said.status_code < 500
        assert [found for found in markup(said.text) if found not in plain] == [], payload
        assert "<script>hacked" not in said.text


def test_what_a_path_says_is_shown_as_text(client: TestClient) -> None:
    plain = markup(client.get("/nowhere").text)
    for place in ("/", "/documents/", "/judgements/", "/chat/"):
        for payload in PAYLOADS:
            said = client.get(place + quote(payload, safe=""))
            assert said.status_code == 404
            assert markup(said.text) == plain


def test_what_programs_are_told_is_no_page(client: TestClient) -> None:
    for payload in PAYLOADS:
        for said in (
            client.post("/api/v1/ask", json={"question": payload, payload: payload}),
            client.get(f"/api/v1/documents/{quote(payload, safe='')}"),
            client.get("/api/v1/judgements", params={"area": payload, "authority": payload}),
        ):
            assert 400 <= said.status_code < 500
            assert said.headers["content-type"] == "application/json"
            assert said.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "header", ["host", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server", "referer", "user-agent"]
)
def test_what_a_header_says_is_shown_as_text(client: TestClient, header: str) -> None:
    for path in PAGES:
        plain = markup(client.get(path).text)
        for payload in PAYLOADS:
            said = client.get(path, headers={header: f"assistant.test{payload}" if header == "host" else payload})
            assert said.status_code < 500
            assert [found for found in markup(said.text) if found not in plain] == [], (path, payload)


def test_nobody_names_the_server_of_the_chat_but_whom_it_is_asked_by(client: TestClient) -> None:
    own = '"root": "http://assistant.test/chat"', '"root":"http://assistant.test/chat"'
    wrong = ("evil.example/x?y=", "evil.example:x", "[::", "[:::::]", "1.2.3.999", "evil example")
    for headers in ({}, {"x-gradio-server": "https://evil.example"}, *({"x-forwarded-host": host} for host in wrong)):
        for path in ("/chat/", "/chat/config", "/chat/?page=x&deep_link=../../x"):
            text = client.get(path, headers=headers).text
            assert any(root in text for root in own), path
            assert "evil.example" not in text


# What a site says of itself


def test_what_a_site_is_called_is_shown_as_text(assistant: Assistant, client: TestClient) -> None:
    for payload in PAYLOADS:
        settings = Settings(site_name=payload, organisation=payload)
        own = TestClient(create_app(assistant, settings), base_url="http://assistant.test")
        for path in PAGES:
            shown = own.get(path)
            assert markup(shown.text) == markup(client.get(path).text), (path, payload)
            assert "<script>hacked" not in shown.text
        assert payload in lxml.html.document_fromstring(own.get("/about").text).text_content()


# What it keeps to itself

KEY, OTHER_KEY = "first-key-0123456789", "second-key-0123456789"


@pytest.fixture(scope="module")
def locked(assistant: Assistant) -> Iterator[TestClient]:
    settings = Settings(api_keys=(KEY, OTHER_KEY), mcp=True, requests_per_minute=0)  # type: ignore[arg-type]
    with TestClient(create_app(assistant, settings), base_url="http://localhost") as client:
        yield client


def test_no_page_and_no_script_holds_a_secret_or_a_folder(locked: TestClient, assistant: Assistant) -> None:
    asked, seen = {*PAGES, "/chat/config", "/metrics", "/ready", "/health"}, dict[str, str]()
    while asked - seen.keys():
        path = (asked - seen.keys()).pop()
        text = locked.get(path).text
        seen[path] = text
        if len(seen) < 100:  # each page, and what each names
            named = re.findall(r'(?:href|src)="(?:\.\./|\./)*([\w./-]+)"', text)
            asked |= {f"/{address}" for address in named if address.startswith(("static/", "site", "documents/"))}
    assert len(seen) > 20
    held = str(assistant.library.folder)
    assert [path for path, text in seen.items() if KEY in text or OTHER_KEY in text or held in text] == []
    assert KEY not in repr(Settings(api_keys=(KEY,)))  # type: ignore[arg-type]


def test_every_key_is_compared_whole_whichever_is_sent(locked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    # The time that it takes then tells nothing: `compare_digest` takes as long wherever two differ.
    compared: list[bytes] = []
    compare = secrets.compare_digest

    def noted(key: bytes, sent: bytes) -> bool:
        compared.append(key)
        return compare(key, sent)

    monkeypatch.setattr(secrets, "compare_digest", noted)
    for sent, status in ((KEY, 200), (OTHER_KEY, 200), (f"{KEY[:-1]}x", 401), ("x", 401)):
        assert locked.get("/api/v1/documents", headers={"authorization": f"Bearer {sent}"}).status_code == status
        assert compared == [KEY.encode(), OTHER_KEY.encode()]
        compared.clear()
