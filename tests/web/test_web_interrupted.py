"""What is there again after the page was loaded anew, the tab was closed or the server went away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import STATIC, create_app
from tests.web.browsing import CASELOADS, OpenPage, announced, ask, overflow, serving, violations, wait_for_answers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from starlette.testclient import TestClient

DRAFT = "And how many foster carers are there?"
MINUTES = 60_000  # milliseconds
FORGOTTEN_AFTER = 30  # minutes
# Makes the tab one that was closed so many milliseconds ago and is brought back.
CLOSED_FOR = """milliseconds => {
  addEventListener("pagehide", () => sessionStorage.setItem("seen", String(Date.now() - milliseconds)));
}"""


def remembered(page: Page) -> tuple[str, str]:
    """The conversation and the draft that the browser keeps for this tab."""
    conversation, draft = page.evaluate("['conversation', 'draft'].map(key => sessionStorage.getItem(key) ?? '')")
    return conversation, draft


def reopen(page: Page) -> None:
    page.reload()
    page.get_by_label("Your question").wait_for()


@pytest.mark.browser
def test_what_is_typed_survives_a_reload_and_is_asked(open_page: OpenPage) -> None:
    page = open_page()
    box = page.get_by_label("Your question")
    box.fill(CASELOADS)
    reopen(page)
    page.wait_for_function("words => document.querySelector('#question textarea').value === words", arg=CASELOADS)
    page.wait_for_timeout(1500)
    box.press("Enter")
    wait_for_answers(page, 1)
    assert page.locator(".answer h3").all_inner_texts() == [CASELOADS]
    page.wait_for_function("() => sessionStorage.getItem('draft') === null")
    box.fill(DRAFT)
    page.get_by_role("button", name="Clear and start a new conversation").press("Enter")
    page.locator(".answer").first.wait_for(state="detached")
    assert remembered(page) == ("", "")
    reopen(page)
    page.wait_for_timeout(1500)
    assert box.input_value() == ""


@pytest.mark.browser
def test_what_is_typed_stays_beside_an_answer_to_a_question_that_was_clicked(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Your question").fill(DRAFT)
    page.locator("#examples .ask").first.click()
    wait_for_answers(page, 1)
    page.wait_for_timeout(300)
    assert page.get_by_label("Your question").input_value() == remembered(page)[1] == DRAFT


@pytest.mark.browser
@pytest.mark.parametrize("is_late", [False, True])
def test_a_tab_brought_back_late_shows_nothing(open_page: OpenPage, is_late: bool) -> None:
    page = open_page()
    ask(page, CASELOADS)
    page.wait_for_timeout(300)
    page.get_by_label("Your question").fill(DRAFT)
    page.evaluate(CLOSED_FOR, (FORGOTTEN_AFTER + (1 if is_late else -1)) * MINUTES)
    reopen(page)
    if is_late:
        page.wait_for_timeout(1500)
        assert remembered(page) == ("", "")
        assert page.locator(".answer").count() == 0
        assert page.get_by_label("Your question").input_value() == ""
    else:
        wait_for_answers(page, 1)
        assert page.get_by_label("Your question").input_value() == DRAFT


def test_the_time_after_which_a_tab_forgets_is_said(client: TestClient) -> None:
    script = (Path(STATIC) / "memory.js").read_text(encoding="utf-8")
    assert f"FORGOTTEN_AFTER = {FORGOTTEN_AFTER} * 60_000;" in script
    assert f"they are there for {FORGOTTEN_AFTER} minutes and not after that" in client.get("/about").text


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_server_that_goes_away_is_said_to_be_and_nothing_is_lost(
    assistant: Assistant, browser: Browser, scheme: str
) -> None:
    app = create_app(assistant, Settings())
    context = browser.new_context(viewport={"width": 320, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    with serving(app) as address:
        page.goto(f"{address}/chat/")
        page.get_by_label("Your question").wait_for()
        ask(page, CASELOADS)
        page.wait_for_timeout(500)
    page.get_by_label("Your question").fill(DRAFT)
    page.keyboard.press("Enter")
    notice = page.locator("#connection")
    notice.wait_for()
    words = notice.inner_text()
    assert re.match(r"The connection to the server is lost\. .+ what you have typed are kept\.$", words)
    assert announced(page) == words
    box = notice.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900 - box["height"]
    assert page.get_by_text("reconnection").filter(visible=True).count() == 0
    assert (violations(page), overflow(page)) == ([], 0)
    with serving(app, urlsplit(address).port or 0):
        notice.wait_for(state="hidden")
        wait_for_answers(page, 1)
        assert page.get_by_label("Your question").input_value() == DRAFT
        ask(page, DRAFT, answers=2)
    context.close()
