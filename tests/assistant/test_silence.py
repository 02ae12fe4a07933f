"""What is shown and what is refused: alike texts folded, authorities spread, and reasons for a refusal."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.asked import Asked
from assistant.assistant import Assistant
from assistant.confidence import FAR_BEHIND, USUAL_LEAD, confidence, is_off_topic, why_not
from assistant.lexicon import Lexicon
from assistant.ranking import Ranking, weighed
from assistant.selection import SHOWN, select
from assistant.topic import Topic, topic_of
from assistant.wanted import Kind
from index.encoder import Encoder
from tests.toy import ToyEncoder


def asked(assistant: Assistant, question: str) -> Asked:
    return Asked.of(question, question, Lexicon.load(), assistant.words)


def test_what_is_asked_counts_as_said_in_the_words_of_reports(assistant: Assistant) -> None:
    about = asked(assistant, "are kids in care visited")
    stems = assistant.words.said("Looked after children are visited.")
    assert about.covered(stems) == 1
    assert 0 < about.covered(assistant.words.said("They are visited.")) < 1
    assert about.covered(set()) == 0


def test_what_no_text_says_is_unknown(assistant: Assistant) -> None:
    about = asked(assistant, "caseloads of astronauts")
    assert [term.words for term in about.unknown(assistant.words, None)] == ["astronauts"]
    assert about.unknown(assistant.words, None, {"astronaut"}) == []


def test_alike_texts_about_one_inspection_are_shown_once(assistant: Assistant) -> None:
    hits = assistant.search(assistant.understand("caseloads of social workers"), 10)
    twice = [*hits, *(replace(hit, score=hit.score - 0.01) for hit in hits)]
    assert select(twice, 20, spread=False) == hits


def test_a_question_about_no_authority_shows_a_spread(assistant: Assistant) -> None:
    hits = assistant.search(assistant.understand("caseloads plans visits records effectiveness carers"), 10)
    names = [hit.passage.document.facts.authority for hit in select(hits, 10, spread=True)]
    assert len(names) == len(hits)
    assert set(names[:3]) == {"Exham", "Wyham and Zed"}
    assert names[3:] == sorted(names[3:])


def test_the_newest_inspection_comes_first_where_no_time_is_named(assistant: Assistant) -> None:
    ranking = replace(assistant.ranking, texts={"newest": 5.0})
    newer = Assistant(assistant.library, ToyEncoder(), ranking)
    paths = [hit.passage.document.path for hit in newer.search(newer.understand("social workers in Exham"), 9)]
    assert paths == sorted(paths, reverse=True)
    assert {"exham-2018.md", "exham-2022.md"} == set(paths)
    dated = newer.understand("social workers in Exham in 2022")
    signals = newer.text_signals(newer.search(dated, 9), dated, newer.asked(dated))
    assert signals
    assert not any(values["newest"] for values in signals)


def test_a_question_of_the_present_is_answered_from_the_newest_inspection(assistant: Assistant) -> None:
    def first(question: str) -> str:
        return assistant.found(assistant.understand(question)).sentences[0].hit.passage.document.path

    assert first("Are caseloads of social workers high in Exham?") == "exham-2022.md"
    assert first("Were caseloads of social workers too high in Exham?") == "exham-2018.md"
    assert first("Are caseloads of social workers too high in Exham in 2018?") == "exham-2018.md"


def test_what_the_newest_inspection_is_silent_on_is_answered_from_older_ones(assistant: Assistant) -> None:
    found = assistant.found(assistant.understand("Are plans for care leavers late in Exham?"))
    assert found.sentences[0].text == "The plans for care leavers are late."
    assert found.sentences[0].hit.passage.document.path == "exham-2018.md"


@pytest.mark.parametrize("question", ["What about county lines in Exham?", "Exham young carers"])
def test_a_term_of_reports_that_stands_nowhere_is_not_answered(assistant: Assistant, question: str) -> None:
    found = assistant.found(assistant.understand(question))
    assert found.signals["unknown"] == 1
    answer = assistant.ask(question)
    assert (answer.status, answer.confidence) == ("refused", 0)
    assert answer.refusal_reason
    assert "stands nowhere in the documents searched" in answer.refusal_reason


def test_a_term_counts_as_said_where_its_words_stand_together(assistant: Assistant) -> None:
    def unknown(question: str) -> list[str]:
        return [term.words for term in asked(assistant, question).unknown(assistant.words, None)]

    assert unknown("foster carers and care leavers") == []  # the words of both stand near
    assert unknown("young carers") == ["young carers"]
    assert unknown("looked after children") == ["looked after children"]


CALL = (
    "The passages on this name no phone number or address. "
    "The council’s own website says how to reach it. If a child is in danger now, call 999."
)


def test_terms_of_reports_are_of_the_field_however_short_the_question(assistant: Assistant) -> None:
    assert asked(assistant, "care leavers?").has_terms
    assert not asked(assistant, "money for dragons").has_terms


@pytest.mark.parametrize(
    ("off_topic", "absent", "reason"),
    [
        (True, [], "The documents searched say nothing on this: it does not seem to be about children's services."),
        (False, ["money"], "The passages on this name no sum of money."),
        (False, ["person", "money"], "The passages on this name no person."),
        (False, ["contact"], CALL),
        (True, ["contact"], CALL),
        (False, [], "No passage in the documents searched says this."),
    ],
)
def test_a_refusal_says_why(off_topic: bool, absent: list[Kind], reason: str) -> None:
    assert why_not(off_topic, [], absent) == reason


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("do they use Liquidlogic", "Liquidlogic"),
        ("How do care leavers compare with Sheffield's?", "Sheffield"),
        ("ADHD assessments of care leavers", "ADHD"),
    ],
)
def test_a_name_that_stands_nowhere_is_named(assistant: Assistant, question: str, name: str) -> None:
    unknown = asked(assistant, question).unknown(assistant.words, None)
    assert why_not(False, unknown, []) == f"“{name}” stands nowhere in the documents searched."


@pytest.mark.parametrize(
    "question",
    [
        "Why are dragons late?",
        "Roughly how many dragons?",
        "Dragons in November 2020?",
        "ARE DRAGONS LATE?",
        "Are Dragons Late?",
        "how – Dragons?",
        "dragons?",
    ],
)
def test_a_word_that_is_no_name_is_not_taken_for_one(assistant: Assistant, question: str) -> None:
    about = asked(assistant, question)
    assert about.unknown(assistant.words, None)
    assert not any(term.is_name for term in about.terms)


def test_words_that_only_ask_are_no_part_of_what_is_asked(assistant: Assistant) -> None:
    assert [t.words for t in asked(assistant, "Why couldn't they exactly say who puts dragons?").terms] == ["dragons"]
    assert [t.words for t in asked(assistant, "why then?").terms] == ["why"]  # there is nothing else


def test_what_holds_the_kind_of_answer_counts_by_how_far_it_is_behind(assistant: Assistant) -> None:
    def signals(question: str) -> dict[str, float]:
        return dict(assistant.found(assistant.understand(question)).signals)

    none = signals("How much do Exham's caseloads cost?")
    assert (none["kinds_absent"], none["kinds_not_quoted"], none["kind_behind"]) == (1.0, 1.0, FAR_BEHIND)
    unasked = signals("How are Exham's caseloads?")
    assert (unasked["kinds_absent"], unasked["kinds_not_quoted"], unasked["kind_behind"]) == (0.0, 0.0, 0.0)


def test_a_number_of_something_else_is_not_what_is_wanted(assistant: Assistant) -> None:
    def behind(question: str) -> float:
        return assistant.found(assistant.understand(question)).signals["kind_behind"]

    assert behind("How many dragons are there in Exham in 2022?") == FAR_BEHIND
    assert behind("How many children are there in social workers' caseloads in Exham in 2022?") < FAR_BEHIND


def test_of_few_passages_the_first_leads_as_it_usually_does(assistant: Assistant) -> None:
    found = assistant.found(assistant.understand("How are Exham's caseloads?"))
    assert len(found.hits) < SHOWN
    assert found.signals["lead"] == pytest.approx(math.log1p(USUAL_LEAD))


def test_what_stands_where_reports_say_such_a_thing_counts(assistant: Assistant) -> None:
    def in_place(question: str) -> float:
        return assistant.found(assistant.understand(question)).signals["in_place"]

    assert in_place("What was Exham told to fix in 2018?") > 0
    assert in_place("What overall effectiveness was Exham rated in 2022?") > 0
    assert in_place("Were plans late in Exham in 2018?") == 0  # under the heading, and not asked for as such


def test_confidence_by_hand() -> None:
    ranking = replace(Ranking.load(), confidence={"intercept": -1.0, "covered": 2.0})
    half = {"intercept": 1.0, "covered": 0.5, "topic": -3.0, "unknown": 0.0}
    assert confidence(half, False, ranking) == 0.5
    assert confidence(half | {"covered": 1.0}, False, ranking) == pytest.approx(1 / (1 + math.exp(-1)))
    assert confidence(half, True, ranking) == pytest.approx(1 / (1 + math.exp(3)))
    assert confidence(half | {"unknown": 0.4}, False, ranking) == 0.5
    assert confidence(half | {"unknown": 0.75}, False, ranking) == 0.125
    with pytest.raises(KeyError, match="covered"):
        weighed(ranking.confidence, {"intercept": 1.0})


def test_off_topic_is_what_neither_the_question_nor_any_sentence_ties_to_the_field(assistant: Assistant) -> None:
    ranking = replace(assistant.ranking, off_topic_below=-1.0)
    far = {"topic": -3.0, "covered": 0.3}
    assert is_off_topic(far, asked(assistant, "how do I bake a cake"), ranking)
    assert not is_off_topic(far | {"topic": 0.0}, asked(assistant, "how do I bake a cake"), ranking)
    assert not is_off_topic(far | {"covered": 1.0}, asked(assistant, "how do I bake a cake"), ranking)
    assert not is_off_topic(far, asked(assistant, "when is Ofsted back"), ranking)
    assert not is_off_topic(far, asked(assistant, "LAC exam results"), ranking)


def test_the_topic_tells_the_field_from_other_matter(encoder: Encoder) -> None:
    topic = topic_of(encoder.identity)
    assert topic is not None
    assert topic.score(encoder.encode_question("are social workers' caseloads manageable")) > 0
    assert topic.score(encoder.encode_question("how do I bake a sponge cake")) < 0


def test_a_topic_holds_for_its_encoder_only(tmp_path: Path) -> None:
    Topic("one", np.array([1.0, -2.0], dtype=np.float32), 0.5).write(tmp_path / "topic.safetensors")
    topic = Topic.load(tmp_path / "topic.safetensors")
    assert (topic.encoder, topic.intercept) == ("one", 0.5)
    assert topic.score(np.array([1.0, 1.0], dtype=np.float32)) == -0.5
    assert topic_of("another") is None
