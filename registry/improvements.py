"""The improvement register: a gap, what is recommended, what was decided, whether it was done (REQUIREMENTS W8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select
from sqlmodel import Session

from domain.entry_flaws import EntryFault, EntryFlaw, choice_flaw, demand, prose_flaw
from domain.errors import Conflict, IllegalMove, NotAllowed, NotFound
from domain.improvement import ImprovementStatus, check
from domain.journey import deputyships
from domain.people import Actor, Role
from domain.profile import Profile
from registry import audit
from registry.case_readers import concerns
from registry.directories import journeys
from registry.tables import CaseRecord, ImprovementRecord, JourneyRecord, JourneyStageRecord, table_of
from registry.views import Page

IMPROVEMENT = table_of(ImprovementRecord)
CASE = table_of(CaseRecord)
JOURNEY = table_of(JourneyRecord)
STAGE = table_of(JourneyStageRecord)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What somebody writes into the register. ``stage`` is a place in the journey; codes are the profile's."""

    gap: str
    recommendation: str = ""
    topic: str = ""
    journey: str = ""
    stage: int | None = None
    deputyship: str = ""
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class ImprovementView:
    """One line of the register, with the names of what it points at. ``case_number`` is that of the case behind it."""

    id: int
    said: Recommendation
    status: ImprovementStatus
    case_number: str
    journey_name: str
    stage_name: str
    decision: str
    decided_by: str
    decided_at: datetime | None
    done_by: str
    done_at: datetime | None
    created_by: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ImprovementFilter:
    """What a list of the register asks for; None and an empty text ask for nothing.

    What comes from a sealed case is listed where ``sealed`` says so alone (REQUIREMENTS W14).
    """

    status: ImprovementStatus | None = None
    journey: str = ""
    stage: int | None = None
    deputyship: str = ""
    topic: str = ""
    case_id: int | None = None
    sealed: bool = False
    reader: str = ""
    """Who reads: what comes from a case that concerns them is left out."""


def propose_from_case(session: Session, case: Row[Any], proposals: str, actor: Actor, now: datetime) -> int:
    """The "no" branch of a complaint feeds the register (REQUIREMENTS W1): its proposals, and the case behind them.

    Its service's journey, where there is one, says which deputyship is in charge.
    """
    journey = journeys.of_topic(session, case.topic)
    said = Recommendation(
        gap=case.title,
        recommendation=proposals.strip(),
        topic=case.topic,
        journey=journey.code if journey else "",
        deputyship=journey.deputyship if journey else "",
        case_id=case.id,
    )
    return _insert(session, said, actor, now)


def add(session: Session, profile: Profile, said: Recommendation, actor: Actor, now: datetime) -> int:
    """Enter a gap and what is recommended. Raises ``EntryFlawed``, ``NotFound`` for a case that is not there."""
    chosen = _completed(session, profile, said)
    if chosen.case_id is not None and session.get(CaseRecord, chosen.case_id) is None:
        raise NotFound(f"there is no case {chosen.case_id}", "check the reference number")
    improvement_id = _insert(session, chosen, actor, now)
    audit.record(session, actor, "improvement.added", f"improvement:{improvement_id}", _place(chosen), now)
    return improvement_id


def change(
    session: Session,
    profile: Profile,
    improvement_id: int,
    said: Recommendation,
    actor: Actor,
    now: datetime,
    *,
    expected: datetime | None = None,
) -> None:
    """Write an entry anew, its case apart, until it was decided on: a decision belongs to the text that it was made on.

    Raises ``EntryFlawed``, ``NotFound``, ``IllegalMove``, and ``Conflict`` where it changed since ``expected``.
    """
    row = _held(session, improvement_id, expected)
    if row.status is not ImprovementStatus.PROPOSED:
        raise IllegalMove(f"the recommendation {improvement_id} was decided on already", "enter a new one")
    chosen = _completed(session, profile, replace(said, case_id=row.case_id))
    for name in ("gap", "recommendation", "topic", "journey", "stage", "deputyship"):
        setattr(row, name, getattr(chosen, name))
    row.updated_at = now
    session.flush()
    audit.record(session, actor, "improvement.changed", f"improvement:{improvement_id}", _place(chosen), now)


