from __future__ import annotations

import numpy as np

from classifiers.fitting import Linear
from classifiers.train_mood import slow_to_neutral

MOODS = ("negative", "neutral", "positive")


def _said(head: Linear, margins: list[float]) -> str:
    return MOODS[int(head.margins(np.array([margins], np.float32)).argmax())]


def test_neutral_must_lead_to_be_said() -> None:
    head = slow_to_neutral(Linear(np.eye(3, dtype=np.float32), np.zeros(3, np.float32)), MOODS)
    assert _said(head, [0.2, 0.25, 0.0]) == "negative"
    assert _said(head, [0.0, 0.25, 0.2]) == "positive"
    assert _said(head, [0.0, 0.25, 0.0]) == "neutral"


def test_the_head_that_was_given_stays_as_it_was() -> None:
    head = Linear(np.eye(3, dtype=np.float32), np.zeros(3, np.float32))
    slow_to_neutral(head, MOODS)
    assert not head.bias.any()
