"""Training what belongs to no profile: sentiment, kind, and the stance toward the service spoken of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifiers import signals
from classifiers.compact import GENERAL, CompactModel, Floats, Group
from classifiers.examples import INTENT, Example
from classifiers.fitting import (
    Calibrated,
    Labels,
    Linear,
    Weights,
    balance,
    fit_calibrated,
    fit_linear,
    group_of,
    matrix,
    sharpened,
    unseen_margins,
)
from classifiers.mood import GROUP as MOOD_GROUP
from classifiers.mood import MOOD
from classifiers.reading import Reading, read
from classifiers.scores import calibration_error, macro_f1, polar_f1
from classifiers.signs import generic_lexicon
from classifiers.train_mood import train_mood
from domain.tags import Kind, Remit, Sentiment

SEED: Final = 20261121
FOLDS: Final = 5
KINDS: Final = (*map(str, Kind), signals.CHATTER)
"""The kinds, and talk that wants nothing of any service: neutral by the rule book, but unlike an announcement."""
SENTIMENTS: Final = tuple(map(str, Sentiment))
KIND_INPUTS: Final = (signals.KIND, signals.SENTIMENT, signals.CUE_COUNTS, signals.SHAPE)
_STANCE_INPUTS: Final = (signals.SENTIMENT, signals.KIND_CHANCES, signals.CUE_COUNTS)
_OWN: Final = 6.0
_OWN_MIXED: Final = 10.0
"""A text of the project's own corpus counts as so many: it is labelled under the rule book and is what Rasd meets."""
_BALANCE: Final = 0.5
_MIXED_FIT: Final = 0.05
"""How far the mixer of the kind may fit: the inverse of its prior."""
_SMALLER_SETS: Final = 1.5

_sentiment_fit = partial(fit_linear, strength=0.15, seed=SEED, emphasis=0.5)
fit_kind_head = partial(fit_linear, strength=0.3, seed=SEED, emphasis=0.5)


@dataclass(frozen=True, slots=True)
class General:
    """The model with its general heads, their scores, and for each example the log-chance of chatter from a mixer that has not
    seen it (0 where the example has no kind)."""

    model: CompactModel
    report: dict[str, Any]
    chatter: Floats


def train_general(model: CompactModel, examples: Sequence[Example], progress: Callable[[str], None]) -> General:
    """Fits the heads and mixers of the group ``general``. ``model`` brings the rarity of n-grams."""
    lexicon = generic_lexicon()
    readings = [read(each.title, each.text, each.channel, lexicon) for each in examples]
    rows = matrix([reading.words for reading in readings], model, 0)
    progress("sentiment")
    heads, margins = fit_sentiment(rows, examples)
    progress("mood")
    mood, mixers, report = _mood(rows, examples)
    progress("kind")
    of_kind = with_kind(examples)
    chosen = [examples[place] for place in of_kind]
    kind = fit_kind(rows[of_kind], [readings[place] for place in of_kind], chosen, margins[of_kind])
    heads[signals.KIND] = (KINDS, kind.head)
    stance_labels = np.array([_stance(each) for each in chosen])
    stance_weights = balanced(stance_labels, _weights(chosen, _OWN_MIXED))
    stance = fit_calibrated(_STANCE_INPUTS, SENTIMENTS, kind.blocks, stance_labels, stance_weights, folds_of(chosen), FOLDS)
    mixers |= {signals.KIND: kind.calibrated.mixer, signals.STANCE: stance.mixer}
    chatter = np.zeros((len(examples), 1), np.float32)
    chatter[of_kind] = signals.chances_block(kind.calibrated.unseen[:, -1:])
    report |= _kind_report(chosen, kind.labels, kind.calibrated.unseen, stance_labels, stance.unseen)
    return General(replace(model, groups={GENERAL: group_of(heads, 0), MOOD_GROUP: mood}, mixers=mixers), report, chatter)


@dataclass(frozen=True, slots=True)
class KindFit:
    """The head and mixer of the kind. ``calibrated.unseen`` holds every example's chances from parts that have not seen it."""

    labels: Labels
    head: Linear
    calibrated: Calibrated
    blocks: dict[str, Floats]


def with_kind(examples: Sequence[Example]) -> npt.NDArray[np.int64]:
    """The places of the examples whose kind is known."""
    return np.array([place for place, each in enumerate(examples) if each.kind is not None], np.int64)


def folds_of(examples: Sequence[Example]) -> Labels:
    """The fold of each example."""
    return np.array([each.fold for each in examples], np.int64)


def fit_kind(
    rows: Any, readings: Sequence[Reading], examples: Sequence[Example], sentiment: Floats, count: int = FOLDS
) -> KindFit:
    """Fits the kind on sparse rows; ``sentiment`` are unseen margins of the shared head, ``count`` the folds."""
    labels = kind_labels(examples)
    folds = folds_of(examples)
    weights = balanced(labels, _weights(examples, _OWN))
    blocks = kind_blocks(readings, examples, sentiment)
    blocks[signals.KIND] = unseen_margins(rows, labels, len(KINDS), weights, folds, count, fit_kind_head)
    mixed = balanced(labels, _weights(examples, _OWN_MIXED))
    calibrated = fit_calibrated(KIND_INPUTS, KINDS, blocks, labels, mixed, folds, count, _MIXED_FIT)
    blocks[signals.KIND_CHANCES] = signals.chances_block(calibrated.unseen)
    return KindFit(labels, fit_kind_head(rows, labels, len(KINDS), weights), calibrated, blocks)


