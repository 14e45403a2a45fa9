"""Which of a site's sources are taken, and why: the general one, and those that bring what it lacks. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from crawlers.finding.candidates import Candidate, Finding, Reason, Way
from crawlers.text.links import bare_address, same_site
from domain.source import SourceKind

FRESH: Final = timedelta(days=30)
"""A source whose newest item is older, and that knows nothing of what the front page shows, is dead."""
MAX_TAKEN: Final = 12
"""Sources of one site that are taken together unless all are asked for."""
_ENOUGH: Final = 3
"""Articles on the front page that are needed to judge a source by them."""
_MISSING: Final = 1 / 3
"""Share of a source's items that the general one lacks, from which both are needed."""
_COMMENT_TITLE: Final = re.compile(r"^(?:comments (?:on|for)|تعليقات|التعليقات|التعليق على|تعليق على|comments\b)", re.IGNORECASE)
_COMMENT_ITEM: Final = re.compile(r"^(?:by:|بواسطة:?|تعليق (?:على|من)|رد على|comment (?:on|by)|in reply to|re:)", re.IGNORECASE)
_GENERAL: Final = re.compile(
    r"^/?(?:(?:ar|en)/)?(?:(?:rss|feed|feeds|atom|index|main|home|all|latest|news|default|posts|rss2)(?:\.\w+)?/?)*$",
    re.IGNORECASE,
)
_GENERAL_LABEL: Final = re.compile(r"الرئيسية|جميع|كل الأخبار|آخر الأخبار|أحدث|عام|\ball\b|latest|main|home", re.IGNORECASE)


def judge(candidates: Sequence[Candidate], front: Collection[str], home: str, now: datetime) -> tuple[Finding, ...]:
    """Each candidate with its reason, the taken first. ``front`` are the articles on the front page, ``home`` is its host."""
    shown = frozenset(map(bare_address, front))
    left = [Finding(each, reason) for each in candidates if (reason := _unfit(each, home)) is not None]
    fit = [each for each in candidates if _unfit(each, home) is None]
    fit, twins = _without_twins(fit)
    listings = [each for each in fit if each.source.kind is SourceKind.LISTING]
    others = [each for each in fit if each.source.kind is not SourceKind.LISTING]
    living = [each for each in others if not _is_stale(each, shown, now)]
    stale = [each for each in others if each not in living]
    chosen = _chosen(living)
    serves = any(finding.is_taken for finding in chosen)
    reason = Reason.NOT_NEEDED if serves else Reason.LISTING
    chosen += [Finding(each, _asked(each) or reason) for each in listings]
    serves = serves or bool(listings)
    chosen += [Finding(each, _asked(each) or (Reason.STALE if serves else Reason.LAST_RESORT)) for each in stale]
    return tuple(sorted([*chosen, *twins, *left], key=lambda finding: not finding.is_taken))


def _asked(candidate: Candidate) -> Reason | None:
    return Reason.ASKED if candidate.way is Way.ITSELF else None


def _unfit(candidate: Candidate, home: str) -> Reason | None:
    """Why it is out of the question."""
    if candidate.failure:
        return Reason.DEAD
    if candidate.is_of_comments or _COMMENT_TITLE.match(candidate.title) or _is_of_comments(candidate):
        return Reason.COMMENTS
    if not candidate.size:
        return Reason.EMPTY
    if candidate.way is Way.ITSELF:
        return None
    if candidate.has_sound:
        return Reason.SOUND
    return Reason.OTHER_SITE if _leads_elsewhere(candidate, home) else None


def _is_of_comments(candidate: Candidate) -> bool:
    titles = [each.title for each in candidate.announced.mentions] + [each.hint_title for each in candidate.announced.entries]
    urls = [each.url for each in candidate.items]
    marked = sum(bool(_COMMENT_ITEM.match(title)) or "#comment" in url for title, url in zip(titles, urls, strict=True))
    return bool(titles) and marked * 2 > len(titles)


def _leads_elsewhere(candidate: Candidate, home: str) -> bool:
    named = [host for each in candidate.items if (host := urlsplit(each.url).netloc)]
    own = sum(same_site(host, home) for host in named)
    return bool(named) and own * 2 < len(named)


