"""Question sets in, measures out: how well the answers fit what was wanted, and which do not."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.assistant import Assistant
from assistant.batch import answer_batch
from assistant.evidence import Originals
from assistant.outcome import Outcome, Record, failure_record, judge
from assistant.question_set import Question, QuestionSet

Measures = dict[str, float | None]  # None: there was nothing to measure it by


@dataclass(frozen=True)
class Evaluation:
    """The measures of a question set, and a record of each question that failed."""

    measures: Measures
    failures: list[Record]


def evaluate(
    assistant: Assistant, questions: QuestionSet, progress: Callable[[int], None] = lambda done: None
) -> Evaluation:
    """Ask all questions and measure the answers; `progress` hears how many are done."""
    records = []
    for record in answer_batch(assistant, list(questions.asked)):
        records.append(record)
        progress(len(records))
    return evaluated(questions.questions, records, Originals(assistant.library))


def evaluated(questions: Sequence[Question], records: Sequence[Record], originals: Originals) -> Evaluation:
    """The evaluation of these answers to these questions, which have the same order."""
    pairs = zip(questions, records, strict=True)
    outcomes = [judge(question, record, originals) for question, record in pairs]
    return Evaluation(measures(outcomes), [failure_record(outcome) for outcome in outcomes if outcome.reasons])


def measures(outcomes: Sequence[Outcome]) -> Measures:
    """All measures by name; docs/evaluation.md says what each means."""
    answerable = [outcome for outcome in outcomes if outcome.question.evidence]
    unanswerable = [outcome for outcome in outcomes if not outcome.question.evidence]
    exact = [is_exact for outcome in outcomes for is_exact in outcome.exact]
    checked = [is_exact for is_exact in exact if is_exact is not None]
    times = sorted(outcome.record["elapsed_ms"] for outcome in outcomes)

    def hit(first: int) -> float | None:
        return _share(o.rank is not None and o.rank <= first for o in answerable)

    def met_within(words: int) -> float | None:
        return _share(o.words_read is not None and o.words_read <= words for o in answerable)

    return {
        "questions": len(outcomes),
        "hit@1": hit(1),
        "hit@3": hit(3),
        "hit@5": hit(5),
        "hit@10": hit(10),
        "mrr@10": _mean(1 / o.rank if o.rank is not None and o.rank <= 10 else 0 for o in answerable),
        "in_500w": met_within(500),
        "in_1000w": met_within(1000),
        "document@1": _share(o.is_document_first for o in answerable),
        "page": _share(is_right for o in outcomes for is_right in o.pages if is_right is not None),
        "answer": _share(o.is_quoted for o in answerable),
        "answer_words": statistics.median(map(_quoted_words, answerable)) if answerable else None,
        "exact_quotes": _share(checked),
        "quotes_checked": len(checked),
        "quotes_unchecked": len(exact) - len(checked),
        "refused_ok": _share(o.is_refused for o in unanswerable),
        "refused_wrong": _share(o.is_refused for o in answerable),
        "auroc": auroc(_confidences(answerable), _confidences(unanswerable)),
        "p50_ms": times[len(times) // 2] if times else None,
        "p95_ms": times[int(len(times) * 0.95)] if times else None,
    }


def auroc(above: Sequence[float], below: Sequence[float]) -> float | None:
    """How often one of `above` is greater than one of `below`, ties half: 1 tells them apart, 0.5 is chance."""
    return _mean((a > b) + 0.5 * (a == b) for a in above for b in below)


def _quoted_words(outcome: Outcome) -> int:
    return sum(len(citation["quote"].split()) for citation in outcome.record["citations"])


def _confidences(outcomes: Iterable[Outcome]) -> list[float]:
    return [outcome.record["confidence"] for outcome in outcomes]


def _share(values: Iterable[bool]) -> float | None:
    return _mean(map(float, values))


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return round(statistics.mean(numbers), 3) if numbers else None
