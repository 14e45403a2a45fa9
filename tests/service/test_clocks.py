"""The clocks of an installation: what a profile's file says of them, ``rasd calendar``, and the step of escalation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.case import CaseEventKind, CasePath, EscalationStep, IntakeChannel
from domain.delivery import DeliveryKind
from domain.errors import ProfileError
from domain.people import Actor, Role
from domain.tags import Kind
from notify.outbox import Senders
from registry import audit, cases, deliveries, people
from registry.tables import PersonRecord
from service import jobs, pipeline
from service.cli import app
from service.home import make_home
from service.profiles import SHIPPED, load_profile, parse_profile
from service.settings import Settings, StoreTable, read_settings
from service.wiring import Runtime, make_runtime, open_database

PROFILES = Path(__file__).parents[2] / "profiles"
MOF = (PROFILES / "mof.toml").read_text("utf-8")
OPENED = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
CLERK = Actor("huda", "هدى", frozenset({Role.SPECIALIST}))


# ------------------------------------------------------------------------------------------------------------ the profile's file


@pytest.mark.parametrize("code", SHIPPED)
def test_the_shipped_calendars_know_saudi_days(code: str) -> None:
    calendar = load_profile(code).calendar
    for off in (date(2026, 2, 22), date(2026, 3, 20), date(2026, 5, 27), date(2026, 9, 23)):
        assert not calendar.is_working_day(off), off
    ramadan = calendar.day(date(2026, 3, 2)).hours
    assert ramadan[0].opens == time(10)
    assert calendar.day(date(2026, 11, 22)).hours[0].opens == time(8)


def test_a_calendar_may_be_written_day_by_day() -> None:
    written = MOF.replace(
        "[calendar]  # seed 000",
        '[calendar.hours]\nsun = ["08:00-12:00", "13:00-16:00"]\nwed = ["21:00-02:00"]\n\n[calendar]  # seed 000',
    )
    calendar = parse_profile(written, "mine.toml").calendar
    assert [str(each) for each in calendar.day(date(2026, 11, 22)).hours] == ["08:00-12:00", "13:00-16:00"]
    assert [str(each) for each in calendar.day(date(2026, 11, 25)).hours] == ["21:00-02:00"]
    assert calendar.day(date(2026, 11, 23)).hours == ()


def test_times_and_shares_are_settings() -> None:
    changed = MOF.replace("outside = 60", "outside = 48").replace("reminder = 0.75", "reminder = 0.5")
    profile = parse_profile(changed, "mine.toml")
    assert profile.outside_time == timedelta(hours=48)
    assert profile.escalation[EscalationStep.REMINDER] == 0.5


def test_an_old_profile_without_the_new_settings_is_read() -> None:
    old = MOF
    for line in ('public_holidays = "labour_law"  # the contact centre works on every day but those of the law\n',
                 'ramadan = ["10:00-16:00", "21:00-01:00"]\n', "outside = 60\nwaiting = 24\n",
                 "[escalation]  # shares of the time to resolve\nreminder = 0.75\nhead = 1.0\nmanagement = 1.5\n"):  # fmt: skip
        assert line in old
        old = old.replace(line, "")
    profile = parse_profile(old, "mine.toml")
    assert profile.calendar.is_working_day(date(2026, 9, 23))
    assert profile.escalation[EscalationStep.HEAD] == 1.0


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('public_holidays = "labour_law"', 'public_holidays = "french"', ["calendar.public_holidays", "civil_service"]),
        ('ramadan = ["10:00-16:00"', 'ramadan = ["10-16"', ["calendar.ramadan", "10-16"]),
        ('ramadan = ["10:00-16:00"', 'ramadan = ["10:00-22:00"', ["overlap"]),
        ('ramadan = ["10:00-16:00", "21:00-01:00"]', 'ramadan = "10:00-16:00"', ["calendar.ramadan", "list"]),
        ('ramadan = ["10:00-16:00", "21:00-01:00"]', "ramadan = { noday = [] }", ["calendar.ramadan", "noday"]),
        ('opens = "08:00"', 'opens = "8 o\'clock"', ["calendar.opens", "08:00"]),
        ('opens = "08:00"', 'opnes = "08:00"', ["[calendar]", "opnes", "opens"]),
        ('opens = "08:00"', 'timezone = "Asia/Atlantis"', ["timezone", "Asia/Atlantis"]),
        ("holidays = []", 'holidays = ["someday"]', ["calendar.holidays", "someday"]),
        ('days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]', "days = []", ["[calendar]", "no working hours"]),
        ("reminder = 0.75", "reminder = 1.25", ["[escalation]", "rise"]),
        ("reminder = 0.75", 'reminder = "soon"', ["escalation.reminder", "soon"]),
        ("reminder = 0.75", "remind = 0.75", ["[escalation]", "remind"]),
        ('within = "15 days"', 'within = "a while"', ["[[promise]]", "a while"]),
        ('within = "15 days"', 'until = "15 days"', ["[[promise]]", "until"]),
        ('[[promise]]\ntopic = "refunds/visa-fees"', '[[promise]]\ntopic = "refunds/none"', ["[[promise]]", "refunds/none"]),
    ],
)
def test_a_wrong_clock_is_named(old: str, new: str, names: list[str]) -> None:
    assert old in MOF
    with pytest.raises(ProfileError) as wrong:
        parse_profile(MOF.replace(old, new, 1), "mine.toml")
    assert str(wrong.value).startswith("mine.toml")
    for name in names:
        assert name in str(wrong.value)


# ---------------------------------------------------------------------------------------------------------------- rasd calendar


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home", "mof").parent


def _rasd(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["calendar", *arguments, "--home", str(home)])


def test_days_are_closed_opened_and_given_back(home: Path) -> None:
    assert _rasd(home, "close", "2026-11-25", "--name", "أمطار غزيرة").exit_code == 0
    assert _rasd(home, "open", "2026-11-27", "--hours", "21:00-02:00", "--name", "حملة").exit_code == 0
    shown = _rasd(home, "show", "--month", "2026-11").stdout.splitlines()
    assert len(shown) == 30
    assert shown[24].split("\t") == ["2026-11-25 Wed", "1448-06-15", "closed", "أمطار غزيرة"]
    assert shown[26].split("\t") == ["2026-11-27 Fri", "1448-06-17", "21:00-02:00", "حملة"]
    assert _rasd(home, "remove", "2026-11-25").exit_code == 0
    rows = json.loads(_rasd(home, "show", "--month", "2026-11", "--json").stdout)
    assert rows[24] == {
        "day": "2026-11-25",
        "hijri": "1448-06-15",
        "hours": ["08:00-20:00"],
        "kind": "ordinary",
        "name": "",
    }


def test_this_month_is_shown_without_a_name(home: Path) -> None:
    assert len(_rasd(home, "show").stdout.splitlines()) >= 28


def test_who_decided_it_stands_in_the_trail(home: Path) -> None:
    database = open_database(home, read_settings(home))
    with database.transaction() as session:
        people.add(session, "reem", "ريم", "a long password", [Role.MANAGER])
        people.add(session, "badr", "بدر", "a long password", [Role.REVIEWER])
    assert _rasd(home, "close", "2026-11-25", "--name", "مطر", "--by", "reem").exit_code == 0
    refused = _rasd(home, "close", "2026-11-26", "--name", "مطر", "--by", "badr")
    assert "badr may not change the calendar" in str(refused.exception)
    with database.reading() as session:
        assert [entry.actor for entry in audit.entries(session, action="calendar").items] == ["reem"]
    database.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("close", "25-11-2026", "--name", "x"), "2026-11-25"),
        (("open", "2026-11-25", "--hours", "9", "--name", "x"), "09:00-13:00"),
        (("remove", "2026-11-25"), "no special day"),
        (("show", "--month", "November"), "2026-11"),
        (("close", "2026-11-25", "--name", "x", "--by", "nobody"), "nobody"),
    ],
)
def test_what_is_wrong_is_said(home: Path, arguments: tuple[str, ...], said: str) -> None:
    done = _rasd(home, *arguments)
    assert done.exit_code != 0
    assert said in str(done.exception)


# ------------------------------------------------------------------------------------------------------- the step of the pipeline


class _Mail:
    """A way to send mail that nothing leaves through here."""

    def send(self, _message: object) -> str:
        return "sent"


@pytest.fixture
def runtime(tmp_path: Path, sqlite_url: str) -> Iterator[Runtime]:
    make_home(tmp_path / "home", "mof")
    made = make_runtime(tmp_path / "home", Settings(profile="mof", store=StoreTable(url=sqlite_url)))
    with made.database.transaction() as session:
        people.add(session, "reem", "ريم", "a long password", [Role.MANAGER])
        found = session.get(PersonRecord, "reem")
        assert found is not None
        found.email = "reem@mof.example"
        asked = cases.Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE, "تأخر الاسترداد")
        cases.open_direct(session, made.profile, asked, CLERK, OPENED)
    yield made
    made.database.close()


def _at(runtime: Runtime, days: int, *, mail: bool = True) -> Runtime:
    return replace(runtime, clock=lambda: OPENED + timedelta(days=days), senders=Senders(mail=_Mail() if mail else None))


def _steps(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        (row,) = cases.list_cases(session).items
        return [each.details["step"] for each in cases.read_history(session, row.id) if each.kind is CaseEventKind.ESCALATED]


def test_steps_are_taken_on_the_way_through_the_pipeline(runtime: Runtime) -> None:
    assert jobs.escalate in pipeline.AFTER_GATHERING
    assert pipeline.AFTER_GATHERING.index(jobs.escalate) < pipeline.AFTER_GATHERING.index(jobs.deliver)
    assert jobs.escalate(_at(runtime, 1)) == 0
    assert jobs.escalate(_at(runtime, 30)) == 1
    assert jobs.escalate(_at(runtime, 31)) == 0
    assert _steps(runtime) == [str(step) for step in EscalationStep]
    with runtime.database.reading() as session:
        (notice,) = deliveries.list_deliveries(session, kind=DeliveryKind.NOTICE).items
    assert notice.recipient == "reem@mof.example"


def test_without_mail_the_steps_stand_and_nothing_piles_up(runtime: Runtime) -> None:
    assert jobs.escalate(_at(runtime, 30, mail=False)) == 1
    assert len(_steps(runtime)) == 3
    with runtime.database.reading() as session:
        assert deliveries.list_deliveries(session, kind=DeliveryKind.NOTICE).items == ()
