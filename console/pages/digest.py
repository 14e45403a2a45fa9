"""The weekly digest as it will be mailed (REQUIREMENTS N3)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from console.access import Right, demand
from console.desk import DeskOf
from console.headers import LETTER_POLICY
from console.layout import Place
from console.pages.showing import setting_of, show
from console.person import PersonOf
from console.weeks import recent_weeks
from notify import digest as digests

router = APIRouter(prefix="/digest")


@router.get("")
def digest(request: Request, desk: DeskOf, person: PersonOf, week: str = "") -> Response:
    """The page around the letter."""
    demand(person.actor, Right.SEE_DIGEST)
    weeks = recent_weeks(desk.now, desk.profile.calendar.timezone)
    chosen = week or weeks[0].code
    with desk.database.reading() as session:
        subject = digests.compose(session, desk.profile, chosen, now=desk.now).subject
        setting = setting_of(desk, session, person)
    return show(desk, setting, "digest.html", request, here=Place.DIGEST, weeks=weeks, week=chosen, subject=subject)


@router.get("/{week}/letter")
def letter(week: str, desk: DeskOf, person: PersonOf) -> Response:
    """The letter's own HTML, for the frame: it may style itself and nothing else."""
    demand(person.actor, Right.SEE_DIGEST)
    with desk.database.reading() as session:
        html = digests.compose(session, desk.profile, week, now=desk.now).html
    return HTMLResponse(html, headers={"content-security-policy": LETTER_POLICY, "x-frame-options": "SAMEORIGIN"})
