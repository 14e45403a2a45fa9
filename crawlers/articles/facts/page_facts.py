"""What a page states of itself for machines: JSON-LD, OpenGraph, meta tags, microdata, and the few places people read."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import lxml.html

from crawlers.articles.facts.byline import author_on_page, plain_author
from crawlers.articles.facts.copies import copies, is_copy
from crawlers.articles.facts.headline import heading_of, headline
from crawlers.articles.facts.lead_image import image_addresses, lead_image
from crawlers.articles.facts.stated import stated_article
from crawlers.text.plain_text import visible

_DATE_NAMES: Final = (
    *(
        "article:published_time",
        "datepublished",
        "publish-date",
        "publishdate",
        "pubdate",
        "publication_date",
        "parsely-pub-date",
    ),
    *("dc.date.issued", "dcterms.date", "dc.date", "sailthru.date", "date", "og:published_time"),
)
_IMAGE_NAMES: Final = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "image")
_DATED: Final = "//*[contains(@class, 'date') or contains(@class, 'time') or contains(@class, 'publish')]"
_DATE_LENGTH: Final = 80
"""Characters of a line that may be a date."""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Raw strings, best first where there are several."""

    title: str = ""
    author: str = ""
    section: str = ""
    sites: tuple[str, ...] = ()
    """Names of the outlet."""
    language: str = ""
    description: str = ""
    body: str = ""
    dates: tuple[str, ...] = ()
    """Stated for machines."""
    seen_dates: tuple[str, ...] = ()
    """Found in what people read: weaker."""
    canonical: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    """Canonical addresses of AMP and mobile copies."""
    is_copy: bool = False
    """Whether the page is an AMP copy itself."""
    image: str = ""
    """Absolute address of the article's picture."""
    tier: str = ""
    """What the publisher says of who may read it (``article:content_tier``)."""
    is_free: bool = True
    """False where the publisher states that the article is not (``isAccessibleForFree``)."""
    paid_parts: tuple[str, ...] = ()
    """CSS selectors of the parts that are not."""


def read_facts(root: lxml.html.HtmlElement, url: str = "") -> PageFacts:
    """What the page at ``url`` states. Missing facts are empty."""
    meta = _meta(root)
    stated = stated_article(root)
    title = _title(root, meta, stated)
    beside = tuple(_beside_headline(root, title))
    return PageFacts(
        title=title,
        author=_author(root, meta, stated, beside),
        section=_first(_names(stated.get("articleSection")), meta.get("article:section"), meta.get("section")),
        sites=_sites(meta, stated),
        language=_first(_string(stated.get("inLanguage")), root.get("lang"), meta.get("og:locale"), meta.get("language")),
        description=_first(meta.get("og:description"), meta.get("description")),
        body=_string(stated.get("articleBody")),
        dates=tuple(filter(None, _dates(root, meta, stated))),
        seen_dates=tuple(filter(None, _seen_dates(root, beside))),
        canonical=tuple(filter(None, _canonical(root, meta, stated))),
        copies=copies(root, url),
        is_copy=is_copy(root),
        image=_image(root, meta, stated, url),
        tier=meta.get("article:content_tier", "").lower(),
        is_free=not _is_false(stated.get("isAccessibleForFree")),
        paid_parts=tuple(_paid_parts(stated.get("hasPart"))),
    )


