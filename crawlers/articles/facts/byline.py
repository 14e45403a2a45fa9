"""The author of an article where the page states none for machines: by what the page calls the place, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import lxml.html

from crawlers.text.dates import parse_date
from crawlers.text.page_tree import class_and_id
from crawlers.text.plain_text import visible
from domain.arabic import normalise

_PLACES: Final = (
    "//*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author'][not(.//*[@itemprop='name'])] | //*[@rel='author']",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' author ')] | //*[contains(@class, 'byline')]",
)
_HINT: Final = re.compile(
    r"(?:^|[\s_-])(?:authors?|author-?name|reporter|writer|journalist|correspondent|editor-?name|katib|kateb"
    r"|كاتب|الكاتب|محرر|المحرر|مراسل)(?=$|[\s_-])",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"^(?:(?:مرسلة |نشرت? )?بواسطة|posted by|written by|by|reported by|بقلم|كتبت?|إعداد|اعداد|تحرير|المحرر"
    r"|الكاتب|المصدر)(?:\s*[:：\-–—]\s*|\s+)",
    re.IGNORECASE,
)
_SAYS_BY: Final = re.compile(r"(?:by\s|(?:بقلم|كتبت?)\s*[:：\-–—])\D{3,60}$", re.IGNORECASE)
_PARTED: Final = re.compile(r"\s+[-–—|]\s+|\s*[|/،]\s+(?=\S+$)")
_SITE_AND: Final = re.compile(r"\s+[-–—|/:]\s+")
_WRITTEN_NAME: Final = re.compile(r"(?:د\.\s?|Dr\.?\s)?[^\W\d_]{2,}(?:[ \-][^\W\d_]+){1,4}")
_NO_NAME: Final = re.compile(
    r"(?:نشر|تحديث|اخر|مشاهد|قراء|قراءه|دقائق|دقيقه|صحيفه|جريده|موقع|الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|السبت"
    r"|تاريخ|عدد|اخبار|محليات"
    r"|published|updated|views?|minutes?|read|share|شارك|اضف|حجم|خط|طباعه)"
)
_LONGEST: Final = 80
_NAME_WORDS: Final = 5
_PLACE_WORDS: Final = 3


def author_on_page(root: lxml.html.HtmlElement, beside: Sequence[str] = (), known: Iterable[str] = ()) -> str:
    """The author that a reader sees; empty where nothing on the page tells one.

    ``beside`` are the short pieces of text beside the headline: one that says «by» names the author too, and so does one that is
    written as a name and stands right before the date. ``known`` are what is no author: the outlet's names, the section.
    """
    for path in _PLACES:
        for element in root.xpath(path):
            name = _name(element)
            if name:
                return name
    hinted = (each for each in root.xpath("//body//*[@class or @id]") if _HINT.search(class_and_id(each)))
    said = (plain_author(piece) for piece in beside if _SAYS_BY.match(piece))
    return next(filter(None, map(_name, hinted)), "") or next(said, "") or _before_date(beside, known)


def _before_date(beside: Sequence[str], known: Iterable[str]) -> str:
    """A name right before the date, without the outlet's name and the town beside it."""
    others = {normalise(each) for each in known}
    pieces = [piece for piece in beside if any(map(str.isalnum, piece))][:5]
    for piece, following in pairwise(pieces):
        if parse_date(following) is not None:
            parts = (_BY.sub("", part).strip() for part in _SITE_AND.split(piece))
            return next((part for part in parts if normalise(part) not in others and _is_name(part)), "")
    return ""


def _is_name(text: str) -> bool:
    plain = normalise(text)
    return _WRITTEN_NAME.fullmatch(plain) is not None and _NO_NAME.search(plain) is None


def plain_author(text: str) -> str:
    """An author's name without what introduces it (By, بقلم, «كتب -») and without the town behind it («فلان - الرياض»)."""
    name = _BY.sub("", " ".join(text.split())).strip(" :-–—|")
    parts = _PARTED.split(name)
    is_name_and_town = len(parts) == 2 and 2 <= len(parts[0].split()) <= _NAME_WORDS and len(parts[1].split()) <= _PLACE_WORDS
    return parts[0] if is_name_and_town else name


def _name(element: lxml.html.HtmlElement) -> str:
    text = visible(element)
    return plain_author(text) if 2 < len(text) <= _LONGEST else ""
