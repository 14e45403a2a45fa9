"""What the forms of a case's page send: a move, or a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from console.access import Right, demand
from console.case_access import sees_party
from console.desk import DeskOf
from console.pages.case_moves import MOMENTS, Step, in_zone, make_move, may_see, visible_case
from console.pages.showing import done
from console.person import PersonOf, genuine
from domain.attached_file import MOST_BYTES
from domain.case import CaseEventKind
from domain.errors import InputError, NotAllowed
from registry import cases

_LONGEST: Final = 8000
_AROUND: Final = 64 * 1024
"""Bytes of a form around its file."""
_DONE: Final[Mapping[CaseEventKind, str]] = {
    CaseEventKind.MERGED: "merged",
    CaseEventKind.SPLIT_OFF: "split",
    CaseEventKind.LINKED: "linked",
    CaseEventKind.UNLINKED: "unlinked",
}


def small_enough(request: Request) -> None:
    """Refuse a form that is too large before it is read. Raises ``InputError``."""
    length = request.headers.get("content-length", "")
    if request.method == "POST" and (not length.isdigit() or int(length) > MOST_BYTES + _AROUND):
        most = MOST_BYTES // (1024 * 1024)
        raise InputError(f"the form has {length or 'an unknown number of'} bytes", f"a file may have {most} MB").saying(
            "file_too_large", most=most
        )


router = APIRouter(prefix="/cases", dependencies=[Depends(small_enough), Depends(genuine)])


async def texts_of(request: Request) -> Mapping[str, tuple[str, ...]]:
    """The texts of a form, by name. Raises ``InputError`` for one that is too long."""
    form = await request.form()
    found: dict[str, tuple[str, ...]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, str):
            continue
        if len(value) > _LONGEST:
            long = InputError(f"«{name}» has {len(value)} characters", f"{_LONGEST} at most")
            raise long.saying("text_too_long", field=name, length=len(value), most=_LONGEST)
        found[name] = (*found.get(name, ()), value)
    return found


TextsOf = Annotated[Mapping[str, tuple[str, ...]], Depends(texts_of)]


@router.post("/{case_id:int}/moves")
def move(case_id: int, desk: DeskOf, person: PersonOf, texts: TextsOf) -> Response:
    """Make a move."""
    zone = desk.profile.calendar.timezone
    step = _step(texts, zone)
    with desk.database.transaction() as session:
        shown = make_move(session, desk, person.actor, case_id, step)
        stays = may_see(session, shown, person.actor)
    return done(f"/cases/{shown}", _DONE.get(step.kind, "moved")) if stays else done("/cases", "moved_away")


async def file_of(request: Request) -> tuple[str, bytes]:
    """The file of a form: its name and content. Raises ``InputError`` where there is none."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InputError("no file arrived", "choose one and send it again").saying("no_file")
    return file.filename, await file.read()


@router.post("/{case_id:int}/attachments")
def attach(case_id: int, desk: DeskOf, person: PersonOf, file: Annotated[tuple[str, bytes], Depends(file_of)]) -> Response:
    """Keep a file with the case."""
    name, content = file
    with desk.database.transaction() as session:
        visible_case(session, case_id, person.actor)
        cases.attach(session, case_id, name, content, person.actor, desk.now)
    return done(f"/cases/{case_id}#attachments", "attached")


@router.get("/{case_id:int}/attachments/{attachment_id:int}")
def attachment(case_id: int, attachment_id: int, desk: DeskOf, person: PersonOf) -> Response:
    """A file of the case, always as a download: what somebody sent is never shown as a page of ours."""
    demand(person.actor, Right.SEE_CASES)
    with desk.database.reading() as session:
        view = visible_case(session, case_id, person.actor)
        if not sees_party(person.actor, view.row):
            refusal = NotAllowed(f"{person.actor.username} does not answer the case", "its files are for those who do")
            raise refusal.saying("files_for_those_who_answer")
        file = cases.attachment_content(session, attachment_id, person.actor)
    if file.case_id != case_id:
        raise NotAllowed(f"attachment {attachment_id} belongs to another case", "open it from its own case").saying(
            "file_of_another_case"
        )
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-store",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


def _step(texts: Mapping[str, tuple[str, ...]], zone: str) -> Step:
    """The move that a form asks for. Raises ``InputError``."""
    first = {name: values[0] for name, values in texts.items()}
    kind = first.get("kind", "")
    if kind not in [each.value for each in CaseEventKind]:
        raise InputError(f"there is no move «{kind}»", "open the case's page again").saying("no_move", given=kind)
    given = {name: in_zone(value, zone) if name in MOMENTS else value for name, value in first.items()}
    given["kind"] = first.get("case_kind", "")
    chosen = tuple(int(value) for value in texts.get("mentions", ()) if value.isascii() and value.isdigit())
    expected = first.get("expected", "")
    return Step(CaseEventKind(kind), given, chosen, int(expected) if expected.isascii() and expected.isdigit() else None)
