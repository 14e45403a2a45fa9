"""Crisis mode: the switch, its holding line and its deputies (REQUIREMENTS W15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.layout import Place
from console.pages.form_filling import Filled, FormChoices, FormTexts, remedies, with_status
from console.pages.showing import done, setting_of, show
from console.person import Person, PersonOf, genuine
from domain.entry_flaws import EntryFault, EntryFlaw, EntryFlawed, choice_flaw, prose_flaw
from domain.entry_flaws import demand as demand_form
from domain.people import Role
from registry import audit, crisis, deliveries, people
from registry.crisis import CrisisState
from registry.views import PersonView

router = APIRouter(prefix="/crisis", dependencies=[Depends(genuine)])
_TURNS: Final = 10
_LINE: Final = 400
_REASON: Final = 400


@router.get("")
def state(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """How it stands, with the switch for those who may turn it."""
    demand(person.actor, Right.SEE_CRISIS)
    return _page(request, desk, person)


@router.post("/on")
def turn_on(request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts, choices: FormChoices) -> Response:
    """Turn it on, or change its line and deputies while it is."""
    demand(person.actor, Right.SWITCH_CRISIS)
    chosen = choices.get("deputies", [])
    try:
        with desk.database.transaction() as session:
            able = [each.username for each in _could_approve(people.list(session))]
            demand_form(
                "crisis mode",
                [
                    prose_flaw("line", texts.get("line", "").strip(), needed=True, longest=_LINE),
                    *_confirmation_flaws(texts),
                    *(choice_flaw("deputies", each, able) for each in chosen),
                ],
            )
            crisis.on(session, person.actor, texts["line"], chosen, texts["reason"], desk.now)
    except EntryFlawed as error:
        return _page(request, desk, person, on=Filled(texts, remedies(error), choices), status=422)
    return done("/crisis", "crisis_on")


@router.post("/off")
def turn_off(request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Turn it off: what was held leaves."""
    demand(person.actor, Right.SWITCH_CRISIS)
    try:
        demand_form("crisis mode", _confirmation_flaws(texts))
    except EntryFlawed as error:
        return _page(request, desk, person, off=Filled(texts, remedies(error)), status=422)
    with desk.database.transaction() as session:
        crisis.off(session, person.actor, texts["reason"], desk.now)
    return done("/crisis", "crisis_off")


def _page(
    request: Request,
    desk: Desk,
    person: Person,
    *,
    on: Filled | None = None,
    off: Filled | None = None,
    status: int = 200,
) -> Response:
    with desk.database.reading() as session:
        held = deliveries.held(session, desk.now)
        turns = audit.entries(session, action="crisis", limit=_TURNS)
        able = _could_approve(people.list(session))
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "crisis.html",
        request,
        here=Place.CRISIS,
        state=setting.crisis,
        held=held,
        turns=turns.items,
        deputies=[(each.username, each.name) for each in able],
        on=on or _as_filled(setting.crisis),
        off=off or Filled({}),
        may_switch=has(person.actor, Right.SWITCH_CRISIS),
        most=_LINE,
    )
    return with_status(response, status)


def _confirmation_flaws(texts: Mapping[str, str]) -> list[EntryFlaw | None]:
    return [
        prose_flaw("reason", texts.get("reason", "").strip(), needed=True, longest=_REASON),
        None if texts.get("sure") == "yes" else EntryFlaw("sure", EntryFault.CONFIRM),
    ]


def _could_approve(everybody: Sequence[PersonView]) -> list[PersonView]:
    """Whom a deputyship would give anything: those of the team who sign in and are no approvers."""
    return [each for each in everybody if not each.disabled and Role.APPROVER not in each.roles and each.roles & crisis.DEPUTIES]


def _as_filled(found: CrisisState) -> Filled:
    return Filled({"line": found.line}, chosen={"deputies": found.deputies})
