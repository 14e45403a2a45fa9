"""Sources: what is polled, when next, and what the last poll left (REQUIREMENTS G2, DESIGN promise 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, update
from sqlmodel import Session

from domain.errors import NotFound
from domain.habit import ENOUGH
from domain.outlet import Outlet
from domain.source import Discovery, FetchResult, PartState, PollFailure, PollPlan, Source, SourceState
from registry import activity, outlets, problems
from registry.activity import Tally
from registry.health import health, next_habit
from registry.tables import OutletRecord, ProblemRecord, SourceDayRecord, SourceRecord, table_of
from registry.views import NextAction, SourceView, Subject

SOURCE = table_of(SourceRecord)
OUTLET = table_of(OutletRecord)
PROBLEM = table_of(ProblemRecord)
DAY = table_of(SourceDayRecord)
_STATE = tuple(each.name for each in fields(SourceState))
_PLACE = ("kind", "url", "query")


def save(session: Session, source: Source, outlet: Outlet | None = None) -> None:
    """Write a source, new or changed, and its outlet where one is given. Where the address changed it is read anew."""
    if outlet is not None:
        outlets.save(session, outlet)
    outlets.ensure(session, [source.outlet_id])
    values = _configured(source)
    row = session.get(SourceRecord, source.id)
    if row is None:
        session.add(SourceRecord(**values))
    else:
        if any(getattr(row, name) != values[name] for name in _PLACE):
            values |= {**_state_values(SourceState()), "next_poll_at": None, "failures": 0, "reason": ""}
            values |= {"last_success_at": None}  # what lies at another address says nothing of the hours since the last poll
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()


def find(session: Session, source_id: str, now: datetime | None = None) -> SourceView:
    """One source. Raises ``NotFound``."""
    row = session.connection().execute(_views().where(SOURCE.c.id == source_id)).one_or_none()
    if row is None:
        raise _unknown(source_id)
    return _view(row, now or datetime.now(UTC))


def all_sources(session: Session, now: datetime | None = None, *, removed: bool = False) -> list[SourceView]:
    """Every source with its health at ``now`` (this moment where none is named), by id; removed ones only if asked for."""
    moment = now or datetime.now(UTC)
    statement = _views() if removed else _views().where(SOURCE.c.removed.is_(False))
    return [_view(row, moment) for row in session.connection().execute(statement.order_by(SOURCE.c.id))]


def due(session: Session, now: datetime) -> list[tuple[Source, SourceState]]:
    """The sources whose turn has come, the longest waiting first."""
    waiting = SOURCE.c.next_poll_at
    statement = (
        select(SOURCE)
        .where(SOURCE.c.paused.is_(False), SOURCE.c.removed.is_(False), or_(waiting.is_(None), waiting <= now))
        .order_by(waiting.is_not(None), waiting, SOURCE.c.id)
    )
    return [(to_source(row), to_state(row)) for row in session.connection().execute(statement)]


def record_discovery(session: Session, discovery: Discovery, plan: PollPlan, now: datetime) -> None:
    """A poll went well: its state and the next turn. Where nothing changed, only times and the day's counters are written.

    Raises ``NotFound``.
    """
    row = _row(session, discovery.source_id)
    values: dict[str, Any] = {"last_checked_at": now, "last_success_at": now, "next_poll_at": plan.next_poll_at}
    state = _state_values(discovery.state)
    values |= {name: value for name, value in state.items() if value != row[name]}
    if row["failures"] or row["reason"]:
        values |= {"failures": 0, "reason": ""}
        problems.solve(session, Subject.SOURCE, [discovery.source_id])
    _write(session, discovery.source_id, values)
    tally = Tally(polls=1, unchanged=int(discovery.unchanged)) + Tally.of_cost(discovery.cost)
    activity.count(session, {discovery.source_id: tally}, now)


def record_failure(session: Session, failure: PollFailure, plan: PollPlan, now: datetime) -> None:
    """A poll failed: the reason, the next turn, and a problem for the console. A poll that was postponed asked nothing and says
    nothing of the source: only its turn changes. Raises ``NotFound``."""
    _row(session, failure.source_id)
    if failure.postponed:
        _write(session, failure.source_id, {"next_poll_at": plan.next_poll_at})
        return
    reason = "; ".join(part for part in (failure.reason, failure.remedy) if part)
    values = {
        "last_checked_at": now,
        "next_poll_at": plan.next_poll_at,
        "failures": max(plan.failures, 1),
        "reason": reason,
    }
    _write(session, failure.source_id, values)
    action = NextAction.CHECK_SOURCE if failure.gone else NextAction.RETRIES
    problem = problems.Problem(Subject.SOURCE, failure.source_id, failure.source_id, reason, action, plan.next_poll_at)
    problems.report(session, [problem], now)
    activity.count(session, {failure.source_id: Tally(polls=1, failures=1) + Tally.of_cost(failure.cost)}, now)


def record_items(session: Session, counts: Mapping[str, int], now: datetime) -> None:
    """That a poll of a source brought new items: for its habit and its health. Items of no known source (an import) are passed
    over. To be called before ``record_discovery``: the good poll before this one says over which hours they came."""
    columns = (SOURCE.c.habit, SOURCE.c.last_item_at, SOURCE.c.last_success_at)
    for source_id, count in counts.items():
        row = session.connection().execute(select(*columns).where(SOURCE.c.id == source_id)).first()
        if row is not None and count:
            habit = next_habit(row.habit, row.last_item_at, now)
            _write(session, source_id, {"items": SOURCE.c["items"] + count, "habit": habit, "last_item_at": now})
            activity.learn(session, source_id, count, row.last_success_at, now)
            activity.count(session, {source_id: Tally(items=count)}, now)


def record_pages(session: Session, results: Sequence[FetchResult], now: datetime) -> None:
    """What fetching entries' pages gave and cost: for the sight of a changed template, and for the bill."""
    activity.count_pages(session, results, now)


