"""What a question asks for, as texts are compared with it: its words, what reports call them, kinds of answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from assistant.lexicon import Lexicon
from assistant.wanted import Kind, has, wanted
from index.library import StoredPassage

# The kinds that a text shows: of the others, any text may hold one.
SHOWN: frozenset[Kind] = frozenset({"person", "date", "grade", "number", "money", "percentage", "reason"})


class Words(Protocol):
    """What is known of words: their stems, how much a stem tells passages apart, and whether any text has it."""

    def stems(self, text: str) -> list[str]:
        """The stems of a text's words in order."""

    def rarity(self, stem: str) -> float:
        """Higher is rarer."""

    def holds(self, stem: str, documents: Collection[int] | None = None) -> bool:
        """Whether any text, or any of these documents, has this stem."""


@dataclass(frozen=True)
class Term:
    """Something asked for: any of these sets of stems says it. `weight` is the rarity of the question's own words."""

    words: str
    weight: float
    ways: tuple[frozenset[str], ...]

    @property
    def is_name(self) -> bool:
        """Whether it is written as a name or an abbreviation: "Liquidlogic", "ADHD"."""
        return any(c.isupper() for c in self.words)

    def is_in(self, stems: Set[str]) -> bool:
        """Whether these stems say it in any way."""
        return any(way <= stems for way in self.ways)


@dataclass(frozen=True)
class Asked:
    """A question taken apart."""

    question: str
    terms: tuple[Term, ...]
    kinds: frozenset[Kind]

    @classmethod
    def of(cls, question: str, subject: str, lexicon: Lexicon, words: Words) -> Asked:
        """What `question` asks for, of which `subject` is searched for."""
        rest, concepts = lexicon.concepts(subject)
        phrases = [*((word,) for word in rest.split()), *concepts]
        terms: dict[frozenset[str], Term] = {}
        for said, *others in phrases:
            own, *ways = (frozenset(words.stems(phrase)) for phrase in (said, *others))
            if own:
                terms.setdefault(own, Term(said, sum(map(words.rarity, own)), (own, *ways)))
        return cls(question, tuple(terms.values()), wanted(question))

    def covered(self, stems: Set[str]) -> float:
        """The share of what is asked for that a text with these stems says, by rarity: 0 to 1."""
        return self.share([term for term in self.terms if term.is_in(stems)])

    def has_kind(self, text: str) -> bool:
        """Whether a text holds any kind of answer that is wanted."""
        return any(has(kind, text, self.question) for kind in self.kinds & SHOWN)

    def unknown(self, words: Words, documents: set[int] | None, said: Set[str] = frozenset()) -> list[Term]:
        """What is asked for that no text of these documents says; `said` are stems that some are known to have."""
        open_terms = [term for term in self.terms if not term.is_in(said)]
        stems = {stem for term in open_terms for way in term.ways for stem in way}
        held = {stem for stem in stems if words.holds(stem, documents)}
        return [term for term in open_terms if not term.is_in(held)]

    def share(self, terms: Sequence[Term]) -> float:
        """The share of what is asked for that these terms are, by rarity: 0 to 1."""
        return sum(term.weight for term in terms) / self._whole

    @cached_property
    def _whole(self) -> float:
        return sum(term.weight for term in self.terms) or 1.0


def text_signals(passage: StoredPassage, asked: Asked, words: Words, is_newest: bool) -> dict[str, float]:
    """What a passage shows of whether it answers: the kind of answer, and what is asked in its text and heading.

    `is_newest`: it is of the newest inspection of its authority, where the question says nothing of the time.
    """
    return {
        "kind": float(asked.has_kind(passage.text)),
        "covered": asked.covered(set(words.stems(passage.text))),
        "section": asked.covered(set(words.stems(passage.section))),
        "newest": float(is_newest),
    }
