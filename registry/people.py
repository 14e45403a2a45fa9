"""The people who sign in, with argon2 hashes of their passwords."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from sqlmodel import Session, select

from domain.errors import Conflict, InputError, NotFound
from domain.people import SYSTEM, Actor, Role
from registry.tables import PersonRecord
from registry.views import PersonView

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_PASSWORD: Final = 10
"""Characters that a password has at least."""


def add(
    session: Session,
    username: str,
    name: str,
    password: str,
    roles: Iterable[Role],
    *,
    department: str = "",
    scripted: bool = False,
    now: datetime | None = None,
) -> PersonView:
    """Add someone. Of ``scripted`` people the password is not kept: they never sign in.

    Raises ``Conflict`` where the name is taken, ``InputError`` for an unusable name, password or choice of roles.
    """
    username = username.strip().lower()
    chosen = _checked(username, frozenset(roles), department)
    if session.get(PersonRecord, username) is not None:
        raise Conflict(f"there is a user «{username}» already", "choose another name, or set that user's password")
    row = PersonRecord(
        username=username,
        name=name.strip() or username,
        password=_nobody() if scripted else _hashed(password),
        roles=sorted(chosen),
        department=department,
        scripted=scripted,
        created_at=now or datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    return _view(row)


def authenticate(session: Session, username: str, password: str) -> Actor | None:
    """Who this is, or None. A wrong name takes as long as a wrong password."""
    from argon2.exceptions import VerificationError

    row = session.get(PersonRecord, username.strip().lower())
    known = row.password if row is not None else _nobody()
    try:
        _hasher().verify(known, password)
    except VerificationError:
        return None
    if row is None or row.disabled:
        return None
    return _actor(row)


def actor(session: Session, username: str) -> Actor:
    """Who acts under this name (``system`` is the service itself). Raises ``NotFound``, for a disabled person too."""
    if username == SYSTEM.username:
        return SYSTEM
    row = session.get(PersonRecord, username)
    if row is None or row.disabled:
        raise NotFound(f"there is no user «{username}»", "see «rasd users list»")
    return _actor(row)


def list(session: Session) -> tuple[PersonView, ...]:  # noqa: A001 - read as people.list
    """Everyone, by name."""
    return tuple(_view(row) for row in session.exec(select(PersonRecord).order_by(PersonRecord.username)))


def set_password(session: Session, username: str, password: str) -> None:
    """Give someone a new password. Raises ``NotFound``, ``InputError``."""
    row = _row(session, username)
    row.password = _hashed(password)
    session.flush()


def set_roles(session: Session, username: str, roles: Iterable[Role], *, department: str | None = None) -> None:
    """Give someone other roles, and another department where one is named. Raises ``NotFound``, ``InputError``."""
    row = _row(session, username)
    place = row.department if department is None else department
    row.roles = sorted(_checked(row.username, frozenset(roles), place))
    row.department = place
    session.flush()


def set_disabled(session: Session, username: str, disabled: bool) -> None:
    """Let someone in no more, or again. Raises ``NotFound``."""
    _row(session, username).disabled = disabled
    session.flush()


def _checked(username: str, roles: frozenset[Role], department: str) -> frozenset[Role]:
    if not username or not username.replace("_", "").replace(".", "").replace("-", "").isalnum() or username == SYSTEM.username:
        raise InputError(f"«{username}» cannot be a user's name", "use letters, digits, dot, hyphen and underscore")
    if not roles:
        raise InputError(f"the user «{username}» has no role", f"give one of: {', '.join(Role)}")
    if Role.DEPARTMENT in roles and not department:
        raise InputError(f"the user «{username}» works in no department", "name the department's code")
    return roles


def _hashed(password: str) -> str:
    if len(password) < LEAST_PASSWORD:
        raise InputError("the password is too short", f"take at least {LEAST_PASSWORD} characters")
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password gives, made once: for names that do not exist, and for scripted people, who never sign in."""
    return _hasher().hash(secrets.token_hex(32))


def _row(session: Session, username: str) -> PersonRecord:
    row = session.get(PersonRecord, username.strip().lower())
    if row is None:
        raise NotFound(f"there is no user «{username}»", "see «rasd users list»")
    return row


def _actor(row: PersonRecord) -> Actor:
    return Actor(row.username, row.name, frozenset(Role(role) for role in row.roles), row.department, row.scripted)


def _view(row: PersonRecord) -> PersonView:
    return PersonView(
        username=row.username,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        department=row.department,
        scripted=row.scripted,
        disabled=row.disabled,
        created_at=row.created_at,
    )
