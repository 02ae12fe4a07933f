"""What readers say of answers: kept as the site wants it, listed, and turned into questions of an evaluation set."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.assistant import Assistant
from assistant.cli import app
from assistant.feedback import Feedback, FeedbackUnusable, NoSuchFeedback, as_csv, as_question
from assistant.question_set import read_question_set
from index import copies
from index.copies import backup, restore
from index.encoder import Encoder
from index.library import FILE, Library, LibraryUnusable
from index.update import build

QUESTION = "How high are caseloads of social workers in Exham in 2022?"
QUOTED = "Caseloads of social workers are low, at fourteen children each."


@pytest.fixture
def feedback(assistant: Assistant) -> Feedback:
    """Five readers' words: of an answer kept twice, once not; of a refusal; and a formula as a reason."""
    kept = Feedback(assistant.library.folder)
    answer, refusal = assistant.ask(QUESTION), assistant.ask("How many astronauts are there in Exham?")
    kept.add(answer, QUESTION, True, keep_answer=True)
    kept.explain(kept.add(answer, QUESTION, False, keep_answer=True), "  It is about 2022.  ")
    kept.add(answer, QUESTION, True)
    kept.add(refusal, "How many astronauts are there in Exham?", True, keep_answer=True)
    kept.explain(kept.add(answer, QUESTION, False), "=1+1")
    kept.explain("no such token", "Nothing.")
    return kept


def test_the_answer_is_kept_only_where_the_site_wants_it(feedback: Feedback) -> None:
    rows = feedback.rows()
    assert [row.helpful for row in rows] == [True, False, True, True, False]
    assert [row.question for row in rows][:3] == [QUESTION, QUESTION, ""]
    assert (rows[2].answer, rows[2].understood, rows[2].citations) == ("", "", "[]")
    assert rows[1].reason == "It is about 2022."
    assert [row.status for row in rows] == ["answered", "answered", "answered", "refused", "answered"]
    assert json.loads(rows[0].citations)[0]["quote"] == QUOTED


def test_csv_holds_all_and_no_formula(feedback: Feedback) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(feedback.rows()))))
    assert [row["helpful"] for row in rows] == ["True", "False", "True", "True", "False"]
    assert rows[0]["answer"] == feedback.rows()[0].answer
    assert rows[4]["reason"] == "'=1+1"


def test_rows_become_questions_that_evaluate_reads(feedback: Feedback, assistant: Assistant, tmp_path: Path) -> None:
    lines = [
        as_question(feedback.row(1), assistant.library),
        as_question(feedback.row(2), assistant.library, "Social workers visit\nchildren on time."),
        as_question(feedback.row(4), assistant.library),
    ]
    file = tmp_path / "set.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    helpful, mended, refused = read_question_set([file]).questions
    assert (helpful.question, helpful.document, helpful.evidence[0].quote) == (QUESTION, "exham-2022.md", QUOTED)
    assert (mended.document, mended.evidence[0].quote) == ("exham-2018.md", "Social workers visit children on time.")
    assert refused.evidence == ()


@pytest.mark.parametrize(
    ("id", "quote", "problem"),
    [
        (3, "", "kept without its question"),
        (2, "", "give the words that do with --quote"),
        (2, "no such words", "stands in no document"),
        (2, "Caseloads of social workers are", "stands in 3 documents"),
    ],
)
def test_what_makes_no_question_is_said(
    feedback: Feedback, assistant: Assistant, id: int, quote: str, problem: str
) -> None:
    with pytest.raises(NoSuchFeedback, match=problem):
        as_question(feedback.row(id), assistant.library, quote)
    with pytest.raises(NoSuchFeedback, match="there is no feedback 9"):
        feedback.row(9)


def test_the_command_lists_prints_and_turns(feedback: Feedback, assistant: Assistant) -> None:
    def run(*options: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["feedback", "--data", str(assistant.library.folder), *options])
        return result.exit_code, result.output

    status, listed = run()
    assert status == 0
    assert listed.startswith("5 answers judged by readers, 3 helpful.")
    assert "It is about 2022." in listed
    assert run("--csv") == (0, as_csv(feedback.rows()))
    status, line = run("--question", "1")
    assert (status, json.loads(line)["document"]) == (0, "exham-2022.md")
    status, problem = run("--question", "9")
    assert status == 2
    assert "there is no feedback 9" in problem
    for options, words in (
        ("--quote words", "name it with --question ID"),
        ("--csv --question 1", "either --csv or --"),
    ):
        status, problem = run(*options.split())
        assert (status, words in problem) == (2, True)


