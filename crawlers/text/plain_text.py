"""HTML of a feed item, or of a selected part of a page, as plain text; and the bounds of what is kept."""

from __future__ import annotations

import html
import re
from typing import Final

import lxml.html
from lxml import etree

from domain.arabic import without_marks

MAX_TITLE: Final = 500
"""Characters of a title that are kept."""
MAX_TEXT: Final = 200_000
"""Characters of a text that are kept."""

_BLOCKS: Final = (
    *("p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "blockquote", "section"),
    *("article", "header", "footer", "figure", "figcaption", "dd", "dt", "hr", "pre"),
)
_UNREAD: Final = ("script", "style", "noscript", "template", "iframe", "object", "svg", "form", "button", "head")
_PRINTABLE_UNSEEN: Final = "\u115f\u1160\u3164\uffa0\ufffc"
_MARKUP: Final = re.compile(r"<[A-Za-z!/?]|&[#A-Za-z]")
_INTRICATE: Final = re.compile(
    r"<(?!/?(?:p|div|br|li|ul|ol|h[1-6]|blockquote|section|article|figure|figcaption|hr|a|img|b|i|u|em|strong|span|font|small|sup|sub)"
    r"""(?:\s+[\w:-]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?)*\s*/?>)""",
    re.IGNORECASE,
)
"""Anything that needs a parser: other elements, comments, attributes that are not plainly written, a stray bracket."""
_BLOCK_TAG: Final = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|blockquote|section|article|figure|figcaption|hr)(?=[\s/>])[^<>]*>", re.IGNORECASE
)
_SIMPLE_TAG: Final = re.compile(r"<[^<>]*>")
_SPACES: Final = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
"""Runs of spaces and odd spaces; a single plain space needs no work."""
_BREAKS: Final = re.compile(r"\n\s*")
_LINES: Final = re.compile(r" ?\n[ \n]*")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no text holds: a space stands in its place."""
_UNSEEN: Final = re.compile(
    "[\u115f\u1160\u180e\u2061-\u2064\u206a-\u206f\u3164\uffa0\ufff9-\ufffb\ufdd0-\ufdef\U000e0000-\U000e007f]"
)
"""Characters that show nothing, beside those that ``domain.arabic.without_marks`` takes: fillers, tags, annotations."""
_HUGE: Final = 4 * MAX_TEXT


def plain_text(markup: str) -> str:
    """The readable text of a piece of HTML, one line to a block. Text without markup passes as it is."""
    if not markup:
        return ""
    markup = markup[:_HUGE]
    if not _MARKUP.search(markup):
        return tidy(markup)
    if "<" not in markup:
        return tidy(html.unescape(markup))
    markup = _CONTROLS.sub(" ", markup)
    if not _INTRICATE.search(markup):
        return _of_simple_markup(markup)
    try:
        root = lxml.html.document_fromstring(f"<div>{_BREAKS.sub(' ', markup)}</div>")
    except (etree.ParserError, ValueError):
        return tidy(html.unescape(re.sub(r"<[^<>]*>", " ", markup)))
    return text_of(root)


def _of_simple_markup(markup: str) -> str:
    """The same without a tree, for the paragraphs, links and pictures that most texts of feeds are made of."""
    lines = _BLOCK_TAG.sub("\n", _BREAKS.sub(" ", markup))
    return tidy(html.unescape(_SIMPLE_TAG.sub("", lines)))


def text_of(root: lxml.html.HtmlElement) -> str:
    """The readable text under an element, one line to a block. The element's tree is changed."""
    etree.strip_elements(root, *_UNREAD, etree.Comment, with_tail=False)
    for element in root.iter(*_BLOCKS):
        element.text = f"\n{element.text or ''}"
        element.tail = f"\n{element.tail or ''}"
    return tidy("".join(root.itertext()))


def tidy(text: str) -> str:
    """Single spaces, no empty lines, no control or direction characters, bounded."""
    text = text[:_HUGE]
    on_one_line = text.replace("\n", "") if "\n" in text else text
    if on_one_line.isprintable() and not any(character in text for character in _PRINTABLE_UNSEEN):
        if len(on_one_line) == len(text) and "  " not in text:
            return text.strip()[:MAX_TEXT].rstrip()
        return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))[:MAX_TEXT].rstrip()
    spaced = _SPACES.sub(" ", _CONTROLS.sub(" ", _UNSEEN.sub("", without_marks(text))))
    return _LINES.sub("\n", spaced).strip()[:MAX_TEXT].rstrip()


def title_text(markup: str) -> str:
    """A title on one line, bounded."""
    return plain_text(markup[: 20 * MAX_TITLE]).replace("\n", " ")[:MAX_TITLE].strip()


def visible(element: lxml.html.HtmlElement) -> str:
    """The text under an element on one line, as it stands."""
    return " ".join(str(element.text_content()).split())
