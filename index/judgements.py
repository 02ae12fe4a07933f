"""The judgements that a document states: an area of the service and its grade, with the words that say so.

Reports since 2018 hold them in a table on their first page, those of 2013 to 2018 in a numbered list there and again in
headings, older ones in a table at the end. A summary has a table, a news article sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.describe import Facts
from index.documents import Document

# Areas in the order in which they are shown. What an area is called differs between frameworks.
AREAS = {
    "overall": "Overall effectiveness",
    "leaders": "Leaders",
    "help-and-protection": "Help and protection",
    "children-in-care-and-care-leavers": "Children in care and care leavers",
    "children-in-care": "Children in care",
    "care-leavers": "Care leavers",
    "adoption": "Adoption",
    "local-safeguarding-children-board": "Local Safeguarding Children Board",
    "capacity-to-improve": "Capacity to improve",
    "outcomes": "Outcomes",
    "quality-of-provision": "Quality of provision",
    "quality-of-practice": "Quality of practice",
}
# Grades, best first. "Adequate" was the third of four until 2013.
GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires-improvement": "Requires improvement",
    "adequate": "Adequate",
    "inadequate": "Inadequate",
}
# Reports of visits carry no grades.
VISITS = frozenset({"focused-visit", "monitoring-visit"})
# The areas that an inspection of a kind always judges, each with those of which one will do.
_OF_ILACS = ("overall", "leaders", "help-and-protection", "children-in-care", "care-leavers")
_OF_SIF = ("overall", "leaders", "help-and-protection", "children-in-care", "care-leavers", "adoption")
EXPECTED = {
    "standard": _OF_ILACS,
    "short": _OF_ILACS,
    "single-inspection-framework": _OF_SIF,
    "re-inspection": ("overall",),
    "older": ("overall",),
}
# From 2018 to 2022 these two were judged together.
TOGETHER = "children-in-care-and-care-leavers"
PARTS = ("children-in-care", "care-leavers")
IN_SENTENCES = frozenset({"news", "document"})  # sources that have no table of judgements

_CHILDREN = r"(?:experiences? and progress of )?children"
_NAMES = {
    "overall": r"overall effectiveness",
    "leaders": r"(?:impact of )?leaders(?: on social work practice with children and families)?"
    r"|leadership(?:(?:, | and |, and )(?:management|governance))*",
    "help-and-protection": rf"{_CHILDREN} (?:and young people )?who need help and protection"
    r"|(?:effectiveness of the )?help and protection(?: provided to children, young people, families and carers)?",
    TOGETHER: rf"{_CHILDREN} (?:in care|looked after) and care leavers",
    "children-in-care": rf"{_CHILDREN} (?:in care|looked after)(?: and achieving permanence)?",
    "care-leavers": r"(?:experiences? and progress of )?care leavers",
    "adoption": r"adoption(?: performance)?",
    "local-safeguarding-children-board": r"(?:effectiveness of the )?"
    r"(?:local safeguarding children board|lscb)(?: \(lscb\))?",
    "capacity-to-improve": r"capacity (?:to improve|for improvement)",
    "outcomes": r"outcomes for (?:looked after )?children(?: and young people)?",
    "quality-of-provision": r"quality of provision",
    "quality-of-practice": r"quality of practice",
}
_AREA = "(?:" + "|".join(f"(?P<a{number}>{name})" for number, name in enumerate(_NAMES.values())) + ")"
_GRADE = r"(?P<grade>outstanding|good|inadequate|adequate|requires? improvement(?: to be good)?)"
_END = r"\.?(?: grade \d)?(?: ?\d)?"  # a footnote's number, or the grade's own
# A row or a heading ("2.1 Adoption performance, Good"), or a sentence that says no more than that.
_STATED = re.compile(
    rf"(?:\d(?:\.\d)?\.? )?(?:the graded judge?ment (?:for|about|of) )?(?:the )?{_AREA}[ \t]"
    rf"(?:(?:is|are) )?(?:that it (?:is )?)?{_GRADE}{_END}",
    re.I,
)
_NOT_JUDGED = re.compile(rf"(?:\d(?:\.\d)?\.? )?{_AREA}[ \t]not judged{_END}", re.I)
_STATED_OVERALL = re.compile(
    rf"(?:the overall judgement is (?:that )?)?(?:children[’']s services (?:in .{{2,60}}? )?)?(?:are )?{_GRADE}{_END}",
    re.I,
)
_GRADE_ALONE = re.compile(_GRADE + _END, re.I)
# How articles tell of judgements.
_SENTENCE = re.compile(r"[^\s](?:[^.!?]|[.!?](?!\s|$))*[.!?]?")
_OF_A_YEAR = re.compile(r"\b(?:in|since|from) (?:19|20)\d\d\b", re.I)  # the inspection before
_TOLD_OVERALL = re.compile(
    r"\bchildren[’']s (?:social care )?services\b[^.]{0,40}\b(?:rated|judged|graded)\b "
    rf"(?:as )?[“‘\"']?{_GRADE}\b(?! for\b)",
    re.I,
)
_TOLD_OF_AREAS = re.compile(
    rf"\b(?:received|given|awarded|got|rated|judged|graded) (?:the |a )?"
    rf"(?:(?:top|highest|best) (?:rating|grade|mark)|[“‘\"']?{_GRADE}[”’\"']?(?: rating| grade| mark)?) "
    r"for (?P<areas>.+)",
    re.I,
)
_TOLD_AREAS = {
    "leaders": re.compile(r"\b(?:leadership|impact of leaders)\b", re.I),
    "help-and-protection": re.compile(r"\bhelp and protection\b", re.I),
    # Named together they may have one grade or two.
    "children-in-care": re.compile(
        r"\b(?:children in care|looked[- ]after children)\b(?!(?:,| and) care leavers)", re.I
    ),
    "care-leavers": re.compile(r"(?<!care and )(?<!children and )(?<!in care, )\bcare leavers\b", re.I),
}
_OF_THE_PAST = re.compile(r"\b(?:previous|last|earlier) (?:ofsted )?inspections?\b|\bhow this compares\b", re.I)


LONGEST = 250  # characters of a unit that states a judgement and no more
FRONT = 25  # units at the beginning, among which reports until 2018 state the overall judgement in a sentence


@dataclass(frozen=True)
class Judgement:
    """An area's grade and the characters start..end of the document's text that state it.

    `area` is one of AREAS, `grade` one of GRADES; `page` is None where there are no pages.
    """

    area: str
    grade: str
    start: int
    end: int
    page: int | None


@dataclass(frozen=True)
class Reading:
    """What was read of a document's judgements, and the areas that it must judge and that could not be read."""

    judgements: tuple[Judgement, ...] = ()
    unread: tuple[str, ...] = ()


