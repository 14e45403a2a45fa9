"""Finds a site's sources from its address; shows what a source yields before it is saved (``rasd sources add``, ``check``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from crawlers.addresses_guard import require_web_address
from crawlers.feed import parse_feed
from crawlers.gather import Gatherer
from crawlers.pages import Announced, Page, Trouble, trouble_of
from crawlers.report_index import parse_reports
from crawlers.site_links import declared_feeds, robots_sitemaps
from domain.errors import SourceError, SourceUnreachable, SourceUnreadable
from domain.mention import Mention
from domain.source import CrawlSettings, Discovery, Fetched, ItemProblem, PollFailure, Source, SourceKind, SourceState

PREVIEW: Final = 5
"""Items that a check shows at most."""
_USUAL_FEEDS: Final = ("/rss", "/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/feeds/posts/default")
_USUAL_SITEMAPS: Final = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml", "/sitemap_index.xml")
_NOT_NAME: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a source yields today: the first items, or why there are none."""

    source: Source
    mentions: tuple[Mention, ...] = ()
    announced: int = 0
    """How many items the source announced in all."""
    problems: tuple[ItemProblem, ...] = ()
    failure: PollFailure | None = None


async def find_sources(url: str, settings: CrawlSettings) -> list[Source]:
    """The sources behind an address, best first: the address itself where it is one (a page of reports, too), declared feeds,
    feeds and sitemaps in the usual places, else the page as a listing.

    Raises ``InputError`` for what is no web address, ``SourceUnreachable`` and ``SourceUnreadable`` where nothing can be found.
    """
    start = require_web_address(url if "://" in url else f"https://{url}")
    gatherer = Gatherer(settings)
    first = (await _pages(gatherer, [start]))[start]
    if isinstance(first, Trouble):
        raise SourceUnreachable(first.reason, first.remedy)
    trouble = trouble_of(first, datetime.now(UTC))
    if trouble is not None:
        raise SourceUnreachable(trouble.reason, trouble.remedy, retry_after=trouble.retry_after)
    itself = _recognised(first, (SourceKind.FEED, SourceKind.SITEMAP))
    if itself is not None:
        return [itself]
    if first.is_pdf:
        return [_source(first.url, SourceKind.PDF_REPORT)]
    on_page = _recognised(first, (SourceKind.LISTING, SourceKind.PDF_REPORT))
    if on_page is not None and on_page.kind is SourceKind.PDF_REPORT and urlsplit(first.url).path not in ("", "/"):
        return [on_page]
    found = await _feeds(gatherer, first) or await _sitemaps(gatherer, first) or ([on_page] if on_page else [])
    if not found:
        raise SourceUnreadable(
            f"{start} leads to no feed, sitemap, articles or reports",
            "give the address of the feed or of a page that lists articles",
        )
    return found


async def check_source(source: Source, settings: CrawlSettings) -> Preview:
    """Polls a source as if for the first time, and reads its first five items. Nothing is stored."""
    gatherer = Gatherer(settings)
    (result,) = [each async for each in gatherer.poll([(source, SourceState())])]
    if isinstance(result, PollFailure):
        return Preview(source, failure=result)
    return await _preview(gatherer, source, result)


async def _preview(gatherer: Gatherer, source: Source, found: Discovery) -> Preview:
    mentions = list(found.mentions[:PREVIEW])
    problems = list(found.problems)
    async for result in gatherer.fetch(found.entries[: PREVIEW - len(mentions)]):
        if isinstance(result, Fetched):
            mentions.extend(result.mentions)
        else:
            problems.append(ItemProblem(source.id, result.entry.url, result.reason))
    announced = len(found.mentions) + len(found.entries)
    return Preview(source, tuple(mentions[:PREVIEW]), announced, tuple(problems))


async def _feeds(gatherer: Gatherer, first: Page) -> list[Source]:
    """Feeds that the page declares; where it declares none that can be read, those in the usual places."""
    declared = declared_feeds(first.body, first.content_type, first.url)
    for addresses in (declared, [urljoin(first.url, path) for path in _USUAL_FEEDS]):
        pages = await _pages(gatherer, addresses)
        found = [_recognised(page, (SourceKind.FEED,)) for page in map(pages.get, addresses) if isinstance(page, Page)]
        sources = _each_once(source for source in found if source is not None)
        if sources:
            return sources
    return []


async def _sitemaps(gatherer: Gatherer, first: Page) -> list[Source]:
    """Sitemaps that robots.txt names, else those in the usual places; the best one, since they overlap."""
    robots = urljoin(first.url, "/robots.txt")
    page = (await _pages(gatherer, [robots]))[robots]
    named = robots_sitemaps(page.body, first.url) if isinstance(page, Page) and page.status == 200 else []
    addresses = list(dict.fromkeys([*named, *(urljoin(first.url, path) for path in _USUAL_SITEMAPS)]))
    addresses.sort(key=lambda address: "news" not in address.lower())
    pages = await _pages(gatherer, addresses[:12])
    found = [_recognised(page, (SourceKind.SITEMAP,)) for page in map(pages.get, addresses) if isinstance(page, Page)]
    return [source for source in found if source is not None][:1]


def _recognised(page: Page, kinds: Sequence[SourceKind]) -> Source | None:
    """The page as a source of the first kind that it can be read as."""
    if trouble_of(page, datetime.now(UTC)) is not None:
        return None
    for kind in kinds:
        source = _source(page.url, kind)
        try:
            announced = _read(page, source)
        except SourceError:
            continue
        if announced.mentions or announced.entries or announced.more:
            return source
    return None


def _read(page: Page, source: Source) -> Announced:
    from crawlers.listing import parse_listing
    from crawlers.sitemap import parse_sitemap

    match source.kind:
        case SourceKind.FEED:
            return parse_feed(page.body, page.headers, source, url=page.url)
        case SourceKind.SITEMAP:
            return parse_sitemap(page.body, source, url=page.url)
        case SourceKind.LISTING:
            return parse_listing(page.body, page.content_type, source, url=page.url)
        case _:
            return parse_reports(page, source, datetime.now(UTC))


def _source(url: str, kind: SourceKind) -> Source:
    """A source with names made of its address, for the person to correct."""
    parts = urlsplit(url)
    outlet = _NOT_NAME.sub("-", parts.netloc.lower().removeprefix("www.")).strip("-")
    place = _NOT_NAME.sub("-", f"{parts.path} {parts.query}".lower()).strip("-")[:40]
    return Source(
        id="-".join(filter(None, (outlet, place or str(kind)))), kind=kind, outlet_id=outlet, name=parts.netloc, url=url
    )


def _each_once(sources: Iterable[Source]) -> list[Source]:
    return list({source.url: source for source in sources}.values())


async def _pages(gatherer: Gatherer, urls: Sequence[str]) -> dict[str, Page | Trouble]:
    return {asked: page async for asked, page in gatherer.pages(urls)}
