"""An answer as JSON: the keys that other programs rely on. Keys may be added, never removed or renamed."""

from __future__ import annotations

from datetime import date
from typing import Any

from assistant.answer import Answer, Citation
from index.describe import Facts
from index.library import StoredDocument
from index.search import Hit


def answer_record(answer: Answer, id: str | None, question: str, elapsed_ms: float) -> dict[str, Any]:
    """The record of one answer; `question` is as it was asked."""
    return {
        "id": id,
        "question": question,
        "status": answer.status,
        "confidence": round(answer.confidence, 4),
        "elapsed_ms": round(elapsed_ms, 1),
        "refusal_reason": answer.refusal_reason,
        "understood": {
            "question": answer.understood.question,
            "authorities": list(answer.understood.authorities),
            "from": _iso(answer.understood.start),
            "to": _iso(answer.understood.end),
            "latest": answer.understood.latest,
            "missing": list(answer.understood.missing),
        },
        "searched": {
            "documents": answer.searched.documents,
            "authorities": list(answer.searched.authorities),
            "from": _iso(answer.searched.start),
            "to": _iso(answer.searched.end),
        },
        "answer": answer.text,
        "citations": [_citation(citation) for citation in answer.citations],
        "passages": [_passage(hit) for hit in answer.passages],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        **_document(citation.document),
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


def _passage(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        **_document(passage.document),
        "page": passage.page,
        "section": passage.section,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "score": round(hit.score, 6),
        "paragraph": passage.paragraph,
    }


def _document(document: StoredDocument) -> dict[str, Any]:
    facts = document.facts
    return {
        "document": document.path,
        "title": facts.title,
        "authority": facts.authority,
        "source": facts.source,
        "inspection_date": _inspection_date(facts),
        "publication_date": _iso(facts.publication_date),
    }


def _inspection_date(facts: Facts) -> str | None:
    """The first day of the inspection; year and month where the document names no day."""
    return f"{facts.inspection_start:%Y-%m}" if facts.month_only else _iso(facts.inspection_start)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
