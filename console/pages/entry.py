"""What no crawler reaches: entered here, transcribed, matched to its article, or dismissed (REQUIREMENTS G1, W16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.headers import POLICY
from console.layout import Place
from console.pages.form_filling import Filled, FormTexts, remedies, with_status
from console.pages.showing import done, setting_of, show, turns
from console.person import Person, PersonOf, genuine
from console.queries import PER_PAGE
from domain.arabic import normalise
from domain.attached_file import MOST_BYTES, AttachedFile
from domain.clipping import Clipping, clipping_of, hijri_digits
from domain.entry_flaws import EntryFault, EntryFlaw, EntryFlawed
from domain.errors import InputError
from domain.mention import Channel, MentionForm
from domain.outlet import Medium, Outlet
from domain.tags import CASE_KINDS, Kind
from domain.typed_dates import shown_minute
from domain.whatsapp import forwards, mention_of
from notify.dates import both
from registry import cases, clippings, mention_files, outlets
from registry.clipping_match import find_article, likely_articles, match
from registry.outlet_lists import OutletFilter, matches, search_words
from registry.said_by_hand import say

MOST_PASTED: Final = 200_000
"""Characters of a chat that are pasted at once."""
_AROUND: Final = 1024 * 1024
"""Bytes of a form around its file."""
_CHANNELS: Final[Mapping[Medium, Channel]] = {
    Medium.NEWSPAPER: Channel.PRESS,
    Medium.AGENCY: Channel.PRESS,
    Medium.ORGANISATION: Channel.REPORT,
    Medium.SOCIAL: Channel.SOCIAL,
}
"""How an outlet of this kind publishes, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file that came with a form."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class EnteredItem:
    """What became of an item: its number, whether it is new, and whether it waits for its text."""

    id: int
    is_new: bool
    waits: bool


def small_enough(request: Request) -> None:
    """Refuse a form that is too large before it is read. Raises ``InputError``."""
    length = request.headers.get("content-length", "")
    if request.method == "POST" and (not length.isdigit() or int(length) > MOST_BYTES + _AROUND):
        most = MOST_BYTES // (1024 * 1024)
        large = InputError(f"the form has {length or 'an unknown number of'} bytes", f"a file may have {most} MB")
        raise large.saying("file_too_large", most=most)


router = APIRouter(prefix=Place.ENTRY, dependencies=[Depends(small_enough), Depends(genuine)])


async def file_of(request: Request) -> Given | None:
    """The file of a form, if one was chosen."""
    file = (await request.form()).get("file")
    return Given(file.filename, await file.read()) if isinstance(file, UploadFile) and file.filename else None


FileOf = Annotated[Given | None, Depends(file_of)]


