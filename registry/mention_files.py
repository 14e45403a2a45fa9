"""The picture, sound or film that a mention came as: checked as a case's attachment is, and gone with the mention."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select
from sqlmodel import Session

from domain.attached_file import AttachedFile, checked_file
from domain.errors import InputError, NotFound
from domain.mention import MentionForm
from domain.messages import label
from registry.batches import insert_ids
from registry.tables import MentionFileRecord, table_of

FILE = table_of(MentionFileRecord)

MOST_FILES: Final = 10
"""Files of one mention."""
_FORMS: Final = {
    "image": MentionForm.PICTURE,
    "audio": MentionForm.SOUND,
    "video": MentionForm.VIDEO,
    "application/pdf": MentionForm.PICTURE,
}
ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".pdf", ".mp3", ".m4a", ".wav", ".mp4")
"""Endings of the names of files that are taken."""


@dataclass(frozen=True, slots=True)
class MentionFile:
    """A file of a mention, without its content."""

    id: int
    name: str
    media_type: str
    size: int
    actor: str
    at: datetime

    @property
    def look(self) -> str:
        """``image``, ``audio``, ``video``, or empty for what is only downloaded."""
        kind = self.media_type.partition("/")[0]
        return kind if kind in ("image", "audio", "video") else ""


@dataclass(frozen=True, slots=True)
class MentionFileContent:
    """A file as it is handed out."""

    mention_id: int
    name: str
    media_type: str
    content: bytes


def checked(name: str, content: bytes, form: MentionForm | None = None) -> AttachedFile:
    """The file as it may be kept with a mention of this form. Raises ``InputError``: ``domain.attached_file`` refuses it, it is
    neither picture, sound, film nor PDF, or it is of another form."""
    file = checked_file(name, content)
    of = form_of(file)
    if of is None:
        other = InputError(f"«{file.name}» is no picture, sound or film", f"attach one of: {' '.join(ENDINGS)}")
        raise other.saying("mention_file")
    fits = {of, MentionForm.VIDEO} if of is MentionForm.SOUND else {of}
    if form is not None and form not in fits:
        other = InputError(f"«{file.name}» does not belong to the form «{form}»", f"give the form «{label(of, 'en')}»")
        raise other.saying("mention_file")
    return file


def form_of(file: AttachedFile) -> MentionForm | None:
    """The form of an item that came as this file; None for what no item comes as."""
    return _FORMS.get(file.media_type) or _FORMS.get(file.media_type.partition("/")[0])


def keep(session: Session, mention_id: int, file: AttachedFile, content: bytes, actor: str, now: datetime) -> int:
    """Keep a file that ``checked`` let through; gives its id. The same file again is the same one. Raises ``InputError`` where
    the mention holds too many."""
    digest = hashlib.sha256(content).hexdigest()
    same = select(FILE.c.id).where(FILE.c.mention_id == mention_id, FILE.c.sha256 == digest)
    known = session.connection().execute(same).scalar_one_or_none()
    if known is not None:
        return int(known)
    count = select(func.count()).select_from(FILE).where(FILE.c.mention_id == mention_id)
    if session.connection().execute(count).scalar_one() >= MOST_FILES:
        raise InputError(f"mention {mention_id} holds {MOST_FILES} files already", "join some into one")
    row = {
        "mention_id": mention_id,
        "name": file.name,
        "media_type": file.media_type,
        "size": len(content),
        "sha256": digest,
        "actor": actor,
        "at": now,
        "content": content,
    }
    return insert_ids(session, FILE, [row])[0]


def files_of(session: Session, mention_id: int) -> tuple[MentionFile, ...]:
    """The files of a mention, oldest first."""
    columns = (FILE.c.id, FILE.c.name, FILE.c.media_type, FILE.c.size, FILE.c.actor, FILE.c.at)
    statement = select(*columns).where(FILE.c.mention_id == mention_id).order_by(FILE.c.id)
    return tuple(MentionFile(**row._mapping) for row in session.connection().execute(statement))


def content(session: Session, file_id: int) -> MentionFileContent:
    """A file with its content. Raises ``NotFound``."""
    row: Row[Any] | None = session.connection().execute(select(FILE).where(FILE.c.id == file_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no file {file_id}", "it went with its mention; load the list again").saying("no_mention")
    return MentionFileContent(row.mention_id, row.name, row.media_type, row.content)
