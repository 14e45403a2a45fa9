"""The headline of an article's page, without the outlet's name that templates put before or behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import lxml.html

from crawlers.plain_text import visible
from domain.arabic import normalise

_SEPARATOR: Final = re.compile(r"\s+(?:::|[|\-–—:»«•·])\s+")
_OUTLET: Final = re.compile(r"(?:صحيفه|جريده|موقع|وكاله|قناه|بوابه|مجله|شبكه) ")
_SHORT: Final = 10
_LONGEST: Final = 2000
_SITE_WORDS: Final = 4


def headline(root: lxml.html.HtmlElement, stated: str, sites: Iterable[str]) -> str:
    """The headline: a heading on the page that the page's own titles confirm, else what they state.

    ``stated`` is the title for machines (JSON-LD, OpenGraph); ``sites`` are names of the outlet, as far as they are known.
    """
    names = {normalise(site.strip()) for site in sites} - {""}
    element = root.find(".//title")
    whole = _line(stated) or (_line(visible(element)) if element is not None else "")
    first = next((text for each in root.iter("h1") if len(text := visible(each)) > 5 and normalise(text) not in names), "")
    if first and (not whole or is_within(first, whole)):
        return first
    confirmed = (text for each in root.iter("h2", "h3") if is_within(text := visible(each), whole))
    return next(confirmed, "") or without_outlet(whole, names)


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
