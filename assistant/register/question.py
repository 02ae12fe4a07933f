"""Whether a question is one for the register of judgements, and what it asks of it.

Only where every word of it is understood: "Which councils are inadequate?" is answered from the register, "Which
councils have inadequate early help?" from what the reports say. Where a word might change what is meant, as "not",
"both" or "still" do, it is no question for the register: a list that answers another question is worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from assistant.register.words import (
    areas_in,
    asks_of_passages,
    extreme_in,
    grades_apart,
    grades_in,
    is_negated,
    kinds_in,
    left_of,
)

Form = Literal["judgement", "history", "list", "count", "breakdown", "comparison", "change"]
Direction = Literal["better", "worse", "same", "any"]


@dataclass(frozen=True)
class RegisterQuestion:
    """What is asked of the register.

    `areas` and `grades` limit it; all where empty. `extreme` wants the best or the worst grade that there is.
    `direction` is how a grade changed, from `before` to `grades` where they are named. `at_any_time`: not only in the
    newest inspections. `theme` is what else authorities are compared on. `by_inspection`: inspections are meant, not
    judgements; `parts`: which areas of one authority are so graded. `without` are authorities to leave out.
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
    without: tuple[str, ...] = ()

    @property
    def area(self) -> str:
        """The one area that is asked about; the overall judgement where none is named."""
        return self.areas[0] if self.areas else "overall"


def register_question(words: str, timed: str, authorities: int, in_region: bool = False) -> RegisterQuestion | None:
    """What a question asks of the register, from its words without authorities and times; None where it is not for it.

    `timed` are the words with the times. `authorities` is how many it is about, 0 where it is about all, or about all
    `in_region`.
    """
    words, timed = (ONE_OF.sub("the ", text) for text in (words, timed))
    read = _Read(words, timed, in_region)
    if read.has("why"):
        return None
    if authorities > 1:
        return _of_several(read)
    if not read.is_whole:
        return None
    return _of_one(read) if authorities else _of_all(read)


def is_about_all(words: str) -> bool:
    """Whether a question, without authorities and times, asks which or how many of all authorities."""
    read = _Read(words)
    return read.has("which", "count", "list") and read.has("authorities")


def follow_up_of(
    words: str, timed: str, previous: RegisterQuestion, authorities: int, in_region: bool = False
) -> RegisterQuestion | None:
    """What a follow-up asks after a question to the register, which lends what it does not say; None where it is none.

    `words`, `authorities` and `in_region` are as for `register_question`.
    """
    read = _Read(WHAT_ABOUT.sub("", words), WHAT_ABOUT.sub("", timed), in_region)
    if not read.is_whole or read.is_of_passages or read.has("why") or (authorities == 1 and read.has("authorities")):
        return None
    form = read.form(0 if OF_THOSE.search(words) else authorities) or _lent_form(previous, authorities)
    if previous.form in ("change", "breakdown") and form in ("list", "count") and not read.says_grade:
        form = previous.form  # "how many?"
    elif form == "list" and in_region and not (read.says_grade or previous.grades or previous.extreme):
        form = "breakdown"  # "and London boroughs?"
    asked = read.question(form)
    if form == previous.form == "change" and (bare := BETTER_OR_WORSE.search(read.text)):
        asked = replace(asked, direction="better" if bare[0] == "better" else "worse")
    turns = asked.direction != "any" and (previous.form != "change" or asked.direction != previous.direction)
    lends_grade = not (read.says_grade or turns or (authorities == 1 and previous.form != "judgement"))
    goes_on = form == "change" and previous.form == "change" and not turns
    found = replace(
        asked,
        areas=asked.areas or previous.areas,
        grades=previous.grades if lends_grade else asked.grades,
        before=previous.before if goes_on and not read.says_grade else asked.before,
        extreme=previous.extreme if lends_grade else asked.extreme,
        direction=previous.direction if goes_on else asked.direction,
        at_any_time=asked.at_any_time or (previous.at_any_time if form in ("list", "count") else ""),
        by_inspection=previous.by_inspection and not read.says_grade and form in ("list", "count"),
        theme=previous.theme if form == "comparison" and not asked.areas else "",
    )
    return found if _is_sound(found) else None


def _lent_form(previous: RegisterQuestion, authorities: int) -> Form:
    if authorities > 1:
        return "comparison"
    of_one = previous.form in ("judgement", "history", "comparison")
    if authorities:
        return previous.form if previous.form in ("judgement", "history") else "judgement"
    return "list" if of_one else previous.form


def _is_sound(question: RegisterQuestion) -> bool:
    """Whether a question is one that its form can answer."""
    if question.form in ("list", "count", "breakdown", "change", "history") and len(question.areas) > 1:
        return False
    if question.at_any_time == "never" and not question.grades:
        return False
    if question.at_any_time and (question.form in ("change", "breakdown") or question.by_inspection):
        return False
    if question.form in ("list", "count") and not (question.grades or question.extreme or question.by_inspection):
        return False
    return not (question.by_inspection and question.areas)


