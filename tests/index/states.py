"""Two states of a small library, and all that a reader can see of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.contract import answer_record
from index.derived import derived
from index.library import Library
from index.update import build, library_identity
from tests.toy import RANKING, ToyEncoder

IDENTITY = library_identity(ToyEncoder())
TODAY = date(2026, 3, 2)
REPORT = """---
title: Inspection of {name} children's services
authority: {name}
kind: report
inspection_start: {year}-05-14
inspection_end: {year}-05-18
---
# Inspection of {name} children's services

| Judgement | Grade |
|---|---|
| Overall effectiveness | {grade} |

## Help and protection

Caseloads of social workers in {name} are {caseload} each in {year}. Managers of {name} read {records} records a week.

## What needs to improve

- The {plans} plans of {name} for care leavers.
- How often {visits} visits are made in {name}.
"""
NAMES = ("Exham", "Wyham", "Zedham", "Northmoor", "Southvale", "Eastwick")
GRADES = ("Good", "Inadequate", "Outstanding", "Requires improvement to be good")
QUESTIONS = (
    "How high are caseloads of social workers in Exham?",
    "What needs to improve for care leavers in Wyham?",
    "How many records do managers of Zedham read?",
    "How was Northmoor judged?",
    "Which councils are inadequate?",
    "When does the ferry to Eastwick leave?",
)


def report(name: str, year: int, salt: int) -> str:
    """A report whose every sentence differs from those of other names, years and salts."""
    number = 7 * NAMES.index(name) + year % 10 + 3 * salt
    return REPORT.format(
        name=name, year=year, grade=GRADES[number % 4], caseload=10 + number, records=20 + number,
        plans=("late", "early", "missing", "thin")[number % 4], visits=("home", "school", "first", "last")[number % 4],
    )  # fmt: skip


def write_files(folder: Path, newer: bool) -> Path:
    """The files of the old or the newer state: some of them are changed, one is gone, some are added."""
    folder.mkdir(parents=True)
    for place, name in enumerate(NAMES):
        changed = newer and place % 2 == 0
        if not (newer and name == "Southvale"):
            (folder / f"{name}-2019.md").write_text(report(name, 2019, salt=5 if changed else 0), encoding="utf-8")
        if newer:
            (folder / f"{name}-2023.md").write_text(report(name, 2023, salt=0), encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken" if newer else b"")
    return folder


def make_library(folder: Path, files: Path) -> Path:
    """A library of these files, made in one go."""
    build(folder, [files], ToyEncoder())
    return folder


def seen(folder: Path) -> dict[str, Any]:
    """All that readers see of the library in `folder`: its files, documents' texts, judgements, and answers."""
    library = Library(folder, IDENTITY)
    assistant = Assistant(library, ToyEncoder(), RANKING, today=lambda: TODAY)
    judgements = {(j.document.path, j.area, j.grade, j.start, j.page) for j in library.judgements()}
    texts = {document.path: library.load(document.id) for document in library.documents()}
    originals = {document.path: library.original(document.id) for document in library.documents()}
    found = {
        "files": library.files(),
        "failures": library.failures(),
        "texts": texts,
        "originals": originals,
        "judgements": judgements,
        "answers": [answered(assistant, question) for question in QUESTIONS],
    }
    library.close()
    return found


def answered(assistant: Assistant, question: str) -> dict[str, Any]:
    """An answer as programs get it, but for scores and time; passages of one score may stand in any order."""
    record = answer_record(assistant.ask(question), None, question, 0.0)
    passages = [{k: v for k, v in passage.items() if k != "score"} for passage in record.pop("passages")]
    record["confidence"] = round(record["confidence"], 3)
    return {**record, "passages": sorted(passages, key=lambda passage: (passage["document"], passage["start"]))}


def check(folder: Path) -> None:
    """What `inspection-assistant check` finds is nothing, and the indexes are there or can be made."""
    library = Library(folder, IDENTITY)
    assert library.problems() == []
    assert len(derived(library).words) == library.count_passages()
    library.close()
