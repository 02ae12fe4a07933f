"""What is shown and what is refused: alike texts folded, authorities spread, and reasons for a refusal."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.asked import Asked
from assistant.assistant import Assistant
from assistant.confidence import confidence, why_not
from assistant.lexicon import Lexicon
from assistant.ranking import Ranking, weighed
from assistant.selection import select
from assistant.topic import Topic, topic_of
from index.encoder import Encoder
from tests.toy import ToyEncoder

QUIET = {f"no_{kind}_near": 0.0 for kind in ("money", "percentage", "number", "person", "name")} | {
    "topic": 4.0,
    "covered": 0.3,
}


def asked(assistant: Assistant, question: str) -> Asked:
    return Asked.of(question, question, Lexicon.load(), assistant.words)


def test_what_is_asked_counts_as_said_in_the_words_of_reports(assistant: Assistant) -> None:
    about = asked(assistant, "are kids in care visited")
    stems = set(assistant.words.stems("Looked after children are visited."))
    assert about.covered(stems) == 1
    assert 0 < about.covered(set(assistant.words.stems("They are visited."))) < 1
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


@pytest.mark.parametrize(
    ("signals", "reason"),
    [
        (
            {"topic": -3.0},
            "The documents searched say nothing on this: it does not seem to be about children's services.",
        ),
        ({"no_money_near": 1.0}, "The passages on this name no sum of money."),
        ({"no_person_near": 1.0}, "The passages on this name no person."),
        ({}, "No passage in the documents searched says this."),
    ],
)
def test_a_refusal_says_why(assistant: Assistant, signals: dict[str, float], reason: str) -> None:
    ranking = replace(assistant.ranking, off_topic_below=-1.0)
    assert why_not(QUIET | signals, asked(assistant, "how high are caseloads"), [], ranking) == reason


def test_a_name_that_stands_nowhere_is_named(assistant: Assistant) -> None:
    about = asked(assistant, "do they use Liquidlogic")
    unknown = about.unknown(assistant.words, None)
    reason = why_not(QUIET, about, unknown, assistant.ranking)
    assert reason == "“Liquidlogic” stands nowhere in the documents searched."


def test_confidence_by_hand() -> None:
    ranking = replace(Ranking.load(), confidence={"intercept": -1.0, "cosine": 2.0})
    assert confidence(QUIET | {"intercept": 1.0, "cosine": 0.5}, ranking) == 0.5
    assert confidence(QUIET | {"intercept": 1.0, "cosine": 1.0}, ranking) == pytest.approx(1 / (1 + math.exp(-1)))
    off = QUIET | {"intercept": 1.0, "cosine": 9.0, "topic": -3.0}
    assert confidence(off, ranking) == pytest.approx(1 / (1 + math.exp(3)))
    assert confidence(off | {"covered": 1.0}, ranking) > 0.99  # "what needs to improve?"
    with pytest.raises(KeyError, match="cosine"):
        weighed(ranking.confidence, {"intercept": 1.0})


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
