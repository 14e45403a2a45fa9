"""How good the tags are on labelled records: precision, recall and F1 with intervals, confusion, calibration, and flagging."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifiers.records import Record, read_records
from classifiers.scores import f1
from classifiers.tagger import Tagger, TagInput
from domain.tags import CASE_KINDS, Axis, Flag, Kind, Remit, Sentiment, Tags, is_flagged

__all__ = ["AxisReport", "ClassReport", "Flagging", "Interval", "Report", "evaluate", "read_records"]

_SEED: Final = 20261121
_ROUNDS: Final = 400
_THRESHOLDS: Final = (0.0, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9)
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class ClassReport:
    """One class of an axis. ``support`` is how often it stands in the labels."""

    name: str
    precision: float
    recall: float
    f1: Interval
    support: int


@dataclass(frozen=True, slots=True)
class AxisReport:
    """One axis. ``confusion[label][guess]`` counts; ``calibration_error`` is the expected one (0 is best)."""

    axis: Axis
    classes: tuple[ClassReport, ...]
    macro_f1: Interval
    accuracy: Interval
    confusion: Mapping[str, Mapping[str, int]]
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Flagging:
    """The decision that matters: is this one that the team must see (a complaint, report or inquiry that is ours)?

    ``curve`` has (threshold, precision, recall) with flags left out; the others are at the profiles' own thresholds, flags
    included.
    """

    precision: Interval
    recall: Interval
    curve: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All measures. ``parts`` gives the accuracy of each axis by channel, dialect and profile."""

    records: int
    axes: tuple[AxisReport, ...]
    flagging: Flagging
    flags: tuple[ClassReport, ...]
    parts: Mapping[str, Mapping[str, float]]

    @property
    def figures(self) -> dict[str, float]:
        """The main figures by name, as floors name them."""
        found = {f"{axis.axis}_macro_f1": axis.macro_f1.value for axis in self.axes}
        found |= {f"{axis.axis}_accuracy": axis.accuracy.value for axis in self.axes}
        return {**found, "flagging_precision": self.flagging.precision.value, "flagging_recall": self.flagging.recall.value}

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "records": self.records,
            "axes": {axis.axis.value: _axis_json(axis) for axis in self.axes},
            "flagging": {
                "precision": _interval_json(self.flagging.precision),
                "recall": _interval_json(self.flagging.recall),
                "curve": [dict(zip(("threshold", "precision", "recall"), point, strict=True)) for point in self.flagging.curve],
            },
            "flags": {each.name: _class_json(each) for each in self.flags},
            "parts": {name: dict(axes) for name, axes in self.parts.items()},
        }

    def as_text(self) -> str:
        """Everything as a page to read."""
        lines = [f"{self.records} records; intervals are 95% bootstrap"]
        for axis in self.axes:
            lines += [
                "",
                f"{axis.axis}: macro-F1 {axis.macro_f1}, accuracy {axis.accuracy}, calibration {axis.calibration_error:.3f}",
            ]
            lines += [_class_line(each) for each in axis.classes]
            if len(axis.classes) <= _SMALL:
                lines += _confusion_lines(axis)
        lines += ["", f"flagging: precision {self.flagging.precision}, recall {self.flagging.recall}"]
        lines += [
            f"  threshold {at:.2f}: precision {precision:.3f}, recall {recall:.3f}"
            for at, precision, recall in self.flagging.curve
        ]
        if self.flags:
            lines += ["", "flags:", *(_class_line(each) for each in self.flags)]
        lines += ["", "accuracy by part:"]
        lines += [
            f"  {name}: " + ", ".join(f"{axis} {value:.3f}" for axis, value in axes.items()) for name, axes in self.parts.items()
        ]
        return "\n".join(lines)


_SMALL: Final = 6
"""A confusion matrix of more classes than this is left to the JSON."""


