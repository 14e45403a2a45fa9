"""The improvement register: gap, recommendation, decision, done or not, with the case behind it (REQUIREMENTS W8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand, has
from console.case_access import demand_case, sees_sealed
from console.desk import Desk, DeskOf
from console.directory_queries import ImprovementQuery, improvement_query, number_of
from console.layout import Place
from console.pages.form_filling import Filled, FormTexts, remedies, with_status
from console.pages.showing import done, setting_of, show, turns
from console.person import Person, PersonOf, genuine
from console.queries import PER_PAGE
from domain.entry_flaws import EntryFault, EntryFlaw, EntryFlawed
from domain.errors import NotAllowed, NotFound
from domain.improvement import NEXT, ImprovementStatus
from domain.journey import deputyships
from domain.people import Actor
from registry import cases
from registry import improvements as rows
from registry.directories import journeys
from registry.improvements import ImprovementFilter, ImprovementView, Recommendation
from registry.views import Page

router = APIRouter(prefix="/improvements", dependencies=[Depends(genuine)])
_FIELDS = ("gap", "recommendation", "topic", "journey", "stage", "deputyship")


@router.get("")
def register(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The register, newest first, with a form to enter a recommendation."""
    demand(person.actor, Right.SEE_IMPROVEMENTS)
    return _list_page(request, desk, person, Filled({}))


@router.post("")
def add(request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Enter a recommendation; the list again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.PROPOSE)
    try:
        with desk.database.transaction() as session:
            said = _recommendation(texts, _case_of(session, desk, person.actor, texts.get("case_number", "")))
            improvement_id = rows.add(session, desk.profile, said, person.actor, desk.now)
    except EntryFlawed as error:
        return _list_page(request, desk, person, Filled(texts, remedies(error)), 422)
    return done(f"/improvements/{improvement_id}", "improvement_added")


