"""A small encoder whose vectors can be checked by hand, used through the real library and the real FAISS."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

DIMENSION = 32


class ToyEncoder:
    """Hashes each word into one of 32 numbers: texts that share words have a cosine above 0."""

    dimension = DIMENSION

    def __init__(self, identity: str = "toy@1", limit: int = 60) -> None:
        self.identity = identity
        self.limit = limit
        self.embedded: list[str] = []

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """(32,) float32 of length 1; a text without words points along the first axis."""
        vector = np.zeros(DIMENSION, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(word.encode()) % DIMENSION] += 1
        if not vector.any():
            vector[0] = 1
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(n, 32) float32; remembers what was embedded."""
        self.embedded.extend(texts)
        if progress:
            progress(len(texts))
        return np.array([self.encode_question(text) for text in texts], dtype=np.float32).reshape(-1, DIMENSION)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A token a word."""
        return [len(text.split()) for text in texts]
