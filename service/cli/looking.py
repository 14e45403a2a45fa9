"""``rasd export`` and ``rasd import``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import Home


class What(StrEnum):
    """What can be exported."""

    MENTIONS = "mentions"
    CASES = "cases"
    EVENTS = "events"
    DELIVERIES = "deliveries"
    SOURCES = "sources"


class Format(StrEnum):
    """File formats of an export."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


class Importable(StrEnum):
    """What can be imported."""

    MENTIONS = "mentions"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(export)
    app.command("import")(import_)


def export(
    what: Annotated[What, typer.Argument(help="Which rows.")],
    format: Annotated[Format, typer.Option(help="File format.")] = Format.JSONL,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write; standard output without it.")] = None,
    home: Home = None,
) -> None:
    """Write rows to a file. Social authors are left out and texts are masked (REQUIREMENTS L3).

    Example: rasd export mentions --format xlsx -o mentions.xlsx
    """
    from service import exporting
    from service.wiring import open_database, open_home, profile_of

    folder, settings = open_home(home)
    count = exporting.write(open_database(folder, settings), profile_of(settings), what.value, format.value, output)
    if output:
        typer.echo(f"{count} rows written to {output}", err=True)


def import_(
    what: Annotated[Importable, typer.Argument(help="What the file holds.")],
    file: Annotated[
        Path, typer.Argument(help="JSON lines or CSV: title, text, and if known outlet, url, published_at, author, channel.")
    ],
    home: Home = None,
) -> None:
    """Enter clippings: paper, radio and television, and what else no crawler reaches (REQUIREMENTS G1).

    A bad row is named and the others go in; exit status 1 then. Example: rasd import mentions clippings.csv
    """
    from service import clippings
    from service.wiring import make_runtime, open_home

    folder, settings = open_home(home)
    kept, problems = clippings.import_file(make_runtime(folder, settings), file)
    typer.echo(f"{kept} mentions entered")
    for problem in problems:
        typer.echo(f"{file}: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
