"""What is asked: which authorities, which inspections, and what is left of the question without them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from assistant.authorities import Authorities, Mentions
from assistant.overview import Overview, overview_asked
from assistant.periods import Period, of_period, period_in_words
from assistant.premise import Premise, premise_of
from assistant.regions import Region, total
from assistant.register.question import RegisterQuestion, is_about_all, register_question
from assistant.register.words import grades_in
from assistant.scope import EVERYTHING, Scope
from assistant.sides import side_asked
from assistant.times import cannot_be_told, find_times, is_of_the_present, newest
from assistant.wording import in_words
from index.stored import StoredDocument

EACH_NAMED = 3  # periods
LONGEST_QUESTION = 2000  # characters
# What needs to improve is what the newest inspection says does; what needed to is any inspection's.
NEEDS = re.compile(
    r"\b(?:needs?|has|have) to (?:improve|get better|do better|change)\b|\bareas? for improvement\b"
    r"|\b(?:are|any)(?: there)?(?: any)?(?: the| its)?(?: main| key| latest)* recommendations\b",
    re.I,
)
LEAVES_OUT = re.compile(r"\b(?:apart from|except(?: for)?|excluding|other than|besides|not counting)\b", re.I)
LEAVES_OUT_NEXT = re.compile(rf"{LEAVES_OUT.pattern}\s*$", re.I)
NEWS = re.compile(
    r"\b(?:news|press) ?(?:article|coverage|report|story|item|piece)\b|\b(?:article|write-?up|newspapers?)\b"
    r"|(?<!legal )(?<!night )\bcoverage (?:of the|about)\b|\b\d{4} coverage\b",
    re.I,
)
# What is searched for where the judgement as a whole is asked for: "How was it judged?", "Is it any good?". Tables and
# sentences that give it have these words. Ten such questions on reports of each form: 9 are answered with it, 2 by
# the questions' own words.
OVERALL = "overall effectiveness: how children's services were rated"
_ALL = r"(?: (?:it|they|children's services|the (?:council|services?)))?"
_GRADE = (
    r"(?:the |its |their )?(?:overall |ofsted |inspection )*(?:grade|rating|judge?ment|verdict|mark|score|result)s?"
)
_BY_OFSTED = (
    r"(?: overall)?(?: (?:by|from) ofsted)?(?: (?:at|in) (?:the|its|their|this|that) (?:inspection|report|visit))?"
)
# The same for when inspectors came and who led them, which reports give in a line of its own. On reports of six
# authorities both are answered with that line for all six, by the questions' own words when and by whom for none.
DAYS = "when did the inspection take place: inspection dates"
LEADER = "who led the inspection"
_OF_IT = r"(?: (?:it|its|their|the|that|this|ofsted|inspectors?|they|council|services?|last|latest|been))*"
_INSPECTED = r"(?: (?:inspect(?:ed|ion|ions)?|visit(?:ed)?|come|came))?"
FOR_THE_DAYS = re.compile(
    rf"(?:when|(?:what|which) (?:days?|dates?)) (?:was|were|did|has|have){_OF_IT}{_INSPECTED}", re.I
)
FOR_THE_LEADER = re.compile(
    rf"who (?:led|headed|ran|conducted|carried out|did|inspected){_OF_IT}{_INSPECTED}"
    rf"|who (?:was|were|is)(?: the)? lead(?: ofsted)? inspectors?{_OF_IT}{_INSPECTED}",
    re.I,
)
OF_AN_INSPECTION = re.compile(r"\b(?:inspect|visit)", re.I)
# Without authorities, times and what leads to them ("in", "for").
FOR_THE_JUDGEMENT = re.compile(
    rf"how (?:was|were|is|are|has|have|did|does|do){_ALL}(?: been)?"
    rf" (?:judged|rated|graded|doing|do|done|fared?|perform(?:ed|ing)?|scored?|get on){_BY_OFSTED}"
    rf"|what (?:was|were|is|are){_ALL} (?:judged|rated|graded)(?: as)?{_BY_OFSTED}"
    rf"|(?:what|which)(?: (?:was|were|is|are))? {_GRADE}(?: (?:did|does|has|have|was|were){_ALL}"
    rf" (?:get|got|have|had|receive[ds]?|given|awarded|earn(?:ed)?))?{_BY_OFSTED}"
    rf"|(?:is|are|was|were){_ALL}(?: (?:still|now|any|rated|judged|really))* (?:good|outstanding|inadequate|failing)"
    rf"|(?:(?:which|who)(?: (?:one|council|authority))? )?(?:is|are|was|were){_ALL} (?:better|best|worse|worst)"
    rf"|how (?:good|bad|well) (?:is|are|was|were){_ALL}(?: (?:really|overall|doing|performing|judged|rated))*"
    rf"|{_GRADE}{_BY_OFSTED}",
    re.I,
)
BARE = re.compile(
    r"(?:tell me|what|how)?(?: about)?"
    r"(?: (?:the|its|their|latest|last|ofsted|inspection))*(?: (?:inspection|report|visit))?"
    r"|what (?:did|do|does) (?:ofsted|(?:the )?inspectors?|they) (?:find|say|think|report|conclude)"
    r"|(?:the |its |their )?(?:ofsted |inspection )?(?:inspection|report|visit)",
    re.I,
)
# One that asks to be told is answered with the report's summary, one that only names an authority with its judgements.
ASKS_TO_BE_TOLD = re.compile(r"tell me|what (?:did|do|does) (?:ofsted|(?:the )?inspectors?|they)", re.I)
LEADS_TO_A_NAME = re.compile(
    r"(?:\s+(?:in|at|of|for|on|by|about|from|with|during))+$|^(?:in|at|of|for|on|about)\b", re.I
)
POINTS_AT_A_SUBJECT = re.compile(r"\b(?:it|they|that|this|those|these)\b", re.I)
# A year beside one of these is the year of a report; beside others it may be the year of an event that a report tells.
OF_A_REPORT = re.compile(r"\b(?:inspect\w*|report\w*|visit\w*|ofsted|rated|rating|judge\w*|graded?)\b", re.I)


class BadQuestion(ValueError):
    """A question that cannot be searched for; the message is for the person who asked."""


@dataclass(frozen=True)
class Understood:
    """A question as understood.

    `question` is a whole question: what was `asked`, or what a follow-up means after the turns before. `about` is the
    whole question whose words are searched for, which a follow-up such as "why?" takes from a turn before. All have
    misspelt words put right; `respelt` are these, each with what it was read as.
    `authorities`, `regions` and `periods` are the filter; where one is empty, any will do. `latest` means the newest
    inspection of each authority. `subject` is what is searched for. `missing` says, in a sentence each, which reports
    asked about are not in the library; `unknown` are the authorities among them; `nothing_held` that no other was asked
    about. `news` means what a news article tells. One that `is_bare` names an authority or a time and says nothing of
    what it asks.
    `scope` is what the reader chose to limit the search to. `premise` is a grade that it takes for given, where it is
    about one authority; `register` is what it asks of the register of judgements. One that
    `is_about_all` asks which or how many authorities there are of some kind; one with an `overview` asks for a report
    as a whole, and has no subject of its own. `any_inspection`: of one side of
    something, passages of the newest inspection count no more than others.
    """

    question: str
    authorities: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    latest: bool = False
    subject: str = ""
    missing: tuple[str, ...] = ()
    nothing_held: bool = False
    unknown: tuple[str, ...] = ()
    asked: str = ""
    about: str = ""
    news: bool = False
    is_bare: bool = False
    scope: Scope = EVERYTHING
    premise: Premise | None = None
    register: RegisterQuestion | None = None
    is_about_all: bool = False
    overview: Overview = ""
    any_inspection: bool = False
    regions: tuple[Region, ...] = ()
    respelt: tuple[tuple[str, str], ...] = ()

    @property
    def spelling(self) -> str:
        """How misspelt words were read, as sentences."""
        return " ".join(f"“{word}” was read as “{meant}”." for word, meant in self.respelt)

    @property
    def start(self) -> date | None:
        """The first day asked about."""
        return min((start for start, _ in self.periods), default=None)

    @property
    def end(self) -> date | None:
        """The last day asked about."""
        return max((end for _, end in self.periods), default=None)

    @property
    def filter(self) -> str:
        """The filter in words, "Rotherham, 2018 and 2022"; empty where there is none."""
        period = periods_in_words(self.periods)
        when = "the latest inspection" if self.latest else period or self.scope.years
        where = in_words(self.authorities) or names_of(self.regions)
        return ", ".join(part for part in (where, when, "news" if self.news else "") if part)

    def in_other_words(self, question: str) -> Understood:
        """The same documents asked for something else."""
        return replace(self, question=question, asked=question, about=question, subject=question)

    def unfiltered(self) -> Understood:
        """The same question about all documents; one that names what it is limited to asks nothing of the register."""
        question = self.question
        everything = Understood(question, subject=question, asked=self.asked, about=self.about, respelt=self.respelt)
        is_limited = self.authorities or self.regions or self.periods or self.latest or self.news
        register = None if is_limited else self.register
        return replace(everything, register=register, is_about_all=self.is_about_all)


def limited(understood: Understood, scope: Scope, documents: Sequence[StoredDocument]) -> Understood:
    """A question understood from the `documents` of a scope, limited to it; what it names beyond that is missing."""
    if not scope:
        return understood
    if not documents:
        nothing = f"No document matches your filters: {scope.words}."
        return replace(understood, authorities=(), missing=(nothing,), nothing_held=True, scope=scope)
    held = {d.facts.authority for d in documents}
    names = tuple(name for name in understood.authorities if name in held)
    beyond = [name for name in understood.authorities if name not in held]
    nothing_held = understood.nothing_held or bool(beyond and not names)
    missing = () if beyond and not names else understood.missing
    if beyond or missing:
        outside = [f"The question is about {in_words(beyond)}."] if beyond else []
        missing = (*missing, *outside, f"You limited the search to {scope.words}.")
    if not names and not nothing_held and scope.authority:
        names = (scope.authority,)
    return replace(understood, authorities=names, missing=missing, nothing_held=nothing_held, scope=scope)


def periods_in_words(periods: Sequence[Period]) -> str:
    """Periods each by itself; "2014 to 2022" where they are many, as the years of reports since 2014 are."""
    named = [period_in_words(period) for period in periods]
    follow = len(named) > 2 and all((b[0] - a[1]).days == 1 for a, b in pairwise(periods))
    return f"{named[0]} to {named[-1]}" if follow or len(named) > EACH_NAMED else in_words(named)


def checked(question: str, follows_up: bool = False) -> str:
    """The question without control characters and needless space. Raises BadQuestion where nothing can be asked.

    One that `follows_up` another may be no more than a year.
    """
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", question))
    text = " ".join(text.split())
    if not text:
        raise BadQuestion("The question is empty. Ask in a sentence or a few words.")
    if len(text) > LONGEST_QUESTION:
        raise BadQuestion(
            f"The question has {len(text):,} characters. Ask in at most {LONGEST_QUESTION:,}, one thing at a time."
        )
    if not any(c.isalpha() or (follows_up and c.isdigit()) for c in text):
        raise BadQuestion("The question has no words in it. Ask in a sentence or a few words.")
    return text


def understand(
    question: str,
    documents: Sequence[StoredDocument],
    authorities: Authorities,
    today: date,
    follows_up: bool = False,
) -> Understood:
    """What a checked question means by itself; where it `follows_up` another, it need not say what it is about.

    A year counts only where a report of the question's authorities is of it; another year stays part of the subject,
    or, where the question asks for the report of that year, is missing.
    """
    mentions = authorities.find(question)
    without = tuple(name for name, said in mentions.known.items() if _is_left_out(question, said))
    names = tuple(name for name in _as_asked(mentions, question) if name not in without)
    # Beside an authority a region is where that lies, or what it is set beside.
    regions = () if names or mentions.unknown else mentions.all_regions
    timed = mentions.without(question, bool(regions))
    about = of_regions(of_authorities(documents, names), regions)
    whose_it_is = whose(names, documents, regions)
    times = find_times(timed, about, whose_it_is, today)
    missing = [*(no_report_on(name) for name in mentions.unknown), *held_of(regions, about)]
    subject = times.rest if any(c.isalpha() for c in times.rest) else question
    is_bare = bool(names or regions or times) and not follows_up and bool(BARE.fullmatch(_plain(times.rest)))
    overview = "summary" if is_bare and ASKS_TO_BE_TOLD.match(_plain(times.rest)) else overview_asked(times.rest)
    is_overall = (is_bare and not overview) or asks_for_the_judgement(subject, follows_up)
    of_inspection = "" if follows_up else _asked_of_an_inspection(question, subject)
    present = not times.periods and (times.latest or is_of_the_present(question))
    lost = bool(times.lost) and (bool(overview) or not is_of_an_event(question, times.lost, about, today))
    if lost:
        missing.append(no_report_of(times.lost, names, about))
    register = _asked_of_the_register(times.rest, timed, mentions, whose_it_is, without, bool(regions))
    premise = None if follows_up or len(whose_it_is) != 1 else premise_of(_plain(subject), present)
    overview = overview if not (premise or is_overall) and (is_bare or not register) else ""
    register = None if overview else register
    of_the_latest = is_overall or bool(of_inspection or NEEDS.search(question) or (overview and len(whose_it_is) == 1))
    return Understood(
        question,
        names,
        times.periods,
        times.latest or (not times and not lost and of_the_latest),
        OVERALL if is_overall else of_inspection or subject,
        tuple(missing),
        nothing_held=lost or bool(mentions.unknown and not names) or bool(regions and not about),
        unknown=mentions.unknown,
        asked=question,
        about=question,
        news=bool(NEWS.search(question)) and any(d.facts.source == "news" for d in about),
        is_bare=is_bare,
        premise=premise,
        is_about_all=not whose_it_is and not mentions.unknown and is_about_all(times.rest),
        overview=overview,
        register=None if premise else register,
        regions=regions,
    )


def _asked_of_the_register(
    words: str,
    timed: str,
    mentions: Mentions,
    names: Sequence[str],
    without: tuple[str, ...],
    in_region: bool,
) -> RegisterQuestion | None:
    """What a question, in these words, asks of the register; one that is about no authority held asks nothing."""
    for name in mentions.unknown:
        words = re.sub(re.escape(name), " ", words, flags=re.I)
    if (mentions.unknown and not names) or side_asked(words)[0]:
        return None
    if without:
        words, timed = LEAVES_OUT.sub(" ", words), LEAVES_OUT.sub(" ", timed)
    asked = register_question(words, timed, len(names) + len(mentions.unknown), in_region)
    if asked and without:
        asked = replace(asked, without=without)
    if asked is None and asks_for_the_judgement(words):
        if len(names) == 1:
            return RegisterQuestion("judgement", grades=grades_in(words.lower())[0])
        return RegisterQuestion("breakdown") if in_region else None
    return asked


def _as_asked(mentions: Mentions, question: str) -> list[str]:
    """The authorities in the order in which a question names them."""
    places = {name: found.start() for name, said in mentions.known.items() if (found := said.search(question))}
    return sorted(mentions.known, key=lambda name: places.get(name, len(question)))


def _is_left_out(question: str, said: re.Pattern[str]) -> bool:
    """Whether an authority is named to be left out: "apart from Leeds"."""
    found = said.search(question)
    return bool(found and LEAVES_OUT_NEXT.search(question[: found.start()]))


def is_of_an_event(question: str, years: Sequence[int], documents: Iterable[StoredDocument], today: date) -> bool:
    """Whether years of which there is no report may be those of an event that a report tells."""
    return not OF_A_REPORT.search(question) and not cannot_be_told(question, years, documents, today)


def asks_for_the_judgement(subject: str, follows_up: bool = False) -> bool:
    """Whether a question, without authorities and times, asks for the judgement as a whole: "Is it any good?".

    In one that `follows_up` another, "they" and the like may stand for part of the service.
    """
    if follows_up and POINTS_AT_A_SUBJECT.search(subject):
        return False
    # "How were Exham and Wyham judged?" leaves the "and".
    plain = re.sub(r" (?:and|or)\b", "", _plain(subject))
    return bool(FOR_THE_JUDGEMENT.fullmatch(plain))


def _asked_of_an_inspection(question: str, subject: str) -> str:
    """What to search for where a question asks when inspectors came or who led them, and no more; else empty."""
    if not OF_AN_INSPECTION.search(question):
        return ""
    plain = _plain(subject)
    return DAYS if FOR_THE_DAYS.fullmatch(plain) else LEADER if FOR_THE_LEADER.fullmatch(plain) else ""


def _plain(subject: str) -> str:
    """The words alone, without what led to a name or a time that was taken out."""
    plain = " ".join(re.sub(r"[^\w']+", " ", subject.replace("’", "'")).split())
    return LEADS_TO_A_NAME.sub("", plain).strip()


def within(understood: Understood, documents: Sequence[StoredDocument]) -> list[StoredDocument]:
    """The documents that a question is about."""
    found = of_authorities(understood.scope.documents(documents), understood.authorities)
    found = of_regions(found, understood.regions)
    if understood.news:
        # What the news tells may be of other years than its own.
        found = [d for d in found if d.facts.source == "news"]
        return of_period(found, *understood.periods) or found
    if understood.periods:
        found = of_period(found, *understood.periods)
    return (newest(found) or found) if understood.latest else found


def of_authorities(documents: Sequence[StoredDocument], names: Sequence[str]) -> list[StoredDocument]:
    """The documents on these authorities; all where none is named."""
    return [d for d in documents if not names or d.facts.authority in names]


def of_regions(documents: Sequence[StoredDocument], regions: Sequence[Region]) -> list[StoredDocument]:
    """The documents on authorities in these regions; all where none is named."""
    return [d for d in documents if not regions or any(d.facts.authority in region.held for region in regions)]


def whose(
    names: tuple[str, ...], documents: Iterable[StoredDocument], regions: Sequence[Region] = ()
) -> tuple[str, ...]:
    """The authorities that a question is about: those it names, or the only one there is; of regions none is."""
    if names or regions:
        return names
    held = {d.facts.authority for d in documents if d.facts.authority}
    return tuple(held) if len(held) == 1 else ()


def no_report_on(name: str) -> str:
    """That no document is about an authority."""
    return f"There is no report on {name} here."


def held_of(regions: Sequence[Region], about: Iterable[StoredDocument]) -> list[str]:
    """How many of the authorities in these regions the documents about them are on, where that is not all."""
    every, held = total(regions), len({document.facts.authority for document in about})
    if held >= every:
        return []
    if not held:
        return [f"There is no report on any authority in {names_of(regions)} here."]
    verb = "is" if held == 1 else "are"
    return [f"Of the {every} authorities in {names_of(regions)}, {held} {verb} in these documents."]


def names_of(regions: Sequence[Region]) -> str:
    """The regions by name: "London and the South East"."""
    return in_words([region.name for region in regions])


def no_report_of(years: Sequence[int], authorities: Sequence[str], about: Iterable[StoredDocument]) -> str:
    """That there are no reports of these years, and of which there are."""
    of = f" on {' and '.join(authorities)}" if authorities else ""
    held = sorted({d.facts.inspection_start.year for d in about if d.facts.inspection_start})
    only = f"; there are inspections of {in_words([*map(str, held)])}" if authorities and held else ""
    return f"There is no report of {' or '.join(map(str, years))}{of} here{only}."
