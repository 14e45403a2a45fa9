"""How far a fine-tuned transformer is to be trusted beside the compact model: head by head, and as a whole.

The weights are fitted on labelled texts that neither model saw; the whole is then judged as the cascade that will run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from classifiers.cascade import Cascade, CascadeLimits
from classifiers.compact import CompactModel, Floats
from classifiers.evaluate import evaluate
from classifiers.examples import fold_of
from classifiers.opinion import Judge, Opinion
from classifiers.reading import form_of, read
from classifiers.records import Record
from classifiers.signs import profile_lexicon, service_lexicon
from classifiers.tagger import Tagger
from classifiers.transformer.description import Head
from classifiers.transformer.lessons import heads_for, lessons_of
from classifiers.transformer.model import TransformerModel, mixed
from classifiers.transformer.second import SecondOpinion
from domain.errors import ModelError
from domain.profile import Profile
from domain.tags import Axis

_SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_FEWEST: Final = 10
_SLACK: Final = 0.01
_OF: Final[Mapping[Axis, Callable[[Opinion], Floats]]] = {
    Axis.KIND: lambda opinion: opinion.kind,
    Axis.SENTIMENT: lambda opinion: opinion.sentiment,
    Axis.REMIT: lambda opinion: opinion.remit,
    Axis.TOPIC: lambda opinion: opinion.topics,
}


def weighed(
    model: TransformerModel, compact: CompactModel, unseen: Sequence[Record], profiles: Sequence[Profile]
) -> tuple[Head, ...]:
    """The heads with the shares in the mixture that cost the least on every other of the ``unseen`` records.

    A head that has too few of them there keeps its share. A share of 0 leaves the axis to the compact model.
    """
    costs: dict[str, list[Floats]] = {}
    for profile in profiles:
        rows = [each for each in unseen if each.profile == profile.code and fold_of(f"{each.title}\n{each.text}") % 2 == 0]
        if rows:
            _add_costs(costs, model, compact, rows, profile)
    return tuple(replace(head, weight=_best(costs[head.key], head.weight)) if head.key in costs else head
                 for head in model.description.heads)  # fmt: skip


def _best(costs: Sequence[Floats], otherwise: float) -> float:
    together = np.vstack(costs)
    return _SHARES[int(together.mean(axis=0).argmin())] if len(together) >= _FEWEST else otherwise


def _add_costs(
    costs: dict[str, list[Floats]], model: TransformerModel, compact: CompactModel, rows: Sequence[Record], profile: Profile
) -> None:
    lessons = lessons_of(rows, (), None, [profile])
    lexicon, about_us = profile_lexicon(profile), service_lexicon(profile)
    forms = [form_of(each.title, each.text, each.channel) for each in rows]
    readings = [read(each.title, each.text, form, lexicon, about_us) for each, form in zip(rows, forms, strict=True)]
    opinion = Judge(profile, compact).opinion(readings, forms, [False] * len(rows))
    known = {head.key: head.classes for head in heads_for([profile])}
    said = model.chances([lesson.words for lesson in lessons], list(known))
    for head in model.description.heads:
        if head.key not in said or head.classes != known[head.key]:
            continue
        places = [place for place, lesson in enumerate(lessons) if head.key in lesson.labels]
        truth = [lessons[place].labels[head.key] for place in places]
        before, own = _OF[head.axis](opinion)[places], said[head.key][places]
        table = [mixed(before, own, share)[np.arange(len(truth)), truth] for share in _SHARES]
        costs.setdefault(head.key, []).append(-np.log(np.maximum(np.array(table, np.float32).T, 1e-6)))


def judged(
    model: TransformerModel,
    compact: CompactModel,
    unseen: Sequence[Record],
    profiles: Sequence[Profile],
    limits: CascadeLimits,
    floors: Mapping[str, float],
) -> tuple[tuple[Head, ...], tuple[str, ...], dict[str, tuple[float, float]]]:
    """The heads that may speak, what the cascade still does worse by, and every figure alone and with it.

    An axis on which the cascade falls (below the compact model alone by more than a hundredth, or below a floor that holds
    without it) is left to the compact model, and the rest is judged once more.
    """
    rows = [each for each in unseen if each.profile in {profile.code for profile in profiles}]
    heads = model.description.heads
    if not rows:
        return heads, (), {}
    fell, figures = _fallen(model, compact, rows, profiles, limits, floors)
    weak = {axis for name in fell for axis in _axes_of(name)}
    if weak:
        heads = tuple(replace(head, weight=0.0) if head.axis in weak else head for head in heads)
        model = replace(model, description=replace(model.description, heads=heads))
        fell, figures = _fallen(model, compact, rows, profiles, limits, floors)
    if not any(head.weight for head in heads):
        return heads, ("no axis gains by it",), figures
    return heads, tuple(fell.values()), figures


def _axes_of(figure: str) -> tuple[Axis, ...]:
    """The axes behind a figure: flagging hangs on kind and remit."""
    return (Axis.KIND, Axis.REMIT) if figure.startswith("flagging") else (Axis(figure.split("_", 1)[0]),)


def _fallen(
    model: TransformerModel,
    compact: CompactModel,
    rows: Sequence[Record],
    profiles: Sequence[Profile],
    limits: CascadeLimits,
    floors: Mapping[str, float],
) -> tuple[dict[str, str], dict[str, tuple[float, float]]]:
    alone = {profile.code: Tagger(profile, compact) for profile in profiles}
    freely = replace(limits, most=len(rows), seconds=float("inf"))
    both = {code: Cascade(tagger, SecondOpinion(model, tagger.profile), freely, _raise) for code, tagger in alone.items()}
    before = evaluate(rows, lambda code: alone[code], rounds=0).figures
    after = evaluate(rows, lambda code: both[code], rounds=0).figures
    fell = {}
    for name, figure in after.items():
        if figure < before[name] - _SLACK:
            fell[name] = f"{name}: {before[name]:.3f} alone, {figure:.3f} with it"
        elif figure < floors.get(name, 0.0) <= before[name]:
            fell[name] = f"{name}: {figure:.3f} is below its floor {floors[name]}"
    return fell, {name: (round(before[name], 4), round(figure, 4)) for name, figure in after.items()}


def _raise(reason: str) -> None:
    """A judgement that was not made must not pass for one."""
    if reason:
        raise ModelError(reason, "train it anew")
