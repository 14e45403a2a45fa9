"""What people teach the classifier: which items may be asked about, and what was answered (REQUIREMENTS C8).

An answer is a row of ``correction`` for each axis that was judged: ``value`` differs from ``was`` where the model was wrong, and
is the same where it was right. So agreement can be measured, and a right tag is a training row too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, select, text, update
from sqlmodel import Session

from domain.errors import Conflict, NotFound
from domain.mention import Channel, MentionState
from domain.people import Actor
from domain.tags import NO_TOPIC, Axis, Flag, Importance, Kind, Remit, Sentiment, Tags
from domain.teaching import LOT_BELOW, TAUGHT_AXES, AnswerOrigin, in_lot, lot_number
from registry import mentions
from registry.batches import among, insert_rows
from registry.locks import Work, alone
from registry.tables import ContentRecord, CorrectionRecord, MentionRecord, Rows, TaggingRecord, table_of
from registry.tagging import correct, model_tags
from registry.tags_overlay import value_of
from registry.views import MentionRow

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
TAGGING = table_of(TaggingRecord)
CORRECTION = table_of(CorrectionRecord)

POOL: Final = 400
"""Items that are weighed against each other: the least sure ones of the last weeks."""
LATELY: Final = timedelta(days=28)
_LEAD: Final = 700
_TAUGHT: Final = 600
"""Answered texts that new ones are compared with, the newest."""


@dataclass(frozen=True, slots=True)
class Teachable:
    """An item that may be asked about, as the model tagged it. ``title`` and ``lead`` are as received: whoever shows them masks
    them (REQUIREMENTS L3)."""

    mention_id: int
    story_id: int | None
    title: str
    lead: str
    tags: Tags

    @property
    def words(self) -> str:
        """What it is compared with others by."""
        return f"{self.title}\n{self.lead}"


def waiting(
    session: Session,
    *,
    channel: Channel | None = None,
    kind: Kind | None = None,
    topic: str | None = None,
    importance: Importance | None = None,
    limit: int = POOL,
) -> list[Teachable]:
    """What waits on the review list, the newest ``limit``, narrowed as the list is."""
    asked = {MENTION.c.channel: channel, MENTION.c.kind: kind, MENTION.c.topic: topic, MENTION.c.importance: importance}
    narrowed = [column == value for column, value in asked.items() if value is not None]
    return _teachable(session, and_(text("mention.review <> 'none'"), *narrowed), MENTION.c.id.desc(), limit)


def unflagged(session: Session, now: datetime, limit: int = POOL) -> list[Teachable]:
    """What was not flagged lately and nobody answered for, the least sure first; without what is asked about by lot."""
    return _teachable(session, and_(_unanswered(now), lot_in_sql(MENTION.c.id) >= LOT_BELOW), MENTION.c.confidence, limit)


def lot(session: Session, now: datetime, limit: int) -> list[Teachable]:
    """What was drawn by lot from what was not flagged lately, the newest first."""
    return _teachable(session, and_(_unanswered(now), lot_in_sql(MENTION.c.id) < LOT_BELOW), MENTION.c.id.desc(), limit)


def remaining(session: Session, now: datetime) -> int:
    """How many items that were not flagged lately nobody answered for."""
    statement = select(func.count()).select_from(MENTION).where(_unanswered(now))
    return int(session.connection().execute(statement).scalar_one())


def rows(session: Session, mention_ids: Sequence[int]) -> list[MentionRow]:
    """The lines of these mentions, in this order; those that are gone are left out."""
    if not mention_ids:
        return []
    found = mentions.page(session, among(session, MENTION.c.id, mention_ids), (MENTION.c.id,), len(mention_ids), 0)
    by_id = {row.id: row for row in found.items}
    return [by_id[each] for each in mention_ids if each in by_id]


def taught(session: Session, limit: int = _TAUGHT) -> list[str]:
    """Title and lead of the items that people answered for last."""
    newest = (
        select(CORRECTION.c.mention_id, func.max(CORRECTION.c.id).label("last"))
        .group_by(CORRECTION.c.mention_id)
        .order_by(func.max(CORRECTION.c.id).desc())
        .limit(limit)
        .subquery()
    )
    statement = _words().join(newest, newest.c.mention_id == MENTION.c.id).order_by(newest.c.last.desc())
    return [f"{row.title}\n{row.lead}" for row in session.connection().execute(statement)]


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """How often each kind and topic stands in what is ours of the last weeks."""

    kinds: dict[str, int]
    topics: dict[str, int]


def counts(session: Session, now: datetime) -> LabelCounts:
    """What was said of the mentions of the last weeks (corrections laid over)."""
    statement = (
        select(MENTION.c.kind, MENTION.c.topic, func.count().label("items"))
        .where(MENTION.c.fetched_at >= now - LATELY, MENTION.c.remit == Remit.OURS)
        .group_by(MENTION.c.kind, MENTION.c.topic)
    )
    kinds: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    for row in session.connection().execute(statement):
        kinds[str(row.kind)] += row.items
        topics[row.topic or NO_TOPIC] += row.items
    return LabelCounts(dict(kinds), dict(topics))


def answer(
    session: Session,
    mention_id: int,
    *,
    actor: Actor,
    now: datetime,
    remit: Remit | None = None,
    kind: Kind | None = None,
    sentiment: Sentiment | None = None,
    topic: str | None = None,
    importance: Importance | None = None,
    flags: frozenset[Flag] | None = None,
    chosen: bool = False,
) -> tuple[Axis, ...]:
    """Keep what a person says of every axis that a form showed them: a correction where they changed it, a confirmation where
    they left it. Gives the axes that changed.

    ``chosen`` says that the item came from the list for teaching: by lot or because it was hard, which the item itself tells.
    Raises ``NotFound`` and ``NotAllowed`` as ``tagging.correct`` does, and ``Conflict`` where somebody else answered for an item
    for teaching meanwhile.
    """
    alone(session, Work.CASES)
    if chosen:
        _demand_unanswered(session, mention_id, actor)
    before = _last_id(session)
    changed = correct(
        session, mention_id, actor=actor, now=now,
        remit=remit, kind=kind, sentiment=sentiment, topic=topic, importance=importance, flags=flags,
    )  # fmt: skip
    seen = {Axis.REMIT: remit, Axis.KIND: kind, Axis.SENTIMENT: sentiment, Axis.TOPIC: topic}
    _confirm(session, mention_id, [axis for axis, value in seen.items() if value is not None and axis not in changed], actor, now)
    origin = _origin(mention_id) if chosen else AnswerOrigin.DECISION
    mine = and_(CORRECTION.c.mention_id == mention_id, CORRECTION.c.id > before)
    session.connection().execute(update(CORRECTION).where(mine).values(origin=origin))
    return changed


def confirm(session: Session, mention_id: int, *, actor: Actor, now: datetime) -> None:
    """Keep that the tags of an item from the list for teaching are right as they are. Raises as ``answer`` does."""
    model = model_tags(session, [mention_id]).get(mention_id)
    if model is None:
        raise NotFound(f"mention {mention_id} has no tags yet", "wait for the classifier, then answer")
    answer(
        session, mention_id, actor=actor, now=now, chosen=True,
        remit=model.remit, kind=model.kind, sentiment=model.sentiment, topic=model.topic,
    )  # fmt: skip


def _confirm(session: Session, mention_id: int, axes: Sequence[Axis], actor: Actor, now: datetime) -> None:
    """A row for each axis that stays as it is: what holds now is what the person saw. Saying so again adds nothing. Of what is
    nobody's matter only that was said: its kind, stance and topic follow."""
    model = model_tags(session, [mention_id])[mention_id]
    answered = select(CORRECTION.c.axis).where(CORRECTION.c.mention_id == mention_id)
    known = set(session.connection().execute(answered).scalars())
    judged = {Axis.REMIT} if model.remit is Remit.NONE else set(TAUGHT_AXES)
    if model.topic == NO_TOPIC:
        judged.discard(Axis.TOPIC)
    kept: Rows = [
        {
            "mention_id": mention_id,
            "axis": axis,
            "was": value_of(model, axis),
            "value": value_of(model, axis),
            "actor": actor.username,
            "model": model.model,
            "at": now,
        }
        for axis in axes
        if axis in judged - known
    ]
    insert_rows(session, CORRECTION, kept)


