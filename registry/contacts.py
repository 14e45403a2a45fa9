"""Contacts: someone asked and was answered on the spot, or became a case; counted apart from cases (REQUIREMENTS W3, M4).

Nothing personal is kept of a contact. A hundred thousand a month come in through ``add_many``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, case, func, literal, select, update
from sqlmodel import Session

from domain.case import IntakeChannel
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.people import Actor, Role
from domain.profile import Profile
from domain.tags import OTHER_TOPIC, Kind
from registry.batches import insert_ids, insert_new, select_in
from registry.tables import CaseRecord, ContactRecord, table_of
from registry.views import Page

CONTACT = table_of(ContactRecord)
CASE = table_of(CaseRecord)

KINDS: Final = (Kind.INQUIRY, Kind.COMPLAINT, Kind.REPORT, Kind.PRAISE)
"""What a contact may be about, the most frequent first."""
_TAKES: Final = frozenset({Role.REVIEWER, Role.SPECIALIST, Role.DEPARTMENT})
_LONGEST: Final = 24 * 3600
_AHEAD: Final = timedelta(minutes=5)
"""How far another system's clock may be before ours."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of a contact. ``seconds`` is how long it took; ``remote_id`` is the other system's own id, by which one is
    never counted twice."""

    at: datetime
    channel: IntakeChannel
    kind: Kind = Kind.INQUIRY
    topic: str = OTHER_TOPIC
    answered: bool = True
    """On the spot, without a ticket to another department (REQUIREMENTS M4)."""
    seconds: int | None = None
    case_id: int | None = None
    """The case that it became; then it was not answered on the spot."""
    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What a batch did: contacts written, and those that were there already."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class ContactView:
    """One contact as it is listed. ``case_number`` is empty where it became no case."""

    id: int
    at: datetime
    channel: IntakeChannel
    kind: Kind
    topic: str
    answered: bool
    seconds: int | None
    actor: str
    case_id: int | None
    case_number: str


@dataclass(frozen=True, slots=True)
class ContactTally:
    """Contacts of one channel, kind or topic, and how many of them were answered on the spot."""

    code: str
    total: int
    answered: int

    @property
    def share(self) -> float | None:
        """Answered directly, between 0 and 1 (REQUIREMENTS M4); None where there were none."""
        return self.answered / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class ContactCounts:
    """Contacts of a period ``[since, until)``: all, and by channel, kind and topic, the most first."""

    since: datetime
    until: datetime
    all: ContactTally
    cases: int
    by_channel: tuple[ContactTally, ...]
    by_kind: tuple[ContactTally, ...]
    by_topic: tuple[ContactTally, ...]


def add(session: Session, profile: Profile, contact: Contact, actor: Actor, now: datetime) -> int:
    """Write one contact; gives its id, that of the first one where its ``remote_id`` is known. Raises ``NotAllowed``,
    ``InputError``, ``NotFound``."""
    _may_add(actor)
    check(contact, _topics(profile), now)
    _check_cases(session, [contact])
    if contact.remote_id:
        known = select(CONTACT.c.id).where(CONTACT.c.remote_id == contact.remote_id)
        found = session.connection().execute(known).scalar_one_or_none()
        if found is not None:
            return int(found)
    return insert_ids(session, CONTACT, [_row(contact, actor)])[0]


def add_many(session: Session, profile: Profile, contacts: Sequence[Contact], actor: Actor, now: datetime) -> Added:
    """Write many contacts at once, all or none; those whose ``remote_id`` is known stay as they are.

    Raises ``NotAllowed``, ``NotFound``, and ``InputError``, which names the place of the first contact that is wrong.
    """
    _may_add(actor)
    topics = _topics(profile)
    for place, contact in enumerate(contacts, 1):
        try:
            check(contact, topics, now)
        except InputError as error:
            raise InputError(f"contact {place}: {error.what}", error.remedy) from error
    _check_cases(session, contacts)
    named = {contact.remote_id for contact in contacts if contact.remote_id}
    known = {row.remote_id for row in select_in(session, select(CONTACT.c.remote_id), CONTACT.c.remote_id, named)}
    fresh: dict[str, Contact] = {}
    for place, contact in enumerate(contacts):
        if contact.remote_id not in known:
            fresh.setdefault(contact.remote_id or f"\n{place}", contact)
    insert_new(session, CONTACT, [_row(contact, actor) for contact in fresh.values()])
    return Added(len(fresh), len(contacts) - len(fresh))


def become_case(session: Session, contact_id: int, case_id: int, actor: Actor) -> None:
    """A contact that could not be answered on the spot became a case. Raises ``NotFound``, ``NotAllowed``, and ``Conflict``
    where it became another one already."""
    _may_add(actor)
    statement = select(CONTACT.c.id, CONTACT.c.case_id).where(CONTACT.c.id == contact_id).with_for_update()
    row = session.connection().execute(statement).one_or_none()
    if row is None:
        raise NotFound(f"there is no contact {contact_id}", "load the list again")
    if row.case_id not in (None, case_id):
        raise Conflict(f"contact {contact_id} became another case already", "look at it again")
    _need_cases(session, {case_id})
    session.connection().execute(update(CONTACT).where(CONTACT.c.id == contact_id).values(case_id=case_id, answered=False))


def list_contacts(
    session: Session,
    *,
    channel: IntakeChannel | None = None,
    kind: Kind | None = None,
    topic: str | None = None,
    actor: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page[ContactView]:
    """Contacts, newest first."""
    asked = ((CONTACT.c.channel, channel), (CONTACT.c.kind, kind), (CONTACT.c.topic, topic), (CONTACT.c.actor, actor))
    where = and_(literal(True), *(column == value for column, value in asked if value is not None))
    total = session.connection().execute(select(func.count()).select_from(CONTACT).where(where)).scalar_one()
    statement = (
        select(CONTACT, func.coalesce(CASE.c.number, "").label("case_number"))
        .outerjoin(CASE, CASE.c.id == CONTACT.c.case_id)
        .where(where)
        .order_by(CONTACT.c.at.desc(), CONTACT.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return Page(tuple(_view(row) for row in session.connection().execute(statement)), total)


def counts(session: Session, since: datetime, until: datetime) -> ContactCounts:
    """Contacts of the period ``[since, until)`` with the share that was answered directly (REQUIREMENTS M4)."""
    answered = func.sum(case((CONTACT.c.answered, 1), else_=0)).label("answered")
    cases = func.count(CONTACT.c.case_id).label("cases")
    axes = (CONTACT.c.channel, CONTACT.c.kind, CONTACT.c.topic)
    statement = (
        select(*axes, func.count().label("total"), answered, cases)
        .where(CONTACT.c.at >= since, CONTACT.c.at < until)
        .group_by(*axes)
    )
    rows = session.connection().execute(statement).all()
    return ContactCounts(
        since=since,
        until=until,
        all=ContactTally("", sum(row.total for row in rows), sum(row.answered for row in rows)),
        cases=sum(row.cases for row in rows),
        by_channel=_tallies(rows, "channel"),
        by_kind=_tallies(rows, "kind"),
        by_topic=_tallies(rows, "topic"),
    )


def check(contact: Contact, topics: Collection[str], now: datetime) -> None:
    """Raises ``InputError`` where a contact cannot be; ``topics`` are the profile's codes."""
    if contact.at.tzinfo is None or contact.at > now + _AHEAD:
        raise InputError(f"the time {contact.at.isoformat()} lies ahead or names no zone", "give when it was, with its zone")
    if not contact.channel.is_direct:
        raise InputError(f"nobody turns to the ministry through «{contact.channel}»", "choose phone, e-mail, visit or the like")
    if contact.kind not in KINDS:
        raise InputError(f"a contact cannot be «{contact.kind}»", f"choose one of: {', '.join(KINDS)}")
    if contact.topic not in topics:
        raise InputError(f"there is no topic «{contact.topic}»", "choose one of the profile's codes, other/other where none fits")
    if contact.seconds is not None and not 0 <= contact.seconds <= _LONGEST:
        raise InputError(f"a contact cannot last {contact.seconds} seconds", f"give 0 to {_LONGEST}, or leave it out")
    if contact.answered and contact.case_id is not None:
        raise InputError("a contact that became a case was not answered on the spot", "say either the one or the other")


