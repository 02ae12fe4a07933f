"""Whole copies of a library: backups, the state before the last change, and putting one in the library's place."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.derived import make_indexes
from index.faults import meaning
from index.library import FILE, Library, LibraryUnusable
from index.lock import MAKING, alone, remove
from index.remedy import note_backup, previous, previous_file, remedy
from index.schema import hold_updates, name_state

Extra = Callable[[sqlite3.Connection], None]
"""Puts something else into a backup, in tables of its own."""
Taken = Callable[[sqlite3.Connection], Callable[[], None]]
"""Takes that out again, and returns what puts it where it belongs."""

MARK = "backup"  # the row of a copy's table `about` that says that it is one, and of when


class NoCopy(ValueError):
    """There is no such copy, or the file is something else; the message says which."""


def nothing(copy: sqlite3.Connection) -> None:
    """Nothing else is in a backup."""


def nothing_taken(copy: sqlite3.Connection) -> Callable[[], None]:
    """Nothing else is taken out of a backup."""
    return lambda: None


def backup(folder: Path, file: Path, add: Extra = nothing) -> None:
    """Copy the library in `folder`, while others read and write it, into one file, check the copy, and add to it.

    The file is replaced only where it is a backup itself. Raises LibraryUnusable; NoCopy where `file` is no backup;
    OSError where it cannot be written.
    """
    if file.exists() and not _is_backup(file):
        raise NoCopy(f"{file} is there already and is no backup; name another file")
    Library(folder)  # refused here where it cannot be opened
    made = datetime.now(UTC)
    making = file.absolute().with_name(f".{file.name}.making")
    with _one_at_a_time(folder), _making(making):
        _copy(folder / FILE, making / FILE)
        if wrong := _wrong(making):
            raise LibraryUnusable(f"the library in {folder} cannot be backed up: {wrong}; {remedy(folder)}")
        with closing(sqlite3.connect(making / FILE)) as db, db:
            db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (MARK, made.isoformat(timespec="seconds")))
            add(db)
        _make_one_file(making / FILE)
        (making / FILE).replace(file)
    with suppress(OSError):  # the backup is made
        note_backup(folder, file, made)


def restore(folder: Path, file: Path, identity: Mapping[str, str], take: Taken = nothing_taken) -> None:
    """Put the library in the backup `file` in the place of the one in `folder`, which is kept for `rollback`.

    `take` takes out what was added to it, which is put where it belongs last. Raises NoCopy where there is no such
    file; LibraryUnusable where it is damaged, no library, or of another encoder or other passage settings than
    `identity` names, or where the folder cannot be written to: nothing is changed then.
    """
    if not file.is_file():
        raise NoCopy(f"there is no file {file}")
    with alone(folder):
        _put(folder, file, identity, str(file), _now("restore"), take)


def rollback(folder: Path, identity: Mapping[str, str]) -> None:
    """Go back to the state before the last index or restore; what is there now is kept, and can be gone back to.

    Else the next update that is made by itself would undo it: these are held, as they are after a restore, until
    somebody updates the library. What undoes a restore or a rollback leaves that as it was before. Raises NoCopy where
    no such state is kept; LibraryUnusable as `restore`.
    """
    if not folder.is_dir():
        raise NoCopy(f"there is no library in {folder}")
    with alone(folder):
        kept, is_held = previous(folder), False
        try:
            library = Library(folder)
            file, is_held = kept.get(library.generation), bool(library.held)
        except LibraryUnusable:  # damaged: the newest that is kept
            file = next(iter(kept.values()), None)
        if file is None:
            raise NoCopy(f"no state before this one is kept of the library in {folder}")
        named = f"the state before the last change, {file.name},"
        _put(folder, file, identity, named, "" if is_held else _now("rollback"))


def keep_previous(library: Library, generation: int) -> None:
    """Keep a copy of the published state, to go back to from that of number `generation`, which comes next."""
    if generation == 1:  # nothing was published before
        return
    with _making(library.folder / f"{MAKING}previous") as making:
        _copy(library.folder / FILE, making / FILE)
        (making / FILE).replace(previous_file(library.folder, generation))


def forget_older(library: Library) -> None:
    """Remove the kept states but the one before the present."""
    for generation, file in previous(library.folder).items():
        if generation != library.generation:
            file.unlink(missing_ok=True)


def replace(folder: Path, newer: Path, held_since: str = "") -> None:
    """Put the library in the folder `newer`, which nobody has open, in the place of the one in `folder`.

    In one transaction of the same file: whoever has the old library open sees the new one whole, or not at all. The
    old one is kept for `rollback`, where it can be read. With `held_since` no update is made by itself from then on.
    """
    old, kept = _readable(folder), previous(folder)
    generation = (old.generation if old else max(kept, default=0)) + 1
    with closing(sqlite3.connect(newer / FILE)) as db, db:
        name_state(db, generation)
        db.execute("DELETE FROM about WHERE name = ?", (MARK,))
        if held_since:
            hold_updates(db, held_since)
    new = Library(newer)
    make_indexes(new, folder)
    new.close()
    if old:
        keep_previous(old, generation)
    elif kept:
        kept[generation - 1].replace(previous_file(folder, generation))
    _overwrite(folder / FILE, newer / FILE)
    forget_older(Library(folder))
    shutil.rmtree(newer)


def _now(change: str) -> str:
    now = datetime.now(UTC)
    return f"{change} of {now.day} {now:%B %Y, %H:%M} UTC"


def _put(
    folder: Path, file: Path, identity: Mapping[str, str], named: str, held_since: str, take: Taken = nothing_taken
) -> None:
    with _making(folder / f"{MAKING}library") as newer:
        _copy(file, newer / FILE, named)
        if wrong := _wrong(newer, identity):
            raise LibraryUnusable(f"{named} cannot be used: {wrong}; nothing was changed")
        with closing(sqlite3.connect(newer / FILE)) as db, db:
            put_taken = take(db)
        replace(folder, newer, held_since)
        put_taken()


def _wrong(folder: Path, identity: Mapping[str, str] | None = None) -> str:
    """What is wrong with a copy, in words; empty where nothing is."""
    try:
        library = Library(folder, identity)
        found = [] if library.generation else ["its first index has not ended"]
        found += library.problems()
        library.close()
    except LibraryUnusable as error:
        found = [error.reason]
    return found[0] if found else ""


def _copy(source: Path, target: Path, named: str = "the library") -> None:
    """Copy a library's file as it is at one moment, whoever writes it."""
    try:
        with closing(_opened_to_read(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
        _make_one_file(target)
    except sqlite3.Error as error:
        reason = meaning(error) or f"is damaged or no library ({error})"
        raise LibraryUnusable(f"{named} cannot be copied to {target.parent.parent}: it {reason}") from error


def _overwrite(target: Path, source: Path) -> None:
    try:
        with closing(_opened_to_read(source)) as new, closing(sqlite3.connect(target, timeout=30)) as old:
            new.backup(old)
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        if reason := meaning(error):
            raise LibraryUnusable(f"the library in {target.parent} {reason}") from error
        # So damaged that nothing can be written into it. What its log holds would be taken for the new file's.
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        source.replace(target)


def _opened_to_read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _make_one_file(file: Path) -> None:
    """Have SQLite keep no log beside the file, so that it can be moved, and read where nothing can be written."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode = DELETE")


def _is_backup(file: Path) -> bool:
    try:
        with closing(_opened_to_read(file)) as db:
            return bool(db.execute("SELECT 1 FROM about WHERE name = ?", (MARK,)).fetchone())
    except sqlite3.Error:
        return False


def _readable(folder: Path) -> Library | None:
    """The library in `folder`, made with whatever encoder, where there is one with a published state."""
    try:
        library = Library(folder)
        return library if library.generation else None
    except LibraryUnusable:
        return None


@contextmanager
def _making(folder: Path) -> Iterator[Path]:
    """A fresh folder to make something in, which is gone afterwards."""
    try:
        remove(folder)
        folder.mkdir()
    except OSError as error:
        raise LibraryUnusable(f"{folder.parent} cannot be written to ({error.strerror})") from error
    try:
        yield folder
    finally:
        remove(folder)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    try:
        lock = FileLock(folder / "backup.lock", timeout=0).acquire()
    except Timeout as error:
        raise LibraryUnusable(f"another backup of {folder} is being made; wait until it has ended") from error
    except OSError as error:
        raise LibraryUnusable(f"{folder} cannot be written to ({error.strerror})") from error
    with lock:
        yield
