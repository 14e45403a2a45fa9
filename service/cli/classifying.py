"""``rasd classify``, ``rasd evaluate`` and ``rasd train``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import AsJson, Home, ProfileCode, print_json, say_progress


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(classify)
    app.command()(evaluate)
    app.command()(train)


def classify(
    profile: Annotated[
        ProfileCode | None, typer.Option(help="Whose vocabulary; without it the home's.", show_default=False)
    ] = None,
    home: Home = None,
) -> None:
    """Tag JSON lines from standard input, JSON lines out: id and text (title, channel, outlet if known).

    A bad line gives {"line", "error"} and the exit status 1 at the end.
    Example: echo '{"id": "1", "text": "الشبكة مقطوعة من أمس"}' | rasd classify --profile mcit
    """
    from service import tagging_lines

    tagger = tagging_lines.make_tagger(profile.value if profile else None, home, say_progress)
    bad = 0
    for answer in tagging_lines.classify(sys.stdin.buffer, tagger):
        bad += "error" in answer
        print_json(answer)
    if bad:
        raise typer.Exit(1)


def evaluate(
    file: Annotated[Path, typer.Argument(help="JSON lines as in the rule book (docs/rule_book.md).")],
    profile: Annotated[
        ProfileCode | None, typer.Option(help="For records that name no profile; without it the home's.", show_default=False)
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
    curve: Annotated[
        bool, typer.Option("--curve", help="Precision and recall of flagging over all thresholds, with the chosen one.")
    ] = False,
    dialects: Annotated[
        bool,
        typer.Option("--dialects", help="Name the dialect of unlabelled records with camel-tools, for the figures by dialect."),
    ] = False,
) -> None:
    """Measure the classifier on labelled records: precision, recall and F1 per axis with bootstrap intervals.

    Lines that cannot be used (an unknown label, say) are told with their number and remedy, the rest is measured, and the exit
    status is 1. Examples: rasd evaluate labelled.jsonl --profile mof   |   rasd evaluate labelled.jsonl --curve
    """
    from service import tagging_lines

    report = tagging_lines.evaluate(file, profile.value if profile else None, home, dialects=dialects)
    if as_json:
        print_json(report.as_json(curve=curve))
    else:
        typer.echo(report.as_text(curve=curve))
    for problem in report.problems:
        say_progress(problem.error)
    if report.problems:
        raise typer.Exit(1)


def train(
    from_scratch: Annotated[bool, typer.Option("--from-scratch", help="Rebuild the model from training sets.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder with sentiment/ and intent/, for --from-scratch.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where a model from scratch or from a base is written.")
    ] = None,
    base: Annotated[Path | None, typer.Option(help="Checkpoint to fine-tune as the home's transformer (docs/models.md).")] = None,
    corpus: Annotated[Path | None, typer.Option(help="Labelled JSON lines for --base; without it the repository's.")] = None,
    epochs: Annotated[int, typer.Option(min=1, max=100, help="For --base: rounds over the corpus.")] = 3,
    rate: Annotated[float, typer.Option(min=1e-7, max=0.1, help="For --base: learning rate of the encoder.")] = 3e-5,
    longest: Annotated[int, typer.Option(min=16, max=512, help="For --base: word pieces that are read of a text.")] = 192,
    threads: Annotated[int, typer.Option(min=1, max=64, help="For --base: threads to train in.")] = 2,
    home: Home = None,
) -> None:
    """Learn from the reviewers' corrections; the new model replaces the old only if no floor falls.

    Examples: rasd train --home /srv/rasd   |   rasd train --from-scratch --data DIR -o classifiers/models/compact   |
    rasd train --base camelbert -o my-camelbert
    """
    from domain.errors import InputError
    from service import training

    if base is not None:
        if output is None or from_scratch:
            raise InputError("fine-tuning needs a place for the model, and no --from-scratch", "give --base FOLDER and -o FOLDER")
        from service import fine_tuning

        steps = fine_tuning.Steps(epochs=epochs, rate=rate, longest=longest, threads=threads)
        typer.echo(fine_tuning.fine_tune(base, output, corpus, home, steps, say_progress))
        return

    if from_scratch:
        if data is None or output is None:
            raise InputError("training from scratch needs training sets and a place for the model", "give --data DIR and -o DIR")
        typer.echo(training.from_scratch(data, output, say_progress))
        return
    typer.echo(training.from_corrections(home, say_progress))
