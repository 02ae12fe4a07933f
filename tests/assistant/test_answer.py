"""Answers quote word for word, cite what they quote, and refuse in plain words."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import newest_inspections, searched
from assistant.assistant import Assistant
from assistant.boilerplate import OF_INSPECTIONS
from assistant.contract import answer_record
from assistant.quotes import MOST_QUOTED_WORDS, MOST_QUOTES
from assistant.wording import label, whose_words
from index.describe import Facts
from index.library import FILE, Library, LibraryUnusable
from index.stored import StoredDocument
from index.update import build
from tests.assistant.conftest import RANKING
from tests.toy import ToyEncoder

KEYS = "id question status confidence elapsed_ms refusal_reason understood searched answer citations passages".split()
DOCUMENT = "document title authority source inspection_date publication_date".split()
CITATION = ["number", *DOCUMENT, *"page section quote start end later_inspection".split()]
PASSAGE = [*DOCUMENT, *"page section text start end score".split()]


def stored(**facts: object) -> StoredDocument:
    return StoredDocument(1, "d" * 64, "a.pdf", "pdf", Facts(**{"title": "T", "source": "report", **facts}), 3)  # type: ignore[arg-type]


def test_the_sentence_that_answers_is_quoted_and_cited(assistant: Assistant) -> None:
    answer = assistant.ask("How high are caseloads of social workers in Exham in 2018?")
    assert answer.status == "answered"
    first = answer.citations[0]
    assert first.quote == "Caseloads of social workers are too high."
    assert first.label == "Exham, 2 July 2018, “What needs to improve”, paragraph 1"
    assert first.kind == "Ofsted report"
    assert first.later is not None
    assert first.later.path == "exham-2022.md"
    assert f"“{first.quote}” [1]" in answer.text
    later = "A later inspection exists (February 2022)."
    assert f"[1] Exham, 2 July 2018, “What needs to improve”, paragraph 1. Ofsted report. {later}" in answer.text


def test_every_quotation_stands_at_its_offsets(assistant: Assistant) -> None:
    for question in ("caseloads of social workers", "Exham managers read records", "overall effectiveness grade"):
        answer = assistant.ask(question)
        assert 1 <= len(answer.citations) <= MOST_QUOTES
        assert sum(len(c.quote.split()) for c in answer.citations) <= MOST_QUOTED_WORDS
        for citation in answer.citations:
            text = assistant.library.load(citation.document.id).text
            assert text[citation.start : citation.end] == citation.quote


def test_naming_an_authority_searches_that_one_only_and_the_filter_can_be_lifted(assistant: Assistant) -> None:
    answer = assistant.ask("caseloads of social workers in Wyham")
    assert {hit.passage.document.facts.authority for hit in answer.passages} == {"Wyham and Zed"}
    assert answer.searched.words == answer.searched_in_words == "Wyham and Zed, inspection of November 2021"
    assert answer.searched.counted == "1 document on Wyham and Zed, 2021"
    lifted = assistant.ask("caseloads of social workers in Wyham", everywhere=True)
    assert {hit.passage.document.facts.authority for hit in lifted.passages} == {"Exham", "Wyham and Zed"}
    assert lifted.searched.words == "3 documents on Exham; and Wyham and Zed, 2018 to 2022"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("caseloads of social workers", "3 documents on Exham; and Wyham and Zed, 2018 to 2022"),
        ("caseloads of social workers in Exham", "2 documents on Exham, 2018 to 2022"),
        ("caseloads of social workers in Exham since 2018", "Exham, 2018 and 2022 (2 documents)"),
        ("caseloads of social workers in Exham in 2018", "Exham, inspection of May 2018"),
        ("caseloads of social workers at the latest inspection", "the latest inspection (2 documents)"),
    ],
)
def test_what_was_searched_is_named_by_its_inspection_or_its_filter(
    assistant: Assistant, question: str, words: str
) -> None:
    assert assistant.ask(question, on=date(2026, 3, 2)).searched_in_words == words


@pytest.mark.parametrize(
    ("facts", "inspection"),
    [
        ([{"authority": "A", "inspection_start": date(2022, 6, 6)}], "June 2022"),
        ([{"authority": "A", "inspection_start": date(2022, 6, 6)}, {"authority": "A"}], ""),
        ([{"authority": name, "inspection_start": date(2022, 6, 6)} for name in "AB"], ""),
        ([{"authority": "A", "inspection_start": date(2022, 6, day)} for day in (1, 6)], "June 2022"),
        ([{"authority": "A", "inspection_start": date(year, 6, 1)} for year in (2018, 2022)], ""),
        ([{"authority": "A", "publication_date": date(2022, 6, 6)}], ""),
        ([{"inspection_start": date(2022, 6, 6)}], ""),
        ([], ""),
    ],
)
def test_documents_of_one_inspection_are_known_by_its_month(facts: list[dict[str, object]], inspection: str) -> None:
    assert searched(stored(**known) for known in facts).inspection == inspection


def test_a_summary_is_called_one(assistant: Assistant) -> None:
    citation = assistant.ask("Foster carers meet every month in Wyham").citations[0]
    assert citation.kind == "Summary, not Ofsted's words"
    assert citation.label == "Wyham and Zed, inspection of November 2021, “Fostering”, paragraph 1"


def test_what_is_not_there_is_refused_with_what_was_searched(assistant: Assistant) -> None:
    answer = assistant.ask("trains volcano violin garlic")
    assert (answer.status, answer.citations) == ("refused", ())
    assert answer.refusal_reason == "No passage in the documents searched says this."
    assert "Searched: 3 documents on Exham; and Wyham and Zed, 2018 to 2022." in answer.text
    assert "The closest passage is in" in answer.text


def test_an_authority_that_is_not_in_the_library_is_said_at_once(assistant: Assistant) -> None:
    answer = assistant.ask("How high are caseloads of social workers in Kent county council?")
    assert (answer.status, answer.refusal_reason) == ("refused", "There is no report on Kent here.")
    assert answer.confidence == 0
    both = assistant.ask("Are caseloads of social workers too high in Exham and Kent county council?")
    assert both.status == "answered"
    assert both.text.startswith("There is no report on Kent here.")


def test_what_is_missing_is_said_with_a_refusal_and_counts_for_none(assistant: Assistant) -> None:
    answer = assistant.ask("Compare Exham and Ockham on dragons")
    assert answer.refusal_reason == "There is no report on Ockham here. No passage in the documents searched says this."


def test_where_no_sentence_can_be_quoted_it_is_refused(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    found = assistant.found(assistant.understand("caseloads of social workers"))
    monkeypatch.setattr(assistant, "found", lambda understood: replace(found, sentences=()))
    answer = assistant.ask("caseloads of social workers")
    assert (answer.status, answer.refusal_reason) == ("refused", "No passage in the documents searched says this.")


def test_a_quotation_that_does_not_stand_at_its_offsets_is_withheld(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = assistant.found(assistant.understand("Were caseloads of social workers in Exham high?"))
    first = found.sentences[0]
    text = Library.text

    def moved(library: Library, document: int, start: int, end: int) -> str:
        return text(library, document, start + (start == first.start), end)

    monkeypatch.setattr(Library, "text", moved)
    monkeypatch.setattr(assistant, "found", lambda understood: found)
    quoted = [citation.quote for citation in assistant.ask("Were caseloads of social workers in Exham high?").citations]
    assert quoted
    assert first.text not in quoted
    monkeypatch.setattr(assistant, "found", lambda understood: replace(found, sentences=[first]))
    assert assistant.ask("Were caseloads of social workers in Exham high?").refusal_reason == (
        "No quotation could be checked against its document."
    )


def test_a_text_that_is_not_as_it_was_read_is_not_shown(assistant: Assistant) -> None:
    with sqlite3.connect(assistant.library.folder / FILE) as db:
        db.execute("UPDATE documents SET text = replace(text, 'Caseloads', 'Caselaods')")
    db.close()
    with pytest.raises(LibraryUnusable, match=r"the text of exham-20.* is not as it was read.*--rebuild"):
        assistant.ask("caseloads of social workers")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE passages SET sentences = replace(sentences, '[[', '[[1')", "passage"),
        ("UPDATE passages SET start = start + 3", "passage"),
        ("UPDATE judgements SET start = start + 3", "a judgement"),
    ],
)
def test_what_stands_elsewhere_than_it_was_read_is_not_shown(assistant: Assistant, change: str, what: str) -> None:
    with sqlite3.connect(assistant.library.folder / FILE) as db:
        db.execute(change)
    db.close()
    with pytest.raises(LibraryUnusable, match=rf"{what} .*is not as it was stored.*--rebuild"):
        Assistant(assistant.library, ToyEncoder(), RANKING).ask("caseloads of social workers")


def test_a_wanted_sum_that_no_passage_holds_is_refused(assistant: Assistant) -> None:
    answer = assistant.ask("How much are social workers in Exham paid for their high caseloads?")
    assert (answer.status, answer.refusal_reason) == ("refused", "The passages on this name no sum of money.")


def test_who_asks_whom_to_call_is_told_that_no_document_says_it(assistant: Assistant) -> None:
    answer = assistant.ask("What number do I ring about caseloads of social workers in Exham?")
    assert answer.status == "refused"
    assert "no phone number" in answer.text
    assert "call 999" in answer.text


def test_a_list_is_quoted_whole(assistant: Assistant) -> None:
    answer = assistant.ask("Which things need to improve in Exham in 2018, caseloads of social workers or what else?")
    quotes = [citation.quote for citation in answer.citations]
    assert quotes == ["Caseloads of social workers are too high.", "The plans for care leavers are late."]


GRADED = """---
title: Inspection of Zedham
authority: Zedham
inspection_start: 2023-05-01
---
# Inspection of Zedham

