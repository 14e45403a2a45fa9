"""How the sources are doing, and what went wrong anywhere (REQUIREMENTS G2, DESIGN promise 5)."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import DeskOf
from console.layout import Place
from console.pages.showing import done, setting_of, show
from console.person import PersonOf, genuine
from registry import problems as problem_rows
from registry import sources as source_rows
from registry.views import Health, SourceView

router = APIRouter(dependencies=[Depends(genuine)])
MOST_PROBLEMS = 200

_ORDER = (Health.FAILING, Health.QUIET, Health.NEW, Health.WELL, Health.PAUSED, Health.REMOVED)


@router.get("/sources")
def sources(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Every source with its health; what needs a look first."""
    demand(person.actor, Right.SEE_SOURCES)
    with desk.database.reading() as session:
        found = sorted(source_rows.all_sources(session, desk.now), key=_place)
        setting = setting_of(desk, session, person)
    counted = Counter(each.health for each in found)
    tally = [(health, counted[health]) for health in _ORDER if counted[health]]
    may_run = has(person.actor, Right.RUN_SOURCES)
    return show(desk, setting, "sources.html", request, here=Place.SOURCES, sources=found, tally=tally, may_run=may_run)


@router.post("/sources/{source_id}/pause")
def pause(source_id: str, desk: DeskOf, person: PersonOf) -> Response:
    """Read a source no more until it is resumed."""
    demand(person.actor, Right.RUN_SOURCES)
    with desk.database.transaction() as session:
        source_rows.pause(session, source_id)
    return done("/sources", "paused")


@router.post("/sources/{source_id}/resume")
def resume(source_id: str, desk: DeskOf, person: PersonOf) -> Response:
    """Read a source again."""
    demand(person.actor, Right.RUN_SOURCES)
    with desk.database.transaction() as session:
        source_rows.resume(session, source_id)
    return done("/sources", "resumed")


@router.get("/problems")
def problems(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """What went wrong and is not yet right, with the reason and the next action."""
    demand(person.actor, Right.SEE_PROBLEMS)
    with desk.database.reading() as session:
        page = problem_rows.open_problems(session, limit=MOST_PROBLEMS)
        setting = setting_of(desk, session, person)
    may_review = has(person.actor, Right.SEE_REVIEW)
    return show(
        desk, setting, "problems.html", request, here=Place.PROBLEMS, problems=page.items, total=page.total, may_review=may_review
    )


def _place(source: SourceView) -> tuple[int, str]:
    return _ORDER.index(source.health), source.outlet_name
