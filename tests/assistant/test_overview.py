"""What a report says as a whole: its summary, what it praises, what has to improve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.overview import overview_asked
from assistant.overview_answer import BOTH, NO_PRAISE, NO_REPORT, OF_THE_SUMMARY, TO_BE_IMPROVED
from assistant.summaries import ONE_AT_A_TIME
from tests.assistant.conftest import assistant_of
from tests.register_files import OVERALL, article, report


def exham_in(year: int, grade: str, begins: str, found: str = "1. Managers read each file.") -> str:
    days = (f"{year}-02-07", f"{year}-02-11")
    return report("Exham", days, f"{year}-03-28", {OVERALL: grade}, found=found, begins=begins)


OF_2022 = exham_in(
    2022,
    "Good",
    """Lead inspector: Jo Ward, who came with three others on inspection dates in February.

Services for children in Exham are much better than they were four years ago. They are now good for most children.

Leaders are ambitious for children. However, plans for care leavers are often too late.

Social workers are skilled and stay, so that children know them well.

## What needs to improve

- The timeliness of plans for care leavers.
- Highly effective visits to children who live far away.

""",
    "1. Managers are strong and effective leaders of social workers who visit children on time.",
)
OF_2018 = exham_in(
    2018,
    "Inadequate",
    """Services for children in Exham are failing and children wait too long for help.

## What needs to improve

- The response to children at risk.
- The number of social workers.

