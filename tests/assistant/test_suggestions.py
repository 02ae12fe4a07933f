"""Suggestions are questions that the library answers, about the right inspection, and none that was asked before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import suggestions
from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.scope import Scope
from assistant.suggestions import AUTHORITY, Form, Forms, Suggestions
from index.encoder import Encoder
from index.library import Library
from index.update import build, library_identity, update
from tests.assistant.conftest import RANKING, TODAY
from tests.toy import ToyEncoder

# The toy encoder's questions: those of topics.toml name what the toy reports do not say.
FORMS = Forms(
    (
        Form("What overall effectiveness was {authority} graded at the latest inspection?", "judgement", 2),
        Form("How high are caseloads of social workers in {authority} now?", "caseloads", 1),
        Form("How often do foster carers in {authority} meet now?", "foster carers meet every month"),
        Form("How many dragons do managers in {authority} feed now?", "dragons"),
    ),
    ("What are the rules of an inspection?",),
)
NORTHMOOR = """---
title: Inspection of Northmoor children's services
authority: Northmoor
kind: report
inspection_start: {start}
inspection_end: {start}
---
# Inspection of Northmoor children's services

## What needs to improve

- The quality of plans for children, so that families know what will happen.

## Care leavers

Care leavers in Northmoor are well supported by their personal advisers, who keep in touch with them each week.
Most care leavers live in good housing that is safe and that they can afford.
Many care leavers are helped into work, training or college by the virtual school.

## Social workers

Social workers have manageable caseloads of fourteen children each.
Social workers receive regular supervision from their managers, which is recorded well.
"""


@pytest.fixture
def toy(assistant: Assistant) -> Suggestions:
    return Suggestions(assistant, FORMS)


@pytest.fixture(scope="module")
def northmoor(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """A library of two inspections of one authority, with the default encoder and the project's own topics."""
    folder = tmp_path_factory.mktemp("northmoor")
    (folder / "files").mkdir()
    for start in ("2018-05-14", "2022-02-07"):
        (folder / "files" / f"{start}.md").write_text(NORTHMOOR.format(start=start), encoding="utf-8")
    build(folder / "library", [folder / "files"], encoder)
    library = Library(folder / "library", library_identity(encoder))
    yield Assistant(library, encoder, today=lambda: TODAY)
    library.close()


def talk(assistant: Assistant, *questions: str) -> list[Answer]:
    answers: list[Answer] = []
    for question in questions:
        answers.append(assistant.ask(question, answers))
    return answers


def asked(assistant: Assistant, questions: Sequence[str], before: Sequence[Answer]) -> list[Answer]:
    return [assistant.ask(question, before) for question in questions]


def first_cited(answers: Sequence[Answer]) -> list[str]:
    return [answer.citations[0].document.path for answer in answers]


@pytest.mark.parametrize(
    "questions",
    [
        ["How high are Exham's caseloads in 2018?"],
        ["How high are Exham's caseloads in 2018?", "Do foster carers in Wyham meet every month?"],
        ["Do foster carers meet every month?"],
        ["How high are caseloads in Cardiff county council?"],
        ["trains volcano violin garlic"],
        ["What did the 2020 report on Exham say of caseloads?"],
    ],
)
def test_every_suggestion_is_answered_and_quotes_something_new(
    assistant: Assistant, toy: Suggestions, questions: list[str]
) -> None:
    turns = talk(assistant, *questions)
    found = toy.next_questions(turns[-1], turns[:-1])
    replies = asked(assistant, found, turns)
    assert found
    assert {reply.status for reply in replies} == {"answered"}
    places = [(c.document.path, c.start) for answer in (*turns, *replies) for c in answer.citations[:1]]
    assert len(set(places)) == len(places)
    assert len(set(found)) == len(found)
    assert not set(found) & set(questions)


def test_the_later_inspection_is_offered_first(assistant: Assistant, toy: Suggestions) -> None:
    turns = talk(assistant, "How high are Exham's caseloads in 2018?")
    found = toy.next_questions(turns[-1])
    assert found[0] == "And at the latest inspection?"
    [reply] = asked(assistant, found[:1], turns)
    assert reply.understood.question == "How high are Exham's caseloads at the latest inspection?"
    assert first_cited([reply]) == ["exham-2022.md"]


def test_an_earlier_inspection_is_offered_after_the_newest_once(assistant: Assistant, toy: Suggestions) -> None:
    turns = talk(assistant, "How high are Exham's caseloads in 2022?")
    assert "And in 2018?" in toy.next_questions(turns[-1])
    turns = talk(assistant, "How high are Exham's caseloads in 2022?", "And in 2018?")
    assert not [question for question in toy.next_questions(turns[-1], turns[:-1]) if question.startswith("And ")]


