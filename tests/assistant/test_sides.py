"""Questions for what is praised of something, or what is wrong with it, and the sentences that answer them."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.praise import NEAR, NEITHER, OTHER, from_side
from assistant.sided_answer import FROM_EARLIER, NONE_FOUND
from assistant.sides import Side, side_asked
from tests.assistant.conftest import assistant_of
from tests.register_files import OVERALL, report

OF_2022 = """Care leavers are well supported by skilled advisers.

Many care leavers wait too long for a flat. This leaves some of them without a home.

Foster carers are strong advocates for the children whom they look after.

Adopters are well prepared by the panel.
"""
OF_2018 = """Foster carers do not have enough training.

Care leavers are not told their rights.

Care leavers are proud of their forum.
"""
WAIT = "Many care leavers wait too long for a flat."
TRAINING = "Foster carers do not have enough training."


def report_on(authority: str, year: int, found: str) -> str:
    days = (f"{year}-02-07", f"{year}-02-11")
    return report(authority, days, f"{year}-03-28", {OVERALL: "Good"}, found=found)


@pytest.fixture(scope="module")
def exham(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    files = {
        "exham 2022.md": report_on("Exham", 2022, OF_2022),
        "exham 2018.md": report_on("Exham", 2018, OF_2018),
        "wyham 2021.md": report_on("Wyham", 2021, "Care leavers are well supported in Wyham."),
    }
    with assistant_of(tmp_path_factory.mktemp("sides"), files) as assistant:
        yield assistant


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("words", "side", "of_what"),
    [
        ("What concerns did inspectors have about the front door?", "criticism", "the front door?"),
        ("What is weak about adoption?", "criticism", "adoption?"),
        ("What’s still wrong with letters to parents?", "criticism", "letters to parents?"),
        ("any problems with caseloads", "criticism", "caseloads"),
        ("concerns about the front door", "criticism", "the front door"),
        ("What did inspectors find wrong with plans?", "criticism", "plans?"),
        ("Is there anything wrong with the plans?", "criticism", "Is there the plans?"),
        ("Where does it fall short for care leavers?", "criticism", "Where does it care leavers?"),
        ("What is not good enough for care leavers?", "criticism", "care leavers?"),
        ("What did Ofsted praise about fostering?", "praise", "fostering?"),
        ("What are the strengths of early help?", "praise", "early help?"),
        ("What do they do well for care leavers?", "praise", "What do they care leavers?"),
        ("What was good about the front door?", "praise", "the front door?"),
        ("What did the inspectors say was wrong with plans?", "criticism", "plans?"),
        ("Does Ofsted have any concerns about turnover?", "criticism", "turnover?"),
        ("any concerns? care leavers supported", "criticism", "? care leavers supported"),
        ("What isn’t working for foster carers?", "criticism", "foster carers?"),
        ("Where was the front door going wrong in assessments?", "criticism", "Where was the front door assessments?"),
        ("What does it do badly when children go missing?", "criticism", "What does it when children go missing?"),
        # For both, or for more than a side.
        ("Strengths and weaknesses of adoption", "", ""),
        ("weaknesses and the strengths of adoption", "", ""),
        ("What are the strengths and weaknesses of early help?", "", ""),
        ("Which team was praised for its work?", "", ""),
        ("What was wrong with the plans, and how many were late?", "", ""),
        # Concerns that are somebody's work, and what is done about them.
        ("How are concerns about staff dealt with?", "", ""),
        ("Which concerns are referred to the police?", "", ""),
        ("What was done about the weaknesses in leadership?", "", ""),
        ("What is good practice in adoption?", "", ""),
        ("What are the concerns of foster carers?", "", ""),
        # A grade is asked for, or a report as a whole.
        ("Which area fell short of good?", "", ""),
        ("What did inspectors praise?", "", ""),
        ("How good is early help?", "", ""),
        ("", "", ""),
    ],
)
def test_a_question_asks_for_one_side_of_its_subject_or_for_none(words: str, side: Side, of_what: str) -> None:
    assert side_asked(words) == (side, of_what if side else words)


@pytest.mark.parametrize("words", ["inspectors they report ", "is not ", "any concerns were raised ", "the biggest "])
def test_a_long_row_of_its_words_is_read_at_once(words: str) -> None:
    begun = perf_counter()
    side_asked(f"what {words * 200}")
    assert perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("Plans are late and poor.", 0.0, 0.0),
        ("Not all care leavers are well supported.", 0.0, NEAR),
        ("However, visits vary.", NEAR, NEAR),
        ("Workers visit each week.", NEITHER, NEITHER),
        ("Care leavers are well supported.", OTHER, OTHER),
        ("Leaders need to build on this.", 0.0, 0.0),
        ("There is more work to do.", 0.0, 0.0),
        # Of whom and when it is said, and what was put right.
        ("Young people who are not in work are well supported.", NEITHER, OTHER),
        ("When children are not safe, workers act.", NEITHER, OTHER),
        ("Leaders have addressed the weaknesses.", NEITHER, OTHER),
        ("The gaps in oversight have been addressed.", NEITHER, OTHER),
        ("They tell children everything that they need to know.", NEITHER, OTHER),
        ("Leaders are not complacent.", NEITHER, OTHER),
        ("Workers respond swiftly to any deterioration.", NEITHER, OTHER),
        ("The council has not identified these weaknesses.", 0.0, 0.0),
    ],
)
def test_how_far_a_sentence_is_from_criticism(text: str, least: float, most: float) -> None:
    assert least <= from_side("criticism", text) <= most


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Care leavers are well supported.", 0.0),
        ("Care leavers have good homes that meet their needs.", 0.0),
        ("Care leavers are well supported, but some wait.", NEAR),
        ("Plans are late and poor.", OTHER),
        ("Carers do not feel listened to, valued or respected.", OTHER),
    ],
)
def test_how_far_a_sentence_is_from_praise(text: str, expected: float) -> None:
    assert from_side("praise", text) == expected


def test_each_side_is_quoted_where_it_is_asked_for(exham: Assistant) -> None:
    found = quotes(exham.ask("What concerns did inspectors have about care leavers in Exham?"))
    assert found[0].startswith(WAIT)
    assert not any("well supported" in quote for quote in found)
    praised = quotes(exham.ask("What did inspectors praise about care leavers in Exham?"))
    assert praised[0] == "Care leavers are well supported by skilled advisers."
    assert not any("wait" in quote for quote in praised)


def test_what_an_earlier_inspection_says_is_quoted_as_such(exham: Assistant) -> None:
    answer = exham.ask("What is weak about foster carers in Exham?")
    assert quotes(answer) == [TRAINING]
    assert answer.notes == (FROM_EARLIER["criticism"],)
    assert answer.text.startswith(FROM_EARLIER["criticism"])
    # Whoever names the year asks for it.
    of_then = exham.ask("What was weak about foster carers in Exham in 2018?")
    assert quotes(of_then) == [TRAINING]
    assert of_then.notes == ()


def test_where_nothing_is_on_the_side_asked_for_that_is_said(exham: Assistant) -> None:
    answer = exham.ask("What is weak about adopters in Exham?")
    assert quotes(answer) == ["Adopters are well prepared by the panel."]
    assert answer.notes == (NONE_FOUND["criticism"],)


def test_of_several_authorities_it_is_said_of_which(exham: Assistant) -> None:
    answer = exham.ask("What concerns did inspectors have about care leavers in Exham and Wyham?")
    assert any(quote.startswith(WAIT) for quote in quotes(answer))
    assert answer.notes == (f"Wyham: {NONE_FOUND['criticism']}",)
    assert answer.notes[0] in answer.text


def test_a_follow_up_asks_for_the_other_side_or_for_the_same(exham: Assistant) -> None:
    first = exham.ask("What did inspectors praise about care leavers in Exham?")
    other = exham.ask("and what did they criticise?", [first])
    assert quotes(other)[0].startswith(WAIT)
    assert quotes(exham.ask("and in 2018?", [first, other])) == ["Care leavers are not told their rights."]
    assert quotes(exham.ask("What about the weaknesses?", [first]))[0].startswith(WAIT)
    same = exham.ask("What about foster carers?", [first])
    assert quotes(same) == ["Foster carers are strong advocates for the children whom they look after."]
