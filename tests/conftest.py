"""What all tests share: hypothesis's settings, the encoder, the project's documents, the real reports, a small disk."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from index.encoder import Encoder, open_encoder

# The same examples on every run: a failure on one machine is a failure on all.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("ci")

DOCUMENTS = Path(__file__).parents[1] / "documents"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests run only where they are asked for."""
    if "long" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="long: run it with -m long"))


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default encoder; PyTorch is loaded only when passages are embedded."""
    return open_encoder()


@pytest.fixture(scope="session")
def shipped_pdf() -> bytes:
    """The tagged PDF that comes with the project."""
    return (DOCUMENTS / "rotherham" / "judgements-2014-to-2025.pdf").read_bytes()


@pytest.fixture(scope="session")
def reports() -> Path:
    """The folder of real reports named by INSPECTION_TEST_REPORTS; skips where there is none."""
    named = os.environ.get("INSPECTION_TEST_REPORTS")
    if not named:
        pytest.skip("INSPECTION_TEST_REPORTS does not name a folder of real reports")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"INSPECTION_TEST_REPORTS names {folder}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def summary(reports: Path) -> list[dict[str, str]]:
    """The newest inspection of each authority, summarised by others from the same reports."""
    path = reports.parent / "register" / "latest-inspections.csv"
    if not path.is_file():
        pytest.skip(f"there is no register at {path}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many bytes; skips where that is not allowed."""
    mounted = tmp_path / "disk"
    mounted.mkdir()

    def mount(size: int) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(mounted)]
        if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("no disk can be mounted here")
        return mounted

    yield mount
    # Lazily: a connection of the test's may still be open, and the disk would be left behind.
    subprocess.run(["umount", "--lazy", str(mounted)], capture_output=True, check=False)
