"""A folder of files → a library that holds exactly what the folder holds; only changed files are read and embedded."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from index import readers
from index.copies import forget_older, keep_previous, replace
from index.derived import derived, make_indexes
from index.describe import Facts, describe
from index.documents import Document, Passage, Unreadable
from index.encoder import Encoder, Vectors
from index.fetched import Fetched, read_fetched
from index.judgements import read_judgements
from index.library import Library, Place
from index.lock import MAKING, alone
from index.passages import PASSAGE_SETTINGS, split_passages
from index.readers.apart import ReaderProcess
from index.readers.writer import HIDDEN
from index.stored import Failure

# Passages embedded at a time: enough for batches of like length, few enough that a killed run loses half a minute.
EMBED_AT_ONCE = 1500
BREAK = re.compile(r"[\t\n\r\x85\u2028\u2029]")


@dataclass
class Report:
    """What an update did.

    Of the files that the library holds so many were `added`, `replaced` by others of their name, and `removed`; so many
    were `read`, with so many `words` and `passages`; `failures` are those that could not be.
    """

    files: int = 0
    documents: int = 0
    added: int = 0
    replaced: int = 0
    read: int = 0
    unchanged: int = 0
    removed: int = 0
    duplicates: dict[str, str] = field(default_factory=dict)
    words: int = 0
    passages: int = 0
    failures: list[Failure] = field(default_factory=list)
    changed: bool = False


Progress = Callable[[str, int, int], None]
"""Told a stage ("Reading", "Embedding"), how much of it is done, and how much there is."""


def library_identity(encoder: Encoder) -> dict[str, str]:
    """What a library made with this encoder and these passage settings is known by."""
    settings = {name: str(value) for name, value in PASSAGE_SETTINGS.items()}
    return {
        "encoder": encoder.identity,
        "dimension": str(encoder.dimension),
        "passages": str(settings),
        "readers": readers.VERSION,
    }


def build(
    folder: Path,
    folders: Sequence[Path],
    encoder: Encoder,
    progress: Progress | None = None,
    named: Sequence[Path] = (),
) -> Report:
    """Bring the library in `folder`, made where there is none, up to date, and its indexes with it.

    The state before it is kept. `named` are those of the `folders` that were named by hand, from which updates that are
    made by themselves (`index.automatic`) go on. Raises LibraryUnusable for a library that is damaged, made with
    another encoder or other passage settings, or cannot be written; ValueError for a folder that is not there.
    """
    check_folders(folders)
    with alone(folder):
        library = Library(folder, library_identity(encoder), create=True)
        report = update(library, folders, encoder, progress, named)
        derived(library)
        library.close()
    return report


def rebuild(
    folder: Path,
    folders: Sequence[Path],
    encoder: Encoder,
    progress: Progress | None = None,
    named: Sequence[Path] = (),
) -> Report:
    """Make the library in `folder` again from nothing, beside the old one, which stays until the new one is whole."""
    check_folders(folders)
    with alone(folder):
        beside = folder / f"{MAKING}library"
        library = Library(beside, library_identity(encoder), create=True)
        report = update(library, folders, encoder, progress, named)
        library.close()
        replace(folder, beside)
        derived(Library(folder, library_identity(encoder)))
    return report


def update(
    library: Library,
    folders: Sequence[Path],
    encoder: Encoder,
    progress: Progress | None = None,
    named: Sequence[Path] = (),
) -> Report:
    """Make the library hold exactly the readable files below `folders`, and publish that in one step.

    The indexes are made, and the state before is kept, before anybody sees the new one: what fails there leaves the
    old one whole. A file that cannot be read, or not within the limits of `index.readers.apart`, is named in the report
    and the rest goes on. Raises ValueError for a folder that is not there, before anything is changed; LibraryUnusable.
    """
    check_folders(folders)
    tell = progress or (lambda stage, done, total: None)
    report = Report()
    files: dict[str, tuple[str, int]] = {}
    known, held, before, places = library.known(), dict[str, str](), library.files(), library.places()
    found = find_files(folders)
    closed = [(str(f.folder), _beginning(f.below)) for f in found if f.wrong]
    # What lies in a folder that cannot be listed now is not known to be gone. It keeps its path.
    kept = {place: path for place, path in places.items() if any(_lies_in(place, *folder) for folder in closed)}
    paths = _paths(found, set(kept.values()))
    now = {f.place: path for f, path in zip(found, paths, strict=True) if not f.wrong}
    report.failures += [Failure(path, "", f.wrong) for f, path in zip(found, paths, strict=True) if f.wrong]
    report.files = len(now)
    fetched = read_fetched(folders)
    with ReaderProcess() as reader, _Staging(library, encoder, report, tell) as staging:
        for number, (place, path) in enumerate(now.items()):
            tell("Reading", number, len(now))
            last = before.get(places.get(place, ""))
            if taken := _take(reader, staging, path, Path(*place), known, held, last, fetched, report):
                files[path] = taken
                held.setdefault(taken[0], path)
        tell("Reading", len(now), len(now))
        staging.finish()
    files |= {path: before[path] for path in kept.values()}
    places = {place: path for place, path in (now | kept).items() if path in files}
    report.added, report.removed = len(files.keys() - before.keys()), len(before.keys() - files.keys())
    report.replaced = sum(files[path] != before[path] for path in files.keys() & before.keys())
    published = datetime.now(UTC).isoformat(timespec="seconds")

    def prepare() -> None:
        keep_previous(library, library.generation)
        make_indexes(library, library.folder)

    report.changed = library.publish(files, report.failures, published, prepare, named, places)
    forget_older(library)
    report.documents = len(library.documents())
    return report


def check_folders(folders: Sequence[Path]) -> None:
    """Raises ValueError where one of them is not there, or cannot be listed."""
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"{folder} is not a folder; name the folder that holds the documents")
        try:
            os.scandir(folder).close()
        except OSError as error:
            raise ValueError(f"{folder} cannot be listed ({error.strerror}); nothing was changed") from error


def _take(
    reader: ReaderProcess,
    staging: _Staging,
    path: str,
    file: Path,
    known: dict[str, str],
    held: dict[str, str],
    last: tuple[str, int] | None,
    fetched: Mapping[str, Fetched],
    report: Report,
) -> tuple[str, int] | None:
    """Read a file and put it up for embedding where it is new; its content hash and size, None where it is not read.

    `known` and `held` give the path of each content hash, in the library as it is and in this run so far, `last` what
    the library holds of this file, `fetched` where a content hash comes from.
    """
    digest = ""
    try:
        readers.check_size(file.stat().st_size)
        data = file.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if digest in held:
            report.duplicates[path] = held[digest]
        elif known.get(digest) == path:
            report.unchanged += 1
        else:
            document, format = reader.read(data, file.name)
            about = partial(describe, document, paged=format == "pdf", fetched=fetched.get(digest))
            facts = about(path)
            if digest in known and facts == about(known[digest]):
                report.unchanged += 1  # moved, and its old path said the same of it
            else:
                staging.add(_Read(path, digest, data, document, format, facts))
    except (OSError, Unreadable) as error:
        report.failures.append(Failure(path, digest, _reason(error)))
        # Where another program has it, or its disk is away, what was read of it before is not known to be gone.
        return last if isinstance(error, OSError) and not digest else None
    return digest, len(data)


@dataclass(frozen=True)
class _Read:
    path: str
    digest: str
    data: bytes
    document: Document
    format: str
    facts: Facts


class _Staging:
    """Gathers documents until there are enough passages to embed together, and stores them once embedded.

    Embedding runs in a thread of its own while the next files are read: neither keeps both cores busy alone.
    """

    def __init__(self, library: Library, encoder: Encoder, report: Report, tell: Progress) -> None:
        self._library, self._encoder, self._report, self._tell = library, encoder, report, tell
        self._waiting: list[tuple[_Read, list[Passage]]] = []
        self._embedding: tuple[Future[tuple[Vectors, list[Vectors]]], list[tuple[_Read, list[Passage]]]] | None = None
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> _Staging:
        return self

    def __exit__(self, *error: object) -> None:
        self._thread.shutdown()

    def add(self, read: _Read) -> None:
        self._report.read += 1
        passages = split_passages(read.document, read.facts, self._encoder.count_tokens, self._encoder.limit)
        self._waiting.append((read, passages))
        if sum(len(passages) for _, passages in self._waiting) >= EMBED_AT_ONCE:
            self._embed()

    def finish(self) -> None:
        """Embed and store all that was added."""
        self._embed()
        self._store()

    def _embed(self) -> None:
        self._store()
        if self._waiting:
            passages = [passage for _, passages in self._waiting for passage in passages]
            self._embedding = self._thread.submit(self._encode, passages), self._waiting
            self._waiting = []

    def _encode(self, passages: Sequence[Passage]) -> tuple[Vectors, list[Vectors]]:
        read = [passage.as_read() for passage in passages]
        texts, sentences = [text for text, _ in read], [spans for _, spans in read]
        done = 0

        def step(count: int) -> None:
            nonlocal done
            done += count
            self._tell("Embedding", done, len(texts))

        return self._encoder.encode_passages(texts, sentences, step)

    def _store(self) -> None:
        if self._embedding is None:
            return
        future, embedded = self._embedding
        vectors, sentence_vectors = future.result()
        position = 0
        for read, passages in embedded:
            rows = slice(position, position + len(passages))
            position += len(passages)
            self._library.stage(
                read.digest, read.path, read.format, read.facts, read.document, read.data,
                read_judgements(read.document, read.facts), passages, vectors[rows], sentence_vectors[rows],
            )  # fmt: skip
            self._report.passages += len(passages)
            self._report.words += sum(len(passage.text.split()) for passage in passages)
        self._embedding = None


@dataclass(frozen=True)
class Found:
    """A file and its path `below` a folder; or what stands there and cannot be looked at, and what is `wrong`."""

    folder: Path
    below: str
    wrong: str = ""

    @property
    def place(self) -> Place:
        """Where it lies."""
        return str(self.folder), self.below


def find_files(folders: Iterable[Path]) -> list[Found]:
    """Every file that is not hidden, folder by folder, in order of path; behind them what cannot be looked at there."""
    return [
        found
        for folder in dict.fromkeys(folder.absolute() for folder in folders)
        for found in sorted(_walk(folder, folder, frozenset()), key=lambda found: (found.wrong != "", found.below))
    ]


def _paths(found: Iterable[Found], taken: set[str]) -> list[str]:
    """The path of each below its folder. Where it is taken, by an earlier folder, it begins with its folder's name."""
    paths = []
    for file in found:
        path = file.below
        while path in taken:
            path = f"{file.folder.resolve().name}/{path}"
        taken.add(path)
        paths.append(path)
    return paths


