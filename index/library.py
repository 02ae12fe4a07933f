"""The library: documents with their originals, texts, passages and vectors in one SQLite file.

It is the one source of truth; the vector and word indexes are derived from it. Documents are prepared ("staged") one by
one and shown all at once: `publish` swaps the old state for the new in one transaction, so that a run killed at any
moment leaves the last complete state, and the next run goes on from what was staged.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import threading
import uuid
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from index.describe import Facts
from index.documents import Document, Passage, Span, Unit
from index.judgements import Judgement, Reading

FILE = "library.sqlite"
SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, digest TEXT NOT NULL, live INTEGER NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL,
    facts TEXT NOT NULL, text TEXT NOT NULL, text_digest TEXT NOT NULL, units TEXT NOT NULL,
    page_starts TEXT NOT NULL, spans BLOB NOT NULL, original BLOB NOT NULL, UNIQUE (digest, live)
) STRICT;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL, section TEXT NOT NULL, header TEXT NOT NULL,
    page INTEGER, last_page INTEGER, paragraph INTEGER, sentences TEXT NOT NULL,
    cut INTEGER NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL
) STRICT;
CREATE INDEX passages_of_document ON passages (document, start);
CREATE TABLE judgements (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, area TEXT NOT NULL, grade TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER, PRIMARY KEY (document, area)
) STRICT;
CREATE TABLE unread_judgements (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, area TEXT NOT NULL, PRIMARY KEY (document, area)
) STRICT;
CREATE TABLE files (path TEXT PRIMARY KEY, digest TEXT NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE failures (path TEXT PRIMARY KEY, digest TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
"""
FORMAT_VERSION = "3"

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
HalfVectors = NDArray[np.float16]


class DocumentGone(LookupError):
    """A document that was in the library a moment ago; an update has replaced or removed it."""


class LibraryUnusable(Exception):
    """The library is missing, damaged or made with other settings; the message says which and what to do."""


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


