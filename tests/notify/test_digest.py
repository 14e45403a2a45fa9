"""The weekly digest: what happened in the week, for people who read it on a phone, with nobody's name in it (N3, L3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from domain.delivery import DeliveryKind
from domain.errors import InputError
from domain.source import PollFailure, PollPlan
from domain.tags import Sentiment
from notify import answers, digest
from notify.mail import MailSender
from notify.outbox import Senders, deliver_due
from registry import deliveries, sources
from registry.database import Database
from tests.fakes.mail_server import MailServer
from tests.notify.world import (
    APPROVER,
    HERALD,
    NOW,
    POTHOLE,
    PROFILE,
    SPECIALIST,
    TAGS,
    article,
    case_of,
    important,
    post,
    publish,
    solve,
)

WEEK = "2026-W47"
LIGHTS = "أظلمت أعمدة الإنارة في طريق الميناء ثلاث ليال متتالية وشكا سائقون من حوادث متكررة عند التقاطع الأخير."
AIRPORT = "اشتكى مسافرون من انهيار جانب من طريق المطار القديم بعد السيل وغياب اللوحات التحذيرية عن المنعطف المؤدي إلى الجسر."
PAVEMENT = "رصيف مكسور يعيق كبار السن أمام المركز الصحي في حي الربيع، وقد رُفعت عنه ثلاث شكاوى خلال الصيف دون نتيجة تذكر."
BARRIER = "حاجز خرساني سقط على مدخل سوق الخضار المركزي فعطّل دخول شاحنات المزارعين صباح السبت وتسبب في ازدحام طويل."
BEFORE = NOW - timedelta(days=7)
END = NOW + timedelta(days=5)


class _Page(HTMLParser):
    """What a mail program would load, run, or lay out."""

    void = frozenset({"meta", "br", "img", "hr", "input", "link"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "background")]
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def compose(database: Database, week: str = WEEK, base_url: str = "") -> digest.Digest:
    with database.reading() as session:
        return digest.compose(session, PROFILE, week, END, base_url=base_url)


def line(text: str, name: str) -> str:
    """The first line of the plain text that begins with ``- name:``."""
    return next(each for each in text.splitlines() if each.startswith(f"- {name}:"))


def live_through(database: Database) -> Database:
    """A week with a story of two outlets, a post, a solved and an unanswered case; and a quieter week before it."""
    with database.transaction() as session:
        publish(session, [article(1, text=AIRPORT, title="انهيار في طريق المطار", at=BEFORE)], now=BEFORE)
    with database.transaction() as session:
        publish(session, [article(2), article(3, HERALD)], important())
        lights = replace(TAGS, topic="roads/lighting", sentiment=Sentiment.NEUTRAL)
        solve(session, case_of(session, post(71, f"@neighbour_7 جوالي 0551234567 {LIGHTS}", "some_citizen"), lights))
    return database


@pytest.fixture
def week(sqlite_world: Database) -> Database:
    """The week on SQLite: only the figures depend on the store."""
    return live_through(sqlite_world)


def test_it_tells_the_week(world: Database) -> None:
    found = compose(live_through(world))
    assert found.subject == "الموجز الأسبوعي لشكاوى التغطيات الإعلامية: 16 – 22 نوفمبر 2026م (الأسبوع 47)"
    page = _Page(found.html)
    said = "رُصدت هذا الأسبوع 3 مواد (قصتان)، استدعى النظر 3 منها، وفُتحت حالتان، وأُغلقت لا حالة."
    for whole in (page.text, found.text):
        assert said in whole
        assert POTHOLE in whole
        assert "صحيفة الساحل، جلف هيرالد" in whole
        assert "6 – 12 جمادى الآخرة 1448هـ" in whole
    assert line(found.text, "مواد مرصودة") == "- مواد مرصودة: 3 (بزيادة 2)"
    assert line(found.text, "حالات فُتحت") == "- حالات فُتحت: 2 (بزيادة 1)"
    assert line(found.text, "الحفر والأرصفة") == "- الحفر والأرصفة: 1 (كالأسبوع السابق)"
    assert line(found.text, "إنارة الطرق") == "- إنارة الطرق: 1 (بزيادة 1)"
    assert line(found.text, "محايد") == "- محايد: 1 (بزيادة 1)"
    assert line(found.text, "انتهت معالجتها ولم يُكتب ردها") == "- انتهت معالجتها ولم يُكتب ردها: 1"


def test_the_most_important_story_stands_first(week: Database) -> None:
    stories = compose(week).text.split("أبرز ما نُشر")[1]
    assert stories.index(POTHOLE) < stories.index("أظلمت أعمدة الإنارة")


def test_no_author_number_or_handle_gets_in(week: Database) -> None:
    found = compose(week)
    for secret in ("some_citizen", "0551234567", "neighbour_7", "مواطن ما"):
        assert secret not in found.html + found.text + found.subject
    assert "@…" in found.text


def test_mail_programs_can_show_it(week: Database) -> None:
    page = _Page(compose(week, base_url="http://rasd.example").html)
    assert page.open == []
    assert not {"script", "style", "link", "img", "iframe", "form", "svg", "object"} & set(page.tags)
    assert set(page.addresses) == {"http://rasd.example/cases/2", "http://rasd.example/cases/3", "http://rasd.example/cases/1"}


def test_it_is_set_from_the_right_and_stays_small(week: Database) -> None:
    html = compose(week).html
    assert re.search(r'<html lang="ar" dir="rtl">', html)
    assert "max-width:600px" in html
    assert len(html.encode()) < 100_000, "Gmail cuts a mail at 102 KB"


def test_what_the_press_wrote_cannot_write_html(sqlite_world: Database) -> None:
    with sqlite_world.transaction() as session:
        publish(session, [article(1, title='<script>alert(1)</script> & "حفرة"')], important())
    html = compose(sqlite_world).html
    assert "<script>" not in html
    assert "&lt;" in html


def test_an_empty_week_says_so(sqlite_world: Database) -> None:
    found = compose(sqlite_world, "2026-W20")
    assert "لم يُرصد هذا الأسبوع شيء مما يخص الوزارة." in found.text
    assert "لم تُفتح حالات هذا الأسبوع." in found.text
    assert _Page(found.html).open == []


def test_overdue_cases_and_troubled_sources_are_named(week: Database) -> None:
    late = NOW + timedelta(days=20)
    with week.transaction() as session:
        failure = PollFailure("sahel-feed", "https://sahel.example/rss answered 503")
        sources.record_failure(session, failure, PollPlan(late + timedelta(hours=1), 7, "failing"), late)
    with week.reading() as session:
        found = digest.compose(session, PROFILE, WEEK, late)
    overdue = found.text.split("حالات تجاوزت موعدها\n")[-1]
    assert POTHOLE in overdue
    assert re.search(r"متأخرة \d+ يومًا", overdue)
    assert "- صحيفة الساحل: لا يستجيب" in found.text
    assert "answered 503" in found.text


def test_answers_sent_and_awaited_are_counted(
    week: Database, server: MailServer, sender_for: Callable[[int], MailSender]
) -> None:
    with week.transaction() as session:
        first = case_of(session, article(21, title="رصيف مكسور", text=PAVEMENT))
        second = case_of(session, article(22, title="حاجز ساقط", text=BARRIER))
        for case_id in (first, second):
            solve(session, case_id)
        answers.draft(session, PROFILE, second, SPECIALIST, NOW)
        answers.approve(session, answers.draft(session, PROFILE, first, SPECIALIST, NOW), APPROVER, NOW)
    assert deliver_due(week, Senders(mail=sender_for(server.port)), NOW).sent == 1
    text = compose(week).text
    assert line(text, "أُرسلت هذا الأسبوع") == "- أُرسلت هذا الأسبوع: 1 (بزيادة 1)"
    assert line(text, "تنتظر الاعتماد") == "- تنتظر الاعتماد: 1"


def test_each_recipient_gets_it_once(week: Database) -> None:
    for people, queued in ((("boss@roads.example", "BOSS@roads.example"), 1), (("boss@roads.example", "dep@roads.example"), 1)):
        with week.transaction() as session:
            assert digest.queue(session, PROFILE, WEEK, people, END) == queued
    with week.reading() as session:
        rows = deliveries.list_deliveries(session, kind=DeliveryKind.DIGEST).items
    assert len({row.message_id for row in rows}) == 2
    assert {row.key for row in rows} == {f"digest:roads:{WEEK}:boss@roads.example", f"digest:roads:{WEEK}:dep@roads.example"}


def test_it_arrives_as_it_was_composed(week: Database, server: MailServer, sender_for: Callable[[int], MailSender]) -> None:
    with week.transaction() as session:
        digest.queue(session, PROFILE, WEEK, ["boss@roads.example"], NOW)
    assert deliver_due(week, Senders(mail=sender_for(server.port)), NOW).sent == 1
    mail = server.received[0].mail
    html = mail.get_body(("html",))
    assert html is not None
    assert _Page(html.get_content()).open == []
    assert mail["Subject"].startswith("الموجز الأسبوعي لشكاوى التغطيات الإعلامية: 16 – 22 نوفمبر")
    assert mail["List-Id"] is not None


@pytest.mark.parametrize("wrong", ["last week", "2026-W60"])
def test_a_week_that_is_none_is_refused(sqlite_database: Database, wrong: str) -> None:
    with pytest.raises(InputError):
        compose(sqlite_database, wrong)


def test_a_recipient_that_is_no_address_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session, pytest.raises(InputError, match="boss"):
        digest.queue(session, PROFILE, WEEK, ["boss"], NOW)
