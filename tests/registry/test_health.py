"""Health and the sight of a changed template: decided from counters (REQUIREMENTS G2)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.activity import Tally
from registry.health import FEW_PAGES, FORMERLY, TemplateChange, health, template_change
from registry.views import Health
from tests.registry.hands import NOW

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
WHOLE = Tally(pages=12, thin=1, characters=12 * 2400)
EMPTY = Tally(pages=12, thin=11, characters=900)
SHORT = Tally(pages=12, thin=1, characters=12 * 400)
FLASHES = Tally(pages=12, thin=11, characters=12 * 150)
Days = dict[date, Tally]


def weeks_of(tally: Tally, days: int = 28, until: date = TODAY - DAY) -> Days:
    return {until - DAY * back: tally for back in range(days)}


def test_pages_that_turn_empty_are_a_changed_template() -> None:
    found = template_change(weeks_of(WHOLE) | {TODAY - DAY: EMPTY, TODAY: EMPTY}, TODAY)
    assert isinstance(found, TemplateChange)
    assert (found.now.pages, found.now.thin) == (24, 22)
    assert round(found.before.length) == 2400


def test_texts_that_shrink_to_their_first_lines_are_one_too() -> None:
    assert template_change(weeks_of(WHOLE) | {TODAY - DAY: SHORT, TODAY: SHORT}, TODAY)


def test_a_handful_of_pages_is_never_judged() -> None:
    few = Tally(pages=FEW_PAGES - 1, thin=FEW_PAGES - 1)
    assert template_change(weeks_of(WHOLE, until=TODAY - 8 * DAY) | {TODAY: few}, TODAY) is None
    assert template_change({TODAY: few}, TODAY) is None
    assert template_change({}, TODAY) is None


def test_a_few_empty_pages_among_whole_ones_are_nothing() -> None:
    mixed = Tally(pages=12, thin=4, characters=8 * 2400)
    assert template_change(weeks_of(WHOLE) | {TODAY - DAY: mixed, TODAY: mixed}, TODAY) is None


def test_a_source_of_news_flashes_is_as_it_always_was() -> None:
    assert template_change(weeks_of(FLASHES) | {TODAY: FLASHES}, TODAY) is None


def test_a_source_whose_texts_were_never_found_is_said_for_four_weeks() -> None:
    days = weeks_of(EMPTY, 3) | {TODAY: EMPTY}
    found = template_change(days, TODAY)
    assert found is not None
    assert found.before.length == 0
    later = TODAY + 10 * DAY
    assert template_change(weeks_of(EMPTY, 14, later), later, since=TODAY)
    much_later = TODAY + FORMERLY + DAY
    assert template_change(weeks_of(EMPTY, 40, much_later), much_later, since=TODAY) is None


def test_a_change_stays_until_pages_are_whole_again_however_long_it_lasts() -> None:
    days = weeks_of(WHOLE)
    for back in range(60):
        days[TODAY + DAY * back] = EMPTY
    late = TODAY + 59 * DAY
    assert template_change(days, late) is None, "by now empty pages are usual"
    assert template_change(days, late, since=TODAY)
    days |= {late + DAY: WHOLE, late + 2 * DAY: WHOLE}
    assert template_change(days, late + 2 * DAY, since=TODAY) is None


def test_what_was_said_does_not_flicker() -> None:
    half = Tally(pages=12, thin=5, characters=12 * 1500)
    days = weeks_of(WHOLE, until=TODAY - 2 * DAY) | {TODAY - DAY: half, TODAY: half}
    assert template_change(days, TODAY) is None
    assert template_change(days, TODAY, since=TODAY - DAY)


@given(st.lists(st.tuples(st.integers(0, 27), st.integers(15, 40), st.integers(0, 6)), max_size=30), st.integers(0, 6))
def test_sources_that_never_change_are_never_said_to(days: list[tuple[int, int, int]], today_thin: int) -> None:
    """Whatever the mix of thin pages, up to four in ten, day by day."""
    counted = {
        TODAY - DAY * (back + 1): Tally(pages=pages, thin=thin, characters=(pages - thin) * 2000 + thin * 90)
        for back, pages, thin in days
    }
    counted[TODAY] = Tally(pages=15, thin=today_thin, characters=(15 - today_thin) * 2000)
    assert template_change(counted, TODAY) is None


def test_what_was_found_shows_in_the_health_after_failures() -> None:
    def told(**values: object) -> Health:
        usual = {"paused": False, "removed": False, "failures": 0, "last_success_at": NOW, "last_item_at": NOW, "habit": 60.0}
        return health(**{**usual, "now": NOW, **values})  # type: ignore[arg-type]

    assert told() is Health.WELL
    assert told(changed=True) is Health.CHANGED
    assert told(quiet=True, changed=True) is Health.QUIET
    assert told(quiet=True, changed=True, failures=1) is Health.FAILING
    assert told(quiet=True, paused=True) is Health.PAUSED
    silent = NOW - timedelta(days=3)
    assert told(last_item_at=silent) is Health.QUIET
    assert told(last_item_at=silent, learnt=True) is Health.WELL, "its hours of the week judge it once they are known"
