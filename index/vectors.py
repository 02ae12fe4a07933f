"""The vector indexes: FAISS over all passages, exact, optionally within some of them; and the passages' sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


class VectorIndex:
    """Passage ids and their unit vectors; scores are cosines, higher is better."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, ids: Ids, vectors: Vectors) -> VectorIndex:
        """From ids (n,) and unit rows (n, dim). Raises ValueError where their numbers differ."""
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} passage ids but {len(vectors)} vectors")
        # Flat: at 340,000 passages a search takes some 60 ms and is exact; a filter costs nothing in quality.
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1] if vectors.size else 1))
        if len(ids):
            index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """From a file that `save` wrote."""
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Write to a file."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The cosine of `vector` (dim,) with the vector of each of these passages."""
        return {number: float(self._index.reconstruct(number) @ vector) for number in ids}

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """The vectors (n, dim) of those of these passages that are in the index."""
        known = faiss.vector_to_array(self._index.id_map)  # type: ignore[attr-defined]  # an IndexIDMap2 has it
        held = np.isin(ids, known)
        rows = [self._index.reconstruct(number) for number, is_held in zip(ids, held, strict=True) if is_held]
        return np.array(rows, dtype=np.float32).reshape(-1, self._index.d)

    def search(self, vector: Vectors, k: int, within: Ids | None = None) -> list[tuple[int, float]]:
        """The k passages nearest to `vector` (dim,), best first, as (id, cosine); `within` limits them to these ids."""
        k = min(k, len(self) if within is None else len(within))
        if k < 1:
            return []
        parameters = None
        if within is not None:
            among = faiss.IDSelectorBatch(np.ascontiguousarray(within))
            parameters = faiss.SearchParameters(sel=among)  # type: ignore[call-arg]  # missing in faiss's stub
        scores, ids = self._index.search(vector.reshape(1, -1).astype(np.float32), k, params=parameters)
        return [(int(n), float(score)) for n, score in zip(ids[0], scores[0], strict=True) if n >= 0]


class SentenceVectors:
    """The vectors of each passage's sentences, in half precision."""

    def __init__(self, ids: Ids, starts: Ids, vectors: NDArray[np.float16]) -> None:
        self._ids, self._starts, self._vectors = ids, starts, vectors

    @classmethod
    def build(cls, ids: Ids, of_passages: Iterable[NDArray[np.float16]]) -> SentenceVectors:
        """From passage ids (n,) in order and, passage by passage, the unit rows (sentences, dim) of its sentences."""
        rows = list(of_passages)
        starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
        if len(rows) != len(ids):
            raise ValueError(f"{len(ids)} passage ids but the sentences of {len(rows)}")
        return cls(ids, starts, np.concatenate(rows) if rows else np.zeros((0, 1), dtype=np.float16))

    @classmethod
    def load(cls, folder: Path) -> SentenceVectors:
        """From a folder that `save` wrote into; the vectors stay on disk until they are looked at."""
        with np.load(folder / "sentences.npz") as arrays:
            vectors = np.load(folder / "sentences.npy", mmap_mode="r")
            return cls(arrays["ids"], arrays["starts"], np.asarray(vectors))

    def save(self, folder: Path) -> None:
        """Write two files into a folder."""
        np.savez(folder / "sentences.npz", ids=self._ids, starts=self._starts)
        np.save(folder / "sentences.npy", self._vectors)

    def cosines(self, vector: Vectors, ids: Sequence[int]) -> list[Vectors]:
        """For each of these passages the cosine of `vector` (dim,) with each of its sentences, (sentences,)."""
        if not ids:
            return []
        places = np.searchsorted(self._ids, np.asarray(ids, dtype=np.int64))
        firsts, counts = self._starts[places], self._starts[places + 1] - self._starts[places]
        ends = np.cumsum(counts)
        rows = np.arange(ends[-1]) + np.repeat(firsts - ends + counts, counts)  # each passage's, one after the other
        scores = self._vectors[rows].astype(np.float32) @ vector
        return [scores[end - count : end] for end, count in zip(ends, counts, strict=True)]
