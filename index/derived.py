"""The two derived indexes of a library: made from it, swapped in whole, and made again when stale or damaged."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from index.library import Library, LibraryUnusable
from index.vectors import SentenceVectors, VectorIndex
from index.words import WordIndex

TRIES = 5
MAKING = ".making-indexes-"  # what is being made, by whoever holds their lock
VERSION = 4  # of what is derived and how


@dataclass(frozen=True)
class Derived:
    """The indexes of one published state; `ids` and `documents` (n,) tell which document each passage is of."""

    state: str
    vectors: VectorIndex
    words: WordIndex
    sentences: SentenceVectors
    ids: NDArray[np.int64]
    documents: NDArray[np.int64]

    def passages_of(self, documents: set[int]) -> NDArray[np.int64]:
        """The ids of all passages of these documents."""
        return self.ids[np.isin(self.documents, np.fromiter(documents, dtype=np.int64, count=len(documents)))]


def derived(library: Library) -> Derived:
    """The indexes of the library's present state, made where they are missing, stale or damaged.

    Raises LibraryUnusable where the library is damaged or the indexes cannot be written.
    """
    for _ in range(TRIES):
        state = library.state
        folder = _folder(library, library.folder)
        library.check_counts()
        make_indexes(library, library.folder)
        # Where an update came meanwhile, what was built may be half of each state, or be gone already.
        with suppress(OSError, RuntimeError, ValueError):
            loaded = _load(folder, state)
            if library.state == state:
                return loaded
    raise LibraryUnusable(f"the indexes of {library.folder} could not be made while it was being updated; try again")


def _load(folder: Path, state: str) -> Derived:
    with np.load(folder / "passages.npz") as arrays:
        ids, documents = arrays["ids"], arrays["documents"]
    vectors, words = VectorIndex.load(folder / "vectors.faiss"), WordIndex.load(folder / "words")
    return Derived(state, vectors, words, SentenceVectors.load(folder), ids, documents)


def make_indexes(library: Library, where: Path) -> None:
    """Make the indexes of the library's present state in the folder `where`, if they are not there and well.

    Raises LibraryUnusable where the library is damaged or they cannot be written.
    """
    folder = _folder(library, where)
    if not _problems(library, folder):
        return
    try:
        with FileLock(where / "derived.lock"):  # else each process of a site would make them
            if _problems(library, folder):
                _build(library, folder)
    # FAISS and tantivy say of a full disk that it is a RuntimeError, and a ValueError.
    except (OSError, RuntimeError, ValueError) as error:
        raise LibraryUnusable(
            f"the indexes of {where} cannot be written ({error}); see whether its disk is full"
        ) from error


def problems(library: Library) -> list[str]:
    """What is wrong with the indexes on disk: missing, of another library or state, or changed since they were made."""
    return _problems(library, _folder(library, library.folder))


def _problems(library: Library, folder: Path) -> list[str]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [f"{folder.name} is missing"]
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict):
        return [f"{folder.name}/manifest.json is damaged"]
    expected = {"version": VERSION, "state": library.state, "passages": library.count_passages()}
    found = [f"{folder.name} is of {k} {manifest.get(k)}, not {v}" for k, v in expected.items() if manifest.get(k) != v]
    if manifest.get("files") != _hashes(folder):
        found.append(f"files in {folder.name} are not as they were made")
    return found


def _folder(library: Library, where: Path) -> Path:
    return where / f"derived-{library.generation}"


def _build(library: Library, folder: Path) -> None:
    where = folder.parent
    for left in where.glob(f"{MAKING}*"):  # by a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    making = Path(mkdtemp(prefix=MAKING, dir=where))
    try:
        _write(library, making)
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    kept = {folder.name, f"derived-{library.generation - 1}"}  # a server may still load the one before
    for old in where.glob("derived-*"):
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)


def _write(library: Library, folder: Path) -> None:
    state = library.state
    (folder / "words").mkdir()
    ids, documents, vectors = library.vectors()
    VectorIndex.build(ids, vectors).save(folder / "vectors.faiss")
    WordIndex.build(folder / "words", library.texts())
    SentenceVectors.build(ids, library.sentence_vectors()).save(folder)
    np.savez(folder / "passages.npz", ids=ids, documents=documents)
    manifest = {"version": VERSION, "state": state, "passages": len(ids), "files": _hashes(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file below `folder` but the manifest and tantivy's lock files."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json" and not path.name.endswith(".lock")
    }
