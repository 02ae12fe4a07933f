"""The library: documents with their originals, texts, passages and vectors in one SQLite file.

It is the one source of truth; the vector and word indexes are derived from it. Documents are prepared ("staged") one by
one and shown all at once: `publish` swaps the old state for the new in one transaction, so that a run killed at any
moment leaves the last complete state, and the next run goes on from what was staged. Whatever is read is held against
its seal: a library that was damaged on the disk is refused, and shows no wrong text, place or grade.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from index.describe import Facts
from index.documents import Document, Passage
from index.faults import meaning
from index.judgements import Reading
from index.remedy import remake, remedy
from index.schema import (
    COUNTS,
    FORMAT_VERSION,
    HELD,
    LIVE_PASSAGES,
    NAMED,
    PLACES,
    SCHEMA,
    UNSEALED,
    name_state,
)
from index.seals import SEALED, broken_seals, seal, seal_rows
from index.stored import (
    Failure,
    StoredDocument,
    StoredJudgement,
    StoredPassage,
    document_from,
    facts_as_json,
    facts_from,
)

FILE = "library.sqlite"
Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
HalfVectors = NDArray[np.float16]

Place = tuple[str, str]
"""Where a file lies: a folder that was indexed, and the file's path below it."""


class DocumentGone(LookupError):
    """A document that was in the library a moment ago; an update has replaced or removed it."""


