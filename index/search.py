"""A question and a filter → ranked passages: vectors and words, fused by rank."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from index.derived import Derived, derived
from index.encoder import Encoder
from index.library import Library, StoredPassage

CANDIDATES = 100  # passages taken from each index
# k = 60 as in Cormack, Clarke and Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet".
RANK_CONSTANT = 60


@dataclass(frozen=True)
class Hit:
    """A passage found. `score` is the fused one (higher is better); `cosine` is None where only its words matched."""

    passage: StoredPassage
    score: float
    cosine: float | None


def fuse(rankings: Sequence[Sequence[int]], k: int = RANK_CONSTANT) -> list[tuple[int, float]]:
    """Reciprocal rank fusion: ids by the sum of 1 / (k + rank) over the rankings they stand in, best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, number in enumerate(ranking, 1):
            scores[number] = scores.get(number, 0.0) + 1 / (k + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


class Searcher:
    """Searches a library's present state; takes up a newly published one by itself."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self.library = library
        self._encoder = encoder
        self._lock = threading.Lock()
        self._derived = derived(library)

    def search(self, question: str, k: int, documents: set[int] | None = None) -> list[Hit]:
        """The k best passages, best first; `documents` limits the search to these documents' passages."""
        indexes = self._current()
        within = None if documents is None else indexes.passages_of(documents)
        near = indexes.vectors.search(self._encoder.encode_question(question), CANDIDATES, within)
        worded = indexes.words.search(question, CANDIDATES, None if documents is None else sorted(documents))
        cosines = dict(near)
        best = fuse([[number for number, _ in near], [number for number, _ in worded]])[:k]
        scores = dict(best)
        passages = self.library.passages([number for number, _ in best])
        return [Hit(passage, scores[passage.id], cosines.get(passage.id)) for passage in passages]

    def stems(self, text: str) -> list[str]:
        """The stems of a text's words, as the word index sees them."""
        return self._current().words.stems(text)

    def _current(self) -> Derived:
        if self._derived.generation != self.library.generation:
            with self._lock:
                if self._derived.generation != self.library.generation:
                    self._derived = derived(self.library)
        return self._derived
