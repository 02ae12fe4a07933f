"""Signing in with OpenID Connect, at a real service on this machine; some of it in a real browser."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import lxml.html
import pytest
from fastapi.responses import HTMLResponse
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web import sign_in
from assistant.web.application import create_app
from tests.web.browsing import CASELOADS, ask, serving, violations
from tests.web.sign_in_service import PASSWORD, PROVIDER, SIGN_IN, USER, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

FRAMES = "'self' http://127.0.0.1:*"
needs_service = pytest.mark.skipif(not PROVIDER, reason="no sign-in service: INSPECTION_TEST_PROVIDER names none")


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def origin(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site where people sign in, and the service that it sends them to."""
    here, there = free_ports(2)
    address = f"http://127.0.0.1:{here}/insight/"
    with running(there, address, tmp_path_factory.mktemp("sign-in")) as issuer:
        own = {"oidc_issuer": issuer, "root_path": "/insight", "requests_per_minute": 0, "frame_ancestors": FRAMES}
        settings = Settings(**{**SIGN_IN, **own})
        with serving(create_app(assistant, settings), here):
            yield address


class Visitor:
    """Someone with a browser's cookies. As browsers do to this machine, it sends secure ones without https."""

    def __init__(self) -> None:
        self.client = httpx.Client(follow_redirects=False, timeout=30, headers={"accept": "text/html"})
        self.cookies: dict[str, dict[str, str]] = {}

    def request(self, method: str, address: str, **given: Any) -> httpx.Response:
        own = self.cookies.setdefault(urlsplit(address).netloc, {})
        self.client.cookies.clear()
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in own.items())} | given.pop("headers", {})
        response = self.client.request(method, address, headers=headers, **given)
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            own[name] = value
        return response

    def follow(self, response: httpx.Response, until: str) -> httpx.Response:
        """Go where a response leads, as far as an address that begins so, which is not gone to."""
        while response.is_redirect and not str(response.next_request and response.next_request.url).startswith(until):
            assert response.next_request
            response = self.request("GET", str(response.next_request.url))
        return response

    def submit(self, response: httpx.Response, **values: str) -> httpx.Response:
        """Fill in a page's form and send it."""
        form = lxml.html.document_fromstring(response.text, base_url=str(response.url)).forms[-1]
        for name, value in values.items():
            form.fields[name] = value
        buttons = form.xpath(".//button[@name]")  # of several, those to go back or to say no come first
        data = dict(form.form_values()) | {button.get("name"): button.get("value", "") for button in buttons}
        address = str(httpx.URL(str(response.url)).join(form.get("action") or ""))
        return self.request("POST", address, data=data, headers={"referer": str(response.url)})

    def sign_in(self, origin: str, to: str = "documents/") -> httpx.Response:
        """What the site answers to whom the service sends back."""
        return self.arrive(self.way_back(origin, to))

    def arrive(self, back: str) -> httpx.Response:
        """Open the address that the service sends to."""
        time.sleep(1.1)  # of two sign-ins in a second the service makes the same token, and fails
        return self.request("GET", back)

    def way_back(self, origin: str, to: str = "documents/") -> str:
        """The address at the site to which the service sends whoever has signed in with it."""
        callback = f"{origin}sign-in/callback"
        shown = self.follow(self.request("GET", f"{origin}{to}"), callback)
        for values in ({"login": USER}, {"password": PASSWORD}, {}):
            if shown.is_redirect:
                break
            shown = self.follow(self.submit(shown, **values), callback)
        assert shown.is_redirect, shown.text[:3000]
        assert shown.next_request
        return str(shown.next_request.url)


@needs_service
def test_whoever_signs_in_gets_the_page_they_asked_for(origin: str) -> None:
    visitor = Visitor()
    back = visitor.sign_in(origin, "documents/?authority=x")
    assert back.status_code == 303
    assert back.headers["location"] == "/insight/documents/?authority=x"
    flags = back.headers["set-cookie"].split("; ")
    assert {"path=/insight", "httponly", "secure", "samesite=none"} <= set(flags)
    assert visitor.request("GET", f"{origin}documents/").status_code == 200
    answer = visitor.request("POST", f"{origin}api/v1/ask", json={"question": CASELOADS})
    assert answer.json()["status"] == "answered"
    assert "set-cookie" not in answer.headers


