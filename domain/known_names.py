"""Hides names that are known from a text: those of whoever raised a case, wherever staff wrote them (REQUIREMENTS L3). Pure.

No form tells a name from other words, as it tells a telephone number; but the case knows whom it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

HIDDEN: Final = "•••"
_MARKS: Final = "[\u0640\u064b-\u0652\u0670]*"
_ALIKE: Final = {letter: group for group in ("[اأإآٱ]", "[هة]", "[يىئ]", "[وؤ]") for letter in group[1:-1]}
_SERVANT: Final = re.compile(r"\bعبد\s+(?=ال)")
_LINKS: Final = frozenset({"بن", "بنت", "ابن", "ابنة", "أبو", "ابو", "أم", "آل", "ال", "bin", "ibn", "bint", "abu", "al", "el"})
_SHORTEST: Final = 3
_CLITICS: Final = "[وفبكل]{0,2}"


def hide(text: str, names: Iterable[str], *, parts: bool = True) -> str:
    """The text with every one of these names replaced by bullets, spelt a little otherwise too (hamza, final letters, marks).

    ``parts`` hides the single names of a person too; of a company's name only the whole counts.
    """
    for name in names:
        for pattern in _patterns(" ".join(name.split()), parts):
            text = pattern.sub(HIDDEN, text)
    return text


def holds(text: str, names: Iterable[str]) -> bool:
    """Whether one of these names stands in the text, as a whole."""
    return any(pattern.search(text) for name in names for pattern in _patterns(" ".join(name.split()), False))


@lru_cache(maxsize=512)
def _patterns(name: str, parts: bool) -> tuple[re.Pattern[str], ...]:
    """The whole name first, then its parts."""
    return tuple(map(_pattern, _wanted(name, parts)))


def _wanted(name: str, parts: bool) -> Iterator[str]:
    if len(name) >= _SHORTEST:
        yield name
    words = [word.strip(".,،()«»\"'") for word in _SERVANT.sub("عبد", name).split()]
    if parts and len(words) > 1:
        yield from (word for word in words if len(word) >= _SHORTEST and word.lower() not in _LINKS)


def _pattern(name: str) -> re.Pattern[str]:
    letters = _MARKS.join(_letter(letter) for letter in name)
    joined = letters.replace(f"ع{_MARKS}ب{_MARKS}د{_MARKS}{_ALIKE['ا']}", rf"ع{_MARKS}ب{_MARKS}د{_MARKS}\s*{_ALIKE['ا']}")
    clitics = _CLITICS if "\u0621" <= name[0] <= "\u064a" else ""
    if name.startswith("ال"):
        joined = rf"(?:{joined}|لل{_MARKS}{_MARKS.join(map(_letter, name[2:]))})"
    return re.compile(rf"(?<!\w){clitics}{joined}{_MARKS}(?!\w)", re.IGNORECASE)


def _letter(letter: str) -> str:
    return r"\s+" if letter == " " else _ALIKE.get(letter, re.escape(letter))
