"""Learning from reviewers (DESIGN 4): a regularised change on top of a model, kept only if nothing gets worse.

The change is one more linear head per corrected axis, whose margins are added to the model's log-chances. It is fitted with
those as an offset, so that it learns only what the model does not know yet; the prior pulls it to no change at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from classifiers import signals
from classifiers.compact import LEARNT, CompactModel, Floats, Group, softmax
from classifiers.evaluate import evaluate
from classifiers.examples import fold_of
from classifiers.features import WORD_BITS
from classifiers.fitting import Labels, matrix
from classifiers.opinion import Judge, Opinion, learnt_head
from classifiers.reading import form_of, read
from classifiers.records import Record
from classifiers.result import TrainingResult
from classifiers.signs import profile_lexicon, service_lexicon
from classifiers.tagger import Tagger
from domain.errors import InputError
from domain.mention import Channel
from domain.profile import Profile
from domain.tags import NO_TOPIC, Axis, Kind, Remit, Sentiment

_FOLD: Final = 3
_HELD_OUT: Final = 5
"""One text in five is held out to judge the change by."""
_PRIOR: Final = 0.3


class Correction(NamedTuple):
    """What a reviewer said of one axis of a text."""

    title: str
    text: str
    axis: Axis
    value: str
    channel: Channel = Channel.OTHER


@dataclass(frozen=True, slots=True)
class _Axis:
    """An axis that can be learnt: its name in the model, its classes, and where an opinion holds its chances."""

    name: str
    classes: tuple[str, ...]
    chances: Callable[[Opinion], Floats]


def train_on_corrections(
    base: CompactModel,
    rows: Sequence[tuple[str, str, Axis, str] | Correction],
    profile: Profile,
    progress: Callable[[str], None],
    *,
    records: Sequence[Record] = (),
    floors: Mapping[str, float] = {},
) -> TrainingResult:
    """A model that also knows the reviewers' corrections (all of them: an earlier change is replaced).

    The new model is judged on held-out corrections, and on ``records`` (if any) against the old one's scores and against
    ``floors``, a mapping of ``Report.figures``. If any falls, the old one is kept. Raises ``InputError`` for a wrong value.
    """
    clean = _without_learnt(base)
    corrections = [Correction(*row) for row in rows]
    heads: dict[str, tuple[tuple[str, ...], Floats]] = {}
    report: dict[str, Any] = {"corrections": len(corrections)}
    worse: list[str] = []
    for axis, known in _axes(profile).items():
        taught = [each for each in corrections if Axis(each.axis) is axis and not (axis is Axis.TOPIC and each.value == NO_TOPIC)]
        if taught:
            progress(f"{axis}: {len(taught)} corrections")
            weights, scores = _learn(clean, taught, known, profile)
            heads[learnt_head(known.name)] = (known.classes, weights)
            report[axis.value] = scores
            if scores["held_out_loss_after"] > scores["held_out_loss_before"]:
                worse.append(f"{axis}: held-out corrections are judged worse than before")
    model = replace(clean, version=_version(clean, corrections), groups={**clean.groups, **_group(heads)})
    worse += _fallen(base, model, profile, records, floors)
    if worse or not heads:
        return TrainingResult(base, {**report, "fell": worse}, kept_old=True)
    return TrainingResult(model, report)


def _axes(profile: Profile) -> dict[Axis, _Axis]:
    topics = tuple(topic.code for topic in profile.topics)
    return {
        Axis.KIND: _Axis(signals.KIND, tuple(map(str, Kind)), lambda opinion: opinion.kind),
        Axis.SENTIMENT: _Axis(signals.STANCE, tuple(map(str, Sentiment)), lambda opinion: opinion.sentiment),
        Axis.REMIT: _Axis(signals.REMIT, tuple(map(str, Remit)), lambda opinion: opinion.remit),
        Axis.TOPIC: _Axis(f"{signals.TOPIC}:{profile.code}", topics, lambda opinion: opinion.topics),
    }


def _learn(model: CompactModel, taught: Sequence[Correction], axis: _Axis, profile: Profile) -> tuple[Floats, dict[str, Any]]:
    """The weights of the change, fitted on all corrections; and how a change fitted on four fifths fares on the last fifth."""
    labels = np.array([_class_of(each, axis) for each in taught])
    lexicon, about_us = profile_lexicon(profile), service_lexicon(profile)
    forms = [form_of(each.title, each.text, each.channel) for each in taught]
    readings = [read(each.title, each.text, form, lexicon, about_us) for each, form in zip(taught, forms, strict=True)]
    opinion = Judge(profile, model).opinion(readings, forms, [False] * len(taught))
    before = np.log(np.maximum(axis.chances(opinion), 1e-6))
    rows = matrix([reading.words for reading in readings], model, _FOLD, every_gram=True)
    held = np.array([fold_of(f"{each.title}\n{each.text}") % _HELD_OUT == 0 for each in taught])
    scores = {"corrections": len(taught), "held_out": int(held.sum()), "held_out_loss_before": 0.0, "held_out_loss_after": 0.0}
    if held.any() and not held.all():
        change = rows[held] @ _fit(rows[~held], labels[~held], before[~held])
        scores["held_out_loss_before"] = _loss(before[held], labels[held])
        scores["held_out_loss_after"] = _loss(np.asarray(before[held] + change, np.float32), labels[held])
    return _fit(rows, labels, before), scores


def _class_of(correction: Correction, axis: _Axis) -> int:
    if correction.value not in axis.classes:
        raise InputError(
            f"a correction of {correction.axis} says «{correction.value}»", f"it must be one of: {', '.join(axis.classes)}"
        )
    return axis.classes.index(correction.value)


def _fit(rows: Any, labels: Labels, offset: Floats) -> Floats:
    """Multinomial regression with an offset and a quadratic prior, solved in as many unknowns as there are texts."""
    from scipy.optimize import minimize

    kernel = np.asarray((rows @ rows.T).todense(), np.float64)
    target = np.eye(offset.shape[1])[labels]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        duals = flat.reshape(target.shape)
        change = kernel @ duals
        chances = softmax(np.asarray(offset + change, np.float32)).astype(np.float64)
        value = -float(np.log(np.maximum(chances[target > 0], 1e-12)).sum()) + 0.5 * _PRIOR * float((duals * change).sum())
        return value, (kernel @ (chances - target + _PRIOR * duals)).ravel()

    found = minimize(loss, np.zeros(target.size), jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return np.asarray(rows.T @ found.x.reshape(target.shape), np.float32)


def _loss(margins: Floats, labels: Labels) -> float:
    chances = softmax(np.asarray(margins, np.float32))[np.arange(len(labels)), labels]
    return round(float(-np.log(np.maximum(chances, 1e-9)).mean()), 4)


def _group(heads: Mapping[str, tuple[tuple[str, ...], Floats]]) -> dict[str, Group]:
    if not heads:
        return {}
    table = np.hstack([weights for _, weights in heads.values()])
    border = 1 << (WORD_BITS - _FOLD)
    return {
        LEARNT: Group(
            heads={name: classes for name, (classes, _) in heads.items()},
            fold=_FOLD,
            words=np.ascontiguousarray(table[:border]),
            characters=np.ascontiguousarray(table[border:]),
            bias=np.zeros(table.shape[1], np.float32),
            every_gram=True,
        )
    }


def _without_learnt(model: CompactModel) -> CompactModel:
    groups = {name: group for name, group in model.groups.items() if name != LEARNT}
    return replace(model, groups=groups, version=model.version.split("+")[0])


def _version(model: CompactModel, corrections: Sequence[Correction]) -> str:
    """The old version, the number of corrections and a mark of which they are: ``1+12.3fa9c1``."""
    mark = hashlib.sha256(repr([tuple(map(str, each)) for each in corrections]).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{model.version}+{len(corrections)}.{mark[:6]}"


def _fallen(
    old: CompactModel, new: CompactModel, profile: Profile, records: Sequence[Record], floors: Mapping[str, float]
) -> list[str]:
    """The figures on which the new model falls below the floors, or below the old one by more than a hundredth."""
    if not records:
        return []
    before = evaluate(records, lambda _: Tagger(profile, old), rounds=0).figures
    after = evaluate(records, lambda _: Tagger(profile, new), rounds=0).figures
    fallen = [
        f"{name}: {after[name]:.3f} is below its floor {floor}" for name, floor in floors.items() if after.get(name, 1.0) < floor
    ]
    return fallen + [
        f"{name}: {before[name]:.3f} before, {after[name]:.3f} after" for name in before if after[name] < before[name] - 0.01
    ]
