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

    tagger = tagging_lines.make_tagger(profile.value if profile else None, home)
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
) -> None:
    """Measure the classifier on labelled records: precision, recall and F1 per axis with bootstrap intervals.

    Example: rasd evaluate labelled.jsonl --profile mof
    """
    from service import tagging_lines

    report = tagging_lines.evaluate(file, profile.value if profile else None, home)
    if as_json:
        print_json(report.as_json())
    else:
        typer.echo(report.as_text())


def train(
    from_scratch: Annotated[bool, typer.Option("--from-scratch", help="Rebuild the model from training sets.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder with sentiment/ and intent/, for --from-scratch.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where a model from scratch is written.")] = None,
    home: Home = None,
) -> None:
    """Learn from the reviewers' corrections; the new model replaces the old only if no floor falls.

    Examples: rasd train --home /srv/rasd   |   rasd train --from-scratch --data DIR -o classifiers/models/compact
    """
    from domain.errors import InputError
    from service import training

    if from_scratch:
        if data is None or output is None:
            raise InputError("training from scratch needs training sets and a place for the model", "give --data DIR and -o DIR")
        typer.echo(training.from_scratch(data, output, say_progress))
        return
    typer.echo(training.from_corrections(home, say_progress))
