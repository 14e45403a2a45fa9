"""What stands on an article's page and is not the article: comments, related news, share bars, advertisements, menus.

A block is known by its class, id, role or label, or by the heading that opens it. Classes lie (``comments-open`` on the whole
article), so a block that holds the headline or the marked text stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import lxml.html
from lxml import etree

from domain.arabic import normalise

_NAMED: Final = re.compile(
    r"(?:^|[\s_-])(?<!with[_-])(?<!has[_-])(?<!no[_-])(?:comments?(?:list|area|box)?|disqus|discussions?|respond|replies|guestbook|readers"
    r"|related\w*|recommend\w*|read-?more|see-?also|also|most-?read|trending|you-?may-?like"
    r"|shar(?:e|ing)\w*|social|sharebar|print-?bar|tools|toolbar|rating|newsletter"
    r"|ads?|adv|advert\w*|adsbygoogle|sponsor\w*|promo\w*|banner|dfp"
    r"|nav|navbar|navigation|menu|breadcrumbs?|crumbs|ticker|sidebar|pager|pagination)(?=$|[\s_-])",
    re.IGNORECASE,
)
_TEXT_NAMED: Final = re.compile(
    r"(?:^|[\s_-])(?:hentry|(?:entry|post|story|article|news|main|page)-?_?(?:content|body|text))(?=$|[\s_-])", re.IGNORECASE
)
_ROLES: Final = frozenset({"navigation", "complementary", "banner", "contentinfo", "search", "menu", "toolbar"})
_KEPT: Final = frozenset({"html", "body", "main", "head"})
_HEADINGS: Final = ("h2", "h3", "h4", "h5", "h6", "b", "strong", "legend")
_LABEL: Final = re.compile(
    r"(?:ال)?تعليقات?(?: ال(?:قراء|زوار))?|(?:اراء|ردود|مشاركات) (?:القراء|الزوار)|(?:اضف|اكتب|اترك) (?:تعليقك?|ردك?|تعليقا)"
    r"|النقاش|(?:اخبار|مواضيع|مقالات|مواد|موضوعات) (?:ذات صله|اخري|مشابهه|متعلقه|مقترحه)|اقرا (?:ايضا|كذلك|المزيد)"
    r"|قد يهمك(?: ايضا)?|(?:ال)?اكثر (?:قراءه|تداولا|مشاهده)|من العدد نفسه|المزيد من (?:ال)?اخبار"
    r"|شارك(?: (?:الخبر|المقال|هذا الخبر))?|مشاركه"
    r"|\d* ?comments?|leave a (?:comment|reply)|discussion|(?:readers ?)?replies|related(?: \w+){0,2}|read (?:more|also|next)"
    r"|see also|more from(?: \w+){1,4}|you may (?:also )?like|most read|share(?: this)?"
)
"""Headings of furniture, normalised."""
_ADVERT: Final = re.compile(r"(?:اعلان|مساحه اعلانيه|محتوي مدعوم|ماده اعلانيه|advertisement|sponsored(?: content)?)\W*")
_WORDS: Final = re.compile(r"[^\w\s]+")
_LABEL_LENGTH: Final = 40
_ADVERT_LENGTH: Final = 200
_MOST: Final = 0.5


def clear_away(root: lxml.html.HtmlElement) -> None:
    """Remove the page's furniture from its tree."""
    whole = _own_length(root)
    for element in list(_named(root)):
        if _attached(element, root) and _may_go(element, whole):
            _drop(element)
    for heading in list(root.iter(*_HEADINGS)):
        if _attached(heading, root) and _is_label(heading):
            _clear_section(heading, whole)
    for block in list(root.iter("div", "aside", "section", "p")):
        if _ADVERT.fullmatch(normalise((block.text or "").strip())) and len(block.text_content()) <= _ADVERT_LENGTH:
            _drop(block)


def _named(root: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    for element in root.iter(etree.Element):
        attributes = element.attrib
        if not attributes or element.tag in _KEPT:
            continue
        name = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        if (_NAMED.search(name) and not _TEXT_NAMED.search(name)) or attributes.get("role") in _ROLES:
            yield element
        elif "aria-label" in attributes and _says_label(attributes["aria-label"]):
            yield element


def _may_go(element: lxml.html.HtmlElement, whole: int) -> bool:
    """Whether a block can be spared: it holds neither the headline nor the marked text; and, comments apart, not most words."""
    if element.tag == "article" and "comment" not in (element.get("class") or ""):
        return False
    held = element.xpath("boolean(.//h1 | .//article[not(contains(@class, 'comment'))] | .//*[@itemprop='articleBody'])")
    if held or element.get("itemprop") == "articleBody":
        return False
    return len(element) == 0 or _own_length(element) <= _MOST * whole or "comment" in (element.get("class") or "")


def _own_length(element: lxml.html.HtmlElement) -> int:
    """Characters of text that are no link."""
    return sum(len(text) for text in element.xpath(".//text()[not(ancestor::a) and not(parent::script) and not(parent::style)]"))


def _says_label(text: str) -> bool:
    return len(text) <= _LABEL_LENGTH and _LABEL.fullmatch(" ".join(_WORDS.sub(" ", normalise(text)).split())) is not None


def _is_label(heading: lxml.html.HtmlElement) -> bool:
    text = str(heading.text_content()).strip()
    if len(text) > _LABEL_LENGTH:
        return False
    plain = " ".join(re.sub(r"\(?\s*\d+\s*\)?$", "", _WORDS.sub(" ", normalise(text)).strip()).split())
    return _LABEL.fullmatch(plain) is not None


def _clear_section(heading: lxml.html.HtmlElement, whole: int) -> None:
    """Remove what a heading opens: its block if it stands first in one, else itself and what follows to the next heading."""
    block = heading.getparent()
    if block is None:
        return
    if block[0] is heading and not (block.text or "").strip() and block.tag not in _KEPT and _may_go(block, whole):
        _drop(block)
        return
    if heading.tag in ("b", "strong") and block.tag == "p":
        return
    following = []
    for sibling in heading.itersiblings():
        if sibling.tag == heading.tag or sibling.tag in ("h1", "h2", "article"):
            break
        following.append(sibling)
    if all(_may_go(sibling, whole) for sibling in following):
        for each in (*following, heading):
            each.tail = None
            _drop(each)


def _drop(element: lxml.html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _attached(element: lxml.html.HtmlElement, root: lxml.html.HtmlElement) -> bool:
    """Whether an element still hangs on the tree: what stood in a removed block does not."""
    return element is root or next(element.iterancestors("html"), None) is not None
