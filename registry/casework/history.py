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
from registry.casework.case_row import columns_of, state_of
from registry.casework.chain import Head, Link, extend
from registry.casework.deadlines import Promise, due_at, next_step_at, read_promise
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


def lock_case(session: Session, case_id: int, expected: int | None = None) -> Row[Any]:
    """The case's row, held until the end of the transaction.

    Raises ``NotFound``, and ``Conflict`` where ``expected`` is not its revision: somebody changed it meanwhile.
    """
    row = session.connection().execute(select(CASE).where(CASE.c.id == case_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"there is no case {case_id}", "load the list again").saying("no_case", number=case_id)
    if expected is not None and row.revision != expected:
        changed = Conflict(f"the case {row.number} was changed by somebody else meanwhile", "look at it again, then repeat")
        raise changed.saying("changed_meanwhile", number=row.number)
    return row


def append_events(session: Session, events: Sequence[NewEvent], now: datetime) -> dict[int, CaseState]:
    """Add events to cases' histories, in order, and write the states that they lead to. Raises ``NotFound``, ``IllegalMove``."""
    if not events:
        return {}
    rows = _lock_cases(session, {event.case_id for event in events})
    befores = {case_id: state_of(row) for case_id, row in rows.items()}
    heads = {case_id: Head(row.number, befores[case_id], row.head) for case_id, row in rows.items()}
    links: dict[int, list[Link]] = defaultdict(list)
    for event in events:
        heads[event.case_id], link = extend(heads[event.case_id], event.kind, now, event.actor, event.details)
        links[event.case_id].append(link)
    write_links(session, links)
    _write_states(session, [(rows[case_id], befores[case_id], heads[case_id]) for case_id in links])
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


def _write_states(session: Session, changed: Sequence[tuple[Row[Any], CaseState, Head]]) -> None:
    writes: dict[bool, Rows] = defaultdict(list)
    promise: Promise | None = None
    for row, before, head in changed:
        state = _state(head)
        clock, moved = _clock(before) != _clock(state), before.topic != state.topic
        if clock or moved:
            promise = promise or read_promise(session)
        # A case that turns out to be about something else goes to another desk, and is no longer the first one's to read (W14).
        proposed = promise.departments.get(state.topic, row.proposed_department) if promise and moved else row.proposed_department
        values = {f"to_{name}": value for name, value in columns_of(state, proposed).items()} | {
            "of": row.id,
            "to_head": head.hash,
        }
        if promise and clock:
            due = due_at(promise, state)
            values |= {"to_due_at": due, "to_next_step_at": next_step_at(promise, state, due)}
        writes[clock].append(values)
    for rows in writes.values():
        names = [name.removeprefix("to_") for name in rows[0] if name != "of"]
        values = {name: bindparam(f"to_{name}", type_=CASE.c[name].type) for name in names}
        statement = update(CASE).where(CASE.c.id == bindparam("of")).values(**values, revision=CASE.c.revision + 1)
        session.connection().execute(statement, rows)


def _clock(state: CaseState) -> tuple[object, ...]:
    """Everything that the case's deadlines depend on."""
    return (
        state.status, state.kind, state.complexity, state.clock_from, state.pauses, state.deadline, state.escalated,
        state.department, state.assignee,
    )  # fmt: skip


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