def _without_twins(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Finding]]:
    """The same address by http and https, and the same items as RSS and as Atom: the fuller one stays."""
    kept: list[Candidate] = []
    twins: list[Finding] = []
    for candidate in candidates:
        twin = next((each for each in kept if _are_twins(each, candidate)), None)
        if twin is None:
            kept.append(candidate)
        elif (len(candidate.announced.mentions), candidate.size) > (len(twin.announced.mentions), twin.size):
            kept[kept.index(twin)] = replace(candidate, label=twin.label or candidate.label)
            twins.append(Finding(twin, Reason.TWIN, candidate.source.url))
        else:
            twins.append(Finding(candidate, Reason.TWIN, twin.source.url))
    return kept, twins


def _are_twins(one: Candidate, other: Candidate) -> bool:
    if bare_address(one.source.url) == bare_address(other.source.url):
        return True
    both = one.keys | other.keys
    return one.source.kind is other.source.kind and bool(both) and len(one.keys & other.keys) >= 0.9 * len(both)


def _is_stale(candidate: Candidate, front: frozenset[str], now: datetime) -> bool:
    """Old, and strange to what the front page shows: a slow site's own feed knows its articles, a dead feed does not."""
    newest = candidate.newest
    undated_feed = newest is None and candidate.source.kind is SourceKind.FEED
    if undated_feed or (newest is not None and newest >= now - FRESH):
        return False
    return len(front) >= _ENOUGH and not front & candidate.keys


def _chosen(living: Sequence[Candidate]) -> list[Finding]:
    """The general source, and beside it those that bring what it lacks."""
    if not living:
        return []
    ordered = sorted(living, key=lambda each: _rank(each, living), reverse=True)
    general = ordered[0]
    findings = [Finding(general, _asked(general) or Reason.GENERAL)]
    known = set(general.keys)
    for candidate in ordered[1:]:
        reason = _asked(candidate) or _beside(candidate, general, known)
        if reason.is_taken and sum(finding.is_taken for finding in findings) >= MAX_TAKEN:
            reason = Reason.TOO_MANY
        if reason.is_taken:
            known |= candidate.keys
        like = general.source.url if reason in (Reason.COVERED, Reason.ARCHIVE) else ""
        findings.append(Finding(candidate, reason, like))
    return findings


def _rank(candidate: Candidate, living: Sequence[Candidate]) -> tuple[bool, int, int, bool, int]:
    """A plain sitemap comes last; then who knows most of what the others bring; then who looks general; then the larger."""
    breadth = sum(_covers(candidate, other) for other in living if other is not candidate)
    path = urlsplit(candidate.source.url)
    label = f"{candidate.label} {candidate.title}"
    is_section = re.search(r"/(?:category|tag|section|author)s?/", path.path) is not None
    general = bool(_GENERAL.match(path.path)) + bool(_GENERAL_LABEL.search(label)) - is_section
    is_feed = candidate.source.kind is SourceKind.FEED
    return (not candidate.is_plain, breadth, general, is_feed, candidate.size)


def _covers(general: Candidate, other: Candidate) -> bool:
    """Whether a source brings most of what another one could share with it."""
    lacked, expected = _lacked(other, general, general.keys)
    return bool(expected) and len(lacked) < _MISSING * len(expected)


def _beside(candidate: Candidate, general: Candidate, known: Collection[str]) -> Reason:
    if candidate.is_plain and not general.is_plain:
        return Reason.ARCHIVE
    lacked, expected = _lacked(candidate, general, known)
    return Reason.MORE if lacked and len(lacked) >= _MISSING * len(expected) else Reason.COVERED


def _lacked(candidate: Candidate, general: Candidate, known: Collection[str]) -> tuple[list[str], list[str]]:
    """Of a source's items those that ``known`` lacks, and those that it could have: no older than the general source reaches."""
    since = general.oldest
    expected = [key for key, at in candidate.times.items() if since is None or at is None or at >= since]
    return [key for key in expected if key not in known], expected
