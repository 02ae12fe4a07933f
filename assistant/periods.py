"""Times that say themselves when they are: "2018", "in July 2018", "late 2019", "winter 2021/22", "a decade ago"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from index.describe import MONTHS, Facts
from index.stored import StoredDocument

Period = tuple[date, date]
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = "|".join(f"{month}|{month[:3]}" for month in MONTHS) + "|sept"
# First and last month. Generous: inspectors and those who ask do not end a season on the same day.
PARTS = {
    "spring": (3, 6), "summer": (6, 9), "autumn": (9, 12), "early": (1, 4), "start": (1, 3), "beginning": (1, 3),
    "first half": (1, 6), "mid": (4, 9), "middle": (4, 9), "second half": (7, 12), "late": (9, 12), "end": (10, 12),
}  # fmt: skip
NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)} | {"a": 1}
NUMBER = rf"(\d{{1,2}}|{'|'.join(NUMBERS)})"
IN_A_YEAR = re.compile(rf"\b{_YEAR}\b")
IN_A_MONTH = re.compile(rf"\b({_MONTH})(?: of)?,? {_YEAR}\b", re.I)
IN_A_PART = re.compile(rf"\b(?:the )?({'|'.join(PARTS)})(?: of)?[ ,-]+{_YEAR}\b(?! ?[/–-] ?\d)", re.I)
IN_A_WINTER = re.compile(rf"\bwinter(?: of)?,? {_YEAR}(?: ?[/–-] ?(?:20)?\d\d)?\b", re.I)
IN_TWO_YEARS = re.compile(rf"\b{_YEAR} ?[/–-] ?(?:20)?(?P<next>\d\d)\b(?!-\d)", re.I)
AGO = re.compile(rf"\b(?:about |some |around )?{NUMBER} (year|decade)s? ago\b", re.I)
# "In the last year" is said of any year; "last year" of the one before this.
LAST_OR_THIS = re.compile(r"(?<!the )(?<!time )\b(last|this) year\b(?!['’]s (?:inspection|report))", re.I)
_FROM_A_REPORT = (
    rf"(?!(?:(?:{_MONTH}) )?\d{{4}}(?:['’]s)? (?:(?:ofsted|full|monitoring|focused|short|standard|ilacs) )*"
    r"(?:inspection|report|visit|rating|judgement))"
)
IN_A_RANGE = re.compile(
    rf"\b(?:between {_YEAR} and|(?:from )?(?P<first>(?:19|20)\d\d) ?(?:to|until|through|up to|[-–—](?=(?:19|20)\d\d)))"
    r" ?(?P<last>(?:19|20)\d\d)\b",
    re.I,
)
SINCE = re.compile(
    r"\b(?:since (?:(?:the|its|their|that|his|her|in|early|mid|late|spring|summer|autumn|winter) )*"
    r"|(?:(?<=better )|(?<=worse ))than (?:(?:it|they|things|services) (?:was|were|did|had been) )?"
    r"(?:(?:back|in|at|the) )*"
    rf"|(?:from|(?<!looked )after) {_FROM_A_REPORT})(?:(?:{_MONTH}) )?{_YEAR}\b(?! (?:to|until|-))",
    re.I,
)
AFTER_A_YEAR = re.compile(r"after \d{4}", re.I)
BEFORE = re.compile(rf"\b(?:before|until|prior to|up to) (?:(?:{_MONTH}) )?{_YEAR}\b", re.I)

ENDS_BEFORE = re.compile(rf"(?P<before>\b(?:before|prior to) {_YEAR})\W*$", re.I)

Span = tuple[int, int]


@dataclass(frozen=True)
class Stated:
    """A time in a text: where it stands, where its year does, and the periods it may mean, likeliest first."""

    span: Span
    year: Span | None
    periods: tuple[Period, ...]


def stated_times(text: str, today: date) -> list[Stated]:
    """The times that a text states, in order. What is before or since a time is not of it."""
    rest = _blanked(text, *SINCE.finditer(text), *BEFORE.finditer(text))
    found: list[Stated] = []
    for pattern, periods_of in _READINGS:
        for match in pattern.finditer(rest):
            year = _year_in(match, pattern)
            if periods := tuple(periods_of(match, today)):
                found.append(Stated(match.span(), year, periods))
                rest = _blanked(rest, match)
    return sorted(found, key=lambda stated: stated.span)


def years_since(text: str) -> list[tuple[Span, int]]:
    """Where a text says "since 2018", "from July 2018", "after 2018" or "better than in 2018", and the year."""
    # "After 2018" begins with the year that follows, "after July 2018" with that month's.
    return [(m.span(), int(m["year"]) + bool(AFTER_A_YEAR.fullmatch(m.group()))) for m in SINCE.finditer(text)]


def years_before(text: str) -> tuple[Span, int] | None:
    """Where a text ends with "before 2018", and the year; what was before the 2018 inspection is told by that."""
    match = ENDS_BEFORE.search(text)
    return (match.span("before"), int(match["year"])) if match else None


def without(text: str, spans: Iterable[Span]) -> str:
    """The text without these stretches."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split())


