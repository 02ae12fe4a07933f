"""How people call authorities: full and short names, "bucks", "W Sussex", "RMBC", "T&W", and a letter mistyped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import OSA

from assistant.packaged import packaged
from assistant.regions import BOROUGHS, Region, Regions, names_in
from index.councils import official_names
from index.describe import MONTHS, short_name
from index.library import Library
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
# "in Cardiff", "and Cardiff?": a place, where the library's texts do not know the word.
A_PLACE = re.compile(
    r"(?:\b(?:in|at)|^(?i:and|or|what about|how about)(?: (?:in|at|for))?) "
    r"((?!The\b)[A-Z][a-z’'-]+(?: [A-Z][a-z’'-]+)?)(?=\s*(?:[?.,;!]|$|\d)|\s+(?:and|or|in)\b)"
)
# "Compare Leeds and Bradford": beside one that is known, which is blank by then.
COMPARING = re.compile(r"\b(?:compar\w+|versus|vs|than|differen\w+ between)\b", re.I)
BESIDE_KNOWN = re.compile(
    r"(?<=   )(?:and|or|versus|vs\.?|(?:\w+ )?than|compared? (?:with|to)) "
    r"((?!The\b)[A-Z][a-z-]+(?: [A-Z][a-z-]+)?)(?!['’])"
)
NO_PLACES = {
    *(month[:n].capitalize() for month in MONTHS for n in (3, 4, len(month))),
    "Christmas",
    "Easter",
    "Ramadan",
    "Eid",
    "Diwali",
}
A_FIRST_NAME = re.compile(r"(?<=\w )([A-Z][a-z]+) $")
BEGINNING = re.compile(r"(?:^|[.?!:] )\W*$")  # of a sentence
KINDS = {"mbc", "mdc", "cbc", "lbc"}  # no authority's own initials: "Tameside MBC"
OTHER_BODY = re.compile(r"\s+(?:police|constabulary|fire|hospitals?|university|nhs|football)\b", re.I)
SHORTEST_MISTYPED = 5  # letters: shorter names are one letter from too many words
TWO_MISTAKES_FROM = 9  # letters


@dataclass(frozen=True)
class Listed:
    """Authorities that there are, each with other names of it in small letters, and names that are `ordinary` words.

    `areas` are the regions that they lie in, as england.toml has them.
    """

    names: Mapping[str, Sequence[str]]
    ordinary: Collection[str]
    areas: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def england(cls) -> Listed:
        """England's, from england.toml."""
        data = packaged("england.toml")
        names = sorted(name for region in data["regions"].values() for name in names_in(region))
        also = {name: [call.lower() for call in calls] for name, calls in data["also"].items()}
        return cls({name: also.get(name, ()) for name in names}, data["words"]["ordinary"], data)


NONE_LISTED = Listed({}, ())


@dataclass(frozen=True)
class Mentions:
    """The authorities that a question names, each with its words: those of the library, and others.

    `regions` are those it names beside them, by its words.
    """

    known: dict[str, re.Pattern[str]] = field(default_factory=dict)
    others: dict[str, re.Pattern[str]] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of those that the library has no document on."""
        return tuple(self.others)

    @property
    def all_regions(self) -> tuple[Region, ...]:
        """The regions, each once, as the question names them."""
        return tuple(dict.fromkeys(self.regions.values()))

    def without(self, question: str, regions: bool = False) -> str:
        """The question without the names of authorities, and of `regions`; others' stay beside those of the library."""
        for pattern in (self.known or self.others).values():
            question = pattern.sub(" ", question)
        if regions:
            for said in self.regions:
                question = question.replace(said, " ")
            question = BOROUGHS.sub("council", question)
        return " ".join(question.split())


