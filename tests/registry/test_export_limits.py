"""No exported table lets a private person's data out (REQUIREMENTS L3, W14)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from domain.case import BeneficiaryKind, CasePath, IntakeChannel
from domain.case import CaseEventKind as E
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.mention import Mention
from domain.people import Actor
from domain.profile import Profile
from domain.tags import Kind
from registry import cases, deliveries, export
from registry.cases import Intake, Party
from registry.casework import attachments
from registry.database import Database
from registry.export import FIELDS, Exported
from registry.tables import DeliveryRecord, table_of
from tests.fakes.files import PNG
from tests.registry.hands import NOW, Hands

NAME = "مشاري بن عبدالعزيز القحطاني"
PLANTED = (
    "مشاري", "القحطاني", "0551234567", "٠٥٥١٢٣٤٥٦٧", "1010101010", "SA0380000000608010167519", "mishari@example.org",
    "sami_writes", "angry_citizen", "REQ-7788", "ا ب ح 1234",
)  # fmt: skip
POSTED = (
    "جوالي 0551234567 أو ٠٥٥١٢٣٤٥٦٧ وهويتي 1010101010 والآيبان SA0380000000608010167519 والبريد mishari@example.org "
    "واللوحة ا ب ح 1234 ومعي @angry_citizen وقد انتظرنا شهرًا"
)
"""What nobody's name is known of: found by its form."""
WRITTEN = f"قال {NAME} ومرجعه REQ-7788: {POSTED}، ثم إن مشاري انتظر، والقحطاني لم يجد أحدًا"


@pytest.fixture
def planted(hands: Hands, post: Callable[..., Mention], team: dict[str, Actor], profile: Profile) -> Database:
    """A store whose every text that people write holds a private person's data."""
    hands.case(post(71, f"حفرة في الطريق. {POSTED}", addressed=True))
    party = Party(NAME, "mishari@example.org", IntakeChannel.EMAIL, BeneficiaryKind.INDIVIDUAL, "REQ-7788")
    given = Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.EMAIL, WRITTEN, WRITTEN, topic="roads/holes", party=party)
    with hands.database.transaction() as session:
        case_id = cases.open_direct(session, profile, given, team["specialist"], NOW)
        attachments.attach(session, case_id, f"هوية {NAME}.png", PNG, team["specialist"], NOW)
        for kind, details in (
            (E.NOTE_ADDED, {"note": WRITTEN}),
            (E.CONTACT_ATTEMPTED, {"channel": "phone", "outcome": "no_answer", "note": WRITTEN}),
            (E.DELAY_TOLD, {"reason": WRITTEN, "promised_at": "2026-12-01T09:00+03:00"}),
            (E.ASSIGNED, {"department": "maintenance"}),
            (E.PASSED_TO_THIRD_PARTY, {"body": "telecom", "message": WRITTEN}),
            (E.OUTSIDE_ANSWERED, {"resolution": WRITTEN}),
            (E.SATISFACTION_RECORDED, {"satisfied": "no", "note": WRITTEN}),
        ):
            cases.act(session, case_id, kind, team["specialist"], details, NOW)
        for kind in DeliveryKind:
            to = "mishari@example.org" if kind in export.TO_PEOPLE else "editor@daily.example"
            mail = Message(f"{kind}:{case_id}", kind, DeliveryChannel.EMAIL, to, WRITTEN, WRITTEN, WRITTEN, "<a@b.example>")
            deliveries.queue(session, mail, case_id, DeliveryStatus.DRAFT, "specialist", now=NOW)
        session.connection().execute(update(table_of(DeliveryRecord)).values(reason=f"550 mishari@example.org refused: {NAME}"))
    return hands.database


@pytest.mark.parametrize("what", list(Exported))
def test_nothing_planted_leaves(planted: Database, what: Exported) -> None:
    with planted.reading() as session:
        lines = list(export.rows(session, what))
    assert lines
    for line in lines:
        assert list(line) == list(FIELDS[what])
        assert [word for word in PLANTED if word in str(line)] == []


def test_the_figures_of_a_case_leave_all_the_same(planted: Database) -> None:
    with planted.reading() as session:
        line = next(line for line in export.rows(session, "cases") if line["path"] == "general")
        events = [line for line in export.rows(session, "events") if line["case"] == "MOR-2026-000002"]
    assert (line["channel"], line["action"], line["body"], line["round"]) == ("email", "third_party", "telecom", 0)
    assert line["title"].startswith("قال •••")
    assert [event["kind"] for event in events][:3] == ["registered", "accepted", "attached"]
    assert events[0]["texts"]["account"].startswith("قال •••")
    assert events[0]["actor"] == "specialist"


def test_of_a_sealed_case_number_status_and_times_alone_leave(planted: Database, team: dict[str, Actor]) -> None:
    number = "MOR-2026-000002"
    with planted.transaction() as session:
        cases.act(session, cases.find_case(session, number), E.SEALED, team["specialist"], {"reason": "شبهة فساد"}, NOW)
    with planted.reading() as session:
        (line,) = [line for line in export.rows(session, "cases") if line["number"] == number]
        events = [line for line in export.rows(session, "events") if line["case"] == number]
        mails = [line for line in export.rows(session, "deliveries") if line["case"] == number]
    told = {name for name, value in line.items() if value not in ("", None)}
    assert told == {"number", "status", "opened_at", "due_at"}
    assert all(event["actor"] == "" and event["details"] == event["texts"] == {} for event in events)
    assert all(mail["text"] == mail["subject"] == mail["recipient"] == mail["reason"] == "" for mail in mails)
    assert len(events) == 11
    assert len(mails) == len(DeliveryKind)
