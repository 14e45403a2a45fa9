"""``rasd watch``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.options import AsJson, Home, print_json

if TYPE_CHECKING:
    from classifiers.watch.preview import Preview
    from domain.profile import Profile
    from registry.watching import Tryable
    from service.watching import Tried

watch_app = typer.Typer(help="Watch queries: what concerns the ministry.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(watch_app, name="watch")


@watch_app.command("list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """The profile's queries: name, service, who proposed and approved, mentions matched in the last 7 and 30 days.

    Example: rasd watch list --home /srv/rasd
    """
    from service import watching

    found = watching.listed(home)
    if as_json:
        print_json(
            [
                {
                    "name": each.query.name,
                    "service": each.query.service,
                    "query": each.query.query,
                    "proposed_by": each.query.proposed_by,
                    "approved_by": each.query.approved_by,
                    "hits_7_days": each.hits_week,
                    "hits_30_days": each.hits_month,
                }
                for each in found
            ]
        )
        return
    for each in found:
        people = f"proposed by {each.query.proposed_by}, approved by {each.query.approved_by}"
        hits = f"{each.hits_week} in 7 days, {each.hits_month} in 30"
        typer.echo(f"{each.query.name}\t{each.query.service}\t{each.service}\t{people}\t{hits}")


@watch_app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A profile file; without it the home's profile.", show_default=False)
    ] = None,
    home: Home = None,
) -> None:
    """Examine the queries of a profile: each mistake with its line, a caret under the place, and the remedy.

    Exit status 1 if anything is wrong. Example: rasd watch check my-ministry.toml
    """
    from service import watching

    queries, flaws = watching.check(home, file)
    for flaw in flaws:
        typer.echo(f"line {flaw.line}, watch query «{flaw.name}»: {flaw.what}; {flaw.remedy}")
        if flaw.shown:
            typer.echo(_indented(flaw.shown))
    typer.echo(f"{queries} queries, {len(flaws)} mistakes" if flaws else f"{queries} queries, nothing wrong was found")
    if flaws:
        raise typer.Exit(1)


@watch_app.command()
def preview(
    query: Annotated[str, typer.Argument(help="A watch query, in quotation marks of the shell.")],
    last: Annotated[int, typer.Option(min=1, max=5000, help="Try it on so many of the newest mentions.")] = 500,
    service: Annotated[str, typer.Option(help="The topic code of the service that it is for.")] = "",
    show: Annotated[int, typer.Option(min=0, help="Print so many of the matches.")] = 20,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Which of the last mentions a query would have matched, with the words found between ⟦ ⟧, and counts by outlet.

    A wrong query is shown with a caret under the place; exit status 2.
    Example: rasd watch preview '"ضعف الشبكة" OR برج' --last 500
    """
    from classifiers.watch.preview import pointed
    from domain.errors import QueryError
    from service import watching

    try:
        profile, tried = watching.try_query(home, query, service, last)
    except QueryError as error:
        typer.echo(f"{error.what.partition('»: ')[2]}; {error.remedy}", err=True)
        typer.echo(_indented(pointed(query, error)), err=True)
        raise typer.Exit(2) from error
    if as_json:
        print_json(_as_mapping(tried, profile))
        return
    _print(tried, profile, show)
    if not service:
        typer.echo(
            "a query goes into the profile with the service that it is for and the approval of a second person (L2)", err=True
        )


def _print(tried: Tried, profile: Profile, show: int) -> None:
    found, titles = tried.mentions, tried.titles
    typer.echo(f"{len(found.matches)} of the last {found.tried} stored mentions match")
    for outlet, count in found.by_outlet():
        typer.echo(f"  {count}\t{outlet}")
    for line in _lines(found, profile, show):
        typer.echo(line)
    typer.echo(f"{len(titles.matches)} of the last {titles.tried} press items that matched no query match by their title")
    for line in _lines(titles, profile, show):
        typer.echo(f"{line}\t(title alone: its text was not kept)")
    typer.echo("posts that matched no query are not kept at all, so they cannot be tried (REQUIREMENTS L1)")


def _lines(found: Preview[Tryable], profile: Profile, show: int) -> list[str]:
    from service.watching import passage

    public = _public(profile)
    return [
        "\t".join([f"{each.item.at:%Y-%m-%d}", each.item.outlet_name, str(each.item.mention_id or "-"), passage(each, public)])
        for each in found.matches[:show]
    ]


def _as_mapping(tried: Tried, profile: Profile) -> dict[str, Any]:
    from service.watching import passage

    public = _public(profile)
    return {
        part: {
            "tried": found.tried,
            "matched": len(found.matches),
            "by_outlet": dict(found.by_outlet()),
            "matches": [
                {
                    "mention": each.item.mention_id,
                    "outlet": each.item.outlet_id,
                    "at": each.item.at,
                    "passage": passage(each, public),
                }
                for each in found.matches
            ],
        }
        for part, found in (("mentions", tried.mentions), ("titles", tried.titles))
    }


def _public(profile: Profile) -> frozenset[str]:
    from classifiers.watch.limits import public_handles

    return public_handles(profile)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
