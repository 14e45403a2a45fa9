"""What is personal in a case goes in time or on request, a legal hold keeps it, and the history stays whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from domain.case import BeneficiaryKind, CasePath, CaseStatus, IntakeChannel
from domain.case import CaseEventKind as E
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.errors import InputError, NotAllowed, NotFound
from domain.mention import Mention
from domain.people import Actor, Role
from domain.profile import Profile
from domain.tags import Kind
from registry import audit, case_erasure, cases, deliveries, doctor, erasure, mentions, people
from registry.cases import Intake, Party
from registry.casework import attachments
from registry.database import Database
from tests.fakes.files import PNG
from tests.registry.hands import NOW, SECRET, Hands

NAME = "فهد بن سالم الزهراني"
KEEP = timedelta(days=730)
LATER = NOW + KEEP + timedelta(days=1)


def test_a_person_is_erased_at_their_request(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _worked(session, profile, team)
        case_erasure.erase_party(session, case_id, team["specialist"], f"طلب من {NAME} بالبريد", NOW)
        case_erasure.erase_party(session, case_id, team["specialist"], "مرة أخرى", NOW)
        view = cases.case_view(session, case_id)
        assert view.party is not None
        assert view.party.erased
        assert [each.erased for each in view.attachments] == [True]
        told = _everything(session, case_id)
        assert not any(word in told for word in ("فهد", "الزهراني", "fahd@example.org", "7001-44", "بيته", "هوية"))
        assert "رُدمت الحفرة" in told
        assert view.events[-1].kind is E.NOTE_ADDED
        assert "بطلبه" in view.events[-1].texts["note"]
        assert sum(event.kind is E.NOTE_ADDED for event in view.events) == 2
        assert doctor.examine(session) == []


def test_an_outcome_that_names_the_person_goes_too(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _worked(session, profile, team, resolution=f"زرنا {NAME} ورُدمت الحفرة")
        case_erasure.erase_party(session, case_id, team["manager"], "طلبه", NOW)
        assert "رُدمت" not in _everything(session, case_id)


def test_mails_to_the_person_are_withdrawn_and_blank(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _worked(session, profile, team)
        kept = deliveries.deliveries_of_case(session, case_id)[0].id
        case_erasure.erase_party(session, case_id, team["specialist"], "طلبه", NOW)
        mail = deliveries.find(session, kept)
        assert (mail.status, mail.recipient, mail.text, mail.html) == (DeliveryStatus.WITHDRAWN, "", "", "")


def test_erasing_takes_a_right_a_reason_and_somebody(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _worked(session, profile, team)
        for role in ("reviewer", "department", "auditor", "approver"):
            with pytest.raises(NotAllowed):
                case_erasure.erase_party(session, case_id, team[role], "طلبه", NOW)
        with pytest.raises(InputError, match="reason"):
            case_erasure.erase_party(session, case_id, team["specialist"], " ", NOW)
        bare = Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE, "لوحة ساقطة")
        nobody = cases.open_direct(session, profile, bare, team["specialist"], NOW)
        with pytest.raises(NotFound, match="nobody is named"):
            case_erasure.erase_party(session, nobody, team["specialist"], "طلبه", NOW)


def test_a_legal_hold_keeps_the_cases_record_until_it_ends(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _worked(session, profile, team)
        until = LATER + timedelta(days=10)
        cases.act(session, case_id, E.HELD, team["manager"], {"reason": "قضية", "until": until.isoformat()}, NOW)
        with pytest.raises(NotAllowed, match="legal hold until"):
            case_erasure.erase_party(session, case_id, team["manager"], "طلبه", NOW)
        assert case_erasure.retire(session, LATER, KEEP) == 0
        assert NAME in _everything(session, case_id)
        assert case_erasure.retire(session, until, KEEP) == 1
        assert NAME not in _everything(session, case_id)


def test_a_lifted_hold_counts_no_more(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _worked(session, profile, team)
        until = (LATER + timedelta(days=10)).isoformat()
        cases.act(session, case_id, E.HELD, team["manager"], {"reason": "قضية", "until": until}, NOW)
        cases.act(session, case_id, E.HOLD_LIFTED, team["manager"], {"reason": "انتهت القضية"}, NOW)
        case_erasure.erase_party(session, case_id, team["manager"], "طلبه", NOW)
        assert NAME not in _everything(session, case_id)


def test_retention_takes_what_ended_long_ago_and_only_once(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _worked(session, profile, team)
        still_open = _direct(session, profile, team)
        assert case_erasure.retire(session, NOW + KEEP, KEEP) == 0
        assert case_erasure.retire(session, LATER, KEEP) == 1
        assert case_erasure.retire(session, LATER + timedelta(days=1), KEEP) == 0
        assert case_erasure.retire(session, LATER + 2 * KEEP, KEEP) == 0
        assert NAME not in _everything(session, case_id)
        assert NAME in _everything(session, still_open)
        view = cases.case_view(session, case_id)
        assert view.row.status is CaseStatus.CLOSED
        assert "انتهت مدة الاحتفاظ" in view.events[-1].texts["note"]
        assert (view.events[-1].actor, view.events[0].erased) == ("system", True)
        assert doctor.examine(session) == []


def test_a_rejected_case_is_kept_from_its_last_event(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _direct(session, profile, team)
        cases.act(session, case_id, E.REJECTED, team["specialist"], {"reason": "مكررة"}, NOW + timedelta(days=5))
        assert case_erasure.retire(session, LATER, KEEP) == 0
        assert case_erasure.retire(session, LATER + timedelta(days=5), KEEP) == 1


def test_a_case_reopened_after_its_time_is_retired_anew(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _worked(session, profile, team)
        case_erasure.retire(session, LATER, KEEP)
        cases.act(session, case_id, E.REOPENED, team["reviewer"], {"reason": "عادت"}, LATER + timedelta(days=1))
        people.add(session, "second", "second", "", {Role.DEPARTMENT}, department="maintenance", scripted=True, now=NOW)
        for kind, by, details in (
            (E.ASSIGNED, "specialist", {"department": "maintenance", "assignee": "second"}),
            (E.SOLVED, "second", {"resolution": "أُعيد ردمها"}),
            (E.SATISFACTION_RECORDED, "specialist", {"satisfied": "yes", "note": "شكر السائل"}),
            (E.CLOSED, "specialist", {}),
        ):
            cases.act(session, case_id, kind, team[by], details, LATER + timedelta(days=2))
        assert case_erasure.retire(session, LATER + timedelta(days=3), KEEP) == 0
        assert case_erasure.retire(session, LATER + KEEP + timedelta(days=3), KEEP) == 1
        assert "شكر السائل" not in _everything(session, case_id)


def test_social_authors_go_with_the_case(hands: Hands, post: Callable[..., Mention], team: dict[str, Actor]) -> None:
    case_id = hands.case(post(71, addressed=True))
    with hands.database.transaction() as session:
        mention_id = cases.case_view(session, case_id).mentions[0].id
        cases.act(session, case_id, E.REJECTED, team["specialist"], {"reason": "ليست شكوى"}, NOW)
        assert mentions.mention_view(session, mention_id).author_handle == "sami_writes"
        assert case_erasure.retire(session, LATER, KEEP) == 1
        left = mentions.mention_view(session, mention_id)
    assert (left.author, left.author_handle, left.row.url) == ("", "", "https://x.com/i/status/71")


def test_an_author_is_erased_at_their_request(
    hands: Hands, post: Callable[..., Mention], article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    case_id, printed = hands.case(post(71, addressed=True)), hands.case(article(1, author="كاتب الخبر"))
    with hands.database.transaction() as session:
        mention_id = cases.case_view(session, case_id).mentions[0].id
        case_erasure.erase_author(session, mention_id, team["specialist"], "طلب @sami_writes محو اسمه", NOW)
        case_erasure.erase_author(session, mention_id, team["specialist"], "مرة أخرى", NOW)
        left = mentions.mention_view(session, mention_id)
        assert (left.author, left.author_handle, left.row.url) == ("", "", "https://x.com/i/status/71")
        assert left.text != ""
        (entry,) = audit.entries(session, action="mention").items
        assert (entry.subject, "sami_writes" in str(entry.details)) == (f"mention:{mention_id}", False)
        with pytest.raises(InputError, match="no post"):
            case_erasure.erase_author(session, cases.case_view(session, printed).mentions[0].id, team["admin"], "x", NOW)
        with pytest.raises(NotAllowed):
            case_erasure.erase_author(session, mention_id, team["reviewer"], "x", NOW)
        with pytest.raises(NotFound):
            case_erasure.erase_author(session, 99, team["admin"], "x", NOW)


def test_a_deleted_post_goes_and_the_held_case_says_what_it_keeps(
    hands: Hands, post: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    first, second = hands.case(post(71, addressed=True)), hands.case(post(72, addressed=True))
    until = NOW + timedelta(days=90)
    with hands.database.transaction() as session:
        cases.act(session, first, E.HELD, team["manager"], {"reason": "قضية", "until": until.isoformat()}, NOW)
        title = cases.case_view(session, first).row.title
        assert erasure.erase(session, ["x:71", "x:72"], NOW, SECRET) == 2
        held, free = cases.case_view(session, first), cases.case_view(session, second)
        assert (held.row.title, free.row.title) == (title, "")
        assert [view.mentions[0].excerpt for view in (held, free)] == ["", ""]
        assert "2027-02-20" in held.events[-1].texts["note"]
        assert E.NOTE_ADDED not in {event.kind for event in free.events}
        assert erasure.erase(session, ["x:71"], NOW, SECRET) == 0
        assert doctor.examine(session) == []


def test_an_expired_hold_keeps_nothing(hands: Hands, post: Callable[..., Mention], team: dict[str, Actor]) -> None:
    case_id = hands.case(post(71, addressed=True))
    with hands.database.transaction() as session:
        until = (NOW + timedelta(days=1)).isoformat()
        cases.act(session, case_id, E.HELD, team["manager"], {"reason": "قضية", "until": until}, NOW)
        erasure.erase(session, ["x:71"], NOW + timedelta(days=2), SECRET)
        assert cases.case_view(session, case_id).row.title == ""


def _direct(session: Session, profile: Profile, team: dict[str, Actor]) -> int:
    party = Party(NAME, "fahd@example.org", IntakeChannel.EMAIL, BeneficiaryKind.INDIVIDUAL, "7001-44")
    given = Intake(
        CasePath.GENERAL,
        Kind.COMPLAINT,
        IntakeChannel.EMAIL,
        f"حفرة أمام منزل {NAME}",
        f"أنا {NAME} وأمام بيته حفرة",
        topic="roads/holes",
        party=party,
    )
    case_id = cases.open_direct(session, profile, given, team["specialist"], NOW)
    mail = Message(
        f"acknowledgement:case:{case_id}",
        DeliveryKind.ACKNOWLEDGEMENT,
        DeliveryChannel.EMAIL,
        "fahd@example.org",
        "تسلمنا شكواكم",
        f"المكرم {NAME}",
        f"<p>{NAME}</p>",
        "<a@roads.example>",
    )
    deliveries.queue(session, mail, case_id, now=NOW)
    return case_id


def _worked(session: Session, profile: Profile, team: dict[str, Actor], resolution: str = "رُدمت الحفرة وأُعيدت السفلتة") -> int:
    """A closed case with everything personal in it."""
    case_id = _direct(session, profile, team)
    attachments.attach(session, case_id, "هوية فهد.png", PNG, team["specialist"], NOW)
    steps = (
        (E.NOTE_ADDED, {"note": f"تحدثنا مع {NAME}"}),
        (E.ASSIGNED, {"department": "maintenance"}),
        (E.SOLVED, {"resolution": resolution}),
        (E.SATISFACTION_RECORDED, {"satisfied": "yes", "note": "شكر فهد الفريق"}),
        (E.CLOSED, {}),
    )
    for kind, details in steps:
        cases.act(session, case_id, kind, team["specialist"], details, NOW)
    return case_id


def _everything(session: Session, case_id: int) -> str:
    """All that people can read of a case."""
    view = cases.case_view(session, case_id)
    return f"{view.row.title} {view.party} {view.attachments} {view.events} {view.deliveries}"
