"""The project's own questions over its own documents: with the default model the answers hold the floor."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.batch import answer_batch
from assistant.evaluate import evaluated
from assistant.evidence import Originals, words
from assistant.floor import read_floor
from assistant.question_set import QuestionSet, read_question_set
from index.encoder import Encoder
from index.library import Library
from index.update import build, library_identity
from tests.conftest import DOCUMENTS

HERE = Path(__file__).parent
QUESTIONS, FLOOR = HERE / "documents.jsonl", HERE / "floor.toml"


@dataclass(frozen=True)
class Answered:
    """The question set and the answers to it."""

    library: Library
    questions: QuestionSet
    records: list[dict[str, Any]]


@pytest.fixture(scope="module")
def answered(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answered]:
    folder = tmp_path_factory.mktemp("quality") / "library"
    build(folder, [DOCUMENTS], encoder)
    library = Library(folder, library_identity(encoder))
    questions = read_question_set([QUESTIONS])
    yield Answered(library, questions, list(answer_batch(Assistant(library, encoder), list(questions.asked))))
    library.close()


def test_the_floor_is_held(answered: Answered) -> None:
    evaluation = evaluated(answered.questions.questions, answered.records, Originals(answered.library))
    unmet = read_floor(FLOOR).unmet(evaluation.measures)
    assert not unmet, "\n".join([*unmet, *(f"{f['id']}: {', '.join(f['reasons'])}" for f in evaluation.failures)])


def test_what_only_a_heading_says_is_no_other_topic(answered: Answered, encoder: Encoder) -> None:
    assistant = Assistant(answered.library, encoder)
    for question in ("What needs to improve in Rotherham?", "What needs to improve?"):
        answer = assistant.ask(question)
        assert answer.status == "answered"
        assert all("improvement" in citation.section for citation in answer.citations[:1])


def test_the_set_has_questions_refusals_and_conversations() -> None:
    questions = read_question_set([QUESTIONS])
    singles = {asked.id for asked in questions.asked if not asked.is_conversation}
    answerable = [question for question in questions.questions if question.id in singles and question.evidence]
    kinds = {question.kind for question in answerable}
    assert kinds == {"grade", "number", "list", "finding", "fact", "explain", "improvement"}
    assert len(answerable) >= 70
    assert len(singles) - len(answerable) >= 15
    assert sum(2 <= len(asked.turns) <= 4 for asked in questions.asked) >= 8


def test_all_evidence_stands_word_for_word_in_its_document(answered: Answered) -> None:
    # In the stored text too, since Word and HTML files are not read again.
    texts = {document.path: answered.library.load_text(document.id) for document in answered.library.documents()}
    originals = Originals(answered.library)
    for question in answered.questions.questions:
        for piece in question.evidence:
            found = "".join(words(piece.quote)) in "".join(words(texts[question.document]))
            assert found, (question.id, piece.quote)
            assert originals.is_exact(question.document, piece.quote, piece.page) is not False, (question.id, piece)


@pytest.mark.parametrize("are_damaged", [False, True])
def test_the_measures_are_those_of_the_independent_scorer(
    answered: Answered, are_damaged: bool, reports: Path, tmp_path: Path
) -> None:
    scorer = reports.parent / "tools" / "score.py"
    if not scorer.is_file():
        pytest.skip(f"there is no scorer at {scorer}")
    records = damaged(answered.records) if are_damaged else answered.records
    answers = tmp_path / "answers.jsonl"
    answers.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    command = [sys.executable, scorer, QUESTIONS, answers, "--documents", DOCUMENTS, "--json"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    theirs = json.loads(done.stdout)
    ours = evaluated(answered.questions.questions, records, Originals(answered.library))
    assert theirs.pop("missing") == 0
    late = [failure["id"] for failure in ours.failures if "not in the first 5 passages" in failure["reasons"]]
    assert theirs.pop("not_in_first_5") == late
    assert theirs == ours.measures


def damaged(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers with mistakes of every kind that the measures tell apart."""
    records = deepcopy(records)
    for number, record in enumerate(records):
        record["confidence"] = round(record["confidence"], 1)  # ties
        for citation in record["citations"][number % 2 :]:
            match number % 7:
                case 0:
                    citation["page"] = (citation["page"] or 0) + 1
                case 1:
                    citation["quote"] = citation["quote"].replace("a", "e", 1)
                case 2:
                    citation["document"] = "gone.pdf"
                case 3:
                    citation["quote"] += " 5.00"
                case 4:
                    citation["quote"] *= 9  # beyond the words that are measured
                case 5:
                    citation["page"] = None
        if number % 5 == 0:
            record["passages"].reverse()
        if number % 11 == 0:
            record["status"] = "refused"
        if number % 13 == 0:
            record["passages"], record["citations"] = [], []
        for passage in record["passages"][: number % 3]:
            passage["page"] = passage["page"] and passage["page"] % 5 + 1
    return records
