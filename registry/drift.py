"""The classifier's figures by week: the share of each label, and how often people agreed (DESIGN 4, REQUIREMENTS C8, C9).

What is in nobody's remit is purged after two weeks with all that was said of it (REQUIREMENTS L1), so a week's counts are kept as
numbers while its rows are there still: the running week and the one before it are counted anew each time, older ones are read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, delete, func, or_, select
from sqlmodel import Session

from domain.drift import Drift, Stability, stability
from domain.tags import Axis, Remit
from domain.teaching import TAUGHT_AXES, AnswerOrigin
from domain.week import week_bounds, week_of
from registry import problems
from registry.batches import insert_rows
from registry.tables import (
    AnswerWeekRecord,
    ContentRecord,
    CorrectionRecord,
    LabelWeekRecord,
    MentionRecord,
    Rows,
    TaggingRecord,
    table_of,
)
from registry.views import NextAction, Subject

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
TAGGING = table_of(TaggingRecord)
CORRECTION = table_of(CorrectionRecord)
LABEL = table_of(LabelWeekRecord)
ANSWER = table_of(AnswerWeekRecord)

WEEKS: Final = 12
SHARED_AXES: Final = (Axis.REMIT, Axis.KIND, Axis.SENTIMENT, Axis.TOPIC, Axis.IMPORTANCE)
"""The axes whose shares are followed."""
_REFERENCE: Final = 6
"""A week is compared with the weeks before it, so many at most."""
_LIVE: Final = 2
"""Weeks whose rows are all there still."""
_CATCH_UP: Final = 4
"""Weeks that are counted late, if nobody counted them when it was time."""


@dataclass(frozen=True, slots=True)
class WeekLabels:
    """What was said of the mentions of one week, the last word on each: ``counts[axis][label]``, and the same for the mentions of
    each model (``by_model[model][axis][label]``). ``stability`` is beside the weeks before it."""

    week: str
    items: int
    counts: Mapping[Axis, Mapping[str, int]]
    by_model: Mapping[str, Mapping[Axis, Mapping[str, int]]]
    stability: Mapping[Axis, Stability]

    @property
    def models(self) -> dict[str, int]:
        """How many mentions each model tagged."""
        return {model: sum(axes.get(Axis.REMIT, {}).values()) for model, axes in self.by_model.items()}


@dataclass(frozen=True, slots=True)
class Answers:
    """What people answered on one axis: ``confusion[said][value]``, by the model's word and theirs."""

    axis: Axis
    confusion: Mapping[str, Mapping[str, int]]

    @property
    def asked(self) -> int:
        """All answers."""
        return sum(sum(row.values()) for row in self.confusion.values())

    @property
    def agreed(self) -> int:
        """Those that left the model's word as it was."""
        return sum(row.get(said, 0) for said, row in self.confusion.items())

    def of(self, said: str) -> tuple[int, int]:
        """How many answers agreed, and how many there were, where the model had said this."""
        row = self.confusion.get(said, {})
        return row.get(said, 0), sum(row.values())


def weekly(session: Session, now: datetime, timezone: str, weeks: int = WEEKS) -> list[WeekLabels]:
    """The last weeks, oldest first, without those before the first mention. Each is compared with those before it."""
    counted = _label_rows(session, _codes(now, timezone, weeks + _REFERENCE), now, timezone)
    by_week: dict[str, dict[str, dict[Axis, Counter[str]]]] = {}
    for (week, model, axis, label), items in counted.items():
        by_week.setdefault(week, {}).setdefault(model, {}).setdefault(axis, Counter())[label] += items
    found: list[WeekLabels] = []
    for week in sorted(by_week):
        counts = _together(by_week[week].values())
        before = _together(each.counts for each in found[-_REFERENCE:])
        judged = {axis: stability(counts.get(axis, {}), before.get(axis, {})) for axis in SHARED_AXES}
        found.append(WeekLabels(week, sum(counts.get(Axis.REMIT, {}).values()), counts, by_week[week], judged))
    return found[-weeks:]


