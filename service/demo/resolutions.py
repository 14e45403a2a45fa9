"""What the demonstration's departments write: a small set of texts by topic."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from domain.language import language
from domain.tags import Kind


class Outcome(StrEnum):
    """What became of a case."""

    SOLVED = "solved"
    PROPOSALS = "proposals"
    INQUIRY = "inquiry"


def resolution(profile_code: str, topic: str, kind: Kind, title: str, draw: int, *, solved: bool) -> str:
    """A text that fits the topic: in English where the case's title is. ``draw`` picks one of several."""
    table = _table()[profile_code]
    group = "english" if language(title) == "en" else topic.partition("/")[0]
    texts = table.get(group, table["other"])
    outcome = Outcome.PROPOSALS if not solved else Outcome.INQUIRY if kind is Kind.INQUIRY else Outcome.SOLVED
    choices: list[str] = texts[outcome]
    return choices[draw % len(choices)]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((resources.files("service.demo") / "resolutions.toml").read_text("utf-8"))
