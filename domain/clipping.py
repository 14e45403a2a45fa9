"""An item that somebody enters by hand, read from named texts: a form's, a file's or the API's (REQUIREMENTS G1, W16). Pure.

The names are the same everywhere: ``FIELDS``. What comes as a picture or sound needs a title and a day instead of a text: then it
can be found on the list, and be matched to the real article.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from domain.addresses import canonical_url
from domain.arabic import normalise, without_marks
from domain.entry_flaws import EntryFault, EntryFlaw, demand, prose_flaw, text_flaw
from domain.language import language
from domain.mention import Channel, Mention, MentionForm
from domain.messages import label
from domain.profile import Profile
from domain.tags import Kind
from domain.typed_dates import read_day, read_minute, read_moment, shown_minute

E = TypeVar("E", bound=StrEnum)

SOURCE: Final = "clippings"
"""The source of everything entered by hand."""
FIELDS: Final = (
    "outlet", "form", "title", "text", "programme", "minute", "published_at", "hijri", "url", "author", "channel", "kind",
    "topic", "file", "entered_by",
)  # fmt: skip
"""Every field. ``published_at`` takes either calendar; ``hijri`` is the same day by the other one, for a form that asks for
both."""
LONGEST_TEXT: Final = 100_000
_LONGEST: Final = {"title": 300, "programme": 200, "author": 200, "outlet": 200, "url": 2000, "entered_by": 80}
_FORMS: Final = {
    "mp3": MentionForm.SOUND,
    "m4a": MentionForm.SOUND,
    "wav": MentionForm.SOUND,
    "mp4": MentionForm.VIDEO,
}
_AHEAD: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Clipping:
    """An item as it was entered. ``located`` is the key by which it is known without its text (empty where it needs none);
    ``kind`` and ``topic`` are what whoever entered it says that it is about, ``file`` the name of the file beside it."""

    mention: Mention
    located: str = ""
    kind: Kind | None = None
    topic: str = ""
    file: str = ""


def clipping_of(
    row: Mapping[str, object], profile: Profile, now: datetime, find_outlet: Callable[[str], str | None], where: str = "item"
) -> Clipping:
    """What the fields say; those that are not ``FIELDS`` are passed over. ``find_outlet`` gives the id of an outlet for what was
    typed. Raises ``EntryFlawed``, with a flaw for every field that cannot stand."""
    given = {name: _tidy(name, row.get(name)) for name in FIELDS}
    zone = profile.calendar.timezone
    usual = _form_of_file(given["file"]) if given["file"] and not given["text"] else MentionForm.TEXT
    form = _code(given["form"], MentionForm, usual)
    channel = _code(given["channel"], Channel, Channel.PRESS)
    kind = _code(given["kind"], Kind, None)
    topic = _topic(given["topic"], profile)
    outlet = find_outlet(given["outlet"])
    published = read_moment(given["published_at"] or given["hijri"], zone)
    minute = read_minute(given["minute"])
    wrong = [
        *_too_long(given),
        *_wrong_codes(given, form=form, channel=channel, kind=kind, topic=topic),
        None if outlet else EntryFlaw("outlet", EntryFault.OUTLET, given["outlet"][:40]),
        *_wrong_time(given, published, now, zone),
        *_wrong_minute(given, minute, form),
        _wrong_address(given["url"]),
        *_lacking(given, form),
    ]
    demand(where, wrong)
    assert form is not None
    assert channel is not None
    assert outlet is not None
    mention = _mention(given, form, channel, outlet, published, minute, now)
    located = _located(mention, zone)
    if not mention.transcribed:
        mention = replace(mention, key=located)
    return Clipping(mention, located, kind, topic or "", given["file"])


def text_key(outlet_id: str, title: str, text: str) -> str:
    """The key of an item that is known by what it says (DESIGN promise 2)."""
    both = f"{title}\n{text}"
    return f"{outlet_id}:{_digest(both)}"


def code_of(text: str, kind: type[E]) -> E | None:
    """The member of an enum that a text names, by its code or by its word in either language."""
    said = normalise(text)
    names = ((each, {each.value, *(normalise(label(each, tongue)) for tongue in ("ar", "en"))}) for each in kind)
    return next((each for each, known in names if said in known), None)


def _mention(
    given: Mapping[str, str],
    form: MentionForm,
    channel: Channel,
    outlet: str,
    published: datetime | None,
    minute: int | None,
    now: datetime,
) -> Mention:
    title, text = given["title"], given["text"]
    canonical = canonical_url(given["url"])
    key = canonical or text_key(outlet, title, text)
    if canonical and form is not MentionForm.TEXT:
        key = f"{canonical}#{form}" + (f"-{minute}" if minute is not None else "")
    return Mention(
        key=key,
        channel=channel,
        source_id=SOURCE,
        outlet_id=outlet,
        url=given["url"],
        canonical_url=canonical,
        title=title,
        text=text,
        author=given["author"],
        published_at=published,
        fetched_at=now,
        language=language(f"{title} {text}"),
        form=form,
        transcribed=form is MentionForm.TEXT or bool(text),
        programme=given["programme"],
        minute=minute,
        entered_by=given["entered_by"],
    )


def _located(mention: Mention, zone: str) -> str:
    """Where and when it was seen or heard: two of the same are one, whoever entered them."""
    if mention.form is MentionForm.TEXT:
        return ""
    if mention.canonical_url:
        return mention.key
    if not mention.title or mention.published_at is None:
        return ""
    day = mention.published_at.astimezone(ZoneInfo(zone)).date()
    minute = "" if mention.minute is None else shown_minute(mention.minute)
    told = (mention.form.value, normalise(mention.programme), minute, day.isoformat(), normalise(mention.title))
    return f"{mention.outlet_id}:{_digest('|'.join(told))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# ---------------------------------------------------------------------------------------------------------------------- fields


def _tidy(name: str, value: object) -> str:
    text = without_marks("" if value is None else str(value)).strip()
    return text if name == "text" else " ".join(text.split())


def _code(text: str, kind: type[E], usual: E | None) -> E | None:
    return code_of(text, kind) if text else usual


def _form_of_file(name: str) -> MentionForm:
    return _FORMS.get(name.lower().rpartition(".")[2], MentionForm.PICTURE)


def _topic(text: str, profile: Profile) -> str | None:
    """The code of a topic that is named by its code or its name; empty where none is named, None for what is no topic."""
    if not text:
        return ""
    said = normalise(text)
    names = ((each.code, (each.code, normalise(each.name_ar), normalise(each.name_en))) for each in profile.topics)
    return next((code for code, known in names if said in known), None)


def _too_long(given: Mapping[str, str]) -> Iterator[EntryFlaw | None]:
    for name, longest in _LONGEST.items():
        yield text_flaw(name, given[name], longest=longest)
    yield prose_flaw("text", given["text"], longest=LONGEST_TEXT)


def _wrong_codes(given: Mapping[str, str], **read: object) -> Iterator[EntryFlaw]:
    for name, code in read.items():
        if given[name] and code is None:
            yield EntryFlaw(name, EntryFault.CHOICE, given[name][:40])


def _wrong_time(given: Mapping[str, str], published: datetime | None, now: datetime, zone: str) -> Iterator[EntryFlaw]:
    name = "published_at" if given["published_at"] else "hijri"
    if given[name] and published is None:
        yield EntryFlaw(name, EntryFault.MOMENT, given[name][:40])
    elif published is not None and published > now + _AHEAD and not _is_today(published, now, zone):
        yield EntryFlaw(name, EntryFault.FUTURE, given[name][:40])
    if published is not None and given["published_at"] and given["hijri"]:
        day = published.astimezone(ZoneInfo(zone)).date()
        other = read_day(given["hijri"])
        if other is None:
            yield EntryFlaw("hijri", EntryFault.MOMENT, given["hijri"][:40])
        elif other != day:
            yield EntryFlaw("hijri", EntryFault.CALENDARS, given["hijri"][:40], hijri_digits(day))


def hijri_digits(day: date) -> str:
    """``11/6/1448`` by the Umm al-Qura calendar; empty outside the years that it covers."""
    from domain.holidays import hijri

    found = hijri(day)
    return f"{found[2]}/{found[1]}/{found[0]}" if found else ""


def _is_today(moment: datetime, now: datetime, zone: str) -> bool:
    return moment.astimezone(ZoneInfo(zone)).date() == now.astimezone(ZoneInfo(zone)).date()


def _wrong_minute(given: Mapping[str, str], minute: int | None, form: MentionForm | None) -> Iterator[EntryFlaw]:
    if given["minute"] and minute is None:
        yield EntryFlaw("minute", EntryFault.MINUTE, given["minute"][:40])
    elif given["minute"] and form in (MentionForm.TEXT, MentionForm.PICTURE):
        yield EntryFlaw("minute", EntryFault.FORM_MINUTE, given["minute"][:40])


def _wrong_address(url: str) -> EntryFlaw | None:
    return EntryFlaw("url", EntryFault.ADDRESS, url[:80]) if url and not canonical_url(url) else None


def _lacking(given: Mapping[str, str], form: MentionForm | None) -> Iterator[EntryFlaw]:
    if given["topic"] and not given["kind"]:
        yield EntryFlaw("kind", EntryFault.EMPTY)
    if given["text"]:
        return
    if form is MentionForm.TEXT:
        yield EntryFlaw("text", EntryFault.NO_TEXT)
        return
    if not given["title"]:
        yield EntryFlaw("title", EntryFault.EMPTY)
    if not given["published_at"] and not given["hijri"]:
        yield EntryFlaw("published_at", EntryFault.EMPTY)
