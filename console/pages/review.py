"""The review list: what was gathered and waits for a person of the media team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from classifiers.active import Why
from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.layout import Place
from console.pages.showing import fragment, setting_of, show, turns
from console.person import PersonOf, genuine
from console.queries import PER_PAGE, ReviewOrder, ReviewQuery, ReviewShow, review_query
from console.teaching_order import most_teaching
from domain.mention import Channel, MentionState
from domain.tags import Importance, Kind
from registry import cases, mentions, teaching
from registry.views import MentionRow, Page

router = APIRouter(dependencies=[Depends(genuine)])

_STATES: Final[Mapping[ReviewShow, MentionState]] = {
    ReviewShow.FLAGGED: MentionState.FLAGGED,
    ReviewShow.CASED: MentionState.CASED,
    ReviewShow.DISMISSED: MentionState.DISMISSED,
}


@router.get("/")
def first(person: PersonOf) -> Response:
    """To the page that this person works on."""
    rights = ((Right.SEE_REVIEW, Place.REVIEW), (Right.SEE_CASES, Place.CASES))
    return RedirectResponse(next((place for right, place in rights if has(person.actor, right)), Place.OVERVIEW), 303)


@router.get("/review")
def review(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The whole page."""
    demand(person.actor, Right.SEE_REVIEW)
    query = review_query(request.query_params)
    with desk.database.reading() as session:
        page, why = ordered(session, query, desk)
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "review.html",
        request,
        here=Place.REVIEW,
        query=query,
        page=page,
        why=why,
        shows=list(ReviewShow),
        orders=list(ReviewOrder) if query.show is ReviewShow.WAITING else [],
        kinds=list(Kind),
        importances=list(Importance),
        channels=list(Channel),
        **_turns(query, page),
    )


@router.get("/review/list")
def review_list(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The list alone, for an open page that asks for news."""
    demand(person.actor, Right.SEE_REVIEW)
    query = review_query(request.query_params)
    with desk.database.reading() as session:
        page, why = ordered(session, query, desk)
    return fragment(desk, person, "review_list.html", page=page, why=why, **_turns(query, page))


Reasons = Mapping[int, tuple[Why, ...]]
"""Why a mention would teach the classifier much, by its id."""


def find(session: Session, query: ReviewQuery) -> Page[MentionRow]:
    """One page of the list that the query asks for, by importance or by age."""
    if query.show is ReviewShow.WAITING:
        return cases.review_list(
            session,
            kind=query.kind,
            topic=query.topic,
            importance=query.importance,
            channel=query.channel,
            newest=query.order is ReviewOrder.NEWEST,
            limit=PER_PAGE,
            offset=query.start,
        )
    return mentions.list_mentions(
        session,
        state=_STATES[query.show],
        kind=query.kind,
        topic=query.topic,
        importance=query.importance,
        channel=query.channel,
        limit=PER_PAGE,
        offset=query.start,
    )


def ordered(session: Session, query: ReviewQuery, desk: Desk) -> tuple[Page[MentionRow], Reasons]:
    """The same, also by what an answer would teach: of the newest ``teaching.POOL`` that wait; and why the items stand where they
    stand (empty where that is plain)."""
    if query.show is not ReviewShow.WAITING or query.order is not ReviewOrder.TEACHING:
        return find(session, query), {}
    waiting = teaching.waiting(session, kind=query.kind, topic=query.topic, importance=query.importance, channel=query.channel)
    ranked = most_teaching(session, waiting, desk.profile, desk.now)
    shown = ranked[query.start : query.start + PER_PAGE]
    rows = teaching.rows(session, [each.id for each in shown])
    return Page(tuple(rows), len(ranked)), {each.id: each.why for each in shown}


def _turns(query: ReviewQuery, page: Page[MentionRow]) -> dict[str, object]:
    return turns("/review", query.at(0).as_text, query.start, len(page.items), page.total, PER_PAGE)
