from __future__ import annotations

import json
from dataclasses import replace

import pytest

from classifiers.compact import CompactModel
from classifiers.evaluate import Report, evaluate
from classifiers.records import Record, parse_record
from classifiers.tagger import Tagger, TagInput
from domain.tags import Axis, Flag, Importance, Tags
from tests.classifiers.conftest import PROFILE, record, rows


class Parrot(Tagger):
    """A tagger that says of every text what it was told to say."""

    def __init__(self, model: CompactModel, said: dict[str, Tags]) -> None:
        super().__init__(PROFILE, model)
        self._said = said

    def tag_many(self, items: list[TagInput]) -> list[Tags]:  # type: ignore[override]
        return [self._said[item.text] for item in items]


def _tags(row: dict[str, object], sure: float = 0.9) -> Tags:
    labelled = parse_record(row, "row")
    axes = dict.fromkeys(Axis, sure)
    return Tags(labelled.remit, labelled.kind, labelled.sentiment, labelled.topic, Importance.LOW, "ar", confidence=axes)


def _records() -> list[Record]:
    return [parse_record(row, "row") for row in rows()]


@pytest.fixture
def perfect(model: CompactModel) -> Report:
    return evaluate(_records(), lambda _: Parrot(model, {str(row["text"]): _tags(row) for row in rows()}), rounds=20)


def test_perfect_tags_score_one_everywhere(perfect: Report) -> None:
    assert set(perfect.figures.values()) == {1.0}
    assert all(each.f1.low == each.f1.high == 1.0 for axis in perfect.axes for each in axis.classes if each.support > 5)


def test_known_mistakes_give_known_scores(model: CompactModel) -> None:
    texts = [record(number, f"نص {number}", kind) for number, kind in enumerate(["complaint"] * 3 + ["inquiry"])]
    said = {str(row["text"]): _tags({**row, "kind": "complaint"}) for row in texts}
    report = evaluate([parse_record(row, "row") for row in texts], lambda _: Parrot(model, said), rounds=0)
    kind = next(axis for axis in report.axes if axis.axis is Axis.KIND)
    complaint = next(each for each in kind.classes if each.name == "complaint")
    assert (complaint.precision.value, complaint.recall.value, complaint.support) == (0.75, 1.0, 3)
    assert complaint.f1.value == pytest.approx(6 / 7)
    assert kind.accuracy.value == 0.75
    assert kind.macro_f1.value == pytest.approx(3 / 7)
    assert kind.confusion["inquiry"]["complaint"] == 1
    assert kind.calibration_error == pytest.approx(0.15)


def test_flagging_counts_what_the_team_must_see(model: CompactModel) -> None:
    texts = [
        record(1, "أ", "complaint"),
        record(2, "ب", "neutral"),
        record(3, "ج", "inquiry"),
        record(4, "د", "complaint", "other", "-"),
    ]
    said = {"أ": _tags(texts[0]), "ب": _tags({**texts[1], "kind": "report"}), "ج": _tags(texts[2], 0.2), "د": _tags(texts[3])}
    flagging = evaluate([parse_record(row, "row") for row in texts], lambda _: Parrot(model, said), rounds=0).flagging
    assert (flagging.precision.value, flagging.recall.value) == (0.5, 0.5)
    assert {at.threshold: (at.precision, at.recall, at.flagged) for at in flagging.curve}[0.0] == (pytest.approx(2 / 3), 1.0, 3)
    assert flagging.thresholds == {"lamps": 0.5}


def test_the_curve_falls_where_a_mention_drops_out(model: CompactModel) -> None:
    texts = [record(number, f"نص {number}", "complaint" if number < 3 else "neutral") for number in range(4)]
    sure = {f"نص {number}": chance for number, chance in enumerate((0.9, 0.8, 0.6, 0.7))}
    said = {text: _tags({**texts[0], "text": text}, chance) for text, chance in sure.items()}
    flagging = evaluate([parse_record(row, "row") for row in texts], lambda _: Parrot(model, said), rounds=0).flagging
    assert [(point.threshold, point.recall) for point in flagging.every] == [
        (0.0, 1.0),
        (0.6, 1.0),
        (0.7, pytest.approx(2 / 3)),
        (0.8, pytest.approx(2 / 3)),
        (0.9, pytest.approx(1 / 3)),
    ]
    assert flagging.average_precision == pytest.approx((1 + 1 + 3 / 4) / 3)


def test_a_flag_brings_a_mention_at_any_threshold(model: CompactModel) -> None:
    row = record(1, "أ", "neutral")
    flagged = replace(_tags(row), flags=frozenset({Flag.RUMOUR}))
    records = [parse_record({**row, "flags": ["rumour"]}, "row")]
    flagging = evaluate(records, lambda _: Parrot(model, {"أ": flagged}), rounds=0).flagging
    assert {point.recall for point in flagging.curve} == {1.0}
    assert flagging.recall.value == 1.0


def test_intervals_hold_their_value(model: CompactModel) -> None:
    report = evaluate(_records(), lambda _: Tagger(PROFILE, model), rounds=50)
    for axis in report.axes:
        assert axis.accuracy.low <= axis.accuracy.value <= axis.accuracy.high


def test_the_report_can_be_read_and_be_kept(perfect: Report) -> None:
    text = perfect.as_text()
    assert "kind: macro-F1 1.000" in text
    assert "flagging: precision" in text
    assert "channel social" in text
    assert "شكوى" in text, "the classes are called as people call them"
    assert "threshold 0.50" in text
    kept = json.loads(json.dumps(perfect.as_json()))
    assert kept["axes"]["kind"]["classes"]["complaint"]["intervals"]["recall"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert sum(each["count"] for each in kept["axes"]["kind"]["calibration"]) == len(rows())
    assert kept["parts"]["profile lamps"]["records"] == len(rows())
    assert kept["parts"]["channel social"]["macro_f1"]["kind"] == 1.0
    assert kept["axes"]["kind"]["macro_f1"]["value"] == 1.0
    assert kept["records"] == len(rows())


def test_the_columns_of_the_page_stand_under_each_other(perfect: Report) -> None:
    page = perfect.as_text(curve=True).splitlines()
    classes = [line for line in page if "  precision " in line and "  recall " in line and "  F1 " in line]
    assert len({line.index("recall") for line in classes}) == 1
    assert len({line.index("F1") for line in classes}) == 1
    curve = [line for line in page if line.startswith("  threshold ")]
    assert len(curve) == 21
    assert {len(line) for line in curve} == {len(curve[0])}


def test_no_records_give_an_empty_report(model: CompactModel) -> None:
    report = evaluate([], lambda _: Tagger(PROFILE, model))
    assert report.records == 0
    assert report.as_text()
