"""What a site says of its own feeds and sitemaps: link tags, links that look like feeds, the usual places of its software, and
robots.txt; and where a page that is only a gate leads. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import lxml.html

from crawlers.text.links import absolute
from crawlers.text.page_tree import base_of, page_text, tree_of
from crawlers.text.plain_text import title_text, visible
from domain.errors import SourceUnreadable

MAX_FEEDS: Final = 40
"""Feeds of one page that are looked at."""

_FEED_TYPE: Final = re.compile(r"(?:rss|atom|rdf|feed)\b|^(?:text|application)/xml$", re.IGNORECASE)
_LOOKS_LIKE_FEED: Final = re.compile(
    r"^feed:|(?:[/=._-]|\b)(?:rss\d?|feeds?|atom|rssfeeds?|xmlfeed)(?:/|[._-][a-z]|$|[?&#]|/\d+)|[?&](?:feed|format)=(?:rss|feed|atom)",
    re.IGNORECASE,
)
_FEED_HOST: Final = re.compile(r"^(?:feeds?\.|rss\.|feedproxy\.)|feedburner\.com$", re.IGNORECASE)
_SAYS_FEED: Final = re.compile(r"\brss\b|\batom\b|خلاصات|خلاصة\s+(?:الموقع|الأخبار)|آر\s*إس\s*إس|ار\s*اس\s*اس", re.IGNORECASE)
_NO_FEED: Final = re.compile(
    r"oembed|wp-json|xmlrpc|opensearch|\.(?:css|js|png|jpe?g|gif|svg|ico|pdf)(?:$|\?)|//(?:www\.)?(?:facebook|twitter|x|feedly|netvibes|inoreader)\.com",
    re.IGNORECASE,
)
_COMMENTS: Final = re.compile(
    r"/comments?(?:/|$|\.)|comments?[-_/]?(?:feed|rss|default)|feed=(?:comments|rss2?-comments|comments-rss2?)|withcomments",
    re.IGNORECASE,
)
_SITEMAP: Final = re.compile(r"^[ \t]*site-?map[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_SCRIPTED_MOVE: Final = re.compile(
    r"""(?:window\.|document\.|top\.|self\.)?location(?:\.href|\.replace|\.assign)?\s*(?:=|\()\s*["']([^"'\s]{1,500})["']"""
)
_REFRESH: Final = re.compile(r"""^\s*(\d{0,4})\s*[;,]?\s*(?:url\s*=)?\s*["']?([^"'\s]+)""", re.IGNORECASE)
_ARABIC_DOOR: Final = re.compile(
    r"^(?:العربية|عربي|بالعربية|النسخة العربية|اللغة العربية|arabic|ar|دخول(?: الموقع)?|enter)$", re.IGNORECASE
)
_TITLE_PARTS: Final = re.compile(r"\s+[|–—»«:/-]+\s*|\s*[|»«]\s*")
_HOME_WORDS: Final = frozenset({"الرئيسية", "الصفحة الرئيسية", "home", "homepage", "الرئيسيه", "welcome", "index"})
_GATE_TEXT: Final = 600
"""Characters of visible text below which a page with a scripted move is nothing but a gate."""

_SOFTWARE: Final = (
    ("wordpress", ("wp-content", "wp-includes", 'content="wordpress')),
    ("blogger", ('content="blogger', ".blogger.com/", "blogspot.com")),
    ("drupal", ('content="drupal', "/sites/default/files", "drupal-settings-json", "drupal.settings")),
    ("joomla", ('content="joomla', "/media/jui/", "/components/com_", "option=com_")),
    ("ghost", ('content="ghost',)),
    ("wix", ("static.wixstatic.com", "wix.com website builder")),
    ("squarespace", ("squarespace.com",)),
    ("aspnet", ("__viewstate", ".aspx")),
)
_PLACES_OF: Final = {
    "wordpress": ("/feed/", "/?feed=rss2"),
    "blogger": ("/feeds/posts/default", "/feeds/posts/default?alt=rss"),
    "drupal": ("/rss.xml",),
    "joomla": ("/?format=feed&type=rss", "/index.php?format=feed&type=rss"),
    "ghost": ("/rss/",),
    "wix": ("/blog-feed.xml",),
    "squarespace": ("/?format=rss", "/blog?format=rss"),
    "aspnet": ("/rss.aspx", "/rss/rss.aspx", "/rssfeed.aspx", "/feed.aspx", "/rss.ashx"),
}
_USUAL_FEEDS: Final = (
    *("/rss", "/feed", "/rss.xml", "/feed.xml", "/feeds/posts/default", "/atom.xml", "/index.xml", "/feed.json"),
    *("/rss.aspx", "/rss.php", "/rss/all", "/rss/latest", "/?format=feed&type=rss", "/ar/rss", "/ar/feed", "/ar/rss.xml"),
)
USUAL_SITEMAPS: Final = (
    *("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/googlenews.xml", "/sitemap/news.xml"),
    *(
        "/sitemap.xml",
        "/sitemap_index.xml",
        "/wp-sitemap.xml",
        "/sitemap.xml.gz",
        "/sitemap.txt",
        "/sitemap.aspx",
        "/ar/sitemap.xml",
    ),
)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A link that may lead to a feed, or to a page that lists feeds. ``label`` is what it says; ``declared``: in a link tag."""

    url: str
    label: str = ""
    declared: bool = False

    @property
    def is_of_comments(self) -> bool:
        """Whether the address says that the feed holds readers' comments."""
        return bool(_COMMENTS.search(self.url))


@dataclass(frozen=True, slots=True)
class Site:
    """What one page says of its site. ``doors`` are where a page leads that is only a gate: a refresh, frames, a language."""

    name: str = ""
    feeds: tuple[FeedLink, ...] = ()
    software: str = ""
    doors: tuple[str, ...] = ()


def read_site(body: bytes, content_type: str, url: str) -> Site:
    """The feeds that a page declares and links to, the site's name and software. A page that is none says nothing."""
    text = page_text(body, content_type)
    try:
        root = tree_of(text, url)
    except SourceUnreadable:
        return Site()
    base = base_of(root, url)
    links = {link.url: link for link in reversed([*_alternates(root, base), *_links(root, base)]) if link.url}
    feeds = tuple(link for link in reversed(links.values()) if not _NO_FEED.search(link.url))
    return Site(
        _name(root), feeds[:MAX_FEEDS], _software(text), tuple(dict.fromkeys(filter(None, _doors(root, text, base, url))))
    )


def usual_feeds(site: Site, url: str) -> list[str]:
    """Where feeds usually are: the places of the site's software first, below the page's own language too."""
    folder = "/" + urlsplit(url).path.strip("/").split("/")[0] if urlsplit(url).path.strip("/") else ""
    own = _PLACES_OF.get(site.software, ())
    below = (
        [f"{folder}{place}" for place in (*own, "/rss", "/feed", "/rss.xml")]
        if re.fullmatch(r"/[a-z]{2}(?:-[a-z]{2})?", folder)
        else []
    )
    return list(dict.fromkeys(urljoin(url, place) for place in (*own, *below, *_USUAL_FEEDS)))


def robots_sitemaps(body: bytes, url: str) -> list[str]:
    """Addresses on ``Sitemap:`` lines of a robots.txt."""
    text = body[:500_000].decode("utf-8-sig", "replace")
    return list(dict.fromkeys(address for line in _SITEMAP.findall(text) if (address := _absolute(line, url))))


def _alternates(root: lxml.html.HtmlElement, base: str) -> Iterator[FeedLink]:
    """Link tags, also those with a wrong type or none whose address looks like a feed's."""
    for link in root.iter("link"):
        rels = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").lower().split(";")[0].strip()
        href = link.get("href") or ""
        is_feed = bool(_FEED_TYPE.search(kind)) or (
            bool(_LOOKS_LIKE_FEED.search(href)) and kind in ("", "text/html", "text/plain", "application/json")
        )
        if ("alternate" in rels or "feed" in rels) and is_feed and not (link.get("hreflang") and not _FEED_TYPE.search(kind)):
            yield FeedLink(_absolute(href, base), title_text(link.get("title") or ""), declared=True)


def _links(root: lxml.html.HtmlElement, base: str) -> Iterator[FeedLink]:
    """Links whose address or text speaks of a feed, wherever on the page."""
    for anchor in root.iter("a", "area"):
        href = anchor.get("href") or ""
        says = " ".join(
            (visible(anchor)[:80], anchor.get("title") or "", anchor.get("aria-label") or "", anchor.get("class") or "")
        )
        address = _absolute(href, base)
        if address and (_LOOKS_LIKE_FEED.search(href) or _FEED_HOST.search(urlsplit(address).netloc) or _SAYS_FEED.search(says)):
            yield FeedLink(address, title_text(visible(anchor) or anchor.get("title") or ""))


def _doors(root: lxml.html.HtmlElement, text: str, base: str, url: str) -> Iterator[str]:
    for meta in root.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.match(meta.get("content") or "")
            address = _absolute(found[2], base) if found else ""
            if address.partition("#")[0].rstrip("/") != url.rstrip("/"):
                yield address
    for frame in root.iter("frame", "iframe") if root.find(".//frameset") is not None else ():
        yield _absolute(frame.get("src") or "", base)
    if len(visible(root)) < _GATE_TEXT + len("".join(root.xpath("//script/text()"))):
        yield from (_absolute(found, base) for found in _SCRIPTED_MOVE.findall(text)[:2])
    for anchor in root.iter("a"):
        if (anchor.get("hreflang") or "").lower().startswith("ar") or _ARABIC_DOOR.match(visible(anchor)):
            yield _absolute(anchor.get("href") or "", base)


def _name(root: lxml.html.HtmlElement) -> str:
    """What the site calls itself: its OpenGraph name, else the part of the title that is not «الرئيسية»."""
    for place in ("//meta[@property='og:site_name']/@content", "//meta[@name='application-name']/@content"):
        stated = title_text(str(next(iter(root.xpath(place)), "")))
        if stated:
            return stated
    title = title_text(str(root.findtext(".//title") or ""))
    parts = [part.strip() for part in _TITLE_PARTS.split(title) if part and part.strip().lower() not in _HOME_WORDS]
    return parts[0] if parts else ""


def _software(text: str) -> str:
    lowered = text[:200_000].lower().replace("'", '"')
    return next((name for name, signs in _SOFTWARE if any(sign in lowered for sign in signs)), "")


def _absolute(link: str, base: str) -> str:
    """A link's address; ``feed:`` links lead to the address behind them."""
    link = re.sub(r"^feed:(?://)?(?=https?:)|^feed:(?=//)", "", link.strip(), flags=re.IGNORECASE)
    link = re.sub(r"^feed://", "http://", link, flags=re.IGNORECASE)
    return "" if link.startswith("#") else absolute(link.rstrip("?#"), base)
