"""Which mentions concern the ministry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.mention import Channel, Mention
from service.home import make_home
from service.jobs import matches
from service.settings import Settings
from service.wiring import Runtime, make_runtime

TITLE = "تقرير عن خدمات وزارة المالية ومنصة اعتماد"
PAGE = Mention(
    key="https://org.example/report.pdf#page=1",
    channel=Channel.REPORT,
    source_id="org",
    outlet_id="org",
    url="https://org.example/report.pdf#page=1",
    title=TITLE,
    text="يتوقع خبراء المنظمة نموا في قطاع السياحة خلال العامين المقبلين.",
    fetched_at=datetime(2026, 11, 22, tzinfo=UTC),
    page=1,
)


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    make_home(tmp_path / "home", "mof")
    made = make_runtime(tmp_path / "home", Settings(profile="mof"))
    yield made
    made.database.close()


def test_a_passage_of_a_report_is_judged_by_its_own_page(runtime: Runtime) -> None:
    speaking = replace(PAGE, key="https://org.example/report.pdf#page=2", page=2, text=f"{PAGE.text} {TITLE}.")
    assert set(matches(runtime, [PAGE, speaking])) == {speaking.key}


def test_an_article_is_judged_by_its_title_too(runtime: Runtime) -> None:
    article = replace(PAGE, key="https://paper.example/1", channel=Channel.PRESS, page=None)
    assert set(matches(runtime, [article])) == {article.key}
