"""Counts of grades by year, worked out by hand."""

from __future__ import annotations

from assistant.register.grades_by_year import GradesByYear
from tests.judged import entry

ENTRIES = [
    entry("Exham", "2018-05-14", "overall", "inadequate"),
    entry("Wyham", "2018-11-05", "overall", "good"),
    entry("Zedham", "2018-03-05", "overall", "good"),
    entry("Exham", "2020-02-03", "overall", "good"),
    entry("Exham", "2020-02-03", "children-in-care-and-care-leavers", "outstanding"),
    entry("Exham", "2010-02-01", "capacity-to-improve", "adequate"),
]


def test_every_year_between_has_a_row() -> None:
    counts = GradesByYear.of(ENTRIES, "overall")
    assert counts.grades == ("outstanding", "good", "requires-improvement", "inadequate")
    assert counts.rows == ((2018, (0, 2, 0, 1)), (2019, (0, 0, 0, 0)), (2020, (0, 1, 0, 0)))
    assert counts.totals == (0, 3, 0, 1)
    assert counts.most == 2


def test_counts_are_said_in_a_sentence() -> None:
    told = "Of 4 judgements on overall effectiveness, 2018 to 2020, 3 are good and 1 inadequate."
    assert GradesByYear.of(ENTRIES, "overall").sentence == told
    told = "The one judgement on care leavers, 2020, is outstanding."
    assert GradesByYear.of(ENTRIES, "care-leavers").sentence == told
    assert GradesByYear.of(ENTRIES, "adoption").sentence == ""
    assert GradesByYear.of(ENTRIES, "adoption").rows == ()


def test_a_grade_of_the_past_is_shown_where_it_was_given() -> None:
    assert "adequate" in GradesByYear.of(ENTRIES, "capacity-to-improve").grades


def test_one_grade_may_be_asked_for() -> None:
    counts = GradesByYear.of(ENTRIES, "overall", ["inadequate"])
    assert counts.rows == ((2018, (1,)),)


def test_counts_as_csv() -> None:
    assert GradesByYear.of(ENTRIES, "overall").as_csv() == (
        "year,outstanding,good,requires-improvement,inadequate,all\n2018,0,2,0,1,3\n2019,0,0,0,0,0\n2020,0,1,0,0,1\n"
    )
