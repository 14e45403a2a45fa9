"""The people who sign in: their roles, department, e-mail, and whether they lead it; whom to shut out (REQUIREMENTS W14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.layout import Place
from console.pages.form_filling import Filled, FormChoices, FormTexts, remedies, with_status
from console.pages.showing import done, setting_of, show
from console.person import Person, PersonOf, genuine
from domain.entry_flaws import EntryFault, EntryFlaw, EntryFlawed, choice_flaw, email_flaw, text_flaw
from domain.entry_flaws import demand as demand_form
from domain.people import Role
from registry import people
from registry.views import PersonView

router = APIRouter(prefix="/people", dependencies=[Depends(genuine)])


@router.get("")
def people_list(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Everybody, with a form to add somebody."""
    demand(person.actor, Right.SEE_PEOPLE)
    return _list_page(request, desk, person, Filled({}))


@router.post("")
def add(request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts, choices: FormChoices) -> Response:
    """Add somebody; the list again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.EDIT_PEOPLE)
    username = texts.get("username", "").strip().lower()
    try:
        demand_form(f"user «{username}»", [*_new_flaws(username, texts), *_flaws(desk, texts, choices)])
        with desk.database.transaction() as session:
            taken = username in {each.username for each in people.list(session)}
            demand_form(f"user «{username}»", [EntryFlaw("username", EntryFault.TAKEN, username) if taken else None])
            people.add(
                session,
                username,
                texts.get("name", ""),
                texts.get("password", ""),
                _roles(choices),
                department=texts.get("department", ""),
                email=texts.get("email", ""),
                head="head" in texts,
                by=person.actor,
                now=desk.now,
            )
    except EntryFlawed as error:
        typed = {name: text for name, text in texts.items() if name != "password"}
        return _list_page(request, desk, person, Filled(typed, remedies(error), choices), 422)
    return done(_page_of(username), "person_added")


@router.get("/{username}")
def one(username: str, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One person."""
    demand(person.actor, Right.SEE_PEOPLE)
    return _person_page(request, desk, person, username)


@router.post("/{username}/edit")
def edit(username: str, request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts, choices: FormChoices) -> Response:
    """Write name, address, roles and department; the form again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.EDIT_PEOPLE)
    by, now = person.actor, desk.now
    try:
        demand_form(f"user «{username}»", _flaws(desk, texts, choices))
        with desk.database.transaction() as session:
            people.set_name(session, username, texts.get("name", ""), by=by, now=now)
            people.set_email(session, username, texts.get("email", ""), by=by, now=now)
            people.set_roles(
                session,
                username,
                _roles(choices),
                department=texts.get("department", ""),
                head="head" in texts,
                by=by,
                now=now,
            )
    except EntryFlawed as error:
        return _person_page(request, desk, person, username, edited=Filled(texts, remedies(error), choices), status=422)
    return done(_page_of(username), "person_saved")


@router.post("/{username}/password")
def set_password(username: str, request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Give somebody a new password: their open sessions end."""
    demand(person.actor, Right.EDIT_PEOPLE)
    try:
        demand_form(f"user «{username}»", [_password_flaw(texts.get("password", ""))])
    except EntryFlawed as error:
        return _person_page(request, desk, person, username, secret=Filled({}, remedies(error)), status=422)
    with desk.database.transaction() as session:
        people.set_password(session, username, texts["password"], by=person.actor, now=desk.now)
    return done(_page_of(username), "password_set")


@router.post("/{username}/disable")
def disable(username: str, desk: DeskOf, person: PersonOf) -> Response:
    """Let somebody in no more: open sessions end."""
    return _set_disabled(desk, person, username, True)


@router.post("/{username}/enable")
def enable(username: str, desk: DeskOf, person: PersonOf) -> Response:
    """Let somebody in again."""
    return _set_disabled(desk, person, username, False)


def _set_disabled(desk: Desk, person: Person, username: str, disabled: bool) -> Response:
    demand(person.actor, Right.EDIT_PEOPLE)
    with desk.database.transaction() as session:
        people.set_disabled(session, username, disabled, by=person.actor, now=desk.now)
    return done(_page_of(username), "person_disabled" if disabled else "person_enabled")


def _list_page(request: Request, desk: Desk, person: Person, added: Filled, status: int = 200) -> Response:
    with desk.database.reading() as session:
        everybody = people.list(session)
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "people.html",
        request,
        here=Place.PEOPLE,
        people=sorted(everybody, key=lambda each: (each.disabled, each.department, each.name)),
        added=added,
        may_edit=has(person.actor, Right.EDIT_PEOPLE),
        least=people.LEAST_PASSWORD,
        **_choices(desk),
    )
    return with_status(response, status)


def _person_page(
    request: Request,
    desk: Desk,
    person: Person,
    username: str,
    *,
    edited: Filled | None = None,
    secret: Filled | None = None,
    status: int = 200,
) -> Response:
    with desk.database.reading() as session:
        view = people.get(session, username)
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "person.html",
        request,
        here=Place.PEOPLE,
        view=view,
        edited=edited or _as_filled(view),
        secret=secret or Filled({}),
        may_edit=has(person.actor, Right.EDIT_PEOPLE) and not view.scripted,
        may_see_trail=has(person.actor, Right.SEE_AUDIT),
        least=people.LEAST_PASSWORD,
        **_choices(desk),
    )
    return with_status(response, status)


def _choices(desk: Desk) -> dict[str, object]:
    return {"roles": list(Role), "departments": [(each.code, each.name_ar) for each in desk.profile.departments]}


def _as_filled(view: PersonView) -> Filled:
    texts = {"name": view.name, "email": view.email, "department": view.department, **({"head": "yes"} if view.head else {})}
    return Filled(texts, chosen={"role": sorted(view.roles)})


def _flaws(desk: Desk, texts: Mapping[str, str], choices: Mapping[str, Sequence[str]]) -> list[EntryFlaw | None]:
    department = texts.get("department", "")
    given = choices.get("role", [])
    needs_place = "head" in texts or Role.DEPARTMENT in given
    return [
        text_flaw("name", texts.get("name", "").strip(), needed=True),
        email_flaw("email", texts.get("email", "").strip()),
        choice_flaw("department", department, [each.code for each in desk.profile.departments], needed=needs_place),
        None if given else EntryFlaw("role", EntryFault.EMPTY),
        *(choice_flaw("role", each, list(Role)) for each in given),
    ]


def _new_flaws(username: str, texts: Mapping[str, str]) -> list[EntryFlaw | None]:
    usable = username.isascii() and username.replace("-", "").replace(".", "").replace("_", "").isalnum() and username != "system"
    return [
        None if usable and len(username) <= 40 else EntryFlaw("username", EntryFault.CODE, username[:40]),
        _password_flaw(texts.get("password", "")),
    ]


def _password_flaw(password: str) -> EntryFlaw | None:
    if len(password) >= people.LEAST_PASSWORD:
        return None
    return EntryFlaw("password", EntryFault.PASSWORD, hint=str(people.LEAST_PASSWORD))


def _roles(choices: Mapping[str, Sequence[str]]) -> frozenset[Role]:
    return frozenset(Role(each) for each in choices.get("role", ()))


def _page_of(username: str) -> str:
    return f"/people/{quote(username, safe='')}"
