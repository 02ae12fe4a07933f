"""What is understood of a question."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.periods import Period
from assistant.question import DAYS, LEADER, LONGEST_QUESTION, OVERALL, BadQuestion, checked, within
from index.update import build
from tests.toy import ToyEncoder


def year(number: int) -> tuple[date, date]:
    return date(number, 1, 1), date(number, 12, 31)


@pytest.mark.parametrize(
    ("question", "authorities", "periods", "subject"),
    [
        ("How are caseloads in Exham?", ["Exham"], (), "How are caseloads in ?"),
        ("exhams caseloads", ["Exham"], (), "caseloads"),
        ("What did Exham council's managers do in 2018?", ["Exham"], (year(2018),), "What did managers do in ?"),
        ("Wyham fostering", ["Wyham and Zed"], (), "fostering"),
        ("Compare Exham and Wyham", ["Exham", "Wyham and Zed"], (), "Compare and"),
        ("Why did 1999 matter in Exham?", ["Exham"], (), "Why did 1999 matter in ?"),
        ("What about 2021?", [], (year(2021),), OVERALL),
        ("Exham", ["Exham"], (), OVERALL),
        ("How has Exham changed since 2018?", ["Exham"], (year(2018), year(2022)), "How has changed ?"),
        ("the July 2018 report", [], ((date(2018, 7, 1), date(2018, 7, 31)),), OVERALL),
        ("caseloads before 2018", [], (), "caseloads before 2018"),
        ("caseloads before 2019", [], (year(2018),), "caseloads"),
        ("What changed before 2019, and why?", [], (), "What changed before 2019, and why?"),
        ("caseloads before the 2022 inspection", [], (year(2022),), "caseloads before the inspection"),
        ("visits since July 2018", [], (year(2018), year(2021), year(2022)), "visits"),
        ("caseloads", [], (), "caseloads"),
    ],
)
def test_authorities_and_times(
    assistant: Assistant, question: str, authorities: list[str], periods: tuple[Period, ...], subject: str
) -> None:
    understood = assistant.understand(question)
    assert (sorted(understood.authorities), understood.periods) == (authorities, periods)
    assert understood.subject == subject


def paths(assistant: Assistant, question: str) -> list[str]:
    return [document.path for document in within(assistant.understand(question), assistant.documents())]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("caseloads 2018", ["exham-2018.md"]),
        ("caseloads July 2018", ["exham-2018.md"]),
        ("caseloads 2022", ["exham-2022.md"]),
        ("caseloads 2021", ["wyham.md"]),
        ("Exham caseloads at the latest inspection", ["exham-2022.md"]),
        ("caseloads at the latest inspections", ["exham-2022.md", "wyham.md"]),
        ("Exham caseloads", ["exham-2018.md", "exham-2022.md"]),
        ("How are Exham caseloads now?", ["exham-2022.md"]),
        ("How are caseloads now?", ["exham-2018.md", "exham-2022.md", "wyham.md"]),
        ("Exham and Wyham caseloads these days", ["exham-2022.md", "wyham.md"]),
        ("What did the first inspection of Exham find?", ["exham-2018.md"]),
        ("Exham caseloads since then", ["exham-2018.md", "exham-2022.md"]),
    ],
)
def test_what_is_searched(assistant: Assistant, question: str, found: list[str]) -> None:
    assert paths(assistant, question) == found


def test_reports_that_are_not_held_are_named(assistant: Assistant) -> None:
    lost = assistant.understand("How was Exham rated at its 2020 inspection?")
    assert lost.missing == ("There is no report of 2020 on Exham here; there are inspections of 2018 and 2022.",)
    assert lost.nothing_held
    both = assistant.understand("Compare Exham with Kent county council")
    assert (both.authorities, both.missing) == (("Exham",), ("There is no report on Kent here.",))
    assert not both.nothing_held
    elsewhere = assistant.understand("Is Sheffield any good?")
    assert (elsewhere.missing, elsewhere.nothing_held) == (("There is no report on Sheffield here.",), True)


def test_the_filter_can_be_lifted(assistant: Assistant) -> None:
    lifted = assistant.understand("Exham caseloads in 2018").unfiltered()
    assert (lifted.filter, lifted.subject) == ("", "Exham caseloads in 2018")
    assert within(lifted, assistant.documents()) == assistant.documents()


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "is empty"),
        (" \n\t\u200b", "is empty"),
        ("?!… 123", "has no words"),
        ("x" * 100_000, "has 100,000 characters. Ask in at most 2,000"),
    ],
)
def test_what_cannot_be_asked_is_said(question: str, reason: str) -> None:
    with pytest.raises(BadQuestion, match=reason):
        checked(question)


def test_a_year_alone_is_asked_only_after_a_question(assistant: Assistant) -> None:
    assert checked("2018?", follows_up=True) == "2018?"
    with pytest.raises(BadQuestion, match="has no words"):
        assistant.understand("2018?")


def test_another_script_can_be_asked() -> None:
    assert checked("  मूल्यांकन \n क्या था? ") == "मूल्यांकन क्या था?"


@given(st.text(max_size=3000))
def test_any_text_is_taken_or_refused_in_words(text: str) -> None:
    shown = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
    if any(c.isalpha() for c in shown) and len(unicodedata.normalize("NFC", shown)) <= LONGEST_QUESTION:
        question = checked(text)
        assert 0 < len(question) <= LONGEST_QUESTION
        assert checked(question) == question
    else:
        with pytest.raises(BadQuestion, match=r"^The question (is empty|has)"):
            checked(text)


def test_what_the_news_tells_is_looked_for_in_the_news(files: Path, tmp_path: Path) -> None:
    head = "---\nauthority: Exham\nkind: news\ninspection_start: 2022-02-01\n---\n"
    news = head + "# Exham praised\n\nIn 2018 plans were late.\n"
    (files / "news.md").write_text(news, encoding="utf-8")
    build(tmp_path / "with-news", [files], ToyEncoder())
    assistant = Assistant.open(tmp_path / "with-news", ToyEncoder())

    def searched(question: str) -> list[str]:
        return [d.path for d in within(assistant.understand(question), assistant.documents())]

    assert searched("According to the article, what was late in Exham in 2018?") == ["news.md"]
    assert searched("what did the press coverage say of Exham") == ["news.md"]
    assert searched("is there cover at night in Exham in 2018") == ["exham-2018.md"]
    assert searched("what does the article say of Wyham") == ["wyham.md"]


def test_what_needs_to_improve_is_what_the_newest_inspection_says(assistant: Assistant) -> None:
    assert assistant.understand("What needs to improve in Exham?").latest
    assert assistant.understand("What are the recommendations for Exham?").latest
    assert not assistant.understand("What needed to improve in Exham?").latest
    assert not assistant.understand("What were the recommendations for Exham?").latest
    dated = assistant.understand("What needs to improve in Exham in 2018?")
    assert (dated.latest, dated.filter) == (False, "Exham, 2018")


@pytest.mark.parametrize(
    ("question", "newest"),
    [
        ("How was Exham judged?", True),
        ("Is Exham any good?", True),
        ("what rating did exham get", True),
        ("How is Exham doing?", True),
        ("How good is Exham?", True),
        ("how bad are children's services in Exham", True),
        ("How well is Exham doing?", True),
        ("Exham in 2018", False),
        ("What was Exham judged in 2018?", False),
    ],
)
def test_the_judgement_as_a_whole_is_searched_for_in_the_words_of_reports(
    assistant: Assistant, question: str, newest: bool
) -> None:
    understood = assistant.understand(question)
    assert (understood.subject, understood.latest) == (OVERALL, newest)
    assert understood.question == question


@pytest.mark.parametrize(
    "question",
    [
        "How were Exham's care leavers judged?",
        "Was Exham ever inadequate?",
        "How good is Exham's front door?",
        "Why was Exham rated good?",
        "Why was Exham judged inadequate?",
        "Has Exham's rating gone down?",
        "How did Exham get its good rating?",
        "What was Exham's previous rating?",
        "What was Exham rated before?",
        "Who is rated outstanding?",
        "What in Exham was judged inadequate?",
        "Which service in Exham was rated good?",
        "Who did the inspection in Exham?",
        "How many inspections has Exham had?",
        "What do Ofsted ratings mean?",
        "hello Exham",
        "What did they find?",
    ],
)
def test_what_asks_for_more_than_the_judgement_is_searched_for_as_it_is(assistant: Assistant, question: str) -> None:
    assert assistant.understand(question).subject != OVERALL


@pytest.mark.parametrize(
    ("question", "subject", "newest"),
    [
        ("When was Exham last inspected?", DAYS, True),
        ("when did ofsted visit exham", DAYS, True),
        ("When was the last inspection of Exham?", DAYS, True),
        ("On which dates was Exham inspected in 2018?", DAYS, False),
        ("Who led the last inspection of Exham?", LEADER, True),
        ("Who was the lead inspector in Exham?", LEADER, True),
        ("Who inspected Exham in 2018?", LEADER, False),
    ],
)
def test_when_and_by_whom_it_was_inspected(assistant: Assistant, question: str, subject: str, newest: bool) -> None:
    understood = assistant.understand(question)
    assert (understood.authorities, understood.subject, understood.latest) == (("Exham",), subject, newest)


@pytest.mark.parametrize(
    "question",
    [
        "When did inspectors visit children in Exham?", "When are children visited in Exham?",
        "Who led the improvement of Exham?", "Who inspected the children's homes of Exham?",
    ],
)  # fmt: skip
def test_other_questions_of_when_and_who_keep_their_words(assistant: Assistant, question: str) -> None:
    assert assistant.understand(question).subject not in {DAYS, LEADER}
