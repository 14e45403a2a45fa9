"""The first lines of an extracted text that are not the article's: section, headline, byline and date stand there again."""

from __future__ import annotations

import re
from typing import Final

from crawlers.articles.facts.headline import without_section
from crawlers.text.date_words import gregorian_month, hijri_month
from crawlers.text.dates import parse_date
from crawlers.text.letters import words_of
from domain.arabic import normalise

_SHORT: Final = 90
"""Characters up to which a line may be a label, a byline or a date."""
_LOOKED_AT: Final = 6
_DATE_WORDS: Final = 14
_BYLINE: Final = re.compile(r"(?:by|بقلم|كتبت?|اعداد|تصوير)\s*[:\-–—]?\s+\S+(?:\s\S+){0,4}")
_DATELINED: Final = 3
"""Paragraphs of which one may open with a date line: a standfirst may come before it."""
_DATELINE: Final = re.compile(
    r"[^\W\d]+(?: [^\W\d]+){0,3}\s*[،,–-]?\s*(?P<date>(?:في\s+)?\d{1,2}[^(.؟!]{2,60}?)\s*"
    r"(?:/(?P<agency>[^/\d]{2,27})/\s*[-–—:]*|\([^()\d]{2,25}\)\s*[-–—:]+|\bواس\b\s*[-–—:]*)\s*"
)
_DATELINE_LENGTH: Final = 130
_LEFT: Final = 25
"""Characters that a paragraph keeps behind its date line."""
_TITLED: Final = re.compile(r"\b(?:د|م|أ|ا|dr|mr|mrs|ms|prof)\.", re.IGNORECASE)
_PARTED: Final = re.compile(r"\s*[-–—|/]\s*|\s*:\s+(?=\S)")
_CREDIT: Final = re.compile(
    r"خاص|(?:ال)?متابعات?|متابعه|وكالات|واس|كتبت?|حاور(?:ه|ها|ته|تها)?|تقرير|تحقيق|اعداد|special|agencies|staff"
)
_OUTLET: Final = re.compile(r"(?:صحيفه|جريده|موقع|وكاله|قناه|بوابه|مجله|شبكه) ")
_CREDIT_WORDS: Final = 5
_PHRASE: Final = re.compile(r"[.؟!?…](?:\s|$)")


def article_alone(text: str, title: str, *labels: str) -> str:
    """The text without its opening lines that repeat the title, or one of the labels (section, author, site), or give a date.

    Short lines above the repeated title go with it. A text of such lines alone stays as it is.
    """
    lines = text.split("\n")
    known = {words_of(label) for label in labels} - {""}
    headline = words_of(title)
    first = _after_title(lines, headline)
    while first < min(len(lines), _LOOKED_AT + 2) and _is_repeated(lines[first], headline, known):
        first += 1
    opening = [without_dateline(line) for line in lines[first : first + _DATELINED]]
    alone = "\n".join(opening + lines[first + _DATELINED :])
    return alone if alone.strip() else text


def without_dateline(line: str) -> str:
    """A paragraph without the town, date and agency that open it: «المدينة في 18 نوفمبر / وكالة / ...»."""
    opening = _DATELINE.match(line[:_DATELINE_LENGTH])
    if opening is None or len(line) - opening.end() < _LEFT or not _names_month(opening["date"]):
        return line
    if opening["agency"] is not None and _names_month(opening["agency"]):  # «سبتمبر / أيلول / »
        return line
    return line[opening.end() :]


def _names_month(date: str) -> bool:
    words = re.findall(r"[^\W\d]+", date)
    pairs = [" ".join(words[place : place + 2]) for place in range(len(words))]
    return any(gregorian_month(pair) is not None or hijri_month(pair) is not None for pair in pairs)


def _after_title(lines: list[str], headline: str) -> int:
    """The number of lines up to the repeated title, if only short ones stand above it."""
    for place, line in enumerate(lines[:_LOOKED_AT]):
        if headline and words_of(without_section(line)) == headline:
            return place + 1
        if len(line) > _SHORT:
            return 0
    return 0


def _is_repeated(line: str, headline: str, known: set[str]) -> bool:
    plain = words_of(line)
    if not plain or words_of(without_section(line)) == headline or plain in known:
        return True
    if len(line) > _SHORT or _PHRASE.search(_TITLED.sub("", line.rstrip(" ."))):
        return False
    is_date = len(line.split()) <= _DATE_WORDS and parse_date(line) is not None
    return is_date or _is_credit(line, known) or _BYLINE.fullmatch(normalise(line)) is not None


def _is_credit(line: str, known: set[str]) -> bool:
    """Whether a line says no more than whose text it is: «صحيفة كذا - خاص», «كتب - فلان:», an outlet and a town."""
    parts = [normalise(part).strip(" :") for part in _PARTED.split(line)]
    if len(parts) < 2 or any(len(part.split()) > _CREDIT_WORDS for part in parts):
        return False
    return any(_CREDIT.fullmatch(part) or _OUTLET.match(part) or words_of(part) in known for part in parts)
