"""A site takes up by itself what changes in its documents, and nothing that an update meets stops it."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from assistant.logs import DETAILS
from assistant.settings import PREFIX, SECRET
from assistant.updates import Outcome, Updates
from index.copies import rollback
from index.encoder import Encoder
from index.library import FILE, Library, LibraryUnusable
from index.update import build, library_identity
from tests.index.states import report
from tests.web.test_web_workers import CHILDREN, is_running, wait

QUESTION = "How high are caseloads of social workers in {}?"
QUOTE = "Caseloads of social workers in {} are "


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "exham.md").write_text(report("Exham", 2019, salt=0))
    return folder


@pytest.fixture
def library(tmp_path: Path, documents: Path, encoder: Encoder) -> Path:
    build(tmp_path / "library", [documents], encoder, named=[documents])
    return tmp_path / "library"


@contextmanager
def site(library: Path, log: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A site as it is started from the command line, and its address."""
    command = [sys.executable, "-m", "assistant", "serve", "--data", str(library), "--port", "0", *options]
    environment = {**os.environ, f"{PREFIX}ANSWER_PROCESSES": "1", f"{PREFIX}REQUESTS_PER_MINUTE": "0"}
    with (
        log.open("w") as errors,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as running,
    ):
        try:
            assert running.stdout is not None
            found = re.search(r"http://\S+/", running.stdout.readline())
            assert found
            yield running, found.group()
        finally:
            running.kill()


class Asking:
    """Somebody who asks all the time, one question after the other."""

    def __init__(self, address: str) -> None:
        self.answered: list[str] = []
        self.failed: list[str] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._ask, args=(address,))

    def __enter__(self) -> Asking:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _ask(self, address: str) -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            while not self._is_over.wait(0.3):
                for name in ("Exham", "Wyham"):
                    answer = client.post("api/v1/ask", json={"question": QUESTION.format(name)})
                    is_quoted = answer.is_success and QUOTE.format(name) in answer.json()["answer"]
                    if is_quoted:
                        self.answered.append(name)
                    elif name == "Exham" or not answer.is_success:
                        self.failed.append(answer.text)


def started_by(process: int) -> list[int]:
    """The processes that a process has started, in whichever of its threads."""
    threads = Path(f"/proc/{process}/task").glob("*/children")
    return [int(number) for thread in threads for number in thread.read_text().split()]


def outcomes(address: str) -> dict[str, float]:
    found = re.findall(r'updates_total\{outcome="(\w+)"\} (\S+)', httpx.get(f"{address}metrics").text)
    return {outcome: float(number) for outcome, number in found}


