"""The picture of an article: where a page says it stands, unless that is the outlet's logo or a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

_NO_PICTURE: Final = re.compile(
    r"(?:^|[/_.\-])(?:[a-z]{0,12}logo(?:type|s)?|placeholder|default|no-?image|no-?photo|blank|spacer|avatar|gravatar|favicon"
    r"|sprite|dummy|fallback"
    r"|1x1|pixel|transparent|share-?(?:img|image|default)|social-?share|site-?icon|apple-touch-icon)(?=[\d_.\-/]|$)",
    re.IGNORECASE,
)
_FORMATS: Final = (".svg", ".ico")
_LONGEST: Final = 2000


def lead_image(named: Iterable[str], base: str, refused: Iterable[str] = ()) -> str:
    """The first of these addresses that can be a picture of the article, absolute; empty where there is none.

    ``refused`` are addresses that the page gives as logos.
    """
    logos = {urljoin(base, each) for each in refused if each}
    for each in named:
        address = _address(each, base)
        if address and address not in logos:
            return address
    return ""


def image_addresses(value: Any, depth: int = 0) -> Iterator[str]:
    """The addresses in a JSON-LD image: a string, an ImageObject, or a list of them."""
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, list) and depth < 3:
        for inner in value[:5]:
            yield from image_addresses(inner, depth + 1)
    elif isinstance(value, dict):
        yield from image_addresses(value.get("url") or value.get("contentUrl"), depth + 1) if depth < 3 else ()


def _address(named: str, base: str) -> str:
    try:
        address = urljoin(base, named.strip())
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > _LONGEST or parts.path in ("", "/"):
        return ""
    path = parts.path.lower()
    return "" if path.endswith(_FORMATS) or _NO_PICTURE.search(path) else address