def decide(
    session: Session,
    improvement_id: int,
    to: ImprovementStatus,
    decision: str,
    actor: Actor,
    now: datetime,
    *,
    expected: datetime | None = None,
) -> None:
    """Management accepts or declines, with its words; or takes back that it was done.

    Raises ``NotAllowed`` for others, ``IllegalMove``, ``EntryFlawed`` without words, ``NotFound``, ``Conflict``.
    """
    if Role.MANAGER not in actor.roles:
        raise NotAllowed(f"{actor.username} does not decide on recommendations", "it takes a manager")
    row = _held(session, improvement_id, expected)
    check(row.status, to)
    if to is ImprovementStatus.IMPLEMENTED:
        raise IllegalMove("a decision accepts or declines", "say that it is implemented")
    words = decision.strip()
    demand(f"recommendation {improvement_id}", [prose_flaw("decision", words, needed=True)])
    before = row.status
    row.status, row.decision, row.decided_by, row.decided_at = to, words, actor.username, now
    row.done_by, row.done_at, row.updated_at = "", None, now
    session.flush()
    details = {"status": f"{before} > {to}"}
    audit.record(session, actor, "improvement.decided", f"improvement:{improvement_id}", details, now)


def implement(session: Session, improvement_id: int, actor: Actor, now: datetime, *, expected: datetime | None = None) -> None:
    """Somebody says that an accepted recommendation is implemented. Raises ``IllegalMove``, ``NotFound``, ``Conflict``."""
    row = _held(session, improvement_id, expected)
    check(row.status, ImprovementStatus.IMPLEMENTED)
    row.status, row.done_by, row.done_at, row.updated_at = ImprovementStatus.IMPLEMENTED, actor.username, now, now
    session.flush()
    audit.record(session, actor, "improvement.implemented", f"improvement:{improvement_id}", {}, now)


def list_improvements(
    session: Session, asked: ImprovementFilter, *, limit: int | None = None, offset: int = 0
) -> Page[ImprovementView]:
    """The register, newest first."""
    where = _where(asked)
    counted = select(func.count()).select_from(IMPROVEMENT.outerjoin(CASE, CASE.c.id == IMPROVEMENT.c.case_id)).where(where)
    total = session.connection().execute(counted).scalar_one()
    statement = _views().where(where).order_by(IMPROVEMENT.c.id.desc()).limit(limit).offset(offset)
    return Page(tuple(_view(row) for row in session.connection().execute(statement)), total)


def get(session: Session, improvement_id: int, *, sealed: bool = False, reader: str = "") -> ImprovementView:
    """One line. Raises ``NotFound``, also for one of a case that is sealed or concerns the reader."""
    where = and_(IMPROVEMENT.c.id == improvement_id, _where(ImprovementFilter(sealed=sealed, reader=reader)))
    row = session.connection().execute(_views().where(where)).one_or_none()
    if row is None:
        raise NotFound(f"there is no recommendation {improvement_id}", "load the register again")
    return _view(row)


def tally(session: Session, asked: ImprovementFilter) -> Mapping[ImprovementStatus, int]:
    """How many stand where, of those that are asked for, whatever status is."""
    where = _where(replace(asked, status=None))
    statement = (
        select(IMPROVEMENT.c.status, func.count().label("count"))
        .select_from(IMPROVEMENT.outerjoin(CASE, CASE.c.id == IMPROVEMENT.c.case_id))
        .where(where)
        .group_by(IMPROVEMENT.c.status)
    )
    found = {row.status: int(row[1]) for row in session.connection().execute(statement)}
    return {status: found.get(status, 0) for status in ImprovementStatus}


