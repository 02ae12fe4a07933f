"""The site below a path of a host, in a real browser, behind a proxy that takes that path off and one that does not."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import httpx
import lxml.html
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import OWN_PATHS, Settings
from assistant.web.application import create_app
from tests.web.browsing import CASELOADS, QUOTED, ask, serving, wait_for_answers
from tests.web.sign_in_service import SIGN_IN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = "/insight"
# What a proxy answers itself, or the connection between it and the site is about.
BETWEEN = {"connection", "keep-alive", "te", "transfer-encoding", "upgrade", "proxy-connection"}


def site(assistant: Assistant) -> FastAPI:
    return create_app(assistant, Settings(root_path=ROOT))


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    return TestClient(site(assistant), base_url="http://assistant.test", follow_redirects=False)


def proxy(behind: str, *, strips: bool, names_host: bool) -> Starlette:
    """A web server that passes on what is below ROOT, as it comes and without waiting for its end.

    `names_host` has it send the host that its client asked for in X-Forwarded-Host, as many do, and the site's as Host.
    """

    @asynccontextmanager
    async def open_client(app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(base_url=behind, timeout=60) as app.state.client:
            yield

    async def pass_on(request: Request) -> Response:
        path = request.url.path.removeprefix(ROOT) or "/" if strips else request.url.path
        headers = {key: value for key, value in request.headers.items() if key not in BETWEEN}
        if names_host:
            headers |= {
                "x-forwarded-host": headers["host"],
                "x-forwarded-proto": "http",
                "host": urlsplit(behind).netloc,
            }
        client: httpx.AsyncClient = request.app.state.client
        query = f"?{request.url.query}" if request.url.query else ""
        passed = client.build_request(request.method, f"{path}{query}", headers=headers, content=await request.body())
        answer = await client.send(passed, stream=True)
        response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
        response.raw_headers = [pair for pair in answer.headers.raw if pair[0].decode().lower() not in BETWEEN]
        return response

    async def beside(request: Request) -> Response:
        return PlainTextResponse("Another site of this host", 404)

    methods = ["GET", "HEAD", "POST"]
    routes = [Route(path, pass_on, methods=methods) for path in (ROOT, f"{ROOT}/{{rest:path}}")]
    return Starlette(routes=[*routes, Route("/{rest:path}", beside, methods=methods)], lifespan=open_client)


@pytest.fixture(scope="module", params=["takes it off", "leaves it and names the host"])
def origin(assistant: Assistant, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a proxy with the site behind it."""
    strips = request.param == "takes it off"
    with serving(site(assistant)) as behind, serving(proxy(behind, strips=strips, names_host=not strips)) as address:
        yield address


