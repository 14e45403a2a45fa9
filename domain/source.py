"""Where mentions come from, and what one poll of it brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.addresses import host_of
from domain.mention import Channel, Entry, Mention


class SourceKind(StrEnum):
    """The shape of a source, which decides the spider or poller that reads it."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    PDF_REPORT = "pdf_report"
    X_SEARCH = "x_search"
    X_MENTIONS = "x_mentions"

    @property
    def is_social(self) -> bool:
        """Whether the source is read through a social platform's own interface."""
        return self in (SourceKind.X_SEARCH, SourceKind.X_MENTIONS)


@dataclass(frozen=True, slots=True)
class Source:
    """One source as configured.

    ``url`` is the feed's, sitemap's, listing page's or report index's address; for X it is empty and ``query`` holds the search
    (``x_search``) or the handle without @ whose mentions are read (``x_mentions``). ``article_links`` is a CSS selector of the
    links to articles on a listing page; ``body`` one of the article's text on its pages (both empty: found by themselves).
    """

    id: str
    kind: SourceKind
    outlet_id: str
    name: str
    url: str = ""
    query: str = ""
    interval: timedelta = timedelta(minutes=10)
    paused: bool = False
    article_links: str = ""
    body: str = ""
    timezone: str = "Asia/Riyadh"
    """For dates that name no zone."""
    floor_per_day: float | None = None
    """Items that the source is declared to bring a day at least: too little is an error (REQUIREMENTS G2)."""

    @property
    def host(self) -> str:
        """Name and port: the unit of politeness (DESIGN 3). Social sources share their platform's."""
        return "x" if self.kind.is_social else host_of(self.url)

    @property
    def channel(self) -> Channel:
        """The channel of what it yields."""
        if self.kind.is_social:
            return Channel.SOCIAL
        return Channel.REPORT if self.kind is SourceKind.PDF_REPORT else Channel.PRESS


@dataclass(frozen=True, slots=True)
class PartState:
    """What the last poll left of one further page of a source: a sitemap that an index names.

    ``changed`` is when the index said that it changed last, as it was written.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the last poll left for the next: kept in the same transaction as what it yielded (DESIGN promise 1).

    ``digest`` is a hash of the last body, for servers that know neither ETag nor Last-Modified. ``since_id`` is X's.
    ``window`` are short hashes of the keys that the last poll saw, newest first: how much of it the next poll sees again says
    whether the source moves faster than it is polled. ``pace`` (seconds, 0: the configured interval) is what was learnt from
    that. ``parts`` are the further pages of the source.
    """

    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    since_id: str = ""
    moved_to: str = ""
    window: tuple[str, ...] = ()
    pace: float = 0.0
    parts: tuple[PartState, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a poll or a fetch cost: requests that left (robots.txt not counted), bytes received, seconds of waiting."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.requests + other.requests, self.bytes + other.bytes, self.seconds + other.seconds)


@dataclass(frozen=True, slots=True)
class HostMemory:
    """What is remembered of one host (name and port) across restarts: the clock that all its sources share (DESIGN 3).

    ``free_at`` is when the next request may leave, ``closed_until`` until when the host is left alone (it asked for it, or it
    keeps failing), ``failures`` how many times in a row it gave no answer, ``crawl_delay`` seconds of its robots.txt, whose
    text is ``robots``, read at ``robots_read_at``. Times are aware, in UTC.
    """

    host: str
    free_at: datetime | None = None
    closed_until: datetime | None = None
    failures: int = 0
    reason: str = ""
    crawl_delay: float = 0.0
    robots: str | None = None
    robots_read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemProblem:
    """One item that could not be read; the others of its source went on (DESIGN promise 5)."""

    source_id: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What one successful poll brought.

    ``mentions`` are complete already; ``entries`` need their page fetched. ``unchanged`` says that the server (304) or the
    digest showed nothing new: then both are empty. ``erased`` are keys of posts that their authors deleted (REQUIREMENTS L3).
    """

    source_id: str
    state: SourceState
    mentions: tuple[Mention, ...] = ()
    entries: tuple[Entry, ...] = ()
    problems: tuple[ItemProblem, ...] = ()
    unchanged: bool = False
    erased: tuple[str, ...] = ()
    cost: Cost = Cost()


@dataclass(frozen=True, slots=True)
class PollFailure:
    """A poll that failed: why, and whether the source asked to wait (seconds)."""

    source_id: str
    reason: str
    remedy: str = ""
    retry_after: float | None = None
    gone: bool = False
    postponed: bool = False
    """Nothing was asked: the host is left alone for now. Not counted as a failure of the source."""
    cost: Cost = Cost()


@dataclass(frozen=True, slots=True)
class Fetched:
    """The page of an entry, read. A report gives one mention for each passage page."""

    entry: Entry
    mentions: tuple[Mention, ...]
    cost: Cost = Cost()


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """The page of an entry could not be read. ``final`` says that trying again is of no use (404, 410, robots.txt)."""

    entry: Entry
    reason: str
    final: bool = False
    retry_after: float | None = None
    postponed: bool = False
    """Nothing was asked: the host is left alone for now. Not counted as an attempt."""
    cost: Cost = Cost()


PollResult = Discovery | PollFailure
FetchResult = Fetched | FetchFailure


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """How requests are made. Sizes in bytes, times in seconds.

    ``allow_networks`` opens address ranges that are refused otherwise (loopback for tests and for the demonstration).
    """

    user_agent: str = "Rasd/0.1 (+media monitoring; contact the site's owner)"
    per_host_concurrency: int = 2
    delay: float = 1.0
    total_concurrency: int = 16
    timeout: float = 30.0
    max_bytes: int = 10 * 1024 * 1024
    obey_robots: bool = True
    render: bool = False
    """Whether pages that scripts build are rendered in a browser (extra ``browser``)."""
    browser: str = ""
    """Path of the Chromium that does it; empty: Playwright's own."""
    allow_networks: tuple[str, ...] = ()
    x_api_url: str = "https://api.x.com"
    x_bearer_token: str = field(default="", repr=False)
    """Reads; replies with it too where the four keys of a user below are empty (an OAuth 2.0 user token)."""
    x_consumer_key: str = field(default="", repr=False)
    x_consumer_secret: str = field(default="", repr=False)
    x_access_token: str = field(default="", repr=False)
    x_access_token_secret: str = field(default="", repr=False)
    ministry_handles: frozenset[str] = frozenset()
    """The ministry's own accounts, without @: a post that names one addresses it (REQUIREMENTS G3)."""
    x_page_limit: int = 10
    """Pages of a search read in one poll at most (100 posts each): a bound on cost."""


@dataclass(frozen=True, slots=True)
class PollPlan:
    """When a source is to be polled next, and why (pure policy: ``crawlers.polling.policy``)."""

    next_poll_at: datetime
    failures: int
    reason: str = ""
    pace: float = 0.0
    """Seconds between polls that were learnt from the source, 0 for its configured interval."""
