"""The past of the demonstration: lived through the doors of people, in the order of time, once."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import SQLModel

from domain.case import CaseEventKind, CasePath, CaseStatus, EscalationStep, LadderStep
from domain.delivery import DeliveryKind
from domain.improvement import ImprovementStatus
from domain.mention import MentionForm
from domain.people import SYSTEM
from registry import calendars, cases, clippings, contacts, deliveries, doctor, handover, improvements, people
from registry.database import Database
from registry.directories import journeys, liaison
from registry.improvements import ImprovementFilter
from registry.views import CaseRow, EventView
from service.demo import cast
from service.demo.past import desk_contacts, life
from service.demo.past.flows import FLOWS, Flow
from service.demo.past.script import screenshot_of, script_of
from service.demo.past.working_days import WorkingDays
from service.demo.staff import Staff
from service.profiles import SHIPPED, load_profile
from tests.service.demo.conftest import START

SECRET = b"s" * 32
IN_RAMADAN = datetime(2027, 2, 20, 22, 30, tzinfo=UTC)
AFTER_THE_FEAST = datetime(2027, 3, 14, 8, 0, tzinfo=UTC)
ON_A_FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KILLED = """
import os, signal, sys
from datetime import datetime
from registry.database import Database
from service.demo.past import desk_contacts, life
from service.profiles import load_profile
desk_contacts.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
life.live(Database(sys.argv[1]), load_profile("mof"), b"s" * 32, datetime.fromisoformat(sys.argv[2]))
"""

_E = CaseEventKind


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without rows."""
    path = tmp_path_factory.mktemp("empty") / "rasd.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Path:
    """The finance ministry's store, its past lived."""
    path = tmp_path_factory.mktemp("past") / "rasd.sqlite3"
    shutil.copyfile(empty, path)
    database = Database(f"sqlite:///{path}")
    assert life.live(database, load_profile("mof"), SECRET, START)
    database.close()
    return path


@pytest.fixture
def store(tmp_path: Path, empty: Path) -> Iterator[Database]:
    """A copy of the empty store for each test."""
    yield from copied(empty, tmp_path)


@pytest.fixture
def lived(tmp_path: Path, past: Path) -> Iterator[Database]:
    """A copy of the lived one."""
    folder = tmp_path / "lived"
    folder.mkdir()
    yield from copied(past, folder)


def copied(path: Path, folder: Path) -> Iterator[Database]:
    shutil.copyfile(path, folder / "rasd.sqlite3")
    database = Database(f"sqlite:///{folder / 'rasd.sqlite3'}")
    yield database
    database.close()


def rows_of(database: Database) -> list[CaseRow]:
    with database.reading() as session:
        return list(cases.list_cases(session, now=START, sealed=True, limit=200).items)


def histories(database: Database) -> dict[int, tuple[EventView, ...]]:
    rows = rows_of(database)
    with database.reading() as session:
        return {row.id: tuple(cases.read_history(session, row.id)) for row in rows}


def case_titled(database: Database, flow: str) -> CaseRow:
    title = script_of("mof")["case"][flow]["title"]
    return next(row for row in rows_of(database) if row.title == title)


def counted(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            name: session.connection().execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
        }


def test_the_cases_stand_where_a_ministrys_cases_stand(lived: Database) -> None:
    rows = rows_of(lived)
    assert 25 <= len(rows) <= 40
    assert {row.path for row in rows} == set(CasePath)
    assert {row.status for row in rows} == set(CaseStatus) - {CaseStatus.REOPENED, CaseStatus.PROPOSALS}
    late = [row for row in rows if row.overdue and row.status.is_open]
    assert [row.title for row in late if row.status is not CaseStatus.SOLVED] == [script_of("mof")["case"]["overdue"]["title"]]


def test_everything_that_people_do_was_done(lived: Database) -> None:
    made = {event.kind for events in histories(lived).values() for event in events}
    assert made >= {
        _E.ACKNOWLEDGED, _E.REJECTED, _E.CLAIMED, _E.RELEASED, _E.SOLVED_AT_ONCE, _E.VERDICT_RECORDED, _E.PROPOSALS_PREPARED,
        _E.REFERRED, _E.PASSED_TO_THIRD_PARTY, _E.FOLLOWED_UP, _E.OUTSIDE_ANSWERED, _E.OUTSIDE_RETURNED, _E.WAITING_BEGAN,
        _E.BENEFICIARY_TOLD, _E.CONTACT_ATTEMPTED, _E.DELAY_TOLD, _E.SATISFACTION_ASKED, _E.SATISFACTION_RECORDED, _E.CLOSED,
        _E.REOPENED, _E.ESCALATED, _E.LADDER_STEPPED, _E.MERGED, _E.ABSORBED, _E.SPLIT_OFF, _E.ATTACHED, _E.SEALED,
        _E.CONFLICT_NAMED, _E.HELD,
    }  # fmt: skip


