"""The fitting commands' parts, end to end on a few made-up reports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.assistant import Assistant
from assistant.fitting.adapter import Recipe, train
from assistant.fitting.examples import examples, folds
from assistant.fitting.ranking import PASSAGE_SIGNALS, Fold, about_each, fit, fold_library
from assistant.question_set import Evidence, Question
from assistant.ranking import Ranking, write_ranking
from index.adapter import Adapter, write
from index.encoder import DefaultEncoder
from index.library import Library
from index.update import build, library_identity
from tests.toy import ToyEncoder

FACTS = {
    "caseloads": "Caseloads of social workers are too high.",
    "plans": "Pathway plans of care leavers are late.",
    "visits": "Visits to children happen on time.",
    "audits": "Audits by managers are thorough.",
}
QUESTIONS = {
    "caseloads": "are caseloads of social workers high in {}",
    "plans": "are pathway plans late in {}",
    "visits": "are visits to children on time in {}",
    "audits": "how are audits by managers in {}",
}
NAMES = ("Exham", "Wyham", "Zedham")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name in NAMES:
        folder = tmp_path / "files" / name.lower()
        folder.mkdir(parents=True)
        head = f"---\nauthority: {name}\nkind: report\ninspection_start: 2020-01-06\n---\n# Inspection of {name}\n\n"
        (folder / "report.md").write_text(head + "\n\n".join(FACTS.values()) + "\n")
    return tmp_path / "files"


def questions() -> list[Question]:
    return [
        Question(f"{name}-{key}", text.format(name), f"{name.lower()}/report.md", (Evidence(None, FACTS[key]),))
        for name in NAMES
        for key, text in QUESTIONS.items()
    ]


def opened(files: Path, folder: Path) -> Assistant:
    build(folder, [files], ToyEncoder())
    return Assistant.open(folder, ToyEncoder())


def test_examples_know_what_answers_and_leave_the_authority_out(files: Path, tmp_path: Path) -> None:
    assistant = opened(files, tmp_path / "library")
    found, passages = examples(assistant, [*questions(), Question("x", "is it there", "gone/report.md", ())])
    assert len(found) == 12
    for example in found:
        (answering,) = (p for p in passages[example.document.id] if p.id in example.passages)
        assert answering.text == example.question.evidence[0].quote
        assert example.sentences == {(answering.id, 0)}
        assert "ham" not in example.subject


def test_no_authority_is_in_two_folds() -> None:
    fold_of = folds(questions(), 2)
    assert set(fold_of) == {"exham", "wyham", "zedham"}
    assert sorted(set(fold_of.values())) == [0, 1]


def test_training_draws_questions_to_what_answers_them(files: Path, tmp_path: Path) -> None:
    found, passages = examples(opened(files, tmp_path / "library"), questions())
    told: list[float] = []
    recipe = Recipe(rank=2, epochs=5, batch=12, rate=5e-3, negatives=2, mined=3)
    factors = train(found, passages, recipe, lambda step, steps, loss: told.append(loss))
    assert len(told) == 5
    assert told[-1] < told[0]
    assert len(factors) == 36
    write(factors, tmp_path / "adapter.safetensors")
    adapted = DefaultEncoder(Adapter.load(tmp_path / "adapter.safetensors"))
    plain = DefaultEncoder(adapter=None)
    text = "are pathway plans late"
    assert adapted.identity != plain.identity
    assert float(adapted.encode_question(text) @ plain.encode_question(text)) < 0.999


def test_fitted_numbers_rank_what_answers_first(files: Path, tmp_path: Path) -> None:
    whole = opened(files, tmp_path / "library")
    fold_of, made = folds(questions(), 3), []
    for name in NAMES:
        own = [document for document in whole.documents() if document.facts.authority == name]
        library = fold_library(tmp_path / name, whole.library, ToyEncoder(), own)
        refused = [Question("u", f"how much are agency workers paid in {name}", "", ())]
        off = [Question("o", "bake a cake with cherries", "", ())]
        broad = about_each([Question("b", "how are visits to children in {}", "", ())], [name])
        own_questions = [q for q in questions() if name in q.question]
        made.append(Fold(library, ToyEncoder(), own_questions, broad, refused, off))
    assert len(fold_of) == 3
    ranking, figures = fit(made, Ranking.load())
    assert figures[f"passages hit@1 by {' + '.join(PASSAGE_SIGNALS)}"] == 1
    assert figures["sentences hit@1 by passage + sentence + covered + kind"] == 1
    write_ranking(ranking, tmp_path / "ranking.toml")
    again = Ranking.load(tmp_path / "ranking.toml")
    assert again.confidence == pytest.approx(dict(ranking.confidence), abs=1e-3)
    assert all(np.isfinite(value) for value in again.confidence.values())
    library = Library(tmp_path / "library", library_identity(ToyEncoder()))
    fitted = Assistant(library, ToyEncoder(), again)
    hits = fitted.search(fitted.understand("are visits to children on time in Wyham"), 3)
    assert hits[0].passage.text == FACTS["visits"]


def test_broad_questions_are_asked_of_each_authority_in_turn() -> None:
    broad = [Question(str(n), text, "", ()) for n, text in enumerate(("is {} good", "why {}", "what of {}", "which"))]
    asked = [question.question for question in about_each(broad, ["Exham", "Wyham", "Zed", "Orm"])]
    assert asked[:4] == ["is Exham good", "is Wyham good", "is Zed good", "why Orm"]
    assert asked[-1] == "which"
    assert len(asked) == 3 * 3 + 1
