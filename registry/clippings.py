"""What no crawler reaches: entered by hand, transcribed later, matched to the real article (REQUIREMENTS G1, W16)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, func, select, update
from sqlmodel import Session

from domain.arabic import normalise, without_marks
from domain.clipping import LONGEST_TEXT, SOURCE, Clipping, text_key
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.language import language
from domain.mention import Channel, MentionForm, MentionState
from domain.outlet import Medium, Outlet
from domain.people import Actor, Role
from domain.privacy import mask
from domain.source import Discovery, Source, SourceKind, SourceState
from domain.tags import Importance, Kind
from domain.whatsapp import OUTLET as WHATSAPP
from registry import inbox, outlets, sources
from registry.batches import insert_new, insert_rows, select_in
from registry.casework.corrections import demand_mention
from registry.identity import known_keys
from registry.inbox_plan import storable
from registry.locks import Work, alone
from registry.mention_files import MentionFile, files_of
from registry.said_by_hand import say
from registry.tables import (
    CaseMentionRecord,
    CaseRecord,
    ContentRecord,
    KnownKeyRecord,
    MentionFileRecord,
    MentionRecord,
    OutletRecord,
    table_of,
)
from registry.views import Page, Review

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
OUTLET = table_of(OutletRecord)
KNOWN_KEY = table_of(KnownKeyRecord)
FILE = table_of(MentionFileRecord)
CASE = table_of(CaseRecord)
CASE_MENTION = table_of(CaseMentionRecord)

BY_HAND: Final = Source(id=SOURCE, kind=SourceKind.FEED, outlet_id=SOURCE, name="قصاصات", paused=True)
"""The source of everything entered by hand; it is never polled."""
_OWN_OUTLETS: Final = (
    Outlet(SOURCE, "قصاصات", "Clippings", Medium.OTHER),
    Outlet(WHATSAPP, "واتساب", "WhatsApp", Medium.OTHER),
)
_MAY: Final = frozenset({Role.REVIEWER, Role.SPECIALIST})


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of items that were entered: ids of mentions, and of each clipping (by its place) the mention that it is."""

    new: tuple[int, ...] = ()
    revised: tuple[int, ...] = ()
    transcribed: tuple[int, ...] = ()
    known: int = 0
    ids: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """How many went in: new ones, and known ones that have a text now or another one."""
        return len(self.new) + len(self.revised) + len(self.transcribed)


@dataclass(frozen=True, slots=True)
class Untranscribed:
    """An item that waits for its text, as a list shows it: personal data masked (REQUIREMENTS L3). ``kind`` and ``topic`` are
    what whoever entered it said."""

    id: int
    title: str
    outlet_id: str
    outlet_name: str
    form: MentionForm
    programme: str
    minute: int | None
    published_at: datetime | None
    entered_by: str
    entered_at: datetime
    kind: Kind | None
    topic: str | None
    files: int
    case_id: int | None
    case_number: str


@dataclass(frozen=True, slots=True)
class ClippingView:
    """One item that was entered by hand, with its files. ``transcribed`` says whether it has its text."""

    row: Untranscribed
    url: str
    channel: Channel
    importance: Importance | None
    state: MentionState
    transcribed: bool
    transcribed_by: str
    title: str
    """As it was entered; the row's has personal data masked."""
    files: tuple[MentionFile, ...]


def demand_entry(actor: Actor) -> None:
    """Raises ``NotAllowed`` where this person may not enter, transcribe or match items. The system itself may: it imports."""
    if actor.is_person and not actor.roles & _MAY:
        refused = NotAllowed(f"{actor.username} may not enter items", "it takes a reviewer or a specialist")
        raise refused.saying("may_not_decide", roles=tuple(sorted(_MAY)))


def enter(
    session: Session,
    clippings: Sequence[Clipping],
    actor: Actor,
    now: datetime,
    secret: bytes,
    watched: Mapping[str, tuple[str, ...]] | None = None,
) -> Entered:
    """Store what somebody entered: whoever enters the same item again changes nothing, and a text for an item that waits for one
    transcribes it. An item is kept whether or not a watch query matches, since a person chose it; ``watched`` names the queries
    that did, by the mention's key.

    Raises ``NotAllowed``, and ``InputError`` where a topic is said without a kind.
    """
    demand_entry(actor)
    alone(session, Work.INBOX)
    _keep_source(session, [each.mention.outlet_id for each in clippings])
    # What has no text goes first: a text of the same item, in the same file, is then its transcript.
    places = sorted(range(len(clippings)), key=lambda place: clippings[place].mention.transcribed)
    bare = [clippings[place] for place in places if not clippings[place].mention.transcribed]
    told = [clippings[place] for place in places if clippings[place].mention.transcribed]
    first = _store(session, bare, (), actor, now, secret, watched or {})
    transcribed = _transcribe_known(session, told, actor, now)
    second = _store(session, told, transcribed, actor, now, secret, watched or {})
    ids = dict(zip(places, (*first.ids, *second.ids), strict=True))
    return Entered(
        (*first.new, *second.new),
        second.revised,
        tuple(transcribed.values()),
        first.known + second.known,
        tuple(ids[place] for place in range(len(clippings))),
    )


