"""Polls listing pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawlers.listings.listing import mostly_new, parse_listing
from crawlers.listings.next_page import MAX_PAGES
from crawlers.pages import Announced, Page, Trouble
from crawlers.polling.outcomes import digest_of, discovery, state_after
from crawlers.reading_thread import read_aside
from crawlers.spiders.source_spider import SourceSpider
from domain.errors import SourceError
from domain.source import Cost, ItemProblem, PollResult, Source, SourceKind, SourceState


class ListingSpider(SourceSpider):
    """``scrapy crawl listing -a url=https://...``"""

    name = "listing"
    kind = SourceKind.LISTING

    def read(self, page: Page, source: Source, now: datetime) -> Announced:
        """The articles that the page links to."""
        return parse_listing(page.body, page.content_type, source, url=page.url, now=now)

    async def complete(self, page: Page, announced: Announced, source: Source, state: SourceState, now: datetime) -> PollResult:
        """The first page, and older ones: all (a few) in the first poll, later as long as what they list is new.

        The digest stays that of the first page: while it is the same, nothing is new.
        """
        cost = page.cost
        if announced.next_page and (not state.digest or mostly_new(announced.entries, state.window)):
            announced, cost = await self._older(announced, page, source, state, now)
        found = discovery(source, state, state_after(page, state, digest_of([page.body])), announced)
        return replace(found, cost=cost)

    async def _older(
        self, announced: Announced, first: Page, source: Source, state: SourceState, now: datetime
    ) -> tuple[Announced, Cost]:
        read, keys, cost = {first.url}, {entry.key for entry in announced.entries}, first.cost
        while announced.next_page not in ("", *read) and len(read) < MAX_PAGES:
            address = announced.next_page
            read.add(address)
            page = await self.further(address, now)
            cost += page.cost
            older = await self._read_older(page, address, source, now)
            new = tuple(entry for entry in older.entries if entry.key not in keys)
            keys.update(entry.key for entry in new)
            goes_on = bool(new) and (not state.digest or mostly_new(older.entries, state.window))
            announced += replace(older, entries=new, next_page=older.next_page if goes_on else "")
        if state.digest and announced.next_page not in ("", *read):
            reason = f"more than {MAX_PAGES} pages are new since the last poll: what stands on older ones may have been missed"
            announced += Announced(problems=(ItemProblem(source.id, announced.next_page, reason),))
        return announced, cost

    async def _read_older(self, page: Page | Trouble, address: str, source: Source, now: datetime) -> Announced:
        """What an older page lists; one that cannot be read is a problem, not the end."""
        if isinstance(page, Trouble):
            return Announced(problems=() if page.postponed else (ItemProblem(source.id, address, page.reason),))
        try:
            return await read_aside(self.read, page, source, now)
        except SourceError as error:
            return Announced(problems=(ItemProblem(source.id, address, str(error)),))