def read_judgements(document: Document, facts: Facts) -> Reading:
    """The judgements that a document states of the one inspection it is about, by area; none of a visit.

    An area of which it states two different grades is not read.
    """
    if facts.inspection_kind in VISITS or not (facts.inspection_start or facts.source == "report"):
        return Reading()
    stated: dict[str, list[Judgement]] = {}
    for judgement in _told(document) if facts.source in IN_SENTENCES else _stated(document):
        stated.setdefault(judgement.area, []).append(judgement)
    found = tuple(stated[a][0] for a in AREAS if a in stated and len({said.grade for said in stated[a]}) == 1)
    if facts.source != "report":
        return Reading(found)
    read = {judgement.area for judgement in found} | set(_not_judged(document))
    read |= set(PARTS) if TOGETHER in read else set()
    expected = EXPECTED.get(facts.inspection_kind or "", ())
    unread = {*(area for area in expected if area not in read), *(area for area in stated if area not in read)}
    return Reading(found, tuple(area for area in AREAS if area in unread))


def covers(area: str, wanted: str) -> bool:
    """Whether a judgement on an area is one on the wanted area, alone or with another."""
    return area == wanted or (area == TOGETHER and wanted in PARTS)


def _stated(document: Document) -> Iterator[Judgement]:
    """All judgements of the inspection itself, in reading order, an area as often as it is judged."""
    past = 0  # the level of a heading above what was found before; 0 where there is none
    units = document.units
    for number, (unit, following) in enumerate(zip(units, [*units[1:], None], strict=True)):
        text = document.text[unit.start : unit.end]
        if unit.kind == "heading" and (not past or unit.level <= past):
            past = unit.level if _OF_THE_PAST.search(text) else 0
        if unit.kind == "contents" or past or len(text) > LONGEST:
            continue
        end = unit.end
        if following and _GRADE_ALONE.fullmatch(document.text[following.start : following.end]):
            end = following.end  # an area whose line was too long for its grade
            text = " ".join(document.text[unit.start : end].split())
        if unit.kind == "heading":
            text = text.replace(": ", " ")
        if found := _STATED.fullmatch(text):
            yield _judgement(document, _area(found), found, unit.start, end)
        elif number < FRONT and not _GRADE_ALONE.fullmatch(text) and (found := _STATED_OVERALL.fullmatch(text)):
            yield _judgement(document, "overall", found, unit.start, end)


def _told(document: Document) -> Iterator[Judgement]:
    """What sentences tell of an inspection's judgements, as those of a news article do."""
    for unit in document.units:
        if unit.kind == "heading":
            continue
        for sentence in _SENTENCE.finditer(document.text, unit.start, unit.end):
            text, start, end = sentence.group(), sentence.start(), sentence.end()
            if _OF_A_YEAR.search(text):
                continue
            if found := _TOLD_OVERALL.search(text):
                yield _judgement(document, "overall", found, start, end)
            elif found := _TOLD_OF_AREAS.search(text):
                areas = [area for area, name in _TOLD_AREAS.items() if name.search(found["areas"])]
                yield from (_judgement(document, area, found, start, end) for area in areas)


def _not_judged(document: Document) -> Iterator[str]:
    """The areas that a document says were not judged."""
    for unit in document.units[:FRONT]:
        if found := _NOT_JUDGED.fullmatch(document.text[unit.start : unit.end]):
            yield _area(found)


def _judgement(document: Document, area: str, found: re.Match[str], start: int, end: int) -> Judgement:
    grade = (found["grade"] or "outstanding").lower()  # "the top rating"
    grade = "requires-improvement" if grade.startswith("requir") else grade
    return Judgement(area, grade, start, end, document.page_at(start))


def _area(found: re.Match[str]) -> str:
    return next(area for number, area in enumerate(_NAMES) if found[f"a{number}"])
