"""What a library holds, as it is given out, and how it is made of rows: documents, passages, judgements, failures."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np

from index.describe import Facts
from index.documents import Document, Passage, Span, Unit
from index.judgements import Judgement


@dataclass(frozen=True)
class StoredDocument:
    """A document of the library without its text. `path` is relative to the folder that was indexed."""

    id: int
    digest: str
    path: str
    format: str
    facts: Facts
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage(Passage):
    """A passage of the library."""

    id: int
    document: StoredDocument


@dataclass(frozen=True)
class StoredJudgement(Judgement):
    """A judgement and the document that states it."""

    document: StoredDocument


@dataclass(frozen=True)
class Failure:
    """A file that could not be read, and why."""

    path: str
    digest: str
    reason: str


def document_from(text: str, units: str, page_starts: str, spans: bytes) -> Document:
    """A document from its columns. Raises ValueError where they do not fit each other."""
    found = tuple(
        Unit(kind, start, end, level, caption, tuple(columns))
        for kind, start, end, level, caption, columns in json.loads(units)
    )
    places = tuple(Span(*map(int, span)) for span in np.frombuffer(spans, dtype=np.int32).reshape(-1, 4))
    return Document(text, found, tuple(json.loads(page_starts)), places)


def facts_as_json(facts: Facts) -> str:
    """What a file says of itself as it is stored."""
    values = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(facts).items()}
    return json.dumps(values, sort_keys=True)


def facts_from(text: str) -> Facts:
    """The same from what is stored. Raises ValueError where that is something else."""
    values = json.loads(text)
    for name in ("inspection_start", "inspection_end", "publication_date", "written"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return Facts(**values)
