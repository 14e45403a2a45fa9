"""What leaves as a table: the fields of DESIGN 5, personal data masked (REQUIREMENTS L3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, Row, Select, and_, func, select
from sqlmodel import Session

from domain.delivery import DeliveryKind
from domain.errors import InputError
from domain.mention import Channel
from domain.privacy import mask, mask_handles, without_handle
from registry.case_erasure import Known, parties
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
_CASE_CODES: Final = (
    "kind", "topic", "importance", "complexity", "status", "answer", "department", "proposed_department", "path", "channel",
    "action", "body",
)  # fmt: skip
_SEALED_CASE: Final = frozenset({"number", "status", "opened_at", "due_at", "closed_at"})
"""What leaves of a sealed case."""
TO_PEOPLE: Final = (DeliveryKind.ACKNOWLEDGEMENT, DeliveryKind.REFERRAL)
"""Mails that hold the beneficiary's own words or address."""


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
        "opened_at", "due_at", "closed_at", "mentions", "path", "channel", "action", "body", "round",
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
    """Of a sealed case only number, status and times leave (REQUIREMENTS W14)."""
    joined = select(func.count()).select_from(CASE_MENTION).where(CASE_MENTION.c.case_id == CASE.c.id).scalar_subquery()
    for row, known in _with_parties(session, select(CASE, joined.label("mentions")), CASE.c.id, "id"):
        found = {
            **{name: str(getattr(row, name)) for name in _CASE_CODES},
            "number": row.number,
            "title": _hidden(row.title, public, known),
            **{name: _iso(getattr(row, name)) for name in ("opened_at", "due_at", "closed_at")},
            "mentions": row.mentions,
            "round": row.round,
        }
        told = _SEALED_CASE if row.sealed else frozenset(found)
        yield {name: found[name] if name in told else "" for name in FIELDS[Exported.CASES]}


def _events(session: Session, public: frozenset[str]) -> Iterator[dict[str, Any]]:
    beside = and_(EVENT_TEXT.c.case_id == EVENT.c.case_id, EVENT_TEXT.c.seq == EVENT.c.seq)
    statement = select(EVENT, EVENT_TEXT.c.texts).outerjoin(EVENT_TEXT, beside).order_by(EVENT.c.seq)
    cases = select(CASE.c.id, CASE.c.number, CASE.c.sealed)
    for case, known in _with_parties(session, cases, CASE.c.id, "id"):
        for row in session.connection().execute(statement.where(EVENT.c.case_id == case.id)):
            texts = {key: _hidden(value, public, known) for key, value in (row.texts or {}).items()}
            yield {
                "case": case.number,
                "seq": row.seq,
                "kind": str(row.kind),
                "at": _iso(row.at),
                "actor": "" if case.sealed else row.actor,
                "details": {} if case.sealed else row.details,
                "texts": {} if case.sealed else texts,
            }


def _deliveries(session: Session, public: frozenset[str]) -> Iterator[dict[str, Any]]:
    """What went to a person (an acknowledgement, a referral with a beneficiary's account) leaves without recipient and words; so
    does what a sealed case sent."""
    statement = select(DELIVERY, CASE.c.number, CASE.c.sealed).outerjoin(CASE, CASE.c.id == DELIVERY.c.case_id)
    plain = ("id", "key", "recipient", "drafted_by", "approved_by", "attempts", "message_id", "remote_id")
    for row, known in _with_parties(session, statement, DELIVERY.c.id, "case_id"):
        found = {
            **{name: getattr(row, name) for name in plain},
            **{name: str(getattr(row, name)) for name in ("kind", "channel", "status")},
            **{name: _hidden(getattr(row, name), public, known) for name in ("subject", "text", "reason")},
            "case": row.number or "",
            "created_at": _iso(row.created_at),
            "sent_at": _iso(row.sent_at),
        }
        if row.sealed or row.kind in TO_PEOPLE:
            found |= dict.fromkeys(("recipient", "subject", "text", "reason"), "")
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
    """All rows in the order of their ids."""
    for piece in _pieces(session, statement, column):
        yield from piece


def _pieces(session: Session, statement: Select[Any], column: Column[Any]) -> Iterator[Sequence[Row[Any]]]:
    """All rows in the order of their ids, in pieces: each piece starts where the last one ended."""
    last = 0
    while piece := session.connection().execute(statement.where(column > last).order_by(column).limit(_AT_ONCE)).all():
        yield piece
        last = piece[-1].id


def _with_parties(
    session: Session, statement: Select[Any], column: Column[Any], case_id: str
) -> Iterator[tuple[Row[Any], Known | None]]:
    """All rows as ``_by_id`` gives them, each with what its case (in the column ``case_id``) knows of whoever raised it."""
    for piece in _pieces(session, statement, column):
        known = parties(session, {row._mapping[case_id] for row in piece if row._mapping[case_id] is not None})
        yield from ((row, known.get(row._mapping[case_id])) for row in piece)


def _hidden(text: str, public: frozenset[str], known: Known | None) -> str:
    """A text of a case without personal data, handles, and the name of whoever raised it (REQUIREMENTS L3)."""
    return _masked(known.hidden(text) if known else text, public, social=True)


def _masked(text: str, public: frozenset[str], social: bool) -> str:
    masked = mask(text)
    return mask_handles(masked, public) if social else masked


def _code(value: object) -> str | None:
    return None if value is None else str(value)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
