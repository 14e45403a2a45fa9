"""Which block of a page holds the article: found by where the prose stands, by names and marks, and by the headline.

The idea of handing a paragraph's weight to its parent, and part of it to the parents above, is Readability's (Arc90, 2010).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import lxml.html
from lxml import etree

from crawlers.articles.body.furniture import own_length
from crawlers.articles.body.side_lines import is_side_line, is_unfinished
from crawlers.articles.body.teaser_cards import is_teaser
from crawlers.text.page_tree import class_and_id
from crawlers.text.plain_text import visible

PROSE: Final = 40
"""Characters beside links from which a paragraph counts as prose."""
_SHARES: Final = (1.0, 0.6, 0.3)
"""What of a paragraph's weight its parent gets, and the two above."""
_NAMED: Final = 1.4
_AHEAD: Final = 0.3
_OTHER: Final = 0.4
_NEAR: Final = 1.8
"""Factors: for a block called the text, one that stands before the headline, one under another headline, and one that holds the
first prose behind the headline."""
_GAIN: Final = 0.08
"""Prose beside a block, as a share of its own, from which it is looked at whether the article goes on there."""
_TEXT_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|story|article|news|body|details?|full)[-_]?(?:content|body|text|details?|txt|desc\w*)"
    r"|(?:content|article|news|story|post|node)[-_]?(?:body|text|details?)|articlebody|newsbody|text-?formatted"
    r"|body-?text)(?=$|[\s_-])",
    re.IGNORECASE,
)
_LEAD_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:intro\w*|lead|lede|summary|stand-?first|sub-?(?:title|head\w*)|excerpt|deck|teaser|abstract|brief|synopsis"
    r"|description|مقدمة|ملخص)(?=$|[\s_-])",
    re.IGNORECASE,
)
_OUTSIDE: Final = frozenset({"footer", "aside", "nav", "header", "form"})
_NUMBER: Final = re.compile(r"\d+")
_LOOKS: Final = re.compile(
    r"(?:[a-z]+:)*-?(?:(?:[mp][trblxyse]?|w|h|gap|space|text|bg|font|leading|rounded|border|shadow|flex|grid|col|row|max|min|order"
    r"|items|justify|overflow|list|divide|z|top|inset)-.*|flex|grid|block|inline|hidden|relative|absolute|sticky|container|clearfix"
    r"|rounded|border|shadow|truncate)$"
)
"""Classes that say how a block looks and not what it is."""
_OWN: Final = 0.7
"""Share of a block's text beside links from which it may be a part of the article."""
_ASIDE: Final = frozenset({"footer", "aside", "nav", "figure"})
_RANKS: Final = frozenset({"h1", "h2", "h3"})
_WHOLE: Final = frozenset({"html", "body"})


@dataclass(frozen=True)
class Body:
    """The block, the pieces of the article before and behind it, and how much of the page's prose they hold."""

    pieces: tuple[lxml.html.HtmlElement, ...] = ()
    share: float = 0.0
    is_marked: bool = False
    follows_heading: bool = False
    """Whether the first prose behind the headline is its."""


@dataclass
class _Prose:
    """The page's paragraphs of prose with their weights, and the order of its elements."""

    weights: dict[lxml.html.HtmlElement, int] = field(default_factory=dict)
    order: dict[lxml.html.HtmlElement, int] = field(default_factory=dict)

    def within(self, block: lxml.html.HtmlElement) -> int:
        return sum(self.weights.get(paragraph, 0) for paragraph in block.iter("p"))


def find_body(root: lxml.html.HtmlElement, heading: lxml.html.HtmlElement | None) -> Body:
    """Where the article stands; a body without pieces where the page has no prose. ``heading`` is the headline's element."""
    prose = _read_prose(root, heading)
    if not prose.weights:
        return Body()
    marked = _marked(root, prose)
    best = marked if marked is not None else _best(prose, heading)
    row = (best,) if marked is not None else _grown(best, prose, heading)
    lead = (each for each in _lead(best, prose, heading) if not any(_holds(piece, each) for piece in row))
    pieces = (*lead, *row)
    total = sum(prose.weights.values())
    return Body(pieces, sum(map(prose.within, pieces)) / total, marked is not None, _follows(pieces, prose, heading))


def _follows(pieces: tuple[lxml.html.HtmlElement, ...], prose: _Prose, heading: lxml.html.HtmlElement | None) -> bool:
    first = _first_behind(prose, heading)
    return first is not None and any(_holds(piece, first) for piece in pieces)


