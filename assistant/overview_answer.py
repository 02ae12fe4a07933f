"""The answer to a question for a report as a whole: no passage is searched, but the place where the report says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer import Answer, joined, refusal, with_note
from assistant.premise_check import TO_IMPROVE, Ask
from assistant.question import Understood
from assistant.quotes import Quote
from assistant.summaries import praised, summed_up
from assistant.wanted import lists_improvements
from assistant.wording import whose_words
from index.stored import StoredDocument, StoredPassage

OF_THE_SUMMARY = "From the inspectors’ own summary, with which the report begins."
TO_BE_IMPROVED = "What the report says needs to improve."
BOTH = "First what the inspectors’ own summary praises, then what the report says needs to improve."
NO_REPORT = "The report itself is not among these documents. This is from: {kind}."
NO_PRAISE = "No sentence was found in the report’s own summary that praises without a reservation."

QuoteThese = Callable[[Understood, Sequence[Quote]], Answer]
"""Sentences that answer a question → the answer that quotes them; a refusal where there are none."""


def answer_overview(
    understood: Understood,
    document: StoredDocument,
    passages: Sequence[StoredPassage],
    judged: Answer | None,
    ask: Ask,
    quote: QuoteThese,
) -> Answer:
    """What a `document` says as a whole, of which these are the `passages` in reading order.

    `judged` quotes the overall judgement that it states, where it states one.
    """
    about = replace(understood, overview="", latest=understood.latest or not understood.periods)
    is_report = document.facts.source == "report"
    where = OF_THE_SUMMARY if is_report else NO_REPORT.format(kind=whose_words(document.facts))
    if understood.overview == "summary":
        answer = _noted(quote(about, summed_up(passages)), where)
        answer = joined(judged, answer) if judged else answer
    elif understood.overview == "strengths":
        answer = _noted(_praise(about, passages, quote), where)
    else:
        answer = ask(about.in_other_words(TO_IMPROVE))
        is_list = any(lists_improvements(citation.section) for citation in answer.citations)
        praise = _praise(about, passages, quote) if understood.overview == "both" else None
        if praise and praise.citations:
            answer = _noted(joined(praise, answer), BOTH if is_report and is_list else where)
        elif is_list or not is_report:
            answer = _noted(answer, TO_BE_IMPROVED if is_report else where)
    return replace(answer, understood=understood)


def _praise(about: Understood, passages: Sequence[StoredPassage], quote: QuoteThese) -> Answer:
    sentences = praised(passages)
    answer = quote(about, sentences)
    return answer if sentences else refusal(answer.passages, about, answer.searched, 0.0, NO_PRAISE)


def _noted(answer: Answer, note: str) -> Answer:
    return with_note(answer, note if answer.citations else "")
