"""Links between cases about one matter, found by Rasd or made by a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlmodel import Session

from domain.case import CaseEventKind
from domain.people import SYSTEM, Actor
from registry.batches import insert_new, select_in
from registry.casework.history import NewEvent, append_events
from registry.casework.related import WINDOW, Telling, related
from registry.tables import CaseLinkRecord, CaseRecord, Rows, table_of

CASE = table_of(CaseRecord)
CASE_LINK = table_of(CaseLinkRecord)

_POOL: Final = 300
"""Recent cases of one topic that a new case is compared with at most."""


def link_opened(session: Session, opened: Sequence[tuple[int, str, bytes]], now: datetime) -> tuple[tuple[int, int], ...]:
    """Link new cases ``(id, topic, telling words)`` with recent ones, and each other, about the same matter; gives the new
    links."""
    topics: dict[str, list[Telling]] = defaultdict(list)
    for case_id, topic, words in opened:
        topics[topic].append(_telling(case_id, words))
    new_ids = {case_id for case_id, _, _ in opened}
    pairs: list[tuple[int, int, float]] = []
    for topic, new in topics.items():
        pairs += related(_recent(session, topic, new_ids, now), new)
    return write_case_links(session, pairs, SYSTEM, now)


def write_case_links(
    session: Session, pairs: Sequence[tuple[int, int, float]], actor: Actor, now: datetime
) -> tuple[tuple[int, int], ...]:
    """Link pairs of cases ``(one, other, likeness)`` that are not linked yet, with an event in both histories; gives those."""
    ordered = {(min(one, other), max(one, other)): score for one, other, score in pairs if one != other}
    known = {
        (row.case_id, row.other_id)
        for row in select_in(session, select(CASE_LINK), CASE_LINK.c.case_id, [one for one, _ in ordered])
    }
    fresh = [pair for pair in ordered if pair not in known]
    rows: Rows = [
        {"case_id": one, "other_id": other, "score": ordered[one, other], "actor": actor.username, "at": now}
        for one, other in fresh
    ]
    insert_new(session, CASE_LINK, rows)
    both = [(case_id, other) for pair in fresh for case_id, other in (pair, pair[::-1])]
    numbers = {
        row.id: row.number
        for row in select_in(session, select(CASE.c.id, CASE.c.number), CASE.c.id, [case_id for case_id, _ in both])
    }
    events = [
        NewEvent(case_id, CaseEventKind.LINKED, actor.username, {"other": numbers.get(other, "")}) for case_id, other in both
    ]
    append_events(session, events, now)
    return tuple(fresh)


def _recent(session: Session, topic: str, without: set[int], now: datetime) -> list[Telling]:
    statement = (
        select(CASE.c.id, CASE.c.words)
        .where(CASE.c.topic == topic, CASE.c.opened_at >= now - WINDOW)
        .order_by(CASE.c.opened_at.desc(), CASE.c.id.desc())
        .limit(_POOL + len(without))
    )
    rows = [row for row in session.connection().execute(statement) if row.id not in without][:_POOL]
    return [_telling(row.id, row.words) for row in reversed(rows)]


def _telling(case_id: int, words: bytes) -> Telling:
    return Telling(case_id, np.frombuffer(words, dtype=np.uint32))
