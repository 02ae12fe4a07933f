"""The field's adapter: low-rank changes to the default model's weights, trained on questions about reports.

Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models". `index/adapter/README.md` is its model card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

FILE = Path(__file__).parent / "adapter" / "adapter.safetensors"

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Adapter:
    """For each weight matrix that changes, (out, rank) `up` and (rank, in) `down`: the change is `up @ down`."""

    identity: str
    factors: Mapping[str, tuple[Array, Array]]

    @classmethod
    def load(cls, path: Path = FILE) -> Adapter:
        """From a file that `write` made."""
        data = path.read_bytes()
        tensors = {name: value.astype(np.float32) for name, value in load(data).items()}
        names = sorted(name.removesuffix(".up") for name in tensors if name.endswith(".up"))
        factors = {name: (tensors[f"{name}.up"], tensors[f"{name}.down"]) for name in names}
        return cls(f"adapter@{hashlib.sha256(data).hexdigest()[:12]}", factors)

    def changes(self) -> Iterator[tuple[str, Array]]:
        """The name of each weight matrix (out, in) that changes, and what is added to it."""
        for name, (up, down) in self.factors.items():
            yield name, up @ down


def write(factors: Mapping[str, tuple[Array, Array]], path: Path = FILE) -> None:
    """Write an adapter's factors, in half precision."""
    tensors = {f"{name}.{part}": value.astype(np.float16) for name, (up, down) in sorted(factors.items())
               for part, value in (("up", up), ("down", down))}  # fmt: skip
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(save(tensors))
