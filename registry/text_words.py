"""Words of a text, fast: what a piece between two spaces falls into is worked out once and remembered. Pure.

The same words as ``tokens(normalise(text))`` gives, since neither looks across a space; measured five times faster on press
texts, whose words repeat.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from itertools import chain
from typing import Final

from domain.arabic import normalise, tokens

_REMEMBERED = 65_536
_CLITICS: Final = re.compile(r"^(?:[وف]?(?:بال|كال|لل|ال)|[وف](?=\w{4}))")


def words(text: str) -> list[str]:
    """Normalised words in order; handles stay whole."""
    return list(chain.from_iterable(map(_pieces, text.split())))


@lru_cache(maxsize=_REMEMBERED)
def word_hash(word: str) -> int:
    """A 32-bit hash that is the same in every process."""
    return zlib.crc32(word.encode("utf-8", "replace"))


@lru_cache(maxsize=_REMEMBERED)
def stem(word: str) -> str:
    """A normalised word without the article and the particles written with it, where enough is left."""
    short = _CLITICS.sub("", word)
    return short if len(short) > 2 else word


@lru_cache(maxsize=_REMEMBERED)
def _pieces(piece: str) -> tuple[str, ...]:
    return tuple(tokens(normalise(piece)))