| Judgement | Grade |
|---|---|
| The impact of leaders on social work practice | Outstanding |
| The experiences and progress of care leavers | Good |
| Overall effectiveness | Outstanding |

## What the inspection judgements mean

A good council protects children who live far away.

## Young people

Young inspectors meet each month. They choose what to look at. This board is good because:

- managers listen to it.

## What needs to improve

- Visits to children who live far away.
- Pathway plans of care leavers.
"""


@pytest.fixture
def graded(tmp_path: Path) -> Assistant:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "zedham.md").write_text(GRADED)
    build(tmp_path / "graded", [tmp_path / "files"], ToyEncoder())
    return Assistant(Library(tmp_path / "graded"), ToyEncoder(), RANKING)


def quotes(assistant: Assistant, question: str) -> list[str]:
    return [citation.quote for citation in assistant.ask(question).citations]


def test_the_grade_asked_for_is_quoted_by_its_row(graded: Assistant) -> None:
    assert quotes(graded, "What grade did care leavers get?")[0].endswith("care leavers\tGood")
    assert quotes(graded, "What was the overall effectiveness rated?")[0] == "Overall effectiveness\tOutstanding"


@pytest.mark.parametrize(
    "question",
    [
        "Which area got the lowest grade?",
        "What grades did the areas get?",
        "Is Zedham any good?",
        "How good is Zedham?",
    ],
)
def test_grades_of_several_areas_are_quoted_as_the_whole_table(graded: Assistant, question: str) -> None:
    first = quotes(graded, question)[0]
    assert first.startswith("The impact of leaders")
    assert first.endswith("Overall effectiveness\tOutstanding")


def test_what_reports_say_of_inspections_is_quoted_only_where_that_is_asked(graded: Assistant) -> None:
    general = "A good council protects children who live far away."
    assert general not in quotes(graded, "Which good council protects children who live far away?")
    assert quotes(graded, "What does a good council mean, which protects children?")[0] == general
    assert OF_INSPECTIONS.search("Exham – What the inspection judgements mean: the LSCB")
    assert not any(OF_INSPECTIONS.search(name) for name in ("What is judged", "The four grades", "Inspection findings"))


def test_what_every_report_ends_with_is_quoted_only_where_that_is_asked(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    end = "A council that listens to children may copy all or parts of this report under the licence."
    text = f"# Inspection\n\n## Leaders\n\nLeaders of the council hear what children say.\n\n{end}\n"
    (tmp_path / "files" / "one.md").write_text(text, encoding="utf-8")
    build(tmp_path / "one", [tmp_path / "files"], ToyEncoder())
    one = Assistant(Library(tmp_path / "one"), ToyEncoder(), RANKING)
    assert quotes(one, "Is it a council that listens to children?") == [
        "Leaders of the council hear what children say."
    ]
    assert quotes(one, "Under which licence may a council copy it?") == [end]


def test_a_sentence_that_points_back_is_quoted_with_the_one_before(graded: Assistant) -> None:
    first = quotes(graded, "Do they choose what to look at?")[0]
    assert first == "Young inspectors meet each month. They choose what to look at."


def test_what_only_leads_to_a_list_is_quoted_with_it(graded: Assistant) -> None:
    lead, *items = quotes(graded, "Why is the board good?")
    assert lead.endswith("This board is good because:")
    assert items == ["managers listen to it."]


def test_what_has_to_improve_is_quoted_whole_or_what_is_asked_of_it(graded: Assistant) -> None:
    whole = ["Visits to children who live far away.", "Pathway plans of care leavers."]
    assert quotes(graded, "What was it told to fix?") == whole
    assert quotes(graded, "What needs to improve for care leavers?")[0] == whole[1]


def test_praise_is_not_quoted_beside_the_one_thing_to_improve(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    praise = "Managers strive to improve all that needs improving.\n"
    text = "# Inspection\n\n## Leaders\n\n" + praise + "\n## What needs to improve\n\n- Visits to improve.\n"
    (tmp_path / "files" / "one.md").write_text(text, encoding="utf-8")
    build(tmp_path / "one", [tmp_path / "files"], ToyEncoder())
    assistant = Assistant(Library(tmp_path / "one"), ToyEncoder(), RANKING)
    assert quotes(assistant, "What needs to improve?") == ["Visits to improve."]


def test_sentences_that_point_at_one_another_are_quoted_once(graded: Assistant) -> None:
    said = " ".join(quotes(graded, "Do young inspectors meet each month?"))
    assert said.count("Young inspectors meet each month.") == 1
    assert said.count("They choose what to look at.") == 1


@pytest.mark.parametrize(
    ("document", "page", "section", "words"),
    [
        (stored(authority="Exham", publication_date=date(2022, 8, 12)), 4, "S", "Exham, 12 August 2022, page 4"),
        (
            stored(authority="Exham", inspection_start=date(2025, 11, 1)),
            None,
            "S",
            "Exham, inspection of November 2025, “S”",
        ),
        (stored(written=date(2026, 11, 24)), None, "", "T, written 24 November 2026"),
        (stored(), None, "", "T"),
        (stored(), 2, "Exham – What needs to improve?", "T, page 2, under “What needs to improve?”"),
    ],
)
def test_labels(document: StoredDocument, page: int | None, section: str, words: str) -> None:
    assert label(document, page, section) == words


def test_a_month_is_no_later_than_a_day_in_it(assistant: Assistant) -> None:
    wyham = next(d for d in assistant.documents() if d.path == "wyham.md")
    exact = replace(wyham, path="exact.md", facts=replace(wyham.facts, inspection_start=date(2021, 11, 8)))
    assert newest_inspections([exact, wyham]) == {"Wyham and Zed": exact}
    assert assistant.ask("Foster carers meet every month in Wyham").citations[0].later is None


def test_whose_words() -> None:
    by_project = stored(source="summary", author="Inspection Assistant project").facts
    assert whose_words(by_project) == "Summary by this project, not Ofsted's words"
    assert whose_words(stored(source="summary", author="Exham").facts) == "Summary by Exham, not Ofsted's words"
    assert whose_words(stored(source="news").facts) == "News article"
    assert whose_words(stored(source="letter").facts) == "Other document"


def test_the_record_keeps_the_contract(assistant: Assistant) -> None:
    record = answer_record(
        assistant.ask("Exham caseloads of social workers 2022"), "q1", "Exham caseloads of social workers 2022", 12.34
    )
    assert list(record)[: len(KEYS)] == KEYS
    assert list(record["citations"][0])[: len(CITATION)] == CITATION
    assert list(record["passages"][0])[: len(PASSAGE)] == PASSAGE
    assert record["understood"] == {
        "question": "Exham caseloads of social workers 2022",
        "authorities": ["Exham"],
        "from": "2022-01-01",
        "to": "2022-12-31",
        "latest": False,
        "missing": [],
        "regions": [],
        "respelt": {},
    }
    assert record["searched"] == {"documents": 1, "authorities": ["Exham"], "from": "2022-02-07", "to": "2022-02-07"}
    assert record["citations"][0]["inspection_date"] == "2022-02-07"
    assert json.loads(json.dumps(record)) == record


def test_an_inspection_known_by_its_month_is_given_by_its_month(assistant: Assistant) -> None:
    record = answer_record(assistant.ask("Wyham foster carers meet"), None, "", 0)
    assert record["passages"][0]["inspection_date"] == "2021-11"
