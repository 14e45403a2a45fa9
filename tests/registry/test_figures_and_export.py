"""Counts, and what leaves as a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.case import CaseEventKind
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.errors import InputError
from domain.mention import Channel, Mention
from domain.people import Actor
from domain.tags import Importance, Kind, Tags
from registry import cases, deliveries, export, figures
from registry.database import Database
from registry.views import Tally
from tests.registry.hands import NOW, Hands

WEEK = timedelta(days=7)


@pytest.fixture
def busy(
    database: Database,
    hands: Hands,
    article: Callable[..., Mention],
    post: Callable[..., Mention],
    tags: Callable[..., Tags],
    team: dict[str, Actor],
) -> Database:
    """Two weeks of work: one case in the first, two and a praise in the second; one closed, one digest sent."""
    (old,) = hands.through(article(1, fetched_at=NOW - WEEK), now=NOW - WEEK).opened
    hands.through(article(2), said=tags(importance=Importance.HIGH))
    hands.through(
        post(3, "يا @MorCare @neighbour5 حفرة في شارعي رقمي 0551234567", addressed=True), said=tags(topic="roads/signs")
    )
    hands.through(article(4), said=tags(kind=Kind.PRAISE))
    steps = [
        (CaseEventKind.ACCEPTED, "specialist", {}),
        (CaseEventKind.ASSIGNED, "specialist", {"department": "maintenance"}),
        (CaseEventKind.SOLVED, "department", {"resolution": "رُدمت، هاتف المراقب 0551234567"}),
        (CaseEventKind.CLOSED, "specialist", {}),
    ]
    with database.transaction() as session:
        for kind, who, details in steps:
            cases.act(session, old, kind, team[who], details, NOW)
        mail = Message("digest:1", DeliveryKind.DIGEST, DeliveryChannel.EMAIL, "a@b.example", "س", "ن")
        delivery_id = deliveries.queue(session, mail, None, DeliveryStatus.QUEUED, now=NOW)
        deliveries.claim(session, delivery_id, NOW)
        deliveries.confirm(session, delivery_id, NOW)
    return database


def test_the_summary_counts_everything(busy: Database) -> None:
    with busy.reading() as session:
        counts = figures.summary(session, NOW + timedelta(days=30))
    assert (counts.mentions, counts.stories, counts.flagged, counts.cases) == (4, 4, 3, 3)
    assert (counts.answers_sent, counts.digests_sent, counts.sources, counts.review) == (0, 1, 2, 0)
    assert (counts.open_cases, counts.overdue, counts.problems) == (2, 2, 0)


def test_a_week_stands_beside_the_one_before(busy: Database) -> None:
    with busy.reading() as session:
        week = figures.week(session, NOW - timedelta(days=1), NOW + timedelta(days=6), NOW)
    assert week.mentions == Tally("mentions", 3, 1)
    assert week.flagged == Tally("flagged", 2, 1)
    assert week.cases_opened == Tally("cases_opened", 2, 1)
    assert week.cases_closed == Tally("cases_closed", 1, 0)
    assert week.by_topic == (Tally("roads/holes", 1, 1), Tally("roads/signs", 1, 0))
    assert week.by_channel == (Tally("press", 2, 1), Tally("social", 1, 0))
    assert week.by_importance == (Tally("medium", 1, 1), Tally("high", 1, 0))
    assert week.by_outlet == (Tally("daily", 1, 1),)
    assert week.outlet_names == {"daily": "صحيفة اليومية"}
    assert [row.importance for row in week.top_cases] == [Importance.HIGH, Importance.MEDIUM]
    assert (week.open_now, week.overdue_now, week.overdue_cases) == (2, 0, ())


def test_an_empty_week_is_no_error(database: Database) -> None:
    with database.reading() as session:
        week = figures.week(session, NOW, NOW + WEEK, NOW)
    assert (week.mentions, week.by_topic, week.top_cases) == (Tally("mentions", 0, 0), (), ())


def test_every_table_has_its_fields_and_names_nobody(busy: Database) -> None:
    with busy.reading() as session:
        tables = {what: list(export.rows(session, what, public_handles=frozenset({"morcare"}))) for what in export.Exported}
        assert list(export.rows(session, "mentions"))
    for what, rows in tables.items():
        assert rows, what
        assert {tuple(row) for row in rows} == {export.FIELDS[what]}
        told = json.dumps(rows, ensure_ascii=False)
        for secret in ("sami_writes", "سامي", "0551234567", "neighbour5"):
            assert secret not in told, (what, secret)
    (post,) = [row for row in tables[export.Exported.MENTIONS] if row["source"] == "x-search"]
    assert (post["author"], post["url"], post["state"]) == ("", "https://x.com/i/status/3", "cased")
    assert "@MorCare" in post["text"]
    assert post["fetched_at"] == "2026-11-22T06:00:00+00:00"
    with busy.reading() as session, pytest.raises(InputError, match="choose one of"):
        export.rows(session, "secrets")


def test_long_tables_come_whole(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    hands.store(*(article(each, channel=Channel.PRESS) for each in range(1203)))
    with database.reading() as session:
        assert [row["id"] for row in export.rows(session, export.Exported.MENTIONS)] == list(range(1, 1204))
