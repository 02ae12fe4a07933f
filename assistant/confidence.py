"""How sure an answer is: a calibrated probability that the passages found answer the question, from what they show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assistant.asked import POSSESSIVE, Asked, Term, Words, is_in_place
from assistant.quotes import Quote
from assistant.ranking import Ranking, weighed
from assistant.selection import SHOWN
from assistant.wanted import Kind, has
from index.search import Hit
from index.stored import StoredPassage

LOOKED_AT = 5  # passages
BEST = 3  # sentences
# Kinds whose absence tells that the question is not answered: of 655 training questions that reports answer, 8 want one
# that none of the first five passages holds, of 100 that they do not, 48. Dates, lists and reasons are no such sign.
TELLING: tuple[Kind, ...] = ("money", "percentage", "number", "person", "name", "contact")
FAR_BEHIND = 5.0  # no sentence that holds what is wanted counts as so far below the best one
# The best passage's lead over the tenth, as it is for half of the training questions that reports answer: where there
# are not ten, as much is assumed.
USUAL_LEAD = 7.3
# Short questions have little of a topic ("what needs to improve?"), but a sentence that says, with its heading, all
# they ask. The project's 120 off-topic questions are all refused with it.
SAID = 0.6
# Of what is asked, by rarity. In 806 questions that reports answer, what stands nowhere is 0.40 at most.
MOSTLY = 0.5
TOPIC_COUNTS = 4.0  # log odds of a question's topic beyond which more makes no difference
IN_WORDS = {
    "money": "sum of money",
    "percentage": "percentage",
    "number": "number",
    "person": "person",
    "name": "name",
    "contact": "phone number or address",
}
# Whoever asks for a number to call may be worried about a child.
WHOM_TO_CALL = "The council’s own website says how to reach it. If a child is in danger now, call 999."


def confidence(signals: Mapping[str, float], off_topic: bool, ranking: Ranking) -> float:
    """The probability that the question is answered, by logistic regression on these signals.

    What is off topic is no likelier answered than it is of the field, whatever was found; nor is a question likely
    answered whose names and terms mostly stand nowhere.
    """
    sure = probability(weighed(ranking.confidence, signals))
    if signals["unknown"] >= MOSTLY:
        sure *= 1 - signals["unknown"]
    return min(sure, probability(signals["topic"])) if off_topic else sure


def is_off_topic(signals: Mapping[str, float], asked: Asked, ranking: Ranking) -> bool:
    """Whether a question is about something else altogether: its vector, its words and all sentences say so."""
    is_far = signals["topic"] < ranking.off_topic_below
    return is_far and not asked.of_the_field and signals["covered"] < SAID


def probability(log_odds: float) -> float:
    """From 0 to 1."""
    return 1 / (1 + math.exp(-log_odds))


def answer_signals(
    hits: Sequence[Hit],
    sentences: Sequence[Quote],
    asked: Asked,
    words: Words,
    unknown: Sequence[Term],
    absent: Sequence[Kind],
    about: str,
    topic: float,
    ranking: Ranking,
) -> dict[str, float]:
    """What the passages found, and their sentences, best first, show of whether they answer.

    `unknown` is what was asked for and stands nowhere in the documents searched, `absent` what `kinds_absent` found.
    `about` names the authorities: their names are none that was asked for. `topic` are the log odds that the question
    is of the field.
    """
    missing = [term for term in unknown if term.must_be_said]
    return {
        "intercept": 1.0,
        "topic": max(0.0 if asked.has_terms else -TOPIC_COUNTS, min(TOPIC_COUNTS, topic)),
        "covered": asked.covered(_said(sentences[0], words)) if sentences else 0.0,
        "in_place": _in_place(hits[0].passage, asked, words) if hits else 0.0,
        "cosine": max((hit.cosine for hit in hits[:LOOKED_AT]), default=0.0),
        "lead": math.log1p(_lead(hits)),
        "unknown_name": float(bool(missing)),
        "unknown": asked.share(missing),
        "kinds_absent": _share(absent, asked),
        "kinds_not_quoted": _share(_not_quoted(sentences, asked, about, ranking), asked),
        "kind_behind": _behind(sentences, asked, words, about),
    }


def kinds_absent(hits: Sequence[Hit], asked: Asked, about: str, ranking: Ranking) -> list[Kind]:
    """The telling kinds of answer that are wanted and that no passage near holds.

    Near are those that come first without the kind's help: with it, what holds some other number is preferred.
    """
    help_of_kind = ranking.texts.get("kind", 0.0)
    near = sorted(hits, key=lambda hit: help_of_kind * asked.has_kind(hit.passage.text) - hit.score)[:LOOKED_AT]
    return _not_held([hit.passage.text for hit in near], asked, about)


def why_not(off_topic: bool, unknown: Sequence[Term], absent: Sequence[Kind]) -> str:
    """Why a question is refused, as a sentence."""
    if off_topic and "contact" not in absent:
        return "The documents searched say nothing on this: it does not seem to be about children's services."
    if "contact" in absent:
        return f"The passages on this name no {IN_WORDS['contact']}. {WHOM_TO_CALL}"
    if absent:
        return f"The passages on this name no {IN_WORDS[absent[0]]}."
    names = [term.words for term in unknown if term.must_be_said]
    if names:
        name = POSSESSIVE.sub("", names[0])
        return f"“{name}” stands nowhere in the documents searched."
    return "No passage in the documents searched says this."


def _in_place(passage: StoredPassage, asked: Asked, words: Words) -> float:
    """How much of what is asked a passage says that stands where reports say such a thing; 0 for one elsewhere."""
    said = words.said(passage.section) | words.said(passage.text)
    return asked.covered(said) if is_in_place(passage, asked) else 0.0


def _lead(hits: Sequence[Hit]) -> float:
    """How far the best passage's score is above the lowest of those shown."""
    lead = hits[0].score - min(hit.score for hit in hits) if hits else 0.0
    return lead if len(hits) >= SHOWN else max(lead, USUAL_LEAD)


