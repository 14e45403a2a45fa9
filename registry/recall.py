"""The weekly sample of what was not flagged: drawn by lot, kept apart, and as briefly as what concerns nobody (REQUIREMENTS C9,
L1).

Every item has a lot in each week: a keyed hash of its key as a number in [0, 1). The ``size`` smallest of a week, group and
stratum are its sample, so it is the same however often and in whatever order it is drawn. Posts that match no watch query are not
in it: nothing of them may be kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Any, Final

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.errors import InputError
from domain.mention import Channel, Mention
from domain.privacy import mask, mask_handles
from domain.recall import RecallAnswer, Sampling, SourceGroup, Stratum, lot, lot_key
from domain.week import week_of
from registry import recall_figures, recall_groups
from registry.batches import insert_new, select_in
from registry.inbox_plan import storable
from registry.recall_week import MENTION, Week, judged, untagged
from registry.tables import RecallCountRecord, RecallItemRecord, Rows, SeenRecord, table_of

ITEM = table_of(RecallItemRecord)
COUNT = table_of(RecallCountRecord)
SEEN = table_of(SeenRecord)

KEEP: Final = timedelta(days=14)
"""How long the text of a sampled item is kept at most (REQUIREMENTS L1)."""
_SECOND_THOUGHTS: Final = timedelta(days=1)
_LONGEST_TEXT: Final = 6000
"""Characters: title and lead decide (ANNOTATION 2), and a sample is no archive."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What a draw did: ``sampled`` mentions; or that ``waiting`` mentions of the week are not tagged yet: nothing was drawn."""

    sampled: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Lot:
    """An item with its lot."""

    number: float
    digest: str
    item: Any


def note_unmatched(session: Session, mentions: Sequence[Mention], now: datetime, secret: bytes, sampling: Sampling) -> None:
    """Count what arrived and matched no watch query, and keep what belongs to the week's sample, its text masked.

    To be called before the items are kept as seen: one that is seen already is not counted again.
    """
    pages = _not_seen(session, [mention for mention in mentions if mention.channel is not Channel.SOCIAL])
    if not pages:
        return
    week = week_of(now, sampling.timezone)
    by_group: dict[SourceGroup, list[Mention]] = defaultdict(list)
    groups = recall_groups.groups_of(session, {(mention.channel, mention.outlet_id) for mention in pages})
    for mention in pages:
        by_group[groups[mention.channel, mention.outlet_id]].append(mention)
    _add_to_counts(session, week, {group: len(items) for group, items in by_group.items()})
    held = _held(session, week, by_group)
    for group, items in by_group.items():
        drawn = _smallest(items, week, secret, sampling.size)
        _put_in(session, held[group], [_unmatched_row(each, week, group, now) for each in drawn], sampling.size)


def draw_unflagged(session: Session, week: Week, now: datetime, secret: bytes, sampling: Sampling) -> Draw:
    """Draw the sample of what the classifier saw and did not flag in a week that is over, and keep the week's first figures.

    Nothing is drawn while mentions of the week wait for the classifier, and of a week in which nothing came there are no figures.
    Drawing again changes nothing.
    Raises ``InputError`` for a week that is none, or is not over.
    """
    if week.end > now:
        raise InputError(f"the week {week.code} is not over", "draw its sample once it is")
    if recall_figures.is_drawn(session, week.code):
        return Draw()
    connection = session.connection()
    waiting = int(connection.execute(untagged(week)).scalar_one())
    if waiting:
        return Draw(waiting=waiting)
    columns = (MENTION.c.id, MENTION.c.key, MENTION.c.channel, MENTION.c.outlet_id, MENTION.c.source_id)
    found = connection.execute(judged(week, now, flagged=False, columns=columns)).all()
    if not found and _is_empty(session, week, now):
        return Draw()
    groups = recall_groups.groups_of(session, {(row.channel, row.outlet_id) for row in found})
    by_group: dict[SourceGroup, list[Any]] = defaultdict(list)
    for row in found:
        by_group[groups[row.channel, row.outlet_id]].append(row)
    rows: Rows = []
    for group, items in by_group.items():
        drawn = _smallest(items, week.code, secret, sampling.size)
        rows += [_unflagged_row(each, week.code, group, now) for each in drawn]
    insert_new(session, ITEM, rows)
    insert_new(session, COUNT, [_count_row(week.code, group, Stratum.UNFLAGGED, len(each)) for group, each in by_group.items()])
    recall_figures.refresh(session, week, now)
    return Draw(sampled=len(rows))


def forget(session: Session, now: datetime, keep: timedelta = KEEP) -> int:
    """Erase address, title and text of sampled items: a day after somebody said that they were rightly left, and of all others
    after ``keep`` (REQUIREMENTS L1). Gives how many. Their answers stay, and the figures made of them."""
    used = and_(ITEM.c.answer == RecallAnswer.RIGHTLY_LEFT, ITEM.c.answered_at < now - _SECOND_THOUGHTS)
    statement = (
        update(ITEM)
        .where(ITEM.c.key != "", or_(ITEM.c.drawn_at < now - keep, used))
        .values(key="", url="", title="", text="")
    )  # fmt: skip
    return int(session.connection().execute(statement).rowcount)