def _completed(session: Session, profile: Profile, said: Recommendation) -> Recommendation:
    """The entry as it can stand: the deputyship is the journey's where none is named."""
    known = {each.code: each for each in journeys.list_journeys(session, active=None)}
    journey = known.get(said.journey)
    tidied = replace(
        said,
        gap=said.gap.strip(),
        recommendation=said.recommendation.strip(),
        deputyship=said.deputyship or (journey.deputyship if journey else ""),
        topic=said.topic or (journey.topic if journey else ""),
    )
    wrong_stage = tidied.stage is not None and (journey is None or journey.stage(tidied.stage) is None)
    demand(
        "recommendation",
        [
            prose_flaw("gap", tidied.gap, needed=True),
            prose_flaw("recommendation", tidied.recommendation),
            choice_flaw("topic", tidied.topic, (topic.code for topic in profile.topics), needed=False),
            choice_flaw("journey", tidied.journey, known, needed=False),
            EntryFlaw("stage", EntryFault.CHOICE, str(tidied.stage)) if wrong_stage else None,
            choice_flaw("deputyship", tidied.deputyship, deputyships(profile), needed=False),
        ],
    )
    return tidied


def _insert(session: Session, said: Recommendation, actor: Actor, now: datetime) -> int:
    names = ("gap", "recommendation", "topic", "journey", "stage", "deputyship", "case_id")
    values = {name: getattr(said, name) for name in names}
    row = ImprovementRecord(**values, created_by=actor.username, created_at=now, updated_at=now)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def _held(session: Session, improvement_id: int, expected: datetime | None) -> ImprovementRecord:
    """The row that is to be changed, held until the transaction ends."""
    row = session.get(ImprovementRecord, improvement_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no recommendation {improvement_id}", "load the register again")
    if expected is not None and expected != row.updated_at:
        raise Conflict(f"the recommendation {improvement_id} was changed meanwhile", "load the page again and look at it")
    return row


def _place(said: Recommendation) -> dict[str, str]:
    return {"journey": said.journey, "stage": str(said.stage or ""), "topic": said.topic}


def _where(asked: ImprovementFilter) -> ColumnElement[bool]:
    wanted: dict[Any, Any] = {
        IMPROVEMENT.c.status: asked.status,
        IMPROVEMENT.c.journey: asked.journey or None,
        IMPROVEMENT.c.stage: asked.stage,
        IMPROVEMENT.c.deputyship: asked.deputyship or None,
        IMPROVEMENT.c.topic: asked.topic or None,
        IMPROVEMENT.c.case_id: asked.case_id,
    }
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if not asked.sealed:
        conditions.append(or_(CASE.c.id.is_(None), CASE.c.sealed.is_(False)))
    if asked.reader:
        conditions.append(or_(CASE.c.id.is_(None), ~concerns(asked.reader)))
    return and_(literal(True), *conditions)


def _views() -> Select[Any]:
    at_stage = and_(STAGE.c.journey == IMPROVEMENT.c.journey, STAGE.c.place == IMPROVEMENT.c.stage)
    return (
        select(
            IMPROVEMENT,
            func.coalesce(CASE.c.number, "").label("case_number"),
            func.coalesce(JOURNEY.c.name_ar, "").label("journey_name"),
            func.coalesce(STAGE.c.name_ar, "").label("stage_name"),
        )
        .outerjoin(CASE, CASE.c.id == IMPROVEMENT.c.case_id)
        .outerjoin(JOURNEY, JOURNEY.c.code == IMPROVEMENT.c.journey)
        .outerjoin(STAGE, at_stage)
    )


def _view(row: Row[Any]) -> ImprovementView:
    return ImprovementView(
        id=row.id,
        said=Recommendation(row.gap, row.recommendation, row.topic, row.journey, row.stage, row.deputyship, row.case_id),
        status=row.status,
        case_number=row.case_number,
        journey_name=row.journey_name,
        stage_name=row.stage_name,
        decision=row.decision,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        done_by=row.done_by,
        done_at=row.done_at,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
