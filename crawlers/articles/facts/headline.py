"""The headline of an article's page, without the outlet's name that templates put before or behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import lxml.html
from lxml import etree

from crawlers.text.page_tree import class_and_id
from crawlers.text.plain_text import visible
from domain.arabic import normalise

_SEPARATOR: Final = re.compile(r"\s+(?:::|[|\-–—:»«•·])\s+")
_OUTLET: Final = re.compile(r"(?:صحيفه|جريده|موقع|وكاله|قناه|بوابه|مجله|شبكه) ")
_HEADLINE_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:(?:news|article|story|post|entry|page|main|lbl|det\w*)[-_]?(?:title|headline|head|subject)|headline|title|subject|عنوان)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
_LEAST: Final = 15
_MOST: Final = 250
"""Characters of what may be a headline."""
_UNSEEN: Final = frozenset({"title", "script", "style", "option", "a"})
_SHORT: Final = 10
_LONGEST: Final = 2000
_SITE_WORDS: Final = 4
_SECTION_WORDS: Final = 2


def headline(root: lxml.html.HtmlElement, stated: str, sites: Iterable[str]) -> str:
    """The headline: a heading on the page that the page's own titles confirm, else what they state.

    ``stated`` is the title for machines (JSON-LD, OpenGraph); ``sites`` are names of the outlet, as far as they are known.
    """
    names = {normalise(site.strip()) for site in sites} - {""}
    element = root.find(".//title")
    whole = _line(stated) or (_line(visible(element)) if element is not None else "")
    return without_section(_found(root, whole, names, is_stated=bool(stated)))


def _found(root: lxml.html.HtmlElement, whole: str, names: set[str], *, is_stated: bool) -> str:
    first = next((text for each in root.iter("h1") if len(text := visible(each)) > 5 and normalise(text) not in names), "")
    if first and not whole:
        return first
    within = (text for each in root.iter("h1", "h2", "h3") if is_within(text := visible(each), whole))
    confirmed = max((text for text in within if normalise(text) not in names), key=len, default="")
    if confirmed:
        return confirmed
    if not is_stated:
        if _names_the_outlet(whole, names):
            return next(_called_headlines(root), "") or first or whole
        called = next((text for text in _called_headlines(root) if is_within(text, whole)), "")
        if called:
            return called
    return without_outlet(whole, names)


def without_section(title: str) -> str:
    """The title without the section that agencies put before it («عام / ...»)."""
    section, sign, rest = title.partition(" / ")
    is_section = sign and len(section.split()) <= _SECTION_WORDS and len(rest.strip()) >= _LEAST
    return rest.strip() if is_section else title


def _names_the_outlet(title: str, names: set[str]) -> bool:
    """Whether a page's title says no more than whose page it is."""
    plain = normalise(title)
    return plain in names or len(plain.split()) <= _SITE_WORDS


def _called_headlines(root: lxml.html.HtmlElement) -> Iterator[str]:
    """What the page calls its headline by class or id, or sets as a heading, long enough to be one."""
    for element in root.xpath("//body//*[@class or @id]"):
        if _HEADLINE_NAME.search(class_and_id(element)):
            text = visible(element)
            if _LEAST <= len(text) <= _MOST and next(element.iter("p", "ul", "table"), None) is None:
                yield text
    for element in root.iter("h1", "h2", "h3", "h4"):
        if _LEAST <= len(text := visible(element)) <= _MOST and next(element.iter("a"), None) is None:
            yield text


def heading_of(root: lxml.html.HtmlElement, title: str) -> lxml.html.HtmlElement | None:
    """The element that holds the headline and nothing else; None where there is none."""
    if not title:
        return None
    for element in root.iter("h1", "h2", "h3"):
        if without_section(visible(element)) == title:
            return element
    body = root.find("body")
    if body is None:
        return None
    return next((each for each in body.iter(etree.Element) if _says(each, title)), None)


def _says(element: lxml.html.HtmlElement, title: str) -> bool:
    text = element.text
    if text is None or len(text) < len(title) or element.tag in _UNSEEN:
        return False
    return without_section(" ".join(text.split())) == title


def is_within(title: str, whole: str) -> bool:
    """Whether ``whole`` is the title, alone or with another part before or behind it."""
    if len(title) < _SHORT:
        return title == whole
    if whole.startswith(title):
        return True
    return whole.endswith(title) and _SEPARATOR.search(f"{whole.removesuffix(title)} ") is not None


def without_outlet(title: str, names: Iterable[str] = ()) -> str:
    """The title without a first or last part that is the outlet's name.

    ``names`` are the known ones, normalised; where none is known, a short last part counts as one.
    """
    parts, known = _SEPARATOR.split(title), set(names)
    if len(parts) < 2:
        return title
    if _is_outlet(parts[0], known):
        return title[len(parts[0]) :].lstrip(" |-–—:»«•·")
    if _is_outlet(parts[-1], known) or (not known and _looks_like_outlet(parts)):
        return title[: title.rfind(parts[-1])].rstrip(" |-–—:»«•·")
    return title


def _is_outlet(part: str, known: set[str]) -> bool:
    plain = normalise(part.strip())
    return plain in known or (_OUTLET.match(plain) is not None and len(plain.split()) <= _SITE_WORDS)


def _looks_like_outlet(parts: list[str]) -> bool:
    last = parts[-1]
    return len(parts[0]) >= _SHORT and len(last) <= len(parts[0]) and len(last.split()) <= _SITE_WORDS


def _line(text: str) -> str:
    return " ".join(text[:_LONGEST].split())
