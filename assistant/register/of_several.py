"""What the register says of a few authorities side by side."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.register.entries import Entry, inspections
from assistant.register.finding import Finding, Part, Pool, cell
from assistant.register.in_words import judged_in_words, when
from assistant.register.of_one import later_without
from assistant.register.question import RegisterQuestion
from index.judgements import AREAS, covers

OF_NOW = ("overall", "leaders", "help-and-protection", "children-in-care", "care-leavers")


def comparison(question: RegisterQuestion, pool: Pool, authorities: Sequence[str]) -> Finding | None:
    """The judgements of each in its newest inspection, a row each."""
    areas = question.areas or (OF_NOW if not question.theme else ("overall",))
    visits = {name: _newest_with(areas[0], [e for e in pool.entries if e.authority == name]) for name in authorities}
    rows, used = [], []
    notes: list[str] = []
    for name, (*_, visit) in ((name, [[], *held]) for name, held in visits.items()):
        cells = [cell(visit, area) for area in areas]
        rows.append((Part(name), Part(when(visit[0]) if visit else "No inspection"), *cells))
        used += [e for e in visit if any(covers(e.area, area) for area in areas)]
        if visit and not pool.periods:
            notes += later_without(visit, [e for e in pool.entries if e.authority == name])
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
