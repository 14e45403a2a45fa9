"""The journeys of the ministry's services, each with its stages and the deputyship in charge (REQUIREMENTS W8, M3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session

from domain.entry_flaws import EntryFault, EntryFlaw, EntryFlawed, demand
from domain.errors import Conflict, NotFound
from domain.journey import Journey, Stage, fingerprint, flaws
from domain.people import Actor
from domain.profile import Profile
from registry import audit
from registry.batches import insert_rows
from registry.tables import ImprovementRecord, JourneyRecord, JourneyStageRecord, table_of

JOURNEY = table_of(JourneyRecord)
STAGE = table_of(JourneyStageRecord)
IMPROVEMENT = table_of(ImprovementRecord)


def list_journeys(session: Session, *, active: bool | None = True) -> tuple[Journey, ...]:
    """The journeys by name; ``active`` None asks for those out of use as well."""
    statement = select(JOURNEY).order_by(JOURNEY.c.name_ar, JOURNEY.c.code)
    rows = session.connection().execute(statement if active is None else statement.where(JOURNEY.c.active.is_(active)))
    stages = _stages(session)
    return tuple(Journey(**row._mapping, stages=stages.get(row.code, ())) for row in rows)


def get(session: Session, code: str) -> Journey:
    """One journey. Raises ``NotFound``."""
    row = session.connection().execute(select(JOURNEY).where(JOURNEY.c.code == code)).one_or_none()
    if row is None:
        raise NotFound(f"there is no journey «{code}»", "load the list again")
    return Journey(**row._mapping, stages=_stages(session, code).get(code, ()))


def of_topic(session: Session, topic: str) -> Journey | None:
    """The journey in use whose service this topic is."""
    return next((each for each in list_journeys(session) if topic and each.topic == topic), None)


def add(session: Session, profile: Profile, journey: Journey, actor: Actor, now: datetime) -> None:
    """Enter a journey. Raises ``EntryFlawed``, also where its code is taken."""
    taken = session.get(JourneyRecord, journey.code) is not None
    demand(
        f"journey «{journey.code}»",
        [EntryFlaw("code", EntryFault.TAKEN, journey.code) if taken else None, *flaws(journey, profile)],
    )
    session.add(JourneyRecord(**_columns(journey)))
    session.flush()
    _write_stages(session, journey.code, journey.stages)
    audit.record(session, actor, "journey.added", f"journey:{journey.code}", {"stages": str(len(journey.stages))}, now)


def change(session: Session, profile: Profile, journey: Journey, actor: Actor, now: datetime, *, expected: str = "") -> Journey:
    """Write a journey anew. A stage that a recommendation names is renamed, never taken away.

    Raises ``NotFound``, ``EntryFlawed``, and ``Conflict`` where it is not what its maker saw (``expected``).
    """
    row = session.get(JourneyRecord, journey.code, with_for_update=True, populate_existing=True)
    before = get(session, journey.code)
    assert row is not None
    if expected and expected != fingerprint(before):
        raise Conflict(f"the journey «{journey.code}» was changed meanwhile", "load the page again and look at it")
    demand(f"journey «{journey.code}»", flaws(journey, profile))
    _demand_stages_in_use(session, journey)
    if journey == before:
        return before
    for name, value in _columns(journey).items():
        setattr(row, name, value)
    session.flush()
    if journey.stages != before.stages:
        _write_stages(session, journey.code, journey.stages)
    names = ("name_ar", "name_en", "topic", "deputyship", "stages", "active")
    changed = [name for name in names if getattr(journey, name) != getattr(before, name)]
    audit.record(session, actor, "journey.changed", f"journey:{journey.code}", {"fields": ",".join(changed)}, now)
    return journey


def set_active(session: Session, code: str, active: bool, actor: Actor, now: datetime) -> None:
    """Take a journey out of use, or back into it. Raises ``NotFound``."""
    row = session.get(JourneyRecord, code)
    if row is None:
        raise NotFound(f"there is no journey «{code}»", "load the list again")
    if row.active != active:
        row.active = active
        session.flush()
        audit.record(session, actor, "journey.restored" if active else "journey.retired", f"journey:{code}", {}, now)


def _demand_stages_in_use(session: Session, journey: Journey) -> None:
    statement = select(func.max(IMPROVEMENT.c.stage)).where(IMPROVEMENT.c.journey == journey.code)
    furthest = session.connection().execute(statement).scalar_one() or 0
    if len(journey.stages) < furthest:
        raise EntryFlawed(
            f"journey «{journey.code}»", (EntryFlaw("stages", EntryFault.IN_USE, str(len(journey.stages)), str(furthest)),)
        )


def _write_stages(session: Session, code: str, stages: Iterable[Stage]) -> None:
    session.connection().execute(delete(STAGE).where(STAGE.c.journey == code))
    rows = [{"journey": code, "place": each.place, "name_ar": each.name_ar, "name_en": each.name_en} for each in stages]
    insert_rows(session, STAGE, rows)


def _stages(session: Session, code: str = "") -> dict[str, tuple[Stage, ...]]:
    statement = select(STAGE).order_by(STAGE.c.journey, STAGE.c.place)
    found: dict[str, tuple[Stage, ...]] = {}
    for row in session.connection().execute(statement.where(STAGE.c.journey == code) if code else statement):
        found[row.journey] = (*found.get(row.journey, ()), Stage(row.place, row.name_ar, row.name_en))
    return found


def _columns(journey: Journey) -> dict[str, Any]:
    return {name: getattr(journey, name) for name in ("code", "name_ar", "name_en", "topic", "deputyship", "active")}
