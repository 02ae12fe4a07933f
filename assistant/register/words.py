"""The words of questions to the register: areas and grades in everyday language, and what is asked of them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from assistant.wanted import one_of
from index.judgements import GRADES

Extreme = Literal["", "best", "worst"]


def areas_in(text: str) -> tuple[tuple[str, ...], str]:
    """The areas that a text names, and the text without them. The overall judgement is meant where no other is."""
    found: list[str] = []
    for area, says in _AREAS.items():
        if says.search(text):
            found.append(area)
            text = says.sub(" ", text)
    return tuple(area for area in found if area != "overall" or len(found) == 1), text


def grades_in(text: str) -> tuple[tuple[str, ...], str]:
    """The grades that a text names, best first, and the text without them."""
    found: set[str] = set()
    for says, grades in _GRADES:
        if says.search(text):
            found |= set(grades)
            text = says.sub(" ", text)
    return tuple(grade for grade in GRADES if grade in found), text


def grades_apart(text: str) -> bool:
    """Whether a text names grades with more between them than "or" and "and": each may be of something else."""
    spans = sorted(match.span() for says, _ in _GRADES for match in says.finditer(text))
    joined = (text[end:start] for (_, end), (start, _) in pairwise(spans) if start > end)
    return any(not _JOINED.fullmatch(between) for between in joined)


def is_negated(text: str) -> bool:
    """Whether a text names a grade that something is not."""
    return bool(_NEGATED.search(text))


def extreme_in(text: str) -> Extreme:
    """Whether a text, without what it names of grades, wants the best or the worst that there is."""
    return "best" if _BEST.search(text) else "worst" if _WORST.search(text) else ""


def kinds_in(text: str) -> set[str]:
    """What a text, without areas and grades, has words of: the names of _KINDS."""
    return {kind for kind, says in _KINDS.items() if says.search(text)}


def left_of(text: str) -> str:
    """What is left of a text without the words of such questions."""
    for says in (_BEST, _WORST, *_KINDS.values()):
        text = says.sub(" ", text)
    return " ".join(word for word in text.split() if word.strip("-'") and word not in _FILLERS)


def asks_of_passages(text: str) -> bool:
    """Whether a text asks what was said or found."""
    return bool(_SAID.search(text))


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)")


_YOUNG = one_of("children kids young_people")
_AREAS = {
    "local-safeguarding-children-board": _any(r"(?:local )?safeguarding (?:children'?s? )?boards?", r"lscbs?"),
    "help-and-protection": _any(
        rf"(?:the )?(?:{_YOUNG}|families) (?:who )?need(?:ing)? (?:help and protection|help|protection)",
        r"help and protection|child protection|safeguarding",
        rf"(?:protecting|keeping) {_YOUNG}(?: safe)?",
    ),
    "leaders": _any(
        r"(?:the )?impact of leaders(?: on social work practice(?: with children and families)?)?",
        r"leadership(?:(?: and)? management)?(?:(?: and)? governance)?",
        r"leaders|managers|management",
    ),
    "children-in-care": _any(
        rf"(?:the )?{_YOUNG} (?:in care|looked after)(?: and achieving permanence)?",
        r"looked[- ]after children|children's care",
    ),
    "care-leavers": _any(r"care[- ]leavers?|leaving care|care[- ]experienced(?: young people)?"),
    "adoption": _any(r"adoption(?: performance| services?)?"),
    "overall": _any(r"overall(?: effectiveness)?"),
}

_MARK = one_of("grades? ratings? marks? judgements?")
_REQUIRES = r"(?:(?:requir(?:es?|ed|ing)|needs?|needing) improvement(?: to be good)?|ri\b)"
_NOT = (
    r"(?:not|\w+n't)(?: "
    + one_of("yet been be got get gotten given received achieved awarded rated judged graded as a an currently have")
    + r")*"
)
_BELOW_GOOD = ("requires-improvement", "adequate", "inadequate")
# The first that is found is taken out: "below good" before "good".
_GRADES: list[tuple[re.Pattern[str], tuple[str, ...]]] = [
    (
        _any(
            rf"less than good|below good|worse than good|{_NOT} (?:good or (?:better|outstanding)|good enough|good)",
            rf"{_REQUIRES} or (?:worse|below|lower)",
        ),
        _BELOW_GOOD,
    ),
    (_any(r"good or (?:better|above|higher)|at least good|better than requires improvement"), ("outstanding", "good")),
    (_any(rf"{_NOT} outstanding"), tuple(grade for grade in GRADES if grade != "outstanding")),
    (_any(rf"{_NOT} inadequate"), tuple(grade for grade in GRADES if grade != "inadequate")),
    (_any(rf"{_NOT} {_REQUIRES}"), tuple(grade for grade in GRADES if grade != "requires-improvement")),
    (
        _any(rf"outstanding|(?:the )?(?:top|highest|best)(?: possible)? {_MARK}|better than good|above good"),
        ("outstanding",),
    ),
    (_any(_REQUIRES), ("requires-improvement",)),
    (
        _any(rf"inadequate|fail(?:ed|ing|s|ures?)?|(?:the )?(?:bottom|lowest|worst)(?: possible)? {_MARK}"),
        ("inadequate",),
    ),
    (_any("adequate"), ("adequate",)),
    (_any("good"), ("good",)),
]
_JOINED = re.compile(r"\W*(?:(?:or|and|nor|to be|be|a|an) *)*")
_NEGATED = re.compile(rf"\b{_NOT} (?:good|outstanding|inadequate|{_REQUIRES})")
_BEST = _any("best|strongest|top|highest")
_WORST = _any("worst|weakest|bottom|lowest|poorest")

_BECOME = one_of("got get getting gotten become became becoming done did")
_GONE = one_of("gone went going moved moving come came")
_COUNCIL = one_of("authorities councils las local_authorities")
_IN_ENGLAND = r"(?: (?:(?:in|across) (?:england|the country)|nationally))?"
_THE_TIME_BEFORE = (
    r"(?: (?:since|than|from|at|in) (?:(?:the|their|its) (?:last|previous) (?:inspection|time|report|visit|one)s?"
    r"|last time|the time before|before))?"
)
_KINDS = {
    "count": _any(
        r"how many(?: of (?:the|them|those|these))?|(?:total )?number of|count(?: of)?",
        r"(?:percentage|proportion|share|per cent|percent) of",
    ),
    "times": _any(r"(?:how many )?times|how often"),
    "breakdown": _any(r"(?:each|every|by) (?:grade|rating|judgement)|break ?down|split|spread|distribution"),
    "history": _any(
        r"history|time ?line|trajectory|journey|(?:over|through|down) (?:time|the years)",
        rf"(?:all|every|each)(?: of)? (?:(?:the|its|their|past|previous|earlier) )*(?:{_MARK}|inspections?|reports?)",
        rf"(?:past|previous|earlier) (?:{_MARK}|inspections)|{_MARK} since",
    ),
    "ever": _any(r"ever|at any (?:time|point)|never"),
    "never": _any("never"),
    "change": _any(rf"chang(?:ed?|es|ing){_THE_TIME_BEFORE}|gone|went|moved"),
    "better": _any(rf"(?:improv(?:ed|es?|ing)|{_BECOME} better|{_GONE} up){_THE_TIME_BEFORE}"),
    "worse": _any(
        rf"(?:declin(?:ed?|ing)|deteriorat(?:ed?|ing)|slip(?:ped|ping)?|drop(?:ped|ping)?|fall(?:en|ing)?|fell"
        rf"|downgraded|lost|lose|losing|stripped|worsen(?:ed|ing)|{_BECOME} worse|{_GONE} (?:down|backwards))"
        rf"{_THE_TIME_BEFORE}",
    ),
    "same": _any(rf"(?:stay(?:ed|ing|s)?|remain(?:ed|ing|s)?|kept)(?: the same| unchanged)?{_THE_TIME_BEFORE}"),
    "compares": _any(
        r"compar(?:e[sd]?|ing|isons?)(?: (?:to|with|against))?|versus|vs|side by side|differences? between",
        r"(?:better|worse)(?: than)?",
    ),
    "when": _any(r"when(?: (?:was|were|did|is|has))?(?: it| they)?(?: last)?|(?:in )?(?:which|what) years?"),
    "got": _any("got|gets?|gotten|received?|given|awarded|earned|achieved"),
    "why": _any("why|how come|reasons?|because"),
    "which": _any(r"which|whose|who(?:'s)?|any(?:one|body)?|(?:is|are|was|were) there"),
    "who": _any(r"who(?:'s)?"),
    "what": _any(r"what(?:'s)?|how"),
    "list": _any("list(?: of)?|name(?: all)?|names of|show|give|tell|find"),
    "rated": _any(
        r"rate[sd]?|judged?|graded?|marked|score[sd]?|rank(?:ed)?|perform(?:ed|ing)?|fared?",
        r"do(?:ne|ing)?(?= (?:at|in|overall)\b| *$)",
    ),
    "grade_noun": _any(
        rf"{_MARK}|judgments?|scores?|verdicts?|(?:ofsted|inspection) (?:results?|outcomes?)",
        r"outcomes? of (?:the|its|their)(?: latest)? inspection",
    ),
    "authorities": _any(
        rf"(?:(?:all|every|each)(?: of)? (?:the )?)?(?:local |english )*(?:{_COUNCIL}|authority|council|local areas?)"
        rf"{_IN_ENGLAND}"
    ),
    "plural": _any(_COUNCIL, "local areas"),
    "parts": _any("areas?|parts?|bits?|aspects?|strands?|judgements?"),
    "inspected": _any("inspect(?:ed|ions?)?"),
    "is": _any(r"is|are|was|were|been|be|has|have|had|got|gets?|did(?: inspectors| ofsted)?|does|do"),
}
_SAID = _any("say|said|find|found|report on")
# Words that change nothing. "Not", "both", "still", "last", "only" and the like do, and are none of them.
_FILLERS = frozenset(
    """
    's a about according across also among an and as at award be became become becoming been being came
    children's come council's councils' current currently department departments do does done england for gained
    get getting give given go going got had has have having here hold holds i in inspection inspections into is
    it its know latest let local made me my now of ofsted ofsted's on ones or out overall please present report
    reports right say service services since so social such team teams that that's the their them there these
    they those to today too up was were with
    """.split()
)
