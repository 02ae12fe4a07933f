"""Updates that nobody watches: from which folders, when they are held, and that a disk that is away empties nothing."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from index.automatic import UpdatesHeld, update_by_itself
from index.copies import backup, restore, rollback
from index.library import FILE, Library, LibraryUnusable
from index.update import Report, build, rebuild
from tests.index.states import IDENTITY
from tests.toy import ToyEncoder


def write(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(f"# {name}\n\nWhat {name} says.\n")
    return folder


def paths(library: Path) -> list[str]:
    return [document.path for document in Library(library, IDENTITY).documents()]


def update(library: Path, *otherwise: Path) -> Report:
    return update_by_itself(library, otherwise, ToyEncoder())


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return write(tmp_path / "files", "a.md", "b.md")


@pytest.fixture
def library(tmp_path: Path, files: Path) -> Path:
    build(tmp_path / "library", [files], ToyEncoder())
    return tmp_path / "library"


def test_what_changed_is_counted_and_taken_up(library: Path, files: Path) -> None:
    write(files, "c.md", "d.md")
    (files / "a.md").write_text("# Other\n\nOther words.\n")
    (files / "b.md").unlink()
    (files / "e.pdf").write_bytes(b"")
    report = update(library, files)
    assert (report.added, report.replaced, report.removed, len(report.failures)) == (2, 1, 1, 1)
    assert paths(library) == ["a.md", "c.md", "d.md"]
    report = update(library, files)
    assert (report.added, report.replaced, report.removed, report.changed) == (0, 0, 0, False)


def test_the_folders_named_by_hand_last_are_gone_on_with(library: Path, files: Path, tmp_path: Path) -> None:
    more, setting = write(tmp_path / "more", "m.md"), write(tmp_path / "setting", "s.md")
    build(library, [files, more], ToyEncoder(), named=[files, more])
    write(more, "n.md")
    for _ in range(2):
        update(library, setting)
        assert paths(library) == ["a.md", "b.md", "m.md", "n.md"]
    rebuild(library, [more], ToyEncoder(), named=[more])
    update(library, setting)
    assert paths(library) == ["m.md", "n.md"]
    build(library, [setting], ToyEncoder())  # by hand, and none named
    update(library, files)
    assert paths(library) == ["a.md", "b.md"]


def test_a_library_is_made_where_there_is_none(tmp_path: Path, files: Path) -> None:
    update(tmp_path / "made", files)
    assert paths(tmp_path / "made") == ["a.md", "b.md"]


def test_a_library_made_before_the_folders_were_kept_is_left_alone(library: Path, files: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(library / FILE)) as db, db:
        db.execute("DELETE FROM about WHERE name = 'named'")
    with pytest.raises(
        ValueError, match=r"not known which folders .*; run 'inspection-assistant index FOLDER \.\.\. --d"
    ):
        update(library, write(tmp_path / "other", "o.md"))
    assert paths(library) == ["a.md", "b.md"]
    build(library, [files], ToyEncoder())
    update(library, files)


# Held


def test_a_rollback_holds_until_somebody_updates_by_hand(library: Path, files: Path) -> None:
    write(files, "c.md")
    update(library, files)
    rollback(library, IDENTITY)
    with pytest.raises(
        UpdatesHeld, match=r"held since the rollback of \d+ \w+ \d{4}, \d\d:\d\d UTC; go on with"
    ) as held:
        update(library, files)
    assert f"'inspection-assistant index --data {library}'" in str(held.value)
    assert paths(library) == ["a.md", "b.md"]
    build(library, [files], ToyEncoder())
    assert update(library, files).changed is False
    assert paths(library) == ["a.md", "b.md", "c.md"]


def test_an_update_by_hand_that_changes_nothing_ends_it_too(library: Path, files: Path) -> None:
    write(files, "c.md")
    update(library, files)
    rollback(library, IDENTITY)
    (files / "c.md").unlink()
    assert build(library, [files], ToyEncoder()).changed is False
    write(files, "d.md")
    update(library, files)
    assert paths(library) == ["a.md", "b.md", "d.md"]


def test_what_undoes_a_rollback_holds_nothing(library: Path, files: Path) -> None:
    write(files, "c.md")
    update(library, files)
    for held in (True, False, True):
        rollback(library, IDENTITY)
        assert bool(Library(library, IDENTITY).held) is held


def test_a_restore_holds_until_it_is_undone(library: Path, files: Path, tmp_path: Path) -> None:
    backup(library, tmp_path / "backup.sqlite")
    write(files, "c.md")
    update(library, files)
    restore(library, tmp_path / "backup.sqlite", IDENTITY)
    with pytest.raises(UpdatesHeld, match=f"since the restore of .* index --data {library}'"):
        update(library, files)
    rollback(library, IDENTITY)
    assert update(library, files).changed is False
    rollback(library, IDENTITY)
    rollback(library, IDENTITY)
    assert Library(library, IDENTITY).held == ""


def test_a_restore_over_a_rollback_leaves_it_held_when_undone(library: Path, files: Path, tmp_path: Path) -> None:
    backup(library, tmp_path / "backup.sqlite")
    write(files, "c.md")
    update(library, files)
    rollback(library, IDENTITY)
    restore(library, tmp_path / "backup.sqlite", IDENTITY)
    rollback(library, IDENTITY)
    assert Library(library, IDENTITY).held.startswith("rollback")


def test_the_way_on_names_the_folders(library: Path, tmp_path: Path) -> None:
    more = write(tmp_path / "our reports", "m.md")
    build(library, [more], ToyEncoder(), named=[more])
    write(more, "n.md")
    update(library)
    rollback(library, IDENTITY)
    with pytest.raises(UpdatesHeld, match=f"inspection-assistant index '{more}' --data {library}'"):
        update(library)


# What is away


@pytest.mark.parametrize("state", ["gone", "empty", "only hidden files"])
def test_a_folder_that_is_away_empties_nothing(library: Path, files: Path, tmp_path: Path, state: str) -> None:
    more = write(tmp_path / "more", "m.md")
    build(library, [files, more], ToyEncoder(), named=[files, more])
    for file in more.iterdir():
        file.unlink()
    if state == "gone":
        more.rmdir()
    elif state == "only hidden files":
        (more / ".keep").touch()
    with pytest.raises(
        ValueError, match=f"{more} is not a folder" if state == "gone" else f"no file in {more}; is its"
    ):
        update(library)
    assert paths(library) == ["a.md", "b.md", "m.md"]
    write(more, "m.md")
    write(files, "c.md")
    update(library)
    assert paths(library) == ["a.md", "b.md", "c.md", "m.md"]


def test_a_folder_that_was_always_empty_keeps_nothing_back(library: Path, files: Path, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    build(library, [files, drop], ToyEncoder(), named=[files, drop])
    write(files, "c.md")
    update(library)
    assert paths(library) == ["a.md", "b.md", "c.md"]


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="nothing is closed to this user")
def test_what_cannot_be_opened_now_is_named_and_stays(library: Path, files: Path) -> None:
    (files / "a.md").chmod(0)
    check_kept(library, files)


def test_what_breaks_off_while_it_is_read_is_named_and_stays(
    library: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(file: Path) -> bytes:
        if file.name == "a.md":
            raise OSError(5, "Input/output error")
        return file.open("rb").read()

    monkeypatch.setattr(Path, "read_bytes", read)
    check_kept(library, files)


def check_kept(library: Path, files: Path) -> None:
    write(files, "c.md")
    report = update(library, files)
    assert [(failure.path, report.removed) for failure in report.failures] == [("a.md", 0)]
    assert paths(library) == ["a.md", "b.md", "c.md"]
    assert Library(library, IDENTITY).problems() == []


def test_another_writer_is_said(library: Path, files: Path) -> None:
    with FileLock(library / "library.lock"), pytest.raises(LibraryUnusable, match="another index, restore"):
        update(library, files)