@router.get("/{improvement_id}")
def one(improvement_id: int, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One recommendation, what was decided, and what may be done now."""
    demand(person.actor, Right.SEE_IMPROVEMENTS)
    return _improvement_page(request, desk, person, improvement_id)


@router.post("/{improvement_id}/edit")
def edit(improvement_id: int, request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Write it anew, as long as nothing was decided."""
    demand(person.actor, Right.PROPOSE)
    try:
        with desk.database.transaction() as session:
            visible(session, improvement_id, person.actor)
            said = _recommendation(texts)
            rows.change(
                session, desk.profile, improvement_id, said, person.actor, desk.now, expected=_moment(texts.get("expected", ""))
            )
    except EntryFlawed as error:
        return _improvement_page(request, desk, person, improvement_id, edited=Filled(texts, remedies(error)), status=422)
    return done(f"/improvements/{improvement_id}", "improvement_saved")


@router.post("/{improvement_id}/decide")
def decide(
    improvement_id: int,
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    to: Annotated[ImprovementStatus, Form()],
    decision: Annotated[str, Form(max_length=4000)] = "",
    expected: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Management accepts or declines it, or takes back that it was done."""
    demand(person.actor, Right.DECIDE_IMPROVEMENTS)
    try:
        with desk.database.transaction() as session:
            visible(session, improvement_id, person.actor)
            rows.decide(session, improvement_id, to, decision, person.actor, desk.now, expected=_moment(expected))
    except EntryFlawed as error:
        filled = Filled({"decision": decision}, remedies(error))
        return _improvement_page(request, desk, person, improvement_id, decided=filled, status=422)
    return done(f"/improvements/{improvement_id}", "improvement_decided")


@router.post("/{improvement_id}/implement")
def implement(
    improvement_id: int, desk: DeskOf, person: PersonOf, expected: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Say that an accepted recommendation is implemented."""
    demand(person.actor, Right.PROPOSE)
    with desk.database.transaction() as session:
        visible(session, improvement_id, person.actor)
        rows.implement(session, improvement_id, person.actor, desk.now, expected=_moment(expected))
    return done(f"/improvements/{improvement_id}", "improvement_done")


def visible(session: Session, improvement_id: int, actor: Actor) -> ImprovementView:
    """One line, as far as this person may see it. Raises ``NotFound``."""
    return rows.get(session, improvement_id, sealed=sees_sealed(actor), reader=actor.username)


def find(session: Session, actor: Actor, query: ImprovementQuery) -> Page[ImprovementView]:
    """One page of the register that the query asks for."""
    return rows.list_improvements(session, asked_of(actor, query), limit=PER_PAGE, offset=query.start)


def asked_of(actor: Actor, query: ImprovementQuery) -> ImprovementFilter:
    """What the register is asked for by this person."""
    return ImprovementFilter(
        status=query.status,
        journey=query.journey,
        stage=query.stage,
        deputyship=query.deputyship,
        topic=query.topic,
        sealed=sees_sealed(actor),
        reader=actor.username,
    )


def demand_case_of(session: Session, desk: Desk, actor: Actor, case_id: int) -> int:
    """The case behind a recommendation, where the person may read it. Raises ``NotFound``, ``NotAllowed``."""
    view = cases.case_view(session, case_id, now=desk.now)
    demand_case(actor, view.row, view.state)
    return case_id


def _list_page(request: Request, desk: Desk, person: Person, added: Filled, status: int = 200) -> Response:
    query = improvement_query(request.query_params)
    with desk.database.reading() as session:
        page = find(session, person.actor, query)
        counted = rows.tally(session, asked_of(person.actor, query))
        known = journeys.list_journeys(session, active=None)
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "improvements.html",
        request,
        here=Place.IMPROVEMENTS,
        query=query,
        page=page,
        counted=counted,
        journeys=known,
        chosen=next((each for each in known if each.code == query.journey), None),
        deputyships=deputyships(desk.profile),
        added=added,
        may_propose=has(person.actor, Right.PROPOSE),
        **turns("/improvements", query.at(0).as_text, query.start, len(page.items), page.total, PER_PAGE),
    )
    return with_status(response, status)


def _improvement_page(
    request: Request,
    desk: Desk,
    person: Person,
    improvement_id: int,
    *,
    edited: Filled | None = None,
    decided: Filled | None = None,
    status: int = 200,
) -> Response:
    with desk.database.reading() as session:
        view = visible(session, improvement_id, person.actor)
        known = journeys.list_journeys(session, active=None)
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "improvement.html",
        request,
        here=Place.IMPROVEMENTS,
        view=view,
        expected=view.updated_at.isoformat(),
        edited=edited or _as_filled(view.said),
        decided=decided or Filled({}),
        journeys=known,
        deputyships=deputyships(desk.profile),
        verdicts=[to for to in NEXT[view.status] if to is not ImprovementStatus.IMPLEMENTED],
        may_edit=has(person.actor, Right.PROPOSE) and view.status is ImprovementStatus.PROPOSED,
        may_decide=has(person.actor, Right.DECIDE_IMPROVEMENTS),
        may_finish=has(person.actor, Right.PROPOSE) and view.status is ImprovementStatus.ACCEPTED,
        may_see_cases=has(person.actor, Right.SEE_CASES),
    )
    return with_status(response, status)


def _recommendation(texts: Mapping[str, str], case_id: int | None = None) -> Recommendation:
    """What the form says. The stage is chosen together with its journey: ``porting:2``."""
    journey, _, stage = texts.get("place", "").partition(":")
    return Recommendation(
        gap=texts.get("gap", "").replace("\r\n", "\n"),
        recommendation=texts.get("recommendation", "").replace("\r\n", "\n"),
        topic=texts.get("topic", ""),
        journey=journey,
        stage=number_of(stage),
        deputyship=texts.get("deputyship", ""),
        case_id=case_id,
    )


def _as_filled(said: Recommendation) -> Filled:
    texts = {name: str(getattr(said, name) or "") for name in _FIELDS}
    return Filled(texts | {"place": f"{said.journey}:{said.stage or ''}" if said.journey else ""})


def _case_of(session: Session, desk: Desk, actor: Actor, number: str) -> int | None:
    """The case of this reference number, where the person may know of it. Raises ``EntryFlawed``."""
    if not number.strip():
        return None
    try:
        return demand_case_of(session, desk, actor, cases.find_case(session, number))
    except (NotFound, NotAllowed) as error:
        raise EntryFlawed("recommendation", (EntryFlaw("case_number", EntryFault.NUMBER, number[:40]),)) from error


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
