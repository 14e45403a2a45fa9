"""Contacts: counted apart from cases, never twice, with the share that was answered directly."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import CasePath, IntakeChannel
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.people import SYSTEM, Actor
from domain.profile import Profile
from domain.tags import Kind
from registry import cases, contacts
from registry.cases import Intake
from registry.contacts import Contact
from registry.database import Database
from tests.registry.hands import NOW

CALL = Contact(NOW, IntakeChannel.PHONE, Kind.INQUIRY, "roads/holes")


def test_one_contact_is_entered_and_listed(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        first = contacts.add(session, profile, replace(CALL, seconds=95), team["specialist"], NOW)
        contacts.add(
            session, profile, replace(CALL, channel=IntakeChannel.VISIT, at=NOW - timedelta(days=1)), team["department"], NOW
        )
        page = contacts.list_contacts(session)
        assert page.total == 2
        assert (page.items[0].id, page.items[0].seconds, page.items[0].answered, page.items[0].actor) == (
            first,
            95,
            True,
            "specialist",
        )
        assert contacts.list_contacts(session, channel=IntakeChannel.VISIT).total == 1
        assert contacts.list_contacts(session, actor="specialist", kind=Kind.INQUIRY, topic="roads/holes").total == 1


def test_a_batch_counts_nothing_twice(database: Database, profile: Profile) -> None:
    batch = [replace(CALL, remote_id=f"call-{place % 700}") for place in range(1000)] + [CALL, CALL]
    with database.transaction() as session:
        assert contacts.add_many(session, profile, batch, SYSTEM, NOW) == contacts.Added(702, 300)
    with database.transaction() as session:
        assert contacts.add_many(session, profile, batch[:1000], SYSTEM, NOW) == contacts.Added(0, 1000)
        known = contacts.add(session, profile, batch[0], SYSTEM, NOW)
        assert contacts.add(session, profile, batch[700], SYSTEM, NOW) == known
        assert contacts.list_contacts(session).total == 702


def test_the_share_answered_directly_is_counted_by_channel_kind_and_topic(database: Database, profile: Profile) -> None:
    visit = replace(CALL, channel=IntakeChannel.VISIT, kind=Kind.COMPLAINT, topic="roads/signs", answered=False)
    batch = [CALL] * 23 + [replace(CALL, answered=False)] * 2 + [visit] * 5
    with database.transaction() as session:
        contacts.add_many(session, profile, [*batch, replace(CALL, at=NOW - timedelta(days=40))], SYSTEM, NOW)
        found = contacts.counts(session, NOW - timedelta(days=30), NOW + timedelta(seconds=1))
    assert (found.all.total, found.all.answered, found.cases) == (30, 23, 0)
    assert found.all.share == pytest.approx(23 / 30)
    assert [(each.code, each.total, each.share) for each in found.by_channel] == [("phone", 25, 0.92), ("visit", 5, 0.0)]
    assert [each.code for each in found.by_kind] == ["inquiry", "complaint"]
    assert [each.total for each in found.by_topic] == [25, 5]


def test_an_empty_period_has_no_share(database: Database) -> None:
    with database.reading() as session:
        found = contacts.counts(session, NOW, NOW + timedelta(days=1))
    assert (found.all.total, found.all.share, found.by_channel) == (0, None, ())


@given(st.lists(st.tuples(st.sampled_from(list(contacts.KINDS)), st.booleans()), max_size=30))
def test_every_tally_adds_up(drawn: list[tuple[Kind, bool]]) -> None:
    rows = [type("Row", (), {"_mapping": {"kind": kind}, "total": 1, "answered": int(said)})() for kind, said in drawn]
    tallies = contacts._tallies(rows, "kind")
    assert sum(each.total for each in tallies) == len(drawn)
    assert sum(each.answered for each in tallies) == sum(said for _, said in drawn)


def test_a_contact_may_become_a_case(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    given_case = Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE, "حفرة في الشارع", topic="roads/holes")
    with database.transaction() as session:
        case_id, other = cases.open_many(session, profile, [given_case, given_case], team["specialist"], NOW)
        contact_id = contacts.add(session, profile, CALL, team["specialist"], NOW)
        contacts.become_case(session, contact_id, case_id, team["specialist"])
        contacts.become_case(session, contact_id, case_id, team["specialist"])
        line = contacts.list_contacts(session).items[0]
        assert (line.answered, line.case_id, line.case_number) == (False, case_id, "MOR-2026-000001")
        assert contacts.counts(session, NOW, NOW + timedelta(1)).cases == 1
        with pytest.raises(Conflict, match="another case"):
            contacts.become_case(session, contact_id, other, team["specialist"])
        with pytest.raises(NotFound):
            contacts.become_case(session, 999, case_id, team["specialist"])
        with pytest.raises(NotFound, match="no case 999"):
            contacts.add(session, profile, replace(CALL, answered=False, case_id=999), team["specialist"], NOW)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(CALL, at=NOW + timedelta(hours=1)), "lies ahead"),
        (replace(CALL, at=datetime(2026, 11, 21, 9)), "no zone"),
        (replace(CALL, channel=IntakeChannel.PRESS), "through «press»"),
        (replace(CALL, kind=Kind.NEUTRAL), "cannot be «neutral»"),
        (replace(CALL, topic="roads/moon"), "no topic"),
        (replace(CALL, seconds=-1), "-1 seconds"),
        (replace(CALL, seconds=90_000), "90000 seconds"),
        (replace(CALL, case_id=1), "not answered on the spot"),
    ],
)
def test_what_cannot_be_is_refused(database: Database, profile: Profile, wrong: Contact, says: str) -> None:
    with database.transaction() as session:
        with pytest.raises(InputError, match=says):
            contacts.add(session, profile, wrong, SYSTEM, NOW)
        with pytest.raises(InputError, match=f"contact 2: .*{says}"):
            contacts.add_many(session, profile, [CALL, wrong], SYSTEM, NOW)
        assert contacts.list_contacts(session).total == 0


def test_auditors_and_approvers_enter_nothing(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        for role in ("auditor", "approver", "manager", "admin"):
            with pytest.raises(NotAllowed):
                contacts.add(session, profile, CALL, team[role], NOW)
