"""Contacts, the liaison directory and the improvement register over the API: the same rules as their pages, as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from console.access import Right, demand
from console.desk import Desk, DeskOf
from console.directory_queries import InUse, improvement_query, liaison_query
from console.pages import improvements as improvement_pages
from console.person import PersonOf, genuine
from console.queries import PER_PAGE
from domain.case import IntakeChannel
from domain.errors import InputError
from domain.improvement import ImprovementStatus
from domain.liaison import LiaisonContact, tidy
from domain.tags import OTHER_TOPIC, Kind
from registry import contacts, improvements
from registry.contacts import Contact
from registry.directories import liaison
from registry.directories.liaison import LiaisonView
from registry.improvements import ImprovementView, Recommendation

router = APIRouter(prefix="/api/v1", dependencies=[Depends(genuine)])
Line = Annotated[str, Field(max_length=400)]
Prose = Annotated[str, Field(max_length=4000)]
MOST = 10_000
"""Contacts of one request."""


class GivenContact(BaseModel):
    """A contact as another system counts it. ``at`` is now where it is left out; ``id`` is that system's own, by which one is
    never counted twice; ``case_id`` is the case that it became."""

    model_config = ConfigDict(extra="forbid")

    channel: IntakeChannel
    kind: Kind = Kind.INQUIRY
    topic: Line = OTHER_TOPIC
    at: datetime | None = None
    answered: bool = True
    seconds: int | None = None
    case_id: int | None = None
    id: Annotated[str, Field(max_length=200)] = ""


class GivenLiaison(BaseModel):
    """A person of another body; what is left out of a change stays."""

    model_config = ConfigDict(extra="forbid")

    body: Line | None = None
    name: Line | None = None
    role: Line | None = None
    email: Line | None = None
    phone: Line | None = None
    topics: list[Line] | None = None
    active: bool | None = None
    expected: Line = ""


class GivenImprovement(BaseModel):
    """A gap and what is recommended."""

    model_config = ConfigDict(extra="forbid")

    gap: Prose
    recommendation: Prose = ""
    topic: Line = ""
    journey: Line = ""
    stage: int | None = None
    deputyship: Line = ""
    case_id: int | None = None


class Decision(BaseModel):
    """What management says of a recommendation; ``implemented`` needs no words."""

    model_config = ConfigDict(extra="forbid")

    status: ImprovementStatus
    decision: Prose = ""


@router.post("/contacts", status_code=201)
def add_contacts(given: GivenContact | list[GivenContact], desk: DeskOf, person: PersonOf) -> dict[str, int]:
    """Count one contact or a list, all or none; ``known`` were counted before."""
    demand(person.actor, Right.COUNT_CONTACTS)
    listed = given if isinstance(given, list) else [given]
    if len(listed) > MOST:
        raise InputError(f"the list has {len(listed):,} contacts", f"send {MOST:,} at most at a time")
    found = [_contact(each, desk) for each in listed]
    with desk.database.transaction() as session:
        added = contacts.add_many(session, desk.profile, found, person.actor, desk.now)
    return {"new": added.new, "known": added.known}


@router.get("/contacts/counts")
def contact_counts(since: datetime, until: datetime, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Contacts of ``[since, until)`` by channel, kind and topic, with the share answered on the spot (REQUIREMENTS M4)."""
    demand(person.actor, Right.SEE_CONTACTS)
    if since.tzinfo is None or until.tzinfo is None:
        raise InputError("the period names no zone", "write its moments as 2026-11-01T00:00:00+03:00")
    with desk.database.reading() as session:
        found = contacts.counts(session, since, until)
    tallies = {"channels": found.by_channel, "kinds": found.by_kind, "topics": found.by_topic}
    return {
        "since": _moment(since),
        "until": _moment(until),
        "total": found.all.total,
        "answered": found.all.answered,
        "share": found.all.share,
        "cases": found.cases,
        **{
            name: [{"code": each.code, "total": each.total, "answered": each.answered, "share": each.share} for each in listed]
            for name, listed in tallies.items()
        },
    }


