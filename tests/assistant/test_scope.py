"""What a reader limits the search to: an authority, the years of inspections."""

from __future__ import annotations

import pytest

from assistant.assistant import Assistant
from assistant.scope import Scope


@pytest.mark.parametrize(
    ("scope", "years", "words"),
    [
        (Scope(), "", ""),
        (Scope("Exham"), "", "Exham"),
        (Scope("Exham", 2018), "inspections from 2018", "Exham, inspections from 2018"),
        (Scope("", None, 2018), "inspections until 2018", "inspections until 2018"),
        (Scope("", 2014, 2018), "inspections of 2014 to 2018", "inspections of 2014 to 2018"),
        (Scope("", 2018, 2018), "inspections of 2018", "inspections of 2018"),
    ],
)
def test_words(scope: Scope, years: str, words: str) -> None:
    assert (scope.years, scope.words) == (years, words)
    assert bool(scope) == bool(words)


def test_only_what_lies_within_is_searched(assistant: Assistant) -> None:
    answer = assistant.ask("How high are caseloads?", scope=Scope("Exham", 2022))
    assert {hit.passage.document.path for hit in answer.passages} == {"exham-2022.md"}
    assert answer.understood.filter == "Exham, inspections from 2022"
    assert "fourteen children" in answer.citations[0].quote
    lifted = assistant.ask("How high are caseloads?", scope=Scope("Exham", 2022), everywhere=True)
    assert len({hit.passage.document.path for hit in lifted.passages}) == 3


def test_a_follow_up_moves_to_the_authority_that_was_chosen(assistant: Assistant) -> None:
    first = assistant.ask("How high are caseloads in Exham?")
    then = assistant.ask("and in 2021?", [first], scope=Scope("Wyham and Zed"))
    assert then.understood.authorities == ("Wyham and Zed",)
    assert "steady" in then.citations[0].quote


@pytest.mark.parametrize(
    ("question", "scope", "reason"),
    [
        (
            "How high are caseloads in Exham?", Scope("Wyham and Zed"),
            "The question is about Exham. You limited the search to Wyham and Zed.",
        ),
        (
            "What did the 2018 report on Exham say of caseloads?", Scope("Exham", 2020),
            "There is no report of 2018 on Exham here; there are inspections of 2022."
            " You limited the search to Exham, inspections from 2020.",
        ),
        (
            "How high are caseloads?", Scope("Exham", None, 2001),
            "No document matches your filters: Exham, inspections until 2001.",
        ),
    ],
)  # fmt: skip
def test_what_lies_beyond_is_said(assistant: Assistant, question: str, scope: Scope, reason: str) -> None:
    answer = assistant.ask(question, scope=scope)
    assert (answer.status, answer.refusal_reason) == ("refused", reason)
    assert answer.citations == ()


def test_the_newest_inspection_is_the_newest_of_those_chosen(assistant: Assistant) -> None:
    answer = assistant.ask("How high are Exham's caseloads at the latest inspection?", scope=Scope("", None, 2020))
    assert {hit.passage.document.path for hit in answer.passages} == {"exham-2018.md"}
