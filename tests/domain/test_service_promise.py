"""What is promised for a service: late and too early to complain are told apart (REQUIREMENTS W13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputError
from domain.service_calendar import ServiceCalendar, SpecialDay
from domain.service_promise import PromiseUnit, ServicePromise, Standing, Within, judge, late_from, promise_for
from service.profiles import load_profile

RIYADH = ZoneInfo("Asia/Riyadh")
WEEK = ServiceCalendar()
THURSDAY = date(2026, 11, 19)


def _promise(within: str, *needs: str) -> ServicePromise:
    return ServicePromise("refunds/balance", "استرداد", Within.parse(within), needs=needs)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("72 hours", Within(72, PromiseUnit.HOUR)),
        ("1 hour", Within(1, PromiseUnit.HOUR)),
        ("15 days", Within(15, PromiseUnit.DAY)),
        ("3 working days", Within(3, PromiseUnit.WORKING_DAY)),
        (" 5  working hours ", Within(5, PromiseUnit.WORKING_HOUR)),
    ],
)
def test_a_length_is_read(text: str, found: Within) -> None:
    assert Within.parse(text) == found


@pytest.mark.parametrize("text", ["", "soon", "0 days", "-3 days", "3", "3 weeks", "1.5 days", "٣ days"])
def test_a_length_that_is_none_is_named(text: str) -> None:
    with pytest.raises(InputError, match="72 hours"):
        Within.parse(text)


def test_days_end_with_the_last_of_them() -> None:
    assert late_from(_promise("15 days"), WEEK, THURSDAY) == datetime(2026, 12, 5, tzinfo=RIYADH)


def test_working_days_leave_out_weekends_and_days_off() -> None:
    promise = _promise("3 working days")
    assert late_from(promise, WEEK, THURSDAY) == datetime(2026, 11, 25, tzinfo=RIYADH)  # Sunday, Monday, Tuesday
    rain = ServiceCalendar(special=(SpecialDay(date(2026, 11, 23)),))
    assert late_from(promise, rain, THURSDAY) == datetime(2026, 11, 26, tzinfo=RIYADH)


def test_hours_run_day_and_night_from_the_moment() -> None:
    applied = datetime(2026, 11, 19, 13, 30, tzinfo=UTC)
    assert late_from(_promise("72 hours"), WEEK, applied) == applied + timedelta(hours=72)


def test_hours_of_a_day_alone_run_from_its_end() -> None:
    assert late_from(_promise("72 hours"), WEEK, THURSDAY) == datetime(2026, 11, 23, tzinfo=RIYADH)


def test_working_hours_run_by_the_calendar() -> None:
    applied = datetime(2026, 11, 19, 19, 0, tzinfo=RIYADH)
    assert late_from(_promise("5 working hours"), WEEK, applied) == datetime(2026, 11, 22, 12, 0, tzinfo=RIYADH)


def test_late_and_too_early_meet_at_one_moment() -> None:
    promise = _promise("3 working days")
    edge = datetime(2026, 11, 25, tzinfo=RIYADH)
    early = judge(promise, WEEK, THURSDAY, edge - timedelta(seconds=1))
    assert (early.standing, early.late_from) == (Standing.TOO_EARLY, edge)
    assert judge(promise, WEEK, THURSDAY, edge).standing is Standing.LATE


def test_a_request_of_tomorrow_is_refused() -> None:
    now = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)  # 01:00 of the 20th in Riyadh
    assert judge(_promise("15 days"), WEEK, date(2026, 11, 20), now).standing is Standing.TOO_EARLY
    with pytest.raises(InputError, match="to come"):
        judge(_promise("15 days"), WEEK, date(2026, 11, 21), now)


def test_what_a_request_lacks_is_named() -> None:
    promise = _promise("15 days", "رقم الصادر", "رقم الهوية")
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert judge(promise, WEEK, THURSDAY, now, given={"رقم الصادر"}).missing == ("رقم الهوية",)
    assert judge(promise, WEEK, THURSDAY, now).missing == ()


def test_the_finance_ministry_promises_what_it_published() -> None:
    profile = load_profile("mof")
    visa = promise_for(profile, "refunds/visa-fees")
    assert [promise.within for promise in visa] == [Within(72, PromiseUnit.HOUR), Within(15, PromiseUnit.DAY)]
    assert all("رقم الصادر" in promise.needs for promise in visa)
    (balance,) = promise_for(profile, "refunds/payment-balance")
    assert balance.within == Within(3, PromiseUnit.WORKING_DAY)
    assert promise_for(profile, "other/other") == ()


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(1, 30), st.sampled_from(PromiseUnit))
def test_a_longer_promise_is_late_later(day: date, amount: int, unit: PromiseUnit) -> None:
    def of(count: int) -> datetime:
        return late_from(ServicePromise("a/b", "x", Within(count, unit)), WEEK, day)

    assert of(amount) < of(amount + 1)
    assert of(amount) > datetime.combine(day, datetime.min.time(), RIYADH)
