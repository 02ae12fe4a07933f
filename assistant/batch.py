"""Question files: one JSON object a line, a question or a conversation; checked whole before the first answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.contract import answer_record
from assistant.conversation import REMEMBERED
from assistant.question import BadQuestion, checked


class BadBatch(ValueError):
    """A question file that cannot be used; the message names the line."""


@dataclass(frozen=True)
class Asked:
    """The questions of one line: one, or the turns of a conversation in order."""

    id: str
    turns: tuple[str, ...]
    is_conversation: bool

    @property
    def ids(self) -> tuple[str, ...]:
        """What the answers are called: the line's own id; "ID/1", "ID/2" and so on in a conversation."""
        return tuple(f"{self.id}/{n}" for n, _ in enumerate(self.turns, 1)) if self.is_conversation else (self.id,)


@dataclass(frozen=True)
class Line:
    """A line of a question file: what is asked, and the whole object that says so. `where` names it in a message."""

    where: str
    row: dict[str, Any]
    asked: Asked


def read_batch(path: Path) -> list[Asked]:
    """What a question file asks. Raises BadBatch for the first line that is not as it should be."""
    return [line.asked for line in read_lines(path)]


def read_lines(path: Path) -> list[Line]:
    """All lines of a question file that are not empty. Raises BadBatch as `read_batch` does."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadBatch(f"{path} cannot be read ({error})") from error
    return [_line(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def answer_batch(assistant: Assistant, batch: list[Asked], everywhere: bool = False) -> Iterator[dict[str, Any]]:
    """One record a question, in order; those of a conversation carry ids "ID/1", "ID/2" and so on.

    With `everywhere` all documents are searched, whatever a question names.
    """
    for asked in batch:
        before: tuple[Answer, ...] = ()
        for id, question in zip(asked.ids, asked.turns, strict=True):
            began = perf_counter()
            answer = assistant.ask(question, before, everywhere)
            elapsed = (perf_counter() - began) * 1000
            before = (*before, answer)[-REMEMBERED:]
            yield answer_record(answer, id, question, elapsed)


def _line(line: str, where: str) -> Line:
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()  # half of a surrogate pair, escaped, is no text
    except (ValueError, RecursionError) as error:
        raise BadBatch(f"{where} is not JSON ({error})") from error
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        raise BadBatch(f'{where} is not an object with an "id"')
    if "turns" in row:
        turns = row["turns"]
        if not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
            raise BadBatch(f'{where}: "turns" is not a list of objects with a "question" each')
        questions = tuple(_question(turn, where, bool(number)) for number, turn in enumerate(turns))
        return Line(where, row, Asked(row["id"], questions, True))
    return Line(where, row, Asked(row["id"], (_question(row, where),), False))


def _question(row: dict[str, Any], where: str, follows_up: bool = False) -> str:
    question = row.get("question")
    if not isinstance(question, str):
        raise BadBatch(f'{where} has no "question"')
    try:
        checked(question, follows_up)
    except BadQuestion as error:
        raise BadBatch(f"{where}: {error}") from error
    return question
