"""Whether a question is about children's services at all, by its vector: a logistic regression.

The best cosines do not tell: adapted to the field, the encoder finds something near almost any question.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save_file

FILE = Path(__file__).with_name("topic.safetensors")


@dataclass(frozen=True)
class Topic:
    """Weights (dim,) of a question's vector and what is added; they hold for the encoder of this identity only."""

    encoder: str
    weights: NDArray[np.float32]
    intercept: float

    @classmethod
    def load(cls, path: Path = FILE) -> Topic:
        """From a file that `write` wrote; the one that comes with the project where none is named."""
        with safe_open(path, framework="numpy") as file:
            about = file.metadata()
            return cls(about["encoder"], file.get_tensor("weights"), float(about["intercept"]))

    def write(self, path: Path = FILE) -> None:
        """Write it to a file."""
        about = {"encoder": self.encoder, "intercept": repr(self.intercept)}
        save_file({"weights": self.weights}, path, metadata=about)

    def score(self, vector: NDArray[np.float32]) -> float:
        """Log odds that a question with this unit vector (dim,) is about children's services."""
        return float(vector @ self.weights) + self.intercept


def topic_of(encoder: str) -> Topic | None:
    """The topic that comes with the project, where it holds for the encoder of this identity."""
    topic = Topic.load()
    return topic if topic.encoder == encoder else None