def _walk(root: Path, folder: Path, above: frozenset[tuple[int, int]]) -> Iterator[Found]:
    inside = os.path.realpath(root)
    try:
        status = folder.stat()
        key = (status.st_dev, status.st_ino)
        if key in above:
            raise OSError("a symbolic link leads back to a folder around it")
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Found(root, folder.relative_to(root).as_posix(), _reason(error))
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")):
            continue
        path = folder / entry.name
        try:
            entry.name.encode()
        except UnicodeEncodeError:
            yield Found(root, _spelt_out(path, root), "the file's name is not in UTF-8; rename it")
            continue
        if HIDDEN.search(entry.name) or BREAK.search(entry.name):
            reason = "the file's name has characters that cannot be seen; rename it"
            yield Found(root, _spelt_out(path, root), reason)
            continue
        below = path.relative_to(root).as_posix()
        try:
            # Whoever may put files here must not have the assistant quote any other file that it can read.
            if not Path(os.path.realpath(path)).is_relative_to(inside):
                raise OSError("a symbolic link that leads out of the folder; put the file itself here")
            if entry.is_dir():
                yield from _walk(root, path, above | {key})
            elif entry.is_file():
                yield Found(root, below)
            else:
                raise OSError("a symbolic link that leads nowhere, or not a file")
        except OSError as error:
            yield Found(root, below, _reason(error))


def _lies_in(place: Place, folder: str, beginning: str) -> bool:
    """Whether a file lies in this folder, its path with this beginning."""
    return place[0] == folder and place[1].startswith(beginning)


def _beginning(folder: str) -> str:
    """What the paths of files below a folder begin with."""
    return "" if folder == "." else f"{folder}/"


def _spelt_out(path: Path, root: Path) -> str:
    """A path with what cannot be shown spelt out."""
    path_below = path.relative_to(root).as_posix()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path_below)


def _reason(error: Exception) -> str:
    """An error as a reason for the user, without the path, which stands beside it."""
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
