"""The tables of a library's file, and how its states are named and counted."""

from __future__ import annotations

import sqlite3
import uuid

SCHEMA = """
PRAGMA application_id = 0x494E5350;
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, digest TEXT NOT NULL, live INTEGER NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL,
    facts TEXT NOT NULL, text TEXT NOT NULL, text_digest TEXT NOT NULL, units TEXT NOT NULL,
    page_starts TEXT NOT NULL, spans BLOB NOT NULL, original BLOB NOT NULL, seal INTEGER, layout_seal INTEGER,
    UNIQUE (digest, live)
) STRICT;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL, section TEXT NOT NULL, header TEXT NOT NULL,
    page INTEGER, last_page INTEGER, paragraph INTEGER, sentences TEXT NOT NULL,
    cut INTEGER NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL, seal INTEGER, vectors_seal INTEGER
) STRICT;
CREATE INDEX passages_of_document ON passages (document, start);
CREATE TABLE judgements (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, area TEXT NOT NULL, grade TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER, seal INTEGER, PRIMARY KEY (document, area)
) STRICT;
CREATE TABLE unread_judgements (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, area TEXT NOT NULL, PRIMARY KEY (document, area)
) STRICT;
CREATE TABLE files (path TEXT PRIMARY KEY, digest TEXT NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE failures (path TEXT PRIMARY KEY, digest TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
"""
FORMAT_VERSION = "4"
HELD, NAMED = "held", "named"  # rows of `about` that not every library has
PLACES = "places"
UNSEALED = "3"  # the format before, which is brought up to date where it is opened

LIVE_PASSAGES = "FROM passages p JOIN documents d ON d.id = p.document WHERE d.live"
COUNTS = f"""
SELECT (SELECT count(*) FROM documents WHERE live) || ' documents, ' || (SELECT count(*) {LIVE_PASSAGES})
|| ' passages and ' || (SELECT count(*) FROM judgements j JOIN documents d ON d.id = j.document WHERE d.live)
|| ' judgements'
"""  # nosec B608


def hold_updates(db: sqlite3.Connection, since: str) -> None:
    """Have no update of this library made by itself until somebody makes one by hand."""
    db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (HELD, since))


def name_state(db: sqlite3.Connection, generation: int) -> None:
    """Name what a library holds now as a state of its own, with this number."""
    about = {"generation": str(generation), "state": uuid.uuid4().hex, "counts": db.execute(COUNTS).fetchone()[0]}
    db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())
