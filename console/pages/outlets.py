"""The outlets directory: who publishes, how they are reached, and what they brought (REQUIREMENTS G1, N1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.layout import Place
from console.pages.form_filling import Filled, FormTexts, with_status
from console.pages.showing import done, setting_of, show, turns
from console.person import Person, PersonOf, genuine
from console.queries import PER_PAGE, OutletQuery, OutletShow, outlet_query
from domain.messages import message
from domain.outlet import AnswerChannel, Medium, Outlet, Tier
from domain.outlet_fields import as_text, read_fields
from domain.outlet_rules import FACTS, Flaw, FlawCode, OutletFlawed, fingerprint, gaps, remedy, tidy_contact
from notify.answered_outlets import answers_to
from registry import outlets, sources
from registry.outlet_lists import DAYS, OutletFilter, countries, list_outlets
from registry.views import OutletRow, Page

router = APIRouter(prefix="/outlets", dependencies=[Depends(genuine)])

MOST_ANSWERS: Final = 20
_NEW: Final = ("id", "name_ar", "name_en", "home_url", "medium", "country", "language", "tier")
ContactText = Annotated[str, Form(max_length=400)]


@router.get("")
def outlet_list(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The directory."""
    demand(person.actor, Right.SEE_OUTLETS)
    return _list_page(request, desk, person, Filled({"country": "SA", "language": "ar"}))


@router.post("")
def add(request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Enter an outlet; the list again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.EDIT_OUTLETS)
    given = {name: texts.get(name, "") for name in _NEW}
    values, flaws = read_fields({name: text for name, text in given.items() if name != "id"})
    entry = replace(Outlet(given["id"].strip(), ""), **values)
    try:
        _raise(entry.id, flaws)
        with desk.database.transaction() as session:
            outlets.add(session, entry)
    except OutletFlawed as error:
        return _list_page(request, desk, person, Filled(given, _remedies(error)), 422)
    return done(_page_of(entry.id), "outlet_added")


@router.get("/{outlet_id:path}")
def outlet(outlet_id: str, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One outlet: its facts, its contacts, its sources, and what it was answered."""
    demand(person.actor, Right.SEE_OUTLETS)
    return _outlet_page(request, desk, person, outlet_id)


@router.post("/{outlet_id:path}/edit")
def edit(outlet_id: str, request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Write what the person says of it; the form again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.EDIT_OUTLETS)
    given = {name: texts.get(name, "") for name in FACTS}
    values, flaws = read_fields(given)
    try:
        _raise(outlet_id, flaws)
        with desk.database.transaction() as session:
            outlets.change(
                session,
                outlet_id,
                values,
                by=person.actor.username,
                now=desk.now,
                verified=True if texts.get("confirmed") else None,
                expected=texts.get("expected", ""),
            )
    except OutletFlawed as error:
        return _outlet_page(request, desk, person, outlet_id, edited=Filled(given, _remedies(error)), status=422)
    return done(_page_of(outlet_id), "outlet_saved")


@router.post("/{outlet_id:path}/verify")
def verify(outlet_id: str, desk: DeskOf, person: PersonOf, expected: Annotated[str, Form(max_length=64)] = "") -> Response:
    """The person confirms the entry that the page showed."""
    demand(person.actor, Right.EDIT_OUTLETS)
    with desk.database.transaction() as session:
        outlets.verify(session, outlet_id, by=person.actor.username, now=desk.now, expected=expected)
    return done(_page_of(outlet_id), "outlet_verified")


@router.post("/{outlet_id:path}/unverify")
def unverify(outlet_id: str, desk: DeskOf, person: PersonOf) -> Response:
    """The person doubts the entry."""
    demand(person.actor, Right.EDIT_OUTLETS)
    with desk.database.transaction() as session:
        outlets.unverify(session, outlet_id)
    return done(_page_of(outlet_id), "outlet_unverified")


@router.post("/{outlet_id:path}/contacts/add")
def add_contact(
    outlet_id: str,
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    role: ContactText = "",
    name: ContactText = "",
    email: ContactText = "",
    phone: ContactText = "",
) -> Response:
    """Add a person or desk; the form again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.EDIT_OUTLETS)
    try:
        with desk.database.transaction() as session:
            outlets.add_contact(session, outlet_id, tidy_contact(role, name, email, phone))
    except OutletFlawed as error:
        typed = {"role": role, "name": name, "email": email, "phone": phone}
        return _outlet_page(request, desk, person, outlet_id, contact=Filled(typed, _remedies(error)), status=422)
    return done(f"{_page_of(outlet_id)}#contacts", "contact_added")


