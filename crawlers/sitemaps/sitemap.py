"""News sitemaps and plain ones, compressed or not, as XML or as text, and the indexes that lead to them (sitemaps.org, Google's
news extension)."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from statistics import median
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from crawlers.identity import other_keys
from crawlers.listings.listing import may_be_article
from crawlers.pages import Announced, Child
from crawlers.text import charset
from crawlers.text.dates import parse_date, plausible, zone_info
from crawlers.text.links import absolute
from crawlers.text.plain_text import title_text
from domain.addresses import canonical_url
from domain.errors import SourceUnreadable
from domain.mention import Entry
from domain.source import ItemProblem, Source

MAX_NEWS: Final = 5000
"""Articles of a news sitemap that are read in one poll (the format allows 1,000)."""
MAX_PLAIN: Final = 300
"""Addresses of a plain sitemap, newest first: the rest is the site's archive, not its news."""
RECENT: Final = timedelta(days=2)
MAX_RECENT: Final = 1000
"""Of a plain sitemap, what changed within ``RECENT`` is read beyond ``MAX_PLAIN``, up to this many."""
MAX_CHILDREN: Final = 50_000
"""Sitemaps of an index that are looked at (the format's own limit)."""
MAX_BYTES: Final = 10 * 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_CHUNK: Final = 1 << 16
_DIGITS: Final = re.compile(r"\d{3,}")
_ENDS: Final = 20


@dataclass(frozen=True, slots=True)
class _Row:
    url: str
    changed: str = ""
    title: str = ""
    published: str = ""
    is_news: bool = False


def parse_sitemap(body: bytes, source: Source, *, url: str, now: datetime | None = None, max_bytes: int = MAX_BYTES) -> Announced:
    """The articles of a sitemap, newest first where it says when they changed; in ``more`` all sitemaps that an index names.

    Raises ``SourceUnreadable`` for anything else, and for one that grows beyond ``max_bytes`` when unpacked.
    """
    moment = now or datetime.now(UTC)
    root, rows = _read(_unpacked(body, url, max_bytes), url)
    if root == "sitemapindex":
        return Announced(more=tuple(dict.fromkeys(Child(row.url, row.changed) for row in rows[:MAX_CHILDREN])))
    news = [row for row in rows if row.is_news]
    if news:
        dated = sorted(news, key=lambda row: _age_key(row.published, source.timezone, moment), reverse=True)
        return Announced(entries=_entries(dated[:MAX_NEWS], source, moment))
    return _plain([row for row in rows if may_be_article(row.url)] or rows, source, url, moment)


def moment_of(written: str, zone: str, now: datetime) -> datetime | None:
    """What a ``lastmod`` or a publication date says; the ISO form, which nearly all have, is read fast."""
    try:
        at = datetime.fromisoformat(written.strip())
    except ValueError:
        return parse_date(written, zone, now=now)
    return plausible(at if at.tzinfo else at.replace(tzinfo=zone_info(zone)), now)


def _plain(rows: Sequence[_Row], source: Source, url: str, now: datetime) -> Announced:
    """The newest addresses of a sitemap that is not of news alone."""
    if not any(row.changed for row in rows):
        return Announced(entries=_entries(_newest_undated(rows), source, now))
    keyed = sorted(((_age_key(row.changed, source.timezone, now), row) for row in rows), key=lambda pair: pair[0], reverse=True)
    recent = sum(age >= (now - RECENT).timestamp() for age, _ in keyed)
    problems: tuple[ItemProblem, ...] = ()
    if recent > MAX_RECENT:
        reason = f"{recent} addresses changed within two days: the newest {MAX_RECENT} are read, others may be missed"
        problems = (ItemProblem(source.id, url, reason),)
    chosen = [row for _, row in keyed[: max(MAX_PLAIN, min(recent, MAX_RECENT))]]
    newest = datetime.fromtimestamp(keyed[0][0], UTC) if keyed[0][0] else None
    return Announced(entries=_entries(chosen, source, now), problems=problems, changed_at=newest)


