"""The process that files are read in: what comes back, its limits, and that it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import readers
from index.documents import Unreadable
from index.library import Library
from index.readers import apart
from index.readers.apart import ReaderProcess
from index.update import library_identity, update
from tests.files import plain_pdf, running_header_pdf
from tests.toy import ToyEncoder

needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there are no signals here")

# What hostile files make of a parser, without the file. They are called in the process, by their names.


def hang() -> None:
    time.sleep(600)


def take_memory(size: int) -> int:
    return len(bytearray(size))


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def own_id() -> int:
    return os.getpid()


@pytest.fixture
def reader() -> Iterator[ReaderProcess]:
    with ReaderProcess() as reader:
        yield reader


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.is_file() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def ends(process: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while is_running(process) and time.monotonic() < until:
        time.sleep(0.05)
    return not is_running(process)


def test_what_is_read_there_is_what_is_read_here(reader: ReaderProcess, shipped_pdf: bytes) -> None:
    for data, name in (
        (shipped_pdf, "a.pdf"),
        (running_header_pdf(), "b.pdf"),
        (b"---\ntitle: Plan\nwritten: 2022-02-03\n---\n\n# Plan\n\n| a | b |\n|---|---|\n| c | d |\n", "a.md"),
    ):
        assert reader.read(data, name) == readers.read(data, name)


def test_one_process_reads_file_after_file(reader: ReaderProcess) -> None:
    first = reader.call(own_id)
    with pytest.raises(Unreadable, match="the PDF is damaged"):
        reader.read(b"%PDF-1.7\n", "a.pdf")
    reader.read(plain_pdf(), "a.pdf")
    assert reader.call(own_id) == first != os.getpid()


def test_errors_come_back_as_they_were_raised(reader: ReaderProcess) -> None:
    with pytest.raises(Unreadable, match=r"^the file is empty \(0 bytes\)$"):
        reader.read(b"", "a.txt")
    with pytest.raises(ZeroDivisionError):
        reader.call(divmod, 1, 0)


def test_no_secret_of_the_environment_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("INSPECTION_ASSISTANT_API_KEYS", "DATABASE_PASSWORD")
    for name in names:
        monkeypatch.setenv(name, "a-secret")
    monkeypatch.setenv("TZ", "Europe/London")
    with ReaderProcess() as reader:
        secrets = [reader.call(os.getenv, name) for name in names]
        assert reader.call(os.getenv, "TZ") == "Europe/London"
    assert secrets == [None, None]


def test_what_takes_too_long_is_ended(reader: ReaderProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reader.call(own_id)
    monkeypatch.setattr(apart, "SECONDS", 1)
    with pytest.raises(Unreadable, match=r"^took longer than 20 seconds to read$"):
        reader.call(hang)
    monkeypatch.undo()
    assert ends(before, 5)
    assert reader.read(b"Words.", "a.txt")[0].text == "Words."


@pytest.mark.skipif(sys.platform == "win32", reason="memory is not limited on Windows")
def test_what_needs_too_much_memory_is_refused(reader: ReaderProcess) -> None:
    before = reader.call(own_id)
    assert reader.call(take_memory, 100 * 2**20) == 100 * 2**20
    with pytest.raises(Unreadable, match=r"^needs more than 1 GB of memory to read$"):
        reader.call(take_memory, 2**30)
    assert ends(before, 5)
    assert reader.read(b"Words.", "a.txt")[0].text == "Words."


@needs_signals
def test_crash_is_a_reason_and_the_next_file_is_read(reader: ReaderProcess) -> None:
    with pytest.raises(Unreadable, match=r"^the reader stopped while reading it; the file may be damaged$"):
        reader.call(crash)
    assert reader.read(b"Words.", "a.txt")[0].text == "Words."


@needs_signals
def test_process_that_ended_meanwhile_is_not_held_against_the_file(reader: ReaderProcess) -> None:
    os.kill(reader.call(own_id), signal.SIGKILL)
    assert reader.read(b"Words.", "a.txt")[0].text == "Words."


def test_several_threads_may_read(reader: ReaderProcess) -> None:
    texts: dict[int, str] = {}

    def read(number: int) -> None:
        texts[number] = reader.read(b"Number %d." % number, "a.txt")[0].text

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {number: f"Number {number}." for number in range(8)}


def test_it_ends_when_closed(reader: ReaderProcess) -> None:
    process = reader.call(own_id)
    reader.close()
    assert not is_running(process)


# A shell has what it runs in the background pass over Ctrl-C, and so would this.
PARENT = """
import signal, sys, time
from index.readers import apart
from index.readers.apart import ReaderProcess
from tests.index.test_apart import hang, own_id
signal.signal(signal.SIGINT, signal.default_int_handler)
apart.GRACE = float(sys.argv[2]) - apart.SECONDS
with ReaderProcess() as reader:
    print(reader.call(own_id), flush=True)
    reader.call(hang) if sys.argv[1] == "busy" else time.sleep(600)
"""


@needs_signals
@pytest.mark.parametrize(("ending", "state"), [("SIGINT", "idle"), ("SIGINT", "busy"), ("SIGKILL", "idle")])
def test_it_ends_with_its_parent(ending: str, state: str) -> None:
    command = [sys.executable, "-c", PARENT, state, "60"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
    ) as parent:
        assert parent.stdout
        process = int(parent.stdout.readline())
        time.sleep(0.5)
        if ending == "SIGINT":
            os.killpg(parent.pid, signal.SIGINT)  # as Ctrl-C does: to all processes of the terminal
        else:
            parent.kill()
        parent.wait(20)
    assert ends(process, 10)


@needs_signals
def test_it_ends_quietly_where_its_parent_is_gone_before_it_has_begun() -> None:
    unread, end = os.pipe()
    os.close(unread)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "index.readers.apart"]
    done = subprocess.run(command, stdout=end, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(end)
    assert (done.returncode, done.stderr) == (0, b"")


@needs_signals
def test_it_ends_by_itself_where_it_hangs_and_its_parent_is_gone() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, "busy", "3"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as parent:
        assert parent.stdout
        process = int(parent.stdout.readline())
        time.sleep(0.5)
        parent.kill()
    assert is_running(process)  # it hangs, and nobody ends it
    assert ends(process, 10)


def test_library_takes_the_rest_where_a_file_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 3)
    folder, data = tmp_path / "files", tmp_path / "data"
    folder.mkdir()
    data.mkdir()
    (folder / "a.md").write_bytes(b"# Slow\n\n" + b"[a](" * 2_000_000)
    (folder / "b.txt").write_text("Words that can be read.")
    library = Library(data, library_identity(ToyEncoder()), create=True)
    report = update(library, [folder], ToyEncoder())
    assert [document.path for document in library.documents()] == ["b.txt"]
    assert [failure.path for failure in report.failures] == ["a.md"]
