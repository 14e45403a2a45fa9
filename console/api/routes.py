"""The addresses of the API. Sessions are the pages' own (cookie); a change carries the session's token in ``X-CSRF-Token``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlmodel import Session

from console.access import Right, demand
from console.api import shapes
from console.desk import Desk, DeskOf
from console.pages.cases import find as find_cases
from console.pages.cases import make_move, visible_case
from console.pages.mentions import case_department, demand_sight, fitting_topic
from console.pages.review import find as find_mentions
from console.pages.showing import plain_setting
from console.person import Person, PersonOf, genuine
from console.queries import PER_PAGE, case_query, review_query
from domain.case import CaseEventKind
from domain.tags import Importance, Kind, Remit, Sentiment
from registry import cases as case_rows
from registry import figures, mentions, tagging

router = APIRouter(prefix="/api/v1", dependencies=[Depends(genuine)])
health_router = APIRouter(prefix="/api/v1")


class Reason(BaseModel):
    """Why somebody decided so."""

    reason: str = Field(default="", max_length=8000)


class Acceptance(Reason):
    """A mention becomes a case; ``kind`` is named where its own opens none."""

    kind: Kind | None = None


class Correction(BaseModel):
    """What a person says instead of the model; what is left out stays as it is."""

    remit: Remit | None = None
    kind: Kind | None = None
    sentiment: Sentiment | None = None
    topic: str | None = None
    importance: Importance | None = None


class Step(BaseModel):
    """A move of a case, with the details that it needs, and the revision that its maker saw."""

    kind: CaseEventKind
    details: dict[str, Annotated[str, Field(max_length=8000)]] = Field(default_factory=dict)
    expected: int | None = None


@health_router.get("/health")
def health(desk: DeskOf) -> dict[str, str]:
    """Whether the service and its store answer: for monitoring, without signing in."""
    desk.database.check()
    return {"status": "ok"}


@router.get("/summary")
def summary(desk: DeskOf, person: PersonOf) -> dict[str, int]:
    """Totals of everything kept."""
    demand(person.actor, Right.SEE_FIGURES)
    with desk.database.reading() as session:
        counts = figures.summary(session, desk.now)
    return {name: getattr(counts, name) for name in type(counts).__dataclass_fields__}


@router.get("/mentions")
def mention_list(request: Request, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Mentions as the review list shows them (``show``, ``kind``, ``topic``, ``importance``, ``channel``, ``start``)."""
    demand(person.actor, Right.SEE_REVIEW)
    query = review_query(request.query_params)
    with desk.database.reading() as session:
        page = find_mentions(session, query)
    setting = plain_setting(desk, person)
    items = [shapes.mention_row(row, setting, desk.layout.public_handles) for row in page.items]
    return _listed(items, page.total, query.start)


@router.get("/mentions/{mention_id}")
def mention(mention_id: int, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """One mention."""
    with desk.database.reading() as session:
        view = mentions.mention_view(session, mention_id)
        demand_sight(session, person.actor, view)
        setting = plain_setting(desk, person, case_department(session, view))
    return shapes.mention(view, setting, desk.layout.public_handles)


@router.post("/mentions/{mention_id}/accept")
def accept(mention_id: int, given: Acceptance, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Open a case with it, or join its story's; answers with the case."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        case_id = case_rows.accept_mention(
            session, mention_id, person.actor, desk.profile, desk.now, kind=given.kind, reason=given.reason
        )
        return _case(session, desk, person, case_id)


@router.post("/mentions/{mention_id}/reject")
def reject(mention_id: int, given: Reason, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Dismiss it, with the reason."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        case_rows.reject_mention(session, mention_id, person.actor, given.reason, desk.now)
        return _mention(session, desk, person, mention_id)


@router.post("/mentions/{mention_id}/correct")
def correct(mention_id: int, given: Correction, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Keep what the person says beside the model's word."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        tagging.correct(
            session,
            mention_id,
            actor=person.actor,
            now=desk.now,
            remit=given.remit,
            kind=given.kind,
            sentiment=given.sentiment,
            topic=fitting_topic(desk.profile, given.remit, given.topic),
            importance=given.importance,
        )
        return _mention(session, desk, person, mention_id)


@router.get("/cases")
def case_list(request: Request, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Cases as their page lists them (``show``, ``status``, ``department``, ``topic``, ``importance``, ``start``)."""
    demand(person.actor, Right.SEE_CASES)
    query = case_query(request.query_params)
    with desk.database.reading() as session:
        page = find_cases(session, desk, person.actor, query)
    setting = plain_setting(desk, person)
    items = [shapes.case_row(row, setting, desk.layout.public_handles) for row in page.items]
    return _listed(items, page.total, query.start)


@router.get("/cases/{case_id}")
def case(case_id: int, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """One case."""
    demand(person.actor, Right.SEE_CASES)
    with desk.database.reading() as session:
        return _case(session, desk, person, case_id)


@router.post("/cases/{case_id}/moves")
def move(case_id: int, given: Step, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Make a move; answers with the case as it is then."""
    with desk.database.transaction() as session:
        make_move(session, desk, person.actor, case_id, given.kind, given.details, given.expected)
        return _case(session, desk, person, case_id)


def _mention(session: Session, desk: Desk, person: Person, mention_id: int) -> dict[str, Any]:
    view = mentions.mention_view(session, mention_id)
    setting = plain_setting(desk, person, case_department(session, view))
    return shapes.mention(view, setting, desk.layout.public_handles)


def _case(session: Session, desk: Desk, person: Person, case_id: int) -> dict[str, Any]:
    view = visible_case(session, case_id, person.actor)
    setting = plain_setting(desk, person, view.row.department)
    return shapes.case(view, setting, desk.layout.public_handles)


def _listed(items: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    """A page of a list; ``next`` is the ``start`` of the page after it, null on the last."""
    following = start + PER_PAGE
    return {"items": items, "total": total, "next": following if following < total else None}
