"""The addresses of documents and of passages in them, as the chat, the pages and the API link them."""

from __future__ import annotations

from assistant.answer import Citation
from index.stored import StoredDocument, StoredJudgement, StoredPassage

DIGEST_DIGITS = 16  # of a content hash in an address: short to read, and no two documents in a library share them


def document_address(document: StoredDocument) -> str:
    """The address of a document's page, relative to the chat, to the list of documents, or to another document.

    All of these lie one level below the root, so that the same address works from each and under any sub-path.
    """
    return f"../documents/{document.digest[:DIGEST_DIGITS]}"


def source_address(place: Citation | StoredPassage | StoredJudgement) -> str:
    """The address that opens the document of a citation, passage or judgement at these very words, and marks them."""
    return f"{document_address(place.document)}?start={place.start}&end={place.end}#passage"
