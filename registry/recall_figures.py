"""Recall as computed and kept: for each week and group of sources, and for several weeks together (REQUIREMENTS C9)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, func, select
from sqlmodel import Session

from domain.case import CaseStatus
from domain.errors import NotFound
from domain.mention import MentionState
from domain.recall import EVERY_GROUP, RecallAnswer, SourceGroup, Stratum
from domain.recall_estimate import Estimate, Measure, Sample, measure
from registry import recall_groups
from registry.batches import upsert
from registry.recall_week import MENTION, Week, judged
from registry.tables import (
    CaseMentionRecord,
    CaseRecord,
    RecallCountRecord,
    RecallFigureRecord,
    RecallItemRecord,
    Rows,
    table_of,
)

ITEM = table_of(RecallItemRecord)
COUNT = table_of(RecallCountRecord)
FIGURE = table_of(RecallFigureRecord)
CASE = table_of(CaseRecord)
CASE_MENTION = table_of(CaseMentionRecord)

SEVERAL: Final = 12
"""Weeks that are taken together: one week's sample says little where a miss is rare."""
_KEYS: Final = ("week", "source_group")


@dataclass(frozen=True, slots=True)
class Flagged:
    """Flagged items of a group: all, those that a person decided (or that stand in a case), and of these the confirmed ones."""

    flagged: int = 0
    decided: int = 0
    confirmed: int = 0

    @property
    def sample(self) -> Sample:
        """For the estimate."""
        return Sample(self.flagged, self.decided, self.confirmed)