def _store(
    session: Session,
    clippings: Sequence[Clipping],
    done: Collection[int],
    actor: Actor,
    now: datetime,
    secret: bytes,
    watched: Mapping[str, tuple[str, ...]],
) -> Entered:
    """Store those whose places are not ``done``, and find the mention that each of them is."""
    fresh = [each.mention for place, each in enumerate(clippings) if place not in done]
    mentions = tuple(replace(each, entered_by=each.entered_by or actor.username) for each in fresh)
    matched = {mention.key: watched.get(mention.key, (SOURCE,)) for mention in mentions}
    stored = inbox.store_discovery(session, Discovery(SOURCE, SourceState(), mentions=mentions), matched, now, secret)
    after = _by_key(session, [key for each in clippings for key in (each.mention.key, each.located)])
    own = [after.get(each.mention.key) or after[each.located] for each in clippings]
    located = {each.located: known.id for each, known in zip(clippings, own, strict=True) if each.located}
    insert_new(session, KNOWN_KEY, [{"key": key, "mention_id": mention_id} for key, mention_id in located.items()])
    for each, known in zip(clippings, own, strict=True):
        if each.kind and (not known.transcribed or known.id in stored.new):
            say(session, known.id, actor, now, kind=each.kind, topic=each.topic)
    return Entered(stored.new, stored.revised, (), stored.known, tuple(known.id for known in own))


def _transcribe_known(session: Session, clippings: Sequence[Clipping], actor: Actor, now: datetime) -> dict[int, int]:
    """Texts of items that wait for one: the mentions that have it now, by the place of the clipping."""
    kept = _by_key(session, [each.located for each in clippings])
    waiting = {key: each.id for key, each in kept.items() if not each.transcribed}
    done: dict[int, int] = {}
    for place, each in enumerate(clippings):
        mention_id = waiting.pop(each.located, None)
        if mention_id is not None:
            transcribe(session, mention_id, each.mention.text, actor, now)
            done[place] = mention_id
    return done


def transcribe(session: Session, mention_id: int, text: str, actor: Actor, now: datetime, *, title: str = "") -> bool:
    """Write down what a picture or sound says: a new revision, which is tagged and registered as anything else. What is in a case
    stays there. The same text again changes nothing; gives whether something changed.

    Raises ``NotFound``, ``NotAllowed`` (also where its case concerns this person, or is sealed), ``InputError`` for an empty or
    endless text, and ``Conflict`` where it has another text.
    """
    demand_entry(actor)
    alone(session, Work.INBOX)
    said = storable(without_marks(text)).strip()
    row = _mention(session, mention_id)
    if row.transcribed:
        if row.text == said:
            return False
        raise Conflict(f"mention {mention_id} has a text already", "look at it again").saying("has_text")
    if not said or len(said) > LONGEST_TEXT:
        raise InputError(f"the text of mention {mention_id} has {len(said)} characters", f"write 1 to {LONGEST_TEXT}").saying(
            "transcript_length", length=len(said), most=LONGEST_TEXT
        )
    headline = storable(without_marks(title)).strip() or row.title
    demand_mention(session, mention_id, actor)
    _revise(session, row, headline, said, actor, now)
    return True


def untranscribed(session: Session, limit: int = 50, offset: int = 0) -> Page[Untranscribed]:
    """What waits for its text, the newest first: what is in a case too, without what was dismissed."""
    where = and_(~MENTION.c.transcribed, MENTION.c.state != MentionState.DISMISSED, MENTION.c.erased_at.is_(None))
    total = session.connection().execute(select(func.count()).select_from(MENTION).where(where)).scalar_one()
    found = session.connection().execute(_rows().where(where).order_by(MENTION.c.id.desc()).limit(limit).offset(offset))
    return Page(tuple(_row(row) for row in found), total)


def clipping(session: Session, mention_id: int) -> ClippingView:
    """One item with its files. Raises ``NotFound``."""
    row = session.connection().execute(_rows().where(MENTION.c.id == mention_id)).one_or_none()
    if row is None:
        raise _gone(mention_id)
    return ClippingView(
        _row(row),
        row.url,
        row.channel,
        row.importance,
        row.state,
        row.transcribed,
        row.transcribed_by,
        row.title,
        files_of(session, mention_id),
    )


