"""Judgements made by hand, as a register holds them."""

from __future__ import annotations

from datetime import date

from assistant.register.entries import Entry
from index.describe import Facts
from index.stored import StoredDocument, StoredJudgement


def stated(authority: str, day: str, area: str, grade: str, source: str = "report") -> StoredJudgement:
    """A judgement as a document of this source states it, of an inspection that began on this day."""
    began = date.fromisoformat(day)
    facts = Facts(f"{authority} in {began.year}", source, authority, began, began)
    document = StoredDocument(0, "0" * 64, f"{authority}-{day}-{source}.pdf", "pdf", facts, 1)
    return StoredJudgement(area, grade, 0, 10, 1, document)


def entry(authority: str, day: str, area: str, grade: str, otherwise: str = "") -> Entry:
    """A judgement of the register, of which a news article may say otherwise."""
    others = (stated(authority, day, area, otherwise, "news"),) if otherwise else ()
    return Entry(stated(authority, day, area, grade), others)
