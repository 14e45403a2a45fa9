"""The pages of sources: what is wrong, what each brings and costs, and who may touch them (REQUIREMENTS G2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from console.usage_charts import HEIGHT, LEVELS, WIDTH, heat_rows, spark_bars
from domain.habit import Habit
from domain.source import Cost, Discovery, PollPlan, Source, SourceKind, SourceState
from registry import activity, habits, sources
from registry.activity import Tally
from registry.views import Health
from tests.console.conftest import Browser
from tests.console.world import NOW, World

SignIn = Callable[[str], Browser]


def _poll(world: World, source_id: str, items: int = 0, state: SourceState | None = None) -> None:
    with world.database.transaction() as session:
        sources.record_items(session, {source_id: items}, NOW)
        found = Discovery(source_id, state or SourceState(), cost=Cost(7, 3_400_000, 1.5))
        sources.record_discovery(session, found, PollPlan(NOW + timedelta(minutes=5), 0), NOW)


def _rows(page: str) -> list[str]:
    return re.findall(r'class="source-name" href="/sources/([^"]+)"', page)


def test_the_list_shows_what_needs_a_look_first_with_yield_and_cost(as_: SignIn, world: World) -> None:
    _poll(world, "afaq", 3, SourceState(pace=120, moved_to="https://afaq.example/new"))
    with world.database.transaction() as session:
        activity.count(session, {"afaq": Tally(pages=20, thin=5, characters=40_000)}, NOW)
    page = as_("admin").look("/sources")
    assert _rows(page)[0] == "wadi"
    assert "the server answered 500; wait, or ask the outlet" in page
    row = page[page.index('href="/sources/afaq"') :]
    for said in ("https://afaq.example/new", "<bdi>2</bdi> د بدل <bdi>10</bdi> د", "25%", "3.40</bdi> م.ب", '<svg class="spark'):
        assert said in row, said


def test_the_list_is_filtered_by_health_and_kind(as_: SignIn, world: World) -> None:
    _poll(world, "afaq")
    browser = as_("rana")
    assert _rows(browser.look("/sources?health=failing")) == ["wadi"]
    assert _rows(browser.look("/sources?kind=x_search")) == ["x-search"]
    assert _rows(browser.look("/sources?health=well&kind=feed")) == ["afaq"]
    assert "لا مصادر بهذه الصفة" in browser.look("/sources?health=removed")
    assert len(_rows(browser.look("/sources?health=splendid"))) == 3


def test_many_sources_come_in_pages(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        for number in range(45):
            sources.save(session, Source(f"s{number:02}", SourceKind.FEED, "afaq", "", f"https://s{number}.example/rss"))
    browser = as_("rana")
    first = browser.look("/sources?kind=feed")
    second = browser.look("/sources?kind=feed&start=40")
    assert len(_rows(first)) == 40
    assert len(_rows(second)) == 6
    assert set(_rows(first)).isdisjoint(_rows(second))
    assert "/sources?kind=feed&amp;start=40" in first


def test_a_sources_own_page_says_what_is_wrong_and_what_to_do(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        sources.save(session, replace(sources.find(session, "afaq", NOW).source, floor_per_day=4))
        for back in range(10, -1, -1):
            now = NOW - timedelta(days=back)
            sources.record_items(session, {"afaq": 1}, now)
            sources.record_discovery(session, Discovery("afaq", SourceState()), PollPlan(now, 0), now)
        habits.examine(session, world.profile, NOW)
    page = as_("sami").look("/sources/afaq")
    for said in ("صامت على غير عادته", "دون حده الأدنى", "ما يُعمل:", "تُعرف عادته بعد أسبوعين", "سكان حي النرجس يشكون", "الأحد"):
        assert said in page, said
    assert page.count("<td class=") == 7 * 24
    assert "دون حده الأدنى: وصل منه" in as_("sami").look("/problems")


def test_the_last_items_are_for_those_who_review_and_hide_private_people(as_: SignIn, world: World) -> None:
    assert f"/mentions/{world.mentions['outage']}" in as_("rana").look("/sources/afaq")
    assert "آخر ما وصل منه" not in as_("admin").look("/sources/afaq")
    for username in ("rana", "majed"):
        page = as_(username).look("/sources/x-search")
        assert f"/mentions/{world.mentions['bills']}" in page
        for private in ("angry_person", "someone_9", "0551234567"):
            assert private not in page, private


def test_an_admin_has_a_source_read_now_and_nobody_else_does(as_: SignIn, world: World) -> None:
    _poll(world, "afaq")
    admin = as_("admin")
    assert "سيُقرأ المصدر بعد لحظات." in admin.fill("/sources/afaq", "/sources/afaq/poll").text
    with world.database.reading() as session:
        assert sources.find(session, "afaq", NOW).next_poll_at is None
    assert as_("sami").fill("/sources/afaq", "/sources/afaq/poll").status_code == 403
    assert "/sources/afaq/poll" not in as_("sami").look("/sources/afaq")
    assert admin.fill("/sources", "/sources/nothing/poll").status_code == 404
    admin.fill("/sources/afaq", "/sources/afaq/pause")
    assert "/sources/afaq/poll" not in admin.look("/sources/afaq")


def test_a_source_that_is_not_there_is_said_and_a_removed_one_is_shown(as_: SignIn, world: World) -> None:
    as_("rana").look("/sources/nothing", status=404)
    with world.database.transaction() as session:
        sources.remove(session, "afaq")
    assert "محذوف" in as_("rana").look("/sources/afaq")
    assert "afaq" not in _rows(as_("rana").look("/sources"))


@pytest.mark.parametrize("health", Health)
def test_every_health_has_its_word_and_place(as_: SignIn, health: Health) -> None:
    assert as_("rana").get(f"/sources?health={health.value}").status_code == 200


def test_bars_fit_their_drawing_and_the_newest_is_at_the_left() -> None:
    bars = spark_bars((4, 0, 10))
    assert [bar.height for bar in bars] == [HEIGHT - 1, 0.6, 9.2]
    assert [bar.is_today for bar in bars] == [True, False, False]
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y + bar.height == pytest.approx(HEIGHT) for bar in bars)
    assert spark_bars(()) == []
    assert all(bar.height == 0.6 for bar in spark_bars((0, 0)))


def test_the_habit_is_shown_in_the_profiles_zone_from_sunday() -> None:
    habit = Habit({(5, 22): 8.0, (0, 5): 0.08}, {}, [], timedelta(weeks=3))
    rows = heat_rows(habit, NOW, "Asia/Riyadh")
    assert [row.name for row in rows] == ["الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"]
    assert rows[0].cells[1].level == LEVELS, "Saturday 22:00 UTC is Sunday 01:00 there"
    assert rows[0].cells[1].words == "الأحد 01:00: 8.0 في الساعة"
    assert rows[1].cells[8].level == 1
    assert sum(cell.level for row in rows for cell in row.cells) == LEVELS + 1
