"""What a page states of its article for machines: JSON-LD, else microdata or RDFa, as one object of JSON-LD's shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import lxml.html

from crawlers.text.plain_text import visible

ARTICLE_TYPES: Final = ("Article", "BlogPosting", "Report", "Posting")
_TRAILING_COMMA: Final = re.compile(r",\s*([}\]])")
_BREAKS: Final = re.compile(r"[\r\n\t]+")
_DEEPEST: Final = 4
_MARKS: Final = (
    *(
        "headline",
        "articleBody",
        "author",
        "datePublished",
        "dateModified",
        "image",
        "thumbnailUrl",
        "articleSection",
        "inLanguage",
    ),
    *("isAccessibleForFree", "description", "publisher"),
)
"""Properties of an article that are read from microdata and RDFa."""
_ADDRESSES: Final = ("image", "thumbnailUrl")
_VALUES: Final = {
    "meta": "content",
    "img": "src",
    "a": "href",
    "link": "href",
    "time": "datetime",
    "source": "src",
    "amp-img": "src",
}


def stated_article(root: lxml.html.HtmlElement) -> dict[str, Any]:
    """The object that describes the page's article; empty where the page states none."""
    marked = _marked_up(root)
    return marked | {name: value for name, value in _json_ld(root).items() if value or name not in marked}


def things(root: lxml.html.HtmlElement) -> Iterator[dict[str, Any]]:
    """All JSON-LD objects of a page, those within ``@graph`` and ``mainEntity`` too."""
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            yield from _things(loads(script.text or ""), depth=0)


def loads(text: str) -> Any:
    """JSON as pages really write it: raw line breaks, trailing commas, comments around it; None where it cannot be read."""
    text = (
        text.strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>").strip(" ;\r\n\t")
    )
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", _BREAKS.sub(" ", text))):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def is_article(thing: dict[str, Any]) -> bool:
    """Whether an object is of a type of articles."""
    types = thing.get("@type")
    return any(isinstance(name, str) and name.endswith(ARTICLE_TYPES) for name in (types if isinstance(types, list) else [types]))


def _json_ld(root: lxml.html.HtmlElement) -> dict[str, Any]:
    known = list(things(root))
    article = next(filter(is_article, known), {})
    by_id = {each["@id"]: each for each in known if isinstance(each.get("@id"), str)}
    return {name: _referred(value, by_id) for name, value in article.items()}


def _referred(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    """What a reference by ``@id`` alone stands for."""
    if isinstance(value, list):
        return [_referred(each, by_id) for each in value]
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and not value.keys() - {"@id", "@type"}:
        return by_id.get(value["@id"], value)
    return value


def _things(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _things(inner, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(value.get(name), depth + 1)


def _marked_up(root: lxml.html.HtmlElement) -> dict[str, Any]:
    """The first value of each property that stands in an article's scope, or in none."""
    found: dict[str, Any] = {}
    for element in root.xpath(
        "//*[@itemprop or (@property and not(contains(@property, ':')))or starts-with(@property, 'schema:')]"
    ):
        names = (element.get("itemprop") or element.get("property") or "").replace("schema:", "").split()
        for name in names:
            if name in _MARKS and name not in found and _is_of_article(element) and (value := _value(element, name)):
                found[name] = value
    return found


def _is_of_article(element: lxml.html.HtmlElement) -> bool:
    for outer in element.iterancestors():
        kind = outer.get("itemtype") or outer.get("typeof")
        if kind or "itemscope" in outer.attrib:
            return kind is None or kind.rstrip("/#").split()[0].endswith((*ARTICLE_TYPES, "WebPage"))
    return True


def _value(element: lxml.html.HtmlElement, name: str) -> str:
    if name == "articleBody":
        return ""  # its text is read from its place on the page (``crawlers.articles.body.body_block``)
    inner = next(iter(element.xpath(".//*[@itemprop='name' or @property='name' or @property='schema:name']")), None)
    if name in ("author", "publisher") and inner is not None:
        return inner.get("content") or visible(inner)
    if name == "image" and "itemscope" in element.attrib:
        held = next(iter(element.xpath(".//*[@itemprop='url' or @itemprop='contentUrl']")), None)
        return "" if held is None else _plain_value(held)
    return (
        _plain_value(element)
        if name in _ADDRESSES
        else element.get("content") or element.get("datetime") or visible(element)[:2000]
    )


def _plain_value(element: lxml.html.HtmlElement) -> str:
    attribute = _VALUES.get(str(element.tag), "content")
    return str(element.get("content") or element.get(attribute) or visible(element)[:2000]).strip()
