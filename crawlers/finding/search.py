"""Finds a site's sources from its address: asks the pages that may lead to them, within a bound (``rasd sources add``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from crawlers.fetching.addresses_guard import require_web_address
from crawlers.finding.candidates import Candidate, Finding, Found, Reason, Way
from crawlers.finding.judge import judge
from crawlers.finding.new_source import make_source
from crawlers.finding.recognise import announced_of, candidate_of, comments_of, itself, recognised
from crawlers.finding.site_links import USUAL_SITEMAPS, FeedLink, Site, read_site, robots_sitemaps, usual_feeds
from crawlers.gather import Gatherer
from crawlers.pages import Announced, Page, Trouble, trouble_of
from crawlers.sitemaps.sitemap_index import plan
from crawlers.text.links import bare_address
from domain.errors import SourceUnreachable, SourceUnreadable
from domain.source import Cost, CrawlSettings, SourceKind

MAX_REQUESTS: Final = 60
"""Requests that a search makes at most (robots.txt and redirects not counted)."""
MAX_DOORS: Final = 3
"""Gates that are passed: refreshes, frames, a choice of language."""
_BATCH: Final = 4
"""Usual places that are tried at once, the likeliest first."""
_NAMED_SITEMAPS: Final = 4
_LOOKED_INTO: Final = 2
"""Sitemaps of an index that are read to see what it brings."""


async def find_sources(
    url: str, settings: CrawlSettings, *, gatherer: Gatherer | None = None, now: datetime | None = None
) -> Found:
    """What stands behind an address, each with the reason why it is taken or left.

    That is the address itself where it is a source (a page of reports, too); else declared feeds, those that pages of feeds list,
    usual places, sitemaps, and the page as a listing.

    An address without a scheme is asked by https, then by http. Raises ``InputError`` for what is no web address,
    ``SourceUnreachable`` and ``SourceUnreadable`` where nothing can be found.
    """
    search = _Search(gatherer or Gatherer(settings), now or datetime.now(UTC))
    found = await search.run(url.strip())
    if not found.taken:
        raise SourceUnreadable(
            f"{url} leads to no feed, sitemap, articles or reports{_left(found)}",
            "give the address of the feed or of a page that lists articles",
        )
    return found


class _Search:
    """One search: asks each address once, within a bound, and counts what it costs."""

    def __init__(self, gatherer: Gatherer, now: datetime) -> None:
        self._gatherer = gatherer
        self._now = now
        self._asked: dict[str, Page] = {}
        self.cost = Cost()

    async def run(self, url: str) -> Found:
        """Everything that is found behind an address. Raises ``SourceUnreachable`` where it does not answer."""
        first, refusal = await self._start(url)
        whole = itself(first, self._now)
        if whole is not None:
            return self._found(url, [whole], [], first, Site())
        first, site = await self._through_doors(first)
        listing = recognised(first, (SourceKind.LISTING, SourceKind.PDF_REPORT), Way.FRONT_PAGE, self._now)
        if listing is not None and listing.source.kind is SourceKind.PDF_REPORT and urlsplit(first.url).path not in ("", "/"):
            return self._found(url, [replace(listing, way=Way.ITSELF)], [], first, site)
        front = sorted(listing.keys) if listing is not None and listing.source.kind is SourceKind.LISTING else []
        candidates = await self._look_at(site.feeds, Way.LINKED)
        candidates += await self._named_sitemaps(first)
        candidates += await self._in_usual_places(first, site, front, candidates)
        candidates += [listing] if listing is not None else []
        found = self._found(url, candidates, front, first, site)
        if refusal is not None and not found.taken:
            raise SourceUnreachable(refusal.reason, refusal.remedy, retry_after=refusal.retry_after)
        return found

    def _found(self, url: str, candidates: Sequence[Candidate], front: Sequence[str], first: Page, site: Site) -> Found:
        home = urlsplit(first.url).netloc
        findings = judge(candidates, front, home, self._now)
        name = site.name or next((each.title for each in candidates if each.title), "") or home
        return Found(url, tuple(_named(finding, name, home) for finding in findings), name, self.cost)

    def _serves(self, candidates: Sequence[Candidate], front: Sequence[str], first: Page) -> bool:
        judged = judge(candidates, front, urlsplit(first.url).netloc, self._now)
        return any(finding.reason in (Reason.GENERAL, Reason.MORE) for finding in judged)

    async def _start(self, url: str) -> tuple[Page, Trouble | None]:
        """The page behind an address, and why it is refused where it is: feeds may be open to us all the same."""
        tried = [require_web_address(url if "://" in url else f"https://{url}")]
        if tried[0].startswith("https://"):
            tried.append(f"http://{tried[0].removeprefix('https://')}")
        trouble: Trouble | None = None
        for address in tried:
            page = (await self._pages([address])).get(address)
            if isinstance(page, Page):
                wrong = trouble_of(page, self._now)
                if wrong is None:
                    return page, None
                if page.status in (401, 403, 406):
                    return replace(page, body=b"", status=200), wrong
                raise SourceUnreachable(wrong.reason, wrong.remedy, retry_after=wrong.retry_after)
            trouble = trouble or page
        if trouble is not None and trouble.reason.startswith("robots.txt"):
            return Page(tried[0], 200, b""), trouble
        reason = trouble.reason if trouble else f"{url} was not asked"
        raise SourceUnreachable(reason, trouble.remedy if trouble else "", retry_after=trouble.retry_after if trouble else None)

    async def _through_doors(self, page: Page) -> tuple[Page, Site]:
        """Past gates: a page that shows no articles and declares no feeds, but refreshes, frames or offers a language."""
        site = read_site(page.body, page.content_type, page.url)
        for _ in range(MAX_DOORS):
            if (
                not site.doors
                or any(link.declared for link in site.feeds)
                or recognised(page, (SourceKind.LISTING,), Way.ITSELF, self._now)
            ):
                break
            pages = await self._pages(site.doors[:2])
            opened = [each for each in pages.values() if isinstance(each, Page) and trouble_of(each, self._now) is None]
            if not opened:
                break
            page = max(opened, key=lambda each: len(each.body))
            site = read_site(page.body, page.content_type, page.url)
        return page, site

    async def _in_usual_places(
        self, first: Page, site: Site, front: Sequence[str], known: Sequence[Candidate]
    ) -> list[Candidate]:
        """Feeds in the usual places where no feed is known that serves: the likeliest alone beside a sitemap that does, else all;
        and where nothing serves at all, sitemaps in theirs."""
        if self._serves([each for each in known if each.source.kind is SourceKind.FEED], front, first):
            return []
        places = usual_feeds(site, first.url)
        if self._serves(known, front, first):
            places = places[:_BATCH]
        found: list[Candidate] = []
        for start in range(0, len(places), _BATCH):
            found += await self._look_at([FeedLink(place) for place in places[start : start + _BATCH]], Way.USUAL_PLACE)
            if self._serves(found, front, first):
                return found
        if not self._serves([*known, *found], front, first):
            found += await self._read_sitemaps([urljoin(first.url, place) for place in USUAL_SITEMAPS], Way.USUAL_PLACE)
        return found

    async def _look_at(self, links: Sequence[FeedLink], way: Way) -> list[Candidate]:
        """A candidate for each link; a page of feeds stands for the feeds that it lists. An empty usual place needs no word."""
        labels = {link.url: link for link in links}
        pages = await self._pages([link.url for link in links if not link.is_of_comments])
        found = [comments_of(link) for link in links if link.is_of_comments and way is not Way.USUAL_PLACE]
        deeper: dict[str, FeedLink] = {}
        for asked, page in pages.items():
            link = labels.get(asked, FeedLink(asked))
            candidate = candidate_of(page, link, Way.DECLARED if link.declared else way, self._now)
            listed = (
                read_site(page.body, page.content_type, page.url).feeds if isinstance(page, Page) and candidate.failure else ()
            )
            deeper.update({each.url: each for each in listed if way is not Way.FEED_PAGE})
            if not candidate.failure or link.declared:
                found.append(candidate)
        fresh = [link for link in deeper.values() if bare_address(link.url) not in self._asked]
        return found + (await self._look_at(fresh, Way.FEED_PAGE) if fresh else [])

    async def _named_sitemaps(self, first: Page) -> list[Candidate]:
        """Sitemaps that robots.txt names, those of news first."""
        robots = urljoin(first.url, "/robots.txt")
        page = (await self._pages([robots])).get(robots)
        named = robots_sitemaps(page.body, first.url) if isinstance(page, Page) and page.status == 200 else []
        named.sort(key=lambda address: "news" not in address.lower())
        return await self._read_sitemaps(named[:_NAMED_SITEMAPS], Way.ROBOTS)

    async def _read_sitemaps(self, addresses: Sequence[str], way: Way) -> list[Candidate]:
        pages = await self._pages(addresses)
        found = [candidate_of(page, FeedLink(asked), way, self._now) for asked, page in pages.items()]
        return [await self._looked_into(each) for each in found if not each.failure]

    async def _looked_into(self, candidate: Candidate) -> Candidate:
        """An index with what its likeliest sitemaps hold."""
        announced, source = candidate.announced, candidate.source
        for _ in range(2):
            if not announced.more:
                break
            parts = plan(announced.more, (), self._now, source.timezone).asked[:_LOOKED_INTO]
            pages = (await self._pages([part.url for part in parts])).values()
            read = [announced_of(page, source, self._now) for page in pages if isinstance(page, Page)]
            announced = sum(read, Announced())
        return replace(candidate, announced=announced)

    async def _pages(self, urls: Iterable[str]) -> dict[str, Page | Trouble]:
        """Each address with its page, in order; what answered before (http or https, www or not) is not asked again."""
        wanted = list({bare_address(url): url for url in reversed([*urls]) if bare_address(url) not in self._asked}.values())[
            ::-1
        ]
        allowed = wanted[: max(0, MAX_REQUESTS - self.cost.requests)]
        got: dict[str, Page | Trouble] = {}
        async for asked, page in self._gatherer.pages(allowed):
            got[asked] = page
            self.cost += page.cost
            if isinstance(page, Page):
                self._asked[bare_address(asked)] = page
        return {url: got[url] for url in allowed if url in got}


def _named(finding: Finding, site: str, home: str) -> Finding:
    """The source with the site's name, a section's with the section's behind it; its outlet is the site, wherever it is kept."""
    candidate = finding.candidate
    label = candidate.title or candidate.label
    is_general = finding.reason in (Reason.GENERAL, Reason.ASKED, Reason.LISTING) or not label or label == site
    name = site if is_general else label if site in label else f"{site}: {label}"
    outlet = make_source(f"https://{home}/", candidate.source.kind).outlet_id
    return replace(finding, candidate=replace(candidate, source=replace(candidate.source, name=name[:200], outlet_id=outlet)))


def _left(found: Found) -> str:
    """What was found and is of no use, in short."""
    seen = [f"{finding.source.url} {finding.reason}" for finding in found.findings[:3] if finding.reason is not Reason.DEAD]
    return f" ({'; '.join(seen)})" if seen else ""
