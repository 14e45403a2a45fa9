"""The audit trail: who changed what outside the cases' own histories, and whether its chain holds (REQUIREMENTS W14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand
from console.audit_details import detail_name, detail_text
from console.desk import Desk, DeskOf
from console.directory_queries import AuditQuery, audit_query
from console.layout import Place
from console.pages.showing import setting_of, show, turns
from console.person import PersonOf
from console.queries import PER_PAGE
from console.words import audit_word
from domain.messages import CATALOGUES
from registry import audit
from registry.audit import AuditEntry
from registry.views import Page

router = APIRouter(prefix="/audit")
AT_ONCE: Final = 5000
"""A trail of so many entries is verified whenever it is opened; a longer one when somebody asks."""
_PREFIX: Final = "audit_action."


@router.get("")
def trail(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The trail, newest first."""
    demand(person.actor, Right.SEE_AUDIT)
    query = audit_query(request.query_params)
    with desk.database.reading() as session:
        page = _find(session, desk, query)
        last = audit.mark(session)
        asked = "verify" in request.query_params or last.seq <= AT_ONCE
        broken = audit.verify(session) if asked else None
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "audit.html",
        request,
        here=Place.AUDIT,
        query=query,
        page=page,
        last=last,
        asked=asked,
        broken=broken,
        actions=_actions(),
        details=lambda entry: [(detail_name(key), detail_text(key, said, desk.profile)) for key, said in entry.details.items()],
        **turns("/audit", query.at(0).as_text, query.start, len(page.items), page.total, PER_PAGE),
    )


def _find(session: Session, desk: Desk, query: AuditQuery) -> Page[AuditEntry]:
    return audit.entries(
        session,
        action=query.action or None,
        actor=query.actor or None,
        subject=query.subject or None,
        since=_midnight(desk, query.since),
        until=_midnight(desk, query.until + timedelta(days=1)) if query.until else None,
        limit=PER_PAGE,
        offset=query.start,
    )


def _midnight(desk: Desk, day: date | None) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(desk.profile.calendar.timezone)) if day else None


def _actions() -> list[tuple[str, str]]:
    """What can be asked for: everything about one thing (``person``), then each of its changes."""
    codes = [key.removeprefix(_PREFIX) for key in CATALOGUES["ar"] if key.startswith(_PREFIX)]
    return [(code, audit_word(code)) for code in _in_order(codes)]


def _in_order(codes: Iterable[str]) -> list[str]:
    return sorted(codes, key=lambda code: (code.partition(".")[0], "." in code))
