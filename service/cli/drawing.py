"""``rasd docs``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

docs_app = typer.Typer(help="Pages of the documentation that are drawn from the code.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(docs_app, name="docs")


@docs_app.callback()
def _group() -> None:
    """A group also while it has one command alone."""


@docs_app.command()
def cases(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file; else to standard output.")] = None,
) -> None:
    """The paths of a case: a diagram and a table of moves for each. Example: rasd docs cases -o docs/cases.md"""
    from domain.case_drawing import draw
    from domain.errors import InputError

    page = draw()
    if output is None:
        typer.echo(page, nl=False)
        return
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output} cannot be written ({error.strerror})", "name a file in a folder that exists") from error
