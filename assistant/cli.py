"""The command line: index, add, ask, register, evaluate, check, backup, restore, rollback, feedback and serve."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assistant.authorities import Authorities
from assistant.batch import answer_batch, read_batch
from assistant.contract import answer_record
from assistant.evaluate import evaluate as evaluate_set
from assistant.feedback import Feedback, as_question
from assistant.feedback import as_csv as feedback_as_csv
from assistant.floor import read_floor
from assistant.heaps import limit_heaps
from assistant.printed import (
    print_answer,
    print_evaluation,
    print_feedback,
    print_library,
    print_report,
    print_what_is_not_read,
)
from assistant.question import BadQuestion
from assistant.question_set import read_question_set
from assistant.register.entries import Register
from assistant.register.filters import Filters, first_day, last_day, named_area, named_authority, named_grade
from assistant.register.printed import print_register
from assistant.register.record import as_csv, coverage_record, judgement_record
from assistant.settings import FILE, CommandSettings, Settings
from assistant.updates import update_record
from assistant.workers import Setup, SharedAssistant
from index.automatic import UpdatesHeld, update_by_itself
from index.copies import backup as make_backup
from index.copies import restore as restore_backup
from index.copies import rollback as roll_back
from index.derived import problems as derived_problems
from index.encoder import ModelUnusable, open_encoder
from index.judgements import AREAS, GRADES
from index.library import DocumentGone, Library, LibraryUnusable, is_made
from index.remedy import remedy
from index.update import Progress as Tell
from index.update import build, library_identity, rebuild

BELOW_FLOOR, UNUSABLE, SOME_UNREADABLE = 1, 2, 3  # exit statuses beside 0

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Ask what inspectors found, and get the documents' own words with their place in the source.",
)
out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)

Data = Annotated[Path | None, typer.Option("--data", metavar="DIR", help="The library's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Given = TypeVar("Given", bound=CommandSettings)


@app.command(
    epilog="Examples: [bold]inspection-assistant index[/] reads documents/; "
    "[bold]inspection-assistant index reports briefings --data library[/] reads two folders."
)
def index(
    folders: Annotated[list[Path] | None, typer.Argument(metavar="[FOLDER ...]", help="What to read.")] = None,
    data: Data = None,
    again: Annotated[bool, typer.Option("--rebuild", help="Make the library again from nothing.")] = False,
    automatic: Annotated[
        bool, typer.Option("--automatic", help="For timers: the folders named last, with nobody watching.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make the library hold exactly the documents in these folders (documents/ where none is named).

    Only new and changed files are read. Exit status 3: some files could not be read; each is named with its reason.

    With --automatic, nothing is done after a 'restore' or a 'rollback' until 'index' is run without it.

    Nor does a folder that is suddenly empty, as where a share is not mounted, take anything out of the library then.
    """
    with _plain_errors():
        settings = _settings(data)
        if automatic and (folders or again):
            raise ValueError("--automatic takes the folders named last; name none, and no --rebuild.")
        began = perf_counter()
        encoder = open_encoder(settings.model)
        try:
            with progress_bar() as tell:
                if automatic:
                    report = update_by_itself(settings.data, [settings.documents], encoder, tell)
                else:
                    make = rebuild if again else build
                    report = make(settings.data, folders or [settings.documents], encoder, tell, folders or ())
        except UpdatesHeld as held:
            print(json.dumps({"held": str(held)})) if as_json else out.print(f"{escape(str(held))}.")
            return
        if as_json:
            print(json.dumps(update_record(report), ensure_ascii=False))
        else:
            print_report(out, report, settings.data, perf_counter() - began)
    if report.failures:
        raise typer.Exit(SOME_UNREADABLE)


@app.command(
    epilog="Example: [bold]inspection-assistant add https://files.ofsted.gov.uk/v1/file/50190000 "
    '--name "Exham 12 August 2022.pdf"[/].'
)
def add(
    url: Annotated[str, typer.Argument(help="The address of a PDF, Word, HTML, Markdown or text file.")],
    name: Annotated[str, typer.Option(metavar="FILE", help="The name it is to have, without a folder.")] = "",
) -> None:
    """Fetch a document into the folder that is indexed; 'index' then takes it into the library.

    The address is kept and shown as the document's original. A file that is there is never overwritten.
    """
    with _plain_errors():
        settings = _settings(None)
        # Imported here: no other command fetches anything.
        from assistant.fetch import add as fetch

        added = fetch(url, settings.documents, name, settings.fetch_private)
        if added.is_new:
            out.print(f"Added {escape(str(added.path))}, {added.format}. Now run 'inspection-assistant index'.")
        else:
            out.print(f"The same file is there already: {escape(str(added.path))}. Nothing was added.")


