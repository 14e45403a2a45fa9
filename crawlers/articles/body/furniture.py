"""What stands on an article's page and is not the article: comments, related news, share bars, advertisements, menus.

A block is known by its class, id, role or label, or by the heading that opens it. Classes lie (``comments-open`` on the whole
article), so a block that holds the headline or the marked text stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import lxml.html
from lxml import etree

from crawlers.articles.body.furniture_labels import MAX_LABEL, Label, label_of
from crawlers.text.page_tree import class_and_id
from crawlers.text.plain_text import visible
from domain.arabic import normalise

_NAMED: Final = re.compile(
    r"(?:^|[\s_-])(?<!with[_-])(?<!has[_-])(?<!no[_-])(?:comments?(?:list|area|box)?|disqus|discussions?|respond|replies"
    r"|guestbook|readers"
    r"|related\w*|recommend\w*|read-?more|see-?also|also|most-?read|trending|you-?may-?like|outbrain|taboola"
    r"|shar(?:e|ing)\w*|social|sharebar|print-?bar|print-?only|tools|toolbar|rating|newsletter|subscribe"
    r"|ads?|adv|advert\w*|adsbygoogle|sponsor\w*|promo\w*|banner|dfp|cookies?|gdpr|consent"
    r"|nav|navbar|navigation|menu|breadcrumbs?|crumbs|ticker|marquee|breaking|sidebar|widget-area|pager|pagination|tags"
    r"|tagcloud|tag-?list"
    r"|visually-hidden|sr-only|screen-reader(?:-text)?|twitter-tweet|instagram-media|tiktok-embed|fb-(?:post|video)|telegram-post"
    r"|author-?(?:box|card|bio|info)|about-?author|captions?|wp-caption-text|photo-?credit)(?=$|[\s_-])",
    re.IGNORECASE,
)
_READERS: Final = re.compile(
    "comment|disqus|twitter-tweet|instagram-media|tiktok-embed|discuss|respond|repl|guestbook|reader|related|recommend|sidebar"
    "|author|cookie|gdpr|consent",
    re.IGNORECASE,
)
"""Blocks that may hold paragraphs and are none of the article's."""
_TEXT_NAMED: Final = re.compile(
    r"(?:^|[\s_-])(?:hentry|(?:entry|post|story|article|news|main|page|body|details?)-?_?(?:content|body|text|details?))(?=$"
    r"|[\s_-])",
    re.IGNORECASE,
)
_ROLES: Final = frozenset({"navigation", "complementary", "banner", "contentinfo", "search", "menu", "toolbar"})
_KEPT: Final = frozenset({"html", "body", "main", "head"})
_ALWAYS: Final = ("nav", "figcaption", "marquee", "amp-sidebar", "amp-ad", "amp-analytics", "amp-social-share", "amp-embed")
_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6", "b", "strong", "legend", "summary"})
_LEAVES: Final = frozenset({"div", "span", "p", "td", "th", "dt", "label", "font", "em", "u", "a"})
"""Other elements whose whole text may be a label."""
_INLINE: Final = frozenset({"b", "strong", "em", "u", "span", "font", "a", "i", "label"})
_STOPS: Final = frozenset({"h1", "h2", "article"})
_PROSE: Final = 80
"""Characters beside links from which a paragraph behind a box is the article's again."""
_LINKED_TITLE: Final = 15
"""Characters of a link from which it names another article."""
_SHORT: Final = 25
"""Characters from which a piece of text behind a box is a line of the article."""
_OWN: Final = 0.75
"""Share of a paragraph's text beside links."""
_TEASER: Final = 300
"""Characters of a card's summary, its time and its section at most."""
_BOXES: Final = frozenset({"div", "section", "aside", "p", "fieldset", "li"})
_SENTENCE_ENDS: Final = re.compile(r"[.؟!»]$")
_UNSHOWN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SIGN_UP: Final = 450
"""Characters of a form's box at most."""
_ASKS: Final = re.compile(
    "بريدك|البريد الالكتروني|(?:ال)?نشره (?:ال)?(?:بريد|اخبار|صباح)|اشترك|سجل الان|استطلاع|استفتاء"
    "|e-?mail|subscribe|newsletter|sign up"
)
"""What a form's box says that asks for an address, or a vote."""
_LINE_OF_LABEL: Final = 120
"""Characters that may stand behind a label on its line."""
_MOST_FORMS: Final = 30
_MOST: Final = 0.5
_MOST_BLOCKS: Final = 2000
_MOST_LABELS: Final = 300
"""Blocks and labels that are looked at: a page with more of them was made to cost time."""