class Library:
    """A library folder opened for reading, or created. Connections are one a thread."""

    def __init__(self, folder: Path, identity: Mapping[str, str] | None = None, create: bool = False) -> None:
        """Open the library in `folder`; with `create` make it where there is none.

        `identity` names the encoder and the passage settings; a library made with others is refused. None: any is
        taken. Raises LibraryUnusable.
        """
        self.folder = folder
        self._file = folder / FILE
        self._local = threading.local()
        if not self._file.exists():
            if not create or identity is None:
                raise LibraryUnusable(f"there is no library in {folder}; make one with 'inspection-assistant index'")
            self._create(identity)
        self._identity = identity
        self.check_identity()

    def check_identity(self) -> None:
        """Raises LibraryUnusable where the library is damaged, or of other settings than it was opened with."""
        self._check_opened(self._identity)

    @property
    def id(self) -> str:
        """A name made once for this library, so that derived indexes of another are noticed."""
        return self._about("id")

    @property
    def generation(self) -> int:
        """The number of the last published state."""
        return int(self._about("generation"))

    @property
    def state(self) -> str:
        """A name of the last published state that no other state has, of this library or another."""
        return f"{self.id}:{self.generation}"

    @property
    def updated(self) -> str:
        """When the last state was published, as an ISO 8601 time."""
        return self._about("updated")

    @property
    def identity(self) -> dict[str, str]:
        """The encoder and the passage settings that this library was made with."""
        return cast("dict[str, str]", json.loads(self._about("identity")))

    def documents(self) -> list[StoredDocument]:
        """All documents, by path."""
        rows = self._db.execute(f"{_DOCUMENT} WHERE live ORDER BY path")
        return [_stored_document(row) for row in rows]

    def find_document(self, digest: str) -> StoredDocument | None:
        """The document whose content hash begins with `digest`, which has twelve digits or more."""
        if len(digest) < 12 or not digest.isalnum():
            return None
        row = self._db.execute(f"{_DOCUMENT} WHERE live AND digest GLOB ?", (digest + "*",)).fetchone()
        return _stored_document(row) if row else None

    def original(self, document: int) -> bytes:
        """The file's bytes as they were indexed."""
        return bytes(self._row("original", document)[0])

    def load(self, document: int) -> Document:
        """A document with its text, units, pages and spans."""
        row = self._row("text, units, page_starts, spans", document)
        units = tuple(
            Unit(kind, start, end, level, caption, tuple(columns))
            for kind, start, end, level, caption, columns in json.loads(row[1])
        )
        spans = tuple(Span(*map(int, span)) for span in np.frombuffer(row[3], dtype=np.int32).reshape(-1, 4))
        return Document(row[0], units, tuple(json.loads(row[2])), spans)

    def load_text(self, document: int) -> str:
        """A document's whole text."""
        return str(self._row("text", document)[0])

    def text(self, document: int, start: int, end: int) -> str:
        """The characters start..end of a document's stored text."""
        return str(self._row(f"substr(text, {start + 1:d}, {end - start:d})", document)[0])

    def page_at(self, document: int, offset: int) -> int | None:
        """The page on which a character of a document's text stands; None where there are no pages."""
        starts = json.loads(self._row("page_starts", document)[0])
        return bisect_right(starts, offset) or 1 if starts else None

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The passages of these ids, in the order of the ids; one that is not there is left out."""
        marks = ",".join("?" * len(ids))
        rows = self._db.execute(f"{_PASSAGE} WHERE id IN ({marks})", [int(n) for n in ids]).fetchall()
        documents: dict[int, tuple[StoredDocument, str]] = {}
        for number in {row[1] for row in rows}:
            *columns, text = self._row(f"{_DOCUMENT_COLUMNS}, text", number)
            documents[number] = _stored_document(columns), text
        found = {row[0]: _stored_passage(row, *documents[row[1]]) for row in rows}
        return [found[int(n)] for n in ids if int(n) in found]

    def passages_of(self, document: StoredDocument) -> list[StoredPassage]:
        """All passages of a document in reading order."""
        text = self.load_text(document.id)
        rows = self._db.execute(f"{_PASSAGE} WHERE document = ? ORDER BY start", (document.id,))
        return [_stored_passage(row, document, text) for row in rows]

    def passage_at(self, document: StoredDocument, offset: int) -> StoredPassage | None:
        """The passage that holds a character of a document's text; None where none does."""
        row = self._db.execute(
            f'{_PASSAGE} WHERE document = ? AND start <= ? AND "end" > ? ORDER BY start LIMIT 1',
            (document.id, offset, offset),
        ).fetchone()
        return _stored_passage(row, document, self.load_text(document.id)) if row else None

    def count_passages(self) -> int:
        """The number of passages that are searched."""
        return int(self._db.execute(f"SELECT count(*) {_LIVE_PASSAGES}").fetchone()[0])

    def vectors(self) -> tuple[Ids, Ids, Vectors]:
        """Passage ids (n,), their documents' ids (n,) and vectors (n, dim), by passage id."""
        rows = self._db.execute(f"SELECT p.id, p.document, p.vector {_LIVE_PASSAGES} ORDER BY p.id").fetchall()
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        documents = np.array([row[1] for row in rows], dtype=np.int64)
        matrix = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.float32)
        return ids, documents, matrix.reshape(len(rows), -1) if rows else matrix.reshape(0, 0)

    def sentence_vectors(self) -> Iterator[HalfVectors]:
        """The vectors (sentences, dim) of each passage's sentences, by passage id."""
        rows = self._db.execute(f"SELECT p.sentences, p.sentence_vectors {_LIVE_PASSAGES} ORDER BY p.id")
        for sentences, vectors in rows:
            yield np.frombuffer(vectors, dtype=np.float16).reshape(len(json.loads(sentences)), -1)

    def texts(self) -> Iterator[tuple[int, int, str, str]]:
        """Passage id, document id, header and text of every passage, document by document."""
        documents = self._db.execute("SELECT id, text FROM documents WHERE live ORDER BY id")
        for document, text in documents:
            query = 'SELECT id, header, start, "end" FROM passages WHERE document = ? ORDER BY start'
            for number, header, start, end in self._db.execute(query, (document,)):
                yield number, document, header, text[start:end]

    def judgements(self) -> list[StoredJudgement]:
        """All judgements that the documents state, document by document."""
        documents = {document.id: document for document in self.documents()}
        rows = self._db.execute('SELECT document, area, grade, start, "end", page FROM judgements ORDER BY rowid')
        return [
            StoredJudgement(area, grade, start, end, page, documents[number])
            for number, area, grade, start, end, page in rows
            if number in documents
        ]

    def unread_judgements(self) -> list[tuple[str, str]]:
        """Path and area of each judgement that a report must state and that could not be read."""
        query = "SELECT d.path, j.area FROM unread_judgements j JOIN documents d ON d.id = j.document WHERE d.live"
        return [(path, area) for path, area in self._db.execute(f"{query} ORDER BY d.path, j.rowid")]

    def failures(self) -> list[Failure]:
        """The files that could not be read, by path."""
        return [Failure(*row) for row in self._db.execute("SELECT path, digest, reason FROM failures ORDER BY path")]

    def cut_passages(self) -> list[tuple[str, int | None]]:
        """Path and page of each passage that ends within a sentence too long for the encoder."""
        query = f"SELECT d.path, p.page {_LIVE_PASSAGES} AND p.cut ORDER BY d.path, p.start"
        return [(path, page) for path, page in self._db.execute(query)]

    def files(self) -> dict[str, tuple[str, int]]:
        """Path → content hash and size of each file that the library holds."""
        return {path: (digest, size) for path, digest, size in self._db.execute("SELECT * FROM files ORDER BY path")}

    def known(self) -> dict[str, str]:
        """The content hash of each document that is published or staged, and the path it was described under."""
        return dict(self._db.execute("SELECT digest, path FROM documents ORDER BY live DESC"))

    def stage(
        self,
        digest: str,
        path: str,
        format: str,
        facts: Facts,
        document: Document,
        original: bytes,
        judgements: Reading,
        passages: Sequence[Passage],
        vectors: Vectors,
        sentence_vectors: Sequence[Vectors],
    ) -> None:
        """Prepare a document, whole, in one transaction; it is not seen before `publish`.

        `vectors` (n, dim) are those of its n passages, `sentence_vectors` those of the sentences of each.
        """
        if len(passages) != len(vectors):
            raise ValueError(f"{path}: {len(passages)} passages but {len(vectors)} vectors")
        if [len(p.sentences) for p in passages] != [len(rows) for rows in sentence_vectors]:
            raise ValueError(f"{path}: the sentences of its passages and their vectors differ in number")
        spans = np.array([(s.start, s.length, s.page, s.source) for s in document.spans], dtype=np.int32)
        units = [(u.kind, u.start, u.end, u.level, u.caption, u.columns) for u in document.units]
        with self._transaction() as db:
            db.execute("DELETE FROM documents WHERE live = 0 AND digest = ?", (digest,))
            cursor = db.execute(
                "INSERT INTO documents (digest, live, path, format, facts, text, text_digest, units, page_starts, "
                "spans, original) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (digest, path, format, _facts_json(facts), document.text, _digest(document.text), json.dumps(units),
                 json.dumps(document.page_starts), spans.tobytes(), original),
            )  # fmt: skip
            number = cursor.lastrowid
            db.executemany(
                "INSERT INTO judgements VALUES (?, ?, ?, ?, ?, ?)",
                [(number, j.area, j.grade, j.start, j.end, j.page) for j in judgements.judgements],
            )
            unread = [(number, area) for area in judgements.unread]
            db.executemany("INSERT INTO unread_judgements VALUES (?, ?)", unread)
            rows = zip(passages, vectors, sentence_vectors, strict=True)
            db.executemany(
                'INSERT INTO passages (document, start, "end", kind, section, header, page, last_page, paragraph, '
                "sentences, cut, vector, sentence_vectors) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (number, p.start, p.end, p.kind, p.section, p.header, p.page, p.last_page, p.paragraph,
                     json.dumps(p.sentences), int(p.cut), v.astype(np.float32).tobytes(),
                     of_sentences.astype(np.float16).tobytes())
                    for p, v, of_sentences in rows
                ],
            )  # fmt: skip

    def publish(self, files: Mapping[str, tuple[str, int]], failures: Iterable[Failure], now: str) -> bool:
        """Make the library hold exactly `files` (path → content hash and size), in one transaction.

        Every hash must be published or staged already. The same content under several paths is one document, named
        by the first of them in `files`. What was staged replaces what was published under the same hash. Returns
        whether anything changed.
        """
        first: dict[str, str] = {}
        for path, (digest, _) in files.items():
            first.setdefault(digest, path)
        failed = sorted((f.path, f.digest, f.reason) for f in failures)
        with self._transaction() as db:
            before = _state(db)
            db.execute("DELETE FROM documents WHERE live AND digest IN (SELECT digest FROM documents WHERE live = 0)")
            db.execute("UPDATE documents SET live = 1")
            for number, digest in db.execute("SELECT id, digest FROM documents").fetchall():
                if digest not in first:
                    db.execute("DELETE FROM documents WHERE id = ?", (number,))
                    continue
                db.execute("UPDATE documents SET path = ? WHERE id = ?", (first[digest], number))
            db.execute("DELETE FROM files")
            db.executemany("INSERT INTO files VALUES (?, ?, ?)", [(p, d, n) for p, (d, n) in sorted(files.items())])
            db.execute("DELETE FROM failures")
            db.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", failed)
            missing = set(first) - {row[0] for row in db.execute("SELECT digest FROM documents")}
            if missing:
                raise ValueError(f"{len(missing)} documents were to be published but never staged")
            if changed := _state(db) != before:
                db.execute("UPDATE about SET value = CAST(value AS INTEGER) + 1 WHERE name = 'generation'")
            db.execute("UPDATE about SET value = ? WHERE name = 'updated'", (now,))
        return changed

    def problems(self) -> list[str]:
        """What is wrong with the stored data, in words; empty where all is well."""
        found = []
        for (result,) in self._db.execute("PRAGMA integrity_check").fetchall():
            if result != "ok":
                found.append(f"the library file is damaged: {result}")
        dimension = int(self.identity.get("dimension", "0"))
        for document in self.documents():
            if hashlib.sha256(self.original(document.id)).hexdigest() != document.digest:
                found.append(f"{document.path}: the stored original does not have its content hash")
            found.extend(f"{document.path}: {problem}" for problem in self._passage_problems(document, dimension))
        unknown = self._db.execute(
            "SELECT path FROM files WHERE digest NOT IN (SELECT digest FROM documents WHERE live)"
        )
        found.extend(f"{path}: the file has no document" for (path,) in unknown)
        return found

    def _passage_problems(self, document: StoredDocument, dimension: int) -> Iterator[str]:
        try:
            loaded = self.load(document.id)
        except ValueError as error:
            yield f"text and offsets do not fit ({error})"
            return
        if _digest(loaded.text) != str(self._row("text_digest", document.id)[0]):
            yield "the stored text is not as it was read"
        query = 'SELECT area, start, "end", page FROM judgements WHERE document = ?'
        for area, start, end, page in self._db.execute(query, (document.id,)):
            if not 0 <= start < end <= len(loaded.text) or loaded.page_at(start) != page:
                yield f"the judgement on {area} is stored for {start}-{end} on page {page}, where it does not stand"
        query = 'SELECT start, "end", page, sentences, vector, sentence_vectors FROM passages WHERE document = ?'
        for start, end, page, sentences, vector, of_sentences in self._db.execute(query, (document.id,)):
            if not 0 <= start < end <= len(loaded.text):
                yield f"passage {start}-{end} lies outside a text of {len(loaded.text)} characters"
            elif loaded.page_at(start) != page:
                yield f"passage {start}-{end} is stored for page {page}, its text begins on {loaded.page_at(start)}"
            if not all(start <= first < last <= end for first, last in json.loads(sentences)):
                yield f"passage {start}-{end} has sentences outside it"
            if (
                len(vector) != 4 * dimension
                or not abs(np.linalg.norm(np.frombuffer(vector, dtype=np.float32)) - 1) < 1e-3
            ):
                yield f"passage {start}-{end} has no unit vector of {dimension} numbers"
            if len(of_sentences) != 2 * dimension * len(json.loads(sentences)):
                yield f"passage {start}-{end} lacks vectors of its sentences"

    def close(self) -> None:
        """Close this thread's connection; what was written goes into the one file."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()
        del self._local.connection

    def _row(self, columns: str, document: int) -> Sequence[Any]:
        """These columns of one document. Raises DocumentGone."""
        row = self._db.execute(f"SELECT {columns} FROM documents WHERE id = ?", (document,)).fetchone()
        if row is None:
            raise DocumentGone(f"document {document} is no longer in the library")
        return cast("Sequence[Any]", row)

    @property
    def _db(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._file, timeout=30)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            self._local.connection = connection
        return cast("sqlite3.Connection", connection)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.rollback()
            raise
        db.commit()

    def _create(self, identity: Mapping[str, str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {
            "format": FORMAT_VERSION,
            "id": uuid.uuid4().hex,
            "generation": "0",
            "updated": "",
            "identity": json.dumps(dict(identity), sort_keys=True),
        }
        # Made beside and moved into place: a library file that exists is complete.
        making = self._file.with_suffix(".making")
        making.unlink(missing_ok=True)
        connection = sqlite3.connect(making)
        connection.executescript(SCHEMA)
        connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        connection.commit()
        connection.close()
        making.replace(self._file)

    def _check_opened(self, identity: Mapping[str, str] | None) -> None:
        try:
            version = self._about("format")
        except (sqlite3.DatabaseError, KeyError) as error:
            raise LibraryUnusable(f"{self._file} is damaged or no library ({error}); {_remedy(self.folder)}") from error
        if version != FORMAT_VERSION:
            raise LibraryUnusable(
                f"{self._file} has format {version}, this program writes {FORMAT_VERSION}; {_remedy(self.folder)}"
            )
        if identity is not None and self.identity != dict(identity):
            mine = self.identity
            changed = [f"{k} is {mine.get(k)!r}, now {v!r}" for k, v in identity.items() if mine.get(k) != v]
            raise LibraryUnusable(
                f"the library in {self.folder} was made with other settings ({'; '.join(changed)}); "
                f"{_remedy(self.folder)}"
            )

    def _about(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise KeyError(name)
        return str(row[0])


def is_made(folder: Path) -> bool:
    """Whether there is a library in `folder` that was published once. Raises LibraryUnusable where it is damaged."""
    return (folder / FILE).exists() and Library(folder).generation > 0


def replace(folder: Path, newer: Path) -> None:
    """Put the library in the folder `newer`, which nobody has open, in the place of the one in `folder`.

    In one transaction of the same file: whoever has the old library open sees the new one whole, or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        generation = Library(folder).generation + 1
    except LibraryUnusable:  # none, or damaged
        generation = 1
        for suffix in ("", "-wal", "-shm"):
            (folder / (FILE + suffix)).unlink(missing_ok=True)
    source, target = sqlite3.connect(newer / FILE), sqlite3.connect(folder / FILE, timeout=30)
    with closing(source), closing(target):
        source.execute("UPDATE about SET value = ? WHERE name = 'generation'", (str(generation),))
        source.commit()
        source.backup(target)
    shutil.rmtree(newer)


