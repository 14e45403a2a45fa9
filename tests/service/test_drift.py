"""The figures from the clock to the rows: kept daily, a shift told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.mention import Channel, Mention
from domain.source import Discovery, SourceState
from domain.tags import Axis, Importance, Kind, Remit, Sentiment, Tags
from registry import drift, inbox, problems, tagging
from registry.views import Subject
from service.drift import keep_figures
from service.wiring import Runtime
from tests.service.conftest import MakeRuntime

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def _week(runtime: Runtime, name: str, when: datetime, kinds: dict[Kind, int]) -> None:
    said = [kind for kind, count in kinds.items() for _ in range(count)]
    urls = [f"https://daily.example/{name}/{number}" for number in range(len(said))]
    items = tuple(Mention(url, Channel.PRESS, "daily", "daily", url, f"خبر {url[-9:]}", "نص", when) for url in urls)
    with runtime.database.transaction() as session:
        found = Discovery("daily", SourceState(), items)
        ids = inbox.store_discovery(session, found, {each.key: ("الوزارة",) for each in items}, when, runtime.secret).new
        tags = [Tags(Remit.OURS, kind, Sentiment.NEUTRAL, "other/other", Importance.LOW, "ar", model="m@1") for kind in said]
        tagging.store_tags(session, list(zip(ids, tags, strict=True)), 0.5, when)


def test_a_shift_of_the_week_is_told_and_the_counts_are_kept(make: MakeRuntime) -> None:
    runtime = make()
    before = NOW - timedelta(weeks=1)
    _week(runtime, "before", before, {Kind.COMPLAINT: 50, Kind.PRAISE: 50})
    assert keep_figures(replace(runtime, clock=lambda: before)) == ()
    _week(runtime, "now", NOW, {Kind.COMPLAINT: 4, Kind.PRAISE: 60})
    assert keep_figures(replace(runtime, clock=lambda: NOW)) == (Axis.KIND,)
    with runtime.database.reading() as session:
        assert [each.subject_id for each in problems.open_problems(session, subject=Subject.CLASSIFIER).items] == ["kind"]
        assert [week.items for week in drift.weekly(session, NOW + timedelta(weeks=9), "Asia/Riyadh")] == [100, 64]