def whole_year(year: int) -> Period:
    """The first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def whole_month(year: int, month: int) -> Period:
    """The first and the last day of a month."""
    return _months(year, month, year, month)


def days_of(facts: Facts) -> list[date]:
    """The days that a document may be called by: when inspectors came, and when it was published."""
    return [day for day in (facts.inspection_start, facts.inspection_end, facts.publication_date) if day]


def of_period(documents: Sequence[StoredDocument], *periods: Period) -> list[StoredDocument]:
    """The documents whose inspection or publication was within one of these periods."""
    return [d for d in documents if any(start <= day <= end for start, end in periods for day in days_of(d.facts))]


def period_in_words(period: Period) -> str:
    """A period as "2018", "2014 to 2018", "June 2022" or "June to September 2022"."""
    start, end = period
    if (start.month, end.month) == (1, 12):
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    first, last = MONTHS[start.month - 1].capitalize(), f"{MONTHS[end.month - 1].capitalize()} {end.year}"
    if (start.year, start.month) == (end.year, end.month):
        return last
    return f"{first} to {last}" if start.year == end.year else f"{first} {start.year} to {last}"


def number(word: str) -> int:
    """The number that a word of NUMBER stands for."""
    return int(word) if word.isdigit() else NUMBERS[word.lower()]


def _month(match: re.Match[str], _: date) -> Iterator[Period]:
    year, month = (
        int(match["year"]),
        _month_named(match[1]),
    )
    yield whole_month(year, month)
    yield whole_year(year)


def _month_named(name: str) -> int:
    return 1 + next(n for n, month in enumerate(MONTHS) if month.startswith(name.lower()[:3]))


def _part(match: re.Match[str], _: date) -> Iterator[Period]:
    year, (first, last) = int(match["year"]), PARTS[match[1].lower()]
    yield _months(year, first, year, last)
    yield whole_year(year)


def _winter(match: re.Match[str], _: date) -> Iterator[Period]:
    year = int(match["year"])
    yield _months(year, 12, year + 1, 2)
    yield whole_year(year)


def _range(match: re.Match[str], _: date) -> Iterator[Period]:
    """All that lies between two years, both included; two that follow each other and a dash are a school year's."""
    first, last = int(match["year"] or match["first"]), int(match["last"])
    if first < last and not (last == first + 1 and match.group()[4:5] in "-–—"):
        yield date(first, 1, 1), date(last, 12, 31)


def _two_years(match: re.Match[str], _: date) -> Iterator[Period]:
    """A financial or a school year; nothing where it may be a longer stretch."""
    year = int(match["year"])
    if (year + 1) % 100 == int(match["next"]):
        yield _months(year, 4, year + 1, 8)


def _last_or_this(match: re.Match[str], today: date) -> Iterator[Period]:
    yield whole_year(today.year - (match[1].lower() == "last"))


def _year(match: re.Match[str], _: date) -> Iterator[Period]:
    yield whole_year(int(match["year"]))


def _ago(match: re.Match[str], today: date) -> Iterator[Period]:
    """People round: three years ago may be two or four, a decade ago eight to twelve."""
    years = number(match[1]) * (10 if match[2].lower() == "decade" else 1)
    for off in range(1 + (years >= 3) + (years >= 8)):
        yield date(today.year - years - off, 1, 1), date(today.year - years + off, 12, 31)


Reading = Callable[[re.Match[str], date], Iterator[Period]]
_READINGS: list[tuple[re.Pattern[str], Reading]] = [
    (IN_A_RANGE, _range),
    (IN_A_WINTER, _winter),
    (IN_TWO_YEARS, _two_years),
    (IN_A_MONTH, _month),
    (IN_A_PART, _part),
    (IN_A_YEAR, _year),
    (LAST_OR_THIS, _last_or_this),
    (AGO, _ago),
]


def _year_in(match: re.Match[str], pattern: re.Pattern[str]) -> Span | None:
    if pattern in {AGO, IN_TWO_YEARS, IN_A_RANGE}:
        return None
    return match.span("year") if "year" in pattern.groupindex else match.span()


def _months(first_year: int, first: int, last_year: int, last: int) -> Period:
    return date(first_year, first, 1), date(last_year, last, monthrange(last_year, last)[1])


def _blanked(text: str, *matches: re.Match[str]) -> str:
    """The text with these stretches blank, each character where it was."""
    for match in matches:
        text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    return text
