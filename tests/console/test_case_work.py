"""A case of a direct channel through the console: every move by its form, on every path."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.case import AnswerStatus, CaseEventKind, CaseStatus, EscalationStep, LadderStep, Verdict
from domain.delivery import DeliveryKind
from domain.people import SYSTEM, Role
from domain.tags import Complexity, Importance
from registry import cases, crisis, people
from registry.views import EventView
from tests.console.casework import (
    COMPLAINT,
    INQUIRY,
    PRESS_QUESTION,
    RUMOUR,
    contact_at,
    form,
    moved,
    opened,
    options,
    seen,
)
from tests.console.conftest import Browser, Hands
from tests.console.world import NOW, World

SignIn = Callable[[str], Browser]


def _department(world: World) -> str:
    return world.profile.departments[0].code


def _last(world: World, case_id: int) -> EventView:
    return seen(world, case_id).events[-1]


def _treated(world: World, as_: SignIn, case_id: int) -> None:
    moved(as_("sami"), case_id, "assigned", department=_department(world), assignee="dana")
    moved(as_("dana"), case_id, "solved", resolution="أُعيد المبلغ.")


def test_a_complaint_goes_its_whole_way_by_the_pages_forms(as_: SignIn, world: World) -> None:
    case_id, sami = opened(world), as_("sami")
    moved(sami, case_id, "acknowledged", channel="phone")
    _treated(world, as_, case_id)
    assert "لم يُسجَّل رضا مقدّم الحالة بعد" in moved(sami, case_id, "closed", 409)
    moved(sami, case_id, "beneficiary_told", channel="phone")
    moved(sami, case_id, "satisfaction_asked", channel="sms")
    moved(sami, case_id, "satisfaction_recorded", satisfied="yes", score="5", effort="2")
    page = moved(sami, case_id, "closed")
    assert seen(world, case_id).state.status is CaseStatus.CLOSED
    assert "سُجّل رضا مقدّم الحالة" in page
    assert "الموافق" in page


def test_a_person_is_chosen_from_those_who_may_take_it(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        people.add(session, "noura", "نورة", "a-long-test-password", [Role.DEPARTMENT], department=_department(world), now=NOW)
    case_id, sami = opened(world), as_("sami")
    assert {"dana", "noura"} <= set(options(sami.look(f"/cases/{case_id}"), "assigned", "assignee"))
    _treated(world, as_, case_id)
    moved(sami, case_id, "satisfaction_recorded", satisfied="yes")
    moved(sami, case_id, "closed")
    moved(sami, case_id, "reopened", reason="عادت المشكلة")
    page = sami.look(f"/cases/{case_id}")
    offered = options(page, "assigned", "assignee")
    assert "noura" in offered
    assert "dana" not in offered
    assert "لا يُعرض هنا إلا من لم يعمل عليها من قبل" in page
    refused = moved(sami, case_id, "assigned", 403, department=_department(world), assignee="dana")
    assert "عمل دانة من الشبكات على هذه الحالة من قبل" in refused
    moved(sami, case_id, "assigned", department=_department(world), assignee="noura")
    assert "ولا يعالجها غيره" in moved(as_("dana"), case_id, "solved", 403, resolution="حُلّت")
    moved(as_("noura"), case_id, "solved", resolution="حُلّت")


def test_where_nobody_is_left_management_takes_the_reopened_case(as_: SignIn, world: World) -> None:
    case_id, sami = opened(world), as_("sami")
    moved(sami, case_id, "rejected", reason="ليست لنا")
    moved(sami, case_id, "reopened", reason="هي لنا")
    page = sami.look(f"/cases/{case_id}")
    assert "majed" in options(page, "assigned", "assignee")
    assert "الإدارة العليا" in form(page, "assigned")


def test_a_third_party_is_written_to_and_answers(as_: SignIn, world: World) -> None:
    body = world.profile.bodies[0]
    contact, case_id, sami = contact_at(world, body.code), opened(world), as_("sami")
    assert body.code in options(sami.look(f"/cases/{case_id}"), "passed_to_third_party", "body")
    page = moved(sami, case_id, "passed_to_third_party", body=body.code, contact=contact, message="نرجو الحل والإفادة")
    view = seen(world, case_id)
    assert [(each.kind, each.recipient) for each in view.deliveries] == [(DeliveryKind.REFERRAL, "fahad@body.example")]
    assert body.name_ar in page
    assert "فهد العتيبي" in page
    assert "الساعة على الطرف الخارجي" in page
    moved(sami, case_id, "followed_up", note="وعدوا بالرد غدًا")
    moved(sami, case_id, "outside_answered", resolution="أُعيد المبلغ")
    assert seen(world, case_id).state.status is CaseStatus.SOLVED


def test_a_contact_of_another_body_is_refused(as_: SignIn, world: World) -> None:
    first, second = world.profile.bodies[:2]
    contact, case_id = contact_at(world, first.code), opened(world)
    refused = moved(as_("sami"), case_id, "referred", 422, body=second.code, contact=contact, reason="من اختصاصهم")
    assert f"ليست لدى {second.name_ar}" in refused
    assert "لا جهة بالرمز" in moved(as_("sami"), case_id, "referred", 422, body="no-such", reason="x")
    assert seen(world, case_id).state.status is CaseStatus.ACCEPTED


def test_a_call_back_and_a_new_date_are_kept_in_the_services_zone(as_: SignIn, world: World) -> None:
    case_id, sami = opened(world), as_("sami")
    assert "ولم يُذكر موعدها" in moved(sami, case_id, "contact_attempted", 422, channel="phone", outcome="call_back")
    moved(sami, case_id, "contact_attempted", channel="phone", outcome="call_back", call_again_at="2026-11-22T16:30")
    assert _last(world, case_id).details["call_again_at"] == "2026-11-22T16:30:00+03:00"
    moved(sami, case_id, "delay_told", reason="ننتظر الشركة", promised_at="2026-11-25T10:00")
    assert "وُعد بها" in sami.look(f"/cases/{case_id}")
    assert "موعد مضى" in moved(sami, case_id, "delay_told", 422, reason="x", promised_at="2026-11-20T10:00")
    assert "لا يُقرأ تاريخًا" in moved(sami, case_id, "delay_told", 422, reason="x", promised_at="غدًا")


def test_waiting_stops_the_clock_and_the_page_says_so(as_: SignIn, world: World) -> None:
    case_id, sami = opened(world), as_("sami")
    page = moved(sami, case_id, "waiting_began", reason="بانتظار صورة الفاتورة")
    assert "توقفت بانتظار طرف" in page
    assert f"/cases/{case_id}" in sami.look("/cases?show=waiting")
    assert form(page, "waiting_began") == ""
    moved(sami, case_id, "waiting_ended")
    assert f'href="/cases/{case_id}"' not in sami.look("/cases?show=waiting")


def test_a_classification_records_what_changes_alone(as_: SignIn, world: World) -> None:
    case_id, sami = opened(world), as_("sami")
    same = {"case_kind": "complaint", "topic": "billing/bills", "complexity": "routine", "action": "processing"}
    page = moved(sami, case_id, "classified", **same, importance="high")
    assert _last(world, case_id).details == {"importance": "high"}
    assert "مرتفعة" in page
    assert "لم يتغيّر شيء" in moved(sami, case_id, "classified", 422, **same, importance="high")
    assert "لا موضوع باسم" in moved(sami, case_id, "classified", 422, topic="no/such")
    moved(sami, case_id, "classified", **{**same, "complexity": "complex"}, importance="high")
    state = seen(world, case_id).state
    assert (state.importance, state.complexity) == (Importance.HIGH, Complexity.COMPLEX)


def test_a_rumour_is_verified_and_the_ladder_is_climbed_step_by_step(as_: SignIn, world: World) -> None:
    case_id, sami = opened(world, RUMOUR), as_("sami")
    moved(sami, case_id, "assigned", department=_department(world), assignee="dana")
    page = as_("dana").look(f"/cases/{case_id}")
    assert "ما وجده التحقق" in form(page, "verdict_recorded")
    assert form(page, "solved") == ""
    moved(as_("dana"), case_id, "verdict_recorded", verdict="denied", resolution="لا صحة له")
    assert seen(world, case_id).state.verdict is Verdict.DENIED
    moved(sami, case_id, "ladder_stepped", step="editor", reference="ص/55")
    assert "ليست التالية في السُّلّم" in moved(sami, case_id, "ladder_stepped", 422, step="legal")
    assert 'name="step" value="letter"' in sami.look(f"/cases/{case_id}")
    moved(sami, case_id, "ladder_stepped", step="letter")
    assert seen(world, case_id).state.ladder is LadderStep.LETTER


def test_a_journalist_is_answered_before_their_deadline(as_: SignIn, world: World, clock: Hands) -> None:
    case_id, sami = opened(world, PRESS_QUESTION), as_("sami")
    page = sami.look(f"/cases/{case_id}")
    assert "موعد الصحفي" in page
    assert "نص السؤال" in page
    moved(sami, case_id, "solved_at_once", resolution="النسبة تسعون في المئة")
    assert 'id="move-beneficiary_told" open' in sami.look(f"/cases/{case_id}")
    moved(sami, case_id, "beneficiary_told", channel="email")
    moved(sami, case_id, "closed")
    assert seen(world, case_id).state.status is CaseStatus.CLOSED
    clock.turn(timedelta(hours=6))
    assert "متأخرة" not in sami.look(f"/cases/{case_id}")


def test_escalation_is_shown_where_the_case_is(as_: SignIn, world: World) -> None:
    case_id, sami = opened(world), as_("sami")
    with world.database.transaction() as session:
        cases.act(session, case_id, CaseEventKind.ESCALATED, SYSTEM, {"step": str(EscalationStep.HEAD)}, NOW)
    assert "صُعّدت: رئيس الإدارة" in sami.look(f"/cases/{case_id}")
    assert f'href="/cases/{case_id}"' in sami.look("/cases?show=escalated")


def test_one_case_is_merged_into_another_and_leads_there(as_: SignIn, world: World) -> None:
    first, second, sami = opened(world), opened(world, INQUIRY), as_("sami")
    number = seen(world, first).row.number
    page = moved(sami, second, "merged", into=number.lower(), reason="المتصل نفسه")
    assert f'<bdi dir="ltr" class="reference">{number}</bdi>' in page
    assert "دُمجت الحالة في هذه" in page
    assert seen(world, second).state.status is CaseStatus.MERGED
    assert "والعمل هناك" in sami.look(f"/cases/{second}")
    assert sami.get(f"/cases/number/{number}").url.path == f"/cases/{first}"
    assert "لا حالة برقم" in moved(sami, first, "merged", 404, into="MCIT-2026-999999", reason="x")


def test_a_mention_is_split_off_into_a_case_of_its_own(as_: SignIn, world: World) -> None:
    with world.database.reading() as session:
        case_id = cases.list_cases(session).items[-1].id
    sami, again = as_("sami"), world.mentions["again"]
    moved(as_("rana"), case_id, "accepted")
    offered = form(sami.look(f"/cases/{case_id}"), "split_off")
    assert f'name="mentions" value="{again}"' in offered
    assert f'name="mentions" value="{world.mentions["outage"]}"' not in offered, "the case was opened by it and keeps it"
    assert "لم تُختر مادة" in moved(sami, case_id, "split_off", 422, reason="x")
    page = moved(sami, case_id, "split_off", mentions=[again], reason="خبر آخر")
    assert "فُتحت هذه الحالة من المواد المفصولة" in page
    assert [each.id for each in seen(world, case_id).mentions] == [world.mentions["outage"]]


def test_cases_are_linked_and_unlinked(as_: SignIn, world: World) -> None:
    first, second, sami = opened(world), opened(world, INQUIRY), as_("sami")
    number = seen(world, second).row.number
    assert form(sami.look(f"/cases/{first}"), "unlinked") == ""
    moved(sami, first, "linked", other=number)
    assert number in options(sami.look(f"/cases/{first}"), "unlinked", "other")
    moved(sami, first, "unlinked", other=number)
    assert not seen(world, first).links


def test_a_legal_hold_is_managements(as_: SignIn, world: World) -> None:
    case_id = opened(world)
    assert "ليست من صلاحيتك" in moved(as_("sami"), case_id, "held", 403, reason="x", until="2027-01-01T00:00")
    moved(as_("majed"), case_id, "held", reason="قضية منظورة", until="2027-01-01T00:00")
    assert "حفظ نظامي حتى" in as_("sami").look(f"/cases/{case_id}")
    moved(as_("majed"), case_id, "hold_lifted", reason="انتهت")
    assert "حفظ نظامي حتى" not in as_("sami").look(f"/cases/{case_id}")


def test_proposals_lead_to_the_improvement_register(as_: SignIn, world: World) -> None:
    case_id = opened(world)
    moved(as_("sami"), case_id, "assigned", department=_department(world), assignee="dana")
    page = moved(as_("dana"), case_id, "proposals_prepared", proposals="ربط الفاتورة بإشعار نصي")
    assert "في سجل التحسين" in page
    assert "ربط الفاتورة بإشعار نصي" in page


@pytest.mark.parametrize("kind", ["answer_sent", "escalated", "mention_joined", "absorbed", "attached"])
def test_what_has_another_place_is_not_made_by_the_cases_form(as_: SignIn, world: World, kind: str) -> None:
    case_id = opened(world)
    before = seen(world, case_id).row.revision
    assert "لا تُسجَّل من صفحة الحالة" in moved(as_("sami"), case_id, kind, 422)
    assert "لا خطوة باسم" in moved(as_("sami"), case_id, "nonsense", 422)
    assert seen(world, case_id).row.revision == before


def test_what_is_too_long_is_refused_before_it_is_kept(as_: SignIn, world: World) -> None:
    assert "اختصره" in moved(as_("sami"), opened(world), "note_added", 422, note="ن" * 8001)


def test_the_promise_of_the_service_says_whether_a_request_is_late(as_: SignIn, world: World) -> None:
    promise = world.profile.promises[0]
    case_id, sami = opened(world, COMPLAINT), as_("sami")
    with world.database.transaction() as session:
        cases.act(session, case_id, CaseEventKind.CLASSIFIED, people.actor(session, "sami"), {"topic": promise.topic}, NOW)
    page = sami.look(f"/cases/{case_id}")
    assert promise.what_ar in page
    assert "تأخرت: كان الموعد" in sami.look(f"/cases/{case_id}?applied=2026-01-01")
    assert "لم يحن الموعد بعد" in sami.look(f"/cases/{case_id}?applied=2026-11-21")
    assert "تأخرت" not in sami.look(f"/cases/{case_id}?applied=nonsense")
    assert seen(world, case_id).state.answer is AnswerStatus.NONE


def test_a_deputy_approves_in_crisis_mode_but_never_their_own_draft(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        people.add(session, "huda", "هدى", "a-long-test-password", [Role.SPECIALIST], now=NOW)
        case_id = cases.list_cases(session).items[-1].id
        crisis.on(session, people.actor(session, "majed"), "نتحقق", ["sami", "huda"], "شائعة", NOW)
    moved(as_("rana"), case_id, "accepted")
    _treated(world, as_, case_id)
    page, sami = f"/cases/{case_id}", as_("sami")
    text = f"نفيدكم بأن الخدمة عادت. {seen(world, case_id).row.number}"
    sami.fill(page, f"{page}/answer", text=text, mention_id=world.mentions["outage"])
    delivery = seen(world, case_id).deliveries[-1].id
    assert sami.fill(page, f"/deliveries/{delivery}/approve").status_code == 403
    assert as_("rana").fill(page, f"/deliveries/{delivery}/approve").status_code == 403
    assert "اعتُمد الرد، ويخرج حين ينتهي وضع الأزمة" in as_("huda").fill(page, f"/deliveries/{delivery}/approve").text
    assert "تخرج حين ينتهي وضع الأزمة" in sami.look("/deliveries?status=queued&kind=answer")
