"""Cases: the list with its clocks, and one case with its history, its moves and its answer to the outlet."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.access import Right, demand, has, only_department, works_in
from console.case_access import sees_link, sees_party, sees_sealed, without_party
from console.case_clock import clock_owner
from console.desk import Desk, DeskOf
from console.event_lines import Names, event_lines
from console.layout import Place
from console.move_forms import Rank, move_forms
from console.pages.case_choices import choices_of
from console.pages.case_moves import visible_case
from console.pages.service_promises import promises_shown
from console.pages.showing import done, plain_setting, setting_of, show, turns
from console.person import Person, PersonOf, genuine
from console.queries import ME, PER_PAGE, CaseQuery, CaseShow, case_query
from console.refusals import Wording
from domain.case import CaseEventKind, CasePath, CaseStatus, allowed_moves
from domain.delivery import DeliveryKind
from domain.errors import InputError
from domain.people import Actor, Role
from domain.tags import Importance
from notify import answers
from registry import cases as case_rows
from registry import improvements, people
from registry.cases import CaseOrder
from registry.directories import liaison
from registry.improvements import ImprovementFilter
from registry.views import CaseRow, CaseView, Page

router = APIRouter(prefix="/cases", dependencies=[Depends(genuine)])

_WORKERS = frozenset({Role.SPECIALIST, Role.DEPARTMENT, Role.MANAGER})
_E = CaseEventKind
_OWN_DOOR = frozenset({_E.LINKED, _E.UNLINKED, _E.MERGED, _E.SPLIT_OFF, _E.ATTACHED})


@router.get("")
def cases(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The whole page."""
    demand(person.actor, Right.SEE_CASES)
    query = case_query(request.query_params)
    own = only_department(person.actor)
    with desk.database.reading() as session:
        page = find(session, desk, person.actor, query)
        setting = setting_of(desk, session, person)
        staff = [
            each
            for each in people.list(session)
            if not each.disabled and set(each.roles) & _WORKERS and own in (None, each.department)
        ]
    return show(
        desk,
        setting,
        "cases.html",
        request,
        here=Place.CASES,
        query=query,
        page=page,
        own_department=own,
        staff=staff,
        me=ME,
        shows=list(CaseShow),
        paths=list(CasePath),
        statuses=list(CaseStatus),
        importances=list(Importance),
        may_register=has(person.actor, Right.DECIDE),
        **_turns(query, page),
    )


