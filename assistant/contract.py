"""An answer as JSON: the keys that other programs rely on. Keys may be added, never removed or renamed."""

from __future__ import annotations

from datetime import date
from typing import Any

from assistant.answer import Answer, Citation, Searched
from assistant.question import Understood
from index.describe import Facts
from index.search import Hit
from index.stored import StoredDocument


def answer_record(answer: Answer, id: str | None, question: str, elapsed_ms: float) -> dict[str, Any]:
    """The record of one answer; `question` is as it was asked."""
    return {
        "id": id,
        "question": question,
        "status": answer.status,
        "confidence": round(answer.confidence, 4),
        "elapsed_ms": round(elapsed_ms, 1),
        "refusal_reason": answer.refusal_reason,
        "understood": understood_record(answer.understood),
        "searched": searched_record(answer.searched),
        "answer": answer.text,
        "citations": [_citation(citation) for citation in answer.citations],
        "passages": [passage_record(hit) for hit in answer.passages],
        "register": register_record(answer),
    }


def register_record(answer: Answer) -> dict[str, Any] | None:
    """What an answer from the register of judgements says, its cells with the numbers of their citations; else None."""
    if not answer.table:
        return None
    return {
        "finding": answer.table.caption,
        "notes": list(answer.notes),
        "columns": list(answer.table.columns),
        "rows": [[{"text": c.text, "citations": list(c.citations)} for c in row] for row in answer.table.rows],
        "coverage": answer.coverage,
    }


def understood_record(understood: Understood) -> dict[str, Any]:
    """How a question was understood."""
    return {
        "question": understood.question,
        "authorities": list(understood.authorities),
        "from": _iso(understood.start),
        "to": _iso(understood.end),
        "latest": understood.latest,
        "missing": list(understood.missing),
        "regions": [region.name for region in understood.regions],
        "respelt": dict(understood.respelt),
    }


def searched_record(searched: Searched) -> dict[str, Any]:
    """What was searched."""
    return {
        "documents": searched.documents,
        "authorities": list(searched.authorities),
        "from": _iso(searched.start),
        "to": _iso(searched.end),
    }


def passage_record(hit: Hit) -> dict[str, Any]:
    """A passage that was found."""
    passage = hit.passage
    return {
        **document_record(passage.document),
        "page": passage.page,
        "section": passage.section,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "score": round(hit.score, 6),
        "paragraph": passage.paragraph,
    }


def document_record(document: StoredDocument) -> dict[str, Any]:
    """What tells a document from others."""
    facts = document.facts
    return {
        "document": document.path,
        "title": facts.title,
        "authority": facts.authority,
        "source": facts.source,
        "inspection_date": _inspection_date(facts),
        "publication_date": _iso(facts.publication_date),
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        **document_record(citation.document),
        "page": citation.page,
        "section": citation.section,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "later_inspection": _inspection_date(citation.later.facts) if citation.later else None,
        "paragraph": citation.paragraph,
        "label": citation.label,
        "url": citation.document.facts.url,
    }


def _inspection_date(facts: Facts) -> str | None:
    """The first day of the inspection; year and month where the document names no day."""
    return f"{facts.inspection_start:%Y-%m}" if facts.month_only else _iso(facts.inspection_start)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
