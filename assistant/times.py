"""Which inspections a question means: "in 2018", "the latest", "now", "the first one", "the one before", "since then".

Inspection and publication dates are different things, and a year may mean either. What is not certainly an inspection
is left alone: a wrong report is worse than too many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.periods import (
    NUMBER,
    Period,
    Stated,
    days_of,
    number,
    of_period,
    period_in_words,
    stated_times,
    whole_month,
    whole_year,
    without,
    years_before,
    years_since,
)
from index.stored import StoredDocument

Month = tuple[int, int]
"""Year and month. An inspection is known by the month it began in: a news article may know no more of it."""

_KIND = r"(?:(?:full|ofsted|standard|graded|whole) )*"
_INSPECTION = rf"{_KIND}(?:(?:re-?)?inspections?|reports?|visits?|ratings?|judgements?|ones?)\b"
_ITS = r"\b(?:(?:the|its|their) )"
_END = r"(?=\s*(?:[,.;:?!)]|$))"
_RETURNED = r"(?:came|went) back|returned|(?:came|visited|inspected) again"

LATEST = re.compile(
    rf"(?:{_ITS}|'s )?\b(?:latest|newest|most recent)\b(?: {_INSPECTION})?|\bmost recently\b"
    r"|\bthis time(?: round| around)?\b|\bright now\b|\bat the moment\b",
    re.I,
)
NOW = re.compile(r"(?<!until )(?<!till )(?<!by )(?<!just )\b(?:now|currently|nowadays|these days)\b(?! that\b)", re.I)
LAST = re.compile(rf"{_ITS}last {_INSPECTION}|\blast time\b", re.I)
LAST_FEW = re.compile(rf"{_ITS}(?:last|latest|most recent|newest) {NUMBER} {_INSPECTION}", re.I)
FIRST = re.compile(rf"{_ITS}(?:(?:very )?first {_KIND}inspection\b|(?:earliest|oldest) {_INSPECTION})", re.I)
PREVIOUS = re.compile(rf"{_ITS}(?:previous|preceding|penultimate) {_INSPECTION}", re.I)
# Counted from the inspection that is spoken of.
THE_ONE_BEFORE = re.compile(
    rf"\b(?:the )?(?:{_INSPECTION}|time) before(?: (?:that|then|it|this))?{_END}|{PREVIOUS.pattern}"
    r"|^\W*(?:and |but )?(?:previously|beforehand|before(?: that| then)?)\W*$",
    re.I,
)
THE_ONE_AFTER = re.compile(
    rf"\b(?:the )?(?:{_INSPECTION}|time) after(?: (?:that|then|it|this))?{_END}"
    rf"|\b(?:the )?(?:next|following|subsequent) {_INSPECTION}|\bnext time{_END}"
    rf"|\b(?:when|once|after) (?:ofsted|(?:the )?inspectors) (?:{_RETURNED})\b",
    re.I,
)
SINCE = re.compile(
    rf"\b(?:ever )?since(?: then\b| (?:that|this) {_INSPECTION}|{_END})|\blater {_KIND}(?:inspections|reports)\b", re.I
)
LAST_TIME = re.compile(r"\blast time\b", re.I)  # in a follow-up on the newest inspection, the one before
# The first of these tells the tense of a question, after what only opens it.
OPENER = re.compile(
    r"^\W*(?:(?:can|could) (?:you|anyone) (?:please )?(?:tell|say|explain|show)(?: me)?|do you know"
    r"|is it true(?: that)?|i(?:['’]?m| am) [^,.?;]*[,.;])\s*",
    re.I,
)
# What was said, found or thought of something is asked of the newest report, though it was said in the past.
ASKS_FOR_A_VIEW = re.compile(
    r"^\W*(?:and )?what (?:did|do|does|ha[sv]e|had)"
    r" (?:ofsted|they|(?:the )?(?:inspectors?|inspections?|(?:inspection )?reports?))"
    r" (?:say|said|find|found|think|thought|conclude|report|make|made|see|seen?)(?: (?:about|on|of|in))?\b"
    r"|^\W*(?:and )?(?:tell (?:me|us)|(?:what|how) about|describe|summarise|give (?:me|us) (?:a summary|an overview) of"
    r"|(?:anything|information|something) (?:about|on))\b",
    re.I,
)
SHORT = 6  # words of a question without a verb, such as is typed into a search box
TENSE = re.compile(
    r"\b(?:(?P<past>did|was|were|had|could|would|didn['’]?t|got|became|came|went|made|took|used|gave|told"
    r"|(?<=what )\w+ed|(?<=who )\w+ed)"
    r"|(?P<present>is|are|am|does|do|has|have|can|will|won['’]?t|ha[sv]e?n['’]?t|gets?|gives?|isn['’]?t|aren['’]?t|do(?:es)?n['’]?t"
    r"|(?:what|who|where|how|when|that|there|it)['’]s|i['’]?m|i['’]ve|you['’]ve|they['’]ve))\b",
    re.I,
)
TO_COMPARE = re.compile(r"\b(?:compare|versus|vs)\b|\bdifferences? between\b", re.I)
# A report may tell what is to be by a year.
TO_COME = re.compile(
    r"\b(?:will|plan(?:s|ned|ning)?|going to|intend\w*|aim\w*|targets?|goals?|(?:by|until|to) \d{4})\b", re.I
)
# What something is compared with is not what it is looked for in.
COMPARED = re.compile(
    r"(?:\b(?:since|than|after|before|from|until|with|as|over|on)|(?<!according )\bto)(?: (?:at|in|it was|what))*\s*$",
    re.I,
)


@dataclass(frozen=True)
class Times:
    """The times that a question names, and the `rest` of it without those that were understood.

    `periods` are of documents held; `latest` is the newest inspection of each authority. `lost` are years of which
    there is no document; `missing` says, as a sentence, which inspection counted from another there is not.
    """

    rest: str
    periods: tuple[Period, ...] = ()
    latest: bool = False
    lost: tuple[int, ...] = ()
    missing: str = ""

    def __bool__(self) -> bool:
        """Whether any time is named."""
        return bool(self.periods or self.latest or self.lost or self.missing)


def cannot_be_told(question: str, years: Sequence[int], documents: Iterable[StoredDocument], today: date) -> bool:
    """Whether a question is about what was in years after all of these documents."""
    newest_year = max((day.year for document in documents for day in days_of(document.facts)), default=today.year)
    is_past = all(newest_year < year <= today.year for year in years)
    return bool(years) and is_past and not TO_COME.search(question)


def find_times(
    question: str,
    documents: Sequence[StoredDocument],
    whose: Sequence[str],
    today: date,
    seen: Sequence[StoredDocument] = (),
) -> Times:
    """The times in a question from which the names of authorities were taken.

    `documents` are those of the authorities `whose`, or all where none is asked about. `seen` are those that the turn
    before was about: "the one before" is counted from them, or from a year that the question itself names.
    """
    stated = _stated(question, documents, today)
    if stated.periods:
        further = _counted(stated.rest, documents, of_period(documents, *stated.periods))
        return Times(further.rest, tuple(sorted({*stated.periods, *further.periods})))
    if seen and whose and (counted := _counted(question, documents, seen, in_follow_up=True)):
        return counted
    if whose and (ordered := _in_order(question, documents)):
        return ordered
    latest = _latest(question, now_too=bool(whose or seen))
    return latest or stated


def is_of_the_present(question: str) -> bool:
    """Whether a question is in the present tense, or asks what has been since a year.

    Of 104 training questions that name no time, and whose authority has several reports, 54 are: the newest answers 35
    of these, and 11 of the others.
    """
    said = OPENER.sub("", question)
    subject = ASKS_FOR_A_VIEW.sub("", said)
    tense = TENSE.search(subject)
    if tense:
        return bool(tense["present"]) or bool(years_since(question))
    is_bare = subject != said or len(subject.split()) <= SHORT
    return bool(is_bare or TO_COMPARE.search(question) or years_since(question))


def superseded(document: StoredDocument, inspections: Mapping[str, Sequence[Month]]) -> float | None:
    """How far newer inspections of its authority have overtaken a document: 0 by none, 1 by one, towards 2 by more.

    None where it is not known which inspection it is of. `inspections` are as `inspections_of` gives them.
    """
    months = inspections.get(document.facts.authority or "", ())
    day = document.facts.inspection_start or document.facts.publication_date
    if not months or not day:
        return None
    return 2 * (1 - 0.5 ** sum(month > month_of(day) for month in months))


def inspections_of(documents: Iterable[StoredDocument]) -> dict[str, list[Month]]:
    """Authority → the months in which its inspections began, oldest first."""
    found: dict[str, set[Month]] = {}
    for document in documents:
        if document.facts.authority and document.facts.inspection_start:
            found.setdefault(document.facts.authority, set()).add(month_of(document.facts.inspection_start))
    return {name: sorted(months) for name, months in found.items()}


def month_of(day: date) -> Month:
    """The month of a day."""
    return day.year, day.month


def newest(documents: Iterable[StoredDocument]) -> list[StoredDocument]:
    """The documents of each authority's newest inspection."""
    known = list(documents)
    last = {name: months[-1] for name, months in inspections_of(known).items()}
    return [
        d for d in known if (day := d.facts.inspection_start) and last.get(d.facts.authority or "") == month_of(day)
    ]


