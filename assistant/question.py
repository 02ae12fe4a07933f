"""What is asked: which authorities, which years, and what is left of the question without them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from index.library import StoredDocument

LONGEST_QUESTION = 2000  # characters
SINCE = re.compile(r"\b(?:since|from)\s+((?:19|20)\d\d)\b", re.I)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# "Telford" for Telford and Wrekin, "Newcastle" for Newcastle upon Tyne: an authority's name up to a joining word.
JOINING = re.compile(r" (?:and|upon|with|on|of|in) ")


class BadQuestion(ValueError):
    """A question that cannot be searched for; the message is for the person who asked."""


@dataclass(frozen=True)
class Understood:
    """A question as understood. `years` is empty where any will do; `subject` is what is searched for."""

    question: str
    authorities: tuple[str, ...]
    years: tuple[int, ...]
    subject: str

    @property
    def start(self) -> date | None:
        """The first day of the first year asked about."""
        return date(min(self.years), 1, 1) if self.years else None

    @property
    def end(self) -> date | None:
        """The last day of the last year asked about."""
        return date(max(self.years), 12, 31) if self.years else None


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


def understand(question: str, documents: Sequence[StoredDocument], before: Understood | None = None) -> Understood:
    """Find authorities and years in a checked question.

    Names come from the library's own documents. Where a follow-up names no authority, or no year, those of the turn
    `before` still hold. A year counts only where a document of these authorities is of it: other years are about
    something else, and stay part of the subject.
    """
    found = _named(question, {d.facts.authority for d in documents if d.facts.authority})
    authorities = tuple(found) or (before.authorities if before else ())
    covered = {year for d in documents if d.facts.authority in authorities or not authorities for year in years_of(d)}
    named = {int(year) for year in YEAR.findall(question)}
    for bound in SINCE.finditer(question):
        named |= {year for year in covered if year >= int(bound[1])}
    years = tuple(sorted(named & covered))
    if not named and before and not found:
        years = before.years
    subject = question
    for pattern in found.values():
        subject = pattern.sub(" ", subject)
    if years:
        subject = YEAR.sub(lambda match: " " if int(match.group()) in years else match.group(), subject)
    subject = " ".join(subject.split())
    if not any(c.isalpha() for c in subject):
        subject = question
    return Understood(question, authorities, years, subject)


def years_of(document: StoredDocument) -> set[int]:
    """The years that a person may call a document by: those of its inspection and of its publication."""
    facts = document.facts
    return {day.year for day in (facts.inspection_start, facts.inspection_end, facts.publication_date) if day}


def within(understood: Understood, documents: Iterable[StoredDocument]) -> list[StoredDocument]:
    """The documents that a question is about."""
    return [
        document
        for document in documents
        if (not understood.authorities or document.facts.authority in understood.authorities)
        and (not understood.years or years_of(document) & set(understood.years))
    ]


def _named(question: str, authorities: set[str]) -> dict[str, re.Pattern[str]]:
    """The authorities that a question names, each with the pattern of its mention, longest names first."""
    spoken: dict[str, set[str]] = {}
    for authority in authorities:
        spoken.setdefault(authority.lower(), set()).add(authority)
        first = JOINING.split(authority, maxsplit=1)[0]
        if first.lower() not in {"city", "isle"}:
            spoken.setdefault(first.lower(), set()).add(authority)
    found: dict[str, re.Pattern[str]] = {}
    rest = question
    for name in sorted(spoken, key=len, reverse=True):
        if len(spoken[name]) > 1 and name not in {authority.lower() for authority in authorities}:
            continue
        pattern = _pattern(name)
        if pattern.search(rest):
            authority = next((a for a in spoken[name] if a.lower() == name), min(spoken[name]))
            found.setdefault(authority, pattern)
            rest = pattern.sub(" ", rest)
    return found


def _pattern(name: str) -> re.Pattern[str]:
    """A name as people write it: any case, possessive with or without apostrophe, "&" for "and", "council" after it."""
    words = [re.escape(word) if word != "and" else "(?:and|&)" for word in name.split()]
    return re.compile(rf"\b{' +'.join(words)}(?:['’]?s)?\b(?: (?:(?:city|county|borough) )?council(?:['’]s)?\b)?", re.I)
