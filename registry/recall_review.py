"""Reviewers say of each sampled item whether the team should have seen it, without knowing its tags (REQUIREMENTS C9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update
from sqlmodel import Session

from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.language import language
from domain.mention import Channel, Mention, MentionState
from domain.people import Actor, Role
from domain.privacy import mask, mask_handles, without_handle
from domain.recall import EVERY_GROUP, RecallAnswer, SourceGroup, Stratum
from domain.source import Discovery, SourceState
from domain.tags import CASE_KINDS, NO_TOPIC, OTHER_TOPIC, Kind, Remit
from registry import inbox, recall_figures
from registry.tables import (
    ContentRecord,
    MentionRecord,
    OutletRecord,
    RecallFigureRecord,
    RecallItemRecord,
    table_of,
)
from registry.tagging import correct, tags_of
from registry.views import Review

ITEM = table_of(RecallItemRecord)
FIGURE = table_of(RecallFigureRecord)
MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
OUTLET = table_of(OutletRecord)

_TEAM: Final = frozenset({Role.REVIEWER, Role.SPECIALIST})
FOUND_BY_SAMPLE: Final = "recall-sample"
"""What stands for the watch queries of an item that was entered from the sample."""


@dataclass(frozen=True, slots=True)
class SampledItem:
    """One item as a reviewer sees it: no tags, no author, personal data and handles masked (REQUIREMENTS L3). ``title`` and
    ``text`` are empty where they were erased. ``is_tagged`` says that the classifier has seen it, ``is_flagged`` that the team is
    shown it by now."""

    id: int
    week: str
    group: SourceGroup
    stratum: Stratum
    channel: Channel
    outlet_name: str
    mention_id: int | None
    title: str
    text: str
    url: str
    published_at: datetime | None
    answer: RecallAnswer | None
    answered_by: str
    is_tagged: bool
    is_flagged: bool

    @property
    def is_readable(self) -> bool:
        """Whether there is still something to judge by."""
        return bool(self.title or self.text)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reviewers are with the samples that can still be read."""

    waiting: int
    answered: int


def next_item(session: Session, public: frozenset[str] = frozenset()) -> SampledItem | None:
    """The item to be answered next: of the oldest week, whose texts go first; there by lot, so that what is answered is a random
    part of the sample however far the reviewers come. ``public`` are the handles that are shown (without @, lower case)."""
    statement = _items().where(ITEM.c.answer.is_(None), _drawn(), _readable()).order_by(ITEM.c.week, ITEM.c.lot).limit(1)
    row = session.connection().execute(statement).one_or_none()
    return _sampled(row, public) if row else None


def item(session: Session, item_id: int, public: frozenset[str] = frozenset()) -> SampledItem:
    """One sampled item. Raises ``NotFound``, also while its week is not over."""
    row = session.connection().execute(_items().where(ITEM.c.id == item_id, _drawn())).one_or_none()
    if row is None:
        raise NotFound(f"there is no sampled item {item_id}", "go on with the next one")
    return _sampled(row, public)


def last_answered(session: Session, username: str) -> int | None:
    """The item that this person answered last, if it can still be read."""
    statement = (
        _items().where(ITEM.c.answered_by == username, _readable()).order_by(ITEM.c.answered_at.desc(), ITEM.c.id).limit(1)
    )
    row = session.connection().execute(statement).one_or_none()
    return int(row.id) if row else None


def progress(session: Session) -> Progress:
    """Items that wait for an answer, and those answered in the same weeks."""
    waiting = _items().where(ITEM.c.answer.is_(None), _drawn(), _readable())
    weeks = {row.week: None for row in session.connection().execute(waiting.with_only_columns(ITEM.c.week).distinct())}
    count = select(func.count()).select_from(ITEM).where(ITEM.c.week.in_(list(weeks)), ITEM.c.answer.is_not(None))
    number = session.connection().execute(waiting.with_only_columns(func.count())).scalar_one()
    return Progress(int(number), int(session.connection().execute(count).scalar_one()))


def answer(session: Session, item_id: int, said: RecallAnswer, actor: Actor, now: datetime) -> None:
    """Keep a reviewer's answer, or the same reviewer's second thought, and compute the week's figures anew.

    Raises ``NotFound``, ``NotAllowed``, ``InputError`` where the text is erased by now, and ``Conflict`` where a colleague has
    answered.
    """
    _may_answer(actor)
    found = item(session, item_id)
    if found.answered_by not in ("", actor.username):
        raise Conflict(f"the sampled item {item_id} was answered by {found.answered_by}", "go on with the next one")
    if not found.is_readable:
        raise InputError(f"the text of the sampled item {item_id} is erased", "go on with the next one")
    values = {"answer": said, "answered_by": actor.username, "answered_at": now}
    session.connection().execute(update(ITEM).where(ITEM.c.id == item_id).values(**values))
    recall_figures.recompute(session, found.week, now)


