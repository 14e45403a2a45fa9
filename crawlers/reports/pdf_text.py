"""Text of one PDF page in the order in which people read it.

A PDF says where each glyph stands, not what follows what. pypdf puts Arabic letters right inside a word and leaves the words of a
line in the order of drawing, which is from left to right. So for Arabic pages the layout is read (every line as the eye sees it
from the left) and each line is turned round, Latin words and numbers kept; what reads as more Arabic wins.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from crawlers.text.plain_text import tidy

if TYPE_CHECKING:
    from pypdf import PageObject

_FORMS: Final = re.compile(r"[\uFB50-\uFDFF\uFE70-\uFEFC]+")
_ARABIC: Final = re.compile(r"[\u0621-\u064A]")
_COMMON: Final = re.compile(
    r"(?<![\u0621-\u064A])(?:[وفبل]?ال[\u0621-\u064A]{2}|(?:في|من|على|إلى|عن|أن|التي|هذا)(?![\u0621-\u064A]))"
)
_LATIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.,:/@&'+_ -]*[A-Za-z0-9])?")


def page_text(page: PageObject) -> str:
    """The page's text, tidy; empty where the page is a picture. Errors are pypdf's own."""
    plain = _letters(page.extract_text())
    if not _ARABIC.search(plain):
        return tidy(plain)
    seen = _letters(page.extract_text(extraction_mode="layout"))
    turned = "\n".join(map(_turned, seen.splitlines()))
    return tidy(max((turned, seen, plain), key=_score))


def _letters(text: str) -> str:
    """Presentation forms, which some programs write, become letters again."""
    return _FORMS.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)


def _turned(line: str) -> str:
    """A line read from the right, its Latin words and its numbers from the left."""
    return _LATIN.sub(_from_left, line[::-1]) if _ARABIC.search(line) else line


def _from_left(run: re.Match[str]) -> str:
    text = run.group()
    if any(character.isalpha() for character in text):
        return text[::-1]
    return " ".join(number[::-1] for number in text.split(" "))


def _score(text: str) -> int:
    """How many of the commonest words and articles stand where they belong."""
    return len(_COMMON.findall(text))
