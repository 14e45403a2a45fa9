"""Near-duplicate texts: word 3-shingles, MinHash (rensa), and its bands. Pure.

Two texts are one story where their MinHash says that they share about three fifths of their shingles (Jaccard >= 0.6): an
agency's story with another headline and a line more does, two articles with one paragraph of boilerplate in common do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.text_words import word_hash, words

ALIKE: Final = 0.6
"""Estimated Jaccard likeness from which two texts are one story."""
SAME: Final = 0.95
"""From here a text is so much the same that it needs no bands of its own."""
SHORT: Final = 8
"""Texts of fewer words are one story only where they are equal: three shared words say nothing."""
_OWN_WORDS: Final = 30
"""A text of at least so many words is compared without its headline: papers print one agency story under many."""

_LEAD: Final = 2000
"""Characters that are compared: a story is known by its first page, whatever hangs below it."""

_PERMUTATIONS: Final = 128
_BANDS: Final = 20
_ROWS: Final = 4
_SEED: Final = 20_261
_WEB_ADDRESS: Final = re.compile(r"https?://\S+")
_REPOST: Final = re.compile(r"^\s*RT @\w+:?\s*")
_FACTORS: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)

Signature = NDArray[np.uint16]
Hashes = NDArray[np.uint64]


def story_words(title: str, text: str) -> list[str]:
    """The words by which a text is compared, without web addresses (shortened ones differ in every post) and repost marks."""
    plain = words(_WEB_ADDRESS.sub(" ", _REPOST.sub("", text[:_LEAD])))
    return plain if len(plain) >= _OWN_WORDS else words(title) + plain


def shingles(compared: Sequence[str]) -> Hashes:
    """Hashes of the word 3-shingles; of the whole where it is short."""
    if len(compared) < SHORT:
        return np.array([word_hash(" ".join(compared))], dtype=np.uint64) * _FACTORS[:1]
    singles = np.array(list(map(word_hash, compared)), dtype=np.uint64)
    mixed: Hashes = singles[:-2] * _FACTORS[0] + singles[1:-1] * _FACTORS[1] + singles[2:] * _FACTORS[2]
    return mixed ^ (mixed >> np.uint64(29))


def sketch(texts: Sequence[Sequence[str]]) -> NDArray[np.uint32]:
    """One MinHash of each text's words, as rows. No text may be empty."""
    from rensa import RMinHash

    hashed = [shingles(compared) for compared in texts]
    offsets = np.cumsum([0, *(len(each) for each in hashed)], dtype=np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(hashed), offsets, num_perm=_PERMUTATIONS, seed=_SEED)
    return np.array(matrix.to_rows(), dtype=np.uint32)


def signatures(sketches: NDArray[np.uint32]) -> Signature:
    """Sixteen bits of each value are enough to estimate the likeness, in half the room."""
    return (sketches & np.uint32(0xFFFF)).astype(np.uint16)


def buckets(sketches: NDArray[np.uint32]) -> NDArray[np.int64]:
    """For each text the buckets (one for each band, as signed 64-bit numbers) in which alike texts meet."""
    banded = sketches[:, : _BANDS * _ROWS].reshape(len(sketches), _BANDS, _ROWS).astype(np.uint64)
    mixed = np.broadcast_to(np.arange(1, _BANDS + 1, dtype=np.uint64) * _FACTORS[2], banded.shape[:2]).copy()
    for row in range(_ROWS):
        mixed = (mixed ^ banded[:, :, row]) * _FACTORS[0]
        mixed ^= mixed >> np.uint64(32)
    return mixed.view(np.int64)


def likeness(one: Signature, others: Signature) -> NDArray[np.float64]:
    """Estimated Jaccard likeness of a signature with each row of others."""
    shared: NDArray[np.float64] = (others == one).mean(axis=1)
    return shared
