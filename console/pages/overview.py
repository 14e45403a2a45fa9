"""A small overview: how many, of what, and the newest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import DeskOf
from console.layout import Place
from console.pages.showing import setting_of, show
from console.person import PersonOf
from domain.mention import MentionState
from domain.messages import label, message
from domain.people import Actor
from domain.tags import Kind
from registry import figures, mentions
from registry.views import Counts, MentionRow, Tally, WeekFigures

router = APIRouter()
LATEST = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, what it counts, and where it leads."""

    number: int
    label: str
    href: str = ""
    note: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart: its share of the longest."""

    label: str
    count: int
    share: float


@router.get("/overview")
def overview(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Counts of today and of the last seven days, by topic and kind, and the newest flagged mentions."""
    demand(person.actor, Right.SEE_FIGURES)
    midnight = start_of_day(desk.now, desk.profile.calendar.timezone)
    sees_mentions = has(person.actor, Right.SEE_REVIEW)
    with desk.database.reading() as session:
        today = figures.week(session, midnight, midnight + timedelta(days=1), desk.now)
        week = figures.week(session, midnight - timedelta(days=6), midnight + timedelta(days=1), desk.now)
        latest = _latest(session) if sees_mentions else []
        setting = setting_of(desk, session, person)
    charts = [
        (message("overview.topics"), bars(week.by_topic, lambda code: desk.layout.topic(code) or code)),
        (message("overview.kinds"), bars(week.by_kind, lambda code: label(Kind(code)))),
        (message("overview.outlets"), bars(week.by_outlet, lambda code: week.outlet_names.get(code, code))),
    ]
    tiles_ = tiles(setting.counts, today, week, person.actor) if setting.counts else []
    return show(desk, setting, "overview.html", request, here=Place.OVERVIEW, tiles=tiles_, charts=charts, latest=latest)


def start_of_day(now: datetime, zone: str) -> datetime:
    """The last midnight in the service's own zone."""
    return datetime.combine(now.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))


def tiles(counts: Counts, today: WeekFigures, week: WeekFigures, actor: Actor) -> list[Tile]:
    """The numbers at the top; each leads to its page where the person may see it."""
    review = "/review" if has(actor, Right.SEE_REVIEW) else ""
    cases = "/cases" if has(actor, Right.SEE_CASES) else ""
    sent = "/deliveries?status=sent&kind=answer" if has(actor, Right.SEE_DELIVERIES) else ""
    return [
        Tile(today.flagged.count, message("tile.flagged"), note=message("tile.of_mentions", n=today.mentions.count)),
        Tile(week.flagged.count, message("tile.flagged_week"), note=message("tile.of_mentions", n=week.mentions.count)),
        Tile(counts.review, message("tile.review"), review),
        Tile(counts.open_cases, message("tile.open_cases"), cases),
        Tile(counts.overdue, message("tile.overdue"), cases and f"{cases}?show=overdue", look="is-bad" if counts.overdue else ""),
        Tile(week.cases_closed.count, message("tile.closed_week"), cases and f"{cases}?show=closed"),
        Tile(week.answers_sent.count, message("tile.answers_week"), sent),
    ]


def bars(tallies: Sequence[Tally], name: Callable[[str], str]) -> list[Bar]:
    """A chart's lines, longest first, without what is zero."""
    shown = sorted((each for each in tallies if each.count), key=lambda each: -each.count)
    longest = max((each.count for each in shown), default=1)
    return [Bar(name(each.code), each.count, each.count / longest) for each in shown]


def _latest(session: Session) -> list[MentionRow]:
    states = (MentionState.FLAGGED, MentionState.CASED)
    found = [row for state in states for row in mentions.list_mentions(session, state=state, limit=LATEST).items]
    return sorted(found, key=lambda row: row.id, reverse=True)[:LATEST]
