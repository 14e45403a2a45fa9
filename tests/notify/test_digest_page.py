"""What the digest shows, worked out from figures alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import Action, AnswerStatus, CasePath, CaseStatus, IntakeChannel
from domain.delivery import DeliveryStatus
from domain.recall_estimate import Estimate
from domain.source import Source, SourceKind, SourceState
from domain.tags import Complexity, Importance, Kind
from notify import rendering
from notify.digest_page import DigestPage, Gathered, digest_page
from notify.week import week_bounds
from registry.recall_figures import Figure, Flagged, Left
from registry.views import CaseRow, Health, SourceView, Tally, WeekFigures
from tests.notify.world import PROFILE

NOW = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
START, END = week_bounds("2026-W47")
ROW = CaseRow(
    id=17,
    number="ROADS-2026-000017",
    path=CasePath.MEDIA,
    channel=IntakeChannel.PRESS,
    title="حفرة أمام المدرسة",
    kind=Kind.COMPLAINT,
    topic="roads/potholes",
    importance=Importance.HIGH,
    complexity=Complexity.ROUTINE,
    action=Action.PROCESSING,
    status=CaseStatus.ASSIGNED,
    answer=AnswerStatus.NONE,
    department="works",
    assignee="",
    body="",
    proposed_department="works",
    opened_at=START,
    due_at=NOW - timedelta(days=2, hours=3),
    closed_at=None,
    overdue=True,
    mentions=3,
    outlet_name="صحيفة الساحل",
    revision=1,
)
FIGURES = WeekFigures(
    start=START,
    end=END,
    mentions=Tally("mentions", 1204, 1204),
    flagged=Tally("flagged", 2, 5),
    cases_opened=Tally("cases_opened", 1),
    cases_closed=Tally("cases_closed", 0, 1),
    answers_sent=Tally("answers_sent", 0),
    open_now=12,
    overdue_now=11,
    top_cases=(ROW,),
    overdue_cases=(ROW,) * 10,
)


def page(figures: WeekFigures = FIGURES, **changes: object) -> DigestPage:
    gathered = Gathered(figures, stories=900, outlets_of={}, answers={}, unanswered=0, sources=())
    return digest_page(PROFILE, "2026-W47", replace(gathered, **changes), NOW)  # type: ignore[arg-type]


def source(health: Health, name: str = "صحيفة الساحل", reason: str = "") -> SourceView:
    return SourceView(Source("s", SourceKind.FEED, "sahel", name), SourceState(), "صحيفة الساحل", health, reason=reason)


def test_a_title_is_masked_even_where_the_registry_did_not() -> None:
    title = "@some_citizen: جوالي 0551234567 والحفرة باقية يا @RoadsCare"
    (story,) = page(replace(FIGURES, top_cases=(replace(ROW, title=title),))).stories
    assert story.title == "@…: جوالي •••••••••• والحفرة باقية يا @RoadsCare"


def test_what_a_server_said_cannot_write_html() -> None:
    troubled = page(sources=(source(Health.FAILING, "<i>خلاصة</i>", "answered <script>alert(1)</script>"),))
    html = rendering.html("digest", page=troubled)
    assert "<script>" not in html
    assert "<i>" not in html
    assert "answered &lt;script&gt;" in html


def test_the_list_of_late_cases_is_short_and_says_how_many_are_left() -> None:
    found = page()
    assert (len(found.overdue), found.overdue_more) == (8, "وغيرها: 3 حالات")
    assert found.overdue[0].overdue == "متأخرة يومين"


def test_outlets_beyond_four_are_counted() -> None:
    names = ["الأولى", "الثانية", "الأولى", "الثالثة", "الرابعة", "الخامسة", "السادسة"]
    (story,) = page(outlets_of={17: names}).stories
    assert story.outlets == "الأولى، الثانية، الثالثة، الرابعة ووسيلتان أخريان"


def test_answers_are_gathered_by_what_they_wait_for() -> None:
    waiting = {
        DeliveryStatus.DRAFT: 2,
        DeliveryStatus.QUEUED: 1,
        DeliveryStatus.CLAIMED: 1,
        DeliveryStatus.UNCERTAIN: 1,
        DeliveryStatus.FAILED: 2,
    }
    found = page(answers=waiting, unanswered=4)
    assert [tile.value for tile in found.answers] == ["0", "4", "2", "2", "3"]
    assert [tile.alarming for tile in found.answers] == [False, False, False, False, True]


def test_only_troubled_sources_are_named() -> None:
    found = page(sources=(source(Health.WELL), source(Health.NEW), source(Health.PAUSED), source(Health.QUIET, "الواحة")))
    assert [(trouble.name, trouble.health) for trouble in found.troubles] == [("الواحة", "صامت على غير عادته")]
    assert found.sources == "المصادر السليمة: 2 من 3."


def test_what_was_not_missed_is_told_once_it_is_measured() -> None:
    measured = Figure(("2026-W45",), None, Flagged(), Left(), 3.0, Estimate(0.868, 0.7, 0.951))
    told = page(recall=measured)
    assert told.recall == "الأسبوع 45: عُرض على الفريق 87% مما كان يجب أن يراه (من 70% إلى 95%)."
    assert told.recall in rendering.plain("digest", page=told)
    assert "ما فات الرصد" in rendering.html("digest", page=told)
    assert "ما فات الرصد" not in rendering.html("digest", page=page(recall=replace(measured, recall=None)))


@pytest.mark.parametrize(
    ("week", "period"), [("2026-W47", "16 – 22 نوفمبر 2026م"), ("2026-W49", "30 نوفمبر 2026م – 6 ديسمبر 2026م")]
)
def test_a_period_names_each_month_that_it_has(week: str, period: str) -> None:
    start, end = week_bounds(week)
    assert page(replace(FIGURES, start=start, end=end)).period == period


@given(
    st.lists(
        st.tuples(st.sampled_from(["roads/potholes", "roads/lighting", "x/y"]), st.integers(0, 10**6)),
        unique_by=lambda each: each[0],
    )
)
def test_bars_are_in_proportion(counts: list[tuple[str, int]]) -> None:
    bars = page(replace(FIGURES, by_topic=tuple(Tally(code, count) for code, count in counts))).topics
    assert len(bars) == sum(count > 0 for _, count in counts)
    assert all(2 <= bar.width <= 100 and 0 <= bar.share <= 100 for bar in bars)
    assert not bars or max(bar.width for bar in bars) == 100
