"""The older pages of a listing: which page comes after one."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html

MAX_PAGES: Final = 5
"""Pages of one listing that are read in its first poll, the first included."""

_COUNTED: Final = frozenset({"page", "p", "pg", "paged", "pageno", "page_no", "pagenumber"})
_IN_PATH: Final = re.compile(r"/page/(\d{1,4})/?$", re.IGNORECASE)


def next_page(root: lxml.html.HtmlElement, url: str) -> str:
    """The address of the page after ``url`` on the same site: ``rel=next``, else a link with the next page number; or empty."""
    named = root.xpath(
        "//link[@href][contains(concat(' ', @rel, ' '), ' next ')] | //a[@href][contains(concat(' ', @rel, ' '), ' next ')]"
    )
    for element in named:
        address = _address(element, url)
        if address:
            return address
    place, number = _counted(url)
    for anchor in root.iter("a"):
        address = _address(anchor, url)
        if address and _counted(address) == (place, number + 1):
            return address
    return ""


def _address(element: lxml.html.HtmlElement, url: str) -> str:
    """Where a link leads, if that is another page of the same site."""
    try:
        address = urljoin(url, (element.get("href") or "").strip()).partition("#")[0]
        same = urlsplit(address)[:2] == urlsplit(url)[:2]
    except ValueError:
        return ""
    return address if same and address != url.partition("#")[0] else ""


def _counted(url: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], int]:
    """A listing's address without its page number, and that number; one without is page 1."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [value for name, value in pairs if name.lower() in _COUNTED and value.isascii() and value.isdigit()]
    in_path = _IN_PATH.search(parts.path)
    path = (parts.path[: in_path.start()] if in_path else parts.path).rstrip("/")
    others = tuple(sorted((name, value) for name, value in pairs if name.lower() not in _COUNTED))
    number = numbers[0][:4] if numbers else in_path[1] if in_path else "1"
    return (path, others), int(number)
