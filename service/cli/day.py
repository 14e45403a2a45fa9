"""``rasd contacts …`` and ``rasd crisis …``: a team's day (REQUIREMENTS W3, W15)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import AsJson, Home, print_json

contacts_app = typer.Typer(help="Contacts that were answered on the spot: import.", no_args_is_help=True)
crisis_app = typer.Typer(help="Crisis mode: outgoing answers wait while it is on.", no_args_is_help=True)
Manager = Annotated[str, typer.Option("--as", help="Sign-in name of the manager who decides; it stands in the audit trail.")]
Reason = Annotated[str, typer.Option(help="Why, in a few words.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(contacts_app, name="contacts")
    app.add_typer(crisis_app, name="crisis")


@contacts_app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV or JSON lines: at, channel, and if known kind, topic, answered, seconds, case, remote_id.")
    ],
    by: Annotated[str, typer.Option("--as", help="Sign-in name of whoever enters them; else the system.")] = "system",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Enter contacts from another system. Entering a file again counts nothing twice.

    A bad line is named and the rest goes on; exit status 1 then. Example: rasd contacts import october.csv
    """
    from registry import audit, people
    from service import contact_files
    from service.wiring import open_database, open_home, profile_of, utc_now

    folder, settings = open_home(home)
    database, now = open_database(folder, settings), utc_now()
    with database.reading() as session:
        actor = people.actor(session, by)
    done = contact_files.import_file(database, profile_of(settings), file, actor, now)
    with database.transaction() as session:
        figures = {"new": str(done.new), "known": str(done.known), "bad": str(len(done.problems))}
        audit.record(session, actor, "contacts.imported", file.name, figures, now)
    for problem in done.problems:
        typer.echo(f"{file}: {problem}", err=True)
    if as_json:
        print_json({"new": done.new, "known": done.known, "problems": list(done.problems)})
    else:
        typer.echo(f"{done.new} contacts entered, {done.known} were known")
    if done.problems:
        raise typer.Exit(1)


@crisis_app.command()
def on(
    by: Manager,
    line: Annotated[str, typer.Option(help="The holding line: what everyone says meanwhile.")],
    reason: Reason,
    deputy: Annotated[list[str] | None, typer.Option(help="Who may approve answers meanwhile; give it once for each.")] = None,
    home: Home = None,
) -> None:
    """Turn crisis mode on. Example: rasd crisis on --as nora --line 'نتابع الأمر' --reason 'rumour of an outage' --deputy sami"""
    from registry import crisis, people
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    with open_database(folder, settings).transaction() as session:
        crisis.on(session, people.actor(session, by), line, deputy or (), reason, utc_now())
    typer.echo("crisis mode is on: outgoing answers wait")


@crisis_app.command()
def off(by: Manager, reason: Reason, home: Home = None) -> None:
    """Turn crisis mode off: what waited leaves with the next delivery."""
    from registry import crisis, people
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    with open_database(folder, settings).transaction() as session:
        crisis.off(session, people.actor(session, by), reason, utc_now())
    typer.echo("crisis mode is off")


@crisis_app.command()
def status(home: Home = None, as_json: AsJson = False) -> None:
    """Whether it is on, since when, by whom, and how many answers wait."""
    from registry import crisis, deliveries
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    with open_database(folder, settings).reading() as session:
        found, held = crisis.state(session), deliveries.held(session, utc_now())
    since = found.since.isoformat() if found.since else ""
    if as_json:
        told = {"active": found.active, "line": found.line, "deputies": list(found.deputies), "actor": found.actor}
        print_json({**told, "since": since, "held": held})
    elif not found.active:
        typer.echo("crisis mode is off")
    else:
        typer.echo(f"crisis mode is on since {since}, by {found.actor}; {held} answers wait")
        typer.echo(f"line: {found.line}")
        typer.echo(f"deputies: {', '.join(found.deputies) or 'none'}")
