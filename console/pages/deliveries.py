"""What leaves Rasd: the outbox, approvals, and what a person must decide (DESIGN promises 3 and 4)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand, has, sees_authors
from console.case_access import sees_sealed
from console.desk import DeskOf
from console.layout import Place
from console.pages.showing import done, setting_of, show, turns
from console.person import PersonOf, genuine
from console.queries import PER_PAGE, delivery_query
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.people import Actor
from notify import answers
from notify.letter import check_recipient
from registry import crisis
from registry import deliveries as delivery_rows
from registry.case_readers import hidden_from
from registry.views import DeliveryView

router = APIRouter(prefix="/deliveries", dependencies=[Depends(genuine)])


@router.get("")
def deliveries(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The outbox, what waits for a person first."""
    demand(person.actor, Right.SEE_DELIVERIES)
    query = delivery_query(request.query_params)
    with desk.database.reading() as session:
        page = delivery_rows.list_deliveries(session, status=query.status, kind=query.kind, limit=PER_PAGE, offset=query.start)
        hidden = hidden_from(session, person.actor.username, sees_sealed=sees_sealed(person.actor))
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "deliveries.html",
        request,
        here=Place.DELIVERIES,
        query=query,
        page=page,
        statuses=list(DeliveryStatus),
        kinds=list(DeliveryKind),
        may_resolve=has(person.actor, Right.RESOLVE),
        shows_recipient=lambda each: each.case_id not in hidden and shows_recipient(person.actor, each),
        hidden=hidden,
        **turns("/deliveries", query.at(0).as_text, query.start, len(page.items), page.total, PER_PAGE),
    )


@router.post("/{delivery_id}/approve")
def approve(delivery_id: int, desk: DeskOf, person: PersonOf) -> Response:
    """Let an answer go out. Its drafter is refused, unless the setting says otherwise; in crisis mode a deputy may."""
    with desk.database.transaction() as session:
        demand(_approver(session, delivery_id, person.actor), Right.APPROVE)
        answers.approve(session, delivery_id, person.actor, desk.now, drafter_may_approve=desk.settings.drafter_may_approve)
        view = delivery_rows.find(session, delivery_id)
        held = crisis.state(session).active
    return done(_place(view), "approved_held" if held else "approved")


@router.post("/{delivery_id}/return")
def send_back(delivery_id: int, desk: DeskOf, person: PersonOf, reason: Annotated[str, Form(max_length=2000)]) -> Response:
    """Send a draft back to its drafter, with the reason."""
    with desk.database.transaction() as session:
        demand(_approver(session, delivery_id, person.actor), Right.APPROVE)
        answers.send_back(session, delivery_id, person.actor, reason, desk.now)
        view = delivery_rows.find(session, delivery_id)
    return done(_place(view), "returned")


@router.post("/{delivery_id}/resolve")
def resolve(delivery_id: int, desk: DeskOf, person: PersonOf, sent: Annotated[Literal["yes", "no"], Form()]) -> Response:
    """Say whether a delivery of unknown outcome went out: only a person may (DESIGN promise 3)."""
    with desk.database.transaction() as session:
        approver = _resolver(session, delivery_id, person.actor)
        delivery_rows.resolve_uncertain(session, delivery_id, approver, sent == "yes", desk.now)
        view = delivery_rows.find(session, delivery_id)
    return done(_place(view), "resolved")


@router.post("/{delivery_id}/retry")
def retry(delivery_id: int, desk: DeskOf, person: PersonOf, recipient: Annotated[str, Form(max_length=320)] = "") -> Response:
    """Queue a failed delivery again, to a corrected address where one is given."""
    with desk.database.transaction() as session:
        approver = _resolver(session, delivery_id, person.actor)
        corrected = check_recipient(recipient) if recipient.strip() else None
        delivery_rows.retry(session, delivery_id, approver, desk.now, recipient=corrected)
        view = delivery_rows.find(session, delivery_id)
    return done(_place(view), "queued")


def shows_recipient(actor: Actor, delivery: DeliveryView) -> bool:
    """Whether the page names whom a message goes to: a beneficiary's address is for those who answer cases, and a sealed case's
    for management (REQUIREMENTS L3, W14)."""
    if delivery.case_sealed and not sees_sealed(actor):
        return False
    return delivery.kind is not DeliveryKind.ACKNOWLEDGEMENT or sees_authors(actor)


def _approver(session: Session, delivery_id: int, actor: Actor) -> Actor:
    return answers.as_approver(session, actor, sealed=delivery_rows.find(session, delivery_id).case_sealed)


def _resolver(session: Session, delivery_id: int, actor: Actor) -> Actor:
    """Who says what became of a delivery: an approver, and management where its case is sealed. Raises ``NotAllowed``."""
    if not delivery_rows.find(session, delivery_id).case_sealed:
        demand(actor, Right.RESOLVE)
        return actor
    approver = answers.as_approver(session, actor, sealed=True)
    demand(approver, Right.RESOLVE)
    return approver


def _place(view: DeliveryView) -> str:
    return f"/cases/{view.case_id}#answer" if view.case_id else "/deliveries"