def evaluate(records: Sequence[Record], tagger_for: Callable[[str], Tagger], *, rounds: int = _ROUNDS) -> Report:
    """Tags the records with the tagger of each one's profile and compares. ``rounds`` of bootstrap (0: no intervals)."""
    tags = _tagged(records, tagger_for)
    flagged = np.array(
        [is_flagged(tag, tagger_for(record.profile).profile.threshold) for record, tag in zip(records, tags, strict=True)], bool
    )
    wanted = np.array([_must_be_seen(record) for record in records], bool)
    return Report(
        records=len(records),
        axes=tuple(_axis(axis, records, tags, rounds) for axis in _LABELS),
        flagging=_flagging(flagged, wanted, tags, rounds),
        flags=_flags(records, tags, rounds),
        parts=_parts(records, tags),
    )


_LABELS: Final[Mapping[Axis, Callable[[Any], str]]] = {
    Axis.REMIT: lambda each: str(each.remit),
    Axis.KIND: lambda each: str(each.kind),
    Axis.SENTIMENT: lambda each: str(each.sentiment),
    Axis.TOPIC: lambda each: str(each.topic),
}
_ORDER: Final = {Axis.REMIT: tuple(map(str, Remit)), Axis.KIND: tuple(map(str, Kind)), Axis.SENTIMENT: tuple(map(str, Sentiment))}


def _tagged(records: Sequence[Record], tagger_for: Callable[[str], Tagger]) -> list[Tags]:
    tags: dict[int, Tags] = {}
    for profile in dict.fromkeys(record.profile for record in records):
        places = [place for place, record in enumerate(records) if record.profile == profile]
        items = [TagInput(place, records[place].title, records[place].text, records[place].channel) for place in places]
        tags |= dict(zip(places, tagger_for(profile).tag_many(items), strict=True))
    return [tags[place] for place in range(len(records))]


def _must_be_seen(record: Record) -> bool:
    return (record.remit is Remit.OURS and record.kind in CASE_KINDS) or bool(record.flags)


def _axis(axis: Axis, records: Sequence[Record], tags: Sequence[Tags], rounds: int) -> AxisReport:
    label = _LABELS[axis]
    labels, guesses = [label(record) for record in records], [label(tag) for tag in tags]
    seen = set(labels) | set(guesses)
    classes = [name for name in _ORDER.get(axis, sorted(seen)) if name in seen]
    numbers = {name: number for number, name in enumerate(classes)}
    truth, said = np.array([numbers[name] for name in labels], np.int64), np.array([numbers[name] for name in guesses], np.int64)
    samples = _samples(len(records), rounds)
    labelled = [number for number in range(len(classes)) if (truth == number).any()]

    def macro(rows: Numbers) -> float:
        return float(np.mean([f1(truth[rows], said[rows], number) for number in labelled])) if labelled else 0.0

    return AxisReport(
        axis=axis,
        classes=tuple(_class(name, truth == numbers[name], said == numbers[name], samples) for name in classes),
        macro_f1=_interval(macro, samples, len(records)),
        accuracy=_interval(lambda rows: float((truth[rows] == said[rows]).mean()) if len(rows) else 0.0, samples, len(records)),
        confusion={
            one: {other: int(((truth == numbers[one]) & (said == numbers[other])).sum()) for other in classes} for one in classes
        },
        calibration_error=_calibration([tag.confidence.get(axis, 0.0) for tag in tags], truth == said),
    )


def _class(name: str, truth: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_], samples: Sequence[Numbers]) -> ClassReport:
    right = int((truth & said).sum())

    def score(rows: Numbers) -> float:
        total = int(truth[rows].sum()) + int(said[rows].sum())
        return 2 * int((truth[rows] & said[rows]).sum()) / total if total else 0.0

    return ClassReport(
        name,
        precision=right / int(said.sum()) if said.any() else 0.0,
        recall=right / int(truth.sum()) if truth.any() else 0.0,
        f1=_interval(score, samples, len(truth)),
        support=int(truth.sum()),
    )


