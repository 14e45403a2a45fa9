"""The buckets in which like texts meet: MinHash bands of the body (rensa), and the smallest hashes of headline, lead and edges.

Every bucket is a signed 64-bit number. Bands find texts that share most of their wording in any order; the smallest hashes of
the pairs of words in headline and lead (bottom-k sketches) find a shortened copy, a brief, and a post that quotes a headline,
whatever their length. Pure.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.story_words import Worded, content

_BANDS: Final = 8
_ROWS: Final = 4
_SEED: Final = 20_261
_LEAD: Final = 40
_KEPT: Final = 5
"""Pairs of words of the lead, and of the headline, under which a text is kept."""
_ASKED: Final = 14
"""Pairs of words of the lead under which others are sought."""
_LEAST_TITLE: Final = 4
_FACTORS: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_MASK: Final = (1 << 64) - 1
_HALF: Final = 1 << 63
_ONE, _OTHER = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
_WHOLE, _TITLE, _LINE = 1, 2, 3

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Buckets:
    """Where a text is kept, where others like it are sought, and the buckets of its first and last lines."""

    kept: tuple[int, ...]
    asked: tuple[int, ...]
    lines: tuple[int, ...]
    """One for each of ``Worded.lines``."""


def buckets(texts: Sequence[Worded]) -> list[Buckets]:
    """The buckets of each text."""
    if not texts:
        return []
    bands = _bands([text.body or text.title for text in texts])
    return [_buckets(text, banded) for text, banded in zip(texts, bands, strict=True)]


def _buckets(text: Worded, banded: list[int]) -> Buckets:
    said = content(text.body)
    lead = _smallest(said[:_LEAD], _ASKED)
    title = _smallest(content(text.title), _ASKED)
    whole = [_whole(_WHOLE, text.body)] if text.body else []
    if len(content(text.title)) >= _LEAST_TITLE:
        whole.append(_whole(_TITLE, content(text.title)))
    lines = [_whole(_LINE, (line,)) for line in text.lines]
    kept = dict.fromkeys([*whole, *banded, *lead[:_KEPT], *title[:_KEPT], *lines])
    asked = dict.fromkeys([*whole, *banded, *lead, *title, *lines])
    return Buckets(tuple(kept), tuple(asked), tuple(lines))


def _smallest(codes: Sequence[int], count: int) -> list[int]:
    """The smallest hashes of the pairs of words that follow each other."""
    pairs = {(one * _ONE + other * _OTHER) & _MASK for one, other in pairwise(codes)}
    return [each - _HALF for each in sorted(pairs)[:count]]


def _whole(salt: int, codes: Sequence[int]) -> int:
    return int.from_bytes(blake2b(array("Q", (salt, *codes)).tobytes(), digest_size=8).digest(), "little", signed=True)


def _bands(texts: Sequence[Sequence[int]]) -> list[list[int]]:
    """One bucket for each band of the MinHash of each text's 3-shingles."""
    from rensa import RMinHash

    hashed = [_shingles(codes) for codes in texts]
    offsets = np.cumsum([0, *(len(each) for each in hashed)], dtype=np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(hashed), offsets, num_perm=_BANDS * _ROWS, seed=_SEED)
    banded = np.array(matrix.to_rows(), dtype=np.uint64).reshape(len(texts), _BANDS, _ROWS)
    mixed = np.broadcast_to(np.arange(1, _BANDS + 1, dtype=np.uint64) * _FACTORS[2], banded.shape[:2]).copy()
    for row in range(_ROWS):
        mixed = (mixed ^ banded[:, :, row]) * _FACTORS[0]
        mixed ^= mixed >> np.uint64(32)
    found: list[list[int]] = mixed.view(np.int64).tolist()
    return found


def _shingles(codes: Sequence[int]) -> Hashes:
    """Hashes of the word 3-shingles; of the words themselves where there are fewer than three."""
    singles = np.array(codes, dtype=np.uint64)
    if len(singles) < 3:
        few: Hashes = singles * _FACTORS[0]
        return few
    mixed: Hashes = singles[:-2] * _FACTORS[0] + singles[1:-1] * _FACTORS[1] + singles[2:] * _FACTORS[2]
    spread: Hashes = mixed ^ (mixed >> np.uint64(29))
    return spread
