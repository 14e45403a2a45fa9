"""How good the tags are on labelled records: precision, recall and F1 with intervals, confusion, calibration, and flagging."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifiers.cascade import Classifier
from classifiers.flagging_curve import Decision, Flagging, flagging
from classifiers.intervals import Booleans, Interval, Numbers, interval, samples, share
from classifiers.records import Problem, Record, read_records
from classifiers.scores import f1
from classifiers.tagger import TagInput
from domain.profile import Profile
from domain.tags import CASE_KINDS, Axis, Flag, Kind, Remit, Sentiment, Tags, is_flagged

__all__ = ["AxisReport", "Bin", "ClassReport", "Interval", "PartReport", "Report", "evaluate", "read_records"]

_ROUNDS: Final = 400
_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class ClassReport:
    """One class of an axis. ``support`` is how often it stands in the labels; ``name_ar`` is what people call it, if it is a
    topic."""

    name: str
    precision: Interval
    recall: Interval
    f1: Interval
    support: int
    name_ar: str = ""


@dataclass(frozen=True, slots=True)
class Bin:
    """The guesses of about the same confidence: their mean confidence and how many of them are right."""

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True, slots=True)
class AxisReport:
    """One axis. ``confusion[label][guess]`` counts; ``calibration_error`` is the expected one (0 is best), over ``bins``."""

    axis: Axis
    classes: tuple[ClassReport, ...]
    macro_f1: Interval
    accuracy: Interval
    confusion: Mapping[str, Mapping[str, int]]
    calibration_error: float
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True, slots=True)
class PartReport:
    """The records of one channel, dialect or profile: accuracy and macro-F1 of each axis, and the flagging decision there."""

    records: int
    accuracy: Mapping[Axis, float]
    macro_f1: Mapping[Axis, float]
    flagging_precision: float
    flagging_recall: float


@dataclass(frozen=True, slots=True)
class Report:
    """All measures. ``problems`` are the lines that could not be used."""

    records: int
    axes: tuple[AxisReport, ...]
    flagging: Flagging
    flags: tuple[ClassReport, ...]
    parts: Mapping[str, PartReport]
    problems: Sequence[Problem] = field(default=())

    @property
    def figures(self) -> dict[str, float]:
        """The main figures by name, as floors name them."""
        found = {f"{axis.axis}_macro_f1": axis.macro_f1.value for axis in self.axes}
        found |= {f"{axis.axis}_accuracy": axis.accuracy.value for axis in self.axes}
        return {**found, "flagging_precision": self.flagging.precision.value, "flagging_recall": self.flagging.recall.value}

    def as_json(self, *, curve: bool = False) -> dict[str, Any]:
        """Everything as plain values; with ``curve`` every threshold at which the flagging decision changes."""
        from classifiers.report_pages import as_json

        return as_json(self, curve=curve)

    def as_text(self, *, curve: bool = False) -> str:
        """Everything as a page to read; with ``curve`` precision and recall of flagging over all thresholds."""
        from classifiers.report_pages import as_text

        return as_text(self, curve=curve)


def evaluate(
    records: Sequence[Record],
    tagger_for: Callable[[str], Classifier],
    *,
    rounds: int = _ROUNDS,
    problems: Sequence[Problem] = (),
) -> Report:
    """Tags the records with the tagger of each one's profile and compares. ``rounds`` of bootstrap (0: no intervals)."""
    tags = _tagged(records, tagger_for)
    profiles = {code: tagger_for(code).profile for code in dict.fromkeys(record.profile for record in records)}
    decision = _decision(records, tags, profiles)
    return Report(
        records=len(records),
        axes=tuple(_axis(axis, records, tags, rounds, profiles.values()) for axis in _LABELS),
        flagging=flagging(decision, {profile.code: profile.threshold for profile in profiles.values()}, rounds),
        flags=_flags(records, tags, rounds),
        parts=_parts(records, tags, decision),
        problems=problems,
    )


_LABELS: Final[Mapping[Axis, Callable[[Any], str]]] = {
    Axis.REMIT: lambda each: str(each.remit),
    Axis.KIND: lambda each: str(each.kind),
    Axis.SENTIMENT: lambda each: str(each.sentiment),
    Axis.TOPIC: lambda each: str(each.topic),
}
_ORDER: Final = {Axis.REMIT: tuple(map(str, Remit)), Axis.KIND: tuple(map(str, Kind)), Axis.SENTIMENT: tuple(map(str, Sentiment))}


def _tagged(records: Sequence[Record], tagger_for: Callable[[str], Classifier]) -> list[Tags]:
    tags: dict[int, Tags] = {}
    for profile in dict.fromkeys(record.profile for record in records):
        places = [place for place, record in enumerate(records) if record.profile == profile]
        items = [TagInput(place, records[place].title, records[place].text, records[place].channel) for place in places]
        tags |= dict(zip(places, tagger_for(profile).tag_many(items), strict=True))
    return [tags[place] for place in range(len(records))]


def _decision(records: Sequence[Record], tags: Sequence[Tags], profiles: Mapping[str, Profile]) -> Decision:
    """What was decided and what should have been: is this one that the team must see (a case of ours, or any flag of C1)?"""
    return Decision(
        wanted=np.array([_must_be_seen(record) for record in records], bool),
        said=np.array(
            [is_flagged(tag, profiles[record.profile].threshold) for record, tag in zip(records, tags, strict=True)], bool
        ),
        sure=np.array([_sureness(tag) for tag in tags], float),
    )


