"""What a report says as a whole, where inspectors say it: in the prose with which it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.boilerplate import is_boilerplate
from assistant.praise import has_praise, has_reservation
from assistant.quotes import MOST_QUOTED_WORDS, MOST_QUOTES, POINTING, Quote, part
from assistant.wanted import lists_improvements
from index.search import Hit
from index.stored import StoredDocument, StoredPassage

ONE_AT_A_TIME = "Name the one authority that is meant: this is answered from its latest report, or from that of a year."

_NUMBERED = re.compile(r"^\d{1,3}\.\s")
# Who came when, how to read what follows, and findings on another body than the authority.
_IS_NO_FINDING = re.compile(
    r"\b(?:inspection dates?|lead inspector|date of (?:the )?(?:last|previous) inspection|summary should be read)\b"
    r"|\bLSCB\b|\bsafeguarding children board\b",
    re.I,
)
_IS_SUMMARY = re.compile(
    r"(?:^|– )(?:in brief|at a glance|(?:executive )?summary(?: of key findings)?|key findings)$", re.I
)
# What takes back the sentence before it.
_TAKES_BACK = re.compile(
    r"(?:however|but|although|though|despite|nevertheless|nonetheless|yet|while|whilst)\b|(?:this|these|it|they)\b[^.]*\bnot\b"
    r"|the (?:impact|effect|result)s? [^.]*\bnot\b|there (?:is|are|remains?)\b[^.]*\b(?:more to|not|still|too)\b",
    re.I,
)
_SHORTEST = 6  # words of a sentence that says something by itself
_LOOKED_THROUGH = 12  # passages, from the beginning


def report_of(documents: Sequence[StoredDocument]) -> StoredDocument | None:
    """The newest report among documents; of those that have none the newest document."""
    reports = [d for d in documents if d.facts.source == "report"] or documents
    return max(reports, key=lambda d: d.facts.inspection_start or d.facts.publication_date or date.min, default=None)


def summed_up(passages: Sequence[StoredPassage]) -> list[Quote]:
    """The sentences with which a report, given in reading order, sums itself up: the first of each paragraph."""
    paragraphs = [sentences for passage in opening(passages) for sentences in _paragraphs(passage)]
    firsts = [sentences[0] for sentences in paragraphs]
    others = [s for sentences in paragraphs for s in sentences[1:] if not POINTING.match(s.text)]
    return _few(firsts if len(firsts) >= MOST_QUOTES else [*firsts, *others[: MOST_QUOTES - len(firsts)]])


def praised(passages: Sequence[StoredPassage]) -> list[Quote]:
    """The sentences of a report's own summary that praise without a reservation, in their order."""
    return _few([s for passage in opening(passages) for s in _sentences(passage) if praises(s)])


def praises(quote: Quote) -> bool:
    """Whether a sentence praises by itself and without a reservation, which the next sentence may have too.

    What is to improve is named with praise as well, under a heading of its own.
    """
    text, passage = quote.text, quote.hit.passage
    is_qualified = has_reservation(text) or POINTING.match(text) or lists_improvements(passage.section)
    is_taken_back = _TAKES_BACK.match(part(passage, quote.end, passage.end).lstrip(" "))
    return has_praise(text) and not (is_qualified or is_taken_back)


def opening(passages: Sequence[StoredPassage]) -> list[StoredPassage]:
    """What stands under a heading such as "In brief" or "Executive summary".

    Where there is none, the prose with which a report begins, before its numbered paragraphs and what has to improve.
    """
    prose = [p for p in passages if p.kind != "row" and not is_boilerplate(p)]
    if headed := [p for p in prose if _IS_SUMMARY.search(p.section) and any(_sentences(p))]:
        return headed[:_LOOKED_THROUGH]
    found: list[StoredPassage] = []
    for passage in prose:
        if _NUMBERED.match(passage.text) or lists_improvements(passage.section) or len(found) == _LOOKED_THROUGH:
            break
        if passage.kind == "paragraph" and any(_sentences(passage)):
            found.append(passage)
    return found


def _sentences(passage: StoredPassage) -> Iterator[Quote]:
    """The whole sentences, one that says little by itself together with the next."""
    begins: int | None = None
    for start, end in passage.sentences:
        if begins is not None and "\n" in part(passage, begins, start):
            begins = None
        begins = start if begins is None else begins
        text = part(passage, begins, end)
        is_whole = text.endswith((".", "”", "’", '"'))
        if is_whole and len(text.split()) < _SHORTEST:
            continue
        if is_whole and not _IS_NO_FINDING.search(f"{passage.section}\n{text}"):
            yield Quote(Hit(passage, 0.0, 0.0, (), 0.0), begins, end, 0.0)
        begins = None


def _paragraphs(passage: StoredPassage) -> list[list[Quote]]:
    """The sentences of each paragraph, or item, of a passage."""
    found: list[list[Quote]] = []
    for sentence in _sentences(passage):
        if found and "\n" not in part(passage, found[-1][-1].end, sentence.start):
            found[-1].append(sentence)
        else:
            found.append([sentence])
    return found


def _few(quotes: Sequence[Quote]) -> list[Quote]:
    """As many of these as an answer quotes."""
    chosen: list[Quote] = []
    for quote in quotes:
        words = sum(len(other.text.split()) for other in chosen) + len(quote.text.split())
        if len(chosen) < MOST_QUOTES and (not chosen or words <= MOST_QUOTED_WORDS):
            chosen.append(quote)
    return chosen
