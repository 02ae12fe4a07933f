"""Answers found side by side, by processes of their own: of one process's threads, Python runs one at a time."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.scope import EVERYTHING, Scope
from index.encoder import DEFAULT_MODEL, Encoder, open_encoder
from index.library import Library
from index.reranker import Reranker
from index.update import library_identity

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """What an assistant is opened from; `reranker` is a model's folder, or empty."""

    folder: Path
    model: str = DEFAULT_MODEL
    reranker: str = ""

    def open(self, encoder: Encoder | None = None) -> Assistant:
        """The assistant, with the encoder where that is open already. Raises LibraryUnusable and ModelUnusable."""
        return Assistant.open(self.folder, encoder or open_encoder(self.model), self.open_reranker())

    def open_reranker(self) -> Reranker | None:
        """The reranker, where there is one."""
        return Reranker(self.reranker) if self.reranker else None


class SharedAssistant(Assistant):
    """An assistant whose answers are found by several processes; all else it does in this one."""

    def __init__(self, source: Source, encoder: Encoder, processes: int) -> None:
        """Raises LibraryUnusable."""
        library = Library(source.folder, library_identity(encoder))
        super().__init__(library, encoder, reranker=source.open_reranker())
        self._workers = Workers(source, processes)
        self.at_once = 2 * processes  # one that each answers, and its next

    def ask(
        self,
        question: str,
        before: Sequence[Answer] = (),
        everywhere: bool = False,
        scope: Scope = EVERYTHING,
        on: date | None = None,
    ) -> Answer:
        """As `Assistant.ask`."""
        return self._workers.ask(question, tuple(before), everywhere, scope, on)

    def close(self) -> None:
        """End the processes."""
        self._workers.close()


class Workers:
    """Processes that each open one library and answer questions, first come, first served.

    They start at once, and end with the process that made them. Safe to use from several threads.
    """

    def __init__(self, source: Source, processes: int) -> None:
        self._source, self._processes = source, processes
        self._lock = threading.Lock()
        self._pool = self._started()

    def ask(self, *asked: Any) -> Answer:
        """What `Assistant.ask` returns and raises. A question whose process has ended is asked once more."""
        pool = self._pool
        try:
            return pool.submit(_ask, self._source, asked).result()
        except BrokenProcessPool:
            return self._renewed(pool).submit(_ask, self._source, asked).result()

    def close(self) -> None:
        """End the processes. What they are answering is finished; what waits is not."""
        self._pool.shutdown(cancel_futures=True)

    def _renewed(self, broken: ProcessPoolExecutor) -> ProcessPoolExecutor:
        """The pool in place of a broken one, made once however many questions find it broken."""
        with self._lock:
            if self._pool is broken:
                logger.warning("a process that finds answers has ended unasked; new ones are started")
                self._pool = self._started()
            return self._pool

    def _started(self) -> ProcessPoolExecutor:
        # Not forked: that would copy locks which other threads hold.
        pool = ProcessPoolExecutor(self._processes, get_context("spawn"), _begin)
        for _ in range(self._processes):  # a process is started for each task that finds none idle
            pool.submit(_open, self._source)
        return pool


# --- In a worker ------------------------------------------------------------------------------------------------------


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C comes to each process; the site ends its workers itself
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A worker waits for questions on a pipe that it holds both ends of: it is not told that nobody asks any more.
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)


@cache
def _assistant(source: Source) -> Assistant:
    return source.open()


def _open(source: Source) -> None:
    _assistant(source)


def _ask(source: Source, asked: tuple[Any, ...]) -> Answer:
    return _assistant(source).ask(*asked)