def test_a_year_with_two_inspections_is_told_apart_by_its_month() -> None:
    inspections = [(2018, 5), (2018, 11), (2020, 1), (2022, 2)]
    asks_for = [suggestions._asks_for(month, inspections) for month in inspections]
    assert asks_for == ["And in May 2018?", "And in November 2018?", "And in 2020?", "And at the latest inspection?"]


def test_a_time_not_held_leads_to_one_that_is(assistant: Assistant, toy: Suggestions) -> None:
    [answer] = talk(assistant, "What did the 2020 report on Exham say of caseloads?")
    assert answer.status == "refused"
    assert toy.next_questions(answer)[0] == "And at the latest inspection?"


def test_what_a_word_means_is_of_no_time(assistant: Assistant, toy: Suggestions) -> None:
    [answer] = talk(assistant, "What is a caseload in Exham?")
    assert not [question for question in toy.next_questions(answer) if question.startswith("And ")]


def test_suggestions_are_about_the_authority_cited_or_one_that_is_held(assistant: Assistant, toy: Suggestions) -> None:
    [answer] = talk(assistant, "Do foster carers meet every month?")
    assert first_cited([answer]) == ["wyham.md"]
    assert all("Wyham and Zed" in question for question in toy.next_questions(answer))
    [refused] = talk(assistant, "How high are caseloads in Cardiff county council?")
    found = toy.next_questions(refused)
    assert found
    assert all("Cardiff" not in question for question in found)


def test_an_authority_spoken_of_before_is_kept(assistant: Assistant, toy: Suggestions) -> None:
    turns = talk(assistant, "Do foster carers in Wyham meet every month?", "trains volcano violin garlic")
    assert turns[-1].status == "refused"
    assert all("Wyham and Zed" in question for question in toy.next_questions(turns[-1], turns[:-1]))


def test_a_topic_that_no_document_answers_is_never_suggested(assistant: Assistant, toy: Suggestions) -> None:
    for question in ("How many dragons do managers in Exham feed?", "trains volcano violin garlic"):
        assert not any("dragons" in found for found in toy.next_questions(assistant.ask(question), most=9))


def test_what_an_inspection_does_not_say_is_not_asked_of_another(assistant: Assistant) -> None:
    questions = ("Are fourteen children low in Exham in 2018?", "And at the latest inspection?")
    [refused, of_another] = talk(assistant, *questions)
    assert (refused.status, of_another.status) == ("refused", "answered")
    # Without a topic that quotes the same sentence.
    assert Suggestions(assistant, Forms(FORMS.topics[3:])).next_questions(refused) == ()


def test_no_more_questions_are_asked_than_allowed(
    assistant: Assistant, toy: Suggestions, monkeypatch: pytest.MonkeyPatch
) -> None:
    [answer] = talk(assistant, "How high are Exham's caseloads in 2018?")
    assert len(toy.next_questions(answer)) > 1
    monkeypatch.setattr(suggestions, "TRIES", 1)
    assert len(toy.next_questions(answer)) == 1
    assert toy.next_questions(answer, most=0) == ()


def test_a_scope_holds_for_suggestions_too(assistant: Assistant, toy: Suggestions) -> None:
    scope = Scope(last=2019)
    answer = assistant.ask("How high are Exham's caseloads?", scope=scope)
    assert first_cited([answer]) == ["exham-2018.md"]
    found = toy.next_questions(answer)
    assert "And at the latest inspection?" not in found
    replies = [assistant.ask(question, [answer], scope=scope) for question in found]
    assert set(first_cited(replies)) <= {"exham-2018.md"}


def test_the_first_questions_are_answered_and_of_several_authorities(assistant: Assistant, toy: Suggestions) -> None:
    found = toy.first_questions()
    assert found == (
        "How high are caseloads of social workers in Exham now?",
        "What overall effectiveness was Exham graded at the latest inspection?",  # Wyham's document has no grades
    )
    assert first_cited(asked(assistant, found, ())) == ["exham-2022.md", "exham-2022.md"]
    assert toy.first_questions(1) == found[:1]
    assert toy.first_questions(0) == ()


def test_a_change_of_the_library_changes_the_first_questions(
    assistant: Assistant, toy: Suggestions, files: Path
) -> None:
    assert len(toy.first_questions()) == 2
    (files / "rules.md").write_text("# Rules\n\nThe rules of an inspection are published.\n", encoding="utf-8")
    (files / "exham-2022.md").unlink()
    update(assistant.library, [files], ToyEncoder())
    found = toy.first_questions()
    assert found == (
        "How high are caseloads of social workers in Wyham and Zed now?",
        "What are the rules of an inspection?",
    )
    assert toy.first_questions(1) == found[1:]


