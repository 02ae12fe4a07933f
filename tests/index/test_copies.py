"""Backups and going back; a full disk, a closed folder, a wrong clock and two writers at once change nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from filelock import FileLock

from index.copies import NoCopy, backup, restore, rollback
from index.derived import problems
from index.library import FILE, Library, LibraryUnusable
from index.search import Searcher
from index.update import build, library_identity, rebuild, update
from tests.index.killing import OPERATIONS, Place
from tests.index.states import IDENTITY, check, make_library, seen, write_files
from tests.toy import WEIGHTS, ToyEncoder

POSIX = pytest.mark.skipif(os.name != "posix", reason="this system limits no files, and knows no other users")


@pytest.fixture
def older(tmp_path: Path) -> Path:
    return write_files(tmp_path / "older", newer=False)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return write_files(tmp_path / "newer", newer=True)


@pytest.fixture
def folder(tmp_path: Path, older: Path) -> Path:
    return make_library(tmp_path / "library", older)


def test_a_backup_comes_back_as_it_was(folder: Path, newer: Path, tmp_path: Path) -> None:
    before = seen(folder)
    backup(folder, tmp_path / "backup.sqlite")
    make_library(folder, newer)
    after = seen(folder)
    assert after != before
    restore(folder, tmp_path / "backup.sqlite", IDENTITY)
    assert seen(folder) == before
    check(folder)
    rollback(folder, IDENTITY)
    assert seen(folder) == after


def test_a_backup_is_one_file_that_says_what_it_is(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "backup.sqlite"
    file.parent.mkdir()
    backup(folder, file)
    assert [path.name for path in file.parent.iterdir()] == ["backup.sqlite"]
    with closing(sqlite3.connect(file)) as db:
        about = dict(db.execute("SELECT name, value FROM about"))
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("PRAGMA application_id").fetchone() == (0x494E5350,)
    assert about["backup"].startswith("20")
    backup(folder, file)  # a backup is replaced


@pytest.mark.parametrize("other", ["text", "database", "library"])
def test_a_backup_replaces_nothing_else(folder: Path, tmp_path: Path, other: str) -> None:
    file = folder / FILE if other == "library" else tmp_path / "precious"
    if other == "text":
        file.write_text("An essay.")
    elif other == "database":
        with closing(sqlite3.connect(file)) as db, db:
            db.execute("CREATE TABLE about (name, value)")
    before = file.read_bytes()
    with pytest.raises(NoCopy, match="is there already and is no backup"):
        backup(folder, file)
    assert file.read_bytes() == before


def test_a_backup_while_others_read_and_write(folder: Path, older: Path, newer: Path, tmp_path: Path) -> None:
    states = [seen(folder), seen(make_library(tmp_path / "other", newer))]
    errors: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(4):
                make_library(folder, newer)
                make_library(folder, older)
        except Exception as error:
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        backup(folder, tmp_path / "backup.sqlite")
        restore(tmp_path / "restored", tmp_path / "backup.sqlite", IDENTITY)
        assert seen(tmp_path / "restored") in states
    assert errors == []


def test_readers_see_what_was_restored(folder: Path, newer: Path, tmp_path: Path) -> None:
    backup(folder, tmp_path / "backup.sqlite")
    make_library(folder, newer)
    searcher = Searcher(Library(folder, IDENTITY), ToyEncoder(), WEIGHTS)
    assert {hit.passage.document.path for hit in searcher.search("Exham 2023", 9)} >= {"Exham-2023.md"}
    restore(folder, tmp_path / "backup.sqlite", IDENTITY)
    assert not any("2023" in hit.passage.document.path for hit in searcher.search("Exham 2023", 9))


def test_rollback_goes_back_and_forth(folder: Path, newer: Path) -> None:
    with pytest.raises(NoCopy, match="no state before this one is kept"):
        rollback(folder, IDENTITY)
    old = seen(folder)
    new = seen(make_library(folder, newer))
    for expected in (old, new, old):
        rollback(folder, IDENTITY)
        assert seen(folder) == expected
        check(folder)
    assert len(list(folder.glob("previous-*.sqlite"))) == 1


def test_nothing_is_copied_where_nothing_changes(folder: Path, newer: Path) -> None:
    make_library(folder, newer)
    [kept] = folder.glob("previous-*")
    before = kept.stat()
    assert not build(folder, [newer], ToyEncoder()).changed
    assert list(folder.glob("previous-*")) == [kept]
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_rebuilt_library_can_be_gone_back_from(folder: Path, newer: Path) -> None:
    before = seen(folder)
    rebuild(folder, [newer], ToyEncoder())
    rollback(folder, IDENTITY)
    assert seen(folder) == before


def test_a_copy_of_another_encoder_is_refused(folder: Path, newer: Path, tmp_path: Path) -> None:
    backup(folder, tmp_path / "backup.sqlite")
    other = library_identity(ToyEncoder("toy@2"))
    rebuild(folder, [newer], ToyEncoder("toy@2"))
    for refused in (lambda: restore(folder, tmp_path / "backup.sqlite", other), lambda: rollback(folder, other)):
        with pytest.raises(LibraryUnusable, match=r"made with other settings .*nothing was changed"):
            refused()
    assert len(Library(folder, other).documents()) == 11


@pytest.mark.parametrize("content", [b"", b"An essay.", b"SQLite format 3\0" + bytes(4000)])
def test_what_is_no_library_is_not_restored(folder: Path, tmp_path: Path, content: bytes) -> None:
    before = seen(folder)
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(LibraryUnusable, match="other"):
        restore(folder, tmp_path / "other", IDENTITY)
    with pytest.raises(NoCopy, match="there is no file"):
        restore(folder, tmp_path / "none", IDENTITY)
    assert seen(folder) == before


def test_a_damaged_library_names_the_ways_back_and_they_lead_back(
    folder: Path, older: Path, newer: Path, tmp_path: Path
) -> None:
    spoil(folder)
    with pytest.raises(LibraryUnusable, match=r"no library \(.*\); make it again with .*--rebuild"):
        Library(folder)
    rebuild(folder, [older], ToyEncoder())
    old = seen(folder)
    new = seen(make_library(folder, newer))
    backup(folder, tmp_path / "backup.sqlite")

    spoil(folder)
    with pytest.raises(LibraryUnusable) as refused:
        Library(folder)
    assert f"'inspection-assistant restore {tmp_path / 'backup.sqlite'} --data {folder}'" in str(refused.value)
    assert f"'inspection-assistant rollback --data {folder}'" in str(refused.value)
    for wanted, way in ((old, rollback), (new, lambda *given: restore(folder, tmp_path / "backup.sqlite", given[1]))):
        spoil(folder)
        way(folder, IDENTITY)
        assert seen(folder) == wanted
        check(folder)


def spoil(folder: Path) -> None:
    (folder / FILE).write_bytes(b"not a database" * 500)


def test_a_damaged_library_is_not_backed_up_over_a_good_one(folder: Path, tmp_path: Path) -> None:
    backup(folder, tmp_path / "backup.sqlite")
    before = (tmp_path / "backup.sqlite").read_bytes()
    with closing(sqlite3.connect(folder / FILE)) as db, db:
        db.execute("UPDATE judgements SET grade = 'outstanding'")
    with pytest.raises(LibraryUnusable, match="cannot be backed up: rows of 'judgements'"):
        backup(folder, tmp_path / "backup.sqlite")
    assert (tmp_path / "backup.sqlite").read_bytes() == before


def test_a_library_without_seals_gets_them_when_it_is_opened(folder: Path) -> None:
    before = seen(folder)
    with closing(sqlite3.connect(folder / FILE)) as db, db:
        for table, names in (("documents", ("seal", "layout_seal")), ("passages", ("seal", "vectors_seal"))):
            for name in names:
                db.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
        db.execute("ALTER TABLE judgements DROP COLUMN seal")
        db.execute("DELETE FROM about WHERE name IN ('state', 'counts')")
        db.execute("UPDATE about SET value = '3' WHERE name = 'format'")
    assert seen(folder) == before
    check(folder)


# Two at once


def test_a_second_writer_says_that_there_is_one(folder: Path, older: Path, tmp_path: Path) -> None:
    backup(folder, tmp_path / "backup.sqlite")
    with FileLock(folder / "library.lock"):
        for write in (
            lambda: build(folder, [older], ToyEncoder()),
            lambda: rebuild(folder, [older], ToyEncoder()),
            lambda: restore(folder, tmp_path / "backup.sqlite", IDENTITY),
            lambda: rollback(folder, IDENTITY),
        ):
            with pytest.raises(LibraryUnusable, match="another index, restore or rollback is at work"):
                write()
        backup(folder, tmp_path / "backup.sqlite")
    with FileLock(folder / "backup.lock"), pytest.raises(LibraryUnusable, match="another backup"):
        backup(folder, tmp_path / "backup.sqlite")


# The disk, the folder, the clock


RUN = """
import os, resource, sys
from pathlib import Path
from index.copies import backup, restore, rollback
from index.library import LibraryUnusable
from index.update import build
from tests.index.states import IDENTITY
from tests.toy import ToyEncoder

