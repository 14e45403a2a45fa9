"""How good the classifier is here: what it says from week to week, how often people agree, and by which rules importance is
proposed (REQUIREMENTS C8, C4, C5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.importance_words import complexity_sentences, importance_sentences, importance_table, times
from console.layout import Place
from console.pages.showing import setting_of, show
from console.person import PersonOf, genuine
from console.quality_charts import HEIGHT, OTHERS, WIDTH, axis_chart
from console.weeks import WeekChoice, week_choice
from domain.drift import ALARM_FROM, wilson
from domain.messages import label, message
from domain.recall_estimate import Estimate
from domain.tags import NO_TOPIC, Axis, Importance, Kind, Remit, Sentiment
from domain.teaching import TAUGHT_AXES, AnswerOrigin
from registry import drift
from registry.drift import SHARED_AXES, Answers

router = APIRouter(prefix=Place.QUALITY, dependencies=[Depends(genuine)])
_ENUMS: Final[Mapping[Axis, type[StrEnum]]] = {
    Axis.REMIT: Remit,
    Axis.KIND: Kind,
    Axis.SENTIMENT: Sentiment,
    Axis.IMPORTANCE: Importance,
}
_MODELS: Final = 5
_CONFUSIONS: Final = 8
"""Confusions of topics that are listed, the most frequent."""


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One label that the model gave: how often people agreed, and what they said instead (label in words, answers)."""

    name: str
    agreed: int
    asked: int
    share: Estimate | None
    instead: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AxisLine:
    """One axis: agreement over all, and label by label."""

    axis: Axis
    answers: Answers
    share: Estimate | None
    classes: tuple[ClassLine, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """What the model said (rows) and what people said (columns); ``most`` is the largest count off the diagonal."""

    axis: Axis
    labels: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    most: int


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One model: mentions tagged, and agreement on the kind."""

    name: str
    items: int
    last: datetime
    share: Estimate | None


@router.get("")
def quality(request: Request, desk: DeskOf, person: PersonOf, origin: str = "") -> Response:
    """Agreement, confusion, and the share of each label by week."""
    demand(person.actor, Right.SEE_QUALITY)
    zone, now = desk.profile.calendar.timezone, desk.now
    wanted = AnswerOrigin(origin) if origin in set(AnswerOrigin) else None
    with desk.database.reading() as session:
        weeks = [(week_choice(each.week, zone), each) for each in drift.weekly(session, now, zone)]
        found = drift.agreement(session, now, zone, origin=wanted)
        by_week = drift.agreement_by_week(session, now, zone)
        models = _models(session, desk)
        setting = setting_of(desk, session, person)
    names = _Names(desk)
    return show(
        desk,
        setting,
        "quality.html",
        request,
        here=Place.QUALITY,
        charts=[axis_chart(axis, weeks, names.order(axis), names.of(axis)) for axis in SHARED_AXES] if weeks else [],
        drawing=(WIDTH, HEIGHT),
        alarm_from=ALARM_FROM,
        axes=[_axis_line(each, names) for each in found],
        matrices=[_matrix(each, names) for each in found if each.axis in _ENUMS and each.asked],
        confusions=_confusions(found, names),
        by_week=_by_week(by_week, zone),
        taught=TAUGHT_AXES,
        models=models,
        origins=list(AnswerOrigin),
        origin=wanted,
        may_teach=has(person.actor, Right.TEACH),
    )


@router.get("/rules")
def rules(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The profile's rules of importance and complexity, in words."""
    demand(person.actor, Right.SEE_QUALITY)
    with desk.database.reading() as session:
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "quality_rules.html",
        request,
        here=Place.QUALITY,
        sentences=importance_sentences(desk.profile),
        table=importance_table(desk.profile),
        complexity=complexity_sentences(desk.profile),
        times=times(desk.profile),
        rules=desk.profile.importance,
        complexity_words=desk.profile.complexity.words,
    )


