"""A small library of made-up reports for the tests of questions, answers and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from index.library import Library
from index.update import build, library_identity
from tests.register_files import write_files
from tests.toy import RANKING, ToyEncoder

TODAY = date(2026, 3, 2)
EXHAM_2018 = """---
title: Inspection of Exham children's services
authority: Exham
kind: report
inspection_start: 2018-05-14
inspection_end: 2018-05-18
publication_date: 2018-07-02
---
# Inspection of Exham children's services

## What needs to improve

- Caseloads of social workers are too high.
- The plans for care leavers are late.

## Help and protection

Social workers visit children on time. Managers read the records each week.
"""
EXHAM_2022 = """---
title: Inspection of Exham children's services
authority: Exham
kind: report
inspection_start: 2022-02-07
inspection_end: 2022-02-11
publication_date: 2022-03-28
url: https://example.org/exham-2022
---
# Inspection of Exham children's services

| Judgement | Grade |
|---|---|
| Overall effectiveness | Good |

## Help and protection

Caseloads of social workers are low, at fourteen children each.
"""
WYHAM = """---
title: Wyham in brief
authority: Wyham and Zed
kind: summary
inspection_start: 2021-11-01
inspection_end: 2021-11-30
---
# Wyham in brief

## Fostering

Caseloads of social workers are steady. Foster carers meet every month.
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in (("exham-2018.md", EXHAM_2018), ("exham-2022.md", EXHAM_2022), ("wyham.md", WYHAM)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def assistant(files: Path, tmp_path: Path) -> Assistant:
    encoder = ToyEncoder()
    build(tmp_path / "toy", [files], encoder)
    return Assistant(Library(tmp_path / "toy", library_identity(encoder)), encoder, RANKING, today=lambda: TODAY)


@contextmanager
def assistant_of(folder: Path, files: Mapping[str, str]) -> Iterator[Assistant]:
    """The assistant of a library made in this folder of files, by name and content."""
    encoder = ToyEncoder()
    build(folder / "library", [write_files(folder / "files", files)], encoder)
    library = Library(folder / "library", library_identity(encoder))
    yield Assistant(library, encoder, RANKING, today=lambda: TODAY)
    library.close()