@needs_service
def test_the_service_is_asked_as_it_should_be(origin: str) -> None:
    visitor = Visitor()
    page = visitor.request("GET", f"{origin}chat/")
    assert page.status_code == 303
    assert page.headers["location"] == "/insight/sign-in?to=chat%2F"
    to_service = visitor.request("GET", origin + "sign-in?to=chat%2F")
    asked = parse_qs(urlsplit(to_service.headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["scope"] == ["openid"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{origin}sign-in/callback"]
    assert asked["state"][0]
    assert asked["nonce"][0]


@needs_service
def test_signing_out_ends_it(origin: str) -> None:
    visitor = Visitor()
    visitor.sign_in(origin)
    assert ">Sign out</button>" in visitor.request("GET", f"{origin}documents/").text
    left = visitor.request("POST", f"{origin}sign-out")
    assert left.headers["location"] == "/insight/signed-out"
    assert "You are signed out" in visitor.request("GET", f"{origin}signed-out").text
    assert visitor.request("GET", f"{origin}documents/").status_code == 303


@needs_service
@pytest.mark.parametrize("change", ["state", "code", "cookie"])
def test_what_was_not_begun_here_is_not_finished(origin: str, change: str) -> None:
    visitor = Visitor()
    back = visitor.way_back(origin)
    if change == "cookie":  # somebody else's way back, as another site might have a reader open it
        visitor.cookies[urlsplit(origin).netloc].clear()
    else:
        back = re.sub(rf"\b{change}=[^&]+", f"{change}=made-up", back)
    response = visitor.arrive(back)
    assert response.status_code == 403
    assert "Signing in was not finished" in response.text
    assert visitor.request("GET", f"{origin}documents/").status_code == 303


@needs_service
def test_a_way_back_works_once(origin: str) -> None:
    visitor = Visitor()
    back = visitor.way_back(origin)
    assert visitor.arrive(back).status_code == 303
    assert visitor.arrive(back).status_code == 403


@needs_service
def test_nobody_is_sent_to_another_site(origin: str) -> None:
    visitor = Visitor()
    visitor.sign_in(origin)
    for to in ("//evil.test/", "/\\evil.test", "https://evil.test/", "\t//evil.test", "%2f/evil.test", "../../x"):
        # Signed in with the service already, who is sent there comes back at once.
        begun = visitor.request("GET", f"{origin}sign-in", params={"to": to})
        sent = visitor.follow(begun, f"{origin}sign-in/callback")
        assert sent.next_request
        location = visitor.arrive(str(sent.next_request.url)).headers["location"]
        assert location.startswith("/insight/"), to
        assert urlsplit(str(httpx.URL(origin).join(location))).netloc == urlsplit(origin).netloc, to


@needs_service
def test_a_forged_or_old_cookie_opens_nothing(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor()
    visitor.sign_in(origin)
    own = visitor.cookies[urlsplit(origin).netloc]
    kept = dict(own)
    for value in ("", "null", "e30=.x.y", kept[sign_in.COOKIE][:-2] + "zz"):
        own[sign_in.COOKIE] = value
        assert visitor.request("GET", f"{origin}documents/").status_code == 303, value
    own.update(kept)
    assert visitor.request("GET", f"{origin}documents/").status_code == 200
    now = sign_in.time.time()
    monkeypatch.setattr(sign_in.time, "time", lambda: now + 11 * 3600)
    assert visitor.request("GET", f"{origin}documents/").status_code == 303


def test_without_the_service_nobody_gets_in_and_it_is_said(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(create_app(assistant, Settings(**SIGN_IN)), "https://assistant.test") as client:
        response = client.get("/sign-in")
        assert response.status_code == 503
        assert "The sign-in service does not answer" in response.text
        assert client.get("/sign-in/callback?code=x&state=y").status_code == 503
    assert "nobody can sign in: http://127.0.0.1:1 gives no description of itself" in caplog.text


@needs_service
def test_another_service_in_its_place_is_not_believed(origin: str, assistant: Assistant) -> None:
    issuer = Visitor().follow(Visitor().request("GET", f"{origin}sign-in"), "http://127.0.0.1").headers["location"]
    other = "http://localhost:" + str(urlsplit(issuer).port)
    settings = Settings(**{**SIGN_IN, "oidc_issuer": other})
    with TestClient(create_app(assistant, settings), "https://assistant.test") as client:
        assert client.get("/sign-in").status_code == 503


def test_programs_and_scripts_are_told_and_not_sent_elsewhere(assistant: Assistant) -> None:
    client = TestClient(create_app(assistant, Settings(**SIGN_IN)), "https://assistant.test", follow_redirects=False)
    page = {"accept": "text/html"}
    assert client.get("/api/v1/documents").json() == {"detail": "You are not signed in. Sign in, then try again."}
    assert client.post("/chat/gradio_api/queue/join", headers=page).status_code == 401
    assert client.get("/documents/", headers=page | {"sec-fetch-mode": "cors"}).status_code == 401
    assert client.get("/documents/", headers=page | {"sec-fetch-mode": "navigate"}).status_code == 303
    framed = client.get("/chat/", headers=page | {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"})
    assert framed.status_code == 401
    link = lxml.html.document_fromstring(framed.text).xpath("//a[@target='_blank']/@href")
    assert link == ["/sign-in?to=signed-in"]


@pytest.mark.parametrize(
    ("frames", "expected"), [("'self'", "lax"), ("'none'", "lax"), ("'self' https://intranet.example", "none")]
)
def test_the_cookie_goes_into_frames_of_other_sites_only_where_these_may_frame(
    assistant: Assistant, frames: str, expected: str
) -> None:
    app = create_app(assistant, Settings(**SIGN_IN, frame_ancestors=frames))
    cookies = next(middleware for middleware in app.user_middleware if middleware.cls is sign_in.SessionMiddleware)
    assert cookies.kwargs["same_site"] == expected
    assert cookies.kwargs["https_only"] is True


# In a browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that nobody has signed in with."""
    context = browser.new_context(locale="en-GB")
    yield context
    context.close()


def signed_in(page: Page) -> None:
    page.locator("input[name=login]").fill(USER)
    page.keyboard.press("Enter")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    if (accept := page.locator("button[value=accept], button[name=answer][value=accept]")).count():
        accept.first.click()


@needs_service
@pytest.mark.browser
def test_in_a_browser_the_chat_answers_whoever_has_signed_in(context: BrowserContext, origin: str) -> None:
    page = context.new_page()
    page.goto(f"{origin}chat/")
    signed_in(page)
    page.get_by_label("Your question").wait_for()
    ask(page, CASELOADS)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    assert violations(page) == []


@needs_service
@pytest.mark.browser
def test_in_a_browser_a_page_left_open_says_when_one_must_sign_in_again(context: BrowserContext, origin: str) -> None:
    page = context.new_page()
    page.goto(f"{origin}chat/")
    signed_in(page)
    page.get_by_label("Your question").wait_for()
    context.clear_cookies(name=sign_in.COOKIE)
    page.get_by_label("Your question").fill(CASELOADS)
    page.keyboard.press("Enter")
    page.get_by_text("You are no longer signed in").wait_for()
    assert page.get_by_label("Your question").input_value() == CASELOADS


@needs_service
@pytest.mark.browser
def test_in_a_frame_one_signs_in_in_a_tab_and_goes_on(context: BrowserContext, origin: str) -> None:
    def intranet(request: Any) -> HTMLResponse:
        return HTMLResponse(f'<!doctype html><title>Intranet</title><iframe src="{origin}chat/" height="800"></iframe>')

    with serving(Starlette(routes=[Route("/", intranet)])) as there:
        page = context.new_page()
        page.goto(there)
        frame = page.frame_locator("iframe")
        with context.expect_page() as opened:
            frame.get_by_role("link", name="Sign in").click()
        signed_in(opened.value)
        opened.value.get_by_role("heading", name="You are signed in").wait_for()
        opened.value.close()
        frame.get_by_role("link", name="Show this part of the page again").click()
        frame.get_by_label("Your question").wait_for()
