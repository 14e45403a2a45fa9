"""The blocks of numbers that mixers weigh: the same for a text that is tagged and for one that is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p
from typing import Final

import numpy as np

from classifiers.compact import Floats
from classifiers.cues import cue_counts
from classifiers.features import EXCLAMATION, HANDLE, HASHTAG, LINK, QUESTION
from classifiers.reading import TITLE, Reading
from classifiers.signs import SignKind
from domain.mention import Channel

KIND: Final = "kind"
SENTIMENT: Final = "sentiment"
CUE_COUNTS: Final = "cues"
SHAPE: Final = "shape"
REMIT: Final = "remit"
KIND_CHANCES: Final = "kind_chances"
STANCE: Final = "stance"
REMIT_TRAINED: Final = "remit_trained"
TOPIC: Final = "topic"
CHATTER: Final = "chatter"
"""A class beside the kinds, the last one: talk that wants nothing of any service."""


def cue_block(readings: Sequence[Reading]) -> Floats:
    """How often each cue was found in each text; cues of a title count again at the end."""
    rows = []
    for reading in readings:
        cues = [sign.code for sign in reading.signs() if sign.kind is SignKind.CUE]
        in_title = [
            hit.key.code
            for passage in reading.passages
            if passage.field == TITLE
            for hit in passage.hits
            if hit.key.kind is SignKind.CUE
        ]
        rows.append(cue_counts(cues) + cue_counts(in_title))
    return np.asarray(rows, np.float32).reshape(len(readings), -1)


def shape_block(readings: Sequence[Reading], channels: Sequence[Channel]) -> Floats:
    """Marks, handles, links, length and channel of each text."""
    rows = []
    for reading, channel in zip(readings, channels, strict=True):
        words = reading.words
        questions = words.count(QUESTION)
        rows.append(
            [
                float(questions > 0),
                float(bool(words) and words[-1] == QUESTION),
                min(words.count(EXCLAMATION), 3) / 3,
                min(words.count(HANDLE), 3) / 3,
                min(words.count(HASHTAG), 3) / 3,
                float(LINK in words),
                log1p(len(words)) / 4,
                float(channel is not Channel.SOCIAL),
                float(questions > 0 and channel is not Channel.SOCIAL),
            ]
        )
    return np.asarray(rows, np.float32).reshape(len(readings), -1)


def chances_block(probabilities: Floats) -> Floats:
    """Log-probabilities as signs for another mixer, bounded."""
    return np.asarray(np.log(np.clip(probabilities, 1e-3, 1.0)), np.float32)


def without_chatter(probabilities: Floats) -> Floats:
    """The chances of the kinds, given that the text is no chatter (the last column)."""
    kinds = probabilities[:, :-1]
    return np.asarray(kinds / np.maximum(kinds.sum(axis=1, keepdims=True), 1e-9), np.float32)
