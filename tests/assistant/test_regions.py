"""Questions about a region of England are about the authorities in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.authorities import Authorities, Listed
from assistant.contract import answer_record
from assistant.packaged import packaged
from assistant.regions import Regions, names_in
from assistant.scope import Scope
from tests.assistant.conftest import assistant_of
from tests.register_files import LEADERS, OVERALL, report

COUNTS = {
    "London": 33,
    "the East Midlands": 10,
    "the East of England": 11,
    "the North East": 12,
    "the North West": 24,
    "the South East": 19,
    "the South West": 15,
    "the West Midlands": 14,
    "Yorkshire and the Humber": 15,
}
ENGLAND = Listed.england()
LONDON_HELD = "Of the 33 authorities in London, 3 are in these documents."


def test_each_authority_lies_in_one_of_the_nine_regions() -> None:
    data = packaged("england.toml")
    in_each = {name: names_in(table) for name, table in data["regions"].items()}
    every = [name for names in in_each.values() for name in names]
    assert {name: len(names) for name, names in in_each.items()} == COUNTS
    assert sorted(every) == sorted(set(every)) == list(ENGLAND.names)
    assert len(every) == 153
    inner, outer = (set(names_in(data["parts"][part])) for part in ("inner London", "outer London"))
    assert (len(inner), len(outer)) == (14, 19)
    assert not inner & outer
    assert inner | outer == set(in_each["London"])
    for part in data["parts"].values():
        assert any(set(names_in(part)) <= set(names) for names in in_each.values())


@pytest.mark.parametrize(
    ("authority", "region"),
    [
        ("City of London", "London"),
        ("North East Lincolnshire", "Yorkshire and the Humber"),
        ("Lincolnshire", "the East Midlands"),
        ("Northumberland", "the North East"),
        ("Cumberland", "the North West"),
        ("Stoke-on-Trent", "the West Midlands"),
        ("Thurrock", "the East of England"),
        ("Milton Keynes", "the South East"),
        ("Bournemouth, Christchurch and Poole", "the South West"),
    ],
)
def test_the_region_of_an_authority(authority: str, region: str) -> None:
    assert authority in names_in(packaged("england.toml")["regions"][region])


def test_what_is_held_is_known_by_the_names_that_the_library_has() -> None:
    names = ("St. Helens", "Cumbria", "Exham")
    regions = Regions.of(ENGLAND.areas, lambda name: [n for n in names if n.replace(".", "") == name])
    assert regions.called["North West"].held == {"St. Helens", "Cumbria"}
    assert regions.called["the North"].held == {"St. Helens", "Cumbria"}
    assert len(regions.called["the North"].authorities) == 12 + 24 + 15
    assert not regions.called["South West"].held


class AllWords(Counter[str]):
    """Texts that use every word."""

    def __missing__(self, word: str) -> int:
        return 1


def named(question: str, *held: str) -> tuple[tuple[str, ...], str]:
    """The regions that a question names, and what is left of it."""
    authorities = Authorities(held or ("Exham",), (), AllWords(), listed=ENGLAND)
    mentions = authorities.find(question)
    return tuple(region.name for region in mentions.all_regions), mentions.without(question, regions=True)


@pytest.mark.parametrize(
    ("question", "regions", "rest"),
    [
        ("Which London boroughs are good?", ("London",), "Which councils are good?"),
        ("Which boroughs in Greater London are good?", ("London",), "Which councils are good?"),
        ("Which of London’s councils are good?", ("London",), "Which councils are good?"),
        ("which north-west councils are good", ("the North West",), "which councils are good"),
        ("Caseloads in the NORTHEAST?", ("the North East",), "Caseloads ?"),
        ("Yorkshire & Humber caseloads", ("Yorkshire and the Humber",), "caseloads"),
        ("Caseloads across Yorkshire and the Humber", ("Yorkshire and the Humber",), "Caseloads"),
        ("Caseloads in the West Midlands region", ("the West Midlands",), "Caseloads"),
        ("Caseloads in the midlands", ("the East and West Midlands",), "Caseloads"),
        ("Caseloads in the South West of England", ("the South West",), "Caseloads"),
        ("Which councils in the East are good?", ("the East of England",), "Which councils are good?"),
        ("Which councils in the north of England are good?", ("the North of England",), "Which councils are good?"),
        ("Is the South better than London?", ("the South East and South West", "London"), "Is better than ?"),
        ("Caseloads in inner London", ("inner London",), "Caseloads"),
        ("Caseloads in South Yorkshire", ("South Yorkshire",), "Caseloads"),
        ("Which South East Councils Are Good?", ("the South East",), "Which Councils Are Good?"),
    ],
)
def test_regions_as_people_name_them(question: str, regions: tuple[str, ...], rest: str) -> None:
    assert named(question) == (regions, rest)


@pytest.mark.parametrize(
    "question",
    [
        "How good is North East Lincolnshire?",
        "How good is North Yorkshire?",
        "How good is the East Riding of Yorkshire?",
        "How good is South Gloucestershire?",
        "How good are West Sussex and East Sussex?",
        "How good is the City of London?",
        "How good is the London Borough of Barnet?",
        "How good is Westminster?",
        "What did South Yorkshire Police say?",
        "What did West Midlands Police do?",
        "How well does Adopt North East do?",
        "Trains to London Paddington",
        "Do staff get London weighting?",
        "Are there pan-London procedures?",
        "How good is the north team?",
        "How good is help in the south of the county?",
        "Did caseloads go north?",
    ],
)
def test_words_of_a_region_in_another_name(question: str) -> None:
    assert named(question)[0] == ()


def of(authority: str, day: str, grade: str, leaders: str = "Good", found: str = "Caseloads are high.") -> str:
    return report(authority, (day, day), day, {LEADERS: leaders, OVERALL: grade}, found=found)


FILES = {
    "barnet 2017.md": of("Barnet", "2017-05-08", "Inadequate"),
    "barnet 2022.md": of("Barnet", "2022-05-09", "Good", found="Caseloads of social workers are low."),
    "camden.md": of("Camden", "2022-04-25", "Outstanding", "Outstanding", "Caseloads of social workers are small."),
    "city.md": of("City of London", "2020-03-02", "Outstanding", "Outstanding"),
    "leeds.md": of("Leeds", "2022-02-21", "Outstanding", found="Caseloads of social workers fell."),
    "rotherham.md": of("Rotherham", "2022-06-27", "Good", found="Caseloads of social workers rose."),
    "salford.md": of("Salford", "2023-11-13", "Good", "Outstanding"),
    "exham.md": of("Exham", "2023-11-13", "Inadequate"),
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with assistant_of(tmp_path_factory.mktemp("regions"), FILES) as made:
        yield made


def lead(answer: Answer) -> str:
    assert answer.table, answer.text
    return answer.table.caption


def authorities(answer: Answer) -> list[str]:
    assert answer.table
    return [row[0].text for row in answer.table.rows]


NOW = "in their latest inspection"


@pytest.mark.parametrize(
    ("question", "told", "names"),
    [
        (
            "Which London boroughs are outstanding right now?",
            f"2 of 3 authorities in London were judged outstanding overall {NOW}.",
            ["Camden", "City of London"],
        ),
        (
            "How many councils in Yorkshire are good?",
            f"1 of 2 authorities in Yorkshire and the Humber (50%) was judged good overall {NOW}.",
            ["Rotherham"],
        ),
        (
            "which north west councils are inadequate",
            f"No authority of 1 in the North West was judged inadequate overall {NOW}.",
            [],
        ),
        (
            "Which councils in the North were never inadequate?",
            "3 of 3 authorities in the North of England were not judged inadequate overall at any time.",
            ["Leeds", "Rotherham", "Salford"],
        ),
        (
            "Which London councils were inadequate in 2017?",
            "1 of 1 authority in London was judged inadequate overall in inspections that began in 2017.",
            ["Barnet"],
        ),
        (
            "Which London boroughs went from inadequate to good?",
            f"1 of 1 authority in London judged more than once was judged good overall {NOW}, and judged inadequate "
            "overall the time before.",
            ["Barnet"],
        ),
        (
            "Which London boroughs apart from Camden are outstanding?",
            f"1 of 2 authorities in London was judged outstanding overall {NOW}.",
            ["City of London"],
        ),
        (
            "How are London councils rated?",
            f"Overall, of 3 authorities in London {NOW}: 2 outstanding and 1 good.",
            ["Camden", "City of London", "Barnet"],
        ),
        (
            "Is the North of England good?",
            f"Overall, of 3 authorities in the North of England {NOW}: 1 outstanding and 2 good.",
            ["Leeds", "Rotherham", "Salford"],
        ),
        (
            "Is there an outstanding council in South Yorkshire?",
            f"No authority of 1 in South Yorkshire was judged outstanding overall {NOW}.",
            [],
        ),
        (
            "worst London borough?",
            f"1 of 3 authorities in London was judged good overall {NOW}.",
            ["Barnet"],
        ),
        (
            "How many are outstanding in London and the North West?",
            f"2 of 4 authorities in London and the North West (50%) were judged outstanding overall {NOW}: 2 of 3 in "
            "London and 0 of 1 in the North West.",
            ["Camden", "City of London"],
        ),
        (
            "Compare London and the North West",
            f"Overall, of 3 authorities in London {NOW}: 2 outstanding and 1 good. Overall, of 1 authority in the "
            f"North West {NOW}: 1 good.",
            ["Camden", "City of London", "Barnet", "Salford"],
        ),
    ],
)
def test_the_register_is_asked_of_a_region(assistant: Assistant, question: str, told: str, names: list[str]) -> None:
    answer = assistant.ask(question)
    assert lead(answer) == told
    assert authorities(answer) == names


def test_what_was_understood_is_said(assistant: Assistant) -> None:
    question = "Which London boroughs are outstanding?"
    answer = assistant.ask(question)
    assert LONDON_HELD in answer.notes
    assert LONDON_HELD in answer.text
    assert answer.coverage.startswith("From 3 authorities' reports")
    assert answer.searched_in_words == "London (3 documents)"
    record = answer_record(answer, None, question, 0)
    assert record["understood"]["regions"] == ["London"]
    assert record["understood"]["authorities"] == []
    assert record["understood"]["missing"] == [LONDON_HELD]
    assert record["searched"]["authorities"] == ["Barnet", "Camden", "City of London"]


def test_passages_of_a_region_are_spread_over_its_authorities(assistant: Assistant) -> None:
    answer = assistant.ask("What do inspectors say about caseloads of social workers in Yorkshire?")
    assert {c.document.facts.authority for c in answer.citations} == {"Leeds", "Rotherham"}
    assert {hit.passage.document.facts.authority for hit in answer.passages} == {"Leeds", "Rotherham"}
    assert answer.text.startswith("Of the 15 authorities in Yorkshire and the Humber, 2 are in these documents.")
    everywhere = assistant.ask("What do inspectors say about caseloads in Yorkshire?", everywhere=True)
    assert everywhere.searched.documents == len(FILES)


def test_an_authority_named_beside_a_region_is_meant(assistant: Assistant) -> None:
    understood = assistant.understand("Are caseloads in Leeds low for Yorkshire?")
    assert (understood.authorities, understood.regions) == (("Leeds",), ())


def test_a_region_of_which_nothing_is_held_is_refused(assistant: Assistant) -> None:
    for question in ("Which South West councils are good?", "Do South West councils have enough foster carers?"):
        answer = assistant.ask(question)
        assert answer.status == "refused"
        assert answer.refusal_reason == "There is no report on any authority in the South West here."


def test_a_reader_s_own_limit_holds(assistant: Assistant) -> None:
    answer = assistant.ask("Which London boroughs are good?", scope=Scope("Leeds"))
    assert answer.refusal_reason == (
        "There is no report on any authority in London here. You limited the search to Leeds."
    )
    assert lead(assistant.ask("Which London boroughs are outstanding?", scope=Scope(first=2022))) == (
        f"1 of 2 authorities in London was judged outstanding overall {NOW}."
    )


def test_follow_ups_go_on(assistant: Assistant) -> None:
    turns: list[Answer] = []
    for question in (
        "Which London boroughs are good?",
        "and in the North West?",
        "and for leadership?",
        "how many is that?",
        "and nationally?",
        "which of those are in Yorkshire?",
        "and outstanding in London?",
        "which of those are in Yorkshire?",
        "and Leeds?",
    ):
        turns.append(assistant.ask(question, turns))
    first, north_west, leaders, count, nationally, those, outstanding, none, leeds = turns
    assert lead(first) == f"1 of 3 authorities in London was judged good overall {NOW}."
    assert north_west.understood.question == "Which North West councils are good?"
    assert authorities(north_west) == ["Salford"]
    assert lead(leaders) == f"No authority of 1 in the North West was judged good for leadership {NOW}."
    assert lead(count) == lead(leaders)
    assert authorities(nationally) == ["Barnet", "Exham", "Leeds", "Rotherham"]
    assert authorities(those) == ["Leeds", "Rotherham"]
    assert authorities(outstanding) == ["Camden", "City of London"]
    assert none.refusal_reason == "None of those listed is in Yorkshire and the Humber."
    assert leeds.understood.authorities == ("Leeds",)


def test_a_follow_up_on_passages_is_asked_of_another_region(assistant: Assistant) -> None:
    first = assistant.ask("What do inspectors say about caseloads of social workers in London?")
    answer = assistant.ask("and in Yorkshire?", [first])
    assert answer.understood.question == (
        "What do inspectors say about caseloads of social workers in Yorkshire and the Humber?"
    )
    assert {c.document.facts.authority for c in answer.citations} == {"Leeds", "Rotherham"}


def test_a_list_is_limited_to_a_region(assistant: Assistant) -> None:
    turns = [assistant.ask("Which councils are good?")]
    assert authorities(assistant.ask("just the London ones", turns)) == ["Barnet"]


def test_after_one_authority_a_region_is_counted(assistant: Assistant) -> None:
    turns = [assistant.ask("How was Leeds judged?")]
    answer = assistant.ask("and London boroughs?", turns)
    assert lead(answer) == f"Overall, of 3 authorities in London {NOW}: 2 outstanding and 1 good."
