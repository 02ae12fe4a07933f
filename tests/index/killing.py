"""What is killed: a library's operations, each in a process of its own, and where in it the process dies.

Half of the deaths come at a moment drawn from the time that the operation takes, and so mostly within SQLite, FAISS or
tantivy; half before or after one of its calls of SQLite and of the system that change files, each as likely as another.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from index import update
from index.copies import backup, restore, rollback
from tests.index.states import IDENTITY
from tests.toy import ToyEncoder

update.EMBED_AT_ONCE = 6  # so that a run stages its documents in several steps

# All is imported once, in a server from which each process is forked.
PROCESSES = get_context("forkserver") if hasattr(signal, "SIGKILL") else get_context()
PROCESSES.set_forkserver_preload(["tests.index.killing"])

CHANGING = {"open", "rename", "replace", "unlink", "rmdir", "mkdir", "write", "fsync", "close", "ftruncate"}


@dataclass(frozen=True)
class Place:
    """The folder that a test works in."""

    root: Path

    @property
    def library(self) -> Path:
        """The library's folder."""
        return self.root / "library"

    @property
    def files(self) -> Path:
        """The newer files."""
        return self.root / "newer"

    @property
    def backup(self) -> Path:
        """A backup."""
        return self.root / "backup.sqlite"


OPERATIONS: dict[str, Callable[[Place], object]] = {
    "index": lambda place: update.build(place.library, [place.files], ToyEncoder()),
    "rebuild": lambda place: update.rebuild(place.library, [place.files], ToyEncoder()),
    "backup": lambda place: backup(place.library, place.backup),
    "restore": lambda place: restore(place.library, place.backup, IDENTITY),
    "rollback": lambda place: rollback(place.library, IDENTITY),
}


@dataclass(frozen=True)
class Extent:
    """How long an operation takes, in seconds, and how many calls it makes that a process may die at."""

    seconds: float
    calls: int


def measure(operation: str, place: Place) -> Extent:
    """Let a process come to its end, first as it is, then with its calls counted."""
    begun = place.root.with_name("begun")
    shutil.copytree(place.root, begun)
    seconds = _end(operation, place, 0)[0]
    calls = _end(operation, Place(begun), sys.maxsize)[1]
    shutil.rmtree(begun)
    return Extent(seconds, calls)


def kill(operation: str, place: Place, share: float, extent: Extent, by_call: bool) -> bool:
    """Kill a process after this share of its calls or its time; whether it was killed before it had ended."""
    ours, theirs = PROCESSES.Pipe()
    die_at = int(share * extent.calls) if by_call else 0
    process = PROCESSES.Process(target=_work, args=(operation, place, die_at, theirs))
    process.start()
    theirs.close()
    ours.recv()
    if not by_call:
        time.sleep(share * extent.seconds)
        process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def _end(operation: str, place: Place, die_at: int) -> tuple[float, int]:
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_work, args=(operation, place, die_at, theirs))
    process.start()
    ours.recv()
    began = time.perf_counter()
    calls = ours.recv()
    seconds = time.perf_counter() - began
    process.join()
    return seconds, calls


def _work(operation: str, place: Place, die_at: int, connection: Connection) -> None:
    connection.send("begun")
    calls = _count_calls(die_at) if die_at else [0]
    OPERATIONS[operation](place)
    connection.send(calls[0])


def _count_calls(die_at: int) -> list[int]:
    """Counts the calls that change files, and their returns, and kills this process at one of them."""
    calls = [0]

    def look(frame: FrameType, event: str, function: Any) -> None:
        if event not in {"c_call", "c_return"}:
            return
        of_sqlite = type(function.__self__).__module__ == "sqlite3" if hasattr(function, "__self__") else False
        if of_sqlite or function.__name__ in CHANGING:
            calls[0] += 1
            if calls[0] == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)
    return calls
