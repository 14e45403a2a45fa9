"""The command line of Rasd (DESIGN 5: others script against it)."""

from __future__ import annotations

import sys

import typer

from domain.errors import ConfigurationError, InputError, RasdError
from service.cli import (
    calendars,
    classifying,
    day,
    drawing,
    gathering,
    homes,
    looking,
    models,
    outlets,
    people,
    recalling,
    reporting,
    watching,
)

app = typer.Typer(
    name="rasd",
    help="Rasd (رصد): media monitoring for a ministry, from a newspaper's page to an answered, reported complaint.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (
    homes,
    gathering,
    outlets,
    classifying,
    models,
    looking,
    reporting,
    recalling,
    people,
    watching,
    day,
    drawing,
    calendars,
):
    part.register(app)


def main() -> None:
    """Entry point: one clear sentence and an exit status for what goes wrong (2: settings or input, 1: anything else)."""
    try:
        app()
    except (ConfigurationError, InputError) as error:
        typer.echo(f"rasd: {error}", err=True)
        sys.exit(2)
    except RasdError as error:
        typer.echo(f"rasd: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
