"""``rasd outlets …``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.outlet import Medium
from service.cli.options import AsJson, Home, print_json

if TYPE_CHECKING:
    from domain.outlet import Outlet
    from registry.views import OutletRow
    from service.outlet_merge import MergePlan

outlets_app = typer.Typer(help="The outlets directory: list, add, import, export, show, set, verify.", no_args_is_help=True)
OutletId = Annotated[str, typer.Argument(help="The outlet's id, as «rasd outlets list» shows it.")]
Assignments = Annotated[list[str], typer.Argument(help="key=value, as tier=national; an empty value empties the field.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(outlets_app, name="outlets")


@outlets_app.command("list")
def list_(
    search: Annotated[str, typer.Option(help="Words of the name in Arabic or English, the id, or a host.")] = "",
    medium: Annotated[Medium | None, typer.Option(help="Of this kind alone.")] = None,
    country: Annotated[str, typer.Option(help="Of this country alone: SA, AE, ...")] = "",
    unverified: Annotated[bool, typer.Option("--unverified", help="Those that nobody has confirmed yet.")] = False,
    incomplete: Annotated[bool, typer.Option("--incomplete", help="Those that an answer could not reach.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """The directory: id, names, country, kind, home page, sources, mentions of 30 days, and what is missing for an answer.

    Example: rasd outlets list --search عكاظ
    """
    from registry.outlet_lists import OutletFilter, list_outlets
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    asked = OutletFilter(
        text=search,
        medium=medium,
        country=country.strip().upper(),
        verified=False if unverified else None,
        incomplete=incomplete,
    )
    with open_database(folder, settings).reading() as session:
        page = list_outlets(session, asked, utc_now())
    if as_json:
        print_json([{**_as_mapping(row.outlet), "sources": row.sources, "mentions_30_days": row.mentions} for row in page.items])
        return
    for row in page.items:
        typer.echo("\t".join(filter(None, _columns(row))))
    if not page.items:
        typer.echo("no outlets: rasd outlets add-starter", err=True)


def _columns(row: OutletRow) -> list[str]:
    from domain.outlet_rules import gaps

    outlet = row.outlet
    tier = f"/{outlet.tier}" if outlet.tier else ""
    return [
        outlet.id,
        outlet.name_ar,
        outlet.name_en,
        f"{outlet.medium}{tier}",
        outlet.country,
        outlet.home_url,
        f"{row.sources} sources",
        f"{row.mentions} mentions",
        "verified" if outlet.verified else "not verified",
        *(_gap(gap) for gap in gaps(outlet)),
    ]


def _gap(gap: str) -> str:
    from domain.messages import message

    return message(f"outlet_gap.{gap}", "en")


def _as_mapping(outlet: Outlet) -> dict[str, Any]:
    from domain.outlet_rules import gaps

    return {**asdict(outlet), "gaps": list(gaps(outlet))}


@outlets_app.command()
def show(outlet: OutletId, home: Home = None, as_json: AsJson = False) -> None:
    """One outlet with everything known of it."""
    from domain.outlet_fields import as_text
    from domain.outlet_rules import FACTS, MARK, gaps
    from registry import outlets
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    with open_database(folder, settings).reading() as session:
        found = outlets.get(session, outlet)
    if as_json:
        print_json(_as_mapping(found))
        return
    for name in ("id", *FACTS, *MARK):
        typer.echo(f"{name}\t{as_text(found, name) or '-'}")
    for contact in found.contacts:
        typer.echo("\t".join(filter(None, ("contact", contact.role, contact.name, contact.email, contact.phone))))
    for gap in gaps(found):
        typer.echo(_gap(gap), err=True)


@outlets_app.command()
def add(outlet: Annotated[str, typer.Argument(help="A new id.")], values: Assignments, home: Home = None) -> None:
    """Enter one outlet. Example: rasd outlets add okaz name_ar=عكاظ name_en=Okaz home_url=https://www.okaz.com.sa/"""
    from dataclasses import replace

    from domain.outlet import Outlet
    from registry import outlets
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    entry = replace(Outlet(outlet.strip(), ""), **_values(outlet, values))
    with open_database(folder, settings).transaction() as session:
        outlets.add(session, entry)
    typer.echo(f"{entry.id} is in the directory")


