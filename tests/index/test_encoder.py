"""The real encoder: the same vectors in NumPy as from sentence-transformers, and the right weights or none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import encoder as module
from index.encoder import Encoder, ModelUnusable, SiteEncoder, open_encoder

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
    passages = encoder.encode_passages(TEXTS, told.append)
    questions = np.array([encoder.encode_question(text) for text in TEXTS])
    assert passages.shape == (len(TEXTS), encoder.dimension)
    assert np.linalg.norm(passages, axis=1) == pytest.approx(1, abs=1e-5)
    # 1e-2 where the CPU embeds passages in bfloat16.
    assert np.abs(passages - questions).max() < 1e-2
    assert sum(told) == len(TEXTS)


def test_meaning_counts(encoder: Encoder) -> None:
    question = encoder.encode_question("How many children does each social worker have?")
    close, far = (encoder.encode_question(t) for t in ("Caseloads are manageable.", "The harbour has new cranes."))
    assert float(question @ close) > float(question @ far) + 0.1


def test_tokens_are_counted_without_special_ones(encoder: Encoder) -> None:
    assert encoder.count_tokens(["front door", "", "safeguarding"]) == [2, 0, 2]
    assert encoder.limit == 254


def test_no_passages_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, 384)


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
    assert np.abs(site.encode_question(TEXTS[0]) - encoder.encode_question(TEXTS[0])).max() < 1e-2


def test_a_question_needs_no_pytorch() -> None:
    code = (
        "import sys; from index.encoder import open_encoder; open_encoder().encode_question('front door'); "
        "assert 'torch' not in sys.modules and 'sentence_transformers' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
