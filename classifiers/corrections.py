"""Learning from reviewers (DESIGN 4): a regularised change on top of a model, kept only if nothing gets worse.

The change is one more linear head per corrected axis, whose margins are added to the model's log-chances. It is fitted with
those as an offset, so that it learns only what the model does not know yet; the prior pulls it to no change at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
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

Doubles = npt.NDArray[np.float64]

_FOLD: Final = 3
_HELD_OUT: Final = 5
"""Every text is held out once: a change fitted on the other four fifths judges it."""
_PRIOR: Final = 0.3
_MOST: Final = 5_000
"""Answers of an axis that are learnt from, the newest: fitting takes memory by their square."""
_SLACK: Final = 0.02
"""A share of the held-out answers that may be judged otherwise before it counts as a fall."""


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

    A row may also confirm what the model said. The new model is judged on answers held out in turn, and on ``records`` (if any)
    against the old one's scores and against ``floors``, a mapping of ``Report.figures``. An axis that brings a figure down is
    left as it was (``report["fell"]`` says why); where nothing is left to learn, the old model is kept. Raises ``InputError`` for
    a wrong value.
    """
    clean = _without_learnt(base)
    corrections = [Correction(*row) for row in rows]
    heads: dict[Axis, _Head] = {}
    report: dict[str, Any] = {"corrections": len(corrections)}
    fell: list[str] = []
    for axis, known in _axes(profile).items():
        taught = _of_axis(axis, corrections)
        if taught:
            progress(f"{axis}: {len(taught)} answers")
            weights, report[axis.value] = _learn(clean, taught, known, profile)
            worse = _held_out_fell(axis, report[axis.value])
            fell += worse
            if not worse:
                heads[axis] = _Head(learnt_head(known.name), known.classes, weights)
    model = _without_falls(base, clean, heads, fell, lambda new: _fallen(base, new, profile, records, floors), corrections)
    report |= {"learnt": [str(axis) for axis in heads], "fell": fell}
    return TrainingResult(model, report, kept_old=model is base)


@dataclass(frozen=True, slots=True)
class _Head:
    """What was learnt on one axis."""

    name: str
    classes: tuple[str, ...]
    weights: Floats


def _of_axis(axis: Axis, corrections: Sequence[Correction]) -> list[Correction]:
    """The newest answers of one axis; that something has no topic teaches nothing of topics."""
    found = [each for each in corrections if Axis(each.axis) is axis]
    return [each for each in found if not (axis is Axis.TOPIC and each.value == NO_TOPIC)][-_MOST:]


def _without_falls(
    base: CompactModel,
    clean: CompactModel,
    heads: dict[Axis, _Head],
    fell: list[str],
    fallen: Callable[[CompactModel], list[str]],
    corrections: Sequence[Correction],
) -> CompactModel:
    """The model with as many of the ``heads`` as bring no figure down: an axis whose figures fall is taken out of them, with the
    reason in ``fell``, and the others are judged again. The old model where none is left, or where something else fell."""
    while heads:
        model = replace(clean, version=_version(clean, corrections, heads), groups={**clean.groups, **_group(heads)})
        found = fallen(model)
        if not found:
            return model
        fell += found
        guilty = _guilty(found[0], heads)
        if guilty is None:
            break
        del heads[guilty]
    heads.clear()
    return base


def _guilty(fallen: str, heads: Mapping[Axis, _Head]) -> Axis | None:
    """The axis whose change brought a figure down; flagging hangs on the kind and the remit."""
    name = fallen.partition("_")[0]
    wanted = (Axis.KIND, Axis.REMIT) if name == "flagging" else tuple(axis for axis in heads if axis.value == name)
    return next((axis for axis in wanted if axis in heads), None)


def _axes(profile: Profile) -> dict[Axis, _Axis]:
    topics = tuple(topic.code for topic in profile.topics)
    return {
        Axis.KIND: _Axis(signals.KIND, tuple(map(str, Kind)), lambda opinion: opinion.kind),
        Axis.SENTIMENT: _Axis(signals.STANCE, tuple(map(str, Sentiment)), lambda opinion: opinion.sentiment),
        Axis.REMIT: _Axis(signals.REMIT, tuple(map(str, Remit)), lambda opinion: opinion.remit),
        Axis.TOPIC: _Axis(f"{signals.TOPIC}:{profile.code}", topics, lambda opinion: opinion.topics),
    }


def _learn(model: CompactModel, taught: Sequence[Correction], axis: _Axis, profile: Profile) -> tuple[Floats, dict[str, Any]]:
    """The weights of the change, fitted on all answers; and how changes fitted on four fifths judge the fifth left out."""
    labels = np.array([_class_of(each, axis) for each in taught])
    lexicon, about_us = profile_lexicon(profile), service_lexicon(profile)
    forms = [form_of(each.title, each.text, each.channel) for each in taught]
    readings = [read(each.title, each.text, form, lexicon, about_us) for each, form in zip(taught, forms, strict=True)]
    opinion = Judge(profile, model).opinion(readings, forms, [False] * len(taught))
    before = np.asarray(np.log(np.maximum(axis.chances(opinion), 1e-6)), np.float32)
    rows = matrix([reading.words for reading in readings], model, _FOLD, every_gram=True)
    kernel = np.asarray((rows @ rows.T).todense(), np.float64)
    folds = np.array([fold_of(f"{each.title}\n{each.text}") % _HELD_OUT for each in taught])
    weights = np.asarray(rows.T @ _fit(kernel, labels, before), np.float32)
    return weights, {"corrections": len(taught), **_held_out(kernel, labels, before, folds)}


