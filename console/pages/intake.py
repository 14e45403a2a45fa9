"""A new case from a direct channel, taken down in one screen (REQUIREMENTS G4, W2, W15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand
from console.desk import Desk, DeskOf
from console.layout import Place
from console.pages.case_choices import DIRECT
from console.pages.case_steps import TextsOf
from console.pages.showing import done, setting_of, show
from console.person import Person, PersonOf, genuine
from console.refusals import Refusal, Wording
from domain.case import BeneficiaryKind, CasePath, IntakeChannel
from domain.errors import InputError
from domain.people import Actor
from domain.tags import Complexity, Importance, Kind
from notify import acknowledgements
from registry import cases
from registry.cases import INTAKE_NAMES, Intake

router = APIRouter(prefix="/cases/new", dependencies=[Depends(genuine)])

PATHS: Final = (CasePath.GENERAL, CasePath.INQUIRY, CasePath.RUMOUR, CasePath.PRESS_QUESTION)
"""What comes in through a direct channel; coverage starts with what was published."""
MOST: Final = 500
"""Cases that are registered at once, through the API."""
_USUAL: Final[Mapping[str, str]] = {
    "path": CasePath.GENERAL,
    "kind": Kind.COMPLAINT,
    "channel": IntakeChannel.PHONE,
    "importance": Importance.MEDIUM,
    "complexity": Complexity.ROUTINE,
    "party_kind": BeneficiaryKind.INDIVIDUAL,
}


@router.get("")
def blank(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The form. What its address names stands filled in: ``/cases/new?path=inquiry``."""
    demand(person.actor, Right.DECIDE)
    given = {name: value for name, value in request.query_params.items() if name in INTAKE_NAMES}
    return _form(request, desk, person, {**_USUAL, **given}, Refusal())


@router.post("")
def register(request: Request, desk: DeskOf, person: PersonOf, texts: TextsOf) -> Response:
    """Register it, and on to its page; where something is wrong, the form again as it was filled in."""
    demand(person.actor, Right.DECIDE)
    given = {name: texts[name][0].replace("\r\n", "\n") for name in INTAKE_NAMES if name in texts}
    if given.get("path") != CasePath.GENERAL:
        given.pop("kind", None)
    if given.get("path") != CasePath.PRESS_QUESTION:
        given.pop("deadline", None)
    try:
        with desk.database.transaction() as session:
            case_id = open_cases(session, desk, person.actor, [given])[0]
    except InputError as error:
        return _form(request, desk, person, {**_USUAL, **given}, Wording(desk.profile).refusal(error))
    return done(f"/cases/{case_id}", "registered")


def open_cases(session: Session, desk: Desk, actor: Actor, given: list[dict[str, str]]) -> list[int]:
    """Register cases, all or none, and write to those who left an e-mail address. Raises ``InputError``, ``NotAllowed``."""
    ids = cases.open_many(session, desk.profile, intakes_of(desk, given), actor, desk.now)
    for case_id in ids:
        acknowledgements.queue(session, desk.profile, case_id, desk.now)
    return ids


def intakes_of(desk: Desk, given: list[dict[str, str]]) -> list[Intake]:
    """What the fields say. Raises ``InputError``."""
    if len(given) > MOST:
        long = InputError(f"the list has {len(given)} cases", f"{MOST} at most")
        raise long.saying("batch_too_long", length=len(given), most=MOST)
    return [cases.intake_of(each, desk.profile) for each in given]


def _form(request: Request, desk: Desk, person: Person, given: Mapping[str, str], refusal: Refusal) -> Response:
    with desk.database.reading() as session:
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "intake.html",
        request,
        here=Place.CASES,
        given=given,
        refusal=refusal,
        paths=PATHS,
        kinds=(Kind.COMPLAINT, Kind.REPORT),
        channels=DIRECT,
        importances=list(Importance),
        complexities=list(Complexity),
        party_kinds=list(BeneficiaryKind),
    )
    response.status_code = 422 if refusal.what else 200
    return response