@router.get("/liaison")
def liaison_list(request: Request, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """The directory (``body``, ``q``, ``show``, ``start``)."""
    demand(person.actor, Right.SEE_DIRECTORIES)
    query = liaison_query(request.query_params)
    with desk.database.reading() as session:
        page = liaison.list_contacts(
            session, body=query.body, text=query.q, active=query.show is InUse.ACTIVE, limit=PER_PAGE, offset=query.start
        )
    return _listed([_liaison(each) for each in page.items], page.total, query.start)


@router.post("/liaison", status_code=201)
def add_liaison(given: GivenLiaison, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Enter a person of another body."""
    demand(person.actor, Right.EDIT_LIAISON)
    with desk.database.transaction() as session:
        blank = LiaisonContact("", "")
        contact_id = liaison.add(session, desk.profile, _changed(blank, given), person.actor, desk.now)
        return _liaison(liaison.get(session, contact_id))


@router.patch("/liaison/{contact_id}")
def change_liaison(contact_id: int, given: GivenLiaison, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Change what is named; answers with the entry as it is then."""
    demand(person.actor, Right.EDIT_LIAISON)
    with desk.database.transaction() as session:
        before = liaison.get(session, contact_id)
        after = _changed(before.contact, given)
        liaison.change(session, desk.profile, contact_id, after, person.actor, desk.now, expected=given.expected)
        if given.active is not None:
            liaison.set_active(session, contact_id, given.active, person.actor, desk.now)
        return _liaison(liaison.get(session, contact_id))


@router.get("/improvements")
def improvement_list(request: Request, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """The register as its page lists it (``status``, ``journey``, ``stage``, ``deputyship``, ``topic``, ``start``)."""
    demand(person.actor, Right.SEE_IMPROVEMENTS)
    query = improvement_query(request.query_params)
    with desk.database.reading() as session:
        page = improvement_pages.find(session, person.actor, query)
    return _listed([_improvement(each) for each in page.items], page.total, query.start)


@router.post("/improvements", status_code=201)
def add_improvement(given: GivenImprovement, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Enter a recommendation."""
    demand(person.actor, Right.PROPOSE)
    with desk.database.transaction() as session:
        said = Recommendation(**given.model_dump())
        if said.case_id is not None:
            improvement_pages.demand_case_of(session, desk, person.actor, said.case_id)
        improvement_id = improvements.add(session, desk.profile, said, person.actor, desk.now)
        return _improvement(improvement_pages.visible(session, improvement_id, person.actor))


@router.post("/improvements/{improvement_id}/status")
def set_improvement_status(improvement_id: int, given: Decision, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Accept, decline, or say that it is implemented; answers with the entry as it is then."""
    finishes = given.status is ImprovementStatus.IMPLEMENTED
    demand(person.actor, Right.PROPOSE if finishes else Right.DECIDE_IMPROVEMENTS)
    with desk.database.transaction() as session:
        improvement_pages.visible(session, improvement_id, person.actor)
        if finishes:
            improvements.implement(session, improvement_id, person.actor, desk.now)
        else:
            improvements.decide(session, improvement_id, given.status, given.decision, person.actor, desk.now)
        return _improvement(improvement_pages.visible(session, improvement_id, person.actor))


def _contact(given: GivenContact, desk: Desk) -> Contact:
    at = given.at or desk.now
    return Contact(at, given.channel, given.kind, given.topic, given.answered, given.seconds, given.case_id, given.id)


def _changed(before: LiaisonContact, given: GivenLiaison) -> LiaisonContact:
    """The contact with what is named in its place."""
    names = ("body", "name", "role", "email", "phone", "topics")
    said = {name: getattr(before, name) if getattr(given, name) is None else getattr(given, name) for name in names}
    return tidy(**said)


def _liaison(view: LiaisonView) -> dict[str, Any]:
    contact = view.contact
    return {
        "id": view.id,
        **{name: getattr(contact, name) for name in ("body", "name", "role", "email", "phone")},
        "topics": list(contact.topics),
        "active": view.active,
        "updated_by": view.updated_by,
        "updated_at": _moment(view.updated_at),
        "fingerprint": view.fingerprint,
    }


def _improvement(view: ImprovementView) -> dict[str, Any]:
    said = view.said
    names = ("gap", "recommendation", "topic", "journey", "stage", "deputyship", "case_id")
    return {
        "id": view.id,
        **{name: getattr(said, name) for name in names},
        "case": view.case_number or None,
        "status": view.status,
        "decision": view.decision,
        "decided_by": view.decided_by,
        "decided_at": _moment(view.decided_at),
        "done_by": view.done_by,
        "done_at": _moment(view.done_at),
        "created_by": view.created_by,
        "created_at": _moment(view.created_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _listed(items: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    """A page of a list; ``next`` is the ``start`` of the page after it, null on the last."""
    following = start + PER_PAGE
    return {"items": items, "total": total, "next": following if following < total else None}
