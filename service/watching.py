"""``rasd watch``: the profile's queries, whether they are right, and what a new one would have found (REQUIREMENTS G6, L2)."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from domain.errors import InputError, ProfileError, QueryError
from domain.privacy import mask, mask_handles
from domain.profile import Profile, WatchQuery
from service.profiles import SHIPPED, parse_profile
from service.wiring import open_database, open_home, profile_of, utc_now

if TYPE_CHECKING:
    from classifiers.watch.preview import Match, Preview
    from registry.watching import Tryable

_HEADER: Final = "[[watch]]"
_KEYS: Final = {"name", "service", "query", "proposed_by", "approved_by"}
_MARKS: Final = ("⟦", "⟧")
"""Around the words that were found: no text uses them, and a terminal without colours shows them."""


@dataclass(frozen=True, slots=True)
class ListedQuery:
    """A watch query of the home's profile, with what it found."""

    query: WatchQuery
    service: str
    hits_week: int
    hits_month: int


@dataclass(frozen=True, slots=True)
class QueryFlaw:
    """What is wrong with a query of a file: the line of the file, the query's name, what and the remedy; ``shown`` is its line
    with a caret under the place, where there is one."""

    line: int
    name: str
    what: str
    remedy: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a query would have found among the newest stored mentions, and among the press known by title alone."""

    mentions: Preview[Tryable]
    titles: Preview[Tryable]


def listed(home: Path | None) -> list[ListedQuery]:
    """The queries of the home's profile, with the mentions that each matched in the last 7 and 30 days."""
    from registry import watching

    folder, settings = open_home(home)
    profile, now = profile_of(settings), utc_now()
    with open_database(folder, settings).reading() as session:
        week, month = (watching.hits(session, now - timedelta(days=days)) for days in (7, 30))
    return [
        ListedQuery(query, _service_name(profile, query.service), week.get(query.name, 0), month.get(query.name, 0))
        for query in profile.watch
    ]


def check(home: Path | None, file: Path | None) -> tuple[int, list[QueryFlaw]]:
    """How many queries a profile file (or the home's profile) holds, and everything that is wrong with them.

    Accounts of the outlets directory are known where a home is. Raises ``ProfileError`` where the rest of the file is wrong.
    """
    handles: Collection[str] = ()
    if file is not None:
        text, where = _read(file), str(file)
    else:
        from registry import outlets

        folder, settings = open_home(home)
        with open_database(folder, settings).reading() as session:
            handles = outlets.handles(session)
        text, where = _profile_text(settings.profile)
    return check_text(text, where, handles)


def check_text(text: str, where: str, outlet_handles: Collection[str] = ()) -> tuple[int, list[QueryFlaw]]:
    """The same for the text of a profile; ``where`` names it in errors."""
    blocks, rest = _split(text)
    profile = parse_profile(rest, where)
    try:
        rows = tomllib.loads(text).get("watch", [])
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{where}: not valid TOML ({error})", "correct the line that it names") from error
    if len(rows) != len(blocks):
        raise ProfileError(f"{where}: the watch queries are not written as {_HEADER}", f"begin each with a line {_HEADER}")
    names: set[str] = set()
    flaws: list[QueryFlaw] = []
    for row, block in zip(rows, blocks, strict=True):
        flaws += _flaws(row, block, profile, outlet_handles, names)
        names.add(str(row.get("name", "")))
    return len(rows), flaws


def try_query(home: Path | None, query: str, service: str, last: int) -> tuple[Profile, Tried]:
    """What a query would have found. Raises ``QueryError`` where it is wrong, ``InputError`` for a service that is no topic."""
    from classifiers.watch.preview import compile_one, preview
    from registry import outlets, watching

    folder, settings = open_home(home)
    profile = profile_of(settings)
    if service and profile.topic(service) is None:
        raise InputError(f"«{service}» is no topic of {profile.code}", f"use one of: {', '.join(t.code for t in profile.topics)}")
    with open_database(folder, settings).reading() as session:
        watcher = compile_one(query, service, profile, outlets.handles(session))
        stored, seen = watching.last_mentions(session, last), watching.last_seen(session, last)
    return profile, Tried(preview(watcher, stored), preview(watcher, seen))


