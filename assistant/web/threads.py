"""A conversation as part of an address: the questions asked, not the answers, which are found again.

`q=How was Exham judged?&q=and in 2018?&authority=Exham` is two questions, the second limited to an authority. The same
words stand behind `?` in a link that a site makes, behind `#`, which no server's log sees, in a link to an answer, and
in the memory of the reader's own browser.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date
from urllib.parse import parse_qsl, quote, urlencode

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.question import LONGEST_QUESTION
from assistant.scope import EVERYTHING, Scope

ASKED = range(1900, 2100)  # the years of asking that are believed, as far as those go that questions name
MOST_TURNS = 20  # in one conversation: what a page can show, and a bound to what a session holds in memory
LONGEST = MOST_TURNS * (LONGEST_QUESTION * 12 + 200)  # characters: a letter may take twelve as "%F0%9F%98%80"


class BadThread(ValueError):
    """An address that holds no conversation; the message is for the reader."""


@dataclass(frozen=True)
class Asking:
    """A question as it was put: in its reader's words, on a day, within what they chose to search."""

    question: str
    scope: Scope = EVERYTHING
    everywhere: bool = False
    on: date | None = None


@dataclass(frozen=True)
class Thread:
    """The questions of a conversation, oldest first, and the library's state when they were answered, if known."""

    askings: tuple[Asking, ...] = ()
    state: str = ""


def to_address(askings: Sequence[Asking], state: str = "") -> str:
    """The conversation as the query of an address, without `?`."""
    pairs = [("of", state)] if state else []
    for asking in askings:
        pairs += _pairs(asking)
    return urlencode(pairs, quote_via=quote)


def from_address(address: str) -> Thread:
    """The conversation in the query of an address; empty where none is. Raises BadThread."""
    if len(address) > LONGEST:
        raise BadThread("The link is too long. Ask the question here instead.")
    thread = Thread()
    for key, value in parse_qsl(address.lstrip("?#"), keep_blank_values=True):
        thread = _with(thread, key, value)
    if any((asking.scope.first or 0) > (asking.scope.last or MAXYEAR) for asking in thread.askings):
        raise BadThread("The first year is later than the last. Change one of them.")
    return replace(thread, askings=thread.askings[-MOST_TURNS:])


def answers_to(assistant: Assistant, askings: Sequence[Asking]) -> list[Answer]:
    """The answers of a conversation, each after those before it. Raises BadQuestion."""
    answers: list[Answer] = []
    for asking in askings:
        answers.append(assistant.ask(asking.question, answers, asking.everywhere, asking.scope, asking.on))
    return answers


def scope_from(address: str) -> Scope:
    """What the filters stand for, written as in an address: "authority=Exham&from=2018". Raises BadThread."""
    return from_address(f"q=&{address}").askings[0].scope


def _pairs(asking: Asking) -> Iterator[tuple[str, str]]:
    yield "q", asking.question
    if asking.scope.authority:
        yield "authority", asking.scope.authority
    for key, year in (("from", asking.scope.first), ("to", asking.scope.last)):
        if year:
            yield key, str(year)
    if asking.everywhere:
        yield "everywhere", "1"
    if asking.on:
        yield "on", asking.on.isoformat()


def _with(thread: Thread, key: str, value: str) -> Thread:
    """The conversation with what one key of the address says, of its last question."""
    if key == "of":
        return replace(thread, state=value)
    if key == "q":
        return replace(thread, askings=(*thread.askings, Asking(value)))
    if not thread.askings:
        return thread  # other things may stand in an address
    last = thread.askings[-1]
    if key == "authority":
        last = replace(last, scope=replace(last.scope, authority=value))
    elif key == "from":
        last = replace(last, scope=replace(last.scope, first=_year(value)))
    elif key == "to":
        last = replace(last, scope=replace(last.scope, last=_year(value)))
    elif key == "everywhere":
        last = replace(last, everywhere=value == "1")
    elif key == "unlimited":  # the page's script adds it to what may have filters
        last = replace(last, scope=EVERYTHING)
    elif key == "on":
        last = replace(last, on=_day(value))
    return replace(thread, askings=(*thread.askings[:-1], last))


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4 and int(text)):
        raise BadThread(f"The link names the year “{text[:20]}”, which is not a year. Ask the question here instead.")
    return int(text)


def _day(text: str) -> date:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.year in ASKED:
            return day
    raise BadThread(f"The link names the day “{text[:20]}”, which is no day of asking. Ask the question here instead.")
