"""The turns of a conversation: each question that was asked, with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.scope import EVERYTHING
from assistant.web.figures import Figure, time_line_of
from assistant.web.replies import Links, reply
from assistant.web.threads import MOST_TURNS, Asking, to_address

STATE_DIGITS = 12  # of a library's state in an address: enough to tell that it is another


@dataclass(frozen=True)
class Turn:
    """A question, its answer, and both as they are shown, in HTML."""

    asking: Asking
    answer: Answer
    html: str


Turns = tuple[Turn, ...]


def kept(askings: Sequence[Asking], turns: Turns) -> tuple[tuple[Asking, ...], Turns]:
    """The questions that a conversation has room for, the oldest dropped, and the turns that already answer the first.

    An answer rests on the turns before it, so the first turn that differs ends those that are kept.
    """
    dropped = max(0, len(askings) - MOST_TURNS)
    begins_alike = [turn.asking for turn in turns[:dropped]] == list(askings[:dropped])
    askings, turns = tuple(askings[dropped:]), turns[dropped:] if begins_alike else ()
    same = 0
    while same < min(len(askings), len(turns)) and turns[same].asking == askings[same]:
        same += 1
    return askings, turns[:same]


def answered(assistant: Assistant, asking: Asking, before: Turns) -> Turn:
    """The turn that answers a question after those before it. Raises BadQuestion."""
    asking = replace(asking, on=asking.on or date.today())
    turns = [turn.answer for turn in before]
    answer = assistant.ask(asking.question, turns, asking.everywhere, asking.scope, asking.on)
    return Turn(asking, answer, reply(answer, links(assistant, asking, before), _figure(assistant, answer)))


def in_short(turn: Turn) -> Turn:
    """The turn as it is kept once another follows: nothing looks at its passages then, most of what it takes up."""
    return replace(turn, answer=replace(turn.answer, passages=()))


def _figure(assistant: Assistant, answer: Answer) -> Figure | None:
    """The time line of the authority whose history is told; None for any other answer."""
    asked, told = answer.understood.register, {c.document.facts.authority for c in answer.citations}
    if not (answer.table and asked and asked.form == "history" and len(told) == 1):
        return None
    return time_line_of(assistant.register(), told.pop() or "")


def asked_after(assistant: Assistant, turns: Turns, questions: Sequence[str]) -> list[tuple[str, str]]:
    """The questions, each with the address of the conversation in which it comes next, within the same filters.

    Where these hold no document they are left out.
    """
    address = _address(assistant, [turn.asking for turn in turns])
    scope = turns[-1].answer.understood.scope
    scope = scope if scope.documents(assistant.documents()) else EVERYTHING
    return [(question, f"{address}&{to_address([Asking(question, scope)])}") for question in questions]


def state_of(assistant: Assistant) -> str:
    """The library's state as addresses name it."""
    return assistant.library.state[:STATE_DIGITS]


def links(assistant: Assistant, asking: Asking, before: Turns) -> Links:
    """The addresses, within the chat, of an answer and of the same question asked of more documents."""
    askings = [turn.asking for turn in before]
    everywhere, unlimited = replace(asking, everywhere=True), replace(asking, scope=EVERYTHING)
    return Links(*(_address(assistant, [*askings, last]) for last in (asking, everywhere, unlimited)))


def _address(assistant: Assistant, askings: Sequence[Asking]) -> str:
    return f"#{to_address(askings, state_of(assistant))}"
