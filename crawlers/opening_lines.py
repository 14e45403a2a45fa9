"""The first lines of an extracted text that are not the article's: section, headline, byline and date stand there again."""

from __future__ import annotations

import re
from typing import Final

from crawlers.dates import parse_date
from domain.arabic import normalise

_SHORT: Final = 90
"""Characters up to which a line may be a label, a byline or a date."""
_LOOKED_AT: Final = 6
_DATE_WORDS: Final = 14
_BYLINE: Final = re.compile(r"(?:by|بقلم|كتبت?|اعداد|تصوير)\s*[:\-–—]?\s+\S+(?:\s\S+){0,4}")
_PHRASE: Final = re.compile(r"[.؟!?…](?:\s|$)")
_SIGNS: Final = re.compile(r"[^\w\s]+")


def article_alone(text: str, title: str, *labels: str) -> str:
    """The text without its opening lines that repeat the title, or one of the labels (section, author, site), or give a date.

    Short lines above the repeated title go with it. A text of such lines alone stays as it is.
    """
    lines = text.split("\n")
    known = {_plain(label) for label in labels} - {""}
    headline = _plain(title)
    first = _after_title(lines, headline)
    while first < min(len(lines), _LOOKED_AT + 2) and _is_repeated(lines[first], headline, known):
        first += 1
    return "\n".join(lines[first:]) if first < len(lines) else text


def _after_title(lines: list[str], headline: str) -> int:
    """The number of lines up to the repeated title, if only short ones stand above it."""
    for place, line in enumerate(lines[:_LOOKED_AT]):
        if headline and _plain(line) == headline:
            return place + 1
        if len(line) > _SHORT:
            return 0
    return 0


def _is_repeated(line: str, headline: str, known: set[str]) -> bool:
    plain = _plain(line)
    if not plain or plain == headline or plain in known:
        return True
    if len(line) > _SHORT or _PHRASE.search(line.rstrip(" .")):
        return False
    is_date = len(line.split()) <= _DATE_WORDS and parse_date(line) is not None
    return is_date or _BYLINE.fullmatch(normalise(line)) is not None


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", normalise(text)).split())