class LibraryUnusable(Exception):
    """The library is missing, damaged or made with other settings; the message says which and what to do.

    `reason` is what is wrong alone.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason or message


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
        self._texts_seen: dict[int, int] = {}
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
    def generation(self) -> int:
        """The number of the last published state."""
        return int(self._about("generation"))

    @property
    def state(self) -> str:
        """A name of the last published state that no other state has, of this library or another."""
        return self._about("state")

    @property
    def updated(self) -> str:
        """When the last state was published, as an ISO 8601 time."""
        return self._about("updated")

    @property
    def held(self) -> str:
        """Since what no update is made by itself ("rollback of 2 March 2026, 14:00 UTC"); empty where they are made."""
        return self._about(HELD, "")

    @property
    def named(self) -> list[Path] | None:
        """The folders that whoever updated it last named, which may be none; None where that was not kept."""
        found: list[str] | None = json.loads(self._about(NAMED, "null"))
        return None if found is None else [Path(folder) for folder in found]

    @property
    def identity(self) -> dict[str, str]:
        """The encoder and the passage settings that this library was made with."""
        return cast("dict[str, str]", json.loads(self._about("identity")))

    def documents(self) -> list[StoredDocument]:
        """All documents, by path."""
        return [self._stored_document(row) for row in self._rows(f"{_DOCUMENT} WHERE live ORDER BY path")]

    def find_document(self, digest: str) -> StoredDocument | None:
        """The document whose content hash begins with `digest`, which has twelve digits or more."""
        if len(digest) < 12 or not digest.isalnum():
            return None
        rows = self._rows(f"{_DOCUMENT} WHERE live AND digest GLOB ?", (digest + "*",))
        found = next((self._stored_document(row) for row in rows), None)
        return found if found and found.digest.startswith(digest) else None

    def original(self, document: int) -> bytes:
        """The file's bytes as they were indexed."""
        digest, original = self._row("digest, original", document)
        if hashlib.sha256(original).hexdigest() != digest:
            raise self._damaged(f"the original of document {document} is not as it was stored")
        return bytes(original)

    def load(self, document: int) -> Document:
        """A document with its text, units, pages and spans."""
        *row, text, units, spans, layout = self._row(f"{_DOCUMENT_COLUMNS}, text, units, spans, layout_seal", document)
        stored = self._stored_document(row)
        self._check_seal(layout, (document, units, spans), f"the layout of {stored.path}")
        return document_from(self._checked(text, row), units, row[6], spans)

    def load_text(self, document: int) -> str:
        """A document's whole text."""
        *row, text = self._row(f"{_DOCUMENT_COLUMNS}, text", document)
        return self._checked(text, row)

    def text(self, document: int, start: int, end: int) -> str:
        """The characters start..end of a document's stored text."""
        return self.load_text(document)[start:end]

    def page_at(self, document: int, offset: int) -> int | None:
        """The page on which a character of a document's text stands; None where there are no pages."""
        row = self._row(_DOCUMENT_COLUMNS, document)
        self._stored_document(row)
        starts = json.loads(row[6])
        return bisect_right(starts, offset) or 1 if starts else None

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """The passages of these ids, in the order of the ids; one that is not there is left out."""
        marks = ",".join("?" * len(ids))
        rows = list(self._rows(f"{_PASSAGE} WHERE id IN ({marks})", [int(n) for n in ids]))
        documents: dict[int, tuple[StoredDocument, str]] = {}
        for number in {row[1] for row in rows}:
            *columns, text = self._row(f"{_DOCUMENT_COLUMNS}, text", number)
            documents[number] = self._stored_document(columns), self._checked(text, columns)
        found = {row[0]: self._stored_passage(row, *documents[row[1]]) for row in rows}
        return [found[int(n)] for n in ids if int(n) in found]

    def passages_of(self, document: StoredDocument) -> list[StoredPassage]:
        """All passages of a document in reading order."""
        text = self.load_text(document.id)
        rows = self._rows(f"{_PASSAGE} WHERE document = ? ORDER BY start", (document.id,))
        return [self._stored_passage(row, document, text) for row in rows]

    def passage_at(self, document: StoredDocument, offset: int) -> StoredPassage | None:
        """The passage that holds a character of a document's text; None where none does."""
        rows = self._rows(
            f'{_PASSAGE} WHERE document = ? AND start <= ? AND "end" > ? ORDER BY start LIMIT 1',
            (document.id, offset, offset),
        )
        text = self.load_text(document.id)
        return next((self._stored_passage(row, document, text) for row in rows), None)

    def count_passages(self) -> int:
        """The number of passages that are searched."""
        return int(self._value(f"SELECT count(*) {LIVE_PASSAGES}"))

    def check_counts(self) -> None:
        """Raises LibraryUnusable where documents, passages or judgements are fewer or more than were published."""
        for published, held in self._rows(_COUNTS_THEN_AND_NOW):
            if published != held:
                raise self._damaged(f"it holds {held}, not {published}")

    def vectors(self) -> tuple[Ids, Ids, Vectors]:
        """Passage ids (n,), their documents' ids (n,) and vectors (n, dim), by passage id."""
        rows = [(number, document, vector) for number, document, vector, _, _ in self._stored_vectors()]
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        documents = np.array([row[1] for row in rows], dtype=np.int64)
        matrix = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.float32)
        return ids, documents, matrix.reshape(len(rows), -1) if rows else matrix.reshape(0, 0)

    def sentence_vectors(self) -> Iterator[HalfVectors]:
        """The vectors (sentences, dim) of each passage's sentences, by passage id."""
        for _, _, _, sentences, vectors in self._stored_vectors():
            yield np.frombuffer(vectors, dtype=np.float16).reshape(len(json.loads(sentences)), -1)

    def _stored_vectors(self) -> Iterator[tuple[int, int, bytes, str, bytes]]:
        """Passage id, document id, vector, sentences and their vectors, by passage id."""
        columns = "p.id, p.document, p.start, p.vector, p.sentences, p.sentence_vectors, p.vectors_seal"
        for row in self._rows(f"SELECT {columns} {LIVE_PASSAGES} ORDER BY p.id"):
            number, document, start, vector, sentences, of_sentences, sealed = row
            self._check_seal(sealed, (document, start, vector, of_sentences), f"the vectors of passage {number}")
            yield number, document, vector, sentences, of_sentences

    def texts(self) -> Iterator[tuple[int, int, str, str]]:
        """Passage id, document id, header and text of every passage, document by document."""
        for document in sorted(self.documents(), key=lambda document: document.id):
            for passage in self.passages_of(document):
                yield passage.id, document.id, passage.header, passage.text

    def judgements(self) -> list[StoredJudgement]:
        """All judgements that the documents state, document by document."""
        documents = {document.id: document for document in self.documents()}
        found = []
        for *row, sealed in self._rows(_JUDGEMENTS):
            self._check_seal(sealed, row, f"a judgement of document {row[0]}")
            number, area, grade, start, end, page = row
            if number in documents:
                found.append(StoredJudgement(area, grade, start, end, page, documents[number]))
        return found

    def unread_judgements(self) -> list[tuple[str, str]]:
        """Path and area of each judgement that a report must state and that could not be read."""
        query = "SELECT d.path, j.area FROM unread_judgements j JOIN documents d ON d.id = j.document WHERE d.live"
        return [(path, area) for path, area in self._rows(f"{query} ORDER BY d.path, j.rowid")]

    def failures(self) -> list[Failure]:
        """The files that could not be read, by path."""
        return [Failure(*row) for row in self._rows("SELECT path, digest, reason FROM failures ORDER BY path")]

    def cut_passages(self) -> list[tuple[str, int | None]]:
        """Path and page of each passage that ends within a sentence too long for the encoder."""
        query = f"SELECT d.path, p.page {LIVE_PASSAGES} AND p.cut ORDER BY d.path, p.start"
        return [(path, page) for path, page in self._rows(query)]

    def files(self) -> dict[str, tuple[str, int]]:
        """Path → content hash and size of each file that the library holds."""
        return {path: (digest, size) for path, digest, size in self._rows("SELECT * FROM files ORDER BY path")}

    def places(self) -> dict[Place, str]:
        """Place → path in `files` of each file that the library holds."""
        return {(folder, below): path for folder, below, path in json.loads(self._about(PLACES))}

    def known(self) -> dict[str, str]:
        """The content hash of each document that is published or staged, and the path it was described under."""
        return {digest: path for digest, path in self._rows("SELECT digest, path FROM documents ORDER BY live DESC")}

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
                (digest, path, format, facts_as_json(facts), document.text, _digest(document.text), json.dumps(units),
                 json.dumps(document.page_starts), spans.tobytes(), original),
            )  # fmt: skip
            number = cursor.lastrowid
            db.executemany(
                "INSERT INTO judgements VALUES (?, ?, ?, ?, ?, ?, NULL)",
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
            seal_rows(db, f"id = {number}")

    def publish(
        self,
        files: Mapping[str, tuple[str, int]],
        failures: Iterable[Failure],
        now: str,
        prepare: Callable[[], None] = lambda: None,
        named: Sequence[Path] = (),
        places: Mapping[Place, str] = MappingProxyType({}),
    ) -> bool:
        """Make the library hold exactly `files` (path → content hash and size), in one transaction.

        Every hash must be published or staged already. The same content under several paths is one document, named
        by the first of them in `files`. What was staged replaces what was published under the same hash. Where
        anything changes, `prepare` is called before others see it; this thread sees it already. What it raises
        leaves the old state. `named` are the folders that were named by hand, `places` says where each path lies. Where
        updates were held, they are so no more. Returns whether anything changed.
        """
        first: dict[str, str] = {}
        for path, (digest, _) in files.items():
            first.setdefault(digest, path)
        failed = sorted((f.path, f.digest, f.reason) for f in failures)
        with self._transaction() as db:
            before = _state(db)
            db.execute("DELETE FROM documents WHERE live AND digest IN (SELECT digest FROM documents WHERE live = 0)")
            db.execute("UPDATE documents SET live = 1")
            for row in db.execute(_DOCUMENT).fetchall():
                document = self._stored_document(row)
                if document.digest not in first:
                    db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
                elif document.path != (path := first[document.digest]):
                    sealed = seal(*row[:2], path, *row[3:-1])
                    db.execute("UPDATE documents SET path = ?, seal = ? WHERE id = ?", (path, sealed, document.id))
            db.execute("DELETE FROM files")
            db.executemany("INSERT INTO files VALUES (?, ?, ?)", [(p, d, n) for p, (d, n) in sorted(files.items())])
            db.execute("DELETE FROM failures")
            db.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", failed)
            missing = set(first) - {row[0] for row in db.execute("SELECT digest FROM documents")}
            if missing:
                raise ValueError(f"{len(missing)} documents were to be published but never staged")
            db.execute("UPDATE about SET value = ? WHERE name = 'updated'", (now,))
            db.execute("DELETE FROM about WHERE name = ?", (HELD,))
            folders = json.dumps([str(folder.absolute()) for folder in named])
            lie = json.dumps([(*place, path) for place, path in places.items()])
            db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", [(NAMED, folders), (PLACES, lie)])
            if changed := _state(db) != before:
                name_state(db, self.generation + 1)
                prepare()
        return changed

    def problems(self) -> list[str]:
        """What is wrong with the stored data, in words; empty where all is well."""
        found: list[str] = []
        try:
            with self._transaction("DEFERRED"):  # else an update may come between
                found.extend(self._problems())
        except LibraryUnusable as error:
            found.append(error.reason)
        except (ValueError, TypeError) as error:
            found.append(f"what is stored cannot be read ({error})")
        return found

    def _problems(self) -> Iterator[str]:
        for (result,) in self._rows("PRAGMA integrity_check"):
            if result != "ok":
                yield f"the library file is damaged: {result}"
        dimension = int(self.identity.get("dimension", "0"))
        for number, digest, path in list(self._rows("SELECT id, digest, path FROM documents WHERE live ORDER BY path")):
            if hashlib.sha256(self._row("original", number)[0]).hexdigest() != digest:
                yield f"{path}: the stored original does not have its content hash"
            yield from (f"{path}: {problem}" for problem in self._passage_problems(number, dimension))
        unknown = self._rows("SELECT path FROM files WHERE digest NOT IN (SELECT digest FROM documents WHERE live)")
        yield from (f"{path}: the file has no document" for (path,) in unknown)
        with self._understanding():
            broken = broken_seals(self._db)
        yield from (f"rows of '{table}' are not as they were stored: {number}" for table, number in broken)
        self.check_counts()

    def _passage_problems(self, document: int, dimension: int) -> Iterator[str]:
        text, units, page_starts, spans, digest = self._row("text, units, page_starts, spans, text_digest", document)
        try:
            loaded = document_from(text, units, page_starts, spans)
        except ValueError as error:
            yield f"text and offsets do not fit ({error})"
            return
        if _digest(text) != digest:
            yield "the stored text is not as it was read"
        query = 'SELECT area, start, "end", page FROM judgements WHERE document = ?'
        for area, start, end, page in self._rows(query, (document,)):
            if not 0 <= start < end <= len(loaded.text) or loaded.page_at(start) != page:
                yield f"the judgement on {area} is stored for {start}-{end} on page {page}, where it does not stand"
        query = 'SELECT start, "end", page, sentences, vector, sentence_vectors FROM passages WHERE document = ?'
        for start, end, page, sentences, vector, of_sentences in self._rows(query, (document,)):
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
        with self._understanding():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._forget_connection()

    def _stored_document(self, row: Sequence[Any]) -> StoredDocument:
        """From _DOCUMENT_COLUMNS. Raises LibraryUnusable where they are not as they were stored."""
        *values, sealed = row
        self._check_seal(sealed, values, f"document {row[0]}")
        return StoredDocument(row[0], row[1], row[2], row[3], facts_from(row[4]), len(json.loads(row[6])))

    def _stored_passage(self, row: Sequence[Any], document: StoredDocument, whole: str) -> StoredPassage:
        number, *values, sealed = row
        self._check_seal(sealed, values, f"passage {number}")
        _, start, end, kind, section, header, page, last_page, paragraph, sentences, _ = values
        spans = tuple((first, last) for first, last in json.loads(sentences))
        text = whole[start:end]
        return StoredPassage(
            text, start, end, kind, section, header, page, last_page, paragraph, spans, id=number, document=document
        )

    def _checked(self, text: str, row: Sequence[Any]) -> str:
        """A document's text, where it is as it was read; `row` begins with _DOCUMENT_COLUMNS."""
        number, digest = row[0], row[5]
        # SHA-256 of all texts would be a good part of a question's time; the same text again is known by Python's hash.
        if self._texts_seen.get(number) != hash((digest, text)):
            if _digest(text) != digest:
                raise self._damaged(f"the text of {row[2]} is not as it was read")
            self._texts_seen[number] = hash((digest, text))
        return text

    def _check_seal(self, sealed: int | None, values: Sequence[Any], what: str) -> None:
        if seal(*values) != sealed:
            raise self._damaged(f"{what} is not as it was stored")

    def _damaged(self, reason: str) -> LibraryUnusable:
        reason = f"is damaged or no library ({reason})"
        return LibraryUnusable(f"{self._file} {reason}; {remedy(self.folder)}", f"it {reason}")

    def _other(self, reason: str) -> LibraryUnusable:
        return LibraryUnusable(f"the library in {self.folder} {reason}; {remake(self.folder)}", f"it {reason}")

    def _row(self, columns: str, document: int) -> Sequence[Any]:
        """These columns of one document. Raises DocumentGone."""
        query = f"SELECT {columns} FROM documents WHERE id = ?"  # nosec B608 # names of columns
        for row in self._rows(query, (document,)):
            return row
        raise DocumentGone(f"document {document} is no longer in the library")

    def _value(self, query: str, *values: object) -> Any:
        """The first column of the first row. Raises KeyError where there is none."""
        for row in self._rows(query, values):
            return row[0]
        raise KeyError(*values)

    def _about(self, name: str, otherwise: str | None = None) -> str:
        try:
            return str(self._value("SELECT value FROM about WHERE name = ?", name))
        except KeyError as error:
            if otherwise is None:
                raise self._damaged(f"its {name} is missing") from error
            return otherwise

    def _rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[Sequence[Any]]:
        """What a query finds, row by row. Raises LibraryUnusable."""
        try:
            yield from self._db.execute(query, values)
        except sqlite3.Error as error:
            raise self._understood(error) from error

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._understood(error) from error

    def _understood(self, error: sqlite3.Error) -> LibraryUnusable:
        """What SQLite says of a file that it cannot use, as what is wrong with the library and what to do."""
        problem = meaning(error)
        if problem is None:
            self._forget_connection()  # another file may soon stand in this one's place
            return self._damaged(str(error))
        return LibraryUnusable(f"the library in {self.folder} {problem}", f"it {problem}")

    def _forget_connection(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            del self._local.connection
            connection.close()

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
    def _transaction(self, kind: str = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
        with self._understanding():
            db = self._db
            db.execute(f"BEGIN {kind}")
            try:
                yield db
                db.commit()
            except BaseException:
                with suppress(sqlite3.ProgrammingError):  # closed, which has rolled it back
                    db.rollback()
                raise

    def _create(self, identity: Mapping[str, str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {
            "format": FORMAT_VERSION,
            "updated": "",
            PLACES: "[]",
            "identity": json.dumps(dict(identity), sort_keys=True),
        }
        # Made beside and moved into place: a library file that exists is complete.
        making = self._file.with_suffix(".making")
        making.unlink(missing_ok=True)
        with self._understanding(), closing(sqlite3.connect(making)) as connection:
            connection.executescript(SCHEMA)
            connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
            name_state(connection, 0)
            connection.commit()
        making.replace(self._file)

    def _check_opened(self, identity: Mapping[str, str] | None) -> None:
        version = self._about("format")
        if version == UNSEALED:
            self._seal_all()
        elif version != FORMAT_VERSION:
            raise self._other(f"has format {version}, this program writes {FORMAT_VERSION}")
        mine = self.identity
        if identity is not None and mine != dict(identity):
            changed = [f"{k} is {mine.get(k)!r}, now {v!r}" for k, v in identity.items() if mine.get(k) != v]
            raise self._other(f"was made with other settings ({'; '.join(changed)})")

    def _seal_all(self) -> None:
        """Bring a library of the format without seals up to date."""
        with self._transaction() as db:
            if self._about("format") != UNSEALED:  # another process was faster
                return
            for table, name in SEALED:
                db.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER")
            seal_rows(db)
            name_state(db, self.generation)
            db.execute("UPDATE about SET value = ? WHERE name = 'format'", (FORMAT_VERSION,))


def is_made(folder: Path) -> bool:
    """Whether there is a library in `folder` that was published once. Raises LibraryUnusable where it is damaged."""
    return (folder / FILE).exists() and Library(folder).generation > 0


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_DOCUMENT_COLUMNS = f"{SEALED['documents', 'seal']}, seal"
# Made of the names of our own tables and columns; whatever comes from outside is a parameter.
_DOCUMENT = f"SELECT {_DOCUMENT_COLUMNS} FROM documents"  # nosec B608
_PASSAGE = f"SELECT id, {SEALED['passages', 'seal']}, seal FROM passages"  # nosec B608
_JUDGEMENTS = f"SELECT {SEALED['judgements', 'seal']}, seal FROM judgements ORDER BY rowid"  # nosec B608
_COUNTS_THEN_AND_NOW = f"SELECT value, ({COUNTS}) FROM about WHERE name = 'counts'"  # nosec B608


def _state(db: sqlite3.Connection) -> list[Any]:
    """All that a reader can see, but for texts, to tell whether anything changed."""
    return [
        db.execute("SELECT id, path, facts FROM documents WHERE live ORDER BY id").fetchall(),
        db.execute("SELECT * FROM files ORDER BY path").fetchall(),
        db.execute("SELECT * FROM failures ORDER BY path").fetchall(),
    ]