def test_histories_run_in_order_before_the_start_and_by_those_who_may(lived: Database) -> None:
    with lived.reading() as session:
        scripted = {person.username for person in people.list(session) if person.scripted}
    for events in histories(lived).values():
        moments = [event.at for event in events]
        assert moments == sorted(moments)
        assert moments[-1] <= START
        assert {event.actor for event in events} <= scripted | {SYSTEM.username}


def test_the_store_is_sound(lived: Database) -> None:
    with lived.reading() as session:
        assert doctor.examine(session) == []


def test_a_reopened_case_is_with_somebody_who_did_nothing_on_it_before(lived: Database) -> None:
    row = case_titled(lived, "reopened")
    with lived.reading() as session:
        view = cases.case_view(session, row.id)
    reopened = next(place for place, event in enumerate(view.events) if event.kind is _E.REOPENED)
    assert view.state.round == 1
    assert view.state.assignee not in {event.actor for event in view.events[:reopened]}
    assert view.state.assignee == cast.department_heads(load_profile("mof"))[row.department].username


def test_the_overdue_one_reached_management_and_its_head_was_written_to(lived: Database) -> None:
    row = case_titled(lived, "overdue")
    with lived.reading() as session:
        state = cases.case_view(session, row.id).state
        told = deliveries.list_deliveries(session, kind=DeliveryKind.NOTICE, limit=100).items
    head = cast.department_heads(load_profile("mof"))[row.department]
    assert state.escalated is EscalationStep.MANAGEMENT
    assert head.email in {each.recipient for each in told if each.case_id == row.id}


def test_the_journalist_still_waits_and_knows_the_number(lived: Database) -> None:
    row = case_titled(lived, "press")
    with lived.reading() as session:
        thanked = deliveries.list_deliveries(session, kind=DeliveryKind.ACKNOWLEDGEMENT, limit=50).items
    assert row.status is CaseStatus.ASSIGNED
    assert row.due_at > START
    assert row.id in {each.case_id for each in thanked}


def test_sealed_held_merged_and_laddered(lived: Database) -> None:
    sealed, held, wrote, called = (case_titled(lived, flow) for flow in ("sealed", "held", "wrote", "called"))
    with lived.reading() as session:
        states = {row.id: cases.case_view(session, row.id).state for row in rows_of(lived)}
        hidden = {row.id for row in cases.list_cases(session, limit=200).items}
    assert sealed.id not in hidden
    assert states[sealed.id].assignee == cast.MANAGER.username
    assert states[sealed.id].barred
    held_until = states[held.id].held_until
    assert held_until is not None
    assert held_until > START + timedelta(days=60)
    assert states[wrote.id].merged_into == called.number
    assert LadderStep.LETTER in {state.ladder for state in states.values() if state.path is CasePath.MEDIA}


def test_whoever_is_written_to_has_an_address_that_nobody_has(lived: Database) -> None:
    profile = load_profile("mof")
    with lived.reading() as session:
        staff = people.list(session)
        liaisons = liaison.list_contacts(session).items
        recipients = {each.recipient for each in deliveries.list_deliveries(session, limit=200).items}
    heads = {person.department: person.email for person in staff if person.head}
    assert set(heads) == {department.code for department in profile.departments}
    addresses = {person.email for person in staff} | recipients | {each.contact.email for each in liaisons if each.contact.email}
    assert all(address.endswith(".example") for address in addresses)
    assert len({each.contact.body for each in liaisons}) >= 5


def test_the_register_has_been_decided_on(lived: Database) -> None:
    with lived.reading() as session:
        tally = improvements.tally(session, ImprovementFilter(sealed=True))
        ways = journeys.list_journeys(session)
    assert all(tally[status] for status in ImprovementStatus)
    assert all(len(journey.stages) == 4 and journey.deputyship for journey in ways)


def test_most_contacts_were_answered_on_the_spot(lived: Database) -> None:
    with lived.reading() as session:
        counts = contacts.counts(session, START - timedelta(days=60), START)
    assert 300 <= counts.all.total <= 600
    assert 0.65 < (counts.all.share or 0) < 0.9
    assert counts.cases >= 5
    assert len(counts.by_channel) >= 6


