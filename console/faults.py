"""What a person sees when something is refused or fails: a page in Arabic, or JSON for the API; never a stack trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from console.desk import Desk, desk_of
from console.layout import Setting
from console.person import FormNotOurs, SignInNeeded
from console.refusals import Wording
from console.times import Wall
from domain.errors import Conflict, IllegalMove, InputError, NotAllowed, NotFound, RasdError, StoreError
from domain.messages import message
from registry import people

API: Final = "/api/"
FRAGMENT: Final = "x-fragment"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of refusal: its HTTP status, and the half of the keys of its title and advice in the catalogue."""

    status: int
    code: str

    @property
    def title(self) -> str:
        """What happened, in two or three words."""
        return message(f"fault.{self.code}.title")

    @property
    def advice(self) -> str:
        """What to do about it."""
        return message(f"fault.{self.code}.advice")


_BY_ERROR: Final[tuple[tuple[type[RasdError], Fault], ...]] = (
    (NotFound, Fault(404, "not_found")),
    (IllegalMove, Fault(409, "illegal_move")),
    (Conflict, Fault(409, "conflict")),
    (FormNotOurs, Fault(403, "form_not_ours")),
    (NotAllowed, Fault(403, "not_allowed")),
    (InputError, Fault(422, "input")),
    (StoreError, Fault(503, "store")),
)
_BY_STATUS: Final = {404: Fault(404, "not_found"), 405: Fault(405, "method"), 422: Fault(422, "input")}
BROKEN: Final = Fault(500, "broken")


def fault_of(error: Exception) -> Fault:
    """The fault that an error is shown as."""
    if isinstance(error, HTTPException):
        return _BY_STATUS.get(error.status_code, Fault(error.status_code, "broken" if error.status_code >= 500 else "input"))
    if isinstance(error, RequestValidationError):
        return Fault(422, "input")
    return next((fault for kind, fault in _BY_ERROR if isinstance(error, kind)), BROKEN)


def answer(request: Request, error: Exception) -> Response:
    """The page (or the JSON) for an error."""
    fault = fault_of(error)
    what, remedy = _words(error)
    desk = desk_of(request)
    told = Wording(desk.profile, _names(desk, error)).refusal(error)
    if request.url.path.startswith(API):
        arabic = f"{told.what}. {told.remedy}." if told.arabic else ""
        return JSONResponse({"error": _said(fault, what, remedy, getattr(error, "key", ""), arabic)}, fault.status)
    setting = Setting(Wall(desk.now, desk.profile.calendar.timezone))
    changing = request.method not in ("GET", "HEAD")
    page = desk.layout.page(
        "fault.html", setting, fault=fault, told=told, changing=changing, what=what, remedy=remedy, back=_back(request)
    )
    return HTMLResponse(page, fault.status)


def sign_in_first(request: Request, _error: Exception) -> Response:
    """To the sign-in page, and back afterwards; 401 where no page is wanted."""
    if request.url.path.startswith(API):
        return JSONResponse({"error": _said(Fault(401, "sign_in"), "", "", "", "")}, 401)
    if request.headers.get(FRAGMENT):
        return Response(status_code=401)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/signin?next={quote(wanted)}" if request.method == "GET" else "/signin", 303)


def install(app: FastAPI) -> None:
    """Make the application answer errors this way."""
    app.add_exception_handler(SignInNeeded, sign_in_first)
    for kind in (RasdError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, answer)


def _said(fault: Fault, what: str, remedy: str, reason: str, arabic: str) -> dict[str, str]:
    """What the API says of a fault: the same five parts whatever it is, its kind's own words where the error brings none."""
    kind = f"fault.{fault.code}"
    return {
        "code": fault.code,
        "what": what or message(f"{kind}.title", "en"),
        "remedy": remedy or message(f"{kind}.advice", "en"),
        "reason": reason or fault.code,
        "message": arabic or f"{fault.title}. {fault.advice}",
    }


def _names(desk: Desk, error: Exception) -> dict[str, str]:
    """People's names by username, where the error speaks of people."""
    if not isinstance(error, RasdError) or not {"person", "people"} & set(error.values):
        return {}
    with desk.database.reading() as session:
        return {each.username: each.name for each in people.list(session)}


def _words(error: Exception) -> tuple[str, str]:
    if isinstance(error, RasdError):
        return error.what, error.remedy
    if isinstance(error, RequestValidationError):
        wrong = ((".".join(str(part) for part in each["loc"][1:]), each["msg"]) for each in error.errors())
        return "; ".join(f"{where or 'body'}: {said}" for where, said in wrong), ""
    return "", ""


def _back(request: Request) -> str:
    """The page that the person came from, where it is one of ours."""
    came_from = urlsplit(request.headers.get("referer", ""))
    same = came_from.netloc == request.url.netloc and came_from.path != request.url.path
    return came_from.path if same and came_from.path.startswith("/") and not came_from.path.startswith("//") else "/"
