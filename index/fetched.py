"""Where files of a folder were fetched from: a hidden file beside them says so, since a PDF has no place for it.

The lines are of contents, not of names: a file may be renamed or moved within the folder, and one that is replaced by
another no longer has the address of the first.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.readers.writer import HIDDEN

FILE = ".fetched.jsonl"
# It becomes a link, and whoever may drop files in the folder may write lines.
ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]{1,2000}")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetched:
    """The address that a file was fetched from, and the day. Raises ValueError for what is no web address."""

    url: str
    day: date

    def __post_init__(self) -> None:
        if not ADDRESS.fullmatch(self.url) or HIDDEN.search(self.url):
            raise ValueError(f"{self.url!r} is no web address")


def note_fetched(folder: Path, digest: str, name: str, fetched: Fetched) -> None:
    """Add a line for the file whose content has this hash; its name is for people who read the lines.

    Raises OSError.
    """
    line = {"sha256": digest, "file": name, "url": fetched.url, "fetched": fetched.day.isoformat()}
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def read_fetched(folders: Iterable[Path]) -> Mapping[str, Fetched]:
    """Content hash → where it was fetched from, for all that these folders note; a line that is none is passed over."""
    found: dict[str, Fetched] = {}
    for file in (folder / FILE for folder in folders):
        if not file.is_file():
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            try:
                noted = json.loads(line)
                found[noted["sha256"]] = Fetched(noted["url"], date.fromisoformat(noted["fetched"]))
            except (ValueError, KeyError, TypeError, RecursionError):
                logger.warning("%s, line %d does not say where a file was fetched from", file, number)
    return found