def test_a_backup_has_it_and_a_restore_adds_what_is_missing(
    feedback: Feedback, assistant: Assistant, tmp_path: Path
) -> None:
    folder, file, other = assistant.library.folder, tmp_path / "backup.sqlite", tmp_path / "other"
    kept = feedback.rows()
    backup(folder, file, feedback.put_into)
    restore(other, file, assistant.library.identity, Feedback(other).take_from)
    assert Feedback(other).rows() == kept
    with closing(sqlite3.connect(other / FILE)) as db:
        assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'feedback'").fetchall()

    answer = assistant.ask(QUESTION)
    for own in (feedback, Feedback(other)):  # what came since stays, and nothing is there twice
        own.add(answer, QUESTION, True)
        restore(folder, file, assistant.library.identity, own.take_from)
        assert own.rows()[:5] == kept
        assert len(own.rows()) == 6

    new = Feedback(tmp_path)
    new.add(answer, QUESTION, False)
    restore(folder, file, assistant.library.identity, new.take_from)
    assert [row.helpful for row in new.rows()] == [False, *(row.helpful for row in kept)]
    assert [row.question for row in new.rows()][1:] == [row.question for row in kept]


def test_a_restore_that_fails_adds_none(
    feedback: Feedback, assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, file = assistant.library.folder, tmp_path / "backup.sqlite"
    backup(folder, file, feedback.put_into)

    def on_a_full_disk(library: Library, where: Path) -> None:
        raise LibraryUnusable("its disk is full; nothing was changed")

    monkeypatch.setattr(copies, "make_indexes", on_a_full_disk)
    other = Feedback(tmp_path)
    with pytest.raises(LibraryUnusable, match="nothing was changed"):
        restore(folder, file, assistant.library.identity, other.take_from)
    assert other.rows() == []


def test_feedback_that_cannot_be_added_is_said_after_the_library_is_restored(
    feedback: Feedback, assistant: Assistant, tmp_path: Path
) -> None:
    file, other = tmp_path / "backup.sqlite", tmp_path / "other"
    backup(assistant.library.folder, file, feedback.put_into)
    other.mkdir()
    (other / "feedback.sqlite").write_bytes(b"not a database" * 500)
    with pytest.raises(FeedbackUnusable, match=rf"library is as in the backup, but .* rollback --data {other}'"):
        restore(other, file, assistant.library.identity, Feedback(other).take_from)
    assert len(Library(other).documents()) == len(assistant.documents())


def test_feedback_that_cannot_be_read_leaves_no_half_backup(assistant: Assistant, tmp_path: Path) -> None:
    (assistant.library.folder / "feedback.sqlite").write_bytes(b"not a database" * 500)
    with pytest.raises(FeedbackUnusable, match=r"cannot be read .* no backup was made"):
        backup(assistant.library.folder, tmp_path / "backup.sqlite", Feedback(assistant.library.folder).put_into)
    assert not list(tmp_path.glob("*backup*"))


def test_the_commands_back_it_up_and_bring_it_back(files: Path, tmp_path: Path, encoder: Encoder) -> None:
    data, file, other = tmp_path / "library", tmp_path / "backup.sqlite", tmp_path / "other"
    build(data, [files], encoder)
    Feedback(data).add(Assistant.open(data, encoder).ask(QUESTION), QUESTION, True, keep_answer=True)
    for command, folder in (("backup", data), ("restore", other)):
        result = CliRunner().invoke(app, [command, str(file), "--data", str(folder)])
        assert result.exit_code == 0, result.output
    assert Feedback(other).rows() == Feedback(data).rows()


def test_without_any_feedback_nothing_is_made(assistant: Assistant) -> None:
    kept = Feedback(assistant.library.folder)
    assert kept.rows() == []
    assert not (assistant.library.folder / "feedback.sqlite").exists()
