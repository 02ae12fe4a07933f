"""What a question asks for, as texts are compared with it: its words, what reports call them, kinds of answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from assistant.fillers import WORD, only_asks
from assistant.lexicon import Lexicon
from assistant.sides import OF_A_SIDE, Side, side_asked
from assistant.wanted import Kind, has, lists_improvements, wanted, wants_improvements
from index.describe import MONTHS
from index.stored import StoredPassage

# The kinds that a text shows: of the others, any text may hold one.
SHOWN: frozenset[Kind] = frozenset({"person", "date", "grade", "number", "money", "percentage", "reason", "contact"})
# A capital within a sentence, or two at the beginning of a word anywhere.
A_NAME = re.compile(r"(?<!^)(?<![.?!:–—-] )(?<![“\"‘'(])\b[A-Z][\w’'-]+|\b[A-Z]{2}[\w-]*")
IN_SMALL_LETTERS = re.compile(r"\b[a-z]{4}")
OF_INSPECTIONS = re.compile(r"\b(?:ofsted|inspect\w*)\b", re.I)
# Added for a passage of the newest inspection in the present tense, beside what is fitted: a policy. The training
# questions mostly name a year, and so say little of it. With this and quotes.SUPERSEDED, the first quotation is from
# the newest inspection for 41 of 64 broad questions of the present, else for 22; of 134 questions without a time, the
# quotes hold the evidence of as many (109).
NEWEST_IN_PRESENT = 2.0
POSSESSIVE = re.compile(r"['’]s?$")
NO_NAMES = {month[:length] for month in MONTHS for length in (3, 4, len(month))}


class Words(Protocol):
    """What is known of words: their stems, how much a stem tells passages apart, and whether any text has it."""

    def said(self, text: str) -> frozenset[str]:
        """The stems of a text's words."""

    def rarity(self, stem: str) -> float:
        """Higher is rarer."""

    def holds(self, phrase: str, documents: Collection[int] | None = None) -> bool:
        """Whether any text, or any of these documents, has these words, in their order and near."""


@dataclass(frozen=True)
class Term:
    """Something asked for: any of these sets of stems says it. `weight` is the rarity of the question's own words.

    `is_name`: it is written as a name or an abbreviation is, as "Liquidlogic" or "ADHD". `is_term`: it is a term of
    inspection reports, as "young carers". `also_called` are other words that they have for it.
    """

    words: str
    weight: float
    ways: tuple[frozenset[str], ...]
    is_name: bool = False
    is_term: bool = False
    also_called: tuple[str, ...] = ()

    @property
    def must_be_said(self) -> bool:
        """Whether only these words say it, so that nothing answers where none of them stands."""
        return self.is_name or self.is_term

    def is_in(self, stems: frozenset[str]) -> bool:
        """Whether these stems say it in any way."""
        return any(map(stems.issuperset, self.ways))


@dataclass(frozen=True)
class Asked:
    """A question taken apart. `of_the_field`: it speaks of inspections, or as their reports do.

    `of_the_whole`: it asks for the judgement as a whole, and not for the overall one by name.
    `grade_is_known`: it takes a grade for given, so that none is wanted. `side`: it asks for praise alone, or for
    criticism; the words that say so are no terms.
    """

    question: str
    terms: tuple[Term, ...]
    kinds: frozenset[Kind]
    of_the_field: bool = False
    of_the_whole: bool = False
    grade_is_known: bool = False
    side: Side = ""

    @classmethod
    def of(cls, question: str, subject: str, lexicon: Lexicon, words: Words) -> Asked:
        """What `question` asks for, of which `subject` is searched for."""
        kinds = wanted(question) | wanted(subject)
        side, of_what = side_asked(subject) if kinds <= OF_A_SIDE else ("", subject)
        rest, concepts = lexicon.concepts(of_what)
        single = rest.split()
        single = [word for word in single if not only_asks(word)] or ([] if concepts else single)
        names = names_in(question)
        terms: dict[frozenset[str], Term] = {}
        for said, *others in [*((word,) for word in single), *concepts]:
            own, *ways = (words.said(phrase) for phrase in (said, *others))
            if own:
                is_name = not names.isdisjoint(WORD.findall(said))
                weight, is_term = sum(map(words.rarity, own)), lexicon.is_reports(said)
                terms.setdefault(own, Term(said, weight, (own, *ways), is_name, is_term, tuple(others)))
        of_the_field = bool(OF_INSPECTIONS.search(question)) or lexicon.has_reports_words(question)
        return cls(question, tuple(terms.values()), kinds, of_the_field, side=side)

    def covered(self, stems: frozenset[str]) -> float:
        """The share of what is asked for that a text with these stems says, by rarity: 0 to 1."""
        return self.share([term for term in self.terms if term.is_in(stems)])

    def has_kind(self, text: str) -> bool:
        """Whether a text holds any kind of answer that is wanted."""
        return any(has(kind, text, self.question) for kind in self.kinds & SHOWN)

    @cached_property
    def has_terms(self) -> bool:
        """Whether it uses terms of inspection reports, which leave no doubt of its field, however short it is."""
        return any(term.is_term for term in self.terms)

    @cached_property
    def wants_improvements(self) -> bool:
        """Whether what has to improve is asked for."""
        return wants_improvements(self.question)

    def unknown(self, words: Words, documents: set[int] | None, said: frozenset[str] = frozenset()) -> list[Term]:
        """What is asked for that no text of these documents says; `said` are stems that some are known to have."""

        def is_said(phrase: str) -> bool:
            phrase = POSSESSIVE.sub("", phrase)
            stems = words.said(phrase)
            return (len(stems) == 1 and stems <= said) or words.holds(phrase, documents)

        return [term for term in self.terms if not any(map(is_said, (term.words, *term.also_called)))]

    def share(self, terms: Sequence[Term]) -> float:
        """The share of what is asked for that these terms are, by rarity: 0 to 1."""
        return sum(term.weight for term in terms) / self._whole

    @cached_property
    def _whole(self) -> float:
        return sum(term.weight for term in self.terms) or 1.0


def text_signals(
    passage: StoredPassage, asked: Asked, words: Words, is_newest: bool, in_force: float
) -> dict[str, float]:
    """What a passage shows of whether it answers: the kind of answer, and what is asked in its text and heading.

    `improvements`: it is of what has to improve, as asked.
    `is_newest`: it is of the newest inspection of its authority, where the question leaves the time open;
    `in_force`: for a question of the present, 1 for the newest inspection, 0 for the one before, less for older ones.
    """
    return {
        "kind": float(asked.has_kind(passage.text)),
        "improvements": float(_is_of_improvements(passage, asked)),
        "covered": asked.covered(words.said(passage.text)),
        "section": asked.covered(words.said(passage.section)),
        "newest": float(is_newest),
        "present": in_force,
    }


def is_in_place(passage: StoredPassage, asked: Asked) -> bool:
    """Whether a passage stands where reports say such a thing: in a table of grades, under "What needs to improve"."""
    return _is_of_judgements(passage, asked) or _is_of_improvements(passage, asked)


def _is_of_judgements(passage: StoredPassage, asked: Asked) -> bool:
    return "grade" in asked.kinds and passage.kind == "row" and has("grade", passage.text)


def _is_of_improvements(passage: StoredPassage, asked: Asked) -> bool:
    return asked.wants_improvements and lists_improvements(passage.section)


def names_in(question: str) -> set[str]:
    """The words of a question that are written as names or abbreviations; none where all words are."""
    if not IN_SMALL_LETTERS.search(question):
        return set()
    return {name for name in A_NAME.findall(question) if name.lower() not in NO_NAMES}
