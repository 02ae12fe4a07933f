"""Which inspections the times in a question mean."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.periods import of_period, period_in_words, stated_times
from assistant.times import Times, cannot_be_told, find_times, inspections_of, is_of_the_present, newest, superseded
from index.describe import Facts
from index.stored import StoredDocument

TODAY = date(2026, 3, 2)


def report(authority: str, inspected: str, published: str) -> StoredDocument:
    start, end = date.fromisoformat(inspected), date.fromisoformat(published)
    facts = Facts(authority, "report", authority, start, start, end)
    return StoredDocument(0, "", f"{authority} {inspected[:7]}", "pdf", facts, 1)


EXHAM = [
    report("Exham", "2013-11-18", "2014-02-03"),
    report("Exham", "2016-08-01", "2016-10-04"),
    report("Exham", "2019-11-25", "2020-01-20"),
    report("Exham", "2022-07-11", "2022-09-05"),
]
WYHAM = [report("Wyham", "2015-05-11", "2015-07-01"), report("Wyham", "2024-01-15", "2024-03-01")]
OF_2016, OF_2019, OF_2022 = ([report.path] for report in EXHAM[1:])


def times(question: str, about: list[StoredDocument], seen: list[StoredDocument] | None = None) -> Times:
    return find_times(question, about, sorted({d.facts.authority or "" for d in about}), TODAY, seen or [])


def meant(question: str, about: list[StoredDocument], seen: list[StoredDocument] | None = None) -> list[str]:
    """The paths of the documents of the times found; none where no time is named."""
    found = times(question, about, seen)
    return [d.path for d in (newest(about) if found.latest else of_period(about, *found.periods))]


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("caseloads in 2016", OF_2016),
        ("caseloads in 2019", OF_2019),
        ("caseloads in 2020", OF_2019),  # when it was published
        ("the July 2022 inspection", OF_2022),
        ("as of Sept 2022", OF_2022),
        ("what was done after 2019", OF_2019 + OF_2022),
        ("after 2019, what did the 2022 team find", OF_2022),
        ("what was it told after the 2019 monitoring visit", OF_2019),
        ("children looked after 2019", OF_2019),
        ("what was it told after the 2019 inspection", OF_2019),
        ("in March 2022", OF_2022),  # no report is of the month: the year counts
        ("summer 2016", OF_2016),
        ("late 2019", OF_2019),
        ("at the end of 2019", OF_2019),
        ("early 2020", OF_2019),
        ("the start of 2020", OF_2019),
        ("mid-2022", OF_2022),
        ("autumn 2013", ["Exham 2013-11"]),
        ("winter 2019", OF_2019),
        ("winter 2019/20", OF_2019),
        ("the 2019/20 report", OF_2019),
        ("adopters in 2016-17", OF_2016),
        ("adopters in 2017-18", []),
        ("what changed between 2016 and 2022", [*OF_2016, *OF_2019, *OF_2022]),
        ("caseloads before 2016", ["Exham 2013-11"]),
        ("caseloads before 2013", []),
        ("how many left before 2016, and why", []),
        ("caseloads since 2017", [*OF_2019, *OF_2022]),
        ("is it better than it was in 2017", [*OF_2019, *OF_2022]),
        ("in 2022 which team was better than in 2016", OF_2022),
        ("what has changed since the 2019 inspection", [*OF_2019, *OF_2022]),
        ("lessons from the 2019 report", OF_2019),
        ("in 2022 which team had got better since 2016", OF_2022),
        ("how was it a decade ago", OF_2016),
        ("four years ago", OF_2022),
        ("three years ago", OF_2022),  # people round
        ("twelve months ago", []),
    ],
)
def test_stated_times(question: str, paths: list[str]) -> None:
    assert meant(question, EXHAM) == paths


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("the latest report", OF_2022),
        ("caseloads most recently", OF_2022),
        ("how are caseloads now", OF_2022),
        ("what do they currently do", OF_2022),
        ("at the last inspection", OF_2022),
        ("according to the last full inspection", OF_2022),
        ("the first inspection", ["Exham 2013-11"]),
        ("its earliest report", ["Exham 2013-11"]),
        ("what did the previous inspection find", OF_2019),
        ("the last two inspections", [*OF_2019, *OF_2022]),
        ("in 2019 and the time after", [*OF_2019, *OF_2022]),
        ("rated in 2019, and since then", [*OF_2019, *OF_2022]),
        # Comparisons, words of everyday use and what counts from nothing said before
        ("what has improved since the last inspection", []),
        ("is it better than at the previous inspection", []),
        ("in 2022 was that up on the time before", OF_2022),
        ("now that they have a new director", []),
        ("until now", []),
        ("what happened since then", []),
        ("was it better at the one before", []),
        ("the first report to the police", []),
        ("when children came back", []),
    ],
)
def test_times_in_the_order_of_inspections(question: str, paths: list[str]) -> None:
    assert meant(question, EXHAM) == paths


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("and the one before?", OF_2016),
        ("and the time before that?", OF_2016),
        ("was it already there at the inspection before?", OF_2016),
        ("what did the previous report say?", OF_2016),
        ("and previously?", OF_2016),
        ("better than the time before?", [*OF_2016, *OF_2019]),
        ("and the one after that?", OF_2022),
        ("had it improved by the next full inspection?", OF_2022),
        ("what about when inspectors came back?", OF_2022),
        ("has it improved since?", OF_2022),
        ("what has happened since then", OF_2022),
        ("what did later inspections say", OF_2022),
        ("and now?", OF_2022),
        ("and in 2013?", ["Exham 2013-11"]),
        ("any problems with it then?", []),
        ("since when has he led it?", []),
        ("what happens the next time they are seen?", []),
    ],
)
def test_times_counted_from_the_inspection_spoken_of(question: str, paths: list[str]) -> None:
    assert meant(question, EXHAM, seen=EXHAM[2:3]) == paths


def test_the_last_time_is_the_one_before_the_newest_and_otherwise_the_newest() -> None:
    assert meant("and last time?", EXHAM, seen=EXHAM[3:]) == OF_2019
    assert meant("and last time?", EXHAM, seen=EXHAM[:1]) == OF_2022


def test_order_is_counted_for_each_authority() -> None:
    both = EXHAM + WYHAM
    assert meant("the latest inspections", both) == ["Exham 2022-07", "Wyham 2024-01"]
    assert meant("the first inspection of each", both) == ["Exham 2013-11", "Wyham 2015-05"]
    assert meant("and the one before?", both, seen=[EXHAM[2], WYHAM[1]]) == ["Exham 2016-08", "Wyham 2015-05"]


def test_an_inspection_that_is_not_there_is_missing() -> None:
    assert times("and the one before?", EXHAM, EXHAM[:1]).missing == (
        "There is no inspection of Exham before that of November 2013 here."
    )
    assert times("has it improved since?", EXHAM, EXHAM[3:]).missing == (
        "There is no inspection of Exham after that of July 2022 here."
    )


def test_years_without_a_document_are_lost_and_stay_in_the_words() -> None:
    found = times("the grade in 2017", EXHAM)
    assert (found.periods, found.lost, found.rest) == ((), (2017,), "the grade in 2017")
    assert times("data for 2017-18", EXHAM).lost == ()  # a year of money or school is none of a report


def test_the_month_of_what_a_report_tells_stays_in_the_words() -> None:
    assert times("how many in March 2022?", EXHAM).rest == "how many in March ?"
    assert times("how many in July 2022?", EXHAM).rest == "how many in ?"


@pytest.mark.parametrize(
    ("question", "years", "so"),
    [
        ("how many social workers left in 2025", [2025], True),
        ("how many social workers left in 2021", [2021], False),  # the report of 2022 may tell
        ("how many will leave in 2025", [2025], False),
        ("what was to be done by 2025", [2025], False),
        ("how many will there be in 2030", [2030], False),
        ("how many are there in 2030", [2030], False),  # not yet
        ("how many left", [], False),
    ],
)
def test_what_was_after_the_newest_report_cannot_be_told(question: str, years: list[int], so: bool) -> None:
    assert cannot_be_told(question, years, EXHAM, TODAY) is so


def test_what_was_since_a_year_after_the_newest_report_is_lost() -> None:
    assert times("has it improved since 2024", EXHAM).lost == (2024,)
    assert times("has it improved since 2020", EXHAM).lost == ()


def test_last_year_and_this_year_are_years() -> None:
    assert times("how many left last year", EXHAM).lost == (2025,)
    assert times("how many left this year", EXHAM).lost == (2026,)
    assert times("how many left in the last year", EXHAM).lost == ()
    recent = [report("Exham", "2025-02-03", "2025-04-01")]
    assert times("how many left last year", recent) == Times("how many left", ((date(2025, 1, 1), date(2025, 12, 31)),))


def test_each_newer_inspection_overtakes_an_older_one_further() -> None:
    inspections = inspections_of([*EXHAM, *WYHAM])
    assert [superseded(report, inspections) for report in EXHAM] == [1.75, 1.5, 1.0, 0.0]
    assert [superseded(report, inspections) for report in WYHAM] == [1.0, 0.0]
    assert superseded(report("Elsewhere", "2020-01-01", "2020-02-01"), inspections) is None


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2018, 1, 1), date(2018, 12, 31), "2018"),
        (date(2014, 1, 1), date(2018, 12, 31), "2014 to 2018"),
        (date(2022, 6, 1), date(2022, 6, 30), "June 2022"),
        (date(2022, 6, 1), date(2022, 9, 30), "June to September 2022"),
        (date(2018, 12, 1), date(2019, 2, 28), "December 2018 to February 2019"),
    ],
)
def test_periods_in_words(start: date, end: date, words: str) -> None:
    assert period_in_words((start, end)) == words


@given(st.text(alphabet="abcdefgh 0123456789/-–'?", max_size=80) | st.text(max_size=80))
def test_any_text_has_times_that_stand_in_it_in_order(text: str) -> None:
    found = stated_times(text, TODAY)
    assert all(0 <= a.span[0] < a.span[1] <= len(text) for a in found)
    assert all(a.span[1] <= b.span[0] for a, b in pairwise(found))
    assert all(start <= end for time in found for start, end in time.periods)


@given(st.integers(1900, 2099), st.sampled_from(["in {}", "{} report", "Exham {}, why?", "late {}", "May {}"]))
def test_a_year_is_read_wherever_it_stands(year: int, text: str) -> None:
    [time] = stated_times(text.format(year), TODAY)
    assert all(start.year == end.year == year for start, end in time.periods)


@pytest.mark.parametrize(
    ("question", "is_so"),
    [
        ("What do care leavers get?", True),
        ("What's wrong with the front door?", True),
        ("i'm a care leaver, what did they promise", False),
        ("I am a journalist. What went wrong?", False),
        ("Can you tell me what happened?", False),
        ("children's needs were ignored", False),
        ("Why hasn't it improved?", True),
        ("What does Exham use when a worried teacher rings?", True),
        ("What has changed since 2018?", True),
        ("caseloads since 2018", True),
        ("What did care leavers get?", False),
        ("Why were caseloads high, and are they still?", False),
        ("caseloads", True),
        ("agency staff and their numbers", True),
        ("the weekly prize for young people in care that leaders hand out", False),
        ("What did Ofsted say about caseloads?", True),
        ("What have inspectors found on the care of children who live far away?", True),
        ("What did inspectors say they were told?", False),
        ("Tell me about the care of children who live far away", True),
        ("Tell me what managers were told about caseloads of social workers", False),
    ],
)
def test_its_verb_or_lack_of_one_tells_whether_a_question_is_of_the_present(question: str, is_so: bool) -> None:
    assert is_of_the_present(question) is is_so
