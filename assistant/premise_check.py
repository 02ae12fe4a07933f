"""A question that takes a grade for given is answered after it is known whether inspectors gave that grade."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer import Answer, Citation, quoted, searched
from assistant.periods import whole_month
from assistant.premise import Premise
from assistant.question import OVERALL, Understood
from assistant.selection import SHOWN
from assistant.times import Month, inspections_of
from index.library import StoredDocument

Ask = Callable[[Understood], Answer]

# What is searched for where it is asked why a grade was given. On sixteen inspections of all grades and both forms of
# report, the answer is then what inspectors found; by the questions' own words, for most it is the grade again.
STRONG = "strong and effective leaders, high-quality services for children"
WEAK = "serious weaknesses that leave children at risk of harm"
TO_IMPROVE = "What needs to improve?"
REASONS = {"outstanding": STRONG, "good": STRONG, "inadequate": WEAK}
# "adequate" was a grade until 2012, "requires improvement" is one since.
GRADE = re.compile(r"\b(requires improvement|outstanding|inadequate|adequate|good)\b", re.I)
OF_THE_WHOLE = re.compile(r"\boverall\b", re.I)


def answer_after_checking(
    understood: Understood, premise: Premise, documents: Sequence[StoredDocument], ask: Ask
) -> Answer:
    """The answer to a question about one authority that takes a grade for given, from the `documents` it is about.

    The newest inspection that gave the grade is the one meant: its judgement is quoted before what else answers. Where
    none did, the question is refused and the newest one's judgement quoted. Where a judgement cannot be told, the
    question is answered as any other.
    """
    judged: list[tuple[str | None, Answer]] = []
    authority, inspections = next(iter(inspections_of(documents).items()), ("", []))
    for month in reversed(inspections[-1:] if premise.of_the_present else inspections):
        judgement = ask(_for_the_judgement(authority, month))
        grade = overall_grade(judgement.citations)
        if grade and premise.holds(grade):
            periods = understood.periods or (whole_month(*month),)
            meant = replace(understood, periods=periods, latest=False)
            reasons = REASONS.get(grade, TO_IMPROVE)
            question = TO_IMPROVE if premise.lost and premise.grade in ("outstanding", "good") else reasons
            found = ask(replace(meant, question=question, asked=question, about=question, subject=question))
            return replace(_with_reasons(judgement, found), understood=meant)
        judged.append((grade, judgement))
    if not judged or not all(grade for grade, _ in judged):
        return ask(understood)
    _, newest = judged[0]
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


def overall_grade(citations: Sequence[Citation]) -> str | None:
    """The overall grade that the first of these quotations to name a grade gives, in small letters.

    None where that has several and does not say which is overall.
    """
    lines = [line for citation in citations for line in citation.quote.splitlines() if GRADE.search(line)]
    for line in [*filter(OF_THE_WHOLE.search, lines), *lines[:1]]:
        grades = {
            str(grade).lower() for grade in GRADE.findall(re.sub(r"(?i)improvement to be good", "improvement", line))
        }
        if len(grades) == 1 and (OF_THE_WHOLE.search(line) or len(lines) == 1):
            return grades.pop()
    return None


def _for_the_judgement(authority: str, month: Month) -> Understood:
    question = "How was it judged?"
    periods = (whole_month(*month),)
    return Understood(question, (authority,), periods, subject=OVERALL, asked=question, about=question)


def _with_reasons(judgement: Answer, reasons: Answer) -> Answer:
    """An answer that quotes the judgement first, then what else is quoted."""
    first, *_ = judgement.citations
    others = [
        c for c in reasons.citations if c.document.id != first.document.id or not first.start <= c.start < first.end
    ]
    citations = tuple(replace(c, number=number) for number, c in enumerate((first, *others), start=1))
    hits = {hit.passage.id: hit for hit in (*judgement.passages[:1], *reasons.passages)}
    return replace(
        reasons,
        status="answered",
        text=quoted(citations),
        citations=citations,
        passages=tuple(hits.values())[:SHOWN],
        confidence=max(judgement.confidence, reasons.confidence),
        refusal_reason=None,
        off_topic=False,
    )
