"""Text of both directions: what reads left to right inside an Arabic text is held together. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from markupsafe import Markup

RLM: Final = "\u200f"
"""Right-to-left mark: invisible; a line that begins with it is set from the right."""

_ISLAND: Final = re.compile(
    r"https?://[^\s<>\"«»،؛]+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@.])@\w+"
    r"|\+\d[\d -]{5,}\d"
    r"|\b[A-Za-z]+(?:-[A-Za-z0-9]+)*-\d+(?:-\d+)*\b"
    r"|\b[A-Za-z][\w.+/-]*(?: [A-Za-z0-9][\w.+/-]*)*"
)
_TRAILING: Final = ".,;:!?)]}/"
_WHOLE: Final = 40
_ARABIC: Final = re.compile(r"[\u0621-\u064a]")
_LATIN: Final = re.compile(r"[A-Za-z]")


def isolated(text: str) -> Markup:
    """The text, escaped, with each address, handle, reference number and Latin name in ``<bdi dir="ltr">``; a text without any
    Arabic is one such island, so that its commas stay where they belong."""
    if not _ARABIC.search(text):
        return _island(text) if _LATIN.search(text) else Markup.escape(text)
    pieces: list[Markup] = []
    last = 0
    for match in _ISLAND.finditer(text):
        found = match.group().rstrip(_TRAILING)
        pieces += [Markup.escape(text[last : match.start()]), _island(found)]
        last = match.start() + len(found)
    pieces.append(Markup.escape(text[last:]))
    return Markup("").join(pieces)


def _island(text: str) -> Markup:
    """What would be torn at a hyphen (a reference number) or at its @ is kept on one line."""
    if len(text) <= _WHOLE and not re.search(r"\s|://", text):
        return Markup('<bdi dir="ltr" style="white-space:nowrap;">{}</bdi>').format(text)
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def guarded(text: str) -> str:
    """An Arabic plain text whose lines are all set from the right, those that begin with a Latin word or a dash included.

    Mail programs take a line's direction from its first letter. A line that is Latin alone (an address) stays as it is, so that
    it can be copied; an item of a list is moved all the same.
    """
    return "\n".join(RLM + line if _needs_mark(line) else line for line in text.split("\n"))


def _needs_mark(line: str) -> bool:
    first = next((direction for direction in map(unicodedata.bidirectional, line) if direction in ("L", "R", "AL")), "")
    if first == "L":
        return bool(_ARABIC.search(line)) or line.startswith("- ")
    return not first and bool(line.strip())
