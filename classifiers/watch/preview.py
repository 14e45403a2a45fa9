"""A watch query while it is being written: where it is wrong, and what it would have found (REQUIREMENTS G6). Pure.

A query is tried on items that are there already, with the same code that matches what is gathered.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from classifiers.watch.matching import Span, Watcher, compile_queries
from domain.errors import QueryError
from domain.profile import Profile, WatchQuery

_AROUND: Final = 48
"""Characters of the query that are shown on each side of the place."""


class Item(Protocol):
    """What a query asks of an item."""

    @property
    def title(self) -> str:
        """Its title; empty for a post."""

    @property
    def text(self) -> str:
        """Its text; empty where the title alone is known."""

    @property
    def language(self) -> str:
        """Its language; empty where it is to be detected."""

    @property
    def outlet_id(self) -> str:
        """Its outlet."""

    @property
    def author_handle(self) -> str:
        """The account of a post, without @."""


T = TypeVar("T", bound=Item)


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """An item that the query matches, with the spans of what it found in title and text."""

    item: T
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Preview(Generic[T]):
    """What a query would have found among ``tried`` items, in their order."""

    tried: int
    matches: tuple[Match[T], ...]

    def by_outlet(self) -> list[tuple[str, int]]:
        """How many matches each outlet has, most first."""
        counted = Counter(match.item.outlet_id for match in self.matches)
        return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def compile_one(query: str, service: str, profile: Profile, outlet_handles: Collection[str] = ()) -> Watcher:
    """One query, under the rules that hold for every watch query (REQUIREMENTS L2). Raises ``QueryError``."""
    return compile_queries((WatchQuery("preview", service, query),), profile, outlet_handles=outlet_handles)


def preview(watcher: Watcher, items: Iterable[T]) -> Preview[T]:
    """What the (one) query of ``watcher`` matches."""
    tried, matches = 0, []
    for item in items:
        tried += 1
        fields: Mapping[str, str] = {"language": item.language, "outlet": item.outlet_id, "author_handle": item.author_handle}
        if watcher.names(item.title, item.text, **fields):
            matches.append(Match(item, watcher.match(item.title, item.text, **fields)[0].spans))
    return Preview(tried, tuple(matches))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query is wrong: the line of it (from 1), and that line cut before and after the place."""

    line: int
    before: str
    at: str
    after: str


def place_of(query: str, error: QueryError) -> Place:
    """The place that an error names, in the query's own lines."""
    position = min(max(error.position, 0), len(query))
    start = query.rfind("\n", 0, position) + 1
    end = query.find("\n", position)
    whole = query[start:] if end < 0 else query[start:end]
    column = position - start
    length = len(error.piece) if error.piece and whole.startswith(error.piece, column) else 1
    return Place(query.count("\n", 0, position) + 1, whole[:column], whole[column : column + length], whole[column + length :])


def pointed(query: str, error: QueryError) -> str:
    """The query's line with a caret under the place: two lines for a terminal. A long line is cut around the place.

    Terminals differ in how they order lines that run from right to left, so the piece is named beside the caret too.
    """
    place = place_of(query, error)
    before = place.before if len(place.before) <= _AROUND else "…" + place.before[-_AROUND:]
    rest = place.at + place.after
    after = rest if len(rest) <= _AROUND else rest[:_AROUND] + "…"
    named = f" «{place.at}»" if place.at.strip() else ""
    return f"{before}{after}\n{' ' * _width(before)}^{named}"


def marked(text: str, spans: Sequence[Span], field: str, mark: tuple[str, str], around: int = 60) -> str:
    """The passages of a field around what was found, the words found put between ``mark``; the rest is left out as «…»."""
    found = sorted((each.start, each.end) for each in spans if each.field == field)
    return " … ".join(_passage(text, group, mark, around) for group in _grouped(found, around))


def _grouped(found: Sequence[tuple[int, int]], around: int) -> Iterator[list[tuple[int, int]]]:
    """Spans near each other are shown in one passage."""
    group: list[tuple[int, int]] = []
    for span in found:
        if group and span[0] - group[-1][1] > 2 * around:
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _passage(text: str, group: Sequence[tuple[int, int]], mark: tuple[str, str], around: int) -> str:
    start, end = _word_edge(text, group[0][0] - around, -1), _word_edge(text, group[-1][1] + around, 1)
    pieces, at = [], start
    for first, last in group:
        pieces += [text[at:first], mark[0], text[first:last], mark[1]]
        at = last
    return " ".join("".join([*pieces, text[at:end]]).split())


def _word_edge(text: str, place: int, step: int) -> int:
    """The nearest gap between words from ``place`` outwards."""
    at = min(max(place, 0), len(text))
    while 0 < at < len(text) and not text[at - (step < 0)].isspace():
        at += step
    return at


def _width(text: str) -> int:
    """Columns in a terminal: marks that stand on a letter take none, wide characters two."""
    return sum(
        0
        if unicodedata.combining(each) or unicodedata.category(each) == "Cf"
        else 1 + (unicodedata.east_asian_width(each) in "WF")
        for each in text
    )
