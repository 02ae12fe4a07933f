"""A question about several authorities is answered from each one's documents, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import TypeVar

from assistant.answer import Answer, Citation, quoted, refusal, searched
from assistant.question import Understood, no_report_of, of_authorities, within
from assistant.quotes import MOST_QUOTES
from assistant.selection import SHOWN
from assistant.wording import in_words
from index.stored import StoredDocument

Ask = Callable[[Understood], Answer]
T = TypeVar("T")

MOST = 4  # authorities answered each by itself; of more, what is found in all together
MOST_TOGETHER = 6  # quotations, where none is a list


def is_about_several(understood: Understood) -> bool:
    """Whether a question is about a few authorities, so that each of them is to be heard."""
    return 1 < len(understood.authorities) <= MOST and not understood.nothing_held


def answer_for_each(understood: Understood, documents: Sequence[StoredDocument], ask: Ask) -> Answer:
    """The answers for each authority as one, the surest first; `documents` are all that there are.

    Of whom no passage says it is said; where that is all of them the question is refused.
    """
    covered = searched(within(understood, documents))
    answers = [ask(replace(understood, authorities=(name,), missing=())) for name in understood.authorities]
    answers.sort(key=lambda answer: (answer.status == "refused", -answer.confidence))
    passages = tuple(_in_turn(answer.passages for answer in answers))[:SHOWN]
    answered = [answer for answer in answers if answer.status == "answered"]
    if not answered:
        reason = " ".join((*understood.missing, answers[0].refusal_reason or ""))
        return refusal(passages, understood, covered, answers[0].confidence, reason)
    silent = (_silence(answer, documents) for answer in answers[len(answered) :])
    missing = tuple(dict.fromkeys((*understood.missing, *silent)))
    notes = tuple(f"{in_words(one.understood.authorities)}: {note}" for one in answered for note in one.notes)
    chosen = _in_turn(_some(answer.citations, MOST_TOGETHER // len(answered)) for answer in answered)
    citations = tuple(replace(citation, number=number) for number, citation in enumerate(chosen, start=1))
    return replace(
        answered[0],
        text="\n\n".join(part for part in (" ".join(missing), *notes, quoted(citations)) if part),
        notes=notes,
        citations=citations,
        passages=passages,
        understood=replace(understood, missing=missing),
        searched=covered,
    )


def _silence(refused: Answer, documents: Sequence[StoredDocument]) -> str:
    """That of an authority nothing is said, or that there is no report on it of that time."""
    understood = refused.understood
    years = sorted({day.year for period in understood.periods for day in period})
    if years and not within(understood, documents):
        return no_report_of(years, understood.authorities, of_authorities(documents, understood.authorities))
    return f"No passage on {in_words(understood.authorities)} says this."


def _some(citations: Sequence[Citation], most: int) -> Sequence[Citation]:
    """The first of these; all of them where they are a list."""
    return citations if len(citations) > MOST_QUOTES else citations[:most]


def _in_turn(lists: Iterable[Sequence[T]]) -> list[T]:
    """The first of each list, then the second of each, and so on."""
    return [item for item in chain.from_iterable(zip_longest(*lists)) if item is not None]
