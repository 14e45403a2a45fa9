"""Pages beside a case's own tell nobody what its page hides (REQUIREMENTS W14, L3), and refuse what an old page asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from domain.case import CaseEventKind as E
from domain.case import IntakeChannel
from domain.delivery import DeliveryStatus
from domain.outlet import AnswerChannel
from domain.people import Role
from notify import acknowledgements, answers
from registry import case_erasure, cases, deliveries, outlets, people, problems
from registry.cases import Party
from registry.views import Subject
from tests.console.casework import COMPLAINT, moved, opened, seen
from tests.console.conftest import Browser
from tests.console.world import NOW, PASSWORD, World

SignIn = Callable[[str], Browser]


def _act(world: World, case_id: int, kind: E, username: str = "sami", **details: str) -> None:
    with world.database.transaction() as session:
        cases.act(session, case_id, kind, people.actor(session, username), details, NOW)


def _case_of(world: World, name: str) -> int:
    with world.database.reading() as session:
        return next(row.id for row in cases.list_cases(session).items if world.mentions[name] in _mentions(world, row.id))


def _mentions(world: World, case_id: int) -> list[int]:
    return [mention.id for mention in seen(world, case_id).mentions]


def _solved(world: World) -> int:
    case_id = _case_of(world, "outage")
    _act(world, case_id, E.ACCEPTED)
    _act(world, case_id, E.ASSIGNED, department=world.profile.departments[0].code)
    _act(world, case_id, E.SOLVED, resolution="عادت الخدمة.")
    return case_id


def test_the_outbox_names_no_message_of_a_case_that_concerns_the_reader(as_: SignIn, world: World) -> None:
    case_id = _solved(world)
    with world.database.transaction() as session:
        sami = people.actor(session, "sami")
        answers.draft(session, world.profile, case_id, sami, NOW)
    subject = "إفادة بشأن ما نُشر بعنوان"
    assert subject in as_("rana").look("/deliveries")
    _act(world, case_id, E.CONFLICT_NAMED, person="rana", reason="الشكوى منها")
    page = as_("rana").look("/deliveries")
    assert subject not in page
    assert "desk@afaq.example" not in page
    assert subject in as_("sami").look("/deliveries")


def test_an_address_hidden_in_the_outbox_stands_in_no_form_of_it_either(as_: SignIn, world: World) -> None:
    case_id = opened(world, replace(COMPLAINT, party=Party("سعد", "saad@mail.example", IntakeChannel.EMAIL)))
    with world.database.transaction() as session:
        mail = acknowledgements.queue(session, world.profile, case_id, NOW)
        assert mail is not None
        assert deliveries.claim(session, mail, NOW)
        deliveries.fail(session, mail, NOW, "550 saad@mail.example is unknown", final=True)
    assert "saad@mail.example" in as_("amal").look("/deliveries")
    assert "550 ••••••••••" in as_("admin").look("/problems")
    assert "saad@mail.example" not in as_("adel").look("/deliveries")
    assert "saad@mail.example" not in as_("adel").get(f"/api/v1/cases/{case_id}").text
    _act(world, case_id, E.SEALED, reason="شبهة فساد")
    assert "saad@mail.example" not in as_("amal").look("/deliveries")


def test_an_erased_persons_mail_is_no_problem_any_more(world: World) -> None:
    case_id = opened(world, replace(COMPLAINT, party=Party("سعد", "saad@mail.example", IntakeChannel.EMAIL)))
    with world.database.transaction() as session:
        mail = acknowledgements.queue(session, world.profile, case_id, NOW)
        assert mail is not None
        assert deliveries.claim(session, mail, NOW)
        deliveries.fail(session, mail, NOW, "550 no such user", final=True)
        case_erasure.erase_party(session, case_id, people.actor(session, "sami"), "طلبه", NOW)
        assert problems.open_problems(session, subject=Subject.DELIVERY).total == 0


def test_a_linked_case_is_named_to_those_alone_who_may_read_it(as_: SignIn, world: World) -> None:
    department = world.profile.departments[0].code
    ours, linked = opened(world), opened(world, replace(COMPLAINT, title="شكوى من موظفة بعينها"))
    for case_id in (ours, linked):
        _act(world, case_id, E.ASSIGNED, department=department)
    with world.database.transaction() as session:
        cases.link(session, ours, linked, people.actor(session, "sami"), NOW)
    assert "شكوى من موظفة بعينها" in as_("dana").look(f"/cases/{ours}")
    _act(world, linked, E.CONFLICT_NAMED, person="dana", reason="الشكوى منها")
    assert "شكوى من موظفة بعينها" not in as_("dana").look(f"/cases/{ours}")
    assert "شكوى من موظفة بعينها" in as_("rana").look(f"/cases/{ours}")


def test_a_linked_case_of_another_department_is_a_number(as_: SignIn, world: World) -> None:
    ours, linked = opened(world), opened(world, replace(COMPLAINT, title="شكوى في إدارة أخرى"))
    for case_id, department in zip((ours, linked), world.profile.departments, strict=False):
        _act(world, case_id, E.ASSIGNED, department=department.code)
    with world.database.transaction() as session:
        cases.link(session, ours, linked, people.actor(session, "sami"), NOW)
    page = as_("dana").look(f"/cases/{ours}")
    assert "شكوى في إدارة أخرى" not in page
    assert seen(world, linked).row.number in page


def test_who_published_against_somebody_is_not_shown_to_them(as_: SignIn, world: World) -> None:
    mention = world.mentions["outage"]
    case_id = _case_of(world, "outage")
    as_("rana").look(f"/mentions/{mention}")
    _act(world, case_id, E.CONFLICT_NAMED, person="rana", reason="الشكوى منها")
    assert "الحالة تخصّك" in as_("rana").look(f"/mentions/{mention}", 403)
    assert as_("rana").get(f"/api/v1/mentions/{mention}").status_code == 403
    as_("sami").look(f"/mentions/{mention}")
    _act(world, case_id, E.SEALED, reason="شبهة فساد")
    as_("sami").look(f"/mentions/{mention}", 403)
    as_("majed").look(f"/mentions/{mention}")


def test_a_merge_from_an_old_page_is_refused(as_: SignIn, world: World) -> None:
    one, other = _case_of(world, "outage"), opened(world)
    seen_then = seen(world, one).row.revision
    _act(world, one, E.NOTE_ADDED, note="اطلعت")
    number = seen(world, other).row.number
    moved(as_("sami"), one, "merged", 409, into=number, reason="الموضوع واحد", expected=seen_then)
    moved(as_("sami"), one, "merged", into=number, reason="الموضوع واحد", expected=seen(world, one).row.revision)


def test_why_no_answer_can_be_drafted_is_said_in_arabic(as_: SignIn, world: World) -> None:
    case_id = _solved(world)
    with world.database.transaction() as session:
        outlet = outlets.find(session, "afaq")
        assert outlet is not None
        outlets.save(session, replace(outlet, answer_channel=AnswerChannel.NONE))
    page = as_("sami").look(f"/cases/{case_id}")
    assert "لا قناة للرد على صحيفة آفاق" in page
    assert "has no channel" not in page


def test_management_answers_for_a_sealed_case_and_never_approves_its_own_draft(as_: SignIn, world: World) -> None:
    case_id = _solved(world)
    _act(world, case_id, E.SEALED, reason="شبهة فساد")
    with world.database.transaction() as session:
        people.add(session, "huda", "هدى المديرة", PASSWORD, [Role.MANAGER], now=NOW)
    page, majed, huda = f"/cases/{case_id}", as_("majed"), as_("huda")
    assert majed.fill(page, f"{page}/answer", text="عادت الخدمة وحوسب المقصّر.").status_code == 200
    (answer,) = seen(world, case_id).deliveries
    for refused in (majed, as_("amal")):
        token = refused.token("/deliveries" if refused is not majed else page)
        assert refused.post(f"/deliveries/{answer.id}/approve", data={"csrf": token}).status_code == 403
    huda.fill(page, f"/deliveries/{answer.id}/approve")
    assert seen(world, case_id).deliveries[0].status is DeliveryStatus.QUEUED


def test_whom_a_case_concerns_is_barred_however_their_name_is_written(as_: SignIn, world: World) -> None:
    case_id = opened(world)
    moved(as_("sami"), case_id, "conflict_named", person=" Rana", reason="الشكوى منها")
    assert seen(world, case_id).state.barred == ("rana",)
    as_("rana").look(f"/cases/{case_id}", 403)
