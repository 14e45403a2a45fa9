"""From a flagged mention to a case, a proposal, or neither (REQUIREMENTS L5, G5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from domain.case import AnswerStatus, CaseEventKind, CaseStatus
from domain.mention import Channel, Mention, MentionState
from domain.people import Actor
from domain.profile import Profile
from domain.tags import Complexity, Flag, Importance, Kind, Remit, Tags
from registry import cases, doctor, mentions, tagging
from registry.casework.numbering import number, year_of
from registry.casework.opening import Choice, Flagged, choose
from registry.casework.related import Telling, related, telling_words
from registry.database import Database
from registry.views import CaseView, Review
from tests.registry.hands import NOW, Hands


def _case(database: Database, case_id: int) -> CaseView:
    with database.reading() as session:
        return cases.case_view(session, case_id, now=NOW)


def test_a_press_complaint_becomes_a_case(
    database: Database, hands: Hands, article: Callable[..., Mention], profile: Profile
) -> None:
    case = _case(database, hands.case(article(1, title="حفرة تبتلع مركبة في حي الروابي")))
    row = case.row
    assert (row.number, row.title, row.kind, row.topic) == (
        "MOR-2026-000001",
        "حفرة تبتلع مركبة في حي الروابي",
        Kind.COMPLAINT,
        "roads/holes",
    )
    assert (row.status, row.answer, row.department, row.proposed_department) == (
        CaseStatus.REGISTERED,
        AnswerStatus.NONE,
        "",
        "maintenance",
    )
    assert (row.complexity, row.due_at) == (Complexity.ROUTINE, profile.calendar.due(NOW, timedelta(hours=24)))
    assert (row.mentions, row.outlet_name, row.overdue) == (1, "صحيفة اليومية", False)
    (event,) = case.events
    assert (event.kind, event.actor, event.details["mention"]) == (CaseEventKind.REGISTERED, "system", str(case.mentions[0].id))
    assert case.mentions[0].state is MentionState.CASED


def test_registering_again_changes_nothing(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    hands.case(article(1))
    assert hands.register().examined == 0
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM case_event")).scalar() == 1
        assert doctor.examine(session) == []


@pytest.mark.parametrize(
    ("complexity", "kind", "hours"),
    [
        (Complexity.CRITICAL, Kind.COMPLAINT, 6),
        (Complexity.ROUTINE, Kind.REPORT, 24),
        (Complexity.COMPLEX, Kind.COMPLAINT, 60),
        (Complexity.CRITICAL, Kind.INQUIRY, 12),
    ],
)
@pytest.mark.parametrize("importance", Importance)
def test_deadlines_follow_complexity_and_kind_whatever_the_importance(
    database: Database,
    hands: Hands,
    article: Callable[..., Mention],
    tags: Callable[..., Tags],
    profile: Profile,
    complexity: Complexity,
    kind: Kind,
    hours: int,
    importance: Importance,
) -> None:
    """REQUIREMENTS C4, C5: every complaint gets the same care; what it takes decides, not whom it reaches."""
    (case_id,) = hands.through(article(1), said=tags(importance=importance, complexity=complexity, kind=kind)).opened
    row = _case(database, case_id).row
    assert row.due_at == profile.calendar.due(NOW, timedelta(hours=hours))
    assert (row.importance, row.complexity) == (importance, complexity)


def test_a_changed_calendar_rewrites_open_deadlines(
    database: Database, hands: Hands, article: Callable[..., Mention], profile: Profile
) -> None:
    case_id = hands.case(article(1))
    from dataclasses import replace

    holidays = frozenset({(NOW + timedelta(days=day)).date() for day in range(1, 9)})
    changed = replace(profile, calendar=replace(profile.calendar, holidays=holidays))
    with database.transaction() as session:
        assert cases.keep_promise(session, changed)
        assert not cases.keep_promise(session, changed)
        assert doctor.examine(session) == []
    due = _case(database, case_id).row.due_at
    assert due == changed.calendar.due(NOW, timedelta(hours=24)) > profile.calendar.due(NOW, timedelta(hours=24))


def test_one_story_is_one_case(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    body = " ".join(f"كلمة{place}" for place in range(60))
    result = hands.through(article(1, body), article(2, body), article(3, body + " ختام"))
    assert (len(result.opened), len(result.joined)) == (1, 2)
    later = hands.through(article(4, body))
    assert (later.opened, len(later.joined), later.reopening) == ((), 1, ())
    case = _case(database, result.opened[0])
    assert case.row.mentions == 4
    assert [event.kind for event in case.events] == [CaseEventKind.REGISTERED, *[CaseEventKind.MENTION_JOINED] * 3]


def test_a_post_that_addresses_the_ministry_opens_and_one_that_does_not_is_proposed(
    database: Database, hands: Hands, post: Callable[..., Mention]
) -> None:
    result = hands.through(post(1, addressed=True), post(2))
    assert (len(result.opened), len(result.proposed)) == (1, 1)
    with database.reading() as session:
        (waiting,) = cases.review_list(session).items
    assert (waiting.id, waiting.review, waiting.state) == (result.proposed[0], Review.PROPOSED, MentionState.FLAGGED)
    assert hands.register().examined == 0


def test_what_a_profile_leaves_is_only_kept(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    result = hands.through(article(1, channel=Channel.OTHER))
    assert len(result.left) == 1
    with database.reading() as session:
        assert mentions.mention_view(session, result.left[0]).row.state is MentionState.TAGGED


@pytest.mark.parametrize(
    "said",
    [
        {"kind": Kind.NEUTRAL, "flags": frozenset({Flag.PRESS_QUESTION})},
        {"remit": Remit.OTHER, "flags": frozenset({Flag.RUMOUR})},
        {"confidence": 0.3, "flags": frozenset({Flag.SUGGESTION})},
    ],
)
def test_flags_alone_bring_an_item_to_a_person(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], said: dict[str, object]
) -> None:
    result = hands.through(article(1), said=tags(**said))
    assert (result.opened, len(result.proposed)) == ((), 1)
    with database.reading() as session:
        assert cases.review_list(session, review=Review.FLAGS).total == 1


def test_proposed_mentions_join_when_their_story_gets_a_case(
    database: Database, hands: Hands, article: Callable[..., Mention], post: Callable[..., Mention]
) -> None:
    body = " ".join(f"كلمة{place}" for place in range(40))
    (waiting,) = hands.through(post(1, body)).proposed
    result = hands.through(article(2, body))
    assert result.joined == (waiting,)
    with database.reading() as session:
        assert cases.review_list(session).total == 0
        assert doctor.examine(session) == []


def test_a_mention_that_joins_a_closed_case_proposes_its_reopening(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor], profile: Profile, now: datetime
) -> None:
    body = " ".join(f"كلمة{place}" for place in range(40))
    case_id = hands.case(article(1, body))
    with database.transaction() as session:
        cases.act(session, case_id, CaseEventKind.REJECTED, team["reviewer"], {"reason": "خارج الاختصاص"}, now)
    result = hands.through(article(2, body), article(3, body))
    assert (result.reopening, len(result.joined)) == ((case_id,), 2)
    case = _case(database, case_id)
    assert case.row.status is CaseStatus.REJECTED
    assert [event.kind for event in case.events][-3:] == [
        CaseEventKind.MENTION_JOINED,
        CaseEventKind.MENTION_JOINED,
        CaseEventKind.REOPENING_PROPOSED,
    ]
    with database.reading() as session:
        assert cases.review_list(session, review=Review.REOPENING).total == 2
    with database.transaction() as session:
        later = now + timedelta(days=1)
        assert cases.accept_mention(session, result.joined[0], team["reviewer"], profile, later, reason="تكرر") == case_id
    case = _case(database, case_id)
    assert case.row.status is CaseStatus.REOPENED
    assert case.row.due_at == profile.calendar.due(later, timedelta(hours=24))
    with database.reading() as session:
        assert cases.review_list(session).total == 0
        assert doctor.examine(session) == []


def test_distinct_complaints_about_one_matter_are_linked(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags]
) -> None:
    one = article(
        1,
        "ناشد أولياء أمور طلاب مجمع الصفا التعليمي في حي النخيل ردم الخندق المفتوح أمام بوابة المجمع بعد سقوط طالبين "
        "فيه صباح الثلاثاء.",
        "خندق مفتوح أمام مجمع الصفا يهدد الطلاب",
    )
    other = article(
        2,
        "يسأل سكان حي النخيل عن موعد إغلاق الخندق الذي تركه المقاول أمام بوابة مجمع الصفا التعليمي، وقد سقط فيه "
        "طالبان الثلاثاء الماضي.",
        "حي النخيل: من يغلق الخندق أمام مجمع الصفا؟",
    )
    far = article(
        3,
        "تذمر سائقو شاحنات من تهالك طبقة الإسفلت على طريق الميناء الجنوبي قرب محطة الوزن، وقالوا إن الإطارات تتلف في كل رحلة.",
        "شاحنات الميناء تعاني تهالك الإسفلت",
    )
    result = hands.through(one, far)
    later = hands.through(other)
    assert later.linked == ((result.opened[0], later.opened[0]),)
    first, second = _case(database, result.opened[0]), _case(database, later.opened[0])
    assert [link.case_id for link in first.links] == [second.row.id]
    assert [link.number for link in second.links] == [first.row.number]
    assert first.events[-1].details == {"other": second.row.number}
    assert second.events[-1].kind is CaseEventKind.LINKED
    assert _case(database, result.opened[1]).links == ()
    assert hands.register().examined == 0


def test_numbers_have_no_gaps_when_a_transaction_fails(
    database: Database, hands: Hands, article: Callable[..., Mention], profile: Profile
) -> None:
    hands.store(article(1))
    hands.tag()

    def fails() -> None:
        with database.transaction() as session:
            assert len(cases.register_flagged(session, profile, NOW).opened) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    (case_id,) = hands.register().opened
    assert _case(database, case_id).row.number == "MOR-2026-000001"


def test_numbers_have_no_gaps_or_doubles_under_concurrency(
    database: Database, hands: Hands, post: Callable[..., Mention], profile: Profile, team: dict[str, Actor]
) -> None:
    waiting = hands.through(*(post(each) for each in range(12))).proposed
    failed: list[BaseException] = []

    def accept(own: tuple[int, ...]) -> None:
        for mention_id in own:
            try:
                with database.transaction() as session:
                    cases.accept_mention(session, mention_id, team["reviewer"], profile, NOW)
            except BaseException as error:  # noqa: BLE001 - the main thread asserts that there was none
                failed.append(error)

    threads = [threading.Thread(target=accept, args=(waiting[start::3],)) for start in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.reading() as session:
        found = sorted(row.number for row in cases.list_cases(session, now=NOW).items)
        assert doctor.examine(session) == []
    assert found == [number("mor", 2026, serial) for serial in range(1, 13)]


def test_the_year_is_the_ministrys_own() -> None:
    assert year_of(datetime(2026, 12, 31, 21, 30, tzinfo=UTC), "Asia/Riyadh") == 2027


def test_titles_of_posts_name_nobody(database: Database, hands: Hands, post: Callable[..., Mention]) -> None:
    result = hands.through(post(1, "يا @MorCare حفرة عند بيت @neighbour5 كلموني 0551234567", addressed=True))
    assert _case(database, result.opened[0]).row.title == "يا @MorCare حفرة عند بيت @… كلموني ••••••••••"


def test_a_mention_without_a_story_gets_one(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    """A crash between tagging and stories loses nothing."""
    hands.store(article(1))
    with database.transaction() as session:
        waiting = tagging.untagged(session, 10)
        tagging.store_tags(session, [(waiting[0].id, hands.make_tags())], 0.5, NOW)
    assert len(hands.register().opened) == 1


@given(
    channel=st.sampled_from(Channel),
    addressed=st.booleans(),
    remit=st.sampled_from(Remit),
    kind=st.sampled_from(Kind),
    sure=st.floats(0, 1),
    story=st.booleans(),
)
def test_only_sure_requests_of_ours_open_by_themselves(
    channel: Channel, addressed: bool, remit: Remit, kind: Kind, sure: float, story: bool
) -> None:
    profile = Profile("x", "", "", (), (), (), (), (), (), ())
    mention = Flagged(1, channel, addressed, remit, kind, "t", Importance.LOW, Complexity.ROUTINE, sure, 1, "o")
    choice = choose(mention, profile, story_has_case=story)
    if choice is Choice.OPEN:
        assert remit is Remit.OURS
        assert kind in (Kind.COMPLAINT, Kind.REPORT, Kind.INQUIRY)
        assert sure >= profile.threshold
        assert channel is Channel.PRESS or (channel is Channel.SOCIAL and addressed)
    assert (choice is Choice.JOIN) == story


def test_words_of_every_complaint_relate_nothing() -> None:
    common = "يطالب المواطنون الوزارة بسرعة معالجة المشكلة وعدم وجود خدمة منذ شهور"
    told = [
        Telling(each, telling_words(f"{common} {each}", f"{place} {common}", frozenset())) for each, place in enumerate("أب", 1)
    ]
    assert related([], told) == []
    assert related([], []) == []
