"""Killed at any moment, a library is wholly in the old or the new state, and the next run ends what was begun.

A few dozen deaths run with the rest. A hundred of each operation: `pytest -m long tests/index/test_kill.py`.
"""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.copies import backup, restore, rollback
from index.library import FILE
from tests.index.killing import OPERATIONS, Place, kill, measure
from tests.index.states import IDENTITY, check, make_library, seen, write_files

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")

FEW, MANY = 5, 100
NOTHING: dict[str, Any] = {}


class States:
    """What stands before each operation, and what readers see of a library made in one go of each state's files."""

    def __init__(self, root: Path) -> None:
        self.older, self.newer = write_files(root / "older", newer=False), write_files(root / "newer", newer=True)
        self.old = seen(make_library(root / "old", self.older))
        self.new = seen(make_library(root / "new", self.newer))
        backup(root / "old", root / "old.sqlite")
        make_library(root / "both", self.older)
        make_library(root / "both", self.newer)
        self._root = root

    def prepare(self, name: str, root: Path) -> Place:
        """A fresh place, as it is before the operation."""
        place = Place(root)
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        shutil.copytree(self.newer, place.files)
        if name != "first index":
            library = {"update": "old", "rebuild": "old", "backup": "new"}.get(name, "both")
            shutil.copytree(self._root / library, place.library)
            shutil.copy(self._root / "old.sqlite", place.backup)
        return place


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> States:
    return States(tmp_path_factory.mktemp("states"))


def seen_of(folder: Path) -> dict[str, Any]:
    """What readers see of a library; nothing where its first state was never published."""
    if not (folder / FILE).exists():
        return NOTHING
    check(folder)
    found = seen(folder)
    return found if found["files"] else NOTHING


def after_index(place: Place, states: States, before: dict[str, Any]) -> None:
    assert seen_of(place.library) in (before, states.new)
    OPERATIONS["index"](place)
    assert seen_of(place.library) == states.new


def after_backup(place: Place, states: States) -> None:
    assert seen_of(place.library) == states.new
    restore(place.root / "restored", place.backup, IDENTITY)
    assert seen_of(place.root / "restored") in (states.old, states.new)
    backup(place.library, place.backup)
    restore(place.root / "restored", place.backup, IDENTITY)
    assert seen_of(place.root / "restored") == states.new


def after_restore(place: Place, states: States) -> None:
    found = seen_of(place.library)
    done = found == states.old
    assert done or found == states.new
    rollback(place.library, IDENTITY)
    assert seen_of(place.library) == (states.new if done else states.old)
    restore(place.library, place.backup, IDENTITY)
    assert seen_of(place.library) == states.old


def after_rollback(place: Place, states: States) -> None:
    found = seen_of(place.library)
    done = found == states.old
    assert done or found == states.new
    for _ in range(2):  # nothing is lost: from the one state to the other and back
        rollback(place.library, IDENTITY)
        done = not done
        assert seen_of(place.library) == (states.old if done else states.new)


CASES: dict[str, tuple[str, Callable[[Place, States], None]]] = {
    "first index": ("index", lambda place, states: after_index(place, states, NOTHING)),
    "update": ("index", lambda place, states: after_index(place, states, states.old)),
    "rebuild": ("rebuild", lambda place, states: after_index(place, states, states.old)),
    "backup": ("backup", after_backup),
    "restore": ("restore", after_restore),
    "rollback": ("rollback", after_rollback),
}


def deaths(name: str, number: int) -> Iterator[tuple[float, bool]]:
    """After which share of an operation it is killed, and whether that is a share of its calls; else of its time."""
    drawn = random.Random(name)
    for count in range(number):
        yield drawn.random(), count % 2 == 0


def kill_often(name: str, number: int, states: States, root: Path) -> None:
    operation, look = CASES[name]
    extent = measure(operation, states.prepare(name, root / "place"))
    assert extent.calls > 20
    killed = 0
    for share, by_call in deaths(name, number):
        place = states.prepare(name, root / "place")
        killed += kill(operation, place, share, extent, by_call)
        look(place, states)
        assert not list(place.library.glob(".writing-*"))
    assert killed > number / 2
    print(f"{name}: killed at {killed} of {number} points; {extent}")


@pytest.mark.parametrize("name", CASES)
def test_a_killed_process_leaves_a_whole_state(name: str, states: States, tmp_path: Path) -> None:
    kill_often(name, FEW, states, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_killed_at_a_hundred_points(name: str, states: States, tmp_path: Path) -> None:
    kill_often(name, MANY, states, tmp_path)
