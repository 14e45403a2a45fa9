"""How every page of a signed-in person is shown, and how a form's answer leads on to the next page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from fastapi import Request
from sqlmodel import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.access import sees_authors
from console.desk import Desk
from console.layout import Setting
from console.person import Person
from console.times import Wall
from domain.messages import CATALOGUES, message
from registry import crisis, figures, people


def wall_of(desk: Desk) -> Wall:
    """The clock on the wall, for one page."""
    return Wall(desk.now, desk.profile.calendar.timezone)


def setting_of(desk: Desk, session: Session, person: Person, case_department: str = "") -> Setting:
    """What the pages of this request share. ``case_department`` is that of the case that is shown, if one is."""
    return Setting(
        wall_of(desk),
        person.actor,
        person.token,
        figures.summary(session, desk.now),
        {each.username: each.name for each in people.list(session)},
        sees_authors(person.actor, case_department),
        crisis.state(session),
    )


def show(desk: Desk, setting: Setting, template: str, request: Request, *, here: str = "", **context: object) -> Response:
    """A whole page. ``done`` in its address says what was just done, as a code of the catalogue."""
    key = f"done.{request.query_params.get('done', '')}"
    notice = message(key) if key in CATALOGUES["ar"] else ""
    return HTMLResponse(desk.layout.page(template, setting, here=here, notice=notice, **context))


def plain_setting(desk: Desk, person: Person, case_department: str = "") -> Setting:
    """What a fragment or the API needs: no menu, no counts."""
    return Setting(wall_of(desk), person.actor, person.token, sees_authors=sees_authors(person.actor, case_department))


def fragment(desk: Desk, person: Person, template: str, **context: Any) -> Response:
    """A part of a page that is asked for again and again."""
    return HTMLResponse(desk.layout.page(template, plain_setting(desk, person), **context))


def done(address: str, code: str) -> Response:
    """On to a page after a form, which then says what was done (a reload does not send the form again)."""
    parts = urlsplit(address)
    return RedirectResponse(urlunsplit(("", "", parts.path, f"done={code}", parts.fragment)), 303)


def turns(address: str, query_text: str, start: int, shown: int, total: int, per_page: int) -> dict[str, object]:
    """The pager of a list: where the earlier and the later page are (empty: there is none)."""
    prefix = f"{address}?{query_text}&" if query_text else f"{address}?"
    return {
        "first": start + 1,
        "earlier": f"{prefix}start={max(0, start - per_page)}" if start else "",
        "later": f"{prefix}start={start + per_page}" if start + shown < total else "",
    }
