"""How the page shows what is no plain answer: false premises, several authorities, filters that hold nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from assistant.answer import Citation
from assistant.assistant import Assistant
from assistant.scope import Scope
from assistant.web.markup import marked
from assistant.web.replies import groups
from assistant.web.threads import Asking, from_address
from assistant.web.turns import links
from tests.web.browsing import CASELOADS, OpenPage, announced, ask, overflow, violations, wait_for_answers

if TYPE_CHECKING:
    from playwright.sync_api import Page

CASELOADS_IN = "How manageable are caseloads for social workers in Northmoor in"
BOTH = "How are the caseloads of social workers in Northmoor, Southvale and Sheffield?"
FALSE_PREMISE = "Why was Northmoor rated inadequate in 2022?"
LATER = "A later inspection exists (June 2022)."


def levels(page: Page) -> list[int]:
    """The levels of the page's visible headings, in order."""
    found: list[int] = page.locator(":is(h1, h2, h3, h4):visible").evaluate_all("all => all.map(e => +e.tagName[1])")
    return found


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (320, "dark")])
def test_a_false_premise_is_said_and_what_was_judged_is_quoted(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(width=width, scheme=scheme)
    ask(page, FALSE_PREMISE)
    answer = page.locator(".answer.refused")
    reason = "Your question assumes a grade of “inadequate”. That is not the judgement in the documents searched."
    assert answer.locator(".refusal").inner_text() == f"Not what inspectors judged\n\n{reason}"
    assert answer.get_by_role("heading", level=4).all_inner_texts() == [
        "What inspectors judged",
        "The passages these quotations come from",
    ]
    assert "Good" in answer.locator(".quote").first.inner_text()
    words = announced(page)
    assert words.startswith(f"Not what inspectors judged. {reason} 1 quotation. First: ")
    assert "No answer found" not in page.locator("body").inner_text()
    assert all(after - before <= 1 for before, after in zip(levels(page), levels(page)[1:], strict=False))
    assert (violations(page), overflow(page)) == ([], 0)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
def test_several_authorities_stand_each_under_its_name(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(width=width, scheme=scheme)
    ask(page, BOTH)
    answer = page.locator(".answer.answered")
    names = answer.get_by_role("heading", level=4).all_inner_texts()[:-1]
    assert sorted(names) == ["Northmoor", "Southvale"]
    for quotation in answer.locator(".quote").all():
        name = quotation.evaluate(
            "e => { while (e.tagName !== 'H4') { e = e.previousElementSibling; } return e.textContent; }"
        )
        assert quotation.locator(".cite").inner_text().startswith(name)
    assert answer.locator(".missing").inner_text() == "There is no report on Sheffield here."
    assert "There is no report on Sheffield here. First: " in announced(page)
    assert (violations(page), overflow(page)) == ([], 0)


def test_rows_of_a_table_stand_each_on_its_line() -> None:
    quoted = marked("Overall effectiveness\tGood\nLeaders\tOutstanding", 0, ())
    assert quoted == "Overall effectiveness – Good<br>Leaders – Outstanding"


@pytest.mark.browser
def test_judgements_are_announced_in_short(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "How was Northmoor judged in 2022?")
    assert announced(page) == "Answer ready: Northmoor was judged good overall in June 2022. A table of 2 rows."
    assert (violations(page), overflow(page)) == ([], 0)


@pytest.mark.browser
def test_filters_that_hold_nothing_can_be_left_out(open_page: OpenPage) -> None:
    page = open_page(f"/chat/#q={quote(CASELOADS)}&authority=Nowhere")
    wait_for_answers(page, 1)
    refusal = page.locator(".answer.refused .refusal")
    assert "No document matches your filters: Nowhere." in refusal.inner_text()
    assert page.get_by_label("Authority").input_value() == "Nowhere"
    page.get_by_role("heading", name="You could ask").wait_for()
    refusal.get_by_role("link", name="Ask without your filters").click()
    page.locator(".answer.answered").wait_for()
    assert "Searched: Northmoor, inspection of June 2022." in page.locator(".answer").inner_text()
    assert page.get_by_label("Authority").input_value() == ""
    page.wait_for_function("() => document.activeElement === document.querySelector('.answer h3')")


@pytest.mark.browser
def test_what_is_suggested_beyond_empty_filters_is_answered(open_page: OpenPage) -> None:
    page = open_page(f"/chat/#q={quote(CASELOADS)}&authority=Nowhere")
    page.get_by_role("heading", name="You could ask").wait_for()
    page.locator("#next .ask").first.click()
    wait_for_answers(page, 2)
    assert page.locator(".answer").last.locator(".quote").count() >= 1


@pytest.mark.browser
def test_authorities_that_are_not_held_lead_to_what_is(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "How high are caseloads in Sheffield?")
    refusal = page.locator(".answer.refused .refusal")
    assert "There is no report on Sheffield here." in refusal.inner_text()
    assert refusal.get_by_role("link", name="All documents").get_attribute("href") == "../documents/"
    page.get_by_role("heading", name="You could ask").wait_for()
    page.locator("#next .ask").first.click()
    wait_for_answers(page, 2)
    assert page.locator(".answer").last.locator(".quote").count() >= 1


def test_a_later_inspection_is_said_once_of_each_older_one(assistant: Assistant) -> None:
    def cited(question: str) -> Citation:
        return assistant.ask(question, on=date(2026, 3, 2)).citations[0]

    caseloads_2018, housing_2018 = cited(f"{CASELOADS_IN} 2018?"), cited("Do care leavers in Northmoor in 2018 wait?")
    caseloads_2022, southvale = cited(CASELOADS), cited("How do caseloads in Southvale vary?")

    def said(*citations: Citation) -> list[str]:
        numbered = tuple(replace(citation, number=number) for number, citation in enumerate(citations, 1))
        answer = replace(assistant.ask(CASELOADS), citations=numbered)
        return [quotation.later for _, quotations in groups(answer) for quotation in quotations]

    assert said(caseloads_2018, southvale, housing_2018) == [LATER, "", ""]
    assert said(caseloads_2018, caseloads_2022, housing_2018) == [LATER, "", LATER]
    assert said(caseloads_2022, southvale) == ["", ""]


def test_a_question_without_its_filters_keeps_what_it_names(assistant: Assistant) -> None:
    asking = Asking(CASELOADS, Scope("Southvale", 2018, 2021), on=date(2026, 3, 2))
    [asked] = from_address(links(assistant, asking, ()).unlimited).askings
    assert asked == Asking(CASELOADS, on=date(2026, 3, 2))
    assert from_address("q=x&authority=Southvale&from=2018&unlimited=1").askings == (Asking("x"),)