def _teachable(session: Session, where: ColumnElement[bool], order: Any, limit: int) -> list[Teachable]:
    statement = _words().where(where).order_by(order, MENTION.c.id.desc()).limit(limit)
    found = list(session.connection().execute(statement))
    tags = model_tags(session, [row.id for row in found])
    return [Teachable(row.id, row.story_id, row.title, row.lead, tags[row.id]) for row in found if row.id in tags]


def _words() -> Any:
    return (
        select(MENTION.c.id, MENTION.c.story_id, MENTION.c.title, func.substr(CONTENT.c.text, 1, _LEAD).label("lead"))
        .select_from(MENTION)
        .join(CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision))
    )


def _unanswered(now: datetime) -> ColumnElement[bool]:
    answered = select(CORRECTION.c.id).where(CORRECTION.c.mention_id == MENTION.c.id)
    return and_(
        MENTION.c.state == MentionState.TAGGED,
        MENTION.c.fetched_at >= now - LATELY,
        MENTION.c.erased_at.is_(None),
        MENTION.c.confidence > 0,
        ~answered.exists(),
    )


def lot_in_sql(number: ColumnElement[int]) -> ColumnElement[int]:
    """``domain.teaching.lot_number`` as SQL; a test holds the two together."""
    return cast(number, BigInteger) * lot_number(1) % (1 << 16)


def _demand_unanswered(session: Session, mention_id: int, actor: Actor) -> None:
    statement = select(CORRECTION.c.actor).where(CORRECTION.c.mention_id == mention_id).limit(1)
    other = session.connection().execute(statement).scalar_one_or_none()
    if other is not None and other != actor.username:
        raise Conflict(f"{other} answered for mention {mention_id} already", "go on with the next one")


def _last_id(session: Session) -> int:
    return int(session.connection().execute(select(func.coalesce(func.max(CORRECTION.c.id), 0))).scalar_one())


def _origin(mention_id: int) -> AnswerOrigin:
    return AnswerOrigin.LOT if in_lot(mention_id) else AnswerOrigin.CHOSEN
