"""``rasd sources …`` and ``rasd run``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import AsJson, Home, print_json, print_summary, say_progress

if TYPE_CHECKING:
    from registry.views import SourceView

sources_app = typer.Typer(help="The sources that are watched: add, list, check, pause, import, export.", no_args_is_help=True)
SourceId = Annotated[str, typer.Argument(help="The source's id, as «rasd sources list» shows it.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(sources_app, name="sources")
    app.command()(run)


@sources_app.command()
def add(
    url: Annotated[str, typer.Argument(help="Address of a newspaper, feed, sitemap, report; or @handle, or a search on X.")],
    name: Annotated[str, typer.Option(help="The outlet's name; found on its page if left out.")] = "",
    interval: Annotated[float, typer.Option(min=0.1, help="Minutes between two polls.")] = 10,
    home: Home = None,
) -> None:
    """Add a source; its feed or sitemap is found by itself.

    Examples: rasd sources add https://newspaper.example/   |   rasd sources add @MofCare   |   rasd sources add 'x:وزارة المالية'
    """
    from service import source_book
    from service.wiring import open_database, open_home, profile_of

    folder, settings = open_home(home)
    database = open_database(folder, settings)
    added = source_book.add(database, settings, profile_of(settings), url, name=name, minutes=interval)
    for source in added:
        typer.echo(f"{source.id}\t{source.kind}\t{source.url or source.query}")


@sources_app.command("list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """Every source with its health: items, last success, next poll, where it is, and why it fails if it does."""
    from registry import sources
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    with open_database(folder, settings).reading() as session:
        views = sources.all_sources(session)
    if as_json:
        print_json([_as_mapping(view) for view in views])
        return
    for view in views:
        where = view.source.url or view.source.query
        polls = f"succeeded {_minute(view.last_success_at)}\tnext {_minute(view.next_poll_at)}"
        facts = (view.source.id, view.source.kind, view.health, f"{view.items} items", polls, where, view.reason)
        typer.echo("\t".join(filter(None, facts)))
    if not views:
        typer.echo("no sources yet: rasd sources add URL", err=True)


def _minute(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%MZ}" if at else "never"


def _as_mapping(view: SourceView) -> dict[str, object]:
    source = view.source
    return {
        "id": source.id,
        "kind": source.kind,
        "name": source.name,
        "outlet": source.outlet_id,
        "url": source.url,
        "query": source.query,
        "interval_seconds": source.interval.total_seconds(),
        "paused": source.paused,
        "health": view.health,
        "items": view.items,
        "failures": view.failures,
        "reason": view.reason,
        "last_checked_at": view.last_checked_at,
        "last_success_at": view.last_success_at,
        "last_item_at": view.last_item_at,
        "next_poll_at": view.next_poll_at,
    }


@sources_app.command()
def check(
    url: Annotated[str, typer.Argument(help="Address of a newspaper, feed, sitemap or report.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Look at an address without saving: what it is, and its first items as Rasd would read them."""
    from service import source_book
    from service.wiring import open_home, profile_of

    _, settings = open_home(home)
    found = source_book.check(settings, profile_of(settings), url)
    if as_json:
        print_json(found)
        return
    for each in found:
        typer.echo(f"{each['kind']}\t{each['url']}")
        for item in each["items"]:
            typer.echo(f"  {item['title']}\t{item['published_at'] or ''}\t{item['characters']} characters\t{item['url']}")
        for problem in each["problems"]:
            typer.echo(f"  problem: {problem}", err=True)


@sources_app.command()
def pause(source: SourceId, home: Home = None) -> None:
    """Stop polling a source until it is resumed."""
    _set_paused(home, source, paused=True)


@sources_app.command()
def resume(source: SourceId, home: Home = None) -> None:
    """Poll a paused source again."""
    _set_paused(home, source, paused=False)


def _set_paused(home: Path | None, source_id: str, *, paused: bool) -> None:
    from registry import sources
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    with open_database(folder, settings).transaction() as session:
        if paused:
            sources.pause(session, source_id)
        else:
            sources.resume(session, source_id)
    typer.echo(f"{source_id} is {'paused' if paused else 'polled again'}")


@sources_app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="An .opml, .toml or .csv file.")], home: Home = None) -> None:
    """Add many sources from a file: OPML, TOML ([[source]] tables) or CSV (columns url, kind, name, outlet, interval_minutes)."""
    from service import source_book
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    added, problems = source_book.import_file(open_database(folder, settings), file)
    typer.echo(f"{added} sources added or updated")
    for problem in problems:
        typer.echo(f"{file}: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


@sources_app.command()
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="An .opml, .toml or .csv file to write.")], home: Home = None
) -> None:
    """Write all sources to a file that «import» reads."""
    from service import source_book
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    count = source_book.export_file(open_database(folder, settings), output)
    typer.echo(f"{count} sources written to {output}")


def run(
    once: Annotated[bool, typer.Option("--once", help="One pass; the service that goes on is «rasd up».")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Poll every source now, classify, register, deliver what is due, and exit.

    Exit status 1 if a source failed; the summary names it and why. Example: rasd run --once --json
    """
    import asyncio

    from domain.errors import InputError
    from service.one_pass import run_once
    from service.wiring import make_runtime, open_home

    if not once:
        raise InputError("«rasd run» makes one pass alone", "write «rasd run --once», or «rasd up» for the service that goes on")
    folder, settings = open_home(home)
    summary = asyncio.run(run_once(make_runtime(folder, settings), progress=say_progress))
    print_summary(summary, as_json)
    if summary.errors:
        raise typer.Exit(1)
