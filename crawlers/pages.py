"""What came back for one request, and what it means: pure, and the same for every kind of source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from domain.mention import Entry, Mention
from domain.source import Cost, ItemProblem

_PERHAPS_LATER: Final = frozenset({408, 425, 429})
_DEFAULT_WAIT: Final = 60.0
"""Seconds to leave a host alone that answers 429 and names no time."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer. ``url`` is where it came from after redirects; header names are in lower case.

    ``moved_to`` is set where every redirect on the way was permanent (301, 308). ``cost`` is that of all requests on the way.
    """

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    requested_url: str = ""
    moved_to: str = ""
    cost: Cost = field(default_factory=lambda: Cost(requests=1))

    @property
    def content_type(self) -> str:
        """The Content-Type header."""
        return self.headers.get("content-type", "")

    @property
    def is_pdf(self) -> bool:
        """Whether it is a PDF, whatever the server calls it."""
        return self.body[:1024].lstrip().startswith(b"%PDF-")


@dataclass(frozen=True, slots=True)
class Child:
    """A further page of a source: a sitemap that an index names. ``changed`` is as the index wrote it (``lastmod``)."""

    url: str
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """What one page of a source announced.

    ``more`` are its further pages (all that a sitemap index names); ``next_page`` is the page with older items (a listing);
    ``changed_at`` is the latest change that a sitemap states.
    """

    mentions: tuple[Mention, ...] = ()
    entries: tuple[Entry, ...] = ()
    problems: tuple[ItemProblem, ...] = ()
    more: tuple[Child, ...] = ()
    next_page: str = ""
    changed_at: datetime | None = None

    def __add__(self, other: Announced) -> Announced:
        return Announced(
            self.mentions + other.mentions,
            self.entries + other.entries,
            self.problems + other.problems,
            self.more + other.more,
            other.next_page,
            max(filter(None, (self.changed_at, other.changed_at)), default=None),
        )


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a page could not be had.

    ``final``: asking again is of no use; ``gone``: the source itself ended; ``postponed``: nothing was asked, since the host is
    left alone for now.
    """

    reason: str
    remedy: str = ""
    retry_after: float | None = None
    gone: bool = False
    final: bool = False
    postponed: bool = False
    cost: Cost = field(default_factory=Cost)


def trouble_of(page: Page, now: datetime) -> Trouble | None:
    """What is wrong with an answer's status, if anything is."""
    trouble = None if page.status in (200, 203, 304) else _trouble(page, now)
    return replace(trouble, cost=page.cost) if trouble else None


def _trouble(page: Page, now: datetime) -> Trouble:
    status = page.status
    what = f"{page.url} answered {status}"
    if status == 410:
        return Trouble(f"{what}: it is gone for good", "remove the source or correct its address", gone=True, final=True)
    if status in _PERHAPS_LATER or status >= 500:
        return Trouble(what, "it is tried again by itself", retry_after=retry_after(page, now))
    if status == 404:
        return Trouble(f"{what}: there is no such page", "correct the source's address", final=True)
    if status in (401, 402, 403, 407, 451):
        return Trouble(f"{what}: access is refused", "ask the site's owner, or remove the source", final=True)
    if 300 <= status < 400:
        return Trouble(f"{what}: a redirect that leads nowhere", "correct the source's address", final=True)
    if 200 <= status < 300:
        return Trouble(f"{what}: an answer without a page", "correct the source's address")
    return Trouble(what, "correct the source's address", final=True)


def retry_after(page: Page, now: datetime) -> float | None:
    """Seconds that the server asks to wait; for 429 without a time, a minute; None where it asks for nothing."""
    value = page.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), 7 * 86400.0)
    if value:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            pass
        else:
            return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
    return _DEFAULT_WAIT if page.status == 429 else None
