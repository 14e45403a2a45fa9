"""Finds a site's sources from its address; shows what a source yields before it is saved (``rasd sources add``, ``check``)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from crawlers.addresses_guard import require_web_address
from crawlers.feed import parse_feed
from crawlers.finding import Candidate, Finding, Found, Reason, Way, judge
from crawlers.gather import Gatherer
from crawlers.listing import parse_listing
from crawlers.pages import Announced, Page, Trouble, trouble_of
from crawlers.plain_text import title_text
from crawlers.report_index import parse_reports
from crawlers.site_links import USUAL_SITEMAPS, FeedLink, Site, read_site, robots_sitemaps, usual_feeds
from crawlers.sitemap import parse_sitemap
from crawlers.sitemap_index import plan
from domain.errors import SourceError, SourceUnreachable, SourceUnreadable
from domain.mention import Mention
from domain.source import Cost, CrawlSettings, Discovery, Fetched, ItemProblem, PollFailure, Source, SourceKind, SourceState

PREVIEW: Final = 5
"""Items that a check shows at most."""
MAX_REQUESTS: Final = 60
"""Requests that a search makes at most (robots.txt and redirects not counted)."""
MAX_DOORS: Final = 3
"""Gates that are passed: refreshes, frames, a choice of language."""
_BATCH: Final = 4
"""Usual places that are tried at once, the likeliest first."""
_NAMED_SITEMAPS: Final = 4
_LOOKED_INTO: Final = 2
"""Sitemaps of an index that are read to see what it brings."""
_NOT_NAME: Final = re.compile(r"[^a-z0-9]+")
_SOUND: Final = re.compile(rb"""<enclosure\b[^<>]{0,1000}?\btype\s*=\s*["'](?:audio|video)/""", re.IGNORECASE)
_ITEMS: Final = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_OWN_TITLE: Final = re.compile(
    rb"<title[^<>]{0,200}>\s*(?:<!\[CDATA\[)?(.{0,300}?)(?:\]\]>)?\s*</title>", re.IGNORECASE | re.DOTALL
)
_SEARCHED: Final = (SourceKind.FEED, SourceKind.SITEMAP)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a source yields today: the first items, or why there are none."""

    source: Source
    mentions: tuple[Mention, ...] = ()
    announced: int = 0
    """How many items the source announced in all."""
    problems: tuple[ItemProblem, ...] = ()
    failure: PollFailure | None = None
    cost: Cost = field(default_factory=Cost)


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


async def preview_of(
    found: Found, settings: CrawlSettings, sources: Sequence[Source] = (), *, gatherer: Gatherer | None = None
) -> list[Preview]:
    """Five items in all of the taken sources (or of ``sources``), read as they will be; the first source gives most."""
    wanted = {source.id for source in sources or found.sources}
    chosen = [finding for finding in found.findings if finding.source.id in wanted]
    gatherer = gatherer or Gatherer(settings)
    previews = []
    for place, finding in enumerate(chosen):
        share = PREVIEW // max(1, len(chosen)) + (PREVIEW % max(1, len(chosen)) if place == 0 else 0)
        previews.append(await _preview(gatherer, finding.source, finding.candidate.announced, share))
    return previews


async def check_source(source: Source, settings: CrawlSettings) -> Preview:
    """Polls a source as if for the first time, and reads its first five items. Nothing is stored."""
    gatherer = Gatherer(settings)
    (result,) = [each async for each in gatherer.poll([(source, SourceState())])]
    if isinstance(result, PollFailure):
        return Preview(source, failure=result, cost=result.cost)
    preview = await _preview(gatherer, source, _announced_of(result), PREVIEW)
    return replace(preview, cost=preview.cost + result.cost)


def make_source(url: str, kind: SourceKind) -> Source:
    """A source with names made of its address, for the person to correct. The same address always gives the same id."""
    parts = urlsplit(url)
    outlet = _NOT_NAME.sub("-", parts.netloc.lower().removeprefix("www.")).strip("-")
    place = f"{parts.path} {parts.query}".strip("/ ").lower()
    slug = _NOT_NAME.sub("-", place).strip("-")[:40].strip("-")
    if len(_NOT_NAME.sub("-", place).strip("-")) > 40 or not place.isascii() or "%" in place:
        slug = f"{slug}-{hashlib.blake2s(url.encode('utf-8', 'surrogatepass'), digest_size=3).hexdigest()}".strip("-")
    return Source(id="-".join(filter(None, (outlet, slug or str(kind)))), kind=kind, outlet_id=outlet, name=parts.netloc, url=url)


def _announced_of(result: Discovery) -> Announced:
    return Announced(result.mentions, result.entries, result.problems)


async def _preview(gatherer: Gatherer, source: Source, announced: Announced, share: int) -> Preview:
    problems = list(announced.problems)
    cost = Cost()
    wanted = announced.entries[: max(0, share - len(announced.mentions))]
    fetched: dict[str, tuple[Mention, ...]] = {}
    gatherer.remember([source])
    async for result in gatherer.fetch(wanted):
        cost += result.cost
        if isinstance(result, Fetched):
            fetched[result.entry.key] = result.mentions
        else:
            problems.append(ItemProblem(source.id, result.entry.url, result.reason))
    mentions = [*announced.mentions[:share], *(each for entry in wanted for each in fetched.get(entry.key, ()))]
    size = len(announced.mentions) + len(announced.entries)
    return Preview(source, tuple(mentions[:share]), size, tuple(problems), cost=cost)


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
        itself = self._itself(first)
        if itself is not None:
            return self._found(url, [itself], [], first, Site())
        first, site = await self._through_doors(first)
        listing = self._recognised(first, (SourceKind.LISTING, SourceKind.PDF_REPORT), Way.FRONT_PAGE)
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
                or self._recognised(page, (SourceKind.LISTING,), Way.ITSELF)
            ):
                break
            pages = await self._pages(site.doors[:2])
            opened = [each for each in pages.values() if isinstance(each, Page) and trouble_of(each, self._now) is None]
            if not opened:
                break
            page = max(opened, key=lambda each: len(each.body))
            site = read_site(page.body, page.content_type, page.url)
        return page, site

    def _itself(self, page: Page) -> Candidate | None:
        """The page where it is a feed, a sitemap or a report."""
        if page.is_pdf:
            return Candidate(make_source(page.url, SourceKind.PDF_REPORT), Way.ITSELF, self._read_as(page, SourceKind.PDF_REPORT))
        return self._recognised(page, _SEARCHED, Way.ITSELF)

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
        found = [self._of_comments(link) for link in links if link.is_of_comments and way is not Way.USUAL_PLACE]
        deeper: dict[str, FeedLink] = {}
        for asked, page in pages.items():
            link = labels.get(asked, FeedLink(asked))
            candidate = self._candidate(page, link, Way.DECLARED if link.declared else way)
            listed = (
                read_site(page.body, page.content_type, page.url).feeds if isinstance(page, Page) and candidate.failure else ()
            )
            deeper.update({each.url: each for each in listed if way is not Way.FEED_PAGE})
            if not candidate.failure or link.declared:
                found.append(candidate)
        fresh = [link for link in deeper.values() if _bare(link.url) not in self._asked]
        return found + (await self._look_at(fresh, Way.FEED_PAGE) if fresh else [])

    def _of_comments(self, link: FeedLink) -> Candidate:
        source = make_source(link.url, SourceKind.FEED)
        way = Way.DECLARED if link.declared else Way.LINKED
        return Candidate(source, way, label=link.label, is_of_comments=True)

    def _candidate(self, page: Page | Trouble, link: FeedLink, way: Way) -> Candidate:
        if isinstance(page, Trouble):
            return Candidate(make_source(link.url, SourceKind.FEED), way, label=link.label, failure=page.reason)
        trouble = trouble_of(page, self._now)
        if trouble is not None:
            return Candidate(make_source(link.url, SourceKind.FEED), way, label=link.label, failure=trouble.reason)
        read = self._recognised(page, _SEARCHED, way, keep_empty=True)
        if read is None:
            return Candidate(make_source(link.url, SourceKind.FEED), way, label=link.label, failure="it is no feed")
        return replace(read, label=link.label)

    async def _named_sitemaps(self, first: Page) -> list[Candidate]:
        """Sitemaps that robots.txt names, those of news first."""
        robots = urljoin(first.url, "/robots.txt")
        page = (await self._pages([robots])).get(robots)
        named = robots_sitemaps(page.body, first.url) if isinstance(page, Page) and page.status == 200 else []
        named.sort(key=lambda address: "news" not in address.lower())
        return await self._read_sitemaps(named[:_NAMED_SITEMAPS], Way.ROBOTS)

    async def _read_sitemaps(self, addresses: Sequence[str], way: Way) -> list[Candidate]:
        pages = await self._pages(addresses)
        found = [self._candidate(page, FeedLink(asked), way) for asked, page in pages.items()]
        return [await self._looked_into(each) for each in found if not each.failure]

    async def _looked_into(self, candidate: Candidate) -> Candidate:
        """An index with what its likeliest sitemaps hold."""
        announced, source = candidate.announced, candidate.source
        for _ in range(2):
            if not announced.more:
                break
            parts = plan(announced.more, (), self._now, source.timezone).asked[:_LOOKED_INTO]
            pages = (await self._pages([part.url for part in parts])).values()
            read = [self._read_as(page, SourceKind.SITEMAP, source) for page in pages if isinstance(page, Page)]
            announced = sum(read, Announced())
        return replace(candidate, announced=announced)

    def _recognised(self, page: Page, kinds: Iterable[SourceKind], way: Way, *, keep_empty: bool = False) -> Candidate | None:
        """The page as a source of the first kind that it can be read as."""
        if trouble_of(page, self._now) is not None:
            return None
        for kind in kinds:
            source = make_source(page.url, kind)
            try:
                announced = _read(page, source, self._now)
            except SourceError:
                continue
            if keep_empty or announced.mentions or announced.entries or announced.more:
                is_feed = kind is SourceKind.FEED
                return Candidate(
                    source, way, announced, title=_own_title(page) if is_feed else "", has_sound=is_feed and _has_sound(page.body)
                )
        return None

    def _read_as(self, page: Page, kind: SourceKind, source: Source | None = None) -> Announced:
        try:
            return (
                _read(page, source or make_source(page.url, kind), self._now)
                if trouble_of(page, self._now) is None
                else Announced()
            )
        except SourceError:
            return Announced()

    async def _pages(self, urls: Iterable[str]) -> dict[str, Page | Trouble]:
        """Each address with its page, in order; what answered before (http or https, www or not) is not asked again."""
        wanted = list({_bare(url): url for url in reversed([*urls]) if _bare(url) not in self._asked}.values())[::-1]
        allowed = wanted[: max(0, MAX_REQUESTS - self.cost.requests)]
        got: dict[str, Page | Trouble] = {}
        async for asked, page in self._gatherer.pages(allowed):
            got[asked] = page
            self.cost += page.cost
            if isinstance(page, Page):
                self._asked[_bare(asked)] = page
        return {url: got[url] for url in allowed if url in got}


def _read(page: Page, source: Source, now: datetime) -> Announced:
    match source.kind:
        case SourceKind.FEED:
            return parse_feed(page.body, page.headers, source, url=page.url, now=now)
        case SourceKind.SITEMAP:
            return parse_sitemap(page.body, source, url=page.url, now=now)
        case SourceKind.LISTING:
            return parse_listing(page.body, page.content_type, source, url=page.url, now=now)
        case _:
            return parse_reports(page, source, now)


def _named(finding: Finding, site: str, home: str) -> Finding:
    """The source with the site's name, a section's with the section's behind it; its outlet is the site, wherever it is kept."""
    candidate = finding.candidate
    label = candidate.title or candidate.label
    is_general = finding.reason in (Reason.GENERAL, Reason.ASKED, Reason.LISTING) or not label or label == site
    name = site if is_general else label if site in label else f"{site}: {label}"
    outlet = make_source(f"https://{home}/", candidate.source.kind).outlet_id
    return replace(finding, candidate=replace(candidate, source=replace(candidate.source, name=name[:200], outlet_id=outlet)))


def _has_sound(body: bytes) -> bool:
    return len(_SOUND.findall(body)) * 2 > len(_ITEMS.findall(body)) > 0


def _own_title(page: Page) -> str:
    """A feed's title: the first one in it."""
    from crawlers import charset

    found = _OWN_TITLE.search(charset.decode(page.body[:20_000], page.content_type).encode("utf-8", "replace"))
    return title_text(found[1].decode("utf-8", "replace")) if found else ""


def _left(found: Found) -> str:
    """What was found and is of no use, in short."""
    seen = [f"{finding.source.url} {finding.reason}" for finding in found.findings[:3] if finding.reason is not Reason.DEAD]
    return f" ({'; '.join(seen)})" if seen else ""


def _bare(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", url.partition("#")[0], flags=re.IGNORECASE).rstrip("/")