def kind_labels(examples: Sequence[Example]) -> Labels:
    """The place in ``KINDS`` of each example's kind."""
    return np.array([KINDS.index(_kind(each)) for each in examples])


def balanced(labels: Labels, weights: Weights) -> Weights:
    """What each example counts when a rare class counts more."""
    return weights * balance(labels, weights, _BALANCE)


def kind_blocks(readings: Sequence[Reading], examples: Sequence[Example], sentiment: Floats) -> dict[str, Floats]:
    """What the mixer of the kind weighs beside the head's margins."""
    return _blocks(readings, examples) | {signals.SENTIMENT: sentiment}


def fit_sentiment(rows: Any, examples: Sequence[Example]) -> tuple[dict[str, Any], Floats]:
    """The head of sentiment over all sets, and its margins for every example, unseen where it learnt from it."""
    places = _with_mood(examples)
    chosen = [examples[place] for place in places]
    labels = np.array([SENTIMENTS.index(each.sentiment or "") for each in chosen])
    folds = np.array([each.fold for each in chosen])
    weights = _weights(chosen, _OWN) * _balanced_sets(chosen, labels)
    head = _sentiment_fit(rows[places], labels, 3, weights)
    margins = head.margins(rows)
    margins[places] = unseen_margins(rows[places], labels, 3, weights, folds, FOLDS, _sentiment_fit)
    return {signals.SENTIMENT: (SENTIMENTS, head)}, margins


def _mood(rows: Any, examples: Sequence[Example]) -> tuple[Group, dict[str, Any], dict[str, Any]]:
    """The experts on mood, the mixer over them, and their scores by set."""
    places = [place for place in _with_mood(examples) if examples[place].record is None]
    chosen = [examples[place] for place in places]
    labels = np.array([SENTIMENTS.index(each.sentiment or "") for each in chosen])
    mood = train_mood(rows[places], labels, [each.source for each in chosen], folds_of(chosen), FOLDS, SENTIMENTS, SEED)
    fitted = sharpened(MOOD, SENTIMENTS, mood.unseen, labels, _balanced_sets(chosen, labels))
    guesses = fitted.unseen.argmax(axis=1)
    report: dict[str, Any] = {}
    for source in sorted({each.source for each in chosen}):
        among = np.array([each.source == source for each in chosen])
        report[f"sentiment_polar_f1/{source}"] = polar_f1(labels[among], guesses[among])
    return mood.group, {MOOD: fitted.mixer}, report


def _with_mood(examples: Sequence[Example]) -> npt.NDArray[np.int64]:
    """The places of the examples whose sentiment is known and is toward something: a post of the sets is labelled by its mood."""
    known = [
        place
        for place, each in enumerate(examples)
        if each.sentiment is not None and (each.record is None or not _is_chatter(each))
    ]
    return np.array(known, np.int64)


def _balanced_sets(examples: Sequence[Example], labels: Labels) -> Weights:
    """Factors that make the three moods equal within each set, and the smaller sets heavier against the largest."""
    sources = np.array([each.source for each in examples])
    factors = np.ones(len(examples))
    for source in set(sources.tolist()):
        among = sources == source
        factors[among] = balance(labels[among], np.ones(int(among.sum())), 1.0)
        if source != "MARSA":
            factors[among] *= _SMALLER_SETS
    return factors


def _kind(example: Example) -> str:
    return signals.CHATTER if example.kind == Kind.NEUTRAL and _is_chatter(example) else example.kind or ""


def _is_chatter(example: Example) -> bool:
    """Whether a text speaks of no service, so that its tone says nothing of one."""
    if example.record is not None:
        return example.record.remit is Remit.NONE
    return example.domain == "none"


def _stance(example: Example) -> int:
    """The sentiment toward the service: as labelled, or what follows from the kind (ANNOTATION 3)."""
    if example.record is not None and example.sentiment is not None:
        return SENTIMENTS.index(example.sentiment)
    follows = {Kind.COMPLAINT: Sentiment.NEGATIVE, Kind.PRAISE: Sentiment.POSITIVE}
    return SENTIMENTS.index(follows.get(Kind(example.kind or ""), Sentiment.NEUTRAL))


def _weights(examples: Sequence[Example], own: float) -> Weights:
    return np.array([own * each.weight if each.record is not None else 1.0 for each in examples])


def _blocks(readings: Sequence[Reading], examples: Sequence[Example]) -> dict[str, Floats]:
    return {
        signals.CUE_COUNTS: signals.cue_block(readings),
        signals.SHAPE: signals.shape_block(readings, [each.channel for each in examples]),
    }


def _kind_report(
    examples: Sequence[Example], labels: Labels, chances: Floats, stances: Labels, stance_chances: Floats
) -> dict[str, Any]:
    """Scores on unseen texts: the intent set (chatter counts as neutral), and the corpus's texts that speak of a service."""
    merged = chances[:, :-1].copy()
    merged[:, -1] += chances[:, -1]
    kinds = np.minimum(labels, len(Kind) - 1)
    intent = np.array([each.source == INTENT for each in examples])
    own = np.array([each.record is not None and not _is_chatter(each) for each in examples])
    served = signals.without_chatter(chances)
    return {
        "kind_macro_f1/intent": macro_f1(kinds, merged.argmax(axis=1), intent, len(Kind)),
        "kind_macro_f1/corpus": macro_f1(kinds, served.argmax(axis=1), own, len(Kind)),
        "kind_calibration_error/corpus": calibration_error(kinds[own], served[own]),
        "stance_macro_f1/corpus": macro_f1(stances, stance_chances.argmax(axis=1), own, len(Sentiment)),
    }
