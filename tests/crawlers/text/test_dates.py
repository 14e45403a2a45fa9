"""Dates as newspapers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hijridate import Gregorian
from hypothesis import given
from hypothesis import strategies as st

from crawlers.text.dates import parse_date

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
    # As feedparser documents them: RFC 822 with its variations, W3CDTF, asctime, Perforce, compact ISO 8601.
    ("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01 19:48"),
    ("Thu, 01 Jan 04 19:48:21 GMT", "2004-01-01 19:48"),
    ("01 Jan 2004 00:00 +0530", "2003-12-31 18:30"),
    ("Mon, 26 January 2004 16:31:00 EST", "2004-01-26 21:31"),
    ("Mon, January 26 2004 16:31:00 EST", "2004-01-26 21:31"),
    ("Thu, 5 Apr 2012 10:00:00 PDT", "2012-04-05 17:00"),
    ("Sun, 31 Dec 99 11:59:59 PST", "1999-12-31 19:59"),
    ("Wed, 19 Aug 2009 18:28:00 Etc/GMT", "2009-08-19 18:28"),
    ("2003-12-31T10:14Z", "2003-12-31 10:14"),
    ("2003-12-31T10:14:55-08:00", "2003-12-31 18:14"),
    ("2004-07-13T14:15:00 -05:00", "2004-07-13 19:15"),
    ("20031231T101455Z", "2003-12-31 10:14"),
    ("20031231", "2003-12-30 21:00"),
    ("Sun Jan  4 16:29:06 PST 2004", "2004-01-05 00:29"),
    ("Sun Jan 4 16:29:06 2004", "2004-01-04 13:29"),
    ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15 12:19"),
    # Zones.
    ("Thu Nov 19 2026 14:05:00 GMT+0300 (Arabia Standard Time)", "2026-11-19 11:05"),
    ("19 Nov 2026 14:05 UTC+3", "2026-11-19 11:05"),
    ("2026-11-19T14:05:00+03", "2026-11-19 11:05"),
    ("2026-11-19 14:05:00 AST", "2026-11-19 11:05"),
    ("2026-11-19 14:05 EET", "2026-11-19 12:05"),
    ("19/11/2026 10:20 بتوقيت غرينتش", "2026-11-19 10:20"),
    ("19/11/2026 10:20 بتوقيت مكة المكرمة", "2026-11-19 07:20"),
    ("Thu, 19 Nov 2026 23:59:60 GMT", "2026-11-19 23:59"),
    ("2026-11-19 24:00", "2026-11-19 21:00"),
    # Clocks and words in Arabic.
    ("14:05 - 19 نوفمبر 2026", "2026-11-19 11:05"),
    ("19-11-2026 | 2:05 مساء", "2026-11-19 11:05"),
    ("12:10 ظهرا 19 نوفمبر 2026", "2026-11-19 09:10"),
    ("5 مساء 19 نوفمبر 2026", "2026-11-18 21:00"),
    ("19 من نوفمبر لعام 2026", "2026-11-18 21:00"),
    ("نوفمبر 19, 2026", "2026-11-18 21:00"),
    ("19نوفمبر2026", "2026-11-18 21:00"),
    ("19 تشرين الثاني/نوفمبر 2026", "2026-11-18 21:00"),
    ("19 غشت 2026", "2026-08-18 21:00"),
    ("3 جويلية 2026", "2026-07-02 21:00"),
    ("۱۹ نوفمبر ۲۰۲۶", "2026-11-18 21:00"),
    # Hijri, by the Umm al-Qura calendar.
    ("12 ربيع الآخر 1447هـ", "2025-10-03 21:00"),
    ("السبت 12 ربيع الثاني 1447 هـ - 14:30", "2025-10-04 11:30"),
    ("1447/04/12", "2025-10-03 21:00"),
    ("12-04-1447", "2025-10-03 21:00"),
    ("١٢/٤/١٤٤٧ هـ", "2025-10-03 21:00"),
    ("1 محرم 1448", "2026-06-15 21:00"),
    ("9 ذو الحجة 1447هـ", "2026-05-25 21:00"),
    ("30 صفر 1447", "2025-08-23 21:00"),
    ("12 ربيع الآخر 1447هـ الموافق 5 أكتوبر 2025م", "2025-10-04 21:00"),
    ("1447/04/12 هـ - 2025/10/05 م", "2025-10-04 21:00"),
]


@pytest.mark.parametrize(("written", "meant"), WRITTEN)
def test_written(written: str, meant: str) -> None:
    moment = parse_date(written, now=NOW)
    assert moment is not None
    assert f"{moment:%Y-%m-%d %H:%M}" == meant
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "written",
    [
        *("", "أمس", "قبل ساعتين", "31 Feb 2026", "2026-13-45", "1970-01-01", "2031-01-01", "99:99", "0000-00-00"),
        *(
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "1994-12-31T23:00:00Z",
            "9999-12-31T23:59:59-14:00",
            "2026-11-19 14:99",
            "12 ربيع 1447",
        ),
        *("31 صفر 1447", "1447/13/01", "1201/04/12", "خمسة نوفمبر", "050 123 4567", "19:11:2026", "2026"),
    ],
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


@given(st.dates(date(2000, 1, 1), date(2026, 11, 20)), st.sampled_from(["{0.day} {1} {0.year}هـ", "{0.year}/{0.month}/{0.day}"]))
def test_every_hijri_day_is_its_gregorian_day(day: date, form: str) -> None:
    hijri = Gregorian.fromdate(day).to_hijri()
    found = parse_date(form.format(hijri, hijri.month_name("ar") if "{1}" in form else ""), "UTC", now=NOW)
    assert found is not None
    assert found.date() == day


@given(st.text(max_size=60))
def test_it_never_raises(text: str) -> None:
    assert parse_date(text, now=NOW) is None or parse_date(text, now=NOW).tzinfo is UTC  # type: ignore[union-attr]
