"""Shift handover: what one shift leaves to the next, given and taken (REQUIREMENTS W15)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand, has
from console.case_access import sees_sealed
from console.desk import DeskOf
from console.layout import Place
from console.pages.showing import done, setting_of, show
from console.person import PersonOf, genuine
from domain.people import Actor
from registry import handover as rows
from registry.case_readers import hidden_from
from registry.handover import HandoverItem, HandoverKind

router = APIRouter(prefix="/handover", dependencies=[Depends(genuine)])
SHOWN: Final = 15


@router.get("")
def now(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """What is open now, what waits to be taken, and the last handovers."""
    demand(person.actor, Right.SEE_HANDOVER)
    with desk.database.reading() as session:
        items = _for_reader(rows.open_items(session, desk.now), _hidden(session, person.actor))
        given = rows.history(session, limit=SHOWN)
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "handover.html",
        request,
        here=Place.HANDOVER,
        groups=_grouped(items),
        total=len(items),
        given=given.items,
        waiting=[each for each in given.items if not each.taken_by],
        may_hand_over=has(person.actor, Right.HAND_OVER),
    )


@router.post("")
def give(desk: DeskOf, person: PersonOf, note: Annotated[str, Form(max_length=2000)] = "") -> Response:
    """Keep the list as it stands, with a note for the next shift."""
    demand(person.actor, Right.HAND_OVER)
    with desk.database.transaction() as session:
        handover_id = rows.give(session, person.actor, note, desk.now)
    return done(f"/handover/{handover_id}", "handover_given")


@router.get("/{handover_id}")
def one(handover_id: int, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """A handover as it was given."""
    demand(person.actor, Right.SEE_HANDOVER)
    with desk.database.reading() as session:
        view = rows.find(session, handover_id)
        items = _for_reader(view.items, _hidden(session, person.actor))
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "handover_given.html",
        request,
        here=Place.HANDOVER,
        view=view,
        groups=_grouped(items),
        may_take=has(person.actor, Right.HAND_OVER) and not view.taken_by and view.given_by != person.actor.username,
    )


@router.post("/{handover_id}/take")
def take(handover_id: int, desk: DeskOf, person: PersonOf) -> Response:
    """The next shift takes it."""
    demand(person.actor, Right.HAND_OVER)
    with desk.database.transaction() as session:
        rows.take(session, handover_id, person.actor, desk.now)
    return done(f"/handover/{handover_id}", "handover_taken")


def _hidden(session: Session, actor: Actor) -> Collection[int]:
    return hidden_from(session, actor.username, sees_sealed=sees_sealed(actor))


def _for_reader(items: Sequence[HandoverItem], hidden: Collection[int]) -> list[HandoverItem]:
    """The lines without those of cases that the reader may not know of (REQUIREMENTS W14)."""
    return [item for item in items if item.case_id not in hidden]


def _grouped(items: Sequence[HandoverItem]) -> list[tuple[HandoverKind, list[HandoverItem]]]:
    """The lines by why they are on the list, in the list's order."""
    return [(kind, list(each)) for kind, each in groupby(items, key=lambda item: item.kind)]
