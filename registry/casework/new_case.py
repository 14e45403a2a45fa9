"""Writes new cases with their numbers and first events: the one way that a case begins, from a mention or a direct channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain.case import CaseEventKind, CasePath, IntakeChannel
from domain.people import Actor
from domain.profile import Profile
from domain.tags import Complexity, Importance, Kind
from registry.batches import insert_ids
from registry.casework.case_row import columns_of
from registry.casework.chain import Head, Link, extend
from registry.casework.deadlines import Promise, due_at, next_step_at
from registry.casework.history import write_links
from registry.casework.numbering import number, take, year_of
from registry.tables import CaseRecord, Rows, table_of

CASE = table_of(CaseRecord)


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case about to be written. ``mention`` is the one that opens it (0: none), ``words`` hashes of its telling words,
    ``account`` what whoever raised it said, ``deadline`` a journalist's. ``accepted`` writes its acceptance in one."""

    path: CasePath
    kind: Kind
    topic: str
    importance: Importance
    complexity: Complexity
    channel: IntakeChannel
    title: str
    words: bytes
    mention: int = 0
    account: str = ""
    deadline: datetime | None = None
    accepted: bool = False


def write_new_cases(
    session: Session, profile: Profile, promise: Promise, given: Sequence[NewCase], actor: Actor, now: datetime
) -> list[int]:
    """Number the cases and write them with their first events; gives their ids, in order."""
    year = year_of(now, profile.calendar.timezone)
    rows: Rows = []
    chains: list[list[Link]] = []
    for each, serial in zip(given, take(session, profile.code, year, len(given)), strict=True):
        head, links = _begin(each, number(profile.code, year, serial), actor, now)
        rows.append({**_row(each, head, profile, promise), "year": year, "serial": serial})
        chains.append(links)
    ids = insert_ids(session, CASE, rows)
    write_links(session, dict(zip(ids, chains, strict=True)))
    return ids


def _begin(given: NewCase, reference: str, actor: Actor, now: datetime) -> tuple[Head, list[Link]]:
    head, first = extend(Head(reference, None, ""), CaseEventKind.REGISTERED, now, actor.username, _details(given))
    if not given.accepted:
        return head, [first]
    head, second = extend(head, CaseEventKind.ACCEPTED, now, actor.username, {})
    return head, [first, second]


def _details(given: NewCase) -> dict[str, str]:
    codes = ("path", "kind", "topic", "importance", "complexity", "channel")
    details = {name: str(getattr(given, name)) for name in codes}
    if given.mention:
        details["mention"] = str(given.mention)
    if given.deadline is not None:
        details["deadline"] = given.deadline.isoformat()
    if given.account:
        details["account"] = given.account
    return details


def _row(given: NewCase, head: Head, profile: Profile, promise: Promise) -> dict[str, Any]:
    assert head.state is not None
    due = due_at(promise, head.state)
    return {
        **columns_of(head.state, profile.department_of(given.topic)),
        "number": head.number,
        "profile": profile.code,
        "title": given.title,
        "channel": given.channel,
        "first_mention_id": given.mention,
        "due_at": due,
        "next_step_at": next_step_at(promise, head.state, due),
        "head": head.hash,
        "revision": 1,
        "words": given.words,
    }
