"""One item of a feed, cleaned: from feedparser's entry to what Rasd keeps of it."""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final

from crawlers.feeds.feed_links import behind_redirect, is_document, is_image, is_media
from crawlers.feeds.feed_reader import ITEM_ERRORS
from crawlers.text.dates import parse_date, plausible
from crawlers.text.links import absolute
from crawlers.text.plain_text import plain_text, tidy, title_text

FULL_TEXT: Final = 200
"""Characters from which the content of an item counts as its full text."""
MAX_NAMES: Final = 5
"""Authors of an item that are named."""

_CUT_SHORT: Final = re.compile(
    r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|\(\.\.\.\)|read more|continue reading|المزيد|أكمل القراءة)"
    r"[\s.\]»›>→]*$",
    re.IGNORECASE,
)
_PICTURE: Final = re.compile(r"""<img\b[^<>]{0,600}?\bsrc\s*=\s*["']?([^"'\s<>]{5,1000})""", re.IGNORECASE)
_BEACON: Final = re.compile(r"""\b(?:width|height)\s*=\s*["']?[01]\b|/(?:pixel|beacon|emoji|~r)""", re.IGNORECASE)
_FOREIGN_DATE: Final = re.compile("[\u0370-\u03ff\uac00-\ud7a3]|-[a-z\u00c0-\u017f.]{3,}-")
_PART_OF_DATE: Final = re.compile(r"\s*\d{4}(?:-\d{2,3})?\s*")
_ADDRESS_OF_MAIL: Final = re.compile(r"[\w.+-]+@[\w.-]+")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item as the feed gave it, cleaned. ``documents`` are addresses of PDF files that it carries, ``image`` a picture's."""

    link: str
    guid: str
    title: str
    summary: str
    content: str
    author: str
    section: str
    published_at: datetime | None
    documents: tuple[str, ...] = ()
    image: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing to fetch: the feed carries the full text, or the link leads to sound or film."""
        return is_full_text(self.content) or is_media(self.link)


def is_full_text(content: str) -> bool:
    """Whether a feed's content is long enough for an article, and does not break off."""
    return len(content) >= FULL_TEXT and not _CUT_SHORT.search(content[-40:])


def item_of_entry(entry: Any, base: str, zone: str, now: datetime) -> FeedItem:
    """What feedparser's entry says. ``base`` is the feed's address, ``zone`` the time zone of dates that name none."""
    # dict's own get throughout: feedparser's answers one name with the other's value, warns, and takes most of the time.
    links = dict.get(entry, "links") or ()
    markup = max((str(dict.get(part, "value") or "") for part in dict.get(entry, "content") or ()), key=len, default="")
    summary = str(dict.get(entry, "summary") or "")
    content = plain_text(markup)
    documents = [str(dict.get(link, "href")) for link in links if _is_document(link)]
    tags: Any = dict.get(entry, "tags") or ({},)
    return FeedItem(
        link=_link(entry, links, documents, base),
        guid=tidy(str(dict.get(entry, "id") or "")[:2000]),
        title=title_text(str(dict.get(entry, "title") or dict.get(entry, "media_title") or "")),
        summary=content
        if markup and summary == markup
        else plain_text(summary or str(dict.get(entry, "media_description") or "")),
        content=content,
        author=_author(entry),
        section=title_text(str(dict.get(tags[0], "term") or "")),
        published_at=_published(entry, zone, now),
        documents=tuple(dict.fromkeys(absolute(document, base) for document in documents)),
        image=_image(entry, links, markup or summary, base),
    )


def _link(entry: Any, links: Iterable[Any], documents: Iterable[str], base: str) -> str:
    """The address of the item's page: the one that a redirecting service hides, its link, an alternate link, or its guid."""
    named = dict.get(entry, "link")
    if named and named == dict.get(entry, "id") and not _is_web(named):
        named = ""  # feedparser takes a guid that does not say it is none for the link
    alternates = (dict.get(link, "href") for link in links if _is_page(link))
    for candidate in chain((dict.get(entry, "feedburner_origlink"), named), alternates, documents):
        address = absolute(str(candidate), base) if candidate else ""
        if address:
            return behind_redirect(address)
    guid = str(dict.get(entry, "id") or "")
    return absolute(guid, base) if _is_web(guid) else ""


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _is_page(link: Any) -> bool:
    if dict.get(link, "rel", "alternate") != "alternate" or _is_document(link):
        return False
    return str(dict.get(link, "type") or "").partition("/")[0] not in ("audio", "video", "image")


