"""A site's own cross-encoder, tried with a tiny one made at random."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from assistant.assistant import Assistant
from index import encoder as module
from index.encoder import ModelUnusable, SiteEncoder
from index.reranker import Reranker
from index.update import build
from tests.toy import ToyEncoder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    made = tmp_path_factory.mktemp("reranker")
    tokenizer = AutoTokenizer.from_pretrained(module._default_folder())
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=64, num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(made)
    tokenizer.model_max_length = 64
    tokenizer.save_pretrained(made)
    return made


def test_scores_are_one_a_text_and_told_apart(folder: Path) -> None:
    reranker = Reranker(str(folder))
    texts = ["Caseloads are high.", "Plans are late. " * 200, "Visits are on time."]
    scores = reranker.scores("how high are caseloads?", texts)
    assert len(set(scores)) == 3
    assert reranker.scores("how high are caseloads?", texts[::-1]) == pytest.approx(scores[::-1], abs=1e-5)
    assert reranker.scores("nothing", []) == []


def test_the_passages_stand_in_its_order(folder: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.md").write_text("# Report\n\nCaseloads are high.\n\nPlans are late.\n\nVisits are on time.\n")
    build(tmp_path / "library", [files], ToyEncoder())
    assistant = Assistant.open(tmp_path / "library", ToyEncoder(), Reranker(str(folder)))
    hits = assistant.search(assistant.understand("are plans late?"), 10)
    texts = [f"{hit.passage.header}\n{hit.passage.text}" for hit in hits]
    scores = Reranker(str(folder)).scores("are plans late?", texts)
    assert scores == sorted(scores, reverse=True)
    ours = Assistant.open(tmp_path / "library", ToyEncoder())
    unordered = ours.search(ours.understand("are plans late?"), 10)
    assert [hit.score for hit in hits] == [hit.score for hit in unordered]  # on which the confidence rests


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="name a folder that holds a CrossEncoder"):
        Reranker(str(tmp_path))


def test_weights_that_can_hold_code_are_refused(folder: Path, tmp_path: Path) -> None:
    pickled = shutil.copytree(folder, tmp_path / "pickled")
    weights = pickled / "model.safetensors"
    torch.save(load_file(weights), pickled / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(ModelUnusable, match=r"model\.safetensors"):
        Reranker(str(pickled))
    with pytest.raises(ModelUnusable, match=r"model\.safetensors"):
        SiteEncoder(str(pickled))
