"""Training questions with evidence → the passages and sentences of a library that answer them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from assistant.assistant import Assistant
from assistant.evidence import holds
from assistant.outcome import is_same
from assistant.question_set import Question
from index.encoder import Spans
from index.stored import StoredDocument, StoredPassage

PASSAGE_SHARE, SENTENCE_SHARE = 0.5, 0.3  # of the evidence's runs of five words, as `evaluate` counts them


@dataclass(frozen=True)
class Text:
    """A passage as the encoder reads it: its header, its text, and its sentences' offsets in both together."""

    text: str
    sentences: Spans


@dataclass(frozen=True)
class Example:
    """A question without authority and time, and the passages and (passage, sentence)s of a report that answer it."""

    question: Question
    subject: str
    document: StoredDocument
    passages: tuple[int, ...]
    sentences: frozenset[tuple[int, int]]


def examples(
    assistant: Assistant, questions: Sequence[Question]
) -> tuple[list[Example], dict[int, list[StoredPassage]]]:
    """The questions whose evidence stands in a passage of the library, and the passages of their documents, by id."""
    documents = assistant.documents()
    of_document: dict[int, list[StoredPassage]] = {}
    found = []
    for question in questions:
        document = next((d for d in documents if is_same(d.path, question.document)), None)
        if document is None:
            continue
        passages = of_document.setdefault(document.id, assistant.library.passages_of(document))
        holding = tuple(p.id for p in passages if _holds(p.text, question, PASSAGE_SHARE))
        if holding:
            sentences = frozenset(
                (p.id, number)
                for p in passages
                if p.id in holding
                for number, (start, end) in enumerate(p.sentences)
                if _holds(p.text[start - p.start : end - p.start], question, SENTENCE_SHARE)
            )
            subject = assistant.understand(question.question).subject
            found.append(Example(question, subject, document, holding, sentences))
    return found, of_document


def read_text(passage: StoredPassage) -> Text:
    """What the encoder reads of a passage."""
    return Text(*passage.as_read())


def folds(questions: Sequence[Question], count: int, seed: int = 1) -> dict[str, int]:
    """A fold for each folder that the questions' documents lie in, one an authority: no report is in two folds."""
    names = sorted({folder(question.document) for question in questions})
    random.Random(seed).shuffle(names)  # nosec B311 # the same order again, no secret
    return {name: number % count for number, name in enumerate(names)}


def folder(document: str) -> str:
    """The folder that a document lies in, which is its authority's."""
    return PurePosixPath(document.lower()).parent.name


def _holds(text: str, question: Question, share: float) -> bool:
    return any(holds(text, piece.quote, share) for piece in question.evidence)
