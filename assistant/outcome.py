"""One answer beside what was wanted: whether it fails, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from assistant.evidence import Originals, holds
from assistant.question_set import Question

Record = dict[str, Any]  # as `answer_record` makes it

FIRST = 5  # passages: what a reader looks through, and what a failure lists
# What of an answer's quotations is measured: enough to answer, not a page. A list may be any number.
QUOTES, QUOTED_WORDS = 3, 120
# Of the evidence: a passage should hold half, while a quotation may well be one sentence of two.
SHARE_OF_PASSAGE, SHARE_OF_QUOTE = 0.5, 0.3


@dataclass(frozen=True)
class Outcome:
    """One answer beside what was wanted."""

    question: Question
    record: Record
    rank: int | None  # of the first passage that holds evidence, from 1
    words_read: int | None  # up to the end of that passage
    is_document_first: bool
    is_quoted: bool  # the answer's quotations hold evidence
    pages: tuple[bool | None, ...]  # of the first passages: does each begin on its page?
    exact: tuple[bool | None, ...]  # of the quotations: does each stand in its original?

    @property
    def is_refused(self) -> bool:
        return bool(self.record["status"] == "refused")

    @property
    def reasons(self) -> list[str]:
        """Why this is a failure; nothing where it is none."""
        if not self.question.evidence:
            return [] if self.is_refused else ["answered where a refusal was right"]
        late = [] if self.rank and self.rank <= FIRST else [f"not in the first {FIRST} passages"]
        if self.is_refused:
            return ["refused", *late]
        return [*late, *([] if self.is_quoted else ["not in the quotations"])]


def judge(question: Question, record: Record, originals: Originals) -> Outcome:
    """What is to be said of one answer."""
    citations, passages = record["citations"], record["passages"]
    rank, words_read = _first_held(question, passages)
    return Outcome(
        question,
        record,
        rank,
        words_read,
        bool(passages) and is_same(passages[0]["document"], question.document),
        any(
            _has_evidence(question, citation["document"], citation["quote"], SHARE_OF_QUOTE)
            for citation in _measured_quotes(citations, question.kind == "list")
        ),
        tuple(originals.begins_on_page(p["document"], p["text"], p["page"]) for p in passages[:FIRST]),
        tuple(originals.is_exact(c["document"], c["quote"], c["page"]) for c in citations),
    )


def failure_record(outcome: Outcome) -> Record:
    """What a developer needs to see of a failure: the question, what was wanted and what came."""
    question, record = outcome.question, outcome.record
    return {
        "id": question.id,
        "question": question.question,
        "understood": record["understood"]["question"],
        "reasons": outcome.reasons,
        "wanted": {
            "status": "answered" if question.evidence else "refused",
            "document": question.document or None,
            "evidence": [{"page": piece.page, "quote": piece.quote} for piece in question.evidence],
        },
        "came": {
            "status": record["status"],
            "refusal_reason": record["refusal_reason"],
            "quotes": [{**_place(citation), "quote": citation["quote"]} for citation in record["citations"]],
            "passages": [_place(passage) for passage in record["passages"][:FIRST]],
        },
    }


def _first_held(question: Question, passages: Sequence[Record]) -> tuple[int | None, int | None]:
    """Rank of the first passage that holds evidence, and the words read up to its end."""
    words_read = 0
    for rank, passage in enumerate(passages, 1):
        words_read += len(passage["text"].split())
        if _has_evidence(question, passage["document"], passage["text"], SHARE_OF_PASSAGE):
            return rank, words_read
    return None, None


def _has_evidence(question: Question, document: str, text: str, share: float) -> bool:
    return is_same(document, question.document) and any(holds(text, piece.quote, share) for piece in question.evidence)


def is_same(answered: str, wanted: str) -> bool:
    """The answer's document may carry folders in front of the question's, never the other way round."""
    answered, wanted = PurePath(answered).as_posix().lower(), PurePath(wanted).as_posix().lower()
    return answered == wanted or answered.endswith("/" + wanted)


def _measured_quotes(citations: Sequence[Record], is_list: bool) -> list[Record]:
    if is_list:
        return list(citations)
    taken, count = [], 0
    for citation in citations[:QUOTES]:
        count += len(citation["quote"].split())
        if count > QUOTED_WORDS:
            break
        taken.append(citation)
    return taken


def _place(record: Record) -> Record:
    return {name: record[name] for name in ("document", "page", "section")}
