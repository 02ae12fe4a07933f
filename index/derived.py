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
from numpy.typing import NDArray

from index.library import Library, LibraryUnusable
from index.vectors import SentenceVectors, VectorIndex
from index.words import WordIndex

TRIES = 5
VERSION = 2  # of what is derived and how


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
    """The indexes of the library's present state, made where they are missing, stale or damaged."""
    for _ in range(TRIES):
        state = library.state
        folder = _folder(library, library.generation)
        if problems(library):
            _build(library, folder)
        # Where an update came meanwhile, what was built may be half of each state, or be gone already.
        with suppress(OSError, RuntimeError):
            loaded = _load(folder, state)
            if library.state == state:
                return loaded
    raise LibraryUnusable(f"the indexes of {library.folder} could not be made while it was being updated; try again")


def _load(folder: Path, state: str) -> Derived:
    with np.load(folder / "passages.npz") as arrays:
        ids, documents = arrays["ids"], arrays["documents"]
    vectors, words = VectorIndex.load(folder / "vectors.faiss"), WordIndex.load(folder / "words")
    return Derived(state, vectors, words, SentenceVectors.load(folder), ids, documents)


def problems(library: Library) -> list[str]:
    """What is wrong with the indexes on disk: missing, of another library or state, or changed since they were made."""
    folder = _folder(library, library.generation)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [f"{folder.name} is missing"]
    except ValueError:
        return [f"{folder.name}/manifest.json is damaged"]
    expected = {"version": VERSION, "library": library.id, "passages": library.count_passages()}
    found = [f"{folder.name} is of {k} {manifest.get(k)}, not {v}" for k, v in expected.items() if manifest.get(k) != v]
    if manifest.get("files") != _hashes(folder):
        found.append(f"files in {folder.name} are not as they were made")
    return found


def _folder(library: Library, generation: int) -> Path:
    return library.folder / f"derived-{generation}"


def _build(library: Library, folder: Path) -> None:
    making = Path(mkdtemp(prefix=".making-", dir=library.folder))
    (making / "words").mkdir()
    ids, documents, vectors = library.vectors()
    VectorIndex.build(ids, vectors).save(making / "vectors.faiss")
    WordIndex.build(making / "words", library.texts())
    SentenceVectors.build(ids, library.sentence_vectors()).save(making)
    np.savez(making / "passages.npz", ids=ids, documents=documents)
    manifest = {"version": VERSION, "library": library.id, "passages": len(ids), "files": _hashes(making)}
    (making / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    if problems(library):  # else another process was faster
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            making.rename(folder)
    shutil.rmtree(making, ignore_errors=True)
    kept = {folder.name, f"derived-{library.generation - 1}"}  # a server may still load the one before
    for old in library.folder.glob("derived-*"):
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file below `folder` but the manifest and tantivy's lock files."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json" and not path.name.endswith(".lock")
    }