def _must_be_seen(record: Record) -> bool:
    return (record.remit is Remit.OURS and record.kind in CASE_KINDS) or bool(record.flags)


def _sureness(tags: Tags) -> float:
    """Above which threshold a mention is no longer flagged: beyond 1 where a flag brings it, negative where nothing does."""
    if tags.flags:
        return 2.0
    asks = tags.remit is Remit.OURS and tags.kind in CASE_KINDS
    return tags.confidence.get(Axis.KIND, 0.0) if asks else -1.0


def _axis(axis: Axis, records: Sequence[Record], tags: Sequence[Tags], rounds: int, profiles: Iterable[Profile]) -> AxisReport:
    label = _LABELS[axis]
    labels, guesses = [label(record) for record in records], [label(tag) for tag in tags]
    seen = set(labels) | set(guesses)
    classes = [name for name in _ORDER.get(axis, sorted(seen)) if name in seen]
    numbers = {name: number for number, name in enumerate(classes)}
    truth, said = np.array([numbers[name] for name in labels], np.int64), np.array([numbers[name] for name in guesses], np.int64)
    chosen = samples(len(records), rounds)
    labelled = [number for number in range(len(classes)) if (truth == number).any()]
    names = _topic_names(profiles) if axis is Axis.TOPIC else {}

    def macro(rows: Numbers) -> float:
        return float(np.mean([f1(truth[rows], said[rows], number) for number in labelled])) if labelled else 0.0

    error, bins = _calibration([tag.confidence.get(axis, 0.0) for tag in tags], truth == said)
    return AxisReport(
        axis=axis,
        classes=tuple(
            _class(name, truth == numbers[name], said == numbers[name], chosen, names.get(name, "")) for name in classes
        ),
        macro_f1=interval(macro, chosen, len(records)),
        accuracy=interval(lambda rows: float((truth[rows] == said[rows]).mean()) if len(rows) else 0.0, chosen, len(records)),
        confusion={
            one: {other: int(((truth == numbers[one]) & (said == numbers[other])).sum()) for other in classes} for one in classes
        },
        calibration_error=error,
        bins=bins,
    )


def _topic_names(profiles: Iterable[Profile]) -> dict[str, str]:
    return {topic.code: topic.name_ar for profile in profiles for topic in profile.topics}


def _class(name: str, truth: Booleans, said: Booleans, chosen: Sequence[Numbers], name_ar: str = "") -> ClassReport:
    def score(rows: Numbers) -> float:
        total = int(truth[rows].sum()) + int(said[rows].sum())
        return 2 * int((truth[rows] & said[rows]).sum()) / total if total else 0.0

    return ClassReport(
        name,
        precision=interval(lambda rows: share(truth[rows], said[rows]), chosen, len(truth)),
        recall=interval(lambda rows: share(said[rows], truth[rows]), chosen, len(truth)),
        f1=interval(score, chosen, len(truth)),
        support=int(truth.sum()),
        name_ar=name_ar,
    )


def _flags(records: Sequence[Record], tags: Sequence[Tags], rounds: int) -> tuple[ClassReport, ...]:
    """The flags, on the records whose flags somebody labelled."""
    pairs = [(record.flags, tag.flags) for record, tag in zip(records, tags, strict=True) if record.flags is not None]
    chosen = samples(len(pairs), rounds)
    return tuple(
        _class(
            flag.value,
            np.array([flag in labelled for labelled, _ in pairs], bool),
            np.array([flag in said for _, said in pairs], bool),
            chosen,
        )
        for flag in Flag
        if pairs
    )


def _parts(records: Sequence[Record], tags: Sequence[Tags], decision: Decision) -> dict[str, PartReport]:
    places: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        for name, value in (("profile", record.profile), ("channel", record.channel.value), ("dialect", record.dialect)):
            if value:
                places.setdefault(f"{name} {value}", []).append(place)
    return {
        name: _part([records[place] for place in chosen], [tags[place] for place in chosen], decision, np.array(chosen))
        for name, chosen in sorted(places.items())
    }


def _part(records: Sequence[Record], tags: Sequence[Tags], decision: Decision, rows: Numbers) -> PartReport:
    accuracy, macro = {}, {}
    for axis, label in _LABELS.items():
        pairs = [(label(record), label(tag)) for record, tag in zip(records, tags, strict=True)]
        accuracy[axis] = sum(one == other for one, other in pairs) / len(pairs)
        macro[axis] = _macro(pairs)
    wanted, said = decision.wanted[rows], decision.said[rows]
    return PartReport(len(records), accuracy, macro, share(wanted, said), share(said, wanted))


def _macro(pairs: Sequence[tuple[str, str]]) -> float:
    classes = sorted({label for label, _ in pairs})
    numbers = {name: number for number, name in enumerate(classes)}
    truth = np.array([numbers[label] for label, _ in pairs], np.int64)
    said = np.array([numbers.get(guess, len(classes)) for _, guess in pairs], np.int64)
    return float(np.mean([f1(truth, said, number) for number in range(len(classes))])) if classes else 0.0


def _calibration(sure: Sequence[float], right: npt.NDArray[np.bool_]) -> tuple[float, tuple[Bin, ...]]:
    """The expected calibration error, and the bins of confidence that it is taken over."""
    if not len(right):
        return 0.0, ()
    chances = np.asarray(sure)
    place = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    bins = tuple(
        Bin(float(chances[place == each].mean()), float(right[place == each].mean()), int((place == each).sum()))
        for each in sorted(set(place.tolist()))
    )
    return sum(abs(each.confidence - each.accuracy) * each.count for each in bins) / len(right), bins