def _is_document(link: Any) -> bool:
    return is_document(str(dict.get(link, "href") or ""), str(dict.get(link, "type") or ""))


def _author(entry: Any) -> str:
    """The names, without addresses of mail."""
    people = (dict.get(person, "name") for person in dict.get(entry, "authors") or ())
    names = [str(name)[:300] for name in people if name] or [str(dict.get(entry, "author") or "")[:300]]
    if not any(names):
        return ""
    return title_text("، ".join(dict.fromkeys(_ADDRESS_OF_MAIL.sub("", name).strip(" ()<>") for name in names[:MAX_NAMES])))


def _image(entry: Any, links: Iterable[Any], markup: str, base: str) -> str:
    """The picture: the widest that Media RSS names, an enclosure, a podcast's, or the first in the text."""
    media = [*(dict.get(entry, "media_content") or ()), *(dict.get(entry, "media_thumbnail") or ())]
    pictures = sorted(filter(_is_picture, media), key=_width, reverse=True)
    enclosed = [dict.get(link, "href") for link in links if str(dict.get(link, "type") or "").startswith("image/")]
    of_podcast = dict.get(dict.get(entry, "image") or {}, "href")
    for candidate in (*(picture.get("url") for picture in pictures), *enclosed, of_podcast):
        address = absolute(str(candidate), base) if candidate else ""
        if address:
            return address
    return picture_in(markup, base) if "<img" in markup or "<IMG" in markup else ""


def picture_in(markup: str, base: str) -> str:
    """The address of the first picture in a piece of HTML that is no beacon; ``""`` if there is none."""
    for match in _PICTURE.finditer(markup):
        tag = markup[match.start() : markup.find(">", match.end()) + 1 or match.end()]
        address = "" if _BEACON.search(tag[:2000]) else absolute(match.group(1).replace("&amp;", "&"), base)
        if address:
            return address
    return ""


def _is_picture(media: Any) -> bool:
    kind = str(media.get("medium") or str(media.get("type") or "").partition("/")[0]).lower()
    return kind == "image" or (kind in ("", "unknown") and (is_image(str(media.get("url") or "")) or "type" not in media))


def _width(media: Any) -> int:
    written = str(media.get("width") or "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0


def _published(entry: Any, zone: str, now: datetime) -> datetime | None:
    """The first date that the item names and that can be true: published, created, then updated."""
    for name in ("published", "created", "updated"):
        written = str(dict.get(entry, name) or "")[:200]
        moment = _moment(written, zone, now) if written else None
        if moment is not None:
            return moment
    return None


def _moment(written: str, zone: str, now: datetime) -> datetime | None:
    if _FOREIGN_DATE.search(written):
        return _by_feedparser(written, now)
    return parse_date(written, zone, now=now) or (_by_feedparser(written, now) if _PART_OF_DATE.fullmatch(written) else None)


def _by_feedparser(written: str, now: datetime) -> datetime | None:
    """Forms that are feedparser's alone: Greek, Hungarian and Korean dates, and a year, a month or a day of a year of W3CDTF.

    Not all that it reads: of an unknown date it takes the numbers that fit, and fills the others in from today.
    """
    from feedparser.datetimes import _parse_date
    from feedparser.datetimes.greek import _parse_date_greek
    from feedparser.datetimes.hungarian import _parse_date_hungarian
    from feedparser.datetimes.korean import _parse_date_nate, _parse_date_onblog

    national = (_parse_date_greek, _parse_date_hungarian, _parse_date_onblog, _parse_date_nate)
    for read in national if _FOREIGN_DATE.search(written) else (_parse_date,):
        try:
            parsed = read(written)
            if parsed:
                return plausible(datetime.fromtimestamp(timegm(parsed), UTC), now)
        except ITEM_ERRORS:
            continue
    return None
