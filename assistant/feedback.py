"""What readers say of answers, kept in a file of its own beside the library, which may be made again.

A row may become a question of an evaluation set: what answered well must go on doing so, what did not must be mended.
"""

from __future__ import annotations

import csv
import json
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from assistant.contract import answer_record
from assistant.spreadsheet import cell
from index.library import Library

FILE = "feedback.sqlite"
SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, helpful INTEGER NOT NULL, reason TEXT NOT NULL, status TEXT NOT NULL,
    question TEXT NOT NULL, understood TEXT NOT NULL, answer TEXT NOT NULL, citations TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE
) STRICT
"""
LONGEST_REASON = 1000  # characters


class FeedbackUnusable(ValueError):
    """The file cannot be read or written; the message says what to do."""


class NoSuchFeedback(ValueError):
    """A row that is not there, or of which no question can be made; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One reader's word on one answer. Question and answer are empty where the site does not keep them.

    `at` is an ISO 8601 time in UTC, `citations` JSON as in an answer's record.
    """

    id: int
    at: str
    helpful: bool
    reason: str
    status: str
    question: str
    understood: str
    answer: str
    citations: str


_COLUMNS = ", ".join(field.name for field in fields(Row))
_ALL = f"SELECT {_COLUMNS} FROM feedback ORDER BY id"  # nosec B608 # names of fields, nothing from outside
_BACKED_UP = f"SELECT {_COLUMNS}, token FROM feedback ORDER BY id"  # nosec B608 # as above
_ADD = f"INSERT OR IGNORE INTO feedback ({_COLUMNS}, token) VALUES ({', '.join('?' * (len(fields(Row)) + 1))})"


class Feedback:
    """The feedback kept in a library's folder. Safe to use from several threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def add(self, answer: Answer, question: str, helpful: bool, keep_answer: bool = False) -> str:
        """Keep a reader's word; with `keep_answer` the question, as it was asked, and the answer too.

        Returns a token that nobody else has, with which the reader may give a reason. Raises FeedbackUnusable.
        """
        kept: tuple[str, ...] = ("", "", "", "[]")
        if keep_answer:
            record = answer_record(answer, None, question, 0.0)
            kept = (question, answer.understood.question, answer.text, json.dumps(record["citations"]))
        at = datetime.now(UTC).isoformat(timespec="seconds")
        token = secrets.token_urlsafe(16)
        row = (at, int(helpful), "", answer.status, *kept, token)
        with self._changed() as db:
            db.execute("INSERT INTO feedback VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return token

    def explain(self, token: str, reason: str) -> None:
        """Give the reason of what was kept under this token; one that is not known changes nothing.

        Raises FeedbackUnusable.
        """
        with self._changed() as db:
            db.execute("UPDATE feedback SET reason = ? WHERE token = ?", (reason.strip()[:LONGEST_REASON], token))

    def rows(self) -> list[Row]:
        """All that is kept, oldest first."""
        if not self._file.exists():
            return []
        with self._opened() as db:
            return [_row(values) for values in db.execute(_ALL)]

    def row(self, id: int) -> Row:
        """One of them. Raises NoSuchFeedback."""
        found = next((row for row in self.rows() if row.id == id), None)
        if found is None:
            raise NoSuchFeedback(f"there is no feedback {id}; 'inspection-assistant feedback' lists what there is")
        return found

    def put_into(self, backup: sqlite3.Connection) -> None:
        """Copy all that is kept into a backup of the library. Raises FeedbackUnusable."""
        if not self._file.exists():
            return
        try:
            with self._opened() as db:
                rows = db.execute(_BACKED_UP).fetchall()
        except sqlite3.Error as error:
            raise FeedbackUnusable(
                f"the readers' feedback in {self._file} cannot be read ({error}); no backup was made. "
                "Move the file away to make one without it"
            ) from error
        backup.execute(SCHEMA)
        backup.executemany(_ADD, rows)

    def take_from(self, backup: sqlite3.Connection) -> Callable[[], None]:
        """Take what is kept in a backup of the library out of it; what is returned adds it to what is here.

        That raises FeedbackUnusable.
        """
        if not backup.execute("SELECT 1 FROM sqlite_master WHERE name = 'feedback'").fetchone():
            return lambda: None
        rows = backup.execute(_BACKED_UP).fetchall()
        backup.execute("DROP TABLE feedback")
        return partial(self._add_missing, rows)

    def _add_missing(self, rows: Iterable[tuple[Any, ...]]) -> None:
        back = f"'inspection-assistant rollback --data {self._file.parent}'"
        try:
            with self._opened() as db, db:
                for id, *values in rows:
                    is_taken = db.execute("SELECT 1 FROM feedback WHERE id = ?", (id,)).fetchone()
                    db.execute(_ADD, (None if is_taken else id, *values))
        except sqlite3.Error as error:
            raise FeedbackUnusable(
                f"the library is as in the backup, but the readers' feedback in it cannot be written to {self._file} "
                f"({error}). Mend that, run {back}, and restore it again"
            ) from error

    @contextmanager
    def _changed(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._opened() as db, db:
                yield db
        except sqlite3.Error as error:
            raise FeedbackUnusable(
                f"the readers' feedback cannot be written to {self._file} ({error}); nothing was changed. "
                "See that its disk has room, and that it may be written to"
            ) from error

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=30)) as db:
            db.execute(SCHEMA)
            yield db


