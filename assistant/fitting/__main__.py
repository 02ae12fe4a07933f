"""`python -m assistant.fitting adapter` trains the encoder's adapter, `… ranking` fits the ranking's numbers.

Both need question sets with evidence and a library of the reports they ask about; docs/ranking.md says how to use them.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from assistant.assistant import Assistant
from assistant.fitting.adapter import train
from assistant.fitting.examples import examples, folder, folds
from assistant.fitting.ranking import Fold, about_each, fit, fit_topic, fold_library
from assistant.question_set import Question, read_question_set
from assistant.ranking import Ranking, write_ranking
from index.adapter import FILE, Adapter, write
from index.encoder import DefaultEncoder, open_encoder

FOLDS = 3
OFF_TOPIC = Path(__file__).with_name("off_topic.jsonl")
BROAD = Path(__file__).with_name("broad.jsonl")  # of any authority: {} stands for its name

app = typer.Typer(help=__doc__, no_args_is_help=True)
Questions = Annotated[Path, typer.Argument(help="A question set with evidence.")]
Data = Annotated[Path, typer.Option(help="A library of the reports that are asked about.")]


@app.command()
def adapter(
    questions: Questions,
    data: Data,
    out: Annotated[Path, typer.Option(help="The file to write.")] = FILE,
    without: Annotated[int | None, typer.Option(help=f"Leave out one of the {FOLDS} folds, 0 to {FOLDS - 1}.")] = None,
) -> None:
    """Train the adapter of the default encoder, on all questions or on all but a fold's."""
    assistant = Assistant.open(data, open_encoder())
    asked = read_question_set([questions]).questions
    fold_of = folds(asked, FOLDS)
    found, passages = examples(assistant, asked)
    kept = [example for example in found if fold_of[folder(example.question.document)] != without]
    typer.echo(f"{len(kept)} questions with evidence in {len({e.document.id for e in kept})} reports")
    write(train(kept, passages, tell=lambda n, of, loss: typer.echo(f"step {n} of {of}: loss {loss:.3f}")), out)
    typer.echo(f"{out}: {out.stat().st_size:,} bytes")


@app.command()
def ranking(
    questions: Questions,
    unanswerable: Annotated[Path, typer.Argument(help="A question set whose right outcome is a refusal.")],
    data: Data,
    adapters: Annotated[Path, typer.Option(help=f"A folder with 0.safetensors to {FOLDS - 1}.safetensors.")],
    keep: Annotated[
        Path | None, typer.Option(help="A folder to keep the folds' libraries in, or to find them.")
    ] = None,
) -> None:
    """Fit the ranking's numbers; each adapter was trained without the fold whose number it bears."""
    assistant = Assistant.open(data, open_encoder())
    asked = read_question_set([questions]).questions
    refused = read_question_set([unanswerable]).questions
    off_topic, broad = (read_question_set([path]).questions for path in (OFF_TOPIC, BROAD))
    fold_of = folds(asked, FOLDS)
    documents = [document for document in assistant.documents() if folder(document.path) in fold_of]
    fold_of_authority = {document.facts.authority: fold_of[folder(document.path)] for document in documents}

    def fold_about(question: Question) -> int | None:
        named = assistant.understand(question.question).authorities
        return fold_of_authority.get(named[0]) if named else None

    made = []
    with TemporaryDirectory() as scratch:
        for number in range(FOLDS):
            encoder = DefaultEncoder(Adapter.load(adapters / f"{number}.safetensors"))
            of_fold = [d for d in documents if fold_of[folder(d.path)] == number]
            library = fold_library((keep or Path(scratch)) / str(number), assistant.library, encoder, of_fold)
            made.append(Fold(
                library, encoder,
                [q for q in asked if fold_of[folder(q.document)] == number],
                about_each(broad[number::FOLDS], sorted({d.facts.authority or "" for d in of_fold})),
                [q for q in refused if fold_about(q) == number], off_topic[number::FOLDS],
            ))  # fmt: skip
            typer.echo(f"fold {number}: {len(of_fold)} documents, {library.count_passages()} passages")
        fitted, figures = fit(made, Ranking.load())
        fit_topic(open_encoder(), assistant, made).write()
    write_ranking(fitted)
    for name, figure in figures.items():
        typer.echo(f"{figure:6.3f}  {name}")


if __name__ == "__main__":
    app()
