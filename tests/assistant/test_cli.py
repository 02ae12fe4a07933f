"""The command line as a user meets it: real processes, the real encoder, exit statuses and words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import FILE as FILE_OF_SETTINGS
from index.library import FILE, Library, LibraryUnusable

ROOT = Path(__file__).parents[2]


def call(*arguments: str | Path, within: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant", *map(str, arguments)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTION_ASSISTANT_")}
    environment = {**clean, "COLUMNS": "200", "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=within, check=False)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two readable files and a failed download."""
    folder = tmp_path_factory.mktemp("cli")
    files = folder / "files"
    files.mkdir()
    (files / "exham.txt").write_text(
        "Inspection news\n\nExham council's plans for care leavers are late, Ofsted said.\n"
    )
    (files / "wyham.md").write_text("---\nauthority: Wyham\n---\n# Fostering\n\nFoster carers meet every month.\n")
    (files / "report.pdf").write_text("<!DOCTYPE html><html><body>Not found</body></html>")
    done = call("index", files, "--data", folder / "library")
    assert done.returncode == 3, done.stderr
    assert "2 documents from 3 files" in done.stdout
    assert (
        "Not read: report.pdf: the name says a PDF, the content is a web page (HTML) (a failed download?)."
        in done.stdout
    )
    return folder / "library"


def test_a_question_is_answered_in_words(library: Path) -> None:
    done = call("ask", "Are plans for care leavers on time?", "--data", library)
    assert done.returncode == 0, done.stderr
    assert "“Exham council's plans for care leavers are late, Ofsted said.”" in done.stdout
    assert "News article" in done.stdout
    assert "Searched: 2 documents" in done.stdout


def test_a_question_is_answered_in_json(library: Path) -> None:
    done = call("ask", "When do foster carers meet?", "--data", library, "--json")
    record = json.loads(done.stdout)
    assert (record["status"], record["citations"][0]["document"]) == ("answered", "wyham.md")
    assert record["passages"][0]["text"] == "Foster carers meet every month."