@pytest.mark.skipif(not CHILDREN, reason="this system does not list a process's children")
def test_a_file_dropped_in_is_answered_from(library: Path, documents: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with site(library, log, "--update-every", "10s") as (running, address), Asking(address) as asking:
        (documents / "wyham.md").write_text(report("Wyham", 2019, salt=0))
        wait(lambda: "Wyham" in asking.answered, 90)
        wait(lambda: outcomes(address)["changed"] == 1)
        documents.rename(tmp_path / "away")
        wait(lambda: outcomes(address)["failed"] == 1, 60)
        wait(lambda: bool(started_by(running.pid)), 60)  # the next is under way
        started = started_by(running.pid)
        own = os.getpriority(os.PRIO_PROCESS, running.pid)
        wait(lambda: os.getpriority(os.PRIO_PROCESS, started[0]) > own, 2)
        answered = len(asking.answered)
        wait(lambda: len(asking.answered) > answered + 2)
        asking.__exit__()
        running.send_signal(signal.SIGTERM)
        running.wait(30)
        assert not any(map(is_running, started))
    assert asking.failed == []
    said = log.read_text()
    assert "assistant.updates update added=1 changed=0 removed=0 unreadable=0 seconds=" in said
    assert f"no update was made: {documents} is not a folder; name the folder" in said
    assert "Traceback" not in said


class Watched(Updates):
    """Updates one after the other, whose outcomes are gathered."""

    def __init__(self, library: Path) -> None:
        self.outcomes: list[Outcome] = []
        super().__init__(library, timedelta(seconds=0.1), self.outcomes.append)

    def wait_for(self, outcome: Outcome) -> None:
        self.outcomes.clear()
        wait(lambda: outcome in self.outcomes, 60)

    @property
    def running(self) -> subprocess.Popen[str] | None:
        process = self._process
        return process if process and process.poll() is None else None


@pytest.fixture
def watched(library: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Watched]:
    caplog.set_level(logging.INFO)
    updates = Watched(library)
    updates.start()
    yield updates
    updates.stop()
    updates._thread.join(20)
    assert not updates._thread.is_alive()


def test_what_an_update_meets_is_said_and_tried_again(
    watched: Watched, library: Path, documents: Path, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    watched.wait_for("unchanged")
    with FileLock(library / "library.lock", timeout=60):
        watched.wait_for("failed")
    assert "no update was made: another index, restore or rollback is at work on" in caplog.text
    watched.wait_for("unchanged")

    if hasattr(signal, "SIGKILL"):
        wait(lambda: watched.running is not None)
        assert watched.running
        os.kill(watched.running.pid, signal.SIGKILL)
        watched.wait_for("failed")
        assert "no update was made: it was ended by signal 9" in caplog.text

    good = (library / FILE).read_bytes()
    (library / FILE).write_bytes(b"not a database" * 500)
    watched.wait_for("failed")
    assert "is damaged or no library" in caplog.text
    assert "make it again with 'inspection-assistant index" in caplog.text
    (library / FILE).write_bytes(good)
    watched.wait_for("unchanged")

    (documents / "wyham.md").write_text(report("Wyham", 2019, salt=0))
    (documents / "broken.pdf").write_bytes(b"")
    watched.wait_for("changed")
    watched.wait_for("unchanged")
    assert caplog.text.count("not read: broken.pdf: the file is empty") == 1
    gone_back(library, encoder)
    watched.wait_for("held")
    assert "are held since the rollback of" in caplog.text
    assert [document.path for document in Library(library).documents()] == ["exham.md"]
    assert all("Traceback" not in record.getMessage() for record in caplog.records)
    assert {"added", "changed", "removed", "unreadable", "seconds"} in [
        set(getattr(record, DETAILS, {})) for record in caplog.records
    ]


def gone_back(library: Path, encoder: Encoder) -> None:
    """Goes back as somebody does who is told that an update is at work: again, a moment later."""

    def goes_back() -> bool:
        try:
            rollback(library, library_identity(encoder))
        except LibraryUnusable as error:
            if "is at work" not in str(error):
                raise
            return False
        return True

    wait(goes_back)


@pytest.mark.skipif(not CHILDREN, reason="this system does not list a process's children")
def test_a_stop_ends_the_update_that_runs(watched: Watched, library: Path, documents: Path) -> None:
    before = Library(library).state
    for number in range(200):
        (documents / f"{number}.txt").write_text("\n\n".join(f"The {line}th word of {number}." for line in range(50)))
    wait(lambda: watched.running is not None and bool(started_by(watched.running.pid)))  # which reads the files
    assert watched.running
    processes = [watched.running.pid, *started_by(watched.running.pid)]
    watched.stop()
    wait(lambda: not any(map(is_running, processes)), 10)
    watched._thread.join(10)
    assert not watched._thread.is_alive()
    assert Library(library).state == before
    assert Library(library).problems() == []
    with FileLock(library / "library.lock", timeout=1):
        pass


@pytest.mark.skipif(not CHILDREN, reason="this system does not list a process's children")
def test_an_update_ends_with_a_site_that_is_killed(library: Path, documents: Path, tmp_path: Path) -> None:
    before = Library(library).state
    for number in range(200):
        (documents / f"{number}.txt").write_text("\n\n".join(f"The {line}th word of {number}." for line in range(50)))
    with site(library, tmp_path / "log", "--update-every", "1h") as (running, _):
        wait(lambda: any(map(started_by, started_by(running.pid))), 60)  # the update has one that reads the files
        processes = [child for update in started_by(running.pid) for child in (update, *started_by(update))]
        running.kill()
        wait(lambda: not any(map(is_running, processes)), 10)
    assert Library(library).state == before
    assert Library(library).problems() == []
    with FileLock(library / "library.lock", timeout=1):
        pass


@pytest.mark.skipif(not CHILDREN, reason="this system does not show a process's environment")
def test_an_update_is_told_no_secret(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRET:
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", "a-secret-that-is-long-enough-for-any")
    monkeypatch.setenv(f"{PREFIX}SITE_NAME", "no secret")
    updates = Watched(library)
    updates.start()
    wait(lambda: updates.running is not None)
    assert updates.running
    told = Path(f"/proc/{updates.running.pid}/environ").read_bytes()
    updates.stop()
    assert b"no secret" in told
    assert b"a-secret" not in told


def test_a_process_that_cannot_be_started_is_said(
    library: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", str(library / "none"))
    updates = Watched(library)
    updates.start()
    updates.wait_for("failed")
    updates.stop()
    assert "no update could be started (No such file or directory)" in caplog.text
