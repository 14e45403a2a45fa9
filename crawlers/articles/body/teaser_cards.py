"""Cards that lead to other articles: a linked title, and often a line or two of what it leads to.

They stand in rows, in boxes of their own or between an article's paragraphs, and are known by the link that they open with.
"""

from __future__ import annotations

from itertools import groupby, islice
from typing import Final

import lxml.html

from crawlers.text.plain_text import visible

_TITLE: Final = 15
"""Characters of a link from which it names another article."""
_LARGEST: Final = 500
"""Characters of a card."""
_SUMMARY: Final = 300
"""Characters of a summary under a linked title."""
_ROW: Final = 2
_LIST: Final = 3
"""Cards beside each other from which they are a row, and linked titles in a block from which it is a list of them."""


def cards_among(block: lxml.html.HtmlElement, heading: lxml.html.HtmlElement | None) -> set[lxml.html.HtmlElement]:
    """Those of a block's children that stand in a row of cards; what holds the page's headline is none."""
    if len(list(islice(block.iter("a"), _ROW))) < _ROW:
        return set()
    said = [each for each in block if isinstance(each.tag, str) and str(each.text_content()).strip()]
    cards: set[lxml.html.HtmlElement] = set()
    for is_card, row in groupby(said, key=lambda each: _is_card(each, heading)):
        found = list(row)
        if is_card and len(found) >= _ROW:
            cards.update(found)
    return cards


def is_list(block: lxml.html.HtmlElement) -> bool:
    """Whether a block is a list of linked titles with a summary under each, all on one level."""
    said = [each for each in block if isinstance(each.tag, str) and str(each.text_content()).strip()]
    titles = [each for each in said if _leading_link(each) is not None]
    if len(titles) < _LIST or not said or said[0] is not titles[0] or 2 * len(titles) < len(said):
        return False
    return all(len(visible(each)) <= _SUMMARY for each in said)


def is_teaser(paragraph: lxml.html.HtmlElement, heading: lxml.html.HtmlElement | None) -> bool:
    """Whether a paragraph is the summary in a card: short, in a block that opens with the title it belongs to."""
    block = paragraph.getparent()
    if block is None or (next(block.iter("a"), None) is None and len(block) > 1) or len(visible(paragraph)) > _SUMMARY:
        return False
    if len(block) == 1 and not (block.text or "").strip() and block.getparent() is not None:
        block = block.getparent()
    return _is_card(block, heading)


def _is_card(block: lxml.html.HtmlElement, heading: lxml.html.HtmlElement | None) -> bool:
    link = _leading_link(block)
    if link is None or len(visible(block)) > _LARGEST:
        return False
    return heading is None or not (heading is block or any(outer is block for outer in heading.iterancestors()))


def _leading_link(block: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """The link that a block opens with, where it names an article and no text goes on behind it on its line."""
    element = block
    while element.tag != "a":
        if (element.text or "").strip():
            return None
        first = None
        for child in element:
            if isinstance(child.tag, str) and str(child.text_content()).strip():
                first = child
                break
            if (child.tail or "").strip():
                return None
        if first is None:
            return None
        element = first
    goes_on = (element.tail or "").strip() or element.get("href", "#").startswith("#")
    return element if not goes_on and len(visible(element)) >= _TITLE else None
