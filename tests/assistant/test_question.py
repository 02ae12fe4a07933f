"""What is understood of a question."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.question import LONGEST_QUESTION, BadQuestion, Period, checked, within


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
        ("What about 2021?", [], (year(2021),), "What about ?"),
        ("How has Exham changed since 2018?", ["Exham"], (year(2018), year(2022)), "How has changed since ?"),
        ("the July 2018 report", [], ((date(2018, 7, 1), date(2018, 7, 31)),), "the report"),
        ("caseloads before 2018", [], (), "caseloads before 2018"),
        ("visits since July 2018", [], (year(2018), year(2021), year(2022)), "visits since"),
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
    ],
)
def test_what_is_searched(assistant: Assistant, question: str, found: list[str]) -> None:
    assert paths(assistant, question) == found


def test_a_follow_up_keeps_authority_and_time_until_it_names_its_own(assistant: Assistant) -> None:
    first = assistant.understand("Exham caseloads in 2018")
    assert assistant.understand("and plans?", first).filter == "Exham, 2018"
    assert assistant.understand("and in 2022?", first).filter == "Exham, 2022"
    assert assistant.understand("and in July 2018?", first).filter == "Exham, July 2018"
    assert assistant.understand("and Wyham?", first).filter == "Wyham and Zed"
    assert assistant.understand("and Cardiff county council?", first).missing == (
        "There is no report on Cardiff here.",
    )


def test_reports_that_are_not_held_are_named(assistant: Assistant) -> None:
    lost = assistant.understand("How was Exham rated at its 2020 inspection?")
    assert lost.missing == ("There is no report of 2020 on Exham here; there are inspections of 2018 and 2022.",)
    assert lost.nothing_held
    both = assistant.understand("Compare Exham with Kent county council")
    assert (both.authorities, both.missing) == (("Exham",), ("There is no report on Kent here.",))
    assert not both.nothing_held


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
