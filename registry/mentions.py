"""Mentions as lists and as single items, read for people."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlmodel import Session

from domain.errors import NotFound
from domain.mention import Channel, MentionState
from domain.privacy import mask, mask_handles
from domain.source import SourceKind
from domain.tags import Importance, Kind
from registry.tables import (
    CaseMentionRecord,
    CaseRecord,
    ContentRecord,
    KnownKeyRecord,
    MentionRecord,
    OutletRecord,
    SourceRecord,
    StoryRecord,
    table_of,
)
from registry.tagging import corrections_of, tags_of
from registry.views import MentionRow, MentionView, Page, Review

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
OUTLET = table_of(OutletRecord)
STORY = table_of(StoryRecord)
CASE = table_of(CaseRecord)
CASE_MENTION = table_of(CaseMentionRecord)
KNOWN_KEY = table_of(KnownKeyRecord)
SOURCE = table_of(SourceRecord)

_EXCERPT: Final = 240


def list_mentions(
    session: Session,
    *,
    state: MentionState | None = None,
    channel: Channel | None = None,
    kind: Kind | None = None,
    topic: str | None = None,
    importance: Importance | None = None,
    outlet_id: str | None = None,
    source_id: str | None = None,
    story_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page[MentionRow]:
    """Mentions by what they are, newest first. There is no filter by author (REQUIREMENTS L2)."""
    asked: dict[Any, Any] = {
        MENTION.c.state: state,
        MENTION.c.channel: channel,
        MENTION.c.kind: kind,
        MENTION.c.topic: topic,
        MENTION.c.importance: importance,
        MENTION.c.outlet_id: outlet_id,
        MENTION.c.source_id: source_id,
        MENTION.c.story_id: story_id,
    }
    where = and_(MENTION.c.erased_at.is_(None), *(column == value for column, value in asked.items() if value is not None))
    return page(session, where, (MENTION.c.id.desc(),), limit, offset)


def mention_view(session: Session, mention_id: int) -> MentionView:
    """One mention with its tags, evidence, corrections, watch hits and the other mentions of its story. Raises ``NotFound``."""
    columns = (
        MENTION.c.key, MENTION.c.author, MENTION.c.author_handle, MENTION.c.section, MENTION.c.language, MENTION.c.page,
        MENTION.c.image_url, MENTION.c.canonical_url, MENTION.c.revision, MENTION.c.watch, MENTION.c.decided_by,
        MENTION.c.decision_reason,
        CONTENT.c.title.label("full_title"), CONTENT.c.text.label("full_text"),
    )  # fmt: skip
    found = session.connection().execute(_rows().add_columns(*columns).where(MENTION.c.id == mention_id)).one_or_none()
    if found is None:
        raise NotFound(f"there is no mention {mention_id}", "it may have been erased; load the list again")
    tags, model_tags = tags_of(session, mention_id)
    return MentionView(
        row=_row(found, _public_handles(session)),
        key=found.key,
        title=found.full_title or "",
        text=found.full_text or "",
        author=found.author,
        author_handle=found.author_handle,
        section=found.section,
        language=found.language,
        page=found.page,
        canonical_url=found.canonical_url,
        aliases=_aliases(session, mention_id, found.key),
        revision=found.revision,
        watch=tuple(found.watch),
        tags=tags,
        model_tags=model_tags,
        corrections=corrections_of(session, mention_id),
        siblings=_siblings(session, mention_id, found.story_id),
        decided_by=found.decided_by,
        decision_reason=found.decision_reason,
        image_url=found.image_url,
    )


def page(session: Session, where: ColumnElement[bool], order: tuple[Any, ...], limit: int, offset: int) -> Page[MentionRow]:
    """One page of the mentions that ``where`` (over the table ``mention``) picks."""
    connection = session.connection()
    total = connection.execute(select(func.count()).select_from(MENTION).where(where)).scalar_one()
    return Page(rows(session, _rows().where(where).order_by(*order).limit(limit).offset(offset)), total)


def mentions_of_case(session: Session, case_id: int) -> tuple[MentionRow, ...]:
    """The mentions of a case, in the order in which they joined it."""
    statement = _rows().where(CASE_MENTION.c.case_id == case_id)
    return rows(session, statement.order_by(CASE_MENTION.c.joined_at, MENTION.c.id))


def rows(session: Session, statement: Select[Any]) -> tuple[MentionRow, ...]:
    """The lines that a statement made of ``_rows()`` gives."""
    public = _public_handles(session)
    return tuple(_row(row, public) for row in session.connection().execute(statement))


def _rows() -> Select[Any]:
    return (
        select(
            MENTION.c.id, MENTION.c.title, func.substr(CONTENT.c.text, 1, _EXCERPT + 60).label("lead"), MENTION.c.url,
            MENTION.c.channel, MENTION.c.outlet_id, func.coalesce(OUTLET.c.name_ar, MENTION.c.outlet_id).label("outlet_name"),
            MENTION.c.source_id, MENTION.c.addressed, MENTION.c.published_at, MENTION.c.fetched_at, MENTION.c.state,
            MENTION.c.review, MENTION.c.remit, MENTION.c.kind, MENTION.c.sentiment, MENTION.c.topic, MENTION.c.importance,
            MENTION.c.flags, MENTION.c.confidence, MENTION.c.story_id, func.coalesce(STORY.c.size, 1).label("story_size"),
            CASE_MENTION.c.case_id, func.coalesce(CASE.c.number, "").label("case_number"), MENTION.c.access, MENTION.c.form,
            MENTION.c.transcribed, MENTION.c.programme, MENTION.c.minute, MENTION.c.entered_by, MENTION.c.forwarded_often,
        )
        .select_from(MENTION)
        .outerjoin(CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision))
        .outerjoin(OUTLET, OUTLET.c.id == MENTION.c.outlet_id)
        .outerjoin(STORY, STORY.c.id == MENTION.c.story_id)
        .outerjoin(CASE_MENTION, CASE_MENTION.c.mention_id == MENTION.c.id)
        .outerjoin(CASE, CASE.c.id == CASE_MENTION.c.case_id)
    )  # fmt: skip


def _row(row: Row[Any], public: frozenset[str]) -> MentionRow:
    return MentionRow(
        id=row.id,
        title=_shown(row.title, row.channel, public),
        excerpt=_excerpt(_shown(row.lead or "", row.channel, public)),
        url=row.url,
        channel=row.channel,
        outlet_id=row.outlet_id,
        outlet_name=row.outlet_name,
        source_id=row.source_id,
        addressed=row.addressed,
        published_at=row.published_at,
        fetched_at=row.fetched_at,
        state=row.state,
        review=Review(row.review),
        remit=str(row.remit) if row.remit else None,
        kind=row.kind,
        sentiment=row.sentiment,
        topic=row.topic,
        importance=row.importance,
        flags=tuple(code for code in row.flags.split(",") if code),
        confidence=row.confidence,
        story_id=row.story_id,
        story_size=row.story_size,
        case_id=row.case_id,
        case_number=row.case_number,
        access=row.access,
        form=row.form,
        transcribed=row.transcribed,
        programme=row.programme,
        minute=row.minute,
        entered_by=row.entered_by,
        forwarded_often=row.forwarded_often,
    )


def _shown(text: str, channel: Channel, public: frozenset[str]) -> str:
    masked = mask(text)
    return mask_handles(masked, public) if channel is Channel.SOCIAL else masked


def _excerpt(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _EXCERPT else plain[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def _public_handles(session: Session) -> frozenset[str]:
    """Handles of outlets, and the ministry's own accounts, whose mentions are read: no private persons (REQUIREMENTS L2)."""
    outlets = select(OUTLET.c.handle).where(OUTLET.c.handle != "")
    ours = select(SOURCE.c.query).where(SOURCE.c.kind == SourceKind.X_MENTIONS)
    handles = [*session.connection().execute(outlets).scalars(), *session.connection().execute(ours).scalars()]
    return frozenset(handle.lstrip("@").lower() for handle in handles)


def _aliases(session: Session, mention_id: int, key: str) -> tuple[str, ...]:
    statement = select(KNOWN_KEY.c.key).where(KNOWN_KEY.c.mention_id == mention_id).order_by(KNOWN_KEY.c.key)
    return tuple(each for each in session.connection().execute(statement).scalars() if each != key)


def _siblings(session: Session, mention_id: int, story_id: int | None) -> tuple[MentionRow, ...]:
    if story_id is None:
        return ()
    where = and_(MENTION.c.story_id == story_id, MENTION.c.id != mention_id)
    return rows(session, _rows().where(where).order_by(MENTION.c.id).limit(200))
