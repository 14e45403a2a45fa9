"""Contacts from another system's file: a bad line is named, the rest goes on, and nothing is counted twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.case import CasePath, IntakeChannel
from domain.errors import InputError
from domain.people import SYSTEM, Actor, Role
from domain.profile import Profile
from domain.tags import Kind
from registry import cases, contacts
from registry.cases import Intake
from registry.database import Database
from service import contact_files
from service.profiles import load_profile
from tests.registry.hands import NOW

SPECIALIST = Actor("huda", "هدى", frozenset({Role.SPECIALIST}))
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def profile() -> Profile:
    return load_profile("mcit")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def kept(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return kept


def test_a_table_is_entered_and_each_bad_line_is_named(database: Database, profile: Profile, write: Write) -> None:
    topic = profile.topics[0].code
    with database.transaction() as session:
        intake = Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE, "انقطاع الخدمة", topic=topic)
        case_id = cases.open_direct(session, profile, intake, SPECIALIST, NOW)
        number = cases.case_view(session, case_id).row.number
    file = write(
        "october.csv",
        "\ufeffAt,channel,kind,topic,answered,seconds,case,remote_id\r\n"
        f"2026-10-01T09:00,phone,inquiry,{topic},yes,٩٥,,a1\r\n"
        "2026-10-01T09:05+03:00,visit,,,نعم,,,a2\r\n"
        f"2026-10-01T09:10,phone,complaint,{topic},,,{number},a3\r\n"
        "\r\n"
        "yesterday,phone,,,,,,a4\r\n"
        "2026-10-01T09:15,telegraph,,,,,,a5\r\n"
        "2026-10-01T09:20,phone,,no/topic,,,,a6\r\n"
        "2026-10-01T09:25,phone,,,maybe,,,a7\r\n"
        "2026-10-01T09:30,phone,,,,long,,a8\r\n"
        "2026-10-01T09:35,phone,,,no,,MCIT-2020-000009,a9\r\n"
        f"2026-10-01T09:40,phone,,,yes,,{number},b1\r\n"
        "2099-10-01T09:45,phone,,,,,,b2\r\n",
    )
    done = contact_files.import_file(database, profile, file, SYSTEM, NOW)
    assert (done.new, done.known) == (3, 0)
    told = ("at is «yesterday»", "«telegraph»", "no topic", "«maybe»", "«long»", "MCIT-2020-000009", "not answered", "lies ahead")
    assert [said.split(":")[0] for said in done.problems] == [f"line {place}" for place in range(6, 14)]
    assert all(word in said for word, said in zip(told, done.problems, strict=True))
    again = contact_files.import_file(database, profile, file, SYSTEM, NOW)
    assert (again.new, again.known) == (0, 3)
    with database.reading() as session:
        found = {each.at.isoformat(): each for each in contacts.list_contacts(session).items}
    assert set(found) == {f"2026-10-01T06:{minute}:00+00:00" for minute in ("00", "05", "10")}
    assert found["2026-10-01T06:00:00+00:00"].seconds == 95
    last = found["2026-10-01T06:10:00+00:00"]
    assert (last.answered, last.case_number) == (False, number)


def test_json_lines_too(database: Database, profile: Profile, write: Write) -> None:
    lines = [json.dumps({"at": "2026-10-01T09:00", "channel": "phone", "seconds": 40, "answered": True}), "{", "[]", ""]
    done = contact_files.import_file(database, profile, write("more.jsonl", "\n".join(lines)), SYSTEM, NOW)
    assert done.new == 1
    assert [said[:16] for said in done.problems] == ["line 2: not JSON", "line 3: no JSON "]


def test_lines_without_an_id_are_known_by_what_they_say(database: Database, profile: Profile, write: Write) -> None:
    line = "2026-10-01T09:00;phone\n"
    first = contact_files.import_file(database, profile, write("a.csv", "at;channel\n" + line * 3), SYSTEM, NOW)
    longer = contact_files.import_file(database, profile, write("b.csv", "at;channel\n" + line * 5), SYSTEM, NOW)
    assert (first.new, longer.new, longer.known) == (3, 2, 3)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1256"])
def test_files_as_spreadsheets_write_them(sqlite_database: Database, profile: Profile, write: Write, encoding: str) -> None:
    file = write("sheet.csv", "at\tchannel\tanswered\n2026-10-01 09:00\tphone\tلا\n".encode(encoding))
    assert contact_files.import_file(sqlite_database, profile, file, SYSTEM, NOW).new == 1
    with sqlite_database.reading() as session:
        counted = contacts.counts(session, NOW - timedelta(days=90), NOW)
    assert (counted.all.total, counted.all.answered) == (1, 0)


def test_many_come_in_batches(sqlite_database: Database, profile: Profile, write: Write) -> None:
    rows = "".join(f"2026-10-01T09:00,phone,c{place}\n" for place in range(12_003))
    done = contact_files.import_file(sqlite_database, profile, write("m.csv", "at,channel,remote_id\n" + rows), SYSTEM, NOW)
    assert (done.new, done.known, done.problems) == (12_003, 0, ())


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "when,how\n1,2\n", "column at and channel"),
        ("b.csv", "at,channel\n" + '"' + "x" * 200_000, "no line of a table"),
    ],
)
def test_a_file_that_is_no_table(
    sqlite_database: Database, profile: Profile, write: Write, name: str, content: str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        contact_files.import_file(sqlite_database, profile, write(name, content), SYSTEM, NOW)
    with pytest.raises(InputError, match="cannot be read"):
        contact_files.import_file(sqlite_database, profile, Path("/nowhere/x.csv"), SYSTEM, NOW)
