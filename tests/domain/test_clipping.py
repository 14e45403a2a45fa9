"""What somebody enters by hand: fields become an item, or flaws by field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.clipping import Clipping, clipping_of
from domain.entry_flaws import EntryFault, EntryFlawed
from domain.mention import Channel, MentionForm
from domain.tags import Kind
from service.profiles import load_profile

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PROFILE = load_profile("mcit")
CALLER = {
    "outlet": "radio",
    "form": "sound",
    "title": "متصل يشكو من تأخر الطرود",
    "programme": "صباح الخير",
    "minute": "12:34",
    "published_at": "2026-11-20",
}


def _clipping(**fields: object) -> Clipping:
    return clipping_of(fields, PROFILE, NOW, lambda typed: typed or None)


def _flaws(**fields: object) -> dict[str, EntryFault]:
    with pytest.raises(EntryFlawed) as caught:
        _clipping(**fields)
    return {flaw.field: flaw.code for flaw in caught.value.flaws}


def test_a_minute_of_radio_without_its_text_is_untranscribed() -> None:
    found = _clipping(**CALLER, kind="شكوى", topic=PROFILE.topics[0].name_ar)
    mention = found.mention
    assert (mention.form, mention.transcribed, mention.programme, mention.minute) == (MentionForm.SOUND, False, "صباح الخير", 754)
    assert mention.published_at == datetime(2026, 11, 19, 21, 0, tzinfo=UTC)
    assert (found.kind, found.topic) == (Kind.COMPLAINT, PROFILE.topics[0].code)
    assert mention.key == found.located


def test_a_text_is_known_by_what_it_says_and_a_picture_by_where_it_stood() -> None:
    told = _clipping(**CALLER, text="يقول المتصل إن طرده تأخر")
    assert told.mention.transcribed
    assert told.located == _clipping(**CALLER).mention.key != told.mention.key
    same = CALLER | {"title": " متصل  يشكو من تأخُّر الطرود", "minute": "٠٠:١٢:٣٤", "published_at": "10/6/1448"}
    assert _clipping(**same).mention.key == _clipping(**CALLER).mention.key
    others = {"minute": "12:35", "programme": "المساء", "published_at": "2026-11-19", "outlet": "tv", "form": "video"}
    for name, other in others.items():
        assert _clipping(**CALLER | {name: other}).mention.key != _clipping(**CALLER).mention.key, name


def test_the_picture_of_a_page_is_not_the_page() -> None:
    page = "https://Paper.example/1?utm_source=x"
    picture = _clipping(outlet="paper", form="صورة", title="عنوان", published_at="2026-11-20", url=page).mention
    article = _clipping(outlet="paper", text="نص الخبر", url=page).mention
    assert article.key == "https://paper.example/1" == picture.canonical_url
    assert picture.key == "https://paper.example/1#picture"


def test_the_form_of_a_file_is_known_by_its_name() -> None:
    shown = {"outlet": "tv", "title": "مقابلة", "published_at": "2026-11-20"}
    assert _clipping(**shown, file="a.MP3").mention.form is MentionForm.SOUND
    assert _clipping(**shown, file="b.mp4").mention.form is MentionForm.VIDEO
    assert _clipping(**shown, file="c.png").mention.form is MentionForm.PICTURE
    assert _clipping(**shown, file="c.png", text="نص").mention.form is MentionForm.TEXT


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"title": "بلا نص"}, "text", EntryFault.NO_TEXT),
        ({"form": "picture", "published_at": "2026-11-20"}, "title", EntryFault.EMPTY),
        ({"form": "picture", "title": "عنوان"}, "published_at", EntryFault.EMPTY),
        ({"text": "نص", "outlet": ""}, "outlet", EntryFault.OUTLET),
        ({"text": "نص", "published_at": "yesterday"}, "published_at", EntryFault.MOMENT),
        ({"text": "نص", "published_at": "2026-12-01"}, "published_at", EntryFault.FUTURE),
        ({"text": "نص", "published_at": "2026-11-20", "hijri": "11/6/1448"}, "hijri", EntryFault.CALENDARS),
        ({"text": "نص", "published_at": "2026-11-20", "hijri": "قديما"}, "hijri", EntryFault.MOMENT),
        ({"text": "نص", "form": "sound", "minute": "12m"}, "minute", EntryFault.MINUTE),
        ({"text": "نص", "minute": "12:34"}, "minute", EntryFault.FORM_MINUTE),
        ({"text": "نص", "url": "paper.example/1"}, "url", EntryFault.ADDRESS),
        ({"text": "نص", "form": "poem"}, "form", EntryFault.CHOICE),
        ({"text": "نص", "channel": "telepathy"}, "channel", EntryFault.CHOICE),
        ({"text": "نص", "kind": "angry"}, "kind", EntryFault.CHOICE),
        ({"text": "نص", "kind": "complaint", "topic": "nothing/such"}, "topic", EntryFault.CHOICE),
        ({"text": "نص", "topic": PROFILE.topics[0].code}, "kind", EntryFault.EMPTY),
        ({"text": "نص", "title": "ع" * 301}, "title", EntryFault.TOO_LONG),
        ({"text": "ن" * 100_001}, "text", EntryFault.TOO_LONG),
    ],
)
def test_what_cannot_stand_is_named_by_its_field(given: dict[str, str], field: str, code: EntryFault) -> None:
    assert _flaws(**{"outlet": "paper", **given})[field] is code


def test_all_flaws_are_told_at_once() -> None:
    assert set(_flaws(outlet="", form="sound", minute="x")) == {"outlet", "minute", "title", "published_at"}


def test_a_later_hour_of_today_may_be_entered() -> None:
    assert _clipping(outlet="paper", text="نص", published_at="2026-11-21").mention.channel is Channel.PRESS
