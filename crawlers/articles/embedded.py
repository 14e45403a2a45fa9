"""Articles inside the data that a page's scripts are given: hydration data of Next, Nuxt and their like, and window states.

A page that shows nothing without scripts often carries its whole article in such data: that is the full text, as published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import lxml.html

from crawlers.articles.facts.stated import loads
from crawlers.text.letters import letters_of
from crawlers.text.plain_text import plain_text

_BODIES: Final = (
    *(
        "articleBody",
        "article_body",
        "bodyHtml",
        "body_html",
        "contentHtml",
        "content_html",
        "fullText",
        "full_text",
        "fullContent",
    ),
    *(
        "body",
        "content",
        "text",
        "html",
        "storyText",
        "story",
        "details",
        "blocks",
        "paragraphs",
        "components",
        "elements",
        "sections",
    ),
)
"""Names under which article texts stand, surest first."""
_TITLES: Final = ("headline", "title", "name", "headLine", "articleTitle", "storyTitle")
_AUTHORS: Final = ("author", "authors", "authorName", "author_name", "byline", "writer", "creator")
_DATES: Final = (
    "datePublished",
    "publishedAt",
    "published_at",
    "publishDate",
    "publish_date",
    "publicationDate",
    "published",
    "created_at",
    "createdAt",
    "date",
)
_PIECES: Final = (
    "text",
    "value",
    "html",
    "content",
    "model",
    "data",
    "children",
    "body",
    "blocks",
    "paragraphs",
    "paragraph",
    "items",
)
_STATE: Final = re.compile(r"=\s*(?=[\[{]|JSON\.parse\()")
"""Where a value is given to a variable."""
_PARSED: Final = re.compile(r"JSON\.parse\(\s*(?=[\"'])")
_STRING: Final = r'("[^"\\]*+(?:\\.[^"\\]*+)*+")'
"""A string of JSON; possessive, so that one that never ends costs one walk over it."""
_FLIGHT: Final = re.compile(rf"self\.__next_f\.push\(\s*\[\s*1\s*,\s*{_STRING}", re.DOTALL)
_QUOTED: Final = re.compile(
    rf'"(?:articleBody|article_body|bodyHtml|body_html|fullText|full_text|body|content|text)"\s*:\s*{_STRING}', re.DOTALL
)
_ENOUGH: Final = 200
_DEEPEST: Final = 14
_MOST_NODES: Final = 60_000
_MOST_STATES: Final = 200
_MOST_SCRIPT: Final = 4_000_000
"""Characters of scripts that are looked into."""


@dataclass(frozen=True, slots=True)
class EmbeddedArticle:
    """An article found in a page's data. What is unknown is empty."""

    text: str = ""
    title: str = ""
    author: str = ""
    published: str = ""


def embedded_article(root: lxml.html.HtmlElement, title: str) -> EmbeddedArticle | None:
    """The article in the data of a page's scripts; one under the page's own ``title`` before a longer one."""
    best: tuple[tuple[bool, int], EmbeddedArticle] | None = None
    wanted = letters_of(title)
    for value in _data(root):
        for node in _objects(value):
            found = _article(node)
            if found is None:
                continue
            own = letters_of(found.title)
            rank = (bool(own) and (own in wanted or wanted in own) and bool(wanted), len(found.text))
            if best is None or rank > best[0]:
                best = (rank, found)
    return best[1] if best else None


def _data(root: lxml.html.HtmlElement) -> Iterator[Any]:
    """The values in a page's scripts: whole JSON scripts, states given to variables, and long quoted bodies at last."""
    seen = 0
    flights: list[str] = []
    texts: list[str] = []
    for script in root.iter("script"):
        text = script.text or ""
        seen += len(text)
        if seen > _MOST_SCRIPT or len(text) < _ENOUGH:
            continue
        kind = (script.get("type") or "").lower()
        if "json" in kind:
            value = loads(text)
            yield _unpacked(value) if script.get("id") == "__NUXT_DATA__" else value
        elif not kind or "javascript" in kind or kind == "module":
            flights += (json.loads(each, strict=False) for each in _FLIGHT.findall(text))
            texts.append(text)
            yield from _states(text)
    for text in ("".join(flights), *texts):
        for quoted in _QUOTED.findall(text):
            if len(quoted) >= _ENOUGH:
                yield {"articleBody": _unquoted(quoted)}


