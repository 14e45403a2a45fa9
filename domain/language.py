"""Which language a text is in, as far as Rasd's models know languages."""

from __future__ import annotations

import re
from typing import Final

UNKNOWN: Final = "und"
"""ISO 639 code for a language that none of the models knows (said, never guessed)."""

_ARABIC = re.compile(r"[\u0621-\u064A]")
_LATIN = re.compile(r"[A-Za-z]")
_OTHER_ARABIC_SCRIPT = re.compile(r"[پچژگکیٹڈڑںےڵۆێ]")
_ENGLISH = frozenset(
    "the a an of to and in is are was for on with that this it not no my your our we i you have has had be at from by as will "
    "can please when how why what where still after they he she service ministry".split()
)
_WORD = re.compile(r"[A-Za-z']+")


def language(text: str) -> str:
    """``ar``, ``en`` or ``und`` (none of ours, or nothing to go by). Mixed text takes the larger share."""
    arabic = len(_ARABIC.findall(text))
    latin = len(_LATIN.findall(text))
    if arabic >= latin and arabic > 0:
        return UNKNOWN if len(_OTHER_ARABIC_SCRIPT.findall(text)) > 0.06 * arabic else "ar"
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return UNKNOWN
    share = sum(word in _ENGLISH for word in words) / len(words)
    return "en" if share >= 0.12 or (len(words) <= 4 and share > 0) else UNKNOWN
