"""A store of the version before the cases were whole, filled past Rasd: only its own tables and columns are known here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from alembic import command

from domain.case import CaseEventKind
from registry.casework.chain import event_hash, text_digest
from registry.database import Database, _alembic
from tests.registry.hands import NOW

OLD: Final = "0002"
_FIRST: Final = {"kind": "complaint", "topic": "roads/holes", "importance": "high", "complexity": "critical", "channel": "press"}
_SALT: Final = b"0123456789abcdef"
_SOLVED: Final = (
    ("registered", "system", {}),
    ("accepted", "rana", {}),
    ("assigned", "saleh", {"department": "maintenance"}),
    ("solved", "dana", {"resolution": "رُدمت الحفرة"}),
)
_CLOSED: Final = (*_SOLVED, ("closed", "saleh", {}))
HISTORIES: Final[Mapping[str, tuple[tuple[str, str, dict[str, str]], ...]]] = {
    "registered": _SOLVED[:1],
    "accepted": _SOLVED[:2],
    "rejected": (*_SOLVED[:2], ("rejected", "saleh", {"reason": "خارج الاختصاص"})),
    "assigned": (*_SOLVED[:3], ("note_added", "dana", {"note": "زرنا الموقع"}), ("mention_joined", "system", {"mention": "2"})),
    "solved": _SOLVED,
    "proposals": (*_SOLVED[:3], ("proposals_prepared", "dana", {"proposals": "إنارة الطريق"})),
    "closed": (
        *_CLOSED, ("answer_drafted", "saleh", {"delivery": "1"}), ("answer_approved", "abeer", {"delivery": "1"}),
        ("answer_sent", "system", {"delivery": "1"}), ("reopening_proposed", "system", {}),
    ),
    "reopened": (*_CLOSED, ("reopened", "rana", {"reason": "عادت الحفرة"})),
    "assigned again": (
        *_CLOSED, ("reopened", "rana", {"reason": "عادت"}), ("assigned", "saleh", {"department": "signs"}),
        ("tags_corrected", "rana", {"mention": "9", "importance": "low", "was_importance": "high"}),
    ),
    "reopened twice": (*_CLOSED, ("reopened", "rana", {"reason": "عادت"}), *_SOLVED[2:], ("closed", "saleh", {}),
                       ("reopened", "rana", {"reason": "عادت ثانية"})),
}  # fmt: skip
"""What happened to each case: kind, who, details."""
_WRITTEN: Final = frozenset({"reason", "note", "resolution", "proposals"})
_ANSWERS: Final = {"answer_drafted": "drafted", "answer_approved": "approved", "answer_sent": "sent"}
_STATUS: Final = {"proposals_prepared": "proposals"}
_MOVED: Final = frozenset(
    {"registered", "accepted", "rejected", "assigned", "solved", "proposals_prepared", "closed", "reopened"}
)


def migrate(database: Database, version: str) -> None:
    """Up or down to a version, in one transaction."""
    with database._writer.begin() as connection:
        current = (
            connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() if _has_tables(connection) else ""
        )
        (command.downgrade if version < (current or "") else command.upgrade)(_alembic(connection), version)


def _has_tables(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table("alembic_version")


def fill(database: Database) -> None:
    """Cases in every status, with their mentions, stories, answers, people and numbers."""
    with database._writer.begin() as connection:
        tables = _Tables(connection)
        tables.add("outlet", [{"id": "daily", "name_ar": "اليومية"}, {"id": "x", "name_ar": "إكس"}])
        tables.add("person", [{"username": "rana", "name": "رنا", "password": "$argon2id$x", "roles": ["reviewer"]}])
        for place, (name, history) in enumerate(HISTORIES.items(), 1):
            _add_case(tables, place, name, history)
        tables.add("case_mention", [{"mention_id": 50, "case_id": 4, "joined_at": NOW}])
        tables.add("case_link", [{"case_id": 1, "other_id": 2, "score": 0.5, "actor": "system", "at": NOW}])
        tables.add("case_counter", [{"profile": "mor", "year": 2026, "last": len(HISTORIES)}])
        tables.add("service_promise", [{"id": 1, "profile": "mor", "promise": {"resolve": {"critical": 21600.0}}}])
        tables.add("delivery", [
            {"id": 1, "key": "answer:case:7", "kind": "answer", "channel": "email", "status": "sent", "case_id": 7,
             "approved_by": "abeer", "sent_at": NOW, "claimed_at": None},
            {"id": 2, "key": "digest:2026-W47", "kind": "digest", "channel": "email", "status": "queued", "sent_at": None,
             "claimed_at": None},
        ])  # fmt: skip
        if not database.is_sqlite:
            for table in ("case_record", "mention", "story", "delivery"):
                connection.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)"))
        tables.add("tagging", [{"mention_id": 1, "revision": 1, "remit": "ours", "kind": "complaint", "sentiment": "negative",
                                "importance": "high"}])  # fmt: skip


def _add_case(tables: _Tables, place: int, name: str, history: Iterable[tuple[str, str, dict[str, str]]]) -> None:
    number, mentions = f"MOR-2026-{place:06d}", [place] if name != "assigned" else [place, 50]
    events, texts, row = [], [], {"status": "", "answer": "none", "department": "", "closed_at": None, "clock_from": NOW}
    head, importance = "", "high"
    for seq, (kind, actor, details) in enumerate(history, 1):
        at = NOW + timedelta(hours=seq)
        given = {**_FIRST, "mention": str(place)} if kind == "registered" else details
        given = {**given, "mention": str(place)} if kind == "tags_corrected" else given
        codes = {key: value for key, value in given.items() if key not in _WRITTEN}
        words = {key: value for key, value in given.items() if key in _WRITTEN}
        digest = text_digest(_SALT, words)
        head = event_hash(head, number, seq, CaseEventKind(kind), at, actor, codes, digest)
        events.append(
            {
                "case_id": place,
                "seq": seq,
                "kind": kind,
                "at": at,
                "actor": actor,
                "details": codes,
                "digest": digest,
                "hash": head,
            }
        )
        if words:
            texts.append({"case_id": place, "seq": seq, "salt": _SALT, "texts": words})
        if kind in _MOVED:
            row |= {"status": _STATUS.get(kind, kind), "closed_at": at if kind == "closed" else None}
        row |= {"department": codes.get("department", row["department"]), "answer": _ANSWERS.get(kind, row["answer"])}
        importance = codes.get("importance", importance)
        if kind in ("registered", "reopened"):
            row |= {"clock_from": at, "answer": "none"}
    opened = {"opened_at": NOW + timedelta(hours=1), "due_at": NOW + timedelta(days=1), "importance": importance}
    case = {"id": place, "number": number, "profile": "mor", "year": 2026, "serial": place, "title": f"حالة {name}",
            "first_mention_id": place, "events": len(events), "head": head, "revision": len(events), "kind": "complaint",
            "topic": "roads/holes", "complexity": "critical", "words": b"\x01\x02\x03\x04", **row, **opened}  # fmt: skip
    tables.add("case_record", [case])
    tables.add("story", [{"id": place, "size": len(mentions), "case_id": place}])
    for mention in mentions:
        social = mention % 2 == 0
        tables.add("mention", [
            {"id": mention, "key": f"k{mention}", "channel": "social" if social else "press",
             "outlet_id": "x" if social else "daily",
             "source_id": "s", "state": "cased", "story_id": place, "kind": "complaint", "importance": "high", "revision": 1,
             "tagged_revision": 1, "access": "full", "review": "none", "url": f"https://daily.example/{mention}"}
        ])  # fmt: skip
        tables.add("content", [{"mention_id": mention, "revision": 1, "text": f"نص {mention}"}])
    tables.add("case_mention", [{"mention_id": place, "case_id": place, "joined_at": NOW}])
    tables.add("case_event", events)
    tables.add("case_event_text", texts)


class _Tables:
    """The tables as they are in the store; what a row leaves out gets the emptiest value that its column takes."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._found: dict[str, tuple[sa.Table, dict[str, Any]]] = {}

    def add(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows."""
        if table not in self._found:
            target = sa.Table(table, sa.MetaData(), autoload_with=self._connection, resolve_fks=False)
            empty = {column.name: _emptiest(column) for column in target.columns if not _may_lack(column)}
            self._found[table] = target, empty | self._codes(target)
        target, given = self._found[table]
        for row in rows:
            whole = given | dict(row)
            self._connection.execute(target.insert().values({name: self._kept(value) for name, value in whole.items()}))

    def _codes(self, target: sa.Table) -> dict[str, str]:
        """The first code of each column that takes codes alone, and may not be empty."""
        rules = [str(each["sqltext"]) for each in sa.inspect(self._connection).get_check_constraints(target.name)]
        listed = filter(None, (re.match(r"\(*(\w+)\)*(?:::text)? (?:IN|= ANY) \(+(?:ARRAY\[)?'(\w+)'", rule) for rule in rules))
        return {found[1]: found[2] for found in listed if not target.columns[found[1]].nullable}

    def _kept(self, value: object) -> object:
        """SQLite keeps moments in UTC, without a zone."""
        sqlite = self._connection.dialect.name == "sqlite"
        return value.astimezone(UTC).replace(tzinfo=None) if sqlite and isinstance(value, datetime) else value


def _may_lack(column: sa.Column[Any]) -> bool:
    return bool(column.nullable or column.server_default is not None or (column.primary_key and column.autoincrement is True))


def _emptiest(column: sa.Column[Any]) -> object:
    kinds: tuple[tuple[type, object], ...] = (
        (sa.JSON, []), (sa.Boolean, False), (sa.DateTime, NOW), (sa.Date, NOW.date()), (sa.LargeBinary, b""),
        (sa.Integer, 0), (sa.Float, 0.0), (sa.Numeric, 0), (sa.String, ""),
    )  # fmt: skip
    return next(value for kind, value in kinds if isinstance(column.type, kind))


def insert(connection: sa.Connection, table: str, row: Mapping[str, Any]) -> None:
    """Insert one row into the store as it is now."""
    _Tables(connection).add(table, [row])


def dump(database: Database, without: Iterable[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of its values."""
    with database._reader.connect() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        return {
            name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for name, table in metadata.tables.items()
            if name not in without
        }


def schema(database: Database) -> dict[str, Any]:
    """What the store's tables are like: columns, keys, rules, indexes, triggers."""
    with database._reader.connect() as connection:
        asked = sa.inspect(connection)
        found = {table: _shape(asked, table) for table in asked.get_table_names()}
        triggers = {
            "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
            "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        }[connection.dialect.name]
        return found | {"triggers": sorted(connection.execute(sa.text(triggers)).scalars())}


def _shape(asked: sa.Inspector, table: str) -> dict[str, Any]:
    columns = {each["name"]: (str(each["type"]), each["nullable"], each["default"]) for each in asked.get_columns(table)}
    return {
        "columns": columns,
        "checks": {each["name"]: "".join(str(each["sqltext"]).split()) for each in asked.get_check_constraints(table)},
        "keys": sorted(map(repr, asked.get_foreign_keys(table))),
        "unique": sorted(repr(sorted(each["column_names"])) for each in asked.get_unique_constraints(table)),
        "indexes": sorted(repr((each["name"], each["column_names"], each["unique"])) for each in asked.get_indexes(table)),
    }