class Authorities:
    """The authorities of a library and how they are called.

    `official` are full names of authorities that the library's texts hold; `uses` tells how often a word, in exactly
    this writing, stands in them; `people` are names of persons that a place's name may be part of.
    """

    def __init__(
        self,
        names: Iterable[str],
        official: Iterable[str],
        uses: Counter[str],
        people: Iterable[str] = (),
        listed: Listed = NONE_LISTED,
    ) -> None:
        self._names = set(names)
        self._found = lru_cache(maxsize=16)(self._find)  # a follow-up looks at the same words more than once
        self.uses = uses
        # Each with its first word: where that is not said, its pattern, which takes longer, finds nothing either.
        self._people = [
            (person.split()[0].lower(), re.compile(rf"\b{re.escape(person)}\b", re.I))
            for person in people
            if " " in person
        ]
        self._areas = Regions({})
        if listed.areas:
            self._areas = Regions.of(listed.areas, lambda name: self._held_as(name, listed.names.get(name, ())))
        self._initials = {call for name in self._names for call in _initials_of(name)}
        held = self._all_calls(official)
        self._listed = self._not_held(listed, {call for call, _ in held})
        self._own_names = {call for name, also in listed.names.items() for call in (name.lower(), *also)}
        self._ordinary = listed.ordinary
        calls = sorted([*held, *self._listed.items()], key=lambda item: (-len(item[0]), item[0]))
        self._calls = [(call.split()[0], call, authority) for call, authority in calls]
        self._others = self._calls_of_others(official)

    @classmethod
    def of(cls, library: Library) -> Authorities:
        """Those of a library, whose texts are read for it."""
        documents = library.documents()
        texts = [library.load_text(document.id) for document in documents]
        uses = Counter(word for text in texts for word in re.findall(r"[^\W\d_]+", text))
        names = {document.facts.authority for document in documents if document.facts.authority}
        people = {document.facts.lead_inspector for document in documents if document.facts.lead_inspector}
        return cls(names, official_names(texts), uses, people, Listed.england())

    def find(self, question: str) -> Mentions:
        """The authorities that `question` names; longest names first, each stretch of text once."""
        return self._found(question)

    def _find(self, question: str) -> Mentions:
        rest, said = question, question.lower()
        for first, person in self._people:
            if first in said:
                rest = person.sub(lambda match: " " * len(match.group()), rest)
        known: dict[str, re.Pattern[str]] = {}
        others: dict[str, re.Pattern[str]] = {}
        for first, call, authority in self._calls:
            if first in said or first == "st":
                rest = self._take(call, authority, rest, known if authority in self._names else others)
        regions, rest = self._areas.find(rest)
        rest = self._take_mistyped(rest, known)
        return Mentions(known, {**others, **self._unknown(rest)}, regions)

    def _holds_known(self, other: str) -> bool:
        """Whether a name found in a text ends in one of the library's: "Good Durham", "Blackpool and Lancashire"."""
        return any(re.search(rf"\b{re.escape(name)}$", other.replace("St. ", "St ")) for name in self._names)

    def _all_calls(self, official: Iterable[str]) -> list[tuple[str, str]]:
        """Each way of calling an authority that means only that one, longest first."""
        calls: dict[str, set[str]] = {}
        for name in self._names:
            for call in _calls_of(name) | _initials_of(name) | self._second_names_of(name):
                calls.setdefault(call, set()).add(name)
        for full in official:
            initials = "".join(word[0] for word in full.split() if word[0].isupper()).lower()
            if short_name(full) in self._names and len(initials) > 2 and initials not in KINDS:
                calls.setdefault(initials, set()).add(short_name(full))
        own = {name.lower() for name in self._names}
        single = ((call, min(names)) for call, names in calls.items() if len(names) == 1 or call in own)
        return [(call, next((n for n in self._names if n.lower() == call), name)) for call, name in single]

    def _not_held(self, listed: Listed, held: set[str]) -> dict[str, str]:
        """Each way of calling a listed authority that is not held and means no other, as those `held` mean theirs.

        They are looked for with the others', longest first: North East Lincolnshire is not Lincolnshire.
        """
        others = {name: also for name, also in listed.names.items() if not self._holds(name, also, held)}
        calls: dict[str, set[str]] = {}
        for name in others:
            for call in _calls_of(name) - held:
                calls.setdefault(call, set()).add(name)
        own = {call: name for name, also in others.items() for call in {*also, name.lower()} - held}
        return {call: min(names) for call, names in calls.items() if len(names) == 1} | own

    def _second_names_of(self, name: str) -> set[str]:
        """ "Hull" for Kingston upon Hull, where the texts use it more than the first name; not Thames for Richmond."""
        first, upon, second = name.partition(" upon ")
        return {second.lower()} if upon and self.uses[second] > self.uses[first] else set()

    def _calls_of_others(self, official: Iterable[str]) -> dict[str, str]:
        """Each way of calling an authority that the texts name and none is about; of two names the shorter."""
        names = sorted({short_name(name) for name in official}, key=len, reverse=True)
        others = [name for name in names if not self._holds_known(name)]
        return {call: name for name in others for call in _calls_of(name)} | {name.lower(): name for name in others}

    def _holds(self, listed: str, also: Sequence[str], held: set[str]) -> bool:
        """Whether a listed authority is one of the library's."""
        return listed.lower() in held or bool(self._held_as(listed, also))

    def _held_as(self, listed: str, also: Sequence[str]) -> list[str]:
        """The library's names of a listed authority, which it may write otherwise: "St. Helens"."""
        calls = set(map(_letters, (*_calls_of(listed), *also)))
        return [name for name in self._names if _letters(name) in calls]

    def _take(self, call: str, authority: str, rest: str, known: dict[str, re.Pattern[str]]) -> str:
        pattern = _pattern(call)
        for match in pattern.finditer(rest):
            if self._is_of_person(rest[: match.start()]) or not self._is_meant(call, match, rest):
                continue
            if call in self._listed and not self._is_listed(call, match, rest):
                continue
            known.setdefault(authority, pattern)
            rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
        return rest

    def _is_meant(self, call: str, match: re.Match[str], text: str) -> bool:
        """Whether a word that is an ordinary one too ("reading", "beds") is meant as a name here."""
        if call in self._initials:
            word = match.group()[: len(call)]
            return word[0].isupper() and word[-1].isupper() and not self.uses[word]
        if " " in call or match.group()[0].isupper() or not self.uses[call]:
            return True
        return bool(re.search(r"\b(?:in|at|for|from|of|about) $", text[: match.start()], re.I))

    def _is_listed(self, call: str, match: re.Match[str], text: str) -> bool:
        """Whether a listed name that no text need know is meant: not "attainment in reading", not "Kent Police".

        A short form is written with a capital, as other authorities' are.
        """
        if OTHER_BODY.match(text, match.end()):
            return False
        is_capital = match.group()[0].isupper()
        if " " not in call and (call in self._ordinary or self.uses[call]):
            alone = len(match.group()) == len(call)  # no "Reading's" or "Reading Council"
            return is_capital and not (alone and BEGINNING.search(text[: match.start()]))
        return is_capital or call in self._own_names

    def _take_mistyped(self, rest: str, known: dict[str, re.Pattern[str]]) -> str:
        """Names with a letter or two wrong, in words that the library does not know."""
        words = (re.sub(r"['’]s$", "", word.lower()) for word in re.findall(r"[\w’'-]+", rest))
        if all(self.uses[word] or self.uses[word.capitalize()] for word in words):
            return rest
        names = sorted((name for name in self._names if name not in known), key=len, reverse=True)
        runs: dict[int, dict[str, list[tuple[str, re.Match[str]]]]] = {}  # of so many words, by their first letter
        for name in names:
            length = len(name.split())
            if length not in runs:
                runs[length] = _runs(rest, length)
            alike = runs[length].get(name[0].lower(), ())
            match = next((match for words, match in alike if self._is_mistyped(words, name.lower())), None)
            if match:
                known.setdefault(name, re.compile(rf"\b{re.escape(match.group())}\b", re.I))
                rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
                runs.clear()
        return rest

    def _is_mistyped(self, word: str, name: str) -> bool:
        if len(name) < SHORTEST_MISTYPED or word == name:
            return False
        allowed = 2 if len(name) >= TWO_MISTAKES_FROM else 1
        if OSA.distance(word, name, score_cutoff=allowed) > allowed:
            return False
        changed = set(word.split()) - set(name.split())
        return not any(self.uses[part] or self.uses[part.capitalize()] for part in changed)

    def _is_of_person(self, text_before: str) -> bool:
        """Whether a place's name after this text is a surname: after a title, or a name that the texts do not know."""
        first = A_FIRST_NAME.search(text_before)
        is_name = first and first[1] not in self._names and not self.uses[first[1]] and not self.uses[first[1].lower()]
        return bool(BEFORE_PERSON.search(text_before) or is_name)

    def _unknown(self, rest: str) -> dict[str, re.Pattern[str]]:
        """Authorities that the library's texts name but none is about, and others that are called a council."""
        found: dict[str, re.Pattern[str]] = {}
        for call, name in sorted(self._others.items(), key=lambda item: -len(item[0])):
            match = _pattern(call).search(rest)
            if not match or self._is_of_person(rest[: match.start()]) or not self._is_meant(call, match, rest):
                continue
            if OTHER_BODY.match(rest, match.end()):
                continue
            if call == name.lower() or match.group()[0].isupper():  # "Bath" may be an authority, "bath" is not
                found[name] = _pattern(call)
                rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
        for match in ANY_COUNCIL.finditer(rest):
            words = match[1].split()
            while words and (words[0].lower() in STOP_WORDS or self.uses[words[0].lower()]):
                words.pop(0)
            if words:
                found.setdefault(" ".join(words).title(), _pattern(" ".join(words).lower()))
        beside = BESIDE_KNOWN.finditer(rest) if COMPARING.search(rest) else ()
        for match in (*A_PLACE.finditer(rest), *beside):
            if OTHER_BODY.match(rest, match.end()):
                continue
            if match[1] not in NO_PLACES and not any(
                self.uses[form] for word in match[1].split() for form in (word, word.lower(), word.upper())
            ):
                found.setdefault(match[1], _pattern(match[1].lower()))
        return found