def clear_away(root: lxml.html.HtmlElement) -> None:
    """Remove the page's furniture from its tree, whose scripts and styles are gone already."""
    whole = own_length(root)
    for element in list(root.iter(*_ALWAYS)):
        if _attached(element, root) and _may_go(element, whole):
            _drop(element)
    for element in islice(list(_named(root)), _MOST_BLOCKS):
        if (
            _attached(element, root)
            and _may_go(element, whole)
            and (_READERS.search(class_and_id(element)) or not _reads_on(element))
        ):
            _drop(element)
    _clear_forms(root, whole)
    for element, label in islice(list(_labels(root)), _MOST_LABELS):
        if _attached(element, root):
            _clear_section(element, label, whole)


def _reads_on(element: lxml.html.HtmlElement) -> bool:
    """Whether a block holds paragraphs as an article does, whatever it is called."""
    return sum(map(_is_prose, element.iterchildren("p"))) > 1


def own_length(element: lxml.html.HtmlElement) -> int:
    """Characters of text that are no link, runs of spaces counted once."""
    length = len(" ".join(str(element.text_content()).split()))
    return length - sum(len(" ".join(str(link.text_content()).split())) for link in element.iter("a"))


def _named(root: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    for element in root.iter(etree.Element):
        attributes = element.attrib
        if not attributes or element.tag in _KEPT:
            continue
        name = class_and_id(element)
        if (len(name) > 2 and _NAMED.search(name) and not _TEXT_NAMED.search(name)) or attributes.get("role") in _ROLES:
            yield element
        elif "aria-label" in attributes and label_of(attributes["aria-label"]) is not None:
            yield element
        elif ("hidden" in attributes or "style" in attributes) and _is_hidden(element):
            yield element


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    """Whether a little block is one that the page does not show: a message that waits for its moment. The second half of an
    article waits so too, but it is no little one, and its paragraphs are no blocks."""
    if element.tag not in _BOXES - {"p"} or not ("hidden" in element.attrib or _UNSHOWN.search(element.get("style", ""))):
        return False
    return own_length(element) <= _TEASER


def _may_go(element: lxml.html.HtmlElement, whole: int) -> bool:
    """Whether a block can be spared: it holds neither the headline nor the marked text; and, comments apart, not most words."""
    is_comment = "comment" in (element.get("class") or "")
    if element.tag == "article" and not is_comment:
        return False
    if len(element) == 0:
        return element.get("itemprop") != "articleBody" and (is_comment or len(element.text or "") <= _MOST * whole)
    for inner in element.iter("h1", "article"):
        if inner is not element and (inner.tag == "h1" or not ("comment" in (inner.get("class") or "") or _is_card(inner))):
            return False
    if element.xpath("boolean(descendant-or-self::*[@itemprop='articleBody' or @property='schema:articleBody'])"):
        return False
    return is_comment or own_length(element) <= _MOST * whole


def _is_card(article: lxml.html.HtmlElement) -> bool:
    """Whether an ``article`` is a card that leads to another one: its heading is a link, and hardly any text stands beside it."""
    heading = next(article.iter("h2", "h3", "h4", "h5"), None)
    linked = heading is not None and own_length(heading) == 0 and next(heading.iter("a"), None) is not None
    return linked and own_length(article) <= _TEASER


def _clear_forms(root: lxml.html.HtmlElement, whole: int) -> None:
    """Remove the boxes of forms that ask for an address: a newsletter's few words stand around its form."""
    for form in islice(list(root.iter("form")), _MOST_FORMS):
        box = _box_of(form, whole)
        if _attached(form, root) and (box is not form or _is_sign_up(form)):
            _drop(box)


def _box_of(form: lxml.html.HtmlElement, whole: int) -> lxml.html.HtmlElement:
    """The block around a form that tells what it is for: one step out of what only wraps it, and on to its title."""
    box, added = form, 0
    for parent in form.iterancestors():
        more = len(visible(parent)) - len(visible(box))
        if parent.tag not in _BOXES or not (_is_sign_up(parent) and _may_go(parent, whole)) or (added and more > 2 * MAX_LABEL):
            break
        box, added = parent, added + more
    return box


def _is_sign_up(block: lxml.html.HtmlElement) -> bool:
    text = str(block.text_content())
    return len(text) <= 2 * _SIGN_UP and len(" ".join(text.split())) <= _SIGN_UP and _ASKS.search(normalise(text)) is not None


def _labels(root: lxml.html.HtmlElement) -> Iterator[tuple[lxml.html.HtmlElement, Label]]:
    for element in root.iter(etree.Element):
        tag = element.tag
        if tag in _HEADINGS:
            text = str(element.text_content())
        elif tag in _LEAVES and len(element) == 0:
            text = element.text or ""
        elif tag in ("div", "p") and len(element) and (element.text or "").strip():
            text = element.text  # a word of its own above what it heads: «إعلان» and the banner below it
        else:
            continue
        if len(text) <= 4 * MAX_LABEL and (label := label_of(" ".join(text.split()))) is not None:
            yield element, label


def _clear_section(heading: lxml.html.HtmlElement, label: Label, whole: int) -> None:
    """Remove what a label heads: its block if it stands first in one, else itself and what follows that is no article."""
    if len(heading) and heading.tag not in _HEADINGS:
        if own_length(heading) <= 5 * MAX_LABEL and _may_go(heading, whole):
            _drop(heading)
        return
    if label is Label.COMMENTS and _drop_comments(heading, whole):
        return
    heading = _outermost(heading)
    block = heading.getparent()
    if block is None or heading.tag in _KEPT:
        return
    is_inline = heading.tag in _INLINE
    if _opens(block, heading) and _may_go(block, whole) and not _holds_article(block, label, is_inline):
        _drop(block)
    elif not is_inline or (block.tag != "p" and not (heading.tail or "").strip()):
        _drop_following(heading, label, whole)


def _opens(block: lxml.html.HtmlElement, heading: lxml.html.HtmlElement) -> bool:
    return block.tag not in _KEPT and block[0] is heading and not (block.text or "").strip()


def _drop_following(heading: lxml.html.HtmlElement, label: Label, whole: int) -> None:
    following = list(_following(heading, label))
    length = sum(map(own_length, following))
    if length > _MOST * whole and label is Label.COMMENTS and heading.tag != "a" and _is_behind_prose(heading):
        whole = 2 * length
    if length <= _MOST * whole and all(_may_go(sibling, whole) for sibling in following):
        for each in (*following, heading):
            each.tail = None
            _drop(each)


def _drop_comments(heading: lxml.html.HtmlElement, whole: int) -> bool:
    """Remove the section that a heading of comments opens; they may well be longer than a short article."""
    section = _opened_by(heading) if heading.tag != "a" else None
    if section is None or not (
        _may_go(section, whole) or (_may_go(section, 2 * own_length(section)) and _is_behind_prose(section))
    ):
        return False
    _drop(section)
    return True


def _outermost(heading: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """The element that holds the label and nothing else: a row of a table, a box around a heading."""
    text = len(str(heading.text_content()).strip())
    parent = heading.getparent()
    while parent is not None and parent.tag not in _KEPT and parent.tag not in ("article", "main", "section"):
        if len(parent) > 1 or len(str(parent.text_content()).strip()) > text + 2:
            break
        heading, parent = parent, parent.getparent()
    return heading


def _opened_by(heading: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """The block that begins with a label, or with one line that does, and goes on behind it: a table, a row of it, a section."""
    line = len(str(heading.text_content()).strip()) + _LINE_OF_LABEL
    element, parent = heading, heading.getparent()
    while parent is not None and parent.tag not in _KEPT and parent[0] is element and not (parent.text or "").strip():
        if len(" ".join(str(parent.text_content()).split())) > line:
            return parent
        element, parent = parent, parent.getparent()
    return None


def _is_behind_prose(section: lxml.html.HtmlElement) -> bool:
    """Whether a paragraph stands before a block: what comes first on its page is not taken for comments, however it is headed."""
    return bool(section.xpath(f"boolean(preceding::text()[string-length(normalize-space()) >= {_PROSE}])"))


def _holds_article(block: lxml.html.HtmlElement, label: Label, is_inline: bool) -> bool:
    """Whether a block that a box's label opens goes on as the article: with paragraphs of its own, outside links."""
    if label is Label.COMMENTS:
        return False
    if is_inline and block.tag in ("p", "li") and own_length(block) >= _PROSE + MAX_LABEL:
        return True
    return sum(map(_is_prose, block)) > 1 or _goes_on_behind_list(block)


def _goes_on_behind_list(block: lxml.html.HtmlElement) -> bool:
    """Whether sentences stand behind a closed list of links: the article goes on in the block that a box opens."""
    lists = [each for each in block.iterchildren("ul", "ol") if next(each.iter("a"), None) is not None]
    behind = lists[0].itersiblings("p", "div") if lists else ()
    unlinked = (text for each in behind if len(text := visible(each)) >= _PROSE // 2 and own_length(each) == len(text))
    return any(map(_SENTENCE_ENDS.search, unlinked))


def _following(heading: lxml.html.HtmlElement, label: Label) -> Iterator[lxml.html.HtmlElement]:
    """What a label heads among its siblings: for a box as far as its links go, or one teaser where the heading is a heading."""
    linked = False
    for sibling in heading.itersiblings():
        if (sibling.tag == heading.tag and heading.tag in _HEADINGS) or sibling.tag in _STOPS:
            return
        if label is Label.BOX:
            has_link = next(sibling.iter("a"), None) is not None
            if _ends_box(sibling, heading, linked=linked, has_link=has_link):
                return
            linked = linked or has_link
        yield sibling


def _ends_box(sibling: lxml.html.HtmlElement, heading: lxml.html.HtmlElement, *, linked: bool, has_link: bool) -> bool:
    """Whether the article goes on here behind a box; ``linked``: the box has its links already."""
    if heading.tag not in _HEADINGS:
        return not has_link or _is_prose(sibling)
    if linked and not has_link and own_length(sibling) >= _SHORT:
        return True
    return _is_prose(sibling) and (linked or _goes_on(sibling))


def _is_prose(element: lxml.html.HtmlElement) -> bool:
    """Whether an element reads as a paragraph: long enough, hardly any of it in links; a block with a linked title is a card."""
    own = own_length(element)
    if element.tag != "p" and any(len(str(link.text_content()).strip()) >= _LINKED_TITLE for link in element.iter("a")):
        return False
    return own >= _PROSE and own >= _OWN * len(" ".join(str(element.text_content()).split()))


def _goes_on(paragraph: lxml.html.HtmlElement) -> bool:
    """Whether a paragraph stands with another one: a single one behind «Read more» is its teaser."""
    return any(map(_is_prose, paragraph.itersiblings()))


def _drop(element: lxml.html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _attached(element: lxml.html.HtmlElement, root: lxml.html.HtmlElement) -> bool:
    """Whether an element still hangs on the tree: what stood in a removed block does not."""
    return element is root or next(element.iterancestors("html"), None) is not None
