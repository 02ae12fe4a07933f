"""What a site counts, for Prometheus: questions and how long they took, responses, and the library as it is.

All is counted in the site's own process, where every question passes, whichever process finds its answer.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import product
from time import perf_counter
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from assistant.assistant import Assistant
from assistant.logs import DETAILS
from assistant.question import BadQuestion
from assistant.updates import OUTCOMES as UPDATED
from assistant.updates import Outcome
from index.library import LibraryUnusable

logger = logging.getLogger(__name__)

Way = Literal["chat", "api", "mcp"]

PREFIX = "inspection_assistant"
WAYS: tuple[Way, ...] = get_args(Way)
OUTCOMES = ("answered", "refused", "invalid", "failed")
BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30)  # seconds


class Metrics:
    """The counts of one application."""

    def __init__(self, assistant: Assistant, log_questions: bool = False) -> None:
        self._log_questions = log_questions
        self._registry = CollectorRegistry()
        self._questions = Counter(
            f"{PREFIX}_questions",
            "Questions by the way they came (chat, api, mcp) and what came of them "
            "(answered; refused: the documents do not answer; invalid: nothing that can be asked; failed).",
            ["way", "outcome"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            f"{PREFIX}_answer_seconds",
            "From a question's arrival until its answer or refusal is found, with the time it waited.",
            ["way"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._responses = Counter(
            f"{PREFIX}_responses", "HTTP responses by their status.", ["status"], registry=self._registry
        )
        self._limited = Counter(
            f"{PREFIX}_limited",
            "Questions in the chat turned away because one address asked too many in a minute.",
            registry=self._registry,
        )
        self._updates = Counter(
            f"{PREFIX}_updates",
            "Updates of the library that the site made by itself, by what came of them "
            "(changed, unchanged; held: after a restore or a rollback; failed: the log says why).",
            ["outcome"],
            registry=self._registry,
        )
        for updated in UPDATED:
            self._updates.labels(updated)
        for way, outcome in product(WAYS, OUTCOMES):  # so that a rate is 0, and not missing, before the first
            self._questions.labels(way, outcome)
        self._registry.register(_LibraryCollector(assistant))
        ProcessCollector(registry=self._registry)

    @contextmanager
    def question(self, way: Way, text: str, request_id: str = "") -> Iterator[Callable[[str], None]]:
        """Count a question answered within; what it yields is told the answer's status."""
        began, outcome = perf_counter(), "failed"

        def tell(status: str) -> None:
            nonlocal outcome
            outcome = status

        try:
            yield tell
        except BadQuestion:
            outcome = "invalid"
            raise
        finally:
            seconds = perf_counter() - began
            self._questions.labels(way, outcome).inc()
            if outcome in {"answered", "refused"}:
                self._seconds.labels(way).observe(seconds)
            details: dict[str, object] = {"way": way, "outcome": outcome, "seconds": round(seconds, 3)}
            if request_id:
                details["request_id"] = request_id
            if self._log_questions:
                details["question"] = text
            logger.info("question", extra={DETAILS: details})

    def responded(self, status: int) -> None:
        """Count a response."""
        self._responses.labels(str(status)).inc()

    def limited(self) -> None:
        """Count a question in the chat that was one too many."""
        self._limited.inc()

    def updated(self, outcome: Outcome) -> None:
        """Count an update that the site made by itself."""
        self._updates.labels(outcome).inc()

    def as_text(self) -> bytes:
        """All of them in Prometheus's text format."""
        return generate_latest(self._registry)


class _LibraryCollector(Collector):
    """What the library holds when it is asked, so that an update by another process shows too."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = self._found()
        yield GaugeMetricFamily(
            f"{PREFIX}_library_usable", "1 where the library can be used, else 0.", int(bool(found))
        )
        for name, (words, value) in found.items():
            yield GaugeMetricFamily(f"{PREFIX}_library_{name}", words, value)

    def _found(self) -> dict[str, tuple[str, float]]:
        library = self._assistant.library
        try:
            return {
                "documents": ("Documents in the library.", len(self._assistant.documents())),
                "passages": ("Passages in the library.", library.count_passages()),
                "unread_files": ("Files that the last update could not read.", len(library.failures())),
                "updates_held": (
                    "1 where no update is made by itself, after a restore or a rollback, else 0.",
                    int(bool(library.held)),
                ),
                "generation": ("The number of the library's state: one more after each change.", library.generation),
                "updated_timestamp_seconds": ("When that state was published.", _timestamp(library.updated)),
            }
        except (LibraryUnusable, sqlite3.Error, OSError, LookupError):
            logger.exception("the library could not be counted")
            return {}


def _timestamp(updated: str) -> float:
    return datetime.fromisoformat(updated).timestamp() if updated else 0.0