def of_same_inspection(document: StoredDocument, documents: Iterable[StoredDocument]) -> list[StoredDocument]:
    """Those of the documents that are of the same inspection as this one."""
    own = document.facts.inspection_start
    return [
        d
        for d in documents
        if own and (day := d.facts.inspection_start) and month_of(day) == month_of(own)
        if d.facts.authority == document.facts.authority
    ]


def _stated(question: str, documents: Sequence[StoredDocument], today: date) -> Times:
    """Times that say themselves when they are, as far as a document is of them."""
    named = stated_times(question, today)
    found = [(time, period) for time in named if (period := _held(time, documents))]
    if found:
        # Where a document is only of the year, the month is of what it tells, and helps to find that.
        spans = [time.span if period == time.periods[0] else time.year or time.span for time, period in found]
        return Times(without(question, spans), tuple(sorted({period for _, period in found})))
    covered = {day.year for document in documents for day in days_of(document.facts)}
    for span, first in years_since(question):
        if years := sorted(year for year in covered if year >= first):
            return Times(without(question, [span]), tuple(whole_year(year) for year in years))
    if before := years_before(question):
        span, end = before
        if years := sorted(year for year in covered if year < end):
            return Times(without(question, [span]), tuple(whole_year(year) for year in years))
    lost = {time.periods[0][0].year for time in named if time.year}
    lost |= {first for _, first in years_since(question)}
    return Times(question, lost=tuple(sorted(lost)))


