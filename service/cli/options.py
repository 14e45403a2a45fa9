"""Options that several commands share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from service.pipeline import Summary

Home = Annotated[
    Path | None, typer.Option("--home", help="The home folder; without it RASD_HOME, else this folder.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]


class ProfileCode(StrEnum):
    """The profiles that ship (REQUIREMENTS 6)."""

    MCIT = "mcit"
    MOF = "mof"
    MOMRAH = "momrah"


def print_json(value: Mapping[str, Any] | list[Any]) -> None:
    """One JSON value on standard output, Arabic as it is."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def print_summary(summary: Summary, as_json: bool) -> None:
    """A pass on standard output, for a person or for another program."""
    from service.summary import as_mapping, as_text

    if as_json:
        print_json(as_mapping(summary))
    else:
        typer.echo(as_text(summary))


def say_progress(line: str) -> None:
    """A line about long work, on standard error: standard output stays for results."""
    typer.echo(line, err=True)
