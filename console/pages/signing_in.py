"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.desk import Desk, DeskOf
from console.layout import Setting
from console.person import VisitOf, genuine, give_cookie, take_cookie
from console.sessions import Visit
from console.times import Wall, length
from domain.messages import message
from registry import people

router = APIRouter(dependencies=[Depends(genuine)])


@router.get("/signin")
def ask(desk: DeskOf, visit: VisitOf, next: str = "/") -> Response:
    """The sign-in page; somebody who is signed in goes on."""
    if visit and visit.is_signed_in:
        return RedirectResponse(own_address(next), 303)
    return _page(desk, visit or desk.sessions.begin(desk.now), next)


@router.post("/signin")
def sign_in(
    request: Request,
    desk: DeskOf,
    visit: VisitOf,
    username: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Check name and password, and begin a new session."""
    address = request.client.host if request.client else ""
    visit = visit or desk.sessions.begin(desk.now)
    wait = desk.attempts.wait(username, address, desk.now)
    if wait:
        return _page(desk, visit, next, message("sign_in.wait", wait=length(wait)), username, status=429)
    with desk.database.transaction() as session:
        actor = people.authenticate(session, username, password)
        round_ = people.session_round(session, actor.username) if actor else 0
    if actor is None:
        desk.attempts.failed(username, address, desk.now)
        return _page(desk, visit, next, message("sign_in.wrong"), username, status=401)
    desk.attempts.succeeded(username, address)
    response = RedirectResponse(own_address(next), 303)
    give_cookie(response, desk, desk.sessions.begin(desk.now, actor.username, round_))
    return response


@router.post("/signout")
def sign_out(desk: DeskOf, visit: VisitOf) -> Response:
    """End the session, in the browser and here."""
    if visit:
        desk.signed_out.add(visit, desk.sessions.lifetime, desk.now)
    response = RedirectResponse("/signin", 303)
    take_cookie(response, desk)
    return response


def own_address(wanted: str) -> str:
    """``wanted`` where it is an address of this console, else the first page: nobody is led elsewhere after signing in."""
    is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_own and not wanted.startswith(("/signin", "/signout")) else "/"


def _page(desk: Desk, visit: Visit, next: str, wrong: str = "", username: str = "", status: int = 200) -> Response:
    setting = Setting(Wall(desk.now, desk.profile.calendar.timezone), token=desk.sessions.token(visit))
    page = desk.layout.page("signin.html", setting, wrong=wrong, username=username, next=own_address(next))
    response = HTMLResponse(page, status)
    give_cookie(response, desk, visit)
    return response
