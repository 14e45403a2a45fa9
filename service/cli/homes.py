"""``rasd init``, ``rasd up``, ``rasd demo``, ``rasd doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import AsJson, Home, ProfileCode, print_json, print_summary, say_progress


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(init)
    app.command()(up)
    app.command()(demo)
    app.command()(doctor)


def init(
    directory: Annotated[Path, typer.Argument(help="The folder to make; this folder without it.")] = Path(),
    profile: Annotated[ProfileCode, typer.Option(help="Whose vocabulary.")] = ProfileCode.MCIT,
) -> None:
    """Make a home folder: settings, key, and a database that holds the starter list of outlets.

    Example: rasd init /srv/rasd --profile mof
    """
    from service.home import make_home
    from service.outlet_book import add_starter
    from service.settings import read_settings
    from service.wiring import open_database, utc_now

    path = make_home(directory, profile.value)
    home = path.parent.resolve()
    database = open_database(home, read_settings(home))
    listed = add_starter(database, utc_now())
    database.close()
    typer.echo(f"made {path}")
    typer.echo(f"{len(listed.added)} outlets stand in its directory, none of them verified: rasd outlets list --home {home}")
    typer.echo(f"next: rasd users add NAME --role admin --home {home}")
    typer.echo(f"      rasd sources add URL --home {home}")
    typer.echo(f"      rasd up --home {home}")


def up(home: Home = None) -> None:
    """Run everything in one process: gathering, classifying, cases, deliveries and the console.

    Example: rasd up --home /srv/rasd
    """
    import asyncio

    from service.log import log_to_standard_error
    from service.up import serve
    from service.wiring import make_runtime, open_home

    log_to_standard_error()
    folder, settings = open_home(home)
    asyncio.run(serve(make_runtime(folder, settings), announce=typer.echo))


def demo(
    profile: Annotated[ProfileCode, typer.Option(help="Whose vocabulary and world.")] = ProfileCode.MCIT,
    once: Annotated[bool, typer.Option("--once", help="One pass over everything published, print a summary, exit.")] = False,
    as_json: AsJson = False,
    home: Annotated[
        Path | None, typer.Option("--home", help="Keep the data here; without it a folder that goes at the end.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The console's port; another is taken if it is busy.")] = 8080,
) -> None:
    """Run Rasd on a demonstration world: newspapers, X and mail, all on this machine. No credentials, no network.

    Examples: rasd demo --profile mof        |        rasd demo --once --json
    """
    import asyncio

    from service.demonstration import live, one_pass
    from service.log import log_to_standard_error

    log_to_standard_error()
    if not once:
        asyncio.run(live(profile.value, home, port, announce=typer.echo))
        return
    print_summary(asyncio.run(one_pass(profile.value, home, announce=say_progress)), as_json)


def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Examine the store: histories replay to their status, the chain of hashes holds, due times are right.

    Exit status 1 if anything is wrong. Example: rasd doctor --home /srv/rasd
    """
    from registry import doctor as examination
    from service.wiring import open_database, open_home, profile_of

    folder, settings = open_home(home)
    profile_of(settings)  # a profile that cannot be read stops everything else, too
    database = open_database(folder, settings)
    with database.reading() as session:
        findings = examination.examine(session)
    if as_json:
        print_json([{"subject": finding.subject, "what": finding.what, "remedy": finding.remedy} for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{finding.subject}: {finding.what}; {finding.remedy}")
        typer.echo("nothing wrong was found" if not findings else f"{len(findings)} findings")
    if findings:
        raise typer.Exit(1)