class _Names:
    """The labels of every axis: their order, and their words."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def order(self, axis: Axis) -> list[str]:
        """All labels that the axis may have, in the order of reading."""
        enum = _ENUMS.get(axis)
        return [str(each) for each in enum] if enum else [topic.code for topic in self._desk.profile.topics]

    def of(self, axis: Axis) -> Callable[[str], str]:
        """The words of a label of this axis."""
        return lambda code: self.word(axis, code)

    def word(self, axis: Axis, code: str) -> str:
        """What people read for a label."""
        enum = _ENUMS.get(axis)
        if enum is not None:
            return label(enum(code))
        if code in (NO_TOPIC, OTHERS):
            return message("quality.no_topic" if code == NO_TOPIC else "quality.other_labels")
        return self._desk.layout.topic(code) or code


def _axis_line(found: Answers, names: _Names) -> AxisLine:
    lines = [_class_line(found, said, names) for said in _sorted(found.confusion, names.order(found.axis))]
    return AxisLine(found.axis, found, wilson(found.agreed, found.asked), tuple(lines))


def _class_line(found: Answers, said: str, names: _Names) -> ClassLine:
    agreed, asked = found.of(said)
    others = sorted(((count, value) for value, count in found.confusion[said].items() if value != said), reverse=True)
    instead = tuple((names.word(found.axis, value), count) for count, value in others[:3])
    return ClassLine(names.word(found.axis, said), agreed, asked, wilson(agreed, asked), instead)


def _matrix(found: Answers, names: _Names) -> Matrix:
    met = set(found.confusion) | {value for row in found.confusion.values() for value in row}
    labels = _sorted(met, names.order(found.axis))
    rows = [(said, tuple(found.confusion.get(said, {}).get(value, 0) for value in labels)) for said in labels]
    wrong = [found.confusion.get(said, {}).get(value, 0) for said in labels for value in labels if said != value]
    words = tuple(names.word(found.axis, each) for each in labels)
    return Matrix(
        found.axis, words, tuple((names.word(found.axis, said), counts) for said, counts in rows), max(wrong, default=0)
    )


def _confusions(found: Sequence[Answers], names: _Names) -> list[tuple[str, str, int]]:
    """Topics that people put in the place of the model's, most frequent first."""
    pairs = [
        (count, said, value)
        for each in found
        if each.axis is Axis.TOPIC
        for said, row in each.confusion.items()
        for value, count in row.items()
        if said != value
    ]
    return [
        (names.word(Axis.TOPIC, said), names.word(Axis.TOPIC, value), count)
        for count, said, value in sorted(pairs, key=lambda each: (-each[0], each[1:]))[:_CONFUSIONS]
    ]


def _by_week(
    found: Mapping[str, Mapping[Axis, tuple[int, int]]], zone: str
) -> list[tuple[WeekChoice, list[tuple[int, int, Estimate | None]]]]:
    """Agreement by week, the newest first, in the order of the axes."""
    weeks = []
    for code in sorted(found, reverse=True):
        cells = [found[code].get(axis, (0, 0)) for axis in TAUGHT_AXES]
        weeks.append((week_choice(code, zone), [(agreed, asked, wilson(agreed, asked)) for agreed, asked in cells]))
    return weeks


def _models(session: Session, desk: Desk) -> list[ModelLine]:
    zone, now = desk.profile.calendar.timezone, desk.now
    lines = []
    for name, items, last in drift.models(session)[:_MODELS]:
        kind = next(each for each in drift.agreement(session, now, zone, model=name) if each.axis is Axis.KIND)
        lines.append(ModelLine(name, items, last, wilson(kind.agreed, kind.asked)))
    return lines


def _sorted(labels: Mapping[str, object] | set[str], order: Sequence[str]) -> list[str]:
    return [each for each in order if each in labels] + sorted(each for each in labels if each not in order)
