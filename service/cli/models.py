"""``rasd models``: what the classifier is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import AsJson, Home, print_json, say_progress

models = typer.Typer(no_args_is_help=True, help="The classifier's models: list, pull, use, quantise.")
Name = Annotated[str, typer.Argument(help="Its name in the list, or a folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(models, name="models")


@models.command("list")
def list_models(home: Home = None, as_json: AsJson = False) -> None:
    """Show every model of the home with its state; what is used has a star.

    Example: rasd models list --home /srv/rasd
    """
    from service import models as shelf
    from service.wiring import open_home

    folder, settings = open_home(home)
    found = shelf.listing(folder, settings.classifier)
    if as_json:
        print_json([shelf.as_mapping(each) for each in found])
    else:
        for each in found:
            typer.echo(shelf.as_line(each))


@models.command()
def pull(
    name: Annotated[str, typer.Argument(help="OWNER/NAME of a checkpoint, CAMeL-Lab/bert-base-arabic-camelbert-mix say.")],
    address: Annotated[
        str, typer.Option("--from", help="Address with {name}, {revision} and {file}; without it the setting classifier.source.")
    ] = "",
    revision: Annotated[str, typer.Option(help="Branch, tag or commit.")] = "main",
    manifest: Annotated[
        Path | None, typer.Option(help="JSON file of names, sizes and checksums to hold it to.", show_default=False)
    ] = None,
    unverified: Annotated[bool, typer.Option("--unverified", help="Take files that nobody tells a checksum of.")] = False,
    home: Home = None,
) -> None:
    """Fetch a checkpoint to the home's shelf: the only command that fetches a model. It resumes where it was cut off.

    Example: rasd models pull CAMeL-Lab/bert-base-arabic-camelbert-mix
    """
    from service import models as shelf
    from service.wiring import open_home

    folder, settings = open_home(home)
    brought = shelf.pull(folder, settings.classifier, name, address, revision, manifest, say_progress, unverified=unverified)
    typer.echo(f"{name} is in {brought}")


@models.command()
def use(
    name: Annotated[
        str, typer.Argument(help="A model of the list, a folder, or «compact» for no transformer.", show_default=False)
    ] = "",
    back: Annotated[bool, typer.Option("--back", help="Take the last choice back.")] = False,
    even_if_worse: Annotated[
        bool, typer.Option("--even-if-worse", help="Also a transformer that did worse than the compact model alone.")
    ] = False,
    home: Home = None,
) -> None:
    """Choose the compact model, or the transformer that is asked where it is unsure.

    Examples: rasd models use my-camelbert   |   rasd models use compact   |   rasd models use --back
    """
    from domain.errors import InputError
    from service import models as shelf
    from service.wiring import open_home

    folder, _ = open_home(home)
    if bool(name) is back:
        raise InputError("name a model or take the last choice back", "rasd models use NAME, or rasd models use --back")
    typer.echo(shelf.use_back(folder) if back else shelf.use(folder, name, even_if_worse=even_if_worse))


@models.command()
def quantise(name: Name, home: Home = None) -> None:
    """Write the 8-bit file of a transformer, which onnxruntime runs several times faster (extra onnx).

    Example: rasd models quantise my-camelbert
    """
    from service import models as shelf
    from service.wiring import open_home

    folder, _ = open_home(home)
    typer.echo(f"{shelf.quantise(folder, name)} is written")


@models.command()
def analyse(text: Annotated[str, typer.Argument(help="A text or a word.")], home: Home = None) -> None:
    """Say what camel-tools makes of a text, where its data is installed: dialect, and lemmas of its words.

    Example: rasd models analyse 'الفواتير وصلت متأخرة'
    """
    from service import models as shelf
    from service.wiring import open_home

    _, settings = open_home(home)
    print_json(shelf.analyse(settings.classifier, text))
