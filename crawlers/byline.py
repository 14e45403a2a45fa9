"""The author of an article where the page states none for machines: by what the page calls the place, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import lxml.html

from crawlers.plain_text import visible

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
    r"^(?:written by|by|reported by|بقلم|كتبت?|إعداد|اعداد|تحرير|المحرر|الكاتب|المصدر)(?:\s*[:：\-–—]\s*|\s+)", re.IGNORECASE
)
_SAYS_BY: Final = re.compile(r"(?:by\s|(?:بقلم|كتبت?)\s*[:：\-–—])\D{3,60}$", re.IGNORECASE)
_PARTED: Final = re.compile(r"\s+[-–—|]\s+|\s*[|/،]\s+(?=\S+$)")
_LONGEST: Final = 80
_NAME_WORDS: Final = 5
_PLACE_WORDS: Final = 3


def author_on_page(root: lxml.html.HtmlElement, beside: Sequence[str] = ()) -> str:
    """The author that a reader sees; empty where no place of the page is called by an author's word.

    ``beside`` are the short pieces of text beside the headline: one that says «by» names the author too.
    """
    for path in _PLACES:
        for element in root.xpath(path):
            name = _name(element)
            if name:
                return name
    hinted = (each for each in root.xpath("//body//*[@class or @id]") if _HINT.search(_called(each)))
    said = (plain_author(piece) for piece in beside if _SAYS_BY.match(piece))
    return next(filter(None, map(_name, hinted)), "") or next(said, "")


def plain_author(text: str) -> str:
    """An author's name without what introduces it (By, بقلم, «كتب -») and without the town behind it («فلان - الرياض»)."""
    name = _BY.sub("", " ".join(text.split())).strip(" :-–—|")
    parts = _PARTED.split(name)
    is_name_and_town = len(parts) == 2 and 2 <= len(parts[0].split()) <= _NAME_WORDS and len(parts[1].split()) <= _PLACE_WORDS
    return parts[0] if is_name_and_town else name


def _called(element: lxml.html.HtmlElement) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


def _name(element: lxml.html.HtmlElement) -> str:
    text = visible(element)
    return plain_author(text) if 2 < len(text) <= _LONGEST else ""
