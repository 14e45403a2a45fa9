"""``rasd users …``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from domain.people import Role
from service.cli.options import AsJson, Home, print_json

if TYPE_CHECKING:
    from registry.views import PersonView

users_app = typer.Typer(help="The people who may sign in: add, list, roles, password.", no_args_is_help=True)
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
    password_stdin: FromStdin = False,
    home: Home = None,
) -> None:
    """Add a person. Example: rasd users add noura --name 'نورة' --role reviewer --role specialist"""
    from registry import people
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    database = open_database(folder, settings)
    password = _password(password_stdin)
    with database.transaction() as session:
        people.add(session, username, name or username, password, frozenset(role), department=department, now=utc_now())
    typer.echo(f"{username} may sign in")


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
        place = f" ({each.department})" if each.department else ""
        typer.echo(f"{each.username}\t{each.name}\t{', '.join(sorted(each.roles))}{place}")


def _as_mapping(person: PersonView) -> dict[str, object]:
    return {"username": person.username, "name": person.name, "roles": sorted(person.roles), "department": person.department}


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
    """Set a person's password."""
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
