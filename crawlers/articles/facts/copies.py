"""Other addresses of the same article: its AMP and mobile copies (DESIGN promise 2: aliases of one mention)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

import lxml.html

from domain.addresses import canonical_url

_SAME: Final = re.compile(r"^(?:www|m|mobile|amp|wap|touch)\.")


def copies(root: lxml.html.HtmlElement, url: str) -> tuple[str, ...]:
    """Canonical forms of the addresses that a page names as its AMP and mobile copies, on the same site alone."""
    return tuple(dict.fromkeys(filter(None, (_copy(named, url) for named in _named(root)))))


def is_copy(root: lxml.html.HtmlElement) -> bool:
    """Whether a page says that it is an AMP copy."""
    return "⚡" in root.attrib or "amp" in root.attrib or root.get("amp4ads") is not None


def original_of(named: str, url: str) -> str:
    """The address that an AMP page names as the article's, where it is on the same site and an article's; else empty."""
    original, asked = canonical_url(named), canonical_url(url)
    if not original or not asked or not _same_site(original, asked):
        return ""
    return original if urlsplit(original).path not in ("", "/") else ""


def _named(root: lxml.html.HtmlElement) -> Iterator[str]:
    for link in root.iter("link"):
        relation = (link.get("rel") or "").lower().split()
        if "amphtml" in relation or ("alternate" in relation and _is_for_small_screens(link)):
            yield link.get("href") or ""


def _is_for_small_screens(link: lxml.html.HtmlElement) -> bool:
    media = (link.get("media") or "").lower()
    return ("handheld" in media or "max-width" in media) and "hreflang" not in link.attrib


def _copy(named: str, url: str) -> str:
    try:
        address = canonical_url(urljoin(url, named.strip()))
    except ValueError:
        return ""
    if not address or not _same_site(address, canonical_url(url)):
        return ""
    return address if urlsplit(address).path not in ("", "/") else ""


def _same_site(one: str, other: str) -> bool:
    return _SAME.sub("", urlsplit(one).netloc) == _SAME.sub("", urlsplit(other).netloc)
