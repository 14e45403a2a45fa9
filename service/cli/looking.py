"""``rasd export`` and ``rasd import``."""

from __future__ import annotations

from collections.abc import Sequence
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
    CASES = "cases"


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
        Path,
        typer.Argument(
            help="JSON lines or CSV. Mentions: title, text, and if known outlet, url, published_at, author, channel. "
            "Cases: path, channel, title, and if known kind, account, topic, remote_id, deadline, party_name, party_contact, …"
        ),
    ],
    by: Annotated[str, typer.Option("--as", help="Cases: sign-in name of whoever registers them.")] = "",
    acknowledge: Annotated[
        bool, typer.Option("--acknowledge", help="Cases: thank those who left an e-mail address, with the reference number.")
    ] = False,
    home: Home = None,
) -> None:
    """Enter clippings that no crawler reaches (REQUIREMENTS G1), or cases of direct channels (G4).

    A bad row is named and the others go in; exit status 1 then. A case that was entered before is not entered again.
    Examples: rasd import mentions clippings.csv; rasd import cases calls.jsonl --as sami
    """
    report, problems = _import_cases(file, by, acknowledge, home) if what is Importable.CASES else _import_mentions(file, home)
    typer.echo(report)
    for problem in problems:
        typer.echo(f"{file}: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


def _import_mentions(file: Path, home: Path | None) -> tuple[str, Sequence[str]]:
    from service import clippings
    from service.wiring import make_runtime, open_home

    folder, settings = open_home(home)
    kept, problems = clippings.import_file(make_runtime(folder, settings), file)
    return f"{kept} mentions entered", problems


def _import_cases(file: Path, by: str, acknowledge: bool, home: Path | None) -> tuple[str, Sequence[str]]:
    from domain.errors import InputError
    from registry import people
    from service import case_files
    from service.wiring import open_database, open_home, profile_of, utc_now

    if not by:
        raise InputError("nobody is named who registers the cases", "add --as and a sign-in name (rasd users list)")
    folder, settings = open_home(home)
    database = open_database(folder, settings)
    with database.reading() as session:
        actor = people.actor(session, by)
    done = case_files.import_file(database, profile_of(settings), file, actor, utc_now(), acknowledge=acknowledge)
    return f"{done.new} cases registered, {done.known} were known", done.problems
