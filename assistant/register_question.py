"""Whether a question is one for the register of judgements, and what it asks of it.

Only where every word of it is understood: "Which councils are inadequate?" is answered from the register, "Which
councils have inadequate early help?" from what the reports say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from assistant.register_words import areas_in, asks_of_passages, extreme_in, grades_in, kinds_in, left_of

Form = Literal["judgement", "history", "list", "count", "breakdown", "comparison", "change"]

Direction = Literal["better", "worse", "same", "any"]


@dataclass(frozen=True)
class RegisterQuestion:
    """What is asked of the register.

    `areas` and `grades` limit it; all where empty. `extreme` wants the best or the worst grade that there is.
    `direction` is how a grade changed, from `before` to `grades` where they are named. `at_any_time`: not only in the
    newest inspections. `theme` is what else authorities are compared on. `by_inspection`: inspections are meant, not
    judgements; `parts`: which areas of one authority are so graded.
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


def register_question(words: str, timed: str, authorities: int) -> RegisterQuestion | None:
    """What a question asks of the register, from its words without authorities and times; None where it is not for it.

    `timed` are the words with the times. `authorities` is how many it is about, 0 where it is about all.
    """
    read = _Read(words, timed)
    if read.has("why"):
        return None
    if authorities > 1:
        return _of_several(read)
    if not read.is_whole:
        return None
    asked = _of_one(read) if authorities else _of_all(read)
    return asked if asked and _can_be_looked_up(asked) else None


def is_about_all(words: str) -> bool:
    """Whether a question, without authorities and times, asks which or how many of all authorities."""
    read = _Read(words)
    return read.has("which", "count", "list") and read.has("authorities")


def follow_up_of(words: str, previous: RegisterQuestion, authorities: int) -> RegisterQuestion | None:
    """What a follow-up asks after a question to the register, which lends what it does not say; None where it is none.

    `authorities` is how many the follow-up is about.
    """
    read = _Read(WHAT_ABOUT.sub("", words))
    if not read.is_whole or read.is_of_passages or read.has("why"):
        return None
    form = read.form(0 if OF_THOSE.search(words) else authorities) or _lent_form(previous, authorities)
    asked = read.question(form)
    says_grade = bool(asked.grades or asked.extreme)
    if form in ("list", "count") and not says_grade and previous.form in ("change", "breakdown"):
        form = previous.form  # "how many?" of those that changed; both count
    of_one = authorities == 1 and form == "judgement" and not says_grade
    meant = replace(
        asked,
        form=form,
        areas=asked.areas or previous.areas,
        grades=asked.grades if says_grade or of_one else previous.grades,
        before=asked.before or (previous.before if form == "change" else ()),
        extreme=asked.extreme if says_grade or of_one else previous.extreme,
        direction=previous.direction if asked.direction == "any" and form == "change" else asked.direction,
        by_inspection=previous.by_inspection and not says_grade and form in ("list", "count"),
        theme=previous.theme if form == "comparison" and not asked.areas else "",
    )
    return meant if _can_be_looked_up(meant) else None


def _lent_form(previous: RegisterQuestion, authorities: int) -> Form:
    if authorities > 1:
        return "comparison"
    of_one = previous.form in ("judgement", "history", "comparison")
    if authorities:
        return previous.form if previous.form in ("judgement", "history") else "judgement"
    return "list" if of_one else previous.form


def _of_several(read: _Read) -> RegisterQuestion | None:
    """Of a few authorities: how they went over time, or how they stand beside each other."""
    if read.is_whole and read.has("history", "change", "same", "worse", "better", "ever"):
        return read.question("history")
    return read.question("comparison", theme=read.theme) if read.compares or read.is_of_grades else None


def _of_one(read: _Read) -> RegisterQuestion | None:
    """Of one authority, by its words alone: its history, or its judgements now or then."""
    if read.has("change", "same", "worse", "better") and not (read.areas or read.is_of_grades):
        return read.question("history")
    if read.has("times", "count") and read.has("inspected") and not (read.areas or read.is_of_grades):
        return read.question("history", by_inspection=True)
    if read.has("history", "ever", "when", "times", "compares"):
        is_for_it = read.is_of_grades or read.has("history", "compares")
        return read.question("history") if is_for_it else None
    if read.has("parts") and (read.asked_grades or read.extreme) and not read.areas:
        return replace(read.question("judgement"), parts=True)
    if read.has("rated") or (read.names_grades and not (read.areas and read.text.startswith("how"))):
        return read.question("judgement")
    if read.has("what") and read.has("got") and not read.areas:
        return read.question("judgement")
    is_grade = read.asked_grades and read.asked_grades != ("good",)
    return read.question("judgement") if is_grade and read.has("is") else None


def _can_be_looked_up(asked: RegisterQuestion) -> bool:
    """Whether it says which judgements are to be listed or counted; of "never" only a grade can be."""
    if asked.at_any_time == "never" and asked.form != "history":
        return bool(asked.grades) and asked.form != "change"
    is_of_some = asked.grades or asked.extreme or asked.by_inspection
    return asked.form not in ("list", "count") or bool(is_of_some)


