"""How the sources are doing, and what went wrong anywhere (REQUIREMENTS G2, DESIGN promise 5)."""

from __future__ import annotations

from collections import Counter
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import DeskOf
from console.layout import Place
from console.pages.showing import done, setting_of, show, turns
from console.person import PersonOf, genuine
from console.queries import PER_PAGE, SourceQuery, source_query
from console.usage_charts import HEIGHT, WIDTH, heat_rows, spark_bars
from domain.source import SourceKind
from registry import habits
from registry import problems as problem_rows
from registry import sources as source_rows
from registry.source_views import SourceUsage
from registry.views import Health, SourceView
from registry.warning_words import advice, cause, sentence

router = APIRouter(dependencies=[Depends(genuine)])
MOST_PROBLEMS: Final = 200

_ORDER: Final = (
    Health.FAILING,
    Health.QUIET,
    Health.CHANGED,
    Health.NEW,
    Health.WELL,
    Health.PAUSED,
    Health.REMOVED,
)


@router.get("/sources")
def sources(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Every source with its health, what it brings and what it costs; what needs a look first."""
    demand(person.actor, Right.SEE_SOURCES)
    query = source_query(request.query_params)
    with desk.database.reading() as session:
        everything = source_rows.all_sources(session, desk.now)
        found = sorted((each for each in everything if _is_asked(each, query)), key=_place)
        shown = found[query.start : query.start + PER_PAGE]
        usages = habits.usages(session, desk.now, [each.source.id for each in shown])
        setting = setting_of(desk, session, person)
    counted = Counter(each.health for each in everything)
    return show(
        desk,
        setting,
        "sources.html",
        request,
        here=Place.SOURCES,
        query=query,
        sources=[(each, usages.get(each.source.id, SourceUsage())) for each in shown],
        tally=[(health, counted[health]) for health in _ORDER if counted[health]],
        total=len(found),
        healths=_ORDER[:-1],
        kinds=list(SourceKind),
        bars=spark_bars,
        drawing=(WIDTH, HEIGHT),
        **turns("/sources", query.at(0).as_text, query.start, len(shown), len(found), PER_PAGE),
    )


@router.get("/sources/{source_id}")
def source(source_id: str, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One source: what is wrong with it, its habit, its figures, its last items."""
    demand(person.actor, Right.SEE_SOURCES)
    sees_items = has(person.actor, Right.SEE_REVIEW)
    zone = desk.profile.calendar.timezone
    with desk.database.reading() as session:
        view = source_rows.find(session, source_id, desk.now)
        detail = habits.detail(session, desk.profile, view, desk.now)
        items = habits.last_items(session, source_id, desk.now) if sees_items else []
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "source.html",
        request,
        here=Place.SOURCES,
        each=view,
        detail=detail,
        items=items,
        warnings=[(w, sentence(w, zone), cause(w.cause, zone), advice(w.kind)) for w in detail.warnings],
        heat=heat_rows(detail.habit, desk.now, zone),
        bars=spark_bars,
        drawing=(WIDTH, HEIGHT),
        may_run=has(person.actor, Right.RUN_SOURCES),
        sees_items=sees_items,
    )


@router.post("/sources/{source_id}/pause")
def pause(source_id: str, desk: DeskOf, person: PersonOf) -> Response:
    """Read a source no more until it is resumed."""
    demand(person.actor, Right.RUN_SOURCES)
    with desk.database.transaction() as session:
        source_rows.pause(session, source_id)
    return done(_page(source_id), "paused")


@router.post("/sources/{source_id}/resume")
def resume(source_id: str, desk: DeskOf, person: PersonOf) -> Response:
    """Read a source again."""
    demand(person.actor, Right.RUN_SOURCES)
    with desk.database.transaction() as session:
        source_rows.resume(session, source_id)
    return done(_page(source_id), "resumed")


@router.post("/sources/{source_id}/poll")
def poll(source_id: str, desk: DeskOf, person: PersonOf) -> Response:
    """Read a source as soon as its host allows."""
    demand(person.actor, Right.RUN_SOURCES)
    with desk.database.transaction() as session:
        source_rows.find(session, source_id, desk.now)
        source_rows.poll_now(session, [source_id])
    return done(_page(source_id), "polled")


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


def _page(source_id: str) -> str:
    return f"/sources/{quote(source_id, safe='')}"


def _is_asked(view: SourceView, query: SourceQuery) -> bool:
    return query.health in (None, view.health) and query.kind in (None, view.source.kind)


def _place(view: SourceView) -> tuple[int, str, str]:
    return _ORDER.index(view.health), view.outlet_name, view.source.id
