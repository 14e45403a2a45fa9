"""The people who sign in, with argon2 hashes of their passwords. Every change leaves its entry in the audit trail; ``by`` is who
makes it (the service itself where the command line does)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from sqlmodel import Session, select

from domain.contact_details import tidy_email
from domain.entry_flaws import demand, email_flaw, text_flaw
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.people import SYSTEM, Actor, Role
from registry import audit
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
    email: str = "",
    head: bool = False,
    scripted: bool = False,
    by: Actor = SYSTEM,
    now: datetime | None = None,
) -> PersonView:
    """Add someone. Of ``scripted`` people the password is not kept: they never sign in.

    Raises ``Conflict`` where the name is taken, ``InputError`` for an unusable name, password, address or choice of roles.
    """
    username = username.strip().lower()
    chosen = _checked(username, frozenset(roles), department, head=head)
    address = _address(username, email)
    if session.get(PersonRecord, username) is not None:
        raise Conflict(f"there is a user «{username}» already", "choose another name, or set that user's password")
    moment = now or datetime.now(UTC)
    row = PersonRecord(
        username=username,
        name=name.strip() or username,
        password=_nobody() if scripted else _hashed(password),
        roles=sorted(chosen),
        department=department,
        email=address,
        head=head,
        scripted=scripted,
        created_at=moment,
    )
    session.add(row)
    session.flush()
    _trail(session, by, "person.added", row, {"roles": ",".join(row.roles), "department": department}, moment)
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


def get(session: Session, username: str) -> PersonView:
    """One person, disabled or not. Raises ``NotFound``."""
    return _view(_row(session, username))


def session_round(session: Session, username: str) -> int:
    """The round of sessions that is in force: one that began in an earlier round is over. Raises ``NotFound``."""
    return _row(session, username).session_round


def visitor(session: Session, username: str, round_: int) -> Actor:
    """Who acts under this name in a session that began in this round. Raises ``NotFound`` where that session is over."""
    found = actor(session, username)
    if found.is_person and session_round(session, username) != round_:
        raise NotFound(f"this session of {username} is over", "sign in again")
    return found


def set_password(session: Session, username: str, password: str, *, by: Actor = SYSTEM, now: datetime | None = None) -> None:
    """Give someone a new password: their open sessions end. Raises ``NotFound``, ``InputError``."""
    row = _row(session, username)
    row.password = _hashed(password)
    row.session_round += 1
    session.flush()
    _trail(session, by, "person.password_set", row, {}, now)


def set_roles(
    session: Session,
    username: str,
    roles: Iterable[Role],
    *,
    department: str | None = None,
    head: bool | None = None,
    by: Actor = SYSTEM,
    now: datetime | None = None,
) -> None:
    """Give someone other roles, and another department or its lead where one is named.

    Raises ``NotFound``, ``InputError``, and ``NotAllowed`` where nobody would be left to look after the people.
    """
    row = _row(session, username)
    place = row.department if department is None else department
    leads = row.head and place == row.department if head is None else head
    chosen = _checked(row.username, frozenset(roles), place, head=leads)
    if Role.ADMIN not in chosen:
        _demand_another_admin(session, row)
    before = {"roles": ",".join(row.roles), "department": row.department, "head": _yes(row.head)}
    row.roles, row.department, row.head = sorted(chosen), place, leads
    session.flush()
    after = {"roles": ",".join(row.roles), "department": place, "head": _yes(leads)}
    if before != after:
        _trail(session, by, "person.roles_changed", row, {key: f"{before[key]} > {after[key]}" for key in after}, now)


def set_name(session: Session, username: str, name: str, *, by: Actor = SYSTEM, now: datetime | None = None) -> None:
    """Set the name that others see. Raises ``NotFound``, ``EntryFlawed``."""
    row = _row(session, username)
    tidied = " ".join(name.split())
    demand(f"user «{row.username}»", [text_flaw("name", tidied, needed=True)])
    if row.name != tidied:
        row.name = tidied
        session.flush()
        _trail(session, by, "person.renamed", row, {}, now)


def set_email(session: Session, username: str, email: str, *, by: Actor = SYSTEM, now: datetime | None = None) -> None:
    """Set where someone is written to; empty: nowhere. Raises ``NotFound``, ``EntryFlawed``."""
    row = _row(session, username)
    address = _address(row.username, email)
    if row.email != address:
        row.email = address
        session.flush()
        _trail(session, by, "person.email_set", row, {}, now)


def set_head(session: Session, username: str, head: bool, *, by: Actor = SYSTEM, now: datetime | None = None) -> None:
    """Make someone the head of their department, or no more. Raises ``NotFound``, ``InputError`` without a department."""
    row = _row(session, username)
    set_roles(session, username, [Role(each) for each in row.roles], head=head, by=by, now=now)


def set_disabled(session: Session, username: str, disabled: bool, *, by: Actor = SYSTEM, now: datetime | None = None) -> None:
    """Let someone in no more, or again; their open sessions end for good.

    Raises ``NotFound``, and ``NotAllowed`` where nobody would be left to look after the people.
    """
    row = _row(session, username)
    if row.disabled == disabled:
        return
    if disabled:
        _demand_another_admin(session, row)
        row.session_round += 1
    row.disabled = disabled
    session.flush()
    _trail(session, by, "person.disabled" if disabled else "person.enabled", row, {}, now)


def _demand_another_admin(session: Session, row: PersonRecord) -> None:
    """Raises ``NotAllowed`` where this is the only admin who may sign in."""
    others = [each for each in list(session) if Role.ADMIN in each.roles and not each.disabled and not each.scripted]
    if Role.ADMIN in row.roles and not row.disabled and {each.username for each in others} <= {row.username}:
        raise NotAllowed(f"{row.username} is the only admin who may sign in", "make somebody else an admin first")


def _trail(session: Session, by: Actor, action: str, row: PersonRecord, details: Mapping[str, str], now: datetime | None) -> None:
    audit.record(session, by, action, f"person:{row.username}", details, now or datetime.now(UTC))


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _address(username: str, email: str) -> str:
    address = tidy_email(email)
    demand(f"user «{username}»", [email_flaw("email", address)])
    return address


def _checked(username: str, roles: frozenset[Role], department: str, *, head: bool) -> frozenset[Role]:
    if not username or not username.replace("_", "").replace(".", "").replace("-", "").isalnum() or username == SYSTEM.username:
        raise InputError(f"«{username}» cannot be a user's name", "use letters, digits, dot, hyphen and underscore")
    if not roles:
        raise InputError(f"the user «{username}» has no role", f"give one of: {', '.join(Role)}")
    if Role.DEPARTMENT in roles and not department:
        raise InputError(f"the user «{username}» works in no department", "name the department's code")
    if head and not department:
        raise InputError(f"the user «{username}» leads no department", "name the department's code")
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
        email=row.email,
        head=row.head,
    )
