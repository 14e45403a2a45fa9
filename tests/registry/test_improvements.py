"""The improvement register: from a case's proposals to what was implemented, with who and when (REQUIREMENTS W8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from domain.case import CaseEventKind
from domain.entry_flaws import EntryFault, EntryFlawed
from domain.errors import Conflict, IllegalMove, NotAllowed, NotFound, StoreError
from domain.improvement import ImprovementStatus
from domain.journey import Journey, usual_stages
from domain.mention import Mention
from domain.people import Actor
from domain.profile import Profile
from registry import audit, cases, improvements
from registry.database import Database
from registry.directories import journeys
from registry.improvements import ImprovementFilter, ImprovementView, Recommendation
from tests.registry.hands import NOW, Hands

SAID = Recommendation("لا يعرف المستفيد أين وصل طلبه", "رسالة عند كل مرحلة", journey="licence", stage=3)
S = ImprovementStatus


@pytest.fixture
def ministry(profile: Profile, database: Database, team: dict[str, Actor]) -> Profile:
    """The ministry of roads with a deputyship and one journey."""
    own = replace(profile, departments=tuple(replace(each, deputyship="وكالة التشغيل") for each in profile.departments))
    journey = Journey("licence", "ترخيص حفر", "", "roads/holes", "وكالة التشغيل", usual_stages())
    with database.transaction() as session:
        journeys.add(session, own, journey, team["manager"], NOW)
    return own


@pytest.fixture
def entered(database: Database, ministry: Profile, team: dict[str, Actor]) -> int:
    with database.transaction() as session:
        return improvements.add(session, ministry, SAID, team["specialist"], NOW)


def _get(database: Database, improvement_id: int) -> ImprovementView:
    with database.reading() as session:
        return improvements.get(session, improvement_id)


@pytest.fixture
def case_id(database: Database, ministry: Profile, team: dict[str, Actor], hands: Hands, article: Callable[..., Mention]) -> int:
    """A case whose department has prepared proposals."""
    hands.store(article(1, title="حفر لا تُردم في الحي"))
    hands.tag()
    with database.transaction() as session:
        cases.register_flagged(session, ministry, NOW)
        found = cases.list_cases(session).items[0].id
        for kind, who, details in (
            (CaseEventKind.ACCEPTED, "specialist", {}),
            (CaseEventKind.ASSIGNED, "specialist", {"department": "maintenance"}),
            (CaseEventKind.PROPOSALS_PREPARED, "department", {"proposals": "جدول معلن للردم"}),
        ):
            cases.act(session, found, kind, team[who], details, NOW)
    return found


def test_the_proposals_of_a_case_stand_in_the_register_with_their_journey(database: Database, case_id: int) -> None:
    with database.reading() as session:
        (view,) = improvements.list_improvements(session, ImprovementFilter(case_id=case_id)).items
    assert (view.said.recommendation, view.said.journey, view.said.deputyship) == ("جدول معلن للردم", "licence", "وكالة التشغيل")
    assert (view.case_number, view.journey_name, view.status) == ("MOR-2026-000001", "ترخيص حفر", S.PROPOSED)


def test_it_is_decided_on_and_implemented_with_who_and_when(database: Database, entered: int, team: dict[str, Actor]) -> None:
    later = [NOW + timedelta(days=each) for each in (1, 2)]
    with database.transaction() as session:
        improvements.decide(session, entered, S.ACCEPTED, "موافقة", team["manager"], later[0])
        improvements.implement(session, entered, team["department"], later[1])
    view = _get(database, entered)
    assert (view.status, view.decision, view.decided_by, view.decided_at) == (S.IMPLEMENTED, "موافقة", "manager", later[0])
    assert (view.done_by, view.done_at) == ("department", later[1])
    with database.transaction() as session:
        improvements.decide(session, entered, S.ACCEPTED, "لم تصل الرسائل بعد", team["manager"], later[1])
        actions = [each.action for each in audit.entries(session, action="improvement").items]
    assert (_get(database, entered).status, _get(database, entered).done_at) == (S.ACCEPTED, None)
    assert actions == ["improvement.decided", "improvement.implemented", "improvement.decided", "improvement.added"]


def test_what_the_rules_refuse(database: Database, entered: int, ministry: Profile, team: dict[str, Actor]) -> None:
    manager = team["manager"]
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            improvements.decide(session, entered, S.ACCEPTED, "موافقة", team["specialist"], NOW)
        with pytest.raises(IllegalMove):
            improvements.implement(session, entered, manager, NOW)
        with pytest.raises(EntryFlawed):
            improvements.decide(session, entered, S.DECLINED, "  ", manager, NOW)
        with pytest.raises(IllegalMove):
            improvements.decide(session, entered, S.IMPLEMENTED, "نعم", manager, NOW)
        with pytest.raises(Conflict):
            improvements.decide(session, entered, S.DECLINED, "لا", manager, NOW, expected=NOW + timedelta(seconds=1))
        with pytest.raises(NotFound):
            improvements.implement(session, 99, manager, NOW)
        improvements.decide(session, entered, S.DECLINED, "لا ميزانية", manager, NOW, expected=NOW)
        with pytest.raises(IllegalMove, match="decided on"):
            improvements.change(session, ministry, entered, SAID, manager, NOW)
    assert _get(database, entered).status is S.DECLINED


def test_it_is_changed_until_it_is_decided_on(
    database: Database, entered: int, ministry: Profile, team: dict[str, Actor]
) -> None:
    with database.transaction() as session:
        improvements.change(session, ministry, entered, replace(SAID, stage=2, case_id=7), team["specialist"], NOW)
    said = _get(database, entered).said
    assert (said.stage, said.case_id, said.topic, said.deputyship) == (2, None, "roads/holes", "وكالة التشغيل")


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"gap": " "}, "gap", EntryFault.EMPTY),
        ({"recommendation": "x" * 4001}, "recommendation", EntryFault.TOO_LONG),
        ({"journey": "none", "stage": None}, "journey", EntryFault.CHOICE),
        ({"stage": 9}, "stage", EntryFault.CHOICE),
        ({"journey": "", "stage": 1}, "stage", EntryFault.CHOICE),
        ({"topic": "roads/none"}, "topic", EntryFault.CHOICE),
        ({"deputyship": "وكالة أخرى"}, "deputyship", EntryFault.CHOICE),
    ],
)
def test_what_cannot_stand_is_named(
    database: Database,
    ministry: Profile,
    team: dict[str, Actor],
    values: dict[str, object],
    field: str,
    code: EntryFault,
) -> None:
    with database.transaction() as session, pytest.raises(EntryFlawed) as caught:
        improvements.add(session, ministry, replace(SAID, **values), team["specialist"], NOW)  # type: ignore[arg-type]
    assert [(flaw.field, flaw.code) for flaw in caught.value.flaws] == [(field, code)]


def test_the_register_is_narrowed_and_counted(
    database: Database, ministry: Profile, entered: int, team: dict[str, Actor]
) -> None:
    with database.transaction() as session:
        other = improvements.add(session, ministry, Recommendation("ثغرة أخرى", topic="roads/signs"), team["specialist"], NOW)
        improvements.decide(session, other, S.DECLINED, "مكررة", team["manager"], NOW)
        for asked, ids in (
            (ImprovementFilter(), [other, entered]),
            (ImprovementFilter(status=S.DECLINED), [other]),
            (ImprovementFilter(journey="licence", stage=3), [entered]),
            (ImprovementFilter(journey="licence", stage=1), []),
            (ImprovementFilter(deputyship="وكالة التشغيل"), [entered]),
            (ImprovementFilter(topic="roads/signs"), [other]),
        ):
            assert [each.id for each in improvements.list_improvements(session, asked).items] == ids, asked
        assert improvements.list_improvements(session, ImprovementFilter(), limit=1, offset=1).total == 2
        counted = improvements.tally(session, ImprovementFilter(status=S.PROPOSED))
    assert counted == {S.PROPOSED: 1, S.ACCEPTED: 0, S.DECLINED: 1, S.IMPLEMENTED: 0}


def test_what_comes_from_a_sealed_case_or_concerns_the_reader_is_left_out(
    database: Database, case_id: int, team: dict[str, Actor]
) -> None:
    everything = ImprovementFilter(sealed=True)
    with database.transaction() as session:
        named = {"person": "second", "reason": "هو المشكو منه"}
        cases.act(session, case_id, CaseEventKind.CONFLICT_NAMED, team["specialist"], named, NOW)
        (view,) = improvements.list_improvements(session, everything).items
        assert improvements.list_improvements(session, replace(everything, reader="second")).total == 0
        assert improvements.list_improvements(session, replace(everything, reader="econd")).total == 1
        with pytest.raises(NotFound):
            improvements.get(session, view.id, reader="second")
        cases.act(session, case_id, CaseEventKind.SEALED, team["manager"], {"reason": "شبهة فساد"}, NOW)
        assert improvements.list_improvements(session, ImprovementFilter()).total == 0
        assert sum(improvements.tally(session, ImprovementFilter()).values()) == 0
        assert improvements.list_improvements(session, everything).total == 1
        with pytest.raises(NotFound):
            improvements.get(session, view.id)


@pytest.mark.parametrize(
    "change",
    [
        "status = 'accepted'",
        "status = 'implemented', decided_by = 'x', decided_at = '2026-11-22'",
        "stage = 1, journey = ''",
        "done_by = 'x', done_at = '2026-11-22'",
        "decided_at = '2026-11-22'",
    ],
)
def test_the_store_refuses_a_row_that_cannot_be(database: Database, entered: int, change: str, now: datetime) -> None:
    with pytest.raises(StoreError), database.transaction() as session:
        session.execute(text(f"UPDATE improvement SET {change}"))