def agreement(
    session: Session, now: datetime, timezone: str, weeks: int = WEEKS, origin: AnswerOrigin | None = None, model: str = ""
) -> list[Answers]:
    """What people answered in the last weeks, by axis; of one origin or about one model alone, where named."""
    codes = _codes(now, timezone, weeks)
    confusion: dict[Axis, dict[str, Counter[str]]] = {axis: {} for axis in TAUGHT_AXES}
    for key, answers in _answer_rows(session, codes, now, timezone).items():
        if (origin is None or key.origin is origin) and (not model or key.model == model) and key.axis in confusion:
            confusion[key.axis].setdefault(key.said, Counter())[key.value] += answers
    return [Answers(axis, rows) for axis, rows in confusion.items()]


def agreement_by_week(
    session: Session, now: datetime, timezone: str, weeks: int = WEEKS
) -> dict[str, dict[Axis, tuple[int, int]]]:
    """(agreed, asked) by week and axis, oldest week first; weeks without an answer are left out."""
    found: dict[str, dict[Axis, tuple[int, int]]] = {}
    rows = _answer_rows(session, _codes(now, timezone, weeks), now, timezone)
    for key, answers in sorted(rows.items(), key=lambda each: each[0].week):
        if key.axis in TAUGHT_AXES:
            agreed, asked = found.setdefault(key.week, {}).get(key.axis, (0, 0))
            found[key.week][key.axis] = (agreed + answers * (key.said == key.value), asked + answers)
    return found


def refresh(session: Session, now: datetime, timezone: str) -> None:
    """Keep the counts of the weeks whose rows are there still. To be run daily, before what is nobody's concern is purged."""
    live = _codes(now, timezone, _LIVE)
    connection = session.connection()
    kept = set(connection.execute(select(LABEL.c.week).distinct()).scalars())
    due = live + [week for week in _codes(now, timezone, _CATCH_UP) if week not in live and week not in kept]
    for table, rows in (
        (LABEL, _label_dicts(_live_labels(session, due, timezone))),
        (ANSWER, _answer_dicts(_live_answers(session, due, timezone))),
    ):
        connection.execute(delete(table).where(table.c.week.in_(due)))
        insert_rows(session, table, rows)


def report_shift(session: Session, now: datetime, timezone: str) -> tuple[Axis, ...]:
    """Keep a problem for each axis whose labels of the newest judged week have shifted past the alarm, and end it where they have
    not; gives the axes that are in alarm."""
    weeks = weekly(session, now, timezone)
    shifted: list[problems.Problem] = []
    over: list[str] = []
    for axis in SHARED_AXES:
        judged = [(each.week, each.stability[axis]) for each in weeks if each.stability[axis].drift is not Drift.TOO_FEW]
        if judged and judged[-1][1].drift is Drift.ALARM:
            shifted.append(_problem(axis, *judged[-1]))
        else:
            over.append(str(axis))
    problems.report(session, shifted, now)
    problems.solve(session, Subject.CLASSIFIER, over)
    return tuple(Axis(each.subject_id) for each in shifted)


def _problem(axis: Axis, week: str, found: Stability) -> problems.Problem:
    reason = (
        f"the labels of «{axis}» have shifted in {week}: stability index {found.index:.2f} (alarm from 0.25, chance alone stays"
        f" under {found.noise:.2f}), most at «{found.most}»"
    )
    return problems.Problem(Subject.CLASSIFIER, str(axis), "", reason, NextAction.CHECK_CLASSIFIER)


# --------------------------------------------------------------------------------------------------------------------- counting

_LabelKey = tuple[str, str, Axis, str]


@dataclass(frozen=True, slots=True)
class _AnswerKey:
    week: str
    model: str
    origin: AnswerOrigin
    axis: Axis
    said: str
    value: str


def _codes(now: datetime, timezone: str, weeks: int) -> list[str]:
    """The running week and those before it, newest first."""
    return [week_of(now - timedelta(weeks=back), timezone) for back in range(weeks)]


def _label_rows(session: Session, codes: list[str], now: datetime, timezone: str) -> dict[_LabelKey, int]:
    live = _codes(now, timezone, _LIVE)
    statement = select(LABEL).where(LABEL.c.week.in_([code for code in codes if code not in live]))
    kept = {(row.week, row.model, row.axis, row.label): row.items for row in session.connection().execute(statement)}
    return {**kept, **_live_labels(session, live, timezone)}


