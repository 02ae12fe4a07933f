"""The real encoder: the same vectors in NumPy as from sentence-transformers, and the right weights or none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import encoder as module
from index.adapter import FILE, Adapter, write
from index.encoder import DefaultEncoder, Encoder, ModelUnusable, SiteEncoder, open_encoder, token_ranges

TEXTS = [
    "is the front door any good?",
    "What needs to improve?",
    "Overall effectiveness\tGood",
    "word " * 400,
    "é 中文 ???",
    "",
]


def test_questions_and_passages_are_embedded_alike(encoder: Encoder) -> None:
    told: list[int] = []
    passages, _ = encoder.encode_passages(TEXTS, [()] * len(TEXTS), told.append)
    questions = np.array([encoder.encode_question(text) for text in TEXTS])
    assert passages.shape == (len(TEXTS), encoder.dimension)
    assert np.linalg.norm(passages, axis=1) == pytest.approx(1, abs=1e-5)
    # 1e-2 where the CPU embeds passages in bfloat16.
    assert np.abs(passages - questions).max() < 1e-2
    assert sum(told) == len(TEXTS)


def test_meaning_counts(encoder: Encoder) -> None:
    question = encoder.encode_question("How many children does each social worker have?")
    texts = (
        "Exham, May 2018. Workforce\nCaseloads are manageable.",
        "Exham, May 2018. Docks\nThe harbour has new cranes.",
    )
    close, far = (encoder.encode_question(text) for text in texts)
    assert float(question @ close) > float(question @ far) + 0.1


def test_tokens_are_counted_without_special_ones(encoder: Encoder) -> None:
    assert encoder.count_tokens(["front door", "", "safeguarding"]) == [2, 0, 2]
    assert encoder.limit == 254


def test_no_passages_no_vectors(encoder: Encoder) -> None:
    vectors, of_sentences = encoder.encode_passages([], [])
    assert (vectors.shape, of_sentences) == ((0, 384), [])


def test_a_sentences_vector_is_the_mean_of_its_tokens_in_the_passage(encoder: Encoder) -> None:
    text = "Exham\nCaseloads are high. Visits are on time."
    spans = [(6, 25), (26, 44), (0, 44)]
    (whole,), (of_sentences,) = encoder.encode_passages([text], [spans])
    assert np.linalg.norm(of_sentences, axis=1) == pytest.approx(1, abs=1e-5)
    caseloads, visits, _ = of_sentences @ encoder.encode_question("How many cases has each social worker?")
    assert caseloads > visits
    # All tokens but the two special ones: close to the passage's own vector.
    assert float(of_sentences[2] @ whole) > 0.95


def test_a_sentence_beyond_the_models_limit_still_has_a_vector(encoder: Encoder) -> None:
    text = "word " * 300 + "Last sentence."
    _, (of_sentences,) = encoder.encode_passages([text], [[(0, 4), (1500, 1514)]])
    assert of_sentences.shape == (2, 384)
    assert np.isfinite(of_sentences).all()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6)), max_size=5), st.integers(3, 12))
def test_every_sentence_has_tokens_that_were_read(spans: list[tuple[int, int]], read: int) -> None:
    offsets = [(0, 0), *((4 * n, 4 * n + 3) for n in range(10)), (0, 0)]
    sentences = [(4 * first, 4 * (first + length)) for first, length in spans]
    for (first, last), (start, _) in zip(token_ranges(offsets, sentences, read), sentences, strict=True):
        assert 1 <= first < last <= read
        assert offsets[first][0] == min(start, offsets[read - 2][0])


def test_changed_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEFAULT_WEIGHTS", "0" * 64)
    with pytest.raises(ModelUnusable, match="has the SHA-256 53aa51172d14…, not 000000000000… as published"):
        open_encoder()


def test_an_unknown_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelUnusable, match="cannot be loaded"):
        open_encoder(str(tmp_path / "gone"))


def test_a_sites_own_model_is_used_and_known_by_its_weights(encoder: Encoder) -> None:
    folder = module._default_folder()
    site = SiteEncoder(str(folder))
    assert site.identity.startswith(f"{folder}@")
    assert (site.dimension, site.limit) == (encoder.dimension, encoder.limit)
    assert site.count_tokens(TEXTS[:3]) == encoder.count_tokens(TEXTS[:3])
    plain = DefaultEncoder(adapter=None)
    assert np.abs(site.encode_question(TEXTS[0]) - plain.encode_question(TEXTS[0])).max() < 1e-2
    vectors, of_sentences = site.encode_passages(["Plans are late. Visits are on time."], [[(0, 15), (16, 35)]])
    assert vectors.shape == (1, 384)
    assert np.abs(of_sentences[0][1] - plain.encode_question("Visits are on time.")).max() < 1e-2


def test_the_adapter_is_part_of_the_identity(encoder: Encoder) -> None:
    adapter = Adapter.load()
    assert encoder.identity == f"{DefaultEncoder(adapter=None).identity}+{adapter.identity}"
    assert FILE.stat().st_size <= 5_000_000


def test_an_adapter_is_read_as_it_was_written(tmp_path: Path) -> None:
    up, down = np.eye(3, 2, dtype=np.float32), np.full((2, 4), 0.5, dtype=np.float32)
    write({"layer.weight": (up, down)}, tmp_path / "a.safetensors")
    ((name, change),) = Adapter.load(tmp_path / "a.safetensors").changes()
    assert name == "layer.weight"
    assert change.tolist() == (up @ down).tolist()


def test_a_question_needs_no_pytorch() -> None:
    code = (
        "import sys; from index.encoder import open_encoder; open_encoder().encode_question('front door'); "
        "assert 'torch' not in sys.modules and 'sentence_transformers' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
