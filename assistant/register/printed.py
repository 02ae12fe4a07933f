"""The register on a terminal: a table an inspection, with the documents it was read from, and what it covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.register.entries import Entry, Register, inspections
from assistant.wording import day_in_full, inspected_in_full, whose_words
from index.judgements import AREAS, GRADES
from index.stored import StoredJudgement

AREA_WIDTH, GRADE_WIDTH = max(map(len, AREAS.values())), max(map(len, GRADES.values()))


def print_register(out: Console, entries: Sequence[Entry], looked_through: Sequence[Entry], register: Register) -> None:
    """Print these judgements, then what was looked through for them and what could not be read."""
    authority = ""
    for inspection in inspections(entries):
        if inspection[0].authority != authority:
            authority = inspection[0].authority
            out.print(f"[bold]{escape(authority)}[/]\n")
        _print_inspection(out, inspection)
    if not entries:
        out.print("No judgement is within these limits.")
    if coverage := register.coverage(looked_through):
        out.print(f"{coverage.words.capitalize()}.")
    print_unread(out, register.unread)


def print_unread(out: Console, unread: Mapping[str, Sequence[str]]) -> None:
    """Print the paths of documents with the areas whose judgements could not be read; none for a whole file."""
    for path, areas in unread.items():
        what = "Judgements not read" if areas else "Not read"
        named = f": {', '.join(AREAS[area] for area in areas)}" if areas else ""
        out.print(f"  [yellow]{what}[/]: {escape(path)}{named}.")


def _print_inspection(out: Console, inspection: Sequence[Entry]) -> None:
    out.print(f"  [bold]{_when(inspection[0])}[/]")
    by_document: dict[int, list[Entry]] = {}
    for entry in inspection:
        by_document.setdefault(entry.document.id, []).append(entry)
    for same in by_document.values():
        out.print(f"  [cyan]{_source(same[0].stated)}[/]")
        out.print(_table(same))
    for entry in inspection:
        for other in entry.contradictions:
            out.print(f"  [yellow]Sources differ[/] on {AREAS[entry.area]}: {_said(entry.stated)}; {_said(other)}.")
    out.print()


def _table(entries: Sequence[Entry]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 0, 0, 4))
    table.add_column(min_width=AREA_WIDTH)
    table.add_column(min_width=GRADE_WIDTH)
    table.add_column(style="dim")
    for entry in entries:
        table.add_row(AREAS[entry.area], GRADES[entry.grade], _page(entry.stated))
    return table


def _when(entry: Entry) -> str:
    facts = entry.document.facts
    return (
        f"Inspection of {inspected_in_full(facts)}" if facts.inspection_start else f"Published {day_in_full(entry.day)}"
    )


def _said(judgement: StoredJudgement) -> str:
    where = ", ".join(filter(None, (_source(judgement), _page(judgement))))
    return f"{GRADES[judgement.grade]} in {where}"


def _source(judgement: StoredJudgement) -> str:
    return escape(f"{judgement.document.path} ({whose_words(judgement.document.facts)})")


def _page(judgement: StoredJudgement) -> str:
    return f"page {judgement.page}" if judgement.page else ""