def _letters(name: str) -> str:
    """A name's words in small letters, without its points, commas and hyphens."""
    return " ".join(re.findall(r"[\w'’]+", name.lower()))


def _runs(text: str, length: int) -> dict[str, list[tuple[str, re.Match[str]]]]:
    """The text's words, so many together, in lower case and without a possessive, with where they stand.

    They are in order below their first letter, in which nobody errs.
    """
    found: dict[str, list[tuple[str, re.Match[str]]]] = {}
    for match in re.finditer(rf"\b[\w’'-]+(?: [\w’'-]+){{{length - 1}}}", text):
        words = re.sub(r"['’]s$", "", match.group().lower())
        found.setdefault(words[:1], []).append((words, match))
    return found


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


def _initials_of(name: str) -> set[str]:
    """ "mk", "bwd", "t&w" for names of several words."""
    words = name.lower().split()
    if len(words) < 2:
        return set()
    calls = {"".join(word[0] for word in words)}
    if "and" in words:
        sides = ["".join(word[0] for word in side.split()) for side in name.lower().split(" and ")]
        calls |= {"&".join(sides), " & ".join(sides)}
    return calls


@lru_cache(maxsize=20_000)
def _pattern(call: str) -> re.Pattern[str]:
    """A call as people write it: any case, "&" for "and", "St." for "St", a possessive with or without apostrophe.

    It is not the beginning of another name: Newcastle under Lyme is not Newcastle.
    """
    words = [{"and": "(?:and|&)", "st": r"(?:st\.?|saint)"}.get(word, re.escape(word)) for word in call.split()]
    return re.compile(rf"(?<![\w-]){'[ -]+'.join(words)}{COUNCIL}(?![\w-])(?! (?:upon|under|le) )", re.I)