@pytest.fixture
def open_below(browser: Browser, origin: str) -> Iterator[Callable[[str], Page]]:
    """Opens an address of the proxy; at the end nothing beside the sub-path was asked for, and nothing failed."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    beside: list[str] = []
    failed: list[str] = []

    def note(url: str) -> None:
        within = url == origin + ROOT or url.startswith((f"{origin}{ROOT}/", f"{origin}{ROOT}?", "data:"))
        if not within:
            beside.append(url)

    context.on("request", lambda request: note(request.url))
    context.on("response", lambda r: failed.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    context.on("weberror", lambda error: failed.append(str(error.error)))
    context.on("console", lambda message: failed.append(message.text) if message.type == "error" else None)

    def open_below(path: str) -> Page:
        page = context.new_page()
        page.goto(origin + path)
        return page

    yield open_below
    context.close()
    assert beside == []
    assert failed == []


@contextmanager
def no_reload(page: Page) -> Iterator[None]:
    """Nothing within takes the reader to another page."""
    page.evaluate("window.isTheSame = true")
    yield
    assert page.evaluate("window.isTheSame") is True


@pytest.mark.browser
def test_chat_works_below_a_path(open_below: Callable[[str], Page], origin: str) -> None:
    page = open_below(ROOT)
    page.get_by_label("Your question").wait_for()
    assert page.url == f"{origin}{ROOT}/chat/"
    with no_reload(page):
        page.locator("#examples .ask").first.click()
        wait_for_answers(page, 1)
        page.locator("#next .ask").first.click()
        wait_for_answers(page, 2)
        ask(page, "What do adopters in Northmoor say about support after placement?", answers=3)
        last = page.locator(".answer").nth(2)
        last.get_by_role("link", name="Search all documents instead").click()
        last.locator(".quote").filter(has_text="Adopters in Southvale").wait_for()
        ask(page, CASELOADS, answers=4)
        page.locator(".quote").filter(has_text=QUOTED).last.get_by_role("link").first.click()
        source = page.frame_locator("#source-view")
        source.locator("#passage:focus").wait_for()
        assert source.locator("mark").all_inner_texts() == [QUOTED]
        page.frames[1].wait_for_function("() => document.querySelector('.paper img').naturalWidth > 0")
        assert page.frames[1].url.startswith(f"{origin}{ROOT}/documents/")
        source.get_by_role("link", name="Previous page").first.click()
        source.get_by_role("heading", name="Page 1").wait_for()
    before = page.locator(".answer").all_inner_texts()
    page.reload()
    wait_for_answers(page, 4)
    assert page.locator(".answer").all_inner_texts() == before
    page.locator(".answer").last.get_by_role("link", name="Copy a link to this answer").click()
    page.get_by_text("Link copied").first.wait_for()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    another = open_below(link.removeprefix(origin))
    wait_for_answers(another, 4)
    assert another.locator(".answer").all_inner_texts() == before


@pytest.mark.browser
def test_address_asks_a_question_below_a_path(open_below: Callable[[str], Page], origin: str) -> None:
    page = open_below(f"{ROOT}/chat/?q={quote(CASELOADS)}")
    wait_for_answers(page, 1)
    assert QUOTED in page.locator(".answer .quote").first.inner_text()
    assert page.url == f"{origin}{ROOT}/chat/"


@pytest.mark.browser
def test_pages_lead_to_one_another_below_a_path(open_below: Callable[[str], Page], origin: str) -> None:
    page = open_below(f"{ROOT}/documents")
    assert page.url == f"{origin}{ROOT}/documents/"
    page.get_by_role("main").get_by_role("link", name="Inspection of Northmoor").first.click()
    page.wait_for_function("() => document.querySelector('.paper img').naturalWidth > 0")
    for part, name, path in (
        ("banner", "About", "/about"),
        ("banner", "Judgements", "/judgements/"),
        ("main", "Northmoor", "/judgements/northmoor"),
        ("main", "Judgements of all authorities", "/judgements/"),
        ("contentinfo", "Accessibility", "/accessibility"),
        ("contentinfo", "Transparency record", "/transparency"),
        ("main", "list of all documents", "/documents/"),
        ("banner", "Ask a question", "/chat/"),
    ):
        page.get_by_role(part).get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"{origin}{ROOT}{path}")
    page.get_by_label("Your question").wait_for()


# Without a browser


def test_every_link_of_every_page_stays_below_the_path(origin: str) -> None:
    found, seen = {f"{origin}{ROOT}/"}, set()
    with httpx.Client(follow_redirects=True, timeout=30) as client:
        while found := found - seen:
            address = found.pop()
            seen.add(address)
            assert address.startswith(f"{origin}{ROOT}/")
            response = client.get(address)
            assert response.status_code == 200, address
            if response.headers["content-type"].startswith("text/html"):
                links = lxml.html.document_fromstring(response.text).xpath("//@href | //@src | //@srcset")
                there = {urldefrag(urljoin(str(response.url), link)).url for link in links}
                found |= {link for link in there if urlsplit(link).netloc == urlsplit(origin).netloc}
    paths = {urlsplit(address).path.removeprefix(ROOT) for address in seen}
    assert paths >= {"/", "/chat/", "/judgements/", "/judgements/northmoor", "/documents/", "/about"}
    assert paths >= {"/accessibility", "/transparency", "/static/style.css", "/judgements/northmoor/time-line.svg"}
    assert len([path for path in paths if re.fullmatch(r"/documents/\w+", path)]) >= 9


@pytest.mark.parametrize("passed_on", ["", ROOT])
def test_errors_are_pages_of_the_site(client: TestClient, passed_on: str) -> None:
    response = client.get(f"{passed_on}/nowhere/at/all")
    assert response.status_code == 404
    assert 'href="../../static/style.css"' in response.text
    assert client.get(f"{passed_on}/chat/gradio_api/info").status_code == 404
    assert client.get(f"{passed_on}/health").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (ROOT, f"{ROOT}/chat/"),
        ("/", f"{ROOT}/chat/"),
        (f"{ROOT}/", f"{ROOT}/chat/"),
        (f"{ROOT}/chat?q=a%20b", "chat/?q=a%20b"),
        (f"{ROOT}/about/", "../about"),
        (f"{ROOT}/documents/x/", f"{ROOT}/documents/x"),
        (f"{ROOT}/transparency/", "../transparency"),
    ],
)
def test_a_path_with_a_slash_too_few_or_too_many_leads_on(client: TestClient, path: str, location: str) -> None:
    # None names a host: a proxy may not have said which one the reader knows.
    assert client.get(path).headers["location"] == location


@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")
def test_path_of_the_site_is_none_of_its_own(assistant: Assistant) -> None:
    app = create_app(assistant, Settings(mcp=True, **SIGN_IN))
    mounted = {getattr(route, "path", "") for route in app.routes}
    assert {path.split("/")[1] for path in mounted | set(app.openapi()["paths"]) if path} == {"", *OWN_PATHS}