def _sound(question: RegisterQuestion | None) -> RegisterQuestion | None:
    return question if question and _is_sound(question) else None


def _of_several(read: _Read) -> RegisterQuestion | None:
    """Of a few authorities: how they went over time, or how they stand beside each other."""
    if read.is_whole and (read.changes or read.has("history", "ever", "times", "when")):
        return _sound(read.question("history"))
    if read.compares:
        return read.question("comparison", theme=read.theme)
    return read.question("comparison") if read.is_whole and read.is_of_grades else None


def _of_one(read: _Read) -> RegisterQuestion | None:
    """Of one authority: its history, or its judgements now or then."""
    if OF_ITSELF.match(read.text) and read.says_grade and not read.changes:
        return read.question("judgement")
    if read.has("authorities", "who"):  # others are asked about
        return None
    if read.has("times", "count") and read.has("inspected") and not (read.areas or read.is_of_grades):
        return read.question("history", by_inspection=True)
    if read.changes and (not read.areas or read.names_grades):
        return _sound(read.question("history"))
    if read.has("compares"):
        return _sound(read.question("history")) if read.names_time else None
    if read.has("history", "ever", "when", "times"):
        return _sound(read.question("history")) if read.is_of_grades or read.has("history") else None
    if read.asks_for_parts:
        return replace(read.question("judgement"), parts=True)
    return read.question("judgement") if _asks_for_a_judgement(read) else None


def _asks_for_a_judgement(read: _Read) -> bool:
    if read.has("rated") or (read.names_grades and not (read.areas and read.text.startswith("how"))):
        return True
    if read.has("what") and read.has("got") and not read.areas:
        return True
    return bool(read.grades) and read.grades != ("good",) and read.has("is")


def _of_all(read: _Read) -> RegisterQuestion | None:
    """Of all authorities: which, how many, or how many of each grade."""
    if OF_PASSAGES.search(read.text) or read.has("when", "times", "parts"):
        return None
    sets_beside = read.in_region and read.has("compares") and not (read.changes or read.says_grade)
    if read.has("breakdown") or sets_beside or _asks_for_all_grades(read):
        return _sound(read.question("breakdown"))
    form = read.form(0)
    if form is None or read.has("history") or (read.names_time and read.has("same")):
        return None
    if read.has("compares") and not (read.changes or read.names_time):
        return None
    by_inspection = read.has("inspected") and not (read.says_grade or read.changes) and form in ("list", "count")
    return _sound(read.question(form, by_inspection=by_inspection))


def _asks_for_all_grades(read: _Read) -> bool:
    asks_how_many = read.in_region or read.has("which", "list", "count") or read.names_time
    is_of_all_grades = read.has("rated", "grade_noun") and not (read.says_grade or read.changes or read.has("history"))
    return is_of_all_grades and asks_how_many and (read.in_region or read.has("plural"))


# The ways to say these are in words.py.
BETTER_OR_WORSE = re.compile(r"\b(?:better|worse)\b")
OF_THOSE = re.compile(r"\bof (?:those|these|them)\b", re.I)
WHAT_ABOUT = re.compile(r"^\W*(?:and |but |so |ok |okay )*(?:(?:what|how) about|just|only)\b", re.I)
LOST = re.compile(r"\b(?:los(?:t|e|es|ing)|stripped)\b")
FROM_TO = re.compile(r"\bfrom (?P<before>.+?) to (?P<after>.+)")
FROM = re.compile(r"\b(?:from|los(?:t|e|es|ing)|stripped)\b(?P<before>.+)")
TO = re.compile(r"\b(?:(?:to|into)\b|(?=below|less than|worse than))(?P<after>.+)")
# Asked of all: "What is a good council?", "What do good councils do?"
OF_PASSAGES = re.compile(
    r"^(?:how (?:good|bad)|what(?:'s| is) an?|what (?:do|does|did))\b(?!.*\b(?:ratings?|grades?)\b)"
)
ONE_OF = re.compile(r"\b(?:one of|some of|among) the (?=(?:very )?(?:best|strongest|top|worst|weakest)\b)", re.I)
# "Is it a good council?", "Is it the best in the country?"
OF_ITSELF = re.compile(r"^(?:is|are|was|were) (?:children's services |it |they |still |now |really )*(?:an?|the)\b")
THEME = re.compile(r"\b(?:on|for|by|in terms of|when it comes to|about|regarding)\b(.*)")
SINCE = re.compile(r"\b(?:since|after|from)\b")
UNSURE = "?"


