"""What the rules of a case forbid is forbidden by every door: a correction, a merge, another body, a deadline, an old page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.case import CaseEventKind as E
from domain.case import CasePath, CaseState, CaseStatus, IntakeChannel
from domain.errors import Conflict, IllegalMove, InputError, NotAllowed
from domain.mention import Mention
from domain.people import Actor, Role
from domain.profile import Profile
from domain.tags import Importance, Kind
from registry import case_erasure, cases, doctor, erasure, figures, improvements, mentions, tagging
from registry.casework.case_row import state_of
from registry.casework.history import lock_case, read_events
from registry.database import Database
from registry.improvements import ImprovementFilter
from registry.views import CaseView
from tests.registry.enrolled import enrol
from tests.registry.hands import NOW, SECRET, Hands

DAY = timedelta(days=1)
BOSS = Actor("boss", "boss", frozenset({Role.MANAGER, Role.SPECIALIST}), "")
NEWCOMER = Actor("nasser", "nasser", frozenset({Role.DEPARTMENT}), "maintenance")
COMPLAINT = cases.Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE, "حفرة أمام بيتي", "قال إنها قديمة", "roads/holes")
QUESTION = replace(COMPLAINT, path=CasePath.PRESS_QUESTION, kind=Kind.INQUIRY, title="سؤال صحيفة", deadline=NOW + DAY)


def _open(database: Database, profile: Profile, given: cases.Intake = COMPLAINT) -> int:
    with database.transaction() as session:
        return cases.open_direct(session, profile, given, BOSS, NOW)


def _act(database: Database, case_id: int, kind: E, actor: Actor = BOSS, **details: str) -> CaseState:
    with database.transaction() as session:
        return cases.act(session, case_id, kind, actor, details, NOW)


def _view(database: Database, case_id: int) -> CaseView:
    with database.reading() as session:
        return cases.case_view(session, case_id, None, NOW)


def _merge(database: Database, case_id: int, into_id: int) -> None:
    with database.transaction() as session:
        cases.merge(session, case_id, into_id, BOSS, NOW, "الموضوع واحد")


def _reopen(database: Database, case_id: int, worker: Actor) -> None:
    """The worker solves it, it is closed, and whoever raised it comes back."""
    _act(database, case_id, E.ASSIGNED, department="maintenance")
    _act(database, case_id, E.SOLVED, worker, resolution="رُدمت")
    if _view(database, case_id).row.path.has_beneficiary:
        _act(database, case_id, E.SATISFACTION_RECORDED, satisfied="yes")
    _act(database, case_id, E.CLOSED)
    _act(database, case_id, E.REOPENED, reason="عادت")


# ----------------------------------------------------------------------------------------------------- reopened cases: W7


@pytest.mark.parametrize(("kind", "details"), [(E.SOLVED_AT_ONCE, {"resolution": "ردمناها"}), (E.REJECTED, {"reason": "لا شيء"})])
def test_a_reopened_case_is_not_settled_by_who_handled_it_after_another_body_returned_it(
    database: Database, profile: Profile, team: dict[str, Actor], kind: E, details: dict[str, str]
) -> None:
    enrol(database, NEWCOMER)
    case_id = _open(database, profile)
    _reopen(database, case_id, team["department"])
    _act(database, case_id, E.ASSIGNED, department="maintenance", assignee="nasser")
    _act(database, case_id, E.REFERRED, body="post", reason="من اختصاصكم")
    _act(database, case_id, E.OUTSIDE_RETURNED, reason="ليست لنا")
    with pytest.raises(IllegalMove, match="somebody new by name"):
        _act(database, case_id, kind, team["reviewer"], **details)


def test_a_reopened_case_does_not_forget_it_by_a_merge(
    database: Database, profile: Profile, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    one, other = hands.case(article(1)), hands.case(article(2))
    for case_id in (one, other):
        _act(database, case_id, E.ACCEPTED)
    _reopen(database, one, team["department"])
    with pytest.raises(Conflict, match="reopened"):
        _merge(database, one, other)
    _merge(database, other, one)


def test_who_handled_a_case_that_became_part_of_a_reopened_one_does_not_get_it(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    enrol(database, team["department"], team["second"], NEWCOMER)
    first, second, third = (hands.case(article(number)) for number in (1, 2, 3))
    for case_id in (first, second, third):
        _act(database, case_id, E.ACCEPTED)
    _reopen(database, first, team["department"])
    _act(database, third, E.NOTE_ADDED, team["second"], note="زرت الموقع")
    _merge(database, third, second)
    _merge(database, second, first)
    with database.transaction() as session:
        state, events = state_of(lock_case(session, first)), read_events(session, [first])[first]
        assert [each.username for each in cases.candidates(session, state, "maintenance", events)] == ["nasser"]
    with pytest.raises(NotAllowed, match="nasser"):
        _act(database, first, E.ASSIGNED, department="maintenance", assignee="second")


# --------------------------------------------------------------------------------------------------------- need to know: W14


def _correct(database: Database, case_id: int, actor: Actor) -> None:
    first = _view(database, case_id).mentions[0].id
    with database.transaction() as session:
        tagging.correct(session, first, actor=actor, now=NOW, kind=Kind.INQUIRY, topic="roads/signs", importance=Importance.LOW)


def test_whom_a_case_concerns_does_not_change_it_by_a_correction(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    case_id = hands.case(article(1))
    _act(database, case_id, E.CONFLICT_NAMED, person="reviewer", reason="الشكوى عنه")
    before = _view(database, case_id)
    with pytest.raises(NotAllowed, match="concerns"):
        _correct(database, case_id, team["reviewer"])
    assert _view(database, case_id) == before, "nothing of the correction is kept"
    _correct(database, case_id, team["specialist"])
    assert _view(database, case_id).row.kind is Kind.INQUIRY


def test_a_sealed_case_is_not_changed_by_a_correction(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    case_id = hands.case(article(1))
    _act(database, case_id, E.SEALED, reason="شبهة")
    with pytest.raises(NotAllowed, match="sealed"):
        _correct(database, case_id, team["reviewer"])
    _correct(database, case_id, BOSS)


def test_whom_a_case_concerns_does_not_put_a_mention_into_it(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor], profile: Profile
) -> None:
    text = "اشتكى سكان حي السلام من رائحة تنبعث من محطة المعالجة كل مساء وقالوا إن نوافذهم مغلقة منذ شهرين وإن أطفالهم يعانون"
    case_id = hands.case(article(1, text))
    _act(database, case_id, E.CONFLICT_NAMED, person="reviewer", reason="الشكوى عنه")
    (later,) = hands.store(article(2, text)).new
    hands.tag()
    with database.transaction() as session, pytest.raises(NotAllowed, match="concerns"):
        cases.accept_mention(session, later, team["reviewer"], profile, NOW)
    with database.transaction() as session:
        assert cases.accept_mention(session, later, team["specialist"], profile, NOW) == case_id


def test_a_sealed_case_is_counted_in_figures_and_named_nowhere(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    known, secret = hands.case(article(1)), hands.case(article(2))
    _act(database, secret, E.SEALED, reason="شبهة فساد")
    with database.reading() as session:
        week = figures.week(session, NOW - DAY, NOW + DAY, NOW + 90 * DAY)
    assert (week.cases_opened.count, week.overdue_now) == (2, 2)
    assert [[row.id for row in rows] for rows in (week.top_cases, week.overdue_cases)] == [[known], [known]]


def test_a_case_that_is_about_something_else_lies_on_another_desk(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    case_id, corrected = hands.case(article(1)), hands.case(article(2))
    assert _view(database, case_id).row.proposed_department == "maintenance"
    _act(database, case_id, E.CLASSIFIED, topic="roads/signs")
    _correct(database, corrected, team["specialist"])
    with database.reading() as session:
        found = {desk: cases.list_cases(session, department=desk).items for desk in ("maintenance", "signs")}
        assert doctor.examine(session) == []
    assert [row.id for row in found["signs"]] == [corrected, case_id]
    assert {row.proposed_department for row in found["signs"]} == {"signs"}
    assert found["maintenance"] == ()
    _act(database, case_id, E.ACCEPTED)
    _act(database, case_id, E.ASSIGNED, department="care")
    _act(database, case_id, E.CLASSIFIED, topic="roads/holes")
    assert _view(database, case_id).row.department == "care", "where somebody was given it, it stays"


# ------------------------------------------------------------------------------------------------------------------- merging


def test_two_people_without_a_telephone_are_two(database: Database, profile: Profile) -> None:
    sara, noura = (replace(COMPLAINT, party=cases.Party(name)) for name in ("سارة", "نورة"))
    one, other = _open(database, profile, sara), _open(database, profile, noura)
    with pytest.raises(Conflict, match="of their own"):
        _merge(database, one, other)


def test_a_journalist_who_waits_is_not_lost_by_a_merge(
    database: Database, profile: Profile, hands: Hands, article: Callable[..., Mention]
) -> None:
    asked, story = _open(database, profile, QUESTION), hands.case(article(1))
    sooner = _open(database, profile, replace(QUESTION, deadline=NOW + timedelta(hours=3)))
    with pytest.raises(Conflict, match="journalist"):
        _merge(database, asked, story)
    with pytest.raises(Conflict, match="journalist"):
        _merge(database, sooner, asked)
    _merge(database, asked, sooner)


def test_a_hold_that_is_over_holds_no_merge_up(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    one, other = hands.case(article(1)), hands.case(article(2))
    _act(database, one, E.HELD, reason="دعوى", until=(NOW + DAY).isoformat())
    with pytest.raises(Conflict, match="hold"):
        _merge(database, one, other)
    with database.transaction() as session:
        cases.merge(session, one, other, BOSS, NOW + 2 * DAY, "الموضوع واحد")


def test_an_old_page_merges_and_splits_nothing(
    database: Database, profile: Profile, hands: Hands, article: Callable[..., Mention]
) -> None:
    one, other = hands.case(article(1)), hands.case(article(2))
    seen = _view(database, one).row.revision
    _act(database, one, E.NOTE_ADDED, note="اطلعت")
    with pytest.raises(Conflict, match="meanwhile"), database.transaction() as session:
        cases.merge(session, one, other, BOSS, NOW, "الموضوع واحد", expected=seen)
    with pytest.raises(Conflict, match="meanwhile"), database.transaction() as session:
        cases.split(session, one, [1], BOSS, NOW, "شكوى أخرى", profile, expected=seen)


# ----------------------------------------------------------------------------------------------------------------- deadlines


def test_nobody_but_a_journalist_brings_a_deadline(
    database: Database, profile: Profile, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    with pytest.raises(InputError, match="journalist"):
        _open(database, profile, replace(COMPLAINT, deadline=NOW + DAY))
    (mention,) = hands.store(article(1)).new
    hands.tag()
    with database.transaction() as session, pytest.raises(InputError, match="journalist"):
        cases.accept_mention(session, mention, team["reviewer"], profile, NOW, deadline=NOW + DAY)


def test_a_deadline_that_no_clock_on_the_wall_can_show_is_refused(database: Database, profile: Profile) -> None:
    with pytest.raises(InputError, match="years"):
        _open(database, profile, replace(QUESTION, deadline=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)))
    fields = {"path": "press_question", "channel": "phone", "title": "سؤال", "deadline": "0001-01-01T00:00"}
    with pytest.raises(InputError, match="no date"):
        cases.intake_of(fields, profile)


# ------------------------------------------------------------------------------------------------------------------- erasure


def test_a_deleted_post_leaves_no_words_in_the_register_of_improvements(
    database: Database, hands: Hands, post: Callable[..., Mention]
) -> None:
    case_id = hands.case(post(1, "حفرة كبيرة عند بيتي في حي الياسمين", addressed=True))
    _act(database, case_id, E.ACCEPTED)
    _act(database, case_id, E.ASSIGNED, department="maintenance")
    _act(database, case_id, E.PROPOSALS_PREPARED, proposals="جدولة الردم")
    with database.transaction() as session:
        erasure.erase(session, ["x:1"], NOW, SECRET)
        (entry,) = improvements.list_improvements(session, ImprovementFilter()).items
    assert (entry.said.gap, entry.said.recommendation) == (entry.case_number, "جدولة الردم")


def test_a_hold_keeps_the_words_of_a_deleted_post_no_longer_than_it_lasts(
    database: Database, hands: Hands, post: Callable[..., Mention]
) -> None:
    case_id = hands.case(post(1, "حفرة كبيرة عند بيتي في حي الياسمين", addressed=True))
    _act(database, case_id, E.HELD, reason="دعوى", until=(NOW + 9 * DAY).isoformat())
    with database.transaction() as session:
        erasure.erase(session, ["x:1"], NOW, SECRET)
        case_erasure.retire(session, NOW + 8 * DAY, 700 * DAY)
    assert "الياسمين" in _view(database, case_id).row.title
    with database.transaction() as session:
        case_erasure.retire(session, NOW + 10 * DAY, 700 * DAY)
    assert _view(database, case_id).row.title == ""
    with database.reading() as session:
        assert doctor.examine(session) == []


def test_a_person_is_erased_from_what_became_part_of_their_case_too(database: Database, profile: Profile) -> None:
    given = replace(COMPLAINT, party=cases.Party("سعد القحطاني", "0551234567"))
    one, other = _open(database, profile, given), _open(database, profile, given)
    _merge(database, one, other)
    with database.transaction() as session:
        case_erasure.erase_party(session, other, BOSS, "طلبه", NOW)
    for case_id in (one, other):
        view = _view(database, case_id)
        assert view.party is not None
        assert view.party.erased
        assert view.events[0].erased
        assert view.events[-1].kind is E.NOTE_ADDED
    with database.reading() as session:
        assert doctor.examine(session) == []


def test_the_number_of_an_erased_mention_never_comes_to_mean_another_one(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    hands.store(article(1))
    (newest,) = hands.store(article(2)).new
    hands.tag()
    with database.reading() as session:
        story = mentions.mention_view(session, newest).row.story_id
    with database.transaction() as session:
        erasure.erase(session, [article(2).key], NOW, SECRET)
    (following,) = hands.store(article(3)).new
    assert following > newest
    hands.tag()
    with database.reading() as session:
        own = mentions.mention_view(session, following).row.story_id
    assert own is not None
    assert story is not None
    assert own > story


def test_a_status_that_ends_a_case_ends_its_waiting(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    one, other = hands.case(article(1)), hands.case(article(2))
    _act(database, one, E.ACCEPTED)
    _act(database, one, E.WAITING_BEGAN, reason="ننتظر صورة")
    _merge(database, one, other)
    view = _view(database, one)
    assert (view.row.status, view.row.waiting, view.state.is_waiting) == (CaseStatus.MERGED, False, False)
    with database.transaction() as session:
        escalated = cases.escalate_due(session, NOW + 90 * DAY)
    assert one not in [each.case_id for each in escalated]
