"""What a library covers, in words: how many documents of which kind, the newest inspection, the last update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.answer import newest_inspections
from assistant.assistant import Assistant
from assistant.wording import day_in_full, in_words, inspected_in_words
from index.stored import StoredDocument

KINDS = {  # whose words a document holds → one, several
    "report": ("report", "reports"),
    "summary": ("summary", "summaries"),
    "news": ("news article", "news articles"),
    "document": ("other document", "other documents"),
}
NAMED = 3  # authorities at most; more are counted


@dataclass(frozen=True)
class Coverage:
    """`words` count the documents; `newest` is a month, `updated` a day, each empty where not known."""

    words: str
    newest: str
    updated: str
    documents: int
    unreadable: int

    @property
    def sentence(self) -> str:
        """All of it: "190 reports of 67 authorities. Newest inspection: November 2025. Last updated: 3 March 2026."."""
        parts = [self.words]
        parts += [f"Newest inspection: {self.newest}"] if self.newest else []
        parts += [f"Last updated: {self.updated}"] if self.updated else []
        return ". ".join(parts) + "."


def coverage(assistant: Assistant) -> Coverage:
    """What the assistant's library covers in its present state."""
    documents = assistant.documents()
    newest = max(newest_inspections(documents).values(), key=_first_day, default=None)
    updated = assistant.library.updated
    return Coverage(
        words=counted(documents),
        newest=inspected_in_words(newest.facts) if newest else "",
        # Stored in UTC, shown as the day it was where the server stands.
        updated=day_in_full(datetime.fromisoformat(updated).astimezone().date()) if updated else "",
        documents=len(documents),
        unreadable=len(assistant.library.failures()),
    )


def counted(documents: Sequence[StoredDocument]) -> str:
    """The documents by kind: "190 reports of 67 authorities, 5 summaries and one news article"."""
    found: list[str] = []
    for kind, (one, several) in KINDS.items():
        of_kind = [d for d in documents if (d.facts.source if d.facts.source in KINDS else "document") == kind]
        if of_kind:
            count = f"one {one}" if len(of_kind) == 1 else f"{len(of_kind):,} {several}"
            # Said once, of the kind that comes first: the others are mostly on the same authorities.
            found.append(count if found else count + _of_authorities(of_kind))
    return in_words(found) if found else "no documents yet"


def _of_authorities(documents: Sequence[StoredDocument]) -> str:
    of_one = [d.facts.authority for d in documents if d.facts.authority]
    names = sorted(set(of_one))
    if not names:
        return ""
    words = f"on {in_words(names)}" if len(names) <= NAMED else f"of {len(names)} authorities"
    return f" {words}" if len(of_one) == len(documents) else f" ({len(of_one):,} {words})"


def _first_day(document: StoredDocument) -> str:
    """When its inspection began, as a text that sorts as time does."""
    return f"{document.facts.inspection_start:%Y-%m-%d}"
