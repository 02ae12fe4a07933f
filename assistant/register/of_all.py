"""What the register says of all authorities: which, how many, how many of each grade, and which changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.periods import Period, period_in_words
from assistant.question import periods_in_words
from assistant.register.entries import Entry, Register, inspections, is_better
from assistant.register.finding import Finding, Part, Pool, began_in, extreme, grade_of, plural
from assistant.register.in_words import area_in_words, judged_in_words, when
from assistant.register.question import RegisterQuestion
from assistant.wording import in_words
from index.judgements import GRADES


def lists(question: RegisterQuestion, pool: Pool, authorities: Sequence[str]) -> Finding | None:
    """Which authorities have a grade, or how many."""
    if question.by_inspection:
        return _inspected(pool)
    graded = pool.of(question.area, latest=not (pool.periods or question.at_any_time))
    if not graded:
        return None
    if question.at_any_time == "never":
        return _never(question, graded, pool)
    such = extreme(question, graded) if question.extreme else [e for e in graded if e.grade in question.grades]
    grades = tuple(grade for grade in GRADES if grade in ({e.grade for e in such} or question.grades))
    said, every = judged_in_words(grades, question.area), len({e.authority for e in graded})
    names = len({e.authority for e in such})
    at = pool.when if question.at_any_time else pool.when_newest(graded)
    if not such:
        lead = f"No authority of {every:,}{pool.where} was {said} {at}."
        return Finding(lead, ("Authority", "Grade", "Inspection"), (), (), tuple(graded))
    share = f" ({names / every:.0%})" if question.form == "count" else ""
    verb = "was" if names == 1 else "were"
    apart = _by_year(such, graded, pool.periods) or _by_region(such, graded, pool)
    lead = f"{names:,} of {pool.authorities(every)}{share} {verb} {said} {at}{apart}."
    rows = tuple((Part(e.authority), Part(grade_of(e, question.area), (e.stated,)), Part(when(e))) for e in such)
    return Finding(lead, ("Authority", "Grade", "Inspection"), rows, tuple(such), tuple(graded))


def breakdown(question: RegisterQuestion, pool: Pool, authorities: Sequence[str]) -> Finding | None:
    """How many authorities have each grade."""
    graded = sorted(pool.of(question.area, latest=not pool.periods), key=lambda e: list(GRADES).index(e.grade))
    if not graded:
        return None
    lead = " ".join(_counted(question, part) for part in pool.apart())
    rows = tuple((Part(e.authority), Part(grade_of(e, question.area), (e.stated,)), Part(when(e))) for e in graded)
    return Finding(lead, ("Authority", "Grade", "Inspection"), rows, tuple(graded), tuple(graded))


def change(question: RegisterQuestion, pool: Pool, authorities: Sequence[str]) -> Finding | None:
    """Which authorities were judged better, worse or the same than the time before."""
    by_authority: dict[str, list[Entry]] = {}
    for entry in pool.of(question.area, latest=False):
        by_authority.setdefault(entry.authority, []).append(entry)
    pairs = [pair for each in by_authority.values() for pair in pairwise(each)]
    if pool.periods:
        pairs = [(earlier, later) for earlier, later in pairs if began_in(later, pool.periods)]
    else:
        newest = {later.authority: (earlier, later) for earlier, later in pairs}
        pairs = list(newest.values())
    if not pairs:
        return None
    such = [pair for pair in pairs if _went(question, *pair)]
    rows = tuple(
        (Part(b.authority), *(Part(f"{grade_of(e, question.area)}, {when(e)}", (e.stated,)) for e in (a, b)))
        for a, b in such
    )
    used = tuple(entry for pair in such for entry in pair)
    at = pool.when_newest([later for _, later in pairs])
    lead = _changed(question, len({b.authority for _, b in such}), len({b.authority for _, b in pairs}), pool.where, at)
    return Finding(lead, ("Authority", "The inspection before", "Then"), rows, used, tuple(pool.entries))


def _by_year(such: Sequence[Entry], graded: Sequence[Entry], periods: Sequence[Period]) -> str:
    """ ": 4 of 24 in 2019 and 3 of 19 in 2023", where two times are set beside each other."""
    if len(periods) != 2:
        return ""
    counts = [[sum(began_in(e, [period]) for e in entries) for entries in (such, graded)] for period in periods]
    named = [period_in_words(period) for period in periods]
    return f": {in_words([f'{n} of {every} in {at}' for (n, every), at in zip(counts, named, strict=True)])}"


def _by_region(such: Sequence[Entry], graded: Sequence[Entry], pool: Pool) -> str:
    """ ": 8 of 21 in London and 3 of 12 in the North West", where regions are set beside each other."""
    if len(pool.regions) < 2:
        return ""
    names = [
        [len({e.authority for e in entries if e.authority in region.held}) for entries in (such, graded)]
        for region in pool.regions
    ]
    counts = zip(names, pool.regions, strict=True)
    return f": {in_words([f'{n} of {every} in {region.name}' for (n, every), region in counts])}"


def _counted(question: RegisterQuestion, pool: Pool) -> str:
    """ "Overall, of 8 authorities in their latest inspection: 3 good and 5 inadequate." """
    graded = pool.of(question.area, latest=not pool.periods)
    counts = [(grade, sum(e.grade == grade for e in graded)) for grade in GRADES]
    numbers = in_words([f"{count:,} {GRADES[grade].lower()}" for grade, count in counts if count])
    names = len({e.authority for e in graded})
    of = pool.authorities(names) if not pool.periods else f"{len(graded):,} judgements{pool.where}"
    what = area_in_words(question.area)
    return f"{what[:1].upper()}{what[1:]}, of {of} {pool.when_newest(graded)}: {numbers or 'none'}."


def _never(question: RegisterQuestion, graded: Sequence[Entry], pool: Pool) -> Finding:
    """The authorities that were at no time judged so, with their latest judgement."""
    once = {e.authority for e in graded if e.grade in question.grades}
    latest = Register(e for e in graded if e.authority not in once).select(areas=[question.area], latest=True)
    every = len({e.authority for e in graded})
    count = f"{len(latest):,}" if latest else "None"
    verb = "was" if len(latest) < 2 else "were"
    said = judged_in_words(question.grades, question.area)
    lead = f"{count} of {pool.authorities(every)} {verb} not {said} {pool.when}."
    rows = tuple((Part(e.authority), Part(grade_of(e, question.area), (e.stated,)), Part(when(e))) for e in latest)
    return Finding(lead, ("Authority", "Latest grade", "Inspection"), rows, tuple(latest), tuple(graded))


def _inspected(pool: Pool) -> Finding:
    visits = sorted(inspections(pool.entries), key=lambda visit: (visit[0].day, visit[0].authority))
    names = len({visit[0].authority for visit in visits})
    began = f"began in {periods_in_words(pool.periods)}" if pool.periods else "are in these reports"
    count = f"{len(visits):,} {plural('inspection', len(visits))} of {pool.authorities(names)}"
    rows = []
    for visit in visits:
        overall = next((e for e in visit if e.area == "overall"), visit[0])
        rows.append(
            (Part(overall.authority), Part(grade_of(overall, "overall"), (overall.stated,)), Part(when(overall)))
        )
    used = tuple(next((e for e in visit if e.area == "overall"), visit[0]) for visit in visits)
    return Finding(
        f"{count} {began}.", ("Authority", "Overall grade", "Inspection"), tuple(rows), used, tuple(pool.entries)
    )


def _went(question: RegisterQuestion, earlier: Entry, later: Entry) -> bool:
    if question.before and earlier.grade not in question.before:
        return False
    if question.before and question.grades:
        return later.grade in question.grades
    better, worse = is_better(later.grade, earlier.grade), is_better(earlier.grade, later.grade)
    moved = {"better": better, "worse": worse, "same": not (better or worse), "any": better or worse}
    return moved[question.direction] and (not question.grades or later.grade in question.grades)


def _changed(question: RegisterQuestion, such: int, every: int, where: str, at: str) -> str:
    """ "3 of 8 authorities judged more than once were judged better overall in their latest inspection than …" """
    count = f"{such:,} of {every:,}" if such else f"None of {every:,}"
    whose = f"{count} {plural('authority', every)}{where} judged more than once {'was' if such < 2 else 'were'}"
    if question.before and question.grades:
        then, now = (judged_in_words(grades, question.area) for grades in (question.before, question.grades))
        return f"{whose} {now} {at}, and {then} the time before."
    ways = {"better": "better than", "worse": "worse than", "same": "the same as", "any": "differently from"}
    way, area = ways[question.direction], area_in_words(question.area)
    if question.before:
        return f"{whose} {judged_in_words(question.before, question.area)} the time before, and {way} that {at}."
    if question.grades:
        return f"{whose} {judged_in_words(question.grades, question.area)} {at}, {way} the time before."
    return f"{whose} judged {way} the time before, {area}, {at}."