root, operation, limit, user = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
if user:
    os.setuid(user)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    if operation == "index":
        build(root / "library", [root / "newer"], ToyEncoder())
    elif operation == "backup":
        backup(root / "library", root / "backup.sqlite")
    elif operation == "restore":
        restore(root / "library", root / "backup.sqlite", IDENTITY)
    else:
        rollback(root / "library", IDENTITY)
except LibraryUnusable as error:
    sys.exit(str(error))
"""


def run(root: Path, operation: str, limit: int = 0, user: int = 0) -> subprocess.CompletedProcess[str]:
    """An operation in a process of its own, which may write no file beyond `limit` bytes, as another user."""
    command = [sys.executable, "-c", RUN, str(root), operation, str(limit), str(user)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(root)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def place(tmp_path: Path, folder: Path, newer: Path) -> Path:
    """A library of two states and a backup, in a folder with the newer files."""
    backup(folder, tmp_path / "backup.sqlite")
    shutil.copytree(folder, tmp_path / "first")
    make_library(folder, newer)
    return tmp_path


@POSIX
@pytest.mark.parametrize(
    ("operation", "limit"),
    [("index", 20_000), ("index", 200_000), ("backup", 60_000), ("restore", 100_000), ("rollback", 60_000)],
)
def test_a_disk_that_cannot_be_written_keeps_the_old_state(place: Path, operation: str, limit: int) -> None:
    if operation == "index":  # from the first state
        shutil.rmtree(place / "library")
        (place / "first").rename(place / "library")
    before, kept = seen(place / "library"), (place / "backup.sqlite").read_bytes()
    done = run(place, operation, limit)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "disk" in done.stderr
    assert seen(place / "library") == before
    check(place / "library")
    assert (place / "backup.sqlite").read_bytes() == kept
    OPERATIONS[operation](Place(place))
    check(place / "library")


@POSIX
@pytest.mark.parametrize("spare", [0, 100_000, 400_000])
def test_a_full_disk_keeps_the_old_state(
    small_disk: Callable[[int], Path], folder: Path, newer: Path, spare: int
) -> None:
    before = seen(folder)
    disk = small_disk(4_000_000)
    shutil.copytree(folder, disk / "library")
    shutil.copytree(newer, disk / "newer")
    with (disk / "filler").open("wb") as filler:
        filler.write(bytes(shutil.disk_usage(disk).free - spare))
    done = run(disk, "index")
    assert done.returncode == 1, done.stderr
    assert "disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    (disk / "filler").unlink()
    assert seen(disk / "library") == before
    check(disk / "library")


@pytest.fixture
def closed(place: Path) -> Iterator[Path]:
    """A place that others may look into, and whose library nobody but root may write to."""
    with TemporaryDirectory() as folder:
        shutil.copytree(place, folder, dirs_exist_ok=True)
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        (Path(folder) / "library").chmod(0o555)
        yield Path(folder)
        (Path(folder) / "library").chmod(0o755)


@POSIX
@pytest.mark.parametrize("operation", ["index", "backup", "restore", "rollback"])
def test_a_closed_folder_is_said(closed: Path, operation: str) -> None:
    before = {file.name: file.read_bytes() for file in (closed / "library").glob("*.*")}
    done = run(closed, operation, user=65534 if os.getuid() == 0 else 0)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "cannot be written to" in done.stderr or "cannot be opened for writing" in done.stderr
    assert {file.name: file.read_bytes() for file in (closed / "library").glob("*.*")} == before


def test_a_clock_set_back_changes_nothing(folder: Path, tmp_path: Path, newer: Path) -> None:
    library = Library(folder, IDENTITY)
    searcher = Searcher(library, ToyEncoder(), WEIGHTS)
    library.publish({}, [], "1999-01-01T00:00:00+00:00")
    assert (library.generation, library.updated[:4]) == (2, "1999")
    assert searcher.search("Exham", 9) == []
    update(library, [newer], ToyEncoder())
    assert searcher.search("Exham 2023", 1)[0].passage.document.path == "Exham-2023.md"
    assert problems(library) == []
