"""An address as a person reads it. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes

_ENCODED: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def readable(url: str) -> str:
    """The address with the letters and digits of its path written out (``/%D8%AD`` as ``/ح``).

    Whatever else is encoded stays so: spaces, slashes, marks that turn a text's direction. To be looked at, never to be fetched.
    """
    return _ENCODED.sub(lambda match: _written_out(match.group()), url)


def _written_out(encoded: str) -> str:
    try:
        text = unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError:
        return encoded
    return "".join(each if _is_letter(each) else "".join(f"%{byte:02X}" for byte in each.encode()) for each in text)


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN" or unicodedata.category(character) == "Mn"
