"""Misspelt words: one of a question that nothing knows is read as the known word that is one letter from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.asked import names_in
from assistant.authorities import Listed, Mentions
from assistant.fillers import FILLERS, OF_ASKING
from assistant.lexicon import Lexicon
from index.describe import MONTHS
from index.encoder import everyday_words
from index.judgements import GRADES
from index.words import stems_of

SHORTEST = 5  # letters: shorter words are one letter from too many others
# One letter wrong, missing or too many, or two in turn, and never the first letter. Where only a small library's texts
# are known, two mistakes in words of nine letters and more would read "inefficient" as "insufficient" and "pertinent"
# as "permanent", another first letter "nappy" as "happy".
MISTAKES = 1
# How often a word has to stand in the texts to be what another is read as, and how many times more often than any other
# that is as near. An everyday word that the texts lack counts as if it stood there so often in a million words.
# Measured with a letter wrong at random, on 191 reports. Of a word of each of 744 questions, five letters and more with
# the first right, 582 are read rightly, none wrongly, the others left. Of 1,500 everyday words that no report holds, 4
# are read as another. With LEAST 2 and 20 it is 589 (1 wrongly) and 567, and 4; with AHEAD 2, 5 and 30 it is 615, 591
# and 567 (8, 1 and 0 wrongly), and 12, 8 and 1; with EVERYDAY 0, 20, 100 and 1,000 it is 619 (4 wrongly), 591, 569 and
# 536, and 18, 8, 1 and 1. Of 109 words whose first letter is wrong, 7 are read as another.
LEAST = 5
AHEAD = 10
EVERYDAY = 40
A_WORD = re.compile(rf"(?<![\w’'@./&-])[A-Za-z][a-z]{{{SHORTEST - 1},}}(?![\w’'@/&-]|\.\w)")
# What times, judgements and comparisons are asked for with: their patterns look for these words.
OF_INSPECTIONS = """
authorities authority before better changed compare compared comparison council councils currently declined earliest
grade graded grades history improved improvement inspected inspector inspectors judged judgement judgements latest
leadership management newest overall previous rated rating ratings recent requires since still worse worst
""".split()
# "theyre", "didnt"
NO_APOSTROPHE = re.compile(
    r"(?:did|does|has|have|had|was|were|are|could|would|should|must|need)nt|(?:they|you|who|that|what|where|there)"
    r"(?:re|ve|ll|d|s)",
    re.I,
)


@dataclass(frozen=True)
class Respelt:
    """A question as it is read, and its misspelt words, each with the word that it is read as."""

    question: str
    words: tuple[tuple[str, str], ...] = ()


class Spelling:
    """The words that a question may use: `uses` tells how often each, in exactly this writing, stands in the texts.

    `own` are words that mean something here though no text has them. `everyday` words are no mistakes, but no other
    word is read as one of them. `names` are never guessed.
    """

    def __init__(
        self,
        uses: Counter[str],
        own: Iterable[str] = (),
        everyday: Collection[str] = frozenset(),
        names: Iterable[str] = (),
    ) -> None:
        self._uses = uses
        self._own = frozenset(own)
        self._everyday = everyday
        self._of_everyday = max(LEAST, EVERYDAY * uses.total() / 1_000_000)
        named = re.findall(r"[^\W\d_]+", " ".join(names).lower())
        self._words = {*map(str.lower, uses), *self._own, *everyday, *named}
        self._stems = frozenset(stems_of(" ".join(self._words)))
        self._near: dict[str, list[str]] = {}  # by their first letter
        for word in self._words:
            if len(word) >= SHORTEST - MISTAKES:
                self._near.setdefault(word[0], []).append(word)

    @classmethod
    def of(cls, uses: Counter[str]) -> Spelling:
        """With the words of this program, and the names of England's authorities."""
        england = Listed.england().names
        return cls(uses, _own_words(), everyday_words(), (*england, *chain.from_iterable(england.values())))

    def corrected(self, question: str, mentions: Mentions) -> Respelt:
        """A question, which `mentions` these authorities, with its misspelt words put right.

        Left alone are names, abbreviations, words with an apostrophe or a hyphen, and what may be more than one word.
        """
        patterns = (*mentions.known.values(), *mentions.others.values())
        named = [match.span() for pattern in patterns for match in pattern.finditer(question)]
        names = names_in(question)
        found: dict[str, str] = {}

        def read(match: re.Match[str]) -> str:
            word, (start, end) = match.group(), match.span()
            if word in names or any(start < last and first < end for first, last in named):
                return word
            meant = self._meant(word.lower())
            if not meant:
                return word
            meant = meant.capitalize() if word[0].isupper() else meant
            found[word] = meant
            return meant

        respelt = A_WORD.sub(read, question)
        return Respelt(respelt, tuple(found.items()))

    def _meant(self, word: str) -> str | None:
        """What a word is a misspelling of; None where it is none, or may be of several."""
        if word in self._words or NO_APOSTROPHE.fullmatch(word):
            return None
        near = self._like(word)
        targets = [other for other in near if other in self._own or self._uses[other] >= LEAST]
        stems = stems_of(word)
        if self._stems.issuperset(stems):  # another form of a known word, or that with its ending misspelt
            targets = [other for other in targets if stems_of(other) == stems and not _is_longer(word, other)]
        best = max(targets, key=lambda other: (self._weight(other), other), default=None)
        if not best:
            return None
        rivals = {other: self._weight(other) for other in near}
        if word.endswith("s"):  # "badgers", where only "badger" is known
            plurals = {f"{other}s" for other in self._like(word[:-1]) if other[-1] != "s"} - self._words
            rivals |= dict.fromkeys(plurals, self._of_everyday)
        weights = [weight for other, weight in rivals.items() if stems_of(other) != stems_of(best)]
        return best if all(0 < AHEAD * weight <= self._weight(best) for weight in weights) else None

    def _like(self, word: str) -> list[str]:
        """The known words with the same first letter that are one mistake from a word."""
        known = self._near.get(word[0], ())
        return [other for other, _, _ in process.extract(
            word, known, scorer=OSA.distance, score_cutoff=MISTAKES, limit=None
        )]  # fmt: skip

    def _weight(self, word: str) -> float:
        """How likely a word is to be meant; 0 for a name."""
        return max(self._uses[word], self._of_everyday if word in self._own or word in self._everyday else 0)


def _is_longer(word: str, other: str) -> bool:
    """Whether one of two words is the other with more behind it: "closures"."""
    return word.startswith(other) or other.startswith(word)


@cache
def _own_words() -> frozenset[str]:
    """The words of this program's own lists that a question may be made of."""
    phrases = (p for group in Lexicon.load().groups for p in (*group.everyday, *group.reports, *group.also))
    lists = " ".join((*FILLERS, *OF_ASKING, *OF_INSPECTIONS, *phrases, *MONTHS, *GRADES))
    return frozenset(re.findall(r"[^\W\d_]+", lists.lower()))
