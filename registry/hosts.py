"""The clock of each host as a leased row (DESIGN 3): one process at a time asks a host, and what it learnt is there for the next.

A lease ends by itself, so that a process that was killed holds nobody up for long; whoever holds one renews it while it works.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.source import HostMemory
from registry.batches import among
from registry.inbox_plan import storable
from registry.tables import HostRecord, SourceRecord, table_of

HOST = table_of(HostRecord)
SOURCE = table_of(SourceRecord)
_MEMORY: Final = tuple(each.name for each in fields(HostMemory))


def lease(session: Session, host: str, holder: str, now: datetime, ttl: timedelta) -> HostMemory | None:
    """Take a host until ``now + ttl`` and give what is remembered of it; None where somebody else holds it.

    One statement: of two processes that ask at the same moment one gets it. A lease that ran out is taken over, and one's own is
    taken again.
    """
    taken = {"holder": holder, "leased_until": now + ttl}
    statement = _insert(session).values(host=host, failures=0, reason="", crawl_delay=0.0, **taken)
    free = or_(HOST.c.holder.in_(("", holder)), HOST.c.leased_until <= now)
    statement = statement.on_conflict_do_update(index_elements=["host"], set_=taken, where=free).returning(HOST)
    row = session.connection().execute(statement).one_or_none()
    return _memory(row) if row is not None else None


def renew(session: Session, hosts: Collection[str], holder: str, now: datetime, ttl: timedelta) -> set[str]:
    """Hold these hosts until ``now + ttl``; gives those that are still the holder's. The others were taken over meanwhile."""
    statement = (
        update(HOST)
        .where(among(session, HOST.c.host, hosts), HOST.c.holder == holder)
        .values(leased_until=now + ttl)
        .returning(HOST.c.host)
    )
    return set(session.connection().execute(statement).scalars())


def release(session: Session, memory: HostMemory, holder: str, now: datetime) -> bool:
    """Give a host back, with what was learnt; False (and nothing is written) where somebody else took it over meanwhile.

    ``now`` decides what is still worth keeping: a moment that is over is forgotten.
    """
    mine = (HOST.c.host == memory.host, HOST.c.holder == holder)
    values = _clock(memory, now) | {"holder": "", "leased_until": None}
    connection = session.connection()
    if memory.robots is not None:  # written apart, and only where it was read anew: it may be long
        unread = or_(HOST.c.robots_read_at.is_(None), HOST.c.robots_read_at < memory.robots_read_at)
        connection.execute(update(HOST).where(*mine, unread).values(**_rules(memory)))
    return bool(connection.execute(update(HOST).where(*mine).values(**values)).rowcount)


def learn(session: Session, memories: Collection[HostMemory], now: datetime) -> None:
    """Keep what was learnt of hosts that nobody holds: those that a redirect led to."""
    for memory in memories:
        values = _clock(memory, now) | _rules(memory)
        statement = _insert(session).values(host=memory.host, holder="", **values)
        session.connection().execute(
            statement.on_conflict_do_update(index_elements=["host"], set_=values, where=HOST.c.holder == "")
        )


def memories(session: Session) -> list[HostMemory]:
    """What is remembered of every host, by name."""
    return [_memory(row) for row in session.connection().execute(select(HOST).order_by(HOST.c.host))]


def holders(session: Session) -> dict[str, str]:
    """The hosts that are held now or were when their holder died, with the holder's name."""
    rows = session.connection().execute(select(HOST.c.host, HOST.c.holder).where(HOST.c.holder != ""))
    return {row.host: row.holder for row in rows}


def free(session: Session, dead: Collection[str]) -> None:
    """Give back what these holders held: their processes are known to be gone, so nobody need wait for the leases to end."""
    if dead:
        statement = update(HOST).where(HOST.c.holder.in_(list(dead))).values(holder="", leased_until=None)
        session.connection().execute(statement)


def postpone(session: Session, turns: Mapping[str, datetime]) -> None:
    """Give sources, by id, another next turn: those of a host on which many are due at the same moment."""
    if turns:
        statement = update(SOURCE).where(SOURCE.c.id == bindparam("source_id")).values(next_poll_at=bindparam("turn"))
        session.connection().execute(statement, [{"source_id": name, "turn": turn} for name, turn in turns.items()])


def _insert(session: Session) -> Any:
    make: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return make(HOST)


def _clock(memory: HostMemory, now: datetime) -> dict[str, Any]:
    return {
        "free_at": memory.free_at if memory.free_at and memory.free_at > now else None,
        "closed_until": memory.closed_until if memory.closed_until and memory.closed_until > now else None,
        "failures": memory.failures,
        "reason": storable(memory.reason),
        "crawl_delay": memory.crawl_delay,
    }


def _rules(memory: HostMemory) -> dict[str, Any]:
    return {"robots": None if memory.robots is None else storable(memory.robots), "robots_read_at": memory.robots_read_at}


def _memory(row: Row[Any]) -> HostMemory:
    return HostMemory(**{name: getattr(row, name) for name in _MEMORY})