def as_csv(rows: list[Row]) -> str:
    """The rows as CSV with a heading, safe to open in a spreadsheet."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([field.name for field in fields(Row)])
    for row in rows:
        writer.writerow(map(cell, astuple(row)))
    return file.getvalue()


def as_question(row: Row, library: Library, quote: str = "") -> dict[str, Any]:
    """A line of a question set made of a row: what answers it is `quote`, else what a helpful answer quoted.

    `quote` has to stand in one document of the library, spaces aside. A refusal that was helpful becomes a question
    that has to be refused. Raises NoSuchFeedback.
    """
    if not row.question:
        raise NoSuchFeedback(f'feedback {row.id} was kept without its question; set feedback to "answers" to keep it')
    line: dict[str, Any] = {"id": f"feedback-{row.id}", "question": row.understood}
    if quote:
        return line | _evidence(quote, library)
    if not row.helpful:
        raise NoSuchFeedback(
            f"feedback {row.id} says that the answer did not help; give the words that do with --quote"
        )
    cited = json.loads(row.citations) if row.status == "answered" else []
    evidence = [{"page": c["page"], "quote": c["quote"]} for c in cited if c["document"] == cited[0]["document"]]
    return line | ({"document": cited[0]["document"], "evidence": evidence} if cited else {"evidence": []})


def _evidence(quote: str, library: Library) -> dict[str, Any]:
    """Where words stand in the library, as a question set says it."""
    found = []
    for document in library.documents():
        loaded = library.load(document.id)
        if (span := _find(quote, loaded.text)) is not None:
            evidence = [{"page": loaded.page_at(span[0]), "quote": loaded.text[span[0] : span[1]]}]
            found.append({"document": document.path, "evidence": evidence})
    if len(found) != 1:
        where = "in no document" if not found else f"in {len(found)} documents ({found[0]['document']} is the first)"
        raise NoSuchFeedback(f"“{quote[:60]}” stands {where}; give words that stand in one, as they are there")
    return found[0]


def _find(quote: str, text: str) -> tuple[int, int] | None:
    """Where a text has these words, however they are broken into lines."""
    match = re.search(r"\s+".join(map(re.escape, quote.split())), text)
    return match.span() if match else None


def _row(values: tuple[Any, ...]) -> Row:
    return Row(values[0], values[1], bool(values[2]), *values[3:])