@outlets_app.command("set")
def set_(outlet: OutletId, values: Assignments, home: Home = None) -> None:
    """Change fields of one outlet; a fact that changes takes the mark «verified» away.

    Example: rasd outlets set okaz tier=national editor_email=editor@paper.example answer_channel=email
    """
    from registry import outlets
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    given = _values(outlet, values)
    with open_database(folder, settings).transaction() as session:
        before = outlets.get(session, outlet)
        after = outlets.change(session, outlet, given, by="", now=utc_now())
    typer.echo(f"{outlet} is {'unchanged' if before == after else 'changed'}")
    if before.verified and not after.verified:
        typer.echo(f"it is not verified any more: rasd outlets verify {outlet}", err=True)


def _values(outlet: str, assignments: list[str]) -> dict[str, Any]:
    """The fields that ``key=value`` arguments give. Raises ``InputError``."""
    from domain.errors import InputError
    from domain.outlet_fields import read_fields
    from domain.outlet_rules import FACTS, Flaw, FlawCode, OutletFlawed

    texts = {}
    for each in assignments:
        name, sign, text = each.partition("=")
        if not sign:
            raise InputError(f"«{each}» sets nothing", "write key=value, as tier=national")
        if name not in FACTS:
            raise OutletFlawed(f"outlet «{outlet}»", (Flaw(name, FlawCode.UNKNOWN_KEY, text, ", ".join(FACTS)),))
        texts[name] = text
    values, flaws = read_fields(texts)
    if flaws:
        raise OutletFlawed(f"outlet «{outlet}»", flaws)
    return values


@outlets_app.command()
def verify(
    outlet: OutletId,
    by: Annotated[str, typer.Option(help="Sign-in name of who confirmed it; without it nobody is named.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the mark away.")] = False,
    home: Home = None,
) -> None:
    """Mark an entry as confirmed by a person. Example: rasd outlets verify okaz --by noura"""
    from registry import outlets, people
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    with open_database(folder, settings).transaction() as session:
        who = people.actor(session, by).username if by else ""
        after = outlets.unverify(session, outlet) if undo else outlets.verify(session, outlet, by=who, now=utc_now())
    typer.echo(f"{outlet} is {'verified' if after.verified else 'not verified'}")


@outlets_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .toml or .csv file, as «export» writes it.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Verified entries too.")] = False,
    home: Home = None,
) -> None:
    """Merge a file into the directory, by id. Filled fields of verified entries stay, and are told, unless --overwrite is given.

    A bad entry is named and the others go in; exit status 1 then.
    """
    from service import outlet_book
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    _tell(outlet_book.import_file(open_database(folder, settings), file, utc_now(), overwrite=overwrite))


@outlets_app.command("add-starter")
def add_starter(home: Home = None) -> None:
    """Enter the list of outlets that ships with Rasd, unverified; what is there already is only completed."""
    from service import outlet_book
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    _tell(outlet_book.add_starter(open_database(folder, settings), utc_now()))


def _tell(made: MergePlan) -> None:
    typer.echo(f"{len(made.added)} outlets added, {len(made.changed)} changed, {made.same} as they were")
    for each in made.kept:
        typer.echo(
            f"{each.outlet_id} is verified: {each.name} stays «{each.here}», the file says «{each.given}» (--overwrite takes it)",
            err=True,
        )
    for problem in made.problems:
        typer.echo(problem, err=True)
    if made.problems:
        raise typer.Exit(1)


@outlets_app.command()
def export(file: Annotated[Path, typer.Argument(help="A .toml or .csv file to write.")], home: Home = None) -> None:
    """Write the whole directory to a file that «import» reads."""
    from service import outlet_book
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    count = outlet_book.export_file(open_database(folder, settings), file)
    typer.echo(f"{count} outlets written to {file}")
