"""How long programs wait for an answer: `POST /api/v1/ask` of a site over a library, one at a time and ten at once.

    python tests/benchmarks/api.py LIBRARY [--questions QUESTIONS.jsonl] [--requests 300] [--at-once 10]

The site is a process of its own, as a user would run it; this one only asks, by Python's own HTTP client: on the same
cores httpx takes 2 ms an answer, a tenth of what the answer takes. Each question is another one, as a question's vector
is kept for when it comes again: where the file has too few, a word is put before them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter
from urllib.parse import urlsplit

from assistant.settings import PREFIX

WORDS = "Briefly Now Please Today Overall Again Finally Also Still Then".split()
FEW = ["What needs to improve for care leavers?", "Are social workers' caseloads manageable?", "How good are leaders?"]
WARM_UP = 10


@contextmanager
def site(library: Path, **settings: object) -> Iterator[str]:
    """The address of a site over the library, which takes any number of requests."""
    with started(library, **settings) as (address, _):
        yield address


@contextmanager
def started(library: Path, **settings: object) -> Iterator[tuple[str, int]]:
    """The address of a site over the library, and its process."""
    command = [sys.executable, "-m", "assistant", "serve", "--data", str(library), "--port", "0"]
    named = {"requests_per_minute": 0, "log_file": os.devnull, **settings}
    environment = os.environ | {f"{PREFIX}{name.upper()}": str(value) for name, value in named.items()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                sys.exit(f"no site was started; {' '.join(command)} says why")
            yield found.group(), process.pid
        finally:
            process.terminate()


def post(client: HTTPConnection, question: str) -> None:
    """Ask one question, and read what comes. Raises AssertionError where that is no answer."""
    client.request("POST", "/api/v1/ask", json.dumps({"question": question}), {"content-type": "application/json"})
    answer = client.getresponse()
    said = answer.read()
    assert answer.status == 200, said


def ask(address: str, questions: Sequence[str], at_once: int) -> tuple[list[float], float]:
    """Milliseconds of each request, sorted, and the seconds of all, `at_once` of them always under way."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for question in questions:
        waiting.put(question)
    times: list[float] = []

    def work() -> None:
        with closing(HTTPConnection(urlsplit(address).netloc, timeout=60)) as client:
            while True:
                try:
                    question = waiting.get_nowait()
                except Empty:
                    return
                began = perf_counter()
                post(client, question)
                times.append((perf_counter() - began) * 1000)

    began = perf_counter()
    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(times), perf_counter() - began


def different(questions: Sequence[str], count: int) -> list[str]:
    """So many questions, no two of them alike."""
    heads = ["", *(f"{word}, " for word in WORDS), *(f"{a} and {b}, " for a in WORDS for b in WORDS)]
    found = [head + question for head in heads for question in questions]
    if len(found) < count:
        sys.exit(f"{len(questions)} questions make {len(found)} different ones, fewer than {count}; name a larger file")
    return found[:count]


def read(file: Path | None) -> list[str]:
    """The questions of a file of them, one object a line; a few where none is named."""
    if file is None:
        return FEW
    return [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=10)
    options = parser.parse_args()
    asked = different(read(options.questions), WARM_UP + 2 * options.requests)
    print(f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.2f}")
    with site(options.library) as address:
        ask(address, asked[:WARM_UP], 1)
        for at_once, some in ((1, asked[WARM_UP::2]), (options.at_once, asked[WARM_UP + 1 :: 2])):
            times, seconds = ask(address, some, at_once)
            middle, slow = times[len(times) // 2], times[len(times) * 95 // 100]
            print(
                f"{at_once} at once: {len(times)} answers, median {middle:.0f} ms, 95 % below {slow:.0f} ms, "
                f"longest {times[-1]:.0f} ms, {len(times) / seconds:.0f} a second"
            )


if __name__ == "__main__":
    main()