def test_the_last_shift_waits_to_be_taken_and_the_one_before_was(lived: Database) -> None:
    with lived.reading() as session:
        newest, before = handover.history(session).items
    assert newest.taken_at is None
    assert before.taken_by == cast.REVIEWER.username
    assert newest.note
    kinds = {item.kind for item in newest.items}
    assert kinds >= set(handover.HandoverKind) - {handover.HandoverKind.APPROVAL}


def test_the_special_day_was_announced_late(lived: Database) -> None:
    with lived.reading() as session:
        (day,) = calendars.list_special_days(session)
    assert day.at.date() > day.day
    assert day.hours is not None


def test_a_television_item_and_a_screenshot_wait_for_their_text(lived: Database) -> None:
    with lived.reading() as session:
        waiting = clippings.untranscribed(session).items
    assert {each.form: each.files for each in waiting} == {MentionForm.VIDEO: 0, MentionForm.PICTURE: 1}
    assert all(each.case_id is None for each in waiting)


def test_the_same_past_is_not_lived_twice(lived: Database) -> None:
    before = counted(lived)
    for start in (START, START + timedelta(days=30)):
        assert not life.live(lived, load_profile("mof"), SECRET, start)
    assert counted(lived) == before


def test_whoever_is_killed_on_the_way_begins_anew(store: Database, tmp_path: Path, lived: Database) -> None:
    url = f"sqlite:///{tmp_path / 'rasd.sqlite3'}"
    empty = counted(store)
    ended = subprocess.run([sys.executable, "-c", KILLED, url, START.isoformat()], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert counted(store) == empty
    assert life.live(store, load_profile("mof"), SECRET, START)
    assert counted(store) == counted(lived)


@pytest.mark.parametrize(("code", "start"), [("mcit", AFTER_THE_FEAST), ("momrah", ON_A_FRIDAY), ("mof", IN_RAMADAN)])
def test_every_ministry_has_its_past_on_any_day(store: Database, code: str, start: datetime) -> None:
    profile = load_profile(code)
    assert life.live(store, profile, SECRET, start)
    with store.reading() as session:
        assert doctor.examine(session) == []
        rows = cases.list_cases(session, now=start, sealed=True, limit=200).items
        events = [event for row in rows for event in cases.read_history(session, row.id)]
        told = Counter(row.path for row in rows)
    assert max(event.at for event in events) <= start
    assert told[CasePath.GENERAL] >= 15
    assert told[CasePath.INQUIRY] >= 4


def test_the_staff_leaves_the_past_to_the_visitor(lived: Database) -> None:
    profile = load_profile("mof")
    before = histories(lived)
    staff = Staff(profile, started=START, hurry=True)
    for minute in range(4):
        assert staff.step(lived, profile, START + timedelta(minutes=minute)) == []
    assert histories(lived) == before
    with lived.reading() as session:
        assert clippings.untranscribed(session).total == 2


@pytest.mark.parametrize("code", SHIPPED)
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.key)
def test_every_flow_finds_its_words_in_every_ministrys_file(code: str, flow: Flow) -> None:
    profile = load_profile(code)
    said = script_of(code)["case"][flow.key]
    needed = {"topic", "title", "account", *(name for step in flow.steps for name in step.texts.values())}
    assert {name for name in needed if not said.get(name, "").strip()} == set()
    assert profile.topic(said["topic"]) is not None
    assert "body" not in said or profile.body(said["body"]) is not None


@pytest.mark.parametrize("code", SHIPPED)
def test_a_ministrys_file_names_no_flow_that_is_not_there(code: str) -> None:
    assert set(script_of(code)["case"]) == {flow.key for flow in FLOWS}
    assert screenshot_of(code).startswith(b"\x89PNG")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)),
    st.sampled_from(SHIPPED),
    st.lists(st.tuples(st.integers(1, desk_contacts.DAYS), st.floats(0, 0.98)), min_size=2, max_size=6),
)
@settings(max_examples=40, deadline=None)
def test_a_moment_of_the_past_lies_in_working_time_and_before_the_start(
    start: datetime, code: str, asked: list[tuple[int, float]]
) -> None:
    calendar = load_profile(code).calendar
    now = start.replace(tzinfo=UTC)
    days = WorkingDays(calendar, now)
    moments = [days.at(back, share) for back, share in sorted(asked, key=lambda each: (-each[0], each[1]))]
    assert moments == sorted(moments)
    assert moments[-1] <= now
    minute = timedelta(minutes=1)
    assert all(calendar.worked(moment - minute, moment + minute) > timedelta() for moment in moments)