class _Read:
    """A question's words, taken apart; what is left when all that is understood is taken out is its `rest`."""

    def __init__(self, words: str, timed: str = "", in_region: bool = False) -> None:
        self.in_region = in_region
        self.text, self.timed = _plain(words), _plain(timed)
        self.grades, rest = grades_in(self.text)
        self.before: tuple[str, ...] = ()
        self.areas, rest = areas_in(rest)
        self.extreme = extreme_in(rest)
        self._kinds = kinds_in(rest)
        self.rest = left_of(rest)
        if not self._is_clear():
            self.rest = UNSURE

    def _is_clear(self) -> bool:
        """Whether it is clear what its grades and changes are of."""
        if self.has("better") and self.has("worse"):  # one after the other
            return False
        if self.areas and LOST.search(self.text) and not self.grades:  # "lost their leaders"
            return False
        if self.changes and self.grades and not self._take_sides():
            return False
        if grades_apart(self.text) and not self.before:  # "good for leaders and inadequate for care leavers"
            return False
        return not (is_negated(self.text) and SINCE.search(self.timed))  # "have not been good since 2018"

    def _take_sides(self) -> bool:
        """Tell the grade before a change from that after it. Returns whether it is certain which is which."""
        for pattern in (FROM_TO, FROM, TO):
            if found := pattern.search(self.text):
                sides = found.groupdict()
                before, after = (grades_in(sides.get(side) or "")[0] for side in ("before", "after"))
                if ("before" not in sides or before) and ("after" not in sides or after):
                    self.before, self.grades = before, after
                    self.rest = left_of(re.sub(r"\b(?:from|into)\b", " ", self.rest))
                    return True
        return self.has("same")

    def has(self, *kinds: str) -> bool:
        """Whether it has words of any of these kinds."""
        return not self._kinds.isdisjoint(kinds)

    @property
    def is_whole(self) -> bool:
        """Whether all of its words are understood."""
        return not self.rest

    @property
    def changes(self) -> bool:
        """Whether it asks how something changed."""
        return self.has("change", "same", "worse", "better")

    @property
    def says_grade(self) -> bool:
        """Whether it names a grade, or the best or worst that there is."""
        return bool(self.grades or self.before or self.extreme)

    @property
    def names_time(self) -> bool:
        """Whether it names a time."""
        return bool(self.timed) and self.text != self.timed

    @property
    def names_grades(self) -> bool:
        """Whether it has a word for grades, if only in what it says of the time: "the previous judgement"."""
        return self.has("grade_noun") or "grade_noun" in kinds_in(self.timed)

    @property
    def is_of_grades(self) -> bool:
        """Whether it speaks of grades at all."""
        return self.says_grade or self.has("rated", "grade_noun")

    @property
    def asks_for_parts(self) -> bool:
        """Whether it asks in which areas one authority has a grade."""
        in_what = self.has("parts", "count") or (self.has("what") and self.text.endswith(" for"))
        return self.says_grade and not self.areas and in_what

    @property
    def is_of_passages(self) -> bool:
        """Whether it asks what is said of something, not how that was graded."""
        return bool(self.areas and asks_of_passages(self.text) and not self.has("rated", "grade_noun"))

    @property
    def compares(self) -> bool:
        """Whether it sets authorities beside each other, on what is graded or on another theme."""
        return self.has("compares") and (self.is_whole or bool(self.theme))

    @property
    def theme(self) -> str:
        """What authorities are compared on, beside areas that are graded."""
        found = THEME.search(self.text)
        words = found[1] if found else self.rest
        is_sure = self.rest != UNSURE and not re.search(r"\b(?:not|except|without|apart)\b", words)
        return " ".join(words.split()) if self.rest and is_sure and set(self.rest.split()) <= set(words.split()) else ""

    def form(self, authorities: int) -> Form | None:
        """What is wanted, by its words alone."""
        if self.has("breakdown"):
            return "breakdown"
        if authorities > 1 and self.has("compares"):
            return "comparison"
        if authorities and (self.changes or self.has("history", "ever", "when", "times")):
            return "history"
        if not authorities and (self.before or self.changes):
            names_what = self.has("which", "list", "plural", "count", "grade_noun") or self.grades or self.before
            return "change" if names_what or self.in_region else None
        if self.has("count"):
            return "count" if self.text.count("how many") < 2 else None
        names_which = self.has("which", "list", "plural") or (self.in_region and self.extreme)
        return "list" if not authorities and names_which else None

    def question(self, form: Form, theme: str = "", by_inspection: bool = False) -> RegisterQuestion:
        """What it asks in this form."""
        return RegisterQuestion(
            form,
            self.areas,
            self.grades,
            self.before,
            "" if self.grades else self.extreme,
            self.direction,
            "never" if self.has("never") else "ever" if self.has("ever") else "",
            theme,
            by_inspection,
        )

    @property
    def direction(self) -> Direction:
        """How a grade changed; "any" where that is not said."""
        ways: tuple[Direction, ...] = ("same", "worse", "better")
        said = [way for way in ways if self.has(way)]
        return said[0] if len(said) == 1 else "any"


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[^\w'-]+", " ", words.lower().replace("’", "'")).split())
