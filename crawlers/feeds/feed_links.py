"""Addresses in feeds: led out of redirecting services, and told apart by what they lead to. Pure."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from crawlers.text.links import absolute

_MEDIA: Final = re.compile(r"\.(?:mp3|m4a|m4v|mp4|aac|ogg|oga|ogv|opus|wav|flac|wma|wmv|mov|avi|webm|mpe?g|m3u8)$", re.IGNORECASE)
_IMAGE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp)$", re.IGNORECASE)
_REDIRECTS: Final = (
    (re.compile(r"^(?:www\.|news\.)?google\.[a-z.]{2,6}$"), "/url", ("url", "q")),
    (re.compile(r"^(?:www\.)?bing\.com$"), "/news/apiclick.aspx", ("url",)),
    (re.compile(r"^lm?\.facebook\.com$"), "/l.php", ("u",)),
    (re.compile(r"^out\.reddit\.com$"), "", ("url",)),
)
"""Services whose address carries the article's: host, start of the path, parameters."""


def behind_redirect(address: str) -> str:
    """The article's own address where a search engine's or a network's redirecting link carries it; else the address."""
    parts = urlsplit(address)
    for host, path, names in _REDIRECTS:
        if parts.query and host.match(parts.hostname or "") and parts.path.startswith(path):
            query = parse_qs(parts.query)
            for target in (value for name in names for value in query.get(name, ())):
                if target.startswith(("http://", "https://")) and absolute(target, ""):
                    return target
    return address


def is_front_page(address: str) -> bool:
    """Whether an address is a site's own, without anything that names an article."""
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query


def is_document(address: str, mime_type: str = "") -> bool:
    """Whether it leads to a PDF, by its type or its name."""
    return "pdf" in mime_type.lower() or (".pdf" in address.lower() and _path(address).lower().endswith(".pdf"))


def is_media(address: str) -> bool:
    """Whether it leads to sound or film, which are no articles."""
    return bool(_MEDIA.search(_path(address)))


def is_image(address: str) -> bool:
    """Whether it leads to a picture, by its name."""
    return bool(_IMAGE.search(_path(address)))


def _path(address: str) -> str:
    return address.partition("#")[0].partition("?")[0]
