"""How a library that cannot be used is brought back: the commands that errors name."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

BACKUP_NOTE = "last-backup.json"  # which file was the last backup, kept beside the library


def remedy(folder: Path) -> str:
    """How to bring back a damaged library: by its backup, by the state before the last change, or made again."""
    ways = []
    if backup := _last_backup(folder):
        file, made = backup
        ways.append(
            f"bring back the backup of {made.day} {made:%B %Y, %H:%M} with "
            f"'inspection-assistant restore {file} --data {folder}'"
        )
    if previous(folder):
        ways.append(f"go back to the state before the last change with 'inspection-assistant rollback --data {folder}'")
    return ", or ".join([*ways, remake(folder)])


def remake(folder: Path) -> str:
    """How to make a library again."""
    return (
        f"make it again with 'inspection-assistant index FOLDER ... --data {folder} --rebuild', "
        "naming the folders that it is to hold"
    )


def note_backup(folder: Path, file: Path, made: datetime) -> None:
    """Remember which file was the last backup of the library in `folder`."""
    note = {"file": str(file.resolve()), "made": made.isoformat(timespec="seconds")}
    (folder / BACKUP_NOTE).write_text(json.dumps(note), encoding="utf-8")


def previous(folder: Path) -> dict[int, Path]:
    """The kept states, each under the number of the state that came after it, newest first."""
    found = {}
    for file in folder.glob("previous-*.sqlite"):
        if number := re.fullmatch(r"previous-(\d+)\.sqlite", file.name):
            found[int(number[1])] = file
    return dict(sorted(found.items(), reverse=True))


def previous_file(folder: Path, generation: int) -> Path:
    """Where the state before that of number `generation` is kept.

    Its number is in its name, so that a run killed between keeping a state and publishing the next loses neither.
    """
    return folder / f"previous-{generation}.sqlite"


def _last_backup(folder: Path) -> tuple[Path, datetime] | None:
    """The last backup and when it was made, where it is still there."""
    try:
        note = json.loads((folder / BACKUP_NOTE).read_text(encoding="utf-8"))
        file, made = Path(note["file"]), datetime.fromisoformat(note["made"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return (file, made) if file.exists() else None