def outlet_finder(session: Session) -> Mapping[str, str]:
    """The ids of the directory's outlets by what people call them: id and both names, in their comparable form."""
    names: dict[str, str] = {}
    for each in outlets.all_outlets(session):
        for name in (each.id, each.name_ar, each.name_en):
            names.setdefault(normalise(name).strip(), each.id)
    return names


def _keep_source(session: Session, outlet_ids: Sequence[str]) -> None:
    for outlet in _OWN_OUTLETS:
        if outlets.find(session, outlet.id) is None:
            outlets.save(session, outlet)
    sources.save(session, BY_HAND)
    outlets.ensure(session, outlet_ids)


def _revise(session: Session, row: Row[Any], title: str, text: str, actor: Actor, now: datetime) -> None:
    connection = session.connection()
    revision = row.revision + 1
    key = text_key(row.outlet_id, title, text)
    digest = key.rpartition(":")[2]
    values: dict[str, Any] = {
        "title": title,
        "content_hash": digest,
        "revision": revision,
        "transcribed": True,
        "transcribed_by": actor.username,
        "language": language(f"{title} {text}"),
    }
    if row.state is not MentionState.CASED:
        values |= {"state": MentionState.GATHERED, "review": Review.NONE}
    connection.execute(update(MENTION).where(MENTION.c.id == row.id).values(**values))
    content = {"mention_id": row.id, "revision": revision, "title": title, "text": text, "content_hash": digest, "at": now}
    insert_rows(session, CONTENT, [content])
    insert_new(session, KNOWN_KEY, [{"key": key, "mention_id": row.id}])


@dataclass(frozen=True, slots=True)
class _Kept:
    id: int
    transcribed: bool


def _by_key(session: Session, keys: Sequence[str]) -> dict[str, _Kept]:
    owners, _ = known_keys(session, [key for key in keys if key])
    ids = {known.mention_id for known in owners.values()}
    statement = select(MENTION.c.id, MENTION.c.transcribed)
    rows = {row.id: row for row in select_in(session, statement, MENTION.c.id, sorted(ids))}
    return {key: _Kept(known.mention_id, rows[known.mention_id].transcribed) for key, known in owners.items()}


def _mention(session: Session, mention_id: int) -> Row[Any]:
    statement: Select[Any] = (
        select(
            MENTION.c.id, MENTION.c.title, MENTION.c.state, MENTION.c.revision, MENTION.c.transcribed, MENTION.c.outlet_id,
            CONTENT.c.text,
        )
        .outerjoin(CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision))
        .where(MENTION.c.id == mention_id, MENTION.c.erased_at.is_(None))
    )  # fmt: skip
    found = list(session.connection().execute(statement))
    if not found:
        raise _gone(mention_id)
    return found[0]


def _gone(mention_id: int) -> NotFound:
    gone = NotFound(f"there is no mention {mention_id}", "it may have been erased; load the list again")
    return gone.saying("no_mention")


def _rows() -> Select[Any]:
    files = select(func.count()).select_from(FILE).where(FILE.c.mention_id == MENTION.c.id).correlate(MENTION).scalar_subquery()
    return (
        select(
            MENTION.c.id, MENTION.c.title, MENTION.c.outlet_id, MENTION.c.form, MENTION.c.programme, MENTION.c.minute,
            func.coalesce(OUTLET.c.name_ar, MENTION.c.outlet_id).label("name"), MENTION.c.published_at, MENTION.c.entered_by,
            MENTION.c.fetched_at, MENTION.c.kind, MENTION.c.topic, files.label("files"), CASE_MENTION.c.case_id,
            func.coalesce(CASE.c.number, "").label("case_number"), MENTION.c.url, MENTION.c.channel, MENTION.c.importance,
            MENTION.c.state, MENTION.c.transcribed, MENTION.c.transcribed_by,
        )
        .select_from(MENTION)
        .outerjoin(OUTLET, OUTLET.c.id == MENTION.c.outlet_id)
        .outerjoin(CASE_MENTION, CASE_MENTION.c.mention_id == MENTION.c.id)
        .outerjoin(CASE, CASE.c.id == CASE_MENTION.c.case_id)
    )  # fmt: skip


def _row(row: Row[Any]) -> Untranscribed:
    return Untranscribed(
        id=row.id,
        title=mask(row.title),
        outlet_id=row.outlet_id,
        outlet_name=row.name,
        form=row.form,
        programme=row.programme,
        minute=row.minute,
        published_at=row.published_at,
        entered_by=row.entered_by,
        entered_at=row.fetched_at,
        kind=row.kind,
        topic=row.topic,
        files=row.files,
        case_id=row.case_id,
        case_number=row.case_number,
    )
