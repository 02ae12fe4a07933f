"""What is quoted where a question asks for praise of something, or for what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer import with_first
from assistant.asked import Asked, Words
from assistant.found import Found
from assistant.praise import NEAR, OTHER, PLAIN, from_side
from assistant.question import Understood
from assistant.quotes import POINTING, Quote, part
from assistant.sides import Side
from assistant.wanted import lists_improvements
from index.stored import StoredDocument

NONE_FOUND: dict[Side, str] = {
    "praise": "No sentence was found that praises this. What is said of it:",
    "criticism": "No sentence was found that finds fault with this. What is said of it:",
}
FROM_EARLIER: dict[Side, str] = {
    "praise": "No sentence of the newest inspection was found that praises this. From earlier inspections:",
    "criticism": "No sentence of the newest inspection was found that finds fault with this. From earlier inspections:",
}

# Chosen by reading the answers to 168 questions, see docs/ranking.md.
LOOKED_AT = 25  # passages
# Taken off the score of a sentence of the other side; less of one that is nearer.
OTHER_SIDE = 4.0
# The share of what is asked that a sentence's passage must say, of the most that any says: else it is of another thing.
ON_SUBJECT = 0.5
OFF_SUBJECT = math.inf  # as far from any side

Find = Callable[[Understood], Found]
Choose = Callable[[Found, Sequence[Quote]], list[Quote]]
"""Sentences that were found, best first → those that are to be quoted."""


def by_side(ranked: Sequence[Quote], asked: Asked, words: Words) -> list[Quote]:
    """Sentences, best first, in the order of how they answer a question that asks for one side."""
    passages = {quote.hit.passage.id: quote.hit.passage for quote in ranked}
    covered = {id: asked.covered(words.said(f"{p.section}\n{p.text}")) for id, p in passages.items()}
    least = ON_SUBJECT * max(covered.values(), default=0.0)
    found = []
    for quote in ranked:
        passage = quote.hit.passage
        is_of_list = lists_improvements(passage.section)  # whose items are each of something else
        said = asked.covered(words.said(quote.text)) if is_of_list else covered[passage.id]
        aside = OFF_SUBJECT if said < least else _from_side(quote, asked)
        found.append(replace(quote, from_side=aside, score=quote.score - OTHER_SIDE * min(aside, OTHER)))
    return sorted(found, key=lambda quote: -quote.score)


def on_the_side_asked(
    understood: Understood, find: Find, choose: Choose, words: Words, is_newest: Callable[[StoredDocument], bool]
) -> tuple[Found, list[Quote], str]:
    """What is found, what is to be quoted of it, and a note where that is of an earlier inspection, or not as asked.

    Where the best is not of the newest inspection and on the side asked for, that is searched by itself, and then what
    earlier inspections say.
    """
    found = find(understood)
    quotes, side = choose(found, found.sentences), found.asked.side
    near = _near(quotes)
    if not side or (near and (understood.periods or any(is_newest(quote.hit.passage.document) for quote in near))):
        return found, quotes, ""
    least = ON_SUBJECT * max((share for _, share in _shares(found, words)), default=0.0)

    def said(where: Understood, furthest: float) -> list[Quote]:
        """What is said on the side asked for there, by sentences that name the subject."""
        there = find(where)
        return choose(there, _near([quote for quote, share in _shares(there, words) if share >= least], furthest))

    if not understood.periods:
        if of_newest := said(replace(understood, latest=True), NEAR):
            return _with(of_newest, found), of_newest, ""
        if of_earlier := said(replace(understood, any_inspection=True), PLAIN):
            return _with(of_earlier, found), of_earlier, FROM_EARLIER[side]
    about = choose(found, [quote for quote in found.sentences if quote.from_side < OFF_SUBJECT])
    return found, about or quotes, NONE_FOUND[side]


def _with(quotes: Sequence[Quote], found: Found) -> Found:
    return replace(found, hits=with_first([quote.hit.passage for quote in quotes], found.hits))


def _near(quotes: Sequence[Quote], furthest: float = NEAR) -> list[Quote]:
    return [quote for quote in quotes if quote.from_side <= furthest]


def _shares(found: Found, words: Words) -> list[tuple[Quote, float]]:
    """Each sentence with the share of what is asked that it says, with its heading and the sentence before."""
    texts = [f"{quote.hit.passage.section} {_before(quote)} {quote.text}" for quote in found.sentences]
    return [(q, found.asked.covered(words.said(text))) for q, text in zip(found.sentences, texts, strict=True)]


def _from_side(quote: Quote, asked: Asked) -> float:
    """How far a sentence is from the side; one that begins with "This" is quoted with the one before."""
    if lists_improvements(quote.hit.passage.section):  # where things are named with praise, too
        return 0.0 if asked.side == "criticism" else OTHER
    aside = from_side(asked.side, quote.text)
    before = _before(quote) if POINTING.match(quote.text) else ""
    both = min if asked.side == "criticism" else max
    return both(aside, from_side(asked.side, before)) if before else aside


def _before(quote: Quote) -> str:
    """The sentence before it in its passage."""
    earlier = [(start, end) for start, end in quote.hit.passage.sentences if end <= quote.start]
    return part(quote.hit.passage, *earlier[-1]) if earlier else ""
