"""What is asked: which authorities, which inspections, and what is left of the question without them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.authorities import Authorities
from index.describe import MONTHS, Facts
from index.library import StoredDocument

LONGEST_QUESTION = 2000  # characters
_YEAR = r"(?:19|20)\d\d"
_MONTH = "|".join(MONTHS)
YEAR = re.compile(rf"\b{_YEAR}\b")
MONTH_AND_YEAR = re.compile(rf"\b({_MONTH})(?: of)?,? ({_YEAR})\b", re.I)
SINCE = re.compile(rf"\b(?:since|from)\s+(?:(?:{_MONTH})\s+)?({_YEAR})\b(?! (?:to|until|-))", re.I)
BEFORE = re.compile(rf"\b(?:before|until|prior to|up to)\s+(?:(?:{_MONTH})\s+)?{_YEAR}\b", re.I)
LATEST = re.compile(
    r"\b(?:(?:the|its|their|'s)?\s*(?:latest|newest|most recent)(?: (?:inspection|report|visit|one|rating|judgement))?"
    r"|this time(?: round| around)?|right now|at the moment)\b",
    re.I,
)
# A year beside one of these is the year of a report; beside others it may be the year of an event that a report tells.
OF_A_REPORT = re.compile(r"\b(?:inspect\w*|report\w*|visit\w*|ofsted|rated|rating|judge\w*|graded?)\b", re.I)

Period = tuple[date, date]


class BadQuestion(ValueError):
    """A question that cannot be searched for; the message is for the person who asked."""


@dataclass(frozen=True)
class Understood:
    """A question as understood.

    `authorities` and `periods` are the filter; where one is empty, any will do. `latest` means the newest inspection of
    each authority. `subject` is what is searched for. `missing` says, in a sentence each, which reports asked about are
    not in the library; `nothing_held` that no other was asked about.
    """

    question: str
    authorities: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    latest: bool = False
    subject: str = ""
    missing: tuple[str, ...] = ()
    nothing_held: bool = False

    @property
    def start(self) -> date | None:
        """The first day asked about."""
        return min((start for start, _ in self.periods), default=None)

    @property
    def end(self) -> date | None:
        """The last day asked about."""
        return max((end for _, end in self.periods), default=None)

    @property
    def filter(self) -> str:
        """The filter in words, "Rotherham, 2018 and 2022"; empty where there is none."""
        named = [_period_in_words(period) for period in self.periods]
        period = f"{named[0]} to {named[-1]}" if len(named) > 2 else in_words(named)
        when = "the latest inspection" if self.latest else period
        return ", ".join(part for part in (in_words(self.authorities), when) if part)

    def unfiltered(self) -> Understood:
        """The same question about all documents."""
        return Understood(self.question, subject=self.question)


def in_words(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"; by semicolons where a name has "and" in it."""
    comma = "; " if any(" and " in name for name in names) else ", "
    if len(names) < 2:
        return "".join(names)
    return f"{comma.join(names[:-1])}{comma if comma == '; ' else ' '}and {names[-1]}"


def checked(question: str) -> str:
    """The question without control characters and needless space. Raises BadQuestion where nothing can be asked."""
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", question))
    text = " ".join(text.split())
    if not text:
        raise BadQuestion("The question is empty. Ask in a sentence or a few words.")
    if len(text) > LONGEST_QUESTION:
        raise BadQuestion(
            f"The question has {len(text):,} characters. Ask in at most {LONGEST_QUESTION:,}, one thing at a time."
        )
    if not any(c.isalpha() for c in text):
        raise BadQuestion("The question has no words in it. Ask in a sentence or a few words.")
    return text


def understand(
    question: str, documents: Sequence[StoredDocument], authorities: Authorities, before: Understood | None = None
) -> Understood:
    """Find authorities and times in a checked question.

    A follow-up that names no authority keeps the one of the turn `before`, and its time where it names none. A year
    counts only where a report of these authorities is of it; another year stays part of the subject, or, where the
    question asks for the report of that year, is missing.
    """
    mentions = authorities.find(question)
    named = tuple(mentions.known)
    kept = before is not None and not named and not mentions.unknown
    chosen = named or (before.authorities if before and kept else ())
    about = [d for d in documents if d.facts.authority in chosen or not chosen]
    periods, years, latest, lost = _times(question, about)
    if before and kept and not periods and not lost and not latest:
        periods, latest = before.periods, before.latest
    subject = question
    for pattern in mentions.known.values():
        subject = pattern.sub(" ", subject)
    subject = _without_times(subject, years, latest, question)
    missing = tuple(f"There is no report on {name} here." for name in mentions.unknown)
    lost_report = bool(lost and OF_A_REPORT.search(question))
    if lost_report:
        missing += (_not_held(lost, chosen, about),)
    nothing_held = lost_report or bool(mentions.unknown and not named)
    return Understood(question, chosen, periods, latest, subject, missing, nothing_held)


