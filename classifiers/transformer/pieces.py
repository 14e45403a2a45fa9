"""A mention as word pieces: what the transformer reads of it, and to which word each piece belongs.

The words are those that the compact model judges (title, lead, passages that speak of the ministry), in their own spelling:
checkpoints were trained on texts with hamzas and ta marbutas. Accounts, but the ministry's and other bodies', are one word, and
so are links and long numbers: no private person's account or number is learnt or read (REQUIREMENTS L3).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifiers.reading import TITLE, Passage, Reading
from classifiers.signs import SignKind

Numbers = npt.NDArray[np.int64]
_ACCOUNT: Final = "@"
_LINK: Final = "رابط"
_LONG_NUMBER: Final = re.compile(r"\d{5,}")
_KNOWN_ACCOUNTS: Final = frozenset({SignKind.ADDRESS, SignKind.BODY})
_LONGEST_WORD: Final = 60


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a title and of a text, in the order of ``Reading.words``."""

    title: tuple[str, ...]
    text: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.title) + len(self.text)


@dataclass(frozen=True, slots=True)
class Pieces:
    """One text as numbers: word pieces, the part that each belongs to (0 or 1), and its word's number (-1: none)."""

    ids: Numbers
    parts: Numbers
    words: Numbers


@dataclass(frozen=True, slots=True)
class Padded:
    """Several texts in one table. ``mask`` is 1 where there is a piece."""

    ids: Numbers
    mask: Numbers
    parts: Numbers
    words: Numbers


def words_of(title: str, text: str, reading: Reading) -> Words:
    """The words that were read of a mention, spelt as they were."""
    in_title: list[str] = []
    in_text: list[str] = []
    for passage in reading.passages:
        spelt = _spelt(passage, title if passage.field == TITLE else text)
        (in_title if passage.field == TITLE else in_text).extend(spelt)
    return Words(tuple(in_title), tuple(in_text))


def _spelt(passage: Passage, source: str) -> list[str]:
    accounts = {
        passage.places[place]
        for hit in passage.hits
        if hit.key.kind in _KNOWN_ACCOUNTS
        for place in range(hit.start, hit.end)
    }  # fmt: skip
    words = (source[slice(*passage.original(number, number))] for number in range(len(passage.words)))
    return [_clean(word, known=number in accounts) for number, word in enumerate(words)]


def _clean(word: str, *, known: bool) -> str:
    """A word without tatweel, diacritics and marks of direction; never empty."""
    if word.startswith("@") and not known:
        return _ACCOUNT
    if word.startswith(("http://", "https://", "www.")):
        return _LINK
    composed = unicodedata.normalize("NFKC", word.encode("utf-8", "replace").decode("utf-8"))
    kept = "".join(each for each in composed if each != "ـ" and unicodedata.category(each) not in ("Mn", "Cf", "Cc", "Cs"))
    return _LONG_NUMBER.sub("0", kept)[:_LONGEST_WORD] or "?"


class Cutter:
    """Cuts words into the pieces of a checkpoint's tokenizer."""

    def __init__(self, tokenizer: Any, longest: int) -> None:
        self._tokenizer = tokenizer
        self._longest = longest
        self._padding = int(tokenizer.pad_token_id or 0)

    def cut(self, texts: Sequence[Words]) -> list[Pieces]:
        """The pieces of each text, ``longest`` at most; the longer of title and text is cut first."""
        return [self._cut(words) for words in texts]

    def _cut(self, words: Words) -> Pieces:
        first, second = (words.title, words.text) if words.title and words.text else (words.title or words.text, ())
        told = self._tokenizer(
            list(first) or ["?"],
            list(second) or None,
            is_split_into_words=True,
            truncation="longest_first",
            max_length=self._longest,
        )
        shift = {0: 0, 1: len(first), None: 0}
        parts = told.sequence_ids(0)
        numbers = [-1 if word is None else word + shift[part] for word, part in zip(told.word_ids(0), parts, strict=True)]
        kinds = told.get("token_type_ids") or [0] * len(numbers)
        return Pieces(np.array(told["input_ids"], np.int64), np.array(kinds, np.int64), np.array(numbers, np.int64))

    def pad(self, pieces: Sequence[Pieces]) -> Padded:
        """The texts in one table, as wide as the longest."""
        width = max(len(each.ids) for each in pieces)
        ids = np.full((len(pieces), width), self._padding, np.int64)
        mask, parts = np.zeros_like(ids), np.zeros_like(ids)
        words = np.full_like(ids, -1)
        for row, each in enumerate(pieces):
            end = len(each.ids)
            ids[row, :end], mask[row, :end], parts[row, :end], words[row, :end] = each.ids, 1, each.parts, each.words
        return Padded(ids, mask, parts, words)
