"""What a search brought, before it is decided whether, and with what, the question is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.asked import Asked, Term
from assistant.quotes import Quote
from assistant.wanted import Kind
from index.search import Hit
from index.stored import StoredDocument


@dataclass(frozen=True)
class Found:
    """The documents searched, what was asked, and the passages and sentences found, best first.

    `unknown` and `absent` are what was asked for and was not found: terms that stand in none of the documents, kinds of
    answer that no passage near holds. `signals` are those of the confidence.
    """

    documents: Sequence[StoredDocument]
    asked: Asked
    hits: Sequence[Hit]
    sentences: Sequence[Quote]
    unknown: Sequence[Term]
    absent: Sequence[Kind]
    signals: Mapping[str, float]
    off_topic: bool
