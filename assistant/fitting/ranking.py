"""Fits the ranking's weights, the choice of sentences and the confidence on questions the encoder was not trained on.

Each fold's questions are asked of a library of their own: the fold's reports, embedded with an adapter that was trained
without them. Passages and sentences are weighed by a softmax over all that compete for a question; the confidence is a
logistic regression. Every figure is of questions that the weights in use were not fitted on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import softplus

from assistant.assistant import Assistant
from assistant.evaluate import auroc
from assistant.evidence import holds
from assistant.fitting.examples import PASSAGE_SHARE, SENTENCE_SHARE, read_text
from assistant.outcome import is_same
from assistant.question_set import Question
from assistant.quotes import QUOTED_FROM, part, sentence_signals
from assistant.ranking import Ranking
from assistant.topic import Topic
from index.encoder import Encoder
from index.judgements import read_judgements
from index.library import Library
from index.search import Hit, Weights
from index.stored import StoredDocument
from index.update import library_identity

COMPETING = 100  # passages that compete for a question
L2 = 1e-3  # what the mean square of the weights costs, beside the mean loss of a question
TOPIC_L2 = 2.5e-2  # the same for the topic, which has a weight for each of a vector's numbers
ASKED_OF = 3  # authorities, that broad questions count about a third of what specific ones do
REFUSED_WRONGLY = 0.05  # of the answerable questions: the threshold is set for this, to stay below 0.07 on others


@dataclass(frozen=True)
class Fold:
    """Questions, answerable and not, and the library of their reports, whose encoder was trained without them.

    `broad` questions are ones that any report answers, in many places.
    """

    library: Library
    encoder: Encoder
    answerable: Sequence[Question]
    broad: Sequence[Question]
    unanswerable: Sequence[Question]
    off_topic: Sequence[Question]

    def assistant(self, ranking: Ranking, topic: Topic | None = None) -> Assistant:
        """The assistant of this fold."""
        return Assistant(self.library, self.encoder, ranking, topic=topic)


@dataclass(frozen=True)
class Choice:
    """What competes for one question: its signals (n, signals), and which of it answers (n,)."""

    signals: NDArray[np.float64]
    right: NDArray[np.bool_]


Observed = Sequence[Sequence[Choice]]  # by fold


def fold_library(folder: Path, library: Library, encoder: Encoder, documents: Sequence[StoredDocument]) -> Library:
    """A library in `folder`, made where there is none, of some documents of another, embedded with this encoder."""
    if folder.exists():
        return Library(folder, library_identity(encoder))
    made = Library(folder, library_identity(encoder), create=True)
    files = {}
    for document in documents:
        passages = library.passages_of(document)
        texts = [read_text(passage) for passage in passages]
        vectors, of_sentences = encoder.encode_passages([t.text for t in texts], [t.sentences for t in texts])
        original, loaded = library.original(document.id), library.load(document.id)
        made.stage(
            document.digest, document.path, document.format, document.facts, loaded, original,
            read_judgements(loaded, document.facts), passages, vectors, of_sentences,
        )  # fmt: skip
        files[document.path] = (document.digest, len(original))
    made.publish(files, [], "fitting")
    return made


def about_each(broad: Sequence[Question], authorities: Sequence[str]) -> list[Question]:
    """Broad questions, each about ASKED_OF of these authorities, whose name stands for {}, in turn."""
    found = []
    for number, question in enumerate(broad):
        names = [authorities[(number * ASKED_OF + n) % len(authorities)] for n in range(ASKED_OF)]
        texts = dict.fromkeys(question.question.replace("{}", name) for name in names)
        found += [replace(question, question=text) for text in texts]
    return found


def fit(folds: Sequence[Fold], ranking: Ranking) -> tuple[Ranking, dict[str, float]]:
    """Weights fitted on all folds, beginning with those of `ranking`, and the figures they reach across folds."""
    observed = [_passages(fold, ranking) for fold in folds]
    figures = _ablated("passages", observed, PASSAGE_SIGNALS, (1, 5))
    weights = _softmax_weights([choice for fold in observed for choice in fold])
    texts = dict(zip(TEXT_SIGNALS, weights[3:], strict=True))
    ranking = replace(ranking, passages=Weights(*weights[:3]), texts=texts)
    observed = [_sentences(fold, ranking) for fold in folds]
    figures |= _ablated("sentences", observed, SENTENCE_SIGNALS, (1, 3))
    weights = _softmax_weights([choice for fold in observed for choice in fold])
    ranking = replace(ranking, sentences=dict(zip(SENTENCE_SIGNALS, weights, strict=True)))
    ranking, sure = _confidence(folds, ranking)
    return ranking, figures | sure


TEXT_SIGNALS = ("kind", "improvements", "covered", "section", "newest", "present")
PASSAGE_SIGNALS = ("passage", "sentence", "words", *TEXT_SIGNALS)
MOSTLY_EQUAL = {"kind", "improvements", "newest", "present"}
SENTENCE_SIGNALS = ("passage", "sentence", "covered", "kind")


def _ablated(what: str, observed: Observed, signals: Sequence[str], depths: Sequence[int]) -> dict[str, float]:
    """The share of questions whose answer is among the first, by all signals and with some left out."""
    figures, asked = {}, sum(map(len, observed))
    for names in _ablations(signals):
        ranks = _ranks(observed, [signals.index(name) for name in names])
        for k in depths:
            figures[f"{what} hit@{k} by {' + '.join(names)}"] = sum(rank < k for rank in ranks) / asked
    return figures


def _ablations(signals: Sequence[str]) -> list[tuple[str, ...]]:
    """All signals, all but one, and each alone but for those by which most are equal."""
    whole = tuple(signals)
    without = [tuple(other for other in whole if other != name) for name in whole]
    return [whole, *without, *((name,) for name in whole if name not in MOSTLY_EQUAL)]


def _passages(fold: Fold, ranking: Ranking) -> list[Choice]:
    assistant = fold.assistant(ranking)
    found = []
    for question in fold.answerable:
        understood = assistant.understand(question.question)
        hits, asked = assistant.search(understood, COMPETING), assistant.asked(understood)
        signals = [
            [
                hit.cosine,
                max(hit.sentence_cosines, default=hit.cosine),
                hit.words,
                *(texts[name] for name in TEXT_SIGNALS),
            ]
            for hit, texts in zip(hits, assistant.text_signals(hits, understood, asked), strict=True)
        ]
        right = [_answers(hit, hit.passage.text, question, PASSAGE_SHARE) for hit in hits]
        found.append(
            Choice(np.array(signals, dtype=np.float64).reshape(-1, len(PASSAGE_SIGNALS)), np.array(right, dtype=bool))
        )
    return found


def _sentences(fold: Fold, ranking: Ranking) -> list[Choice]:
    assistant = fold.assistant(ranking)
    found = []
    for question in fold.answerable:
        seen = assistant.found(assistant.understand(question.question))
        signals, right = [], []
        for hit in seen.hits[:QUOTED_FROM]:
            for (start, end), values in zip(
                hit.passage.sentences, sentence_signals(hit, seen.hits[0], seen.asked, assistant.words), strict=True
            ):
                signals.append([values[name] for name in SENTENCE_SIGNALS])
                right.append(_answers(hit, part(hit.passage, start, end), question, SENTENCE_SHARE))
        found.append(Choice(np.array(signals).reshape(-1, len(SENTENCE_SIGNALS)), np.array(right, dtype=bool)))
    return found


def _answers(hit: Hit, text: str, question: Question, share: float) -> bool:
    same = is_same(hit.passage.document.path, question.document)
    return same and any(holds(text, piece.quote, share) for piece in question.evidence)


def _ranks(observed: Observed, columns: Sequence[int]) -> list[int]:
    """The place of what answers, counted from 0, for each question that has it; by weights of the other folds."""
    ranks = []
    for number, fold in enumerate(observed):
        others = [choice for n, other in enumerate(observed) if n != number for choice in other]
        weights = _softmax_weights(others, columns)
        for choice in fold:
            order = np.argsort(-choice.signals[:, columns] @ weights, kind="stable")
            ranks += np.flatnonzero(choice.right[order])[:1].tolist()
    return ranks


def _softmax_weights(choices: Sequence[Choice], columns: Sequence[int] | None = None) -> list[float]:
    """Weights under which what answers is likeliest among all that competes with it."""
    kept = [choice for choice in choices if choice.right.any()]
    data = [(torch.tensor(c.signals[:, columns] if columns else c.signals), torch.tensor(c.right)) for c in kept]

    def loss(weights: torch.Tensor) -> torch.Tensor:
        scores = [(signals @ weights, right) for signals, right in data]
        lost = [torch.logsumexp(s, 0) - torch.logsumexp(s[right], 0) for s, right in scores]
        return torch.stack(lost).mean() + L2 * (weights**2).mean()

    return _minimum(loss, data[0][0].shape[1])


def _confidence(folds: Sequence[Fold], ranking: Ranking) -> tuple[Ranking, dict[str, float]]:
    rows: list[tuple[int, str, Mapping[str, float]]] = []
    for number, fold in enumerate(folds):
        others = [other for n, other in enumerate(folds) if n != number]
        assistant = fold.assistant(ranking, fit_topic(fold.encoder, fold.assistant(ranking), others))
        asked = {"answerable": fold.answerable, "broad": fold.broad, "on topic": fold.unanswerable}
        for kind, questions in (asked | {"off topic": fold.off_topic}).items():
            for question in questions:
                understood = assistant.understand(question.question)
                if not understood.nothing_held:
                    rows.append((number, kind, assistant.found(understood).signals))
    names = list(rows[0][2])
    signals = np.array([[values[name] for name in names] for _, _, values in rows])
    fold_of, kinds = (np.array(column) for column in ([row[0] for row in rows], [row[1] for row in rows]))
    answered = np.isin(kinds, ("answerable", "broad"))
    sure = np.zeros(len(rows))
    for number in range(len(folds)):
        weights = _logistic_weights(signals[fold_of != number], answered[fold_of != number])
        sure[fold_of == number] = 1 / (1 + np.exp(-signals[fold_of == number] @ weights))
    threshold = float(np.quantile(sure[answered], REFUSED_WRONGLY))

    def told_apart(*refused: str) -> float:
        return auroc(sure[answered].tolist(), sure[np.isin(kinds, refused)].tolist()) or 0.0

    figures = {
        "confidence auroc": told_apart("on topic"),
        "confidence auroc, off-topic questions too": told_apart("on topic", "off topic"),
        "refused rightly, on topic": float((sure[kinds == "on topic"] < threshold).mean()),
        "refused rightly, off topic": float((sure[kinds == "off topic"] < threshold).mean()),
        "refused wrongly": float((sure[kinds == "answerable"] < threshold).mean()),
        "refused wrongly, broad questions": float((sure[kinds == "broad"] < threshold).mean()),
    }
    weights = _logistic_weights(signals, answered)
    topics = signals[:, names.index("topic")]
    ranking = replace(
        ranking,
        confidence=dict(zip(names, weights, strict=True)),
        refuse_below=threshold,
        off_topic_below=float(np.quantile(topics[answered], 0.01)),
    )
    return ranking, figures


def fit_topic(encoder: Encoder, assistant: Assistant, folds: Sequence[Fold]) -> Topic:
    """What tells these folds' questions, answerable or not, from those that are off topic."""
    field = [question for fold in folds for question in (*fold.answerable, *fold.broad, *fold.unanswerable)]
    others = [question for fold in folds for question in fold.off_topic]
    subjects = [assistant.understand(question.question).subject for question in (*field, *others)]
    vectors = np.array([encoder.encode_question(subject) for subject in subjects], dtype=np.float64)
    signals = np.hstack([vectors, np.ones((len(vectors), 1))])
    *weights, intercept = _logistic_weights(signals, np.arange(len(subjects)) < len(field), TOPIC_L2, balanced=True)
    return Topic(encoder.identity, np.array(weights, dtype=np.float32), intercept)


def _logistic_weights(
    signals: NDArray[np.float64], right: NDArray[np.bool_], l2: float = L2, balanced: bool = False
) -> list[float]:
    """Weights of a logistic regression; `balanced`: what is right counts as much in all as what is not."""
    x, signs = torch.tensor(signals), torch.tensor(np.where(right, 1.0, -1.0))
    share = right.mean()
    counts = torch.tensor(np.where(right, 0.5 / share, 0.5 / (1 - share)) if balanced else np.ones(len(right)))

    def loss(weights: torch.Tensor) -> torch.Tensor:
        return (counts * softplus(-signs * (x @ weights))).mean() + l2 * (weights**2).mean()

    return _minimum(loss, x.shape[1])


def _minimum(loss: Callable[[torch.Tensor], torch.Tensor], count: int) -> list[float]:
    weights = torch.zeros(count, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=500, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss(weights)
        value.backward()  # type: ignore[no-untyped-call]  # untyped in torch
        return value

    optimizer.step(step)  # type: ignore[no-untyped-call]  # untyped in torch
    return [float(weight) for weight in weights.detach()]
