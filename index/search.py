"""A question and a filter → ranked passages, by their vectors and their words together."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from index.derived import Derived, derived
from index.encoder import Encoder
from index.library import Library, StoredPassage

CANDIDATES = 100  # passages taken from each index
# What the best BM25 score adds to a cosine. On 655 training questions, hit@1 and hit@5: cosine alone 0.40 and 0.66,
# words alone 0.35 and 0.60; weights 0.05, 0.15, 0.3: 0.45 and 0.70, 0.48 and 0.72, 0.45 and 0.70. Fused by rank (RRF,
# k = 5, 20, 60): 0.46 and 0.73, 0.45 and 0.71, 0.45 and 0.69.
WORD_WEIGHT = 0.15


@dataclass(frozen=True)
class Hit:
    """A passage found. `score` is its cosine with the question and what its words add; higher is better."""

    passage: StoredPassage
    score: float
    cosine: float


def fuse(cosines: Mapping[int, float], words: Mapping[int, float]) -> list[tuple[int, float]]:
    """Ids by cosine + WORD_WEIGHT x (BM25 / best BM25), best first; ids of `words` are among those of `cosines`."""
    best = max(words.values(), default=0.0) or 1.0
    scores = {number: cosine + WORD_WEIGHT * words.get(number, 0.0) / best for number, cosine in cosines.items()}
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
        vector = self._encoder.encode_question(question)
        cosines = dict(indexes.vectors.search(vector, CANDIDATES, within))
        words = dict(indexes.words.search(question, CANDIDATES, None if documents is None else sorted(documents)))
        cosines |= indexes.vectors.cosines(vector, [number for number in words if number not in cosines])
        scores = dict(fuse(cosines, words)[:k])
        return [Hit(p, scores[p.id], cosines[p.id]) for p in self.library.passages(list(scores))]

    def stems(self, text: str) -> list[str]:
        """The stems of a text's words, as the word index sees them."""
        return self._current().words.stems(text)

    def rarity(self, stem: str) -> float:
        """How much a stem tells the library's passages apart; higher is rarer."""
        return self._current().words.rarity(stem)

    def _current(self) -> Derived:
        if self._derived.state != self.library.state:
            with self._lock:
                if self._derived.state != self.library.state:
                    self.library.check_identity()
                    self._derived = derived(self.library)
        return self._derived
