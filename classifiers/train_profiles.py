"""Training what belongs to a profile: the heads for its remit and topics, and the mixers that weigh them for all profiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np

from classifiers import signals
from classifiers.compact import CompactModel, Floats, Group, Mixer
from classifiers.examples import UNCLEAR_DOMAINS, Example, fold_of
from classifiers.features import canonical_words
from classifiers.fitting import Labels, Weights, fit_calibrated, fit_linear, group_of, matrix, unseen_margins
from classifiers.reading import Reading, read
from classifiers.remit import REMIT_SIGNS, Vocabulary, remit_signs
from classifiers.scores import accuracy, calibration_error, macro_f1
from classifiers.signs import profile_lexicon, service_lexicon
from classifiers.topic import UNTRAINED_WEIGHTS, TopicScorer
from domain.profile import Profile
from domain.tags import Remit

SEED: Final = 20261121
_FOLDS: Final = 5
_FOLD: Final = 3
_REMITS: Final = tuple(map(str, Remit))
_DOMAINS: Final[Mapping[str, frozenset[str]]] = {
    "mcit": frozenset({"telecom", "post", "egov"}),
    "mof": frozenset({"finance"}),
    "momrah": frozenset({"municipal", "housing"}),
}
"""Which domains of the intent set are a profile's own."""
_OWN: Final = 6.0
_NEIGHBOUR: Final = 1.5
_INTENT: Final = 0.1
"""Weights: a corpus text of the profile, one of another profile, a post of the intent set (its text may not show its domain)."""

_TOPIC_PRIOR: Final = 3.0
"""How firmly the three weights of the topic's mixer are held to what was set by hand, in texts."""
_SIGNS_ALONE: Final = (REMIT_SIGNS, signals.CHATTER)

_remit_fit = partial(fit_linear, strength=0.3, seed=SEED, emphasis=0.5)
_topic_fit = partial(fit_linear, strength=1.0, seed=SEED, emphasis=0.5)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A profile's examples of remit, ready to be fitted."""

    profile: Profile
    examples: list[Example]
    readings: list[Reading]
    remits: Labels
    weights: Weights
    signs: Floats
    chatter: Floats

    @property
    def folds(self) -> Labels:
        return np.array([each.fold for each in self.examples], np.int64)

    @property
    def documents(self) -> list[list[str]]:
        return [reading.words for reading in self.readings]


def train_profiles(
    model: CompactModel,
    examples: Sequence[Example],
    chatter: Floats,
    profiles: Sequence[Profile],
    progress: Callable[[str], None],
) -> tuple[CompactModel, dict[str, Any]]:
    """The model with a group of heads per profile and the mixers of remit and topic; and their scores on unseen texts."""
    groups: dict[str, Group] = dict(model.groups)
    parts: list[_Prepared] = []
    margins: list[Floats] = []
    topics: list[_TopicFit] = []
    for profile in profiles:
        progress(f"remit and topics of {profile.code}")
        prepared = _prepare(profile, examples, chatter)
        rows = matrix(prepared.documents, model, _FOLD)
        remit = _remit_fit(rows, prepared.remits, 3, prepared.weights)
        margins.append(unseen_margins(rows, prepared.remits, 3, prepared.weights, prepared.folds, _FOLDS, _remit_fit))
        topic = _fit_topics(model, prepared)
        codes = tuple(each.code for each in profile.topics)
        heads = {f"{signals.REMIT}:{profile.code}": (_REMITS, remit), f"{signals.TOPIC}:{profile.code}": (codes, topic.linear)}
        groups[profile.code] = group_of(heads, _FOLD)
        parts.append(prepared)
        topics.append(topic)
    mixers, scores = _mix_remit(parts, margins)
    topic_mixer, topic_scores = _mix_topics(topics)
    return replace(model, groups=groups, mixers={**model.mixers, **mixers, **topic_mixer}), {**scores, **topic_scores}


def _prepare(profile: Profile, examples: Sequence[Example], chatter: Floats) -> _Prepared:
    lexicon, about_us, vocabulary = profile_lexicon(profile), service_lexicon(profile), Vocabulary.of(profile)
    chosen, labels, weights = [], [], []
    places = []
    for place, each in enumerate(examples):
        labelled = _remit_of(each, profile.code)
        if labelled:
            chosen.append(each)
            places.append(place)
            labels.append(_REMITS.index(labelled[0]))
            weights.append(labelled[1])
    readings = [read(each.title, each.text, each.channel, lexicon, about_us) for each in chosen]
    signs = [
        remit_signs(reading, vocabulary, each.channel, addressed=False) for reading, each in zip(readings, chosen, strict=True)
    ]
    return _Prepared(
        profile, chosen, readings, np.array(labels, np.int64), np.array(weights), np.asarray(signs, np.float32), chatter[places]
    )


