"""Dates as the world's papers print them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

from service.demo.papers import DateStyle

RIYADH: Final = timezone(timedelta(hours=3), "Asia/Riyadh")
_MONTHS: Final = tuple("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split())
_HIJRI_MONTHS: Final = (
    "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
    "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
)  # fmt: skip
_WEEKDAYS: Final = ("الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
_ENGLISH_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_ENGLISH_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ARABIC_INDIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def printed_date(at: datetime, style: DateStyle) -> str:
    """The moment in Riyadh, as a paper of this style prints it."""
    local = at.astimezone(RIYADH)
    clock = f"{local.hour % 12 or 12}:{local.minute:02d} {'ص' if local.hour < 12 else 'م'}"
    gregorian = f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    match style:
        case DateStyle.ISO:
            return f"{local:%Y-%m-%d %H:%M}"
        case DateStyle.ARABIC:
            return f"{gregorian} - {clock}".translate(_ARABIC_INDIC)
        case DateStyle.HIJRI:
            return f"{_WEEKDAYS[local.weekday()]} {hijri_text(local.date())} هـ الموافق {gregorian} م"
        case DateStyle.WEEKDAY:
            return f"{_WEEKDAYS[local.weekday()]} {gregorian} | {local:%H:%M}"
        case DateStyle.SLASHES:
            return f"{local:%d/%m/%Y} م الساعة {clock}"
        case DateStyle.ENGLISH:
            return f"{printed_day(at, style)}, {local:%H:%M} KSA"


def printed_day(at: datetime, style: DateStyle) -> str:
    """The day in Riyadh, as it stands at the head of a page."""
    local = at.astimezone(RIYADH)
    if style is DateStyle.ENGLISH:
        return f"{_ENGLISH_DAYS[local.weekday()]}, {local.day} {_ENGLISH_MONTHS[local.month - 1]} {local.year}"
    day = f"{_WEEKDAYS[local.weekday()]} {hijri_text(local.date())}هـ - {local.day} {_MONTHS[local.month - 1]} {local.year}م"
    return day.translate(_ARABIC_INDIC) if style is DateStyle.ARABIC else day


def rss_date(at: datetime) -> str:
    """RFC 822, as RSS writes it, in Riyadh's time."""
    local = at.astimezone(RIYADH)
    month = _ENGLISH_MONTHS[local.month - 1][:3]
    return f"{_ENGLISH_DAYS[local.weekday()]}, {local.day:02d} {month} {local:%Y %H:%M:%S} +0300"


def iso_date(at: datetime) -> str:
    """ISO 8601 to the second, in Riyadh's time."""
    return at.astimezone(RIYADH).replace(microsecond=0).isoformat()


def hijri_text(day: date) -> str:
    """Day, month and year by the Umm al-Qura calendar, as «11 جمادى الآخرة 1448»."""
    from hijridate import Gregorian

    hijri = Gregorian.fromdate(day).to_hijri()
    return f"{hijri.day} {_HIJRI_MONTHS[hijri.month - 1]} {hijri.year}"
