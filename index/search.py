"""A question and a filter → ranked passages, by what their vectors, their sentences and their words say together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.derived import Derived, derived
from index.encoder import Encoder, Vectors
from index.library import Library
from index.stored import StoredPassage
from index.words import WordIndex

CANDIDATES = 100  # passages taken from each index
REMEMBERED = 256  # questions whose vectors are kept: 1.5 kB each, where to make one takes longer than the search


@dataclass(frozen=True)
class Weights:
    """What each signal of a passage counts: its cosine, its best sentence's, and its share of the best BM25 score."""

    passage: float
    sentence: float
    words: float


@dataclass(frozen=True)
class Hit:
    """A passage found. `score` weighs the signals that follow it; higher is better.

    `cosine` is that of the passage with the question, `sentence_cosines` those of its sentences, `words` its share of
    the best BM25 score.
    """

    passage: StoredPassage
    score: float
    cosine: float
    sentence_cosines: tuple[float, ...]
    words: float


class Searcher:
    """Searches a library's present state; takes up a newly published one by itself."""

    def __init__(self, library: Library, encoder: Encoder, weights: Weights) -> None:
        self.library = library
        self._weights = weights
        self._encode = lru_cache(maxsize=REMEMBERED)(encoder.encode_question)
        self._lock = threading.Lock()
        self._derived = derived(library)

    def search(
        self,
        question: str,
        k: int,
        documents: set[int] | None = None,
        also: Sequence[str] = (),
        unwanted: Callable[[StoredPassage], bool] | None = None,
    ) -> list[Hit]:
        """The k best passages, best first; `documents` limits the search to these documents' passages.

        `also` are other words for the same, which the word index looks for too. Passages that are `unwanted` come only
        where there are no others.
        """
        indexes = self._current()
        vector = self.encode(question)
        within = None if documents is None else indexes.passages_of(documents)
        cosines = dict(indexes.vectors.search(vector, CANDIDATES, within))
        limit = None if documents is None else sorted(documents)
        words = dict(indexes.words.search(question, CANDIDATES, limit, also))
        cosines |= indexes.vectors.cosines(vector, [number for number in words if number not in cosines])
        best = max(words.values(), default=0.0) or 1.0
        signals = {
            number: (cosines[number], tuple(of_sentences.tolist()), words.get(number, 0.0) / best)
            for number, of_sentences in zip(cosines, indexes.sentences.cosines(vector, list(cosines)), strict=True)
        }
        scores = {number: self._score(*signal) for number, signal in signals.items()}
        best_first = sorted(scores, key=lambda number: (-scores[number], number))
        found = self._first(best_first, k, unwanted)
        return [Hit(passage, scores[passage.id], *signals[passage.id]) for passage in found]

    def encode(self, question: str) -> Vectors:
        """The unit vector (dim,) of a question; that of the last few is kept."""
        return self._encode(question)

    def passage_vectors(self, passages: Sequence[int]) -> Vectors:
        """The unit vectors (n, dim) of these passages, by their ids; those that are no more are left out."""
        return self._current().vectors.vectors(passages)

    @property
    def words(self) -> WordIndex:
        """The word index of the library's present state."""
        return self._current().words

    def _first(
        self, numbers: Sequence[int], k: int, unwanted: Callable[[StoredPassage], bool] | None
    ) -> list[StoredPassage]:
        """The first k of these passages that are wanted, loaded k at a time; the first k where none is."""
        found: list[StoredPassage] = []
        for start in range(0, len(numbers), k):
            loaded = self.library.passages(numbers[start : start + k])
            found += [passage for passage in loaded if not (unwanted and unwanted(passage))]
            if len(found) >= k:
                break
        return found[:k] or self.library.passages(numbers[:k])

    def _score(self, cosine: float, sentence_cosines: Sequence[float], words: float) -> float:
        weights = self._weights
        best = max(sentence_cosines, default=cosine)
        return weights.passage * cosine + weights.sentence * best + weights.words * words

    def _current(self) -> Derived:
        if self._derived.state != self.library.state:
            with self._lock:
                if self._derived.state != self.library.state:
                    self.library.check_identity()
                    self._derived = derived(self.library)
        return self._derived
