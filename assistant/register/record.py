"""The register as rows for other programs: CSV with fixed columns, or JSON with the same keys."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from assistant.contract import document_record
from assistant.register.entries import Entry, Register
from assistant.spreadsheet import cell
from index.stored import StoredJudgement

COLUMNS = (
    "authority", "area", "grade", "inspection_start", "inspection_end", "publication_date", "kind", "lead_inspector",
    "source", "document", "page", "start", "end",
)  # fmt: skip


def entry_record(entry: Entry) -> dict[str, str | int | None]:
    """A judgement by the names of COLUMNS: dates as ISO 8601, None where something is not known.

    `start` and `end` are the characters of the document's text that state it.
    """
    facts, stated = entry.document.facts, entry.stated
    # A month is known of an inspection that names no days; its first and last would be invented.
    start, end = (None, None) if facts.month_only else (facts.inspection_start, facts.inspection_end)
    return {
        "authority": entry.authority,
        "area": entry.area,
        "grade": entry.grade,
        "inspection_start": start.isoformat() if start else None,
        "inspection_end": end.isoformat() if end else None,
        "publication_date": facts.publication_date.isoformat() if facts.publication_date else None,
        "kind": facts.inspection_kind,
        "lead_inspector": facts.lead_inspector,
        "source": facts.source,
        "document": entry.document.path,
        "page": stated.page,
        "start": stated.start,
        "end": stated.end,
    }


def judgement_record(entry: Entry) -> dict[str, Any]:
    """The same and what a line of CSV has no room for: when inspectors came, and what other sources say otherwise.

    `inspection_date` is year and month where no day is known.
    """
    return {
        **entry_record(entry),
        "inspection_date": document_record(entry.document)["inspection_date"],
        "contradictions": [contradiction_record(other) for other in entry.contradictions],
    }


def contradiction_record(other: StoredJudgement) -> dict[str, Any]:
    """The grade that another source gives, and where it says so."""
    return {
        "grade": other.grade,
        "source": other.document.facts.source,
        "document": other.document.path,
        "page": other.page,
        "start": other.start,
        "end": other.end,
    }


def coverage_record(register: Register, looked_through: Sequence[Entry]) -> dict[str, Any]:
    """What judgements were looked for in: how many authorities, the first and last year, and what could not be read.

    The years are None where nothing was looked through. `areas` is empty where a whole file could not be read.
    """
    coverage = register.coverage(looked_through)
    return {
        "authorities": coverage.authorities if coverage else 0,
        "from": coverage.first if coverage else None,
        "to": coverage.last if coverage else None,
        "unreadable": [{"path": path, "areas": list(areas)} for path, areas in register.unread.items()],
    }


def as_csv(entries: Iterable[Entry]) -> str:
    """These judgements as CSV, a line each below the names of COLUMNS; empty where something is not known.

    It is safe to open in a spreadsheet.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        writer.writerow({name: cell(value) for name, value in entry_record(entry).items()})
    return out.getvalue()
