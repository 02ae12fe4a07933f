"""Judgements are read where a document states them, each with its words, and nowhere else."""

from __future__ import annotations

from datetime import date

import pytest

from index.describe import Facts
from index.documents import Document
from index.judgements import GRADES, Reading, covers, read_judgements
from index.readers.writer import UnitWriter

IN_2023 = Facts(
    "Inspection of Exham", "report", "Exham", date(2023, 3, 6), date(2023, 3, 17), inspection_kind="standard"
)
IN_2015 = Facts(
    "Inspection of Exham", "report", "Exham", date(2015, 3, 2), date(2015, 3, 26),
    inspection_kind="single-inspection-framework",
)  # fmt: skip


def document(*units: tuple[str, str], level: int = 1) -> Document:
    writer = UnitWriter()
    for kind, text in units:
        writer.add(kind, text, level=level if kind == "heading" else 0)  # type: ignore[arg-type]
    return writer.document({})


def grades(reading: Reading) -> dict[str, str]:
    return {judgement.area: judgement.grade for judgement in reading.judgements}


TABLE = (
    ("row", "Judgement\tGrade"),
    ("row", "The impact of leaders on social work practice with children and families\tGood"),
    ("row", "The experiences and progress of children who need help and protection\tRequires improvement to be good"),
    ("row", "The experiences and progress of children in care\tOutstanding"),
    ("row", "The experiences and progress of care leavers\tInadequate"),
    ("row", "Overall effectiveness\tGood"),
)
NUMBERED = (
    ("heading", "Children’s services in Exham and Wyham require improvement to be good"),
    ("row", "1. Children who need help and protection\tRequires improvement"),
    ("row", "2. Children looked after and achieving permanence\tGood"),
    ("row", "2.1 Adoption performance\tOutstanding"),
    ("row", "2.2 Experiences and progress of care leavers\tGood"),
    ("row", "3. Leadership, management and governance\tInadequate"),
)
OF_2015 = {
    "overall": "requires-improvement",
    "leaders": "inadequate",
    "help-and-protection": "requires-improvement",
    "children-in-care": "good",
    "care-leavers": "good",
    "adoption": "outstanding",
}


def test_a_table_of_grades_is_read_with_its_words() -> None:
    read = document(("heading", "Inspection of Exham"), *TABLE)
    found = read_judgements(read, IN_2023)
    assert grades(found) == {
        "overall": "good",
        "leaders": "good",
        "help-and-protection": "requires-improvement",
        "children-in-care": "outstanding",
        "care-leavers": "inadequate",
    }
    assert found.unread == ()
    words = {judgement.area: read.text[judgement.start : judgement.end] for judgement in found.judgements}
    assert words["care-leavers"] == "The experiences and progress of care leavers Inadequate"


def test_a_numbered_list_of_grades_is_read() -> None:
    assert grades(read_judgements(document(*NUMBERED), IN_2015)) == OF_2015


def test_a_list_without_a_table_is_read_also_where_a_grade_has_a_line_of_its_own() -> None:
    lines = [(kind, text.replace("\t", " ")) for kind, text in NUMBERED]
    area, grade = "2. Children looked after and achieving permanence", "Good"
    broken = document(*lines[:2], ("heading", area), ("paragraph", grade), *lines[3:])
    found = read_judgements(broken, IN_2015)
    assert grades(found) == OF_2015
    words = {judgement.area: broken.text[judgement.start : judgement.end] for judgement in found.judgements}
    assert words["children-in-care"].split() == f"{area} {grade}".split()


def test_children_in_care_and_care_leavers_may_be_judged_together() -> None:
    together = ("row", "The experiences and progress of children in care and care leavers\tGood")
    found = read_judgements(document(*TABLE[:3], together, TABLE[5]), IN_2023)
    assert grades(found)["children-in-care-and-care-leavers"] == "good"
    assert found.unread == ()
    assert covers("children-in-care-and-care-leavers", "care-leavers")
    assert not covers("children-in-care", "care-leavers")


def test_an_area_that_cannot_be_read_is_named_and_not_guessed() -> None:
    found = read_judgements(document(*TABLE[:4], TABLE[5]), IN_2023)
    assert found.unread == ("care-leavers",)


def test_an_area_of_two_grades_is_not_read() -> None:
    other = ("heading", "The experiences and progress of care leavers: good")
    found = read_judgements(document(*TABLE, ("paragraph", "Text."), other), IN_2023)
    assert "care-leavers" not in grades(found)
    assert found.unread == ("care-leavers",)


def test_an_area_that_was_not_judged_is_not_missing() -> None:
    rows = [(kind, text.replace("performance\tOutstanding", "performance\tNot judged")) for kind, text in NUMBERED]
    found = read_judgements(document(*rows), IN_2015)
    assert "adoption" not in grades(found)
    assert found.unread == ()


def test_the_grades_of_an_inspection_before_are_not_this_ones() -> None:
    before = (("heading", "Previous Ofsted inspections"), ("paragraph", "Overall effectiveness: inadequate"),
              ("row", "Overall effectiveness\tInadequate"))  # fmt: skip
    assert grades(read_judgements(document(*TABLE, *before), IN_2023))["overall"] == "good"
    assert read_judgements(document(*before), IN_2023).judgements == ()


@pytest.mark.parametrize("kind", ["focused-visit", "monitoring-visit"])
def test_visits_carry_no_grades(kind: str) -> None:
    visit = Facts("Visit to Exham", "report", "Exham", date(2023, 3, 6), date(2023, 3, 7), inspection_kind=kind)
    said = ("paragraph", "Overall effectiveness was judged inadequate at the last inspection.")
    assert read_judgements(document(*TABLE, said), visit) == Reading()


def test_an_article_tells_of_judgements_in_sentences() -> None:
    article = document(
        ("heading", "Exham's children's services rated outstanding"),
        ("paragraph", "Exham’s children’s services have been rated “good” by Ofsted, which praised its staff."),
        ("paragraph", "It received the top rating for leadership, help and protection, and support for care leavers."),
        ("paragraph", "In 2014 Exham's children's services were rated inadequate."),
    )
    facts = Facts("Exham", "news", "Exham", date(2025, 11, 1), date(2025, 11, 30))
    assert grades(read_judgements(article, facts)) == {
        "overall": "good",
        "leaders": "outstanding",
        "help-and-protection": "outstanding",
        "care-leavers": "outstanding",
    }


def test_grades_stand_best_first() -> None:
    assert list(GRADES) == ["outstanding", "good", "requires-improvement", "adequate", "inadequate"]
