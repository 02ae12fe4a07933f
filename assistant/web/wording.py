"""Words that parts of the site share: addresses of passages, dates, what is said where something fails."""

from __future__ import annotations

from assistant.answer import Citation, day_in_full, inspected_in_words
from index.describe import Facts
from index.library import StoredDocument, StoredJudgement, StoredPassage

UNUSABLE = "The documents cannot be searched just now. Try again later, or tell whoever runs this service."
FAILED = "Something went wrong. Try again; if it happens again, tell whoever runs this service."
DIGEST_DIGITS = 16  # of a content hash in an address: short to read, and no two documents in a library share them


def document_address(document: StoredDocument) -> str:
    """The address of a document's page, relative to the chat, to the list of documents, or to another document.

    All of these lie one level below the root, so that the same address works from each and under any sub-path.
    """
    return f"../documents/{document.digest[:DIGEST_DIGITS]}"


def source_address(place: Citation | StoredPassage | StoredJudgement) -> str:
    """The address that opens the document of a citation, passage or judgement at these very words, and marks them."""
    return f"{document_address(place.document)}?start={place.start}&end={place.end}#passage"


def inspected_in_full(facts: Facts) -> str:
    """When inspectors came, as "27 June to 1 July 2022"; a whole month as "November 2025"; empty where not known."""
    start, end = facts.inspection_start, facts.inspection_end
    if start is None or facts.month_only:
        return inspected_in_words(facts)
    if end is None or end == start:
        return day_in_full(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day_in_full(end)}"
    first = day_in_full(start)
    return f"{first.removesuffix(f' {end.year}')} to {day_in_full(end)}"