def _remit_of(example: Example, code: str) -> tuple[Remit, float] | None:
    """The remit of an example for a profile and how much it counts; None where it cannot be known."""
    record = example.record
    if record is not None:
        if record.profile == code:
            return record.remit, _OWN * example.weight
        if record.remit is Remit.NONE:
            return Remit.NONE, _NEIGHBOUR * example.weight
        neighbours = record.remit is Remit.OURS and not record.topic.startswith(("expropriation", "land/", "etimad/", "other/"))
        return (Remit.OTHER, _NEIGHBOUR * example.weight) if neighbours else None
    if example.domain is None or example.domain in UNCLEAR_DOMAINS:
        return None
    if example.domain == "none":
        return Remit.NONE, _INTENT
    return (Remit.OURS if example.domain in _DOMAINS.get(code, frozenset()) else Remit.OTHER), _INTENT


def _mix_remit(parts: Sequence[_Prepared], margins: Sequence[Floats]) -> tuple[dict[str, Mixer], dict[str, Any]]:
    """The mixers of remit over all profiles at once: from signs alone, and from signs with the trained margins."""
    if not parts:
        return {}, {}
    labels = np.concatenate([part.remits for part in parts])
    weights = np.concatenate([part.weights for part in parts])
    folds = np.concatenate([part.folds for part in parts])
    blocks = {
        REMIT_SIGNS: np.vstack([part.signs for part in parts]),
        signals.CHATTER: np.vstack([part.chatter for part in parts]),
        signals.REMIT: np.vstack(margins),
    }
    own = np.concatenate(
        [[each.record is not None and each.record.profile == part.profile.code for each in part.examples] for part in parts]
    )
    mixers: dict[str, Mixer] = {}
    scores: dict[str, Any] = {}
    for name, inputs in ((signals.REMIT, _SIGNS_ALONE), (signals.REMIT_TRAINED, (*_SIGNS_ALONE, signals.REMIT))):
        fitted = fit_calibrated(inputs, _REMITS, blocks, labels, weights, folds, _FOLDS)
        mixers[name] = fitted.mixer
        scores[f"{name}_macro_f1/corpus"] = macro_f1(labels, fitted.unseen.argmax(axis=1), own, 3)
        scores[f"{name}_calibration_error/corpus"] = calibration_error(labels[own], fitted.unseen[own])
    return mixers, scores


@dataclass(frozen=True, slots=True)
class _TopicFit:
    """A profile's topic head, and its word scores and unseen margins on the corpus texts that are ours."""

    linear: Any
    scorer: TopicScorer
    scores: Floats
    margins: Floats
    labels: Labels


def _fit_topics(model: CompactModel, prepared: _Prepared) -> _TopicFit:
    """The head learns from the profile's words and examples, and from the corpus texts that are ours."""
    profile, scorer = prepared.profile, TopicScorer(prepared.profile)
    place = {code: number for number, code in enumerate(scorer.codes)}
    taught = [
        (phrase, place[topic.code], weight)
        for topic in profile.topics
        for phrases, weight in ((topic.words, 0.5), (topic.examples, 1.0))
        for phrase in phrases
    ]
    ours = [
        (reading, place[each.record.topic], each.fold)
        for reading, each in zip(prepared.readings, prepared.examples, strict=True)
        if each.record and each.record.profile == profile.code and each.record.topic in place
    ]
    documents = [canonical_words(phrase) for phrase, _, _ in taught] + [reading.words for reading, _, _ in ours]
    labels = np.array([number for _, number, _ in taught] + [number for _, number, _ in ours], np.int64)
    weights = np.array([weight for _, _, weight in taught] + [2.0] * len(ours))
    folds = np.array([fold_of(phrase) for phrase, _, _ in taught] + [fold for _, _, fold in ours], np.int64)
    rows = matrix(documents, model, _FOLD)
    linear = _topic_fit(rows, labels, len(place), weights)
    unseen = unseen_margins(rows, labels, len(place), weights, folds, _FOLDS, _topic_fit)
    scores = np.asarray([scorer.score(reading) for reading, _, _ in ours], np.float32).reshape(-1, len(place))
    return _TopicFit(linear, scorer, scores, unseen[len(taught) :], labels[len(taught) :])


def _mix_topics(fits: Sequence[_TopicFit]) -> tuple[dict[str, Mixer], dict[str, Any]]:
    """The weights of word score, trained margin and the pull to ``other/other``, by likelihood over all profiles."""
    from scipy.optimize import minimize

    if not sum(len(fit.labels) for fit in fits):
        return {}, {}

    def loss(weights: Floats) -> float:
        total = _TOPIC_PRIOR * float((np.log(np.maximum(weights, 1e-3) / UNTRAINED_WEIGHTS) ** 2).sum())
        for fit in fits:
            chances = fit.scorer.probabilities(fit.scores, fit.margins, np.asarray(weights, np.float32))
            total -= float(np.log(np.maximum(chances[np.arange(len(fit.labels)), fit.labels], 1e-9)).sum())
        return total

    found = minimize(loss, UNTRAINED_WEIGHTS.astype(np.float64), method="Nelder-Mead", options={"maxiter": 200})
    weights = np.asarray(found.x, np.float32)
    right = [
        fit.scorer.probabilities(fit.scores, fit.margins, weights).argmax(axis=1) == fit.labels for fit in fits if len(fit.labels)
    ]
    mixer = Mixer((signals.TOPIC,), ("score", "margin", "other"), weights, np.zeros(1, np.float32))
    return {signals.TOPIC: mixer}, {"topic_accuracy/corpus": accuracy(np.concatenate(right))}
