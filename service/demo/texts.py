"""The world's texts: written for the project, one file of articles and one of posts for each profile, read when asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from domain.errors import ConfigurationError
from domain.tags import NO_TOPIC, Kind, Remit

AGENCY: Final = "وكالة الخبر"
"""The byline of agency stories."""


@dataclass(frozen=True, slots=True)
class Printing:
    """One paper's printing of an article. ``title`` and ``prefix`` replace the headline and open the first paragraph;
    ``drop_last`` paragraphs are cut at the end."""

    outlet: str
    title: str | None = None
    prefix: str | None = None
    drop_last: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    """What the author labelled a text as (ANNOTATION): the scripted staff judges by it, as a person would by reading."""

    remit: Remit = Remit.NONE
    kind: Kind = Kind.NEUTRAL
    topic: str = NO_TOPIC


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its author wrote it, with the papers that print it."""

    id: str
    title: str
    paragraphs: tuple[str, ...]
    printings: tuple[Printing, ...]
    author: str = ""
    section: str = ""
    language: str = "ar"
    agency: bool = False
    label: Label = Label()


@dataclass(frozen=True, slots=True)
class Post:
    """One post of an invented person. ``handle`` is without @."""

    id: str
    text: str
    handle: str
    name: str
    language: str = "ar"
    label: Label = Label()


@cache
def articles(profile_code: str) -> tuple[Article, ...]:
    """The profile's articles, in the order of the file. Raises ``ConfigurationError`` where there are none."""
    return tuple(_article(row) for row in _rows(profile_code, "articles"))


@cache
def posts(profile_code: str) -> tuple[Post, ...]:
    """The profile's posts, in the order of the file. Raises ``ConfigurationError`` where there are none."""
    return tuple(_post(row) for row in _rows(profile_code, "posts"))


def _rows(profile_code: str, what: str) -> Iterator[dict[str, Any]]:
    path = resources.files("service.demo") / "texts" / profile_code / f"{what}.jsonl"
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ConfigurationError(
            f"the demonstration has no {what} for the profile «{profile_code}»", "choose mcit, mof or momrah"
        ) from error
    return (json.loads(line) for line in lines if line.strip())


def _article(row: dict[str, Any]) -> Article:
    return Article(
        id=row["id"],
        title=row["title"],
        paragraphs=tuple(row["paragraphs"]),
        printings=tuple(Printing(**printing) for printing in row["printings"]),
        author=row["author"] or "",
        section=row["section"] or "",
        language=row["language"],
        agency=row["agency"],
        label=_label(row),
    )


def _post(row: dict[str, Any]) -> Post:
    author = row["author"]
    return Post(row["id"], row["text"], author["handle"], author["name"], row["language"], _label(row))


def _label(row: dict[str, Any]) -> Label:
    return Label(Remit(row["remit"]), Kind(row["kind"]), row["topic"])
