"""The library: what goes in comes out, all or nothing, and what was made otherwise is refused."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.describe import Facts
from index.documents import Document
from index.judgements import Reading, read_judgements
from index.library import FILE, Library, LibraryUnusable
from index.passages import split_passages
from index.readers.writer import UnitWriter, folded
from index.stored import Failure
from tests.toy import ToyEncoder

IDENTITY = {"encoder": "toy@1", "dimension": "32", "passages": "{}"}
FACTS = Facts(
    title="Visit to Exham",
    source="report",
    authority="Exham",
    inspection_start=date(2021, 3, 1),
    inspection_end=date(2021, 3, 5),
    read_from={"authority": "text"},
)


def make_document(*paragraphs: str) -> Document:
    writer = UnitWriter()
    for paragraph in paragraphs:
        writer.add("paragraph", paragraph)
    return writer.document({})


def stage(library: Library, digest: str, path: str, document: Document, facts: Facts = FACTS) -> None:
    encoder = ToyEncoder()
    passages = split_passages(document, facts, encoder.count_tokens, encoder.limit)
    sentences = [[(a - p.start, b - p.start) for a, b in p.sentences] for p in passages]
    vectors = encoder.encode_passages([passage.text for passage in passages], sentences)
    read, original = read_judgements(document, facts), b"original of " + path.encode()
    library.stage(digest, path, "text", facts, document, original, read, passages, *vectors)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", IDENTITY, create=True)


def test_staged_documents_are_seen_only_once_published(library: Library) -> None:
    digest = hashlib.sha256(b"original of exham.txt").hexdigest()
    stage(library, digest, "exham.txt", make_document("Plans are late.", "Visits are on time."))
    assert library.documents() == []
    assert library.count_passages() == 0

    assert library.publish({"exham.txt": (digest, 21)}, [], "2026-01-01T00:00:00+00:00")

    (document,) = library.documents()
    assert (document.path, document.facts, document.pages) == ("exham.txt", FACTS, 0)
    assert [passage.text for passage in library.passages_of(document)] == ["Plans are late.", "Visits are on time."]
    assert library.original(document.id) == b"original of exham.txt"
    assert library.generation == 1


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=6))
def test_any_text_comes_back_as_it_went_in(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    assume(any(folded(text).split() for text in texts))
    library = Library(tmp_path_factory.mktemp("library"), IDENTITY, create=True)
    document = make_document(*texts)
    stage(library, "e" * 64, "any.txt", document)
    library.publish({"any.txt": ("e" * 64, 1)}, [], "now")

    (stored,) = library.documents()
    loaded = library.load(stored.id)
    assert (loaded.text, loaded.units) == (document.text, document.units)
    for passage in library.passages_of(stored):
        assert passage.text == loaded.text[passage.start : passage.end]
        assert passage.text == library.text(stored.id, passage.start, passage.end)
    library.close()


def test_publishing_removes_what_is_not_named_and_keeps_what_is(library: Library) -> None:
    stage(library, "a" * 64, "a.txt", make_document("First."))
    stage(library, "b" * 64, "b.txt", make_document("Second."))
    library.publish({"a.txt": ("a" * 64, 1), "b.txt": ("b" * 64, 1)}, [], "now")
    kept = library.documents()[1]

    library.publish({"b.txt": ("b" * 64, 1)}, [], "later")

    assert library.documents() == [kept]
    ids, documents, vectors = library.vectors()
    assert (len(ids), set(documents), vectors.shape) == (1, {kept.id}, (1, 32))


def test_publishing_the_same_again_changes_nothing(library: Library) -> None:
    stage(library, "a" * 64, "a.txt", make_document("First."))
    files, failures = {"a.txt": ("a" * 64, 1)}, [Failure("broken.pdf", "", "damaged")]
    assert library.publish(files, failures, "now")
    assert not library.publish(files, failures, "later")
    assert library.generation == 1
    assert library.failures() == failures


def test_publishing_what_was_never_staged_changes_nothing(library: Library) -> None:
    stage(library, "a" * 64, "a.txt", make_document("First."))
    library.publish({"a.txt": ("a" * 64, 1)}, [], "now")
    with pytest.raises(ValueError, match="1 documents were to be published but never staged"):
        library.publish({"z.txt": ("f" * 64, 1)}, [], "later")
    assert [document.path for document in library.documents()] == ["a.txt"]


def test_the_same_content_under_two_paths_is_one_document(library: Library) -> None:
    stage(library, "a" * 64, "b/copy.txt", make_document("First."))
    library.publish({"b/first.txt": ("a" * 64, 1), "a/copy.txt": ("a" * 64, 1)}, [], "now")
    assert [document.path for document in library.documents()] == ["b/first.txt"]


VECTORS = np.zeros((2, 32), dtype=np.float32)


def test_unequal_numbers_of_passages_and_vectors_are_refused(library: Library) -> None:
    document = make_document("First.", "Second.")
    passages = split_passages(document, FACTS, ToyEncoder().count_tokens, 60)
    file = ("a" * 64, "a.txt", "text", FACTS, document, b"", Reading())
    with pytest.raises(ValueError, match="2 passages but 1 vectors"):
        library.stage(*file, passages, VECTORS[:1], [VECTORS[:1]] * 2)
    with pytest.raises(ValueError, match="sentences of its passages and their vectors differ in number"):
        library.stage(*file, passages, VECTORS, [VECTORS[:1], VECTORS])


def test_a_missing_library_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(LibraryUnusable, match="make one with 'inspection-assistant index'"):
        Library(tmp_path)


def test_a_library_of_another_encoder_is_refused_with_both_named(library: Library) -> None:
    other = {**IDENTITY, "encoder": "other@2"}
    with pytest.raises(LibraryUnusable, match=r"encoder is 'toy@1', now 'other@2'.*--rebuild"):
        Library(library.folder, other)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database" * 100)
    with pytest.raises(LibraryUnusable, match="is damaged or no library"):
        Library(tmp_path)


def test_check_finds_whatever_changed(library: Library) -> None:
    stage(library, "a" * 64, "a.txt", make_document("First.", "Second."))
    library.publish({"a.txt": ("a" * 64, 1)}, [], "now")
    with sqlite3.connect(library.folder / FILE) as db:
        db.execute("UPDATE passages SET vector = zeroblob(128) WHERE start = 0")
        db.execute('UPDATE passages SET "end" = 999 WHERE start > 0')
        db.execute("UPDATE documents SET text = replace(text, 'First', 'Frist')")
        db.execute("UPDATE passages SET sentences = '[[0, 9]]' WHERE start = 0")
    db.close()
    assert library.problems() == [
        "a.txt: the stored original does not have its content hash",
        "a.txt: the stored text is not as it was read",
        "a.txt: passage 0-6 has sentences outside it",
        "a.txt: passage 0-6 has no unit vector of 32 numbers",
        "a.txt: passage 7-999 lies outside a text of 14 characters",
        "rows of 'passages' are not as they were stored: 2",
        "rows of 'passages' are not as they were stored: 1",
    ]