def _first_behind(prose: _Prose, heading: lxml.html.HtmlElement | None) -> lxml.html.HtmlElement | None:
    """The first paragraph of prose behind the headline."""
    if heading is None:
        return None
    behind = (paragraph for paragraph in prose.weights if prose.order[paragraph] > prose.order[heading])
    others = [paragraph for paragraph in behind if not _holds(heading, paragraph)]
    sentences = (each for each in others if prose.weights[each] >= 2 * PROSE or not is_unfinished(visible(each)))
    return next(sentences, others[0] if others else None)


def _read_prose(root: lxml.html.HtmlElement, heading: lxml.html.HtmlElement | None) -> _Prose:
    prose = _Prose()
    for place, element in enumerate(root.iter(etree.Element)):
        prose.order[element] = place
        if element.tag == "p":
            text = str(element.text_content()).strip()
            length = len(text)
            if length >= PROSE and not _in_link(element) and not is_side_line(" ".join(text.split())):
                linked = sum(len(str(link.text_content())) for link in element.iter("a"))
                if linked * 2 < length and not is_teaser(element, heading):
                    prose.weights[element] = length - linked
    return prose


def _in_link(paragraph: lxml.html.HtmlElement) -> bool:
    return any(outer.tag == "a" and "href" in outer.attrib for outer in islice(paragraph.iterancestors(), 3))


def _marked(root: lxml.html.HtmlElement, prose: _Prose) -> lxml.html.HtmlElement | None:
    """The block that the page itself marks as the article's text; the first one that holds prose."""
    for element in root.xpath("//*[@itemprop='articleBody' or @property='schema:articleBody' or @property='articleBody']"):
        if element.tag not in ("meta", "link") and prose.within(element) >= 2 * PROSE:
            return element
    return None


def _best(prose: _Prose, heading: lxml.html.HtmlElement | None) -> lxml.html.HtmlElement:
    scores: dict[lxml.html.HtmlElement, float] = {}
    start = prose.order[heading] if heading is not None else -1
    behind = {
        paragraph: weight
        for paragraph, weight in prose.weights.items()
        if prose.order[paragraph] > start and not (heading is not None and _holds(heading, paragraph))
    }
    for paragraph, weight in (behind or prose.weights).items():
        for share, block in zip(_SHARES, _holders(paragraph), strict=False):
            if block.tag in _WHOLE and scores:
                break
            scores[block] = scores.get(block, 0.0) + share * weight
            if block.tag in _WHOLE | _ASIDE:
                break
    first = _first_behind(prose, heading)
    near = _around(first, prose) if first is not None else set()
    return max(scores, key=lambda block: scores[block] * (_NEAR if block in near else 1.0) * _factor(block, prose, heading, near))


