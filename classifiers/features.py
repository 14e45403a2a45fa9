"""Texts as hashed n-grams: what the compact model sees of a text, and where in the text it saw it.

A text is cut into *words* in one canonical form (the handle of any account is one word, so is any link and any number; the
question mark and the exclamation mark are words), because the training sets mask them so. The n-grams of words and of the
characters inside a word are hashed with numpy over a whole batch at once; no vocabulary is kept, so none ships.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from domain.arabic import normalise

WORD_BITS: Final = 18
CHARACTER_BITS: Final = 19
CHARACTER_ORDERS: Final = (2, 3, 4, 5)
WORD_ORDERS: Final = (1, 2, 3)

HANDLE: Final = "مستخدم"
HASHTAG: Final = "وسم"
QUESTION: Final = "استفهام"
EXCLAMATION: Final = "تعجب"
LINK: Final = "رابط"
NUMBER: Final = "0"

_PIECE: Final = re.compile(
    r"(?:https?://|www\.)\S+|@\w+|[#؟?!]|[^\W_]+|[\u2600-\u27bf\U0001f300-\U0001faff]|\.\.+|…",
)
_MARKS: Final = {
    "#": HASHTAG, "؟": QUESTION, "?": QUESTION, "!": EXCLAMATION, "…": "..",
}  # fmt: skip

Indices = npt.NDArray[np.int64]
_Hashes = npt.NDArray[np.uint64]
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_BASE: Final = 0x100000001B3
_BOUNDARY: Final = 32


def words_with_spans(normalised: str) -> tuple[list[str], list[tuple[int, int]], list[str], list[int]]:
    """The canonical words of a normalised text, the half-open span of each in it, its tokens (words and handles, as lexicons
    match them), and for each token the number of its word."""
    found = list(_PIECE.finditer(normalised))
    pieces = [match.group() for match in found]
    words = list(map(_canonical, pieces))
    places = [place for place, piece in enumerate(pieces) if _is_token(piece)]
    return words, [match.span() for match in found], [pieces[place] for place in places], places


@lru_cache(maxsize=100_000)
def _is_token(piece: str) -> bool:
    """Whether a lexicon may know the piece: marks, emoji and links are none of its business."""
    return (piece[0].isalnum() or piece[0] == "@") and _canonical(piece) is not LINK


def canonical_words(text: str) -> list[str]:
    """The canonical words of a text as received: handles, links, numbers and marks each have one form."""
    return [_canonical(piece) for piece in _PIECE.findall(normalise(text))]


@lru_cache(maxsize=100_000)
def _canonical(piece: str) -> str:
    first = piece[0]
    if first == "@":
        return HANDLE
    if piece in _MARKS:
        return _MARKS[piece]
    if first == ".":
        return ".."
    if first.isdigit():
        return NUMBER
    if piece.startswith(("http://", "https://", "www.")):
        return LINK
    # The largest training set writes a bare hamza as alef; 40 letters hold every real word.
    return piece[:40].replace("ء", "ا")


@dataclass(frozen=True, slots=True)
class Grams:
    """The distinct n-grams of a batch, one row per n-gram and document, sorted by document.

    ``bucket`` is its place in the table, ``document`` the text it stands in, ``word`` the number of the (first) word that it
    touches, counted over the whole batch.
    """

    bucket: Indices
    document: Indices
    word: Indices


@dataclass(frozen=True, slots=True)
class Batch:
    """The features of several texts. ``first_word`` gives, per document, the number of its first word in the batch."""

    size: int
    first_word: Indices
    words: Grams
    characters: Grams


def featurise(documents: Sequence[Sequence[str]]) -> Batch:
    """Hashes the n-grams of several texts, each given as its canonical words."""
    lengths = np.fromiter((len(words) for words in documents), np.int64, len(documents))
    first_word = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(documents) else np.zeros(0, np.int64)
    flat = [word for words in documents for word in words]
    document = np.repeat(np.arange(len(documents), dtype=np.int64), lengths)
    if not flat:
        empty = Grams(*(np.zeros(0, np.int64) for _ in range(3)))
        return Batch(len(documents), first_word, empty, empty)
    points = np.frombuffer((" " + " ".join(flat) + " ").encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    sizes = np.fromiter(map(len, flat), np.int64, len(flat))
    starts = np.cumsum(np.concatenate(([1], sizes[:-1] + 1)))
    return Batch(
        len(documents),
        first_word,
        _word_grams(_word_hashes(points, starts, sizes), document),
        _character_grams(points, starts, sizes, document),
    )


def _word_hashes(points: _Hashes, starts: Indices, sizes: Indices) -> _Hashes:
    """One number per word: the sum of its code points, each times a factor that belongs to its place in the word."""
    inside = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    weighted = points[np.repeat(starts, sizes) + inside] * _PLACE_FACTORS[inside]
    return _mix(np.add.reduceat(weighted, np.cumsum(sizes) - sizes))


def _word_grams(hashes: _Hashes, document: Indices) -> Grams:
    buckets, places = [], []
    gram = np.zeros_like(hashes)
    for order in WORD_ORDERS:
        gram = hashes.copy() if order == 1 else gram[:-1] * _MULTIPLIER + hashes[order - 1 :]
        if not len(gram):
            break
        inside = document[: len(gram)] == document[order - 1 :]
        buckets.append((_mix(gram + np.uint64(order)) >> np.uint64(64 - WORD_BITS))[inside])
        places.append(np.flatnonzero(inside))
    return _distinct(np.concatenate(buckets).astype(np.int64), np.concatenate(places), document, WORD_BITS)


def _character_grams(points: _Hashes, starts: Indices, sizes: Indices, document: Indices) -> Grams:
    """N-grams of the characters inside each word, with the blanks before and after it."""
    word_of = np.zeros(len(points), np.int64)
    word_of[starts] = 1
    word_of = np.cumsum(word_of) - 1
    ends = (starts + sizes)[word_of]
    buckets, places = [], []
    at = np.arange(len(points))
    is_blank = points == _BOUNDARY
    # The blank before a word begins its n-grams: it belongs to the word that follows.
    owner = np.minimum(word_of + is_blank, len(starts) - 1)
    last = np.where(is_blank, (starts + sizes)[owner], ends)
    for order in CHARACTER_ORDERS:
        if len(points) < order:
            break
        gram = points[: len(points) - order + 1].copy()
        for offset in range(1, order):
            gram = gram * np.uint64(_BASE) + points[offset : len(points) - order + 1 + offset]
        begin = at[: len(gram)]
        inside = (begin + order - 1 <= last[: len(gram)]) & (begin < last[: len(gram)])
        buckets.append((_mix(gram + np.uint64(order * 7919)) >> np.uint64(64 - CHARACTER_BITS))[inside])
        places.append(owner[: len(gram)][inside])
    return _distinct(np.concatenate(buckets).astype(np.int64), np.concatenate(places), document, CHARACTER_BITS)


def _distinct(bucket: Indices, word: Indices, document: Indices, bits: int) -> Grams:
    """Each bucket once per document, at the first word where it stands."""
    of = document[word]
    key, first = np.unique((of << bits) | bucket, return_index=True)
    return Grams(key & ((1 << bits) - 1), key >> bits, word[first])


def _mix(values: _Hashes) -> _Hashes:
    """Spreads the bits of each number (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_PLACE_FACTORS: Final[_Hashes] = _mix(np.arange(1, 65, dtype=np.uint64) * _MULTIPLIER) | np.uint64(1)
