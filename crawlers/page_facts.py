"""What a page states of itself for machines: JSON-LD, OpenGraph, meta tags, microdata, and the few places people read."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import lxml.html

from crawlers.byline import author_on_page, plain_author
from crawlers.headline import headline
from crawlers.plain_text import visible

_ARTICLE_TYPES: Final = ("Article", "BlogPosting", "Report", "Posting")
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
_TRAILING_COMMA: Final = re.compile(r",\s*([}\]])")
_BREAKS: Final = re.compile(r"[\r\n\t]+")
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


def read_facts(root: lxml.html.HtmlElement) -> PageFacts:
    """What the page states. Missing facts are empty."""
    meta = _meta(root)
    stated = _json_ld(root)
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


def _json_ld(root: lxml.html.HtmlElement) -> dict[str, Any]:
    """The JSON-LD object that describes the article; empty if there is none."""
    for script in root.xpath("//script[@type='application/ld+json']"):
        for thing in _things(_loads(script.text or ""), depth=0):
            types = thing.get("@type")
            names = types if isinstance(types, list) else [types]
            if any(isinstance(name, str) and name.endswith(_ARTICLE_TYPES) for name in names):
                return thing
    return {}


def _loads(text: str) -> Any:
    """JSON as pages really write it: raw line breaks, trailing commas, comments around it."""
    text = (
        text.strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>").strip(" ;\r\n\t")
    )
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", _BREAKS.sub(" ", text))):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _things(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _things(inner, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(value.get(name), depth + 1)


def _title(root: lxml.html.HtmlElement, meta: dict[str, str], stated: dict[str, Any]) -> str:
    whole = _first(_string(stated.get("headline")), meta.get("og:title"), meta.get("twitter:title"))
    return headline(root, whole, _sites(meta, stated))


def _sites(meta: dict[str, str], stated: dict[str, Any]) -> tuple[str, ...]:
    """Names of the outlet, as far as the page states them."""
    named = (meta.get("og:site_name", ""), meta.get("application-name", ""), _names(stated.get("publisher")))
    return tuple(filter(None, named))


def _author(root: lxml.html.HtmlElement, meta: dict[str, str], stated: dict[str, Any], beside: tuple[str, ...]) -> str:
    named = _first(_names(stated.get("author")), _not_address(meta.get("author")), _not_address(meta.get("article:author")))
    return plain_author(named) if named else author_on_page(root, beside)


def _dates(root: lxml.html.HtmlElement, meta: dict[str, str], stated: dict[str, Any]) -> Iterator[str]:
    yield _string(stated.get("datePublished"))
    for name in _DATE_NAMES:
        yield meta.get(name, "")
    for element in root.xpath("//*[@itemprop='datePublished']"):
        yield element.get("content") or element.get("datetime") or visible(element)
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
    heading = next((element for element in root.iter("h1", "h2", "h3") if title and visible(element) == title), None)
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
