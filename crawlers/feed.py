"""RSS and Atom: a feed's bytes to complete mentions and to entries whose page is still to be fetched.

feedparser reads the XML (it never finds fewer entries than others); what it does slowly or not at all is done here: the charset
before it, links, text and dates after it.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from crawlers import charset
from crawlers.dates import parse_date, plausible
from crawlers.identity import content_hash, guid_key, other_keys
from crawlers.pages import Announced
from crawlers.plain_text import plain_text, tidy, title_text
from domain.addresses import canonical_url
from domain.errors import SourceUnreadable
from domain.language import UNKNOWN, language
from domain.mention import Entry, Mention
from domain.source import ItemProblem, Source

FULL_TEXT: Final = 200
"""Characters from which the content of an item counts as its full text."""

_CUT_SHORT: Final = re.compile(
    r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|\(\.\.\.\)|read more|continue reading|المزيد|أكمل القراءة)"
    r"[\s.\]»›>→]*$",
    re.IGNORECASE,
)
_HTML_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_FEED_ROOT: Final = re.compile(r"<(?:rss|(?:\w+:)?RDF|feed|channel|atom:feed)[\s>]", re.IGNORECASE)
_ITEM_ERRORS: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item as the feed gave it, cleaned. ``documents`` are addresses of PDF files that it carries."""

    link: str
    guid: str
    title: str
    summary: str
    content: str
    author: str
    section: str
    published_at: datetime | None
    documents: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the feed carries the item's full text, so that its page need not be fetched."""
        return len(self.content) >= FULL_TEXT and not _CUT_SHORT.search(self.content[-40:])


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A feed's items, and what could not be read."""

    items: tuple[FeedItem, ...]
    problems: tuple[ItemProblem, ...]


def parse_feed(
    body: bytes, headers: Mapping[str, str], source: Source, *, url: str = "", now: datetime | None = None
) -> Announced:
    """What a feed announces. ``url`` is where the body came from (for relative links); header names are in lower case.

    Raises ``SourceUnreadable`` for a page, garbage, or nothing. A feed without items gives an empty result.
    """
    moment = now or datetime.now(UTC)
    read = read_feed(body, headers, source, url=url or source.url, now=moment)
    return announce(read, source, moment)


def read_feed(body: bytes, headers: Mapping[str, str], source: Source, *, url: str, now: datetime) -> ReadFeed:
    """The items of a feed. Raises ``SourceUnreadable`` as ``parse_feed`` does."""
    text = charset.without_declaration(charset.decode(body, headers.get("content-type", ""))).lstrip("\ufeff \t\r\n")
    _refuse_what_is_no_feed(text, url)
    parsed = _feedparser(text, url)
    if not parsed.entries and not parsed.get("version"):
        raise SourceUnreadable(f"{url} is neither RSS nor Atom", "correct the address, or let `rasd sources add` find the feed")
    items: list[FeedItem] = []
    problems: list[ItemProblem] = []
    for number, entry in enumerate(parsed.entries, 1):
        try:
            items.append(_item(entry, url, source.timezone, now))
        except _ITEM_ERRORS as error:
            problems.append(ItemProblem(source.id, f"{url}, item {number}", f"the item cannot be read ({error!r:.200})"))
    return ReadFeed(tuple(items), tuple(problems))


def announce(read: ReadFeed, source: Source, now: datetime) -> Announced:
    """Each item as a complete mention or as an entry. An item that says nothing at all is a problem, not a mention."""
    links = [canonical_url(item.link) for item in read.items]
    shared_links = _shared(links)
    shared_guids = _shared(item.guid for item in read.items)
    mentions: list[Mention] = []
    entries: list[Entry] = []
    problems = list(read.problems)
    for number, (item, link) in enumerate(zip(read.items, links, strict=True), 1):
        if not (item.title or item.summary or item.content or item.link):
            problems.append(ItemProblem(source.id, f"{source.url}, item {number}", "the item has neither title, text nor link"))
            continue
        own_link = "" if link in shared_links else link
        key, aliases = _identity(item, own_link, source, shared_links, shared_guids)
        if item.is_complete or not own_link:
            mentions.append(_mention(item, link, key, aliases, source, now))
        else:
            entries.append(_entry(item, key, aliases, source))
    return Announced(tuple(mentions), tuple(entries), tuple(problems))


def _refuse_what_is_no_feed(text: str, url: str) -> None:
    remedy = "correct the address, or let `rasd sources add` find the feed"
    if not text.strip():
        raise SourceUnreadable(f"{url} answered with nothing instead of a feed", "it is tried again by itself")
    head = text[:4096]
    if _FEED_ROOT.search(head):
        return
    if _HTML_PAGE.search(head):
        raise SourceUnreadable(f"{url} answered with an HTML page instead of a feed", remedy)
    if "<" not in head:
        raise SourceUnreadable(f"{url} answered with something that is not a feed", remedy)


