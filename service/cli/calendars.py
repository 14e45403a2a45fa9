"""``rasd calendar …``."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from domain.errors import InputError
from service.cli.options import AsJson, Home, print_json

if TYPE_CHECKING:
    from sqlmodel import Session

    from domain.people import Actor
    from domain.working_hours import Hours
    from registry.calendars import MonthDay

calendar_app = typer.Typer(help="The service calendar: show a month, close or open a day.", no_args_is_help=True)
Day = Annotated[str, typer.Argument(help="The day, as 2026-11-25.")]
Name = Annotated[str, typer.Option(help="Why the service works otherwise on that day.")]
By = Annotated[str, typer.Option("--by", help="Sign-in name of who decided it; without it the entry is the service's own.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(calendar_app, name="calendar")


@calendar_app.command()
def show(
    month: Annotated[str, typer.Option(help="The month, as 2026-11; this month without it.", show_default=False)] = "",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """The days of a month by both calendars, with their working hours. Example: rasd calendar show --month 2027-02"""
    from registry import calendars
    from service.wiring import open_database, open_home, profile_of, utc_now

    folder, settings = open_home(home)
    calendar = profile_of(settings).calendar
    year, number = _month(month, utc_now().astimezone(ZoneInfo(calendar.timezone)).date())
    with open_database(folder, settings).reading() as session:
        days = calendars.month(session, calendar, year, number)
    if as_json:
        print_json([_as_mapping(each) for each in days])
        return
    for each in days:
        typer.echo(_line(each))


@calendar_app.command()
def close(day: Day, name: Name, by: By = "", home: Home = None) -> None:
    """Close the service on a day; every open deadline follows. Example: rasd calendar close 2026-11-25 --name 'أمطار غزيرة'"""
    _set(home, day, name, by, None)


@calendar_app.command("open")
def open_(
    day: Day,
    hours: Annotated[str, typer.Option(help="The hours, as 09:00-13:00; they may end after midnight.")],
    name: Name,
    by: By = "",
    home: Home = None,
) -> None:
    """Open the service on a day at hours of its own.

    Example: rasd calendar open 2026-11-27 --hours 09:00-13:00 --name 'يوم مفتوح'
    """
    from domain.working_hours import Hours

    _set(home, day, name, by, Hours.parse(hours))


@calendar_app.command()
def remove(day: Day, by: By = "", home: Home = None) -> None:
    """Let a day be as the calendar says again. Example: rasd calendar remove 2026-11-25"""
    from registry import calendars
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    with open_database(folder, settings).transaction() as session:
        moved = calendars.remove_special_day(session, _day(day), _actor(session, by), utc_now())
    typer.echo(f"{day}: as the calendar says; {moved} open deadlines moved")


def _set(home: Home, day: str, name: str, by: str, hours: Hours | None) -> None:
    from registry import calendars
    from service.wiring import open_database, open_home, utc_now

    folder, settings = open_home(home)
    with open_database(folder, settings).transaction() as session:
        moved = calendars.set_special_day(session, _day(day), name, _actor(session, by), utc_now(), hours=hours)
    typer.echo(f"{day}: {hours or 'closed'}; {moved} open deadlines moved")


def _actor(session: Session, username: str) -> Actor:
    from domain.people import SYSTEM
    from registry import people

    return people.actor(session, username) if username else SYSTEM


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"«{text}» is no day", "write it as 2026-11-25") from error


def _month(text: str, today: date) -> tuple[int, int]:
    if not text:
        return today.year, today.month
    try:
        found = datetime.strptime(text, "%Y-%m").replace(tzinfo=ZoneInfo("UTC"))
    except ValueError as error:
        raise InputError(f"«{text}» is no month", "write it as 2026-11") from error
    return found.year, found.month


def _line(day: MonthDay) -> str:
    hours = ", ".join(str(each) for each in day.of.hours) or "closed"
    return "\t".join((f"{day.of.day.isoformat()} {day.of.day:%a}", _hijri(day), hours, day.of.name or str(day.of.kind)))


def _as_mapping(day: MonthDay) -> dict[str, object]:
    hours = [str(each) for each in day.of.hours]
    return {"day": day.of.day.isoformat(), "hijri": _hijri(day), "hours": hours, "kind": str(day.of.kind), "name": day.of.name}


def _hijri(day: MonthDay) -> str:
    return "{:04}-{:02}-{:02}".format(*day.hijri) if day.hijri else ""
