"""Which of the profile's topics a text is about: its words and weak words, and the trained head where the profile has one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from classifiers.compact import Floats, softmax
from classifiers.reading import TITLE, Reading
from classifiers.signs import SignKind, bits
from domain.profile import Profile
from domain.tags import OTHER_TOPIC

UNTRAINED_WEIGHTS: Final = np.array([1.6, 1.0, 1.2], np.float32)
"""Weights of word score, trained margin and the pull to ``other/other`` before anything was learnt."""
_WEAK: Final = 0.4
_PHRASE: Final = 1.5


class TopicScorer:
    """Scores a profile's topics by their words. A word that several topics claim counts for each by its share."""

    def __init__(self, profile: Profile) -> None:
        self.codes = tuple(topic.code for topic in profile.topics)
        self._place = {code: place for place, code in enumerate(self.codes)}
        self._other = self._place.get(OTHER_TOPIC)

    def score(self, reading: Reading) -> list[float]:
        """A score per topic: 1 for a word, 1.5 for a phrase, 0.4 for a weak word; twice that in the title."""
        scores = [0.0] * len(self.codes)
        for passage in reading.passages:
            hits = [hit for hit in passage.hits if hit.key.bit & _TOPIC_KINDS]
            if not hits:
                continue
            claims = Counter((hit.start, hit.key.bit) for hit in hits)
            factor = 2.0 if passage.field == TITLE else 1.0
            for hit in hits:
                strength = _WEAK if hit.key.kind is SignKind.TOPIC_WEAK else _PHRASE if hit.end - hit.start > 1 else 1.0
                scores[self._place[hit.key.code]] += factor * strength / claims[hit.start, hit.key.bit]
        return [min(score, 6.0) for score in scores]

    def probabilities(self, scores: Sequence[Sequence[float]] | Floats, margins: Floats | None, weights: Floats) -> Floats:
        """A probability per topic for each text, from word scores, the trained margins (if any) and their ``weights``."""
        table = np.asarray(scores, np.float32).reshape(-1, len(self.codes)) * weights[0]
        if margins is not None:
            table = table + margins * weights[1]
        if self._other is not None:
            table[:, self._other] += weights[2]
        return softmax(np.asarray(table, np.float32))

    def chosen(self, probabilities: Floats) -> npt.NDArray[np.int64]:
        """The place of the likeliest topic for each text."""
        return np.asarray(probabilities.argmax(axis=1), np.int64)


_TOPIC_KINDS: Final = bits(SignKind.TOPIC, SignKind.TOPIC_WEAK)