def _of_all(read: _Read) -> RegisterQuestion | None:
    """Of all authorities: which, how many, or how many of each grade."""
    form = read.form(0)
    changes = read.has("change", "same", "worse", "better")
    if OF_PASSAGES.search(read.text) or (read.has("compares") and not changes and read.text == read.timed):
        return None
    if form == "change" and not (read.asked_grades or read.before or read.has(*NAMES_WHAT_CHANGED)):
        return None  # "What has improved for care leavers?"
    names_no_grade = not (read.asked_grades or read.before or read.extreme or changes)
    if read.has("rated", "grade_noun") and read.has("authorities") and names_no_grade:
        return read.question("breakdown")
    if form is None:
        return None
    if form == "breakdown" or read.asked_grades or read.extreme or form == "change":
        return read.question(form)
    inspected = read.has("inspected") and read.has("authorities", "count", "which")
    return read.question(form, by_inspection=True) if inspected else None


# The ways to say these are in register_words.py.
OF_THOSE = re.compile(r"\bof (?:those|these|them)\b", re.I)
WHAT_ABOUT = re.compile(r"^\W*(?:and |but |so |ok |okay )*(?:what|how) about\b", re.I)
FROM_TO = re.compile(r"\bfrom (?P<before>.+?) to (?P<after>.+)")
FROM = re.compile(r"\bfrom (.+)")
TO = re.compile(r"\b(?:to|below|less than|worse than) (?!be good)(.+)")
NAMES_WHAT_CHANGED = ("authorities", "which", "list", "count", "grade_noun")
# Asked of all: "How good is leadership?", "What is a good council?", "What do good councils do?"
OF_PASSAGES = re.compile(r"^(?:how (?:good|bad)|what(?:'s| is) an?|what (?:do|does|did))\b")
THEME = re.compile(r"\b(?:on|for|by|in terms of|when it comes to|about|regarding)\b(.*)")


class _Read:
    """A question's words, taken apart; what is left when all that is understood is taken out is its `rest`."""

    def __init__(self, words: str, timed: str = "") -> None:
        self.text, self.timed = _plain(words), _plain(timed)
        self.asked_grades, rest = grades_in(self.text)
        self.before: tuple[str, ...] = ()
        if found := FROM_TO.search(self.text):
            before, after = grades_in(found["before"])[0], grades_in(found["after"])[0]
            if before and after:
                self.before, self.asked_grades = before, after
        self.areas, rest = areas_in(rest)
        self.extreme = extreme_in(rest)
        self._kinds = kinds_in(rest)
        self.rest = left_of(rest)
        # "lost its outstanding grade" is of the grade before, "dropped to inadequate" of the one after.
        is_of_before = _is_of_a_grade(FROM, self.text) or (self.has("worse") and not _is_of_a_grade(TO, self.text))
        if is_of_before and self.asked_grades and not self.before:
            self.before, self.asked_grades = self.asked_grades, ()

    def has(self, *kinds: str) -> bool:
        """Whether it has words of any of these kinds."""
        return not self._kinds.isdisjoint(kinds)

    @property
    def is_whole(self) -> bool:
        """Whether all of its words are understood."""
        return not self.rest

    @property
    def names_grades(self) -> bool:
        """Whether it has a word for grades, if only in what it says of the time: "the previous judgement"."""
        return self.has("grade_noun") or "grade_noun" in kinds_in(self.timed)

    @property
    def is_of_grades(self) -> bool:
        """Whether it speaks of grades at all."""
        return bool(self.asked_grades or self.extreme or self.has("rated", "grade_noun")) and self.is_whole

    @property
    def is_of_passages(self) -> bool:
        """Whether it asks what is said of something, not how that was graded."""
        return bool(self.areas and asks_of_passages(self.text) and not self.has("rated", "grade_noun"))

    @property
    def compares(self) -> bool:
        """Whether it sets authorities beside each other."""
        return self.has("compares") and (self.is_whole or bool(self.theme))

    @property
    def theme(self) -> str:
        """What authorities are compared on, beside areas that are graded."""
        found = THEME.search(self.text)
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
        if self.before or (self.has("change", "same", "worse", "better") and not authorities):
            return "change"
        if self.has("count", "times"):
            return "count"
        names_them = self.has("authorities", "which") or bool(self.asked_grades)
        return "list" if not authorities and names_them and self.has("which", "list", "what", "is") else None

    def question(self, form: Form, theme: str = "", by_inspection: bool = False) -> RegisterQuestion:
        """What it asks in this form."""
        return RegisterQuestion(
            form,
            self.areas,
            self.asked_grades,
            self.before,
            "" if self.asked_grades else self.extreme,
            next((way for way in ("same", "worse", "better") if self.has(way)), "any"),
            "never" if self.has("never") else "ever" if self.has("ever") else "",
            theme,
            by_inspection,
        )


def _is_of_a_grade(leads_to_it: re.Pattern[str], text: str) -> bool:
    found = leads_to_it.search(text)
    return bool(found and grades_in(found[1])[0])


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[^\w'-]+", " ", words.lower().replace("’", "'")).split())
