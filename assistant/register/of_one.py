"""What the register says of one authority: its judgements now or then, and their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.register.entries import Entry, inspections, is_better
from assistant.register.finding import Finding, Part, Pool, cell, extreme, grade_of, plural
from assistant.register.in_words import area_in_words, grade_at, grades_in_words, judged_in_words, when
from assistant.register.question import RegisterQuestion
from assistant.times import month_of
from assistant.wording import in_words
from index.judgements import AREAS, GRADES, TOGETHER, covers


def judgement(question: RegisterQuestion, pool: Pool, authorities: Sequence[str]) -> Finding | None:
    """The judgements of its newest inspection, of those of the periods asked for, or the newest on an area."""
    if question.areas:
        chosen = [e for area in question.areas for e in pool.of(area, latest=not pool.periods)]
    else:
        visits = inspections(pool.entries)
        if question.grades and not question.parts:  # "Is it good?" is asked of the whole
            visits = [visit for visit in visits if any(e.area == "overall" for e in visit)] or visits
        chosen = [e for visit in (visits if pool.periods else visits[-1:]) for e in visit]
    chosen = list({id(e): e for e in chosen}.values())
    if not chosen:
        return None
    if len(inspections(chosen)) > 1 and not question.areas:
        return history(question, replace(pool, entries=chosen), authorities)
    wanted = [e for e in chosen if e.grade in question.grades] if question.parts else chosen
    if question.extreme and question.parts:
        wanted = extreme(question, chosen)
    rows = tuple((Part(AREAS[e.area]), Part(GRADES[e.grade], (e.stated,)), Part(when(e))) for e in wanted)
    lead = _parts(question, wanted, chosen) if question.parts else _verdict(question, chosen)
    notes = () if pool.periods else later_without(chosen, pool.entries)
    return Finding(lead, ("Area", "Grade", "Inspection"), rows, tuple(wanted), tuple(pool.entries), notes)


def history(question: RegisterQuestion, pool: Pool, authorities: Sequence[str]) -> Finding | None:
    """All of its judgements, inspection by inspection."""
    if len({e.authority for e in pool.entries}) > 1:
        return _histories(question, pool)
    visits = inspections(pool.entries)
    # What was judged together stands in the rows of both.
    wanted = question.areas or [a for a in AREAS if a != TOGETHER and any(covers(e.area, a) for e in pool.entries)]
    if not any(covers(e.area, area) for e in pool.entries for area in wanted):
        return None
    rows = tuple((Part(AREAS[area]), *(cell(visit, area) for visit in visits)) for area in wanted)
    used = [e for visit in visits for e in visit if any(covers(e.area, area) for area in wanted)]
    columns = ("Area", *(when(visit[0]) for visit in visits))
    return Finding(_course(question, visits), columns, rows, tuple(used), tuple(pool.entries))


def _histories(question: RegisterQuestion, pool: Pool) -> Finding | None:
    """The course of one area's judgements, authority by authority."""
    graded = pool.of(question.area, latest=False)
    if not graded:
        return None
    names = list(dict.fromkeys(e.authority for e in graded))
    courses = [_course(question, inspections(e for e in graded if e.authority == name)) for name in names]
    rows = tuple((Part(e.authority), Part(when(e)), Part(grade_of(e, question.area), (e.stated,))) for e in graded)
    columns = ("Authority", "Inspection", AREAS[question.area])
    return Finding(" ".join(courses), columns, rows, tuple(graded), tuple(pool.entries))


def later_without(chosen: Sequence[Entry], entries: Sequence[Entry]) -> tuple[str, ...]:
    """That the newest inspection gave no such judgement, where an older one is the newest that did."""
    newest = inspections(entries)[-1][0]
    if all(month_of(e.day) == month_of(newest.day) for e in chosen):
        return ()
    of = f"Of the latest inspection of {newest.authority}, {when(newest)},"
    return (f"{of} no such judgement is in these documents.",)


def _verdict(question: RegisterQuestion, chosen: Sequence[Entry]) -> str:
    """ "Exham was judged good overall in June 2022." """
    first = next((e for e in chosen if e.area == "overall"), chosen[0])
    said = [first] if not question.areas else list(chosen)
    words = in_words([f"{judged_in_words([e.grade], e.area)} in {when(e)}" for e in said])
    answer = _whether(question.grades, [e.grade for e in said])
    published = first.document.facts.publication_date
    report = f" (report of {published:%B %Y})" if published and published.year != first.day.year else ""
    return f"{answer}{first.authority} was {words}{report}."


def _whether(asked: Sequence[str], found: Sequence[str]) -> str:
    """Whether it was judged as asked. Where "good" is asked, "no" would be wrong of what is outstanding."""
    if not asked:
        return ""
    if all(grade in asked for grade in found):
        return "Yes: "
    if tuple(asked) == ("good",) and all(grade in ("good", "outstanding") for grade in found):
        return "Good or better: " if "good" in found else "Better than good: "
    return "No: "


def _parts(question: RegisterQuestion, wanted: Sequence[Entry], chosen: Sequence[Entry]) -> str:
    """ "2 of the 5 judgements on Exham in June 2022 were inadequate." """
    whose, day = chosen[0].authority, when(chosen[-1])
    every = f"the {len(chosen)} judgements on {whose} in {day}"
    if not wanted:
        return f"None of {every} was {grades_in_words(question.grades)}: they were {_all_grades(chosen)}."
    verb = "was" if len(wanted) == 1 else "were"
    areas = in_words([AREAS[e.area].lower() for e in wanted])
    if 1 < len(wanted) == len(chosen):
        return f"All {every.removeprefix('the ')} were {_all_grades(wanted)}: {areas}."
    return f"{len(wanted)} of {every} {verb} {_all_grades(wanted)}: {areas}."


def _all_grades(entries: Sequence[Entry]) -> str:
    return in_words([GRADES[grade].lower() for grade in GRADES if any(e.grade == grade for e in entries)])


def _course(question: RegisterQuestion, visits: Sequence[Sequence[Entry]]) -> str:
    """How the judgements went from inspection to inspection, or how often a grade was among them."""
    whose, area = visits[0][0].authority, question.area
    graded = [e for visit in visits for e in visit if covers(e.area, area)]
    if question.by_inspection:
        months = in_words([when(visit[0]) for visit in visits])
        count = f"{len(visits)} {plural('inspection', len(visits))}"
        return f"Judgements of {count} of {whose} are in these documents: {months}."
    if question.grades:
        such = [e for e in graded if e.grade in question.grades]
        months = in_words([when(e) for e in such])
        answers = {"": "", "ever": "Yes: " if such else "No: ", "never": "No: " if such else "Yes: "}
        often = f"{len(such)} of {len(graded)}" if such else f"none of {len(graded)}"
        said, noun = judged_in_words(question.grades, area), plural("inspection", len(graded))
        found = f": {months}" if such else ""
        return f"{answers[question.at_any_time]}{whose} was {said} in {often} {noun}{found}."
    course = in_words([grade_at(e) for e in graded])
    what = area_in_words(area)
    return f"{what[:1].upper()}{what[1:]}, {whose} was judged {course}.{_latest_step(question, graded)}"


def _latest_step(question: RegisterQuestion, graded: Sequence[Entry]) -> str:
    """How the latest judgement stands to the one before, where it is asked whether it got better or worse."""
    if question.direction == "any" or len(graded) < 2:
        return ""
    before, latest = graded[-2:]
    if is_better(latest.grade, before.grade):
        return " The latest is better than the one before."
    is_worse = is_better(before.grade, latest.grade)
    return f" The latest is {'worse than' if is_worse else 'the same as'} the one before."
