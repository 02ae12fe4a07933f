"""The two derived indexes of a library: made from it, swapped in whole, and made again when stale or damaged."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.library import Library
from index.vectors import VectorIndex
from index.words import WordIndex

VERSION = 1  # of what is derived and how


@dataclass(frozen=True)
class Derived:
    """The indexes of one published state; `ids` and `documents` (n,) tell which document each passage is of."""

    generation: int
    vectors: VectorIndex
    words: WordIndex
    ids: NDArray[np.int64]
    documents: NDArray[np.int64]

    def passages_of(self, documents: set[int]) -> NDArray[np.int64]:
        """The ids of all passages of these documents."""
        return self.ids[np.isin(self.documents, np.fromiter(documents, dtype=np.int64, count=len(documents)))]


def derived(library: Library) -> Derived:
    """The indexes of the library's present state, made where they are missing, stale or damaged."""
    generation = library.generation
    folder = _folder(library, generation)
    if problems(library):
        _build(library, folder, generation)
    with np.load(folder / "passages.npz") as arrays:
        ids, documents = arrays["ids"], arrays["documents"]
    vectors, words = VectorIndex.load(folder / "vectors.faiss"), WordIndex.load(folder / "words")
    return Derived(generation, vectors, words, ids, documents)


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


def _build(library: Library, folder: Path, generation: int) -> None:
    making = library.folder / f".making-{os.getpid()}"
    shutil.rmtree(making, ignore_errors=True)
    (making / "words").mkdir(parents=True)
    ids, documents, vectors = library.vectors()
    VectorIndex.build(ids, vectors).save(making / "vectors.faiss")
    WordIndex.build(making / "words", library.texts())
    np.savez(making / "passages.npz", ids=ids, documents=documents)
    manifest = {"version": VERSION, "library": library.id, "passages": len(ids), "files": _hashes(making)}
    (making / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    making.rename(folder)
    for old in library.folder.glob("derived-*"):
        if old.name != folder.name and old.name != f"derived-{generation - 1}":
            shutil.rmtree(old, ignore_errors=True)


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file below `folder` but the manifest and tantivy's lock files."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json" and not path.name.endswith(".lock")
    }
