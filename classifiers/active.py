"""Active learning: which of many items would teach the classifier most if a person answered for it (DESIGN 4). Pure.

Four signs, each between 0 and 1: how *unsure* the model is on each axis (entropy), how near the *border* of flagging the item
lies, how *rare* the class is that it was given, and how *new* its words are beside what reviewers answered already. The items are
then taken one by one, each time the one with the highest worth after what those already taken would teach of it, so that forty
printings of one story do not fill the page (maximal marginal relevance, Carbonell and Goldstein 1998).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import log
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from domain.arabic import normalise, tokens
from domain.tags import CASE_KINDS, NO_TOPIC, Axis, Kind, Remit, Sentiment

Floats = npt.NDArray[np.float32]


class Why(StrEnum):
    """What makes an item worth an answer."""

    REMIT = "remit"
    KIND = "kind"
    SENTIMENT = "sentiment"
    TOPIC = "topic"
    BORDER = "border"
    """Just above or below the threshold of flagging."""
    RARE = "rare"
    NEW = "new"
    """Words that no answer covered yet."""


_UNSURE: Final[Mapping[Axis, tuple[Why, float]]] = {
    Axis.REMIT: (Why.REMIT, 0.25),
    Axis.KIND: (Why.KIND, 0.35),
    Axis.SENTIMENT: (Why.SENTIMENT, 0.10),
    Axis.TOPIC: (Why.TOPIC, 0.15),
}
"""What each axis' doubt weighs: the kind decides what becomes a case, the remit whose it is."""
_BORDER: Final = 0.25
_RARE: Final = 0.15
_NEW: Final = 0.25
_TOLD: Final = 0.6
"""A sign that is at least so strong is told to the person as a reason."""
_TOLD_NEW: Final = 0.85
"""Most texts hold some new words: told only where hardly any is known."""
_SAME_STORY: Final = 0.95
_DIMENSIONS: Final = 2048
_WORDS: Final = 150
"""Words of an item that its likeness is judged by: title and lead."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item as the model tagged it. ``words`` are its title and lead; ``confidence`` is the chance of the label that each axis
    was given."""

    id: int
    words: str
    remit: Remit
    kind: Kind
    topic: str
    confidence: Mapping[Axis, float]
    story_id: int | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """An item with its worth (0-1), the strongest reasons first. ``likeness`` is to the nearest item that stands before it."""

    id: int
    worth: float
    why: tuple[Why, ...]
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """What items are weighed against: the flagging threshold, the number of topics, how often each kind and topic was given
    lately, and the texts that reviewers answered for."""

    threshold: float
    topics: int
    kinds: Mapping[str, int] = field(default_factory=dict)
    topic_counts: Mapping[str, int] = field(default_factory=dict)
    taught: Sequence[str] = ()


def rank(candidates: Sequence[Candidate], known: Known, limit: int | None = None) -> list[Ranked]:
    """The items that would teach most, best first; the same for the same input. ``limit``: no more than so many."""
    if not candidates:
        return []
    vectors = _vectors([each.words for each in candidates])
    taught = _vectors(known.taught)
    newness = 1 - (vectors @ taught.T).max(axis=1) if len(taught) else np.ones(len(candidates), np.float32)
    signs = [_signs(each, known, float(new)) for each, new in zip(candidates, newness, strict=True)]
    worth = np.array([_worth(each) for each in signs])
    return _spread(candidates, vectors, worth, signs, len(candidates) if limit is None else limit)


def doubt(confidence: float, classes: int) -> float:
    """The entropy (0-1) of the flattest distribution over ``classes`` whose likeliest has this chance: what is known of a tag
    whose other chances were not kept. 0 where the model is sure, 1 where all classes are equally likely."""
    if classes < 2:
        return 0.0
    top = min(max(confidence, 1 / classes), 1.0)
    rest = 1 - top
    entropy = -top * log(top) - (rest * log(rest / (classes - 1)) if rest > 0 else 0.0)
    return min(1.0, entropy / log(classes))


def border(candidate: Candidate, threshold: float) -> float:
    """How near the item lies to being flagged, or to not being flagged: 1 at the threshold itself, 0 far from it."""
    kind, remit = candidate.confidence.get(Axis.KIND, 0.0), candidate.confidence.get(Axis.REMIT, 0.0)
    ours = remit if candidate.remit is Remit.OURS else 1 - remit
    asks = kind if candidate.kind in CASE_KINDS else 1 - kind
    return max(0.0, 1 - 2 * abs(min(ours, asks) - threshold))