@app.command(
    epilog='Examples: [bold]inspection-assistant ask "What needs to improve for care leavers?"[/]; '
    "[bold]inspection-assistant ask --batch questions.jsonl --json > answers.jsonl[/]."
)
def ask(
    question: Annotated[str | None, typer.Argument(help="A question in everyday words.")] = None,
    data: Data = None,
    as_json: AsJson = False,
    batch: Annotated[Path | None, typer.Option(metavar="FILE", help="Questions as JSON, one object a line.")] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="Search all documents, whatever is named.")] = False,
) -> None:
    """Answer a question, or a file of them, with quotations from the library's documents."""
    with _plain_errors():
        settings = _settings(data)
        if (question is None) == (batch is None):
            raise BadQuestion("Give either a question or --batch FILE.")
        if batch is not None and not as_json:
            raise BadQuestion("--batch prints JSON only; add --json.")
        asked = read_batch(batch) if batch else []
        assistant = _setup(settings).open()
        for record in answer_batch(assistant, asked, everywhere):
            print(json.dumps(record, ensure_ascii=False), flush=True)
        if question is None:
            return
        began = perf_counter()
        answer = assistant.ask(question, everywhere=everywhere)
        if as_json:
            record = answer_record(answer, None, question, (perf_counter() - began) * 1000)
            print(json.dumps(record, ensure_ascii=False))
        else:
            print_answer(out, answer)


