"""Links as pages and feeds write them: made absolute, and compared. Pure."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

MAX_ADDRESS: Final = 2000
"""Characters of an address; longer ones are no addresses of articles."""
_BREAKS: Final = str.maketrans("", "", "\t\r\n")
"""Broken lines within an address, which browsers pass over too."""
_SCHEME: Final = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)
_SAME_SITE: Final = re.compile(r"^(?:www|m|mobile|amp)\.")


def absolute(link: str, base: str) -> str:
    """The address that a link names; ``""`` for what is none of the web's."""
    link = link.strip()
    if not link.isprintable():
        link = link.translate(_BREAKS)
    if not link or len(link) > MAX_ADDRESS:
        return ""
    try:
        if link.startswith(("http://", "https://")):
            return link if urlsplit(link).hostname else ""
        joined = urljoin(base, link)
        return joined if urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def bare_address(address: str) -> str:
    """A web address without scheme, www and fragment, by which it is known again; a key that is none stays as it is."""
    scheme = _SCHEME.match(address)
    return (address[scheme.end() :].partition("#")[0] if scheme else address).rstrip("/")


def same_site(one: str, other: str) -> bool:
    """Whether two hosts (with port) are of one site: the same but for www or m, or one below the other."""
    first, second = (_SAME_SITE.sub("", host.lower()) for host in (one, other))
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")
