"""Many people at once in the chat, through nginx below a path, as on a server; and many questions of programs.

    python tests/benchmarks/load.py LIBRARY [--questions QUESTIONS.jsonl] [--people 50] [--minutes 5]
        [--a-minute 500] [--program-minutes 2]

Each person opens the chat, asks, lets the page fetch what to ask next, opens every second time a source with its
picture, and reads for 4 to 8 seconds. Of Gradio's scripts only those that the page names are fetched, which a browser
keeps. The site takes any number of requests of an address here (`requests_per_minute = 0`): all come from this machine.
Who asks shares its processors with the site. Memory is what the site and the processes that answer have together, pages
that several share counted once.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from time import perf_counter
from urllib.parse import urlsplit

import httpx

from tests.benchmarks.api import different, read, started
from tests.web.chat_over_http import Page
from tests.web.nginx import ROOT, before

READS = (4.0, 8.0)  # seconds between an answer and the next question
QUESTIONS_A_PAGE = 8
SAMPLES = 5.0  # seconds between two looks at the memory
SOURCE = re.compile(r"\.\./(documents/\w+\?[\w=&;.]+)")
SHARE_OPENED = 0.5  # of the answers, whose first source is opened
PART = re.compile(r'(?:src|href)="((?:\./|\.\./static/)[^"]+\.(?:js|css|woff2|svg))"')
PICTURE = re.compile(r'src="([^"]+\.png[^"]*)"')


@dataclass
class Results:
    """What came of the requests; safe to add to from threads."""

    answers: list[float] = field(default_factory=list)  # milliseconds
    suggestions: list[float] = field(default_factory=list)
    sources: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def timed(self, kind: list[float], what: Callable[[], str]) -> str:
        """What comes of it, or nothing where it fails; the time is kept, the failure too."""
        began = perf_counter()
        try:
            found = what()
        except (httpx.HTTPError, RuntimeError) as error:
            self.failed.append(f"{type(error).__name__}: {error}")
            return ""
        kind.append((perf_counter() - began) * 1000)
        return found


class Visitor:
    """One person with a browser."""

    def __init__(self, origin: str, questions: Iterator[str], results: Results, seed: int) -> None:
        self._site, self._questions, self._results = f"{origin}{ROOT}/", questions, results
        self._chance = random.Random(seed)

    def stay(self, until: float) -> None:
        """Ask, read and ask again until the time is over."""
        time.sleep(self._chance.uniform(0, READS[1]))
        while time.monotonic() < until:
            with httpx.Client(base_url=self._site, timeout=60) as client:
                self._open(client)
                for _ in range(QUESTIONS_A_PAGE if self._page else 0):
                    if time.monotonic() < until:
                        self._ask(client)
                        time.sleep(self._chance.uniform(*READS))

    def _open(self, client: httpx.Client) -> None:
        self._page: Page | None = None
        self._results.timed(self._results.pages, lambda: self._opened(client))

    def _ask(self, client: httpx.Client) -> None:
        page, question = self._page, next(self._questions)
        assert page
        shown = self._results.timed(self._results.answers, lambda: page.ask(question))
        self._results.timed(self._results.suggestions, lambda: page.send(page.suggest))
        source = SOURCE.search(shown)
        if source and self._chance.random() < SHARE_OPENED:
            address = source.group(1).replace("&amp;", "&")
            self._results.timed(self._results.sources, lambda: _source(client, address))

    def _opened(self, client: httpx.Client) -> str:
        """The chat with all that its page names, and the connection that it holds."""
        html = client.get("chat/").raise_for_status().text
        for address in sorted(set(PART.findall(html))):
            client.get(client.base_url.join(f"chat/{address}")).raise_for_status()
        page = Page(client)
        client.send(client.build_request("GET", f"chat/gradio_api/heartbeat/{page.session}"), stream=True)
        page.send(page.load)
        self._page = page
        return html


def _source(client: httpx.Client, address: str) -> str:
    html = client.get(address).raise_for_status().text
    for picture in PICTURE.findall(html)[:1]:
        client.get(client.base_url.join(f"documents/{picture}")).raise_for_status()
    return html


@contextmanager
def memory(process: int) -> Iterator[list[tuple[float, float]]]:
    """Fills with seconds since the start and MiB, until it is left."""
    found: list[tuple[float, float]] = []
    over, began = threading.Event(), time.monotonic()

    def look() -> None:
        while not over.wait(SAMPLES):
            found.append((time.monotonic() - began, sum(map(_mebibytes, [process, *_children(process)]))))

    thread = threading.Thread(target=look)
    thread.start()
    yield found
    over.set()
    thread.join()


def _children(process: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _mebibytes(process: int) -> float:
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    return int(re.findall(r"^Pss:\s+(\d+)", rollup, re.M)[0]) / 1024


def chat(origin: str, questions: Sequence[str], process: int, people: int, minutes: float) -> None:
    """Many people at once."""
    results, asked = Results(), iter(questions)
    until, lock = time.monotonic() + minutes * 60, threading.Lock()

    def one_at_a_time() -> Iterator[str]:
        while True:
            with lock:  # let go before the question is handed out
                question = next(asked)
            yield question

    with memory(process) as held, ThreadPoolExecutor(people) as threads:
        visitors = [Visitor(origin, one_at_a_time(), results, number) for number in range(people)]
        for staying in [threads.submit(visitor.stay, until) for visitor in visitors]:
            staying.result()
    print(f"{people} people at once for {minutes:g} minutes:")
    for name in ("answers", "suggestions", "sources", "pages"):
        times = getattr(results, name)
        print(f"  {name}: {_summary(times)}")
    print(f"  failed: {len(results.failed)} {results.failed[:3] or ''}")
    second = [mib for at, mib in held if 60 <= at < 120]
    last = [mib for at, mib in held if at >= minutes * 60 - 60 and at < minutes * 60]
    if second and last:
        change = mean(last) / mean(second) - 1
        print(f"  memory: {mean(second):.0f} MiB in the second minute, {mean(last):.0f} in the last ({change:+.1%})")
        minute = [[mib for at, mib in held if at // 60 == n] for n in range(int(minutes))]
        print(f"  by minutes: {' '.join(f'{mean(some):.0f}' for some in minute if some)}")


def programs(origin: str, questions: Sequence[str], a_minute: int, minutes: float) -> None:
    """So many questions a minute, each sent when it is due, whether or not those before are answered."""
    results, count = Results(), round(a_minute * minutes)
    began = time.monotonic()

    def one(number: int) -> None:
        time.sleep(max(0.0, began + number * 60 / a_minute - time.monotonic()))
        asked = {"question": questions[number]}
        results.timed(
            results.answers, lambda: client.post(f"{origin}{ROOT}/api/v1/ask", json=asked).raise_for_status().text
        )

    limits = httpx.Limits(max_connections=200)
    with httpx.Client(timeout=60, limits=limits) as client, ThreadPoolExecutor(100) as threads:
        list(threads.map(one, range(count)))
    took = time.monotonic() - began
    print(f"{a_minute} questions a minute to /api/v1/ask for {minutes:g} minutes (took {took / 60:.2f}):")
    print(f"  answers: {_summary(results.answers)}")
    print(f"  failed: {len(results.failed)} {results.failed[:3] or ''}")


def _summary(times: Sequence[float]) -> str:
    if not times:
        return "none"
    ordered = sorted(times)
    middle, slow = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
    return f"{len(ordered)}, median {middle:.0f} ms, 95 % below {slow:.0f} ms, longest {ordered[-1]:.0f} ms"


def _load() -> str:
    return ", ".join(f"{load:.2f}" for load in os.getloadavg())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--a-minute", type=int, default=500)
    parser.add_argument("--program-minutes", type=float, default=2)
    options = parser.parse_args()
    for_programs = round(options.a_minute * options.program_minutes)
    in_chat = round(options.people * (options.minutes * 60 / READS[0] + 2))
    questions = different(read(options.questions), for_programs + in_chat)
    random.Random(0).shuffle(questions)
    print(f"{os.cpu_count()} cores, load before (1, 5, 15 minutes): {_load()}", flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        started(options.library, root_path=ROOT, proxies="127.0.0.1") as (address, process),
        before(urlsplit(address).netloc, Path(folder)) as origin,
    ):
        httpx.get(f"{origin}{ROOT}/chat/", timeout=60).raise_for_status()
        if options.minutes:
            chat(origin, questions[for_programs:], process, options.people, options.minutes)
        print(f"load: {_load()}", flush=True)
        if for_programs:
            programs(origin, questions[:for_programs], options.a_minute, options.program_minutes)
        print(f"load: {_load()}")


if __name__ == "__main__":
    main()
