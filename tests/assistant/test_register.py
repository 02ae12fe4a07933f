"""The register of judgements: each inspection's counted once, from the best source, and chosen by limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.register.entries import Coverage, Entry, Register, inspection_day, inspections, is_better
from index.describe import Facts
from index.judgements import AREAS, GRADES, TOGETHER
from index.library import Library
from index.stored import StoredDocument, StoredJudgement
from index.update import build
from tests.register_files import CARE, HELP, LEADERS, LEAVERS, OVERALL, article, report, summary, write_files
from tests.toy import ToyEncoder

MARCH, WHOLE_MARCH = ("2021-03-08", "2021-03-19"), ("2021-03-01", "2021-03-31")
GOOD = {OVERALL: "Good", LEADERS: "Good"}
TOLD_OUTSTANDING = "Exham's children's services have been rated “outstanding” by Ofsted."
TOLD_GOOD = "Exham's children's services have been rated good by Ofsted."

Registered = Callable[[Mapping[str, str]], Register]


@pytest.fixture
def registered(tmp_path: Path) -> Registered:
    """Files, path → text, become a register."""

    def register(files: Mapping[str, str]) -> Register:
        build(tmp_path / "library", [write_files(tmp_path / "files", files)], ToyEncoder())
        return Register.of(Library(tmp_path / "library"))

    return register


def entry(
    authority: str,
    area: str,
    grade: str,
    start: date,
    end: date | None = None,
    document: int = 0,
    source: str = "report",
) -> Entry:
    """A judgement by hand."""
    facts = Facts("Inspection", source, authority, start, end or start)
    name = f"{authority} {start}"
    return Entry(StoredJudgement(area, grade, 0, 9, None, StoredDocument(document, name, f"{name}.md", "md", facts, 0)))


def told(entries: Sequence[Entry]) -> list[str]:
    """Entries as text, as short as can be."""
    return [f"{e.authority} {e.day:%Y-%m} {e.area} {e.grade}" for e in entries]


# --- What is read from a library --------------------------------------------------------------------------------------


def test_a_report_outranks_a_summary_and_a_summary_an_article(registered: Registered) -> None:
    files = {
        # The paths' order is not that of the sources.
        "a news.md": article("Exham outstanding", WHOLE_MARCH, TOLD_OUTSTANDING),
        "b summary.md": summary("Exham", MARCH, {OVERALL: "Good", LEADERS: "Outstanding", HELP: "Good"}),
        "c report.md": report("Exham", MARCH, "2021-05-04", GOOD, kind="re-inspection"),
    }
    register = registered(files)
    assert told(register.entries) == [
        "Exham 2021-03 overall good",
        "Exham 2021-03 leaders good",
        "Exham 2021-03 help-and-protection good",
    ]
    overall, leaders, help_and_protection = register.entries
    assert [e.document.path[0] for e in register.entries] == ["c", "c", "b"]
    assert [(o.document.path[0], o.grade) for o in overall.others] == [("b", "good"), ("a", "outstanding")]
    assert [other.document.path[0] for other in overall.contradictions] == ["a"]
    assert [other.document.path[0] for other in leaders.contradictions] == ["b"]
    assert help_and_protection.others == ()
    assert register.unread == {}


def test_an_article_is_heard_where_nothing_better_is(registered: Registered) -> None:
    [only] = registered({"news.md": article("Exham outstanding", WHOLE_MARCH, TOLD_OUTSTANDING)}).entries
    assert (only.grade, only.document.facts.source, only.day) == ("outstanding", "news", date(2021, 3, 1))
    assert only.document.facts.month_only


def test_sources_that_agree_contradict_nothing(registered: Registered) -> None:
    files = {
        "news.md": article("Exham good", WHOLE_MARCH, TOLD_GOOD),
        "report.md": report("Exham", MARCH, "2021-05-04", {OVERALL: "Good"}, kind="re-inspection"),
    }
    [overall] = registered(files).entries
    assert [other.document.path for other in overall.others] == ["news.md"]
    assert overall.contradictions == ()


def test_of_two_alike_the_one_whose_days_are_known_is_heard(registered: Registered) -> None:
    files = {
        "a.md": summary("Exham", WHOLE_MARCH, {OVERALL: "Good"}),
        "b.md": summary("Exham", MARCH, {OVERALL: "Inadequate"}),
    }
    [overall] = registered(files).entries
    assert (overall.grade, overall.day) == ("inadequate", date(2021, 3, 8))
    assert [other.grade for other in overall.contradictions] == ["good"]


def test_an_article_of_another_month_tells_of_another_inspection(registered: Registered) -> None:
    files = {
        "news.md": article("Exham good", ("2021-04-01", "2021-04-30"), TOLD_GOOD),
        "report.md": report("Exham", MARCH, "2021-05-04", {OVERALL: "Inadequate"}, kind="re-inspection"),
    }
    assert told(registered(files).entries) == ["Exham 2021-03 overall inadequate", "Exham 2021-04 overall good"]


def test_two_authorities_inspected_in_one_month_are_not_taken_for_one(registered: Registered) -> None:
    files = {name: report(name[:-3].title(), MARCH, "2021-05-04", GOOD) for name in ("wyham.md", "exham.md")}
    register = registered(files)
    assert told(register.select(areas=["overall"])) == ["Exham 2021-03 overall good", "Wyham 2021-03 overall good"]
    # A standard inspection has three areas more.
    assert register.unread == {
        name: ["help-and-protection", "children-in-care", "care-leavers"] for name in sorted(files)
    }


def test_a_report_without_inspection_days_is_of_the_day_it_was_published(registered: Registered) -> None:
    text = report("Exham", MARCH, "2021-05-04", {OVERALL: "Good"}, kind="older")
    text = text.replace("inspection_start: 2021-03-08\ninspection_end: 2021-03-19\n", "")
    [overall] = registered({"exham.md": text}).entries
    assert overall.day == date(2021, 5, 4)


def test_the_day_of_a_document_that_tells_none_is_not_made_up() -> None:
    with pytest.raises(ValueError, match="'Notes' tells neither when inspectors came nor when it was published"):
        inspection_day(Facts("Notes", "summary", "Exham"))


def test_a_file_that_could_not_be_read_is_unread_without_areas(registered: Registered) -> None:
    files = {
        "broken.pdf": "<!DOCTYPE html><html><body>Not found</body></html>",
        "exham.md": report(
            "Exham", MARCH, "2021-05-04", {OVERALL: "Good", LEADERS: "Good", HELP: "Good", CARE: "Good"}
        ),
    }
    register = registered(files)
    assert register.unread == {"broken.pdf": [], "exham.md": ["care-leavers"]}
    coverage = register.coverage()
    assert coverage is not None
    assert coverage.words == "from 1 authority's reports, 2021; 2 documents could not be read"


def test_a_joint_judgement_leaves_neither_area_unread(registered: Registered) -> None:
    together = "The experiences and progress of children in care and care leavers"
    grades = {OVERALL: "Good", LEADERS: "Good", HELP: "Good", together: "Good"}
    assert registered({"exham.md": report("Exham", MARCH, "2021-05-04", grades)}).unread == {}


def test_an_area_that_a_report_grades_twice_differently_is_unread(registered: Registered) -> None:
    twice = report("Exham", MARCH, "2021-05-04", {OVERALL: "Good"}, kind="re-inspection")
    twice += "\n| Judgement | Grade |\n|---|---|\n| Overall effectiveness | Inadequate |\n"
    register = registered({"exham.md": twice})
    assert (register.entries, register.unread) == ((), {"exham.md": ["overall"]})


# --- What is chosen of it ---------------------------------------------------------------------------------------------

# Exham's care leavers were judged with children in care in 2019 and alone in 2023, when no leaders were.
EXHAM_2019 = [
    entry("Exham", "overall", "inadequate", date(2019, 5, 13), date(2019, 6, 7)),
    entry("Exham", "leaders", "inadequate", date(2019, 5, 13), date(2019, 6, 7)),
    entry("Exham", TOGETHER, "good", date(2019, 5, 13), date(2019, 6, 7)),
]
EXHAM_2023 = [
    entry("Exham", "overall", "good", date(2023, 1, 30), date(2023, 2, 10), document=1),
    entry("Exham", "care-leavers", "outstanding", date(2023, 1, 30), date(2023, 2, 10), document=1),
]
WYHAM_2020 = [
    entry("Wyham", "overall", "adequate", date(2020, 12, 7), date(2020, 12, 18), document=2),
    entry("Wyham", "children-in-care", "requires-improvement", date(2020, 12, 7), date(2020, 12, 18), document=2),
]
ALL = [*EXHAM_2019, *EXHAM_2023, *WYHAM_2020]
REGISTER = Register(reversed(ALL))


def chosen(**limits: object) -> list[int]:
    """The numbers in ALL of what is chosen."""
    return [ALL.index(e) for e in REGISTER.select(**limits)]  # type: ignore[arg-type]


def test_entries_stand_by_authority_time_and_area() -> None:
    assert list(REGISTER.entries) == ALL
    assert chosen() == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [
        ({"authorities": ["Wyham"]}, [5, 6]),
        ({"authorities": ["Wyham", "Exham"], "areas": ["overall"]}, [0, 3, 5]),
        ({"authorities": ["Northmoor"]}, []),
        # The joint judgement is one on each of both, and by its own name only the joint one.
        ({"areas": ["care-leavers"]}, [2, 4]),
        ({"areas": ["children-in-care"]}, [2, 6]),
        ({"areas": [TOGETHER]}, [2]),
        ({"areas": ["leaders", "care-leavers"]}, [1, 2, 4]),
        ({"areas": ["adoption"]}, []),
        ({"grades": ["good"]}, [2, 3]),
        ({"grades": ["adequate", "requires-improvement"]}, [5, 6]),
        ({"grades": ["good"], "areas": ["overall"]}, [3]),
        # By the day it began, not the day it ended.
        ({"start": date(2019, 5, 13), "end": date(2019, 5, 13)}, [0, 1, 2]),
        ({"start": date(2019, 5, 14), "end": date(2020, 12, 6)}, []),
        ({"start": date(2023, 2, 1)}, []),
        ({"end": date(2023, 1, 30), "start": date(2020, 12, 7)}, [3, 4, 5, 6]),
        ({"end": date(2023, 1, 29), "areas": ["overall"]}, [0, 5]),
        # The newest of each authority and area: leaders, and children in care, were last judged in 2019.
        ({"latest": True}, [1, 2, 3, 4, 5, 6]),
        ({"latest": True, "areas": ["care-leavers"]}, [4]),
        ({"latest": True, "areas": ["children-in-care"]}, [2, 6]),
        ({"latest": True, "areas": [TOGETHER]}, [2]),
        ({"latest": True, "areas": ["overall"], "end": date(2022, 12, 31)}, [0, 5]),
        ({"latest": True, "areas": ["overall"], "authorities": ["Exham"]}, [3]),
        # The grades are looked for among the newest: Exham has been inadequate, and is no more.
        ({"latest": True, "areas": ["overall"], "grades": ["inadequate"]}, []),
        ({"areas": ["overall"], "grades": ["inadequate"]}, [0]),
        ({"latest": True, "areas": ["care-leavers"], "grades": ["good"]}, []),
        ({"latest": True, "areas": ["overall"], "grades": ["inadequate"], "end": date(2022, 12, 31)}, [0]),
    ],
)  # fmt: skip
def test_limits_choose_judgements(limits: dict[str, object], wanted: list[int]) -> None:
    assert chosen(**limits) == wanted


def test_an_area_graded_alone_and_together_at_one_inspection_has_both() -> None:
    alone = entry("Exham", "care-leavers", "good", date(2019, 5, 13))
    register = Register([*EXHAM_2019, alone])
    assert register.select(areas=["care-leavers"]) == [EXHAM_2019[2], alone]
    assert register.select(areas=["care-leavers"], latest=True) == [alone]


ANY_ENTRY = st.builds(
    entry,
    st.sampled_from(["Exham", "Wyham", "Northmoor"]),
    st.sampled_from([*AREAS]),
    st.sampled_from([*GRADES]),
    st.dates(date(2012, 1, 1), date(2025, 12, 31)),
)


@given(st.lists(ANY_ENTRY, max_size=30), st.sampled_from([*AREAS]))
def test_the_latest_of_an_area_is_one_an_authority_and_none_is_newer(entries: list[Entry], area: str) -> None:
    register = Register(entries)
    every, latest = register.select(areas=[area]), register.select(areas=[area], latest=True)
    assert [e.authority for e in latest] == sorted({e.authority for e in every})
    for newest in latest:
        assert newest.day == max(e.day for e in every if e.authority == newest.authority)


@given(st.lists(ANY_ENTRY, max_size=30))
def test_inspections_hold_every_entry_once(entries: list[Entry]) -> None:
    visits = inspections(entries)
    assert sorted(id(e) for visit in visits for e in visit) == sorted(map(id, entries))
    of = [{(e.authority, e.day.year, e.day.month) for e in visit} for visit in visits]
    assert all(len(one) == 1 for one in of)
    assert len(of) == len({next(iter(one)) for one in of})


def test_inspections_are_by_authority_and_month_oldest_first() -> None:
    assert inspections(reversed(ALL)) == [EXHAM_2019, EXHAM_2023, WYHAM_2020]
    assert inspections([]) == []
    # An article knows the month alone.
    told_of = entry("Exham", "adoption", "good", date(2019, 5, 1), date(2019, 5, 31), source="news")
    assert inspections([told_of, *EXHAM_2019]) == [[*EXHAM_2019, told_of]]


def test_a_register_within_documents_has_no_others() -> None:
    documents = [EXHAM_2023[0].document, WYHAM_2020[0].document]
    register = Register(ALL, {"x.md": ["overall"]}).within(documents)
    assert list(register.entries) == [*EXHAM_2023, *WYHAM_2020]
    assert register.unread == {"x.md": ["overall"]}
    assert REGISTER.within([]).entries == ()


@pytest.mark.parametrize(
    ("coverage", "words"),
    [
        (Coverage(1, 2019, 2019, 0), "from 1 authority's reports, 2019"),
        (Coverage(67, 2013, 2025, 0), "from 67 authorities' reports, 2013 to 2025"),
        (Coverage(2, 2019, 2023, 1), "from 2 authorities' reports, 2019 to 2023; 1 document could not be read"),
        (Coverage(1234, 2019, 2019, 1000), "from 1,234 authorities' reports, 2019; 1,000 documents could not be read"),
    ],
)
def test_coverage_says_what_was_read(coverage: Coverage, words: str) -> None:
    assert coverage.words == words


def test_coverage_is_of_all_or_of_some() -> None:
    register = Register(ALL, {"x.md": []})
    assert register.coverage() == Coverage(2, 2019, 2023, 1)
    assert register.coverage(WYHAM_2020) == Coverage(1, 2020, 2020, 1)
    assert register.coverage([]) is None
    assert Register([]).coverage() is None


@pytest.mark.parametrize(
    ("grade", "than", "better"),
    [
        ("outstanding", "good", True),
        ("good", "requires-improvement", True),
        ("good", "adequate", True),
        ("requires-improvement", "inadequate", True),
        ("adequate", "inadequate", True),
        ("adequate", "requires-improvement", False),
        ("requires-improvement", "adequate", False),
        ("good", "good", False),
        ("good", "outstanding", False),
        ("inadequate", "outstanding", False),
    ],
)
def test_one_grade_is_better_than_another(grade: str, than: str, better: bool) -> None:
    assert is_better(grade, than) == better


def test_leavers_and_care_are_read_as_areas_of_their_own(registered: Registered) -> None:
    grades = {OVERALL: "Good", LEADERS: "Good", HELP: "Good", CARE: "Good", LEAVERS: "Outstanding"}
    register = registered({"exham.md": report("Exham", MARCH, "2021-05-04", grades)})
    assert register.unread == {}
    assert told(register.select(areas=["care-leavers"])) == ["Exham 2021-03 care-leavers outstanding"]
