"""Questions that take a grade for given, answered only where inspectors gave it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest

from assistant.answer import Citation
from assistant.assistant import Assistant
from assistant.premise import Premise, premise_of
from index.encoder import Encoder
from index.library import Library
from index.update import build, library_identity

REPORT = """---
authority: Exham
kind: report
inspection_start: {year}-05-14
publication_date: {year}-07-02
---
# Inspection of Exham children's services

## Judgements

| Area | Judgement |
|---|---|
| Overall effectiveness | {grade} |
| Help and protection | {part} |

## Findings

{findings}

## What needs to improve

- The timeliness of plans for care leavers.
- The recording of supervision.
"""
WEAK = (
    "There are serious weaknesses, and children are left at risk of harm. Managers do not know how long families wait."
)
STRONG = (
    "Strong and effective leaders have built high-quality services for children. Social workers know families well."
)
REPORTS = {
    2014: ("Inadequate", "Inadequate", WEAK),
    2018: ("Good", "Good", STRONG),
    2022: ("Outstanding", "Good", STRONG),
}


@pytest.fixture(scope="module")
def exham(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("premise")
    (folder / "files").mkdir()
    for year, (grade, part, findings) in REPORTS.items():
        text = REPORT.format(year=year, grade=grade, part=part, findings=findings)
        (folder / "files" / f"{year}.md").write_text(text, encoding="utf-8")
    build(folder / "library", [folder / "files"], encoder)
    library = Library(folder / "library", library_identity(encoder))
    yield Assistant(library, encoder)
    library.close()


def paths(citations: tuple[Citation, ...]) -> set[str]:
    return {Path(citation.document.path).stem for citation in citations}


@pytest.mark.parametrize(
    ("question", "year", "reason"),
    [
        ("Why was Exham rated inadequate?", "2014", "risk of harm"),
        ("Why did Exham fail?", "2014", "risk of harm"),
        ("How did Exham get out of failing?", "2022", "leaders"),
        ("Why was Exham good in 2018?", "2018", "leaders"),
        ("What made Exham outstanding?", "2022", "leaders"),
        ("Why isn't Exham inadequate?", "2022", "leaders"),
        ("Why was Exham not outstanding in 2018?", "2018", "recording of supervision"),
    ],
)
def test_the_judgement_is_quoted_before_the_reasons(exham: Assistant, question: str, year: str, reason: str) -> None:
    answer = exham.ask(question)
    assert answer.status == "answered"
    assert paths(answer.citations) == {year}
    assert REPORTS[int(year)][0] in answer.citations[0].quote
    assert any(reason in citation.quote for citation in answer.citations[1:])
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert all(any(c.quote in hit.passage.text for hit in answer.passages) for c in answer.citations[:2])


@pytest.mark.parametrize(
    ("question", "year", "said"),
    [
        ("Why is Exham inadequate?", "2022", "a grade of “inadequate”"),
        ("Why did Exham fail in 2022?", "2022", "a grade of “inadequate”"),
        ("Why was Exham rated outstanding in 2018?", "2018", "a grade of “outstanding”"),
        ("Why did Exham lose its outstanding grade in 2022?", "2022", "the grade was not “outstanding”"),
    ],
)
def test_what_inspectors_did_not_judge_is_refused_with_what_they_did(
    exham: Assistant, question: str, year: str, said: str
) -> None:
    answer = exham.ask(question)
    assert (answer.status, answer.confidence) == ("refused", 0.0)
    assert said in (answer.refusal_reason or "")
    assert paths(answer.citations) == {year}
    assert REPORTS[int(year)][0] in answer.citations[0].quote
    assert REPORTS[int(year)][0] in answer.text


def test_why_after_the_judgement_asks_for_its_reasons(exham: Assistant) -> None:
    judged = exham.ask("How was Exham judged in 2014?")
    answer = exham.ask("why?", [judged])
    assert paths(answer.citations) == {"2014"}
    assert "Inadequate" in answer.citations[0].quote
    assert any("risk of harm" in citation.quote for citation in answer.citations[1:])
    assert exham.ask("why?", [exham.ask("What needs to improve in Exham?")]).understood.premise is None


@pytest.mark.parametrize(
    ("words", "premise"),
    [
        ("Why is inadequate", Premise("inadequate", False, True)),
        ("why did Ofsted mark down to inadequate", Premise("inadequate", False, True)),
        ("Why did drop to inadequate in its full inspection", Premise("inadequate", False, True)),
        ("why was the council stripped of its outstanding badge in the inspection", Premise("outstanding", True, True)),
        ("how come it still requires improvement", Premise("requires improvement", False, True)),
        ("Why isn't outstanding", Premise("outstanding", True, True)),
        ("Why is the front door good", None),
        ("Why is leadership inadequate", None),
        ("why did the safeguarding board fail", None),
        ("Was it rated good", None),
        ("What is good", None),
    ],
)
def test_only_a_grade_of_the_whole_is_taken_for_given(words: str, premise: Premise | None) -> None:
    assert premise_of(words, of_the_present=True) == premise


@pytest.mark.parametrize("word", ["it", "was", "given", "from", "being"])
def test_a_long_row_of_small_words_is_read_at_once(word: str) -> None:
    began = perf_counter()
    assert premise_of(f"why {f'{word} ' * (2000 // (len(word) + 1) - 3)}x", of_the_present=True) is None
    assert perf_counter() - began < 1  # it was 17 seconds
