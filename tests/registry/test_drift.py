"""The classifier's figures by week: counted while the rows are there, kept when they are purged, told where they shift."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from domain.drift import Drift
from domain.mention import Mention
from domain.people import Actor
from domain.tags import NO_TOPIC, Axis, Kind, Remit, Tags
from domain.teaching import AnswerOrigin
from registry import drift, erasure, problems, tagging, teaching
from registry.database import Database
from registry.views import NextAction, Subject
from tests.registry.hands import NOW, SECRET, Hands

ZONE = "Asia/Riyadh"
WEEK = timedelta(weeks=1)
Make = Callable[..., Mention]


def _week(hands: Hands, article: Make, first: int, said: dict[str, int], when: datetime, tags: Callable[..., Tags]) -> None:
    """Mentions of one week: so many of each kind, ``none`` for what is nobody's matter."""
    number = first
    for kind, count in said.items():
        hands.store(*(article(number + each, fetched_at=when) for each in range(count)), now=when)
        number += count
        if kind == "none":
            hands.tag(replace(tags(Kind.NEUTRAL, Remit.NONE, confidence=0.9), topic=NO_TOPIC), now=when)
        else:
            hands.tag(tags(Kind(kind)), now=when)


def test_shares_are_counted_by_the_week_of_the_item_and_by_model(
    database: Database, hands: Hands, article: Make, tags: Callable[..., Tags]
) -> None:
    _week(hands, article, 1, {"complaint": 3}, NOW - WEEK, tags)
    _week(hands, article, 10, {"complaint": 1, "praise": 2}, NOW, tags)
    with database.transaction() as session:
        tagging.tag_again(session, [1])
        tagging.store_tags(session, [(1, tags(Kind.REPORT, model="compact 2"))], 0.5, NOW)
        before, now = drift.weekly(session, NOW, ZONE)
        assert {name: items for name, items, _ in drift.models(session)} == {"compact 1": 6, "compact 2": 1}
    assert (before.week, now.week) == ("2026-W46", "2026-W47")
    assert (before.items, now.items) == (3, 3)
    assert before.counts[Axis.KIND] == {"complaint": 2, "report": 1}
    assert before.models == {"compact 1": 2, "compact 2": 1}
    assert now.counts[Axis.KIND] == {"complaint": 1, "praise": 2}
    assert now.stability[Axis.KIND].drift is Drift.TOO_FEW


def test_counts_outlive_the_purge(database: Database, hands: Hands, article: Make, tags: Callable[..., Tags]) -> None:
    _week(hands, article, 1, {"none": 4, "complaint": 2}, NOW, tags)
    with database.transaction() as session:
        drift.refresh(session, NOW, ZONE)
    later = NOW + 3 * WEEK
    with database.transaction() as session:
        assert erasure.purge(session, later, SECRET) == 4
        drift.refresh(session, later, ZONE)
    with database.reading() as session:
        (week,) = drift.weekly(session, later, ZONE)
        assert week.counts[Axis.REMIT] == {"none": 4, "ours": 2}


def test_keeping_twice_keeps_once_and_a_missed_week_is_made_up(
    database: Database, hands: Hands, article: Make, tags: Callable[..., Tags]
) -> None:
    _week(hands, article, 1, {"complaint": 2}, NOW - 3 * WEEK, tags)
    for _ in range(2):
        with database.transaction() as session:
            drift.refresh(session, NOW, ZONE)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM label_week WHERE axis = 'kind'")).scalar() == 1
        assert [week.items for week in drift.weekly(session, NOW, ZONE)] == [2]


def test_a_shift_is_a_problem_until_it_is_over(
    database: Database, hands: Hands, article: Make, tags: Callable[..., Tags]
) -> None:
    _week(hands, article, 1, {"complaint": 60, "praise": 40}, NOW - 2 * WEEK, tags)
    with database.transaction() as session:
        drift.refresh(session, NOW - 2 * WEEK, ZONE)
    _week(hands, article, 200, {"complaint": 5, "praise": 60}, NOW, tags)
    for _ in range(2):
        with database.transaction() as session:
            assert Axis.KIND in drift.report_shift(session, NOW, ZONE)
    with database.reading() as session:
        found = {each.subject_id: each for each in problems.open_problems(session, subject=Subject.CLASSIFIER).items}
        assert set(found) == {"kind"}
        assert found["kind"].next_action is NextAction.CHECK_CLASSIFIER
        assert found["kind"].times == 2
        assert "2026-W47" in found["kind"].reason
        assert "complaint" in found["kind"].reason
    _week(hands, article, 400, {"complaint": 60, "praise": 40}, NOW + WEEK, tags)
    with database.transaction() as session:
        drift.refresh(session, NOW + WEEK, ZONE)
        drift.report_shift(session, NOW + WEEK, ZONE)
        assert problems.open_problems(session, subject=Subject.CLASSIFIER).total == 0


