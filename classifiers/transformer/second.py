"""The transformer's word on mentions that the compact model has read already: chances mixed head by head, evidence its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from classifiers import signals
from classifiers.compact import Floats, Judgement
from classifiers.opinion import Opinion
from classifiers.reading import Reading
from classifiers.tagger import TagInput
from classifiers.transformer.model import TransformerModel, aligned, mixed
from classifiers.transformer.pieces import Words, words_of
from domain.profile import Profile
from domain.tags import Axis, Kind, Remit, Sentiment

Chosen = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Explained(Judgement):
    """The compact model's judgement, whose words are weighed by the transformer where that has the head."""

    weigh: Callable[[str, Chosen], list[Floats] | None]

    def word_weights(self, head: str, chosen: Chosen) -> Floats:
        by_text = self.weigh(head, chosen)
        if by_text is None:
            return Judgement.word_weights(self, head, chosen)
        return np.concatenate([np.zeros(0, np.float32), *by_text])


class SecondOpinion:
    """What a transformer adds for one profile."""

    def __init__(self, model: TransformerModel, profile: Profile) -> None:
        self.model = model
        self._columns: tuple[tuple[str, str, tuple[str, ...]], ...] = (
            (signals.KIND, "kind", tuple(map(str, Kind))),
            (signals.SENTIMENT, "sentiment", tuple(map(str, Sentiment))),
            (f"{Axis.REMIT}:{profile.code}", "remit", tuple(map(str, Remit))),
            (str(Axis.REMIT), "remit", tuple(map(str, Remit))),
            (f"{Axis.TOPIC}:{profile.code}", "topics", tuple(topic.code for topic in profile.topics)),
        )
        self._weights = {head.key: head.weight for head in model.description.heads if head.weight > 0}

    @property
    def identity(self) -> str:
        """``name@version`` of the transformer."""
        return self.model.identity

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it was trained on; it is asked about no others."""
        return self.model.description.languages

    def speaks_of(self, axis: Axis) -> bool:
        """Whether it has a word on this axis of the profile, and the word counts."""
        return any(key in self._weights and key.split(":")[0] == axis for key, _, _ in self._columns)

    def amended(self, items: Sequence[TagInput], readings: Sequence[Reading], opinion: Opinion) -> Opinion:
        """The compact model's opinion on these mentions, with the transformer's mixed in. Raises ``ModelError``."""
        texts = [words_of(item.title, item.text, reading) for item, reading in zip(items, readings, strict=True)]
        said = self.model.chances(texts, [key for key, _, _ in self._columns if key in self._weights])
        changed: dict[str, Floats] = {}
        for key, name, classes in self._columns:
            head = self.model.head(key)
            if head is not None and key in said:
                before = getattr(opinion, name)
                changed[name] = mixed(before, aligned(said[key], head.classes, classes, before), head.weight)
        judgement = opinion.judgement
        explained = _Explained(
            judgement.batch, judgement.values, judgement.margins, judgement._groups, lambda key, of: self._weigh(texts, key, of)
        )
        return replace(opinion, judgement=explained, **changed)

    def _weigh(self, texts: Sequence[Words], key: str, chosen: Chosen) -> list[Floats] | None:
        head = self.model.head(key)
        if head is None or key not in self._weights:
            return None
        classes = next(classes for each, _, classes in self._columns if each == key)
        if not set(classes) <= set(head.classes):
            return None
        place = np.array([head.classes.index(name) for name in classes] + [-1], np.int64)
        return self.model.word_weights(texts, key, place[chosen])
