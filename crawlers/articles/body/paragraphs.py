"""Old-fashioned and new-fashioned markup made plain: tables that only lay out a page become blocks, lines parted by <br> become
paragraphs, and so do blocks that hold bare text and no further block."""

from __future__ import annotations

from typing import Final

import lxml.html
from lxml import etree

BLOCKS: Final = frozenset(
    "p div ul ol li table tbody thead tr td th h1 h2 h3 h4 h5 h6 section article aside header footer nav main form fieldset "
    "blockquote pre figure figcaption hr dl dt dd script style noscript iframe center body html".split()
)
_HOLDERS: Final = frozenset({"div", "td", "section", "article", "main", "body", "center", "span", "font", "p", "form"})
_BARE: Final = ("div", "td", "section", "center", "article", "main", "form", "blockquote", "dd", "li")
"""Blocks whose bare text is a paragraph."""
BREAK: Final = "\u2028"
"""What stands in the text for a line break that parted no paragraph; to whoever splits a text at spaces it is one."""
_PROSE: Final = 80
"""Characters of bare text from which a block with breaks is prose."""
_LINE: Final = 12
"""Characters from which a block's bare text is a line."""


def make_paragraphs(root: lxml.html.HtmlElement) -> None:
    """Rewrite the tree so that its prose stands in ``p``."""
    _plain_headings(root)
    holding = _holding_blocks(root)
    _part_lines(root, holding)
    _unfold_tables(root)
    for line_break in root.iter("br"):
        line_break.tail = f"{BREAK}{line_break.tail or ''}"
    for block in list(root.iter(*_BARE)):
        least = _PROSE // 2 if block.tag == "li" else _LINE
        if block not in holding and len(str(block.text_content()).strip()) >= least:
            _wrap(block)


def name_blocks(root: lxml.html.HtmlElement) -> None:
    """Make blocks of elements that a site invented (``<story-text>``): their names count as classes from here on."""
    for element in root.iter(etree.Element):
        if "-" in element.tag and not element.tag.startswith("amp-"):
            element.set("class", f"{element.tag} {element.get('class', '')}".strip())
            element.tag = "div"


def _plain_headings(root: lxml.html.HtmlElement) -> None:
    """Some papers set every paragraph as a heading of a low rank: such rows of headings become paragraphs."""
    rows: dict[tuple[lxml.html.HtmlElement | None, str], list[lxml.html.HtmlElement]] = {}
    for heading in root.iter("h3", "h4", "h5", "h6"):
        rows.setdefault((heading.getparent(), str(heading.tag)), []).append(heading)
    for row in rows.values():
        lengths = [len(" ".join(str(heading.text_content()).split())) for heading in row]
        if sum(length >= _PROSE for length in lengths) * 2 >= len(row) and sum(lengths) >= 2 * _PROSE:
            for heading in row:
                heading.tag = "p"


def _part_lines(root: lxml.html.HtmlElement, holding: set[lxml.html.HtmlElement]) -> None:
    """Blocks with bare text between breaks, or between other blocks (an advert in the middle), get a ``p`` for each run of it."""
    holders = dict.fromkeys(parent for line_break in root.iter("br") if (parent := line_break.getparent()) is not None)
    for holder in (*holders, *(each for each in holding if each.tag not in ("p", "span", "font") and each not in holders)):
        if holder.tag in _HOLDERS and _bare_length(holder) >= _PROSE:
            if holder.tag in ("span", "font", "p"):
                holder.tag = "div"
            _part(holder)
            holding.add(holder)


def _holding_blocks(root: lxml.html.HtmlElement) -> set[lxml.html.HtmlElement]:
    """The elements that hold a block."""
    holding: set[lxml.html.HtmlElement] = set()
    for element in root.iter(etree.Element):
        if element.tag in BLOCKS:
            parent = element.getparent()
            while parent is not None and parent not in holding:
                holding.add(parent)
                parent = parent.getparent()
    return holding


def _wrap(block: lxml.html.HtmlElement) -> None:
    """Put what a block holds, text and inline elements, into one ``p``; the block keeps its name and class."""
    paragraph = lxml.html.Element("p")
    paragraph.text, block.text = block.text, None
    for child in list(block):
        paragraph.append(child)
    block.append(paragraph)


def _unfold_tables(root: lxml.html.HtmlElement) -> None:
    for table in root.xpath("//table[.//table or .//h1 or .//h2 or .//h3 or .//td/p or .//td/div/p or .//td/span/p]"):
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
        if child.tag == "br" or child.tag in BLOCKS:
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