def test_agreement_is_counted_by_class_origin_and_model(
    database: Database, hands: Hands, article: Make, tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    hands.store(*(article(number) for number in range(1, 6)))
    ids = hands.tag(tags(confidence=0.4))
    with database.transaction() as session:
        for mention_id in ids[:3]:
            teaching.confirm(session, mention_id, actor=team["reviewer"], now=NOW)
        for kind in (Kind.PRAISE, Kind.REPORT):
            teaching.answer(session, ids[3], actor=team["reviewer"], now=NOW, remit=Remit.OURS, kind=kind)
    with database.reading() as session:
        by_axis = {each.axis: each for each in drift.agreement(session, NOW, ZONE)}
        decided = drift.agreement(session, NOW, ZONE, origin=AnswerOrigin.DECISION)
        other = drift.agreement(session, NOW, ZONE, model="compact 2")
        by_week = drift.agreement_by_week(session, NOW, ZONE)
    assert by_axis[Axis.KIND].confusion == {"complaint": {"complaint": 3, "report": 1}}
    assert by_axis[Axis.KIND].of("complaint") == (3, 4)
    assert (by_axis[Axis.REMIT].agreed, by_axis[Axis.REMIT].asked) == (4, 4)
    assert {each.axis: each.asked for each in decided} == {Axis.REMIT: 1, Axis.KIND: 1, Axis.SENTIMENT: 0, Axis.TOPIC: 0}
    assert all(each.asked == 0 for each in other)
    assert by_week["2026-W47"][Axis.KIND] == (3, 4)


def test_what_the_model_took_for_nobodys_counts_for_the_remit_alone(
    database: Database, hands: Hands, article: Make, tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    hands.store(article(1))
    (mention_id,) = hands.tag(replace(tags(Kind.NEUTRAL, Remit.NONE), topic=NO_TOPIC))
    with database.transaction() as session:
        teaching.answer(session, mention_id, actor=team["reviewer"], now=NOW, remit=Remit.OURS, kind=Kind.COMPLAINT)
    with database.reading() as session:
        asked = {each.axis: each.asked for each in drift.agreement(session, NOW, ZONE)}
    assert asked == {Axis.REMIT: 1, Axis.KIND: 0, Axis.SENTIMENT: 0, Axis.TOPIC: 0}


def test_answers_are_kept_by_week_too(
    database: Database, hands: Hands, article: Make, tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    hands.store(article(1))
    (mention_id,) = hands.tag(tags(confidence=0.4))
    with database.transaction() as session:
        teaching.confirm(session, mention_id, actor=team["reviewer"], now=NOW)
        drift.refresh(session, NOW, ZONE)
        session.execute(text("DELETE FROM correction"))
    later = NOW + 5 * WEEK
    with database.transaction() as session:
        drift.refresh(session, later, ZONE)
        assert drift.agreement_by_week(session, later, ZONE)["2026-W47"][Axis.KIND] == (1, 1)
        assert drift.agreement_by_week(session, later, ZONE, weeks=3) == {}


def test_a_store_without_tags_has_no_figures(database: Database) -> None:
    with database.transaction() as session:
        drift.refresh(session, NOW, ZONE)
        assert drift.report_shift(session, NOW, ZONE) == ()
        assert drift.weekly(session, NOW, ZONE) == []


def test_problems_that_stood_before_the_new_subjects_are_kept(tmp_path: Path) -> None:
    """A store of the first migration, brought to the newest one: the table of problems is made anew on SQLite."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    config = Config()
    config.set_main_option("script_location", "registry:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO problem (subject, subject_id, source_id, reason, next_action, times, first_at, last_at)"
                " VALUES ('source', 'daily', 'daily', 'no answer', 'retries', 3, '2026-11-01', '2026-11-02')"
            )
        )
    engine.dispose()
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    database.migrate()
    with database.reading() as session:
        (kept,) = problems.open_problems(session).items
    database.close()
    assert (kept.subject, kept.reason, kept.times) == (Subject.SOURCE, "no answer", 3)
    with sqlite3.connect(tmp_path / "old.sqlite3") as plain:
        assert plain.execute("SELECT sql FROM sqlite_master WHERE name = 'ix_problem_last_at'").fetchone()
