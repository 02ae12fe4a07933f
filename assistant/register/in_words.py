"""Judgements in words: "judged good overall", "judged requires improvement for care leavers"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.register.entries import Entry
from assistant.wording import inspected_in_words
from index.judgements import AREAS, GRADES, TOGETHER

_FOR = {
    "overall": "overall",
    "leaders": "for leadership",
    "local-safeguarding-children-board": "for the Local Safeguarding Children Board",
    TOGETHER: "for children in care and care leavers together",
    "capacity-to-improve": "for its capacity to improve",
}


def area_in_words(area: str) -> str:
    """An area as it follows a grade: "overall", "for care leavers"."""
    return _FOR.get(area) or f"for {AREAS[area].lower()}"


def judged_in_words(grades: Sequence[str], area: str) -> str:
    """ "judged good or outstanding overall", "judged requires improvement for adoption"."""
    return f"judged {grades_in_words(grades)} {area_in_words(area)}"


def grades_in_words(grades: Sequence[str]) -> str:
    """ "good, requires improvement or inadequate"."""
    *others, last = [GRADES[grade].lower() for grade in grades]
    return f"{', '.join(others)} or {last}" if others else last


def grade_at(entry: Entry) -> str:
    """ "good in June 2022"."""
    return f"{GRADES[entry.grade].lower()} in {when(entry)}"


def when(entry: Entry) -> str:
    """The month of the inspection, else of the publication: "June 2022"."""
    return inspected_in_words(entry.document.facts) or f"{entry.day:%B %Y}"