@router.get("")
def blank(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The form, and the list of what waits for its text."""
    demand(person.actor, Right.SEE_REVIEW)
    return _page(request, desk, person, Filled({}))


@router.post("")
def enter(request: Request, desk: DeskOf, person: PersonOf, texts: FormTexts, file: FileOf) -> Response:
    """Enter an item; the form again, with what is wrong, where it cannot stand."""
    demand(person.actor, Right.ENTER)
    try:
        with desk.database.transaction() as session:
            entered = enter_item(session, desk, person, _dated(texts), file)
    except EntryFlawed as error:
        return with_status(_page(request, desk, person, Filled(texts, remedies(error))), 422)
    if entered.waits:
        return done(f"{Place.ENTRY}/{entered.id}", "item_waits" if entered.is_new else "item_known")
    return done(f"/mentions/{entered.id}", "item_entered" if entered.is_new else "item_known")


@router.post("/whatsapp")
def paste(request: Request, desk: DeskOf, person: PersonOf, chat: Annotated[str, Form(max_length=MOST_PASTED)] = "") -> Response:
    """Messages of a chat: those that match a watch query are kept, without whoever passed them on (REQUIREMENTS L1, L3)."""
    demand(person.actor, Right.ENTER)
    with desk.database.transaction() as session:
        counts = enter_chat(session, desk, person, chat)
    return _page(request, desk, person, Filled({}), counts)


@router.get("/{mention_id:int}")
def item(mention_id: int, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One item: its picture or sound, what may be its article, and where its text is written."""
    demand(person.actor, Right.SEE_REVIEW)
    with desk.database.reading() as session:
        view = clippings.clipping(session, mention_id)
        likely = () if view.transcribed else likely_articles(session, mention_id)
        setting = setting_of(desk, session, person)
    response = show(
        desk,
        setting,
        "entry_item.html",
        request,
        here=Place.ENTRY,
        view=view,
        row=view.row,
        likely=likely,
        minute_of=shown_minute,
        when=partial(_when, zone=desk.profile.calendar.timezone),
        case_kinds=[kind for kind in Kind if kind in CASE_KINDS],
        endings=",".join(mention_files.ENDINGS),
        may_enter=has(person.actor, Right.ENTER),
        may_decide=has(person.actor, Right.DECIDE),
    )
    response.headers["content-security-policy"] = f"{POLICY}; media-src 'self'"
    return response


@router.post("/{mention_id:int}/transcribe")
def transcribe(mention_id: int, desk: DeskOf, person: PersonOf, texts: FormTexts) -> Response:
    """Write down what it says."""
    demand(person.actor, Right.ENTER)
    with desk.database.transaction() as session:
        said = texts.get("text", "")
        clippings.transcribe(session, mention_id, said, person.actor, desk.now, title=texts.get("title", "")[:300])
    return done(f"/mentions/{mention_id}", "transcribed")


@router.post("/{mention_id:int}/match")
def match_article(
    mention_id: int, desk: DeskOf, person: PersonOf, article: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """It shows this article: both are one story, and the article's text is its transcript."""
    demand(person.actor, Right.ENTER)
    with desk.database.transaction() as session:
        match(session, mention_id, find_article(session, article), person.actor, desk.now, desk.profile)
    return done(f"/mentions/{mention_id}", "matched")


@router.post("/{mention_id:int}/accept")
def accept(
    mention_id: int,
    desk: DeskOf,
    person: PersonOf,
    kind: Annotated[Kind, Form()],
    topic: Annotated[str, Form()] = "",
) -> Response:
    """Open a case with it before its text is written down."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        if topic and desk.profile.topic(topic) is None:
            raise InputError(f"«{topic}» is no topic", "choose one of the list").saying("no_topic", given=topic)
        if not clippings.clipping(session, mention_id).transcribed:
            say(session, mention_id, person.actor, desk.now, kind=kind, topic=topic)
        case_id = cases.accept_mention(session, mention_id, person.actor, desk.profile, desk.now, kind=kind)
    return done(f"/cases/{case_id}", "accepted")


@router.post("/{mention_id:int}/dismiss")
def dismiss(mention_id: int, desk: DeskOf, person: PersonOf, reason: Annotated[str, Form(max_length=2000)] = "") -> Response:
    """It concerns nobody here, with the reason."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        cases.reject_mention(session, mention_id, person.actor, reason, desk.now)
    return done(Place.ENTRY, "item_dismissed")


@router.post("/{mention_id:int}/files")
def keep_file(mention_id: int, desk: DeskOf, person: PersonOf, file: FileOf) -> Response:
    """Keep a file with it."""
    demand(person.actor, Right.ENTER)
    with desk.database.transaction() as session:
        add_file(session, desk, person, mention_id, file)
    return done(f"{Place.ENTRY}/{mention_id}", "item_file")


@router.get("/{mention_id:int}/files/{file_id:int}")
def file(mention_id: int, file_id: int, desk: DeskOf, person: PersonOf) -> Response:
    """A file of the item: a picture, sound or film as itself, anything else as a download; never as a page of ours."""
    demand(person.actor, Right.SEE_REVIEW)
    with desk.database.reading() as session:
        found = mention_files.content(session, file_id)
    if found.mention_id != mention_id:
        raise InputError(f"file {file_id} belongs to another item", "open it from its own").saying("no_mention")
    shown = "inline" if found.media_type.startswith(("image/", "audio/", "video/")) else "attachment"
    headers = {
        "content-disposition": f"{shown}; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-store",
    }
    return Response(found.content, media_type=found.media_type, headers=headers)


# ------------------------------------------------------------------------------------------------------- shared with the API


def enter_item(session: Session, desk: Desk, person: Person, fields: Mapping[str, str], given: Given | None) -> EnteredItem:
    """Store an item and its file. Raises ``EntryFlawed``, and whatever ``registry.clippings.enter`` does."""
    directory = outlets.all_outlets(session)
    outlet = find_outlet(directory, fields.get("outlet", ""))
    usual = _CHANNELS.get(outlet.medium, Channel.OTHER) if outlet else Channel.OTHER
    row = {**fields, "channel": fields.get("channel") or usual.value, "file": given.name if given else "", "entered_by": ""}
    clipping = clipping_of(row, desk.profile, desk.now, lambda _: outlet.id if outlet else None)
    file = _checked(given, clipping) if given else None
    entered = clippings.enter(session, [clipping], person.actor, desk.now, desk.settings.secret_key.encode())
    (mention_id,) = entered.ids
    if given and file:
        mention_files.keep(session, mention_id, file, given.content, person.actor.username, desk.now)
    waits = not clippings.clipping(session, mention_id).transcribed
    return EnteredItem(mention_id, bool(entered.count), waits)


def enter_chat(session: Session, desk: Desk, person: Person, chat: str) -> tuple[int, int]:
    """Store the messages of a chat that match a watch query; how many are new, and how many there were. Raises ``InputError``."""
    from classifiers.watch import compile_queries

    if len(chat) > MOST_PASTED:
        raise InputError(f"the chat has {len(chat)} characters", f"{MOST_PASTED} at most").saying(
            "chat_too_long", most=MOST_PASTED
        )
    said = forwards(chat, desk.profile.calendar.timezone)
    watcher = compile_queries(desk.profile.watch, desk.profile, outlet_handles=outlets.handles(session))
    mentions = [mention_of(each, desk.now, person.actor.username) for each in said]
    asked = {each.key: watcher.names("", each.text, language=each.language, outlet=each.outlet_id) for each in mentions}
    found = {key: names for key, names in asked.items() if names}
    kept = [Clipping(each) for each in mentions if each.key in found]
    entered = clippings.enter(session, kept, person.actor, desk.now, desk.settings.secret_key.encode(), found)
    return entered.count, len(said)


def add_file(session: Session, desk: Desk, person: Person, mention_id: int, given: Given | None) -> int:
    """Keep one more file with an item; gives its id. Raises ``InputError``."""
    if given is None:
        raise InputError("no file arrived", "choose one and send it again").saying("no_file")
    form = clippings.clipping(session, mention_id).row.form
    file = mention_files.checked(given.name, given.content, None if form is MentionForm.TEXT else form)
    return mention_files.keep(session, mention_id, file, given.content, person.actor.username, desk.now)


def find_outlet(directory: list[Outlet], typed: str) -> Outlet | None:
    """The outlet that was typed: by its id or a name, else the only one that these words find."""
    said = normalise(typed).strip()
    if not said:
        return None
    named = [each for each in directory if said in (each.id, normalise(each.name_ar), normalise(each.name_en))]
    words = search_words(typed)
    found = named or [each for each in directory if words and matches(each, OutletFilter(text=typed), words)]
    return found[0] if named or len(found) == 1 else None


def _checked(given: Given, clipping: Clipping) -> AttachedFile:
    form = clipping.mention.form
    try:
        return mention_files.checked(given.name, given.content, None if form is MentionForm.TEXT else form)
    except InputError as error:
        raise EntryFlawed("item", (EntryFlaw("file", EntryFault.FILE, given.name[:80], given.name[:80]),)) from error


def _dated(texts: Mapping[str, str]) -> dict[str, str]:
    """The form's fields with the time beside its day."""
    clock = texts.get("clock", "").strip()
    fields = dict(texts)
    name = "published_at" if fields.get("published_at") else "hijri"
    if clock and fields.get(name):
        fields[name] = f"{fields[name]} {clock}"
    return fields


def _when(moment: datetime, zone: str) -> str:
    """The day by both calendars, with the time where one was given: an item's own is often unknown."""
    local = moment.astimezone(ZoneInfo(zone))
    return both(local.date()) + (f"، {local:%H:%M}" if (local.hour, local.minute) != (0, 0) else "")


def _page(request: Request, desk: Desk, person: Person, filled: Filled, chat: tuple[int, int] | None = None) -> Response:
    start = request.query_params.get("start", "")
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 0
    with desk.database.reading() as session:
        page = clippings.untranscribed(session, PER_PAGE, first)
        directory = sorted(outlets.all_outlets(session), key=lambda each: each.name_ar)
        setting = setting_of(desk, session, person)
    today = desk.now.astimezone(ZoneInfo(desk.profile.calendar.timezone)).date()
    return show(
        desk,
        setting,
        "entry.html",
        request,
        here=Place.ENTRY,
        form=filled,
        chat=chat,
        page=page,
        minute_of=shown_minute,
        when=partial(_when, zone=desk.profile.calendar.timezone),
        outlets=directory,
        forms=list(MentionForm),
        channels=list(Channel),
        kinds=list(Kind),
        topics=desk.profile.topics,
        endings=",".join(mention_files.ENDINGS),
        today=today,
        today_hijri=hijri_digits(today),
        may_enter=has(person.actor, Right.ENTER),
        **turns(Place.ENTRY, "", first, len(page.items), page.total, PER_PAGE),
    )
