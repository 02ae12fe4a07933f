"""Trains the adapter: questions are drawn towards the passages and sentences that answer them.

Each question, its authority and time left out, against a passage that answers it, with passages of the same report that
come near it for the unadapted model as hard negatives, and the passages of the batch's other questions as easy ones
(InfoNCE: van den Oord et al. 2018). The same over the sentences of its own passages, whose vectors are the means of
their tokens' vectors. What is trained are low-rank changes of all layers' weight matrices (LoRA: Hu et al. 2021).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, normalize

from assistant.fitting.examples import Example, Text, read_text
from index.adapter import Array
from index.encoder import DefaultEncoder, token_ranges
from index.stored import StoredPassage

MATRICES = ("query", "key", "value", "dense")  # the names of BERT's linear layers


@dataclass(frozen=True)
class Recipe:
    """How the adapter is trained. Chosen by cross-validation over authorities; figures in the model card."""

    rank: int = 32
    epochs: int = 4
    batch: int = 16
    rate: float = 5e-4
    negatives: int = 4
    mined: int = 20  # the nearest passages of a report, from which negatives are drawn
    scale: float = 20.0  # one over the temperature
    sentence_loss: float = 0.5  # what the sentences count beside the passages
    warm_up: float = 0.1  # of all steps
    seed: int = 0


Tell = Callable[[int, int, float], None]
"""Told the step, the number of steps, and the loss of the step."""


def train(
    examples: Sequence[Example],
    passages: Mapping[int, Sequence[StoredPassage]],
    recipe: Recipe | None = None,
    tell: Tell | None = None,
) -> dict[str, tuple[Array, Array]]:
    """The factors of an adapter (as `index.adapter.write` takes them), trained on these examples.

    `passages` holds the passages of every example's document, by the document's id.
    """
    recipe = recipe or Recipe()
    torch.manual_seed(recipe.seed)
    encoder = DefaultEncoder(adapter=None)
    texts = {p.id: read_text(p) for e in examples for p in passages[e.document.id]}
    negatives = _mine(encoder, examples, passages, texts, recipe)
    model = _Model(encoder, recipe.rank)
    optimizer = torch.optim.AdamW(model.parameters, lr=recipe.rate, weight_decay=0.01)
    steps = recipe.epochs * (len(examples) // recipe.batch)
    warm = max(1, int(steps * recipe.warm_up))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.02, (steps - step) / (steps - warm + 1)))
    )
    for step, batch in enumerate(_batches(examples, negatives, recipe), 1):
        loss = _loss(model, batch, texts, recipe)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # untyped in torch
        nn.utils.clip_grad_norm_(model.parameters, 1.0)
        optimizer.step()
        schedule.step()
        if tell:
            tell(step, steps, float(loss.detach()))
    return model.factors()


def _mine(
    encoder: DefaultEncoder,
    examples: Sequence[Example],
    passages: Mapping[int, Sequence[StoredPassage]],
    texts: Mapping[int, Text],
    recipe: Recipe,
) -> list[list[int]]:
    """For each example, the passages of its report that come nearest to it without answering it."""
    ids = list(texts)
    vectors, _ = encoder.encode_passages([texts[n].text for n in ids], [()] * len(ids))
    place = {number: row for row, number in enumerate(ids)}
    found = []
    for example in examples:
        others = [p.id for p in passages[example.document.id] if p.id not in example.passages]
        cosines = vectors[[place[n] for n in others]] @ encoder.encode_question(example.subject)
        found.append([others[n] for n in np.argsort(-cosines, kind="stable")[: recipe.mined]])
    return found


@dataclass(frozen=True)
class _Item:
    example: Example
    passages: tuple[int, ...]  # one that answers first, then those that do not


def _batches(examples: Sequence[Example], mined: Sequence[Sequence[int]], recipe: Recipe) -> Iterator[list[_Item]]:
    chance = random.Random(recipe.seed)  # nosec B311 # the same order again, no secret
    order = list(range(len(examples)))
    for _ in range(recipe.epochs):
        chance.shuffle(order)
        for begin in range(0, len(order) - recipe.batch + 1, recipe.batch):
            batch = []
            for n in order[begin : begin + recipe.batch]:
                answering = chance.choice(examples[n].passages)
                drawn = chance.sample(list(mined[n]), min(recipe.negatives, len(mined[n])))
                batch.append(_Item(examples[n], (answering, *drawn)))
            yield batch


def _loss(model: _Model, batch: Sequence[_Item], texts: Mapping[int, Text], recipe: Recipe) -> Tensor:
    """InfoNCE over all passages of the batch, and over the sentences of each question's own."""
    ids = sorted({number for item in batch for number in item.passages}, key=lambda n: len(texts[n].text))
    vectors, sentences = model.encode([texts[n] for n in ids])
    place = {number: row for row, number in enumerate(ids)}
    questions = model.encode_questions([item.example.subject for item in batch])
    total = torch.zeros(())
    for question, item in zip(questions, batch, strict=True):
        also_right = [place[n] for n in item.example.passages if n in place and n != item.passages[0]]
        scores = (vectors @ question * recipe.scale).index_fill(0, torch.tensor(also_right, dtype=torch.long), -1e4)
        total = total - log_softmax(scores, dim=0)[place[item.passages[0]]]
        own = [(n, k) for n in item.passages for k in range(len(sentences[place[n]]))]
        right = torch.tensor([key in item.example.sentences for key in own])
        if right.any():
            rows = torch.cat([sentences[place[n]] for n in item.passages])
            scores = rows @ question * recipe.scale
            total = total + recipe.sentence_loss * (torch.logsumexp(scores, 0) - torch.logsumexp(scores[right], 0))
    return total / len(batch)


