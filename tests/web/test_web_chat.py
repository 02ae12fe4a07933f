"""The chat in a real browser: asking, filters, what stands beside it, what is remembered, links to answers."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from starlette.routing import Mount

from assistant.answer import Answer
from assistant.assistant import Assistant
from tests.web.browsing import CASELOADS, OFF_TOPIC, QUOTED, OpenPage, announced, ask, wait_for_answers

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

THEN_2018 = "And were the caseloads of social workers manageable in 2018?"
NARROW = 1000  # pixels: too narrow for the source beside the conversation


def remembered(page: Page) -> str:
    """The conversation that the browser keeps for this tab."""
    return str(page.evaluate("sessionStorage.getItem('conversation') ?? ''"))


def headings(page: Page) -> list[str]:
    """The questions that are answered, in order."""
    return page.locator(".answer h3").all_inner_texts()


# Asking


def test_answer_is_cited_and_opens_at_the_words_in_a_new_tab(open_page: OpenPage) -> None:
    page = open_page(width=NARROW)
    ask(page, CASELOADS)
    answer = page.locator(".answer")
    assert answer.get_by_role("heading", level=3).inner_text() == CASELOADS
    searched = "Searched: Northmoor, inspection of June 2022. Search all documents instead"
    assert answer.locator(".searched").inner_text() == searched
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
    assert source.locator("#passage").evaluate("e => e.matches(':target')")
    box = source.locator("#passage rect").bounding_box()
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


def test_refusal_says_why_shows_what_is_closest_and_what_to_ask(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, OFF_TOPIC)
    answer = page.locator(".answer.refused")
    assert answer.locator(".quote").count() == 0
    assert "No answer found" in answer.inner_text()
    assert "Closest passages, which may not answer your question" in answer.inner_text()
    assert answer.locator(".passage").count() >= 3
    assert announced(page).startswith("No answer found.")
    assert answer.locator(".lift").count() == 0
    page.get_by_role("heading", name="You could ask").wait_for()
    better = page.locator("#next .ask").first
    question = better.inner_text()
    better.click()
    wait_for_answers(page, 2)
    assert headings(page)[1].startswith(question)
    assert page.locator(".answer").nth(1).locator(".quote").count() >= 1


def test_follow_up_keeps_the_authority(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, CASELOADS)
    ask(page, THEN_2018, answers=2)
    last = page.locator(".answer").last
    assert "Searched: Northmoor, inspection of March 2018." in last.inner_text()
    assert "unmanageable caseloads of thirty" in last.locator(".quote").first.inner_text()
    page.get_by_role("button", name="Clear and start a new conversation").press("Enter")
    page.locator(".answer").first.wait_for(state="detached")
    ask(page, "How are caseloads of social workers?")
    assert page.locator(".answer .lift").count() == 0


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
    assert box.get_attribute("aria-invalid") is None


def test_page_says_what_is_covered_and_what_to_ask(open_page: OpenPage) -> None:
    page = open_page()
    covers = page.locator("#introduction").inner_text()
    assert "Check the source before you rely on it." in covers
    assert re.search(r"Covers 3 reports .+ Newest inspection: June 2022\. Last updated: .+ 1 file could not be", covers)
    examples = page.locator("#examples .ask")
    assert examples.count() >= 1
    question = examples.first.inner_text()
    examples.first.click()
    wait_for_answers(page, 1)
    assert headings(page) == [question]
    assert page.locator(".answer .quote").count() >= 1
    page.locator("#examples").wait_for(state="hidden")
    page.wait_for_function("() => document.activeElement.tagName === 'H3'")


def test_what_to_ask_next_is_answered_within_the_conversation(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, CASELOADS)
    page.get_by_role("heading", name="Ask next").wait_for()
    page.locator("#next .ask").first.click()
    wait_for_answers(page, 2)
    assert headings(page)[0] == CASELOADS
    assert page.locator(".answer").nth(1).locator(".quote").count() >= 1
    page.wait_for_function("() => document.activeElement === document.querySelectorAll('.answer h3')[1]")


def test_hostile_documents_and_questions_stay_text(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Are beekeeping lessons in Eastby well attended?")
    text = page.locator(".answer").inner_text()
    assert "<script>window.hacked=1</script>" in text
    assert "${window.hacked=1} {{7*7}}" in text
    assert "<i>Eastby</i>" in text
    question = "beekeeping <img src=x onerror=window.hacked=1> **lessons** $x$ ![](http://evil.example/x.png)"
    ask(page, question, answers=2)
    assert headings(page)[-1] == question
    assert page.locator(".answer :is(img, script, i, strong, .katex)").count() == 0
    assert page.evaluate("window.hacked") is None


def test_server_asks_no_other_host(open_page: OpenPage, hosts: list[str]) -> None:
    page = open_page()
    ask(page, CASELOADS)
    page.wait_for_timeout(500)
    assert set(hosts) <= {"127.0.0.1"}


# What is searched


def test_filter_of_a_question_can_be_lifted(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "What do adopters in Northmoor say about support after placement?")
    ask(page, CASELOADS, answers=2)
    first = page.locator(".answer").first
    assert "Southvale" not in first.inner_text()
    first.get_by_role("link", name="Search all documents instead").click()
    first.locator(".quote").filter(has_text="Adopters in Southvale").wait_for()
    assert first.locator(".lift").count() == 0
    page.wait_for_function("() => document.activeElement === document.querySelector('.answer h3')")
    assert headings(page)[1] == CASELOADS  # what came after stays


def test_search_is_limited_by_ordinary_controls(open_page: OpenPage) -> None:
    page = open_page()
    authority = page.get_by_label("Authority")
    assert authority.locator("option").all_inner_texts() == [
        "All authorities",
        "<i>Eastby</i>",
        "Northmoor",
        "Southvale",
    ]
    authority.select_option("Northmoor")
    page.get_by_label("Inspections to").select_option("2018")
    ask(page, "How are the caseloads of social workers?")
    answer = page.locator(".answer")
    assert "Searched: Northmoor, inspection of March 2018." in answer.inner_text()
    assert "unmanageable caseloads of thirty" in answer.locator(".quote").first.inner_text()
    ask(page, "How are caseloads of social workers in Southvale?", answers=2)
    assert "You limited the search to Northmoor, inspections until 2018." in page.locator(".answer").last.inner_text()
    page.locator(".answer").last.get_by_role("link", name="Ask without your filters").click()
    page.locator(".answer").last.locator(".quote").filter(has_text="vary between teams").wait_for()


# The source beside the conversation


def test_source_opens_beside_the_conversation_and_the_focus_comes_back(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, CASELOADS)
    link = page.locator(".quote").filter(has_text=QUOTED).get_by_role("link").first
    assert link.inner_text().endswith("(opens beside the conversation)")
    link.focus()
    page.keyboard.press("Enter")
    source = page.frame_locator("#source-view")
    source.locator("#passage").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'source-view'")
    source.locator("#passage:focus").wait_for()
    assert source.locator("mark").all_inner_texts() == [QUOTED]
    assert page.get_by_role("complementary").get_by_role("heading").inner_text() == "Northmoor, 12 August 2022, page 2"
    in_view = page.frames[1].evaluate("(() => { const b = document.querySelector('#passage').getBoundingClientRect();"
                                      " return b.top >= 0 && b.bottom <= innerHeight; })()")  # fmt: skip
    assert in_view
    page.keyboard.press("Escape")
    page.locator("#source").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "cite"
    assert page.evaluate("document.activeElement.closest('.quote') !== null")
    page.keyboard.press("Enter")
    source.locator("#passage:focus").wait_for()
    page.get_by_role("button", name="Close the source").click()
    page.locator("#source").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "cite"
    assert len(page.context.pages) == 1


@pytest.mark.parametrize("path", ["northmoor - 12", "notes"])
def test_conversation_stays_where_it_is_when_a_source_opens(open_page: OpenPage, path: str) -> None:
    page = open_page()
    ask(page, {"northmoor - 12": CASELOADS, "notes": "Was the ferry timetable agreed?"}[path])
    ask(page, THEN_2018, answers=2)
    link = page.locator(".answer").first.locator(".quote .cite").first
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(700)  # the page has moved to the newest answer, and back
    for _ in range(2):  # the second time it is there already
        before = link.bounding_box()
        link.click()
        page.frame_locator("#source-view").locator("#passage:focus").wait_for()
        page.wait_for_timeout(500)
        after = link.bounding_box()
        assert before is not None
        assert after is not None
        assert after["y"] == pytest.approx(before["y"], abs=2)
        assert (
            page.frame_locator("#source-view")
            .locator("#passage")
            .evaluate("e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight; }")
        )


def test_source_is_not_beside_what_becomes_narrow(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, CASELOADS)
    page.locator(".quote .cite").first.click()
    page.frame_locator("#source-view").locator("#passage").wait_for()
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.locator("#source").wait_for(state="hidden")


# What is remembered, and links


def test_conversation_survives_a_reload_and_ends_with_the_tab(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, CASELOADS)
    ask(page, THEN_2018, answers=2)
    before = page.locator(".answer").all_inner_texts()
    page.reload()
    wait_for_answers(page, 2)
    assert page.locator(".answer").all_inner_texts() == before
    assert announced(page).startswith("Answer ready: ")
    assert page.evaluate("[document.cookie, localStorage.length, indexedDB === undefined]") == ["", 0, False]
    another = page.context.new_page()
    another.goto(page.url)
    another.get_by_label("Your question").wait_for()
    another.wait_for_timeout(1500)
    assert another.locator(".answer").count() == 0
    assert remembered(another) == ""


def test_new_conversation_forgets_the_old_one(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Authority").select_option("Northmoor")
    ask(page, "How are the caseloads of social workers?")
    page.get_by_role("button", name="Clear and start a new conversation").press("Enter")
    page.locator(".answer").first.wait_for(state="detached")
    assert remembered(page) == ""
    assert page.get_by_label("Authority").input_value() == ""
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.locator("#examples .ask").first.wait_for()
    page.reload()
    page.get_by_label("Your question").wait_for()
    page.wait_for_timeout(1500)
    assert page.locator(".answer").count() == 0


def test_address_asks_a_question_and_forgets_it(open_page: OpenPage) -> None:
    page = open_page("/health")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    origin = page.url.removesuffix("/health")
    page.goto(f"{origin}/chat/?q={quote('How are the caseloads of social workers?')}&authority=Northmoor&from=2021")
    wait_for_answers(page, 1)
    assert "Searched: Northmoor, inspection of June 2022." in page.locator(".answer").inner_text()
    assert QUOTED in page.locator(".answer .quote").first.inner_text()
    assert page.url == f"{origin}/chat/"
    assert page.get_by_label("Authority").input_value() == "Northmoor"
    assert page.get_by_label("Inspections from").input_value() == "2021"
    assert [address for address in asked if "caseloads" in address] == asked[:1]


def test_link_to_an_answer_gives_the_same_answer_again(open_page: OpenPage) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, CASELOADS)
    ask(page, THEN_2018, answers=2)
    before = page.locator(".answer").all_inner_texts()
    page.locator(".answer").last.get_by_role("link", name="Copy a link to this answer").click()
    page.get_by_text("Link copied").first.wait_for()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    assert "#" in link
    assert "?" not in link.partition("#")[0]  # a server is never told what stands behind #
    another = page.context.new_page()
    another.goto(link)
    wait_for_answers(another, 2)
    assert another.locator(".answer").all_inner_texts() == before
    assert another.locator("#problem p").count() == 0
    another.goto(re.sub(r"of=\w+", "of=0123456789ab", link))
    another.locator("#problem").get_by_text("The documents have changed since these answers were given").wait_for()
    wait_for_answers(another, 2)


@pytest.mark.parametrize(
    ("address", "words"),
    [("#q=caseloads&from=never", "The link names the year “never”"), ("#q=%20", "The question is empty.")],
)
def test_link_that_asks_nothing_says_so(open_page: OpenPage, address: str, words: str) -> None:
    page = open_page(f"/chat/{address}")
    page.locator("#problem").get_by_text(words).wait_for()
    assert page.locator(".answer").count() == 0
    ask(page, CASELOADS)


# What goes wrong on the way


def test_connection_that_was_lost_comes_back(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, CASELOADS)
    page.wait_for_timeout(500)
    page.route("**/queue/join*", lambda route: route.abort())
    page.get_by_label("Your question").fill(THEN_2018)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    page.unroute("**/queue/join*")
    page.wait_for_timeout(8000)  # Gradio looks for the server, and opens the page again when it is there
    page.get_by_label("Your question").wait_for()
    wait_for_answers(page, 1)
    ask(page, THEN_2018, answers=2)
    assert headings(page)[0] == CASELOADS


def test_server_that_forgot_the_conversation_is_told_it_again(open_page: OpenPage, app: FastAPI) -> None:
    page = open_page()
    ask(page, CASELOADS)
    page.wait_for_timeout(500)
    chat = next(route.app for route in app.routes if isinstance(route, Mount) and route.path == "/chat")
    chat.get_blocks().state_holder.session_data.clear()  # type: ignore[attr-defined]
    ask(page, THEN_2018, answers=2)
    assert headings(page)[0] == CASELOADS
    assert "Searched: Northmoor, inspection of March 2018." in page.locator(".answer").last.inner_text()


def test_what_is_typed_while_an_answer_is_on_its_way_stays(
    open_page: OpenPage, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_at_once = assistant.ask

    def ask_slowly(*arguments: Any, **named: Any) -> Answer:
        time.sleep(1)
        return ask_at_once(*arguments, **named)

    monkeypatch.setattr(assistant, "ask", ask_slowly)
    page = open_page()
    box = page.get_by_label("Your question")
    box.fill(CASELOADS)
    page.keyboard.press("Enter")
    page.locator(".pending").wait_for()
    box.fill("And what about foster carers?")
    page.keyboard.press("Enter")
    assert announced(page) == "Wait for the answer, then ask again."
    wait_for_answers(page, 1)
    page.wait_for_timeout(300)
    assert box.input_value() == "And what about foster carers?"
    assert headings(page) == [CASELOADS]


def test_a_question_clicked_twice_is_answered_and_announced_once(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#examples .ask").first.dblclick()
    wait_for_answers(page, 1)
    page.wait_for_timeout(1500)
    assert page.locator(".answer").count() == 1
    assert announced(page).startswith("Answer ready: ")


def test_page_stays_in_british_english(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, CASELOADS)
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    box = page.get_by_label("Your question", exact=True)
    hint = box.get_attribute("aria-describedby") or ""
    assert page.locator(f"#{hint}").inner_text() == "Do not enter names or details of children or families."


def test_years_the_wrong_way_round_are_said_to_be(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Inspections from").select_option("2022")
    page.get_by_label("Inspections to").select_option("2018")
    page.get_by_label("Your question").fill(CASELOADS)
    page.keyboard.press("Enter")
    page.locator("#problem").get_by_text("The first year is later than the last.").wait_for()
    page.get_by_label("Inspections to").select_option("2022")
    ask(page, CASELOADS)
