"""The vector index: FAISS over all passages, exact, optionally within some of them."""

from __future__ import annotations

from collections.abc import Sequence
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
