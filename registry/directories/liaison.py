"""The liaison directory: for every other body, whom a case is passed to (REQUIREMENTS W10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import Session

from domain.arabic import normalise
from domain.entry_flaws import demand
from domain.errors import Conflict, NotFound
from domain.liaison import LiaisonContact, fingerprint, flaws, same_person
from domain.people import Actor
from domain.profile import Profile
from registry import audit
from registry.tables import LiaisonRecord, table_of
from registry.views import Page

LIAISON = table_of(LiaisonRecord)


@dataclass(frozen=True, slots=True)
class LiaisonView:
    """A line of the directory. ``active`` is false once nothing may be passed to the person any more."""

    id: int
    contact: LiaisonContact
    active: bool
    updated_by: str
    updated_at: datetime

    @property
    def fingerprint(self) -> str:
        """Pass it to ``change`` as ``expected``."""
        return fingerprint(self.contact, active=self.active)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: numbers of contacts."""

    added: int = 0
    changed: int = 0
    same: int = 0


def list_contacts(
    session: Session,
    *,
    body: str = "",
    text: str = "",
    active: bool | None = True,
    limit: int | None = None,
    offset: int = 0,
) -> Page[LiaisonView]:
    """The directory by body and name; ``text`` are words of a name, role, e-mail or number."""
    statement = select(LIAISON).order_by(LIAISON.c.body, LIAISON.c.name, LIAISON.c.id)
    if body:
        statement = statement.where(LIAISON.c.body == body)
    if active is not None:
        statement = statement.where(LIAISON.c.active.is_(active))
    words = normalise(text).lower().split()
    found = [each for each in _read(session, statement) if _has_words(each.contact, words)]
    return Page(tuple(found[offset:] if limit is None else found[offset : offset + limit]), len(found))


def of_body(session: Session, body: str, topic: str = "") -> tuple[LiaisonView, ...]:
    """Whom a case may be passed to at a body: who deals with its topic first, the others after them."""
    found = list_contacts(session, body=body).items
    return tuple(sorted(found, key=lambda each: (not each.contact.deals_with(topic), not each.contact.topics)))


def get(session: Session, contact_id: int) -> LiaisonView:
    """One contact. Raises ``NotFound``."""
    found = _read(session, select(LIAISON).where(LIAISON.c.id == contact_id))
    if not found:
        raise NotFound(f"there is no liaison contact {contact_id}", "load the directory again")
    return found[0]


def add(session: Session, profile: Profile, contact: LiaisonContact, actor: Actor, now: datetime) -> int:
    """Enter a person of another body. Raises ``EntryFlawed``, ``Conflict`` where the person is there already."""
    demand("liaison contact", flaws(contact, profile))
    twin = next((each for each in list_contacts(session, body=contact.body).items if same_person(each.contact, contact)), None)
    if twin is not None:
        raise Conflict(f"«{contact.name}» of {contact.body} is in the directory already", "change that entry")
    row = LiaisonRecord(**_columns(contact), updated_by=actor.username, updated_at=now)
    session.add(row)
    session.flush()
    assert row.id is not None
    _trail(session, actor, "liaison.added", row.id, contact, now)
    return row.id


def change(
    session: Session,
    profile: Profile,
    contact_id: int,
    contact: LiaisonContact,
    actor: Actor,
    now: datetime,
    *,
    expected: str = "",
) -> LiaisonView:
    """Write an entry anew. Raises ``EntryFlawed``, ``NotFound``, and ``Conflict`` where it is not what its maker saw."""
    row, before = _held(session, contact_id, expected)
    demand(f"liaison contact {contact_id}", flaws(contact, profile))
    if contact == before.contact:
        return before
    for name, value in _columns(contact).items():
        setattr(row, name, value)
    row.updated_by, row.updated_at = actor.username, now
    session.flush()
    _trail(session, actor, "liaison.changed", contact_id, contact, now, before.contact)
    return replace(before, contact=contact, updated_by=actor.username, updated_at=now)


def set_active(session: Session, contact_id: int, active: bool, actor: Actor, now: datetime) -> None:
    """Take somebody out of use, or back into it: histories that name them stay true. Raises ``NotFound``."""
    row, before = _held(session, contact_id)
    if before.active != active:
        row.active, row.updated_by, row.updated_at = active, actor.username, now
        session.flush()
        _trail(session, actor, "liaison.restored" if active else "liaison.retired", contact_id, before.contact, now)


def import_contacts(
    session: Session, profile: Profile, contacts: Sequence[LiaisonContact], actor: Actor, now: datetime
) -> Imported:
    """Enter the people of a list; who is there already (same body, and same name or e-mail) is changed, nobody is removed.

    Raises ``EntryFlawed``: check each with ``domain.liaison.flaws`` before.
    """
    known = list(list_contacts(session, active=None).items)
    done = Imported()
    for contact in contacts:
        twin = next((each for each in known if same_person(each.contact, contact)), None)
        if twin is None:
            known.append(get(session, add(session, profile, contact, actor, now)))
            done = replace(done, added=done.added + 1)
        elif twin.contact == contact and twin.active:
            done = replace(done, same=done.same + 1)
        else:
            change(session, profile, twin.id, contact, actor, now)
            set_active(session, twin.id, True, actor, now)
            known[known.index(twin)] = get(session, twin.id)
            done = replace(done, changed=done.changed + 1)
    return done


def _held(session: Session, contact_id: int, expected: str = "") -> tuple[LiaisonRecord, LiaisonView]:
    """The row that is to be changed, held until the transaction ends."""
    row = session.get(LiaisonRecord, contact_id, with_for_update=True, populate_existing=True)
    before = get(session, contact_id)
    assert row is not None
    if expected and expected != before.fingerprint:
        raise Conflict(f"the liaison contact {contact_id} was changed meanwhile", "load the page again and look at it")
    return row, before


def _trail(
    session: Session,
    actor: Actor,
    action: str,
    contact_id: int,
    contact: LiaisonContact,
    now: datetime,
    before: LiaisonContact | None = None,
) -> None:
    """Which fields changed, never what they say: names and numbers are personal."""
    names = ("body", "name", "role", "email", "phone", "topics")
    changed = [each for each in names if before is not None and getattr(before, each) != getattr(contact, each)]
    audit.record(session, actor, action, f"liaison:{contact_id}", {"body": contact.body, "fields": ",".join(changed)}, now)


def _has_words(contact: LiaisonContact, words: Sequence[str]) -> bool:
    said = normalise(f"{contact.name} {contact.role} {contact.email} {contact.phone}").lower()
    return all(word in said for word in words)


def _columns(contact: LiaisonContact) -> dict[str, Any]:
    return {
        "body": contact.body,
        "name": contact.name,
        "role": contact.role,
        "email": contact.email,
        "phone": contact.phone,
        "topics": ",".join(contact.topics),
    }


def _read(session: Session, statement: Select[Any]) -> list[LiaisonView]:
    return [_view(row) for row in session.connection().execute(statement)]


def _view(row: Row[Any]) -> LiaisonView:
    topics = tuple(each for each in row.topics.split(",") if each)
    contact = LiaisonContact(row.body, row.name, row.role, row.email, row.phone, topics)
    return LiaisonView(row.id, contact, row.active, row.updated_by, row.updated_at)
