"""How sure an answer is: a calibrated probability that the passages found answer the question, from what they show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assistant.asked import Asked, Term, Words
from assistant.quotes import Quote
from assistant.ranking import Ranking, weighed
from assistant.wanted import Kind, has
from index.search import Hit

LOOKED_AT = 5  # passages
BEST = 3  # sentences
# Kinds whose absence tells that the question is not answered: of 655 training questions that reports answer, 8 want one
# that none of the first five passages holds, of 100 that they do not, 48. Dates, lists and reasons are no such sign.
TELLING: tuple[Kind, ...] = ("money", "percentage", "number", "person", "name")
# Short questions have little of a topic ("what needs to improve?"), but a sentence that says, with its heading, all
# they ask. The project's 120 off-topic questions are all refused with it.
SAID = 0.6
TOPIC_COUNTS = 4.0  # log odds of a question's topic beyond which more makes no difference
IN_WORDS = {"money": "sum of money", "percentage": "percentage", "number": "number", "person": "person", "name": "name"}


def confidence(signals: Mapping[str, float], ranking: Ranking) -> float:
    """The probability that the question is answered, by logistic regression on these signals.

    What is off topic is no likelier answered than it is of the field, whatever was found.
    """
    sure = _probability(weighed(ranking.confidence, signals))
    return min(sure, _probability(signals["topic"])) if is_off_topic(signals, ranking) else sure


def is_off_topic(signals: Mapping[str, float], ranking: Ranking) -> bool:
    """Whether a question is about something else altogether: neither its vector nor any sentence says otherwise."""
    return signals["topic"] < ranking.off_topic_below and signals["covered"] < SAID


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def answer_signals(
    hits: Sequence[Hit],
    sentences: Sequence[Quote],
    asked: Asked,
    words: Words,
    unknown: Sequence[Term],
    about: str,
    topic: float,
    ranking: Ranking,
) -> dict[str, float]:
    """What the passages found, and their sentences, best first, show of whether they answer.

    `unknown` is what was asked for and stands nowhere in the documents searched. `about` names the authorities: their
    names are none that was asked for. `topic` are the log odds that the question is of the field.
    """
    near = hits[:LOOKED_AT]
    stems = [set(words.stems(f"{hit.passage.section} {hit.passage.text}")) for hit in near]
    best = max((q.hit.sentence_cosines[_place(q)] for q in sentences), default=0.0)
    signals = {
        "intercept": 1.0,
        "topic": max(-TOPIC_COUNTS, min(TOPIC_COUNTS, topic)),
        "cosine": max((hit.cosine for hit in near), default=0.0),
        "sentence": best,
        "covered": asked.covered(set(words.stems(_said(sentences[0])))) if sentences else 0.0,
        "covered_near": asked.covered(set().union(*stems)),
        "unknown": asked.share(unknown),
        "unknown_name": float(any(term.is_name for term in unknown)),
    }
    return signals | missing_kinds(hits, sentences, asked, about, ranking)


def why_not(signals: Mapping[str, float], asked: Asked, unknown: Sequence[Term], ranking: Ranking) -> str:
    """Why a question is refused, as a sentence."""
    if is_off_topic(signals, ranking):
        return "The documents searched say nothing on this: it does not seem to be about children's services."
    for kind in TELLING:
        if signals[f"no_{kind}_near"]:
            return f"The passages on this name no {IN_WORDS[kind]}."
    names = [term.words for term in unknown if term.is_name]
    if names:
        return f"“{names[0]}” stands nowhere in the documents searched."
    return "No passage in the documents searched says this."


def missing_kinds(
    hits: Sequence[Hit], sentences: Sequence[Quote], asked: Asked, about: str, ranking: Ranking
) -> dict[str, float]:
    """For each telling kind that is wanted, whether none of the passages near holds it, nor of the best sentences.

    Those that come near without the kind's help: with it, what holds some other number is preferred to what is near.
    """
    known = f"{asked.question} {about}"
    helped = ranking.sentences.get("kind", 0.0)
    near = sorted(hits, key=lambda hit: ranking.texts.get("kind", 0.0) * asked.has_kind(hit.passage.text) - hit.score)[
        :LOOKED_AT
    ]
    best = sorted(sentences, key=lambda quote: helped * asked.has_kind(quote.text) - quote.score)[:BEST]
    found = {}
    for kind in TELLING:
        wanted = kind in asked.kinds
        found[f"no_{kind}_near"] = float(wanted and not any(has(kind, hit.passage.text, known) for hit in near))
        found[f"no_{kind}_quoted"] = float(wanted and not any(has(kind, quote.text, known) for quote in best))
    return found


def _said(quote: Quote) -> str:
    """What a sentence says with its heading: "Areas for improvement" above two points."""
    return f"{quote.hit.passage.section} {quote.text}"


def _place(quote: Quote) -> int:
    return [start for start, _ in quote.hit.passage.sentences].index(quote.start)
