"""Days as people read them, by both calendars (REQUIREMENTS W13). Pure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from hijridate import Gregorian

from domain.messages import message


def local_day(moment: datetime, timezone: str) -> date:
    """The day that a moment falls on in a time zone."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def gregorian(day: date, language: str = "ar") -> str:
    """``21 نوفمبر 2026م``."""
    return message("date.gregorian", language, day=day.day, month=message(f"month.{day.month}", language), year=day.year)


def hijri(day: date, language: str = "ar") -> str:
    """``11 جمادى الآخرة 1448هـ`` by the Umm al-Qura calendar; empty outside the years that it covers (1924-2077)."""
    try:
        found = Gregorian(day.year, day.month, day.day).to_hijri()
    except OverflowError:
        return ""
    month = message(f"hijri_month.{found.month}", language)
    return message("date.hijri", language, day=found.day, month=month, year=found.year)


def both(day: date, language: str = "ar") -> str:
    """The day by both calendars: ``21 نوفمبر 2026م (11 جمادى الآخرة 1448هـ)``."""
    islamic = hijri(day, language)
    return f"{gregorian(day, language)} ({islamic})" if islamic else gregorian(day, language)
