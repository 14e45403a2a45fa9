"""A report of the classifier's quality, as a page to read (codes, then what people call them in Arabic) and as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from classifiers.flagging_curve import Flagging, Point
from classifiers.intervals import Interval
from domain.messages import message
from domain.tags import Axis, Flag

if TYPE_CHECKING:
    from classifiers.evaluate import AxisReport, Bin, ClassReport, PartReport, Report

_SMALL: Final = 6
"""A confusion matrix of more classes than this is told by its commonest mistakes; the JSON holds it whole."""
_MISTAKES: Final = 12
_BAR: Final = 40


def as_text(report: Report, *, curve: bool = False) -> str:
    """Everything as a page to read."""
    lines = [f"{report.records} records; intervals are 95% bootstrap"]
    for axis in report.axes:
        lines += ["", *_axis_lines(axis)]
    lines += ["", *_flagging_lines(report.flagging, curve)]
    if report.flags:
        names = {flag.value: message(f"flag.{flag.value}") for flag in Flag}
        lines += ["", "flags:", *(_class_line(each, names[each.name]) for each in report.flags)]
    lines += ["", *_part_lines(report.parts)]
    if report.problems:
        lines += ["", f"{len(report.problems)} lines could not be used:"]
        lines += [f"  {problem.error}" for problem in report.problems]
    return "\n".join(lines)


def as_json(report: Report, *, curve: bool = False) -> dict[str, Any]:
    """Everything as plain values."""
    flagging = report.flagging
    return {
        "records": report.records,
        "axes": {axis.axis.value: _axis_json(axis) for axis in report.axes},
        "flagging": {
            "precision": _interval_json(flagging.precision),
            "recall": _interval_json(flagging.recall),
            "thresholds": dict(flagging.thresholds),
            "average_precision": round(flagging.average_precision, 4),
            "curve": [_point_json(point) for point in (flagging.every if curve else flagging.curve)],
        },
        "flags": {each.name: _class_json(each) for each in report.flags},
        "parts": {name: _part_json(part) for name, part in report.parts.items()},
        "problems": [{"line": problem.line, "error": problem.error} for problem in report.problems],
    }


def _axis_lines(axis: AxisReport) -> list[str]:
    name = message(f"axis.{axis.axis.value}")
    lines = [f"{axis.axis}: macro-F1 {axis.macro_f1}, accuracy {axis.accuracy}, calibration {axis.calibration_error:.3f}  {name}"]
    lines += [_class_line(each, _name_of(axis.axis, each)) for each in axis.classes]
    if len(axis.classes) <= _SMALL:
        lines += _confusion_lines(axis)
    else:
        lines += _mistake_lines(axis)
    return [*lines, *_bin_lines(axis.bins)]


def _name_of(axis: Axis, each: ClassReport) -> str:
    if axis is Axis.TOPIC:
        return each.name_ar
    return message(f"{axis.value}.{each.name}")


def _class_line(each: ClassReport, name: str) -> str:
    """Numbers in columns, the Arabic name last: whatever a terminal does with its direction, the columns stay."""
    figures = f"precision {each.precision}  recall {each.recall}  F1 {each.f1}  {each.support:>5}"
    return f"  {each.name:28} {figures}  {name}".rstrip()


def _confusion_lines(axis: AxisReport) -> list[str]:
    names = list(axis.confusion)
    head = "  labelled \\ said" + "".join(f"{name:>11}" for name in names)
    return [head, *(f"  {label:15}" + "".join(f"{row[name]:>11}" for name in names) for label, row in axis.confusion.items())]


def _mistake_lines(axis: AxisReport) -> list[str]:
    mistakes = [
        (count, label, said) for label, row in axis.confusion.items() for said, count in row.items() if count and label != said
    ]
    commonest = sorted(mistakes, key=lambda each: (-each[0], each[1:]))[:_MISTAKES]
    return ["  commonest mistakes (labelled -> said):", *(f"  {count:>5}  {label} -> {said}" for count, label, said in commonest)]


def _bin_lines(bins: Sequence[Bin]) -> list[str]:
    return ["  how sure -> how right: " + "  ".join(f"{one.confidence:.2f}->{one.accuracy:.2f} ({one.count})" for one in bins)]


def _flagging_lines(flagging: Flagging, curve: bool) -> list[str]:
    chosen = ", ".join(f"{profile} {threshold:.2f}" for profile, threshold in flagging.thresholds.items())
    lines = [
        f"flagging: precision {flagging.precision}, recall {flagging.recall}, average precision {flagging.average_precision:.3f}",
        f"  chosen threshold: {chosen}" if chosen else "  no threshold",
    ]
    if curve:
        return [*lines, *(_drawn(point) for point in flagging.curve)]
    return [*lines, *(_told(point) for point in flagging.curve[::2])]


def _told(point: Point) -> str:
    counts = f"precision {point.precision:.3f}, recall {point.recall:.3f}, {point.flagged:>5} flagged"
    return f"  threshold {point.threshold:.2f}: {counts}"


def _drawn(point: Point) -> str:
    """A line of the curve: ``P`` where precision lies between 0 and 1, ``R`` where recall does, ``*`` where both do."""
    cells = ["."] * (_BAR + 1)
    precision, recall = round(point.precision * _BAR), round(point.recall * _BAR)
    cells[precision], cells[recall] = "P", "R"
    if precision == recall:
        cells[precision] = "*"
    return f"{_told(point)}  {''.join(cells)}"


def _part_lines(parts: Mapping[str, PartReport]) -> list[str]:
    head = f"  {'part':24}{'records':>8}" + "".join(f"{axis.value:>18}" for axis in _AXES) + f"{'flagging':>18}"
    return ["by part (accuracy / macro-F1; flagging precision / recall):", head, *(_part_line(*each) for each in parts.items())]


_AXES: Final = (Axis.REMIT, Axis.KIND, Axis.SENTIMENT, Axis.TOPIC)


def _part_line(name: str, part: PartReport) -> str:
    figures = "".join(f"{part.accuracy[axis]:>10.3f} / {part.macro_f1[axis]:.3f}" for axis in _AXES)
    return f"  {name:24}{part.records:>8}{figures}{part.flagging_precision:>10.3f} / {part.flagging_recall:.3f}"


def _interval_json(interval: Interval) -> dict[str, float]:
    return {"value": round(interval.value, 4), "low": round(interval.low, 4), "high": round(interval.high, 4)}


def _class_json(each: ClassReport) -> dict[str, Any]:
    return {
        "precision": round(each.precision.value, 4),
        "recall": round(each.recall.value, 4),
        "f1": _interval_json(each.f1),
        "intervals": {"precision": _interval_json(each.precision), "recall": _interval_json(each.recall)},
        "support": each.support,
    }


def _axis_json(axis: AxisReport) -> dict[str, Any]:
    return {
        "macro_f1": _interval_json(axis.macro_f1),
        "accuracy": _interval_json(axis.accuracy),
        "calibration_error": round(axis.calibration_error, 4),
        "calibration": [
            {"confidence": round(one.confidence, 4), "accuracy": round(one.accuracy, 4), "count": one.count} for one in axis.bins
        ],
        "classes": {each.name: _class_json(each) | ({"name": each.name_ar} if each.name_ar else {}) for each in axis.classes},
        "confusion": {label: dict(row) for label, row in axis.confusion.items()},
    }


def _part_json(part: PartReport) -> dict[str, Any]:
    return {
        "records": part.records,
        **{axis.value: round(value, 4) for axis, value in part.accuracy.items()},
        "macro_f1": {axis.value: round(value, 4) for axis, value in part.macro_f1.items()},
        "flagging": {"precision": round(part.flagging_precision, 4), "recall": round(part.flagging_recall, 4)},
    }


def _point_json(point: Point) -> dict[str, float]:
    return {
        "threshold": round(point.threshold, 4),
        "precision": round(point.precision, 4),
        "recall": round(point.recall, 4),
        "flagged": point.flagged,
    }
