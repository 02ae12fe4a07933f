"""A follow-up and the turns before it become a whole question: "and in 2018?", "why?", "and Leeds?", "who led it?".

The turns before lend their authorities, their time and their words. Their passages are never searched or quoted again;
only a quotation that the follow-up points at ("the second one") lends its words too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answer import Answer
from assistant.authorities import Authorities, Mentions
from assistant.fillers import content
from assistant.overview import Overview, asks_at_what, overview_asked
from assistant.periods import Period, of_period, whole_year
from assistant.premise import Premise, asks_why
from assistant.question import (
    NEEDS,
    OF_A_REPORT,
    OVERALL,
    Understood,
    held_of,
    is_of_an_event,
    names_of,
    no_report_of,
    no_report_on,
    of_authorities,
    of_regions,
    understand,
    whose,
    within,
)
from assistant.regions import Region
from assistant.register.question import RegisterQuestion, follow_up_of
from assistant.subjects import (
    DEFINITION,
    ENOUGH,
    ENOUGH_WITH_NAME,
    NEW_SUBJECT,
    POINTS_BACK,
    needs_no_more,
    subject_of,
)
from assistant.times import LATEST, Times, find_times, newest, of_same_inspection
from assistant.wholes import in_context, with_places, with_time
from assistant.wording import in_words
from index.stored import StoredDocument

REMEMBERED = 5  # turns
COMPARED_WITH = re.compile(
    r"\b(?:than|against|versus|vs\.?|compared?|comparison)(?: (?:to|with|in|at|for|that of))*\s*$", re.I
)
GOES_ON = re.compile(r"^\W*(?:and|but|so|what about|how about)\b", re.I)
OF_THE_WHOLE = re.compile(r"\b(?:report|inspection|council|authority|overall|as a whole)\b", re.I)
AND = re.compile(r"^\W*and\b", re.I)
NONE_LISTED = "The list before this question is empty."
OF_THOSE = re.compile(r"\b(?:which|who|how many|any|all|one|ones)(?: ones)? of (?:those|these|them)\b", re.I)
# Of all authorities again, after a question about some: "and nationally?"
EVERYWHERE = re.compile(
    r"\b(?:nationally|everywhere|(?:in|across) (?:all of )?england|(?:in|across) the (?:whole )?country)\b", re.I
)
NONE_OF_THOSE = "None of those listed is in {}."
THEY_RETURNED = re.compile(r"\bthey (?=(?:came|went) back|returned|(?:came|visited|inspected) again)", re.I)


def follow_up(
    question: str,
    before: Sequence[Answer],
    documents: Sequence[StoredDocument],
    authorities: Authorities,
    today: date,
) -> Understood:
    """What a checked question means after the turns `before`, oldest first."""
    asked = NEW_SUBJECT.sub("", question) or question
    alone = replace(understand(asked, documents, authorities, today, follows_up=bool(before)), asked=question)
    turns, mentions = before[-REMEMBERED:], authorities.find(asked)
    words = mentions.without(asked, bool(alone.regions))
    compared = len(mentions.known) == 1 and _is_compared(asked, mentions)
    if not turns or (_is_new(alone) and not compared):
        return alone
    previous = _as_it_lends(turns[-1].understood, words)
    turns = [*turns[:-1], replace(turns[-1], understood=previous)]
    if previous.register and OF_THOSE.search(asked):
        listed = [name for c in turns[-1].citations if (name := c.document.facts.authority)]
        those = tuple(name for name in dict.fromkeys(listed) if not alone.regions or _is_in(name, alone.regions))
        if not those:
            reason = NONE_OF_THOSE.format(names_of(alone.regions)) if listed else NONE_LISTED
            return replace(alone, missing=(reason,), nothing_held=True)
        previous, alone = replace(previous, authorities=those), replace(alone, regions=(), missing=())
    adds = previous.register and previous.register.form == "comparison" and AND.search(asked)
    keeps_names = bool(compared or adds) or not (alone.authorities or alone.regions or alone.unknown)
    names = tuple(dict.fromkeys((*(previous.authorities if keeps_names else ()), *alone.authorities)))
    keeps_regions = keeps_names and not names and not EVERYWHERE.search(asked)
    regions = tuple(dict.fromkeys((*(previous.regions if keeps_regions else ()), *alone.regions)))
    about = of_regions(of_authorities(documents, names), regions)
    if previous.regions and not keeps_regions:
        words = EVERYWHERE.sub(" ", words)
    if OF_A_REPORT.search(f"{previous.asked} {words}"):
        words = THEY_RETURNED.sub("inspectors ", words)  # else children may have come back
    whose_it_is = whose(names, documents, regions)
    times = find_times(words, about, whose_it_is, today, _spoken_of(turns[-1], documents))
    if asked != question:  # a new subject
        previous = replace(previous, periods=(), latest=False)
    subject, is_lent, overview = _subject(asked, times.rest, words, alone, turns, is_new=asked != question)
    about_what = previous.about if is_lent else asked
    meant = replace(alone, authorities=names, regions=regions, subject=subject, about=about_what)
    register = _of_register(times.rest, words, meant, alone, turns[-1], documents)
    if register and overview:
        register, overview = (None, overview) if asks_at_what(words) else (register, "")
    meant = replace(meant, register=register, overview=overview, latest=meant.latest or bool(overview))
    if register and register.form == "history" and not times:  # "has it improved?" after one inspection's judgement
        meant = replace(meant, periods=(), latest=False)
    if previous.subject == OVERALL and len(names) == 1 and asks_why(asked):
        meant = replace(meant, premise=Premise("", lost=False, of_the_present=previous.latest))
    meant = _timed(meant, times, previous, about)
    meant = _with_missing(meant, times, previous, about, is_lent, today)
    whole = _whole(meant, alone, times, previous, authorities, today) if is_lent else None
    if whole:
        return replace(meant, question=whole, about=whole)
    return replace(meant, question=in_context(asked, _lent(meant, alone), previous.about if is_lent else ""))


def _as_it_lends(previous: Understood, words: str) -> Understood:
    """The turn before without a subject where it had none of its own, which a follow-up in these `words` may have."""
    is_of_the_whole = bool(previous.overview or previous.premise)
    if not (previous.is_bare or (is_of_the_whole and content(words))):
        return previous
    says_latest = not previous.is_bare and bool(LATEST.search(previous.asked))
    return replace(previous, subject="", latest=previous.latest and says_latest)


def _is_in(name: str, regions: Sequence[Region]) -> bool:
    return any(name in region.held for region in regions)


def _subject(
    asked: str, rest: str, words: str, alone: Understood, turns: Sequence[Answer], is_new: bool
) -> tuple[str, bool, Overview]:
    """What to search for, whether the turns before lent it words, and which overview of a report is asked for.

    `words` are those `asked` without authorities, `rest` these without times; `is_new`: another subject was announced.
    """
    previous = turns[-1].understood
    overview = overview_asked(rest) if is_new or _may_be_of_the_whole(previous, alone, words) else ""
    if overview:
        return rest, False, overview
    if is_new:
        return rest if content(rest) else asked, False, ""
    enough = ENOUGH_WITH_NAME if alone.periods or alone.authorities or alone.regions else ENOUGH
    subject, is_lent = subject_of(rest, turns, enough)
    goes_on = is_lent and not content(rest) and not asks_why(asked)
    return subject, is_lent, previous.overview if goes_on else ""


def _may_be_of_the_whole(previous: Understood, alone: Understood, words: str) -> bool:
    """Whether a follow-up may ask for a report as a whole: "any problems?" is else of what was spoken of."""
    has_no_subject = previous.is_bare or previous.overview or previous.premise or previous.subject == OVERALL
    is_of_grades = previous.register and not (previous.register.areas or previous.register.theme)
    return bool(has_no_subject or is_of_grades or alone.authorities or OF_THE_WHOLE.search(words))


def _of_register(
    words: str, timed: str, meant: Understood, alone: Understood, before: Answer, documents: Sequence[StoredDocument]
) -> RegisterQuestion | None:
    """What a follow-up, in these words, asks of the register: after a question to it, or by itself."""
    previous = before.understood.register
    if previous and not NEW_SUBJECT.search(meant.asked):
        count = len(whose(meant.authorities, documents, meant.regions))
        found = follow_up_of(words, timed, previous, count, bool(meant.regions))
        if found:
            return found
    return None if POINTS_BACK.search(words) else alone.register


def _is_new(alone: Understood) -> bool:
    """Whether a question needs nothing of the turns before: it names its authority and says what it is about.

    What a word means does not depend on the authority.
    """
    if DEFINITION.search(alone.question):
        return True
    is_whole = bool(NEEDS.search(alone.question)) and not GOES_ON.search(alone.question)
    names_whose = bool(alone.authorities or alone.regions or alone.unknown)
    return names_whose and (is_whole or needs_no_more(alone.subject, ENOUGH_WITH_NAME))


def _is_compared(question: str, mentions: Mentions) -> bool:
    """Whether an authority is named as what that of the turn before is compared with."""
    found = [match for pattern in mentions.known.values() if (match := pattern.search(question))]
    return any(COMPARED_WITH.search(question[: match.start()]) for match in found)


def _spoken_of(answer: Answer, documents: Sequence[StoredDocument]) -> list[StoredDocument]:
    """The documents of the inspections that a turn was about: those asked for, else the one that was quoted first."""
    understood = answer.understood
    found = within(understood, documents)
    if understood.periods or understood.latest:
        return found
    return of_same_inspection(answer.citations[0].document, found) if answer.citations else newest(found)


def _timed(meant: Understood, times: Times, previous: Understood, about: Sequence[StoredDocument]) -> Understood:
    """With the times named, else those of the turn before; the newest inspection where there is no report of those."""
    if times and not times.missing:
        return replace(meant, periods=times.periods, latest=times.latest)
    periods = _held(previous.periods, about)
    latest = not periods and (meant.latest or previous.latest or bool(previous.periods))
    return replace(meant, periods=periods, latest=latest)


def _held(periods: Sequence[Period], about: Sequence[StoredDocument]) -> tuple[Period, ...]:
    """The periods of which there are documents, else those of their years."""
    years = sorted({whole_year(day.year) for period in periods for day in period})
    return next((held for some in (periods, years) if (held := tuple(p for p in some if of_period(about, p)))), ())


def _with_missing(
    meant: Understood, times: Times, previous: Understood, about: Sequence[StoredDocument], is_lent: bool, today: date
) -> Understood:
    """With what is asked for and not held: what this turn names, or what the turn before did and this one is about."""
    missing = [*(no_report_on(name) for name in meant.unknown), *held_of(meant.regions, about)]
    nothing_held = bool(meant.unknown and not meant.authorities) or bool(meant.regions and not about)
    if times.lost and (not content(times.rest) or not is_of_an_event(meant.asked, times.lost, about, today)):
        missing.append(no_report_of(times.lost, meant.authorities, about))
        nothing_held = True
    if times.missing:
        missing.append(times.missing)
        nothing_held = True
    same_places = (meant.authorities, meant.regions) == (previous.authorities, previous.regions)
    same = not meant.unknown and same_places
    of_that_time = is_lent and not (times or previous.periods or previous.latest)
    if same and previous.nothing_held and not missing and (previous.unknown or of_that_time):
        return replace(meant, missing=previous.missing, nothing_held=True, unknown=previous.unknown)
    return replace(meant, missing=tuple(missing), nothing_held=nothing_held)


def _whole(
    meant: Understood, alone: Understood, times: Times, previous: Understood, authorities: Authorities, today: date
) -> str | None:
    """The question of the turn before with the authority or the time replaced, where the follow-up is no more."""
    names_them = alone.authorities == meant.authorities != () or alone.regions == meant.regions != ()
    if content(times.rest) or meant.nothing_held or previous.question != previous.about or not (names_them or times):
        return None
    whole: str | None = previous.about
    if names_them:
        whole = with_places(previous.about, meant, authorities)
    if whole and (meant.periods, meant.latest) != (previous.periods, previous.latest):
        whole = with_time(whole, meant, today)
    if whole and meant.authorities and not authorities.find(whole).known:
        return f"{whole} ({in_words(meant.authorities)})"
    return whole


def _lent(meant: Understood, alone: Understood) -> Understood:
    """What of the filter the follow-up does not say itself."""
    return replace(
        meant,
        authorities=() if alone.authorities == meant.authorities else meant.authorities,
        regions=() if alone.regions == meant.regions else meant.regions,
        periods=() if alone.periods == meant.periods else meant.periods,
        latest=meant.latest and not alone.latest,
    )
