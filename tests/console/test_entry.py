"""What somebody enters in the console: the form, its files, the transcript, the article, WhatsApp, and the API."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from registry import clippings, mentions
from tests.console.conftest import Browser
from tests.console.world import World

SignIn = Callable[[str], Browser]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
SHOWN = {"outlet": "صحيفة آفاق", "form": "picture", "title": "سكان النرجس يشكون انقطاع الإنترنت", "published_at": "2026-11-21"}
HEARD = {"outlet": "wadi", "form": "sound", "title": "متصل اتصل من 0551234567", "programme": "صباح الوادي", "minute": "1:02:30",
         "published_at": "2026-11-20", "clock": "08:30"}  # fmt: skip


def _enter(browser: Browser, fields: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None) -> str:
    """Send the form; where it led to."""
    data = {"csrf": browser.token("/entry"), **fields}
    response = browser.post("/entry", data=data, files=files or {"file": ("", b"")})
    assert response.status_code == 200, response.text
    return response.url.path


def test_an_item_is_entered_with_its_picture_and_shown(as_: SignIn) -> None:
    rana = as_("rana")
    place = _enter(rana, SHOWN, {"file": ("لقطة.png", PNG)})
    page = rana.look(place)
    assert "غير مفرّغ" in page
    assert "رنا المراجعة" in page
    assert "11 جمادى الآخرة 1448هـ" in page
    found = re.search(rf'<img src="({place}/files/\d+)"', page)
    assert found
    picture = rana.get(found.group(1))
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert "sandbox" in picture.headers["content-security-policy"]
    assert rana.get(found.group(1).replace(place, "/entry/1")).status_code == 422
    assert "media-src 'self'" in rana.get(place).headers["content-security-policy"]
    assert SHOWN["title"] in rana.look("/review?order=newest")
    assert SHOWN["title"] in rana.look(place.replace("entry", "mentions"))


def test_the_list_tells_programme_minute_and_masks_numbers(as_: SignIn) -> None:
    rana = as_("rana")
    assert _enter(rana, HEARD) == _enter(as_("sami"), HEARD)
    page = as_("adel").look("/entry")
    for told in ("صباح الوادي", "1:02:30", "20 نوفمبر 2026م", "08:30"):
        assert told in page
    assert "0551234567" not in page
    assert 'id="new"' not in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"outlet": "صحيفة لا يعرفها أحد"}, "اختر الوسيلة من الدليل"),
        ({"minute": "12m"}, "12:34"),
        ({"hijri": "1/1/1448"}, "يوافق 10/6/1448"),
        ({"title": ""}, "لا يُترك خاليًا"),
        ({"published_at": ""}, "لا يُترك خاليًا"),
        ({"form": "text", "minute": ""}, "اكتب النص"),
    ],
)
def test_a_form_comes_back_with_what_is_wrong_and_what_was_typed(as_: SignIn, wrong: dict[str, str], told: str) -> None:
    rana = as_("rana")
    response = rana.fill("/entry", "/entry", **{**HEARD, **wrong})
    assert response.status_code == 422
    assert told in response.text
    assert "صباح الوادي" in response.text


def test_a_file_of_another_form_is_refused_and_nothing_is_kept(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    data = {"csrf": rana.token("/entry"), **HEARD}
    response = rana.post("/entry", data=data, files={"file": ("a.png", PNG)})
    assert response.status_code == 422
    assert "لا يُؤخذ هذا الملف" in response.text
    with world.database.reading() as session:
        assert clippings.untranscribed(session).total == 0


def test_a_transcript_sends_it_to_the_classifier(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    place = _enter(rana, HEARD)
    done = rana.fill(place, f"{place}/transcribe", text="يقول المتصل إن الشبكة مقطوعة", title="متصل يشكو الشبكة")
    assert done.url.path == place.replace("entry", "mentions")
    assert "يقول المتصل إن الشبكة مقطوعة" in done.text
    assert "لا مادة تنتظر" in rana.look("/entry")
    again = rana.post(f"{place}/transcribe", data={"csrf": rana.token("/entry"), "text": "نص آخر"})
    assert again.status_code == 409


def test_the_original_is_suggested_and_matched(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    place = _enter(rana, SHOWN)
    assert f'name="article" value="{world.mentions["outage"]}"' in rana.look(place)
    rana.fill(place, f"{place}/match", article="https://afaq.example/outage")
    with world.database.reading() as session:
        view = mentions.mention_view(session, int(place.rpartition("/")[2]))
        original = mentions.mention_view(session, world.mentions["outage"])
    assert (view.text, view.row.story_id) == (original.text, original.row.story_id)
    other = _enter(rana, SHOWN | {"title": "عنوان آخر"})
    assert rana.post(f"{other}/match", data={"csrf": rana.token("/entry"), "article": "كلام"}).status_code == 422


def test_it_is_decided_before_it_is_transcribed(as_: SignIn, world: World) -> None:
    sami = as_("sami")
    heard, shown = _enter(sami, HEARD), _enter(sami, SHOWN)
    opened = sami.fill(heard, f"{heard}/accept", kind="complaint", topic=world.profile.topics[1].code)
    assert opened.url.path.startswith("/cases/")
    assert "ما زالت بلا نص" in sami.look(heard)
    assert sami.post(f"{shown}/dismiss", data={"csrf": sami.token(shown), "reason": " "}).status_code == 422
    sami.fill(shown, f"{shown}/dismiss", reason="إعلان")
    page = sami.look("/entry")
    assert HEARD["programme"] in page
    assert SHOWN["title"] not in page


def test_pasted_messages_keep_what_concerns_the_ministry(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    name = world.profile.names[0]
    chat = f"[20/11/2026, 10:15] +966 55 123 4567: {name} لا ترد على أهل القرية\n[20/11/2026, 10:16] أبو فهد: صباح الخير"
    page = rana.fill("/entry", "/entry/whatsapp", chat=chat).text
    assert "الملصق <bdi>2</bdi> من الرسائل، أُدخل منها <bdi>1</bdi>" in page
    with world.database.reading() as session:
        (row,) = mentions.list_mentions(session, outlet_id="whatsapp").items
        assert mentions.mention_view(session, row.id).text == f"{name} لا ترد على أهل القرية"
        assert row.entered_by == "rana"


@pytest.mark.parametrize("who", ["dana", "admin"])
def test_who_sees_no_review_sees_none_of_it(as_: SignIn, who: str) -> None:
    place = _enter(as_("rana"), SHOWN)
    for address in ("/entry", place, f"{place}/files/1"):
        assert as_(who).get(address).status_code == 403


def test_who_only_reads_changes_nothing(as_: SignIn) -> None:
    place = _enter(as_("rana"), SHOWN)
    adel = as_("adel")
    token = adel.token("/entry")
    own = {"transcribe": {"text": "x"}, "match": {"article": "1"}, "accept": {"kind": "complaint"}, "dismiss": {}, "files": {}}
    sent = {"/entry": SHOWN, "/entry/whatsapp": {"chat": "x"}, **{f"{place}/{step}": fields for step, fields in own.items()}}
    for address, fields in sent.items():
        assert adel.post(address, data={"csrf": token, **fields}).status_code == 403, address


def test_the_api_enters_transcribes_and_matches(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    token = {"x-csrf-token": rana.token("/entry")}
    fields = {name: value for name, value in HEARD.items() if name != "clock"}
    entered = rana.post("/api/v1/entries", json=fields, headers=token).json()
    assert entered == {"id": entered["id"], "new": True, "untranscribed": True}
    assert rana.post("/api/v1/entries", json=fields, headers=token).json() == {**entered, "new": False}
    listed = rana.get("/api/v1/entries").json()
    assert (listed["total"], listed["items"][0]["minute"], listed["items"][0]["form"]) == (1, "1:02:30", "sound")
    assert rana.post("/api/v1/entries", json={**fields, "minute": "x"}, headers=token).status_code == 422
    place = f"/api/v1/entries/{entered['id']}"
    assert rana.post(f"{place}/files", files={"file": ("a.mp3", b"ID3" + b"\0" * 40)}, headers=token).status_code == 200
    assert {each["id"] for each in rana.get(f"{place}/originals").json()["items"]} == {world.mentions["again"]}
    matched = rana.post(f"{place}/original", json={"article": str(world.mentions["again"])}, headers=token)
    assert matched.json()["untranscribed"] is False
    told = rana.post(f"{place}/transcript", json={"text": "نص آخر"}, headers=token)
    assert told.status_code == 409
    pasted = rana.post("/api/v1/entries/whatsapp", json={"chat": world.profile.names[0]}, headers=token)
    assert pasted.json() == {"entered": 1, "messages": 1}