def _holders(paragraph: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """The blocks around a paragraph, without those that only wrap it: some pages give every paragraph boxes of its own."""
    inner = paragraph
    for block in paragraph.iterancestors():
        if len(block) > 1 or block.tag in _WHOLE or (block.text or "").strip() or (inner.tail or "").strip():
            yield block
        inner = block


def _around(first: lxml.html.HtmlElement, prose: _Prose) -> set[lxml.html.HtmlElement]:
    """The blocks around a paragraph up to the nearest that holds another one; without that one where a heading parts the two."""
    blocks = set()
    for block in first.iterancestors():
        others = (paragraph for paragraph in block.iter("p") if paragraph in prose.weights and paragraph is not first)
        second = next(others, None)
        if second is None or not _is_parted(block, first, second, prose):
            blocks.add(block)
        if second is not None:
            break
    return blocks


def _is_parted(block: lxml.html.HtmlElement, first: lxml.html.HtmlElement, second: lxml.html.HtmlElement, prose: _Prose) -> bool:
    start, end = prose.order[first], prose.order[second]
    return any(start < prose.order[heading] < end for heading in block.iter("h2", "h3", "h4"))


def _factor(
    block: lxml.html.HtmlElement, prose: _Prose, heading: lxml.html.HtmlElement | None, near: set[lxml.html.HtmlElement]
) -> float:
    factor = _NAMED if _TEXT_NAME.search(class_and_id(block)) else 1.0
    if block.tag in _OUTSIDE:
        factor *= _AHEAD
    if heading is not None and prose.order[block] < prose.order[heading] and not _holds(block, heading):
        factor *= _AHEAD
    if heading is None:
        return factor
    spans = _holds(block, heading) and any(inner is not heading for inner in block.iter(heading.tag) if heading.tag in _RANKS)
    is_other = block not in near and not _holds(block, heading) and _opens_with_heading(block, heading)
    return factor * _OTHER if spans or is_other or _is_under_another(block, prose, heading) else factor


def _is_under_another(block: lxml.html.HtmlElement, prose: _Prose, heading: lxml.html.HtmlElement) -> bool:
    """Whether a block stands in a part of the page that has a headline of its own: the next story, a list of teasers."""
    for outer in (block, *block.iterancestors()):
        if _holds(outer, heading):
            return False
        first = next(outer.iter("h1", "h2", "h3"), None)
        if first is not None and outer is not block and prose.order[first] < prose.order[block]:
            return True
    return False


def _grown(
    best: lxml.html.HtmlElement, prose: _Prose, heading: lxml.html.HtmlElement | None
) -> tuple[lxml.html.HtmlElement, ...]:
    """The block, or the row of blocks alike, in which the article goes on beside ``best``: columns, parts between adverts."""
    own, block = prose.within(best), best
    for parent in best.iterancestors():
        if parent.tag in _WHOLE or (heading is not None and block is not best and _holds(parent, heading)):
            break
        alike = [sibling for sibling in parent if sibling is block or _is_alike(sibling, block, heading, block is best)]
        gain = sum(prose.within(sibling) for sibling in alike if sibling is not block)
        if gain >= _GAIN * own:
            return tuple(sibling for sibling in alike if prose.within(sibling))
        block = parent
    return (best,)


def _is_alike(
    sibling: lxml.html.HtmlElement, block: lxml.html.HtmlElement, heading: lxml.html.HtmlElement | None, is_nearest: bool
) -> bool:
    """Whether a sibling goes on with the article of ``block``: of the same make, and under no headline of its own."""
    if sibling.tag == "p":
        return block.tag not in _OUTSIDE
    if sibling.tag != block.tag or next(sibling.iter("h1"), None) is not None:
        return False
    belong = _is_whole_article(sibling.getparent()) or _opens_with_heading(block, heading)
    if not belong and _opens_with_heading(sibling, heading):
        return False
    if heading is not None and next((inner for inner in sibling.iter(heading.tag) if heading.tag in _RANKS), None) is not None:
        return False
    if own_length(sibling) < _OWN * len(" ".join(str(sibling.text_content()).split())):
        return False
    names, others = _names(block), _names(sibling)
    return bool(names & others) if names or others else is_nearest and sibling.get("id") is None and block.get("id") is None


def _opens_with_heading(block: lxml.html.HtmlElement, heading: lxml.html.HtmlElement | None) -> bool:
    """Whether the first text of a block is a heading, other than the page's headline."""
    first = next((each for each in block.iter("h2", "h3", "p") if str(each.text_content()).strip()), None)
    return first is not None and first.tag != "p" and first is not heading


def _is_whole_article(block: lxml.html.HtmlElement | None) -> bool:
    """Whether a block is marked or called as an article, or its text: sections in it belong together, whatever heads them."""
    return block is not None and (block.tag == "article" or _TEXT_NAME.search(class_and_id(block)) is not None)


def _names(block: lxml.html.HtmlElement) -> set[str]:
    """The classes of a block that name what it is, without the number where it is the only one: parts are often counted."""
    names = (block.get("class") or "").split()
    if len(names) == 1:
        return {_NUMBER.sub("", names[0])}
    return {name for name in names if not _LOOKS.match(name)} or set(names)


def _lead(best: lxml.html.HtmlElement, prose: _Prose, heading: lxml.html.HtmlElement | None) -> tuple[lxml.html.HtmlElement, ...]:
    """The article's opening where it stands apart, between headline and text."""
    if heading is None or _holds(best, heading):
        return ()
    start, end = prose.order[heading], prose.order[best]
    found = []
    for element in _between(prose, start, end):
        if element.tag in ("h2", "h3", "h4"):
            is_lead = len(str(element.text_content()).strip()) >= 2 * PROSE
        else:
            is_lead = element in prose.weights and (prose.weights[element] >= 2 * PROSE or _is_called_lead(element))
        if is_lead and not any(outer.tag in _ASIDE for outer in element.iterancestors()):
            found.append(element)
    return tuple(found)


def _between(prose: _Prose, start: int, end: int) -> Iterable[lxml.html.HtmlElement]:
    return [element for element, place in prose.order.items() if start < place < end and element.tag in ("p", "h2", "h3", "h4")]


def _is_called_lead(element: lxml.html.HtmlElement) -> bool:
    return any(_LEAD_NAME.search(class_and_id(each)) for each in (element, *list(element.iterancestors())[:2]))


def _holds(block: lxml.html.HtmlElement, inner: lxml.html.HtmlElement) -> bool:
    return inner is block or any(outer is block for outer in inner.iterancestors())
