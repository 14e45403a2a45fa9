"""The lines of an article's block that are the article's: without lists of links, what pictures and players say of themselves,
what ``crawlers.articles.body.side_lines`` knows, and quotations drawn out of the text to adorn the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import Final

import lxml.html

from crawlers.articles.body.furniture import own_length
from crawlers.articles.body.inserted_boxes import boxes_in
from crawlers.articles.body.paragraphs import BREAK
from crawlers.articles.body.side_lines import LONGEST, is_caption, is_player, is_side_line, is_unfinished
from crawlers.articles.body.teaser_cards import cards_among, is_list
from crawlers.text.letters import words_of
from crawlers.text.plain_text import visible

_LINES: Final = frozenset({"p", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "dd", "dt", "tr"})
_LEFT_OUT: Final = frozenset({"figure", "figcaption", "nav", "footer", "h1", "button"})
_PICTURES: Final = ("img", "picture", "amp-img")
_HEADINGS: Final = ("h2", "h3", "h4", "h5", "h6")
_LINKED: Final = 0.6
"""Share of a line's characters in links from which it is a link and no sentence."""
_DRAWN_OUT: Final = 20
"""Characters from which a line inside another one is a quotation drawn out of it."""
_MOST_LINES: Final = 500
"""Lines of a text that are compared with each other."""


class Before(Enum):
    """What stands right before a line."""

    TEXT = auto()
    PICTURE = auto()
    PLAYER = auto()


def lines_of(pieces: Iterable[lxml.html.HtmlElement], heading: lxml.html.HtmlElement | None) -> list[str]:
    """The text of these pieces, a line to a paragraph, in the page's order."""
    lines: list[str] = []
    before = Before.TEXT
    for piece in pieces:
        for element, found in _walk(piece, boxes_in(piece, heading), heading):
            if element is heading:
                lines = []
            elif isinstance(found, Before):
                before = found
            elif found:
                if not _is_told_by(before, str(element.tag), found):
                    lines.append(found)
                before = Before.TEXT
    return _without_drawn_out(lines)


def _is_told_by(before: Before, tag: str, line: str) -> bool:
    """Whether a line belongs to the picture or the player before it."""
    if before is Before.TEXT or tag in _HEADINGS:
        return False
    return is_caption(line) if before is Before.PICTURE else is_unfinished(line)


def _walk(
    piece: lxml.html.HtmlElement, left_out: frozenset[lxml.html.HtmlElement], heading: lxml.html.HtmlElement | None
) -> Iterator[tuple[lxml.html.HtmlElement, str | Before]]:
    """The elements that are lines, outermost first, with their text, and pictures and players between them; what is left out is
    not walked into."""
    waiting = [piece]
    while waiting:
        element = waiting.pop()
        if element is heading or element.tag == "h1":
            yield element, ""
        elif not isinstance(element.tag, str) or element.tag in _LEFT_OUT or element in left_out:
            yield element, _left(element)
        elif element.tag in _LINES and not _holds_lines(element):
            yield from _lines_in(element)
        elif element.tag in _PICTURES:
            yield element, Before.PICTURE
        elif element is piece or not _is_beside_text(element):
            cards = cards_among(element, heading)
            waiting.extend(each for each in reversed(element) if each not in cards)
        else:
            yield element, _left(element)


def _left(element: lxml.html.HtmlElement) -> Before:
    """What is left out, as far as the line behind it may belong to it."""
    if is_player(" ".join(str(element.text_content()).split())):
        return Before.PLAYER
    return Before.PICTURE if next(element.iter(*_PICTURES), None) is not None else Before.TEXT


def _lines_in(element: lxml.html.HtmlElement) -> Iterator[tuple[lxml.html.HtmlElement, str | Before]]:
    text, has_picture = str(element.text_content()), next(element.iter(*_PICTURES), None) is not None
    if not text.strip() or (has_picture and is_caption(" ".join(text.split()))):
        if has_picture:
            yield element, Before.PICTURE
        return
    length = len(" ".join(text.split()))
    if length <= LONGEST and own_length(element) < (1 - _LINKED) * length:
        return
    for part in text.split(BREAK):
        line = " ".join(part.split())
        if is_player(line):
            yield element, Before.PLAYER
        elif line and not is_side_line(line):
            yield element, line


def _is_beside_text(element: lxml.html.HtmlElement) -> bool:
    return _is_link(element) or _is_list_of_links(element) or _is_picture(element) or is_list(element)


def _is_link(element: lxml.html.HtmlElement) -> bool:
    """Whether an element is a link around whole blocks: a card that leads to another article."""
    return element.tag == "a" and "href" in element.attrib


def _holds_lines(element: lxml.html.HtmlElement) -> bool:
    return any(inner is not element for inner in element.iter("p", "li", "h2", "h3", "h4", "blockquote", "tr"))


def _is_list_of_links(element: lxml.html.HtmlElement) -> bool:
    if next(element.iter("a"), None) is None:
        return False
    length = len(str(element.text_content()).strip())
    return length > 0 and own_length(element) < (1 - _LINKED) * length


def _is_picture(element: lxml.html.HtmlElement) -> bool:
    """Whether a block holds a picture and no more than what it shows; old pages use a table of two rows for it."""
    is_table = element.tag == "table" and sum(bool(visible(row)) for row in element.iter("tr")) == 1
    if not is_table and next(element.iter(*_PICTURES), None) is None:
        return False
    if next(element.iter(*_HEADINGS), None) is not None:
        return False
    text = visible(element)
    return bool(text) and (is_unfinished(text) or is_caption(text))


def _without_drawn_out(lines: list[str]) -> list[str]:
    """The lines without those that only repeat another one, or a part of it."""
    if len(lines) > _MOST_LINES:
        return lines
    plain = [words_of(line) for line in lines]
    whole = "\n".join(plain)
    kept, seen = [], set[str]()
    for line, bare in zip(lines, plain, strict=True):
        is_short = len(bare) < _DRAWN_OUT
        if is_short or (bare not in seen and (len(bare) > LONGEST or whole.count(bare) == plain.count(bare))):
            kept.append(line)
        seen.add(bare)
    return kept
