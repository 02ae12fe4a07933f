"""Question sets: question files whose lines also say what answers them, so that answers can be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.batch import Asked, BadBatch, read_lines
from assistant.evidence import words


@dataclass(frozen=True)
class Evidence:
    """Words of a document that answer a question; `page` is None where the document has no pages."""

    page: int | None
    quote: str


@dataclass(frozen=True)
class Question:
    """A question and what answers it: pieces of evidence, any of which will do. Without any, a refusal is right."""

    id: str
    question: str
    document: str  # relative to the indexed folder; "" where a refusal is right
    evidence: tuple[Evidence, ...]
    kind: str = ""


@dataclass(frozen=True)
class QuestionSet:
    """What is asked, line by line, and what is wanted, answer by answer in the same order."""

    asked: tuple[Asked, ...]
    questions: tuple[Question, ...]


def read_question_set(paths: Sequence[Path]) -> QuestionSet:
    """The questions of one or several files as one set. Raises BadBatch, naming the line."""
    asked: list[Asked] = []
    questions: dict[str, Question] = {}
    for line in (line for path in paths for line in read_lines(path)):
        asked.append(line.asked)
        rows = line.row["turns"] if line.asked.is_conversation else [line.row]
        for id, row in zip(line.asked.ids, rows, strict=True):
            if id in questions:
                raise BadBatch(f'{line.where}: the id "{id}" has been used before; each question needs its own')
            questions[id] = _wanted(id, row, line.where)
    if not questions:
        raise BadBatch(f"there is no question in {' or '.join(map(str, paths))}")
    return QuestionSet(tuple(asked), tuple(questions.values()))


def _wanted(id: str, row: dict[str, Any], where: str) -> Question:
    evidence = row.get("evidence") or []
    if not isinstance(evidence, list):
        raise BadBatch(f'{where}: "evidence" is not a list')
    document, kind = row.get("document") or "", row.get("kind") or ""
    if not isinstance(document, str) or not isinstance(kind, str):
        raise BadBatch(f'{where}: "document" or "kind" is not text')
    if evidence and not document:
        raise BadBatch(f'{where} has "evidence" without the "document" that it stands in')
    return Question(id, row["question"], document, tuple(_evidence(piece, where) for piece in evidence), kind)


def _evidence(piece: Any, where: str) -> Evidence:
    quote = piece.get("quote") if isinstance(piece, dict) else None
    if not isinstance(quote, str) or not words(quote):
        raise BadBatch(f'{where}: a piece of "evidence" has no words as its "quote"')
    page = piece.get("page")
    if page is not None and (isinstance(page, bool) or not isinstance(page, int)):
        raise BadBatch(f'{where}: the "page" of a piece of "evidence" is no whole number')
    return Evidence(page, quote)
