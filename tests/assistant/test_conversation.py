"""Follow-ups become whole questions, and a change of subject drops what was said before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.question import Understood, within

MADE_ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def talk(assistant: Assistant, *questions: str) -> list[Answer]:
    answers: list[Answer] = []
    for question in questions:
        answers.append(assistant.ask(question, answers))
    return answers


def after(assistant: Assistant, *questions: str) -> Understood:
    """What the last question is understood to mean after the others."""
    return talk(assistant, *questions)[-1].understood


def paths(assistant: Assistant, understood: Understood) -> list[str]:
    return [document.path for document in within(understood, assistant.documents())]


@pytest.mark.parametrize(
    ("first", "then", "whole", "limits"),
    [
        (
            "How high are Exham's caseloads in 2018?", "and in 2022?",
            "How high are Exham's caseloads in 2022?", "Exham, 2022",
        ),
        ("How high are Exham's caseloads in 2018?", "2022?", "How high are Exham's caseloads in 2022?", "Exham, 2022"),
        (
            "How high are Exham's caseloads now?", "and in 2018?",
            "How high are Exham's caseloads in 2018?", "Exham, 2018",
        ),
        (
            "Are Exham's caseloads high, 2018?", "and most recently?",
            "Are Exham's caseloads high at the latest inspection?", "Exham, the latest inspection",
        ),
        (
            "What did the 2018 report on Exham say of caseloads?", "and the one after?",
            "What did the February 2022 report on Exham say of caseloads?", "Exham, February 2022",
        ),
        (
            "How high are Exham's caseloads in 2022?", "and the time before?",
            "How high are Exham's caseloads in May 2018?", "Exham, May 2018",
        ),
        (
            "How high were Exham's caseloads in 2018?", "and now?",
            "How high were Exham's caseloads at the latest inspection?", "Exham, the latest inspection",
        ),
        (
            "What did the 2018 report on Exham say of caseloads?", "and most recently?",
            "What did the latest report on Exham say of caseloads?", "Exham, the latest inspection",
        ),
        (
            "What does the latest inspection of Exham say of caseloads?", "and in July 2018?",
            "What does the July 2018 inspection of Exham say of caseloads?", "Exham, July 2018",
        ),
        ("How high are Exham's caseloads?", "and in 2018?", "How high are Exham's caseloads in 2018?", "Exham, 2018"),
        ("How high are Exham's caseloads?", "and Wyham?", "How high are Wyham and Zed's caseloads?", "Wyham and Zed"),
        ("Exham caseloads", "what about wyham", "Wyham and Zed caseloads", "Wyham and Zed"),
    ],
)  # fmt: skip
def test_another_time_or_place_takes_the_place_of_the_one_before(
    assistant: Assistant, first: str, then: str, whole: str, limits: str
) -> None:
    understood = after(assistant, first, then)
    assert (understood.question, understood.filter) == (whole, limits)
    assert understood.subject == assistant.understand(first).subject
    assert understood.asked == then


def test_a_year_of_which_the_new_authority_has_no_report_is_not_kept(assistant: Assistant) -> None:
    understood = after(assistant, "How high are Exham's caseloads in 2018?", "and Wyham?")
    assert understood.question == "How high are Wyham and Zed's caseloads at the latest inspection?"
    assert paths(assistant, understood) == ["wyham.md"]


@pytest.mark.parametrize(
    "then", ["why?", "how come?", "tell me more", "why was that?", "what happened then?", "who said so?"]
)
def test_a_follow_up_without_a_subject_has_the_one_before(assistant: Assistant, then: str) -> None:
    understood = after(assistant, "How high are Exham's caseloads in 2018?", then)
    assert understood.filter == "Exham, 2018"
    assert understood.subject == "How high are caseloads in ?"
    assert understood.question == f"{then} (Exham, 2018; after “How high are Exham's caseloads in 2018?”)"


@pytest.mark.parametrize(
    ("then", "subject"),
    [
        ("who sets them?", "who sets them? high caseloads"),
        ("are those of managers lower?", "are those of managers lower? high caseloads"),
        ("had that slipped?", "had that slipped? high caseloads"),
        ("do managers check?", "do managers check? high caseloads"),
    ],
)
def test_what_points_back_is_searched_for_with_the_words_before(assistant: Assistant, then: str, subject: str) -> None:
    assert after(assistant, "How high are Exham's caseloads in 2018?", then).subject == subject


@pytest.mark.parametrize(
    "then",
    [
        "what about care leavers?",
        "how about foster carers",
        "Do managers read the records each week?",
        "which plans for care leavers are late",
    ],
)
def test_a_new_topic_keeps_place_and_time_only(assistant: Assistant, then: str) -> None:
    understood = after(assistant, "How high are Exham's caseloads in 2018?", then)
    assert (understood.subject, understood.filter) == (then, "Exham, 2018")
    assert understood.question == f"{then} (Exham, 2018)"


def test_a_new_topic_of_a_grade_is_graded_too(assistant: Assistant) -> None:
    understood = after(assistant, "What was Exham's overall grade in 2022?", "what about care leavers?")
    assert understood.subject == "what about care leavers? overall grade"


def test_a_whole_question_after_one_for_the_judgement_is_of_its_own_subject(assistant: Assistant) -> None:
    understood = after(assistant, "How was Exham judged in 2022?", "How are social workers' caseloads managed?")
    assert (understood.subject, understood.filter) == ("How are social workers' caseloads managed?", "Exham, 2022")
    assert "overall" in after(assistant, "How was Exham judged in 2022?", "and care leavers?").subject


def test_a_bare_question_lends_nothing_to_what_comes_after(assistant: Assistant) -> None:
    understood = after(assistant, "Tell me about Exham", "and what about foster carers?")
    assert (understood.subject, understood.filter) == ("and what about foster carers?", "Exham")


def test_they_of_a_follow_up_may_be_a_part_of_the_service(assistant: Assistant) -> None:
    understood = after(assistant, "How good is support for care leavers in Exham?", "And how were they rated in Wyham?")
    assert "care leavers" in understood.subject
    assert understood.authorities == ("Wyham and Zed",)


@pytest.mark.parametrize("then", ["who led it?", "who led that inspection?", "and who headed the inspection?"])
def test_who_led_it_is_asked_of_the_inspection(assistant: Assistant, then: str) -> None:
    understood = after(assistant, "How high are Exham's caseloads in 2018?", then)
    assert (understood.subject, understood.filter) == ("who led the inspection", "Exham, 2018")


@pytest.mark.parametrize(
    "then",
    [
        "How often do foster carers meet in Wyham?",
        "How many foster carers meet in Wyham in 2021?",
        "Were managers of Exham reading the records in 2022?",
    ],
)
def test_a_question_that_names_its_place_and_says_its_subject_is_a_new_one(assistant: Assistant, then: str) -> None:
    assert after(assistant, "How high are Exham's caseloads in 2018?", then) == assistant.understand(then)


@pytest.mark.parametrize("announced", ["Different thing: ", "a new question, ", "On another subject: ", "Moving on. "])
def test_a_subject_said_to_be_new_keeps_the_authority_alone(assistant: Assistant, announced: str) -> None:
    understood = after(assistant, "How high are Exham's caseloads in 2018?", f"{announced}are plans late?")
    assert (understood.subject, understood.filter) == ("are plans late?", "Exham")


@pytest.mark.parametrize(
    ("then", "found"),
    [
        ("has that improved since?", ["exham-2022.md"]),
        ("was it better by the next full inspection?", ["exham-2022.md"]),
        ("and when inspectors returned?", ["exham-2022.md"]),
        ("what about 2022?", ["exham-2022.md"]),
        ("what were they like then?", ["exham-2018.md"]),
        ("are they lower now?", ["exham-2022.md"]),
        ("how do they compare with Wyham?", ["exham-2018.md"]),  # of 2018 there is nothing on Wyham
        ("how does that compare with Wyham at the latest inspection?", ["exham-2022.md", "wyham.md"]),
    ],
)
def test_times_of_follow_ups(assistant: Assistant, then: str, found: list[str]) -> None:
    assert paths(assistant, after(assistant, "How high are Exham's caseloads in 2018?", then)) == found


def test_those_who_came_back_are_inspectors_where_an_inspection_is_spoken_of(assistant: Assistant) -> None:
    then = "and what about when they came back?"
    assert after(assistant, "What did inspectors find in Exham in 2018?", then).filter == "Exham, February 2022"
    assert after(assistant, "Which children ran away in Exham in 2018?", then).filter == "Exham, 2018"


def test_a_turn_without_a_time_was_about_what_it_quoted(assistant: Assistant) -> None:
    first = talk(assistant, "Caseloads of social workers in Exham were too high")
    assert first[0].citations[0].document.path == "exham-2018.md"
    assert assistant.understand("and the one after?", first).filter == "Exham, February 2022"


def test_a_quotation_pointed_at_lends_its_words(assistant: Assistant) -> None:
    [first] = talk(assistant, "Were caseloads of social workers in Exham high?")
    assert len(first.citations) > 1
    second = assistant.ask("tell me more about the second one", [first])
    assert second.understood.subject == first.citations[1].quote
    assert assistant.understand("and the first?", [first, second]).subject == first.citations[0].quote
    assert assistant.understand("and the fifth?", [first]).subject == first.understood.subject


def test_a_person_asked_for_lends_the_name_quoted(assistant: Assistant) -> None:
    [first] = talk(assistant, "who says caseloads of social workers in Exham are too high?")
    quoted = replace(first, citations=(replace(first.citations[0], quote="Ann Other, lead inspector"),))
    assert "Ann Other" in assistant.understand("was she there before 2018?", [quoted]).subject


def test_an_authority_not_held_stays_missing_until_another_is_named(assistant: Assistant) -> None:
    cardiff = "How high are caseloads in Cardiff county council?"
    missing = ("There is no report on Cardiff here.",)
    for then in ("why?", "and in 2018?", "which managers read the records each week?"):
        answer = talk(assistant, cardiff, then)[-1]
        assert (answer.status, answer.understood.missing) == ("refused", missing)
    exham = after(assistant, cardiff, "and Exham?")
    assert (exham.question, exham.subject) == ("How high are caseloads in Exham?", "How high are caseloads in ?")
    assert (exham.filter, exham.missing, exham.nothing_held) == ("Exham", (), False)
    assert after(assistant, "How high are Exham's caseloads?", "and Cardiff county council?").missing == missing


def test_an_inspection_not_held_is_said_and_its_place_is_not_taken(assistant: Assistant) -> None:
    for then, missing in (
        ("and in 2020?", "There is no report of 2020 on Exham here; there are inspections of 2018 and 2022."),
        ("and the one before?", "There is no inspection of Exham before that of May 2018 here."),
    ):
        answer = talk(assistant, "How high are Exham's caseloads in 2018?", then)[-1]
        assert (answer.status, answer.refusal_reason) == ("refused", missing)


def test_the_inspection_spoken_of_stays_where_another_is_not_held(assistant: Assistant) -> None:
    understood = after(assistant, "How high are Exham's caseloads in 2018?", "and the one before?", "why?")
    assert (understood.filter, understood.missing) == ("Exham, 2018", ())
    understood = after(assistant, "How high are Exham's caseloads in 2018?", "and in 2020?", "why?")
    assert understood.nothing_held


def test_what_a_word_means_is_asked_of_all_documents(assistant: Assistant) -> None:
    then = "What is a pathway plan?"
    assert after(assistant, "How high are Exham's caseloads in 2018?", then) == assistant.understand(then)


def test_passages_before_never_prop_up_a_refusal(assistant: Assistant) -> None:
    turns = talk(assistant, "Caseloads of social workers in Exham are too high", "trains volcano violin garlic")
    assert [turn.status for turn in turns] == ["answered", "refused"]


def test_the_limit_can_be_lifted_from_a_follow_up(assistant: Assistant) -> None:
    turns = talk(assistant, "How high are Exham's caseloads in 2018?")
    lifted = assistant.ask("and in 2022?", turns, everywhere=True)
    assert lifted.searched.documents == len(assistant.documents())
    assert lifted.understood.subject == "How high are Exham's caseloads in 2022?"


def test_only_the_last_turns_are_remembered(assistant: Assistant) -> None:
    long_ago = talk(assistant, "caseloads of social workers in Exham")
    turns = long_ago + talk(assistant, "How high are Wyham's caseloads?") * 5
    assert assistant.understand("and the second one?", turns) == assistant.understand("and the second one?", turns[1:])


@MADE_ONCE
@given(st.lists(st.text(max_size=40).map(lambda text: f"a{text}"), min_size=1, max_size=4))
def test_no_conversation_breaks_it(assistant: Assistant, questions: list[str]) -> None:
    for answer in talk(assistant, *questions):
        assert answer.understood.subject
        assert answer.understood.question
