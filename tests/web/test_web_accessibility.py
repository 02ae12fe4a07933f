"""Keyboard, screen readers, narrow windows and axe, on every page in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from assistant.web.application import STATIC
from tests.web.browsing import (
    ADOPT,
    CASELOADS,
    LISTEN,
    OFF_TOPIC,
    OVER_PAGES,
    TEXT_SPACING,
    AddressOf,
    OpenPage,
    ask,
    overflow,
    violations,
    wait_for_answers,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_chat_works_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the question"
    page.keyboard.press("Enter")
    page.keyboard.type(CASELOADS)
    page.keyboard.press("Enter")
    wait_for_answers(page, 1)
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        focused = page.evaluate("document.activeElement.textContent")
        outline = page.evaluate("getComputedStyle(document.activeElement).outline")
        assert "solid 3px" in outline or outline.endswith("3px"), f"{focused}: {outline}"
        if page.evaluate("document.activeElement === document.querySelector('.quote .cite')"):
            break
    page.keyboard.press("Enter")
    source = page.frame_locator("#source-view")
    source.locator("#passage:focus").wait_for()
    page.keyboard.press("Escape")
    page.locator("#source").wait_for(state="hidden")
    assert page.evaluate("document.activeElement === document.querySelector('.quote .cite')")


def test_filters_and_questions_work_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Your question").focus()
    seen = []
    for _ in range(5):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
    assert seen[:4] == ["Ask", "authority", "from", "to"]
    assert seen[4] == page.locator("#examples .ask").first.inner_text()
    page.keyboard.press("Enter")
    wait_for_answers(page, 1)
    page.get_by_label("Authority").focus()
    page.keyboard.type("North")
    assert page.get_by_label("Authority").input_value() == "Northmoor"
    page.wait_for_timeout(700)  # an answer that has come takes the focus only of what asked for it
    assert page.evaluate("document.activeElement.name") == "authority"


def test_source_page_works_by_keyboard_alone(open_page: OpenPage, address_of: AddressOf) -> None:
    page = open_page(address_of("northmoor - 12", "manageable caseloads"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
    for name in ("Previous page", "Next page", "Picture of page 2 at full size"):
        assert name in seen


def test_answer_is_announced_once_and_in_short(open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate(LISTEN)
    ask(page, CASELOADS)
    page.wait_for_timeout(300)
    said = page.evaluate("window.said")
    assert page.evaluate("window.saidElsewhere") == []
    assert [words for words in said if words.startswith("Answer ready: ")] == said[-1:]
    assert set(said[:-1]) <= {"Searching 9 documents…"}
    assert re.match(r"Answer ready: \d quotations?\. First: .+ Northmoor, 12 August 2022, page \d$", said[-1])
    assert page.locator("[role=log]").count() == 0
    names = page.locator("[data-testid=bot]").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert names == [f"Answer to: {CASELOADS}"]


def test_answer_is_in_view_and_the_question_is_its_heading(open_page: OpenPage) -> None:
    page = open_page(width=320)
    ask(page, CASELOADS)
    page.wait_for_timeout(200)
    box = page.locator(".answer h3").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 320])
def test_axe_finds_nothing_in_the_chat(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(width=width, scheme=scheme)
    found = {"empty": violations(page)}
    ask(page, CASELOADS)
    page.locator(".answer summary").click()
    page.locator("#next .ask").first.wait_for()
    found["answered"] = violations(page)
    if width == 1440:
        page.locator(".quote .cite").first.click()
        page.frame_locator("#source-view").locator("#passage:focus").wait_for()
        found["source beside it"] = violations(page)
        page.keyboard.press("Escape")
    ask(page, OFF_TOPIC, answers=2)
    found["refused"] = violations(page)
    page.get_by_label("Your question").fill("?")
    page.keyboard.press("Enter")
    page.locator("#problem .problem").wait_for()
    found["not asked"] = violations(page)
    assert found == {state: [] for state in found}
    assert overflow(page) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 320])
def test_axe_finds_nothing_on_the_source_pages(
    open_page: OpenPage, address_of: AddressOf, width: int, scheme: str
) -> None:
    for address in (
        address_of("northmoor - 12", OVER_PAGES),
        address_of("complaints", "replies within ten working days"),
        address_of("summary", "meets every second Thursday"),
        "/documents/",
        "/documents/0123456789ab",
        "/judgements/",
        "/judgements/northmoor",
        "/about",
        "/api",
        "/embed",
        "/accessibility",
        "/transparency",
    ):
        page = open_page(address, width, scheme)
        assert violations(page) == [], address
        assert overflow(page) <= 0, address


def test_wide_text_spacing_fits_a_narrow_window(open_page: OpenPage, address_of: AddressOf) -> None:
    chat = open_page(width=320)
    ask(chat, CASELOADS)
    for page in (chat, open_page(address_of("summary", "every second Thursday"), 320), open_page("/documents/", 320)):
        page.evaluate(ADOPT, TEXT_SPACING)
        assert overflow(page) <= 0
        cut = page.evaluate(
            "() => [...document.querySelectorAll('button, a, summary')].filter(e => e.checkVisibility() && "
            "e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow !== 'visible').map(e => e.outerHTML)"
        )
        assert cut == []


def test_high_contrast_keeps_what_is_told_by_colour(browser: Browser, server: str) -> None:
    context = browser.new_context(forced_colors="active", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/chat/")
    ask(page, CASELOADS)
    edges = {
        selector: page.locator(selector).first.evaluate("e => parseFloat(getComputedStyle(e).borderLeftWidth)")
        for selector in ("#ask", "#restart", "#question textarea", "#filters select", ".quote")
    }
    underlined = page.locator("mark").first.evaluate("e => getComputedStyle(e).textDecorationLine")
    context.close()
    assert all(width >= 1 for width in edges.values()), edges
    assert underlined == "underline"


@pytest.mark.parametrize("name", ["style.css", "chat.css"])
def test_sizes_of_type_and_the_focus_are_chosen_once(name: str) -> None:
    sheet = (STATIC / name).read_text(encoding="utf-8")
    assert re.findall(r"font-size: (?!var|inherit)[^;]+", sheet) == []
    assert sheet.count("outline: 3px") == (name == "style.css")


def test_nothing_moves_where_that_is_not_wanted(browser: Browser, server: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server}/chat/")
    ask(page, CASELOADS)
    moving = page.evaluate(
        "() => [...document.querySelectorAll('.gradio-container *')].filter(e => { const s = getComputedStyle(e);"
        " return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0.01; }).map(e => e.outerHTML)"
    )
    context.close()
    assert moving == []
