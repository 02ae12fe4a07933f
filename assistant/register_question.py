"""Whether a question is one for the register of judgements, and what it asks of it.

Only where every word of it is understood: "Which councils are inadequate?" is answered from the register, "Which councils
have inadequate early help?" from what the reports say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from index.judgements import GRADES

Form = Literal["judgement", "history", "list", "count", "breakdown", "comparison", "change"]

BETTER = ("outstanding", "good")
BELOW_GOOD = ("requires-improvement", "adequate", "inadequate")
Direction = Literal["better", "worse", "same", "any"]


@dataclass(frozen=True)
class RegisterQuestion:
    """What is asked of the register.

    `areas` and `grades` limit it; all where empty. `extreme` wants the best or the worst grade that there is.
    `direction` is how a grade changed, from `before` to `grades` where they are named. `at_any_time`: not only in
    the newest inspections. `theme` is what else authorities are compared on. `by_inspection`: inspections are meant, not judgements;
    `parts`: which areas of one authority are so graded.
    """

    form: Form
    areas: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    extreme: Literal["", "best", "worst"] = ""
    direction: Direction = "any"
    at_any_time: Literal["", "ever", "never"] = ""
    theme: str = ""
    by_inspection: bool = False
    parts: bool = False

    @property
    def area(self) -> str:
        """The one area that is asked about; the overall judgement where none is named."""
        return self.areas[0] if self.areas else "overall"


def register_question(words: str, authorities: int) -> RegisterQuestion | None:
    """What a question asks of the register, from its words without authorities and times; None where it is not for it.

    `authorities` is how many it is about, 0 where it is about all.
    """
    read = _Read(words)
    if authorities > 1 and (read.compares or read.is_of_grades):
        return read.question("comparison", theme=read.theme)
    if authorities and read.is_whole:
        return _of_one(read)
    return _of_all(read) if not authorities and read.is_whole else None


def follow_up_of(words: str, previous: RegisterQuestion, authorities: int) -> RegisterQuestion | None:
    """What a follow-up asks after a question to the register, which lends what it does not say; None where it is none.

    `authorities` is how many the follow-up is about.
    """
    read = _Read(_WHAT_ABOUT.sub("", words))
    if not read.is_whole or read.is_of_passages or read.has("why"):
        return None
    form = read.form(0 if _OF_THOSE.search(words) else authorities) or _lent_form(previous, authorities)
    asked = read.question(form)
    says_grade = bool(asked.grades or asked.extreme)
    of_one = authorities == 1 and form == "judgement" and not says_grade
    return replace(
        asked,
        areas=asked.areas or previous.areas,
        grades=asked.grades if says_grade or of_one else previous.grades,
        before=asked.before or (previous.before if form == "change" else ()),
        extreme=asked.extreme if says_grade or of_one else previous.extreme,
        direction=previous.direction if asked.direction == "any" and form == "change" else asked.direction,
        by_inspection=previous.by_inspection and not says_grade and form in ("list", "count"),
        theme=previous.theme if form == "comparison" and not asked.areas else "",
    )


def _lent_form(previous: RegisterQuestion, authorities: int) -> Form:
    if authorities > 1:
        return "comparison"
    of_one = previous.form in ("judgement", "history", "comparison")
    if authorities:
        return previous.form if previous.form in ("judgement", "history") else "judgement"
    return "list" if of_one else previous.form


def _of_one(read: _Read) -> RegisterQuestion | None:
    """Of one authority, by its words alone: its history, or its judgements now or then."""
    if read.has("change") and not (read.areas or read.is_of_grades):
        return read.question("history")
    if read.has("history", "ever", "when", "times"):
        return read.question("history") if read.is_of_grades or read.has("history") else None
    if read.has("parts") and (read.asked_grades or read.extreme) and not read.areas:
        return replace(read.question("judgement"), parts=True)
    if read.has("rated") or (read.has("grade_noun") and read.has("which", "what", "list", "show")):
        return read.question("judgement")
    is_grade = read.asked_grades and read.asked_grades != ("good",)
    return read.question("judgement") if is_grade and read.has("is") and not read.has("why") else None


def _of_all(read: _Read) -> RegisterQuestion | None:
    """Of all authorities: which, how many, or how many of each grade."""
    form = read.form(0)
    if read.has("why"):
        return None
    if read.has("rated", "grade_noun") and read.has("authorities") and not (read.asked_grades or read.extreme):
        return read.question("breakdown")
    if form is None:
        return None
    if form == "breakdown" or read.asked_grades or read.extreme or form == "change":
        return read.question(form)
    inspected = read.has("inspected") and read.has("authorities", "count", "which")
    return read.question(form, by_inspection=True) if inspected else None


# --- The words of such questions --------------------------------------------------------------------------------------

_AREAS = {
    "local-safeguarding-children-board": r"(?:local )?safeguarding children'?s? boards?|(?:local )?safeguarding boards?|lscbs?",
    "help-and-protection": r"(?:the )?(?:children|kids|families) (?:who )?need(?:ing)? (?:help and protection|help|protection)"
    r"|help and protection|child protection|protecting (?:children|kids)|keeping (?:children|kids) safe|safeguarding",
    "leaders": r"(?:the )?impact of leaders(?: on social work practice(?: with children and families)?)?"
    r"|leadership(?:(?: and)? management)?(?:(?: and)? governance)?|leaders|managers|management",
    "children-in-care": r"(?:the )?(?:children|kids|young people) (?:in care|looked after)(?: and achieving permanence)?"
    r"|looked[- ]after children|(?<=for )in care|children's care",
    "care-leavers": r"care[- ]leavers?|leaving care|care[- ]experienced(?: young people)?",
    "adoption": r"adoption(?: performance| services?)?",
    "overall": r"overall(?: effectiveness)?",
}
_REQUIRES = r"(?:(?:requir(?:es?|ed|ing)|needs?|needing) improvement(?: to be good)?|\bri\b)"
# The first that is found counts; "below good" before "good".
_GRADES: list[tuple[str, tuple[str, ...]]] = [
    (r"(?:good or (?:better|outstanding|above)|at least good|good and outstanding|outstanding (?:or|and) good"
     r"|better than requires improvement)", BETTER),
    (r"(?:less than good|below good|worse than good|not (?:yet )?(?:good enough|good or better)"
     rf"|{_REQUIRES} or (?:inadequate|worse)|inadequate or {_REQUIRES}|(?:not|aren't|isn't|wasn't|weren't) (?:yet )?good"
     r"|not good or outstanding)", BELOW_GOOD),
    (r"(?:not|aren't|isn't|wasn't|weren't) (?:yet )?outstanding", tuple(g for g in GRADES if g != "outstanding")),
    (r"(?:not|aren't|isn't|wasn't|weren't) inadequate", tuple(g for g in GRADES if g != "inadequate")),
    (r"(?:better than good|above good)", ("outstanding",)),
    (r"(?:the )?(?:top|highest|best)(?: possible)? (?:grades?|ratings?|marks?|judgements?)|outstanding", ("outstanding",)),
    (_REQUIRES, ("requires-improvement",)),
    (r"(?:the )?(?:bottom|lowest|worst)(?: possible)? (?:grades?|ratings?|marks?|judgements?)|inadequate|fail(?:ed|ing|s)?"
     r"|failures?", ("inadequate",)),
    (r"adequate", ("adequate",)),
    (r"good", ("good",)),
]  # fmt: skip
_UP = (
    r"(?:improv(?:ed|es?|ing|ements?)|(?:got|get|getting|gotten|become|became|becoming|done|did) better"
    r"|(?:gone|went|going|moved|moving|come|came) up)"
)
_DOWN = (
    r"(?:declin(?:ed?|ing)|deteriorat(?:ed?|ing)|slipp(?:ed|ing)|dropp(?:ed|ing)|fallen|fell|downgraded"
    r"|(?:got|get|getting|gotten|become|became|done|did) worse|worsen(?:ed|ing)"
    r"|(?:gone|went|going|moved|come|came) (?:down|backwards))"
)
_SAME = r"(?:stay(?:ed|ing)?|remain(?:ed|ing)?|kept) (?:the same|unchanged)|(?:has|have|did)(?: not|n't) changed?"
_KINDS = {
    "count": r"how many(?: of (?:the|them|those|these))?|(?:what(?:'s| is| was) the )?(?:total )?number of|count(?: of)?",
    "times": r"(?:how many )?times|how often",
    "breakdown": r"(?:each|every|by) (?:grade|rating|judgement)|break ?down|split|spread|distribution",
    "history": r"history|over the (?:years|past|last)(?: few| \d+)?(?: years)?|over time|time ?line|track record|trajectory"
    r"|journey|(?:all|every|each)(?: of)? (?:the |its |their )?(?:past |previous |earlier )?(?:grades?|ratings?|judgements?"
    r"|inspections?|reports?|results?)|(?:past|previous|earlier) (?:grades|ratings|judgements|inspections|results)"
    r"|through the years|so far|to date|down the years|progress(?:ed|ion)?|(?:grades|ratings|judgements) since",
    "ever": r"ever|at any (?:time|point)|never",
    "never": r"never",
    "change": rf"(?:how (?:much )?)?(?:has|have|did|does|do)?(?: (?:it|they))?(?: been)? (?:chang(?:ed?|ing)|{_UP}|{_DOWN})"
    rf"|chang(?:ed?|es|ing)|{_UP}|{_DOWN}|{_SAME}",
    "compares": r"compar(?:e[sd]?|ing|isons?)(?: (?:to|with|against))?|versus|vs|side by side|differences? between"
    r"|differ(?:s|ent)?|(?:better|worse)(?: than)?",
    "when": r"when",
    "why": r"why|how come|reasons?|because",
    "which": r"which|whose|who(?:'s| is| are)?|any(?:where|one|body)?",
    "what": r"what(?:'s)?|how",
    "list": r"list(?: of)?|name(?: all)?|names of|show|give|tell|find",
    "rated": r"rat(?:ed|e)|judged?|graded?|marked|scor(?:ed?|es)|rank(?:ed)?|perform(?:ed|ing)?|fared?|do(?:ne|ing)?(?= (?:at|in|overall|$))",
    "grade_noun": r"grades?|ratings?|judge?ments?|marks?|scores?|results?|verdicts?|outcomes?",
    "authorities": r"(?:local |english )?(?:authorit(?:y|ies)|councils?|las?|boroughs?|counties|county councils?|places"
    r"|cities|city councils?|areas|local areas)(?: (?:in (?:england|the country)|nationally|across (?:england|the country)))?",
    "parts": r"(?:areas?|parts?|bits?|aspects?|strands?|judgements?)",
    "inspected": r"inspect(?:ed|ions?)?|visited|visits?",
    "is": r"is|are|was|were|been|be|has|have|had|isn't|aren't|wasn't|weren't|got|get|gets|did|does|do",
}
_FILLERS = frozenset(
    """
    's a became become becoming about according achieve achieved achieves all also among an and anyone as at awarded be been being
    between both by came can children's come could council's councils' currently department departments did do
    does done each earn earned else england every for from full gained get gets getting give given go going got
    had has have having here hold holding holds i in inspection inspections inspector inspectors inspectors'
    into is it its just kids' know last latest let like local made make many me most move moved much my new
    newest no not now of ofsted ofsted's on one ones only or other our out please present put really receive
    received receives recent recently report reported reports right round say see service services since so
    social still such taken team teams that that's the their them then there these they this those time to today
    too turned under up us want was we went were where will with work would year years yet you your
    """.split()
)
_EXTREME = {
    "best": r"\b(?:best|strongest|top|highest)\b",
    "worst": r"\b(?:worst|weakest|bottom|lowest|poorest)\b",
}
_OF_THOSE = re.compile(r"\bof (?:those|these|them)\b", re.I)
_WHAT_ABOUT = re.compile(r"^\W*(?:and |but |so |ok |okay )*(?:what|how) about\b", re.I)
_FROM = re.compile(r"\bfrom (?P<before>.+?) to (?P<after>.+)")
_OF_PASSAGES = re.compile(r"\b(?:say|said|find|found|about|report on)\b")


class _Read:
    """A question's words, taken apart; what is left when all that is understood is taken out is its `rest`."""

    def __init__(self, words: str) -> None:
        text = " ".join(re.sub(r"[^\w'-]+", " ", words.lower().replace("’", "'")).split())
        self.text, rest = text, f" {text} "
        self.before: tuple[str, ...] = ()
        if found := _FROM.search(rest):
            before, _ = _grades(found["before"])
            after, _ = _grades(found["after"])
            if before and after:
                self.before, self.asked_grades = before, after
                rest = rest.replace(found.group(), f" {_taken(_taken_grades(found.group()))} ")
        if not self.before:
            self.asked_grades, rest = _grades(rest)
        self.areas: tuple[str, ...] = ()
        for area, names in _AREAS.items():
            if re.search(rf"\b(?:{names})\b", rest):
                self.areas += (area,)
                rest = re.sub(rf"\b(?:{names})\b", " ", rest)
        if "overall" in self.areas and len(self.areas) > 1:
            self.areas = tuple(area for area in self.areas if area != "overall")
        self.extreme = next((name for name, says in _EXTREME.items() if re.search(says, rest)), "")
        self._kinds = {kind for kind, says in _KINDS.items() if re.search(rf"\b(?:{says})(?!\w)", rest)}
        self._said = rest
        self.rest = _taken(rest)

    def has(self, *kinds: str) -> bool:
        """Whether it has words of any of these kinds."""
        return not self._kinds.isdisjoint(kinds)

    @property
    def is_whole(self) -> bool:
        """Whether all of its words are understood."""
        return not self.rest

    @property
    def is_of_grades(self) -> bool:
        """Whether it speaks of grades at all."""
        return bool(self.asked_grades or self.extreme or self.has("rated", "grade_noun")) and self.is_whole

    @property
    def is_of_passages(self) -> bool:
        """Whether it asks what is said of something, not how that was graded."""
        return bool(self.areas and _OF_PASSAGES.search(self.text) and not self.has("rated", "grade_noun"))

    @property
    def compares(self) -> bool:
        """Whether it sets authorities beside each other."""
        return self.has("compares") and (self.is_whole or bool(self.theme))

    @property
    def theme(self) -> str:
        """What authorities are compared on, beside areas that are graded."""
        found = re.search(r"\b(?:on|for|by|in terms of|when it comes to|about|regarding)\b(.*)", f"{self.text} ")
        words = found[1] if found else self.rest
        return " ".join(words.split()) if self.rest and set(self.rest.split()) <= set(words.split()) else ""

    def form(self, authorities: int) -> Form | None:
        """What is wanted, by its words alone."""
        if self.has("breakdown") or (self.has("grade_noun") and self.has("count") and self.has("each")):
            return "breakdown"
        if authorities > 1 and self.has("compares"):
            return "comparison"
        if authorities and self.has("history", "ever", "when", "times"):
            return "history"
        if self.before or (self.has("change") and not authorities):
            return "change"
        if self.has("count", "times"):
            return "count"
        listed = self.has("which", "list", "what", "is", "authorities")
        return (
            "list" if listed and not authorities and (self.has("authorities", "which") or self.asked_grades) else None
        )

    def question(self, form: Form, theme: str = "", by_inspection: bool = False) -> RegisterQuestion:
        """What it asks in this form."""
        directions: dict[Direction, str] = {"same": _SAME, "worse": _DOWN, "better": _UP}
        said = (name for name, says in directions.items() if re.search(rf"\b(?:{says})\b", self._said))
        return RegisterQuestion(
            form,
            self.areas,
            self.asked_grades,
            self.before,
            self.extreme if not self.asked_grades else "",  # type: ignore[arg-type]
            next(said, "any"),
            "never" if self.has("never") else "ever" if self.has("ever") else "",
            theme,
            by_inspection,
        )


def _grades(text: str) -> tuple[tuple[str, ...], str]:
    """The grades that a text names, best first, and the text without them."""
    found: set[str] = set()
    for says, grades in _GRADES:
        if re.search(rf"\b(?:{says})(?!\w)", text):
            found |= set(grades)
            text = re.sub(rf"\b(?:{says})(?!\w)", " ", text)
    return tuple(grade for grade in GRADES if grade in found), text


def _taken_grades(text: str) -> str:
    return _grades(text)[1]


def _taken(text: str) -> str:
    """What is left of a text without the words of such questions."""
    for says in (*_EXTREME.values(), *_KINDS.values()):
        text = re.sub(rf"\b(?:{says})(?!\w)", " ", text)
    return " ".join(word for word in text.split() if word.strip("-'") and word not in _FILLERS)
