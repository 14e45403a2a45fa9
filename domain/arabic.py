"""Arabic text made comparable: one normaliser for watch queries, models, stories and search.

What it does, character by character: presentation forms to letters, hamza seats to one letter, ta marbuta to
ha, alef maqsura to ya, Persian letters to Arabic ones, any decimal digits to 0-9, Latin to lower case; diacritics,
tatweel, direction marks, zero-width characters and NUL go. Then a letter repeated three times or more (حسبنااا)
becomes one.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ؤ": "ء", "ئ": "ء", "ٵ": "ا", "ٶ": "ء", "ٷ": "ء", "ٸ": "ء",
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ۀ": "ه", "ە": "ه", "ھ": "ه",
    "ک": "ك", "ڪ": "ك", "گ": "ق", "ڤ": "ف", "پ": "ب", "چ": "ج", "ژ": "ز",
}  # fmt: skip
_FORMS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFF00), range(0xFF01, 0xFF5F))
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_EXPANDING = re.compile("[\ufb50-\ufdff\ufe70-\ufeff\uff01-\uff5e]")  # all that one character can become several of
_TOKEN = re.compile(r"@\w+|[^\W_]+")
_DIRECTION_MARKS = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_INVISIBLE = {0x00, 0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFFFC}
_MARKS = re.compile(f"[{''.join(map(chr, sorted(_DIRECTION_MARKS | _INVISIBLE)))}]")


def _map_character(character: str) -> str:
    """The normal form of one character: nothing, one character, or several (ligatures)."""
    point = ord(character)
    if point in _DIRECTION_MARKS or point in _INVISIBLE or character == "ـ":
        return ""
    if any(point in forms for forms in _FORMS):
        expanded = unicodedata.normalize("NFKC", character)
        return expanded if expanded == character else "".join(map(_map_character, expanded))
    category = unicodedata.category(character)
    if category == "Mn":
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    if character in _LETTERS:
        return _LETTERS[character]
    lowered = character.lower()
    return lowered if len(lowered) == 1 else lowered[0]


class _Table(dict[int, str]):
    """A translation table that learns each character the first time it is met."""

    def __missing__(self, point: int) -> str:
        mapped = sys.intern(_map_character(chr(point)))
        self[point] = mapped
        return mapped


@cache
def _table() -> _Table:
    return _Table()


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text with, for each of its characters, the offset in the text that it came from."""

    text: str
    offsets: Sequence[int]
    length: int
    """Length of the text that it came from."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span in the original text behind ``text[start:end]``."""
        if start >= len(self.offsets):
            return self.length, self.length
        first = self.offsets[start]
        if end <= start:
            return first, first
        return first, self.offsets[end] if end < len(self.offsets) else self.length


def normalise(text: str) -> str:
    """The comparable form of a text (see the module). Idempotent."""
    return _ELONGATED.sub(r"\1", text.translate(_table()))


def normalise_with_offsets(text: str) -> Normalised:
    """The same text as ``normalise`` gives, with the way back to the original."""
    joined = text.translate(_table())
    if _EXPANDING.search(text):
        offsets: Sequence[int] = [place for place, character in enumerate(text) for _ in _table()[ord(character)]]
    elif len(joined) == len(text):
        offsets = range(len(text))
    else:
        offsets = _places_kept(text)
    pieces: list[str] = []
    kept: list[int] = []
    last = 0
    for run in _ELONGATED.finditer(joined):
        pieces.append(joined[last : run.start() + 1])
        kept.extend(offsets[last : run.start() + 1])
        last = run.end()
    if not last:
        return Normalised(joined, offsets, len(text))
    pieces.append(joined[last:])
    kept.extend(offsets[last:])
    return Normalised("".join(pieces), kept, len(text))


def _places_kept(text: str) -> list[int]:
    """The places of the characters that have a normal form, in a text where none has a longer one."""
    table = _table()
    dropped = "".join(sorted(character for character in set(text) if not table[ord(character)]))
    places: list[int] = []
    last = 0
    for run in re.finditer(f"[{re.escape(dropped)}]+", text):
        places.extend(range(last, run.start()))
        last = run.end()
    places.extend(range(last, len(text)))
    return places


def tokens(normalised: str) -> list[str]:
    """Words of a normalised text. Handles stay whole (``@mof_care``); hashtags fall into their words."""
    return _TOKEN.findall(normalised)


def token_spans(normalised: str) -> list[tuple[str, int, int]]:
    """Words of a normalised text with their half-open spans in it."""
    return [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(normalised)]


def token_starts(normalised: str) -> list[int]:
    """Where each word of a normalised text begins."""
    return [match.start() for match in _TOKEN.finditer(normalised)]


def without_marks(text: str) -> str:
    """A text as received, fit to be stored and shown: direction overrides, NUL and zero-width characters go.

    Letters, diacritics and emoji stay (zero-width joiners between emoji included).
    """
    if not _MARKS.search(text):
        return text
    kept = []
    for position, character in enumerate(text):
        point = ord(character)
        if point == 0x200D and position and unicodedata.category(text[position - 1]) in ("So", "Sk", "Mn"):
            kept.append(character)
        elif point not in _DIRECTION_MARKS and point not in _INVISIBLE:
            kept.append(character)
    return "".join(kept)
