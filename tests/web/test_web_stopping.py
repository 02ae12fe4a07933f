"""A site that is stopped lets answers under way finish, and waits for nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children
from pathlib import Path
from threading import Semaphore
from typing import Any

import httpx
import pytest
import uvicorn

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.web.stopping import Server
from assistant.workers import Setup, SharedAssistant
from index.encoder import Encoder
from index.library import LibraryUnusable
from tests.web.browsing import CASELOADS, QUOTED
from tests.web.chat_over_http import Page
from tests.web.test_web_workers import CHILDREN, children, is_running, site, wait

LONG = {"question": CASELOADS, "before": [f"{word}, {CASELOADS}" for word in "a b c d e f g h i j k l m".split()]}
HEARTBEAT = "chat/gradio_api/heartbeat/0123456789"


class Slow(Assistant):
    """Answers when it is told to."""

    begun, release, is_slow = threading.Event(), threading.Event(), False

    def ask(self, *arguments: Any, **named: Any) -> Answer:
        if self.is_slow:
            self.begun.set()
            assert self.release.wait(30)
        return super().ask(*arguments, **named)


@pytest.fixture
def slow(library_folder: Path, encoder: Encoder) -> Slow:
    assistant = Slow.open(library_folder, encoder)
    assistant.begun, assistant.release = threading.Event(), threading.Event()
    return assistant


@contextmanager
def stoppable(
    assistant: Assistant, within: int
) -> Iterator[tuple[str, Callable[[], None], threading.Thread, list[str]]]:
    """The site's address, what tells it to stop, the thread it ends with, and what happened at its end."""
    app, happened = create_app(assistant, Settings()), list[str]()
    app.state.stopping = asyncio.Event()

    def before() -> None:
        happened.append("stopping")
        app.state.stopping.set()

    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=within)
    server = Server(config, before, lambda: happened.append("stopped"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait(lambda: server.started)

    def stop() -> None:
        server.should_exit = True

    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/", stop, thread, happened
    stop()
    thread.join(30)


def test_answers_under_way_are_finished(slow: Slow) -> None:
    with stoppable(slow, 30) as (address, stop, thread, happened), ThreadPoolExecutor(2) as threads:
        with httpx.Client(base_url=address, timeout=60) as client:
            page = Page(client)
            slow.is_slow = True
            program = threads.submit(httpx.post, f"{address}api/v1/ask", json={"question": CASELOADS}, timeout=60)
            reader = threads.submit(page.ask, CASELOADS)
            assert slow.begun.wait(30)
            time.sleep(0.5)
            stop()
            wait(lambda: happened == ["stopping"])
            time.sleep(0.5)
            assert thread.is_alive()
            with pytest.raises(httpx.ConnectError):  # nothing new is taken
                httpx.get(f"{address}health")
            slow.release.set()
            assert program.result(30).json()["citations"][0]["quote"] == QUOTED
            assert QUOTED in reader.result(30)
        thread.join(10)
    assert not thread.is_alive()
    assert happened == ["stopping", "stopped"]


def test_pages_that_are_only_open_are_not_waited_for(slow: Slow) -> None:
    with stoppable(slow, 60) as (address, stop, thread, happened), ThreadPoolExecutor(3) as threads:
        begun = Semaphore(0)
        held = [threads.submit(drained, address, begun) for _ in range(3)]
        assert all(begun.acquire(timeout=30) for _ in held)
        began = time.monotonic()
        stop()
        thread.join(30)
        assert time.monotonic() - began < 5
        assert [one.result(10) for one in held]
    assert happened == ["stopping", "stopped"]


def drained(address: str, begun: Semaphore) -> bool:
    with httpx.stream("GET", address + HEARTBEAT, timeout=60) as stream:
        assert stream.status_code == 200
        begun.release()
        try:
            list(stream.iter_bytes())
        except httpx.RemoteProtocolError:  # as it is for a page whose server goes away
            return True
    return True


def test_an_answer_that_takes_too_long_is_not_waited_for(slow: Slow) -> None:
    with stoppable(slow, 1) as (address, stop, _, happened), ThreadPoolExecutor(1) as threads:
        slow.is_slow = True
        asked = threads.submit(httpx.post, f"{address}api/v1/ask", json={"question": CASELOADS}, timeout=60)
        assert slow.begun.wait(30)
        began = time.monotonic()
        stop()
        wait(lambda: "stopped" in happened)
        assert time.monotonic() - began < 10
        slow.release.set()
        assert isinstance(asked.exception(30), httpx.RemoteProtocolError) or asked.result().status_code >= 500


def test_a_closed_assistant_leaves_no_question_waiting(library_folder: Path, encoder: Encoder) -> None:
    before = active_children()
    assistant = SharedAssistant(Setup(library_folder), encoder, 1)
    assistant.ask(CASELOADS)
    [worker] = set(active_children()).difference(before)
    os.kill(worker.pid or 0, signal.SIGSTOP)  # it never answers
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(assistant.ask, CASELOADS) for _ in range(2)]
        time.sleep(0.5)
        assistant.close()
        for one in asked:
            with pytest.raises(LibraryUnusable, match="is being stopped"):
                one.result(30)
    worker.join(10)
    assert not worker.is_alive()


@pytest.mark.skipif(not CHILDREN, reason="this system does not list a process's children")
def test_sigterm_lets_answers_finish_and_ends_every_process(library_folder: Path) -> None:
    with site(library_folder, 2) as (running, address), ThreadPoolExecutor(5) as threads:
        first = httpx.post(f"{address}api/v1/ask", json={"question": CASELOADS}, timeout=60).raise_for_status()
        assert "server" not in first.headers  # which would name the program and invite what is known against it
        started = children(running.pid)
        begun = Semaphore(0)
        held = threads.submit(drained, address, begun)
        assert begun.acquire(timeout=30)
        asked = [threads.submit(httpx.post, f"{address}api/v1/ask", json=LONG, timeout=60) for _ in range(4)]
        time.sleep(0.3)
        assert not any(one.done() for one in asked)
        running.send_signal(signal.SIGTERM)
        assert [one.result(60).json()["citations"][0]["quote"] for one in asked] == [QUOTED] * 4
        assert held.result(30)
        wait(lambda: not any(map(is_running, (running.pid, *started))))
        assert running.stderr is not None
        said = running.stderr.read()
    assert "Traceback" not in said
    assert "Cancel" not in said
    assert "leaked" not in said
