"""Cases: the list with its clocks, and one case with its history, its moves and its answer to the outlet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand, has, only_department, works_in
from console.desk import Desk, DeskOf
from console.layout import Place
from console.move_forms import OFFERED, move_forms
from console.pages.showing import done, fragment, setting_of, show, turns
from console.person import PersonOf, genuine
from console.queries import PER_PAGE, CaseQuery, CaseShow, case_query
from domain.case import MOVES, CaseEventKind, CaseStatus, allowed_moves
from domain.delivery import DeliveryKind
from domain.errors import InputError, NotAllowed
from domain.people import Actor
from domain.tags import Importance
from notify import answers
from registry import cases as case_rows
from registry.cases import CaseOrder
from registry.views import CaseRow, CaseView, Page

router = APIRouter(prefix="/cases", dependencies=[Depends(genuine)])


@router.get("")
def cases(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The whole page."""
    demand(person.actor, Right.SEE_CASES)
    query = case_query(request.query_params)
    with desk.database.reading() as session:
        page = find(session, desk, person.actor, query)
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "cases.html",
        request,
        here=Place.CASES,
        query=query,
        page=page,
        own_department=only_department(person.actor),
        shows=list(CaseShow),
        statuses=list(CaseStatus),
        importances=list(Importance),
        **_turns(query, page),
    )


