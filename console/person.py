"""Who is asking: the session behind a request, the person behind the session, and proof that a form is ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from console.desk import Desk, DeskOf
from console.sessions import COOKIE, Visit
from domain.errors import NotAllowed, NotFound
from domain.people import Actor
from registry import people

FORM_FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(Exception):
    """The page is for people who signed in: the browser is sent to the sign-in page, the API answers 401."""


class FormNotOurs(NotAllowed):
    """The form's token is missing or another session's."""


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in person and their session."""

    actor: Actor
    visit: Visit
    token: str
    """What every form must send back as ``csrf``."""


def visit_of(request: Request, desk: DeskOf) -> Visit | None:
    """The session that the request's cookie holds."""
    visit = desk.sessions.open(request.cookies.get(COOKIE, ""), desk.now)
    return None if visit is None or desk.signed_out.holds(visit) else visit


VisitOf = Annotated[Visit | None, Depends(visit_of)]


def signed_in(desk: DeskOf, visit: VisitOf) -> Person:
    """The signed-in person, with the roles of this moment.

    Raises ``SignInNeeded``, also where the person was shut out or given another password since the session began.
    """
    if visit is None or not visit.is_signed_in:
        raise SignInNeeded
    try:
        with desk.database.reading() as session:
            actor = people.visitor(session, visit.username, visit.round)
    except NotFound as error:
        raise SignInNeeded from error
    return Person(actor, visit, desk.sessions.token(visit))


PersonOf = Annotated[Person, Depends(signed_in)]


async def genuine(request: Request, desk: DeskOf, visit: VisitOf) -> None:
    """Let a change through only where it carries its session's token, as a form's field or as a header.

    Raises ``FormNotOurs``, or ``SignInNeeded`` where there is no session at all.
    """
    if request.method in _SAFE_METHODS:
        return
    if visit is None:
        raise SignInNeeded
    if not desk.sessions.is_token_of(visit, request.headers.get(HEADER, "") or await _form_token(request)):
        raise FormNotOurs("the form does not carry this session's token", "open the page again and send it from there")


async def _form_token(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return ""
    field = (await request.form()).get(FORM_FIELD, "")
    return field if isinstance(field, str) else ""


def give_cookie(response: Response, desk: Desk, visit: Visit) -> None:
    """Hand a session to the browser."""
    response.set_cookie(
        COOKIE,
        desk.sessions.seal(visit),
        max_age=int(desk.sessions.lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=desk.settings.secure_cookies,
        path="/",
    )


def take_cookie(response: Response, desk: Desk) -> None:
    """Take the session from the browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=desk.settings.secure_cookies, path="/")
