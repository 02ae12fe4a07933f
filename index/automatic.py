"""Updates that nobody watches: from which folders they are made, when they are held, and what they do not believe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from index.derived import derived
from index.encoder import Encoder
from index.library import Library
from index.lock import alone
from index.update import Progress, Report, check_folders, find_files, library_identity, update


class UpdatesHeld(Exception):
    """No update is made by itself until somebody makes one by hand; the message says since what."""


def update_by_itself(
    folder: Path, otherwise: Sequence[Path], encoder: Encoder, progress: Progress | None = None
) -> Report:
    """As `build`, from the folders that were named by hand last, and from those in `otherwise` where none were.

    Raises as `build` does; UpdatesHeld after a restore or a rollback, which it would undo; ValueError where something
    would be taken out and a folder has no file at all (more likely its disk is away), and where the folders were not
    kept yet when the library was made.
    """
    with alone(folder):
        library = Library(folder, library_identity(encoder), create=True)
        if held := held_since(library):
            raise UpdatesHeld(held)
        named = library.named
        if named is None and library.generation:
            raise ValueError(f"it is not known which folders {folder} is made from; run {_by_hand(library)} once")
        folders = named or otherwise
        check_folders(folders)
        _check_emptied(library, folders)
        report = update(library, folders, encoder, progress, named or ())
        derived(library)
        library.close()
    return report


def held_since(library: Library) -> str:
    """That updates of this library are held, since what, and how to go on; empty where they are made."""
    if not library.held:
        return ""
    return f"automatic updates of {library.folder} are held since the {library.held}; go on with {_by_hand(library)}"


def _by_hand(library: Library) -> str:
    named = library.named
    folders = ["FOLDER ..."] if named is None else [quote(str(folder)) for folder in named]
    return f"'{' '.join(['inspection-assistant index', *folders])} --data {library.folder}'"


def _check_emptied(library: Library, folders: Sequence[Path]) -> None:
    found = [file for file in find_files(folders) if not file.wrong]
    if library.places().keys() <= {file.place for file in found}:
        return
    for folder in folders:
        if folder.absolute() not in {file.folder for file in found}:
            raise ValueError(
                f"there is no file in {folder}; is its disk or share there? Nothing was changed. "
                f"Where it is meant to be empty, run {_by_hand(library)}"
            )
