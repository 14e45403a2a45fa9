"""Things counted in words: Arabic has one form for one, one for two, one for three to ten and one beyond. Pure."""

from __future__ import annotations

from domain.messages import message


def counted(thing: str, number: int, language: str = "ar") -> str:
    """``مادة واحدة``, ``مادتان``, ``5 مواد``, ``143 مادة``: the message ``count.<thing>``, whose forms are parted by ``|``."""
    one, two, few, many = message(f"count.{thing}", language, n=f"{number:,}").split("|")
    if number in (1, 2):
        return (one, two)[number - 1]
    return few if 3 <= number % 100 <= 10 else many
