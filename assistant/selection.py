"""Which of the passages found are shown: no text twice, and for a question about no authority a spread of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from index.search import Hit

SHOWN = 10  # passages
ALIKE = 0.9  # of the words of two passages together that both have: what is more alike is shown once
EACH = 2  # passages of one authority, among the first, where none is named


def select(hits: Sequence[Hit], k: int, spread: bool) -> list[Hit]:
    """The k hits to show, best first. Of alike texts about the same inspection only the first stays."""
    shown: list[Hit] = []
    later: list[Hit] = []
    texts: list[tuple[object, set[str]]] = []
    count: Counter[str | None] = Counter()
    for hit in sorted(hits, key=lambda hit: -hit.score):
        if len(shown) == k:
            break
        facts = hit.passage.document.facts
        about = (
            facts.authority,
            facts.inspection_start and (facts.inspection_start.year, facts.inspection_start.month),
        )
        said = set(hit.passage.text.lower().split())
        if any(other == about and _are_alike(said, text) for other, text in texts):
            continue
        texts.append((about, said))
        count[facts.authority] += 1
        (later if spread and count[facts.authority] > EACH else shown).append(hit)
    return [*shown, *later][:k]


def _are_alike(one: set[str], other: set[str]) -> bool:
    fewer, more = sorted((len(one), len(other)))
    if not more:
        return True
    if fewer / more <= ALIKE:  # the share is no greater
        return False
    return len(one & other) / len(one | other) > ALIKE