def _is_empty(session: Session, week: Week, now: datetime) -> bool:
    """Whether nothing came in a week of which no mention was left unflagged."""
    connection = session.connection()
    counted = connection.execute(select(COUNT.c.week).where(COUNT.c.week == week.code).limit(1)).first()
    return not counted and connection.execute(judged(week, now, flagged=True, columns=(MENTION.c.id,)).limit(1)).first() is None


def _not_seen(session: Session, mentions: Sequence[Mention]) -> list[Mention]:
    seen = {row.key for row in select_in(session, select(SEEN.c.key), SEEN.c.key, [mention.key for mention in mentions])}
    return [mention for mention in mentions if mention.key not in seen]


def _smallest(items: Sequence[Any], week: str, secret: bytes, size: int) -> list[_Lot]:
    """The items whose lots are the smallest; as digests stand in the order of their lots, only those are worked out."""
    digests = [lot_key(item.key, week, secret) for item in items]
    places = nsmallest(size, range(len(items)), key=digests.__getitem__)
    return [_Lot(lot(digests[place]), digests[place], items[place]) for place in places]


def _add_to_counts(session: Session, week: str, found: Mapping[SourceGroup, int]) -> None:
    make: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(COUNT)
    keys = [COUNT.c.week, COUNT.c.source_group, COUNT.c.stratum]
    more = {"items": COUNT.c["items"] + statement.excluded["items"]}
    rows = [_count_row(week, group, Stratum.UNMATCHED, number) for group, number in found.items()]
    session.connection().execute(statement.on_conflict_do_update(index_elements=keys, set_=more), rows)


def _held(session: Session, week: str, groups: Iterable[SourceGroup]) -> dict[SourceGroup, list[tuple[float, int]]]:
    """Lots and ids of the present sample of what matched nothing."""
    statement = select(ITEM.c.source_group, ITEM.c.lot, ITEM.c.id).where(
        ITEM.c.week == week, ITEM.c.source_group.in_(list(groups)), ITEM.c.stratum == Stratum.UNMATCHED
    )
    held: dict[SourceGroup, list[tuple[float, int]]] = defaultdict(list)
    for row in session.connection().execute(statement):
        held[row.source_group].append((row.lot, row.id))
    return held


def _put_in(session: Session, held: Sequence[tuple[float, int]], rows: Rows, size: int) -> None:
    """Let the rows whose lots are among the ``size`` smallest in, and what they displace go."""
    ranked = sorted(
        [*((number, item_id, None) for number, item_id in held), *((row["lot"], 0, row) for row in rows)], key=_by_lot
    )
    insert_new(session, ITEM, [_with_text(row) for _, _, row in ranked[:size] if row is not None])
    gone = [item_id for _, item_id, row in ranked[size:] if row is None]
    if gone:
        session.connection().execute(delete(ITEM).where(ITEM.c.id.in_(gone)))


def _by_lot(ranked: tuple[float, int, dict[str, Any] | None]) -> float:
    return ranked[0]


def _with_text(row: dict[str, Any]) -> dict[str, Any]:
    """The row as it is kept: no number and no handle of anybody in it (REQUIREMENTS L3). Masked only now, since most never get so
    far."""
    return {**row, "title": _masked(row["title"]), "text": _masked(row["text"])}


def _masked(text: str) -> str:
    return mask_handles(mask(storable(text[:_LONGEST_TEXT])), frozenset())


def _unmatched_row(drawn: _Lot, week: str, group: SourceGroup, now: datetime) -> dict[str, Any]:
    mention: Mention = drawn.item
    kept = {"key": mention.key, "url": mention.url, "title": mention.title, "text": mention.text}
    return _item_row(drawn, week, group, Stratum.UNMATCHED, now) | kept


def _unflagged_row(drawn: _Lot, week: str, group: SourceGroup, now: datetime) -> dict[str, Any]:
    return _item_row(drawn, week, group, Stratum.UNFLAGGED, now) | {"mention_id": drawn.item.id}


def _item_row(drawn: _Lot, week: str, group: SourceGroup, stratum: Stratum, now: datetime) -> dict[str, Any]:
    return {
        "week": week,
        "source_group": group,
        "stratum": stratum,
        "lot": drawn.number,
        "lot_key": drawn.digest,
        "mention_id": None,
        "channel": drawn.item.channel,
        "source_id": drawn.item.source_id,
        "outlet_id": drawn.item.outlet_id,
        "key": "",
        "url": "",
        "title": "",
        "text": "",
        "drawn_at": now,
        "answered_by": "",
    }


def _count_row(week: str, group: SourceGroup, stratum: Stratum, items: int) -> dict[str, Any]:
    return {"week": week, "source_group": group, "stratum": stratum, "items": items}
