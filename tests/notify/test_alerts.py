"""Alerts: one for each story of high importance and recipient, at once, and never twice (REQUIREMENTS N3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.case import CaseEventKind
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.errors import InputError
from domain.tags import Importance
from notify.alerts import LOOK_BACK, queue_alerts
from registry import cases, deliveries, tagging
from registry.database import Database
from registry.views import DeliveryView
from tests.notify.world import HERALD, NOW, POTHOLE, PROFILE, SPECIALIST, TEXT, article, important, post, publish

BOSS, DEPUTY = "boss@roads.example", "deputy@roads.example"
OTHER_TEXT = "أظلمت أعمدة الإنارة في طريق الميناء ثلاث ليال متتالية وشكا سائقون من حوادث متكررة عند التقاطع الأخير."


def alert(database: Database, *recipients: str, base_url: str = "", after: timedelta = timedelta()) -> int:
    with database.transaction() as session:
        return queue_alerts(session, PROFILE, recipients or (BOSS,), NOW + after, base_url=base_url)


def queued(database: Database) -> tuple[DeliveryView, ...]:
    with database.reading() as session:
        return deliveries.list_deliveries(session, kind=DeliveryKind.ALERT).items


def test_high_importance_is_told_at_once_and_once(world: Database) -> None:
    with world.transaction() as session:
        publish(session, [article(1)], important())
    assert alert(world, base_url="http://rasd.example/") == 1
    assert alert(world) == 0
    (row,) = queued(world)
    assert (row.status, row.recipient, row.next_try_at) == (DeliveryStatus.QUEUED, BOSS, NOW)
    assert row.case_id is not None
    assert POTHOLE in row.subject
    for said in (POTHOLE, "صحيفة الساحل", "الحفر والأرصفة", row.case_number, f"http://rasd.example/cases/{row.case_id}"):
        assert said in row.text
        assert said in row.html
    assert 'dir="rtl"' in row.html


def test_less_important_news_disturbs_nobody(world: Database) -> None:
    with world.transaction() as session:
        publish(session, [article(1)])
    assert alert(world) == 0


def test_a_sealed_case_is_told_to_nobody(world: Database) -> None:
    with world.transaction() as session:
        publish(session, [article(1)], important())
        (case,) = cases.list_cases(session).items
        cases.act(session, case.id, CaseEventKind.SEALED, SPECIALIST, {"reason": "شبهة فساد"}, NOW)
    assert alert(world) == 0


def test_a_story_is_told_once_however_many_print_it(world: Database) -> None:
    with world.transaction() as session:
        publish(session, [article(1), article(2, HERALD)], important())
    assert alert(world) == 1
    with world.transaction() as session:
        publish(session, [article(3)], important())
        publish(session, [article(4, title="ظلام في طريق الميناء", text=OTHER_TEXT)], important())
    assert alert(world) == 1
    assert "ظلام في طريق الميناء" in queued(world)[0].subject


def test_everyone_is_told_also_who_was_added_later(world: Database) -> None:
    with world.transaction() as session:
        publish(session, [article(1)], important())
    assert alert(world, BOSS, BOSS) == 1
    assert alert(world, BOSS, DEPUTY) == 1
    assert {row.recipient for row in queued(world)} == {BOSS, DEPUTY}


def test_a_person_who_raises_the_importance_raises_the_alert(world: Database) -> None:
    with world.transaction() as session:
        (mention,) = publish(session, [article(1)])
    assert alert(world) == 0
    with world.transaction() as session:
        tagging.correct(session, mention, actor=SPECIALIST, now=NOW, importance=Importance.HIGH)
    assert alert(world) == 1


def test_a_post_is_told_without_its_author(world: Database) -> None:
    said = "يا @RoadsCare حفرة كبيرة قدام المدرسة، جوالي 0551234567 وهذا حساب جاري @neighbour_7"
    with world.transaction() as session:
        publish(session, [post(71, said, handle="some_citizen")], important())
    assert alert(world) == 1
    (row,) = queued(world)
    for whole in (row.subject, row.text, row.html):
        assert not [each for each in ("some_citizen", "0551234567", "neighbour_7", "مواطن ما") if each in whole]
    assert "https://x.com/i/status/71" in row.text


def test_old_news_is_told_no_more(world: Database) -> None:
    with world.transaction() as session:
        publish(session, [article(1)], important())
    assert alert(world, after=LOOK_BACK + timedelta(minutes=1)) == 0


def test_a_title_of_the_press_cannot_write_html(world: Database) -> None:
    with world.transaction() as session:
        publish(session, [article(1, title='حفرة <img src=x onerror="a()"> أمام المدرسة', text=TEXT)], important())
    alert(world)
    (row,) = queued(world)
    assert "<img" not in row.html
    assert "\n" not in row.subject


def test_a_recipient_that_is_no_address_is_named(world: Database) -> None:
    with pytest.raises(InputError, match="boss"):
        alert(world, "boss")
