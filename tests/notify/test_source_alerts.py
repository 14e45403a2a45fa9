"""Alerts about sources: one mail for all that is new, each told once until it is over (REQUIREMENTS G2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.delivery import DeliveryKind
from domain.errors import InputError
from domain.source import Discovery, PollFailure, PollPlan, SourceState
from notify.alerts import queue_source_alerts
from notify.source_alerts import warnings_page
from registry import deliveries, habits, sources
from registry.database import Database
from registry.source_views import KnownCause, SourceWarning, WarningKind
from registry.views import DeliveryView
from tests.notify.world import NOW, PROFILE

BOSS, DEPUTY = "boss@roads.example", "deputy@roads.example"
HOUR = timedelta(hours=1)


def alert(database: Database, *recipients: str, after: timedelta = timedelta()) -> int:
    with database.transaction() as session:
        warned = habits.examine(session, PROFILE, NOW + after)
        link = "http://rasd.example/"
        return queue_source_alerts(session, PROFILE, recipients, NOW + after, base_url=link, warned=warned)


def queued(database: Database) -> tuple[DeliveryView, ...]:
    with database.reading() as session:
        return deliveries.list_deliveries(session, kind=DeliveryKind.ALERT).items


def gone(database: Database, source_id: str, after: timedelta = timedelta()) -> None:
    said = f"https://{source_id}.example/rss answered 410: it is gone for good; call 0551234567"
    with database.transaction() as session:
        sources.record_failure(session, PollFailure(source_id, said, gone=True), PollPlan(NOW + after, 1), NOW + after)


def well(database: Database, source_id: str, after: timedelta) -> None:
    with database.transaction() as session:
        sources.record_discovery(session, Discovery(source_id, SourceState()), PollPlan(NOW + after, 0), NOW + after)


def test_all_that_is_new_leaves_in_one_mail_and_once(world: Database) -> None:
    assert alert(world, BOSS) == 0
    gone(world, "sahel-feed")
    gone(world, "herald-feed")
    assert alert(world, BOSS, DEPUTY, BOSS) == 2
    assert alert(world, BOSS, DEPUTY, after=HOUR) == 0
    mails = queued(world)
    assert {each.recipient for each in mails} == {BOSS, DEPUTY}
    for said in ("صحيفة الساحل", "جلف هيرالد", "انتهى المصدر", "أجاب الخادم بالرمز 410.", "/sources/sahel-feed"):
        assert said in mails[0].text
        assert said in mails[0].html
    assert mails[0].subject == "تنبيه: مصادر تحتاج إلى نظر: مصدران"
    assert "0551234567" not in mails[0].text + mails[0].html
    assert 'dir="rtl"' in mails[0].html


def test_what_comes_later_leaves_alone_and_what_came_back_again(world: Database) -> None:
    gone(world, "sahel-feed")
    alert(world, BOSS)
    gone(world, "herald-feed", HOUR)
    assert alert(world, BOSS, after=HOUR) == 1
    assert queued(world)[0].subject == "تنبيه مصدر: جلف هيرالد – انتهى المصدر"
    assert "صحيفة الساحل" not in queued(world)[0].text
    well(world, "sahel-feed", 2 * HOUR)
    assert alert(world, BOSS, after=2 * HOUR) == 0
    gone(world, "sahel-feed", 3 * HOUR)
    assert alert(world, BOSS, after=3 * HOUR) == 1
    assert len(queued(world)) == 3
    assert len({each.message_id for each in queued(world)}) == 3


def test_with_nobody_to_tell_nothing_counts_as_told(world: Database) -> None:
    gone(world, "sahel-feed")
    assert alert(world) == 0
    assert alert(world, BOSS, after=HOUR) == 1


def test_a_recipient_that_is_no_address_is_named_and_nothing_is_lost(world: Database) -> None:
    gone(world, "sahel-feed")
    with pytest.raises(InputError, match="boss"):
        alert(world, "boss")
    assert alert(world, BOSS) == 1


def test_what_a_source_said_cannot_write_html_and_is_cut() -> None:
    cause = KnownCause(said="<img src=x onerror=a()> " + "x" * 900, failures=2)
    warned = [SourceWarning("a/b", "<b>صحيفة</b>", WarningKind.SILENT, "a/b#quiet", NOW, 12, 0, cause=cause)]
    page = warnings_page(PROFILE, warned, "http://rasd.example")
    from notify import rendering

    html = rendering.html("source_alert", page=page)
    assert "<img" not in html
    assert "<b>" not in html
    assert len(page.lines[0].said) < 310
    assert page.lines[0].link == "http://rasd.example/sources/a%2Fb"
