"""Below the conversation: saying whether an answer helped, copying it, downloading the conversation."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import docx
import pytest

from assistant.assistant import Assistant
from assistant.feedback import FILE, Feedback
from assistant.settings import Settings
from assistant.web.application import create_app
from tests.web.browsing import CASELOADS, OFF_TOPIC, QUOTED, OpenPage, announced, ask, overflow, serving, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def page(own: Assistant, browser: Browser) -> Iterator[Page]:
    """The chat of a site that keeps answers."""
    with serving(create_app(own, Settings(feedback="answers"))) as address:
        context = browser.new_context(locale="en-GB", permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(f"{address}/chat/")
        page.get_by_label("Your question").wait_for()
        yield page
        context.close()


def test_what_was_asked_is_downloaded(page: Page) -> None:
    assert not page.get_by_role("button", name="Download the conversation (Word)").is_visible()
    ask(page, CASELOADS)
    ask(page, "and in 2018?", 2)
    with page.expect_download() as word:
        page.get_by_role("button", name="Download the conversation (Word)").click()
    paragraphs = [p.text for p in docx.Document(io.BytesIO(word.value.path().read_bytes())).paragraphs]
    assert f"“{QUOTED}”" in paragraphs
    assert any("thirty children" in text for text in paragraphs)
    assert word.value.suggested_filename.endswith(".docx")
    with page.expect_download() as markdown:
        page.get_by_role("button", name="Download the conversation (Markdown)").click()
    assert f"> “{QUOTED}”" in markdown.value.path().read_text(encoding="utf-8")
    assert page.locator(".answer").count() == 2  # the page is still there


def test_an_answer_is_copied_with_its_sources(page: Page) -> None:
    ask(page, CASELOADS)
    page.get_by_role("button", name="Copy the last answer as text").click()
    page.get_by_role("button", name="Answer copied").wait_for()
    assert announced(page) == "Answer copied"
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(f"{CASELOADS}\n\nSearched: ")
    assert f"“{QUOTED}”\n[1] Northmoor" in text
    assert ", page 2. Ofsted report. http" in text
    assert "Search all" not in text


def test_a_table_of_judgements_is_copied_with_its_rows(page: Page) -> None:
    ask(page, "How was Northmoor judged in 2022?")
    page.get_by_role("button", name="Copy the last answer as text").click()
    page.get_by_role("button", name="Answer copied").wait_for()
    parts = page.evaluate("navigator.clipboard.readText()").split("\n\n")
    finding = parts.index("Northmoor was judged good overall in June 2022.")
    table = parts.index("Area | Grade | Inspection")
    assert 0 < finding < table
    assert parts[table + 1 : table + 4] == [
        "Overall effectiveness | Good | June 2022",
        "Leaders | Outstanding | June 2022",
        "From 1 authority's documents, 2022; 4 documents could not be read.",
    ]
    assert parts[table + 4].startswith("“Overall effectiveness – Good”\n[1] Northmoor, inspection of June 2022")


def test_a_refusal_is_copied_with_its_reason(page: Page) -> None:
    ask(page, OFF_TOPIC)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    page.evaluate("document.addEventListener('copy', () => { window.copied = getSelection().toString() || 'some' })")
    page.get_by_role("button", name="Copy the last answer as text").click()
    page.get_by_role("button", name="Answer copied").wait_for()
    assert page.evaluate("window.copied")  # without a secure connection, by selecting


def test_a_verdict_is_kept_with_its_reason(page: Page, own: Assistant) -> None:
    ask(page, CASELOADS)
    page.get_by_role("button", name="No, it was not").press("Enter")
    page.get_by_label("Why? (optional)").fill("It is of another year.")
    assert announced(page) == "Thank you. You can say why."
    assert violations(page) == []
    (row,) = Feedback(own.library.folder).rows()
    assert (row.helpful, row.reason, row.question) == (False, "", CASELOADS)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Your reason has been kept.").first.wait_for()
    (row,) = Feedback(own.library.folder).rows()
    assert row.reason == "It is of another year."
    ask(page, "and in 2018?", 2)  # another answer, another verdict
    page.get_by_role("button", name="Yes, it was helpful").click()
    page.get_by_text("You can say why.").first.wait_for()
    assert [row.helpful for row in Feedback(own.library.folder).rows()] == [False, True]


def test_a_verdict_that_cannot_be_kept_is_said_and_can_be_given_again(page: Page, own: Assistant) -> None:
    ask(page, CASELOADS)
    (own.library.folder / FILE).mkdir()
    page.get_by_role("button", name="Yes, it was helpful").click()
    page.get_by_text("This cannot be kept just now. Try again later.").first.wait_for()
    assert announced(page) == "This cannot be kept just now. Try again later."
    (own.library.folder / FILE).rmdir()
    page.get_by_role("button", name="Yes, it was helpful").click()
    page.get_by_text("You can say why.").first.wait_for()


def test_a_new_conversation_has_nothing_to_take_along(page: Page) -> None:
    ask(page, CASELOADS)
    page.get_by_role("button", name="Copy the last answer as text").wait_for()
    page.get_by_role("button", name="Clear and start a new conversation").press("Enter")
    page.get_by_role("button", name="Copy the last answer as text").wait_for(state="hidden")


def test_no_verdict_is_asked_for_where_the_site_keeps_none(own: Assistant, browser: Browser) -> None:
    with serving(create_app(own, Settings(feedback="off"))) as address:
        page = browser.new_page()
        page.goto(f"{address}/chat/")
        ask(page, CASELOADS)
        page.get_by_role("button", name="Copy the last answer as text").wait_for()
        assert page.get_by_text("Was the last answer helpful?").count() == 0
        page.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
def test_it_is_accessible(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page("/chat/", width, scheme)
    ask(page, CASELOADS)
    page.get_by_role("button", name="Yes, it was helpful").wait_for()
    assert violations(page) == []
    assert overflow(page) == 0
    small = "e => e.getBoundingClientRect().height"
    assert all(height >= 24 for height in [b.evaluate(small) for b in page.locator("#take-along button:visible").all()])