def pause(session: Session, source_id: str) -> None:
    """Poll it no more until ``resume``. Raises ``NotFound``."""
    _row(session, source_id)
    _write(session, source_id, {"paused": True})


def resume(session: Session, source_id: str) -> None:
    """Poll it again, at once; a removed source comes back. Raises ``NotFound``."""
    _row(session, source_id)
    _write(session, source_id, {"paused": False, "removed": False, "next_poll_at": None})


def remove(session: Session, source_id: str) -> None:
    """Poll it no more and show it no more; what came from it stays. Raises ``NotFound``."""
    _row(session, source_id)
    _write(session, source_id, {"removed": True})
    problems.solve_all(session, Subject.SOURCE, source_id)


def poll_now(session: Session, source_ids: list[str] | None = None) -> None:
    """Make these sources (all, where none are named) due at once: for ``rasd run --once``."""
    statement = update(SOURCE).values(next_poll_at=None)
    if source_ids is not None:
        statement = statement.where(SOURCE.c.id.in_(source_ids))
    session.connection().execute(statement)


def to_source(row: Row[Any]) -> Source:
    """The configured source of a row."""
    return Source(
        id=row.id,
        kind=row.kind,
        outlet_id=row.outlet_id,
        name=row.name,
        url=row.url,
        query=row.query,
        interval=timedelta(seconds=row.interval_s),
        paused=row.paused,
        article_links=row.article_links,
        body=row.body,
        timezone=row.timezone,
        floor_per_day=row.floor_per_day,
    )


def to_state(row: Row[Any]) -> SourceState:
    """What the last poll left in a row."""
    kept = {name: getattr(row, name) for name in _STATE}
    return SourceState(**kept | {"window": tuple(row.window), "parts": tuple(PartState(**part) for part in row.parts)})


def _state_values(state: SourceState) -> dict[str, Any]:
    """The state as the row's columns hold it."""
    kept = {name: getattr(state, name) for name in _STATE}
    return kept | {"window": list(state.window), "parts": [asdict(part) for part in state.parts]}


def _views() -> Any:
    first_day = select(func.min(DAY.c.day)).where(DAY.c.source_id == SOURCE.c.id).scalar_subquery()
    return select(
        SOURCE,
        OUTLET.c.name_ar.label("outlet_name"),
        first_day.label("first_day"),
        _has(problems.QUIET).label("quiet"),
        _has(problems.CHANGED).label("changed"),
    ).join(OUTLET, OUTLET.c.id == SOURCE.c.outlet_id)


def _has(matter: str) -> ColumnElement[bool]:
    """Whether ``registry.habits`` found this wrong with the source."""
    key = SOURCE.c.id + f"#{matter}"
    return exists().where(
        and_(PROBLEM.c.subject == Subject.SOURCE, PROBLEM.c.source_id == SOURCE.c.id, PROBLEM.c.subject_id == key)
    )


def _view(row: Row[Any], now: datetime) -> SourceView:
    return SourceView(
        source=to_source(row),
        state=to_state(row),
        outlet_name=row.outlet_name,
        health=health(
            paused=row.paused,
            removed=row.removed,
            failures=row.failures,
            last_success_at=row.last_success_at,
            last_item_at=row.last_item_at,
            habit=row.habit,
            floor=row.floor_per_day,
            now=now,
            learnt=row.first_day is not None and now.astimezone(UTC).date() - row.first_day >= ENOUGH,
            quiet=row.quiet,
            changed=row.changed,
        ),
        items=row.items,
        habit=row.habit,
        failures=row.failures,
        reason=row.reason,
        next_poll_at=row.next_poll_at,
        last_checked_at=row.last_checked_at,
        last_success_at=row.last_success_at,
        last_item_at=row.last_item_at,
    )


def _configured(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "kind": source.kind,
        "outlet_id": source.outlet_id,
        "name": source.name,
        "url": source.url,
        "query": source.query,
        "interval_s": source.interval.total_seconds(),
        "paused": source.paused,
        "removed": False,
        "article_links": source.article_links,
        "body": source.body,
        "timezone": source.timezone,
        "floor_per_day": source.floor_per_day,
    }


def _row(session: Session, source_id: str) -> Mapping[str, Any]:
    row = session.connection().execute(select(SOURCE).where(SOURCE.c.id == source_id)).one_or_none()
    if row is None:
        raise _unknown(source_id)
    return dict(row._mapping)


def _write(session: Session, source_id: str, values: Mapping[str, Any]) -> None:
    session.connection().execute(update(SOURCE).where(SOURCE.c.id == source_id).values(**values))
    session.expire_all()


def _unknown(source_id: str) -> NotFound:
    return NotFound(f"there is no source «{source_id}»", "see «rasd sources list»")