class _LowRank(nn.Module):
    """A linear layer and a low-rank change to it, which begins as none."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / linear.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x) + x @ self.down.T @ self.up.T  # type: ignore[no-any-return]  # torch: any


class _Model:
    """The default model with an adapter to train."""

    CHUNK = 12  # passages of like length that are read together

    def __init__(self, encoder: DefaultEncoder, rank: int) -> None:
        self._tokenizer = encoder.tokenizer
        self._limit = encoder.limit + 2
        # In full precision: an encoder embeds in half of it where the processor can, too coarse for small steps.
        self._bert = encoder.transformer.float().requires_grad_(False).eval()
        self._layers: dict[str, _LowRank] = {}
        for name, module in list(self._bert.named_modules()):
            if isinstance(module, nn.Linear) and name.startswith("encoder.") and name.endswith(MATRICES):
                above, _, own = name.rpartition(".")
                self._layers[f"{name}.weight"] = layer = _LowRank(module, rank)
                setattr(self._bert.get_submodule(above), own, layer)
        self.parameters = [weights for layer in self._layers.values() for weights in (layer.up, layer.down)]

    def factors(self) -> dict[str, tuple[Array, Array]]:
        return {n: (v.up.detach().numpy(), v.down.detach().numpy()) for n, v in self._layers.items()}

    def encode(self, texts: Sequence[Text]) -> tuple[Tensor, list[Tensor]]:
        """Unit vectors (n, dim) of texts, and (sentences, dim) of the sentences of each."""
        vectors, sentences = [], []
        for begin in range(0, len(texts), self.CHUNK):
            chunk = texts[begin : begin + self.CHUNK]
            tokens = self._tokenizer.encode_batch([text.text for text in chunk])
            hidden, mask = self._read([found.ids for found in tokens])
            vectors.append(_mean(hidden, mask))
            for row, (text, found) in enumerate(zip(chunk, tokens, strict=True)):
                ranges = token_ranges(found.offsets, text.sentences, min(len(found.ids), self._limit))
                means = [hidden[row, first:last].mean(0) for first, last in ranges]
                sentences.append(
                    normalize(torch.stack(means), dim=-1) if means else hidden.new_zeros(0, hidden.shape[-1])
                )
        return torch.cat(vectors), sentences

    def encode_questions(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors (n, dim)."""
        return _mean(*self._read([found.ids for found in self._tokenizer.encode_batch(list(texts))]))

    def _read(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """The last layer's vectors (n, tokens, dim), and which tokens are no padding (n, tokens)."""
        short = [[*ids[: self._limit - 1], ids[-1]] if len(ids) > self._limit else ids for ids in rows]
        ids = nn.utils.rnn.pad_sequence([torch.tensor(row) for row in short], batch_first=True)
        mask = nn.utils.rnn.pad_sequence([torch.ones(len(row)) for row in short], batch_first=True)
        return self._bert(input_ids=ids, attention_mask=mask).last_hidden_state, mask


def _mean(hidden: Tensor, mask: Tensor) -> Tensor:
    return normalize((hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True), dim=-1)
