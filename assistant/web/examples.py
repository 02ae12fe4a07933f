"""Example questions, made from what the library at hand covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from index.library import StoredDocument

MOST = 4


def example_questions(documents: Sequence[StoredDocument]) -> list[str]:
    """Up to four questions on the authorities with most documents, and on inspections where a document is of none."""
    counted = Counter(d.facts.authority for d in documents if d.facts.authority)
    names = [name for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    questions = []
    if names:
        first, second = names[0], names[min(1, len(names) - 1)]
        questions.append(f"What needs to improve for care leavers in {first}?")
        days = [d.facts.inspection_start for d in documents if d.facts.authority == first and d.facts.inspection_start]
        questions.extend(f"How was {first} judged in {day.year}?" for day in sorted(days)[-1:])
        questions.append(f"How do social workers in {second} find their workload?")
    if any(d.facts.authority is None for d in documents):
        questions.append("What happens during an inspection?")
    return questions[:MOST]