def test_a_batch_is_answered_in_order_and_conversations_by_turn(library: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    rows = [
        {"id": "b", "question": "When do foster carers meet?", "kind": "ignored"},
        {"id": "a", "turns": [{"question": "Wyham carers"}, {"question": "and when?"}]},
    ]
    questions.write_text("\n".join(map(json.dumps, rows)))
    done = call("ask", "--batch", questions, "--data", library, "--json")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["id"] for record in records] == ["b", "a/1", "a/2"]
    assert records[2]["understood"]["authorities"] == records[2]["searched"]["authorities"] == ["Wyham"]
    assert all(record["elapsed_ms"] > 0 for record in records)
    done = call("ask", "--batch", questions, "--data", library, "--json", "--everywhere")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["searched"]["authorities"] for record in records] == [["Exham", "Wyham"]] * 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "line 2 is not JSON"),
        ("[1]", 'line 2 is not an object with an "id"'),
        ('{"id": "x"}', 'line 2 has no "question"'),
        ('{"id": "x", "turns": []}', 'line 2: "turns" is not a list'),
        ('{"id": "x", "question": "  "}', "line 2: The question is empty"),
    ],
)
def test_a_bad_line_stops_the_batch_before_the_first_answer(
    library: Path, tmp_path: Path, line: str, reason: str
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"id": "ok", "question": "When do carers meet?"}\n' + line)
    done = call("ask", "--batch", questions, "--data", library, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["ask", ""], "The question is empty"),
        (["ask", "?!?"], "has no words"),
        (["ask", "x" * 100_000], "has 100,000 characters"),
        (["ask"], "Give either a question or --batch"),
        (["ask", "--batch", "gone.jsonl", "--json"], "gone.jsonl cannot be read"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(library: Path, arguments: list[str], reason: str) -> None:
    done = call(*arguments, "--data", library)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_check_says_what_is_well_and_what_could_not_be_read(library: Path) -> None:
    done = call("check", "--data", library)
    assert done.returncode == 3
    assert "2 documents, 2 passages" in done.stdout
    assert "Not read: report.pdf" in done.stdout
    assert "Nothing is wrong with the library." in done.stdout


def test_a_library_is_backed_up_brought_back_and_gone_back_from(library: Path, tmp_path: Path) -> None:
    data, files, file = tmp_path / "library", tmp_path / "files", tmp_path / "backup.sqlite"
    files.mkdir()
    (files / "notes.txt").write_text("The ferry to Northmoor leaves at noon.\n")
    assert call("index", files, "--data", data).returncode == 0
    done = call("rollback", "--data", data)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no state before this one is kept" in done.stderr

    done = call("backup", file, "--data", library)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{file}: a backup of {library}, ")
    done = call("restore", file, "--data", data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{data}: as in {file}, 2 documents, 2 passages, last updated ")
    done = call("rollback", "--data", data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{data}: as before, 1 document, 1 passage, last updated ")
    assert call("check", "--data", data).returncode == 0


def test_automatic_updates_go_on_with_the_folders_named_and_are_held_after_a_rollback(tmp_path: Path) -> None:
    data, files = tmp_path / "library", tmp_path / "files"
    files.mkdir()
    (files / "notes.txt").write_text("The ferry to Northmoor leaves at noon.\n")
    assert call("index", files, "--data", data).returncode == 0
    (files / "broken.pdf").write_bytes(b"")
    (files / "more.txt").write_text("The tram to Southvale leaves at dawn.\n")
    done = call("index", "--automatic", "--json", "--data", data)
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout) == {
        "documents": 2, "files": 3, "added": 1, "changed": 0, "removed": 0,
        "unreadable": [{"file": "broken.pdf", "reason": "the file is empty (0 bytes)"}],
    }  # fmt: skip
    done = call("rollback", "--data", data)
    assert f"Automatic updates of {data} are held since the rollback of" in done.stdout
    done = call("index", "--automatic", "--data", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"automatic updates of {data} are held since the rollback of ")
    assert f"go on with 'inspection-assistant index {files} --data {data}'." in done.stdout
    assert "held" in json.loads(call("index", "--automatic", "--json", "--data", data).stdout)
    assert f"Automatic updates of {data} are held since the rollback of" in call("check", "--data", data).stdout
    assert call("index", files, "--data", data).returncode == 3
    assert "held" not in call("check", "--data", data).stdout

    for options in ([files], ["--rebuild"]):
        done = call("index", "--automatic", *options, "--data", data)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--automatic takes the folders named last" in done.stderr


def test_what_cannot_be_backed_up_or_restored_is_said_in_one_line(library: Path, tmp_path: Path) -> None:
    (tmp_path / "essay").write_text("An essay.")
    for arguments, reason in (
        (["backup", tmp_path / "essay"], "is there already and is no backup; name another file"),
        (["backup", tmp_path / "none" / "file"], "none cannot be written to (No such file or directory)"),
        (["restore", tmp_path / "essay"], "essay cannot be copied"),
        (["restore", tmp_path / "none"], "there is no file"),
    ):
        done = call(*arguments, "--data", library)
        assert (done.returncode, done.stdout) == (2, "")
        assert reason in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_damaged_library_is_refused_with_the_way_back(library: Path, tmp_path: Path) -> None:
    data = tmp_path / "library"
    assert call("backup", tmp_path / "backup.sqlite", "--data", library).returncode == 0
    assert call("restore", tmp_path / "backup.sqlite", "--data", data).returncode == 0
    assert call("backup", tmp_path / "backup.sqlite", "--data", data).returncode == 0
    file = data / FILE
    file.write_bytes(file.read_bytes().replace(b"Foster carers meet", b"Foster carers neet"))
    for command in (["ask", "When do foster carers meet?"], ["check"]):
        done = call(*command, "--data", data)
        assert done.returncode == 2
        assert f"'inspection-assistant restore {tmp_path / 'backup.sqlite'} --data {data}'" in done.stderr
    assert "Wrong: wyham.md: the stored text is not as it was read." in done.stdout


def test_no_library_is_said_with_the_command_that_makes_one(tmp_path: Path) -> None:
    done = call("ask", "Anything?", "--data", tmp_path / "none")
    assert done.returncode == 2
    assert "make one with 'inspection-assistant index'" in " ".join(done.stderr.split())


def test_a_folder_that_is_not_there_makes_no_library(tmp_path: Path) -> None:
    done = call("index", tmp_path / "gone", "--data", tmp_path / "library")
    assert done.returncode == 2
    assert "is not a folder" in " ".join(done.stderr.split())
    with pytest.raises(LibraryUnusable, match="there is no library"):
        Library(tmp_path / "library")


def test_settings_come_from_the_environment_and_bad_ones_are_named(library: Path) -> None:
    assert call("check", INSPECTION_ASSISTANT_DATA=str(library)).returncode == 3
    done = call("check", "--data", library, INSPECTION_ASSISTANT_PORT="many")
    assert done.returncode == 2
    assert "port" in done.stderr


# As deploy/README.md has it: the settings are in a file for all, the secrets in the environment of the site alone.
SIGN_IN = 'access = "oidc"\noidc_issuer = "https://id.example"\noidc_client = "ask"\n'


@pytest.mark.parametrize("access", [SIGN_IN, 'access = "header"\n'])
def test_what_only_a_site_needs_is_asked_for_by_serve_alone(library: Path, tmp_path: Path, access: str) -> None:
    (tmp_path / FILE_OF_SETTINGS).write_text(access)
    for command, *arguments in (["index", "--automatic"], ["check"], ["backup", tmp_path / "backup.sqlite"]):
        done = call(command, *arguments, "--data", library, within=tmp_path)
        assert (done.returncode, done.stderr) == (0 if command == "backup" else 3, "")
    done = call("serve", "--data", library, "--port", "-1", within=tmp_path, INSPECTION_ASSISTANT_CONTACT="the IT desk")
    assert (done.returncode, done.stdout) == (2, "")
    missing = ("oidc_secret", "session_secret") if access == SIGN_IN else ("proxies",)
    for words in ("port: Input should be", "contact: 'the IT desk'", *(f"{name}: access is" for name in missing)):
        assert words in done.stderr


@pytest.mark.parametrize(
    "command", ["index", "ask", "register", "evaluate", "check", "backup", "restore", "rollback", "serve"]
)
def test_help_has_an_example(command: str) -> None:
    done = call(command, "--help")
    assert done.returncode == 0
    assert f"inspection-assistant {command}" in done.stdout


def test_commands_load_nothing_of_the_web_chat() -> None:
    # It sets variables of the environment as soon as it is imported.
    code = "import assistant.cli, sys; sys.exit(str([name for name in sys.modules if 'assistant.web' in name]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "[]\n"
