"""A file that changed on the disk is noticed, or it changes nothing: no wrong text, place, grade or answer is shown.

A few dozen places run with the rest. A hundred of each file: `pytest -m long tests/index/test_damage.py`.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from index.copies import backup, restore, rollback
from index.derived import derived
from index.library import FILE, Library, LibraryUnusable
from index.update import update
from tests.index.states import IDENTITY, make_library, seen, write_files
from tests.toy import ToyEncoder

MANY = 100
SHOWN = ("texts", "originals", "judgements", "answers")


class Whole:
    """A library of two states, one after the other, its backup, and what readers see of each."""

    def __init__(self, root: Path) -> None:
        older, newer = write_files(root / "older", newer=False), write_files(root / "newer", newer=True)
        self.folder, self.logged, self.backup = root / "library", root / "logged", root / "backup.sqlite"
        self.old = shown(make_library(self.folder, older))
        library = Library(self.folder, IDENTITY)
        update(library, [newer], ToyEncoder())
        shutil.copytree(self.folder, self.logged)  # what was last published stands in SQLite's log alone
        library.close()
        self.new = shown(self.folder)
        backup(self.folder, self.backup)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return Whole(tmp_path_factory.mktemp("whole"))


def shown(folder: Path) -> dict[str, Any]:
    found = seen(folder)
    return {name: found[name] for name in SHOWN}


def damage(file: Path, drawn: random.Random) -> str:
    """Cut a file short, or turn one bit of it, or a few bytes; returns which."""
    data = bytearray(file.read_bytes())
    place = drawn.randrange(len(data))
    kind = drawn.choice(["cut", "bit", "bit", "bit", "bytes"])
    if kind == "cut":
        del data[place:]
    elif kind == "bit":
        data[place] ^= 1 << drawn.randrange(8)
    else:
        data[place : place + 8] = drawn.randbytes(len(data[place : place + 8]))
    file.write_bytes(data)
    return kind


def damaged_often(whole: Whole, template: Path, name: str, number: int, root: Path) -> Counter[str]:
    """Damage a file of a library at as many places; how often that was noticed, or changed nothing."""
    drawn, found = random.Random(name), Counter[str]()
    for _ in range(number):
        folder = root / "library"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(template, folder)
        kind = damage(folder / name, drawn)
        try:
            outcome = "harmless" if shown(folder) in (whole.new, whole.old) else "WRONG"
        except LibraryUnusable as error:
            outcome = "noticed" if f"--data {folder}" in str(error) else "noticed, unclear"
        found[f"{kind} {outcome}"] += 1
        assert "harmless" in outcome or outcome == "noticed", f"{name}: {kind} {outcome}"
        if outcome == "noticed":
            restore(folder, whole.backup, IDENTITY)
            assert shown(folder) == whole.new
    print(f"{name}: {dict(found)}")
    return found


def damaged_library(whole: Whole, number: int, root: Path) -> None:
    found = damaged_often(whole, whole.folder, FILE, number, root)
    assert found["cut noticed"] or found["bit noticed"]
    damaged_often(whole, whole.logged, f"{FILE}-wal", number, root)


def damaged_indexes(whole: Whole, number: int, root: Path) -> None:
    files = [file for file in (whole.folder / "derived-2").rglob("*") if file.is_file() and file.stat().st_size]
    for file in files:
        found = damaged_often(whole, whole.folder, str(file.relative_to(whole.folder)), number, root)
        assert not any("noticed" in outcome for outcome in found)  # made again


def damaged_copies(whole: Whole, number: int, root: Path) -> None:
    """A damaged copy is refused, and the library stays as it is; or it is whole in all that is shown."""
    drawn, found = random.Random("copies"), Counter[str]()
    for count in range(2 * number):
        folder, copy = root / "library", root / "copy.sqlite"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole.folder, folder)
        shutil.copy(whole.backup, copy)
        of_backup = count % 2 == 0
        kind = damage(copy if of_backup else folder / "previous-2.sqlite", drawn)
        refused = ""
        try:
            if of_backup:
                restore(folder, copy, IDENTITY)
            else:
                rollback(folder, IDENTITY)
        except LibraryUnusable as error:
            refused = str(error)
        assert not refused or "nothing was changed" in refused or "cannot be copied" in refused
        assert shown(folder) == (whole.old if not of_backup and not refused else whole.new)
        found[f"{kind} {'noticed' if refused else 'harmless'}"] += 1
    print(f"backup and previous state: {dict(found)}")


@pytest.mark.parametrize("look", [damaged_library, damaged_indexes, damaged_copies])
def test_damage_is_noticed_or_harmless(whole: Whole, look: Any, tmp_path: Path) -> None:
    look(whole, {damaged_library: 15, damaged_indexes: 1, damaged_copies: 6}[look], tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("look", [damaged_library, damaged_indexes, damaged_copies])
def test_damage_at_a_hundred_places_of_each_file(whole: Whole, look: Any, tmp_path: Path) -> None:
    look(whole, MANY, tmp_path)


def test_a_running_reader_notices_too(whole: Whole, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(whole.folder, folder)
    library = Library(folder, IDENTITY)
    document = library.documents()[0]
    derived(library)
    data = (folder / FILE).read_bytes()
    assert data.count(b"Managers of Eastwick") > 0
    (folder / FILE).write_bytes(data.replace(b"Managers of Eastwick", b"Managers of Westwick"))
    library.close()  # which empties SQLite's own memory of the file
    with pytest.raises(LibraryUnusable, match="not as it was read"):
        library.load_text(document.id)