@router.get("/list")
def case_list(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The list alone, for an open page that asks for news."""
    demand(person.actor, Right.SEE_CASES)
    query = case_query(request.query_params)
    with desk.database.reading() as session:
        page = find(session, desk, person.actor, query)
        staff = {each.username: each.name for each in people.list(session)}
    setting = replace(plain_setting(desk, person), names=staff)
    shown: dict[str, Any] = {"page": page, **_turns(query, page)}
    return HTMLResponse(desk.layout.page("cases_list.html", setting, **shown))


@router.get("/{case_id:int}")
def case(case_id: int, request: Request, desk: DeskOf, person: PersonOf, to: int | None = None, applied: str = "") -> Response:
    """One case. ``to`` is the mention whose outlet an answer is drafted to, ``applied`` the day on which the beneficiary asked
    for the service."""
    demand(person.actor, Right.SEE_CASES)
    with desk.database.reading() as session:
        view = visible_case(session, case_id, person.actor, desk.now)
        setting = setting_of(desk, session, person, view.row.department)
        drafting = _drafting(session, desk, view, to)
        approver = answers.as_approver(session, person.actor, sealed=view.row.sealed)
        shown = _shown(session, desk, person, view)
    return show(
        desk,
        setting,
        "case.html",
        request,
        here=Place.CASES,
        answers=[each for each in reversed(view.deliveries) if each.kind is DeliveryKind.ANSWER],
        may_review=has(person.actor, Right.SEE_REVIEW) or works_in(person.actor, view.row.department),
        may_approve=has(approver, Right.APPROVE),
        may_resolve=has(approver if view.row.sealed else person.actor, Right.RESOLVE),
        promises=promises_shown(desk.profile, view.row.topic, applied, desk.now),
        applied=applied,
        **drafting,
        **shown,
    )


@router.get("/number/{number}")
def by_number(number: str, desk: DeskOf, person: PersonOf) -> Response:
    """To the case with this reference number, which the link of another case's history names."""
    demand(person.actor, Right.SEE_CASES)
    with desk.database.reading() as session:
        return RedirectResponse(f"/cases/{case_rows.find_case(session, number)}", 303)


@router.post("/{case_id:int}/answer")
def draft(
    case_id: int,
    desk: DeskOf,
    person: PersonOf,
    text: Annotated[str, Form(max_length=20000)],
    mention_id: Annotated[int | None, Form()] = None,
) -> Response:
    """Draft the answer to the outlet: it waits for somebody else's approval (REQUIREMENTS N1)."""
    with desk.database.transaction() as session:
        view = visible_case(session, case_id, person.actor)
        if not view.row.sealed:  # Management works a sealed one from end to end; the case itself refuses everybody else.
            demand(person.actor, Right.DRAFT)
        letter = text.replace("\r\n", "\n")
        answers.draft(session, desk.profile, case_id, person.actor, desk.now, text=letter, mention_id=mention_id)
    return done(f"/cases/{case_id}#answer", "drafted")


def find(session: Session, desk: Desk, actor: Actor, query: CaseQuery) -> Page[CaseRow]:
    """One page of the list that the query asks for; somebody of a department sees its cases alone (REQUIREMENTS W14)."""
    own = only_department(actor)
    if own == "":
        return Page((), 0)
    return case_rows.list_cases(
        session,
        now=desk.now,
        path=query.path,
        status=CaseStatus.CLOSED if query.show is CaseShow.CLOSED else query.status,
        open_only=query.show is CaseShow.OPEN,
        overdue=query.show is CaseShow.OVERDUE,
        waiting=query.show is CaseShow.WAITING,
        escalated=query.show is CaseShow.ESCALATED,
        department=query.department if own is None else own,
        assignee=actor.username if query.person == ME else query.person,
        body=query.body,
        topic=query.topic,
        importance=query.importance,
        number=query.number,
        sealed=sees_sealed(actor),
        reader=actor.username,
        order=CaseOrder.NEWEST if query.show in (CaseShow.CLOSED, CaseShow.ALL) else CaseOrder.DUE,
        limit=PER_PAGE,
        offset=query.start,
    )


def names_of(desk: Desk, session: Session) -> Names:
    """Arabic names for the codes of the profile, and for contacts of other bodies."""
    profile = desk.profile
    contacts = {str(each.id): each.contact.name for each in liaison.list_contacts(session, active=None).items}
    bodies = {each.code: each.name_ar for each in profile.bodies}
    departments = {each.code: each.name_ar for each in profile.departments}
    topics = {each.code: each.name_ar for each in profile.topics}
    return Names(
        department=lambda code: departments.get(code, code),
        body=lambda code: bodies.get(code, code),
        topic=lambda code: topics.get(code, code),
        contact=lambda code: contacts.get(code, code),
    )


def page_moves(view: CaseView, actor: Actor) -> set[CaseEventKind]:
    """What this person may do on the page: some moves have their own door in the registry, and their form here."""
    own = {*_OWN_DOOR} & set(allowed_moves(view.state, actor))
    if not view.links:
        own.discard(_E.UNLINKED)
    if len(view.mentions) < 2:
        own.discard(_E.SPLIT_OFF)
    return {*view.allowed, *own}


def _shown(session: Session, desk: Desk, person: Person, view: CaseView) -> dict[str, Any]:
    """What the page shows of the case itself, as far as the person's roles ask (REQUIREMENTS W14, L3)."""
    party = sees_party(person.actor, view.row)
    public = desk.layout.public_handles

    def told(text: str) -> str:
        return text if party else without_party(text, view.party, public)

    forms = move_forms(page_moves(view, person.actor), view.state)
    names = names_of(desk, session)
    sealed = sees_sealed(person.actor)
    asked = ImprovementFilter(case_id=view.row.id, sealed=sealed)
    return {
        "view": view,
        "row": view.row,
        "state": view.state,
        "clock": clock_owner(view.state),
        "forward": [form for form in forms if form.rank is Rank.FORWARD],
        "beside": [form for form in forms if form.rank is Rank.BESIDE],
        "rare": [form for form in forms if form.rank is Rank.RARE],
        "choices": choices_of(session, desk.profile, view) if forms else None,
        "names": names,
        "lines": {event.seq: event_lines(event, names) for event in view.events},
        "told": told,
        "shows_party": party,
        "shows_sealed": sealed,
        "sees_link": lambda link: sees_link(person.actor, link),
        "improvements": improvements.list_improvements(session, asked).items,
        "has_beneficiary": view.row.path.has_beneficiary or view.row.path is CasePath.PRESS_QUESTION,
    }


def _drafting(session: Session, desk: Desk, view: CaseView, to: int | None) -> dict[str, object]:
    """The form in which an answer is drafted to whoever published the mention ``to`` (the first, where none is named): its
    proposed text, or why there is none. One answer leaves for each outlet."""
    if _E.ANSWER_DRAFTED not in view.allowed or not view.mentions:
        return {"may_draft": False}
    chosen = next((each for each in view.mentions if each.id == to), view.mentions[0])
    first_of_outlet = {each.outlet_id: each for each in reversed(view.mentions)}
    shared = {"may_draft": True, "draft_mention": chosen, "draft_choices": list(first_of_outlet.values())[::-1]}
    try:
        return {**shared, "draft": answers.propose(session, desk.profile, view.row.id, mention_id=chosen.id), "draft_problem": ""}
    except InputError as error:
        told = Wording(desk.profile).refusal(error)
        return {**shared, "draft": None, "draft_problem": f"{told.what}. {told.remedy}." if told.what else str(error)}


def _turns(query: CaseQuery, page: Page[CaseRow]) -> dict[str, object]:
    return turns("/cases", query.at(0).as_text, query.start, len(page.items), page.total, PER_PAGE)
