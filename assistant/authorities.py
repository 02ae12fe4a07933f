"""How people call authorities: full and short names, "bucks", "W Sussex", "RMBC", "readings", and a letter mistyped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from index.describe import short_name
from index.words import STOP_WORDS

# Up to a joining word a name is often enough: "Telford" for Telford and Wrekin, "Newcastle" for Newcastle upon Tyne.
JOINING = re.compile(r" (?:and|upon|with|on|of|in) ", re.I)
NO_NAMES = {"city", "isle", "east", "west", "north", "south", "central"}
DIRECTIONS = {"north": "n", "south": "s", "east": "e", "west": "w"}
# The old short forms of counties that are not the beginning of their names.
OLD_FORMS = {"northamptonshire": "northants", "hampshire": "hants", "oxfordshire": "oxon", "shropshire": "salop"}
COUNCIL = r"(?:['’]?s)?\b(?: (?:(?:city|county|borough|metropolitan borough) )?council(?:['’]?s)?\b)?"
BEFORE_PERSON = re.compile(r"\b(?i:mr|mrs|ms|miss|dr|sir|dame|cllr|councillor|inspector|hmi)\.? (?:[A-Z][a-z]+ )?$")
ANY_COUNCIL = re.compile(r"\b([A-Z][a-z’'-]+(?: [A-Z][a-z’'-]+)?) (?i:city|county|borough) (?i:council)\b")
SHORTEST_MISTYPED = 5  # letters: shorter names are one letter from too many words
TWO_MISTAKES_FROM = 9  # letters


@dataclass(frozen=True)
class Mentions:
    """The authorities that a question names: those of the library, each with its words, and others by their names."""

    known: dict[str, re.Pattern[str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


class Authorities:
    """The authorities of a library and how they are called.

    `official` are full names of authorities that the library's texts hold; `uses` tells how often a word, in exactly
    this writing, stands in them; `people` are names of persons that a place's name may be part of.
    """

    def __init__(
        self, names: Iterable[str], official: Iterable[str], uses: Callable[[str], int], people: Iterable[str] = ()
    ) -> None:
        self._names = set(names)
        self._uses = uses
        self._people = [re.compile(rf"\b{re.escape(person)}\b", re.I) for person in people if " " in person]
        self._calls = self._all_calls(official)
        self._others = {other for name in official if not self._holds_known(other := short_name(name))}

    def find(self, question: str) -> Mentions:
        """The authorities that `question` names; longest names first, each stretch of text once."""
        rest = question
        for person in self._people:
            rest = person.sub(lambda match: " " * len(match.group()), rest)
        known: dict[str, re.Pattern[str]] = {}
        for call, authority in self._calls:
            rest = self._take(call, authority, rest, known)
        rest = self._take_mistyped(rest, known)
        return Mentions(known, tuple(self._unknown(rest)))

    def _holds_known(self, other: str) -> bool:
        """Whether a name found in a text ends in one of the library's: "Good Durham", "Blackpool and Lancashire"."""
        return any(re.search(rf"\b{re.escape(name)}$", other.replace("St. ", "St ")) for name in self._names)

    def _all_calls(self, official: Iterable[str]) -> list[tuple[str, str]]:
        """Each way of calling an authority that means only that one, longest first."""
        calls: dict[str, set[str]] = {}
        for name in self._names:
            for call in _calls_of(name):
                calls.setdefault(call, set()).add(name)
        for full in official:
            initials = "".join(word[0] for word in full.split() if word[0].isupper()).lower()
            if short_name(full) in self._names and len(initials) > 2:
                calls.setdefault(initials, set()).add(short_name(full))
        own = {name.lower() for name in self._names}
        single = ((call, min(names)) for call, names in calls.items() if len(names) == 1 or call in own)
        chosen = [(call, next((n for n in self._names if n.lower() == call), name)) for call, name in single]
        return sorted(chosen, key=lambda item: (-len(item[0]), item[0]))

    def _take(self, call: str, authority: str, rest: str, known: dict[str, re.Pattern[str]]) -> str:
        pattern = _pattern(call)
        for match in pattern.finditer(rest):
            if BEFORE_PERSON.search(rest[: match.start()]) or not self._is_meant(call, match, rest):
                continue
            known.setdefault(authority, pattern)
            rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
        return rest

    def _is_meant(self, call: str, match: re.Match[str], text: str) -> bool:
        """Whether a word that is an ordinary one too ("reading", "beds") is meant as a name here."""
        if " " in call or match.group()[0].isupper() or not self._uses(call):
            return True
        return bool(re.search(r"\b(?:in|at|for|from|of|about) $", text[: match.start()], re.I))

    def _take_mistyped(self, rest: str, known: dict[str, re.Pattern[str]]) -> str:
        """Names with a letter or two wrong, in words that the library does not know."""
        names = sorted((name for name in self._names if name not in known), key=len, reverse=True)
        for name in names:
            more = len(name.split()) - 1
            for match in re.finditer(rf"\b[\w’'-]+(?: [\w’'-]+){{{more}}}", rest):
                word = re.sub(r"['’]s$", "", match.group().lower())
                if not self._is_mistyped(word, name.lower()):
                    continue
                known.setdefault(name, re.compile(rf"\b{re.escape(match.group())}\b", re.I))
                rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
                break
        return rest

    def _is_mistyped(self, word: str, name: str) -> bool:
        if len(name) < SHORTEST_MISTYPED or word[:1] != name[:1] or word == name:
            return False
        allowed = 2 if len(name) >= TWO_MISTAKES_FROM else 1
        if OSA.distance(word, name, score_cutoff=allowed) > allowed:
            return False
        changed = set(word.split()) - set(name.split())
        return not any(self._uses(part) or self._uses(part.capitalize()) for part in changed)

    def _unknown(self, rest: str) -> Iterable[str]:
        """Authorities that the library's texts name but none is about, and others that are called a council."""
        found: list[str] = []
        for name in sorted(self._others, key=len, reverse=True):
            match = _pattern(name.lower()).search(rest)
            if match and not BEFORE_PERSON.search(rest[: match.start()]) and self._is_meant(name.lower(), match, rest):
                found.append(name)
                rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
        for match in ANY_COUNCIL.finditer(rest):
            words = match[1].split()
            while words and (words[0].lower() in STOP_WORDS or self._uses(words[0].lower())):
                words.pop(0)
            if words:
                found.append(" ".join(words).title())
        return dict.fromkeys(found)


