"""A follow-up as the whole question that is shown: "What was the grade in 2018?" for "and in 2018?"."""

from __future__ import annotations

import re
from datetime import date

from assistant.authorities import Authorities, Mentions
from assistant.periods import period_in_words, stated_times, years_since
from assistant.question import Understood, names_of
from assistant.regions import BOROUGHS
from assistant.times import LATEST, NOW
from assistant.wording import in_words

PREPOSITION = re.compile(r"\b(?:in|at|by|from|for|during)\s+$", re.I)
LEADS_TO_REGION = re.compile(r"^((?:in|across|within|throughout|around|of|from) )?(the )?", re.I)
INSPECTION = re.compile(r"\s*(?:inspection|report|visit)\b", re.I)


def in_context(asked: str, meant: Understood, after: str = "") -> str:
    """A follow-up's own words with what the turns before lend: "why? (Exham, 2018; after “Was it good?”)"."""
    lent = "; ".join(part for part in (meant.filter, f"after “{after}”" if after else "") if part)
    return f"{asked} ({lent})" if lent else asked


def with_places(question: str, meant: Understood, authorities: Authorities) -> str | None:
    """The question with its authority or its region replaced; None where it names several."""
    mentions, place = authorities.find(question), in_words(meant.authorities) or names_of(meant.regions)
    patterns = [*mentions.known.values(), *mentions.others.values()]
    if len(patterns) > 1 or (mentions.regions and not patterns):
        return _with_regions(question, meant, mentions)
    for pattern in patterns:
        return pattern.sub(lambda match: place + _possessive(match.group()), question)
    return _at_the_end(question, f"in {place}")


def _with_regions(question: str, meant: Understood, mentions: Mentions) -> str | None:
    """The question with its region replaced: "How many councils in London …", "Which London boroughs …"."""
    if mentions.known or mentions.others or len(mentions.regions) > 1 or len(meant.regions) != 1:
        return None
    said, name = next(iter(mentions.regions)), meant.regions[0].name
    preposition, the = LEADS_TO_REGION.findall(said)[0]
    where = name if preposition or the or _possessive(said) else name.removeprefix("the ")
    return BOROUGHS.sub("council", question.replace(said, f"{preposition}{where}{_possessive(said)}"))


def with_time(question: str, meant: Understood, today: date) -> str | None:
    """The question with its time replaced by the one that is meant; None where it has several, or since when."""
    stated, newest = stated_times(question, today), [*LATEST.finditer(question), *NOW.finditer(question)]
    if years_since(question) or len(stated) + len(newest) > 1:
        return None
    words = in_words([period_in_words(period) for period in meant.periods])
    phrase = "at the latest inspection" if meant.latest else f"in {words}"
    if not stated and not newest:
        return _at_the_end(question, phrase)
    start, end = stated[0].span if stated else newest[0].span()
    head, tail = question[:start], question[end:]
    if preposition := PREPOSITION.search(head):
        return f"{head[: preposition.start()]}{phrase}{tail}"
    if newest and INSPECTION.search(newest[0].group()):
        return (
            question if meant.latest else f"{head}{' ' * newest[0].group().startswith(' ')}the {words} inspection{tail}"
        )
    if stated and (INSPECTION.match(tail) or not meant.latest):
        return f"{head}{'latest' if meant.latest else words}{tail}"
    return _at_the_end(f"{head}{tail}", phrase)


def _at_the_end(question: str, words: str) -> str:
    """The question with these words before its last punctuation."""
    body = question.rstrip(" ?!.,;:")
    *_, mark = question[len(body) :].split() or ["?"]
    return f"{' '.join(body.split())} {words}{mark}"


def _possessive(name: str) -> str:
    return "'s" if re.search(r"['’]s\b", name) else ""
