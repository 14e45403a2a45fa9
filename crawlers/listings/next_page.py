"""The older pages of a listing: which page comes after one."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html

from crawlers.text.plain_text import visible
from domain.arabic import without_marks

MAX_PAGES: Final = 5
"""Pages of one listing that are read in one poll, the first included."""

_COUNTED: Final = frozenset(
    {"page", "p", "pg", "paged", "pageno", "page_no", "pagenumber", "pagenum", "currentpage", "pageindex"}
)
_OFFSETS: Final = frozenset({"start", "offset", "limitstart", "from", "skip"})
_IN_PATH: Final = re.compile(r"/(?:page|p|صفحة)[/-](\d{1,4})/?$", re.IGNORECASE)
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_SAYS_NEXT: Final = re.compile(
    r"^[\s«»‹›<>→←…|]*(?:(?:الصفحه )?التالي[ه]?|(?:الاخبار |اخبار |مقالات )?(?:ال)?اقدم"
    r"|(?:عرض |تحميل |شاهد )?(?:ال)?مزيد(?: من الاخبار)?"
    r"|next(?: page| posts?)?|older(?: posts?| entries| news)?|(?:load|show|view|see) more(?: news| posts)?|more news)"
    r"[\s«»‹›<>→←…|]*$",
    re.IGNORECASE,
)
_NAMED_NEXT: Final = re.compile(
    r"^(?:next|nextpage|next-page|nextpostslink|pager-next|pager__item--next|pagination-next|page-next|nav-previous|older|older-posts"
    r"|load-?more|show-?more|btn-?more|blog-pager-older-link)$",
    re.IGNORECASE,
)
_FOLD: Final = str.maketrans("أإآةى", "اااهي")
_PLACES: Final = ("href", "data-href", "data-url", "data-next", "data-next-url", "data-load-url", "data-next-page")


def next_listing_page(root: lxml.html.HtmlElement, url: str) -> str:
    """The address of the page after ``url`` on the same site, or empty: ``rel=next``, a link with the next page number or offset,
    else one that says «التالي» or "load more" (beside an article that leads to another article: ``continued.next_part``)."""
    return _by_relation(root, url) or _by_number(root, url) or _by_offset(root, url) or _by_word(root, url)


def _by_relation(root: lxml.html.HtmlElement, url: str) -> str:
    named = root.xpath(
        "//link[@href][contains(concat(' ', @rel, ' '), ' next ')] | //a[@href][contains(concat(' ', @rel, ' '), ' next ')]"
    )
    return next(filter(None, (_address(element.get("href"), url) for element in named)), "")


def _by_number(root: lxml.html.HtmlElement, url: str) -> str:
    """The link with the next number. The first page has none: there the link that reads «2» leads on (some count from 0)."""
    place, number, is_named = _counted(url)
    found = ""
    for anchor in root.iter("a"):
        address = _address(anchor.get("href"), url)
        if not address:
            continue
        there, its_number, has_number = _counted(address)
        if there != place or not has_number:
            continue
        if not is_named and visible(anchor).translate(_DIGITS) == "2":
            return address
        if its_number == number + 1:
            found = found or address
    return found


def _by_offset(root: lxml.html.HtmlElement, url: str) -> str:
    place, offset = _offset(url)
    further = [
        (there, address)
        for anchor in root.iter("a")
        if (address := _address(anchor.get("href"), url))
        and (there := _offset(address)[1]) > offset
        and _offset(address)[0] == place
    ]
    return min(further)[1] if further else ""


def _by_word(root: lxml.html.HtmlElement, url: str) -> str:
    """A link or button that says so in words or in its class; the lowest on the page, since sections have their own «المزيد»."""
    for element in reversed(list(root.iter("a", "button"))):
        address = _address_of(element, url)
        if address and _is_older(address, url) and _says_next(element):
            return address
    return ""


def _says_next(element: lxml.html.HtmlElement) -> bool:
    names = [*(element.get("class") or "").split(), element.get("id") or ""]
    parent = element.getparent()
    if parent is not None and parent.tag in ("li", "span", "div"):
        names += (parent.get("class") or "").split()
    words = (visible(element)[:60], element.get("aria-label") or "", element.get("title") or "")
    return any(map(_NAMED_NEXT.match, filter(None, names))) or any(_SAYS_NEXT.match(_folded(word)) for word in words if word)


def _is_older(address: str, url: str) -> bool:
    """Whether a link leads on in the same listing: below the same path, or with a number in it."""
    there, here = urlsplit(address), urlsplit(url)
    if there.path.rstrip("/") == here.path.rstrip("/"):
        return bool(there.query)
    return bool(re.search(r"\d", there.path + there.query)) and there.path.startswith(
        here.path.rstrip("/").rsplit("/", 1)[0] or "/"
    )


def _folded(text: str) -> str:
    return " ".join(without_marks(text).translate(_FOLD).split())


def _address_of(element: lxml.html.HtmlElement, url: str) -> str:
    return next(filter(None, (_address(element.get(name), url) for name in _PLACES)), "")


def _address(link: str | None, url: str) -> str:
    """Where a link leads, if that is another page of the same site; by https where the page itself came so."""
    if not link or not link.strip():
        return ""
    try:
        address = urljoin(url, link.strip()).partition("#")[0]
        there, here = urlsplit(address), urlsplit(url)
    except ValueError:
        return ""
    if there.netloc != here.netloc or there.scheme not in ("http", "https"):
        return ""
    if there.scheme != here.scheme:
        address = f"{here.scheme}{address[len(there.scheme) :]}"
    return address if address != url.partition("#")[0] else ""


def _counted(url: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], int, bool]:
    """A listing's address without its page number, that number, and whether it names one; one without is page 1."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [value for name, value in pairs if name.lower() in _COUNTED and value.isascii() and value.isdigit()]
    in_path = _IN_PATH.search(parts.path)
    path = (parts.path[: in_path.start()] if in_path else parts.path).rstrip("/")
    others = tuple(sorted((name, value) for name, value in pairs if name.lower() not in _COUNTED))
    number = numbers[0][:4] if numbers else in_path[1] if in_path else "1"
    return (path, others), int(number), bool(numbers or in_path)


def _offset(url: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], int]:
    """A listing's address without its offset, and that offset; one without is 0."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    offsets = [value for name, value in pairs if name.lower() in _OFFSETS and value.isascii() and value.isdigit()]
    others = tuple(sorted((name, value) for name, value in pairs if name.lower() not in _OFFSETS))
    return (parts.path.rstrip("/"), others), int(offsets[0][:9]) if offsets else 0
