"""The departments of the profile with what the store knows of them: their people, their head, their open cases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlmodel import Session

from domain.errors import NotFound
from domain.people import Role
from domain.profile import Department, Profile
from registry import people
from registry.tables import CaseRecord, table_of
from registry.views import PersonView

CASE = table_of(CaseRecord)


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """One department. ``heads`` lead it, ``people`` work its cases; both without those who may not sign in any more.

    ``open_cases`` are those with it and those that belong to it before they are passed on; ``overdue`` of them.
    """

    department: Department
    heads: tuple[PersonView, ...] = ()
    people: tuple[PersonView, ...] = ()
    topics: tuple[str, ...] = ()
    open_cases: int = 0
    overdue: int = 0


def overview(session: Session, profile: Profile, now: datetime) -> tuple[DepartmentView, ...]:
    """Every department, in the profile's order."""
    staff: defaultdict[str, list[PersonView]] = defaultdict(list)
    for person in people.list(session):
        if person.department and not person.disabled:
            staff[person.department].append(person)
    counts = _counts(session, now)
    return tuple(
        DepartmentView(
            department=each,
            heads=tuple(person for person in staff[each.code] if person.head),
            people=tuple(person for person in staff[each.code] if Role.DEPARTMENT in person.roles),
            topics=tuple(topic.code for topic in profile.topics if topic.department == each.code),
            open_cases=counts.get(each.code, (0, 0))[0],
            overdue=counts.get(each.code, (0, 0))[1],
        )
        for each in profile.departments
    )


def get(session: Session, profile: Profile, code: str, now: datetime) -> DepartmentView:
    """One department. Raises ``NotFound``."""
    found = next((each for each in overview(session, profile, now) if each.department.code == code), None)
    if found is None:
        raise NotFound(f"there is no department «{code}»", "see the departments of the profile")
    return found


def _counts(session: Session, now: datetime) -> dict[str, tuple[int, int]]:
    """Open and overdue cases by department. Sealed ones are not told: their number alone would say that there is one (W14)."""
    late = func.sum(case((CASE.c.due_at < now, 1), else_=0))
    statement = (
        select(CASE.c.desk.label("code"), func.count().label("open"), late.label("late"))
        .where(CASE.c.is_open.is_(True), CASE.c.sealed.is_(False))
        .group_by(CASE.c.desk)
    )
    return {row.code: (row.open, row.late or 0) for row in session.connection().execute(statement)}
