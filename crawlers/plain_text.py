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
_MARKUP: Final = re.compile(r"<[A-Za-z!/?]|&[#A-Za-z]")
_SPACES: Final = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
"""Runs of spaces and odd spaces; a single plain space needs no work."""
_BREAKS: Final = re.compile(r"\n\s*")
_LINES: Final = re.compile(r" ?\n[ \n]*")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_HUGE: Final = 4 * MAX_TEXT


def plain_text(markup: str) -> str:
    """The readable text of a piece of HTML, one line to a block. Text without markup passes as it is."""
    markup = _CONTROLS.sub(" ", markup[:_HUGE])
    if not _MARKUP.search(markup):
        return tidy(markup)
    if "<" not in markup:
        return tidy(html.unescape(markup))
    try:
        root = lxml.html.document_fromstring(f"<div>{_BREAKS.sub(' ', markup)}</div>")
    except (etree.ParserError, ValueError):
        return tidy(html.unescape(re.sub(r"<[^<>]*>", " ", markup)))
    return text_of(root)


def text_of(root: lxml.html.HtmlElement) -> str:
    """The readable text under an element, one line to a block. The element's tree is changed."""
    etree.strip_elements(root, *_UNREAD, etree.Comment, with_tail=False)
    for element in root.iter(*_BLOCKS):
        element.text = f"\n{element.text or ''}"
        element.tail = f"\n{element.tail or ''}"
    return tidy("".join(root.itertext()))


def tidy(text: str) -> str:
    """Single spaces, no empty lines, no control or direction characters, bounded."""
    spaced = _SPACES.sub(" ", _CONTROLS.sub(" ", without_marks(text[:_HUGE])))
    return _LINES.sub("\n", spaced).strip()[:MAX_TEXT]


def title_text(markup: str) -> str:
    """A title on one line, bounded."""
    return plain_text(markup[: 20 * MAX_TITLE]).replace("\n", " ")[:MAX_TITLE].strip()


def visible(element: lxml.html.HtmlElement) -> str:
    """The text under an element on one line, as it stands."""
    return " ".join(str(element.text_content()).split())
