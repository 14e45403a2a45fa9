"""What monitoring missed: reviewers answer for a random sample, and the figures that come of it (REQUIREMENTS C9)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.layout import Place
from console.pages.showing import done, setting_of, show
from console.person import PersonOf, genuine
from console.weeks import WeekChoice, week_choice
from domain.recall import RecallAnswer, Stratum
from domain.tags import CASE_KINDS, Kind
from registry import recall_figures, recall_review
from registry.recall_figures import Figure
from registry.recall_review import SampledItem

router = APIRouter(prefix=Place.RECALL, dependencies=[Depends(genuine)])
TOGETHER: Final = "together"
"""In the place of a week: the last weeks as one sample."""


@router.get("")
def review(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The next sampled item, for those who answer; the figures, for those who only look."""
    demand(person.actor, Right.SEE_RECALL)
    if not has(person.actor, Right.ANSWER_RECALL):
        return RedirectResponse(f"{Place.RECALL}/figures", 303)
    with desk.database.reading() as session:
        found = recall_review.next_item(session, desk.layout.public_handles)
        progress = recall_review.progress(session)
        last = recall_review.last_answered(session, person.actor.username)
        setting = setting_of(desk, session, person)
    shown = _shown(desk, found) if found else {"item": None}
    return show(desk, setting, "recall.html", request, here=Place.RECALL, progress=progress, last=last, **shown)


@router.get("/figures")
def figures(request: Request, desk: DeskOf, person: PersonOf, week: str = "") -> Response:
    """Recall by group of sources for one week, or for the last weeks together, and how it went from week to week."""
    demand(person.actor, Right.SEE_RECALL)
    zone = desk.profile.calendar.timezone
    with desk.database.reading() as session:
        weeks = [week_choice(code, zone) for code in recall_figures.drawn_weeks(session)]
        chosen = week if week == TOGETHER or week in {each.code for each in weeks} else _newest(weeks)
        found = _figures(session, chosen)
        series = recall_figures.over_weeks(session)
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "recall_figures.html",
        request,
        here=Place.RECALL,
        weeks=weeks,
        week=chosen,
        figures=found,
        series=[(week_choice(each.weeks[0], zone), each) for each in series],
        together=TOGETHER,
        may_answer=has(person.actor, Right.ANSWER_RECALL),
    )


@router.get("/items/{item_id}")
def sampled_item(item_id: int, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One sampled item again: what was answered, and what is to be done with one that was missed."""
    demand(person.actor, Right.ANSWER_RECALL)
    with desk.database.reading() as session:
        found = recall_review.item(session, item_id, desk.layout.public_handles)
        setting = setting_of(desk, session, person)
    return show(desk, setting, "recall_item.html", request, here=Place.RECALL, **_shown(desk, found))


@router.post("/items/{item_id}/answer")
def answer(item_id: int, desk: DeskOf, person: PersonOf, said: Annotated[RecallAnswer, Form()]) -> Response:
    """Keep the answer; on to the next item, or to what is to be done with a missed one."""
    demand(person.actor, Right.ANSWER_RECALL)
    with desk.database.transaction() as session:
        recall_review.answer(session, item_id, said, person.actor, desk.now)
    return done(f"{Place.RECALL}/items/{item_id}" if said is RecallAnswer.MISSED else Place.RECALL, "answered")


@router.post("/items/{item_id}/flag")
def flag(item_id: int, desk: DeskOf, person: PersonOf, kind: Annotated[Kind, Form()]) -> Response:
    """Put a missed mention on the review list."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        recall_review.flag(session, item_id, kind, person.actor, desk.now)
    return done(f"{Place.RECALL}/items/{item_id}", "sample_flagged")


@router.post("/items/{item_id}/enter")
def enter(item_id: int, desk: DeskOf, person: PersonOf) -> Response:
    """Make a mention of a missed item that no watch query matched."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        recall_review.enter(session, item_id, person.actor, desk.now)
    return done(f"{Place.RECALL}/items/{item_id}", "sample_entered")


def _shown(desk: Desk, item: SampledItem) -> dict[str, object]:
    return {
        "item": item,
        "answers": list(RecallAnswer),
        "case_kinds": [kind for kind in Kind if kind in CASE_KINDS],
        "is_unmatched": item.stratum is Stratum.UNMATCHED,
        "address": item.url if item.url.startswith(("https://", "http://")) else "",
        "watch": desk.profile.watch,
    }


def _newest(weeks: list[WeekChoice]) -> str:
    return weeks[0].code if weeks else ""


def _figures(session: Session, week: str) -> list[Figure]:
    if week == TOGETHER:
        return recall_figures.together(session)
    return recall_figures.of_week(session, week) if week else []
