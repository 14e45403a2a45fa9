"""``rasd sources …`` and ``rasd run``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import AsJson, Home, print_json, print_summary, say_progress

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
    minutes: Annotated[
        float | None, typer.Option("--minutes", "--interval", min=0.1, help="Minutes between two polls; 10 for a new source.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Take every source found that can be read, not only what is needed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Save without asking; without a terminal nothing is asked.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Add a source: feeds, sitemap or list of articles are found by themselves, and shown with a preview before they are saved.

    Examples: rasd sources add https://newspaper.example/   |   rasd sources add @MofCare   |   rasd sources add 'x:وزارة المالية'
    """
    from service import source_book
    from service.cli.finds import as_rows, print_look
    from service.wiring import open_database, open_home, profile_of

    folder, settings = open_home(home)
    database = open_database(folder, settings)
    seen = source_book.look(settings, profile_of(settings), url, everything=everything)
    if not as_json:
        print_look(seen)
    if not (yes or as_json) and is_at_a_terminal() and not typer.confirm(f"Save {len(seen.sources)} of them?", default=True):
        typer.echo("nothing was saved", err=True)
        return
    saved = source_book.save(database, seen, name=name, minutes=minutes)
    if as_json:
        requests = seen.found.cost.requests if seen.found else 0
        print_json({"requests": requests, "found": as_rows(seen), "saved": [source.id for source, _ in saved]})
        return
    for source, is_new in saved:
        known = () if is_new else ("watched already",)
        typer.echo("\t".join((source.id, source.kind, source.url or source.query, *known)))


def is_at_a_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


@sources_app.command("list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """Every source with its health: last item, last success, next poll (in UTC), failures and why, what it brings and costs.

    Items are those of the last 7 days, beside what is usual a day; THIN is the share of pages with little or no text.
    """
    from registry import habits, sources
    from registry.source_views import SourceUsage
    from service.cli.source_table import as_lines, as_mapping
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    now = utc_now()
    with open_database(folder, settings).reading() as session:
        usages = habits.usages(session, now)
        rows = [(view, usages.get(view.source.id, SourceUsage())) for view in sources.all_sources(session, now)]
    if as_json:
        print_json([as_mapping(*row) for row in rows])
    elif rows:
        typer.echo("\n".join(as_lines(rows, now)))
    else:
        typer.echo("no sources yet: rasd sources add URL", err=True)


@sources_app.command()
def check(
    url: Annotated[str, typer.Argument(help="Address of a newspaper, feed, sitemap or report.")],
    everything: Annotated[
        bool, typer.Option("--all", help="Preview every source that can be read, not only what is needed.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Look at an address without saving: what was found, why it is taken or left, and its first items as Rasd would read them."""
    from service import source_book
    from service.cli.finds import as_rows, print_look
    from service.wiring import open_home, profile_of

    _, settings = open_home(home)
    seen = source_book.look(settings, profile_of(settings), url, everything=everything)
    if as_json:
        print_json(as_rows(seen))
    else:
        print_look(seen)


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
    """Add many sources from a file: OPML, TOML ([[source]] tables) or CSV (columns url, kind, name, outlet, interval_minutes, …).

    Rows that cannot be used are named with line and remedy, the others go in; exit status 1 where there are such rows.
    """
    from service import source_book
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    report = source_book.import_file(open_database(folder, settings), file)
    typer.echo(f"{report.added + report.updated} sources added or updated ({report.added} new, {report.updated} known)")
    for note in report.notes:
        typer.echo(f"{file}: {note}", err=True)
    for problem in report.problems:
        typer.echo(f"{file}: {problem}", err=True)
    if report.problems:
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
