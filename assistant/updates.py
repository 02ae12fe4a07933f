"""A site's library kept up to date by itself: `index --automatic`, again and again, in a process of its own.

What that process meets, a crash or a lack of memory even, takes nothing from readers: the library keeps its last state.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess  # nosec B404 # of the program itself
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Literal, get_args

from assistant.logs import DETAILS
from assistant.settings import PREFIX, SECRET
from index.update import Report

logger = logging.getLogger(__name__)

Outcome = Literal["changed", "unchanged", "held", "failed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
COUNTS = ("added", "changed", "removed")
SECRETS = {f"{PREFIX}{name.upper()}" for name in SECRET}
LOWER = 10  # than the site's own priority, on Unix's scale to 19


class Updates:
    """Updates of one library, one after the other, in a thread; none is begun before the last has ended.

    The one that runs ends with this process, however that ends, and then leaves the state before it.
    """

    def __init__(self, data: Path, every: timedelta, count: Callable[[Outcome], None]) -> None:
        """`count` is told the outcome of each."""
        self._data, self._seconds, self._count = data, every.total_seconds(), count
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._unreadable: list[str] = []  # as was said already
        self._thread = threading.Thread(target=self._update_often, name="updates", daemon=True)

    def start(self) -> None:
        """Begin with the first."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no more, and end the one that runs, which leaves the state before it."""
        with self._lock:
            self._stopping.set()
            if self._process:
                self._process.kill()

    def _update_often(self) -> None:
        while not self._stopping.is_set():
            began = monotonic()
            outcome, message, details = self._update()
            if self._stopping.is_set():
                return
            self._count(outcome)
            level = {"failed": logging.ERROR, "held": logging.WARNING}.get(outcome, logging.INFO)
            logger.log(level, message, extra={DETAILS: {**details, "seconds": round(monotonic() - began, 1)}})
            self._stopping.wait(self._seconds)  # by a clock that nobody sets

    def _update(self) -> tuple[Outcome, str, dict[str, Any]]:
        """What came of an update, in a word, a sentence and numbers."""
        try:
            with _open_while_we_are() as watched:
                with self._lock:
                    if self._stopping.is_set():
                        return "failed", "the site is being stopped", {}
                    self._process = _started(self._data, watched)
                said, complaints = self._process.communicate()
        except OSError as error:
            return "failed", f"no update could be started ({error.strerror})", {}
        if self._process.returncode not in {0, 3}:
            return "failed", f"no update was made: {_reason(self._process.returncode, complaints)}", {}
        try:
            found = json.loads(said.splitlines()[-1])
        except (ValueError, IndexError):
            return "failed", f"what came of the update is not known: it said {said[-200:]!r}", {}
        if "held" in found:
            return "held", found["held"], {}
        counts = {name: found[name] for name in COUNTS}
        unreadable = [f"{file['file']}: {file['reason']}" for file in found["unreadable"]]
        for line in unreadable:
            if line not in self._unreadable:
                logger.warning("not read: %s", line)
        self._unreadable = unreadable
        return "changed" if any(counts.values()) else "unchanged", "update", {**counts, "unreadable": len(unreadable)}


def update_record(report: Report) -> dict[str, Any]:
    """What an update did, as JSON for programs: counts, and each file that could not be read with its reason."""
    return {
        "documents": report.documents,
        "files": report.files,
        "added": report.added,
        "changed": report.replaced,
        "removed": report.removed,
        "unreadable": [{"file": failure.path, "reason": failure.reason} for failure in report.failures],
    }


@contextmanager
def _open_while_we_are() -> Iterator[int]:
    """What a process can read from to know when this one has ended: there is nothing in it, and then its end."""
    watched, held = os.pipe()
    try:
        yield watched
    finally:
        os.close(held)
        os.close(watched)


def _started(data: Path, watched: int) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name.upper() not in SECRETS}
    process = subprocess.Popen(  # nosec B603 # the folder of the library is all that is not written here
        [sys.executable, "-P", "-m", __name__, "index", "--automatic", "--json", "--data", str(data)],
        stdin=watched,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
        encoding="utf-8",
        errors="replace",
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # on Windows
        start_new_session=True,  # Ctrl+C comes to every process of a session; this one is ended by the site
    )
    if hasattr(os, "setpriority"):  # at once: the threads that it will have take theirs from its first
        lower = min(19, os.getpriority(os.PRIO_PROCESS, 0) + LOWER)
        os.setpriority(os.PRIO_PROCESS, process.pid, lower)
    return process


def _reason(status: int, complaints: str) -> str:
    lines = complaints.strip().splitlines()
    told = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    if told:
        return told[-1]
    ended = f"it was ended by signal {-status}" if status < 0 else f"it ended with status {status}"
    return f"{ended}; its last words: {lines[-1]}" if lines else ended


# --- In the process itself --------------------------------------------------------------------------------------------


def _work() -> None:
    threading.Thread(target=_end_with_the_site, daemon=True).start()
    from assistant.cli import main  # which imports this module

    main()


def _end_with_the_site() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    _work()
