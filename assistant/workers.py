"""Answers found side by side, by processes of their own: of one process's threads, Python runs one at a time."""

from __future__ import annotations

import logging
import signal
import threading
import traceback
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.scope import EVERYTHING, Scope
from index.encoder import DEFAULT_MODEL, Encoder, open_encoder
from index.library import Library, LibraryUnusable
from index.reranker import Reranker
from index.update import library_identity

logger = logging.getLogger(__name__)

TRIES = 2  # of a question whose process ended
# Not forked: that would copy locks which other threads hold.
PROCESSES = get_context("spawn")


@dataclass(frozen=True)
class Setup:
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

    def __init__(self, setup: Setup, encoder: Encoder, processes: int) -> None:
        """Raises LibraryUnusable."""
        library = Library(setup.folder, library_identity(encoder))
        super().__init__(library, encoder, reranker=setup.open_reranker())
        self._workers = Workers(setup, processes)
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
        """End the processes, also those that have not finished; else they end with this one."""
        self._workers.close()


class Workers:
    """Processes that have one library open and answer questions, first come, first served.

    They start at once and end with the process that made them. Safe to use from several threads.
    """

    def __init__(self, setup: Setup, processes: int) -> None:
        self._setup = setup
        self._lock = threading.Lock()
        self._workers = [_Worker(setup) for _ in range(processes)]
        self._idle = list(self._workers)
        self._is_closed = False
        self._waiting: deque[SimpleQueue[_Worker]] = deque()

    def ask(self, *asked: Any) -> Answer:
        """What `Assistant.ask` returns and raises. A question whose process ends is asked once more of another.

        Raises LibraryUnusable once it is closed.
        """
        for _ in range(TRIES):
            if self._is_closed:
                break
            with suppress(_Ended):
                answer, error = self._asked(asked)
                if error is not None:
                    raise error
                assert answer is not None
                return answer
            if not self._is_closed:
                logger.warning("a process that finds answers has ended; another is started in its place")
        if self._is_closed:
            raise LibraryUnusable("the site is being stopped")
        raise LibraryUnusable("the processes that find answers end over a question")

    def close(self) -> None:
        """End the processes, and with them the questions that they have not answered."""
        with self._lock:
            self._is_closed = True
            for worker in self._workers:
                worker.kill()

    def _asked(self, asked: tuple[Any, ...]) -> _Found:
        worker = self._taken()
        try:
            found = worker.ask(asked)
        except BaseException:  # what it may still send would be taken for the answer to the next question
            worker.end()
            worker = self._in_place_of(worker)
            raise
        finally:
            self._give_back(worker)
        return found

    def _in_place_of(self, ended: _Worker) -> _Worker:
        if self._is_closed:
            return ended
        worker = _Worker(self._setup)
        with self._lock:
            self._workers.remove(ended)
            self._workers.append(worker)
            if self._is_closed:
                worker.kill()
        return worker

    # Handed from one to the next: left lying, a worker is mostly taken by the thread that has just had it.
    def _taken(self) -> _Worker:
        handed: SimpleQueue[_Worker] = SimpleQueue()
        with self._lock:
            if self._idle:
                return self._idle.pop()
            self._waiting.append(handed)
        return handed.get()

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().put(worker)
            else:
                self._idle.append(worker)


class _Ended(Exception):
    """The process is no more."""


_Found = tuple[Answer | None, Exception | None]


class _Worker:
    """One process, which answers one question at a time."""

    def __init__(self, setup: Setup) -> None:
        self._connection, theirs = PROCESSES.Pipe()
        self._process = PROCESSES.Process(target=_work, args=(theirs, setup), daemon=True)
        self._process.start()
        theirs.close()  # else nobody would notice that the process has ended

    def ask(self, asked: tuple[Any, ...]) -> _Found:
        try:
            self._connection.send(asked)
            found: _Found = self._connection.recv()
        except (EOFError, OSError) as error:
            raise _Ended from error
        return found

    def end(self) -> None:
        self._connection.close()
        self.kill()

    def kill(self) -> None:
        # Whoever waits for an answer over the connection, in another thread, is told by its end.
        self._process.kill()


# --- In the process of a worker ---------------------------------------------------------------------------------------


def _work(connection: Connection, setup: Setup) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C comes to every process; this one ends with the site
    with suppress(Exception):  # a library that cannot be opened now may be when a question comes
        _assistant(setup)
    with suppress(EOFError, OSError):  # the site has ended
        while True:
            connection.send(_found(setup, connection.recv()))


def _found(setup: Setup, asked: tuple[Any, ...]) -> _Found:
    try:
        return _assistant(setup).ask(*asked), None
    except Exception as error:  # whatever it is, the site raises it for whoever asked
        error.add_note(traceback.format_exc())  # which does not travel
        return None, error


@cache
def _assistant(setup: Setup) -> Assistant:
    return setup.open()
