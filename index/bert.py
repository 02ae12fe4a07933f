"""A BERT encoder's forward pass in NumPy: embeds one question without waiting for PyTorch.

Importing sentence-transformers takes seven to nine seconds on two slow cores, more than a whole answer may take. The
default model is a plain BERT, so its questions are embedded here; a test holds the vectors against those of
sentence-transformers. Devlin et al. 2018, "BERT: Pre-training of Deep Bidirectional Transformers".
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from threadpoolctl import ThreadpoolController
from tokenizers import Tokenizer

from index.adapter import Adapter

Array = NDArray[np.float32]

# Matrices are multiplied in blocks of this size. OpenBLAS copies a matrix at each call unless it and the few tokens of
# a question are small: 6.5 ms instead of 9.6 for the products of a question of 20 tokens, 32 columns wide 7.1.
HEIGHT, WIDTH = 384, 64


class Bert:
    """A BERT model with mean pooling, from a folder in sentence-transformers' layout."""

    def __init__(self, folder: Path, adapter: Adapter | None = None) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        settings = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self.limit = int(settings["max_seq_length"])  # tokens, special ones counted
        self.dimension = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._layers = range(int(config["num_hidden_layers"]))
        self._weights: dict[str, Array] = load_file(folder / "model.safetensors")
        for name, change in adapter.changes() if adapter else ():
            self._weights[name] = self._weights[name] + change
        self._weights |= {n: _in_blocks(w) for n, w in self._weights.items() if ".layer." in n and w.ndim == 2}
        # One thread: two gain a tenth on an idle machine and cost a hundredfold, spinning, on a busy one. Set for good:
        # set and put back by each call, it would be put back by one thread while another still computes.
        ThreadpoolController().limit(limits=1, user_api="blas")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def encode(self, text: str) -> Array:
        """The unit vector (dim,) of a text; what is beyond the limit is not read."""
        ids = self.tokenizer.encode(text).ids
        if len(ids) > self.limit:
            ids = [*ids[: self.limit - 1], ids[-1]]
        hidden = self._forward(np.array(ids))  # (tokens, dim)
        mean = hidden.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _forward(self, ids: NDArray[np.int64]) -> Array:
        w = self._weights
        hidden = (
            w["embeddings.word_embeddings.weight"][ids]
            + w["embeddings.position_embeddings.weight"][: len(ids)]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        for number in self._layers:
            layer = f"encoder.layer.{number}."
            attended = self._linear(self._attention(hidden, layer), layer + "attention.output.dense")
            hidden = self._norm(hidden + attended, layer + "attention.output.LayerNorm")
            inner = _gelu(self._linear(hidden, layer + "intermediate.dense"))
            hidden = self._norm(hidden + self._linear(inner, layer + "output.dense"), layer + "output.LayerNorm")
        return hidden

    def _attention(self, hidden: Array, layer: str) -> Array:
        def split(name: str) -> Array:  # (heads, tokens, dim / heads)
            projected = self._linear(hidden, f"{layer}attention.self.{name}")
            return projected.reshape(len(hidden), self._heads, -1).transpose(1, 0, 2)

        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(self.dimension // self._heads)  # (heads, tokens, tokens)
        scores -= scores.max(axis=-1, keepdims=True)
        shares = np.exp(scores, out=scores)
        shares /= shares.sum(axis=-1, keepdims=True)
        return _side_by_side(shares @ value)

    def _linear(self, x: Array, name: str) -> Array:
        blocks = self._weights[name + ".weight"]  # (parts, blocks, height, width)
        parts = x.reshape(len(x), len(blocks), 1, -1).transpose(1, 2, 0, 3)  # (parts, 1, tokens, height)
        products = parts @ blocks  # (parts, blocks, tokens, width)
        found = _side_by_side(products.sum(axis=0) if len(blocks) > 1 else products[0])
        found += self._weights[name + ".bias"]
        return found

    def _norm(self, x: Array, name: str) -> Array:
        found = x - x.mean(axis=-1, keepdims=True)
        found /= np.sqrt((found**2).mean(axis=-1, keepdims=True) + np.float32(self._epsilon))
        found *= self._weights[name + ".weight"]
        found += self._weights[name + ".bias"]
        return np.asarray(found)


def _in_blocks(matrix: Array) -> Array:
    """A matrix (to, from) as (parts, blocks, height, width): `from` is cut into parts, `to` into blocks."""
    to, given = matrix.shape
    height, width = math.gcd(given, HEIGHT), math.gcd(to, WIDTH)
    return np.ascontiguousarray(matrix.T.reshape(given // height, height, to // width, width).transpose(0, 2, 1, 3))


def _side_by_side(blocks: Array) -> Array:
    """(blocks, tokens, width) → (tokens, blocks * width)."""
    return np.asarray(blocks.transpose(1, 0, 2).reshape(blocks.shape[1], -1))


def _gelu(x: Array) -> Array:
    found = _erf(x / np.float32(math.sqrt(2)))
    found += 1
    found *= x * np.float32(0.5)
    return found


def _erf(x: Array) -> Array:
    """The error function to 1.5e-7: Abramowitz and Stegun 1964, formula 7.1.26."""
    # In place: an array for each step takes twice as long.
    t = np.abs(x)
    t *= np.float32(0.3275911)
    t += 1
    np.divide(1, t, out=t)
    series = t * np.float32(1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(factor)
        series *= t
    np.square(x, out=t)
    np.exp(np.negative(t, out=t), out=t)
    series *= t
    np.subtract(1, series, out=series)
    series *= np.copysign(np.float32(1), x, out=t)
    return series
