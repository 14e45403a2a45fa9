"""Text of both directions on a page: what reads left to right inside an Arabic text is isolated. Pure.

Mails have their own (``notify.direction``), which styles each island inline; the console's policy refuses inline styles.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

_LEFT_TO_RIGHT: Final = re.compile(
    r"https?://[^\s<>\"«»،؛]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@.])@\w+|\+\d[\d -]{5,}\d|\b[A-Z]+(?:-\d+)+\b"
)
_TRAILING: Final = ".,;:!?)]}؟"


def isolated(text: str) -> Markup:
    """The text, escaped, with each address, handle, telephone number and reference number in ``<bdi dir="ltr">``."""
    pieces: list[Markup] = []
    last = 0
    for match in _LEFT_TO_RIGHT.finditer(text):
        found = match.group().rstrip(_TRAILING)
        pieces += [Markup.escape(text[last : match.start()]), Markup('<bdi dir="ltr">{}</bdi>').format(found)]
        last = match.start() + len(found)
    pieces.append(Markup.escape(text[last:]))
    return Markup("").join(pieces)
