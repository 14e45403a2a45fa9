"""A picture or sound and the real article that it shows: what may be it, and a person's word that it is (REQUIREMENTS W16)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, false, or_, select
from sqlmodel import Session

from domain.addresses import canonical_url
from domain.errors import Conflict, InputError, NotFound
from domain.mention import Channel, MentionForm
from domain.people import Actor
from domain.privacy import mask
from domain.profile import Profile
from domain.typed_dates import plain
from registry.casework.story_hands import join_stories_by_hand
from registry.clippings import demand_entry, transcribe
from registry.identity import known_keys
from registry.locks import Work, alone
from registry.stories import join_stories
from registry.story_words import content, worded
from registry.tables import ContentRecord, MentionRecord, OutletRecord, table_of
from registry.tagging import stored

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
OUTLET = table_of(OutletRecord)

AROUND: Final = timedelta(days=3)
"""How far an article may be from what shows it."""
_LOOKED_AT: Final = 5_000
_SHOWN: Final = 8
_LEAST_SHARED: Final = 2
_LATE: Final = timedelta(days=1)
"""How much later than its date a page may be gathered and still be looked at."""


@dataclass(frozen=True, slots=True)
class Likely:
    """An article that may be what the picture or sound shows. ``shared`` counts the telling words that both titles have."""

    id: int
    title: str
    outlet_name: str
    url: str
    at: datetime
    same_address: bool
    same_outlet: bool
    shared: int


def likely_articles(session: Session, mention_id: int) -> tuple[Likely, ...]:
    """Articles of the days around an item that have its address, its outlet or words of its title; the likeliest first.

    Raises ``NotFound``.
    """
    shown = _shown(session, mention_id)
    at = shown.published_at or shown.fetched_at
    words = frozenset(content(worded(shown.title, "", social=False).title))
    found = [_likely(row, shown, words) for row in session.connection().execute(_around(mention_id, at, shown.canonical_url))]
    kept = [each for each in found if each.same_address or each.same_outlet or each.shared >= _LEAST_SHARED]
    kept.sort(key=lambda each: (not each.same_address, -each.shared, not each.same_outlet, abs(each.at - at), each.id))
    return tuple(kept[:_SHOWN])


def find_article(session: Session, named: str) -> int:
    """The mention that a person names by its number or its address. Raises ``InputError`` and ``NotFound``."""
    said = plain(named)
    if said.isdigit() and len(said) < 19:
        return int(said)
    address = canonical_url(said)
    if not address:
        wrong = InputError(f"«{said[:80]}» is neither a number nor a web address", "give the item's number or its address")
        raise wrong.saying("no_article_named")
    owners, _ = known_keys(session, [address])
    if address not in owners:
        gone = NotFound(f"no item with the address {address} was gathered", "enter its text by hand")
        raise gone.saying("no_article_there")
    return owners[address].mention_id


def match(session: Session, mention_id: int, article_id: int, actor: Actor, now: datetime, profile: Profile) -> None:
    """A person says that an item shows this article: the article's text is its transcript, and both are one story, with the case
    that one of them has. Saying it again changes nothing.

    Raises ``NotFound``, ``NotAllowed``, ``InputError``, and ``Conflict`` where each is in a case of its own, or the item was
    transcribed with another text.
    """
    demand_entry(actor)
    if mention_id == article_id:
        raise InputError("an item does not show itself", "name the article").saying("article_itself")
    alone(session, Work.INBOX)
    article = _article(session, article_id)
    join_stories(session, stored(session, [mention_id, article_id]), now)
    own, other = _stories(session, mention_id, article_id)
    if own != other:
        join_stories_by_hand(session, own, other, actor, now, "", profile)
    transcribe(session, mention_id, article.text, actor, now)


def _stories(session: Session, *mention_ids: int) -> tuple[int, ...]:
    statement = select(MENTION.c.id, MENTION.c.story_id).where(MENTION.c.id.in_(mention_ids))
    of = {row.id: row.story_id for row in session.connection().execute(statement)}
    return tuple(of[each] for each in mention_ids)


def _shown(session: Session, mention_id: int) -> Row[Any]:
    columns = (MENTION.c.title, MENTION.c.outlet_id, MENTION.c.canonical_url, MENTION.c.published_at, MENTION.c.fetched_at)
    return _one(session, select(*columns).where(MENTION.c.id == mention_id), mention_id)


def _article(session: Session, article_id: int) -> Row[Any]:
    statement = (
        select(MENTION.c.transcribed, CONTENT.c.text)
        .join(CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision))
        .where(MENTION.c.id == article_id, MENTION.c.erased_at.is_(None))
    )
    row = _one(session, statement, article_id)
    if not row.transcribed or not row.text.strip():
        bare = Conflict(f"item {article_id} has no text itself", "name the article")
        raise bare.saying("article_without_text")
    return row


def _one(session: Session, statement: Any, mention_id: int) -> Row[Any]:
    row: Row[Any] | None = session.connection().execute(statement).one_or_none()
    if row is None:
        gone = NotFound(f"there is no mention {mention_id}", "it may have been erased; load the list again")
        raise gone.saying("no_mention")
    return row


def _around(mention_id: int, at: datetime, address: str) -> Any:
    published = MENTION.c.published_at.between(at - AROUND, at + AROUND)
    gathered = and_(MENTION.c.published_at.is_(None), MENTION.c.fetched_at.between(at - AROUND, at + AROUND))
    near = and_(MENTION.c.fetched_at >= at - AROUND - _LATE, or_(published, gathered))
    same = MENTION.c.canonical_url == address if address else false()
    return (
        select(
            MENTION.c.id, MENTION.c.title, MENTION.c.url, MENTION.c.canonical_url, MENTION.c.outlet_id, MENTION.c.published_at,
            MENTION.c.fetched_at, OUTLET.c.name_ar.label("outlet_name"),
        )
        .join(OUTLET, OUTLET.c.id == MENTION.c.outlet_id)
        .where(
            MENTION.c.id != mention_id,
            MENTION.c.form == MentionForm.TEXT,
            MENTION.c.channel != Channel.SOCIAL,
            MENTION.c.erased_at.is_(None),
            MENTION.c.title != "",
            or_(near, same),
        )
        .order_by(MENTION.c.id.desc())
        .limit(_LOOKED_AT)
    )  # fmt: skip


def _likely(row: Row[Any], shown: Row[Any], words: Collection[int]) -> Likely:
    said = frozenset(content(worded(row.title, "", social=False).title))
    return Likely(
        id=row.id,
        title=mask(row.title),
        outlet_name=row.outlet_name,
        url=row.url,
        at=row.published_at or row.fetched_at,
        same_address=bool(shown.canonical_url) and row.canonical_url == shown.canonical_url,
        same_outlet=row.outlet_id == shown.outlet_id,
        shared=len(said.intersection(words)),
    )
