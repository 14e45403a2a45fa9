"""Which item is which: keys and aliases (DESIGN promise 2)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from domain.addresses import canonical_url

_WWW: Final = re.compile(r"^(www|m|mobile|amp)\.")
_ARTICLE_PART: Final = re.compile(r"\d{5,}|[-_].*[-_].*[-_]")
"""A last part of a path that names one article: a long number, or at least four words."""


def content_hash(title: str, text: str) -> str:
    """SHA-256 in hex of what an item says: the same as ``Mention.content_hash``."""
    return hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def guid_key(guid: str, outlet_id: str) -> str:
    """The key that a feed's guid stands for: an address's canonical form, else ``<outlet>:guid:<guid>``."""
    guid = guid.strip()[:500]
    return (canonical_url(guid) or f"{outlet_id}:guid:{guid}") if guid else ""


def other_keys(key: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Aliases: each once, in order, without empty ones and without the key itself."""
    return tuple(dict.fromkeys(other for other in keys if other and other != key))


def trusted_canonical(named: str, page_url: str) -> str:
    """The address that a page names as its own, where it may be believed; else ``""``.

    Templates name the front page, the section, or the script without its parameters on every article: such a name would make
    all articles one. So it is believed on the same site alone, and only where it does not just cut the address that was asked.
    """
    canonical, asked = canonical_url(named), canonical_url(page_url)
    if not canonical or not asked:
        return ""
    one, other = urlsplit(canonical), urlsplit(asked)
    if _WWW.sub("", one.netloc) != _WWW.sub("", other.netloc) or one.path == "/" != other.path:
        return ""
    last = one.path.rsplit("/", 1)[-1]
    names_article = bool(_ARTICLE_PART.search(last))
    is_shorter = other.path.startswith(one.path) and other.path != one.path and not one.query and not names_article
    loses_query = one.path == other.path and bool(other.query) and not one.query and any(c.isdigit() for c in other.query)
    return "" if is_shorter or loses_query else canonical
