"""Which sitemaps of an index are read in a poll, so that nothing that changed is missed and nothing is asked for in vain. Pure.

An index names dozens of sitemaps, most of them archives. The few where news appears are asked in every poll (with their own ETag,
an unchanged one costs a 304); every other one is read as soon as the index says that it changed; and of those of which it says
nothing, a few are looked at in turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from crawlers.pages import Child
from crawlers.sitemaps.sitemap import moment_of
from domain.source import PartState

LIVE: Final = 4
"""Sitemaps that are asked in every poll: those that name news, then the newest."""
CHANGED: Final = 12
"""Sitemaps beside them that are read in one poll since they changed; the others wait for the next poll."""
IN_TURN: Final = 2
"""Sitemaps of unknown age that are looked at in one poll, each in its turn."""
TURNS: Final = 40
"""Sitemaps of unknown age that take turns."""
MAX_PARTS: Final = 80
"""Sitemaps that are remembered from one poll to the next."""
FAILED: Final = "failed"
"""The digest of a sitemap that could not be read: it is asked again, and its failure was told."""
INDEX: Final = "index"
"""The digest of an index within the index: it is read in every poll."""
MARGIN: Final = timedelta(days=1)
"""Indexes are put together from caches: a sitemap that changed a little earlier than the newest one known may still be unread."""

_NEWS: Final = re.compile(r"news|latest|recent|today|akhbar|breaking|أخبار|%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1", re.IGNORECASE)
_POSTS: Final = re.compile(r"post|article|stor(?:y|ies)|content|node|maqal", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"categor|\btags?\b|post_tag|author|\busers?\b|page-sitemap|pages\.xml|static|image|photo|gallery|product|taxonom|\bmisc\b",
    re.IGNORECASE,
)
_IN_NAME: Final = re.compile(
    r"(?<!\d)(20\d\d)(?:[-_/.]|&(?:amp;)?\w+=)?(0[1-9]|1[0-2])(?:(?:[-_/.]|&(?:amp;)?\w+=)?(0[1-9]|[12]\d|3[01]))?(?!\d)"
)
_NUMBER: Final = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked in this poll. ``waiting`` changed too, but there were too many; ``first_looks`` are archives that are read
    for the first time, so that a change shows: what they hold today is not news."""

    asked: tuple[PartState, ...]
    waiting: tuple[PartState, ...] = ()
    first_looks: frozenset[str] = frozenset()


def plan(children: Sequence[Child], parts: Sequence[PartState], now: datetime, zone: str) -> Reading:
    """Which of an index's sitemaps are read now. ``parts`` are what the last poll left (empty: it is the first)."""
    known = {part.url: part for part in parts}
    children = [child for child in children if not _is_other(child)] or list(children)
    ages = {child.url: _until(child, zone, now) for child in children}
    ranked = sorted(children, key=lambda child: _rank(child, ages[child.url]), reverse=True)
    live = _live(ranked, ages)
    since = max(
        (until for part in parts if part.changed and (until := _until(Child(part.url, part.changed), zone, now))),
        default=now - MARGIN,
    )
    changed = [
        child for child in ranked if child not in live and _is_changed(child, ages[child.url], known.get(child.url), since, now)
    ]
    resting = [child for child in ranked if not child.changed and child not in live and child not in changed]
    in_turn = _in_turn(resting, parts)
    asked = [*live, *changed[:CHANGED], *in_turn]
    return Reading(
        tuple(_part(child, known) for child in asked),
        tuple(PartState(child.url, changed=child.changed) for child in changed[CHANGED:]),
        frozenset(child.url for child in in_turn if child.url not in known),
    )


def remembered(read: Iterable[PartState], waiting: Iterable[PartState], before: Iterable[PartState]) -> tuple[PartState, ...]:
    """What the next poll needs: the sitemaps that wait, those just read, and the latest of those read before."""
    kept = {part.url: part for part in (*waiting, *read)}
    for part in before:
        kept.setdefault(part.url, part)
    return tuple(kept.values())[:MAX_PARTS]


def _part(child: Child, known: Mapping[str, PartState]) -> PartState:
    return replace(known.get(child.url, PartState(child.url)), changed=child.changed)


def _live(ranked: Sequence[Child], ages: Mapping[str, datetime | None]) -> list[Child]:
    """The first few; where nothing tells the newest, the first and the last of those with numbers: either end may be it."""
    live = list(ranked[:LIVE])
    numbered = [child for child in ranked if ages[child.url] is None]
    if len(numbered) > LIVE and live[-1] in numbered:
        live[-1] = max(numbered, key=lambda child: int((_NUMBER.findall(child.url) or ["0"])[-1]))
    return list(dict.fromkeys(live))


def _is_other(child: Child) -> bool:
    """Whether a sitemap holds no articles: the site's categories, authors, pictures. They change with each article."""
    return bool(_OTHER.search(_name(child.url))) and not _NEWS.search(_name(child.url))


def _rank(child: Child, until: datetime | None) -> tuple[bool, float, bool]:
    name = _name(child.url)
    return (bool(_NEWS.search(name)), until.timestamp() if until else 0.0, bool(_POSTS.search(name)))


def _name(url: str) -> str:
    """The address without its host: a newspaper's own name often holds the word news."""
    return url.partition("://")[2].partition("/")[2]


def _until(child: Child, zone: str, now: datetime) -> datetime | None:
    """Until when a sitemap may have changed: as the index says (a day ends at midnight), else by the date in its name."""
    if child.changed:
        at = moment_of(child.changed, zone, now)
        return at + timedelta(days=1) if at and len(child.changed.strip()) <= 10 else at
    found = _IN_NAME.search(_name(child.url))
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3] or 28)
    try:
        end = datetime(year, month, day, tzinfo=UTC) + timedelta(days=1 if found[3] else 4)
    except ValueError:
        return None
    return end if end <= now + timedelta(days=40) else None


def _is_changed(child: Child, until: datetime | None, part: PartState | None, since: datetime, now: datetime) -> bool:
    if part is not None and not (part.digest or part.etag or part.last_modified):
        return True
    if part is not None and part.digest in (FAILED, INDEX):
        return True
    if not child.changed or until is None:
        return False
    if part is not None:
        return part.changed != child.changed or until > now
    return until >= since - MARGIN


def _in_turn(resting: Sequence[Child], parts: Sequence[PartState]) -> list[Child]:
    """Those never looked at first, then those looked at longest ago (parts stand newest first)."""
    places = {part.url: place for place, part in enumerate(parts)}
    waiting = sorted(resting[:TURNS], key=lambda child: places.get(child.url, MAX_PARTS + 1), reverse=True)
    return waiting[:IN_TURN]
