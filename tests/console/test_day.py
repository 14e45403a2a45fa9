"""The team's day in the console: recommendations, the calendar, contacts, handovers, crisis mode, the audit trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from domain.case import CaseEventKind, IntakeChannel
from domain.improvement import ImprovementStatus
from domain.journey import Journey, usual_stages
from domain.people import Actor
from domain.tags import Kind
from notify import answers
from registry import audit, calendars, cases, contact_entry, contacts, crisis, handover, improvements, people
from registry.contacts import Contact
from registry.directories import journeys
from registry.improvements import ImprovementFilter, Recommendation
from tests.console.conftest import Browser, Hands
from tests.console.world import NOW, World

SignIn = Callable[[str], Browser]
E = CaseEventKind


def _who(world: World, username: str) -> Actor:
    with world.database.reading() as session:
        return people.actor(session, username)


def _act(world: World, username: str, kind: CaseEventKind, **details: str) -> None:
    with world.database.transaction() as session:
        cases.act(session, 1, kind, people.actor(session, username), details, NOW)


# ---------------------------------------------------------------------------------------------------------- improvements


@pytest.fixture
def proposed(world: World) -> int:
    journey = Journey("porting", "نقل الرقم", "", "billing/contracts", "وكالة تنظيم القطاع", usual_stages())
    said = Recommendation("لا يعرف المستفيد أن طلبه رُفض", "رسالة عند الرفض", journey="porting", stage=3, case_id=1)
    with world.database.transaction() as session:
        journeys.add(session, world.profile, journey, people.actor(session, "majed"), NOW)
        return improvements.add(session, world.profile, said, people.actor(session, "sami"), NOW)


def test_a_recommendation_goes_from_the_gap_to_what_was_done(as_: SignIn, proposed: int) -> None:
    address = f"/improvements/{proposed}"
    sami, majed = as_("sami"), as_("majed")
    assert "MCIT-2026-000001" in sami.look("/improvements?status=proposed&journey=porting&stage=3")
    assert "لا توصيات بهذه الصفات" in sami.look("/improvements?journey=porting&stage=1")
    assert "/decide" not in sami.look(address)
    assert majed.fill(address, f"{address}/decide", to="accepted", decision=" ").status_code == 422
    page = majed.fill(address, f"{address}/decide", to="accepted", decision="تُنفَّذ هذا الربع")
    assert "سُجّل القرار باسمك." in page.text
    assert "تُنفَّذ هذا الربع" in as_("dana").look(address)
    done = as_("dana").fill(address, f"{address}/implement")
    assert "نُفّذت" in done.text
    assert "دانة من الشبكات" in done.text
    assert sami.fill(address, f"{address}/implement").status_code == 409, "it is implemented already"


def test_a_recommendation_is_entered_with_the_case_behind_it(as_: SignIn, world: World, proposed: int) -> None:
    given = {"gap": "الفاتورة لا تُفهم", "place": "porting:2", "case_number": "mcit-2026-000001"}
    page = as_("sami").fill("/improvements", "/improvements", **given)
    assert "أُضيفت التوصية" in page.text
    with world.database.reading() as session:
        view = improvements.list_improvements(session, ImprovementFilter(journey="porting", stage=2)).items[0]
    assert (view.said.case_id, view.said.deputyship, view.said.topic) == (1, "وكالة تنظيم القطاع", "billing/contracts")
    for wrong, said in (({"gap": ""}, "لا يُترك"), ({"place": "porting:9"}, "اختر"), ({"case_number": "X-1"}, "الرقم المرجعي")):
        refused = as_("sami").fill("/improvements", "/improvements", **{**given, **wrong})
        assert refused.status_code == 422
        assert said in refused.text


def test_it_is_changed_until_it_is_decided_on(as_: SignIn, world: World, proposed: int) -> None:
    address, majed = f"/improvements/{proposed}", as_("majed")
    expected = majed.look(address).partition('name="expected" value="')[2].partition('"')[0]
    changed = {"gap": "رُفض الطلب بلا سبب", "place": "porting:", "expected": expected}
    assert "حُفظت التوصية." in as_("sami").fill(address, f"{address}/edit", **changed).text
    with world.database.transaction() as session:
        view = improvements.get(session, proposed)
        assert (view.said.stage, view.said.case_id) == (None, 1), "the case behind it stays"
        manager = people.actor(session, "majed")
        improvements.decide(session, proposed, ImprovementStatus.DECLINED, "لا", manager, NOW + timedelta(hours=1))
    stale = majed.fill(address, f"{address}/decide", to="accepted", decision="نعم", expected=expected)
    assert stale.status_code == 409
    assert as_("sami").fill(address, f"{address}/edit", gap="x").status_code == 409
    assert as_("dana").get("/improvements/999").status_code == 404


def test_what_comes_from_a_sealed_case_is_for_management_alone(as_: SignIn, world: World, proposed: int) -> None:
    _act(world, "majed", E.SEALED, reason="شبهة فساد")
    address = f"/improvements/{proposed}"
    for username in ("sami", "dana", "amal"):
        assert as_(username).get(address).status_code == 404
        assert "لا يعرف المستفيد" not in as_(username).look("/improvements")
    assert as_("majed").get(address).status_code == 200
    refused = as_("sami").fill("/improvements", "/improvements", gap="ثغرة", case_number="MCIT-2026-000001")
    assert refused.status_code == 422, "the number of a sealed case says nothing"


# -------------------------------------------------------------------------------------------------------------- calendar


def test_the_month_shows_hours_hijri_dates_and_days_off(as_: SignIn) -> None:
    page = as_("dana").look("/calendar?month=2026-11")
    assert "نوفمبر 2026" in page
    assert "جمادى الأولى – جمادى الآخرة 1448هـ" in page
    today = page.partition("today")[2].partition("</td>")[0]
    assert ">21<" in today
    assert "مغلق" in today
    assert "08:00-20:00" in page
    assert "/calendar/days" not in page
    assert "يوم التأسيس" in as_("dana").look("/calendar?month=2027-02")
    assert "رمضان" in as_("dana").look("/calendar?month=2027-02")
    for odd in ("nonsense", "2026-13", "1700-01", "9999-12", ""):
        assert "نوفمبر 2026" in as_("dana").look(f"/calendar?month={odd}")


def test_a_special_day_moves_deadlines_and_is_taken_back(as_: SignIn, world: World) -> None:
    majed = as_("majed")
    with world.database.reading() as session:
        before = cases.case_view(session, 1).row.due_at
    closed = majed.fill("/calendar", "/calendar/days", day="2026-11-22", name="تعليق الدوام للأمطار", open="no")
    assert "الحالات التي تحرّك موعد استحقاقها: <bdi>1</bdi>" in closed.text
    assert closed.text.count("تعليق الدوام للأمطار") >= 2
    with world.database.reading() as session:
        assert cases.case_view(session, 1).row.due_at > before
    shorter = majed.fill(
        "/calendar", "/calendar/days", day="2026-11-22", name="دوام مختصر", open="yes", opens="09:00", closes="13:00"
    )
    assert "09:00-13:00" in shorter.text
    back = majed.fill("/calendar", "/calendar/days/remove", day="2026-11-22")
    assert "رُفع اليوم الاستثنائي." in back.text
    with world.database.reading() as session:
        assert cases.case_view(session, 1).row.due_at == before
        assert audit.entries(session, action="calendar").total == 3
    assert majed.fill("/calendar", "/calendar/days/remove", day="2026-11-22").status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"day": "2026-02-30"}, "اختر يومًا صحيحًا"),
        ({"name": " "}, "لا يُترك خاليًا"),
        ({"name": "x" * 101}, "اختصره"),
        ({"open": "yes", "opens": "09:00", "closes": ""}, "اكتب وقت البدء"),
        ({"open": "yes", "opens": "09:00", "closes": "09:00"}, "اكتب وقت البدء"),
    ],
)
def test_a_day_that_cannot_be_comes_back(as_: SignIn, world: World, given: dict[str, str], said: str) -> None:
    page = as_("majed").fill("/calendar", "/calendar/days", **{"day": "2026-11-22", "name": "أمطار", "open": "no", **given})
    assert page.status_code == 422
    assert said in page.text
    with world.database.reading() as session:
        assert calendars.list_special_days(session) == ()


# -------------------------------------------------------------------------------------------------------------- contacts


def test_a_contact_is_counted_in_two_clicks_and_the_next_in_one(as_: SignIn, world: World, clock: Hands) -> None:
    sami = as_("sami")
    assert 'name="what"' not in sami.look("/contacts"), "the channel comes first"
    page = sami.look("/contacts?channel=phone")
    assert page.count('name="what"') == 4 * len(world.profile.topics)
    counted = sami.fill("/contacts?channel=phone", "/contacts", channel="phone", what="inquiry:billing/bills")
    assert "سُجّل الاتصال." in counted.text
    assert 'value="inquiry:billing/bills"' in sami.look("/contacts"), "the last channel is chosen already"
    assert re.search(r'value="inquiry:billing/bills"[^>]* autofocus', sami.look("/contacts"))
    with world.database.reading() as session:
        (found,) = contacts.list_contacts(session).items
    assert (found.at, found.channel, found.kind, found.topic, found.answered, found.actor) == (
        clock.now, IntakeChannel.PHONE, Kind.INQUIRY, "billing/bills", True, "sami",
    )  # fmt: skip


def test_what_was_not_answered_leads_to_a_new_case(as_: SignIn, world: World) -> None:
    sami = as_("sami")
    given = {"channel": "visit", "what": "complaint:billing/bills", "answered": "no"}
    page = sami.fill("/contacts?channel=visit", "/contacts", **given)
    assert "/cases/new?path=general&amp;channel=visit&amp;topic=billing/bills&amp;kind=complaint" in page.text
    assert sami.get("/cases/new?path=general&channel=visit&topic=billing/bills&kind=complaint").status_code == 200
    dana = as_("dana").fill("/contacts?channel=visit", "/contacts", **given)
    assert "/cases/new" not in dana.text
    with world.database.reading() as session:
        assert not contacts.list_contacts(session).items[0].answered


@pytest.mark.parametrize(
    "given",
    [
        {"what": "poem:billing/bills"},
        {"what": "neutral:billing/bills"},
        {"what": "inquiry:nothing"},
        {"what": ""},
        {"channel": "press"},
        {"channel": "pigeon"},
    ],
)
def test_a_contact_that_cannot_be_is_not_counted(as_: SignIn, world: World, given: dict[str, str]) -> None:
    sent = {"channel": "phone", "what": "inquiry:billing/bills", **given}
    assert as_("sami").fill("/contacts?channel=phone", "/contacts", **sent).status_code == 422
    with world.database.reading() as session:
        assert contacts.list_contacts(session).total == 0


def test_a_slip_is_taken_back_while_it_is_fresh(as_: SignIn, clock: Hands) -> None:
    sami = as_("sami")
    for _ in range(2):
        sami.fill("/contacts?channel=phone", "/contacts", channel="phone", what="inquiry:billing/bills")
    addresses = re.findall(r'action="(/contacts/\d+/undo)"', sami.look("/contacts"))
    assert len(addresses) == 2
    assert as_("rana").fill("/contacts?channel=phone", addresses[0]).status_code == 403
    assert "تُراجع عن الاتصال." in sami.fill("/contacts", addresses[0]).text
    clock.turn(contact_entry.UNDONE_WITHIN + timedelta(minutes=1))
    assert "/undo" not in sami.look("/contacts")
    assert sami.fill("/contacts", addresses[1]).status_code == 403


def test_the_months_figures_show_the_share_answered_by_channel(as_: SignIn, world: World) -> None:
    sami = _who(world, "sami")
    entered = [Contact(NOW, IntakeChannel.PHONE, answered=each != 0) for each in range(4)]
    entered += [
        Contact(NOW, IntakeChannel.VISIT, Kind.COMPLAINT, "billing/bills"),
        Contact(datetime.fromisoformat("2026-10-31T23:59:59+03:00"), IntakeChannel.FAX),
    ]
    with world.database.transaction() as session:
        contacts.add_many(session, world.profile, entered, sami, NOW)
    page = as_("majed").look("/contacts/figures")
    assert "<b>5</b>" in page
    assert "<b>80%</b>" in page
    assert re.search(r'هاتف</span></td><td data-name="العدد" class="number">4</td>.{0,60}number">3</td>', page)
    assert "فاكس" not in page, "October is October in Riyadh"
    october = as_("majed").look("/contacts/figures?month=2026-10")
    assert "فاكس" in october
    assert "لا اتصالات في هذا الشهر" in as_("majed").look("/contacts/figures?month=2026-09")
    assert "/contacts/figures" in str(as_("majed").get("/contacts").url), "who counts none sees the figures"


# -------------------------------------------------------------------------------------------------------------- handover


@pytest.fixture
def drafted(world: World) -> None:
    """An answer waits for approval."""
    _act(world, "sami", E.ACCEPTED)
    _act(world, "sami", E.ASSIGNED, department="networks")
    _act(world, "sami", E.SOLVED, resolution="أعيدت الخدمة إلى الحي كله")
    with world.database.transaction() as session:
        sami = people.actor(session, "sami")
        answers.draft(session, world.profile, 1, sami, NOW, mention_id=world.mentions["again"])


@pytest.mark.usefixtures("drafted")
def test_one_shift_gives_and_the_next_takes(as_: SignIn, clock: Hands) -> None:
    sami, rana = as_("sami"), as_("rana")
    page = sami.look("/handover")
    assert "ردود تنتظر الاعتماد" in page
    assert 'href="/cases/1#answer"' in page
    given = sami.fill("/handover", "/handover", note="وعدنا صحيفة آفاق قبل الظهر، 0551234567")
    assert "سُلّمت المناوبة" in given.text
    assert "0551234567" not in given.text
    assert "/take" not in given.text, "nobody takes their own"
    clock.turn(timedelta(hours=8))
    assert "مناوبة تنتظر من يتسلمها" in rana.look("/handover")
    taken = rana.fill("/handover", f"{given.url.path}/take")
    assert "تسلّمت المناوبة." in taken.text
    assert "MCIT-2026-000001" in taken.text
    assert "مناوبة تنتظر" not in sami.look("/handover")
    assert as_("amal").fill("/handover", f"{given.url.path}/take").status_code == 409
    assert rana.get("/handover/99").status_code == 404


@pytest.mark.usefixtures("drafted")
def test_a_case_that_concerns_the_reader_is_not_on_their_list(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        handover.give(session, people.actor(session, "sami"), "", NOW)
    _act(world, "sami", E.CONFLICT_NAMED, person="amal", reason="هي المشكو منها")
    for address in ("/handover", "/handover/1"):
        assert "MCIT-2026-000001" not in as_("amal").look(address)
        assert "MCIT-2026-000001" in as_("rana").look(address)
    _act(world, "majed", E.SEALED, reason="شبهة فساد")
    for address in ("/handover", "/handover/1"):
        assert "MCIT-2026-000001" not in as_("rana").look(address)
        assert "MCIT-2026-000001" in as_("majed").look(address)


# ---------------------------------------------------------------------------------------------------------------- crisis

LINE = {"line": "نتابع انقطاع الخدمة، وسنعلن المستجدات كل ساعة", "reason": "انقطاع عام", "sure": "yes", "deputies": ["sami"]}


def test_crisis_mode_is_turned_with_reason_and_confirmation_and_shown_on_every_page(as_: SignIn, world: World) -> None:
    majed = as_("majed")
    assert "وضع الأزمة قائم" not in majed.look("/review")
    page = majed.fill("/crisis", "/crisis/on", **LINE)
    assert "وضع الأزمة قائم: الردود محجوزة." in page.text
    for username, address in (("rana", "/review"), ("dana", "/cases"), ("admin", "/people"), ("adel", "/audit")):
        assert "نتابع انقطاع الخدمة" in as_(username).look(address), address
    with world.database.reading() as session:
        assert crisis.state(session).deputies == ("sami",)
    changed = majed.fill("/crisis", "/crisis/on", **{**LINE, "line": "عادت الخدمة إلى حيين"})
    assert "عادت الخدمة إلى حيين" in changed.text
    assert majed.fill("/crisis", "/crisis/off", reason="عادت الخدمة").status_code == 422, "it is confirmed too"
    off = majed.fill("/crisis", "/crisis/off", reason="عادت الخدمة", sure="yes")
    assert "crisis-strip" not in off.text
    assert [word in off.text for word in ("إعلان وضع الأزمة", "تعديل وضع الأزمة", "إنهاء وضع الأزمة")] == [True] * 3
    with world.database.reading() as session:
        assert not crisis.state(session).active


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"line": " "}, "لا يُترك خاليًا"),
        ({"reason": ""}, "لا يُترك خاليًا"),
        ({"sure": ""}, "أكّد ذلك"),
        ({"deputies": ["nobody"]}, "اختر واحدًا"),
        ({"deputies": ["adel"]}, "اختر واحدًا"),
    ],
)
def test_a_switch_that_lacks_something_turns_nothing(as_: SignIn, world: World, given: dict[str, object], said: str) -> None:
    page = as_("majed").fill("/crisis", "/crisis/on", **{**LINE, **given})
    assert page.status_code == 422
    assert said in page.text
    with world.database.reading() as session:
        assert not crisis.state(session).active


@pytest.mark.usefixtures("drafted")
def test_answers_are_held_and_a_deputy_approves_while_it_lasts(as_: SignIn, world: World) -> None:
    with world.database.reading() as session:
        delivery = cases.case_view(session, 1).deliveries[0].id
    rana = as_("rana")
    assert rana.fill("/handover", f"/deliveries/{delivery}/approve").status_code == 403
    as_("majed").fill("/crisis", "/crisis/on", **{**LINE, "deputies": ["rana", "sami"]})
    assert as_("sami").fill("/handover", f"/deliveries/{delivery}/approve").status_code == 403, "never one's own draft"
    assert rana.fill("/handover", f"/deliveries/{delivery}/approve").status_code == 200
    assert "<dt>ردود محجوزة</dt><dd><bdi>1</bdi>" in as_("majed").look("/crisis")


# ----------------------------------------------------------------------------------------------------------- audit trail


def test_the_trail_is_listed_narrowed_and_verified(as_: SignIn, world: World) -> None:
    as_("admin").fill("/people/rana", "/people/rana/disable")
    as_("majed").fill("/calendar", "/calendar/days", day="2026-11-22", name="أمطار", open="no")
    adel = as_("adel")
    page = adel.look("/audit")
    assert "السلسلة سليمة" in page
    assert page.index("تسجيل يوم استثنائي") != -1
    shown = adel.look("/audit?subject=person:rana").partition("<tbody>")[2]
    assert shown.count("<tr>") == 2
    assert "إيقاف دخول شخص" in shown
    for query, rows in (
        ("action=calendar", 1),
        ("action=person.disabled", 1),
        ("actor=admin", 1),
        ("actor=system&since=2026-11-21&until=2026-11-21", 7),
        ("until=2026-11-20", 0),
        ("since=tomorrow&action=person.disabled", 1),
    ):
        assert adel.look(f"/audit?{query}").partition("<tbody>")[2].count("<tr>") == rows, query
    assert "الدوام:</span> <bdi>مغلق</bdi>" in adel.look("/audit?action=calendar")


def test_a_broken_chain_is_said_at_once(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text("UPDATE audit SET actor = 'rana' WHERE seq = 3"))
    page = as_("adel").look("/audit")
    assert "السلسلة مكسورة" in page
    assert "entry 3" in page


def test_a_day_is_written_in_both_calendars(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        calendars.set_special_day(session, date(2026, 11, 25), "أمطار", people.actor(session, "majed"), NOW)
    assert "25 نوفمبر 2026م (15 جمادى الآخرة 1448هـ)" in as_("dana").look("/calendar")