def rarity(label: str, counts: Mapping[str, int]) -> float:
    """How rare a label was lately: 0 for the most frequent, near 1 for one of a thousand."""
    total, most = sum(counts.values()), max(counts.values(), default=0)
    if not total or not most:
        return 0.0
    return min(1.0, log(most / max(counts.get(label, 0), 1)) / log(1000)) if most > 1 else 0.0


def likeness(one: str, other: str) -> float:
    """How alike two texts are by their words (0-1): the share of words that they hold in common (cosine over sets)."""
    first, second = _vectors([one, other])
    return float(first @ second)


def _signs(candidate: Candidate, known: Known, newness: float) -> dict[Why, tuple[float, float]]:
    """Each reason with its strength and its weight."""
    classes = {Axis.REMIT: len(Remit), Axis.KIND: len(Kind), Axis.SENTIMENT: len(Sentiment), Axis.TOPIC: known.topics}
    signs = {}
    for axis, (why, weight) in _UNSURE.items():
        if _is_judged(axis, candidate):
            signs[why] = (doubt(candidate.confidence.get(axis, 0.0), classes[axis]), weight)
    signs[Why.BORDER] = (border(candidate, known.threshold), _BORDER)
    rare = max(rarity(candidate.kind, known.kinds), rarity(candidate.topic, known.topic_counts))
    signs[Why.RARE] = (rare if candidate.remit is Remit.OURS else 0.0, _RARE)
    signs[Why.NEW] = (newness, _NEW)
    return signs


def _is_judged(axis: Axis, candidate: Candidate) -> bool:
    """Whether the model judged the axis at all: where the matter is nobody's, only that was asked."""
    if axis is Axis.REMIT:
        return True
    if candidate.remit is Remit.NONE:
        return False
    return axis is not Axis.TOPIC or candidate.topic != NO_TOPIC


def _worth(signs: Mapping[Why, tuple[float, float]]) -> float:
    """Doubt first: novelty and rarity only lift what the model is in doubt about, since what it is sure of teaches little."""
    unsure = sum(strength * weight for why, (strength, weight) in signs.items() if why not in (Why.RARE, Why.NEW))
    lift = sum(signs[why][0] * signs[why][1] for why in (Why.RARE, Why.NEW))
    total = sum(weight for _, weight in _UNSURE.values()) + _BORDER
    return unsure / total * (1 - _RARE - _NEW + lift)


def _why(signs: Mapping[Why, tuple[float, float]]) -> tuple[Why, ...]:
    told = [
        (strength * weight, why)
        for why, (strength, weight) in signs.items()
        if strength >= (_TOLD_NEW if why is Why.NEW else _TOLD)
    ]
    return tuple(why for _, why in sorted(told, key=lambda each: (-each[0], each[1])))[:3]


def _spread(
    candidates: Sequence[Candidate],
    vectors: Floats,
    worth: npt.NDArray[np.float64],
    signs: Sequence[Mapping[Why, tuple[float, float]]],
    limit: int,
) -> list[Ranked]:
    """One after another, each time what is still worth most beside those already taken."""
    nearest = np.zeros(len(candidates))
    stories = np.array([-1 if each.story_id is None else each.story_id for each in candidates])
    left = np.ones(len(candidates), bool)
    ranked: list[Ranked] = []
    while left.any() and len(ranked) < limit:
        value = np.where(left, worth * (1 - nearest), -1.0)
        best = int(value.argmax())
        ranked.append(
            Ranked(candidates[best].id, round(float(value[best]), 4), _why(signs[best]), round(float(nearest[best]), 4))
        )
        left[best] = False
        nearest = np.maximum(nearest, vectors @ vectors[best])
        if stories[best] >= 0:
            nearest = np.maximum(nearest, np.where(stories == stories[best], _SAME_STORY, 0.0))
    return ranked


def _vectors(texts: Sequence[str]) -> Floats:
    """Each text as the set of its words, hashed, of length one."""
    rows = np.zeros((len(texts), _DIMENSIONS), np.float32)
    for row, text in zip(rows, texts, strict=True):
        words = tokens(normalise(text))[:_WORDS]
        row[[crc32(word.encode("utf-8", "surrogatepass")) % _DIMENSIONS for word in words]] = 1.0
        row /= max(float(np.sqrt(row.sum())), 1.0)
    return rows
