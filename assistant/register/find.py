"""A question to the register finds what it says, in the form that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.periods import Period, of_period
from assistant.regions import Region
from assistant.register.entries import Register
from assistant.register.finding import Finding, Pool, began_in
from assistant.register.of_all import breakdown, change, lists
from assistant.register.of_one import history, judgement
from assistant.register.of_several import comparison
from assistant.register.question import RegisterQuestion


def find(
    question: RegisterQuestion,
    register: Register,
    authorities: Sequence[str] = (),
    periods: Sequence[Period] = (),
    regions: Sequence[Region] = (),
) -> Finding | None:
    """What the register says of these authorities (all, where none is named) in these periods; None where nothing.

    `regions` are those that the register is limited to.
    Where no period is named, the newest inspection that graded the area is meant, but for a history.
    """
    entries = [entry for entry in register.select(authorities) if entry.authority not in question.without]
    if periods and len(authorities) == 1:  # its reports may be called by the year of their publication
        held = {document.id for document in of_period([e.document for e in entries], *periods)}
        entries = [e for e in entries if e.document.id in held]
    elif periods and question.form != "change":
        entries = [e for e in entries if began_in(e, periods)]
    if not entries:
        return None
    return _FORMS[question.form](question, Pool(entries, tuple(periods), tuple(regions)), authorities)


_FORMS: Mapping[str, Callable[[RegisterQuestion, Pool, Sequence[str]], Finding | None]] = {
    "judgement": judgement,
    "history": history,
    "list": lists,
    "count": lists,
    "breakdown": breakdown,
    "change": change,
    "comparison": comparison,
}