@router.get("/list")
def case_list(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The list alone, for an open page that asks for news."""
    demand(person.actor, Right.SEE_CASES)
    query = case_query(request.query_params)
    with desk.database.reading() as session:
        page = find(session, desk, person.actor, query)
    return fragment(desk, person, "cases_list.html", page=page, **_turns(query, page))


@router.get("/{case_id}")
def case(case_id: int, request: Request, desk: DeskOf, person: PersonOf, to: int | None = None) -> Response:
    """One case. ``to`` is the mention whose outlet an answer is drafted to."""
    demand(person.actor, Right.SEE_CASES)
    with desk.database.reading() as session:
        view = visible_case(session, case_id, person.actor)
        setting = setting_of(desk, session, person, view.row.department)
        drafting = _drafting(session, desk, view, to)
    return show(
        desk,
        setting,
        "case.html",
        request,
        here=Place.CASES,
        view=view,
        row=view.row,
        moves=move_forms(_moves(view, person.actor)),
        answers=[each for each in reversed(view.deliveries) if each.kind is DeliveryKind.ANSWER],
        may_review=has(person.actor, Right.SEE_REVIEW) or works_in(person.actor, view.row.department),
        may_approve=has(person.actor, Right.APPROVE),
        may_resolve=has(person.actor, Right.RESOLVE),
        **drafting,
    )


@router.post("/{case_id}/moves")
def move(
    case_id: int,
    desk: DeskOf,
    person: PersonOf,
    kind: Annotated[CaseEventKind, Form()],
    expected: Annotated[int | None, Form()] = None,
    reason: Annotated[str, Form(max_length=8000)] = "",
    note: Annotated[str, Form(max_length=8000)] = "",
    department: Annotated[str, Form(max_length=200)] = "",
    resolution: Annotated[str, Form(max_length=8000)] = "",
    proposals: Annotated[str, Form(max_length=8000)] = "",
    other: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Make a move."""
    given = {
        "reason": reason,
        "note": note,
        "department": department,
        "resolution": resolution,
        "proposals": proposals,
        "other": other,
    }
    with desk.database.transaction() as session:
        make_move(session, desk, person.actor, case_id, kind, given, expected)
    return done(f"/cases/{case_id}", "moved")


@router.post("/{case_id}/answer")
def draft(
    case_id: int,
    desk: DeskOf,
    person: PersonOf,
    text: Annotated[str, Form(max_length=20000)],
    mention_id: Annotated[int | None, Form()] = None,
) -> Response:
    """Draft the answer to the outlet: it waits for somebody else's approval (REQUIREMENTS N1)."""
    demand(person.actor, Right.DRAFT)
    with desk.database.transaction() as session:
        visible_case(session, case_id, person.actor)
        letter = text.replace("\r\n", "\n")
        answers.draft(session, desk.profile, case_id, person.actor, desk.now, text=letter, mention_id=mention_id)
    return done(f"/cases/{case_id}#answer", "drafted")


def find(session: Session, desk: Desk, actor: Actor, query: CaseQuery) -> Page[CaseRow]:
    """One page of the list that the query asks for; somebody of a department sees its cases alone (REQUIREMENTS W14)."""
    own = only_department(actor)
    return case_rows.list_cases(
        session,
        now=desk.now,
        status=CaseStatus.CLOSED if query.show is CaseShow.CLOSED else query.status,
        open_only=query.show is CaseShow.OPEN,
        overdue=query.show is CaseShow.OVERDUE,
        department=query.department if own is None else own,
        topic=query.topic,
        importance=query.importance,
        order=CaseOrder.DUE if query.show in (CaseShow.OPEN, CaseShow.OVERDUE) else CaseOrder.NEWEST,
        limit=PER_PAGE,
        offset=query.start,
    )


def visible_case(session: Session, case_id: int, actor: Actor) -> CaseView:
    """The case, where this person may see it. Raises ``NotFound``, ``NotAllowed``."""
    view = case_rows.case_view(session, case_id, actor)
    own = only_department(actor)
    if own is not None and own != (view.row.department or view.row.proposed_department):
        raise NotAllowed(f"{actor.username} may not see the case {view.row.number}", "it is not with your department")
    return view


def make_move(
    session: Session,
    desk: Desk,
    actor: Actor,
    case_id: int,
    kind: CaseEventKind,
    given: dict[str, str],
    expected: int | None = None,
) -> None:
    """Make one of the moves that the page offers, with the details that it needs. Raises what ``cases.act`` raises."""
    visible_case(session, case_id, actor)
    if kind not in OFFERED:
        raise InputError(f"the move «{kind}» is not made here", f"one of: {', '.join(OFFERED)}")
    details = {name: given.get(name, "").strip() for name in MOVES[kind].needs}
    if kind is CaseEventKind.ASSIGNED and details["department"] not in {each.code for each in desk.profile.departments}:
        raise InputError(f"there is no department «{details['department']}»", "choose one of the profile's")
    if kind is CaseEventKind.LINKED:
        case_rows.link(session, case_id, case_rows.find_case(session, details["other"]), actor, desk.now)
    else:
        case_rows.act(session, case_id, kind, actor, details, desk.now, expected=expected)


def _drafting(session: Session, desk: Desk, view: CaseView, to: int | None) -> dict[str, object]:
    """The form in which an answer is drafted to whoever published the mention ``to`` (the first, where none is named): its
    proposed text, or why there is none. One answer leaves for each outlet."""
    if CaseEventKind.ANSWER_DRAFTED not in view.allowed or not view.mentions:
        return {"may_draft": False}
    chosen = next((each for each in view.mentions if each.id == to), view.mentions[0])
    first_of_outlet = {each.outlet_id: each for each in reversed(view.mentions)}
    shared = {"may_draft": True, "draft_mention": chosen, "draft_choices": list(first_of_outlet.values())[::-1]}
    try:
        return {**shared, "draft": answers.propose(session, desk.profile, view.row.id, mention_id=chosen.id), "draft_problem": ""}
    except InputError as error:
        return {**shared, "draft": None, "draft_problem": str(error)}


def _moves(view: CaseView, actor: Actor) -> set[CaseEventKind]:
    """What this person may do on the page: linking has its own door in the registry, and its form here."""
    linking = {CaseEventKind.LINKED} & set(allowed_moves(view.state, actor))
    return {*view.allowed, *linking}


def _turns(query: CaseQuery, page: Page[CaseRow]) -> dict[str, object]:
    return turns("/cases", query.at(0).as_text, query.start, len(page.items), page.total, PER_PAGE)
