"""Files of a case: kept once, told in its history by digest, examined by the doctor."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.case import CaseEventKind as E
from domain.case import CasePath, IntakeChannel
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.people import Actor
from domain.profile import Profile
from domain.tags import Kind
from registry import cases, doctor
from registry.cases import Intake
from registry.casework import attachments
from registry.database import Database
from registry.views import Check
from tests.fakes.files import PDF, PNG
from tests.registry.hands import NOW


def test_a_file_is_kept_and_the_history_says_so(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _open(session, profile, team)
        kept = attachments.attach(session, case_id, "C:\\photos\\حفرة.png", PNG, team["specialist"], NOW)
        found = attachments.content(session, kept)
        assert (found.content, found.name, found.media_type, found.case_id) == (PNG, "حفرة.png", "image/png", case_id)
        view = cases.case_view(session, case_id)
        assert [(each.id, each.size, each.erased) for each in view.attachments] == [(kept, len(PNG), False)]
        event = view.events[-1]
        assert event.kind is E.ATTACHED
        assert event.details["attachment"] == str(kept)
        assert event.details["sha256"] == hashlib.sha256(PNG).hexdigest() == found.sha256
        assert event.texts == {"name": "حفرة.png"}
        assert doctor.examine(session) == []


def test_the_same_file_twice_is_refused_in_one_case_alone(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        first, second = _open(session, profile, team), _open(session, profile, team)
        attachments.attach(session, first, "a.png", PNG, team["specialist"], NOW)
        with pytest.raises(Conflict, match=r"already, as «a\.png»"):
            attachments.attach(session, first, "b.png", PNG, team["department"], NOW)
        attachments.attach(session, second, "b.png", PNG, team["department"], NOW)
        assert len(cases.case_view(session, first).attachments) == 1


def test_a_case_holds_fifty_files(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _open(session, profile, team)
        for place in range(attachments.MOST_FILES):
            attachments.attach(session, case_id, f"{place}.txt", f"ملاحظة {place}".encode(), team["specialist"], NOW)
        with pytest.raises(InputError, match="50 files already"):
            attachments.attach(session, case_id, "one.pdf", PDF, team["specialist"], NOW)


def test_what_is_refused_leaves_nothing(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _open(session, profile, team)
        with pytest.raises(InputError):
            attachments.attach(session, case_id, "page.pdf", b"<html>", team["specialist"], NOW)
        with pytest.raises(NotAllowed):
            attachments.attach(session, case_id, "a.png", PNG, team["auditor"], NOW)
        with pytest.raises(NotFound):
            attachments.attach(session, 99, "a.png", PNG, team["specialist"], NOW)
        with pytest.raises(NotFound):
            attachments.content(session, 99)
        assert cases.case_view(session, case_id).attachments == ()


def test_a_sealed_cases_files_are_for_management(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _open(session, profile, team)
        kept = attachments.attach(session, case_id, "a.png", PNG, team["specialist"], NOW)
        cases.act(session, case_id, E.CONFLICT_NAMED, team["specialist"], {"person": "approver", "reason": "قريبه"}, NOW)
        with pytest.raises(NotAllowed):
            attachments.content(session, kept, team["approver"])
        assert attachments.content(session, kept, team["department"]).content == PNG
        cases.act(session, case_id, E.SEALED, team["specialist"], {"reason": "شبهة فساد"}, NOW)
        with pytest.raises(NotAllowed):
            attachments.content(session, kept, team["specialist"])
        with pytest.raises(NotAllowed):
            attachments.attach(session, case_id, "b.pdf", PDF, team["specialist"], NOW)
        assert attachments.content(session, kept, team["manager"]).content == PNG


@pytest.mark.parametrize("change", ["content = 'x'", "sha256 = 'x'"])
def test_a_changed_file_is_found(database: Database, profile: Profile, team: dict[str, Actor], change: str) -> None:
    with database.transaction() as session:
        case_id = _open(session, profile, team)
        attachments.attach(session, case_id, "a.png", PNG, team["specialist"], NOW)
        written = change.replace("'x'", "CAST('x' AS BLOB)") if "content" in change and database.is_sqlite else change
        session.connection().execute(text(f"UPDATE case_attachment SET {written}"))
        assert [finding.check for finding in doctor.examine(session)] == [Check.ATTACHMENTS]


def _open(session: Session, profile: Profile, team: dict[str, Actor]) -> int:
    given = Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE, "حفرة أمام المدرسة", topic="roads/holes")
    return cases.open_direct(session, profile, given, team["specialist"], NOW)
