"""The numbers that were fitted on training questions, from ranking.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from index.search import Weights

FILE = Path(__file__).with_name("ranking.toml")
MEANINGS = {
    "passages": "what a passage's cosine, its best sentence's and its share of the best BM25 count",
    "texts": "what is added: for the kind of answer wanted, for what is asked in it, in its heading; for being newest",
    "sentences": "what each signal of a sentence counts; its passage's score is less that of the best passage",
    "confidence": "log odds that the passages found answer the question",
    "thresholds": "of the confidence; of the log odds of the topic: what is refused below that is called off topic",
}


@dataclass(frozen=True)
class Ranking:
    """How signals are weighed: those of passages, of sentences, and of the confidence in an answer (log odds)."""

    passages: Weights
    texts: Mapping[str, float]  # what is added to a passage's score for what its text shows
    sentences: Mapping[str, float]
    confidence: Mapping[str, float]
    refuse_below: float  # of the confidence
    off_topic_below: float  # of the log odds that the question is of the field: what is refused below is off topic

    @classmethod
    def load(cls, path: Path = FILE) -> Ranking:
        """From a file that `write_ranking` wrote; the one that comes with the project where none is named."""
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(
            Weights(**data["passages"]), data["texts"], data["sentences"], data["confidence"], **data["thresholds"]
        )


def write_ranking(ranking: Ranking, path: Path = FILE) -> None:
    """Write the numbers as `load` reads them."""
    thresholds = {"refuse_below": ranking.refuse_below, "off_topic_below": ranking.off_topic_below}
    tables = {
        "passages": asdict(ranking.passages),
        "texts": ranking.texts,
        "sentences": ranking.sentences,
        "confidence": ranking.confidence,
        "thresholds": thresholds,
    }
    lines = ["# Fitted by `python -m assistant.fitting ranking`; docs/ranking.md says how, and what each number adds."]
    for name, values in tables.items():
        lines += ["", f"[{name}] # {MEANINGS[name]}", *(f"{key} = {value:.3f}" for key, value in values.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def weighed(weights: Mapping[str, float], signals: Mapping[str, float]) -> float:
    """The sum of the signals, each times its weight. Raises KeyError for a weight without a signal."""
    return sum(weight * signals[name] for name, weight in weights.items())