def _feedparser(text: str, url: str) -> Any:
    """feedparser without what is done here better or faster: charset, sanitising, links inside the content."""
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8"}
    if "xml:base" in text:
        # Only then does feedparser know more than the feed's own address, against which links are resolved here, faster.
        headers["content-location"] = url
    data = BytesIO(text.encode("utf-8", "replace"))
    try:
        return feedparser.parse(data, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except _ITEM_ERRORS as error:
        raise SourceUnreadable(f"{url} cannot be read as a feed ({error!r:.200})", "tell the site's owner") from error


def _item(entry: Any, base: str, zone: str, now: datetime) -> FeedItem:
    content = max((plain_text(str(part.get("value") or "")) for part in entry.get("content") or ()), key=len, default="")
    links = entry.get("links") or []
    return FeedItem(
        link=_link(entry, links, base),
        guid=tidy(str(entry.get("id") or "")),
        title=title_text(str(entry.get("title") or "")),
        summary="" if content and not entry.get("summary") else plain_text(str(entry.get("summary") or "")),
        content=content,
        author=title_text(str(entry.get("author") or "")),
        section=title_text(str(((entry.get("tags") or [{}])[0]).get("term") or "")),
        published_at=_published(entry, zone, now),
        documents=tuple(dict.fromkeys(_absolute(link.get("href") or "", base) for link in links if _is_document(link))),
    )


def _link(entry: Any, links: list[Any], base: str) -> str:
    """The address of the item's page: its link, an alternate link, or a guid that is an address."""
    alternates = [link.get("href") for link in links if link.get("rel", "alternate") == "alternate" and not _is_document(link)]
    documents = [link.get("href") for link in links if _is_document(link)]
    for candidate in (entry.get("link"), *alternates, *documents):
        address = _absolute(str(candidate or ""), base)
        if address:
            return address
    guid = str(entry.get("id") or "")
    return _absolute(guid, base) if guid.startswith(("http://", "https://")) else ""


def _absolute(link: str, base: str) -> str:
    try:
        joined = urljoin(base, link.strip()) if link.strip() else ""
        return joined if urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _is_document(link: Any) -> bool:
    path = str(link.get("href") or "").partition("#")[0].partition("?")[0]
    return "pdf" in str(link.get("type") or "").lower() or path.lower().endswith(".pdf")


def _published(entry: Any, zone: str, now: datetime) -> datetime | None:
    """The first date that the item names and that can be true: published, created, then updated."""
    for name in ("published", "created", "updated"):
        # dict's own get: feedparser's would answer one name with the other's value, and warn.
        written = str(dict.get(entry, name) or "")
        if written:
            moment = parse_date(written, zone, now=now) or _by_feedparser(dict.get(entry, f"{name}_parsed"), now)
            if moment is not None:
                return moment
    return None


def _by_feedparser(parsed: Any, now: datetime) -> datetime | None:
    return plausible(datetime.fromtimestamp(timegm(parsed), UTC), now) if parsed else None


def _shared(values: Any) -> frozenset[str]:
    """Values that several items carry: a link to the front page, a guid that is the same everywhere. No identity."""
    return frozenset(value for value, count in Counter(values).items() if value and count > 1)


def _identity(
    item: FeedItem, own_link: str, source: Source, shared_links: frozenset[str], shared_guids: frozenset[str]
) -> tuple[str, tuple[str, ...]]:
    guid = "" if item.guid in shared_guids else guid_key(item.guid, source.outlet_id)
    if own_link:
        return own_link, other_keys(own_link, (guid,))
    if guid and guid not in shared_links:
        return guid, ()
    return f"{source.outlet_id}:{content_hash(item.title, item.content or item.summary)}", ()


def _mention(item: FeedItem, link: str, key: str, aliases: tuple[str, ...], source: Source, now: datetime) -> Mention:
    text = item.content if len(item.content) >= len(item.summary) else item.summary
    found = language(f"{item.title} {text[:600]}")
    return Mention(
        key=key,
        channel=source.channel,
        source_id=source.id,
        outlet_id=source.outlet_id,
        url=item.link,
        title=item.title,
        text=text,
        fetched_at=now,
        canonical_url=link,
        aliases=aliases,
        author=item.author,
        published_at=item.published_at,
        language="" if found == UNKNOWN else found,
        section=item.section,
    )


def _entry(item: FeedItem, key: str, aliases: tuple[str, ...], source: Source) -> Entry:
    return Entry(
        key=key,
        source_id=source.id,
        outlet_id=source.outlet_id,
        url=item.link,
        channel=source.channel,
        aliases=aliases,
        hint_title=item.title,
        hint_summary=item.summary or item.content,
        hint_author=item.author,
        hint_published_at=item.published_at,
        hint_section=item.section,
    )
