"""A page's bytes as a tree of elements, and what a page calls its elements."""

from __future__ import annotations

from urllib.parse import urljoin

import lxml.html
from lxml import etree

from crawlers.text import charset
from domain.errors import SourceUnreadable


def page_tree(body: bytes, content_type: str, url: str) -> lxml.html.HtmlElement:
    """A body's tree, without comments and processing instructions. Raises ``SourceUnreadable`` for what is no page."""
    return tree_of(page_text(body, content_type), url)


def page_text(body: bytes, content_type: str) -> str:
    """A body's characters, without those that end a page for its parser."""
    return charset.decode(body, content_type).replace("\x00", "")


def tree_of(text: str, url: str) -> lxml.html.HtmlElement:
    """The tree of a page's characters. Raises ``SourceUnreadable`` for what is no page."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root: lxml.html.HtmlElement = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise SourceUnreadable(f"{url} is not a page that can be read ({error})", "correct the source's address") from error
    return root


def base_of(root: lxml.html.HtmlElement, url: str) -> str:
    """What relative links of a page are resolved against: its ``base`` element, else its address."""
    named = next(iter(root.xpath("//base/@href")), "")
    try:
        return urljoin(url, str(named).strip())
    except ValueError:
        return url


def class_and_id(element: lxml.html.HtmlElement) -> str:
    """What a page calls an element: its classes and its id."""
    return f"{element.get('class', '')} {element.get('id', '')}"