@dataclass(frozen=True, slots=True)
class Left:
    """What was not flagged in one stratum: all, those in the sample, and what reviewers said of them."""

    population: int = 0
    sampled: int = 0
    answered: int = 0
    unsure: int = 0
    missed: int = 0

    @property
    def sample(self) -> Sample:
        """For the estimate: who is unsure is taken for not asked."""
        return Sample(self.population, self.answered, self.missed)

    def plus(self, other: Left) -> Left:
        """Both together."""
        return Left(
            self.population + other.population,
            self.sampled + other.sampled,
            self.answered + other.answered,
            self.unsure + other.unsure,
            self.missed + other.missed,
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """The recall of a group (``group`` None: of all) in one week, or in several. ``recall`` is a share with its interval, None
    where the answers do not suffice; ``missed`` is estimated for all that was not flagged."""

    weeks: tuple[str, ...]
    group: SourceGroup | None
    flagged: Flagged
    left: Left
    missed: float | None
    recall: Estimate | None


def is_drawn(session: Session, week: str) -> bool:
    """Whether the week's sample was drawn."""
    return _drawn_at(session, week) is not None


def drawn_weeks(session: Session, limit: int = SEVERAL) -> list[str]:
    """The weeks whose sample was drawn, newest first."""
    statement = select(FIGURE.c.week).where(FIGURE.c.source_group == EVERY_GROUP).order_by(FIGURE.c.week.desc()).limit(limit)
    return list(session.connection().execute(statement).scalars())


def refresh(session: Session, week: Week, now: datetime) -> None:
    """Count the week's flagged items and their decisions anew, and compute and keep its figures. The first time is the draw."""
    drawn_at = _drawn_at(session, week.code) or now
    _write(session, week.code, _count_flagged(session, week, drawn_at), drawn_at, now)


def recompute(session: Session, week: str, now: datetime) -> None:
    """Compute the week's figures anew from the answers given; flagged items as they were last counted. Raises ``NotFound``."""
    drawn_at = _drawn_at(session, week)
    if drawn_at is None:
        raise NotFound(f"the sample of the week {week} is not drawn", "it is drawn when the week is over")
    _write(session, week, _kept_flagged(session, [week]), drawn_at, now)


def of_week(session: Session, week: str) -> list[Figure]:
    """The kept figures of a week: all groups together first. Empty where its sample was not drawn."""
    statement = select(FIGURE).where(FIGURE.c.week == week)
    return sorted(map(_figure, session.connection().execute(statement)), key=_place)


def over_weeks(session: Session, limit: int = SEVERAL) -> list[Figure]:
    """The kept figures over all groups, week by week, oldest first."""
    statement = select(FIGURE).where(FIGURE.c.source_group == EVERY_GROUP).order_by(FIGURE.c.week.desc()).limit(limit)
    return [_figure(row) for row in reversed(session.connection().execute(statement).all())]


def together(session: Session, limit: int = SEVERAL) -> list[Figure]:
    """Each group over the last weeks that could be measured, as one sample: right as far as the share of missed items stayed the
    same, and much narrower. All groups together first."""
    statement = select(FIGURE.c.source_group, FIGURE.c.week).where(
        FIGURE.c.week.in_(drawn_weeks(session, limit)), FIGURE.c.recall.is_not(None)
    )
    weeks: dict[str, list[str]] = defaultdict(list)
    for row in session.connection().execute(statement.order_by(FIGURE.c.week)):
        weeks[row.source_group].append(row.week)
    figures = []
    for code, chosen in weeks.items():
        flagged, left = _kept_flagged(session, chosen), _left(session, chosen)
        measured = _measured(code, flagged, left)
        group = None if code == EVERY_GROUP else SourceGroup(code)
        lost = measured.missed.value if measured.missed else None
        figures.append(Figure(tuple(chosen), group, _sum_flagged(code, flagged), _sum_left(code, left), lost, measured.recall))
    return sorted(figures, key=_place)


def latest(session: Session, week: str) -> Figure | None:
    """The newest measured figure over all groups of ``week`` or a week before it."""
    known = (FIGURE.c.source_group == EVERY_GROUP, FIGURE.c.recall.is_not(None), FIGURE.c.week <= week)
    row = session.connection().execute(select(FIGURE).where(*known).order_by(FIGURE.c.week.desc()).limit(1)).one_or_none()
    return _figure(row) if row else None


def _drawn_at(session: Session, week: str) -> datetime | None:
    statement = select(FIGURE.c.drawn_at).where(FIGURE.c.week == week, FIGURE.c.source_group == EVERY_GROUP)
    return session.connection().execute(statement).scalar_one_or_none()


def _count_flagged(session: Session, week: Week, drawn_at: datetime) -> dict[SourceGroup, Flagged]:
    """In a case that was not rejected: confirmed. Dismissed, corrected away or in a rejected case: turned down. Else open."""
    verdict = case(
        (CASE.c.status == CaseStatus.REJECTED, -1),
        (CASE_MENTION.c.case_id.is_not(None), 1),
        (MENTION.c.state.in_([MentionState.DISMISSED, MentionState.TAGGED]), -1),
        else_=0,
    )
    columns = (MENTION.c.channel, MENTION.c.outlet_id, verdict.label("verdict"), func.count().label("number"))
    statement = (
        judged(week, drawn_at, flagged=True, columns=columns)
        .outerjoin_from(MENTION, CASE_MENTION, CASE_MENTION.c.mention_id == MENTION.c.id)
        .outerjoin(CASE, CASE.c.id == CASE_MENTION.c.case_id)
        .group_by(MENTION.c.channel, MENTION.c.outlet_id, verdict)
    )
    rows = session.connection().execute(statement).all()
    groups = recall_groups.groups_of(session, {(row.channel, row.outlet_id) for row in rows})
    counted: dict[SourceGroup, Counter[int]] = defaultdict(Counter)
    for row in rows:
        counted[groups[row.channel, row.outlet_id]][row.verdict] += row.number
    return {group: Flagged(each.total(), each[1] + each[-1], each[1]) for group, each in counted.items()}


def _kept_flagged(session: Session, weeks: Sequence[str]) -> dict[SourceGroup, Flagged]:
    columns = [func.sum(FIGURE.c[name]).label(name) for name in ("flagged", "decided", "confirmed")]
    statement = (
        select(FIGURE.c.source_group, *columns)
        .where(FIGURE.c.week.in_(weeks), FIGURE.c.source_group != EVERY_GROUP)
        .group_by(FIGURE.c.source_group)
    )
    rows = session.connection().execute(statement)
    return {SourceGroup(row.source_group): Flagged(int(row.flagged), int(row.decided), int(row.confirmed)) for row in rows}


def _left(session: Session, weeks: Sequence[str]) -> dict[tuple[SourceGroup, Stratum], Left]:
    key = (ITEM.c.source_group, ITEM.c.stratum)
    answers = (
        select(*key, ITEM.c.answer, func.count().label("number")).where(ITEM.c.week.in_(weeks)).group_by(*key, ITEM.c.answer)
    )
    said: dict[tuple[SourceGroup, Stratum], Counter[RecallAnswer | None]] = defaultdict(Counter)
    for row in session.connection().execute(answers):
        said[row.source_group, row.stratum][row.answer] = row.number
    counts = select(COUNT.c.source_group, COUNT.c.stratum, func.sum(COUNT.c["items"]).label("number"))
    counts = counts.where(COUNT.c.week.in_(weeks)).group_by(COUNT.c.source_group, COUNT.c.stratum)
    return {
        (row.source_group, row.stratum): _stratum(int(row.number), said[row.source_group, row.stratum])
        for row in session.connection().execute(counts)
    }


def _stratum(population: int, said: Counter[RecallAnswer | None]) -> Left:
    missed = said[RecallAnswer.MISSED]
    return Left(population, said.total(), missed + said[RecallAnswer.RIGHTLY_LEFT], said[RecallAnswer.UNSURE], missed)


def _measured(code: str, flagged: Mapping[SourceGroup, Flagged], left: Mapping[tuple[SourceGroup, Stratum], Left]) -> Measure:
    decided = sum(each.decided for each in flagged.values())
    share = sum(each.confirmed for each in flagged.values()) / decided if decided else None
    return measure(
        [each.sample for group, each in flagged.items() if code in (group, EVERY_GROUP)],
        [each.sample for (group, _), each in left.items() if code in (group, EVERY_GROUP)],
        share,
    )


def _sum_flagged(code: str, flagged: Mapping[SourceGroup, Flagged]) -> Flagged:
    parts = [each for group, each in flagged.items() if code in (group, EVERY_GROUP)]
    return Flagged(
        sum(each.flagged for each in parts), sum(each.decided for each in parts), sum(each.confirmed for each in parts)
    )


def _sum_left(code: str, left: Mapping[tuple[SourceGroup, Stratum], Left]) -> Left:
    whole = Left()
    for (group, _), each in left.items():
        if code in (group, EVERY_GROUP):
            whole = whole.plus(each)
    return whole


def _write(session: Session, week: str, flagged: Mapping[SourceGroup, Flagged], drawn_at: datetime, now: datetime) -> None:
    left = _left(session, [week])
    codes: Iterable[str] = (EVERY_GROUP, *sorted({*flagged, *(group for group, _ in left)}))
    rows: Rows = [_row(week, code, flagged, left) | {"drawn_at": drawn_at, "computed_at": now} for code in codes]
    upsert(session, FIGURE, rows, _KEYS, [name for name in rows[0] if name not in (*_KEYS, "drawn_at")])


def _row(
    week: str, code: str, flagged: Mapping[SourceGroup, Flagged], left: Mapping[tuple[SourceGroup, Stratum], Left]
) -> dict[str, Any]:
    seen, unseen, measured = _sum_flagged(code, flagged), _sum_left(code, left), _measured(code, flagged, left)
    found = measured.recall
    return {
        "week": week,
        "source_group": str(code),
        "flagged": seen.flagged,
        "decided": seen.decided,
        "confirmed": seen.confirmed,
        "population": unseen.population,
        "sampled": unseen.sampled,
        "answered": unseen.answered,
        "unsure": unseen.unsure,
        "missed": unseen.missed,
        "estimated_missed": measured.missed.value if measured.missed else None,
        "recall": found.value if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
    }


def _figure(row: Any) -> Figure:
    return Figure(
        (row.week,),
        None if row.source_group == EVERY_GROUP else SourceGroup(row.source_group),
        Flagged(row.flagged, row.decided, row.confirmed),
        Left(row.population, row.sampled, row.answered, row.unsure, row.missed),
        row.estimated_missed,
        None if row.recall is None else Estimate(row.recall, row.low, row.high),
    )


def _place(figure: Figure) -> int:
    return -1 if figure.group is None else list(SourceGroup).index(figure.group)
