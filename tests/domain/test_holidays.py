"""Saudi public holidays and Ramadan, against what was announced."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.holidays import PublicHolidays, hijri, public_holidays, ramadan

LABOUR, CIVIL = PublicHolidays.LABOUR_LAW, PublicHolidays.CIVIL_SERVICE


def _days(first: str, last: str) -> set[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return {begin + timedelta(days=offset) for offset in range((end - begin).days + 1)}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2022-05-01", "2022-05-04"),  # Eid al-Fitr, four days from the one after 29 Ramadan
        ("2022-07-08", "2022-07-11"),  # Eid al-Adha, from the day of Arafah
        ("2023-04-21", "2023-04-24"),
        ("2023-06-27", "2023-06-30"),
        ("2024-06-15", "2024-06-18"),
        ("2025-03-30", "2025-04-02"),
        ("2025-09-23", "2025-09-23"),
        ("2026-02-22", "2026-02-22"),
    ],
)
def test_the_private_sector_is_off_on_the_days_that_were_announced(first: str, last: str) -> None:
    assert _days(first, last) <= set(public_holidays(LABOUR, int(first[:4])))


def test_what_falls_on_a_weekend_is_made_up_for() -> None:
    assert date(2028, 9, 24) in public_holidays(LABOUR, 2028)  # National Day is a Saturday
    assert date(2028, 9, 24) in public_holidays(CIVIL, 2028)
    assert date(2033, 9, 22) in public_holidays(CIVIL, 2033)  # a Friday


def test_the_civil_service_is_off_longer() -> None:
    """1438: from the fifth to the fifteenth of Dhu al-Hijja, and the Thursday after it, alone before the weekend."""
    found = set(public_holidays(CIVIL, 2017))
    assert _days("2017-08-27", "2017-09-07") <= found
    assert date(2017, 9, 10) not in found
    assert _days("2026-03-14", "2026-03-24") <= set(public_holidays(CIVIL, 2026))
    assert date(2026, 3, 25) not in public_holidays(CIVIL, 2026)


def test_a_lone_working_day_between_days_off_is_off() -> None:
    """National Day 2020 was a Wednesday, Founding Day 2023 too: both Thursdays were off; one on a Tuesday leaves two days."""
    assert date(2020, 9, 24) in public_holidays(CIVIL, 2020)
    assert date(2023, 2, 23) in public_holidays(CIVIL, 2023)
    assert date(2022, 2, 23) not in public_holidays(CIVIL, 2022)
    assert date(2020, 9, 24) not in public_holidays(LABOUR, 2020)


def test_there_was_no_founding_day_before_it_was_founded() -> None:
    assert date(2021, 2, 22) not in public_holidays(LABOUR, 2021)


def test_a_year_with_two_ramadans() -> None:
    days = sorted(ramadan(2030))
    assert (days[0], days[-1]) == (date(2030, 1, 5), date(2030, 12, 31))
    assert {hijri(day)[1] for day in days} == {9}  # type: ignore[index]


def test_outside_the_calendar_of_umm_al_qura_nothing_is_invented() -> None:
    assert hijri(date(1900, 1, 1)) is None
    assert ramadan(2100) == frozenset()
    assert date(2100, 9, 23) in public_holidays(CIVIL, 2100)


def test_names_come_in_both_languages() -> None:
    assert public_holidays(CIVIL, 2026)[date(2026, 5, 27)] == "إجازة عيد الأضحى"
    assert public_holidays(CIVIL, 2026, "en")[date(2026, 5, 27)] == "Eid al-Adha"
    assert public_holidays(LABOUR, 2026, "en")[date(2026, 9, 23)] == "National Day Holiday"


@given(st.integers(2023, 2060), st.sampled_from((LABOUR, CIVIL)))
def test_every_year_holds_what_the_rule_says(year: int, rule: PublicHolidays) -> None:
    found = public_holidays(rule, year)
    assert {date(year, 2, 22), date(year, 9, 23)} <= set(found)
    assert list(found) == sorted(found)
    assert all(day.year == year for day in found)
    days = (date(year, 1, 1) + timedelta(days=offset) for offset in range(365))
    feast = {day for day in days if (at := hijri(day)) and at[1:] in ((10, 1), (10, 2), (12, 9), (12, 10), (12, 11))}
    assert feast <= set(found)


@given(st.dates(date(1950, 1, 1), date(2070, 12, 31)))
def test_ramadan_is_the_ninth_month(day: date) -> None:
    assert (day in ramadan(day.year)) == (hijri(day)[1] == 9)  # type: ignore[index]
