"""What went wrong and is not yet right: nothing is silent (DESIGN promise 5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.errors import NotFound
from registry.batches import select_in
from registry.tables import ProblemRecord, table_of
from registry.views import NextAction, Page, ProblemView, Subject

PROBLEM = table_of(ProblemRecord)

QUIET: Final = "quiet"
"""A source is silent, or below its floor."""
CHANGED: Final = "changed"
"""A source's pages give much less text than they did."""


def matter_of(source_id: str, matter: str) -> str:
    """The ``subject_id`` of what was found of a source, beside a failure of its polls (whose ``subject_id`` is its id)."""
    return f"{source_id}#{matter}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong just now."""

    subject: Subject
    subject_id: str
    source_id: str
    reason: str
    next_action: NextAction
    next_try_at: datetime | None = None


def report(session: Session, problems: Sequence[Problem], now: datetime) -> int:
    """Keep the problems; one that is known already counts one more time. Gives how many were reported."""
    rows = {(each.subject, each.source_id, each.subject_id): _row(each, now) for each in problems}
    if not rows:
        return 0
    make: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(PROBLEM)
    changed = {name: statement.excluded[name] for name in ("reason", "next_action", "next_try_at", "last_at")}
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["subject", "source_id", "subject_id"], set_={**changed, "times": PROBLEM.c.times + 1}
        ),
        list(rows.values()),
    )
    return len(rows)


def solve(session: Session, subject: Subject, subject_ids: Collection[str], source_id: str | None = None) -> None:
    """The problems of these subjects are over; those without any are no error."""
    if subject_ids:
        where = and_(PROBLEM.c.subject == subject, PROBLEM.c.subject_id.in_(list(subject_ids)))
        if source_id is not None:
            where = and_(where, PROBLEM.c.source_id == source_id)
        session.connection().execute(delete(PROBLEM).where(where))


def solve_all(session: Session, subject: Subject, source_id: str) -> None:
    """All problems of this kind that belong to one source are over."""
    session.connection().execute(delete(PROBLEM).where(PROBLEM.c.subject == subject, PROBLEM.c.source_id == source_id))


def untold(session: Session, subject: Subject, subject_ids: Collection[str]) -> dict[str, datetime]:
    """Which of these problems nobody was told of yet, with the moment when each began."""
    statement = select(PROBLEM.c.subject_id, PROBLEM.c.first_at).where(PROBLEM.c.subject == subject, PROBLEM.c.told_at.is_(None))
    return {row.subject_id: row.first_at for row in select_in(session, statement, PROBLEM.c.subject_id, subject_ids)}


def tell(session: Session, subject: Subject, subject_ids: Collection[str], now: datetime) -> None:
    """People are told of these problems: not again, unless one is solved and comes back."""
    where = and_(PROBLEM.c.subject == subject, PROBLEM.c.subject_id.in_(list(subject_ids)))
    session.connection().execute(update(PROBLEM).where(where).values(told_at=now))


def dismiss(session: Session, problem_id: int) -> None:
    """A person has dealt with it. Raises ``NotFound``."""
    gone = session.connection().execute(delete(PROBLEM).where(PROBLEM.c.id == problem_id))
    if not gone.rowcount:
        raise NotFound(f"there is no problem {problem_id}", "it was solved meanwhile; load the list again")


def open_problems(
    session: Session, *, limit: int = 50, offset: int = 0, subject: Subject | None = None, source_id: str | None = None
) -> Page[ProblemView]:
    """What is wrong now: what waits for a person first, then the newest."""
    where = PROBLEM.c.subject == subject if subject else PROBLEM.c.id.is_not(None)
    if source_id is not None:
        where = and_(where, PROBLEM.c.source_id == source_id)
    waits = or_(PROBLEM.c.next_action != NextAction.RETRIES)
    connection = session.connection()
    total = connection.execute(select(func.count()).select_from(PROBLEM).where(where)).scalar_one()
    rows = connection.execute(
        select(PROBLEM)
        .where(where)
        .order_by(waits.desc(), PROBLEM.c.last_at.desc(), PROBLEM.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return Page(tuple(_view(row) for row in rows), total)


def _row(problem: Problem, now: datetime) -> dict[str, Any]:
    return {
        "subject": problem.subject,
        "subject_id": problem.subject_id,
        "source_id": problem.source_id,
        "reason": problem.reason,
        "next_action": problem.next_action,
        "next_try_at": problem.next_try_at,
        "times": 1,
        "first_at": now,
        "last_at": now,
    }


def _view(row: Row[Any]) -> ProblemView:
    return ProblemView(**{name: value for name, value in row._mapping.items() if name != "told_at"})
