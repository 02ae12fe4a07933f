"""Questions about several authorities: each is heard, and of whom nothing is said it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.assistant import Assistant
from index.library import Library
from index.update import build, library_identity
from tests.assistant.conftest import RANKING, TODAY
from tests.toy import ToyEncoder

REPORT = """---
authority: {name}
kind: report
inspection_start: {year}-02-07
publication_date: {year}-03-28
---
# Inspection of {name}

| Judgement | Grade |
|---|---|
| Overall effectiveness | {grade} |

## Care leavers

Care leavers in {name} have plans of {plans}.

## What needs to improve

- Records of {first} are late.
- Visits to {second} are late.
"""
REPORTS = [
    ("Exham", 2018, "Good", "paper", "families", "carers"),
    ("Exham", 2022, "Outstanding", "oak", "foster carers", "schools"),
    ("Wyham", 2021, "Inadequate", "£50 for steel", "nurseries", "adopters"),
    ("Zedford", 2020, "Good", "glass", "births", "prisons"),
]


@pytest.fixture
def three(tmp_path: Path) -> Assistant:
    (tmp_path / "files").mkdir()
    for name, year, grade, plans, first, second in REPORTS:
        text = REPORT.format(name=name, year=year, grade=grade, plans=plans, first=first, second=second)
        (tmp_path / "files" / f"{name}-{year}.md").write_text(text, encoding="utf-8")
    encoder = ToyEncoder()
    build(tmp_path / "library", [tmp_path / "files"], encoder)
    return Assistant(Library(tmp_path / "library", library_identity(encoder)), encoder, RANKING, today=lambda: TODAY)


def quoted(assistant: Assistant, question: str) -> list[tuple[str, str]]:
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    return [(Path(citation.document.path).stem, citation.quote) for citation in answer.citations]


def test_each_authority_is_quoted_in_turn(three: Assistant) -> None:
    found = quoted(three, "What plans do care leavers have in Exham and Wyham?")
    assert {path for path, _ in found[:2]} == {"Exham-2022", "Wyham-2021"}
    assert {quote.split()[-1] for _, quote in found[:2]} == {"oak.", "steel."}


def test_passages_are_of_each_in_turn(three: Assistant) -> None:
    answer = three.ask("What plans do care leavers have in Exham, Wyham and Zedford?")
    names = [hit.passage.document.facts.authority for hit in answer.passages]
    assert set(names[:3]) == {"Exham", "Wyham", "Zedford"}
    assert answer.searched.authorities == ("Exham", "Wyham", "Zedford")


@pytest.mark.parametrize(
    "question", ["How were Exham and Wyham judged?", "Is Exham or Wyham better?", "Which is better, Exham or Wyham?"]
)
def test_the_judgements_of_two_are_those_of_their_newest_inspections(three: Assistant, question: str) -> None:
    judged = {("Exham-2022", "Overall effectiveness\tOutstanding"), ("Wyham-2021", "Overall effectiveness\tInadequate")}
    assert set(quoted(three, question)[:2]) == judged


def test_lists_stay_whole(three: Assistant) -> None:
    found = quoted(three, "What needs to improve in Exham and Wyham?")
    assert len([path for path, _ in found if path == "Exham-2022"]) == 2
    assert len([path for path, _ in found if path == "Wyham-2021"]) == 2


def test_of_whom_nothing_is_said_it_is_said(three: Assistant) -> None:
    answer = three.ask("How much money have care leavers in Exham and Wyham?")
    assert answer.understood.missing == ("No passage on Exham says this.",)
    assert "No passage on Exham says this." in answer.text
    assert {citation.document.facts.authority for citation in answer.citations} == {"Wyham"}


def test_whose_reports_are_of_other_years_is_said(three: Assistant) -> None:
    answer = three.ask("What plans do care leavers have in Exham and Wyham in 2022?")
    assert answer.understood.missing == ("There is no report of 2022 on Wyham here; there are inspections of 2021.",)


def test_what_none_says_is_refused_once(three: Assistant) -> None:
    answer = three.ask("How much money do Exham and Wyham pay astronauts?")
    assert (answer.status, answer.citations) == ("refused", ())
    assert {hit.passage.document.facts.authority for hit in answer.passages[:2]} == {"Exham", "Wyham"}
    assert answer.searched.documents == 3