def flag(session: Session, item_id: int, kind: Kind, actor: Actor, now: datetime) -> int:
    """Put a missed mention on the review list, as a correction of its tags (REQUIREMENTS C8); gives the mention.

    Raises ``NotFound``, ``NotAllowed``, ``InputError`` for a kind that opens no case, and ``Conflict`` where the item is no
    mention, or was not said to be missed.
    """
    _may_answer(actor)
    if kind not in CASE_KINDS:
        raise InputError(f"«{kind}» opens no case", "name complaint, report or inquiry")
    mention_id = _missed(session, item_id).mention_id
    if mention_id is None:
        raise Conflict(f"the sampled item {item_id} is no mention", "enter it first")
    tags, _ = tags_of(session, mention_id)
    topic = OTHER_TOPIC if tags is not None and tags.topic == NO_TOPIC else None
    correct(session, mention_id, actor=actor, now=now, remit=Remit.OURS, kind=kind, topic=topic)
    # A person's word counts even where it is the model's own, said below the threshold: then nothing was corrected.
    session.connection().execute(
        update(MENTION)
        .where(MENTION.c.id == mention_id, MENTION.c.state.in_([MentionState.TAGGED, MentionState.FLAGGED]))
        .where(MENTION.c.review == Review.NONE)
        .values(state=MentionState.FLAGGED, review=Review.PROPOSED)
    )
    return mention_id


def enter(session: Session, item_id: int, actor: Actor, now: datetime) -> int:
    """Make a mention of a missed item that no watch query had matched, as it stands in the sample (masked; its source brings the
    full text when the page changes); gives the mention. The classifier tags it as any other.

    Raises ``NotFound``, ``NotAllowed``, ``InputError`` where the text is erased, and ``Conflict`` where it was not said to be
    missed.
    """
    _may_answer(actor)
    found = _missed(session, item_id)
    if found.mention_id is not None:
        return found.mention_id
    row = session.get_one(RecallItemRecord, item_id)
    if not row.key:
        raise InputError(f"the text of the sampled item {item_id} is erased", "enter the item with «rasd import mentions»")
    mention = Mention(
        key=row.key,
        channel=row.channel,
        source_id=row.source_id,
        outlet_id=row.outlet_id,
        url=row.url,
        title=row.title,
        text=row.text,
        fetched_at=now,
        language=language(f"{row.title} {row.text}"),
    )
    discovery = Discovery(row.source_id, SourceState(), mentions=(mention,))
    # The key hashes the ids of posts alone, and no post is here.
    inbox.store_discovery(session, discovery, {mention.key: (FOUND_BY_SAMPLE,)}, now, b"")
    mention_id = session.connection().execute(select(MENTION.c.id).where(MENTION.c.key == mention.key)).scalar_one_or_none()
    if mention_id is None:
        raise Conflict(f"the sampled item {item_id} is known by another address", "look for its title among the mentions")
    values = {"mention_id": mention_id, "key": "", "url": "", "title": "", "text": ""}
    session.connection().execute(update(ITEM).where(ITEM.c.id == item_id).values(**values))
    return int(mention_id)


def _missed(session: Session, item_id: int) -> SampledItem:
    found = item(session, item_id)
    if found.answer is not RecallAnswer.MISSED:
        raise Conflict(f"the sampled item {item_id} was not said to be missed", "answer it so first")
    return found


def _items() -> Select[Any]:
    """Sampled items, each with the mention's texts where it is one."""
    return (
        select(
            ITEM.c.id, ITEM.c.week, ITEM.c.source_group, ITEM.c.stratum, ITEM.c.channel, ITEM.c.mention_id, ITEM.c.answer,
            ITEM.c.answered_by, func.coalesce(OUTLET.c.name_ar, ITEM.c.outlet_id).label("outlet_name"),
            func.coalesce(CONTENT.c.title, ITEM.c.title).label("title"), func.coalesce(CONTENT.c.text, ITEM.c.text).label("text"),
            func.coalesce(MENTION.c.url, ITEM.c.url).label("url"), MENTION.c.published_at, MENTION.c.state, MENTION.c.review,
        )
        .select_from(ITEM)
        .outerjoin(OUTLET, OUTLET.c.id == ITEM.c.outlet_id)
        .outerjoin(MENTION, MENTION.c.id == ITEM.c.mention_id)
        .outerjoin(CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision))
    )  # fmt: skip


def _drawn() -> ColumnElement[bool]:
    """Nothing is answered before the week is over: the sample may still change."""
    return ITEM.c.week.in_(select(FIGURE.c.week).where(FIGURE.c.source_group == EVERY_GROUP))


def _readable() -> ColumnElement[bool]:
    return or_(CONTENT.c.mention_id.is_not(None), ITEM.c.key != "")


def _sampled(row: Row[Any], public: frozenset[str]) -> SampledItem:
    return SampledItem(
        id=row.id,
        week=row.week,
        group=row.source_group,
        stratum=row.stratum,
        channel=row.channel,
        outlet_name=row.outlet_name,
        mention_id=row.mention_id,
        title=mask_handles(mask(row.title), public),
        text=mask_handles(mask(row.text), public),
        url=without_handle(row.url) if row.channel is Channel.SOCIAL else row.url,
        published_at=row.published_at,
        answer=row.answer,
        answered_by=row.answered_by,
        is_tagged=row.state not in (None, MentionState.GATHERED, MentionState.FAILED),
        is_flagged=row.state in (MentionState.FLAGGED, MentionState.CASED, MentionState.DISMISSED),
    )


def _may_answer(actor: Actor) -> None:
    if not actor.roles & _TEAM:
        raise NotAllowed(f"{actor.username} may not review the sample", "it takes a reviewer or a specialist")
