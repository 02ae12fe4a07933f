"""What the register says to a question: a sentence, and a table of the judgements that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.judgement_words import area_in_words, grade_at, grades_in_words, judged_in_words, when
from assistant.periods import Period, of_period, period_in_words
from assistant.question import in_words, periods_in_words
from assistant.register import Entry, Register, inspections, is_better
from assistant.register_question import RegisterQuestion
from index.judgements import AREAS, GRADES, TOGETHER, covers
from index.library import StoredJudgement

OF_NOW = ("overall", "leaders", "help-and-protection", "children-in-care", "care-leavers")


@dataclass(frozen=True)
class Part:
    """A cell's words and the judgements that they were read from."""

    text: str
    stated: tuple[StoredJudgement, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A sentence, the table under it, and the entries that both rest on; `considered` are all that were looked at.

    `notes` are what else has to be said.
    """

    lead: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Part, ...], ...]
    used: tuple[Entry, ...]
    considered: tuple[Entry, ...]
    notes: tuple[str, ...] = ()


def find(
    question: RegisterQuestion, register: Register, authorities: Sequence[str] = (), periods: Sequence[Period] = ()
) -> Finding | None:
    """What the register says of these authorities (all, where none is named) in these periods; None where nothing.

    Where no period is named, the newest inspection that graded the area is meant, but for a history.
    """
    entries = [entry for entry in register.select(authorities) if entry.authority not in question.without]
    if periods and len(authorities) == 1:  # its reports may be called by the year of their publication
        held = {document.id for document in of_period([e.document for e in entries], *periods)}
        entries = [e for e in entries if e.document.id in held]
    elif periods and question.form != "change":
        entries = [e for e in entries if _began_in(e, periods)]
    if not entries:
        return None
    return _FORMS[question.form](question, _Pool(entries, tuple(periods)), authorities)


@dataclass(frozen=True)
class _Pool:
    """The entries that a question may be about, and the periods that it names."""

    entries: Sequence[Entry]
    periods: tuple[Period, ...]

    def of(self, area: str, latest: bool) -> list[Entry]:
        """The judgements on an area."""
        return Register(self.entries).select(areas=[area], latest=latest)

    @property
    def when(self) -> str:
        """When inspections of these periods were, as it follows "were judged good"."""
        return f"in inspections that began in {periods_in_words(self.periods)}" if self.periods else "at any time"

    def when_newest(self, graded: Sequence[Entry]) -> str:
        """The same for the newest judgements on an area, which may be older than the newest inspections."""
        if self.periods:
            return self.when
        newest: dict[str, Entry] = {}
        for entry in self.entries:
            newest[entry.authority] = max(entry, newest.get(entry.authority, entry), key=lambda e: e.day)
        if all(_month(newest[entry.authority]) == _month(entry) for entry in graded):
            return "in their latest inspection"
        return "in the latest inspection that judged it"


def _month(entry: Entry) -> tuple[int, int]:
    return entry.day.year, entry.day.month


def _began_in(entry: Entry, periods: Sequence[Period]) -> bool:
    return any(start <= entry.day <= end for start, end in periods)


# --- One authority ----------------------------------------------------------------------------------------------------


def _judgement(question: RegisterQuestion, pool: _Pool, authorities: Sequence[str]) -> Finding | None:
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
        return _history(question, replace(pool, entries=chosen), authorities)
    wanted = [e for e in chosen if e.grade in question.grades] if question.parts else chosen
    if question.extreme and question.parts:
        wanted = _extreme(question, chosen)
    rows = tuple((Part(AREAS[e.area]), Part(GRADES[e.grade], (e.stated,)), Part(when(e))) for e in wanted)
    lead = _parts(question, wanted, chosen) if question.parts else _verdict(question, chosen)
    notes = () if pool.periods else _later_without(chosen, pool.entries)
    return Finding(lead, ("Area", "Grade", "Inspection"), rows, tuple(wanted), tuple(pool.entries), notes)


def _later_without(chosen: Sequence[Entry], entries: Sequence[Entry]) -> tuple[str, ...]:
    """That the newest inspection gave no such judgement, where an older one is the newest that did."""
    newest = inspections(entries)[-1][0]
    if all(_month(e) == _month(newest) for e in chosen):
        return ()
    of = f"Of the latest inspection of {newest.authority}, {when(newest)},"
    return (f"{of} no such judgement is in these documents.",)


def _verdict(question: RegisterQuestion, chosen: Sequence[Entry]) -> str:
    """ "Exham was judged good overall in June 2022." """
    first = next((e for e in chosen if e.area == "overall"), chosen[0])
    said = [first] if not question.areas else list(chosen)
    words = in_words([f"{judged_in_words([e.grade], e.area)} in {when(e)}" for e in said])
    answer = ""
    if question.grades:
        answer = "Yes: " if all(e.grade in question.grades for e in said) else "No: "
    published = first.document.facts.publication_date
    report = f" (report of {published:%B %Y})" if published and published.year != first.day.year else ""
    return f"{answer}{first.authority} was {words}{report}."


def _parts(question: RegisterQuestion, wanted: Sequence[Entry], chosen: Sequence[Entry]) -> str:
    """ "2 of the 5 judgements on Exham in June 2022 were inadequate." """
    whose, day = chosen[0].authority, when(chosen[-1])
    every = f"the {len(chosen)} judgements on {whose} in {day}"
    if not wanted:
        return f"None of {every} was {grades_in_words(question.grades)}: they were {_all_grades(chosen)}."
    verb = "was" if len(wanted) == 1 else "were"
    areas = in_words([AREAS[e.area].lower() for e in wanted])
    return f"{len(wanted)} of {every} {verb} {_all_grades(wanted)}: {areas}."


def _all_grades(entries: Sequence[Entry]) -> str:
    return in_words([GRADES[grade].lower() for grade in GRADES if any(e.grade == grade for e in entries)])


def _history(question: RegisterQuestion, pool: _Pool, authorities: Sequence[str]) -> Finding | None:
    if len({e.authority for e in pool.entries}) > 1:
        return _histories(question, pool)
    visits = inspections(pool.entries)
    # What was judged together stands in the rows of both.
    wanted = question.areas or [a for a in AREAS if a != TOGETHER and any(covers(e.area, a) for e in pool.entries)]
    if not any(covers(e.area, area) for e in pool.entries for area in wanted):
        return None
    rows = tuple((Part(AREAS[area]), *(_cell(visit, area) for visit in visits)) for area in wanted)
    used = [e for visit in visits for e in visit if any(covers(e.area, area) for area in wanted)]
    columns = ("Area", *(when(visit[0]) for visit in visits))
    return Finding(_course(question, visits), columns, rows, tuple(used), tuple(pool.entries))


def _histories(question: RegisterQuestion, pool: _Pool) -> Finding | None:
    """The course of one area's judgements, authority by authority."""
    graded = pool.of(question.area, latest=False)
    if not graded:
        return None
    names = list(dict.fromkeys(e.authority for e in graded))
    courses = [_course(question, inspections(e for e in graded if e.authority == name)) for name in names]
    rows = tuple((Part(e.authority), Part(when(e)), Part(_named(e, question.area), (e.stated,))) for e in graded)
    columns = ("Authority", "Inspection", AREAS[question.area])
    return Finding(" ".join(courses), columns, rows, tuple(graded), tuple(pool.entries))


def _cell(visit: Sequence[Entry], area: str) -> Part:
    entry = next((e for e in visit if e.area == area), None) or next((e for e in visit if covers(e.area, area)), None)
    if entry is None:
        return Part("No judgement found")
    return Part(GRADES[entry.grade] + (" (together)" if entry.area != area else ""), (entry.stated,))


def _course(question: RegisterQuestion, visits: Sequence[Sequence[Entry]]) -> str:
    """How the judgements went from inspection to inspection, or how often a grade was among them."""
    whose, area = visits[0][0].authority, question.area
    graded = [e for visit in visits for e in visit if covers(e.area, area)]
    if question.by_inspection:
        months = in_words([when(visit[0]) for visit in visits])
        count = f"{len(visits)} {_plural('inspection', len(visits))}"
        return f"Judgements of {count} of {whose} are in these documents: {months}."
    if question.grades:
        such = [e for e in graded if e.grade in question.grades]
        months = in_words([when(e) for e in such])
        answers = {"": "", "ever": "Yes: " if such else "No: ", "never": "No: " if such else "Yes: "}
        often = f"{len(such)} of {len(graded)}" if such else f"none of {len(graded)}"
        said, noun = judged_in_words(question.grades, area), _plural("inspection", len(graded))
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


# --- All authorities --------------------------------------------------------------------------------------------------


def _list(question: RegisterQuestion, pool: _Pool, authorities: Sequence[str]) -> Finding | None:
    if question.by_inspection:
        return _inspected(pool)
    graded = pool.of(question.area, latest=not (pool.periods or question.at_any_time))
    if not graded:
        return None
    if question.at_any_time == "never":
        return _never(question, graded, pool.when)
    such = _extreme(question, graded) if question.extreme else [e for e in graded if e.grade in question.grades]
    grades = tuple(grade for grade in GRADES if grade in ({e.grade for e in such} or question.grades))
    said, every = judged_in_words(grades, question.area), len({e.authority for e in graded})
    names = len({e.authority for e in such})
    at = pool.when if question.at_any_time else pool.when_newest(graded)
    if not such:
        lead = f"No authority of {every:,} was {said} {at}."
        return Finding(lead, ("Authority", "Grade", "Inspection"), (), (), tuple(graded))
    share = f" ({names / every:.0%})" if question.form == "count" else ""
    count = f"{names:,} of {every:,}"
    verb = "was" if names == 1 else "were"
    lead = f"{count} {_plural('authority', every)}{share} {verb} {said} {at}{_by_year(such, graded, pool.periods)}."
    rows = tuple((Part(e.authority), Part(_named(e, question.area), (e.stated,)), Part(when(e))) for e in such)
    return Finding(lead, ("Authority", "Grade", "Inspection"), rows, tuple(such), tuple(graded))


def _by_year(such: Sequence[Entry], graded: Sequence[Entry], periods: Sequence[Period]) -> str:
    """ ": 4 of 24 in 2019 and 3 of 19 in 2023", where two times are set beside each other."""
    if len(periods) != 2:
        return ""
    counts = [[sum(_began_in(e, [period]) for e in entries) for entries in (such, graded)] for period in periods]
    named = [period_in_words(period) for period in periods]
    return f": {in_words([f'{n} of {every} in {at}' for (n, every), at in zip(counts, named, strict=True)])}"


def _never(question: RegisterQuestion, graded: Sequence[Entry], at: str) -> Finding:
    """The authorities that were at no time judged so, with their latest judgement."""
    once = {e.authority for e in graded if e.grade in question.grades}
    latest = Register(e for e in graded if e.authority not in once).select(areas=[question.area], latest=True)
    every = len({e.authority for e in graded})
    count = f"{len(latest):,} of {every:,}" if latest else f"None of {every:,}"
    verb = "was" if len(latest) < 2 else "were"
    said = judged_in_words(question.grades, question.area)
    lead = f"{count} {_plural('authority', every)} {verb} not {said} {at}."
    rows = tuple((Part(e.authority), Part(_named(e, question.area), (e.stated,)), Part(when(e))) for e in latest)
    return Finding(lead, ("Authority", "Latest grade", "Inspection"), rows, tuple(latest), tuple(graded))


def _inspected(pool: _Pool) -> Finding:
    visits = sorted(inspections(pool.entries), key=lambda visit: (visit[0].day, visit[0].authority))
    names = len({visit[0].authority for visit in visits})
    began = f"began in {periods_in_words(pool.periods)}" if pool.periods else "are in these reports"
    count = f"{len(visits):,} {_plural('inspection', len(visits))} of {names:,} {_plural('authority', names)}"
    rows = []
    for visit in visits:
        overall = next((e for e in visit if e.area == "overall"), visit[0])
        rows.append((Part(overall.authority), Part(_named(overall, "overall"), (overall.stated,)), Part(when(overall))))
    used = tuple(next((e for e in visit if e.area == "overall"), visit[0]) for visit in visits)
    return Finding(
        f"{count} {began}.", ("Authority", "Overall grade", "Inspection"), tuple(rows), used, tuple(pool.entries)
    )


def _breakdown(question: RegisterQuestion, pool: _Pool, authorities: Sequence[str]) -> Finding | None:
    graded = sorted(pool.of(question.area, latest=not pool.periods), key=lambda e: list(GRADES).index(e.grade))
    if not graded:
        return None
    counts = [(grade, sum(e.grade == grade for e in graded)) for grade in GRADES]
    numbers = in_words([f"{count:,} {GRADES[grade].lower()}" for grade, count in counts if count])
    names = len({e.authority for e in graded})
    of = f"{names:,} {_plural('authority', names)}" if not pool.periods else f"{len(graded):,} judgements"
    what = area_in_words(question.area)
    lead = f"{what[:1].upper()}{what[1:]}, of {of} {pool.when_newest(graded)}: {numbers}."
    rows = tuple((Part(e.authority), Part(_named(e, question.area), (e.stated,)), Part(when(e))) for e in graded)
    return Finding(lead, ("Authority", "Grade", "Inspection"), rows, tuple(graded), tuple(graded))


def _change(question: RegisterQuestion, pool: _Pool, authorities: Sequence[str]) -> Finding | None:
    by_authority: dict[str, list[Entry]] = {}
    for entry in pool.of(question.area, latest=False):
        by_authority.setdefault(entry.authority, []).append(entry)
    pairs = [pair for each in by_authority.values() for pair in pairwise(each)]
    if pool.periods:
        pairs = [(earlier, later) for earlier, later in pairs if _began_in(later, pool.periods)]
    else:
        newest = {later.authority: (earlier, later) for earlier, later in pairs}
        pairs = list(newest.values())
    if not pairs:
        return None
    such = [pair for pair in pairs if _went(question, *pair)]
    rows = tuple(
        (Part(b.authority), *(Part(f"{_named(e, question.area)}, {when(e)}", (e.stated,)) for e in (a, b)))
        for a, b in such
    )
    used = tuple(entry for pair in such for entry in pair)
    at = pool.when_newest([later for _, later in pairs])
    lead = _changed(question, len({b.authority for _, b in such}), len({b.authority for _, b in pairs}), at)
    return Finding(lead, ("Authority", "The inspection before", "Then"), rows, used, tuple(pool.entries))


def _went(question: RegisterQuestion, earlier: Entry, later: Entry) -> bool:
    if question.before and earlier.grade not in question.before:
        return False
    if question.before and question.grades:
        return later.grade in question.grades
    better, worse = is_better(later.grade, earlier.grade), is_better(earlier.grade, later.grade)
    moved = {"better": better, "worse": worse, "same": not (better or worse), "any": better or worse}
    return moved[question.direction] and (not question.grades or later.grade in question.grades)


def _changed(question: RegisterQuestion, such: int, every: int, at: str) -> str:
    """ "3 of 8 authorities judged more than once were judged better overall in their latest inspection than …" """
    count = f"{such:,} of {every:,}" if such else f"None of {every:,}"
    whose = f"{count} {_plural('authority', every)} judged more than once {'was' if such < 2 else 'were'}"
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


# --- Several authorities ----------------------------------------------------------------------------------------------


def _comparison(question: RegisterQuestion, pool: _Pool, authorities: Sequence[str]) -> Finding | None:
    areas = question.areas or (OF_NOW if not question.theme else ("overall",))
    visits = {name: _newest_with(areas[0], [e for e in pool.entries if e.authority == name]) for name in authorities}
    rows, used = [], []
    notes: list[str] = []
    for name, (*_, visit) in ((name, [[], *held]) for name, held in visits.items()):
        cells = [_cell(visit, area) for area in areas]
        rows.append((Part(name), Part(when(visit[0]) if visit else "No inspection"), *cells))
        used += [e for e in visit if any(covers(e.area, area) for area in areas)]
        if visit and not pool.periods:
            notes += _later_without(visit, [e for e in pool.entries if e.authority == name])
    if not used:
        return None
    words = [f"{name}: {_side(visit[0], areas[0])}" for name, visit in visits.items() if visit]
    columns = ("Authority", "Inspection", *(AREAS[area] for area in areas))
    return Finding(f"{'. '.join(words)}.", columns, tuple(rows), tuple(used), tuple(pool.entries), tuple(notes))


def _newest_with(area: str, entries: Sequence[Entry]) -> list[list[Entry]]:
    """The newest inspection that judged an area, else the newest; none where there is none."""
    visits = inspections(entries)
    return ([visit for visit in visits if any(covers(e.area, area) for e in visit)] or visits)[-1:]


def _side(visit: Sequence[Entry], area: str) -> str:
    entry = next((e for e in visit if covers(e.area, area)), None)
    return f"{judged_in_words([entry.grade], entry.area)} in {when(entry)}" if entry else "no such judgement"


def _extreme(question: RegisterQuestion, entries: Sequence[Entry]) -> list[Entry]:
    """Those of the best or the worst grade that there is."""
    ordered = sorted({e.grade for e in entries}, key=list(GRADES).index)
    grade = ordered[0 if question.extreme == "best" else -1]
    return [e for e in entries if e.grade == grade]


def _named(entry: Entry, area: str) -> str:
    """A grade; where it was given to more than the area, that is said."""
    return GRADES[entry.grade] + (f" ({AREAS[entry.area].lower()} together)" if entry.area != area else "")


def _plural(noun: str, count: int) -> str:
    if count == 1:
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


_FORMS: Mapping[str, Callable[[RegisterQuestion, _Pool, Sequence[str]], Finding | None]] = {
    "judgement": _judgement,
    "history": _history,
    "list": _list,
    "count": _list,
    "breakdown": _breakdown,
    "change": _change,
    "comparison": _comparison,
}
