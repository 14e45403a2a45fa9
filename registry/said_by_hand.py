"""What a person says of an item that no classifier has judged, since it has no text yet (REQUIREMENTS W16).

It is kept as corrections of nobody's word: once the item is transcribed they are laid over what the classifier says.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from domain.errors import Conflict, InputError, NotFound
from domain.people import Actor
from domain.tags import NO_TOPIC, OTHER_TOPIC, Axis, Importance, Kind, Remit
from domain.teaching import AnswerOrigin
from registry.batches import insert_rows
from registry.tables import CorrectionRecord, MentionRecord, table_of

MENTION = table_of(MentionRecord)
CORRECTION = table_of(CorrectionRecord)


def say(
    session: Session,
    mention_id: int,
    actor: Actor,
    now: datetime,
    *,
    kind: Kind | None = None,
    topic: str = "",
    importance: Importance | None = None,
) -> None:
    """Keep what an item is about that is not transcribed, or just entered. Saying the same again changes nothing.

    Raises ``NotFound``, ``InputError`` where a topic or importance is said of what no kind is known of, and ``Conflict`` for an
    item that has tags: those are corrected.
    """
    columns = (MENTION.c.tagged_revision, MENTION.c.transcribed, MENTION.c.kind, MENTION.c.topic, MENTION.c.importance)
    row = session.connection().execute(select(*columns).where(MENTION.c.id == mention_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no mention {mention_id}", "it may have been erased; load the list again").saying("no_mention")
    if row.transcribed and row.tagged_revision:
        raise Conflict(f"mention {mention_id} has a text and tags", "correct its tags").saying("has_text")
    said = {Axis.REMIT: Remit.OURS, Axis.KIND: kind or row.kind, Axis.TOPIC: topic or row.topic or OTHER_TOPIC}
    if said[Axis.KIND] is None:
        if topic or importance:
            raise InputError(f"the kind of mention {mention_id} is not said", "name its kind too").saying("kind_unsaid")
        return
    values: dict[str, Any] = {str(axis): value for axis, value in said.items()}
    values |= {"importance": importance or row.importance or Importance.MEDIUM, "confidence": 1.0}
    changed = {axis: str(value) for axis, value in said.items() if str(value) != str(getattr(row, str(axis), None))}
    if not topic and row.topic is None:
        changed.pop(Axis.TOPIC, None)
    if row.kind is not None:
        changed.pop(Axis.REMIT, None)
    if importance is not None and importance is not row.importance:
        changed[Axis.IMPORTANCE] = str(importance)
    session.connection().execute(update(MENTION).where(MENTION.c.id == mention_id).values(**values))
    kept = [
        {
            "mention_id": mention_id,
            "axis": axis,
            "was": "",
            "value": value,
            "actor": actor.username,
            "model": "",
            "at": now,
            "origin": AnswerOrigin.DECISION,
        }
        for axis, value in changed.items()
        if value != NO_TOPIC
    ]
    insert_rows(session, CORRECTION, kept)
