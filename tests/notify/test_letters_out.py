"""Letters to people outside: the acknowledgement with its number, and what goes to a person at another body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from domain.case import BeneficiaryKind, CasePath, IntakeChannel
from domain.case import CaseEventKind as E
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.errors import InputError, NotFound
from domain.liaison import LiaisonContact
from domain.people import Actor, Role
from domain.profile import Body
from domain.tags import Kind
from notify import acknowledgements, referrals
from notify.mail import MailSender
from notify.outbox import DeliveryCounts, Senders, deliver_due
from registry import cases, crisis, deliveries, doctor
from registry.cases import Intake, Party
from registry.database import Database
from registry.directories import liaison
from tests.fakes.mail_server import MailServer
from tests.notify.world import NOW, SPECIALIST, TEXT, article, case_of, post
from tests.notify.world import PROFILE as BARE

PROFILE = replace(BARE, bodies=(Body("water", "شركة المياه", "Water Company"), Body("city", "أمانة المدينة", "City")))
MANAGER = Actor("munira", "منيرة", frozenset({Role.MANAGER, Role.SPECIALIST}))
PARTY = Party("هند الحربي", "hind@example.org", IntakeChannel.WHATSAPP, BeneficiaryKind.INDIVIDUAL, "88-41")
COMPLAINT = Intake(
    CasePath.GENERAL,
    Kind.COMPLAINT,
    IntakeChannel.WEBSITE,
    "حفرة خلّفها إصلاح أنبوب",
    "حفرت شركة المياه أمام البيت ثم تركت الحفرة.",
    topic="roads/potholes",
    party=PARTY,
)


def test_whoever_raised_a_case_is_thanked_once_with_its_number(world: Database) -> None:
    with world.transaction() as session:
        case_id = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
        queued = acknowledgements.queue(session, PROFILE, case_id, NOW)
        assert queued is not None
        assert acknowledgements.queue(session, PROFILE, case_id, NOW + timedelta(hours=1)) == queued
        mail, view = deliveries.find(session, queued), cases.case_view(session, case_id)
        assert (mail.kind, mail.status, mail.recipient) == (
            DeliveryKind.ACKNOWLEDGEMENT,
            DeliveryStatus.QUEUED,
            "hind@example.org",
        )
        assert mail.subject == "تسلّمنا شكواكم – الرقم المرجعي ROADS-2026-000001"
        for said in ("هند الحربي", "نشكر لكم", "ROADS-2026-000001", "الحفر والأرصفة", "18 نوفمبر 2026م"):
            assert said in mail.text
        assert "أنبوب" not in mail.text
        events = [event for event in view.events if event.kind is E.ACKNOWLEDGED]
        assert [(event.actor, event.details) for event in events] == [("system", {"channel": "email"})]
        assert doctor.examine(session) == []


@pytest.mark.parametrize(
    ("intake", "said"),
    [
        (replace(COMPLAINT, party=replace(PARTY, kind=BeneficiaryKind.PRIVATE_BODY, name="شركة الأفق")), "السادة شركة الأفق،"),
        (replace(COMPLAINT, party=replace(PARTY, name="")), "عزيزنا المستفيد،"),
        (replace(COMPLAINT, path=CasePath.INQUIRY, kind=Kind.INQUIRY), "تسلّمنا استفساركم"),
        (replace(COMPLAINT, topic="other/other"), "تسلّمنا شكواكم بتاريخ"),
        (
            replace(COMPLAINT, account="The pothole in front of our school has been there for two months."),
            "your complaint about “Potholes”",
        ),
    ],
)
def test_each_is_addressed_as_they_are(sqlite_world: Database, intake: Intake, said: str) -> None:
    with sqlite_world.transaction() as session:
        case_id = cases.open_direct(session, PROFILE, intake, SPECIALIST, NOW)
        queued = acknowledgements.queue(session, PROFILE, case_id, NOW)
        assert queued is not None
        assert said in deliveries.find(session, queued).text


def test_without_an_address_nothing_is_sent(world: Database) -> None:
    with world.transaction() as session:
        for party in (
            None,
            replace(PARTY, contact="0551234567"),
            replace(PARTY, contact="@hind"),
            replace(PARTY, contact="a@b@c"),
        ):
            case_id = cases.open_direct(session, PROFILE, replace(COMPLAINT, party=party), SPECIALIST, NOW)
            assert acknowledgements.queue(session, PROFILE, case_id, NOW) is None
        assert acknowledgements.queue(session, PROFILE, case_of(session, article(1)), NOW) is None
        ended = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
        cases.act(session, ended, E.REJECTED, SPECIALIST, {"reason": "مكررة"}, NOW)
        assert acknowledgements.queue(session, PROFILE, ended, NOW) is None
        assert deliveries.list_deliveries(session).total == 0
        with pytest.raises(NotFound):
            acknowledgements.queue(session, PROFILE, 99, NOW)


def test_whoever_was_thanked_by_hand_is_not_thanked_again(sqlite_world: Database) -> None:
    with sqlite_world.transaction() as session:
        case_id = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
        cases.act(session, case_id, E.ACKNOWLEDGED, SPECIALIST, {"channel": "phone"}, NOW)
        assert acknowledgements.queue(session, PROFILE, case_id, NOW) is None


def test_a_referral_goes_to_a_person_with_what_is_asked_alone(world: Database) -> None:
    with world.transaction() as session:
        case_id = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
        _pass(session, case_id, E.REFERRED, _person(session), reason="الإصلاح من اختصاصكم، نأمل ردم الحفرة.")
        queued = referrals.queue(session, PROFILE, case_id, NOW)
        assert queued is not None
        assert referrals.queue(session, PROFILE, case_id, NOW) == queued
        mail = deliveries.find(session, queued)
        assert (mail.kind, mail.status, mail.recipient) == (DeliveryKind.REFERRAL, DeliveryStatus.QUEUED, "saad@water.example")
        for said in ("سعد المطيري", "مدير خدمة العملاء", "شركة المياه", "ROADS-2026-000001", "نأمل ردم الحفرة", "الموعد المأمول"):
            assert said in mail.text
        assert not any(said in mail.text for said in ("هند", "hind@example.org", "أمام البيت", "88-41"))


def test_a_third_party_is_given_the_account_and_how_to_reach_them(world: Database) -> None:
    with world.transaction() as session:
        case_id = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
        _pass(session, case_id, E.PASSED_TO_THIRD_PARTY, _person(session), message="نأمل ردم الحفرة والرد على المستفيدة.")
        queued = referrals.queue(session, PROFILE, case_id, NOW)
        assert queued is not None
        mail = deliveries.find(session, queued)
    for said in ("ثم تركت الحفرة", "هند الحربي", "hind@example.org", "واتساب", "88-41", "نأمل ردم", "إبلاغ المستفيد بالحل"):
        assert said in mail.text


def test_a_published_case_goes_with_what_was_published_and_no_handle(world: Database) -> None:
    with world.transaction() as session:
        printed = case_of(session, article(1, text=TEXT))
        posted = case_of(session, post(71, "حفرة عميقة أمام المدرسة من شهرين يا @RoadsCare"))
        person, mails = _person(session), []
        for case_id in (printed, posted):
            cases.act(session, case_id, E.ACCEPTED, SPECIALIST, {}, NOW)
            _pass(session, case_id, E.PASSED_TO_THIRD_PARTY, person, message="نأمل المعالجة")
            queued = referrals.queue(session, PROFILE, case_id, NOW)
            assert queued is not None
            mails.append(deliveries.find(session, queued).text)
    assert "https://sahel.example/news/1" in mails[0]
    assert "بيانات التواصل" not in mails[0]
    assert "https://x.com/i/status/71" in mails[1]
    assert "some_citizen" not in mails[1]


def test_a_case_passed_on_again_is_told_again(world: Database) -> None:
    with world.transaction() as session:
        case_id = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
        person = _person(session)
        _pass(session, case_id, E.REFERRED, person, reason="نأمل المعالجة")
        first = referrals.queue(session, PROFILE, case_id, NOW)
        cases.act(session, case_id, E.OUTSIDE_RETURNED, SPECIALIST, {"reason": "ليس لديهم"}, NOW)
        _pass(session, case_id, E.REFERRED, person, reason="راجعوا العقد")
        second = referrals.queue(session, PROFILE, case_id, NOW)
        assert second not in (None, first)


def test_whom_a_case_is_not_sent_to(world: Database) -> None:
    with world.transaction() as session:
        case_id = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
        with pytest.raises(InputError, match="passed to nobody"):
            referrals.queue(session, PROFILE, case_id, NOW)
        cases.act(session, case_id, E.REFERRED, SPECIALIST, {"body": "water", "reason": "اختصاصكم"}, NOW)
        assert referrals.queue(session, PROFILE, case_id, NOW) is None
        by_phone = LiaisonContact(body="water", name="نوف", phone="0112345678")
        called = liaison.add(session, PROFILE, by_phone, SPECIALIST, NOW)
        elsewhere = liaison.add(
            session, PROFILE, LiaisonContact(body="city", name="فهد", email="fahd@city.example"), SPECIALIST, NOW
        )
        gone = _person(session)
        liaison.set_active(session, gone, False, SPECIALIST, NOW)
        for contact, refusal in ((str(elsewhere), "does not take"), (str(gone), "does not take"), ("سعد", "no number")):
            again = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
            details = {"body": "water", "reason": "اختصاصكم", "contact": contact}
            cases.act(session, again, E.REFERRED, SPECIALIST, details, NOW)
            with pytest.raises(InputError, match=refusal):
                referrals.queue(session, PROFILE, again, NOW)
        last = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
        _pass(session, last, E.REFERRED, called, reason="اختصاصكم")
        assert referrals.queue(session, PROFILE, last, NOW) is None


def test_letters_leave_in_crisis_mode_too_and_a_person_may_reply(
    world: Database, server: MailServer, sender_for: Callable[[int], MailSender]
) -> None:
    with world.transaction() as session:
        case_id = cases.open_direct(session, PROFILE, COMPLAINT, SPECIALIST, NOW)
        acknowledgements.queue(session, PROFILE, case_id, NOW)
        _pass(session, case_id, E.REFERRED, _person(session), reason="نأمل المعالجة")
        referrals.queue(session, PROFILE, case_id, NOW)
        crisis.on(session, MANAGER, "نتحقق", (), "إشاعة", NOW)
    assert deliver_due(world, Senders(mail=sender_for(server.port)), NOW) == DeliveryCounts(sent=2)
    kinds = {bool(each.mail["Auto-Submitted"]): each.mail["Importance"] for each in server.received}
    assert kinds == {True: None, False: None}


def _person(session: Session) -> int:
    contact = LiaisonContact(body="water", name="سعد المطيري", role="مدير خدمة العملاء", email="saad@water.example")
    return liaison.add(session, PROFILE, contact, SPECIALIST, NOW)


def _pass(session: Session, case_id: int, kind: E, contact: int, **said: str) -> None:
    cases.act(session, case_id, kind, SPECIALIST, {"body": "water", "contact": str(contact), **said}, NOW)