def test_an_answer_from_before_a_change_still_has_suggestions(
    assistant: Assistant, toy: Suggestions, files: Path
) -> None:
    [answer] = talk(assistant, "How high are Exham's caseloads in 2022?")
    (files / "exham-2022.md").unlink()
    update(assistant.library, [files], ToyEncoder())
    replies = asked(assistant, toy.next_questions(answer), [answer])
    assert replies
    assert all(reply.status == "answered" for reply in replies)


def test_an_empty_library_gives_none(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    build(tmp_path / "empty", [tmp_path / "files"], ToyEncoder())
    library = Library(tmp_path / "empty", library_identity(ToyEncoder()))
    empty = Assistant(library, ToyEncoder(), RANKING, today=lambda: TODAY)
    assert Suggestions(empty, FORMS).first_questions() == ()
    assert Suggestions(empty, FORMS).next_questions(empty.ask("How high are caseloads?")) == ()


def test_several_threads_get_the_same(assistant: Assistant, toy: Suggestions) -> None:
    [answer] = talk(assistant, "How high are Exham's caseloads in 2018?")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: (toy.next_questions(answer), toy.first_questions()), range(8)))
    assert len(set(found)) == 1


def test_with_the_projects_topics_the_nearest_comes_first(northmoor: Assistant) -> None:
    [answer] = talk(northmoor, "How much money does Northmoor pay its director a year?")
    assert answer.status == "refused"
    [caseloads] = talk(northmoor, "How many cases does a social worker in Northmoor have to carry?")
    found = Suggestions(northmoor).next_questions(caseloads)
    assert any("social workers" in question for question in found[:2])
    assert not any("manageable" in question for question in found)  # it would quote the same again
    for turn in (answer, caseloads):
        replies = asked(northmoor, Suggestions(northmoor).next_questions(turn), [turn])
        assert replies
        assert all(reply.status == "answered" for reply in replies)


def test_a_topic_that_was_asked_for_is_not_suggested_again(northmoor: Assistant) -> None:
    turns = talk(northmoor, "How are care leavers in Northmoor supported?", "And their housing?")
    found = Suggestions(northmoor).next_questions(turns[-1], turns[:-1], most=6)
    assert found
    assert "How well are care leavers in Northmoor supported now?" not in found


def test_with_the_projects_topics_an_empty_page_has_questions(northmoor: Assistant) -> None:
    found = Suggestions(northmoor).first_questions()
    assert found[0] == "How well are care leavers in Northmoor supported now?"
    assert "What needs to improve for children and families in Northmoor?" in found
    replies = asked(northmoor, found, ())
    assert first_cited(replies) == ["2022-02-07.md"] * len(found)


def test_the_forms_are_questions_about_an_authority() -> None:
    forms = Forms.load()
    questions = [form.question for form in forms.topics]
    assert len({question.lower() for question in questions}) == len(questions) > 20
    for question in questions:
        assert question.count(AUTHORITY) == 1
        assert "{" not in question.replace(AUTHORITY, "")
        assert question.endswith("?")
        assert question[0].isupper()
    assert all(form.about for form in forms.topics)
    places = sorted(form.first for form in forms.topics if form.first)
    assert places == list(range(1, len(places) + 1))
    assert all(question.endswith("?") and AUTHORITY not in question for question in forms.general)


def test_each_form_is_a_whole_question_after_any_other(northmoor: Assistant) -> None:
    """Else the words of the turn before would be lent to it."""
    [answer] = talk(northmoor, "How are social workers' caseloads in Northmoor?")
    for form in Forms.load().topics:
        understood = northmoor.understand(form.of("Northmoor"), [answer])
        assert (understood.question, understood.about) == (form.of("Northmoor"), form.of("Northmoor"))
        assert understood.latest, form.question


def test_a_wrong_key_in_the_data_file_is_named() -> None:
    with pytest.raises(TypeError, match="abut"):
        Forms.from_data({"general": [], "topics": [{"question": "How?", "abut": "x"}]})
    assert Forms.from_data({"general": [], "topics": [{"question": "How is {authority}?", "about": "x"}]}).topics


def test_an_everywhere_answer_has_suggestions_on_what_it_cites(assistant: Assistant, toy: Suggestions) -> None:
    answer = assistant.ask("How high were caseloads in Wyham?", everywhere=True)
    name = answer.citations[0].document.facts.authority
    assert all(str(name) in question for question in toy.next_questions(answer))
    other = replace(answer, off_topic=True, citations=(), status="refused")
    assert toy.next_questions(other)
