"""``rasd recall``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import AsJson, Home, print_json

if TYPE_CHECKING:
    from registry.recall_figures import Figure


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(recall)


def recall(
    week: Annotated[
        str, typer.Option(help="An ISO week, as 2026-W47; the newest that was drawn without it.", show_default=False)
    ] = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """What share of the items that concern the team it was shown: by group of sources, with a 95% interval.

    Example: rasd recall --week 2026-W47 --json
    """
    from service import recall as recalling
    from service.wiring import open_database, open_home

    folder, settings = open_home(home)
    found = recalling.figures(open_database(folder, settings), week)
    if as_json:
        print_json([recalling.as_mapping(figure) for figure in found])
        return
    if not found:
        typer.echo(f"no sample of {week or 'any week'} is drawn yet: it is drawn when the week is over")
    for figure in found:
        typer.echo(_line(figure))


def _line(figure: Figure) -> str:
    name, left = figure.group or "all", figure.left
    work = f"{left.answered} of {left.sampled} answered, {left.missed} missed; {left.population} not flagged"
    if figure.recall is None:
        return f"{figure.weeks[-1]}\t{name}\tnot measured yet\t{work}"
    found = figure.recall
    return f"{figure.weeks[-1]}\t{name}\t{found.value:.0%} ({found.low:.0%}-{found.high:.0%})\t{work}"