def _not_quoted(sentences: Sequence[Quote], asked: Asked, about: str, ranking: Ranking) -> list[Kind]:
    """The same as `kinds_absent`, of the sentences that come first without the kind's help."""
    help_of_kind = ranking.sentences.get("kind", 0.0)
    best = sorted(sentences, key=lambda quote: help_of_kind * asked.has_kind(quote.text) - quote.score)[:BEST]
    return _not_held([quote.text for quote in best], asked, about)


def _behind(sentences: Sequence[Quote], asked: Asked, words: Words, about: str) -> float:
    """How far below the best sentence the first one is that holds what is wanted, of something that is asked about.

    Of several kinds, the farthest.
    """
    on_it = [q for q in sentences if not asked.terms or asked.covered(_said(q, words)) > 0]
    found = [0.0]
    for kind in _telling(asked):
        behind = (sentences[0].score - q.score for q in on_it if has(kind, q.text, f"{asked.question} {about}"))
        found.append(min(FAR_BEHIND, next(behind, FAR_BEHIND)))
    return max(found)


def _not_held(texts: Sequence[str], asked: Asked, about: str) -> list[Kind]:
    known = f"{asked.question} {about}"
    return [kind for kind in _telling(asked) if not any(has(kind, text, known) for text in texts)]


def _telling(asked: Asked) -> list[Kind]:
    return [kind for kind in TELLING if kind in asked.kinds]


def _share(kinds: Sequence[Kind], asked: Asked) -> float:
    """The share of the telling kinds wanted that these are."""
    return len(kinds) / max(1, len(_telling(asked)))


def _said(quote: Quote, words: Words) -> frozenset[str]:
    """The stems of what a sentence says with its heading: "Areas for improvement" above two points."""
    return words.said(quote.hit.passage.section) | words.said(quote.text)