def _held(time: Stated, documents: Sequence[StoredDocument]) -> Period | None:
    return next((period for period in time.periods if of_period(documents, period)), None)


def _counted(
    question: str, documents: Sequence[StoredDocument], seen: Sequence[StoredDocument], in_follow_up: bool = False
) -> Times:
    """The inspections before, after or since those `seen`, where the question asks for them.

    In a follow-up "better than the time before" means both.
    """
    held, spoken_of = inspections_of(documents), inspections_of(seen)
    for pattern, choose in _COUNTS:
        match = pattern.search(question)
        if not match or (pattern is LAST_TIME and not _all_newest(spoken_of, held)):
            continue
        compared = pattern is not SINCE and bool(COMPARED.search(question[: match.start()]))
        if compared and not in_follow_up:
            continue
        anchors = {name: spoken_of.get(name, months[-1:]) for name, months in held.items()}
        chosen = {month for name, months in held.items() for month in choose(months, anchors[name])}
        rest = without(question, [match.span()])
        if not chosen:
            return Times(rest, missing=_none_there(choose is _before, anchors))
        if compared:
            chosen |= {month for months in anchors.values() for month in months}
        return Times(rest, _periods(chosen))
    return Times(question)


def _in_order(question: str, documents: Sequence[StoredDocument]) -> Times:
    """The first, the previous or the last few inspections of each authority, where the question asks for them."""
    for pattern in (LAST_FEW, FIRST, PREVIOUS):
        match = pattern.search(question)
        if not match or COMPARED.search(question[: match.start()]):
            continue
        few = number(match[1]) if pattern is LAST_FEW else 0
        part = {LAST_FEW: slice(-few, None), FIRST: slice(1), PREVIOUS: slice(-2, -1)}[pattern]
        chosen = {month for months in inspections_of(documents).values() for month in months[part]}
        if chosen:
            return Times(without(question, [match.span()]), _periods(chosen))
    return Times(question)


def _latest(question: str, now_too: bool) -> Times:
    """Whether the newest inspections are asked for; `now_too`, whether "now" means them."""
    spans = [match.span() for match in LATEST.finditer(question)]
    spans += [match.span() for match in LAST.finditer(question) if not COMPARED.search(question[: match.start()])]
    if now_too:
        spans += [match.span() for match in NOW.finditer(question)]
    return Times(without(question, spans), latest=True) if spans else Times(question)


def _periods(months: Iterable[Month]) -> tuple[Period, ...]:
    return tuple(whole_month(*month) for month in sorted(months))


def _all_newest(some: dict[str, list[Month]], held: dict[str, list[Month]]) -> bool:
    return all(months[-1] == held.get(name, months)[-1] for name, months in some.items())


def _none_there(before: bool, anchors: dict[str, list[Month]]) -> str:
    """That there is no inspection before or after these."""
    named = [
        f"{name} {'before' if before else 'after'} that of {period_in_words(whole_month(*months[0 if before else -1]))}"
        for name, months in anchors.items()
    ]
    return f"There is no inspection of {', or of '.join(named)} here." if named else "There is no such inspection here."


def _before(held: list[Month], seen: list[Month]) -> list[Month]:
    return [month for month in held if month < seen[0]][-1:]


def _after(held: list[Month], seen: list[Month]) -> list[Month]:
    return _since(held, seen)[:1]


def _since(held: list[Month], seen: list[Month]) -> list[Month]:
    return [month for month in held if month > seen[-1]]


# All inspections of an authority and those spoken of, both oldest first → those that are asked for.
_COUNTS: list[tuple[re.Pattern[str], Callable[[list[Month], list[Month]], list[Month]]]] = [
    (THE_ONE_BEFORE, _before),
    (LAST_TIME, _before),
    (THE_ONE_AFTER, _after),
    (SINCE, _since),
]
