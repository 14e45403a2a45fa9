"""Writes events and the state that they lead to: the only place that changes a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session

from domain.case import CaseEvent, CaseEventKind, CaseState
from domain.errors import Conflict, NotFound
from registry.batches import insert_rows, select_in
from registry.casework.chain import Head, Link, extend
from registry.casework.deadlines import due_at, read_promise
from registry.tables import CaseEventRecord, CaseEventTextRecord, CaseRecord, Rows, table_of

CASE = table_of(CaseRecord)
EVENT = table_of(CaseEventRecord)
EVENT_TEXT = table_of(CaseEventTextRecord)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is to be added to a case's history."""

    case_id: int
    kind: CaseEventKind
    actor: str
    details: Mapping[str, str]


def state_of(row: Row[Any]) -> CaseState:
    """The state kept beside the history, as a replay would give it."""
    return CaseState(
        status=row.status,
        answer=row.answer,
        department=row.department,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        events=row.events,
    )


def lock_case(session: Session, case_id: int, expected: int | None = None) -> Row[Any]:
    """The case's row, held until the end of the transaction.

    Raises ``NotFound``, and ``Conflict`` where ``expected`` is not its revision: somebody changed it meanwhile.
    """
    row = session.connection().execute(select(CASE).where(CASE.c.id == case_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"there is no case {case_id}", "load the list again")
    if expected is not None and row.revision != expected:
        raise Conflict(f"the case {row.number} was changed by somebody else meanwhile", "look at it again, then repeat")
    return row


def append_events(session: Session, events: Sequence[NewEvent], now: datetime) -> dict[int, CaseState]:
    """Add events to cases' histories, in order, and write the states that they lead to. Raises ``NotFound``, ``IllegalMove``."""
    if not events:
        return {}
    rows = _lock_cases(session, {event.case_id for event in events})
    heads = {case_id: Head(row.number, state_of(row), row.head) for case_id, row in rows.items()}
    links: dict[int, list[Link]] = defaultdict(list)
    for event in events:
        heads[event.case_id], link = extend(heads[event.case_id], event.kind, now, event.actor, event.details)
        links[event.case_id].append(link)
    write_links(session, links)
    _write_states(session, {case_id: (rows[case_id], heads[case_id], links[case_id]) for case_id in links}, now)
    return {case_id: _state(head) for case_id, head in heads.items()}


def write_links(session: Session, links: Mapping[int, Sequence[Link]]) -> None:
    """Write the events themselves, and what people wrote beside them."""
    pairs = [(case_id, link) for case_id, added in links.items() for link in added]
    insert_rows(session, EVENT, [_event_row(case_id, link) for case_id, link in pairs])
    texts: Rows = [
        {"case_id": case_id, "seq": link.seq, "salt": link.salt, "texts": dict(link.texts)}
        for case_id, link in pairs
        if link.texts
    ]
    insert_rows(session, EVENT_TEXT, texts)


def read_events(session: Session, case_ids: Sequence[int]) -> dict[int, list[CaseEvent]]:
    """The histories of cases, oldest event first, without what people wrote."""
    found: dict[int, list[CaseEvent]] = defaultdict(list)
    statement = select(EVENT).order_by(EVENT.c.case_id, EVENT.c.seq)
    for row in select_in(session, statement, EVENT.c.case_id, case_ids):
        found[row.case_id].append(CaseEvent(row.kind, row.at, row.actor, row.details))
    return found


def _lock_cases(session: Session, case_ids: Iterable[int]) -> dict[int, Row[Any]]:
    wanted = sorted(set(case_ids))
    statement = select(CASE).order_by(CASE.c.id).with_for_update()
    rows = {row.id: row for row in select_in(session, statement, CASE.c.id, wanted)}
    missing = [case_id for case_id in wanted if case_id not in rows]
    if missing:
        raise NotFound(f"there is no case {missing[0]}", "load the list again")
    return rows


def _write_states(session: Session, changed: Mapping[int, tuple[Row[Any], Head, Sequence[Link]]], now: datetime) -> None:
    writes: Rows = []
    for case_id, (row, head, links) in changed.items():
        state = _state(head)
        reopened = any(link.kind is CaseEventKind.REOPENED for link in links)
        writes.append(
            {
                "of": case_id,
                "to_status": state.status,
                "to_answer": state.answer,
                "to_department": state.department,
                "to_closed_at": state.closed_at,
                "to_events": state.events,
                "to_head": head.hash,
                "to_clock_from": now if reopened else row.clock_from,
                "to_due_at": due_at(read_promise(session), row.kind, row.complexity, now) if reopened else row.due_at,
            }
        )
    statement = (
        update(CASE)
        .where(CASE.c.id == bindparam("of"))
        .values(
            status=bindparam("to_status"),
            answer=bindparam("to_answer"),
            department=bindparam("to_department"),
            closed_at=bindparam("to_closed_at"),
            events=bindparam("to_events"),
            head=bindparam("to_head"),
            clock_from=bindparam("to_clock_from"),
            due_at=bindparam("to_due_at"),
            revision=CASE.c.revision + 1,
        )
    )
    session.connection().execute(statement, writes)


def _event_row(case_id: int, link: Link) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "seq": link.seq,
        "kind": link.kind,
        "at": link.at,
        "actor": link.actor,
        "details": dict(link.codes),
        "digest": link.digest,
        "hash": link.hash,
    }


def _state(head: Head) -> CaseState:
    assert head.state is not None
    return head.state
