"""Answers, and what came of a command, as they are printed on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.answer import Answer
from assistant.evaluate import Evaluation
from assistant.feedback import Row
from assistant.outcome import Record
from assistant.register.printed import print_unread
from assistant.wording import passage_label, shown, whose_words
from index.automatic import held_since
from index.library import Library
from index.stored import Failure
from index.update import Report


def print_report(out: Console, report: Report, data: Path, seconds: float) -> None:
    """Print what making or updating the library in `data` came to."""
    minutes = f"{seconds / 60:.1f} minutes" if seconds >= 90 else f"{seconds:.1f} seconds"
    documents, files = _count(report.documents, "document"), _count(report.files, "file")
    out.print(
        f"{escape(str(data))}: {documents} from {files} in {minutes}: "
        f"{report.read:,} read ({_count(report.words, 'word')} in {_count(report.passages, 'passage')}), "
        f"{report.unchanged:,} unchanged, {report.removed:,} removed."
    )
    for path, first in report.duplicates.items():
        out.print(f"  The same file twice: {escape(path)} is {escape(first)}.")
    for failure in report.failures:
        out.print(f"  [yellow]Not read[/]: {escape(failure.path)}: {escape(failure.reason)}.")


def print_answer(out: Console, answer: Answer) -> None:
    """Print an answer with its sources, what was searched, and the first passages that were found."""
    missing = () if answer.table else answer.understood.missing
    for sentence in (answer.refusal_reason,) if answer.refusal_reason else missing:
        out.print(f"[bold]{escape(sentence)}[/]\n")
    if answer.table:
        _print_table(out, answer)
    else:
        for note in answer.notes:
            out.print(f"{escape(note)}\n")
    for citation in answer.citations:
        number = f"[{citation.number}] " if answer.table else ""
        out.print(f"{escape(number)}“{escape(shown(citation.quote))}”")
        whose = f"{citation.kind}. {citation.later_words}".rstrip()
        out.print(f"  [cyan]{escape(citation.label)}[/]. [dim]{escape(whose)}[/]")
        if citation.document.facts.url:
            out.print(f"  [dim]Original: {escape(citation.document.facts.url)}[/]")
        out.print()
    lift = " With --everywhere all documents are searched." if answer.understood.filter else ""
    out.print(f"[dim]Searched: {escape(answer.searched_in_words)}.{lift}[/]")
    heading = "Closest passages" if answer.status == "refused" else "Passages"
    out.print(f"[bold]{heading}[/]")
    for hit in answer.passages[:3]:
        passage = hit.passage
        words = shown(passage.text).split()
        text = " ".join(words[:40]) + (" …" if len(words) > 40 else "")
        kind = whose_words(passage.document.facts)
        where = passage_label(passage)
        out.print(f"  [cyan]{escape(where)}[/] [dim]({escape(kind)})[/]")
        out.print(f"  {escape(text)}")


def print_library(out: Console, library: Library, of_what: str = "") -> None:
    """Print what a library holds, `of_what` before it, of when it is, and whether updates by itself are held."""
    counts = f"{_count(len(library.documents()), 'document')}, {_count(library.count_passages(), 'passage')}"
    out.print(escape(f"{library.folder}: {of_what}{counts}, last updated {library.updated or 'never'}."))
    if held := held_since(library):
        out.print(f"  {held[0].upper()}{escape(held[1:])}.")


def print_what_is_not_read(out: Console, library: Library) -> Sequence[Failure]:
    """Print the sentences that are cut, and the judgements and files that were not read. Returns these files."""
    for path, page in library.cut_passages():
        where = escape(path) + (f", page {page}" if page else "")
        out.print(f"  A sentence too long for the encoder is cut: {where}.")
    unread: dict[str, list[str]] = {}
    for path, area in library.unread_judgements():
        unread.setdefault(path, []).append(area)
    print_unread(out, unread)
    failures = library.failures()
    for failure in failures:
        out.print(f"  [yellow]Not read[/]: {escape(failure.path)}: {escape(failure.reason)}.")
    return failures


def print_feedback(out: Console, rows: Sequence[Row]) -> None:
    """Print what readers said of answers."""
    helpful = sum(row.helpful for row in rows)
    out.print(f"{_count(len(rows), 'answer')} judged by readers, {helpful} helpful.")
    for row in rows:
        verdict = "[green]Helpful[/]" if row.helpful else "[red]Not helpful[/]"
        out.print(f"\n{row.id}  {row.at[:10]}  {verdict}  {escape(row.question)}")
        if row.reason:
            out.print(f"  {escape(row.reason)}")


def print_evaluation(out: Console, evaluation: Evaluation) -> None:
    """Print the measures of a question set, and each question that failed with what was wanted and what came."""
    for name, value in evaluation.measures.items():
        out.print(f"{name:>16}  {'-' if value is None else value}")
    out.print(f"\n[bold]{_count(len(evaluation.failures), 'question')} failed[/]")
    for failure in evaluation.failures:
        _print_failure(out, failure)


def _print_table(out: Console, answer: Answer) -> None:
    assert answer.table
    out.print(f"[bold]{escape(answer.table.caption)}[/]")
    for note in answer.notes:
        out.print(escape(note))
    if answer.table.rows:
        table = Table(*map(escape, answer.table.columns), box=box.SIMPLE_HEAD)
        for row in answer.table.rows:
            table.add_row(*(escape(" ".join([c.text, *(f"[{n}]" for n in c.citations)])) for c in row))
        out.print(table)
    out.print(f"[dim]{escape(answer.coverage)}[/]\n")


def _print_failure(out: Console, failure: Record) -> None:
    wanted, came = failure["wanted"], failure["came"]
    out.print(f"\n[bold]{escape(failure['id'])}: {escape(failure['question'])}[/]")
    if failure["understood"] != failure["question"]:
        out.print(f"  Understood: {escape(failure['understood'])}")
    out.print(f"  [red]Failed[/]: {escape('; '.join(failure['reasons']))}.")
    for piece in wanted["evidence"]:
        _print_quote(out, "Wanted", {"document": wanted["document"], **piece})
    if not wanted["evidence"]:
        out.print("  Wanted: a refusal.")
    if came["status"] == "refused":
        out.print(f"  Came: a refusal. [dim]{escape(came['refusal_reason'] or '')}[/]")
    for quote in came["quotes"]:
        _print_quote(out, "Came", quote)
    for rank, passage in enumerate(came["passages"], 1):
        out.print(f"  [dim]Passage {rank}: {escape(_where(passage))}[/]")


def _print_quote(out: Console, name: str, piece: Record) -> None:
    out.print(f"  {name}: “{escape(shown(piece['quote']))}” [cyan]{escape(_where(piece))}[/]")


def _where(piece: Record) -> str:
    """The document's path, with the page, else the heading, where there is one."""
    place = f"page {piece['page']}" if piece["page"] else piece.get("section")
    return ", ".join(filter(None, (piece["document"], place)))


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
