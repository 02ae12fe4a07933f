"""A folder becomes a library, and stays in step with it; a run killed half-way changes nothing that is seen."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from index import readers
from index.describe import describe
from index.judgements import Reading
from index.library import Library, LibraryUnusable
from index.search import Searcher
from index.update import Report, build, library_identity, rebuild, update
from tests.toy import WEIGHTS, ToyEncoder

REPORT = "---\nauthority: {name}\n---\n# {name}\n\n{text}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "a.md").write_text(REPORT.format(name="Exham", text="Plans are late."))
    (folder / "deep" / "er" / "b.txt").write_text("A title\n\nVisits are on time.\n")
    return folder


def run(folder: Path, encoder: ToyEncoder, *more: Path) -> tuple[Library, Report]:
    library = Library(folder.parent / "library", library_identity(encoder), create=True)
    return library, update(library, [folder, *more], encoder)


def texts(library: Library) -> dict[str, list[str]]:
    return {d.path: [p.text for p in library.passages_of(d)] for d in library.documents()}


def test_all_files_below_a_folder_are_read(folder: Path) -> None:
    library, report = run(folder, ToyEncoder())
    assert texts(library) == {"a.md": ["Plans are late."], "deep/er/b.txt": ["Visits are on time."]}
    assert (report.files, report.documents, report.read, report.passages, report.words) == (2, 2, 2, 2, 7)


def test_what_did_not_change_is_neither_read_nor_embedded_again(folder: Path) -> None:
    run(folder, ToyEncoder())
    encoder = ToyEncoder()
    library, report = run(folder, encoder)
    assert (report.read, report.unchanged, report.changed, encoder.embedded) == (0, 2, False, [])
    assert library.generation == 1


def test_a_changed_file_is_replaced_whole_and_a_removed_one_goes(folder: Path) -> None:
    run(folder, ToyEncoder())
    (folder / "a.md").write_text(REPORT.format(name="Exham", text="Plans are timely."))
    (folder / "deep" / "er" / "b.txt").unlink()
    encoder = ToyEncoder()
    library, report = run(folder, encoder)
    assert texts(library) == {"a.md": ["Plans are timely."]}
    assert (report.read, report.removed, len(encoder.embedded)) == (1, 1, 1)


def test_the_same_file_twice_is_one_document(folder: Path) -> None:
    (folder / "copy.md").write_bytes((folder / "a.md").read_bytes())
    library, report = run(folder, ToyEncoder())
    assert [document.path for document in library.documents()] == ["a.md", "deep/er/b.txt"]
    assert report.duplicates == {"copy.md": "a.md"}

    (folder / "a.md").unlink()
    library, report = run(folder, ToyEncoder())
    assert [document.path for document in library.documents()] == ["copy.md", "deep/er/b.txt"]


def test_a_moved_file_is_read_again_only_where_its_path_says_something(folder: Path) -> None:
    run(folder, ToyEncoder())
    (folder / "a.md").rename(folder / "c.md")
    encoder = ToyEncoder()
    library, _ = run(folder, encoder)
    assert (list(texts(library)), encoder.embedded) == (["c.md", "deep/er/b.txt"], [])

    (folder / "123456_wyham").mkdir()
    (folder / "deep" / "er" / "b.txt").rename(folder / "123456_wyham" / "b.txt")
    library, report = run(folder, encoder)
    assert report.read == 1
    assert {d.path: d.facts.authority for d in library.documents()} == {"123456_wyham/b.txt": "Wyham", "c.md": "Exham"}


def test_two_folders_with_the_same_path_in_both(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.md").write_text("Another text.")
    library, _ = run(folder, ToyEncoder(), tmp_path / "more")
    assert list(texts(library)) == ["a.md", "deep/er/b.txt", "more/a.md"]


def test_unreadable_files_are_named_and_the_rest_is_indexed(folder: Path) -> None:
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "page.pdf").write_text("<!DOCTYPE html><html><body><p>Not found</p></body></html>")
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to(folder / "gone.txt")
    (folder / ".hidden.txt").write_text("not looked at")
    library, report = run(folder, ToyEncoder())
    assert list(texts(library)) == ["a.md", "deep/er/b.txt"]
    reasons = {failure.path: failure.reason for failure in library.failures()}
    assert sorted(reasons) == ["empty.pdf", "loop", "nowhere.txt", "page.pdf"]
    assert "empty" in reasons["empty.pdf"]
    assert "failed download" in reasons["page.pdf"]
    assert "leads back" in reasons["loop"]
    assert sorted(report.failures, key=lambda failure: failure.path) == library.failures()


def test_a_folder_that_is_not_there_changes_nothing(folder: Path) -> None:
    library, _ = run(folder, ToyEncoder())
    with pytest.raises(ValueError, match="is not a folder"):
        run(folder, ToyEncoder(), folder / "gone")
    assert len(library.documents()) == 2


def test_paths_that_stand_in_many_folders_all_stay(folder: Path, tmp_path: Path) -> None:
    others = []
    for name in ("b", "c"):
        other = tmp_path / name / "files"
        other.mkdir(parents=True)
        (other / "a.md").write_text(f"The text of {name}.")
        (other / "gone.txt").symlink_to(tmp_path / "nowhere")
        others.append(other)
    library, report = run(folder, ToyEncoder(), *others)
    assert list(texts(library)) == ["a.md", "deep/er/b.txt", "files/a.md", "files/files/a.md"]
    assert report.documents == 4
    assert [failure.path for failure in library.failures()] == ["files/gone.txt", "gone.txt"]
    _, again = run(folder, ToyEncoder(), *others)
    assert (again.read, again.changed) == (0, False)


def test_the_same_file_in_two_folders_is_not_read_again(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / "0.md").write_bytes((folder / "a.md").read_bytes())
    run(folder, ToyEncoder(), tmp_path / "0")
    _, report = run(folder, ToyEncoder(), tmp_path / "0")
    assert (report.read, report.changed) == (0, False)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """Folders that cannot be listed; as root, no permission stops that."""
    folders: set[Path] = set()
    scandir = os.scandir

    def listed(path: str | Path) -> object:
        if isinstance(path, str | Path) and Path(path) in folders:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", listed)
    return folders


def test_a_folder_that_cannot_be_listed_keeps_its_documents(folder: Path, closed: set[Path]) -> None:
    (folder / "deep" / "empty.pdf").touch()
    run(folder, ToyEncoder())
    closed.add(folder / "deep")
    for _ in range(2):
        library, report = run(folder, ToyEncoder())
        assert list(texts(library)) == ["a.md", "deep/er/b.txt"]
        assert [(failure.path, failure.reason) for failure in report.failures] == [("deep", "Permission denied")]
    closed.add(folder)
    with pytest.raises(ValueError, match="cannot be listed"):
        run(folder, ToyEncoder())


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    """Two folders, each with a report under the same path."""
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        (folder / "rotherham").mkdir(parents=True)
        (folder / "rotherham" / "report.md").write_text(f"The text of {folder.name}.")
    return folders


@pytest.mark.parametrize("which", [[0], [1], [0, 1]])
def test_of_two_folders_with_the_same_path_one_that_cannot_be_listed_takes_nothing_from_the_other(
    two: list[Path], closed: set[Path], which: list[int]
) -> None:
    library, _ = run(two[0], ToyEncoder(), two[1])
    closed.update(two[number] / "rotherham" for number in which)
    for _ in range(2):
        _, report = run(two[0], ToyEncoder(), two[1])
        assert (report.added, report.replaced, report.removed, len(report.failures)) == (0, 0, 0, len(which))
        held = {"rotherham/report.md": ["The text of a."], "b/rotherham/report.md": ["The text of b."]}
        assert texts(library) == held
    closed.clear()
    _, report = run(two[0], ToyEncoder(), two[1])
    assert (report.read, report.added, report.removed, report.failures) == (0, 0, 0, [])


def test_of_two_files_of_one_path_the_one_that_cannot_be_opened_keeps_its_own_content(
    two: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(two[0], ToyEncoder(), two[1])
    (two[0] / "rotherham" / "report.md").unlink()

    def read(file: Path) -> bytes:
        if file.name == "report.md":
            raise OSError(5, "Input/output error")
        return file.open("rb").read()

    monkeypatch.setattr(Path, "read_bytes", read)
    library, _ = run(two[0], ToyEncoder(), two[1])
    assert texts(library) == {"rotherham/report.md": ["The text of b."]}


def test_a_folder_that_is_named_twice_is_read_once(folder: Path) -> None:
    library, report = run(folder, ToyEncoder(), folder)
    assert (list(texts(library)), report.files, report.duplicates) == (["a.md", "deep/er/b.txt"], 2, {})


def test_what_was_staged_under_another_path_is_described_anew(folder: Path) -> None:
    encoder = ToyEncoder()
    library = Library(folder.parent / "library", library_identity(encoder), create=True)
    text = (folder / "deep" / "er" / "b.txt").read_bytes()
    digest = hashlib.sha256(text).hexdigest()
    document, format = readers.read(text, "b.txt")
    elsewhere = describe(document, "123456_wyham/b.txt", paged=False)
    nothing = encoder.encode_passages([], [])
    library.stage(digest, "123456_wyham/b.txt", format, elsewhere, document, text, Reading(), [], *nothing)
    update(library, [folder], encoder)
    stored = next(d for d in library.documents() if d.path == "deep/er/b.txt")
    assert stored.facts.authority is None
    assert len(library.passages_of(stored)) == 1


def test_a_second_run_at_once_says_so(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    with (
        FileLock(tmp_path / "library" / "library.lock"),
        pytest.raises(LibraryUnusable, match="another index, restore"),
    ):
        build(tmp_path / "library", [folder], ToyEncoder())


def test_whoever_has_a_library_open_sees_the_rebuilt_one(folder: Path, tmp_path: Path) -> None:
    build(tmp_path / "library", [folder], ToyEncoder())
    reader = Library(tmp_path / "library", library_identity(ToyEncoder()))
    searcher = Searcher(reader, ToyEncoder(), WEIGHTS)
    (folder / "a.md").write_text(REPORT.format(name="Exham", text="Foxes dig dens."))
    rebuild(tmp_path / "library", [folder], ToyEncoder())
    assert reader.generation == 2
    assert searcher.search("foxes dig dens", 1)[0].passage.text == "Foxes dig dens."
    rebuild(tmp_path / "library", [folder], ToyEncoder("toy@2"))
    with pytest.raises(LibraryUnusable, match="toy@2"):
        searcher.search("foxes dig dens", 1)


def test_rebuild_makes_a_library_of_another_encoder_usable(folder: Path, tmp_path: Path) -> None:
    build(tmp_path / "library", [folder], ToyEncoder("toy@1"))
    with pytest.raises(LibraryUnusable, match="--rebuild"):
        build(tmp_path / "library", [folder], ToyEncoder("toy@2"))
    rebuild(tmp_path / "library", [folder], ToyEncoder("toy@2"))
    library = Library(tmp_path / "library", library_identity(ToyEncoder("toy@2")))
    assert len(library.documents()) == 2
    assert library.problems() == []
    assert not list((tmp_path / "library").glob(".*"))


KILLED = """
import os, signal, sys
from pathlib import Path
import index.update
from index.judgements import Reading
from index.library import Library
from index.update import library_identity, update
from tests.toy import ToyEncoder

index.update.EMBED_AT_ONCE = 1
class Dying(ToyEncoder):
    def encode_passages(self, texts, sentences, progress=None):
        if len(self.embedded) >= int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_passages(texts, sentences, progress)
encoder = Dying()
update(Library(Path(sys.argv[1]), library_identity(encoder), create=True), [Path(sys.argv[2])], encoder)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_a_killed_run_leaves_the_old_state_and_the_next_goes_on_from_it(folder: Path) -> None:
    library, _ = run(folder, ToyEncoder())
    before = texts(library)
    (folder / "a.md").write_text(REPORT.format(name="Exham", text="Plans are timely."))
    for number in range(4):
        (folder / f"new{number}.txt").write_text(f"Title {number}\n\nNew text number {number}.")

    command = [sys.executable, "-c", KILLED, str(library.folder), str(folder), "3"]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": os.getcwd()}, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert texts(library) == before
    assert library.problems() == []
    encoder = ToyEncoder()
    library, _ = run(folder, encoder)
    assert len(encoder.embedded) == 2  # five are new, three of them were staged before the kill
    assert texts(library)["a.md"] == ["Plans are timely."]
    assert library.problems() == []
