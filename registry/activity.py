"""What each source did, day by day and hour by hour of the week: counted as it happens, in the caller's transaction (G2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.habit import Cell, Slot, slot_of, spread
from domain.mention import Access
from domain.source import Cost, Fetched, FetchResult
from registry.batches import select_in, upsert
from registry.tables import SourceDayRecord, SourceHourRecord, SourceRecord, table_of

DAY = table_of(SourceDayRecord)
HOUR = table_of(SourceHourRecord)
SOURCE = table_of(SourceRecord)

THIN: Final = 200
"""Characters: a page with less text is thin. The shortest real news items are two sentences, some 250 characters."""
KEEP: Final = timedelta(days=400)
"""How long a source's days are kept: a year and a little, for comparison."""
_NO_TEXT_OF_ITS_OWN: Final = (Access.SUMMARY, Access.SCRIPT_BUILT)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counters of one source's day: ``registry.tables.habits.SourceDayRecord``."""

    polls: int = 0
    unchanged: int = 0
    failures: int = 0
    items: int = 0
    pages: int = 0
    thin: int = 0
    characters: int = 0
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @classmethod
    def of_cost(cls, cost: Cost) -> Tally:
        """What something cost."""
        return cls(requests=cost.requests, bytes=cost.bytes, seconds=cost.seconds)

    @property
    def polls_answered(self) -> int:
        """Polls that went well."""
        return self.polls - self.failures


COUNTERS: Final = tuple(each.name for each in fields(Tally))


def count(session: Session, tallies: Mapping[str, Tally], now: datetime) -> None:
    """Add to the day (UTC) of these sources. What adds nothing is not written."""
    day = now.astimezone(UTC).date()
    rows = [
        {"source_id": source_id, "day": day} | dict(zip(COUNTERS, astuple(tally), strict=True))
        for source_id, tally in sorted(tallies.items())
        if tally != Tally()
    ]
    if rows:
        make: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        statement = make(DAY)
        added = {name: DAY.c[name] + statement.excluded[name] for name in COUNTERS}
        session.connection().execute(statement.on_conflict_do_update(index_elements=["source_id", "day"], set_=added), rows)


def count_pages(session: Session, results: Sequence[FetchResult], now: datetime) -> None:
    """What fetching pages gave and cost, by source; entries of no known source are passed over."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for result in results:
        tallies[result.entry.source_id] += _page(result)
    known = {row.id for row in select_in(session, select(SOURCE.c.id), SOURCE.c.id, list(tallies))}
    count(session, {source_id: tally for source_id, tally in tallies.items() if source_id in known}, now)


def learn(session: Session, source_id: str, items: int, since: datetime | None, now: datetime) -> None:
    """Add ``items`` found by the poll of ``now`` to the hours since the good poll before it (``since``)."""
    shares = spread(items, since, now)
    if not shares:
        return
    cells = hours(session, [source_id], {slot_of(at)[1][0] for at, _ in shares}).get(source_id, {})
    touched: dict[Slot, Cell] = {}
    for at, share in shares:
        week, slot = slot_of(at)
        touched[slot] = touched.get(slot, cells.get(slot, Cell(week))).added(week, share)
    upsert(
        session, HOUR, [_hour_row(source_id, slot, cell) for slot, cell in touched.items()],
        ("source_id", "weekday", "hour"), ("week", "latest", "items", "active"),
    )  # fmt: skip


def hours(session: Session, source_ids: Collection[str], weekdays: Collection[int] = range(7)) -> dict[str, dict[Slot, Cell]]:
    """The hours of the week of these sources, on these days of the week (Monday is 0; UTC)."""
    place = (HOUR.c.source_id, HOUR.c.weekday, HOUR.c.hour)
    statement = select(*place, HOUR.c.week, HOUR.c.latest, HOUR.c["items"].label("former"), HOUR.c.active)
    if len(weekdays) < 7:
        statement = statement.where(HOUR.c.weekday.in_(sorted(weekdays)))
    found: dict[str, dict[Slot, Cell]] = defaultdict(dict)
    for row in select_in(session, statement, HOUR.c.source_id, source_ids):
        found[row.source_id][row.weekday, row.hour] = Cell(row.week, row.latest, row.former, row.active)
    return dict(found)


def days(session: Session, since: date, source_ids: Collection[str] | None = None) -> dict[str, dict[date, Tally]]:
    """The days of these sources (of all, where none are named) since a day."""
    statement = select(DAY.c.source_id, DAY.c.day, *(DAY.c[name] for name in COUNTERS)).where(DAY.c.day >= since)
    rows: Iterable[Any]
    if source_ids is None:
        rows = session.connection().execute(statement)
    else:
        rows = select_in(session, statement, DAY.c.source_id, source_ids)
    found: dict[str, dict[date, Tally]] = defaultdict(dict)
    for row in rows:
        found[row.source_id][row.day] = Tally(*row[2:])
    return dict(found)


def first_days(session: Session, source_ids: Collection[str] | None = None) -> dict[str, date]:
    """The first day of each of these sources (of all, where none are named)."""
    statement = select(DAY.c.source_id, func.min(DAY.c.day).label("day"))
    if source_ids is not None:
        statement = statement.where(DAY.c.source_id.in_(sorted(source_ids)))
    return {row.source_id: row.day for row in session.connection().execute(statement.group_by(DAY.c.source_id))}


def good_days(session: Session, since: date, source_ids: Collection[str]) -> dict[str, dict[date, int]]:
    """The days on which these sources answered a poll, and the items of each."""
    statement = select(DAY.c.source_id, DAY.c.day, DAY.c["items"].label("brought")).where(
        DAY.c.day >= since, DAY.c.polls > DAY.c.failures
    )
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for row in select_in(session, statement, DAY.c.source_id, source_ids):
        found[row.source_id][row.day] = row.brought
    return dict(found)


def forget_old(session: Session, now: datetime) -> None:
    """Days beyond ``KEEP`` go."""
    session.connection().execute(delete(DAY).where(DAY.c.day < (now.astimezone(UTC) - KEEP).date()))


def _page(result: FetchResult) -> Tally:
    cost = Tally.of_cost(result.cost)
    if not isinstance(result, Fetched):
        return cost
    length = sum(len(each.text) for each in result.mentions if each.access not in _NO_TEXT_OF_ITS_OWN)
    return cost + Tally(pages=1, thin=int(length < THIN), characters=length)


def _hour_row(source_id: str, slot: Slot, cell: Cell) -> dict[str, Any]:
    weekday, hour = slot
    return {
        "source_id": source_id, "weekday": weekday, "hour": hour,
        "week": cell.week, "latest": cell.latest, "items": cell.items, "active": cell.active,
    }  # fmt: skip
