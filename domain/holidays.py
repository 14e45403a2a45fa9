"""Saudi Arabia's public holidays and the days of Ramadan (REQUIREMENTS W13). Pure.

Hijri dates are those of the Umm al-Qura calendar, by which the state's leave is written; it covers 1924 to 2077. What is
announced otherwise (a moon sighted a day earlier, a day added) is entered as a special day of the calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_DAY: Final = timedelta(days=1)
_WEEKEND: Final = frozenset({4, 5})
_RAMADAN: Final = 9
_OF_THE_FEASTS: Final = ("Eid al-", "Day of Arafah")
"""What the names of the Labour Law's feast days begin with, in English."""


class PublicHolidays(StrEnum):
    """Whose leave the service takes."""

    NONE = "none"
    LABOUR_LAW = "labour_law"
    """Executive regulations of the Labour Law, article 24: four days from the one after 29 Ramadan, four from the day of Arafah,
    National Day and Founding Day; what falls on a weekend is made up for."""
    CIVIL_SERVICE = "civil_service"
    """Leave regulations of the civil service, articles 4 and 7: 25 Ramadan to 5 Shawwal, 5 to 15 Dhu al-Hijja, National Day and
    Founding Day; a single working day between days off is off too."""


def public_holidays(rule: PublicHolidays, year: int, language: str = "ar") -> Mapping[date, str]:
    """The public holidays of a Gregorian year with their names (``ar`` or ``en``)."""
    return _HOLIDAYS[rule](year, language)


@lru_cache(maxsize=256)
def ramadan(year: int) -> frozenset[date]:
    """The days of Ramadan in a Gregorian year (it may begin twice in one); empty outside 1925-2077."""
    return frozenset(
        day for islamic in _islamic_years(year) for day in _hijri_span(islamic, (_RAMADAN, 1), (_RAMADAN, 30)) if day.year == year
    )


def hijri(day: date) -> tuple[int, int, int] | None:
    """Year, month and day by the Umm al-Qura calendar; None outside the years that it covers."""
    from hijridate import Gregorian

    try:
        return Gregorian(day.year, day.month, day.day).to_hijri().datetuple()
    except OverflowError:
        return None


def _none(_year: int, _language: str) -> Mapping[date, str]:
    return MappingProxyType({})


@lru_cache(maxsize=256)
def _labour_law(year: int, language: str) -> Mapping[date, str]:
    from holidays import country_holidays

    found = country_holidays("SA", years=year, language="ar" if language == "ar" else "en_US")
    return MappingProxyType({day: name for day, name in sorted(found.items()) if day.year == year})


@lru_cache(maxsize=256)
def _civil_service(year: int, language: str) -> Mapping[date, str]:
    """The two feasts by the regulation's own dates; the other days as in the Labour Law."""
    others = _without_feasts(year, language)
    feasts = {day: name for islamic in _islamic_years(year) for day, name in _feasts(islamic, language)}
    days = others | feasts
    bridge = _name("bridge", language)
    bridges = {day: bridge for day in _lone_days(days) if day not in days and day.weekday() not in _WEEKEND}
    return MappingProxyType({day: name for day, name in sorted((days | bridges).items()) if day.year == year})


def _without_feasts(year: int, language: str) -> dict[date, str]:
    english = _labour_law(year, "en")
    wanted = _labour_law(year, language)
    return {day: wanted[day] for day, name in english.items() if not name.startswith(_OF_THE_FEASTS)}


def _feasts(islamic: int, language: str) -> Iterator[tuple[date, str]]:
    for first, last, feast in (((9, 25), (10, 5), "eid_al_fitr"), ((12, 5), (12, 15), "eid_al_adha")):
        for day in _hijri_span(islamic, first, last):
            yield day, _name(feast, language)


def _name(code: str, language: str) -> str:
    from domain.messages import message  # the catalogue knows the profile's words, and the profile has a calendar

    return message(f"holiday.{code}", language)


def _lone_days(days: Mapping[date, str]) -> Iterator[date]:
    """Days with a day off on either side."""

    def off(day: date) -> bool:
        return day in days or day.weekday() in _WEEKEND

    for day in days:
        for beside in (day - _DAY, day + _DAY):
            if off(beside - _DAY) and off(beside + _DAY):
                yield beside


def _islamic_years(year: int) -> range:
    """The Hijri years that a Gregorian one touches."""
    about = (year - 622) * 33 // 32
    return range(about - 1, about + 3)


def _hijri_span(islamic: int, first: tuple[int, int], last: tuple[int, int]) -> tuple[date, ...]:
    """The days of a Hijri year from one month and day to another, at most the month's last; none outside the calendar."""
    from hijridate import Hijri

    try:
        begin = Hijri(islamic, first[0], first[1]).to_gregorian()
        length = Hijri(islamic, last[0], 1).month_length()
        end = Hijri(islamic, last[0], min(last[1], length)).to_gregorian()
    except (OverflowError, ValueError):
        return ()
    return tuple(date(begin.year, begin.month, begin.day) + _DAY * offset for offset in range((end - begin).days + 1))


_HOLIDAYS: Final[Mapping[PublicHolidays, Callable[[int, str], Mapping[date, str]]]] = {
    PublicHolidays.NONE: _none,
    PublicHolidays.LABOUR_LAW: _labour_law,
    PublicHolidays.CIVIL_SERVICE: _civil_service,
}
