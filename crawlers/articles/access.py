"""How much of an article its page lets anybody read: behind a paywall, or built by scripts (REQUIREMENTS G1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import lxml.html
from cssselect import SelectorError

from crawlers.articles.body.furniture import own_length
from crawlers.text.page_tree import class_and_id
from domain.arabic import normalise

TEASER: Final = 1500
"""Characters of a text beside a wall that are still a teaser: a longer one is the article, whatever its page offers to sell."""
_WALL_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:pay-?wall\w*|reg-?wall|subscri(?:be|ption|ber)-?(?:wall|gate|prompt|only|required|overlay)"
    r"|premium-?(?:wall|lock|gate|only)"
    r"|content-?(?:gate|lock(?:ed)?)|locked-?content|members?-?only|tp-(?:modal|container)\w*|piano-\w+"
    r"|leaky-?paywall\w*)(?=$|[\s_-])",
    re.IGNORECASE,
)
_WALL_SAYS: Final = re.compile(
    r"(?:للمشتركين فقط|(?:مخصص|متاح|حصري)ه? (?:فقط )?للمشتركين(?=\W*(?:$|[.!\n]))|(?:اشترك|سجل الدخول|سجل دخولك"
    r"|سجل) (?:الان )?(?:لمتابعه|لاكمال"
    r"|لقراءه|للمتابعه|لمواصله|لتتمكن)"
    r"|(?:لاكمال|لمتابعه|لمواصله|لقراءه) (?:القراءه|المقال|الخبر|باقي|بقيه|كامل)[^.]{0,40}(?:اشترك|الاشتراك|سجل)"
    r"|هذا (?:المحتوي|المقال|الخبر|التقرير) (?:مدفوع|للمشتركين|حصري)"
    r"|مشترك بالفعل|لديك اشتراك|هل انت مشترك|subscribers? only|for subscribers|subscriber-only"
    r"|subscribe (?:now )?to (?:continue|read|unlock|keep)"
    r"|to continue reading,? (?:please )?(?:subscribe|log in|sign in|register)|already (?:a subscriber|subscribed|a member)"
    r"|this (?:article|content|story) is (?:for|available to|exclusive|reserved)[^.]{0,30}(?:subscribers|members)"
    r"|(?:log|sign) in to (?:continue|read)|you have (?:reached|used) (?:your|all)[^.]{0,30}free articles"
    r"|unlock this (?:article|story))"
)
_HINT: Final = re.compile("شترك|مدفوع|سجل|subscri|member|log in|sign in|unlock|free articles", re.IGNORECASE)
_WALL_LENGTH: Final = 400
_SAYING_LENGTH: Final = 160
"""Characters of a block that is called a wall, and of one that only says so."""
_ROOTS: Final = frozenset(
    {"root", "app", "__next", "__nuxt", "main-app", "app-root", "react-root", "svelte", "___gatsby", "page", "application"}
)
_NEEDS_SCRIPTS: Final = re.compile(
    r"(?:enable|requires?|turn on|activate|without|needs?) (?:your )?java ?script|java ?script (?:is|must be"
    r"|to be) (?:disabled|required|enabled|needed)"
    r"|(?:تفعيل|تشغيل|تمكين|يتطلب|فعل|شغل) (?:ال)?(?:جافا ?سكر?يبت|جافاسكربت|java ?script)",
    re.IGNORECASE,
)
_LITTLE: Final = 600
"""Characters of visible text beside links that a shell has at most."""


def take_down_wall(root: lxml.html.HtmlElement) -> bool:
    """Whether the page shows a subscription wall; what the wall says is removed from the tree."""
    walls = list(_walls(root))
    for wall in walls:
        if wall.getparent() is not None:
            wall.drop_tree()
    return bool(walls)


def remove_paid_parts(root: lxml.html.HtmlElement, selectors: tuple[str, ...]) -> None:
    """Remove the parts that the publisher states are not free: what anybody may read is what is kept."""
    for selector in selectors:
        try:
            chosen = root.cssselect(selector)
        except SelectorError:
            continue
        for element in chosen:
            if element.getparent() is not None and element.tag not in ("body", "head"):
                element.drop_tree()


def is_script_built(root: lxml.html.HtmlElement) -> bool:
    """Whether the page is a shell that scripts fill: an empty application root, or a word that JavaScript is needed."""
    if next(root.iter("script"), None) is None:
        return False
    body = root.find("body")
    if body is None or _seen_length(body) > _LITTLE:
        return False
    says = any(_NEEDS_SCRIPTS.search(normalise(str(each.text_content()))) for each in root.iter("noscript", "div", "p"))
    return says or any(_is_empty_root(each) for each in body.iter("div", "main", "section", "app-root"))


def _is_empty_root(element: lxml.html.HtmlElement) -> bool:
    name = (element.get("id") or "").lower()
    is_root = name in _ROOTS or element.tag == "app-root" or "data-reactroot" in element.attrib or "ng-app" in element.attrib
    return is_root and _seen_length(element) < 200


def _seen_length(element: lxml.html.HtmlElement) -> int:
    return own_length(element) - sum(len(each.text or "") for each in element.iter("script", "style", "noscript", "template"))


def _walls(root: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    for element in root.iter("div", "section", "aside", "p", "span", "h2", "h3", "h4", "strong", "a"):
        if element.attrib and _WALL_NAME.search(class_and_id(element)):
            text = str(element.text_content())
            if text.strip() and len(text) <= 3 * _WALL_LENGTH and _HINT.search(text):
                yield element
        elif len(element) <= 3 and element.text and _HINT.search(element.text) and len(element.text) <= _SAYING_LENGTH:
            text = str(element.text_content())
            if len(text) <= _SAYING_LENGTH and _WALL_SAYS.search(normalise(text)):
                yield element
