"""The probabilities of every axis for texts and one profile: heads, signs and mixers brought together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers import signals
from classifiers.compact import GENERAL, LEARNT, CompactModel, Floats, Judgement, softmax
from classifiers.reading import Reading
from classifiers.remit import REMIT_SIGNS, Vocabulary, remit_signs, untrained_remit
from classifiers.topic import UNTRAINED_WEIGHTS, TopicScorer
from domain.errors import ModelError
from domain.mention import Channel
from domain.profile import Profile


@dataclass(frozen=True, slots=True)
class Opinion:
    """Probabilities, one row per text, before the rule book's constraints; columns in the order of the enums, ``topics`` in the
    profile's."""

    remit: Floats
    kind: Floats
    sentiment: Floats
    topics: Floats
    judgement: Judgement


class Judge:
    """Forms opinions for one profile with one model."""

    def __init__(self, profile: Profile, model: CompactModel) -> None:
        self._code = profile.code
        self._model = model
        self._vocabulary = Vocabulary.of(profile)
        self._topics = TopicScorer(profile)

    @property
    def topic_codes(self) -> tuple[str, ...]:
        """The topics in the order of ``Opinion.topics``."""
        return self._topics.codes

    def opinion(self, readings: Sequence[Reading], channels: Sequence[Channel], addressed: Sequence[bool]) -> Opinion:
        """The opinion on texts that were read with the profile's lexicon."""
        judgement = self._model.judge([reading.words for reading in readings], (GENERAL, self._code, LEARNT))
        signs = [
            remit_signs(reading, self._vocabulary, channel, addressed=spoken_to)
            for reading, channel, spoken_to in zip(readings, channels, addressed, strict=True)
        ]
        blocks = {
            signals.KIND: judgement.margins[signals.KIND],
            signals.SENTIMENT: judgement.margins[signals.SENTIMENT],
            signals.CUE_COUNTS: signals.cue_block(readings),
            signals.SHAPE: signals.shape_block(readings, channels),
            REMIT_SIGNS: np.asarray(signs, np.float32),
        }
        kind = self._mixed(signals.KIND, blocks)
        blocks[signals.KIND_CHANCES] = signals.chances_block(kind)
        blocks[signals.CHATTER] = blocks[signals.KIND_CHANCES][:, -1:]
        return Opinion(
            remit=_with_learnt(signals.REMIT, self._remit(blocks, judgement), judgement),
            kind=_with_learnt(signals.KIND, signals.without_chatter(kind), judgement),
            sentiment=_with_learnt(signals.STANCE, self._mixed(signals.STANCE, blocks), judgement),
            topics=_with_learnt(f"{signals.TOPIC}:{self._code}", self._topic(readings, judgement), judgement),
            judgement=judgement,
        )

    def _remit(self, blocks: dict[str, Floats], judgement: Judgement) -> Floats:
        margins = judgement.margins.get(f"{signals.REMIT}:{self._code}")
        if margins is None:
            return self._model.mixers.get(signals.REMIT, untrained_remit()).probabilities(blocks)
        return self._mixed(signals.REMIT_TRAINED, {**blocks, signals.REMIT: margins})

    def _mixed(self, name: str, blocks: dict[str, Floats]) -> Floats:
        mixer = self._model.mixers[name]
        if sum(blocks[each].shape[1] for each in mixer.inputs) != len(mixer.weights):
            raise ModelError(
                f"the model {self._model.identity} was trained with other signs than this version of Rasd reads",
                "train it anew (`rasd train`), or remove the home's model folder to use the shipped one",
            )
        return mixer.probabilities(blocks)

    def _topic(self, readings: Sequence[Reading], judgement: Judgement) -> Floats:
        head = f"{signals.TOPIC}:{self._code}"
        margins = judgement.margins.get(head)
        if margins is not None:
            margins = _aligned(margins, self._model.groups[self._code].heads[head], self._topics.codes)
        mixer = self._model.mixers.get(signals.TOPIC)
        weights = mixer.weights if mixer else UNTRAINED_WEIGHTS
        return self._topics.probabilities([self._topics.score(reading) for reading in readings], margins, weights)


def _aligned(margins: Floats, trained: tuple[str, ...], wanted: tuple[str, ...]) -> Floats:
    """The margins in the order of the profile's topics; a topic that the head does not know gets the mean."""
    if trained == wanted:
        return margins
    place: npt.NDArray[np.int64] = np.array([trained.index(code) if code in trained else -1 for code in wanted])
    with_mean = np.hstack([margins, margins.mean(axis=1, keepdims=True)])
    return np.asarray(with_mean[:, place], np.float32)


def learnt_head(axis: str) -> str:
    """The name of the head that holds what reviewers taught on an axis."""
    return f"{LEARNT}:{axis}"


def _with_learnt(axis: str, chances: Floats, judgement: Judgement) -> Floats:
    """The chances after the change that reviewers' corrections taught, if any."""
    change = judgement.margins.get(learnt_head(axis))
    if change is None or change.shape != chances.shape:
        return chances
    return softmax(np.asarray(np.log(np.maximum(chances, 1e-6)) + change, np.float32))
