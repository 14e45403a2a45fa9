"""The main path through the console: accept, pass on, solve, draft, approve; and what is refused on the way."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.case import AnswerStatus, CaseStatus
from domain.delivery import DeliveryStatus
from domain.mention import MentionState
from domain.people import Role
from registry import cases, deliveries, mentions, people
from registry.views import CaseView, DeliveryView
from tests.console.conftest import Browser, Hands
from tests.console.world import NOW, World

SignIn = Callable[[str], Browser]
RESOLUTION = "أُصلح الكيبل الرئيس وعادت الخدمة صباح اليوم."


def _case(world: World, case_id: int) -> CaseView:
    with world.database.reading() as session:
        return cases.case_view(session, case_id)


def _press_case(world: World) -> int:
    with world.database.reading() as session:
        found = mentions.mention_view(session, world.mentions["outage"]).row.case_id
    assert found
    return found


def _answer(world: World, case_id: int) -> DeliveryView:
    return _case(world, case_id).deliveries[-1]


def _move(browser: Browser, case_id: int, kind: str, **fields: object) -> str:
    response = browser.fill(f"/cases/{case_id}", f"/cases/{case_id}/moves", kind=kind, **fields)
    assert response.status_code == 200, response.text
    return response.text


def _solved(world: World, as_: SignIn) -> int:
    case_id, sami = _press_case(world), as_("sami")
    _move(as_("rana"), case_id, "accepted")
    _move(sami, case_id, "assigned", department=world.profile.departments[0].code)
    _move(as_("dana"), case_id, "solved", resolution=RESOLUTION)
    return case_id


def test_accepting_a_proposed_mention_opens_its_case(as_: SignIn, world: World) -> None:
    rana, mention_id = as_("rana"), world.mentions["bills"]
    response = rana.fill(f"/mentions/{mention_id}", f"/mentions/{mention_id}/accept")
    assert re.fullmatch(r"/cases/\d+", response.url.path)
    assert "قُبلت المادة" in response.text
    assert "MCIT-2026-" in response.text
    assert f"/mentions/{mention_id}" not in rana.look("/review")
    assert "0551234567" not in response.text


def test_a_rumour_is_accepted_as_a_kind_that_opens_a_case(as_: SignIn, world: World) -> None:
    rana, mention_id = as_("rana"), world.mentions["rumour"]
    page = f"/mentions/{mention_id}"
    assert rana.fill(page, f"{page}/accept").status_code == 422
    assert rana.fill(page, f"{page}/accept", kind="report").url.path.startswith("/cases/")


def test_rejecting_needs_a_reason_and_takes_the_mention_off_the_list(as_: SignIn, world: World) -> None:
    rana, page = as_("rana"), f"/mentions/{world.mentions['question']}"
    assert rana.fill(page, f"{page}/reject", reason=" ").status_code == 422
    assert rana.fill(page, f"{page}/reject", reason="سؤال أُجيب عنه").url.path == "/review"
    assert "سؤال أُجيب عنه" in rana.look(page)
    with world.database.reading() as session:
        assert mentions.mention_view(session, world.mentions["question"]).row.state is MentionState.DISMISSED


def test_a_correction_stands_beside_the_models_word(as_: SignIn, world: World) -> None:
    rana, page = as_("rana"), f"/mentions/{world.mentions['question']}"
    fields = {
        "remit": "ours",
        "kind": "complaint",
        "sentiment": "negative",
        "importance": "low",
        "topic": "egov/digital-identity",
    }
    text = rana.fill(page, f"{page}/correct", **fields).text
    assert "كان: استفسار" in text
    assert "رنا المراجعة" in text
    assert rana.fill(page, f"{page}/correct", **{**fields, "topic": "no/such"}).status_code == 422


@pytest.mark.parametrize("username", ["amal", "majed", "adel"])
@pytest.mark.parametrize("action", ["accept", "reject", "correct"])
def test_only_the_team_decides_about_mentions(as_: SignIn, world: World, username: str, action: str) -> None:
    browser, page = as_(username), f"/mentions/{world.mentions['bills']}"
    fields = {"reason": "لا", "remit": "ours", "kind": "report", "sentiment": "neutral", "importance": "low"}
    assert browser.fill(page, f"{page}/{action}", **fields).status_code == 403
    assert f"{page}/{action}" not in browser.look(page)


def test_a_case_is_passed_on_solved_answered_and_approved_by_a_second_person(as_: SignIn, world: World) -> None:
    case_id = _solved(world, as_)
    page = f"/cases/{case_id}"
    sami, amal = as_("sami"), as_("amal")
    proposed = sami.look(page)
    assert RESOLUTION in proposed
    assert "صحيفة آفاق" in proposed

    letter = re.search(r"<textarea[^>]*>(.*?)</textarea>", proposed[proposed.index('name="mention_id"') :], re.DOTALL)
    assert letter
    drafted = sami.fill(page, f"{page}/answer", text=letter.group(1), mention_id=world.mentions["outage"])
    assert "بانتظار اعتماد شخص غير من صاغه" in drafted.text
    answer = _answer(world, case_id)
    assert answer.status is DeliveryStatus.DRAFT
    assert sami.fill(page, f"/deliveries/{answer.id}/approve").status_code == 403

    assert "اعتُمد الرد" in amal.fill(page, f"/deliveries/{answer.id}/approve").text
    assert _answer(world, case_id).status is DeliveryStatus.QUEUED
    assert _answer(world, case_id).approved_by == "amal"
    assert _case(world, case_id).state.answer is AnswerStatus.APPROVED
    assert "desk@afaq.example" in amal.look("/deliveries")


def test_a_drafter_who_may_approve_still_cannot_approve_their_own_answer(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        people.set_roles(session, "sami", {Role.SPECIALIST, Role.APPROVER})
    case_id = _solved(world, as_)
    page, sami = f"/cases/{case_id}", as_("sami")
    text = f"نفيدكم بأن الخدمة عادت. {_case(world, case_id).row.number}"
    sami.fill(page, f"{page}/answer", text=text, mention_id=world.mentions["outage"])
    answer = _answer(world, case_id)
    assert f"/deliveries/{answer.id}/approve" not in sami.look(page)
    assert sami.fill(page, f"/deliveries/{answer.id}/approve").status_code == 403
    assert _answer(world, case_id).status is DeliveryStatus.DRAFT


def test_an_answer_is_sent_back_with_what_to_change(as_: SignIn, world: World) -> None:
    case_id = _solved(world, as_)
    page = f"/cases/{case_id}"
    text = f"نفيدكم بأن الخدمة عادت. {_case(world, case_id).row.number}"
    as_("sami").fill(page, f"{page}/answer", text=text, mention_id=world.mentions["outage"])
    answer = _answer(world, case_id)
    as_("amal").fill(page, f"/deliveries/{answer.id}/return", reason="اذكر موعد العودة")
    assert _answer(world, case_id).status is DeliveryStatus.WITHDRAWN
    assert "اذكر موعد العودة" in as_("sami").look(page)


def test_a_stale_page_is_refused_and_nothing_is_changed(as_: SignIn, world: World) -> None:
    case_id = _press_case(world)
    seen = _case(world, case_id).row.revision
    _move(as_("rana"), case_id, "accepted", expected=seen)
    sami = as_("sami")
    response = sami.fill(f"/cases/{case_id}", f"/cases/{case_id}/moves", kind="rejected", reason="لا", expected=seen)
    assert response.status_code == 409
    assert "تغيّرت الحالة" in response.text
    assert _case(world, case_id).state.status is CaseStatus.ACCEPTED


def test_a_move_that_the_status_does_not_allow_is_a_409_in_arabic(as_: SignIn, world: World) -> None:
    case_id = _press_case(world)
    response = as_("sami").fill(f"/cases/{case_id}", f"/cases/{case_id}/moves", kind="closed")
    assert response.status_code == 409
    assert "لا يمكن هذا في مرحلة الحالة الآن" in response.text


def test_a_department_sees_its_own_cases_alone(as_: SignIn, world: World) -> None:
    case_id, rana, sami, dana = _press_case(world), as_("rana"), as_("sami"), as_("dana")
    own, foreign = world.profile.departments[0].code, world.profile.departments[1].code
    _move(rana, case_id, "accepted")
    _move(sami, case_id, "assigned", department=foreign)
    assert f"/cases/{case_id}" not in dana.look("/cases?show=all")
    assert dana.get(f"/cases/{case_id}").status_code == 403
    assert dana.get(f"/api/v1/cases/{case_id}").status_code == 403
    assert dana.get(f"/mentions/{world.mentions['outage']}").status_code == 403
    step = {"kind": "solved", "resolution": RESOLUTION, "csrf": dana.token("/cases")}
    assert dana.post(f"/cases/{case_id}/moves", data=step).status_code == 403
    assert _case(world, case_id).state.status is CaseStatus.ASSIGNED
    _move(sami, case_id, "assigned", department=own, reason="من اختصاص الشبكات")
    assert f"/cases/{case_id}" in dana.look("/cases")
    assert dana.get(f"/mentions/{world.mentions['outage']}").status_code == 200


def test_cases_are_linked_by_reference_number(as_: SignIn, world: World) -> None:
    sami, mention_id, case_id = as_("sami"), world.mentions["bills"], _press_case(world)
    other = int(sami.fill(f"/mentions/{mention_id}", f"/mentions/{mention_id}/accept").url.path.rsplit("/", 1)[1])
    number = _case(world, other).row.number
    assert number in _move(sami, case_id, "linked", other=number.lower())


def test_an_overdue_case_says_by_how_much(as_: SignIn, world: World, clock: Hands) -> None:
    due = _case(world, _press_case(world)).row.due_at
    page = as_("sami").look("/cases")
    assert "is-overdue" not in page
    assert "تستحق بعد" in page
    clock.now = due + timedelta(hours=3)
    page = as_("sami").look("/cases?show=overdue")
    assert "متأخرة 3 ساعات" in page
    assert "is-overdue" in page


def test_an_uncertain_answer_waits_for_an_approver(as_: SignIn, world: World) -> None:
    case_id = _solved(world, as_)
    page = f"/cases/{case_id}"
    text = f"نفيدكم بأن الخدمة عادت. {_case(world, case_id).row.number}"
    as_("sami").fill(page, f"{page}/answer", text=text, mention_id=world.mentions["outage"])
    answer = _answer(world, case_id)
    amal = as_("amal")
    amal.fill(page, f"/deliveries/{answer.id}/approve")
    with world.database.transaction() as session:
        deliveries.claim(session, answer.id, NOW)
        deliveries.mark_uncertain(session, answer.id, NOW, "the connection was lost after sending")
    assert "هل خرج هذا الرد أم لا" in amal.look(page)
    assert as_("sami").fill(page, f"/deliveries/{answer.id}/resolve", sent="yes").status_code == 403
    amal.fill(page, f"/deliveries/{answer.id}/resolve", sent="yes")
    assert _answer(world, case_id).status is DeliveryStatus.SENT
    assert _case(world, case_id).state.answer is AnswerStatus.SENT


def test_a_failed_answer_is_sent_again_to_a_corrected_address(as_: SignIn, world: World) -> None:
    case_id = _solved(world, as_)
    page = f"/cases/{case_id}"
    text = f"نفيدكم بأن الخدمة عادت. {_case(world, case_id).row.number}"
    as_("sami").fill(page, f"{page}/answer", text=text, mention_id=world.mentions["outage"])
    answer, amal = _answer(world, case_id), as_("amal")
    amal.fill(page, f"/deliveries/{answer.id}/approve")
    with world.database.transaction() as session:
        deliveries.claim(session, answer.id, NOW)
        deliveries.fail(session, answer.id, NOW, "550 no such user", final=True)
    assert "550 no such user" in amal.look("/deliveries?status=failed")
    assert amal.fill(page, f"/deliveries/{answer.id}/retry", recipient="a@b, c@d").status_code == 422
    amal.fill(page, f"/deliveries/{answer.id}/retry", recipient="news@afaq.example")
    assert _answer(world, case_id).status is DeliveryStatus.QUEUED
    assert _answer(world, case_id).recipient == "news@afaq.example"


def test_a_story_is_split_and_joined_by_hand(as_: SignIn, world: World) -> None:
    rana, outage, again = as_("rana"), world.mentions["outage"], world.mentions["again"]
    page = f"/mentions/{outage}"
    assert rana.fill(page, f"{page}/split", reason="x").status_code == 422
    assert "فُصلت المواد" in rana.fill(page, f"{page}/split", mentions=[again], reason="خبر آخر").text
    assert f'href="/mentions/{again}"' not in rana.look(page)
    assert f'href="/mentions/{again}"' in rana.look("/review")
    other = f"/mentions/{again}"
    assert "ضُمّت القصتان" in rana.fill(other, f"{other}/join", other=outage).text
    assert f'href="/mentions/{again}"' in rana.look(page)
    assert as_("amal").fill("/review", f"{page}/split", mentions=[again]).status_code == 403
    assert rana.fill(other, f"{other}/join", other=99999).status_code == 404
