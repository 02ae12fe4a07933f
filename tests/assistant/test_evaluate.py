"""Measures that can be worked out by hand, question sets and floors that cannot be used, and the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.batch import BadBatch
from assistant.evaluate import auroc, evaluate, measures
from assistant.evidence import Original, holds, read_original
from assistant.floor import BadFloor, Floor, read_floor
from assistant.outcome import Outcome
from assistant.question_set import Evidence, Question, read_question_set
from tests.assistant.test_cli import call
from tests.files import running_header_pdf

ROWS: list[dict[str, Any]] = [
    {
        "id": "found",
        "question": "How high are caseloads of social workers in Wyham?",
        "document": "wyham.md",
        "evidence": [{"page": None, "quote": "Caseloads of social workers are steady."}],
        "kind": "finding",
        "asker": "ignored",
    },
    {
        "id": "lost",
        "question": "How high are caseloads of social workers in Wyham?",
        "document": "exham-2022.md",
        "evidence": [{"page": None, "quote": "Caseloads of social workers are low, at fourteen children each."}],
    },
    {
        "id": "talk",
        "turns": [
            {
                "question": "What about plans for care leavers in Exham in 2018?",
                "document": "exham-2018.md",
                "evidence": [{"page": None, "quote": "The plans for care leavers are late."}],
            },
            {"question": "and in Barchester?"},
        ],
    },
]


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def outcome(rank: int | None = None, words_read: int | None = None, **changes: Any) -> Outcome:
    """An outcome of an answerable question with nothing but what is named."""
    is_answerable = changes.pop("is_answerable", True)
    record = {"status": "answered", "confidence": 0.5, "elapsed_ms": 1.0, "citations": [], **changes}
    evidence = (Evidence(None, "late plans"),) if is_answerable else ()
    return Outcome(Question("q", "Why?", "a.md", evidence), record, rank, words_read, rank == 1, rank == 1, (), ())


def test_answers_are_asked_for_and_measured(assistant: Assistant, tmp_path: Path) -> None:
    heard: list[int] = []
    evaluation = evaluate(assistant, read_question_set([written(tmp_path, *ROWS)]), heard.append)
    reached = evaluation.measures
    assert heard == [1, 2, 3, 4]
    assert (reached["questions"], reached["hit@5"], reached["answer"]) == (4, 0.667, 0.667)
    assert (reached["refused_ok"], reached["refused_wrong"]) == (1, 0)
    assert (reached["exact_quotes"], reached["quotes_unchecked"], reached["page"]) == (1, 0, None)
    [failure] = evaluation.failures
    assert (failure["id"], failure["understood"]) == ("lost", ROWS[1]["question"])
    assert failure["reasons"] == ["not in the first 5 passages", "not in the quotations"]
    assert failure["wanted"]["evidence"] == ROWS[1]["evidence"]
    assert failure["came"]["quotes"][0]["quote"] == "Caseloads of social workers are steady."
    assert {passage["document"] for passage in failure["came"]["passages"]} == {"wyham.md"}


def test_ranks_become_shares_of_the_answerable_questions() -> None:
    reached = measures([outcome(1, 40), outcome(4, 600), outcome(10, 900), outcome(), outcome(is_answerable=False)])
    assert [reached[f"hit@{k}"] for k in (1, 3, 5, 10)] == [0.25, 0.25, 0.5, 0.75]
    assert reached["mrr@10"] == round((1 + 1 / 4 + 1 / 10 + 0) / 4, 3)
    assert (reached["in_500w"], reached["in_1000w"]) == (0.25, 0.75)
    assert (reached["refused_ok"], reached["refused_wrong"]) == (0, 0)


def test_times_are_those_of_the_middle_and_of_the_slowest_twentieth() -> None:
    reached = measures([outcome(elapsed_ms=float(n)) for n in range(20, 0, -1)])
    assert (reached["p50_ms"], reached["p95_ms"]) == (11, 20)


def test_without_questions_nothing_is_measured() -> None:
    reached = measures([])
    assert {name for name, value in reached.items() if value == 0} == {
        "questions",
        "quotes_checked",
        "quotes_unchecked",
    }
    assert [value for value in reached.values() if value not in (0, None)] == []


@pytest.mark.parametrize(
    ("record", "is_answerable", "reasons"),
    [
        ({"status": "refused"}, False, []),
        ({}, False, ["answered where a refusal was right"]),
        ({"status": "refused"}, True, ["refused", "not in the first 5 passages"]),
        ({}, True, ["not in the first 5 passages", "not in the quotations"]),
    ],
)
def test_a_failure_has_reasons(record: dict[str, Any], is_answerable: bool, reasons: list[str]) -> None:
    assert outcome(is_answerable=is_answerable, **record).reasons == reasons


@given(st.lists(st.floats(0, 1), min_size=1), st.lists(st.floats(0, 1), min_size=1))
def test_auroc_of_two_groups_and_of_the_same_exchanged_make_one(above: list[float], below: list[float]) -> None:
    one, other = auroc(above, below), auroc(below, above)
    assert one is not None
    assert other is not None
    assert one + other == pytest.approx(1, abs=0.0011)  # both are rounded


def test_auroc_by_hand() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 0.875  # three of four pairs, and a tie
    assert auroc([], [0.5]) is None


def test_a_text_holds_what_shares_enough_runs_of_five_words() -> None:
    wanted = "one two three four five six seven eight"  # four runs of five words
    assert holds("ONE two, three four-five six!", wanted, 0.5)
    assert not holds("one two three four five", wanted, 0.5)
    assert holds("one two three four five", wanted, 0.25)
    assert holds("Overall effectiveness\tGood", "effectiveness: good", 1)  # fewer words: all of them, in order
    assert not holds("good effectiveness", "effectiveness: good", 0.1)
    assert holds("well-\ufffe led and soft\u00adly", "led and softly", 1)


@given(st.text(), st.text(alphabet="abc .,-", min_size=1).filter(lambda text: any(map(str.isalpha, text))), st.text())
def test_a_text_holds_every_part_of_itself(before: str, part: str, after: str) -> None:
    assert holds(f"{before} {part} {after}", part, 1)


def test_quotations_stand_on_the_page_that_is_named() -> None:
    original = Original(("First page says 5.0 visits. It ends here and", "goes on there."), True)
    assert original.has("first page", 1)
    assert not original.has("first page", 2)
    assert not original.has("first page", None)
    assert not original.has("first page", 3)
    assert original.has("It ends here and goes on there.", 1)
    assert not original.has("It ends here and goes on there.", 2)
    assert original.has("says 5.0 visits", 1)
    assert not Original(("It cost 500 pounds.",), False).has("It cost 5.00 pounds.", None)
    assert not original.has("…", 1)
    assert original.begins("goes on there", 2)
    assert not original.begins("goes on there", 1)
    assert not original.begins("goes on there", None)
    assert Original(("No pages here.",), False).has("pages here", None)


def test_originals_are_read_as_pdf_or_text_and_others_are_not() -> None:
    pdf = read_original(running_header_pdf(), "a/REPORT.PDF")
    assert pdf is not None
    assert len(pdf.pages) == 4
    assert pdf.has("so that families who need help at once get it on the same day", 2)
    assert read_original(b"<html>Not found</html>", "report.pdf") == Original((), True)
    assert read_original("Café".encode(), "notes.md") == Original(("Café",), False)
    assert read_original(b"PK", "briefing.docx") is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"evidence": "words"}, '"evidence" is not a list'),
        ({"evidence": [{"quote": "…"}]}, 'has no words as its "quote"'),
        ({"evidence": ["words"]}, 'has no words as its "quote"'),
        ({"evidence": [{"quote": "late", "page": "4"}]}, "is no whole number"),
        ({"document": None}, 'has "evidence" without the "document"'),
        ({"document": 7}, '"document" or "kind" is not text'),
        ({"question": ""}, "The question is empty"),
        ({"id": "found"}, 'the id "found" has been used before'),
    ],
)
def test_a_bad_line_of_a_question_set_is_named(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    path = written(tmp_path, ROWS[0], {**ROWS[1], **changes})
    with pytest.raises(BadBatch, match=rf"questions.jsonl, line 2.*{reason}"):
        read_question_set([path])


def test_a_set_without_questions_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(BadBatch, match="there is no question in"):
        read_question_set([written(tmp_path)])


def test_a_floor_names_what_is_worse_and_by_how_much() -> None:
    floor = Floor({"hit@5": 0.8, "answer": 0.5, "page": 1}, {"refused_wrong": 0.1, "answer_words": 40})
    reached = {"hit@5": 0.75, "answer": 0.5, "page": None, "refused_wrong": 0.125, "answer_words": 40.0}
    assert floor.unmet(reached) == [
        "hit@5 is 0.75, 0.05 below the least allowed, 0.8",
        "page has a limit of 1, but there was nothing to measure it by",
        "refused_wrong is 0.125, 0.025 above the most allowed, 0.1",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("at_least = [", "is not valid TOML"),
        ("", "should hold the tables"),
        ("[at_last]\nanswer = 1", "should hold the tables"),
        ("[at_least]\nhits = 1", "names what is no measure; the measures are questions, hit@1"),
        ("at_least = 3", "names what is no measure"),
        ('[at_most]\nanswer = "1"', "the limit of answer is not a number"),
    ],
)
def test_a_floor_that_cannot_be_used_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "floor.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadFloor, match=reason):
        read_floor(path)


def test_the_command_prints_a_table_and_failures_or_json_and_fails_below_the_floor(files: Path, tmp_path: Path) -> None:
    data, questions, floor = tmp_path / "library", written(tmp_path, *ROWS), tmp_path / "floor.toml"
    assert call("index", files, "--data", data).returncode == 0
    floor.write_text('[at_least]\n"hit@5" = 0.9', encoding="utf-8")

    done = call("evaluate", questions, "--data", data)
    assert done.returncode == 0, done.stderr
    assert "           hit@5  0.667\n" in done.stdout
    assert "lost: How high are caseloads of social workers in Wyham?\n  Failed: not in the first 5" in done.stdout
    assert "  Wanted: “Caseloads of social workers are low, at fourteen children each.” exham-2022.md\n" in done.stdout
    assert "  Passage 1: wyham.md, Fostering\n" in done.stdout

    done = call("evaluate", questions, "--data", data, "--json", "--floor", floor)
    assert done.returncode == 1
    assert "Floor: hit@5 is 0.667, 0.233 below the least allowed, 0.9." in done.stderr
    result = json.loads(done.stdout)
    assert list(result) == ["measures", "failures"]
    assert "lost" in [failure["id"] for failure in result["failures"]]


def test_the_command_refuses_bad_input_before_the_first_question(tmp_path: Path) -> None:
    questions = written(tmp_path, {"id": "x"})
    done = call("evaluate", questions, "--data", tmp_path / "none")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'line 1 has no "question"' in " ".join(done.stderr.split())
