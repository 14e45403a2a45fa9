"""``rasd digest``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import Home


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(digest)


def digest(
    week: Annotated[str, typer.Option(help="An ISO week, as 2026-W47; last week without it.", show_default=False)] = "",
    send: Annotated[bool, typer.Option("--send", help="Send it to digest.recipients now.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the HTML to this file.")] = None,
    home: Home = None,
) -> None:
    """The weekly digest of media complaints: printed as text, written as HTML, or sent.

    Examples: rasd digest --week 2026-W47 --html digest.html   |   rasd digest --week 2026-W47 --send
    """
    from service import digests
    from service.wiring import make_runtime, open_home

    folder, settings = open_home(home)
    runtime = make_runtime(folder, settings)
    chosen = week or digests.last_week(runtime)
    if html:
        html.write_text(digests.compose(runtime, chosen).html, encoding="utf-8")
        typer.echo(f"written to {html}", err=True)
    if send:
        typer.echo(digests.send(runtime, chosen), err=True)
    if not html and not send:
        typer.echo(digests.compose(runtime, chosen).text)
