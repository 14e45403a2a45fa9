"""The service calendar, a month at a time: hours, Ramadan, holidays, and the special days that people set (REQUIREMENTS W13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.directory_queries import day_of, month_of, number_of
from console.layout import Place
from console.month_grid import WEEK, hijri_title, neighbours, weeks
from console.pages.form_filling import Filled, FormTexts, remedies, with_status
from console.pages.showing import setting_of, show
from console.person import Person, PersonOf, genuine
from domain.entry_flaws import EntryFault, EntryFlaw, EntryFlawed, text_flaw
from domain.entry_flaws import demand as demand_form
from domain.errors import InputError
from domain.working_hours import Hours
from notify.dates import both, local_day
from registry import calendars as rows

router = APIRouter(prefix="/calendar", dependencies=[Depends(genuine)])


@router.get("")
def month(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One month, with a form to set a special day."""
    demand(person.actor, Right.SEE_CALENDAR)
    asked = day_of(request.query_params.get("day", ""))
    return _month_page(request, desk, person, Filled({"day": asked.isoformat() if asked else ""}))


@router.post("/days")
def set_day(request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Close a day or give it other hours; every open deadline follows."""
    demand(person.actor, Right.EDIT_CALENDAR)
    try:
        day, hours = _read(texts)
        with desk.database.transaction() as session:
            moved = rows.set_special_day(session, day, texts.get("name", ""), person.actor, desk.now, hours=hours)
    except EntryFlawed as error:
        return _month_page(request, desk, person, Filled(texts, remedies(error)), 422)
    return _moved(day, "day_set", moved)


@router.post("/days/remove")
def remove_day(desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Let a day be as the calendar says again."""
    demand(person.actor, Right.EDIT_CALENDAR)
    day = day_of(texts.get("day", ""))
    if day is None:
        raise InputError("no day is named", "open the calendar and choose one")
    with desk.database.transaction() as session:
        moved = rows.remove_special_day(session, day, person.actor, desk.now)
    return _moved(day, "day_removed", moved)


def _month_page(request: Request, desk: Desk, person: Person, filled: Filled, status: int = 200) -> Response:
    calendar = desk.profile.calendar
    today = local_day(desk.now, calendar.timezone)
    first = month_of(request.query_params, (day_of(filled.texts.get("day", "")) or today))
    with desk.database.reading() as session:
        days = rows.month(session, calendar, first.year, first.month)
        special = rows.list_special_days(session, since=min(first, today))
        setting = setting_of(desk, session, person)
    before, after = neighbours(first)
    grid = weeks(days, today)
    response = show(
        desk,
        setting,
        "calendar.html",
        request,
        here=Place.CALENDAR,
        first=first,
        week=WEEK,
        weeks=grid,
        hijri=hijri_title(days),
        before=before,
        after=after,
        notable=[cell for week in grid for cell in week if cell and cell.is_notable],
        special=special,
        both=both,
        moved=number_of(request.query_params.get("moved", "")),
        filled=filled,
        may_edit=has(person.actor, Right.EDIT_CALENDAR),
    )
    return with_status(response, status)


def _read(texts: Mapping[str, str]) -> tuple[date, Hours | None]:
    """The day, and its hours where it is not closed. Raises ``EntryFlawed``."""
    day = day_of(texts.get("day", ""))
    hours, flaw = _hours(texts)
    demand_form(
        "special day",
        [
            None if day else EntryFlaw("day", EntryFault.DAY, texts.get("day", "")[:20]),
            text_flaw("name", texts.get("name", "").strip(), needed=True, longest=100),
            flaw,
        ],
    )
    assert day is not None
    return day, hours


def _hours(texts: Mapping[str, str]) -> tuple[Hours | None, EntryFlaw | None]:
    if texts.get("open") != "yes":
        return None, None
    text = f"{texts.get('opens', '')}-{texts.get('closes', '')}"
    try:
        return Hours.parse(text), None
    except InputError:
        return None, EntryFlaw("hours", EntryFault.HOURS, text)


def _moved(day: date, code: str, moved: int) -> Response:
    """Back to the day's month, which says how many deadlines moved."""
    return RedirectResponse(f"/calendar?month={day:%Y-%m}&done={code}&moved={moved}", 303)