def _tallies(rows: Sequence[Row[Any]], axis: str) -> tuple[ContactTally, ...]:
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        total, answered = found[str(row._mapping[axis])]
        found[str(row._mapping[axis])] = (total + row.total, answered + row.answered)
    tallies = (ContactTally(code, *each) for code, each in found.items())
    return tuple(sorted(tallies, key=lambda tally: (-tally.total, tally.code)))


def _topics(profile: Profile) -> frozenset[str]:
    return frozenset(topic.code for topic in profile.topics)


def _check_cases(session: Session, contacts: Sequence[Contact]) -> None:
    _need_cases(session, {contact.case_id for contact in contacts if contact.case_id is not None})


def _need_cases(session: Session, wanted: set[int]) -> None:
    found = {row.id for row in select_in(session, select(CASE.c.id), CASE.c.id, wanted)}
    if wanted - found:
        raise NotFound(f"there is no case {min(wanted - found)}", "register the case first")


def _may_add(actor: Actor) -> None:
    if actor.is_person and not actor.roles & _TAKES:
        raise NotAllowed(f"{actor.username} may not enter a contact", "it takes a reviewer, a specialist or a worker")


def _row(contact: Contact, actor: Actor) -> dict[str, Any]:
    return {
        "at": contact.at,
        "channel": contact.channel,
        "kind": contact.kind,
        "topic": contact.topic,
        "answered": contact.answered,
        "seconds": contact.seconds,
        "actor": actor.username,
        "case_id": contact.case_id,
        "remote_id": contact.remote_id or None,
    }


def _view(row: Row[Any]) -> ContactView:
    return ContactView(
        row.id, row.at, row.channel, row.kind, row.topic, row.answered, row.seconds, row.actor, row.case_id, row.case_number
    )