def _flagging(flagged: npt.NDArray[np.bool_], wanted: npt.NDArray[np.bool_], tags: Sequence[Tags], rounds: int) -> Flagging:
    samples = _samples(len(tags), rounds)
    asks = np.array([tag.remit is Remit.OURS and tag.kind in CASE_KINDS for tag in tags], bool)
    sure = np.array([tag.confidence.get(Axis.KIND, 0.0) for tag in tags])
    curve = []
    for threshold in _THRESHOLDS:
        said = asks & (sure >= threshold)
        curve.append((threshold, _share(wanted, said), _share(said, wanted)))
    return Flagging(
        precision=_interval(lambda rows: _share(wanted[rows], flagged[rows]), samples, len(tags)),
        recall=_interval(lambda rows: _share(flagged[rows], wanted[rows]), samples, len(tags)),
        curve=tuple(curve),
    )


def _flags(records: Sequence[Record], tags: Sequence[Tags], rounds: int) -> tuple[ClassReport, ...]:
    """The flags, on the records whose flags somebody labelled."""
    pairs = [(record.flags, tag.flags) for record, tag in zip(records, tags, strict=True) if record.flags is not None]
    samples = _samples(len(pairs), rounds)
    return tuple(
        _class(
            flag.value,
            np.array([flag in labelled for labelled, _ in pairs], bool),
            np.array([flag in said for _, said in pairs], bool),
            samples,
        )
        for flag in Flag
        if pairs
    )


def _parts(records: Sequence[Record], tags: Sequence[Tags]) -> dict[str, dict[str, float]]:
    places: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        for name, value in (("profile", record.profile), ("channel", record.channel.value), ("dialect", record.dialect)):
            if value:
                places.setdefault(f"{name} {value}", []).append(place)
    return {
        f"{name} ({len(chosen)})": {
            axis.value: sum(label(records[place]) == label(tags[place]) for place in chosen) / len(chosen)
            for axis, label in _LABELS.items()
        }
        for name, chosen in sorted(places.items())
    }


def _share(of: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> float:
    return float((of & among).sum() / among.sum()) if among.any() else 0.0


def _calibration(sure: Sequence[float], right: npt.NDArray[np.bool_], bins: int = 10) -> float:
    if not len(right):
        return 0.0
    chances = np.asarray(sure)
    place = np.minimum((chances * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(chances[place == each].mean() - right[place == each].mean()) * (place == each).mean()
            for each in set(place.tolist())
        )
    )


def _samples(size: int, rounds: int) -> list[Numbers]:
    dice = np.random.default_rng(_SEED)
    return [dice.integers(0, size, size) for _ in range(rounds)] if size else []


def _interval(figure: Callable[[Numbers], float], samples: Sequence[Numbers], size: int) -> Interval:
    value = figure(np.arange(size))
    if not samples:
        return Interval(value, value, value)
    low, high = np.percentile([figure(rows) for rows in samples], [2.5, 97.5])
    return Interval(value, float(low), float(high))


def _interval_json(interval: Interval) -> dict[str, float]:
    return {"value": round(interval.value, 4), "low": round(interval.low, 4), "high": round(interval.high, 4)}


def _class_json(each: ClassReport) -> dict[str, Any]:
    return {
        "precision": round(each.precision, 4),
        "recall": round(each.recall, 4),
        "f1": _interval_json(each.f1),
        "support": each.support,
    }


def _axis_json(axis: AxisReport) -> dict[str, Any]:
    return {
        "macro_f1": _interval_json(axis.macro_f1),
        "accuracy": _interval_json(axis.accuracy),
        "calibration_error": round(axis.calibration_error, 4),
        "classes": {each.name: _class_json(each) for each in axis.classes},
        "confusion": {label: dict(row) for label, row in axis.confusion.items()},
    }


def _class_line(each: ClassReport) -> str:
    return f"  {each.name:28} precision {each.precision:.3f}  recall {each.recall:.3f}  F1 {each.f1}  ({each.support})"


def _confusion_lines(axis: AxisReport) -> list[str]:
    names = list(axis.confusion)
    head = "  labelled \\ said" + "".join(f"{name:>11}" for name in names)
    return [head, *(f"  {label:15}" + "".join(f"{row[name]:>11}" for name in names) for label, row in axis.confusion.items())]
