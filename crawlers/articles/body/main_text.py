"""The text of an article's page: what stands in its block of prose, checked against what the page states and describes.

Where that block holds most of the page's prose, or is marked as the article's text, it is believed; else trafilatura is asked
too, comments off, precision before recall (0.98 against 0.60 on synthetic pages), and the fuller of the two answers is taken.
"""

from __future__ import annotations

import re
from typing import Final

import lxml.html
from lxml import etree

from crawlers.articles.body.body_block import Body, find_body
from crawlers.articles.body.body_lines import lines_of
from crawlers.articles.body.furniture import clear_away
from crawlers.articles.body.paragraphs import make_paragraphs, name_blocks
from crawlers.articles.facts.headline import heading_of
from crawlers.articles.facts.page_facts import PageFacts
from crawlers.text.letters import letters_of
from crawlers.text.plain_text import plain_text, tidy, visible
from domain.arabic import normalise

UNREAD: Final = (
    *("script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "map", "audio", "video", "button"),
    *("select", "textarea", "input", "option", "link", "dialog"),
)
"""Elements that hold no text of the page."""
_ENOUGH: Final = 80
"""Characters below which an extracted text is doubted and other places are looked at."""
_SURE: Final = 0.5
"""Share of the page's prose from which its block is believed."""
_SURE_BEHIND_HEADING: Final = 0.12
"""The same for a block that holds the first prose behind the headline."""
_SURE_LENGTH: Final = 200
_MOST_ELEMENTS: Final = 6_000
"""Elements, furniture apart, of a tree that trafilatura is asked about: parts of it cost by their square."""
_MARKED: Final = "//article//p | //main//p | //*[@itemprop='articleBody']"
_LOST: Final = 0.6
"""A text shorter than this share of another one has lost part of the article."""
_CUT: Final = re.compile(r"(?:\.{2,}|…|\[[.…]+\]|[^.؟!»\"”)])\s*$")
"""How a stated text ends that breaks off: an excerpt."""
_COMPARED: Final = 40
"""Characters by which a lead, or a line, is known again."""


def main_text(root: lxml.html.HtmlElement, facts: PageFacts, *, clear: bool = True) -> str:
    """The article's text, one line to a paragraph; empty where there is none. The tree is changed.

    ``clear`` is False for a page that calls its article by a word of its furniture: then nothing is removed first.
    """
    etree.strip_elements(root, *UNREAD, with_tail=False)
    name_blocks(root)
    heading = heading_of(root, facts.title)
    if clear:
        clear_away(root)
    make_paragraphs(root)
    if heading is not None and next(heading.iterancestors("html"), None) is not root:
        heading = None
    body = find_body(root, heading)
    text = tidy("\n".join(lines_of(body.pieces, heading)))
    if not _is_sure(body, text):
        text = _fuller(_by_trafilatura(root), text, facts.description)
    text = _as_stated(text, plain_text(facts.body) if facts.body else "")
    if len(text) < _ENOUGH:
        return max(text, _paragraphs(root), tidy(facts.description), key=len)
    return _with_lead(text, _lead(root, facts.description))


def _is_sure(body: Body, text: str) -> bool:
    if body.follows_heading and body.share >= _SURE_BEHIND_HEADING:
        return len(text) >= _ENOUGH
    return len(text) >= _SURE_LENGTH and (body.is_marked or body.share >= _SURE)


def _by_trafilatura(root: lxml.html.HtmlElement) -> str:
    if len(str(root.text_content()).strip()) < _ENOUGH or root.xpath("count(//*)") > _MOST_ELEMENTS:
        return ""
    import trafilatura

    return tidy(trafilatura.extract(root, include_comments=False, favor_precision=True, output_format="txt") or "")


def _fuller(text: str, block: str, description: str) -> str:
    """The block's text where trafilatura's is but a part, or where that block alone opens as the description does."""
    if len(text) < _LOST * len(block):
        return block
    if len(block) >= _SURE_LENGTH and len(block) >= _LOST * len(text):
        return block
    lead = normalise(tidy(description))[:_COMPARED]
    other = len(lead) == _COMPARED and lead not in normalise(text) and lead in normalise(block)
    return block if other and len(block) >= _ENOUGH else text


def _as_stated(text: str, stated: str) -> str:
    """The text in the light of the whole text that the page states for machines: lines that it does not know are not the
    article's; where it is much longer, it is the text. A statement that breaks off tells nothing of what comes after it."""
    if len(stated) < _SURE_LENGTH:
        return text
    known = letters_of(stated)
    lines = text.split("\n")
    places = [place for place, line in enumerate(lines) if letters_of(line)[:_COMPARED] in known]
    found = "\n".join(lines[place] for place in places)
    if len(stated) > 1.5 * len(found):
        return text if found and len(text) > len(stated) and _CUT.search(stated) else stated
    if _CUT.search(stated) or len(stated) < _SURE * len(text):
        return text
    return found


def _lead(root: lxml.html.HtmlElement, description: str) -> str:
    """The paragraph that opens as the page's description does: some pages keep it apart from the text."""
    lead = normalise(tidy(description))[:_COMPARED]
    if len(lead) < _COMPARED:
        return ""
    paragraphs = (visible(paragraph) for paragraph in root.iter("p"))
    return next((text for text in paragraphs if len(text) >= _ENOUGH and normalise(tidy(text[:200])).startswith(lead)), "")


def _with_lead(text: str, lead: str) -> str:
    """The text with its lead in front, which an extractor may have lost, or put at the end."""
    lead = tidy(lead)
    if not lead:
        return text
    if text.count("\n") > 1 and text.endswith(f"\n{lead}"):
        return f"{lead}\n{text.removesuffix(lead).rstrip()}"
    return text if normalise(lead)[:_COMPARED] in normalise(text) else f"{lead}\n{text}"


def _paragraphs(root: lxml.html.HtmlElement) -> str:
    return tidy("\n".join(element.text_content() for element in root.xpath(_MARKED)))
