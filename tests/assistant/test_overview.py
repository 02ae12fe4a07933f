"""What a report says as a whole: its summary, what it praises, what has to improve."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.overview import overview_asked
from assistant.summaries import OF_THE_SUMMARY
from tests.assistant.conftest import assistant_of

FRONT = """---
title: Inspection of Exham children's services
authority: Exham
kind: report
inspection_start: {0}-02-07
inspection_end: {0}-02-11
publication_date: {0}-03-28
---
# Inspection of Exham children's services

| Judgement | Grade |
|---|---|
| Overall effectiveness | {1} |

"""
OF_2022 = (
    FRONT.format(2022, "Good")
    + """Lead inspector: Jo Ward, who came with three others on inspection dates in February.

Services for children in Exham are much better than they were four years ago. They are now good for most children.

Leaders are ambitious for children and know their services well. However, plans for care leavers are often too late.

Social workers are skilled and stay, so that children know them well.

## What needs to improve

- The timeliness of plans for care leavers.
- Highly effective visits to children who live far away.

## Help and protection

1. Managers are strong and effective leaders of social workers who visit children on time.
"""
)
OF_2018 = (
    FRONT.format(2018, "Inadequate")
    + """Services for children in Exham are failing and children wait too long for help.

## What needs to improve

- The response to children at risk.
- The number of social workers.

## Help and protection

1. Children wait for weeks.
"""
)


@pytest.fixture(scope="module")
def exham(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    files = {"exham 2022.md": OF_2022, "exham 2018.md": OF_2018}
    with assistant_of(tmp_path_factory.mktemp("overview"), files) as assistant:
        yield assistant


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("words", "overview"),
    [
        ("Summarise the latest report on", "summary"),
        ("key findings", "summary"),
        ("What were the main findings in", "summary"),
        ("strengths and weaknesses", "summary"),
        ("What are 's strengths?", "strengths"),
        ("What are ' strengths?", "strengths"),
        ("what does do well", "strengths"),
        ("What’s good about", "strengths"),
        ("What did inspectors praise in", "strengths"),
        ("were there any strengths?", "strengths"),
        ("What's wrong with", "weaknesses"),
        ("what is not working well", "weaknesses"),
        ("What concerns did Ofsted have about", "weaknesses"),
        ("and what is still wrong?", "weaknesses"),
        ("Is good?", ""),
        ("Did it do well?", ""),
        ("How good is", ""),
        ("problems with caseloads", ""),
        ("What did it do well on early help?", ""),
        ("What are the strengths of early help?", ""),
        ("What needs to improve?", ""),
        ("", ""),
    ],
)
def test_only_what_has_no_subject_of_its_own_asks_for_a_report_as_a_whole(words: str, overview: str) -> None:
    assert overview_asked(words) == overview


def test_a_report_is_summed_up_by_its_judgement_and_its_own_summary(exham: Assistant) -> None:
    answer = exham.ask("Summarise the latest report on Exham")
    assert quotes(answer) == [
        "Overall effectiveness\tGood",
        "Services for children in Exham are much better than they were four years ago.",
        "Leaders are ambitious for children and know their services well.",
        "Social workers are skilled and stay, so that children know them well.",
    ]
    assert answer.notes == (OF_THE_SUMMARY,)
    assert answer.text.startswith(OF_THE_SUMMARY)
    assert answer.understood.filter == "Exham, the latest inspection"


def test_what_is_praised_is_said_without_reservation_and_not_to_be_improved(exham: Assistant) -> None:
    answer = exham.ask("What are Exham's strengths?")
    assert quotes(answer)[1:] == [
        "Leaders are ambitious for children and know their services well.",
        "Social workers are skilled and stay, so that children know them well.",
    ]
    assert not [quote for quote in quotes(answer) if "late" in quote or "far away" in quote]


def test_where_nothing_is_praised_nothing_is_quoted(exham: Assistant) -> None:
    answer = exham.ask("What was praised in Exham in 2018?")
    assert (answer.status, quotes(answer)) == ("refused", [])


def test_what_is_wrong_is_what_has_to_improve(exham: Assistant) -> None:
    now = ["The timeliness of plans for care leavers.", "Highly effective visits to children who live far away."]
    assert quotes(exham.ask("What's wrong with Exham?")) == now
    assert quotes(exham.ask("main weaknesses Exham")) == now
    then = exham.ask("What problems did inspectors find in Exham in 2018?")
    assert quotes(then) == ["The response to children at risk.", "The number of social workers."]


def test_a_follow_up_may_ask_for_it_too_or_for_another_time(exham: Assistant) -> None:
    first = exham.ask("What are Exham's weaknesses?")
    praised = exham.ask("were there any strengths?", [first])
    assert "Leaders are ambitious for children and know their services well." in quotes(praised)
    before = exham.ask("and in 2018?", [first])
    assert quotes(before) == ["The response to children at risk.", "The number of social workers."]
    other = exham.ask("Do social workers visit children on time?", [first])
    assert "visit children on time" in quotes(other)[0]


def test_after_why_a_grade_was_given_that_is_not_asked_again(exham: Assistant) -> None:
    why = exham.ask("Why was Exham rated inadequate?")
    assert quotes(why)[0] == "Overall effectiveness\tInadequate"
    after = exham.ask("and do children wait for help?", [why])
    assert "Overall effectiveness\tInadequate" not in quotes(after)
    assert "Children wait for weeks." in quotes(after)
    assert after.understood.filter == "Exham, February 2018"
