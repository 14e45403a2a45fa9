"""What deadlines are reckoned from, kept whole, and the special days that people set (REQUIREMENTS W13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import text

from domain.case import CaseEventKind, CasePath, CaseState, CaseStatus, EscalationStep, IntakeChannel, Pause
from domain.errors import InputError, NotAllowed, NotFound, StoreError
from domain.holidays import PublicHolidays
from domain.mention import Mention
from domain.people import Actor
from domain.profile import Profile
from domain.service_calendar import DayKind, ServiceCalendar, SpecialDay
from domain.tags import Kind
from domain.working_hours import Hours
from registry import audit, calendars, cases, doctor
from registry.casework.deadlines import due_at, next_step_at, promise_of, read_promise
from registry.casework.kept_calendar import calendar_from_json, calendar_to_json
from registry.database import Database
from registry.views import Check
from tests.registry.hands import NOW, Hands

TUESDAY = date(2026, 11, 24)  # the case of NOW (Sunday 09:00) is due on Tuesday 09:00
RAMADAN = ((Hours(time(10), time(15)), Hours(time(21), time(1))),) * 7
WHOLE = ServiceCalendar(
    hours=((Hours(time(8), time(12)), Hours(time(13), time(16))),) * 7,
    ramadan=RAMADAN,
    public=PublicHolidays.CIVIL_SERVICE,
    holidays=frozenset({date(2026, 12, 1)}),
    special=(SpecialDay(TUESDAY, None, "مطر"), SpecialDay(date(2026, 11, 27), Hours(time(22), time(2)), "حملة")),
    timezone="Asia/Aden",
)


def test_a_calendar_is_kept_whole() -> None:
    kept = calendar_to_json(WHOLE)
    assert calendar_from_json(kept) == WHOLE
    assert calendar_from_json(calendar_to_json(ServiceCalendar())) == ServiceCalendar()


def test_everything_that_a_profile_promises_is_kept(database: Database, profile: Profile) -> None:
    shares = MappingProxyType(dict(zip(EscalationStep, (0.5, 0.9, 2.0), strict=True)))
    promised = replace(profile, calendar=replace(WHOLE, special=()), escalation=shares, waiting_time=timedelta(hours=7))
    with database.transaction() as session:
        assert cases.keep_promise(session, promised)
        assert not cases.keep_promise(session, promised)
        assert read_promise(session) == replace(promise_of(promised), shares=dict(shares))


def test_before_anything_is_kept_the_remedy_is_named(database: Database, team: dict[str, Actor]) -> None:
    with database.transaction() as session, pytest.raises(StoreError, match="rasd"):
        read_promise(session)
    with database.transaction() as session:
        assert calendars.set_special_day(session, TUESDAY, "مطر", team["admin"], NOW) == 0


def _due(database: Database, case_id: int) -> datetime:
    with database.reading() as session:
        return cases.case_view(session, case_id).row.due_at


def test_what_another_version_kept_is_kept_anew(database: Database, profile: Profile) -> None:
    with database.transaction() as session:
        cases.keep_promise(session, profile)
        session.execute(text("UPDATE service_promise SET promise = '{}'"))
    with database.transaction() as session:
        with pytest.raises(StoreError, match="another version"):
            read_promise(session)
        assert cases.keep_promise(session, profile)
        assert read_promise(session).calendar == profile.calendar


def test_a_day_announced_late_moves_every_open_deadline(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    opened = hands.case(article(1))
    before = _due(database, opened)
    with database.transaction() as session:
        assert calendars.set_special_day(session, TUESDAY, " أمطار  غزيرة ", team["manager"], NOW) == 1
    assert _due(database, opened) == before + timedelta(days=1)
    later = hands.case(article(2))
    assert _due(database, later) == before + timedelta(days=1)
    with database.reading() as session:
        assert doctor.examine(session) == []
        (set_day,) = calendars.list_special_days(session)
        (entry,) = audit.entries(session).items
    assert (set_day.name, set_day.hours, set_day.hijri, set_day.actor) == ("أمطار غزيرة", None, (1448, 6, 14), "manager")
    assert (entry.action, entry.subject, entry.details["moved"]) == ("calendar.day_set", "day:2026-11-24", "1")
    with database.transaction() as session:
        assert calendars.remove_special_day(session, TUESDAY, team["admin"], NOW) == 2
    assert _due(database, opened) == before


def test_a_day_may_have_other_hours_and_be_set_anew(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    opened = hands.case(article(1))
    with database.transaction() as session:
        calendars.set_special_day(session, TUESDAY, "مطر", team["admin"], NOW)
        calendars.set_special_day(session, TUESDAY, "نصف يوم", team["admin"], NOW, hours=Hours(time(12), time(14)))
    assert _due(database, opened) == datetime.fromisoformat("2026-11-24T10:00:00+00:00")  # an hour after noon in Riyadh


def test_an_ended_case_keeps_its_deadline(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    opened = hands.case(article(1))
    with database.transaction() as session:
        cases.act(session, opened, CaseEventKind.REJECTED, team["specialist"], {"reason": "خارج الموضوع"}, NOW)
        before = cases.case_view(session, opened).row.due_at
        assert calendars.set_special_day(session, TUESDAY, "مطر", team["admin"], NOW) == 0
        assert cases.case_view(session, opened).row.due_at == before


def test_a_new_profile_keeps_the_special_days(
    database: Database, hands: Hands, article: Callable[..., Mention], profile: Profile, team: dict[str, Actor]
) -> None:
    hands.case(article(1))
    with database.transaction() as session:
        calendars.set_special_day(session, TUESDAY, "مطر", team["admin"], NOW)
        assert cases.keep_promise(session, replace(profile, inquiry_time=timedelta(hours=9)))
        assert [each.day for each in read_promise(session).calendar.special] == [TUESDAY]


@pytest.mark.parametrize("role", ["reviewer", "specialist", "department", "approver", "auditor"])
def test_others_may_not_change_the_calendar(database: Database, team: dict[str, Actor], role: str) -> None:
    with database.transaction() as session:
        with pytest.raises(NotAllowed, match="administrator"):
            calendars.set_special_day(session, TUESDAY, "x", team[role], NOW)
        with pytest.raises(NotAllowed, match="administrator"):
            calendars.remove_special_day(session, TUESDAY, team[role], NOW)


@pytest.mark.parametrize(
    ("day", "name"), [(date(1990, 1, 1), "x"), (date(2200, 1, 1), "x"), (TUESDAY, " "), (TUESDAY, "x" * 101)]
)
def test_a_special_day_that_is_none_is_refused(sqlite_database: Database, team: dict[str, Actor], day: date, name: str) -> None:
    with sqlite_database.transaction() as session, pytest.raises(InputError):
        calendars.set_special_day(session, day, name, team["admin"], NOW)


def test_a_day_that_was_never_set_cannot_be_removed(sqlite_database: Database, team: dict[str, Actor]) -> None:
    with sqlite_database.transaction() as session, pytest.raises(NotFound, match="2026-11-24"):
        calendars.remove_special_day(session, TUESDAY, team["admin"], NOW)


def test_a_month_is_shown_by_both_calendars(database: Database, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        calendars.set_special_day(session, TUESDAY, "مطر", team["admin"], NOW)
        days = calendars.month(session, ServiceCalendar(), 2026, 11)
    assert len(days) == 30
    assert (days[23].of.kind, days[23].hijri) == (DayKind.SPECIAL, (1448, 6, 14))
    assert days[19].of.hours == ()
    with database.reading() as session, pytest.raises(InputError, match="2026-13"):
        calendars.month(session, ServiceCalendar(), 2026, 13)


def test_doctor_finds_special_days_that_nobody_reckoned_with(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    hands.case(article(1))
    with database.transaction() as session:
        session.execute(
            text("INSERT INTO special_day (day, name, actor, at) VALUES ('2026-11-24', 'x', 'x', '2026-11-22 06:00:00')")
        )
    with database.reading() as session:
        assert [finding.check for finding in doctor.examine(session)] == [Check.DUE]


# ------------------------------------------------------------------------------------------------------------- due and next step


def _state(**changes: object) -> CaseState:
    return replace(CaseState(CaseStatus.ASSIGNED, clock_from=NOW, opened_at=NOW, department="signs"), **changes)  # type: ignore[arg-type]


def test_the_steps_come_at_their_shares(profile: Profile) -> None:
    promise, state = promise_of(profile), _state()
    due = due_at(promise, state)
    for step, hours in ((None, 18), (EscalationStep.REMINDER, 24), (EscalationStep.HEAD, 36)):
        at = next_step_at(promise, replace(state, escalated=step), due)
        assert at == profile.calendar.due(NOW, timedelta(hours=hours))
    assert next_step_at(promise, replace(state, escalated=EscalationStep.MANAGEMENT), due) is None


@pytest.mark.parametrize("status", [CaseStatus.SOLVED, CaseStatus.PROPOSALS, CaseStatus.CLOSED, CaseStatus.MERGED])
def test_what_is_solved_escalates_no_more(profile: Profile, status: CaseStatus) -> None:
    state = _state(status=status)
    assert next_step_at(promise_of(profile), state, due_at(promise_of(profile), state)) is None


def test_a_journalists_question_escalates_by_the_time_of_the_day(profile: Profile) -> None:
    state = _state(path=CasePath.PRESS_QUESTION, deadline=NOW + timedelta(hours=8))
    promise = promise_of(profile)
    assert due_at(promise, state) == NOW + timedelta(hours=8)
    assert next_step_at(promise, state, NOW) == NOW + timedelta(hours=6)


def test_while_somebody_outside_has_it_theirs_is_the_clock(profile: Profile) -> None:
    promise, away = promise_of(profile), NOW + timedelta(hours=2)
    state = _state(status=CaseStatus.REFERRED, body="sasa", pauses=(Pause(away),))
    due = profile.calendar.due(away, profile.outside_time)
    assert (due_at(promise, state), next_step_at(promise, state, due)) == (due, due)
    reminded = replace(state, escalated=EscalationStep.REMINDER)
    assert next_step_at(promise, reminded, due) == profile.calendar.due(away, profile.outside_time * 1.5)
    assert next_step_at(promise, replace(state, escalated=EscalationStep.HEAD), due) is None
    waiting = _state(pauses=(Pause(away),))
    assert next_step_at(promise, replace(waiting, escalated=EscalationStep.REMINDER), due) is None
    assert due_at(promise, waiting) == profile.calendar.due(away, profile.waiting_time)


def test_an_inquiry_has_its_own_time(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    asked = cases.Intake(CasePath.INQUIRY, Kind.INQUIRY, IntakeChannel.PHONE, "متى تُفتح الطريق؟")
    with database.transaction() as session:
        case_id = cases.open_direct(session, profile, asked, team["specialist"], NOW)
        assert cases.case_view(session, case_id).row.due_at == profile.calendar.due(NOW, profile.inquiry_time)
