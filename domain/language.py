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
_ARABIZI = frozenset(
    "el al wallah wallahi w wa ya ana ma mafi mafe fe fi 3la ala min mn bas kol kl yom ay lesh leh shu wesh wsh kaif kef "
    "mta mata hal hatha hada inshallah insha mashallah haram salam shokran shukran tayeb law abi abgha ayyam shahar sana riyal "
    "flos floos jawal mdri yabon lma bokra kanat wain wen".split()
)
_DIGIT_LETTER = re.compile(r"\b(?:[a-z']*[23579][a-z']+|[a-z']+[23579][a-z']*)\b", re.IGNORECASE)
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
    if _is_arabizi(text, words):
        return "ar"
    share = sum(word in _ENGLISH for word in words) / len(words)
    return "en" if share >= 0.12 or (len(words) <= 4 and share > 0) else UNKNOWN


def _is_arabizi(text: str, words: list[str]) -> bool:
    """Whether Latin letters write Arabic, with digits for the letters that Latin lacks (3ndi, el7in)."""
    marks = sum(word in _ARABIZI for word in words) + len(_DIGIT_LETTER.findall(text))
    return marks >= 3 and marks / len(words) >= 0.2