def _calls_of(name: str) -> set[str]:
    """The ways in which an authority of this name is called, in lower case."""
    whole = name.lower()
    calls = {whole}
    first = JOINING.split(whole, maxsplit=1)[0]
    if first not in NO_NAMES:
        calls.add(first)
    for word in whole.split():
        if word in OLD_FORMS:
            calls.add(whole.replace(word, OLD_FORMS[word]))
        elif word.endswith("shire"):
            calls |= {whole.replace(word, word[:length] + "s") for length in range(3, len(word) - len("shire") + 1)}
            if word != whole:
                calls.add(whole.replace(word, word.removesuffix("shire")))
    for call in set(calls):
        direction, _, rest = call.partition(" ")
        if rest and direction in DIRECTIONS:
            calls |= {f"{DIRECTIONS[direction]} {rest}", f"{DIRECTIONS[direction]}. {rest}"}
    return calls


def _pattern(call: str) -> re.Pattern[str]:
    """A call as people write it: any case, "&" for "and", "St." for "St", a possessive with or without apostrophe."""
    words = [{"and": "(?:and|&)", "st": r"(?:st\.?|saint)"}.get(word, re.escape(word)) for word in call.split()]
    return re.compile(rf"(?<![\w-]){'[ -]+'.join(words)}{COUNCIL}(?![\w-])", re.I)
