"""The outlets directory: whose home a host is, what people say of an outlet, and the list (REQUIREMENTS G1, N1, L2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import Conflict, InputError, NotFound
from domain.mention import Mention
from domain.outlet import AnswerChannel, EditorialContact, Medium, Outlet, Tier
from domain.outlet_rules import FlawCode, OutletFlawed, fingerprint
from domain.source import Discovery, Source, SourceKind, SourceState
from registry import inbox, outlets, sources
from registry.database import Database
from registry.outlet_lists import OutletFilter, countries, list_outlets
from tests.registry.hands import NOW

WADI = Outlet("wadi", "صحيفة الوادي", "Al Wadi", home_url="https://www.wadi.example/", tier=Tier.REGIONAL, handle="WadiNews")
WADI_EN = Outlet("wadi-en", "الوادي بالإنجليزية", "Wadi English", home_url="https://english.wadi.example/", language="en")
RADIO = Outlet("radio", "إذاعة السَّاحل", "Coast Radio", Medium.BROADCAST, country="AE", home_url="https://radio.example/live/")
DESK = EditorialContact("المحليات", "نوف", "nouf@wadi.example", "+966 11 555 0100")


@pytest.fixture
def store(database: Database) -> Database:
    with database.transaction() as session:
        for outlet in (WADI, WADI_EN, RADIO):
            outlets.save(session, outlet)
        outlets.ensure(session, ["bare"])
    return database


def test_an_outlet_comes_back_as_it_was_saved(store: Database) -> None:
    full = replace(
        WADI,
        reach=3,
        editor_email="desk@wadi.example",
        answer_channel=AnswerChannel.EMAIL,
        contacts=(DESK,),
        verified=True,
        verified_by="amal",
        verified_at=NOW,
        source="بطاقة",
    )
    with store.transaction() as session:
        outlets.save(session, full)
    with store.reading() as session:
        assert outlets.find(session, "wadi") == full
        assert [each.id for each in outlets.all_outlets(session)] == ["bare", "radio", "wadi", "wadi-en"]
        assert outlets.find(session, "nobody") is None
        with pytest.raises(NotFound, match="rasd outlets list"):
            outlets.get(session, "nobody")


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("wadi.example", "wadi"),
        ("www.wadi.example", "wadi"),
        ("M.WADI.example", "wadi"),
        ("rss.feeds.wadi.example", "wadi"),
        ("english.wadi.example", "wadi-en"),
        ("https://english.wadi.example/rss?x=1", "wadi-en"),
        ("notwadi.example", None),
        ("wadi.example:8081", None),
        ("example", None),
        ("", None),
    ],
)
def test_an_outlet_is_found_by_its_home(store: Database, host: str, found: str | None) -> None:
    with store.reading() as session:
        outlet = outlets.by_host(session, host)
    assert (outlet.id if outlet else None) == found


def test_of_two_outlets_with_one_home_the_verified_one_is_found(store: Database) -> None:
    with store.transaction() as session:
        outlets.save(session, Outlet("a-twin", "توأم الوادي", home_url="https://wadi.example/sport"))
        found = outlets.by_host(session, "wadi.example")
        assert found is not None
        assert found.id == "a-twin"
        outlets.verify(session, "wadi", by="amal", now=NOW)
        found = outlets.by_host(session, "wadi.example")
        assert found is not None
        assert found.id == "wadi"


def test_a_source_takes_the_directorys_entry_and_never_overwrites_it(store: Database) -> None:
    with store.reading() as session:
        assert outlets.matched(session, Outlet("www-wadi", "Wadi", home_url="https://rss.wadi.example/")) == WADI
        assert outlets.matched(session, Outlet("radio", "live feed", home_url="https://elsewhere.example/")) == RADIO
        new = Outlet("new", "جديدة", home_url="https://new.example/")
        assert outlets.matched(session, new) == new
        named = Outlet("bare", "صحيفة بير", home_url="https://bare.example/")
        assert outlets.matched(session, named) == named


def test_the_handles_of_all_outlets_are_those_that_queries_may_name(store: Database) -> None:
    with store.transaction() as session:
        outlets.save(session, replace(RADIO, handle="@CoastRadio"))
        assert outlets.handles(session) == {"wadinews", "coastradio"}


def test_a_new_outlet_is_entered_once_and_only_in_good_form(store: Database) -> None:
    with store.transaction() as session:
        outlets.add(session, Outlet("new", "جديدة"))
        with pytest.raises(Conflict, match="already"):
            outlets.add(session, Outlet("new", "أخرى"))
        with pytest.raises(OutletFlawed, match=r"country is «ZZ»; write"):
            outlets.add(session, Outlet("other", "أخرى", country="ZZ"))
        with pytest.raises(OutletFlawed, match="home of «wadi»") as refused:
            outlets.add(session, Outlet("thief", "أخرى", home_url="https://wadi.example/news"))
    assert [each.code for each in refused.value.flaws] == [FlawCode.HOME_TAKEN]


def test_a_fact_that_changes_takes_the_mark_away_unless_it_is_confirmed(store: Database) -> None:
    with store.transaction() as session:
        marked = outlets.verify(session, "wadi", by="amal", now=NOW)
        assert (marked.verified, marked.verified_by, marked.verified_at) == (True, "amal", NOW)
        same = outlets.change(session, "wadi", {"country": "SA"}, by="sami", now=NOW)
        assert same == marked
        changed = outlets.change(session, "wadi", {"reach": 4}, by="sami", now=NOW)
        assert (changed.reach, changed.verified, changed.verified_by, changed.verified_at) == (4, False, "", None)
        later = NOW + timedelta(hours=1)
        confirmed = outlets.change(session, "wadi", {"reach": 5}, by="amal", now=later, verified=True)
        assert (confirmed.verified_by, confirmed.verified_at) == ("amal", later)
        assert not outlets.unverify(session, "wadi").verified
    with store.reading() as session:
        assert outlets.get(session, "wadi") == replace(WADI, reach=5)


def test_two_people_who_change_one_entry_are_told(store: Database) -> None:
    seen = fingerprint(WADI)
    with store.transaction() as session:
        outlets.change(session, "wadi", {"reach": 4}, by="sami", now=NOW, expected=seen)
    with store.transaction() as session, pytest.raises(Conflict, match="meanwhile"):
        outlets.change(session, "wadi", {"reach": 2}, by="amal", now=NOW, expected=seen)
    with store.transaction() as session, pytest.raises(Conflict, match="meanwhile"):
        outlets.verify(session, "wadi", by="amal", now=NOW, expected=seen)


def test_what_cannot_stand_is_refused_and_nothing_is_written(store: Database) -> None:
    with store.transaction() as session:
        for values in ({"editor_email": "desk"}, {"home_url": RADIO.home_url}, {"name_ar": ""}):
            with pytest.raises(OutletFlawed):
                outlets.change(session, "wadi", values, by="sami", now=NOW)
        with pytest.raises(InputError, match="verified"):
            outlets.change(session, "wadi", {"verified": True}, by="sami", now=NOW)
        with pytest.raises(InputError, match="bare"):
            outlets.verify(session, "bare", by="amal", now=NOW)
        with pytest.raises(NotFound):
            outlets.change(session, "nobody", {}, by="sami", now=NOW)
    with store.reading() as session:
        assert outlets.get(session, "wadi") == WADI


def test_contacts_are_added_once_and_removed_by_what_they_say(store: Database) -> None:
    with store.transaction() as session:
        outlets.verify(session, "wadi", by="amal", now=NOW)
        assert outlets.add_contact(session, "wadi", DESK).contacts == (DESK,)
        with pytest.raises(Conflict):
            outlets.add_contact(session, "wadi", DESK)
        with pytest.raises(OutletFlawed, match="email is «nouf»"):
            outlets.add_contact(session, "wadi", replace(DESK, email="nouf"))
        night = EditorialContact("المناوب", phone="0555")
        with pytest.raises(OutletFlawed, match="phone"):
            outlets.add_contact(session, "wadi", night)
        night = replace(night, phone="0555 000 000")
        assert outlets.add_contact(session, "wadi", night).contacts == (DESK, night)
        assert outlets.remove_contact(session, "wadi", DESK).contacts == (night,)
        with pytest.raises(NotFound):
            outlets.remove_contact(session, "wadi", DESK)
        assert outlets.get(session, "wadi").verified
        crowd = [replace(night, name=str(number)) for number in range(51)]
        with pytest.raises(InputError, match="50"):
            outlets.set_contacts(session, "wadi", crowd)


def _found(store: Database, asked: OutletFilter) -> list[str]:
    with store.reading() as session:
        return [row.outlet.id for row in list_outlets(session, asked, NOW).items]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("الوادي", {"wadi", "wadi-en"}),
        ("وادي", {"wadi", "wadi-en"}),
        ("الوادى", {"wadi", "wadi-en"}),
        ("صحيفه الوادي", {"wadi"}),
        ("الصحيفة", {"wadi"}),
        ("الساحل", {"radio"}),
        ("COAST", {"radio"}),
        ("wadi english", {"wadi-en"}),
        ("@wadinews", {"wadi"}),
        ("www.radio.example", {"radio"}),
        ("الجبل", set()),
        ("", {"wadi", "wadi-en", "radio", "bare"}),
    ],
)
def test_the_directory_is_searched_in_both_languages(store: Database, text: str, ids: set[str]) -> None:
    assert set(_found(store, OutletFilter(text=text))) == ids


def test_the_directory_is_narrowed(store: Database) -> None:
    with store.transaction() as session:
        outlets.verify(session, "radio", by="amal", now=NOW)
        outlets.change(session, "wadi-en", {"answer_channel": AnswerChannel.EMAIL}, by="amal", now=NOW)
    assert _found(store, OutletFilter(medium=Medium.BROADCAST)) == ["radio"]
    assert _found(store, OutletFilter(country="AE")) == ["radio"]
    assert _found(store, OutletFilter(tier=Tier.REGIONAL)) == ["wadi"]
    assert _found(store, OutletFilter(verified=True)) == ["radio"]
    assert set(_found(store, OutletFilter(verified=False))) == {"wadi", "wadi-en", "bare"}
    assert _found(store, OutletFilter(incomplete=True)) == ["wadi-en"]
    with store.reading() as session:
        assert countries(session) == ("SA", "AE")
        page = list_outlets(session, OutletFilter(), NOW, limit=1, offset=1)
    assert (len(page.items), page.total) == (1, 4)


def test_sources_and_the_mentions_of_thirty_days_are_counted(store: Database, article: Callable[..., Mention]) -> None:
    feed = Source("wadi-feed", SourceKind.FEED, "wadi", "الوادي", "https://wadi.example/rss")
    gone = replace(feed, id="wadi-old", url="https://wadi.example/old")
    met = [article(1, outlet_id="wadi", source_id="wadi-feed"), article(2, outlet_id="wadi", source_id="wadi-feed")]
    with store.transaction() as session:
        sources.save(session, feed)
        sources.save(session, gone)
        sources.remove(session, "wadi-old")
        matched = {each.key: ("roads",) for each in met}
        inbox.store_discovery(session, Discovery("wadi-feed", SourceState(), mentions=tuple(met)), matched, NOW, b"k")
    with store.reading() as session:
        first = list_outlets(session, OutletFilter(), NOW + timedelta(days=1)).items[0]
        assert (first.outlet.id, first.sources, first.mentions) == ("wadi", 1, 2)
        (later,) = list_outlets(session, OutletFilter(text="wadi", tier=Tier.REGIONAL), NOW + timedelta(days=31)).items
        assert later.mentions == 0
