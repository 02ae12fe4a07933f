"""Inspections area by area: what stands in each cell, and an area's history in a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.register.entries import Entry
from assistant.register.inspection_table import history_in_words, inspections_of, judged_areas
from tests.judged import entry, stated

EXHAM = [
    entry("Exham", "2018-05-14", "overall", "inadequate"),
    entry("Exham", "2018-05-14", "children-in-care", "good"),
    entry("Exham", "2018-05-14", "adoption", "good"),
    entry("Exham", "2022-02-07", "overall", "good"),
    entry("Exham", "2022-02-07", "children-in-care-and-care-leavers", "outstanding"),
]


def test_inspections_stand_by_authority_and_time() -> None:
    found = inspections_of([entry("Wyham", "2015-01-05", "overall", "good"), *reversed(EXHAM)])
    assert [(i.authority, i.when) for i in found] == [
        ("Exham", "May 2018"),
        ("Exham", "February 2022"),
        ("Wyham", "January 2015"),
    ]


def test_two_areas_judged_together_are_a_row_each() -> None:
    older, newer = inspections_of(EXHAM)
    assert judged_areas([older, newer]) == ["overall", "children-in-care", "care-leavers", "adoption"]
    grades = {
        area: (i.entry(area).grade, i.is_together(area)) for i in (newer,) for area in ("care-leavers", "overall")
    }
    assert grades == {"care-leavers": ("outstanding", True), "overall": ("good", False)}
    assert older.entry("care-leavers") is None
    assert not older.is_together("care-leavers")
    assert not older.is_together("children-in-care")


def test_an_area_judged_alone_too_is_that_judgement() -> None:
    [found] = inspections_of([*EXHAM[3:], entry("Exham", "2022-02-07", "care-leavers", "adequate")])
    assert found.entry("care-leavers").grade == "adequate"
    assert found.entry("children-in-care").grade == "outstanding"


def test_what_has_no_column_is_left_over() -> None:
    older, newer = inspections_of(EXHAM)
    assert [e.area for e in older.others(["overall", "children-in-care"])] == ["adoption"]
    assert newer.others(["overall", "care-leavers"]) == []


def test_what_could_not_be_read_is_of_its_own_report() -> None:
    path = EXHAM[3].document.path
    older, newer = inspections_of(EXHAM, {path: ["leaders"], "another.pdf": ["adoption"]})
    assert (older.is_unread("leaders"), newer.is_unread("leaders"), newer.is_unread("adoption")) == (False, True, False)
    assert "leaders" in judged_areas([newer])


def test_history_is_a_sentence() -> None:
    found = inspections_of(EXHAM)
    told = "Overall effectiveness: inadequate in May 2018 and good in February 2022."
    assert history_in_words(found, "overall") == told
    assert history_in_words(found, "care-leavers") == "Care leavers: outstanding in February 2022."
    assert history_in_words(found, "leaders") == ""


def test_an_inspection_of_unknown_days_is_of_the_month_of_its_report() -> None:
    judgement = stated("Exham", "2018-05-14", "overall", "good")
    facts = replace(
        judgement.document.facts, inspection_start=None, inspection_end=None, publication_date=date(2018, 7, 2)
    )
    [found] = inspections_of([Entry(replace(judgement, document=replace(judgement.document, facts=facts)))])
    assert found.when == "July 2018 (published)"
