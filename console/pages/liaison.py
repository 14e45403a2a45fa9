"""The liaison directory: whom a case is passed to at every other body (REQUIREMENTS W10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, UploadFile
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.directory_queries import InUse, liaison_query
from console.layout import Place
from console.pages.form_filling import Filled, FormChoices, FormTexts, remedies, with_status
from console.pages.showing import done, setting_of, show
from console.person import Person, PersonOf, genuine
from domain.entry_flaws import EntryFlawed
from domain.errors import InputError
from domain.liaison import LiaisonContact, tidy
from registry.directories import liaison as rows
from registry.directories.liaison_lists import LARGEST, ReadList, read_list, write_list

router = APIRouter(prefix="/liaison", dependencies=[Depends(genuine)])
MOST_PROBLEMS = 50


@router.get("")
def liaison_list(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The directory by body, with forms to add somebody and to read a list in."""
    demand(person.actor, Right.SEE_DIRECTORIES)
    return _list_page(request, desk, person, Filled({"body": request.query_params.get("body", "")}))


@router.post("")
def add(request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts, choices: FormChoices) -> Response:
    """Enter somebody; the list again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.EDIT_LIAISON)
    try:
        with desk.database.transaction() as session:
            contact_id = rows.add(session, desk.profile, _contact(texts, choices), person.actor, desk.now)
    except EntryFlawed as error:
        return _list_page(request, desk, person, Filled(texts, remedies(error), choices), status=422)
    return done(f"/liaison/{contact_id}", "liaison_added")


@router.get("/export.csv")
def export(desk: DeskOf, person: PersonOf) -> Response:
    """The contacts in use as a file that «import» reads back."""
    demand(person.actor, Right.EDIT_LIAISON)
    with desk.database.reading() as session:
        contacts = [each.contact for each in rows.list_contacts(session).items]
    headers = {"content-disposition": 'attachment; filename="liaison.csv"'}
    return Response("\ufeff" + write_list(contacts), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/import")
def import_list(request: Request, desk: DeskOf, person: PersonOf, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Read a CSV file in: what can stand goes in, and each line that cannot is named."""
    demand(person.actor, Right.EDIT_LIAISON)
    content = file.file.read(LARGEST + 1) if file is not None else b""
    if not content:
        raise InputError("no file was chosen", "choose a CSV file and send it again")
    read = read_list(content, desk.profile)
    with desk.database.transaction() as session:
        result = rows.import_contacts(session, desk.profile, read.contacts, person.actor, desk.now)
    return _list_page(request, desk, person, Filled({}), imported=result, read=read)


@router.get("/{contact_id}")
def one(contact_id: int, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One contact."""
    demand(person.actor, Right.SEE_DIRECTORIES)
    return _contact_page(request, desk, person, contact_id)


@router.post("/{contact_id}/edit")
def edit(contact_id: int, request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts, choices: FormChoices) -> Response:
    """Write an entry anew; the form again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.EDIT_LIAISON)
    expected = texts.get("expected", "")
    try:
        with desk.database.transaction() as session:
            contact = _contact(texts, choices)
            rows.change(session, desk.profile, contact_id, contact, person.actor, desk.now, expected=expected)
    except EntryFlawed as error:
        return _contact_page(request, desk, person, contact_id, Filled(texts, remedies(error), choices), 422)
    return done(f"/liaison/{contact_id}", "liaison_saved")


@router.post("/{contact_id}/retire")
def retire(contact_id: int, desk: DeskOf, person: PersonOf) -> Response:
    """Take somebody out of use."""
    return _set_active(desk, person, contact_id, False)


@router.post("/{contact_id}/restore")
def restore(contact_id: int, desk: DeskOf, person: PersonOf) -> Response:
    """Take somebody back into use."""
    return _set_active(desk, person, contact_id, True)


def _set_active(desk: Desk, person: Person, contact_id: int, active: bool) -> Response:
    demand(person.actor, Right.EDIT_LIAISON)
    with desk.database.transaction() as session:
        rows.set_active(session, contact_id, active, person.actor, desk.now)
    return done(f"/liaison/{contact_id}", "liaison_restored" if active else "liaison_retired")


def _list_page(
    request: Request,
    desk: Desk,
    person: Person,
    added: Filled,
    *,
    imported: rows.Imported | None = None,
    read: ReadList | None = None,
    status: int = 200,
) -> Response:
    query = liaison_query(request.query_params)
    with desk.database.reading() as session:
        page = rows.list_contacts(session, body=query.body, text=query.q, active=query.show is InUse.ACTIVE)
        setting = setting_of(desk, session, person)
    groups = [(body, list(each)) for body, each in groupby(page.items, key=lambda each: each.contact.body)]
    response = show(
        desk,
        setting,
        "liaison.html",
        request,
        here=Place.LIAISON,
        query=query,
        shows=list(InUse),
        groups=groups,
        added=added,
        imported=imported,
        problems=read.problems[:MOST_PROBLEMS] if read else (),
        more_problems=max(0, len(read.problems) - MOST_PROBLEMS) if read else 0,
        may_edit=has(person.actor, Right.EDIT_LIAISON),
        **_choices(desk),
    )
    return with_status(response, status)


def _contact_page(
    request: Request, desk: Desk, person: Person, contact_id: int, edited: Filled | None = None, status: int = 200
) -> Response:
    with desk.database.reading() as session:
        view = rows.get(session, contact_id)
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "liaison_contact.html",
        request,
        here=Place.LIAISON,
        view=view,
        edited=edited or _as_filled(view.contact),
        may_edit=has(person.actor, Right.EDIT_LIAISON),
        **_choices(desk),
    )
    return with_status(response, status)


def _choices(desk: Desk) -> dict[str, object]:
    return {
        "bodies": [(body.code, body.name_ar) for body in desk.profile.bodies],
        "topics": [(topic.code, topic.name_ar) for topic in desk.profile.topics],
    }


def _contact(texts: Mapping[str, str], choices: Mapping[str, Sequence[str]]) -> LiaisonContact:
    said = {name: texts.get(name, "") for name in ("body", "name", "role", "email", "phone")}
    return tidy(**said, topics=choices.get("topics", ()))


def _as_filled(contact: LiaisonContact) -> Filled:
    texts = {name: str(getattr(contact, name)) for name in ("body", "name", "role", "email", "phone")}
    return Filled(texts, chosen={"topics": contact.topics})