def _states(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    for match in islice(_STATE.finditer(text), _MOST_STATES):
        place = match.end()
        try:
            if text.startswith("JSON.parse", place):
                parsed = _PARSED.match(text, place)
                if parsed is None or text[parsed.end()] != '"':
                    continue
                inner, _ = decoder.raw_decode(text, parsed.end())
                yield loads(inner)
            else:
                yield decoder.raw_decode(text, place)[0]
        except (ValueError, RecursionError, IndexError):
            continue


def _unquoted(quoted: str) -> str:
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError:
        return ""


def _unpacked(value: Any) -> Any:
    """Nuxt's data is one list, in which the members of objects and lists are places of that list."""
    if not isinstance(value, list):
        return value

    def at(place: Any, depth: int) -> Any:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(value) or depth > _DEEPEST:
            return None
        held = value[place]
        if isinstance(held, dict):
            return {name: at(inner, depth + 1) for name, inner in held.items()}
        if isinstance(held, list):
            if held and isinstance(held[0], str):
                return at(held[1], depth + 1) if len(held) == 2 else None
            return [at(inner, depth + 1) for inner in held[:500]]
        return held

    named = (place for place, held in enumerate(value) if isinstance(held, dict) and set(held) & set(_BODIES))
    return [at(place, 0) for place in list(named)[:200]]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects within a value, without recursion and within bounds."""
    waiting, left = [(value, 0)], _MOST_NODES
    while waiting and left:
        left -= 1
        node, depth = waiting.pop()
        if isinstance(node, dict):
            yield node
            inner: Any = node.values()
        elif isinstance(node, list):
            inner = node
        else:
            continue
        if depth < _DEEPEST:
            waiting.extend((each, depth + 1) for each in inner if isinstance(each, dict | list))


def _article(node: dict[str, Any]) -> EmbeddedArticle | None:
    texts = (_text(node[name], 0) for name in _BODIES if name in node)
    text = next((each for each in texts if len(each) >= _ENOUGH), "")
    if not text or _is_code(text):
        return None
    return EmbeddedArticle(text, _first(node, _TITLES), _first(node, _AUTHORS) or _first_name(node), _first(node, _DATES))


def _text(value: Any, depth: int) -> str:
    """The text of a body: a string of text or HTML, or blocks that hold such strings."""
    if isinstance(value, str):
        return plain_text(value)
    if depth > 6:
        return ""
    if isinstance(value, list):
        return "\n".join(filter(None, (_text(each, depth + 1) for each in value[:2000])))
    if isinstance(value, dict):
        if str(value.get("type") or value.get("_type") or "").lower() in (
            "image",
            "ad",
            "advert",
            "related",
            "embed",
            "video",
            "newsletter",
        ):
            return ""
        return next(filter(None, (_text(value[name], depth + 1) for name in _PIECES if name in value)), "")
    return ""


def _is_code(text: str) -> bool:
    """Style sheets and scripts are long strings too."""
    return sum(map(text.count, "{};=")) * 25 > len(text) or " " not in text[:_ENOUGH]


def _first(node: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((plain_text(value)[:500] for name in names if isinstance(value := node.get(name), str) and value.strip()), "")


def _first_name(node: dict[str, Any]) -> str:
    for name in _AUTHORS:
        value = node.get(name)
        people = value if isinstance(value, list) else [value]
        names = [
            person if isinstance(person, str) else _first(person, ("name", "fullName", "title"))
            for person in people[:4]
            if person and isinstance(person, str | dict)
        ]
        if any(names):
            return "، ".join(filter(None, names))
    return ""
