"""What a question takes for given: "Why was Exham rated inadequate?" takes it that inspectors rated it so."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Possessive: what one group has taken no other tries again, or a long row of such words would take seconds.
_WHO = r"(?: (?:it|they|children's services|the (?:council|authority|services?)|ofsted|inspectors?)\b)*+"
_BEING = r"(?: (?:is|are|was|were|has|have|had|did|does|do|be|been|being|still|now|then|just|so|not|no|longer)\b)*+"
_GIVEN = (
    r"(?: (?:(?:rate|grade|judge|mark|deem|consider|receive|achieve|award|move|improve|turn|end|slip|drop|keep|earn)"
    r"(?:p?ed|d|s)?|given?|find|found|gets?|got|becomes?|became|goes|go|went|falls?|fell|fallen|comes?|came|strip(?:ped)?"
    r"|loses?|lost|kept|wins?|won|rise|rose)\b)*+"
)
_AS = r"(?: (?:up|down|out|back|to|from|of|as|an?|the|its|their|overall|with|into|being)\b)*+"
_GRADE = r"(?P<grade>outstanding|good|requir(?:es?|ing) improvement(?: to be good)?|inadequate|fail(?:ed|s|ing)?)"
_END = (
    r"(?: (?:overall|rating|grade|badge|status|judge?ments?|mark|council|services?|children's|children|kids|authority"
    r"|it|its|their|the|this|that|by|in|at|for|from|to|ofsted|inspections?|report|visit|full|last|latest|inspectors?))*"
)
ASSUMES = re.compile(
    r"(?:why|how come|how|what made)(?: exactly| on earth)?"
    rf"{_BEING}{_WHO}{_BEING}{_WHO}{_GIVEN}{_WHO}{_AS} {_GRADE}{_END}",
    re.I,
)
JUST_WHY = re.compile(r"\W*(?:(?:but|and|so) )?(?:why|how come)(?: (?:is|was) (?:that|it|this)| so)?\W*", re.I)
NO_MORE = re.compile(r"\b(?:lose|lost|strip|stripped|no longer|from|out of|not)\b", re.I)
IN_FULL = {"fail": "inadequate", "requ": "requires improvement"}


@dataclass(frozen=True)
class Premise:
    """The overall grade, in small letters, that a question takes for given; `lost`: that it takes to be given no more.

    Empty is any grade, as of "why?" after the judgement was told. `of_the_present`: that it takes to be the one in
    force.
    """

    grade: str
    lost: bool
    of_the_present: bool

    @property
    def words(self) -> str:
        """The same as a sentence."""
        return f"Your question assumes {'that the grade was not' if self.lost else 'a grade of'} “{self.grade}”."

    def holds(self, grade: str) -> bool:
        """Whether it is so where inspectors gave this overall grade."""
        return not self.grade or (grade == self.grade) is not self.lost


def asks_why(question: str) -> bool:
    """Whether a follow-up asks no more than why."""
    return bool(JUST_WHY.fullmatch(question))


def premise_of(words: str, of_the_present: bool) -> Premise | None:
    """What a question, its words alone without authorities and times, takes for given; None where it is no grade."""
    words = re.sub(r"\b(is|was|are|were)n't\b", r"\1 not", words)
    found = ASSUMES.fullmatch(words)
    if not found:
        return None
    grade = found["grade"].lower()
    return Premise(IN_FULL.get(grade[:4], grade), bool(NO_MORE.search(words[: found.start("grade")])), of_the_present)
