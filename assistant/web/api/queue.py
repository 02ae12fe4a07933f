"""Answers are found a few at a time; more wait their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Found = TypeVar("Found")


class Queue:
    """Runs what takes time in threads of its own, first come, first served, while the site goes on."""

    def __init__(self, at_once: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="answer")

    async def run(self, find: Callable[[], Found]) -> Found:
        """What is found, when its turn has come. Raises what `find` does."""
        context = copy_context()  # so that what is logged there names the request
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, find)
