"""Words that the chat and the source pages share: the product's name, addresses of passages, dates."""

from __future__ import annotations

from datetime import date

from assistant.answer import Citation
from index.describe import MONTHS, Facts
from index.library import StoredDocument, StoredPassage

PRODUCT = "Inspection Assistant"
DIGEST_DIGITS = 16  # of a content hash in an address: short to read, and no two documents in a library share them


def document_address(document: StoredDocument) -> str:
    """The address of a document's page, relative to the chat, to the list of documents, or to another document.

    All of these lie one level below the root, so that the same address works from each and under any sub-path.
    """
    return f"../documents/{document.digest[:DIGEST_DIGITS]}"


def source_address(place: Citation | StoredPassage) -> str:
    """The address that opens the document of a citation or passage at these very words, and marks them."""
    return f"{document_address(place.document)}?start={place.start}&end={place.end}#passage"


def day_in_full(day: date) -> str:
    """A day as "12 August 2022"."""
    return f"{day.day} {_month(day)} {day.year}"


def inspected_in_full(facts: Facts) -> str:
    """When inspectors came, as "27 June to 1 July 2022"; a whole month as "November 2025"; empty where not known."""
    start, end = facts.inspection_start, facts.inspection_end
    if start is None:
        return ""
    if end is None or end == start:
        return day_in_full(start)
    if (start.year, start.month) == (end.year, end.month):
        whole = start.day == 1 and end.day >= 28
        return f"{_month(start)} {start.year}" if whole else f"{start.day} to {day_in_full(end)}"
    year = "" if start.year == end.year else f" {start.year}"
    return f"{start.day} {_month(start)}{year} to {day_in_full(end)}"


def _month(day: date) -> str:
    return MONTHS[day.month - 1].capitalize()
