"""What leaves as a table: the fields of DESIGN 5, personal data masked (REQUIREMENTS L3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, Row, Select, and_, func, select
from sqlmodel import Session

from domain.errors import InputError
from domain.mention import Channel
from domain.privacy import mask, mask_handles, without_handle
from registry.tables import (
    CaseEventRecord,
    CaseEventTextRecord,
    CaseMentionRecord,
    CaseRecord,
    ContentRecord,
    DeliveryRecord,
    MentionRecord,
    SourceRecord,
    table_of,
)

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
CASE = table_of(CaseRecord)
CASE_MENTION = table_of(CaseMentionRecord)
EVENT = table_of(CaseEventRecord)
EVENT_TEXT = table_of(CaseEventTextRecord)
DELIVERY = table_of(DeliveryRecord)
SOURCE = table_of(SourceRecord)

_AT_ONCE: Final = 500


class Exported(StrEnum):
    """What may be exported."""

    MENTIONS = "mentions"
    CASES = "cases"
    EVENTS = "events"
    DELIVERIES = "deliveries"
    SOURCES = "sources"


FIELDS: Final[Mapping[Exported, tuple[str, ...]]] = {
    Exported.MENTIONS: (
        "id", "url", "canonical_url", "title", "text", "author", "published_at", "fetched_at", "outlet", "source", "story_id",
        "state", "remit", "kind", "sentiment", "topic", "importance", "image_url", "access",
    ),
    Exported.CASES: (
        "number", "title", "kind", "topic", "importance", "complexity", "status", "answer", "department", "proposed_department",
        "opened_at", "due_at", "closed_at", "mentions",
    ),
    Exported.EVENTS: ("case", "seq", "kind", "at", "actor", "details", "texts"),
    Exported.DELIVERIES: (
        "id", "key", "kind", "channel", "recipient", "subject", "text", "status", "case", "drafted_by", "approved_by", "attempts",
        "reason", "message_id", "remote_id", "created_at", "sent_at",
    ),
    Exported.SOURCES: (
        "id", "kind", "outlet", "name", "url", "query", "interval", "paused", "items", "failures", "reason", "last_checked_at",
        "last_success_at", "last_item_at", "next_poll_at",
    ),
}  # fmt: skip
"""The columns of each table, in order (DESIGN 5: stable)."""


def rows(session: Session, what: Exported | str, *, public_handles: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """The rows of one table, oldest first, a few hundred in memory at a time; moments as ISO 8601 text in UTC.

    Of social mentions the author is empty and the address free of the handle; handles in texts are masked but for
    ``public_handles`` (without @, lower case). Raises ``InputError`` for a table that is not exported.
    """
    try:
        table = Exported(what)
    except ValueError as error:
        raise InputError(f"«{what}» is not exported", f"choose one of: {', '.join(Exported)}") from error
    return _TABLES[table](session, public_handles)


def _mentions(session: Session, public: frozenset[str]) -> Iterator[dict[str, Any]]:
    statement = select(MENTION, CONTENT.c.text).outerjoin(
        CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision)
    )
    for row in _by_id(session, statement.where(MENTION.c.erased_at.is_(None)), MENTION.c.id):
        social = row.channel is Channel.SOCIAL
        yield {
            "id": row.id,
            "url": without_handle(row.url) if social else row.url,
            "canonical_url": without_handle(row.canonical_url) if social else row.canonical_url,
            "title": _masked(row.title, public, social),
            "text": _masked(row.text or "", public, social),
            "author": "" if social else row.author,
            "published_at": _iso(row.published_at),
            "fetched_at": _iso(row.fetched_at),
            "outlet": row.outlet_id,
            "source": row.source_id,
            "story_id": row.story_id,
            "state": str(row.state),
            **{axis: _code(getattr(row, axis)) for axis in ("remit", "kind", "sentiment", "topic", "importance")},
            "image_url": row.image_url,
            "access": str(row.access),
        }


def _cases(session: Session, public: frozenset[str]) -> Iterator[dict[str, Any]]:
    joined = select(func.count()).select_from(CASE_MENTION).where(CASE_MENTION.c.case_id == CASE.c.id).scalar_subquery()
    for row in _by_id(session, select(CASE, joined.label("mentions")), CASE.c.id):
        codes = ("kind", "topic", "importance", "complexity", "status", "answer", "department", "proposed_department")
        yield {
            "number": row.number,
            "title": _masked(row.title, public, social=True),
            **{name: str(getattr(row, name)) for name in codes},
            **{name: _iso(getattr(row, name)) for name in ("opened_at", "due_at", "closed_at")},
            "mentions": row.mentions,
        }


def _events(session: Session, public: frozenset[str]) -> Iterator[dict[str, Any]]:
    beside = and_(EVENT_TEXT.c.case_id == EVENT.c.case_id, EVENT_TEXT.c.seq == EVENT.c.seq)
    statement = select(EVENT, EVENT_TEXT.c.texts).outerjoin(EVENT_TEXT, beside).order_by(EVENT.c.seq)
    for case in _by_id(session, select(CASE.c.id, CASE.c.number), CASE.c.id):
        for row in session.connection().execute(statement.where(EVENT.c.case_id == case.id)):
            yield {
                "case": case.number,
                "seq": row.seq,
                "kind": str(row.kind),
                "at": _iso(row.at),
                "actor": row.actor,
                "details": row.details,
                "texts": {key: _masked(value, public, social=True) for key, value in (row.texts or {}).items()},
            }


def _deliveries(session: Session, public: frozenset[str]) -> Iterator[dict[str, Any]]:
    statement = select(DELIVERY, CASE.c.number).outerjoin(CASE, CASE.c.id == DELIVERY.c.case_id)
    plain = (
        "id", "key", "recipient", "subject", "drafted_by", "approved_by", "attempts", "reason", "message_id", "remote_id",
    )  # fmt: skip
    for row in _by_id(session, statement, DELIVERY.c.id):
        found = {
            **{name: getattr(row, name) for name in plain},
            **{name: str(getattr(row, name)) for name in ("kind", "channel", "status")},
            "text": _masked(row.text, public, social=True),
            "case": row.number or "",
            "created_at": _iso(row.created_at),
            "sent_at": _iso(row.sent_at),
        }
        yield {name: found[name] for name in FIELDS[Exported.DELIVERIES]}


def _sources(session: Session, public: frozenset[str]) -> Iterator[dict[str, Any]]:  # noqa: ARG001 - one shape for all tables
    for row in session.connection().execute(select(SOURCE).where(SOURCE.c.removed.is_(False)).order_by(SOURCE.c.id)):
        moments = ("last_checked_at", "last_success_at", "last_item_at", "next_poll_at")
        found = {
            **{name: getattr(row, name) for name in ("id", "name", "url", "query", "paused", "items", "failures", "reason")},
            "kind": str(row.kind),
            "outlet": row.outlet_id,
            "interval": row.interval_s,
            **{name: _iso(getattr(row, name)) for name in moments},
        }
        yield {name: found[name] for name in FIELDS[Exported.SOURCES]}


_TABLES: Final[Mapping[Exported, Callable[[Session, frozenset[str]], Iterator[dict[str, Any]]]]] = {
    Exported.MENTIONS: _mentions,
    Exported.CASES: _cases,
    Exported.EVENTS: _events,
    Exported.DELIVERIES: _deliveries,
    Exported.SOURCES: _sources,
}


def _by_id(session: Session, statement: Select[Any], column: Column[Any]) -> Iterator[Row[Any]]:
    """All rows in the order of their ids, in pieces: each piece starts where the last one ended."""
    last = 0
    while piece := session.connection().execute(statement.where(column > last).order_by(column).limit(_AT_ONCE)).all():
        yield from piece
        last = piece[-1].id


def _masked(text: str, public: frozenset[str], social: bool) -> str:
    masked = mask(text)
    return mask_handles(masked, public) if social else masked


def _code(value: object) -> str | None:
    return None if value is None else str(value)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
