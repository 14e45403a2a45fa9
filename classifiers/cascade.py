"""The cascade (DESIGN 3): the compact model tags every mention, a transformer only those that it is unsure of.

Nothing is lost by it: where the transformer fails, the compact model's tags stand, and the trouble is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from types import MappingProxyType
from typing import Final, Protocol

from classifiers.opinion import Opinion
from classifiers.reading import Reading
from classifiers.tagger import Tagger, TagInput
from domain.errors import RasdError
from domain.profile import Profile
from domain.tags import CASE_KINDS, Axis, Remit, Tags

_FAILURES: Final = (RasdError, RuntimeError, ValueError, LookupError, TypeError, ArithmeticError, OSError, MemoryError)
"""What a network may die of; whatever it was, the mentions keep the compact model's tags."""
_REST: Final = 20
"""After a failure the transformer is left alone for so many calls."""


class Classifier(Protocol):
    """What tags mentions for one profile: the compact model's tagger, or the cascade."""

    @property
    def profile(self) -> Profile:
        """Whose vocabulary."""
        ...

    def tag(self, item: TagInput) -> Tags:
        """The tags of one mention."""
        ...

    def tag_many(self, items: Sequence[TagInput]) -> list[Tags]:
        """The tags of mentions, in their order."""
        ...


class Second(Protocol):
    """A better and dearer opinion."""

    @property
    def identity(self) -> str:
        """``name@version``."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it knows."""
        ...

    def speaks_of(self, axis: Axis) -> bool:
        """Whether it judges an axis."""
        ...

    def amended(self, items: Sequence[TagInput], readings: Sequence[Reading], opinion: Opinion) -> Opinion:
        """The opinion with its own mixed in."""
        ...


@dataclass(frozen=True, slots=True)
class CascadeLimits:
    """What goes to the transformer, and how much of it.

    ``below`` gives for each axis the confidence under which the compact model is unsure; ``near`` is how close to the profile's
    threshold a confidence leaves the flagging in doubt. ``most`` bounds the mentions of one call and ``seconds`` its time: those
    of which the compact model is the least sure go first.
    """

    below: Mapping[Axis, float] = field(
        default_factory=lambda: MappingProxyType({Axis.REMIT: 0.7, Axis.KIND: 0.65, Axis.SENTIMENT: 0.6, Axis.TOPIC: 0.5})
    )
    near: float = 0.1
    most: int = 200
    seconds: float = 60.0
    batch: int = 16


class Cascade:
    """A tagger that asks a second model where the first is unsure. ``trouble`` is told why the second could not be asked, and
    an empty reason once it can be again."""

    def __init__(
        self,
        first: Tagger,
        second: Second,
        limits: CascadeLimits,
        trouble: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.first = first
        self.second = second
        self.limits = limits
        self._with_second = first.with_second(second.amended)
        self._trouble = trouble
        self._clock = clock
        self._rest = 0
        self._failed = False
        self._judged = tuple(axis for axis in limits.below if second.speaks_of(axis))

    @property
    def profile(self) -> Profile:
        """Whose vocabulary."""
        return self.first.profile

    @property
    def identity(self) -> str:
        """Both models: ``second/first``, as stored beside the tags that the second had a word in."""
        return f"{self.second.identity}/{self.first.model.identity}"

    def tag(self, item: TagInput) -> Tags:
        """The tags of one mention."""
        return self.tag_many([item])[0]

    def tag_many(self, items: Sequence[TagInput]) -> list[Tags]:
        """The tags of mentions, in their order. No text and no failure of the transformer makes it fail."""
        tags = self.first.tag_many(items)
        if self._rest:
            self._rest -= 1
            return tags
        asked = least_sure(tags, self.profile.threshold, self.limits, self._judged, self.second.languages)
        try:
            self._ask(items, asked, tags)
        except _FAILURES as error:
            self._rest, self._failed = _REST, True
            told = str(error).strip().split("\n", 1)[0][:300] or type(error).__name__
            self._trouble(f"the transformer {self.second.identity} failed ({told}); the compact model goes on alone")
        else:
            if self._failed and asked:
                self._failed = False
                self._trouble("")
        return tags

    def _ask(self, items: Sequence[TagInput], asked: Sequence[int], tags: list[Tags]) -> None:
        """Lays the second opinion over ``tags``, a batch at a time, until the time is spent."""
        until = self._clock() + self.limits.seconds
        for start in range(0, len(asked), self.limits.batch):
            if self._clock() >= until:
                return
            places = asked[start : start + self.limits.batch]
            for place, said in zip(places, self._with_second.tag_many([items[place] for place in places]), strict=True):
                tags[place] = replace(said, model=self.identity)


def least_sure(
    tags: Sequence[Tags],
    threshold: float,
    limits: CascadeLimits,
    axes: Sequence[Axis] = tuple(Axis),
    languages: Sequence[str] = ("ar",),
) -> list[int]:
    """The places of the mentions of which the first model is unsure on one of ``axes``, the least sure first, as many as may be
    asked about. What is in no language of the second model is never asked about."""
    doubts = [(doubt_of(each, threshold, limits, axes) if each.lang in languages else 0.0) for each in tags]
    unsure = [place for place, doubt in enumerate(doubts) if doubt > 0]
    return sorted(unsure, key=lambda place: (-doubts[place], place))[: limits.most]


def doubt_of(tags: Tags, threshold: float, limits: CascadeLimits, axes: Sequence[Axis] = tuple(Axis)) -> float:
    """How unsure the first model is, from 0 (sure) to 1: the axis that lies furthest under its limit, or how close the flagging
    is to falling the other way."""
    if not any(tags.confidence.values()):
        return 0.0
    asks = tags.remit is Remit.OURS and tags.kind in CASE_KINDS and Axis.KIND in axes
    doubts = [
        (below - tags.confidence.get(axis, 1.0)) / below
        for axis, below in limits.below.items()
        if axis in axes and below > 0 and not (axis is Axis.TOPIC and tags.remit is not Remit.OURS)
    ]
    if asks and limits.near > 0:
        doubts.append(1 - abs(tags.confidence.get(Axis.KIND, 0.0) - threshold) / limits.near)
    return max((0.0, *doubts))