def _remedy(folder: Path) -> str:
    return (
        f"make it again with 'inspection-assistant index FOLDER ... --data {folder} --rebuild', "
        "naming the folders that it is to hold"
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_DOCUMENT_COLUMNS = "id, digest, path, format, facts, json_array_length(page_starts)"
_DOCUMENT = f"SELECT {_DOCUMENT_COLUMNS} FROM documents"
_PASSAGE = (
    'SELECT id, document, start, "end", kind, section, header, page, last_page, paragraph, sentences FROM passages'
)
_LIVE_PASSAGES = "FROM passages p JOIN documents d ON d.id = p.document WHERE d.live"


def _state(db: sqlite3.Connection) -> list[Any]:
    """All that a reader can see, but for texts, to tell whether anything changed."""
    return [
        db.execute("SELECT id, path, facts FROM documents WHERE live ORDER BY id").fetchall(),
        db.execute("SELECT * FROM files ORDER BY path").fetchall(),
        db.execute("SELECT * FROM failures ORDER BY path").fetchall(),
    ]


def _stored_document(row: Sequence[Any]) -> StoredDocument:
    return StoredDocument(row[0], row[1], row[2], row[3], _facts(row[4]), row[5])


def _stored_passage(row: Sequence[Any], document: StoredDocument, whole: str) -> StoredPassage:
    sentences = tuple((start, end) for start, end in json.loads(row[10]))
    start, end, kind, section, header, page, last_page, paragraph = row[2:10]
    text = whole[start:end]
    return StoredPassage(
        text, start, end, kind, section, header, page, last_page, paragraph, sentences, id=row[0], document=document
    )


def _facts_json(facts: Facts) -> str:
    values = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(facts).items()}
    return json.dumps(values, sort_keys=True)


def _facts(text: str) -> Facts:
    values = json.loads(text)
    for name in ("inspection_start", "inspection_end", "publication_date", "written"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return Facts(**{**values, "sources": tuple(values["sources"])})