def years_of(document: StoredDocument) -> set[int]:
    """The years that a person may call a document by: those of its inspection and of its publication."""
    return {day.year for day in _days(document.facts)}


def within(understood: Understood, documents: Sequence[StoredDocument]) -> list[StoredDocument]:
    """The documents that a question is about."""
    found = [d for d in documents if not understood.authorities or d.facts.authority in understood.authorities]
    if understood.periods:
        found = [d for d in found if any(_is_of(d.facts, period) for period in understood.periods)]
    if understood.latest:
        newest = _newest(found)
        of_newest = [d for d in found if d.facts.inspection_start and newest[d.facts.authority] == _month(d.facts)]
        found = of_newest or found
    return found


def _times(question: str, about: Sequence[StoredDocument]) -> tuple[tuple[Period, ...], set[int], bool, list[int]]:
    """The periods asked about, years to leave out of the subject, whether the latest is meant, and years not held."""
    covered = {year for document in about for year in years_of(document)}
    # Months belong to "since" too, and what is before a year is not of it.
    question = BEFORE.sub(" ", question)
    named = {int(year) for year in YEAR.findall(question)}
    periods: set[Period] = set()
    for match in MONTH_AND_YEAR.finditer(SINCE.sub(" ", question)):
        month = _month_of(int(match[2]), MONTHS.index(match[1].lower()) + 1)
        if any(_is_of(document.facts, month) for document in about):
            periods.add(month)
            named.discard(int(match[2]))
    of_months = {start.year for start, _ in periods}
    wanted = set(named)
    for match in SINCE.finditer(question):
        wanted |= {year for year in covered if year >= int(match[1])}
    periods |= {(date(year, 1, 1), date(year, 12, 31)) for year in wanted & covered}
    latest = not periods and bool(LATEST.search(question))
    lost = sorted(named - covered) if not periods else []
    return tuple(sorted(periods)), (wanted & covered) | of_months, latest, lost


def _not_held(lost: Sequence[int], authorities: Sequence[str], about: Sequence[StoredDocument]) -> str:
    """That there are no reports of these years, and of which there are."""
    whose = f" on {' and '.join(authorities)}" if authorities else ""
    held = sorted({d.facts.inspection_start.year for d in about if d.facts.inspection_start})
    only = f"; there are inspections of {in_words([*map(str, held)])}" if authorities and held else ""
    return f"There is no report of {' or '.join(map(str, lost))}{whose} here{only}."


def _without_times(subject: str, years: set[int], latest: bool, question: str) -> str:
    """What is searched for: the subject without the times that are the filter; the question where nothing is left."""
    if years:
        subject = MONTH_AND_YEAR.sub(lambda m: " " if int(m[2]) in years else m.group(), subject)
        subject = YEAR.sub(lambda m: " " if int(m.group()) in years else m.group(), subject)
    if latest:
        subject = LATEST.sub(" ", subject)
    subject = " ".join(subject.split())
    return subject if any(c.isalpha() for c in subject) else question


def _period_in_words(period: Period) -> str:
    start, end = period
    return (
        str(start.year)
        if (start.month, end.month) == (1, 12)
        else f"{MONTHS[start.month - 1].capitalize()} {start.year}"
    )


def _days(facts: Facts) -> list[date]:
    return [day for day in (facts.inspection_start, facts.inspection_end, facts.publication_date) if day]


def _is_of(facts: Facts, period: Period) -> bool:
    """Whether inspectors came, or the report appeared, within a period."""
    return any(period[0] <= day <= period[1] for day in _days(facts))


def _month(facts: Facts) -> tuple[int, int]:
    """The month of the inspection: a news article may know no more than that of the inspection it tells of."""
    assert facts.inspection_start is not None
    return facts.inspection_start.year, facts.inspection_start.month


def _newest(documents: Sequence[StoredDocument]) -> dict[str | None, tuple[int, int]]:
    newest: dict[str | None, tuple[int, int]] = {}
    for document in documents:
        if document.facts.inspection_start:
            name = document.facts.authority
            newest[name] = max(newest.get(name, (0, 0)), _month(document.facts))
    return newest


def _month_of(year: int, month: int) -> Period:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), date.fromordinal(following.toordinal() - 1)