def _held_out(kernel: Doubles, labels: Labels, before: Floats, folds: Labels) -> dict[str, Any]:
    """Loss and share of right answers, before and after, on every text that the change which judges it was not fitted on."""
    after = before.copy()
    judged = np.zeros(len(labels), bool)
    for fold in np.unique(folds):
        held = folds == fold
        if not held.all():
            duals = _fit(kernel[np.ix_(~held, ~held)], labels[~held], before[~held])
            after[held] += kernel[np.ix_(held, ~held)] @ duals
            judged |= held
    found: dict[str, Any] = {"held_out": int(judged.sum())}
    for name, margins in (("before", before), ("after", after)):
        found[f"held_out_loss_{name}"] = _loss(margins[judged], labels[judged]) if judged.any() else 0.0
        right = margins[judged].argmax(axis=1) == labels[judged]
        found[f"held_out_right_{name}"] = round(float(right.mean()), 4) if judged.any() else 0.0
    return found


def _held_out_fell(axis: Axis, scores: Mapping[str, Any]) -> list[str]:
    fell = []
    if scores["held_out_loss_after"] > scores["held_out_loss_before"]:
        loss = f"{scores['held_out_loss_before']} before, {scores['held_out_loss_after']} after"
        fell.append(f"{axis}: held-out answers are judged worse (loss {loss})")
    if scores["held_out_right_after"] < scores["held_out_right_before"] - _SLACK:
        right = f"{scores['held_out_right_before']:.0%} before, {scores['held_out_right_after']:.0%} after"
        fell.append(f"{axis}: fewer held-out answers are met ({right})")
    return fell


def _class_of(correction: Correction, axis: _Axis) -> int:
    if correction.value not in axis.classes:
        raise InputError(
            f"a correction of {correction.axis} says «{correction.value}»", f"it must be one of: {', '.join(axis.classes)}"
        )
    return axis.classes.index(correction.value)


def _fit(kernel: Doubles, labels: Labels, offset: Floats) -> Doubles:
    """Multinomial regression with an offset and a quadratic prior, solved in as many unknowns as there are texts: what each adds
    to the weights. ``kernel`` holds the products of their rows."""
    from scipy.optimize import minimize

    target = np.eye(offset.shape[1])[labels]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        duals = flat.reshape(target.shape)
        change = kernel @ duals
        chances = softmax(np.asarray(offset + change, np.float32)).astype(np.float64)
        value = -float(np.log(np.maximum(chances[target > 0], 1e-12)).sum()) + 0.5 * _PRIOR * float((duals * change).sum())
        return value, (kernel @ (chances - target + _PRIOR * duals)).ravel()

    found = minimize(loss, np.zeros(target.size), jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return np.asarray(found.x.reshape(target.shape), np.float64)


def _loss(margins: Floats, labels: Labels) -> float:
    chances = softmax(np.asarray(margins, np.float32))[np.arange(len(labels)), labels]
    return round(float(-np.log(np.maximum(chances, 1e-9)).mean()), 4)


def _group(heads: Mapping[Axis, _Head]) -> dict[str, Group]:
    table = np.hstack([head.weights for head in heads.values()])
    border = 1 << (WORD_BITS - _FOLD)
    return {
        LEARNT: Group(
            heads={head.name: head.classes for head in heads.values()},
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


def _version(model: CompactModel, corrections: Sequence[Correction], axes: Collection[Axis]) -> str:
    """The old version, the number of answers and a mark of which they are and what was learnt of them: ``1+12.3fa9c1``."""
    told = repr([tuple(map(str, each)) for each in corrections]) + ",".join(axes)
    return f"{model.version}+{len(corrections)}.{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def _fallen(
    old: CompactModel, new: CompactModel, profile: Profile, records: Sequence[Record], floors: Mapping[str, float]
) -> list[str]:
    """The figures on which the new model falls below the floors, or below the old one by more than a hundredth."""
    if not records:
        return []
    before, after = _figures(Tagger(profile, old), records), _figures(Tagger(profile, new), records)
    fallen = [
        f"{name}: {after[name]:.3f} is below its floor {floor}" for name, floor in floors.items() if after.get(name, 1.0) < floor
    ]
    return fallen + [
        f"{name}: {before[name]:.3f} before, {after[name]:.3f} after" for name in before if after[name] < before[name] - 0.01
    ]


def _figures(tagger: Tagger, records: Sequence[Record]) -> dict[str, float]:
    return evaluate(records, lambda _: tagger, rounds=0).figures
