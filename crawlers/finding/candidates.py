"""What was found of a site's sources: the addresses that were looked at, and why each is taken or left. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crawlers.pages import Announced
from crawlers.text.links import bare_address
from domain.mention import Entry, Mention
from domain.source import Cost, Source, SourceKind


class Way(StrEnum):
    """How an address was come by."""

    ITSELF = "the address itself"
    DECLARED = "declared by the page"
    LINKED = "linked on the page"
    FEED_PAGE = "listed on the site's page of feeds"
    USUAL_PLACE = "in a usual place"
    ROBOTS = "named in robots.txt"
    FRONT_PAGE = "the page's own links"


class Reason(StrEnum):
    """Why a source is taken or left."""

    ASKED = "it is what was asked for"
    GENERAL = "the general source"
    MORE = "brings articles that the general source lacks"
    LISTING = "no feed or sitemap serves, so the page's links are read"
    LAST_RESORT = "old, but nothing better was found"
    DEAD = "cannot be read"
    EMPTY = "holds no items"
    COMMENTS = "holds readers' comments"
    SOUND = "holds sound or film, not articles"
    OTHER_SITE = "leads to another site"
    TWIN = "is the same as another"
    STALE = "no longer kept up"
    COVERED = "what it brings, a source that is taken brings as well"
    ARCHIVE = "a plain sitemap, and a feed brings the news sooner"
    NOT_NEEDED = "a feed or sitemap is better than a page's links"
    TOO_MANY = "enough sources are taken"

    @property
    def is_taken(self) -> bool:
        """Whether a source of this reason is saved."""
        return self in (Reason.ASKED, Reason.GENERAL, Reason.MORE, Reason.LISTING, Reason.LAST_RESORT)

    @property
    def is_usable(self) -> bool:
        """Whether a person may take it all the same (``--all``)."""
        return self not in (Reason.DEAD, Reason.EMPTY, Reason.COMMENTS, Reason.TWIN)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that was looked at: what it announced, or why it cannot be read. ``title`` is the feed's own, ``label`` the
    link's; ``has_sound`` says that its items carry sound or film."""

    source: Source
    way: Way
    announced: Announced = field(default_factory=Announced)
    label: str = ""
    title: str = ""
    is_of_comments: bool = False
    has_sound: bool = False
    failure: str = ""

    @property
    def items(self) -> tuple[Mention | Entry, ...]:
        """Everything that it announced."""
        return (*self.announced.mentions, *self.announced.entries)

    @property
    def keys(self) -> frozenset[str]:
        """The items' addresses, whatever their scheme."""
        return frozenset(bare_address(each.key) for each in self.items)

    @property
    def size(self) -> int:
        """Items."""
        return len(self.items)

    @property
    def times(self) -> dict[str, datetime | None]:
        """When each item was published, by its address."""
        found = {bare_address(mention.key): mention.published_at for mention in self.announced.mentions}
        return found | {bare_address(entry.key): entry.hint_published_at for entry in self.announced.entries}

    @property
    def newest(self) -> datetime | None:
        """The latest date of an item, else when a sitemap says that it changed last."""
        return max((at for at in self.times.values() if at), default=self.announced.changed_at)

    @property
    def oldest(self) -> datetime | None:
        """The earliest date of an item."""
        return min((at for at in self.times.values() if at), default=None)

    @property
    def is_plain(self) -> bool:
        """Whether it is a sitemap that names no publication dates."""
        return self.source.kind is SourceKind.SITEMAP and not any(self.times.values())


@dataclass(frozen=True, slots=True)
class Finding:
    """One candidate, judged. ``like`` is the address of the source that makes it needless."""

    candidate: Candidate
    reason: Reason
    like: str = ""

    @property
    def source(self) -> Source:
        """The source that would be saved."""
        return self.candidate.source

    @property
    def is_taken(self) -> bool:
        """Whether it is saved without being asked for."""
        return self.reason.is_taken

    @property
    def sentence(self) -> str:
        """Why it is taken or left."""
        more = self.candidate.failure if self.reason is Reason.DEAD else self.like
        return f"{self.reason}: {more}" if more else str(self.reason)


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was looked at behind one address: the taken first, best first. ``site`` is the site's name."""

    address: str
    findings: tuple[Finding, ...]
    site: str = ""
    cost: Cost = field(default_factory=Cost)

    @property
    def taken(self) -> tuple[Finding, ...]:
        """What is saved."""
        return tuple(finding for finding in self.findings if finding.is_taken)

    @property
    def usable(self) -> tuple[Finding, ...]:
        """What may be saved: the taken, and what is only not needed."""
        return tuple(finding for finding in self.findings if finding.reason.is_usable)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The taken sources, best first."""
        return tuple(finding.source for finding in self.taken)