def _newest_undated(rows: Sequence[_Row]) -> list[_Row]:
    """Where no row says when it changed: the end with the higher numbers in its addresses; both ends where there are none."""
    end = max(1, min(_ENDS, len(rows) // 2))
    first, last = _number(rows[:end]), _number(rows[-end:])
    if first is None or last is None or first == last:
        half = MAX_PLAIN // 2
        return [*rows[:half], *rows[half:][-half:][::-1]]
    return list((rows if first > last else rows[::-1])[:MAX_PLAIN])


def _number(rows: Iterable[_Row]) -> float | None:
    numbers = [max(map(int, found)) for row in rows if (found := _DIGITS.findall(urlsplit(row.url)[2] + urlsplit(row.url)[3]))]
    return median(numbers) if numbers else None


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


def _read(body: bytes, url: str) -> tuple[str, list[_Row]]:
    """The root's local name and its rows; a text sitemap (one address a line) counts as a ``urlset``."""
    text = charset.without_declaration(charset.decode(body)).replace("\x00", "").lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        rows = [_Row(line) for line in map(str.strip, text.splitlines()) if canonical_url(line)]
        if rows and rows[0].url == text.split(maxsplit=1)[0]:
            return "urlset", rows
        raise SourceUnreadable(f"{url} is not XML", "correct the address, or let `rasd sources add` find the sitemap")
    reader = _Reader(url)
    data = text.encode("utf-8", "replace")
    for start in range(0, len(data), _CHUNK):
        reader.feed(data[start : start + _CHUNK])
    return reader.root, reader.rows


class _Reader:
    """Rows as they are read: no element is kept, no entity is expanded, nothing outside the document is read."""

    def __init__(self, url: str) -> None:
        self.root = ""
        self.rows: list[_Row] = []
        self._url = url
        self._parser = etree.XMLPullParser(
            events=("start", "end"),
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            recover=True,
            huge_tree=False,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )

    def feed(self, data: bytes) -> None:
        """Read on. Raises ``SourceUnreadable`` as soon as it is clear that this is no sitemap."""
        try:
            self._parser.feed(data)
        except (etree.XMLSyntaxError, ValueError) as error:
            if not self.rows:
                raise SourceUnreadable(f"{self._url} is not XML", "correct the source's address") from error
            return
        for event, element in self._parser.read_events():
            if event == "start" and not self.root:
                self._begin(element)
            elif event == "end" and _local(element) in ("url", "sitemap"):
                row = _row(element, self._url)
                self.rows.extend([row] if row else [])
                _forget(element)

    def _begin(self, element: etree._Element) -> None:
        self.root = _local(element)
        if self.root not in ("urlset", "sitemapindex"):
            raise SourceUnreadable(f"{self._url} is not a sitemap", "correct the address, or let `rasd sources add` find it")


def _forget(element: etree._Element) -> None:
    """Free a row that was read, and those before it, so that 50,000 of them cost no memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _row(element: etree._Element, base: str) -> _Row | None:
    texts: dict[str, str] = {}
    for name, text in _texts(element):
        texts.setdefault(name, text.strip())
    address = texts.get("loc", "")
    if not address.startswith(("http://", "https://")):
        address = absolute(address, base)
    if not address:
        return None
    return _Row(
        url=address,
        changed=texts.get("lastmod", "")[:40],
        title=title_text(texts.get("title", "")),
        published=texts.get("publication_date", "")[:40],
        is_news="publication_date" in texts or "news" in texts,
    )


def _texts(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Local names and texts below a ``url`` or ``sitemap`` element; those of an image, a video or another language's page are not
    the article's."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = _local(child)
        if name == "news":
            yield "news", ""
            yield from ((_local(inner), inner.text or "") for inner in child if isinstance(inner.tag, str))
        elif name in ("loc", "lastmod") and "image" not in child.tag:
            yield name, child.text or ""


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _age_key(written: str, zone: str, now: datetime) -> float:
    moment = moment_of(written, zone, now) if written else None
    return moment.timestamp() if moment else 0.0


def _entries(rows: Iterable[_Row], source: Source, now: datetime) -> tuple[Entry, ...]:
    return tuple({entry.key: entry for entry in (_entry(row, source, now) for row in rows) if entry.key}.values())


def _entry(row: _Row, source: Source, now: datetime) -> Entry:
    key = canonical_url(row.url)
    return Entry(
        key=key,
        source_id=source.id,
        outlet_id=source.outlet_id,
        url=row.url,
        channel=source.channel,
        aliases=other_keys(key, ()),
        hint_title=row.title,
        hint_published_at=moment_of(row.published, source.timezone, now) if row.published else None,
    )
