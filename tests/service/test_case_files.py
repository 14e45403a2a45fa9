"""Cases of direct channels from a file: a bad line is named, the rest goes on, and nothing is registered twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.case import CasePath, CaseStatus, IntakeChannel
from domain.delivery import DeliveryKind
from domain.errors import InputError, NotAllowed
from domain.people import SYSTEM, Actor, Role
from domain.profile import Profile
from domain.tags import Kind
from registry import cases
from registry.database import Database
from registry.views import CaseView
from service import case_files
from service.profiles import load_profile
from tests.registry.hands import NOW
from tests.service.test_cli import home, rasd

__all__ = ["home"]

SPECIALIST = Actor("huda", "هدى", frozenset({Role.SPECIALIST}))
Write = Callable[[str, str | bytes], Path]
TABLE = (
    "path,channel,title,kind,topic,account,party_name,party_contact,remote_id\n"
    'general,phone,انقطاع متكرر,complaint,other/other,"قال: انقطع ثلاث مرات،\nوعاد، ثم انقطع",سعد,0551234567,crm-1\n'
    "inquiry,email,كيف أوثق رقمي؟,,,,ليلى,laila@mail.example,crm-2\n"
    "general,telepathy,فكرة,,,,,,\n"
    "inquiry,phone,,,,,,,\n"
    "general,phone,بلا حقل,,no/such,,,,\n"
)


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


def _all(database: Database) -> list[CaseView]:
    with database.reading() as session:
        return [cases.case_view(session, row.id) for row in reversed(cases.list_cases(session, now=NOW).items)]


def test_good_lines_are_registered_and_bad_ones_named(database: Database, profile: Profile, write: Write) -> None:
    done = case_files.import_file(database, profile, write("calls.csv", TABLE), SPECIALIST, NOW)
    assert (done.new, done.known) == (2, 0)
    assert [problem.partition(":")[0] for problem in done.problems] == ["line 5", "line 6", "line 7"]
    assert "«telepathy» is no channel" in done.problems[0]
    first, second = _all(database)
    assert (first.row.path, first.row.kind, first.row.channel) == (CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE)
    assert first.events[0].texts["account"].splitlines()[1] == "وعاد، ثم انقطع"
    assert second.party is not None
    assert second.party.contact == "laila@mail.example"
    assert not second.deliveries


def test_the_same_file_again_registers_nothing(database: Database, profile: Profile, write: Write) -> None:
    lines = [
        {"path": "inquiry", "channel": "phone", "title": "سؤال"},
        {"path": "inquiry", "channel": "phone", "title": "سؤال آخر", "accepted": False, "party": {"name": "سعد"}},
    ]
    file = write("calls.jsonl", "\n".join(json.dumps(each, ensure_ascii=False) for each in lines))
    assert case_files.import_file(database, profile, file, SPECIALIST, NOW).new == 2
    again = case_files.import_file(database, profile, file, SPECIALIST, NOW)
    assert (again.new, again.known, again.problems) == (0, 2, ())
    assert [each.state.status for each in _all(database)] == [CaseStatus.ACCEPTED, CaseStatus.REGISTERED]


def test_those_who_left_an_address_are_thanked_where_that_is_asked_for(
    database: Database, profile: Profile, write: Write
) -> None:
    case_files.import_file(database, profile, write("calls.csv", TABLE), SPECIALIST, NOW, acknowledge=True)
    assert [[each.kind for each in view.deliveries] for view in _all(database)] == [[], [DeliveryKind.ACKNOWLEDGEMENT]]


def test_a_line_of_json_that_is_none_is_named(database: Database, profile: Profile, write: Write) -> None:
    file = write("calls.jsonl", '{"path": "inquiry", "channel": "phone", "title": "سؤال"}\n[1]\n{"path"\n{"colour": "red"}\n')
    done = case_files.import_file(database, profile, file, SPECIALIST, NOW)
    assert done.new == 1
    assert [problem[:6] for problem in done.problems] == ["line 2", "line 3", "line 4"]
    assert "a case has no field «colour»" in done.problems[2]


@pytest.mark.parametrize("content", ["title\nx\n", b"\xff\xfe\x00garbage", 'path,channel,title\ngeneral,phone,"unclosed\n'])
def test_a_file_that_is_no_list_of_cases_is_refused_whole(
    database: Database, profile: Profile, write: Write, content: str | bytes
) -> None:
    with pytest.raises(InputError):
        case_files.import_file(database, profile, write("calls.csv", content), SPECIALIST, NOW)
    assert not _all(database)


def test_a_person_who_may_registers_them(database: Database, profile: Profile, write: Write) -> None:
    for actor in (SYSTEM, Actor("majed", "ماجد", frozenset({Role.MANAGER}))):
        with pytest.raises(NotAllowed):
            case_files.import_file(database, profile, write("calls.csv", TABLE), actor, NOW)


def test_the_command_names_who_registers_them(home: Path, tmp_path: Path) -> None:
    at_home = ("--home", str(home))
    rasd("users", "add", "sami", "--role", "specialist", "--password-stdin", *at_home, given="a long password\n")
    file = tmp_path / "calls.csv"
    file.write_text(TABLE, "utf-8")
    assert "add --as" in rasd("import", "cases", str(file), *at_home, status=2).stderr
    done = rasd("import", "cases", str(file), "--as", "sami", *at_home, status=1)
    assert done.stdout == "2 cases registered, 0 were known\n"
    assert "line 5: «telepathy» is no channel" in done.stderr
    assert rasd("import", "cases", str(file), "--as", "sami", *at_home, status=1).stdout == "0 cases registered, 2 were known\n"
