"""The tests' own lessons, and a plan that learns them in a second."""

from __future__ import annotations

from classifiers.records import Record, parse_record
from classifiers.transformer.fine_tune import Plan
from classifiers.transformer.lessons import Lesson, lessons_of
from tests.classifiers.conftest import PROFILE, rows

FAST = Plan(epochs=12, rate=3e-3, head_rate=1e-2, batch=8, longest=40)


def own_records() -> list[Record]:
    return [parse_record(row, "row") for row in rows()]


def own_lessons() -> list[Lesson]:
    return lessons_of(own_records(), (), None, [PROFILE])
