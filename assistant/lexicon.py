"""The words people use → the words inspection reports use, from lexicon.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.packaged import packaged

Key = tuple[str, ...]  # a phrase as it is compared: its words in the singular and in lower case

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*['’]?|[&%]")
# Plurals that no rule makes. "lives" is left as it is: it is mostly the verb.
IRREGULAR = {"children": "child", "men": "man", "women": "woman", "people": "person", "has": "has", "was": "was"}


@dataclass(frozen=True)
class Group:
    """A concept: what people say for it, what reports say, and reports' words that are only added."""

    everyday: tuple[str, ...]
    reports: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.reports or self.also) or not all(map(key, (*self.everyday, *self.reports, *self.also))):
            raise ValueError(f"a group of the lexicon leads to nothing or has an empty phrase: {self}")


class Lexicon:
    """Groups of phrases. `capitals` are abbreviations which, in lower case, are ordinary words."""

    def __init__(self, groups: Iterable[Group], capitals: Iterable[str] = ()) -> None:
        self.groups = tuple(groups)
        self._capitals = {key(word): word for word in capitals}
        self._led_to: dict[Key, tuple[str, ...]] = {}
        self._means: dict[Key, tuple[str, ...]] = {}
        for group in self.groups:
            for phrase in (*group.everyday, *group.reports):
                before = self._led_to.get(key(phrase), ())
                self._led_to[key(phrase)] = _unique((*before, *group.reports, *group.also))
                self._means[key(phrase)] = _unique((*self._means.get(key(phrase), ()), *group.reports))
        phrases = [phrase for group in self.groups for phrase in (*group.everyday, *group.reports)]
        self._with_capitals = {key(p) for p in phrases if any(map(self._is_abbreviation, WORD.findall(p)))}
        self._longest = max(map(len, self._led_to), default=0)  # words
        reports = [phrase for group in self.groups for phrase in group.reports]
        spelled_out = [(key(short), _in_full(short, group.reports)) for group in self.groups for short in group.reports]
        self._in_full = {short: full for short, full in spelled_out if full}
        self._of_reports = {key(phrase) for phrase in reports if " " in phrase or phrase.isupper()}

    @classmethod
    def load(cls) -> Lexicon:
        """The lexicon that comes with the project."""
        return cls.from_data(packaged("lexicon.toml"))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Lexicon:
        """From the tables of a TOML file. Raises ValueError where a group has an unknown key or leads to nothing."""
        groups = []
        for table in data["groups"]:
            if unknown := set(table) - {"everyday", "reports", "also"}:
                raise ValueError(f"a group of the lexicon has unknown keys {sorted(unknown)}: {table}")
            groups.append(Group(*(tuple(table.get(name, ())) for name in ("everyday", "reports", "also"))))
        return cls(groups, data.get("capitals", ()))

    def expand(self, subject: str) -> tuple[str, ...]:
        """What reports say for what `subject` says, in the order of its words; nothing that it says itself."""
        written = WORD.findall(subject)
        words = [_singular(word) for word in written]
        found: list[str] = []
        for start, end in self._matches(written, words):
            found += self._led_to[tuple(words[start:end])]
        return tuple(phrase for phrase in _unique(found) if not _holds(words, key(phrase)))

    def concepts(self, subject: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
        """The words that are of no concept, and for each concept what `subject` calls it and what reports do.

        What a group only adds, being too general, does not say the same.
        """
        written = WORD.findall(subject)
        words = [_singular(word) for word in written]
        rest, found, position = [], [], 0
        for start, end in self._matches(written, words):
            rest += written[position:start]
            found.append((" ".join(written[start:end]), *self._means[tuple(words[start:end])]))
            position = end
        return " ".join([*rest, *written[position:]]), tuple(found)

    def in_full(self, subject: str) -> str:
        """The subject with its abbreviations spelled out, of which an encoder makes little: "CSE", "LADO"."""
        places = [match.span() for match in WORD.finditer(subject)]
        written = WORD.findall(subject)
        words = [_singular(word) for word in written]
        for first, last in reversed(self._matches(written, words)):
            if full := self._in_full.get(tuple(words[first:last])):
                subject = f"{subject[: places[first][0]]}{full}{subject[places[last - 1][1] :]}"
        return subject

    def has_reports_words(self, question: str) -> bool:
        """Whether a question uses terms of inspection reports: "LAC", "care leavers", not "runaways" or "police"."""
        written = WORD.findall(question)
        words = [_singular(word) for word in written]
        return any(self.is_reports(" ".join(written[start:end])) for start, end in self._matches(written, words))

    def is_reports(self, phrase: str) -> bool:
        """Whether a phrase is a term of inspection reports, of several words or an abbreviation."""
        return key(phrase) in self._of_reports

    def _matches(self, written: Sequence[str], words: Sequence[str]) -> list[tuple[int, int]]:
        """Where phrases stand among the words, as (start, end): longest first, each word in one of them."""
        taken = [False] * len(words)
        matches: list[tuple[int, int]] = []
        for length in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                end = start + length
                if tuple(words[start:end]) not in self._led_to or any(taken[start:end]):
                    continue
                if self._is_ordinary(written[start:end], tuple(words[start:end])):
                    continue
                taken[start:end] = [True] * length
                matches.append((start, end))
        return sorted(matches)

    def _is_ordinary(self, written: Sequence[str], phrase: Key) -> bool:
        """Whether an abbreviation's letters are written as an ordinary word, or the other way round.

        "send", not "SEND" or "SENDs", and "SEND in", not "send in".
        """
        if phrase in self._capitals:
            return not written[0].startswith(self._capitals[phrase])
        return len(phrase) > 1 and phrase not in self._with_capitals and any(map(self._is_abbreviation, written))

    def _is_abbreviation(self, word: str) -> bool:
        short = self._capitals.get((_singular(word),))
        return short is not None and word.startswith(short)


def key(phrase: str) -> Key:
    """A phrase as it is compared: case, plural, possessive, hyphens and punctuation do not matter."""
    return tuple(_singular(word) for word in WORD.findall(phrase))


def _singular(word: str) -> str:
    """A word in lower case without the s of a plural or possessive. Not always a word; the same for all its forms."""
    word = word.lower().replace("’", "'").rstrip("'")
    word = word.removesuffix("'s").replace("'", "")
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and len(word) > 2 and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return IRREGULAR.get(word, word)


def _in_full(short: str, phrases: Sequence[str]) -> str:
    """The first of these phrases that an abbreviation stands for: its letters are initials of words, in their order."""
    if not short.isupper():
        return ""
    for phrase in phrases:
        initials = iter("".join(word[0] for word in WORD.findall(phrase.upper().replace("-", " "))))
        if " " in phrase and phrase[0].upper() == short[0] and all(letter in initials for letter in short):
            return phrase
    return ""


def _holds(words: Sequence[str], phrase: Key) -> bool:
    return any(tuple(words[start : start + len(phrase)]) == phrase for start in range(len(words) - len(phrase) + 1))


def _unique(phrases: Iterable[str]) -> tuple[str, ...]:
    """Each phrase once, as it is compared, where it stands first."""
    first: dict[Key, str] = {}
    for phrase in phrases:
        first.setdefault(key(phrase), phrase)
    return tuple(first.values())
