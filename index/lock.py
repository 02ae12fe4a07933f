"""One writer at a time: the lock that a library's folder has, and what a killed writer left in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.library import LibraryUnusable

MAKING = ".writing-"  # what the names of files begin with that only the holder of the lock has


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds the lock of the library in `folder`, made where there is none.

    Raises LibraryUnusable where another writer has it, or the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "library.lock", timeout=0):
            for left in folder.glob(f"{MAKING}*"):
                remove(left)
            yield
    except Timeout as error:
        message = f"another index, restore or rollback is at work on {folder}; wait until it has ended"
        raise LibraryUnusable(message) from error
    except OSError as error:
        if error.filename is None or folder not in (Path(error.filename), *Path(error.filename).parents):
            raise
        raise LibraryUnusable(f"{folder} cannot be written to ({error.strerror}); nothing was changed") from error


def remove(path: Path) -> None:
    """Remove a file or a folder with all that is in it, as far as that can be done."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