@app.command(
    epilog="Examples: [bold]inspection-assistant register --csv > judgements.csv[/]; "
    "[bold]inspection-assistant register --area overall --grade inadequate --latest[/]; "
    "[bold]inspection-assistant register --authority Rotherham --to 2019 --latest[/]."
)
def register(
    data: Data = None,
    authority: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="An authority by any of its names. This, --area and --grade may be repeated."
        ),
    ] = None,
    area: Annotated[list[str] | None, typer.Option(metavar="AREA", help=f"One of {', '.join(AREAS)}.")] = None,
    grade: Annotated[list[str] | None, typer.Option(metavar="GRADE", help=f"One of {', '.join(GRADES)}.")] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help="Inspections that began then or later: 2019 or 2019-03-31."),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="DAY", help="Inspections that began then or earlier; a year to its end."),
    ] = None,
    latest: Annotated[
        bool, typer.Option("--latest", help="Of each authority and area, the newest inspection that graded it.")
    ] = False,
    as_table: Annotated[bool, typer.Option("--csv", help="Print CSV, a line a judgement.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the judgements that inspections made, each with the document and page that state it.

    A judgement is listed once: as the report states it or, where there is none, a summary or a news article.

    One on children in care and care leavers together counts for both areas.

    The latest is the newest inspection within --from and --to that graded an area; --grade then chooses among these.
    """
    with _plain_errors():
        settings = _settings(data)
        if as_table and as_json:
            raise ValueError("Give either --csv or --json.")
        library = Library(settings.data)
        filters = Filters(
            _named_authorities(library, authority or ()),
            tuple(map(named_area, area or ())),
            tuple(map(named_grade, grade or ())),
            first_day(start) if start is not None else None,
            last_day(end) if end is not None else None,
            latest,
        )
        whole = Register.of(library)
        entries, looked_through = filters.select(whole), filters.looked_through(whole)
        if as_table:
            print(as_csv(entries), end="")
        elif as_json:
            judgements = [judgement_record(entry) for entry in entries]
            record = {"judgements": judgements, "coverage": coverage_record(whole, looked_through)}
            print(json.dumps(record, ensure_ascii=False))
        else:
            print_register(out, entries, looked_through, whole)


@app.command(
    epilog="Example: [bold]inspection-assistant evaluate tests/quality/documents.jsonl "
    "--floor tests/quality/floor.toml[/]."
)
def evaluate(
    files: Annotated[list[Path], typer.Argument(metavar="QUESTIONS", help="Files of questions and evidence.")],
    data: Data = None,
    as_json: AsJson = False,
    floor: Annotated[Path | None, typer.Option(metavar="FILE", help="What must be reached, as TOML.")] = None,
) -> None:
    """Measure the answers to question sets, and list the questions that failed.

    Exit status 1: a measure is worse than the floor allows; it is named with by how much.
    """
    with _plain_errors():
        settings = _settings(data)
        questions = read_question_set(files)
        limits = read_floor(floor) if floor else None
        assistant = _setup(settings).open()
        with progress_bar() as tell:
            evaluation = evaluate_set(assistant, questions, lambda done: tell("Asking", done, len(questions.questions)))
        if as_json:
            record = {"measures": evaluation.measures, "failures": evaluation.failures}
            print(json.dumps(record, ensure_ascii=False))
        else:
            print_evaluation(out, evaluation)
        unmet = limits.unmet(evaluation.measures) if limits else []
        for sentence in unmet:
            err.print(f"[red]Floor[/]: {escape(sentence)}.")
    if unmet:
        raise typer.Exit(BELOW_FLOOR)


@app.command(epilog="Example: [bold]inspection-assistant check --data library[/].")
def check(data: Data = None) -> None:
    """Verify the library's counts, hashes and offsets, and name what could not be read.

    Exit status 2: something is wrong with the library; 3: all is well, but some files could not be read.
    """
    with _plain_errors():
        settings = _settings(data)
        library = Library(settings.data)
        if found := library.problems():
            for problem in found:
                out.print(f"[red]Wrong[/]: {escape(problem)}.")
            raise LibraryUnusable(f"the library in {settings.data} is damaged; {remedy(settings.data)}")
        print_library(out, library)
        for problem in derived_problems(library):
            out.print(f"  An index will be made again at the next start: {escape(problem)}.")
        failures = print_what_is_not_read(out, library)
        out.print("Nothing is wrong with the library.")
    if failures:
        raise typer.Exit(SOME_UNREADABLE)


@app.command(epilog="Example: [bold]inspection-assistant backup /backups/inspections.sqlite[/].")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; a backup that is there is replaced.")],
    data: Data = None,
) -> None:
    """Copy the whole library into one file, while others read and change it, and check the copy.

    Readers' feedback is in it, the log is not. Exit status 2: no backup was made; one made before is as it was.
    """
    with _plain_errors():
        settings = _settings(data)
        make_backup(settings.data, file, Feedback(settings.data).put_into)
        megabytes = file.stat().st_size / 1e6
        out.print(escape(f"{file}: a backup of {settings.data}, {megabytes:,.1f} MB, checked."))


@app.command(epilog="Example: [bold]inspection-assistant restore /backups/inspections.sqlite[/].")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What 'backup' made.")],
    data: Data = None,
) -> None:
    """Bring back the library from a backup, which is checked first; a running site takes it up by itself.

    What is there now is kept: 'rollback' undoes this. Readers' feedback in the backup is added to what is there.

    Automatic updates, which would undo it too, are held until 'index' is run. Exit status 2: nothing was changed, or,
    where it says so, the feedback alone could not be added.
    """
    with _plain_errors():
        settings = _settings(data)
        kept = Feedback(settings.data)
        restore_backup(settings.data, file, library_identity(open_encoder(settings.model)), kept.take_from)
        print_library(out, Library(settings.data), f"as in {file}, ")


@app.command(epilog="Example: [bold]inspection-assistant rollback --data library[/].")
def rollback(data: Data = None) -> None:
    """Go back to the library as it was before the last 'index' or 'restore' that changed it.

    What is there now is kept in its stead: a second 'rollback' undoes the first. Exit status 2: nothing was changed.

    Automatic updates, which would undo it too, are held until 'index' is run.
    """
    with _plain_errors():
        settings = _settings(data)
        roll_back(settings.data, library_identity(open_encoder(settings.model)))
        print_library(out, Library(settings.data), "as before, ")


@app.command(
    epilog="Examples: [bold]inspection-assistant feedback --csv > feedback.csv[/]; "
    '[bold]inspection-assistant feedback --question 7 --quote "the words that answer" >> questions.jsonl[/].'
)
def feedback(
    data: Data = None,
    as_table: Annotated[bool, typer.Option("--csv", help="Print all of it as CSV.")] = False,
    question: Annotated[
        int | None, typer.Option(metavar="ID", help="Make a line of a question set of this one.")
    ] = None,
    quote: Annotated[str, typer.Option(metavar="WORDS", help="What answers it, where the answer did not.")] = "",
) -> None:
    """List what readers said of answers, or turn it into a question for 'evaluate'."""
    with _plain_errors():
        settings = _settings(data)
        if quote and question is None:
            raise ValueError("--quote says what answers one question; name it with --question ID.")
        if as_table and question is not None:
            raise ValueError("Give either --csv or --question.")
        kept = Feedback(settings.data)
        if question is not None:
            line = as_question(kept.row(question), Library(settings.data), quote)
            print(json.dumps(line, ensure_ascii=False))
        elif as_table:
            print(feedback_as_csv(kept.rows()), end="")
        else:
            print_feedback(out, kept.rows())


@app.command(
    epilog="Examples: [bold]inspection-assistant serve --port 8080[/]; "
    "[bold]inspection-assistant serve --update-every 15m[/]."
)
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    update_every: Annotated[
        str | None, typer.Option(metavar="TIME", help="How often documents are taken up: 90s, 15m or 2h.")
    ] = None,
) -> None:
    """Serve the web chat; the library is made from documents/ first where there is none.

    With --update-every, what changes in the folders named last to 'index' is taken up, at the start and then so often.

    Where 'index' was run without naming a folder, that is documents/.
    """
    limit_heaps()
    with _plain_errors():
        settings = _read(Settings, data=data, host=host, port=port, update_every=update_every)
        encoder = open_encoder(settings.model)
        if not is_made(settings.data):
            began = perf_counter()
            with progress_bar() as tell:
                report = build(settings.data, [settings.documents], encoder, tell)
            print_report(out, report, settings.data, perf_counter() - began)
        setup = _setup(settings)
        several = settings.processes > 1
        assistant = SharedAssistant(setup, encoder, settings.processes) if several else setup.open(encoder)
        # Imported here: three seconds that the other commands need not wait.
        from assistant.web.serve import run

        run(assistant, settings)


def main() -> None:
    """The console command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # the reports' bullets are in no code page of Windows
    app()


def _setup(settings: CommandSettings) -> Setup:
    """What the settings say an assistant is opened from."""
    return Setup(settings.data, settings.model, settings.reranker)


def _named_authorities(library: Library, names: Iterable[str]) -> tuple[str, ...]:
    held = {document.facts.authority for document in library.documents() if document.facts.authority}
    return tuple(named_authority(name, held, lambda: Authorities.of(library)) for name in names)


@contextmanager
def progress_bar() -> Iterator[Tell]:
    """Shows how far an update is, on a terminal only; yields what the update tells its progress to."""
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as bars:
        tasks = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Errors that a user can mend become one line on standard error and exit status 2."""
    try:
        yield
    except (LibraryUnusable, ModelUnusable, DocumentGone, ValueError, OSError, sqlite3.Error) as error:
        err.print(f"[red]Error[/]: {escape(str(error))}")
        raise typer.Exit(UNUSABLE) from error


def _settings(data: Path | None) -> CommandSettings:
    return _read(CommandSettings, data=data)


def _read(kind: type[Given], **named: Any) -> Given:
    """The settings, with what the command line `named` before all else."""
    try:
        return kind(**{name: value for name, value in named.items() if value is not None})
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{FILE} is not valid TOML ({error})") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {_in_words(e)}" for e in error.errors())
        raise ValueError(f"the settings (environment, {FILE}) are not usable: {wrong}") from error


def _in_words(problem: ErrorDetails) -> str:
    if problem["type"] != "extra_forbidden":
        return problem["msg"].removeprefix("Value error, ")
    close = get_close_matches(str(problem["loc"][0]), Settings.model_fields, 1)
    return "there is no such setting" + (f"; is {close[0]} meant?" if close else "")
