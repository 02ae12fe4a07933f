"""The indexes and the search over them, against answers worked out independently."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.derived import derived, problems
from index.library import Library
from index.search import Searcher, Weights
from index.update import library_identity, update
from index.vectors import SentenceVectors, VectorIndex
from index.words import ALSO_BOOST, WordIndex
from tests.toy import WEIGHTS, ToyEncoder

ANIMALS = [
    (1, 10, "farm", "the cat likes milk and fish"),
    (2, 10, "farm", "the dog likes bones"),
    (3, 11, "wood", "an owl sleeps by day and hunts at night"),
    (4, 11, "wood", "foxes hunt rabbits and mice, and mice, and mice"),
]


@given(st.integers(1, 30), st.integers(2, 12), st.integers(1, 10), st.integers(0, 2**32 - 1))
def test_vector_search_is_the_sorted_product(rows: int, dim: int, k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(rows, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.sort(random.choice(1000, size=rows, replace=False)).astype(np.int64)
    question = vectors[random.integers(rows)]
    within = ids[random.random(rows) < 0.6]

    found = VectorIndex.build(ids, vectors).search(question, k, within)

    expected = {int(n): float(v @ question) for n, v in zip(ids, vectors, strict=True) if n in within}
    best = sorted(expected.values(), reverse=True)[:k]
    assert [score for _, score in found] == pytest.approx(best, abs=1e-5)
    assert all(score == pytest.approx(expected[n], abs=1e-5) for n, score in found)


def test_cosines_of_named_passages() -> None:
    index = VectorIndex.build(np.array([5, 9]), np.eye(2, dtype=np.float32))
    assert index.cosines(np.array([0.6, 0.8], dtype=np.float32), [9, 5]) == pytest.approx({9: 0.8, 5: 0.6})


def test_unequal_ids_and_vectors_are_refused() -> None:
    with pytest.raises(ValueError, match="3 passage ids but 2 vectors"):
        VectorIndex.build(np.arange(3), np.eye(2, dtype=np.float32))


def test_saved_vectors_give_the_same_hits(tmp_path: Path) -> None:
    index = VectorIndex.build(np.array([5, 9]), np.eye(2, dtype=np.float32))
    index.save(tmp_path / "vectors.faiss")
    question = np.array([0.6, 0.8], dtype=np.float32)
    assert VectorIndex.load(tmp_path / "vectors.faiss").search(question, 2) == index.search(question, 2)


def test_words_match_by_stem_rarity_and_document(tmp_path: Path) -> None:
    words = WordIndex.build(tmp_path, ANIMALS)
    assert {n for n, _ in words.search("hunting", 5)} == {3, 4}
    assert words.search("Mouse mice", 5)[0][0] == 4
    assert [n for n, _ in words.search("likes", 5, [11])] == []
    assert {n for n, _ in words.search("likes", 5, [10])} == {1, 2}
    assert {n for n, _ in words.search("wood", 5)} == {3, 4}
    assert words.search("the and of", 5) == []
    assert words.rarity("mice") > words.rarity("like") > 0


@pytest.mark.parametrize("question", ['"', "AND OR NOT", "title:(", "a*b?c~", "\\", "+-&&||!{}[]^", "ﷺ 検索"])
def test_no_question_is_taken_for_a_query_language(tmp_path: Path, question: str) -> None:
    assert isinstance(WordIndex.build(tmp_path, ANIMALS).search(question, 5), list)


def test_words_of_a_lexicon_count_less_than_those_asked(tmp_path: Path) -> None:
    words = WordIndex.build(tmp_path, ANIMALS)
    assert [n for n, _ in words.search("hounds", 5, also=["dog", "fox"])] == [2, 4]
    ((_, asked),) = words.search("bones", 5)
    ((_, added),) = words.search("hounds", 5, also=["bones"])
    assert added == pytest.approx(ALSO_BOOST * asked)


def test_whether_any_text_has_a_word(tmp_path: Path) -> None:
    words = WordIndex.build(tmp_path, ANIMALS)
    assert words.holds("mice")
    assert words.holds("mice", [11])
    assert not words.holds("mice", [10])
    assert not words.holds("horse")


def test_whether_any_text_or_header_has_words_together(tmp_path: Path) -> None:
    words = WordIndex.build(tmp_path, [*ANIMALS, (5, 12, "the old barn", "hay, straw, oats and very much corn")])
    assert words.holds("hunts mice") is False  # rabbits, mice between, but not near
    assert words.holds("hunt rabbits", [11])
    assert not words.holds("hunt rabbits", [10])
    assert not words.holds("rabbits hunt")
    assert words.holds("hay oats")  # one word between
    assert not words.holds("hay corn")
    assert words.holds("old barns")
    assert not words.holds("barn hay")


def test_vectors_of_named_passages_leave_out_those_that_are_not_there() -> None:
    vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)
    index = VectorIndex.build(np.array([5, 9], dtype=np.int64), vectors)
    assert index.vectors([9, 7, 5]).tolist() == [[0, 1], [1, 0]]
    assert index.vectors([7]).shape == index.vectors([]).shape == (0, 2)


def test_sentence_cosines_by_hand(tmp_path: Path) -> None:
    first, second = np.eye(2, dtype=np.float16), np.array([[0.6, 0.8]], dtype=np.float16)
    SentenceVectors.build(np.array([5, 9]), [first, second]).save(tmp_path)
    found = SentenceVectors.load(tmp_path).cosines(np.array([1, 0], dtype=np.float32), [9, 5])
    assert [row.tolist() for row in found] == [pytest.approx([0.6], abs=1e-3), [1, 0]]
    assert SentenceVectors.load(tmp_path).cosines(np.array([1, 0], dtype=np.float32), []) == []


def test_a_score_weighs_its_signals(library: Library) -> None:
    hits = Searcher(library, ToyEncoder(), Weights(2.0, 3.0, 5.0)).search("mice chase cats", 9)
    for hit in hits:
        assert hit.score == pytest.approx(2 * hit.cosine + 3 * max(hit.sentence_cosines) + 5 * hit.words, abs=1e-5)
        assert len(hit.sentence_cosines) == len(hit.passage.sentences)
    assert max(hit.words for hit in hits) == 1


@pytest.fixture
def library(tmp_path: Path) -> Library:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "exham.md").write_text("---\nauthority: Exham\n---\n# Report\n\nDogs guard sheep.\n\nCats chase mice.\n")
    (folder / "wyham.md").write_text("---\nauthority: Wyham\n---\n# Report\n\nOwls hunt mice at night.\n")
    encoder = ToyEncoder()
    library = Library(tmp_path / "library", library_identity(encoder), create=True)
    update(library, [folder], encoder)
    return library


def test_search_ranks_and_limits(library: Library) -> None:
    searcher = Searcher(library, ToyEncoder(), WEIGHTS)
    assert [hit.passage.text for hit in searcher.search("mice chase cats", 1)] == ["Cats chase mice."]
    wyham = next(document for document in library.documents() if document.path == "wyham.md")
    hits = searcher.search("mice chase cats", 10, {wyham.id})
    assert [hit.passage.text for hit in hits] == ["Owls hunt mice at night."]
    assert searcher.search("mice", 10, set()) == []


def test_a_published_change_is_taken_up(library: Library, tmp_path: Path) -> None:
    searcher = Searcher(library, ToyEncoder(), WEIGHTS)
    (tmp_path / "files" / "zedham.md").write_text("# Report\n\nFoxes dig dens.\n")
    update(library, [tmp_path / "files"], ToyEncoder())
    assert searcher.search("foxes dig dens", 1)[0].passage.text == "Foxes dig dens."


def test_damaged_indexes_are_made_again(library: Library) -> None:
    derived(library)
    assert problems(library) == []
    file = library.folder / "derived-1" / "vectors.faiss"
    file.write_bytes(file.read_bytes()[:-8] + b"\0" * 8)
    assert problems(library) == ["files in derived-1 are not as they were made"]
    assert [hit.passage.text for hit in Searcher(library, ToyEncoder(), WEIGHTS).search("guard sheep", 1)] == [
        "Dogs guard sheep."
    ]
    assert problems(library) == []


def test_indexes_of_another_library_are_not_taken(library: Library, tmp_path: Path) -> None:
    derived(library)
    other = Library(tmp_path / "other", library_identity(ToyEncoder()), create=True)
    update(other, [tmp_path / "files"], ToyEncoder())
    shutil.rmtree(other.folder / "derived-1")
    (library.folder / "derived-1").rename(other.folder / "derived-1")
    assert any("is of state" in problem for problem in problems(other))
    assert len(derived(other).vectors) == 3
