"""Why a tag was given: the spans of the signs and of the words that decided it, in the original title and text (C8)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

from classifiers.compact import Judgement
from classifiers.reading import Passage, Reading
from domain.tags import Axis, Evidence

_MOST: Final = 6
_WORDS: Final = 3
_LEAST_SHARE: Final = 0.4
"""A word is shown if it weighs at least this share of the strongest word."""
_Span = tuple[str, int, int, str]


class Reasons:
    """How much each word of a batch speaks for the class that was chosen for its text, head by head."""

    def __init__(self, judgement: Judgement, chosen: Mapping[str, npt.NDArray[np.int64]]) -> None:
        self._first_word = judgement.batch.first_word.tolist()
        self._weights: dict[str, list[float]] = {
            head: judgement.word_weights(head, classes).tolist() for head, classes in chosen.items()
        }

    def weights(self, place: int, head: str, words: int) -> list[float]:
        """The weights of the ``words`` words of the text at ``place``."""
        start = self._first_word[place]
        return self._weights[head][start : start + words]


class Gathered:
    """The evidence of one mention, gathered axis by axis."""

    def __init__(self, reasons: Reasons, place: int, reading: Reading) -> None:
        self._reasons = reasons
        self._place = place
        self._reading = reading
        self._ends = list(accumulate(len(passage.words) for passage in reading.passages))
        self._spans: dict[Axis, set[_Span]] = {}

    def signs(self, axis: Axis, kinds: int, codes: Collection[str] | None = None) -> None:
        """Adds the signs of these kinds (``signs.bits``) and codes; each is named by its kind."""
        for passage in self._reading.passages:
            for hit in passage.hits:
                sign = hit.key
                if sign.bit & kinds and (codes is None or sign.code in codes):
                    self.span(axis, passage.field, *passage.hit_span(hit), sign.kind.value)

    def words(self, axis: Axis, head: str) -> None:
        """Adds the words that weighed most for the class that a head's axis was given."""
        weights = self._reasons.weights(self._place, head, self._ends[-1] if self._ends else 0)
        if not weights:
            return
        least = max(max(weights) * _LEAST_SHARE, 1e-6)
        strong = sorted(((weight, word) for word, weight in enumerate(weights) if weight >= least), reverse=True)
        for _, word in strong[:_WORDS]:
            passage, number = self._passage_of(word)
            self.span(axis, passage.field, *passage.original(number, number))

    def _passage_of(self, word: int) -> tuple[Passage, int]:
        number = bisect_right(self._ends, word)
        passage = self._reading.passages[number]
        return passage, word - (self._ends[number] - len(passage.words))

    def span(self, axis: Axis, field: str, start: int, end: int, rule: str = "") -> None:
        """Adds a half-open span of characters of a field, and the rule that it answered to."""
        if start < end:
            self._spans.setdefault(axis, set()).add((field, start, end, rule))

    def evidence(self) -> tuple[Evidence, ...]:
        """All that was gathered: overlapping and neighbouring spans of an axis are merged, six per axis at most."""
        return tuple(Evidence(axis, *span) for axis, spans in self._spans.items() for span in _merged(sorted(spans))[:_MOST])


def _merged(spans: Sequence[_Span]) -> list[_Span]:
    """Spans that touch become one; it keeps the first rule that any of them names."""
    merged: list[_Span] = []
    for field, start, end, rule in spans:
        if merged and merged[-1][0] == field and start <= merged[-1][2] + 1:
            _, first, last, named = merged[-1]
            merged[-1] = (field, first, max(end, last), named or rule)
        else:
            merged.append((field, start, end, rule))
    return merged
