"""JSON Feed 1.0 and 1.1 (jsonfeed.org): the same items as RSS and Atom give, whatever is broken in them.

A document that is no valid JSON (cut in the middle, one bad item) is read item by item, as far as it goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from crawlers.feeds.feed_item import MAX_NAMES, FeedItem, picture_in
from crawlers.feeds.feed_links import behind_redirect, is_document, is_image
from crawlers.feeds.feed_reader import ITEM_ERRORS, MAX_PROBLEMS, Parsed
from crawlers.text.dates import parse_date
from crawlers.text.links import absolute
from crawlers.text.plain_text import plain_text, tidy, title_text

_VERSION: Final = re.compile(r"jsonfeed\.org/version/(\d[\d.]*)")
_ITEMS: Final = re.compile(r'"items"\s*:\s*\[')
_NEXT_ITEM: Final = re.compile(r"\}\s*,\s*(?=\{)")
_BETWEEN: Final = re.compile(r"[\s,]*")
_MAX_BROKEN: Final = 200
"""Broken items after which the rest of a list is given up: each costs a look through the whole document."""
_DECODER: Final = json.JSONDecoder(strict=False, parse_int=str, parse_float=str)
"""Numbers stay as written: an id of 5,000 digits is an id."""


def is_json(text: str, content_type: str) -> bool:
    """Whether a document is JSON by its first character, or by its type where that does not speak against it."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    return start == "{" or (start == "[" and "json" in content_type.lower())


def parse_json_feed(text: str, base: str, zone: str, now: datetime) -> Parsed[FeedItem]:
    """The items of a JSON feed. ``version`` is empty for JSON that is none."""
    text = text.lstrip("\ufeff \t\r\n")
    items: list[FeedItem] = []
    faults: list[tuple[int, str]] = []
    seen = 0
    version, found = _items(text)
    for seen, value in enumerate(found, 1):
        try:
            items.append(_item(_mapping(value), base, zone, now))
        except ITEM_ERRORS as error:
            faults.append((seen, f"the item cannot be read ({error!s:.200})"))
    if len(faults) > MAX_PROBLEMS:
        faults[MAX_PROBLEMS:] = [(seen, f"and {len(faults) - MAX_PROBLEMS} faults more, in it and in items before it")]
    return Parsed(tuple(items), tuple(faults), seen, version)


def _items(text: str) -> tuple[str, Iterator[Any]]:
    """The version and the items: of the whole document where it is valid, else one by one."""
    try:
        document = _DECODER.decode(text)
    except (ValueError, RecursionError):
        start = _ITEMS.search(text)
        version = _version(text[: start.start()] + text[-2000:]) if start else ""
        return version or ("json" if start else ""), _one_by_one(text, start.end()) if start else iter(())
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        return _version(str(document.get("version"))) if isinstance(document, dict) else "", iter(())
    return _version(str(document.get("version"))) or "json", iter(items)


def _version(text: str) -> str:
    match = _VERSION.search(text)
    return f"json{match.group(1).replace('.', '')}" if match else ""


def _one_by_one(text: str, start: int) -> Iterator[Any]:
    """Each value of a broken list; one that cannot be read is given as the error, and the search goes on behind it."""
    broken = 0
    while broken < _MAX_BROKEN:
        blank = _BETWEEN.match(text, start)
        start = blank.end() if blank else start
        if text[start : start + 1] != "{":
            return
        try:
            value, start = _DECODER.raw_decode(text, start)
            yield value
        except (ValueError, RecursionError) as error:
            broken += 1
            yield error
            following = _NEXT_ITEM.search(text, start)
            if following is None:
                return
            start = following.end()


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Exception):
        raise ValueError(str(value)[:120])  # noqa: TRY004
    if not isinstance(value, dict):
        raise TypeError("it is no object")
    return value


def _item(item: Mapping[str, Any], base: str, zone: str, now: datetime) -> FeedItem:
    markup, text = _text(item, "content_html"), _text(item, "content_text")
    attachments = [each for each in _list(item, "attachments") if isinstance(each, dict)]
    return FeedItem(
        link=_link(item, base),
        guid=tidy(_text(item, "id")[:2000]),
        title=title_text(_text(item, "title")),
        summary=plain_text(_text(item, "summary")),
        content=plain_text(markup) or tidy(text),
        author=_authors(item),
        section=title_text(next((tag for tag in _list(item, "tags") if isinstance(tag, str)), "")),
        published_at=_first(lambda name: parse_date(_text(item, name), zone, now=now), ("date_published", "date_modified")),
        documents=tuple(dict.fromkeys(_files(attachments, is_document, base))),
        image=_image(item, attachments, markup, base),
    )


def _link(item: Mapping[str, Any], base: str) -> str:
    """Its page; what it is about, where it has none; its id, where that is an address."""
    identity = _text(item, "id")
    candidates = (_text(item, "url"), _text(item, "external_url"), identity if identity.startswith("http") else "")
    return behind_redirect(next(filter(None, (absolute(each, base) for each in candidates)), ""))


def _authors(item: Mapping[str, Any]) -> str:
    people = [*_list(item, "authors"), item.get("author")]
    names = [_text(person, "name") for person in people if isinstance(person, dict)]
    return title_text("، ".join(list(dict.fromkeys(filter(None, names)))[:MAX_NAMES]))


def _image(item: Mapping[str, Any], attachments: list[dict[str, Any]], markup: str, base: str) -> str:
    named = _first(lambda name: absolute(_text(item, name), base), ("image", "banner_image"))
    return named or next(_files(attachments, _is_picture, base), "") or picture_in(markup, base)


def _is_picture(address: str, mime_type: str) -> bool:
    return mime_type.startswith("image/") or (not mime_type and is_image(address))


def _files(attachments: list[dict[str, Any]], wanted: Callable[[str, str], bool], base: str) -> Iterator[str]:
    for each in attachments:
        address = absolute(_text(each, "url"), base)
        if address and wanted(address, _text(each, "mime_type")):
            yield address


def _first(read: Callable[[str], Any], names: tuple[str, ...]) -> Any:
    return next(filter(None, map(read, names)), None)


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _list(item: Mapping[str, Any], name: str) -> list[Any]:
    value = item.get(name)
    return value if isinstance(value, list) else []
