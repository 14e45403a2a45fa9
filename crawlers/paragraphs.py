"""Old-fashioned markup made plain: tables that only lay out a page become blocks, lines parted by <br> become paragraphs."""

from __future__ import annotations

from typing import Final

import lxml.html

_BLOCKS: Final = frozenset(
    "p div ul ol table tr td th h1 h2 h3 h4 h5 h6 section article aside header footer nav main form blockquote pre figure hr dl "
    "script style noscript iframe".split()
)
_HOLDERS: Final = frozenset({"div", "td", "section", "article", "main", "body", "center"})
_PROSE: Final = 80
"""Characters of bare text from which a block with breaks is prose."""


def make_paragraphs(root: lxml.html.HtmlElement) -> None:
    """Rewrite the tree so that its prose stands in ``p``."""
    _unfold_tables(root)
    holders = dict.fromkeys(parent for line_break in root.iter("br") if (parent := line_break.getparent()) is not None)
    for holder in holders:
        if holder.tag in _HOLDERS and _bare_length(holder) >= _PROSE:
            _part(holder)


def _unfold_tables(root: lxml.html.HtmlElement) -> None:
    for table in root.xpath("//table[.//table or .//h1 or .//h2 or .//h3 or .//td/p]"):
        for row in table.xpath("./tr | ./tbody/tr"):
            _drop_side_columns(row)
        for part in table.iter("tr", "td", "th", "tbody", "thead", "tfoot"):
            if next(part.iterancestors("table"), None) is table:
                part.tag = "div"
        table.tag = "div"


def _drop_side_columns(row: lxml.html.HtmlElement) -> None:
    """Remove the cells beside the one that holds the headline or the paragraphs: a layout's menus, polls and banners."""
    cells = list(row.iterchildren("td"))
    lengths = [len(str(cell.text_content()).strip()) for cell in cells]
    holding = [length for cell, length in zip(cells, lengths, strict=True) if _holds_prose(cell)]
    for cell, length in zip(cells, lengths, strict=True):
        if holding and length < max(holding) and not _holds_prose(cell):
            cell.drop_tree()


def _holds_prose(cell: lxml.html.HtmlElement) -> bool:
    if next(cell.iter("h1", "h2", "h3"), None) is not None:
        return True
    return any(len(str(paragraph.text_content())) >= _PROSE for paragraph in cell.iter("p"))


def _bare_length(holder: lxml.html.HtmlElement) -> int:
    return len((holder.text or "").strip()) + sum(len((child.tail or "").strip()) for child in holder)


def _part(holder: lxml.html.HtmlElement) -> None:
    """Wrap each run of text and inline elements between breaks and blocks into a ``p``."""
    children, text = list(holder), holder.text
    holder.text = None
    for child in children:
        holder.remove(child)
    paragraph = _paragraph(text)
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag == "br" or child.tag in _BLOCKS:
            _close(holder, paragraph)
            paragraph = _paragraph(tail)
            if child.tag != "br":
                holder.append(child)
        else:
            child.tail = tail
            paragraph.append(child)
    _close(holder, paragraph)


def _paragraph(text: str | None) -> lxml.html.HtmlElement:
    paragraph = lxml.html.Element("p")
    paragraph.text = text
    return paragraph


def _close(holder: lxml.html.HtmlElement, paragraph: lxml.html.HtmlElement) -> None:
    if len(paragraph) or (paragraph.text or "").strip():
        holder.append(paragraph)
