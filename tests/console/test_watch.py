"""Watch queries: what is listened for, and a query that is tried: what it finds, or where and why it is wrong."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Callable

import pytest

from console.pages.watch import Run, runs
from domain.mention import Channel, Mention
from domain.source import Discovery, SourceState
from registry import inbox
from tests.console.conftest import Browser
from tests.console.world import NOW, SECRET, World

SignIn = Callable[[str], Browser]
SERVICE = "networks/outage"


def _try(browser: Browser, query: str, **given: object) -> str:
    response = browser.fill("/watch", "/watch/try", **{"query": query, "service": SERVICE, **given})
    assert response.status_code == 200, response.text
    return response.text


@pytest.mark.parametrize("username", ["rana", "sami", "amal", "majed", "adel", "admin"])
def test_the_queries_are_listed_with_service_people_and_hits(as_: SignIn, world: World, username: str) -> None:
    page = as_(username).look("/watch")
    for query in world.profile.watch:
        assert html.escape(query.name) in page
        assert query.approved_by in page
    assert "لا شيء" in page


def test_departments_do_not_see_them(as_: SignIn) -> None:
    assert as_("dana").get("/watch").status_code == 403


@pytest.mark.parametrize("username", ["rana", "sami", "adel", "admin"])
def test_only_those_who_lead_may_try_one(as_: SignIn, username: str) -> None:
    browser = as_(username)
    assert "جرّب صيغة" not in browser.look("/watch")
    sent = browser.post("/watch/try", data={"csrf": browser.token("/overview"), "query": "نفاذ", "service": SERVICE})
    assert sent.status_code == 403


def test_a_query_shows_what_it_would_have_found_with_its_words(as_: SignIn) -> None:
    page = _try(as_("majed"), "الفواتير OR انقطاع")
    assert 'طابقت <bdi class="number">3</bdi> من آخر <bdi class="number">5</bdi>' in page
    assert '<mark class="found">الفواتير</mark>' in page
    assert '<mark class="found">انقطاع</mark>' in page
    assert "صحيفة آفاق" in page
    for hidden in ("0551234567", "someone_9", "angry_person"):
        assert hidden not in page


def test_press_known_by_title_alone_is_said_to_be_so(as_: SignIn, world: World) -> None:
    item = Mention("https://afaq.example/t", Channel.PRESS, "afaq", "afaq", "https://afaq.example/t", "برج في القرية", "نص", NOW)
    with world.database.transaction() as session:
        inbox.store_discovery(session, Discovery("afaq", SourceState(), (item,)), {}, NOW, SECRET)
    page = _try(as_("amal"), "برج")
    assert '<mark class="found">برج</mark> في القرية' in page
    assert "بالعنوان وحده" in page


@pytest.mark.parametrize(
    ("query", "says", "marked"),
    [
        ('نفاذ AND "رقم', "علامة اقتباس لم تُغلق", "&#34;"),
        ("نفاذ AND (رقم", "قوس لم يُغلق", "("),
        ("نفاذ OR from:someone_9", "الحساب @someone_9 ليس في أي دليل", "f"),
        ("نفاذ OR مظاهرات", "من الكلمات الممنوعة", "م"),
        ("نفاذ OR 0551234567", "بيانات شخصية", "0"),
        ("NOT نفاذ", "ليس فيها شيء من كلماتها", "N"),
    ],
)
def test_a_wrong_query_is_explained_at_its_place(as_: SignIn, query: str, says: str, marked: str) -> None:
    page = _try(as_("majed"), query)
    assert says in page
    assert f'<mark class="here">{marked}' in page
    assert "طابقت" not in page
    assert html.escape(query, quote=True).replace("&quot;", "&#34;") in page


def test_every_query_names_its_service(as_: SignIn) -> None:
    browser = as_("majed")
    assert browser.fill("/watch", "/watch/try", query="نفاذ", service="").status_code == 422
    assert browser.fill("/watch", "/watch/try", query="نفاذ", service="no/such").status_code == 422


def test_the_snippet_waits_for_a_second_persons_name(as_: SignIn) -> None:
    page = _try(as_("majed"), 'نفاذ AND\n"رقم جوال"')
    snippet = html.unescape(page.partition('<pre class="snippet" dir="ltr">')[2].partition("</pre>")[0])
    (row,) = tomllib.loads(snippet)["watch"]
    assert (row["service"], row["query"], row["proposed_by"], row["approved_by"]) == (
        SERVICE, 'نفاذ AND "رقم جوال"', "ماجد المدير", "",
    )  # fmt: skip


def test_a_form_of_another_place_is_refused(as_: SignIn) -> None:
    assert as_("majed").post("/watch/try", data={"query": "نفاذ", "service": SERVICE}).status_code == 403


def test_runs_keep_the_text_and_hide_people() -> None:
    marked = "كلم \ue0000551234567\ue001 أو @someone_9 عن \ue000الشبكة\ue001"
    assert runs(marked, frozenset()) == [
        Run("كلم ", False), Run("••••••••••", True), Run(" أو @… عن ", False), Run("الشبكة", True),
    ]  # fmt: skip
