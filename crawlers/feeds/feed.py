"""RSS, Atom and JSON feeds: a feed's bytes to complete mentions and to entries whose page is still to be fetched.

feedparser reads the XML (it never finds fewer entries than others); what it does slowly or not at all is done around it: the
charset before it, links, text and dates after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from crawlers.feeds.feed_item import FULL_TEXT, FeedItem, item_of_entry
from crawlers.feeds.feed_links import is_front_page
from crawlers.feeds.feed_reader import MAX_PROBLEMS, Parsed, count_of_entries, parse_entries, without_impossible
from crawlers.feeds.json_feed import is_json, parse_json_feed
from crawlers.identity import content_hash, guid_key, other_keys
from crawlers.pages import Announced
from crawlers.text import charset
from domain.addresses import canonical_url
from domain.errors import SourceUnreadable
from domain.language import UNKNOWN, language
from domain.mention import Entry, Mention
from domain.source import ItemProblem, Source

__all__ = ["FULL_TEXT", "FeedItem", "ReadFeed", "announce", "parse_feed", "read_feed"]

_HTML_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_FEED_ROOT: Final = re.compile(r"<(?:rss|(?:\w+:)?RDF|(?:\w+:)?feed|channel)[\s>]", re.IGNORECASE)
_REMEDY: Final = "correct the address, or let `rasd sources add` find the feed"


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
    content_type = headers.get("content-type", "")
    text = without_impossible(charset.decode(body, content_type)).lstrip("\ufeff \t\r\n")
    if not text:
        raise SourceUnreadable(f"{url} answered with nothing instead of a feed", "it is tried again by itself")
    if is_json(text, content_type):
        parsed = parse_json_feed(text, url, source.timezone, now)
    else:
        parsed = _parse_xml(text, body, source, url, now)
    if not parsed.seen and not parsed.version:
        raise SourceUnreadable(f"{url} is neither RSS, Atom nor a JSON feed", _REMEDY)
    problems = [ItemProblem(source.id, f"{url}, item {number}", reason) for number, reason in parsed.faults]
    return ReadFeed(parsed.items, tuple(problems))


def _parse_xml(text: str, body: bytes, source: Source, url: str, now: datetime) -> Parsed[FeedItem]:
    """The items; where they are fewer than the text begins, the charset may be to blame: feedparser's guess is tried too."""
    begun = count_of_entries(text)
    if not begun:
        _refuse_what_is_no_feed(text, url)
    make = partial(item_of_entry, base=url, zone=source.timezone, now=now)
    base = url if "base=" in text else ""
    parsed = parse_entries(text, base, make)
    if parsed.seen < begun:
        otherwise = without_impossible(charset.as_feedparser_would(body))
        if otherwise != text:
            parsed = max(parsed, parse_entries(otherwise, base, make), key=lambda each: each.seen)
    return parsed


def _refuse_what_is_no_feed(text: str, url: str) -> None:
    if _FEED_ROOT.search(text):
        return
    if _HTML_PAGE.search(text[:4096]):
        raise SourceUnreadable(f"{url} answered with an HTML page instead of a feed", _REMEDY)
    raise SourceUnreadable(f"{url} answered with something that is not a feed", _REMEDY)


def announce(read: ReadFeed, source: Source, now: datetime) -> Announced:
    """Each item as a complete mention or as an entry. An item that says nothing at all is a problem, not a mention."""
    links = [canonical_url(item.link) for item in read.items]
    shared_links = _shared(links, read.items)
    shared_guids = _shared([item.guid for item in read.items], read.items)
    mentions: list[Mention] = []
    entries: list[Entry] = []
    empty: list[int] = []
    all_links = frozenset(links)
    for number, (item, link) in enumerate(zip(read.items, links, strict=True), 1):
        if not (item.title or item.summary or item.content or item.link):
            empty.append(number)
            continue
        own_link = "" if link in shared_links or is_front_page(link) else link
        guid = "" if item.guid in shared_guids else guid_key(item.guid, source.outlet_id)
        key, aliases = _identity(item, own_link, "" if guid in all_links else guid, source)
        if item.is_complete or not own_link:
            mentions.append(_mention(item, link, key, aliases, source, now))
        else:
            entries.append(_entry(item, key, aliases, source))
    return Announced(tuple(mentions), tuple(entries), (*read.problems, *_empty(empty, source)))


def _empty(numbers: Sequence[int], source: Source) -> Iterator[ItemProblem]:
    """A problem for each item without anything; those beyond the first are counted in one."""
    named, more = numbers[:MAX_PROBLEMS], len(numbers) - MAX_PROBLEMS
    for number in named:
        yield ItemProblem(source.id, f"{source.url}, item {number}", "the item has neither title, text nor link")
    if more > 0:
        yield ItemProblem(source.id, source.url, f"{more} items more have neither title, text nor link")


def _shared(values: Sequence[str], items: Sequence[FeedItem]) -> frozenset[str]:
    """Values that different items carry: a link to the front page, a guid that is the same everywhere. No identity.

    What the feed lists twice (in two sections, say) is one item: the same link, title and summary.
    """
    first: dict[str, FeedItem] = {}
    shared: set[str] = set()
    for value, item in zip(values, items, strict=True):
        other = first.setdefault(value, item)
        if value and (item.link, item.title, item.summary) != (other.link, other.title, other.summary):
            shared.add(value)
    return frozenset(shared)


def _identity(item: FeedItem, own_link: str, guid: str, source: Source) -> tuple[str, tuple[str, ...]]:
    if own_link:
        return own_link, other_keys(own_link, (guid,))
    if guid:
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
        image_url=item.image,
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
