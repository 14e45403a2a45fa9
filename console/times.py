"""Moments as people read them: Gregorian and Hijri dates, how long ago, how long left. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.errors import InputError
from domain.messages import message
from notify.counting import counted
from notify.dates import hijri, local_day

SOON = timedelta(hours=24)
"""A case due within this time is shown as due soon."""


def length(span: timedelta) -> str:
    """A span in its largest fitting unit: ``3 ساعات``."""
    minutes = int(abs(span).total_seconds() // 60)
    if minutes < 60:
        return counted("minute", max(1, minutes))
    if minutes < 48 * 60:
        return counted("hour", minutes // 60)
    days = minutes // (24 * 60)
    if days < 60:
        return counted("day", days)
    return counted("month", days // 30) if days < 730 else counted("year", days // 365)


def relative(moment: datetime, now: datetime) -> str:
    """``قبل 5 دقائق``, ``بعد ساعتين``, ``الآن``."""
    if abs(now - moment) < timedelta(minutes=1):
        return message("time.now")
    return message("time.ago" if moment < now else "time.ahead", span=length(now - moment))


def gregorian(moment: datetime, zone: str) -> str:
    """``السبت 21 نوفمبر 2026، 14:05`` in the service's own zone."""
    return _written("time.full", moment.astimezone(ZoneInfo(zone)))


def short(moment: datetime, zone: str) -> str:
    """``21 نوفمبر 14:05``: for lists."""
    return _written("time.short", moment.astimezone(ZoneInfo(zone)))


def _written(key: str, local: datetime) -> str:
    return message(
        key,
        weekday=message(f"weekday.{local.weekday()}"),
        day=local.day,
        month=message(f"month.{local.month}"),
        year=local.year,
        clock=f"{local:%H:%M}",
    )


def moment_of(name: str, text: str, zone: str) -> datetime | None:
    """A moment as a form's field gives it (``2026-11-30T09:00``, in the service's zone unless it names one); None for an empty
    field. Raises ``InputError``."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        wrong = InputError(f"{name} «{text}» is no date and time", "write it as 2026-11-30T09:00")
        raise wrong.saying("no_moment", field=name, given=text) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


class Clock(StrEnum):
    """How a case stands with its deadline."""

    STOPPED = "stopped"
    IN_TIME = "in_time"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as shown: never stored, always computed (DESIGN promise 7)."""

    clock: Clock
    words: str


def deadline(due_at: datetime | None, now: datetime, *, is_open: bool) -> Deadline:
    """``متأخرة 3 ساعات``, ``بقي يومان``; nothing runs for a closed case."""
    if due_at is None or not is_open:
        return Deadline(Clock.STOPPED, "")
    if due_at < now:
        return Deadline(Clock.OVERDUE, message("time.overdue", span=length(now - due_at)))
    return Deadline(Clock.SOON if due_at - now < SOON else Clock.IN_TIME, message("time.due", span=length(due_at - now)))


@dataclass(frozen=True, slots=True)
class Wall:
    """The clock on the wall while one page is made: its moment and the service's zone."""

    now: datetime
    zone: str

    def ago(self, moment: datetime) -> str:
        """``قبل 5 دقائق``."""
        return relative(moment, self.now)

    def full(self, moment: datetime) -> str:
        """Gregorian day and time."""
        return gregorian(moment, self.zone)

    def short(self, moment: datetime) -> str:
        """Day and time, for lists."""
        return short(moment, self.zone)

    def hijri(self, moment: datetime) -> str:
        """``11 جمادى الآخرة 1448هـ`` by the Umm al-Qura calendar; empty outside the years that it covers (REQUIREMENTS W13)."""
        return hijri(local_day(moment, self.zone))

    def month_name(self, day: date) -> str:
        """``نوفمبر 2026``."""
        return message("calendar.month", month=message(f"month.{day.month}"), year=day.year)

    def weekday(self, number: int) -> str:
        """``الأحد``; Monday is 0."""
        return message(f"weekday.{number}")

    def iso(self, moment: datetime) -> str:
        """For the ``datetime`` attribute."""
        return moment.astimezone(UTC).isoformat(timespec="seconds")

    def local_input(self, moment: datetime) -> str:
        """``2026-11-21T12:00``: as a form's field for a moment takes it, in the service's zone."""
        return moment.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M")

    def deadline(self, due_at: datetime | None, *, is_open: bool) -> Deadline:
        """How a case stands with its deadline."""
        return deadline(due_at, self.now, is_open=is_open)