def passage(match: Match[Tryable], public_handles: Collection[str]) -> str:
    """Where the words stand in title and text, between marks, as outside a case: personal data and handles masked (L3)."""
    from classifiers.watch.preview import marked

    item = match.item
    parts = [marked(text, match.spans, field, _MARKS) for field, text in (("title", item.title), ("text", item.text))]
    return mask_handles(mask(" | ".join(part for part in parts if part)), frozenset(public_handles))


@dataclass(frozen=True, slots=True)
class _Block:
    """One ``[[watch]]`` of a file: its lines, and the number of the first."""

    first: int
    lines: tuple[str, ...]

    def line_of(self, key: str) -> int:
        """The line on which the value of a key begins; the block's own where the key is missing."""
        for number, line in enumerate(self.lines):
            name, equals, value = line.partition("=")
            if equals and name.strip() == key:
                opens = value.strip() in ('"""', "'''")
                return self.first + number + opens
        return self.first


def _split(text: str) -> tuple[list[_Block], str]:
    """The blocks of watch queries, and the rest of the file with blank lines in their place (its lines keep their numbers)."""
    blocks: list[_Block] = []
    rest: list[str] = []
    block: list[str] | None = None
    first = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            if block is not None:
                blocks.append(_Block(first, tuple(block)))
            is_watch = line.split("#")[0].strip().replace(" ", "") == _HEADER
            block, first = ([], number) if is_watch else (None, 0)
        if block is not None:
            block.append(line)
        rest.append("" if block is not None else line)
    if block is not None:
        blocks.append(_Block(first, tuple(block)))
    return blocks, "\n".join(rest)


def _flaws(
    row: dict[str, Any], block: _Block, profile: Profile, outlet_handles: Collection[str], names: Collection[str]
) -> Iterator[QueryFlaw]:
    name = str(row.get("name", ""))
    unknown, missing = set(row) - _KEYS, [key for key in ("name", "service", "query") if not str(row.get(key, "")).strip()]
    for key in sorted(unknown):
        yield QueryFlaw(block.line_of(key), name, f"the key «{key}» is not known", f"known: {', '.join(sorted(_KEYS))}")
    for key in missing:
        yield QueryFlaw(block.first, name, f"the key «{key}» is missing", "every watch query has a name, a service and a query")
    if name in names:
        yield QueryFlaw(block.line_of("name"), name, f"the name «{name}» stands twice", "give each query its own name")
    if "service" not in missing and profile.topic(str(row["service"])) is None:
        what = f"the service «{row['service']}» is no topic"
        yield QueryFlaw(
            block.line_of("service"), name, what, "every watch query declares the service it is for (REQUIREMENTS L2)"
        )
    if not row.get("approved_by") or row.get("approved_by") == row.get("proposed_by"):
        remedy = "fill in proposed_by and approved_by with two people (REQUIREMENTS L2)"
        yield QueryFlaw(block.line_of("approved_by"), name, "the query is not approved by a second person", remedy)
    if "query" not in missing:
        yield from _query_flaws(str(row["query"]), name, block, profile, outlet_handles)


def _query_flaws(query: str, name: str, block: _Block, profile: Profile, outlet_handles: Collection[str]) -> Iterator[QueryFlaw]:
    from classifiers.watch.preview import compile_one, place_of, pointed

    try:
        compile_one(query, "", profile, outlet_handles)
    except QueryError as error:
        line = block.line_of("query") + place_of(query, error).line - 1
        yield QueryFlaw(line, name, error.what.partition("»: ")[2], error.remedy, pointed(query, error))


def _profile_text(profile: str) -> tuple[str, str]:
    if profile in SHIPPED:
        return (resources.files("profiles") / f"{profile}.toml").read_text("utf-8"), f"{profile}.toml"
    return _read(Path(profile)), profile


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{file}: the profile cannot be read ({error})", "give the path of a UTF-8 TOML file") from error


def _service_name(profile: Profile, code: str) -> str:
    topic = profile.topic(code)
    return topic.name_ar if topic else code
