"""Dates as newspapers write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.dates import parse_date

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WRITTEN = [
    ("2026-11-19T14:05:00+03:00", "2026-11-19 11:05"),
    ("2026-11-19T14:05:00Z", "2026-11-19 14:05"),
    ("2026-11-19T14:05:00.123+0300", "2026-11-19 11:05"),
    ("2026-11-19 14:05", "2026-11-19 11:05"),
    ("2026-11-19", "2026-11-18 21:00"),
    ("2026/11/19 - 2:05 م", "2026-11-19 11:05"),
    ("Thu, 19 Nov 2026 14:05:00 +0300", "2026-11-19 11:05"),
    ("Thu, 19 Nov 2026 14:05:00 GMT", "2026-11-19 14:05"),
    ("Thu, 19 Nov 2026 14:05:00", "2026-11-19 11:05"),
    ("19 Nov 26 14:05 UT", "2026-11-19 14:05"),
    ("November 19, 2026 2:05 PM", "2026-11-19 11:05"),
    ("19/11/2026", "2026-11-18 21:00"),
    ("11/19/2026 14:05", "2026-11-19 11:05"),
    ("الخميس 19 نوفمبر 2026", "2026-11-18 21:00"),
    ("الخميس، ١٩ نوفمبر ٢٠٢٦ - ٢:٠٥ م", "2026-11-19 11:05"),
    ("19 تشرين الثاني 2026 09:30 ص", "2026-11-19 06:30"),
    ("7 أبريل 2026", "2026-04-06 21:00"),
    ("12:00 ص 19 نوفمبر 2026", "2026-11-18 21:00"),
    ("\u200f19 نوفمبر\u200f 2026", "2026-11-18 21:00"),
]


@pytest.mark.parametrize(("written", "meant"), WRITTEN)
def test_written(written: str, meant: str) -> None:
    moment = parse_date(written, now=NOW)
    assert moment is not None
    assert f"{moment:%Y-%m-%d %H:%M}" == meant
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "written", ["", "أمس", "قبل ساعتين", "31 Feb 2026", "2026-13-45", "1970-01-01", "2031-01-01", "99:99", "0000-00-00"]
)
def test_what_is_no_date_or_cannot_be_true_is_none(written: str) -> None:
    assert parse_date(written, now=NOW) is None


def test_the_zone_is_the_source_s_where_none_is_named() -> None:
    assert parse_date("2026-11-19 14:05", "Africa/Cairo", now=NOW) == datetime(2026, 11, 19, 12, 5, tzinfo=UTC)
    assert parse_date("2026-11-19 14:05", "No/Such", now=NOW) == datetime(2026, 11, 19, 14, 5, tzinfo=UTC)


@given(
    st.datetimes(datetime(1996, 1, 1), datetime(2026, 11, 20), timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))
)
def test_iso_and_rfc_822_come_back(moment: datetime) -> None:
    assert parse_date(moment.isoformat(), now=NOW) == moment
    assert parse_date(moment.strftime("%a, %d %b %Y %H:%M:%S +0000"), now=NOW) == moment


@given(st.text(max_size=60))
def test_it_never_raises(text: str) -> None:
    assert parse_date(text, now=NOW) is None or parse_date(text, now=NOW).tzinfo is UTC  # type: ignore[union-attr]