def _live_labels(session: Session, codes: Iterable[str], timezone: str) -> dict[_LabelKey, int]:
    """Counted from the last word of a model on each mention that was first stored in the week."""
    last = select(func.max(TAGGING.c.id)).where(TAGGING.c.mention_id == MENTION.c.id).correlate(MENTION).scalar_subquery()
    labels = [TAGGING.c.remit, TAGGING.c.kind, TAGGING.c.sentiment, TAGGING.c.topic, TAGGING.c.importance]
    first = and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == 1)
    counted: Counter[_LabelKey] = Counter()
    for week in codes:
        start, end = week_bounds(week, timezone)
        statement = (
            select(TAGGING.c.model, *labels, func.count().label("items"))
            .select_from(MENTION.join(CONTENT, first).join(TAGGING, TAGGING.c.id == last))
            .where(MENTION.c.fetched_at >= start - timedelta(days=1), CONTENT.c.at >= start, CONTENT.c.at < end)
            .group_by(TAGGING.c.model, *labels)
        )
        for row in session.connection().execute(statement):
            for axis in SHARED_AXES:
                counted[week, row.model, axis, str(getattr(row, str(axis)))] += row.items
    return dict(counted)


def _answer_rows(session: Session, codes: list[str], now: datetime, timezone: str) -> dict[_AnswerKey, int]:
    live = _codes(now, timezone, _LIVE)
    statement = select(ANSWER).where(ANSWER.c.week.in_([code for code in codes if code not in live]))
    kept = {
        _AnswerKey(row.week, row.model, row.origin, row.axis, row.said, row.value): row.answers
        for row in session.connection().execute(statement)
    }
    return {**kept, **_live_answers(session, [code for code in live if code in codes], timezone)}


def _live_answers(session: Session, codes: Iterable[str], timezone: str) -> dict[_AnswerKey, int]:
    """Counted from the last answer of each mention and axis, in the week in which it was given. Where the model had taken the
    matter for nobody's, it had judged nothing but that; what was said before any model was asked judges none."""
    later = CORRECTION.alias()
    again = and_(later.c.mention_id == CORRECTION.c.mention_id, later.c.axis == CORRECTION.c.axis, later.c.id > CORRECTION.c.id)
    nobodys = and_(later.c.mention_id == CORRECTION.c.mention_id, later.c.axis == Axis.REMIT, later.c.was == Remit.NONE)
    judged = or_(CORRECTION.c.axis == Axis.REMIT, ~select(later.c.id).where(nobodys).exists())
    is_last = ~select(later.c.id).where(again).exists()
    keys = (CORRECTION.c.model, CORRECTION.c.origin, CORRECTION.c.axis, CORRECTION.c.was, CORRECTION.c.value)
    counted: dict[_AnswerKey, int] = defaultdict(int)
    for week in codes:
        start, end = week_bounds(week, timezone)
        statement = (
            select(*keys, func.count().label("answers"))
            .where(CORRECTION.c.at >= start, CORRECTION.c.at < end, CORRECTION.c.model != "", is_last, judged)
            .group_by(*keys)
        )
        for row in session.connection().execute(statement):
            counted[_AnswerKey(week, row.model, row.origin, row.axis, row.was, row.value)] += row.answers
    return dict(counted)


def _label_dicts(counted: Mapping[_LabelKey, int]) -> Rows:
    return [
        {"week": week, "model": model, "axis": axis, "label": label, "items": items}
        for (week, model, axis, label), items in counted.items()
    ]


def _answer_dicts(counted: Mapping[_AnswerKey, int]) -> Rows:
    return [
        {"week": key.week, "model": key.model, "origin": key.origin, "axis": key.axis, "said": key.said, "value": key.value,
         "answers": answers}
        for key, answers in counted.items()
    ]  # fmt: skip


def _together(parts: Iterable[Mapping[Axis, Mapping[str, int]]]) -> dict[Axis, dict[str, int]]:
    summed: dict[Axis, Counter[str]] = defaultdict(Counter)
    for part in parts:
        for axis, labels in part.items():
            summed[axis].update(labels)
    return {axis: dict(labels) for axis, labels in summed.items()}


def models(session: Session) -> list[tuple[str, int, datetime]]:
    """The models whose word is kept: name and version, mentions that they tagged, and when they last did; the newest first."""
    statement: Any = (
        select(TAGGING.c.model, func.count().label("items"), func.max(TAGGING.c.at).label("last"))
        .group_by(TAGGING.c.model)
        .order_by(func.max(TAGGING.c.at).desc())
    )
    return [(row.model, row.items, row.last) for row in session.connection().execute(statement)]
