"""Polls news sitemaps and their indexes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from crawlers.pages import Announced, Page, Trouble
from crawlers.polling.outcomes import digest_of, discovery, state_after
from crawlers.reading_thread import read_aside
from crawlers.sitemaps.sitemap import parse_sitemap
from crawlers.sitemaps.sitemap_index import FAILED, INDEX, Reading, plan, remembered
from crawlers.spiders.source_spider import SourceSpider
from domain.errors import SourceError
from domain.source import Cost, Discovery, ItemProblem, PartState, PollResult, Source, SourceKind, SourceState

MAX_DEPTH: Final = 2
"""Levels of indexes that are followed: the index itself, and an index that it names."""
MAX_REQUESTS: Final = 30
"""Sitemaps of one source that are asked in one poll; the others wait for the next."""


class SitemapSpider(SourceSpider):
    """``scrapy crawl sitemap -a url=https://...``"""

    name = "sitemap"
    kind = SourceKind.SITEMAP

    def read(self, page: Page, source: Source, now: datetime) -> Announced:
        """The sitemap's articles, or the sitemaps that an index names."""
        limit = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        return parse_sitemap(page.body, source, url=page.url, now=now, max_bytes=limit)

    async def complete(self, page: Page, announced: Announced, source: Source, state: SourceState, now: datetime) -> PollResult:
        """A sitemap's own articles, or those of the sitemaps that an index names and that may have changed.

        An index is never asked conditionally: most say nothing of what they name, so an unchanged one tells nothing.
        """
        digest = digest_of([page.body])
        if not announced.more:
            after = replace(state_after(page, state, digest), parts=())
            return replace(discovery(source, state, after, announced), cost=page.cost)
        walk = _Walk(plan(announced.more, state.parts, now, source.timezone), state.parts)
        await self._follow(walk, source, now)
        after = replace(state_after(page, state, digest, conditional=False), parts=walk.parts())
        cost = page.cost + walk.cost
        if state.parts and not (walk.has_changed or walk.found.problems):
            return Discovery(source.id, after, unchanged=True, cost=cost)
        # Each poll reads other sitemaps, so one window says nothing of the next.
        return replace(discovery(source, replace(state, window=()), after, walk.announced(source)), cost=cost)

    async def _follow(self, walk: _Walk, source: Source, now: datetime) -> None:
        while walk.queue:
            part, depth = walk.queue.popleft()
            if walk.cost.requests >= MAX_REQUESTS:
                walk.waiting.append(PartState(part.url, changed=part.changed))
                continue
            page = await self.further(part.url, now, etag=part.etag, last_modified=part.last_modified)
            walk.cost += page.cost
            if isinstance(page, Trouble):
                walk.failed(part, page.reason, source, postponed=page.postponed)
            elif page.status == 304 or digest_of([page.body]) == part.digest:
                walk.read.append(part)
            else:
                await self._read_part(walk, part, page, depth, source, now)

    async def _read_part(self, walk: _Walk, part: PartState, page: Page, depth: int, source: Source, now: datetime) -> None:
        try:
            announced = await read_aside(self.read, page, source, now)
        except SourceError as error:
            walk.failed(part, str(error), source)
            return
        if not announced.more:
            walk.take(part, page, announced)
        elif depth < MAX_DEPTH:
            walk.descend(part, plan(announced.more, walk.before, now, source.timezone), depth + 1)
        else:
            walk.failed(part, f"{part.url}: an index within an index within an index is not followed", source)


@dataclass
class _Walk:
    """What is still to be asked in one poll of an index, and what came of it so far."""

    reading: Reading
    before: tuple[PartState, ...]
    queue: deque[tuple[PartState, int]] = field(default_factory=deque)
    read: list[PartState] = field(default_factory=list)
    waiting: list[PartState] = field(default_factory=list)
    first_looks: set[str] = field(default_factory=set)
    found: Announced = field(default_factory=Announced)
    has_changed: bool = False
    cost: Cost = field(default_factory=Cost)

    def __post_init__(self) -> None:
        self._add(self.reading, 1)

    def _add(self, reading: Reading, depth: int) -> None:
        self.queue.extend((part, depth) for part in reading.asked)
        self.waiting.extend(reading.waiting)
        self.first_looks |= reading.first_looks

    def descend(self, part: PartState, reading: Reading, depth: int) -> None:
        """An index within the index: its sitemaps are asked as well."""
        self.read.append(PartState(part.url, digest=INDEX, changed=part.changed))
        self._add(reading, depth)

    def take(self, part: PartState, page: Page, announced: Announced) -> None:
        """A sitemap that changed. What an archive holds at the first look at it is not news."""
        headers = page.headers
        validators = {"etag": headers.get("etag", "")[:500], "last_modified": headers.get("last-modified", "")[:100]}
        self.read.append(replace(part, digest=digest_of([page.body]), **validators))
        if part.url not in self.first_looks:
            self.found += announced
            self.has_changed = True

    def failed(self, part: PartState, reason: str, source: Source, *, postponed: bool = False) -> None:
        """A sitemap that could not be read is asked again in the next poll; why is told once."""
        if postponed:
            self.read.append(part)
            return
        self.read.append(PartState(part.url, digest=FAILED, changed=part.changed))
        if part.digest != FAILED:
            self.found += Announced(problems=(ItemProblem(source.id, part.url, reason),))

    def parts(self) -> tuple[PartState, ...]:
        """What the next poll needs to know."""
        return remembered(self.read, self.waiting, self.before)

    def announced(self, source: Source) -> Announced:
        """All that was read, each article once, and that some sitemaps must wait."""
        entries = tuple({entry.key: entry for entry in self.found.entries}.values())
        problems = self.found.problems
        if self.waiting:
            reason = f"{len(self.waiting)} more sitemaps changed since the last poll: they are read in the next ones"
            problems += (ItemProblem(source.id, source.url, reason),)
        return replace(self.found, entries=entries, problems=problems)
