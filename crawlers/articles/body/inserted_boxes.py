"""Boxes set into an article's text: a newsletter's form, a podcast, related stories, a note about the author.

They stand between the article's lines, in blocks of another make than those that hold the lines.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

import lxml.html

from crawlers.articles.body.furniture import own_length
from crawlers.text.plain_text import visible

_BOXES: Final = frozenset({"div", "section", "aside", "details", "article", "header", "footer", "dl"})
_PROSE: Final = 40
_MAIN: Final = 0.5
"""Share of the prose that lines of one make must hold, for blocks of another make to be boxes."""
_LARGEST: Final = 0.34
"""Share of the prose that a box has at most."""
_LABEL_LENGTH: Final = 70
_OWN: Final = 0.75
"""Share of a block's text beside links from which it goes on with the article, where it opens with a sentence."""
_SENTENCE: Final = re.compile(r"[.؟?!…»\"”:،]$")
_LINES: Final = ("p", "li", "h2", "h3", "h4", "h5", "h6", "strong", "b")
_LEVELS: Final = 3


def boxes_in(block: lxml.html.HtmlElement, heading: lxml.html.HtmlElement | None = None) -> frozenset[lxml.html.HtmlElement]:
    """The blocks inside an article's block that are no part of its text; none holds its headline."""
    around = set(heading.iterancestors()) if heading is not None else set()
    found: list[lxml.html.HtmlElement] = []
    level = [block]
    for _ in range(_LEVELS):
        children = [child for each in level for child in each if isinstance(child.tag, str) and child not in found]
        lengths = [_prose(child) for child in children]
        total = sum(lengths)
        makes: Counter[tuple[str, str]] = Counter()
        for child, length in zip(children, lengths, strict=True):
            makes[_make(child)] += length
        if not total:
            break
        main, most = makes.most_common(1)[0]
        if most >= _MAIN * total and len(children) > 1:
            pairs = zip(children, lengths, strict=True)
            other = (each for each, length in pairs if _make(each) != main and length <= _LARGEST * total)
            found += [each for each in other if each not in around and _is_box(each)]
        level = [child for child in children if child.tag in _BOXES and _make(child) == main]
    return frozenset(found)


def _make(element: lxml.html.HtmlElement) -> tuple[str, str]:
    """What a child of the block looks like: its name and the first of its classes; lines are all alike."""
    if element.tag not in _BOXES:
        return "line", ""
    return str(element.tag), (element.get("class") or "").partition(" ")[0]


def _prose(element: lxml.html.HtmlElement) -> int:
    paragraphs = [element] if element.tag == "p" else element.iter("p", "li", "blockquote")
    lengths = (len(str(each.text_content()).strip()) for each in paragraphs)
    return sum(length for length in lengths if length >= _PROSE)


def _is_box(element: lxml.html.HtmlElement) -> bool:
    """Whether a block of another make looks like a box: it opens with a label or holds a link, and is marked as a block."""
    if element.tag not in _BOXES:
        return False
    if not element.attrib and element.tag == "div" and next(element.iter("a"), None) is None:
        return False
    lines = [text for each in element.iter(*_LINES) if (text := visible(each))]
    first = lines[0] if lines else ""
    if next(element.iter("a"), None) is not None:
        sentences = sum(len(line) >= _PROSE and _SENTENCE.search(line) is not None for line in lines)
        goes_on = len(first) >= _PROSE and sentences > 1
        return not goes_on or own_length(element) < _OWN * len(visible(element))
    return len(first) <= _LABEL_LENGTH and _SENTENCE.search(first) is None
