"""The journeys of services with their stages and the deputyship in charge (REQUIREMENTS W8, M3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.layout import Place
from console.pages.form_filling import Filled, FormTexts, remedies, with_status
from console.pages.showing import done, setting_of, show
from console.person import Person, PersonOf, genuine
from domain.entry_flaws import EntryFlawed
from domain.journey import Journey, deputyships, fingerprint, read_stages, stages_text, usual_stages
from registry import improvements
from registry.directories import journeys as rows
from registry.improvements import ImprovementFilter

router = APIRouter(prefix="/journeys", dependencies=[Depends(genuine)])


@router.get("")
def journey_list(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Every journey with its stages, and a form to add one."""
    demand(person.actor, Right.SEE_DIRECTORIES)
    return _list_page(request, desk, person, Filled({"stages": stages_text(usual_stages())}))


@router.post("")
def add(request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Enter a journey; the list again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.EDIT_JOURNEYS)
    journey = _journey(texts.get("code", "").strip().lower(), texts)
    try:
        with desk.database.transaction() as session:
            rows.add(session, desk.profile, journey, person.actor, desk.now)
    except EntryFlawed as error:
        return _list_page(request, desk, person, Filled(texts, remedies(error)), 422)
    return done(_page_of(journey.code), "journey_added")


@router.get("/{code}")
def one(code: str, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One journey with the recommendations on it."""
    demand(person.actor, Right.SEE_DIRECTORIES)
    return _journey_page(request, desk, person, code)


@router.post("/{code}/edit")
def edit(code: str, request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Write a journey anew; the form again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.EDIT_JOURNEYS)
    try:
        with desk.database.transaction() as session:
            given = replace(_journey(code, texts), active=rows.get(session, code).active)
            rows.change(session, desk.profile, given, person.actor, desk.now, expected=texts.get("expected", ""))
    except EntryFlawed as error:
        return _journey_page(request, desk, person, code, Filled(texts, remedies(error)), 422)
    return done(_page_of(code), "journey_saved")


@router.post("/{code}/retire")
def retire(code: str, desk: DeskOf, person: PersonOf) -> Response:
    """Take a journey out of use."""
    return _set_active(desk, person, code, False)


@router.post("/{code}/restore")
def restore(code: str, desk: DeskOf, person: PersonOf) -> Response:
    """Take a journey back into use."""
    return _set_active(desk, person, code, True)


def _set_active(desk: Desk, person: Person, code: str, active: bool) -> Response:
    demand(person.actor, Right.EDIT_JOURNEYS)
    with desk.database.transaction() as session:
        rows.set_active(session, code, active, person.actor, desk.now)
    return done(_page_of(code), "journey_restored" if active else "journey_retired")


def _list_page(request: Request, desk: Desk, person: Person, added: Filled, status: int = 200) -> Response:
    with desk.database.reading() as session:
        found = rows.list_journeys(session, active=None)
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "journeys.html",
        request,
        here=Place.JOURNEYS,
        journeys=sorted(found, key=lambda each: not each.active),
        added=added,
        may_edit=has(person.actor, Right.EDIT_JOURNEYS),
        **_choices(desk),
    )
    return with_status(response, status)


def _journey_page(
    request: Request, desk: Desk, person: Person, code: str, edited: Filled | None = None, status: int = 200
) -> Response:
    with desk.database.reading() as session:
        journey = rows.get(session, code)
        counted = improvements.tally(session, ImprovementFilter(journey=code))
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "journey.html",
        request,
        here=Place.JOURNEYS,
        journey=journey,
        counted=counted,
        expected=fingerprint(journey),
        edited=edited or _as_filled(journey),
        may_edit=has(person.actor, Right.EDIT_JOURNEYS),
        sees_improvements=has(person.actor, Right.SEE_IMPROVEMENTS),
        **_choices(desk),
    )
    return with_status(response, status)


def _choices(desk: Desk) -> dict[str, object]:
    return {
        "topics": [(topic.code, topic.name_ar) for topic in desk.profile.topics],
        "deputyships": [(each, each) for each in deputyships(desk.profile)],
    }


def _journey(code: str, texts: Mapping[str, str]) -> Journey:
    name_ar, name_en = (" ".join(texts.get(name, "").split()) for name in ("name_ar", "name_en"))
    topic, deputyship = (texts.get(name, "") for name in ("topic", "deputyship"))
    return Journey(code, name_ar, name_en, topic, deputyship, read_stages(texts.get("stages", "")))


def _as_filled(journey: Journey) -> Filled:
    texts = {name: str(getattr(journey, name)) for name in ("name_ar", "name_en", "topic", "deputyship")}
    return Filled({**texts, "stages": stages_text(journey.stages)})


def _page_of(code: str) -> str:
    return f"/journeys/{quote(code, safe='')}"
