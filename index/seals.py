"""Seals: a checksum beside each row of a library, by which a row that has changed on the disk is noticed when read."""

from __future__ import annotations

import json
import sqlite3
from zlib import crc32

# What a seal covers: of documents, passages and judgements what is shown, and the bulk apart, which is read less often.
SEALED = {
    ("documents", "seal"): "id, digest, path, format, facts, text_digest, page_starts",
    ("documents", "layout_seal"): "id, units, spans",
    ("passages", "seal"): ('document, start, "end", kind, section, header, page, last_page, paragraph, sentences, cut'),
    ("passages", "vectors_seal"): "document, start, vector, sentence_vectors",
    ("judgements", "seal"): 'document, area, grade, start, "end", page',
}


def seal(*values: int | str | bytes | None) -> int:
    """The seal of a row's values."""
    # JSON, not repr: that writes some characters otherwise from one Python to the next.
    return crc32(json.dumps([crc32(value) if isinstance(value, bytes) else value for value in values]).encode())


def seal_rows(db: sqlite3.Connection, documents: str = "1") -> None:
    """Seal all rows of those documents for which the condition `documents` on their table holds."""
    db.create_function("seal", -1, seal, deterministic=True)
    for (table, name), columns in SEALED.items():
        own = "id" if table == "documents" else "document"
        chosen = f"SELECT id FROM documents WHERE {documents}"  # nosec B608 # a condition that the program names
        db.execute(f"UPDATE {table} SET {name} = seal({columns}) WHERE {own} IN ({chosen})")  # nosec B608 # own names


def broken_seals(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """The tables with rows that are not as they were sealed, and how many these are."""
    db.create_function("seal", -1, seal, deterministic=True)
    found = []
    for (table, name), columns in SEALED.items():
        query = f"SELECT count(*) FROM {table} WHERE {name} IS NOT seal({columns})"  # nosec B608 # own names
        if number := db.execute(query).fetchone()[0]:
            found.append((table, number))
    return found
