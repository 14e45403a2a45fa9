"""News sitemaps and plain ones, compressed or not, and the indexes that lead to them (sitemaps.org, Google's news extension)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

from lxml import etree

from crawlers.dates import parse_date
from crawlers.identity import other_keys
from crawlers.pages import Announced
from crawlers.plain_text import title_text
from domain.addresses import canonical_url
from domain.errors import SourceUnreadable
from domain.mention import Entry
from domain.source import Source

MAX_NEWS: Final = 5000
"""Articles of a news sitemap that are read in one poll (the format allows 1,000)."""
MAX_PLAIN: Final = 300
"""Addresses of a plain sitemap, newest first: the rest is the site's archive, not its news."""
MAX_CHILDREN: Final = 4
"""Sitemaps of an index that are read in one poll: those that name news first, then the newest."""
MAX_BYTES: Final = 10 * 1024 * 1024
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class _Row:
    url: str
    changed: datetime | None = None
    title: str = ""
    published: datetime | None = None
    is_news: bool = False


def parse_sitemap(body: bytes, source: Source, *, url: str, now: datetime | None = None, max_bytes: int = MAX_BYTES) -> Announced:
    """The articles of a sitemap, or in ``more`` the sitemaps of an index that are worth reading.

    Raises ``SourceUnreadable`` for anything else, and for one that grows beyond ``max_bytes`` when unpacked.
    """
    moment = now or datetime.now(UTC)
    root, rows = _read(_unpacked(body, url, max_bytes), url, source.timezone, moment)
    if root == "sitemapindex":
        ordered = sorted(rows, key=lambda row: ("news" in row.url.lower(), _age_key(row.changed)), reverse=True)
        return Announced(more=tuple(row.url for row in ordered[:MAX_CHILDREN]))
    if root != "urlset":
        raise SourceUnreadable(f"{url} is not a sitemap", "correct the address, or let `rasd sources add` find it")
    news = [row for row in rows if row.is_news]
    chosen = news[:MAX_NEWS] or sorted(rows, key=lambda row: _age_key(row.changed), reverse=True)[:MAX_PLAIN]
    return Announced(entries=tuple(_entry(row, source) for row in chosen if canonical_url(row.url)))


def _unpacked(body: bytes, url: str, max_bytes: int) -> bytes:
    if not body.startswith(_GZIP):
        return body
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as packed:
            unpacked = packed.read(max_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceUnreadable(f"{url} is a damaged gzip file ({error})", "it is tried again by itself") from error
    if len(unpacked) > max_bytes:
        raise SourceUnreadable(f"{url} grows beyond {max_bytes} bytes when unpacked", "name a smaller sitemap")
    return unpacked


def _read(body: bytes, url: str, zone: str, now: datetime) -> tuple[str, list[_Row]]:
    """The root's local name and its rows. No entity is expanded and nothing outside the document is read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or not isinstance(root.tag, str):
        raise SourceUnreadable(f"{url} is not XML", "correct the address, or let `rasd sources add` find the sitemap")
    return _local(root), [row for element in root if (row := _row(element, zone, now)) is not None]


def _row(element: etree._Element, zone: str, now: datetime) -> _Row | None:
    if not isinstance(element.tag, str):
        return None
    texts = dict(_texts(element))
    address = texts.get("loc", "").strip()
    if not address:
        return None
    return _Row(
        url=address,
        changed=parse_date(texts.get("lastmod", ""), zone, now=now),
        title=title_text(texts.get("title", "")),
        published=parse_date(texts.get("publication_date", ""), zone, now=now),
        is_news="publication_date" in texts or "news" in texts,
    )


def _texts(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Local names and texts below a ``url`` or ``sitemap`` element; those of an image or a video are not the article's."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = _local(child)
        if name == "news":
            yield "news", ""
            yield from ((_local(inner), inner.text or "") for inner in child if isinstance(inner.tag, str))
        elif name in ("loc", "lastmod"):
            yield name, child.text or ""


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _age_key(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _entry(row: _Row, source: Source) -> Entry:
    key = canonical_url(row.url)
    return Entry(
        key=key,
        source_id=source.id,
        outlet_id=source.outlet_id,
        url=row.url,
        channel=source.channel,
        aliases=other_keys(key, ()),
        hint_title=row.title,
        hint_published_at=row.published,
    )