@router.post("/{outlet_id:path}/contacts/remove")
def remove_contact(
    outlet_id: str,
    desk: DeskOf,
    person: PersonOf,
    role: ContactText = "",
    name: ContactText = "",
    email: ContactText = "",
    phone: ContactText = "",
) -> Response:
    """Take a contact away."""
    demand(person.actor, Right.EDIT_OUTLETS)
    with desk.database.transaction() as session:
        outlets.remove_contact(session, outlet_id, tidy_contact(role, name, email, phone))
    return done(f"{_page_of(outlet_id)}#contacts", "contact_removed")


def find(session: Session, desk: Desk, query: OutletQuery) -> Page[OutletRow]:
    """One page of the directory that the query asks for."""
    shown = {OutletShow.VERIFIED: True, OutletShow.UNVERIFIED: False}
    asked = OutletFilter(
        text=query.q,
        medium=query.medium,
        country=query.country,
        tier=query.tier,
        verified=shown.get(query.show),
        incomplete=query.show is OutletShow.INCOMPLETE,
    )
    return list_outlets(session, asked, desk.now, limit=PER_PAGE, offset=query.start)


def _list_page(request: Request, desk: Desk, person: Person, added: Filled, status: int = 200) -> Response:
    query = outlet_query(request.query_params)
    with desk.database.reading() as session:
        page = find(session, desk, query)
        setting = setting_of(desk, session, person)
        found = countries(session)
    response = show(
        desk,
        setting,
        "outlets.html",
        request,
        here=Place.OUTLETS,
        query=query,
        page=page,
        gaps=gaps,
        days=DAYS,
        countries=found,
        media=list(Medium),
        tiers=list(Tier),
        shows=list(OutletShow),
        may_edit=has(person.actor, Right.EDIT_OUTLETS),
        added=added,
        **turns("/outlets", query.at(0).as_text, query.start, len(page.items), page.total, PER_PAGE),
    )
    return with_status(response, status)


def _outlet_page(
    request: Request,
    desk: Desk,
    person: Person,
    outlet_id: str,
    *,
    edited: Filled | None = None,
    contact: Filled | None = None,
    status: int = 200,
) -> Response:
    with desk.database.reading() as session:
        entry = outlets.get(session, outlet_id)
        watched = [each for each in sources.all_sources(session, desk.now) if each.source.outlet_id == outlet_id]
        answers = answers_to(session, outlet_id, limit=MOST_ANSWERS)
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "outlet.html",
        request,
        here=Place.OUTLETS,
        outlet=entry,
        lacks=gaps(entry),
        sources=watched,
        answers=answers,
        expected=fingerprint(entry),
        edited=edited or Filled({name: as_text(entry, name) for name in FACTS}),
        contact=contact or Filled({}),
        media=list(Medium),
        tiers=list(Tier),
        channels=list(AnswerChannel),
        may_edit=has(person.actor, Right.EDIT_OUTLETS),
        may_see_cases=has(person.actor, Right.SEE_CASES),
    )
    return with_status(response, status)


def _raise(outlet_id: str, flaws: tuple[Flaw, ...]) -> None:
    if flaws:
        raise OutletFlawed(f"outlet «{outlet_id}»", flaws)


def _remedies(error: OutletFlawed) -> dict[str, str]:
    """What to write instead, by field, in the reader's words: a choice's codes are named by the form itself."""
    said: dict[str, str] = {}
    for flaw in error.flaws:
        text = message("outlet_flaw.empty") if flaw.code is FlawCode.CHOICE else remedy(flaw)
        said.setdefault(flaw.field, text)
    return said


def _page_of(outlet_id: str) -> str:
    return f"/outlets/{quote(outlet_id)}"