def _meta(root: lxml.html.HtmlElement) -> dict[str, str]:
    """Meta tags by lower-case name; the first of each counts."""
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        content = (tag.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    return found


def _title(root: lxml.html.HtmlElement, meta: dict[str, str], stated: dict[str, Any]) -> str:
    whole = _first(_string(stated.get("headline")), meta.get("og:title"), meta.get("twitter:title"))
    return headline(root, whole, _sites(meta, stated))


def _sites(meta: dict[str, str], stated: dict[str, Any]) -> tuple[str, ...]:
    """Names of the outlet, as far as the page states them."""
    named = (meta.get("og:site_name", ""), meta.get("application-name", ""), _names(stated.get("publisher")))
    return tuple(filter(None, named))


def _author(root: lxml.html.HtmlElement, meta: dict[str, str], stated: dict[str, Any], beside: tuple[str, ...]) -> str:
    named = _first(_names(stated.get("author")), _not_address(meta.get("author")), _not_address(meta.get("article:author")))
    if named:
        return plain_author(named)
    known = (*_sites(meta, stated), _names(stated.get("articleSection")), meta.get("article:section", ""))
    return author_on_page(root, beside, known)


def _image(root: lxml.html.HtmlElement, meta: dict[str, str], stated: dict[str, Any], url: str) -> str:
    publisher = stated.get("publisher")
    logos = image_addresses(publisher.get("logo")) if isinstance(publisher, dict) else ()
    named = [*image_addresses(stated.get("image")), *(meta.get(name, "") for name in _IMAGE_NAMES)]
    named += [str(link) for link in root.xpath("//link[@rel='image_src']/@href")]
    named += [*image_addresses(stated.get("thumbnailUrl"))]
    return lead_image(filter(None, named), url, logos)


def _is_false(value: Any) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower().rpartition("/")[2] == "false")


def _paid_parts(parts: Any) -> Iterator[str]:
    for part in (parts if isinstance(parts, list) else [parts])[:10]:
        selector = part.get("cssSelector") if isinstance(part, dict) and _is_false(part.get("isAccessibleForFree")) else None
        yield from (each for each in (selector if isinstance(selector, list) else [selector]) if isinstance(each, str) and each)


def _dates(root: lxml.html.HtmlElement, meta: dict[str, str], stated: dict[str, Any]) -> Iterator[str]:
    yield _string(stated.get("datePublished"))
    for name in _DATE_NAMES:
        yield meta.get(name, "")
    for element in root.xpath("//time[@datetime]"):
        yield element.get("datetime")


def _seen_dates(root: lxml.html.HtmlElement, beside: tuple[str, ...]) -> Iterator[str]:
    """Beside the headline first: the masthead often shows today's."""
    yield from beside
    for element in root.xpath("//time"):
        yield visible(element)
    for element in root.xpath(_DATED)[:10]:
        text = visible(element)
        if len(text) <= _DATE_LENGTH:
            yield text


def _beside_headline(root: lxml.html.HtmlElement, title: str) -> Iterator[str]:
    """The short pieces of text between the headline and the first paragraph, and the one before it."""
    heading = heading_of(root, title)
    if heading is None:
        return
    read = "text()[normalize-space() and not(parent::script or parent::style)]"
    for text in heading.xpath(f"following::{read}[position() <= 12]"):
        piece = " ".join(str(text).split())
        if len(piece) > _DATE_LENGTH:
            break
        yield piece
    for text in heading.xpath(f"preceding::{read}[position() <= 2]"):
        yield " ".join(str(text)[:_DATE_LENGTH].split())


def _canonical(root: lxml.html.HtmlElement, meta: dict[str, str], stated: dict[str, Any]) -> Iterator[str]:
    for link in root.xpath("//link[@rel='canonical']/@href"):
        yield str(link)
    yield meta.get("og:url", "")
    page = stated.get("mainEntityOfPage") or stated.get("url")
    yield _string(page.get("@id") if isinstance(page, dict) else page)


def _names(value: Any) -> str:
    """The name of a person, a list of them, or a plain string."""
    if isinstance(value, list):
        return "، ".join(filter(None, map(_names, value[:4])))
    return _string(value.get("name")) if isinstance(value, dict) else _string(value)


def _string(value: Any) -> str:
    return html.unescape(value).strip() if isinstance(value, str) else ""


def _not_address(value: str | None) -> str:
    return "" if value is None or value.startswith(("http://", "https://", "@")) else value


def _first(*values: str | None) -> str:
    return next((value.strip() for value in values if value and value.strip()), "")
