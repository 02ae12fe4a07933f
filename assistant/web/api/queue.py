"""Answers are found a few at a time; more wait their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Found = TypeVar("Found")

# With ten asked at once on two cores, 26 answers a second; with 1, 3, 10 and 40 it was 24, 22, 19 and 21
# (tests/benchmarks/api.py, other work beside it). Much of an answer is Python, which runs one thread at a time.
AT_ONCE = 2


class Queue:
    """Runs what takes time in threads of its own, first come, first served, while the site goes on."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="answer")

    async def run(self, find: Callable[[], Found]) -> Found:
        """What is found, when its turn has come. Raises what `find` does."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, find)
