"""``rasd users …``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.people import Role
from service.cli.options import AsJson, Home, print_json

if TYPE_CHECKING:
    from registry.views import PersonView

users_app = typer.Typer(help="The people who may sign in: add, list, set, roles, password, disable.", no_args_is_help=True)
Username = Annotated[str, typer.Argument(help="Sign-in name.")]
Roles = Annotated[list[Role], typer.Option("--role", help="Give it once for each role.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(users_app, name="users")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))


@users_app.command()
def add(
    username: Username,
    role: Roles,
    name: Annotated[str, typer.Option(help="The name that others see.")] = "",
    department: Annotated[str, typer.Option(help="Code of the department, for the role department.")] = "",
    email: Annotated[str, typer.Option(help="Where notices of cases are sent.")] = "",
    head: Annotated[bool, typer.Option("--head", help="Leads the department: hears of what runs out of time.")] = False,
    password_stdin: FromStdin = False,
    home: Home = None,
) -> None:
    """Add a person. Example: rasd users add noura --name 'نورة' --role department --department networks --head"""
    from registry import people
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    database = open_database(folder, settings)
    password = _password(password_stdin)
    with database.transaction() as session:
        people.add(
            session,
            username,
            name or username,
            password,
            frozenset(role),
            department=department,
            email=email,
            head=head,
            now=utc_now(),
        )
    typer.echo(f"{username} may sign in")


@users_app.command("set")
def set_(
    username: Username,
    name: Annotated[str | None, typer.Option(help="The name that others see.")] = None,
    email: Annotated[str | None, typer.Option(help="Where notices of cases are sent; empty: nowhere.")] = None,
    head: Annotated[bool | None, typer.Option("--head/--no-head", help="Whether the person leads the department.")] = None,
    home: Home = None,
) -> None:
    """Change what is named. Example: rasd users set noura --email noura@ministry.example --head"""
    from domain.errors import InputError
    from registry import people
    from service.wiring import open_database, open_home

    if name is None and email is None and head is None:
        raise InputError("nothing is named to be changed", "give --name, --email, --head or --no-head")
    folder, settings = open_home(home)
    with open_database(folder, settings).transaction() as session:
        if name is not None:
            people.set_name(session, username, name)
        if email is not None:
            people.set_email(session, username, email)
        if head is not None:
            people.set_head(session, username, head)
    typer.echo(f"{username} is changed")


@users_app.command()
def disable(username: Username, home: Home = None) -> None:
    """Let a person in no more: open sessions end. Histories keep the name."""
    _set_disabled(username, home, True)
    typer.echo(f"{username} may not sign in any more")


@users_app.command()
def enable(username: Username, home: Home = None) -> None:
    """Let a person in again, with the same password."""
    _set_disabled(username, home, False)
    typer.echo(f"{username} may sign in")


def _set_disabled(username: str, home: Path | None, disabled: bool) -> None:
    from registry import people
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    with open_database(folder, settings).transaction() as session:
        people.set_disabled(session, username, disabled)


@users_app.command("list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """Everyone who may sign in, with their roles."""
    from registry import people
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    with open_database(folder, settings).reading() as session:
        users = people.list(session)
    if as_json:
        print_json([_as_mapping(each) for each in users])
        return
    for each in users:
        place = f" ({each.department}{', head' if each.head else ''})" if each.department else ""
        more = [text for text in (each.email, "disabled" if each.disabled else "") if text]
        typer.echo("\t".join([each.username, each.name, f"{', '.join(sorted(each.roles))}{place}", *more]))


def _as_mapping(person: PersonView) -> dict[str, object]:
    return {
        "username": person.username,
        "name": person.name,
        "roles": sorted(person.roles),
        "department": person.department,
        "email": person.email,
        "head": person.head,
        "disabled": person.disabled,
    }


@users_app.command()
def roles(username: Username, role: Roles, home: Home = None) -> None:
    """Set a person's roles; the ones not named are taken away."""
    from registry import people
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    with open_database(folder, settings).transaction() as session:
        people.set_roles(session, username, frozenset(role))
    typer.echo(f"{username}: {', '.join(sorted(role))}")


@users_app.command()
def password(username: Username, password_stdin: FromStdin = False, home: Home = None) -> None:
    """Set a person's password: open sessions end."""
    from registry import people
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    database = open_database(folder, settings)
    with database.reading() as session:
        people.actor(session, username)
    new = _password(password_stdin)
    with database.transaction() as session:
        people.set_password(session, username, new)
    typer.echo(f"the password of {username} is set")