""",
    "1. Children wait for weeks.",
)
PRAISED = [
    "Services for children in Exham are much better than they were four years ago.",
    "Social workers are skilled and stay, so that children know them well.",
]
NOW = ["The timeliness of plans for care leavers.", "Highly effective visits to children who live far away."]


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
        ("strengths and weaknesses", "both"),
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
        ("Has got any weaknesses?", "weaknesses"),
        ("What isn't working in", "weaknesses"),
        ("what are they not so good at?", "weaknesses"),
        ("Was there anything good in the report?", "strengths"),
        ("What did inspectors like about", "strengths"),
        ("what is like?", "summary"),
        ("what were they like?", ""),
        ("pros and cons of", "both"),
        ("Summarise the strengths of", "strengths"),
        ("What are they doing right in", "strengths"),
        ("three things to put right?", ""),
        ("strengths and areas for improvement", "both"),
        ("In a nutshell, what did Ofsted say about", "summary"),
        ("What could do better?", "weaknesses"),
        ("Does it have good leaders?", ""),
        ("Are the services poor in", ""),
        ("What has the council done about its weaknesses?", ""),
        ("What are children's concerns in", ""),
        ("What are services like for care leavers?", ""),
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
        "Leaders are ambitious for children. However, plans for care leavers are often too late.",
        "Social workers are skilled and stay, so that children know them well.",
    ]
    assert answer.notes == (OF_THE_SUMMARY,)
    assert answer.text.startswith(OF_THE_SUMMARY)
    assert answer.understood.filter == "Exham, the latest inspection"


def test_what_is_praised_is_said_without_reservation_and_not_to_be_improved(exham: Assistant) -> None:
    assert quotes(exham.ask("What are Exham's strengths?")) == PRAISED


def test_where_nothing_is_praised_nothing_is_quoted(exham: Assistant) -> None:
    answer = exham.ask("What was praised in Exham in 2018?")
    assert (answer.status, answer.refusal_reason, quotes(answer)) == ("refused", NO_PRAISE, [])


def test_praise_that_the_next_sentence_takes_back_is_none(tmp_path: Path) -> None:
    text = exham_in(
        2022,
        "Good",
        "Audits are timely and thorough. However, they are not acted on.\n\n"
        "Foster carers are highly valued. The impact of their training is not known.\n\n"
        "Early help is effective for families. Schools are part of it.\n\n",
    )
    with assistant_of(tmp_path, {"exham.md": text}) as assistant:
        assert quotes(assistant.ask("What are Exham's strengths?")) == ["Early help is effective for families."]


def test_strengths_and_weaknesses_are_both_given(exham: Assistant) -> None:
    answer = exham.ask("pros and cons of Exham")
    assert answer.notes == (BOTH,)
    assert quotes(answer) == [*PRAISED, *NOW]
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))


def test_a_year_without_a_report_is_said(exham: Assistant) -> None:
    answer = exham.ask("Key findings for Exham in 2020")
    assert answer.status == "refused"
    assert answer.refusal_reason == (
        "There is no report of 2020 on Exham here; there are inspections of 2018 and 2022."
    )


def test_what_is_told_of_an_authority_is_the_summary(exham: Assistant) -> None:
    summary = quotes(exham.ask("Summarise the latest report on Exham"))
    assert quotes(exham.ask("Tell me about the Exham report")) == summary
    assert quotes(exham.ask("What did Ofsted say about Exham?")) == summary


def test_of_several_authorities_at_once_it_is_asked_which(tmp_path: Path) -> None:
    other = OF_2022.replace("Exham", "Wyham")
    with assistant_of(tmp_path, {"exham.md": OF_2022, "wyham.md": other}) as assistant:
        answer = assistant.ask("What are the key findings?")
        assert (answer.status, answer.refusal_reason) == ("refused", ONE_AT_A_TIME)
        assert quotes(assistant.ask("What are the key findings on Wyham?"))


def test_what_is_wrong_is_what_has_to_improve(exham: Assistant) -> None:
    answer = exham.ask("What's wrong with Exham?")
    assert (answer.notes, quotes(answer)) == ((TO_BE_IMPROVED,), NOW)
    assert quotes(exham.ask("main weaknesses Exham")) == NOW
    then = exham.ask("What problems did inspectors find in Exham in 2018?")
    assert quotes(then) == ["The response to children at risk.", "The number of social workers."]


def test_a_follow_up_may_ask_for_it_too_or_for_another_time(exham: Assistant) -> None:
    first = exham.ask("What are Exham's weaknesses?")
    praised = exham.ask("were there any strengths?", [first])
    assert quotes(praised) == PRAISED
    assert praised.understood.filter == "Exham, the latest inspection"
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


def test_after_a_subject_of_its_own_a_follow_up_stays_with_it(exham: Assistant) -> None:
    first = exham.ask("How are plans for care leavers in Exham?")
    problems = exham.ask("any problems?", [first])
    assert not problems.understood.overview
    assert exham.ask("any problems in the report?", [first]).understood.overview == "weaknesses"


def test_a_report_of_an_older_form_is_summed_up_under_its_heading(tmp_path: Path) -> None:
    text = exham_in(
        2015,
        "Inadequate",
        "Published in 2015. This document may be reproduced in whole for any purpose.\n\n"
        "## Executive summary\n\n"
        "This executive summary should be read with the rest.\n\n"
        "Social workers are skilled. They know families well.\n\n"
        "The LSCB is effective and works well with schools.\n\n"
        "- The lead inspector came with a team of six.\n- Managers are trusted by those whom they lead.\n\n"
        "Children wait too long for a first visit.\n\n"
        "## Priority and immediate action\n\n"
        "- Ensure effective leadership of all services.\n- Ensure that visits are timely.\n\n",
    )
    with assistant_of(tmp_path, {"exham.md": text}) as assistant:
        assert quotes(assistant.ask("Summarise the Exham report")) == [
            "Overall effectiveness\tInadequate",
            "Social workers are skilled. They know families well.",
            "Managers are trusted by those whom they lead.",
            "Children wait too long for a first visit.",
        ]
        assert quotes(assistant.ask("What was good in Exham in 2015?")) == [
            "Social workers are skilled. They know families well."
        ]
        wrong = ["Ensure effective leadership of all services.", "Ensure that visits are timely."]
        assert quotes(assistant.ask("What was wrong in Exham in 2015?")) == wrong


def test_a_report_goes_before_the_news_and_what_is_no_report_is_said_to_be_none(tmp_path: Path) -> None:
    news = article("Exham in the news", ("2022-02-01", "2022-02-28"), "Services in Exham are highly praised by all.")
    with assistant_of(tmp_path / "both", {"exham.md": OF_2022, "news.md": news}) as assistant:
        assert quotes(assistant.ask("What are Exham's strengths?")) == PRAISED
    with assistant_of(tmp_path / "news", {"news.md": news}) as assistant:
        answer = assistant.ask("What are the strengths of Exham?")
        assert quotes(answer) == ["Services in Exham are highly praised by all."]
        assert answer.notes == (NO_REPORT.format(kind="News article"),)
    page = OF_2022.replace("kind: report", "kind: summary")
    with assistant_of(tmp_path / "summary", {"page.md": page}) as assistant:
        for question in ("Summarise the Exham report", "pros and cons of Exham", "What is wrong with Exham?"):
            [note] = assistant.ask(question).notes
            assert note == NO_REPORT.format(kind="Summary, not Ofsted's words")


def test_nothing_is_said_of_the_summary_where_only_the_judgement_is_found(tmp_path: Path) -> None:
    with assistant_of(tmp_path, {"exham.md": exham_in(2022, "Good", "")}) as assistant:
        answer = assistant.ask("Summarise the Exham report")
        assert (answer.notes, quotes(answer)) == ((), ["Overall effectiveness\tGood"])


def test_what_is_quoted_is_among_the_passages_the_best_first(exham: Assistant) -> None:
    answer = exham.ask("Summarise the latest report on Exham")
    scores = [hit.score for hit in answer.passages]
    assert scores == sorted(scores, reverse=True)
    assert {c.start for c in answer.citations} <= {
        offset for hit in answer.passages for offset in range(hit.passage.start, hit.passage.end)
    }
