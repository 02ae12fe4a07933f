"""A question that takes a grade for given is answered after it is known whether inspectors gave that grade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer import Answer, joined, quoted, searched
from assistant.periods import whole_month
from assistant.premise import Premise
from assistant.question import Understood
from assistant.register.entries import Entry
from index.stored import StoredDocument

Ask = Callable[[Understood], Answer]
Tell = Callable[[Entry], Answer]
"""A judgement → an answer that quotes it."""

# What is searched for where it is asked why a grade was given. On sixteen inspections of all grades and both forms of
# report, the answer is then what inspectors found; by the questions' own words, for most it is the grade again.
STRONG = "strong and effective leaders, high-quality services for children"
WEAK = "serious weaknesses that leave children at risk of harm"
TO_IMPROVE = "What needs to improve?"
REASONS = {"outstanding": STRONG, "good": STRONG, "inadequate": WEAK}


def answer_after_checking(
    understood: Understood,
    premise: Premise,
    judgements: Sequence[Entry],
    documents: Sequence[StoredDocument],
    ask: Ask,
    tell: Tell,
) -> Answer:
    """The answer to a question about one authority that takes a grade for given, from the `documents` it is about.

    `judgements` are the overall ones of its inspections, oldest first. The newest that gave the grade is the one meant:
    it is quoted before what else answers. Where none did, the question is refused and the newest judgement quoted.
    Where there is none, the question is answered as any other.
    """
    for entry in reversed(judgements[-1:] if premise.of_the_present else judgements):
        if premise.holds(entry.grade.replace("-", " ")):
            periods = understood.periods or (whole_month(entry.day.year, entry.day.month),)
            meant = replace(understood, periods=periods, latest=False)
            reasons = REASONS.get(entry.grade, TO_IMPROVE)
            question = TO_IMPROVE if premise.lost and premise.grade in ("outstanding", "good") else reasons
            found = ask(meant.in_other_words(question))
            return replace(joined(tell(entry), found), understood=meant)
    if not judgements:
        return ask(understood)
    newest = tell(judgements[-1])
    reason = f"{premise.words} That is not the judgement in the documents searched."
    return replace(
        newest,
        status="refused",
        text=f"{reason}\n\n{quoted(newest.citations)}",
        understood=understood,
        searched=searched(documents),
        confidence=0.0,
        refusal_reason=reason,
    )
