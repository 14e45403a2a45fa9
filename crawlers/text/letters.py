"""Texts stripped for comparing, so that one is known again in another spelling, spacing or punctuation. Pure."""

from __future__ import annotations

import re
from typing import Final

from domain.arabic import normalise

_SIGNS: Final = re.compile(r"[^\w\s]+")


def letters_of(text: str) -> str:
    """A text's letters and digits alone, normalised."""
    return "".join(character for character in normalise(text) if character.isalnum())


def words_of(text: str) -> str:
    """A text's words alone, normalised, one space between them."""
    return " ".join(_SIGNS.sub(" ", normalise(text)).split())
