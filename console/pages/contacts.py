"""Contacts answered on the spot: entered in two clicks, counted by the month (REQUIREMENTS W3, M4)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from console.access import Right, demand, has
from console.desk import DeskOf
from console.directory_queries import channel_of, month_of
from console.layout import Place
from console.month_grid import neighbours
from console.pages.case_choices import DIRECT
from console.pages.showing import setting_of, show
from console.person import PersonOf, genuine
from domain.case import IntakeChannel
from domain.errors import InputError
from domain.messages import label
from domain.tags import Kind
from notify.dates import local_day
from registry import contact_entry, contacts
from registry.contacts import KINDS, Contact

router = APIRouter(prefix="/contacts", dependencies=[Depends(genuine)])
LATEST: Final = 8
_KEYS: Final = "123456789"


@router.get("")
def entry(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Choose the channel (the last one used is chosen already), then press kind and topic: it is counted."""
    demand(person.actor, Right.SEE_CONTACTS)
    if not has(person.actor, Right.COUNT_CONTACTS):
        return RedirectResponse("/contacts/figures", 303)
    with desk.database.reading() as session:
        latest = contact_entry.latest(session, person.actor, LATEST, desk.now)
        setting = setting_of(desk, session, person)
    last = latest[0] if latest else None
    return show(
        desk,
        setting,
        "contacts.html",
        request,
        here=Place.CONTACTS,
        channel=channel_of(request.query_params) or (last.channel if last else None),
        channels=[(each, _KEYS[place] if place < len(_KEYS) else "") for place, each in enumerate(DIRECT)],
        kinds=KINDS,
        last=last,
        latest=[(each, contact_entry.may_undo(each, person.actor, desk.now)) for each in latest],
        may_open=has(person.actor, Right.DECIDE),
        unanswered=_unanswered(request, latest[0].answered if latest else True),
    )


@router.post("")
def count(
    desk: DeskOf,
    person: PersonOf,
    channel: Annotated[IntakeChannel, Form()],
    what: Annotated[str, Form(max_length=120)],
    answered: Annotated[str, Form(max_length=3)] = "yes",
) -> Response:
    """Count one contact of now; ``what`` is kind and topic, as a cell of the grid gives them (``inquiry:billing/bills``)."""
    demand(person.actor, Right.COUNT_CONTACTS)
    kind, _, topic = what.partition(":")
    if kind not in set(KINDS):
        raise InputError(f"a contact cannot be «{kind}»", "press one of the buttons of the page")
    contact = Contact(desk.now, channel, Kind(kind), topic, answered=answered != "no")
    with desk.database.transaction() as session:
        contacts.add(session, desk.profile, contact, person.actor, desk.now)
    return RedirectResponse(f"/contacts?channel={channel.value}&done=contact_counted", 303)


@router.post("/{contact_id}/undo")
def undo(contact_id: int, desk: DeskOf, person: PersonOf) -> Response:
    """Take back what this person has just entered."""
    demand(person.actor, Right.COUNT_CONTACTS)
    with desk.database.transaction() as session:
        was = contact_entry.undo(session, contact_id, person.actor, desk.now)
    return RedirectResponse(f"/contacts?channel={was.channel.value}&done=contact_undone", 303)


@router.get("/figures")
def figures(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The contacts of a month by channel, kind and topic, with the share that was answered on the spot."""
    demand(person.actor, Right.SEE_CONTACTS)
    zone = ZoneInfo(desk.profile.calendar.timezone)
    first = month_of(request.query_params, local_day(desk.now, desk.profile.calendar.timezone))
    following = (first + timedelta(days=31)).replace(day=1)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, following))
    with desk.database.reading() as session:
        found = contacts.counts(session, begin, end)
        setting = setting_of(desk, session, person)
    before, after = neighbours(first)
    return show(
        desk,
        setting,
        "contact_figures.html",
        request,
        here=Place.CONTACTS,
        first=first,
        found=found,
        before=before,
        after=after if end <= desk.now else "",
        by_channel=[(label(IntakeChannel(each.code)), each) for each in found.by_channel],
        by_kind=[(label(Kind(each.code)), each) for each in found.by_kind],
        by_topic=[(desk.layout.topic(each.code) or each.code, each) for each in found.by_topic],
        may_count=has(person.actor, Right.COUNT_CONTACTS),
    )


def _unanswered(request: Request, answered: bool) -> bool:
    """Whether what was just counted still waits for a case."""
    return request.query_params.get("done") == "contact_counted" and not answered
