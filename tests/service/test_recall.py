"""The sample from the settings to the command line: drawn when a week is over, made up for, erased, shown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.errors import InputError
from domain.mention import Channel, Mention
from domain.people import Actor, Role
from domain.recall import RecallAnswer
from domain.source import Discovery, SourceState
from domain.tags import Axis, Importance, Kind, Remit, Sentiment, Tags
from registry import inbox, recall_review, tagging
from service import recall
from service.cli import app
from service.settings import RecallTable, read_settings
from service.wiring import Runtime, open_database
from tests.service.conftest import MakeRuntime

WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEUTRAL = Tags(Remit.NONE, Kind.NEUTRAL, Sentiment.NEUTRAL, "-", Importance.LOW, "ar", confidence={Axis.KIND: 0.9}, model="m")
RANA = Actor("rana", "رنا", frozenset({Role.REVIEWER}))


def _article(number: int) -> Mention:
    url = f"https://daily.example/{number}"
    return Mention(url, Channel.PRESS, "daily", "daily", url, f"خبر {number}", f"نص الخبر {number}", WEDNESDAY)


def _world(make: MakeRuntime) -> Runtime:
    """Three pages that matched nothing and one mention that was not flagged, on a Wednesday; the clock stands on the Monday."""
    made = make()
    settings = made.settings.model_copy(update={"recall": RecallTable(sample_size=2)})
    runtime = replace(made, settings=settings, clock=lambda: MONDAY)
    items = tuple(_article(number) for number in range(4))
    with runtime.database.transaction() as session:
        found = Discovery("daily", SourceState(), mentions=items)
        matched = {items[0].key: ("الوزارة",)}
        result = inbox.store_discovery(session, found, matched, WEDNESDAY, runtime.secret, sampling=recall.sampling_of(runtime))
        tagging.store_tags(session, [(result.new[0], NEUTRAL)], 0.5, WEDNESDAY)
    return runtime


def test_last_week_is_drawn_once_and_its_figures_follow_the_answers(make: MakeRuntime) -> None:
    runtime = _world(make)
    assert recall.draw_last_week(runtime) == 1
    assert recall.draw_last_week(runtime) == 0
    assert [(each.group, each.left.population, each.left.sampled) for each in recall.figures(runtime.database)] == [
        (None, 4, 3),
        ("local_press", 4, 3),
    ]
    for _ in range(3):
        with runtime.database.transaction() as session:
            found = recall_review.next_item(session)
            assert found is not None
            recall_review.answer(session, found.id, RecallAnswer.MISSED, RANA, MONDAY)
    whole = recall.as_mapping(recall.figures(runtime.database, "2026-W47")[0])
    assert (whole["group"], whole["missed_in_sample"], whole["missed_estimated"], whole["recall"]) == ("all", 3, 4.0, 0.0)


def test_a_week_that_was_slept_through_is_made_up_for(make: MakeRuntime) -> None:
    runtime = replace(_world(make), clock=lambda: MONDAY + timedelta(weeks=2))
    assert recall.draw_last_week(runtime) == 1
    assert recall.figures(runtime.database)[0].weeks == ("2026-W47",)


def test_texts_are_forgotten_after_the_days_of_the_settings(make: MakeRuntime) -> None:
    runtime = _world(make)
    assert recall.forget_old(runtime) == 0
    assert recall.forget_old(replace(runtime, clock=lambda: MONDAY + timedelta(days=14))) == 2


def test_the_command_prints_the_figures(make: MakeRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = _world(make)
    monkeypatch.setenv("RASD_STORE__URL", runtime.settings.store.url)
    home = str(tmp_path / "home")
    empty = CliRunner().invoke(app, ["recall", "--home", home])
    assert (empty.exit_code, "is drawn when the week is over" in empty.stdout) == (0, True)
    recall.draw_last_week(runtime)
    shown = CliRunner().invoke(app, ["recall", "--home", home])
    assert "local_press\tnot measured yet\t0 of 3 answered, 0 missed; 4 not flagged" in shown.stdout
    rows = json.loads(CliRunner().invoke(app, ["recall", "--home", home, "--week", "2026-W47", "--json"]).stdout)
    assert [row["group"] for row in rows] == ["all", "local_press"]
    assert rows[0]["recall"] is None
    with pytest.raises(InputError, match="2026-W47"):
        recall.figures(open_database(tmp_path / "home", read_settings(tmp_path / "home")), "last week")
