"""Files of a case: checked, kept beside it, and told in its history by number and digest (REQUIREMENTS W5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from domain.attached_file import checked_file
from domain.case import CaseEventKind, check
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.people import Actor, Role
from registry.batches import insert_ids
from registry.casework.case_row import barred_names, state_of
from registry.casework.history import NewEvent, append_events, lock_case
from registry.tables import CaseAttachmentRecord, CaseRecord, table_of

ATTACHMENT = table_of(CaseAttachmentRecord)
CASE = table_of(CaseRecord)

MOST_FILES: Final = 50
"""Files of one case."""


@dataclass(frozen=True, slots=True)
class AttachmentContent:
    """A file as it is handed out: as a download, under its own type, never shown as a page."""

    case_id: int
    name: str
    media_type: str
    sha256: str
    content: bytes


def attach(session: Session, case_id: int, name: str, content: bytes, actor: Actor, now: datetime) -> int:
    """Keep a file with a case; gives the attachment's id.

    Raises ``NotFound``, ``NotAllowed``, ``InputError`` for what ``domain.attached_file`` refuses or where the case holds too
    many, and ``Conflict`` where it holds this very file already.
    """
    file = checked_file(name, content)
    row = lock_case(session, case_id)
    state = state_of(row)
    digest = hashlib.sha256(content).hexdigest()
    details = {"sha256": digest, "media_type": file.media_type, "size": str(len(content)), "name": file.name}
    check(state, CaseEventKind.ATTACHED, actor, {"attachment": "new", **details})
    _check_others(session, case_id, row.number, digest)
    kept = {
        "case_id": case_id,
        "name": file.name,
        "media_type": file.media_type,
        "size": len(content),
        "sha256": digest,
        "actor": actor.username,
        "at": now,
        "content": content,
    }
    attachment_id = insert_ids(session, ATTACHMENT, [kept])[0]
    told = {"attachment": str(attachment_id), **details}
    append_events(session, [NewEvent(case_id, CaseEventKind.ATTACHED, actor.username, told)], now)
    return attachment_id


def content(session: Session, attachment_id: int, actor: Actor | None = None) -> AttachmentContent:
    """A file with its content. Where an ``actor`` is named, a sealed case gives it to management alone, and never to whom the
    case concerns (REQUIREMENTS W14).

    Raises ``NotFound``, for an erased one too, and ``NotAllowed``.
    """
    statement = (
        select(ATTACHMENT, CASE.c.sealed, CASE.c.barred)
        .join(CASE, CASE.c.id == ATTACHMENT.c.case_id)
        .where(ATTACHMENT.c.id == attachment_id)
    )
    row = session.connection().execute(statement).one_or_none()
    if row is None:
        raise NotFound(f"there is no attachment {attachment_id}", "load the case again").saying("file_gone")
    if actor is not None and (actor.username in barred_names(row.barred) or (row.sealed and Role.MANAGER not in actor.roles)):
        raise NotAllowed("the case is sealed, or concerns you", "management alone sees its files").saying("sealed")
    if row.content is None:
        raise NotFound(f"attachment {attachment_id} was erased", "its digest is in the case's history").saying("file_erased")
    return AttachmentContent(row.case_id, row.name, row.media_type, row.sha256, row.content)


def _check_others(session: Session, case_id: int, number: str, digest: str) -> None:
    statement = select(ATTACHMENT.c.name, ATTACHMENT.c.sha256).where(
        ATTACHMENT.c.case_id == case_id, ATTACHMENT.c.content.is_not(None)
    )
    others = session.connection().execute(statement).all()
    same = next((other for other in others if other.sha256 == digest), None)
    if same is not None:
        twice = Conflict(f"the case {number} holds this file already, as «{same.name}»", "nothing is to be done")
        raise twice.saying("file_twice", name=same.name)
    if len(others) >= MOST_FILES:
        many = InputError(f"the case {number} holds {len(others)} files already", f"{MOST_FILES} at most: join some into one")
        raise many.saying("files_too_many", most=MOST_FILES)
