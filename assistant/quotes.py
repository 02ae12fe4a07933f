"""Which sentences of the passages found are quoted: the one to three that answer, or the whole of a list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from assistant.asked import Asked, Words
from assistant.praise import NEAR
from assistant.ranking import Ranking, weighed
from assistant.wanted import has, lists_improvements
from index.library import Library
from index.search import Hit
from index.stored import StoredPassage

OF_EARLIER = re.compile(r"\b(?:previous|last|earlier) (?:\w+ )?inspection", re.I)
# Of "Help and protection: inadequate" nobody learns why it was.
GRADE_ALONE = re.compile(
    r"(?:^|[:\t–(-])\s*(?:outstanding|good|(?:in)?adequate|requires improvement(?: to be good)?)(?: grade \d)?\W*$",
    re.I,
)
OF_CHANGE = re.compile(
    r"\b(?:before|previous\w*|last|earlier|up|down|chang\w+|improv\w+|since|from|better|worse)\b", re.I
)
OF_AREAS = re.compile(r"\b(?:areas|strands|parts|headings|each|(?:which|what) (?:area|strand|part|bit)s?)\b", re.I)
POINTING = re.compile(
    r"(?:this|these|they|their|it|its|he|she|such)\b",
    re.I,
)
MOST_QUOTES = 3
MOST_QUOTED_WORDS = 120
MOST_ITEMS = 15  # of a list
LONGEST_ITEM = 60  # words: what is longer is a numbered paragraph
QUOTED_FROM = 5  # passages; from 3 or 8 as many training questions are answered, within 2 %
# How far below the best sentence's score another may be to be quoted beside it. On 225 training questions the quotes
# held the evidence of 75, 74, 72 and 67 % within no limit, 3, 2 and 1, with 66, 62, 56 and 40 words quoted.
CLOSE = 2.0
# Taken off the score of a sentence that is not an inspector's: the report is quoted where it says the same.
NOT_OFSTEDS = 1.0
# Taken off that of a sentence of the inspection before the newest, and more off older ones', where the question is of
# the present: a policy, measured at asked.NEWEST_IN_PRESENT.
SUPERSEDED = 2.0


@dataclass(frozen=True)
class Quote:
    """A stretch of a document's text to be quoted, from within the passage of `hit`.

    `from_side` is how far it is from the side that a question asks for, as `sides.from_side` has it.
    """

    hit: Hit
    start: int
    end: int
    score: float
    from_side: float = 0.0

    @property
    def text(self) -> str:
        """What is quoted."""
        return part(self.hit.passage, self.start, self.end)


def ranked_sentences(
    hits: Sequence[Hit],
    asked: Asked,
    words: Words,
    ranking: Ranking,
    superseded: Mapping[int, float] = MappingProxyType({}),
    most: int = QUOTED_FROM,
) -> list[Quote]:
    """All sentences of the first passages, best first; those of `superseded` documents, by their ids, count less.

    By how much says the number beside the id, see `times.superseded`.
    """
    found = []
    for hit in hits[:most]:
        penalty = 0.0 if hit.passage.document.facts.source == "report" else NOT_OFSTEDS
        penalty += SUPERSEDED * superseded.get(hit.passage.document.id, 0.0)
        for (start, end), signals in zip(
            hit.passage.sentences, sentence_signals(hit, hits[0], asked, words), strict=True
        ):
            said_before = f"{hit.passage.header} {part(hit.passage, hit.passage.start, end)}"
            if "grade" in asked.kinds and OF_EARLIER.search(said_before) and not OF_CHANGE.search(asked.question):
                continue  # the grade of the inspection before, which newer reports tell too
            if (asked.grade_is_known or asked.side) and GRADE_ALONE.search(part(hit.passage, start, end)):
                continue
            found.append(Quote(hit, start, end, weighed(ranking.sentences, signals) - penalty))
    return sorted(found, key=lambda quote: -quote.score)


def sentence_signals(hit: Hit, best: Hit, asked: Asked, words: Words) -> list[dict[str, float]]:
    """For each sentence of a passage, what tells whether it answers.

    What is asked counts as covered by a sentence also where its heading or the sentence before says it: on the training
    questions the one that answers was then among the first two and three for 0.765 and 0.858, else 0.747 and 0.841.
    """
    found = []
    heading, before = words.said(hit.passage.section), frozenset[str]()
    for (start, end), cosine in zip(hit.passage.sentences, hit.sentence_cosines, strict=True):
        text = part(hit.passage, start, end)
        said = words.said(text)
        found.append({
            "passage": hit.score - best.score,
            "sentence": cosine,
            "covered": asked.covered(heading | before | said),
            "kind": float(asked.has_kind(text)),
        })  # fmt: skip
        before = said
    return found


def choose(ranked: Sequence[Quote], asked: Asked, words: Words, library: Library) -> list[Quote]:
    """The quotes of an answer from sentences, best first; the items of a list in their own order."""
    if not ranked:
        return []
    best = _of_improvements(ranked, asked) or ranked[0]
    if "list" in asked.kinds or asked.wants_improvements or _leads(best):
        whole = _list_around(best, library)
        if whole and (
            ("list" in asked.kinds and not asked.side) or _leads(best) or not _names_some(whole, asked, words)
        ):
            return whole
    beside = [quote for quote in ranked if quote is not best and not _leads(quote)]
    if _leads(best) and beside:
        best = beside.pop(0)
    if "grade" in asked.kinds and best.hit.passage.kind == "row":
        best = _judgements(best, asked, words)
        beside = [quote for quote in beside if quote.hit is not best.hit]
    if asked.wants_improvements and lists_improvements(best.hit.passage.section):
        # Praise beside it would read as one more thing to improve.
        beside = [quote for quote in beside if lists_improvements(quote.hit.passage.section)]
    chosen: list[Quote] = []
    words_left = MOST_QUOTED_WORDS
    for found in (best, *beside):
        if len(chosen) == MOST_QUOTES or found.score < best.score - CLOSE:
            break
        quote = _with_what_it_points_at(found)
        if any(_overlap(quote, other) for other in chosen):
            quote = found
        length = len(quote.text.split())
        if (chosen and length > words_left) or any(_overlap(quote, other) for other in chosen):
            continue
        chosen.append(quote)
        words_left -= length
    return [quote for quote in chosen if quote.from_side <= NEAR] or chosen


def _with_what_it_points_at(quote: Quote) -> Quote:
    """With the sentence before, where the quote begins with "They", "This …" or the like."""
    before = [(start, end) for start, end in quote.hit.passage.sentences if end <= quote.start]
    if not before or not POINTING.match(quote.text):
        return quote
    start, end = before[-1]
    apart = "\n" in part(quote.hit.passage, end, quote.start)
    return quote if apart else replace(quote, start=start)


def _leads(quote: Quote) -> bool:
    """Whether it only leads to what comes after it: "The board is good because:"."""
    return quote.text.endswith(":")


def _overlap(one: Quote, other: Quote) -> bool:
    same = one.hit.passage.document.id == other.hit.passage.document.id
    return same and one.start < other.end and other.start < one.end


def _names_some(items: Sequence[Quote], asked: Asked, words: Words) -> bool:
    """Whether a question names what only some items of a list are about: "What needs to improve for care leavers?"."""
    return len({asked.covered(words.said(item.text)) for item in items}) > 1


def _of_improvements(ranked: Sequence[Quote], asked: Asked) -> Quote | None:
    """The best sentence of the best passage, where it stands under the heading of what has to improve, as asked."""
    first = max(ranked, key=lambda quote: quote.hit.score)
    return first if asked.wants_improvements and lists_improvements(first.hit.passage.section) else None


def _judgements(best: Quote, asked: Asked, words: Words) -> Quote:
    """The row of a table of judgements that is asked for; all of them where several areas or no single one are.

    "Is it any good?" is for all: an authority that is good may have a part that is inadequate.
    """
    rows = [line for line in _lines(best.hit.passage) if has("grade", line.text)]
    said = [asked.covered(words.said(row.text)) for row in rows]
    if not rows:
        return best
    first, last = rows[0], rows[-1]
    if said.count(max(said)) == 1 and not asked.of_the_whole and not OF_AREAS.search(asked.question):
        first = last = rows[said.index(max(said))]
    return replace(best, start=first.start, end=last.end)


def _list_around(best: Quote, library: Library) -> list[Quote]:
    """All items of the list that a sentence is of; none where it is of no list."""
    passage = best.hit.passage
    if passage.kind == "item":
        beside = library.passages_of(passage.document)
        together = _run(beside, next(n for n, other in enumerate(beside) if other.id == passage.id))
    else:
        together = [passage]
        if not _lines(passage)[0].text.endswith(":"):
            return []
    if any(len(line.text.split()) > LONGEST_ITEM for p in together for line in _lines(p)):
        return []
    items = [replace(line, hit=replace(best.hit, passage=p)) for p in together for line in _lines(p)]
    return items[:MOST_ITEMS] if len(items) > 1 else []


def _lines(passage: StoredPassage) -> list[Quote]:
    """The paragraphs, items or rows of a passage, list marks left out."""
    lines: list[list[tuple[int, int]]] = []
    for start, end in passage.sentences:
        if lines and "\n" not in part(passage, lines[-1][-1][1], start):
            lines[-1].append((start, end))
        else:
            lines.append([(start, end)])
    hit = Hit(passage, 0.0, 0.0, (), 0.0)
    return [Quote(hit, line[0][0], line[-1][1], 0.0) for line in lines]


def _run(passages: Sequence[StoredPassage], place: int) -> Sequence[StoredPassage]:
    """The items that stand together with the one at `place`, under the same heading."""

    def belongs(other: StoredPassage) -> bool:
        return other.kind == "item" and other.section == passages[place].section

    first, last = place, place + 1
    while first > 0 and belongs(passages[first - 1]):
        first -= 1
    while last < len(passages) and belongs(passages[last]):
        last += 1
    return passages[first:last]


def part(passage: StoredPassage, start: int, end: int) -> str:
    """A stretch of the document's text that lies within a passage."""
    return passage.text[start - passage.start : end - passage.start]
