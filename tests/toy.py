"""A small encoder whose vectors can be checked by hand, used through the real library and the real FAISS."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.ranking import Ranking
from index.search import Weights

DIMENSION = 32
WEIGHTS = Weights(passage=1.0, sentence=1.0, words=0.3)
# For the toy encoder, whose vectors say little: a sentence has to share a word with the question.
RANKING = Ranking(
    passages=WEIGHTS,
    texts={"kind": 0.1, "covered": 0.1},
    sentences={"passage": 1.0, "sentence": 1.0, "covered": 2.0, "kind": 0.5},
    confidence={"intercept": -2.0, "covered": 8.0, "kinds_absent": -8.0},
    refuse_below=0.5,
    off_topic_below=0.3,
)


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
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[tuple[int, int]]],
        progress: Callable[[int], None] | None = None,
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """(n, 32) of texts, and (sentences, 32) of the sentences of each; remembers what was embedded."""
        self.embedded.extend(texts)
        if progress:
            progress(len(texts))
        parts = [[text[a:b] for a, b in spans] for text, spans in zip(texts, sentences, strict=True)]
        return self._encode(texts), [self._encode(part) for part in parts]

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self.encode_question(text) for text in texts], dtype=np.float32).reshape(-1, DIMENSION)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A token a word."""
        return [len(text.split()) for text in texts]
