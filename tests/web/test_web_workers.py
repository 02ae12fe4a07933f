"""Answers found by processes of their own are those of one process, and a process that ends stops no site."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.question import BadQuestion
from assistant.scope import Scope
from assistant.settings import PREFIX
from assistant.workers import Setup, SharedAssistant
from index.encoder import Encoder
from index.library import FILE, LibraryUnusable
from index.update import build
from tests.web.browsing import CASELOADS, OFF_TOPIC, QUOTED

PROCESSES = 2
CHILDREN = Path("/proc/self/task").exists()


@pytest.fixture
def folder(library_folder: Path, tmp_path: Path) -> Path:
    """A copy of the library, which may be changed."""
    return Path(shutil.copytree(library_folder, tmp_path / "library"))


@pytest.fixture
def shared(folder: Path, encoder: Encoder) -> Iterator[SharedAssistant]:
    assistant = SharedAssistant(Setup(folder), encoder, PROCESSES)
    yield assistant
    assistant.close()


def children(process: int) -> list[int]:
    """The processes that a process has started, by their numbers."""
    return [int(n) for n in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait(until: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def site(folder: Path, processes: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A site as it is started from the command line, and its address."""
    command = [sys.executable, "-m", "assistant", "serve", "--data", str(folder), "--port", "0"]
    environment = {**os.environ, f"{PREFIX}ANSWER_PROCESSES": str(processes)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        try:
            assert running.stdout is not None
            found = re.search(r"http://\S+/", running.stdout.readline())
            assert found
            yield running, found.group()
        finally:
            running.kill()


def end_over_it(connection: Connection, setup: Setup) -> None:
    """What a worker does in place of answering, where a question is more than it can bear."""
    connection.recv()


def asked(address: str) -> httpx.Response:
    return httpx.post(f"{address}api/v1/ask", json={"question": CASELOADS}, timeout=60)


def test_answers_are_those_of_one_process(shared: SharedAssistant, folder: Path, encoder: Encoder) -> None:
    own = Assistant.open(folder, encoder)
    before: list[Answer] = []
    for question in (CASELOADS, "and in 2018?", OFF_TOPIC, "Who led the inspection of Southvale?"):
        answer = shared.ask(question, before)
        assert answer == own.ask(question, before)
        before.append(answer)
    scope = Scope("Southvale")
    assert shared.ask("How are caseloads?", scope=scope) == own.ask("How are caseloads?", scope=scope)
    assert shared.ask(CASELOADS, everywhere=True) == own.ask(CASELOADS, everywhere=True)


def test_errors_come_back_as_they_are(shared: SharedAssistant, folder: Path) -> None:
    with pytest.raises(BadQuestion, match="The question has no words in it"):
        shared.ask("?!")
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("DROP TABLE passages")
    connection.close()
    for _ in range(PROCESSES + 1):
        with pytest.raises(LibraryUnusable, match="no such table"):
            shared.ask(CASELOADS)


def test_an_updated_library_is_taken_up(
    shared: SharedAssistant, folder: Path, encoder: Encoder, tmp_path: Path
) -> None:
    assert shared.ask(CASELOADS).status == "answered"
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "notes.txt").write_text("The ferry to Northmoor leaves at noon.\n")
    build(folder, [tmp_path / "new"], encoder)
    answer = shared.ask("When does the ferry to Northmoor leave?")
    assert {hit.passage.document.path for hit in answer.passages} == {"notes.txt"}


def test_whoever_waits_longest_is_answered_first(folder: Path, encoder: Encoder) -> None:
    assistant = SharedAssistant(Setup(folder), encoder, 1)
    answered: list[str] = []

    def ask_twice(name: str) -> None:
        for _ in range(2):
            assistant.ask(CASELOADS)
            answered.append(name)

    with ThreadPoolExecutor(3) as threads:
        for name in "abc":
            threads.submit(ask_twice, name)
    assert set(answered[:3]) == set("abc")
    assistant.close()


def test_a_process_that_ends_is_replaced(shared: SharedAssistant, caplog: pytest.LogCaptureFixture) -> None:
    before = active_children()
    assert len(before) >= PROCESSES
    for process in before:
        process.kill()
        process.join()
    assert shared.ask(CASELOADS).citations[0].quote == QUOTED
    assert "another is started in its place" in caplog.text
    assert CASELOADS not in caplog.text


def test_a_question_that_ends_every_process_is_given_up(
    folder: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("assistant.workers._work", end_over_it)
        assistant = SharedAssistant(Setup(folder), encoder, PROCESSES)
        with pytest.raises(LibraryUnusable, match="end over a question"):
            assistant.ask(CASELOADS)
    for _ in range(PROCESSES):
        assert assistant.ask(CASELOADS).citations[0].quote == QUOTED
    assistant.close()


@pytest.mark.skipif(not CHILDREN, reason="this system does not list a process's children")
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_processes_end_with_their_site(folder: Path, ending: signal.Signals) -> None:
    with site(folder, PROCESSES) as (running, address):
        assert asked(address).json()["citations"][0]["quote"] == QUOTED
        started = children(running.pid)
        assert len(started) >= PROCESSES
        if ending is signal.SIGINT:
            os.killpg(running.pid, ending)  # as Ctrl+C does
        else:
            running.send_signal(ending)
        wait(lambda: not any(map(is_running, (running.pid, *started))))
        assert running.stderr is not None
        said = running.stderr.read()
    assert "Traceback" not in said
    assert "leaked" not in said


@pytest.mark.skipif(not CHILDREN, reason="this system does not list a process's children")
def test_a_site_may_find_answers_by_itself(folder: Path) -> None:
    with site(folder, 1) as (running, address):
        assert asked(address).json()["citations"][0]["quote"] == QUOTED
        assert children(running.pid) == []
