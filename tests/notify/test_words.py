"""The small pure parts: weeks, dates, counting, direction, and the length that X counts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputError
from domain.messages import CATALOGUES
from notify.counting import counted
from notify.dates import both, gregorian, hijri, local_day
from notify.direction import RLM, guarded, isolated
from notify.week import last_whole_week, week_bounds, week_of
from notify.x_length import LIMIT, shortened, weighted_length

RIYADH = ZoneInfo("Asia/Riyadh")


def test_a_week_is_monday_to_sunday_in_the_ministrys_time() -> None:
    start, end = week_bounds("2026-W47")
    assert start == datetime(2026, 11, 15, 21, tzinfo=UTC)
    assert (start.astimezone(RIYADH).weekday(), start.astimezone(RIYADH).date()) == (0, date(2026, 11, 16))
    assert end - start == timedelta(days=7)


@pytest.mark.parametrize(
    "wrong", ["", "2026", "2026-47", "2026-W00", "2026-W54", "2025-W53", "0000-W01", "2026-W47 x", "٢٠٢٦-W47"]
)
def test_what_is_no_week_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="2026-W47"):
        week_bounds(wrong)


@given(st.datetimes(min_value=datetime(2000, 1, 5), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_every_moment_lies_in_its_week(moment: datetime) -> None:
    start, end = week_bounds(week_of(moment))
    assert start <= moment < end
    assert week_bounds(last_whole_week(moment))[1] == start


def test_days_by_both_calendars() -> None:
    day = local_day(datetime(2026, 11, 20, 21, 30, tzinfo=UTC), "Asia/Riyadh")
    assert day == date(2026, 11, 21)
    assert (gregorian(day), hijri(day)) == ("21 نوفمبر 2026م", "11 جمادى الآخرة 1448هـ")
    assert both(day, "en") == "21 November 2026 (11 Jumada al-Akhirah 1448 AH)"
    assert both(date(1850, 1, 1)) == "1 يناير 1850م"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "حالة واحدة"),
        (2, "حالتان"),
        (3, "3 حالات"),
        (10, "10 حالات"),
        (11, "11 حالة"),
        (100, "100 حالة"),
        (1103, "1,103 حالات"),
    ],
)
def test_things_are_counted_as_arabic_counts(number: int, said: str) -> None:
    assert counted("case", number) == said


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_counted_thing_has_four_forms(language: str) -> None:
    texts = {key: text for key, text in CATALOGUES[language].items() if key.startswith("count.")}
    assert texts
    assert {key for key, text in texts.items() if text.count("|") != 3} == set()


def test_islands_are_held_together() -> None:
    said = isolated("راجعوا @RoadsCare أو https://roads.example/a?x=1، وشركة STC 5G <b>")
    islands = re.findall(r"<bdi[^>]*>(.*?)</bdi>", said)
    assert islands == ["@RoadsCare", "https://roads.example/a?x=1", "STC 5G", "b"]
    assert "<b>" not in said


def test_a_reference_number_is_never_torn() -> None:
    assert isolated("برقم ROADS-2026-000017 لدينا") == (
        'برقم <bdi dir="ltr" style="white-space:nowrap;">ROADS-2026-000017</bdi> لدينا'
    )


def test_a_text_without_arabic_is_one_island() -> None:
    assert isolated("Parcels lost, residents say") == '<bdi dir="ltr">Parcels lost, residents say</bdi>'
    assert isolated("12 (3)") == "12 (3)"


@given(st.text())
def test_isolating_loses_nothing(text: str) -> None:
    from markupsafe import Markup

    bare = re.sub(r"</?bdi[^>]*>", "", isolated(text))
    assert Markup(bare).unescape() == text


def test_lines_are_set_from_the_right() -> None:
    assert guarded("Gulf Herald نشرت\n- Gulf Herald\n----\n17 مادة\nhttps://roads.example\n\nنص") == (
        f"{RLM}Gulf Herald نشرت\n{RLM}- Gulf Herald\n{RLM}----\n17 مادة\nhttps://roads.example\n\nنص"
    )


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("حفرة", 4),
        ("road", 4),
        ("https://roads.example/very/long/address?with=query", 23),
        ("😀", 2),
        ("道路", 4),
        ("e\u0301", 1),
    ],
)
def test_length_as_x_counts(text: str, length: int) -> None:
    assert weighted_length(text) == length


@given(st.text(alphabet="abحفر ،.😀", max_size=400), st.integers(0, LIMIT))
def test_a_shortened_text_fits(text: str, room: int) -> None:
    cut = shortened(text, room)
    assert weighted_length(cut) <= room
    assert cut in (text, "") or cut.endswith("…")
