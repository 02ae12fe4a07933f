"""The chat on a page of another site: in a frame, and behind the button that one line of script makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from tests.web.browsing import CASELOADS, QUOTED, overflow, serving, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Page

SNIPPETS = re.compile(r"&lt;(?:iframe|script) .*?&lt;/(?:iframe|script)&gt;")


@dataclass
class Intranet:
    """Pages of another site; every request and what went wrong on them is noted."""

    address: str
    server: str
    browser: Browser
    stack: ExitStack
    pages: dict[str, tuple[str, str]]
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def open(self, html: str, width: int = 1440, scheme: Any = "light", policy: str = "") -> Page:
        """A page of the site that holds this, under a Content Security Policy of its own."""
        path = f"/{len(self.pages)}"
        self.pages[path] = html, policy
        context = self.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.stack.callback(context.close)
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        context.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        page = context.new_page()
        page.goto(self.address + path)
        return page


@contextmanager
def intranet_of(browser: Browser, server: str) -> Iterator[Intranet]:
    pages: dict[str, tuple[str, str]] = {}

    def show(request: Any) -> HTMLResponse:
        html, policy = pages.get(request.url.path, ("", ""))  # a browser asks for an icon too
        whole = f'<!doctype html><html lang="en-GB"><title>Intranet</title><main><h1>Intranet</h1>{html}</main>'
        return HTMLResponse(whole, headers={"content-security-policy": policy} if policy else {})

    with serving(Starlette(routes=[Route("/{page}", show)])) as there, ExitStack() as stack:
        # Another port and another name of this machine: a site of its own to the browser.
        yield Intranet(there.replace("127.0.0.1", "localhost"), server, browser, stack, pages)


@pytest.fixture(scope="module")
def listed(assistant: Assistant) -> Iterator[str]:
    """The assistant where pages of the other site may frame it."""
    with serving(create_app(assistant, Settings(frame_ancestors="'self' http://localhost:*"))) as address:
        yield address


@pytest.fixture
def intranet(browser: Browser, listed: str) -> Iterator[Intranet]:
    """The other site. At the end no other host was asked for anything, no cookie set and nothing went wrong."""
    with intranet_of(browser, listed) as site:
        yield site
        cookies = [cookie for context in browser.contexts for cookie in context.cookies()]
        assert cookies == []
    assert [url for url in site.asked if not url.startswith((site.address, listed, "data:"))] == []
    assert site.wrong == []


def snippets(server: str) -> list[str]:
    """The frame and the script that /embed shows, as an editor would paste them."""
    found: list[str] = SNIPPETS.findall(httpx.get(f"{server}/embed").text)
    return [
        re.sub("&lt;", "<", re.sub("&gt;", ">", code)).replace("&#39;", "'").replace("&#34;", '"') for code in found
    ]


def in_numbers(colour: str) -> str:
    """A colour as a browser tells it."""
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def ask(frame: FrameLocator, page: Page, question: str, answers: int = 1) -> None:
    page.wait_for_timeout(300)
    frame.get_by_label("Your question").fill(question)
    frame.get_by_label("Your question").press("Enter")
    frame.locator(".answer").nth(answers - 1).wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_a_frame_has_all_that_the_page_has(intranet: Intranet, width: int, scheme: str) -> None:
    page = intranet.open(snippets(intranet.server)[0], width, scheme)
    frame = page.frame_locator("iframe")
    ask(frame, page, CASELOADS)
    assert frame.locator("blockquote").first.inner_text() == QUOTED
    if width > 1200:  # the source stands beside the conversation, within the frame
        frame.locator("a.cite").first.click()
        marked = frame.frame_locator("#source-view").locator("mark").first
    else:
        with page.context.expect_page() as opened:
            frame.locator("a.cite").first.click()
        marked = opened.value.locator("mark").first
    assert "manageable caseloads" in marked.inner_text()
    ask(frame, page, "and in 2018?", 2)
    assert "thirty children" in frame.locator(".answer").last.inner_text()
    inner = page.frames[1]
    assert inner.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert violations(page, least=5) == []
    assert violations(inner) == []


def test_a_frame_on_a_page_that_is_not_listed_stays_empty(browser: Browser, server: str) -> None:
    with intranet_of(browser, server) as site:  # which may be framed by itself and by another host
        page = site.open(snippets(server)[0])
        page.wait_for_timeout(1000)
        assert page.frame_locator("iframe").get_by_label("Your question").count() == 0
        assert any("frame-ancestors" in line for line in site.wrong)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (320, "light"), (320, "dark")])
def test_the_button_works_by_keyboard_alone(intranet: Intranet, width: int, scheme: str) -> None:
    page = intranet.open("<p>News of the day.</p>" + snippets(intranet.server)[1], width, scheme)
    button, panel = page.get_by_role("button", name="Ask about the inspection"), page.get_by_role("dialog")
    button.wait_for()
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    assert button.get_attribute("aria-expanded") == "true"
    ask(frame, page, CASELOADS)
    assert frame.locator("blockquote").first.inner_text() == QUOTED
    assert frame.locator("a.cite").count() > 0
    assert overflow(page) == 0
    assert violations(page) == []
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    frame.get_by_label("Your question").press("Escape")  # in the frame
    panel.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "Ask about the inspection"
    page.keyboard.press("Enter")
    assert frame.locator("blockquote").first.inner_text() == QUOTED  # it is still there
    page.keyboard.press("Shift+Tab")  # to the panel's own button, outside the frame
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Close").click()
    panel.wait_for(state="hidden")


def test_the_button_needs_two_sources_of_a_strict_policy(intranet: Intranet) -> None:
    policy = f"default-src 'none'; script-src {intranet.server}; frame-src {intranet.server}"
    page = intranet.open(snippets(intranet.server)[1], policy=policy)
    button = page.get_by_role("button", name="Ask about the inspection")
    assert button.evaluate("e => getComputedStyle(e).minHeight") == "44px"  # it has its styles
    button.click()
    ask(page.frame_locator("iframe"), page, CASELOADS)


@pytest.mark.parametrize(("scheme", "colour", "ink"), [("light", "#702082", "#ffffff"), ("dark", "#e0b0f0", "#0b1d23")])
def test_the_button_has_the_colours_of_its_site(
    browser: Browser, assistant: Assistant, scheme: str, colour: str, ink: str
) -> None:
    own = Settings(frame_ancestors="'self' http://localhost:*", colour="#702082", colour_dark="#e0b0f0")
    with serving(create_app(assistant, own)) as server, intranet_of(browser, server) as site:
        policy = f"default-src 'none'; script-src {server}; frame-src {server}; style-src 'unsafe-inline'"
        page = site.open(f"<style>* {{ --accent: red }}</style>{snippets(server)[1]}", scheme=scheme, policy=policy)
        button = page.get_by_role("button", name="Ask about the inspection")
        shown = button.evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
        assert shown == [in_numbers(colour), in_numbers(ink)]
        button.click()
        panel = page.get_by_role("dialog").evaluate("e => getComputedStyle(e).borderTopColor")
        assert panel == in_numbers(colour)
        assert violations(page) == []
        assert len(httpx.get(f"{server}/static/embed.js").content) < 10_000


def test_the_button_has_our_colours_where_its_site_has_none(intranet: Intranet) -> None:
    page = intranet.open(snippets(intranet.server)[1])
    button = page.get_by_role("button", name="Ask about the inspection")
    assert button.evaluate("e => getComputedStyle(e).backgroundColor") == in_numbers("#0f5468")


def test_two_buttons_stand_beside_each_other_and_leave_no_name(intranet: Intranet) -> None:
    script = snippets(intranet.server)[1]
    second = script.replace(
        " async", ' async data-label="Ask again" data-question="What about foster carers in Northmoor?"'
    )
    third = script.replace(" async", ' data-inline data-label="Ask here"')
    names = "<script>window.before = Object.keys(window)</script>"
    page = intranet.open(f"{names}{script}{second}<p id=here>{third}</p>")
    page.get_by_role("button", name="Ask again").wait_for()
    boxes = [page.get_by_role("button", name=name).bounding_box() for name in ("Ask about the inspection", "Ask again")]
    first, other = boxes
    assert first is not None
    assert other is not None
    assert abs(first["y"] - other["y"]) >= first["height"]
    assert page.locator("#here").get_by_role("button", name="Ask here").is_visible()
    assert page.evaluate("Object.keys(window).filter(name => !window.before.includes(name))") == ["before"]
    page.get_by_role("button", name="Ask again").click()
    page.frame_locator("iframe").locator(".answer").first.wait_for()
    assert page.locator("iframe").count() == 1


def test_the_panel_is_as_high_as_what_it_shows(intranet: Intranet) -> None:
    page = intranet.open(snippets(intranet.server)[1])
    page.get_by_role("button", name="Ask about the inspection").click()
    frame = page.frame_locator("iframe")
    ask(frame, page, CASELOADS)
    page.wait_for_timeout(300)
    told = page.get_by_role("dialog").evaluate("e => e.style.getPropertyValue('--height')")
    shown = frame.locator("body").evaluate("e => e.scrollHeight")
    assert int(told.removesuffix("px")) >= shown
    height = page.get_by_role("dialog").evaluate("e => e.offsetHeight")
    assert height == min(int(told.removesuffix("px")), 900 - 32)


def test_no_page_may_close_a_panel_or_size_it_but_its_own_frame(intranet: Intranet) -> None:
    page = intranet.open(snippets(intranet.server)[1])
    page.get_by_role("button", name="Ask about the inspection").click()
    page.frame_locator("iframe").get_by_label("Your question").wait_for()
    page.evaluate("postMessage({ inspectionAssistant: 'escape' }, '*')")
    page.wait_for_timeout(200)
    assert page.get_by_role("dialog").is_visible()


def test_the_snippets_name_this_server_and_hold_no_secret(assistant: Assistant) -> None:
    settings = Settings(root_path="/insight", frame_ancestors="'self' https://intranet.example")
    client = TestClient(create_app(assistant, settings), base_url="https://council.example")
    text = client.get("/insight/embed").text
    assert "https://council.example/insight/chat/" in text
    assert "https://council.example/insight/static/embed.js" in text
    assert "https://intranet.example" in text
    script = client.get("/insight/static/embed.js")
    assert len(script.content) < 10_000
    assert not re.search(r"token|api.?key|secret|password", script.text, re.I)
    assert "set-cookie" not in script.headers


def test_what_has_to_be_set_first_is_said(assistant: Assistant) -> None:
    client = TestClient(create_app(assistant, Settings()))
    assert "At the moment no page of another site may show the chat" in client.get("/embed").text


def test_the_page_of_snippets_is_accessible(open_page: Callable[..., Page]) -> None:
    for width, scheme in ((1440, "light"), (320, "dark")):
        page = open_page("/embed", width, scheme)
        assert violations(page) == []
        assert overflow(page) == 0
