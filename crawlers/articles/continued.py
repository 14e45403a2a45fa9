"""Articles in several pages: which page goes on with one, and how their texts become one."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html

from crawlers.text.letters import letters_of, words_of
from crawlers.text.page_tree import class_and_id

MAX_PARTS: Final = 12
"""Pages of one article that are read, the first included."""
_COUNTED: Final = frozenset({"page", "p", "pg", "paged", "pageno", "page_no", "pagenumber", "part", "pn"})
_IN_PATH: Final = re.compile(
    r"(?:/page)?/(\d{1,2})/?$|[-_](?:page|p|part)?[-_]?(\d{1,2})(?=\.\w{3,5}$)|[-_](?:page|p|part)[-_]?(\d{1,2})/?$",
    re.IGNORECASE,
)
_SAYS_NEXT: Final = re.compile(
    r"(?:الصفحه|الجزء) التالي(?:ه)?|التاليه?|تابع القراءه|بقيه (?:المقال|الموضوع|الخبر)|next(?: page)?|continue reading"
    r"|[›»>]+|\d{1,2}"
)
_OF_READERS: Final = re.compile(r"comment|disqus|replies|related|تعليق", re.IGNORECASE)
_LONGEST: Final = 30
"""Characters of a link's words."""
_KNOWN: Final = 25
"""Letters of a line from which it counts as one that was read before."""


def next_part(root: lxml.html.HtmlElement, url: str, part: int = 1) -> str:
    """The address of the page that goes on with the article of which page ``part`` stands at ``url``, or empty.

    ``rel=next`` alone does not say so: on many sites it leads to the next article. So the address must be this one's with the
    next number, and a link must say that it leads on, or be that number, outside the readers' comments.
    """
    place, number = _counted(url)
    if number != part or number >= MAX_PARTS:
        return ""
    for link in root.iter("link", "a"):
        if _leads_on(link, number + 1):
            address = _address(link, url)
            if address and _counted(address) == (place, number + 1):
                return address
    return ""


def joined(text: str, more: str) -> str:
    """The text with what a further page adds: lines that were read before (headline, lead, the opening again) are left out."""
    known = {letters_of(line) for line in text.split("\n")}
    new = [line for line in more.split("\n") if len(bare := letters_of(line)) < _KNOWN or bare not in known]
    if not any(len(letters_of(line)) >= _KNOWN for line in new):
        return text
    while new and len(letters_of(new[0])) < _KNOWN and letters_of(new[0]) in known:
        new.pop(0)
    return "\n".join((text, *new))


def _leads_on(link: lxml.html.HtmlElement, number: int) -> bool:
    """Whether a link says that it leads to the next page, or to the one of this number, and is none of the readers'."""
    if "next" in (link.get("rel") or "").lower().split():
        return True
    raw = str(link.text_content()).strip() if link.tag == "a" else ""
    if not 0 < len(raw) <= _LONGEST:
        return False
    said = words_of(raw)
    if not (said == str(number) or _SAYS_NEXT.fullmatch(said) or _SAYS_NEXT.fullmatch(raw)):
        return False
    outside = (outer for outer in link.iterancestors() if outer.tag not in ("body", "html", "article"))
    return not any(_OF_READERS.search(class_and_id(outer)) for outer in outside)


def _address(link: lxml.html.HtmlElement, url: str) -> str:
    try:
        address = urljoin(url, (link.get("href") or "").strip()).partition("#")[0]
        parts, own = urlsplit(address), urlsplit(url)
    except ValueError:
        return ""
    return address if (parts.scheme, parts.netloc) == (own.scheme, own.netloc) else ""


def _counted(url: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], int]:
    """An address without its part's number, and that number; one without is part 1."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [
        value for name, value in pairs if name.lower() in _COUNTED and value.isascii() and value.isdigit() and len(value) <= 2
    ]
    others = tuple(sorted((name, value) for name, value in pairs if name.lower() not in _COUNTED or value not in numbers))
    if numbers:
        return (parts.path.rstrip("/"), others), int(numbers[0])
    match = _IN_PATH.search(parts.path)
    if match is None:
        return (parts.path.rstrip("/"), others), 1
    number = next(group for group in match.groups() if group)
    return (f"{parts.path[: match.start()]}{parts.path[match.end() :]}".rstrip("/"), others), int(number)
