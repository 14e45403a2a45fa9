"""People join and split: stories and cases, remembered, audited, and refused where the rules say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from domain.case import CaseEventKind, CasePath, CaseStatus, IntakeChannel
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.errors import Conflict, IllegalMove, InputError, NotAllowed, NotFound, RasdError
from domain.mention import Mention, MentionState
from domain.people import Actor, Role
from domain.profile import Profile
from domain.tags import Kind
from registry import cases, deliveries, doctor, inbox, mentions, people, stories, tagging
from registry.casework.intake import Intake, Party
from registry.database import Database
from registry.views import CaseView, Review
from tests.registry.hands import NOW, SECRET, Hands

E = CaseEventKind
FIRST = (
    "اشتكى سكان حي السلام من رائحة تنبعث من محطة المعالجة كل مساء، وقالوا إن نوافذهم مغلقة منذ شهرين وإن أطفالهم يعانون الربو، "
    "وإن البلاغات التي رفعوها أغلقت دون زيارة، وطالبوا بنقل المحطة إلى خارج النطاق العمراني كما وعدوا."
)
SECOND = (
    "محطة معالجة المياه قرب السلام ما زالت تعمل بلا فلاتر وفق ما رواه مهندس سابق فيها، ويؤكد أطباء المركز الصحي أن حالات ضيق "
    "التنفس تضاعفت بين صغار الحي في الصيف، فيما لم يصدر عن المقاول المشغل أي توضيح."
)


@pytest.fixture
def boss() -> Actor:
    """Somebody of management who works cases too."""
    return Actor("boss", "boss", frozenset({Role.MANAGER, Role.SPECIALIST}), "maintenance")


def _view(database: Database, case_id: int) -> CaseView:
    with database.reading() as session:
        return cases.case_view(session, case_id, None, NOW)


def _kinds(database: Database, case_id: int) -> list[E]:
    return [event.kind for event in _view(database, case_id).events]


def _story(database: Database, mention_id: int) -> int:
    with database.reading() as session:
        story_id = mentions.mention_view(session, mention_id).row.story_id
    assert story_id is not None
    return story_id


def _ids(database: Database, case_id: int) -> list[int]:
    return [mention.id for mention in _view(database, case_id).mentions]


def _act(database: Database, case_id: int, kind: E, actor: Actor, **details: str) -> None:
    with database.transaction() as session:
        cases.act(session, case_id, kind, actor, details, NOW)


def _merge(database: Database, case_id: int, into_id: int, actor: Actor, reason: str = "الموضوع واحد") -> None:
    with database.transaction() as session:
        cases.merge(session, case_id, into_id, actor, NOW, reason)


def _split(database: Database, case_id: int, chosen: list[int], actor: Actor, profile: Profile) -> int:
    with database.transaction() as session:
        return cases.split(session, case_id, chosen, actor, NOW, "شكوى أخرى", profile)


def _enter(database: Database, team: dict[str, Actor]) -> None:
    """The team as people who can be given a case."""
    with database.transaction() as session:
        for actor in team.values():
            people.add(session, actor.username, actor.name, "", actor.roles, department=actor.department, scripted=True, now=NOW)


def _sound(database: Database) -> None:
    with database.reading() as session:
        assert doctor.examine(session) == []


@pytest.fixture
def two(hands: Hands, article: Callable[..., Mention]) -> tuple[int, int]:
    """Two open cases of two stories."""
    return hands.case(article(1, FIRST, "رائحة المحطة")), hands.case(article(2, SECOND, "محطة بلا فلاتر"))


@pytest.fixture
def printed(hands: Hands, article: Callable[..., Mention]) -> int:
    """A case of three printings of one text."""
    result = hands.through(*(article(number, FIRST, f"عنوان {number}") for number in range(1, 4)))
    assert len(result.joined) == 2
    return result.opened[0]


# -------------------------------------------------------------------------------------------------------------------- merging


def test_a_merge_moves_everything_and_tells_both(
    database: Database, hands: Hands, two: tuple[int, int], team: dict[str, Actor], article: Callable[..., Mention]
) -> None:
    one, other = two
    third = hands.case(article(3))
    with database.transaction() as session:
        cases.link(session, one, third, team["specialist"], NOW)
        cases.attach(session, one, "صورة.txt", "نص".encode(), team["specialist"], NOW)
    _merge(database, one, other, team["specialist"])
    merged, into = _view(database, one), _view(database, other)
    assert merged.row.status is CaseStatus.MERGED
    assert merged.state.merged_into == into.row.number
    assert (merged.events[-1].kind, merged.events[-1].texts["reason"]) == (E.MERGED, "الموضوع واحد")
    assert into.events[-1].details["other"] == merged.row.number
    assert len(into.mentions) == 2
    assert len(into.attachments) == 1
    assert merged.mentions == ()
    assert [each.number for each in into.links] == [_view(database, third).row.number]
    later = hands.through(article(4, FIRST, "العنوان الرابع"))
    assert later.joined
    assert later.joined[0] in _ids(database, other)
    _sound(database)


def test_a_case_is_not_merged_with_itself_nor_twice(database: Database, two: tuple[int, int], team: dict[str, Actor]) -> None:
    with pytest.raises(InputError):
        _merge(database, two[0], two[0], team["specialist"])
    _merge(database, *two, team["specialist"])
    with pytest.raises(IllegalMove):
        _merge(database, *two, team["specialist"])
    with pytest.raises(IllegalMove):
        _merge(database, two[1], two[0], team["specialist"])
    with pytest.raises(NotFound):
        _merge(database, 999, two[1], team["specialist"])


def test_only_who_may_merges(database: Database, two: tuple[int, int], team: dict[str, Actor]) -> None:
    for role in ("reviewer", "department", "approver", "auditor"):
        with pytest.raises(NotAllowed):
            _merge(database, *two, team[role])


def test_an_answer_that_waits_holds_a_merge_up(database: Database, two: tuple[int, int], team: dict[str, Actor]) -> None:
    one, other = two
    message = Message("answer:1", DeliveryKind.ANSWER, DeliveryChannel.EMAIL, "editor@daily.example", "رد", "عولجت")
    with database.transaction() as session:
        waiting = deliveries.queue(session, message, one, DeliveryStatus.DRAFT, "specialist", now=NOW)
    with pytest.raises(Conflict, match="withdraw"):
        _merge(database, one, other, team["specialist"])
    with database.transaction() as session:
        deliveries.send_back(session, waiting, team["approver"], "لا لزوم", NOW)
    _merge(database, one, other, team["specialist"])
    _sound(database)


def test_a_sealed_case_merges_only_by_management_and_into_a_sealed_one(
    database: Database, two: tuple[int, int], team: dict[str, Actor], boss: Actor
) -> None:
    one, other = two
    _act(database, one, E.SEALED, team["specialist"], reason="شبهة")
    with pytest.raises(NotAllowed, match="sealed"):
        _merge(database, one, other, team["specialist"])
    with pytest.raises(NotAllowed, match="sealed"):
        _merge(database, one, other, boss)
    _act(database, other, E.SEALED, team["specialist"], reason="شبهة")
    _merge(database, one, other, boss)
    _sound(database)


def test_whoever_a_case_concerns_is_barred_from_what_it_becomes(
    database: Database, two: tuple[int, int], team: dict[str, Actor]
) -> None:
    one, other = two
    _act(database, one, E.CONFLICT_NAMED, team["specialist"], person="department", reason="الشكوى عنه")
    _merge(database, one, other, team["specialist"])
    assert _view(database, other).state.barred == ("department",)
    _sound(database)


def test_a_case_never_goes_to_whom_it_concerns_by_a_merge(
    database: Database, two: tuple[int, int], team: dict[str, Actor]
) -> None:
    one, other = two
    _enter(database, team)
    _act(database, other, E.ACCEPTED, team["specialist"])
    _act(database, other, E.ASSIGNED, team["specialist"], department="maintenance", assignee="department")
    _act(database, one, E.CONFLICT_NAMED, team["specialist"], person="department", reason="الشكوى عنه")
    with pytest.raises(NotAllowed, match="concerns"):
        _merge(database, one, other, team["specialist"])


def test_a_reopened_case_does_not_come_back_to_who_handled_it(
    database: Database, two: tuple[int, int], team: dict[str, Actor]
) -> None:
    one, other = two
    _enter(database, team)
    for case_id in two:
        _act(database, case_id, E.ACCEPTED, team["specialist"])
        _act(database, case_id, E.ASSIGNED, team["specialist"], department="maintenance", assignee="department")
    _act(database, one, E.SOLVED, team["department"], resolution="عولجت")
    _act(database, one, E.CLOSED, team["specialist"])
    _act(database, one, E.REOPENED, team["reviewer"], reason="لم تعالج")
    with pytest.raises(NotAllowed, match="handled"):
        _merge(database, one, other, team["specialist"])


def test_two_people_are_linked_and_not_merged(
    database: Database, hands: Hands, profile: Profile, team: dict[str, Actor], article: Callable[..., Mention]
) -> None:
    other = hands.case(article(1))
    party = Party("سعد", "0500")
    given = Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE, "حفرة أمام بيتي", party=party)
    with database.transaction() as session:
        one = cases.open_direct(session, profile, given, team["specialist"], NOW)
    with pytest.raises(Conflict, match="link"):
        _merge(database, one, other, team["specialist"])


def test_a_legal_hold_is_not_lost_by_a_merge(
    database: Database, two: tuple[int, int], team: dict[str, Actor], boss: Actor
) -> None:
    until = (NOW + timedelta(days=90)).isoformat()
    _act(database, two[0], E.HELD, team["manager"], reason="دعوى", until=until)
    with pytest.raises(Conflict, match="hold"):
        _merge(database, *two, boss)
    _act(database, two[1], E.HELD, team["manager"], reason="دعوى", until=until)
    _merge(database, *two, boss)


def test_two_people_merge_into_each_other_and_one_wins(database: Database, two: tuple[int, int], team: dict[str, Actor]) -> None:
    refused: list[RasdError] = []
    start = Barrier(2)

    def go(case_id: int, into_id: int) -> None:
        start.wait()
        try:
            _merge(database, case_id, into_id, team["specialist"])
        except RasdError as error:
            refused.append(error)

    threads = [Thread(target=go, args=pair) for pair in (two, two[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (error,) = refused
    assert isinstance(error, IllegalMove)
    assert sorted(_view(database, case_id).row.status for case_id in two) == [CaseStatus.MERGED, CaseStatus.REGISTERED]
    _sound(database)


# ------------------------------------------------------------------------------------------------------------------ splitting


def test_a_split_opens_a_case_of_its_own(
    database: Database, hands: Hands, printed: int, team: dict[str, Actor], profile: Profile, article: Callable[..., Mention]
) -> None:
    first, *rest = _ids(database, printed)
    new_id = _split(database, printed, rest, team["specialist"], profile)
    assert _kinds(database, new_id)[:2] == [E.REGISTERED, E.ACCEPTED]
    assert _kinds(database, printed)[-3:] == [E.MENTION_LEFT, E.MENTION_LEFT, E.SPLIT_OFF]
    assert (_ids(database, printed), _ids(database, new_id)) == ([first], rest)
    numbers = [_view(database, each).row.number for each in (printed, new_id)]
    assert len(set(numbers)) == 2
    assert _view(database, printed).events[-1].details["other"] == numbers[1]
    assert _story(database, first) != _story(database, rest[0]) == _story(database, rest[1])
    later = hands.through(article(9, FIRST, "عنوان 3"))
    assert later.joined[0] in {*_ids(database, printed), *_ids(database, new_id)}
    _sound(database)


def test_what_a_split_refuses(
    database: Database, hands: Hands, printed: int, team: dict[str, Actor], profile: Profile, article: Callable[..., Mention]
) -> None:
    other = hands.case(article(7))
    first, *rest = _ids(database, printed)
    specialist = team["specialist"]
    for chosen, error in (
        ([], InputError),
        ([first, *rest], InputError),
        ([first], Conflict),
        (_ids(database, other), InputError),
        ([999], InputError),
    ):
        with pytest.raises(error):
            _split(database, printed, chosen, specialist, profile)
    with pytest.raises(NotAllowed):
        _split(database, printed, rest, team["reviewer"], profile)
    with database.transaction() as session:
        inbox.erase(session, [f"https://daily.example/news/{rest[0]}"], NOW, SECRET)
    with pytest.raises(Conflict, match="erased"):
        _split(database, printed, rest, specialist, profile)
    assert len(_ids(database, printed)) == 3
    _sound(database)


def test_a_split_keeps_the_limits_of_the_case(
    database: Database, printed: int, team: dict[str, Actor], profile: Profile, boss: Actor
) -> None:
    rest = _ids(database, printed)[1:]
    _act(database, printed, E.CONFLICT_NAMED, team["specialist"], person="second", reason="الشكوى عنه")
    _act(database, printed, E.HELD, team["manager"], reason="دعوى", until=(NOW + timedelta(days=9)).isoformat())
    _act(database, printed, E.SEALED, team["specialist"], reason="شبهة")
    with pytest.raises(NotAllowed):
        _split(database, printed, rest, team["specialist"], profile)
    state = _view(database, _split(database, printed, rest, boss, profile)).state
    assert (state.sealed, state.barred, state.held_until) == (True, ("second",), NOW + timedelta(days=9))
    _sound(database)


def test_merged_and_split_again(
    database: Database, hands: Hands, two: tuple[int, int], team: dict[str, Actor], profile: Profile
) -> None:
    one, other = two
    (moved,) = _ids(database, one)
    _merge(database, one, other, team["specialist"])
    new_id = _split(database, other, [moved], team["specialist"], profile)
    assert _ids(database, new_id) == [moved]
    with database.reading() as session:
        assert mentions.mention_view(session, moved).row.state is MentionState.CASED
    _sound(database)


# --------------------------------------------------------------------------------------------------------------------- links


def test_a_link_is_taken_back_in_both_histories(database: Database, two: tuple[int, int], team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        cases.link(session, *two, team["reviewer"], NOW)
        cases.unlink(session, two[1], two[0], team["reviewer"], NOW)
    for case_id in two:
        assert _kinds(database, case_id)[-2:] == [E.LINKED, E.UNLINKED]
        assert _view(database, case_id).links == ()
    with database.transaction() as session, pytest.raises(NotFound):
        cases.unlink(session, *two, team["reviewer"], NOW)
    _sound(database)


# -------------------------------------------------------------------------------------------------------------------- stories


def test_stories_joined_by_hand_stay_joined(
    database: Database, hands: Hands, team: dict[str, Actor], profile: Profile, article: Callable[..., Mention]
) -> None:
    case_id = hands.case(article(1, FIRST))
    hands.store(article(2, SECOND))
    (second,) = hands.tag()
    (first,) = _ids(database, case_id)
    with database.transaction() as session:
        cases.join_stories_by_hand(
            session, _story(database, second), _story(database, first), team["reviewer"], NOW, "حدث واحد", profile
        )
    assert _story(database, first) == _story(database, second)
    assert _ids(database, case_id) == [first, second]
    assert _kinds(database, case_id)[-2:] == [E.MENTION_JOINED, E.NOTE_ADDED]
    later = hands.through(article(3, SECOND, "عنوان آخر"), article(4, FIRST, "وعنوان ثالث"))
    assert len(later.joined) == 2
    assert len(_ids(database, case_id)) == 4
    hands.store(article(2, "نص جديد كل الجدة " * 8))
    hands.tag()
    assert _story(database, second) == _story(database, first)
    _sound(database)


def test_a_story_split_by_hand_stays_split(
    database: Database, hands: Hands, printed: int, team: dict[str, Actor], article: Callable[..., Mention]
) -> None:
    first, second, third = _ids(database, printed)
    with database.transaction() as session:
        own = cases.split_story(session, [third], team["reviewer"], NOW, "حي آخر")
    assert _story(database, third) == own != _story(database, first)
    assert _ids(database, printed) == [first, second]
    assert _kinds(database, printed)[-2:] == [E.MENTION_LEFT, E.NOTE_ADDED]
    with database.reading() as session:
        row = mentions.mention_view(session, third).row
    assert (row.state, row.review) == (MentionState.FLAGGED, Review.PROPOSED)
    hands.store(article(3, FIRST + " كما كان."))
    hands.tag()
    assert _story(database, third) == own
    with database.transaction() as session:  # as if it were placed anew: what was said of it holds
        session.execute(text("UPDATE mention SET story_id = NULL WHERE id = :id"), {"id": third})
        session.execute(text("DELETE FROM story_signature WHERE mention_id = :id"), {"id": third})
        session.execute(text("DELETE FROM story WHERE id = :id"), {"id": own})
    with database.transaction() as session:
        (placed,) = stories.join_stories(session, tagging.stored(session, [third]), NOW)
    assert placed.size == 1
    _sound(database)


def test_a_split_story_can_be_joined_again(database: Database, printed: int, team: dict[str, Actor], profile: Profile) -> None:
    first, second, third = _ids(database, printed)
    with database.transaction() as session:
        own = cases.split_story(session, [second, third], team["reviewer"], NOW, "")
    with database.transaction() as session:
        cases.join_stories_by_hand(session, _story(database, first), own, team["reviewer"], NOW, "خطأ", profile)
    assert _ids(database, printed) == [first, second, third]
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM story_pin WHERE together")).scalar_one() == 2
    _sound(database)


def test_what_joining_and_splitting_stories_refuse(
    database: Database, hands: Hands, two: tuple[int, int], team: dict[str, Actor], profile: Profile, post: Callable[..., Mention]
) -> None:
    (first,), (second,) = (_ids(database, case_id) for case_id in two)
    one, other = _story(database, first), _story(database, second)
    with database.transaction() as session:
        for story_id, into_id, actor, error in (
            (one, other, "reviewer", Conflict),
            (one, one, "reviewer", InputError),
            (one, 999, "reviewer", NotFound),
            (one, other, "department", NotAllowed),
        ):
            with pytest.raises(error):
                cases.join_stories_by_hand(session, story_id, into_id, team[actor], NOW, "", profile)
        for chosen, actor, error in (
            ([], "reviewer", InputError),
            ([first], "reviewer", InputError),
            ([first, second], "reviewer", InputError),
            ([999], "reviewer", NotFound),
            ([first], "auditor", NotAllowed),
        ):
            with pytest.raises(error):
                cases.split_story(session, chosen, team[actor], NOW, "")


def test_an_erased_mention_is_neither_joined_nor_split(
    database: Database, hands: Hands, printed: int, team: dict[str, Actor], profile: Profile, article: Callable[..., Mention]
) -> None:
    hands.store(article(8, SECOND))
    (loose,) = hands.tag()
    ids = _ids(database, printed)
    with database.transaction() as session:
        inbox.erase(session, [f"https://daily.example/news/{number}" for number in (1, 2, 3)], NOW, SECRET)
    with database.transaction() as session:
        with pytest.raises(Conflict, match="erased"):
            cases.split_story(session, [ids[1]], team["reviewer"], NOW, "")
        with pytest.raises(Conflict, match="erased"):
            cases.join_stories_by_hand(
                session, _story(database, loose), _story(database, ids[0]), team["reviewer"], NOW, "", profile
            )
