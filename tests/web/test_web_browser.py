"""The web chat in a real browser: asking, opening the source, keyboard, narrow windows, screen readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from index.library import StoredDocument

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OpenPage = Callable[..., "Page"]
Find = Callable[[str], StoredDocument]
AddressOf = Callable[[str, str], str]

CASELOADS = "How manageable are caseloads for social workers in Northmoor in 2022?"
QUOTED = "Social workers in Northmoor have manageable caseloads of fifteen children."
OFF_TOPIC = "Which bicycle tyres suit snow and ice best?"
OVER_PAGES = (
    "Care leavers told inspectors that their housing had improved and that they could reach their personal advisers"
)
# Of WCAG 2.2 level A and AA, and axe's own recommendations.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
TEXT_SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"

# A constructed sheet, since the pages' policy allows no style that is not their own.
ADOPT = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }"

# Notes what this page's own live region says, and what any other does.
LISTEN = """() => {
  window.said = [];
  window.saidElsewhere = [];
  const own = document.querySelector("#announcer");
  new MutationObserver(() => window.said.push(own.textContent)).observe(own, { childList: true });
  const live = "[role=log], [role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
  new MutationObserver((changes) => {
    for (const change of changes) {
      const region = (change.target.closest ? change.target : change.target.parentElement)?.closest(live);
      if (region && region !== own && region.textContent.trim()) {
        window.saidElsewhere.push(region.textContent);
      }
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def ask(page: Page, question: str, answers: int = 1) -> None:
    """Ask and wait until the conversation holds this many answers."""
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    wait_for_answers(page, answers)


def wait_for_answers(page: Page, answers: int) -> None:
    page.wait_for_function("n => document.querySelectorAll('.answer').length === n", arg=answers)
    page.wait_for_function("() => !document.querySelector('.pending')")


def announced(page: Page) -> str:
    return page.get_by_role("status").first.inner_text()


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def violations(page: Page) -> list[str]:
    """What axe finds, with the elements it finds it on."""
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    page.evaluate((Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    options = {"runOnly": RULES, "rules": {"target-size": {"enabled": True}}}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    assert len(result["passes"]) > 15
    return [f"{v['id']}: {node['html'][:150]}" for v in result["violations"] for node in v["nodes"]]


# Asking


def test_answer_is_cited_and_opens_at_the_words(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, CASELOADS)
    answer = page.locator(".answer")
    assert answer.get_by_role("heading", level=3).inner_text() == CASELOADS
    assert "Searched: 2 documents on Northmoor, 2022. Limited to Northmoor, 2022." in answer.inner_text()
    quote = answer.locator(".quote").filter(has_text=QUOTED)
    link = quote.get_by_role("link").first
    assert link.inner_text().replace("\n", " ") == "Northmoor, 12 August 2022, page 2 (opens in a new tab)"
    assert "Ofsted report" in quote.inner_text()
    assert answer.locator(".passage mark").filter(has_text=QUOTED).count() == 1
    with page.context.expect_page() as opened:
        link.click()
    source = opened.value
    source.wait_for_load_state()
    assert source.locator("mark").all_inner_texts() == [QUOTED]
    assert source.locator("mark").first.evaluate("e => e.matches(':target')")
    box = source.locator("mark").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900
    assert source.locator(".paper rect").count() == 1


def test_summary_is_not_taken_for_a_report(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "When does the fostering panel meet in Northmoor?")
    quote = page.locator(".quote").filter(has_text="every second Thursday")
    assert "Summary by this project, not Ofsted's words" in quote.inner_text()
    assert (
        quote.get_by_role("link", name="Original report").get_attribute("href")
        == "https://reports.example.org/northmoor"
    )


def test_later_inspection_is_named(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Are caseloads in Northmoor manageable in 2018?")
    quote = page.locator(".quote").filter(has_text="unmanageable caseloads of thirty")
    assert "A later inspection exists (June 2022)." in quote.inner_text()


def test_refusal_shows_the_closest_passages_as_such(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, OFF_TOPIC)
    answer = page.locator(".answer.refused")
    assert answer.locator(".quote").count() == 0
    assert "Closest passages, which may not answer your question" in answer.inner_text()
    assert answer.locator(".passage").count() >= 3
    assert announced(page).startswith("No answer.")
    assert not page.get_by_role("button", name="Search all documents instead").is_visible()


def test_filter_can_be_lifted(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "What do adopters in Northmoor say about support after placement?")
    assert "Southvale" not in page.locator(".answer").inner_text()
    page.get_by_role("button", name="Search all documents instead").click()
    wait_for_answers(page, 2)
    last = page.locator(".answer").last
    assert last.locator(".quote").filter(has_text="Adopters in Southvale").count() == 1
    assert "Limited to" not in last.inner_text()
    page.get_by_role("button", name="Search all documents instead").wait_for(state="hidden")


def test_follow_up_keeps_the_authority(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, CASELOADS)
    ask(page, "And were the caseloads of social workers manageable in 2018?", answers=2)
    last = page.locator(".answer").last
    assert "Limited to Northmoor, 2018." in last.inner_text()
    assert "unmanageable caseloads of thirty" in last.locator(".quote").first.inner_text()
    page.get_by_role("button", name="New conversation").click()
    page.locator(".answer").first.wait_for(state="detached")
    ask(page, "How are caseloads of social workers?")
    assert "Limited to" not in page.locator(".answer").inner_text()


def test_what_cannot_be_asked_is_said_and_stays_in_the_box(open_page: OpenPage) -> None:
    page = open_page()
    box = page.get_by_label("Your question")
    wrong = {"": "The question is empty.", "???": "no words in it", "word " * 500: "at most 2,000"}
    for question, words in wrong.items():
        box.fill(question)
        page.get_by_role("button", name="Ask", exact=True).click()
        page.locator("#problem").get_by_text(words).wait_for()
        assert box.input_value() == question
        assert page.locator(".answer, .pending").count() == 0
    assert "at most 2,000" in announced(page)
    assert box.get_attribute("aria-invalid") == "true"
    ask(page, CASELOADS)
    assert page.locator("#problem .problem").count() == 0


def test_example_questions_answer_at_a_click(open_page: OpenPage) -> None:
    page = open_page()
    examples = page.locator("button.example:visible")
    assert examples.all_inner_texts()[:2] == [
        "What needs to improve for care leavers in Northmoor?",
        "How was Northmoor judged in 2022?",
    ]
    examples.first.click()
    wait_for_answers(page, 1)
    assert page.locator(".answer h3").inner_text() == "What needs to improve for care leavers in Northmoor?"
    assert examples.count() == 0


def test_hostile_documents_and_questions_stay_text(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Are beekeeping lessons in Eastby well attended?")
    text = page.locator(".answer").inner_text()
    assert "<script>window.hacked=1</script>" in text
    assert "${window.hacked=1} {{7*7}}" in text
    assert "<i>Eastby</i>" in text
    question = "beekeeping <img src=x onerror=window.hacked=1> **lessons** $x$ ![](http://evil.example/x.png)"
    ask(page, question, answers=2)
    assert page.locator(".answer h3").last.inner_text() == question
    assert page.locator(".answer :is(img, script, i, strong, .katex)").count() == 0
    assert page.evaluate("window.hacked") is None


def test_server_asks_no_other_host(open_page: OpenPage, hosts: list[str]) -> None:
    page = open_page()
    ask(page, CASELOADS)
    page.wait_for_timeout(500)
    assert set(hosts) <= {"127.0.0.1"}


# The source page


def test_marked_boxes_lie_on_the_quoted_characters(open_page: OpenPage, address_of: AddressOf, server: str) -> None:
    page = open_page(address_of("northmoor - 12", OVER_PAGES))
    original = page.get_by_role("link", name=re.compile("^Open northmoor")).get_attribute("href")
    assert original is not None
    data = page.request.get(f"{server}/documents/{original}").body()
    pdf = pypdfium2.PdfDocument(data)
    found = []
    for figure in page.locator("figure").all():
        sheet = pdf[int((figure.get_attribute("id") or "").removeprefix("picture-")) - 1]
        picture = figure.locator("img").bounding_box()
        assert picture is not None
        wide, high = sheet.get_width() / picture["width"], sheet.get_height() / picture["height"]
        for rect in figure.locator("rect").all():
            box = rect.bounding_box()
            assert box is not None
            x, y = box["x"] - picture["x"], box["y"] - picture["y"]
            lower, upper = sheet.get_height() - (y + box["height"]) * high, sheet.get_height() - y * high
            found.append(sheet.get_textpage().get_text_bounded(x * wide, lower, (x + box["width"]) * wide, upper))
    assert " ".join(text.strip() for text in found) == OVER_PAGES


def test_source_page_opens_at_the_mark_without_script(browser: Any, server: str, address_of: AddressOf) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(server + address_of("complaints", "replies within ten working days") + "#passage")
    box = page.locator("mark").first.bounding_box()
    context.close()
    assert box is not None
    assert 0 < box["y"] < 700


# Keyboard and screen readers


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
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    assert "/documents/" in opened.value.url


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
    assert set(said[:-1]) <= {"Searching"}
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
    found["answered"] = violations(page)
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
