"""Stories: one text that many outlets print is one story (REQUIREMENTS G5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from registry.batches import insert_ids, insert_pairs, insert_rows, select_in
from registry.locks import Work, alone
from registry.story_text import ALIKE, SAME, SHORT, Signature, buckets, likeness, signatures, sketch, story_words
from registry.tables import MentionRecord, Rows, StoryBandRecord, StoryRecord, StorySignatureRecord, table_of
from registry.views import StoredMention, StoryJoin

MENTION = table_of(MentionRecord)
STORY = table_of(StoryRecord)
SIGNATURE = table_of(StorySignatureRecord)
BAND = table_of(StoryBandRecord)

WINDOW: Final = timedelta(days=30)
"""A text joins a story whose like text is not older than this."""
_MOST_CANDIDATES: Final = 200


def join_stories(session: Session, mentions: Sequence[StoredMention], now: datetime) -> list[StoryJoin]:
    """Give each mention its story, in the order given, and tell how large each story is now. May run again: a mention that
    has its story keeps it."""
    alone(session, Work.STORIES)
    wanted = {mention.id: mention for mention in mentions}
    rows = select_in(session, select(MENTION.c.id, MENTION.c.story_id), MENTION.c.id, list(wanted))
    has = {row.id: row.story_id for row in rows}
    fresh = [mention for mention in wanted.values() if mention.id in has and has[mention.id] is None]
    if fresh:
        has |= _join(session, fresh, now)
    stories = [story_id for story_id in has.values() if story_id is not None]
    sizes = {row.id: row.size for row in select_in(session, select(STORY.c.id, STORY.c.size), STORY.c.id, stories)}
    return [StoryJoin(each, has[each], sizes[has[each]]) for each in wanted if has.get(each) is not None]


def forget_old(session: Session, now: datetime) -> int:
    """Drop the bands of texts that are too old to be joined; gives how many texts."""
    gone = session.connection().execute(delete(SIGNATURE).where(SIGNATURE.c.at < now - WINDOW))
    return int(gone.rowcount)


@dataclass(slots=True)
class _Text:
    """One text to be placed: its place in the batch, and what it is compared by."""

    mention_id: int
    signature: Signature
    buckets: list[int]
    story: int = -1
    """Place of its story in ``_Placing.stories``."""
    banded: bool = True


@dataclass(slots=True)
class _Story:
    id: int | None
    added: int = 0


@dataclass(slots=True)
class _Placing:
    """The stories in play, and the texts met in each bucket (from the store and from this batch)."""

    stories: list[_Story] = field(default_factory=list)
    by_id: dict[int, int] = field(default_factory=dict)
    texts: list[tuple[Signature, int]] = field(default_factory=list)
    """Signature, and place of the story."""
    in_bucket: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def story(self, story_id: int | None) -> int:
        """The place of a story; of a new one where no id is given."""
        if story_id is not None and story_id in self.by_id:
            return self.by_id[story_id]
        self.stories.append(_Story(story_id))
        if story_id is not None:
            self.by_id[story_id] = len(self.stories) - 1
        return len(self.stories) - 1

    def meet(self, signature: Signature, story: int, found_in: Sequence[int]) -> None:
        """Let later texts be compared with this one."""
        self.texts.append((signature, story))
        for bucket in found_in:
            self.in_bucket[bucket].append(len(self.texts) - 1)

    def place(self, text: _Text) -> None:
        """Give a text the story of the text most like it, or one of its own."""
        candidates = sorted({each for bucket in text.buckets for each in self.in_bucket.get(bucket, ())})[-_MOST_CANDIDATES:]
        if candidates:
            alike = likeness(text.signature, np.stack([self.texts[each][0] for each in candidates]))
            best = int(alike.argmax())
            if alike[best] >= ALIKE:
                text.story = self.texts[candidates[best]][1]
                text.banded = bool(alike[best] < SAME)
        if text.story < 0:
            text.story = self.story(None)
        if text.banded:
            self.meet(text.signature, text.story, text.buckets)


def _join(session: Session, fresh: Sequence[StoredMention], now: datetime) -> dict[int, int]:
    texts = _texts(fresh)
    placing = _Placing()
    _recall(session, placing, texts, now)
    placed: dict[int, int] = {}
    for mention in fresh:
        text = texts.get(mention.id)
        if text is not None:
            placing.place(text)
        placed[mention.id] = text.story if text is not None else placing.story(None)
        placing.stories[placed[mention.id]].added += 1
    _write_stories(session, placing, now)
    joined = {mention_id: _id(placing.stories[story]) for mention_id, story in placed.items()}
    _write_texts(session, joined, [text for text in texts.values() if text.banded], now)
    return joined


def _texts(fresh: Sequence[StoredMention]) -> dict[int, _Text]:
    """What the mentions that have any words are compared by."""
    worded = [(mention.id, words) for mention in fresh if (words := story_words(mention.title, mention.text))]
    if not worded:
        return {}
    sketches = sketch([words for _, words in worded])
    found = buckets(sketches).tolist()
    marks = signatures(sketches)
    return {
        mention_id: _Text(mention_id, marks[place], found[place] if len(words) >= SHORT else found[place][:1])
        for place, (mention_id, words) in enumerate(worded)
    }


def _recall(session: Session, placing: _Placing, texts: dict[int, _Text], now: datetime) -> None:
    """Bring back the stored texts that share a bucket with any of these."""
    wanted = [bucket for text in texts.values() for bucket in text.buckets]
    shared: dict[int, list[int]] = defaultdict(list)
    for row in select_in(session, select(BAND.c.bucket, BAND.c.mention_id), BAND.c.bucket, wanted):
        shared[row.mention_id].append(row.bucket)
    statement = select(SIGNATURE).where(SIGNATURE.c.at >= now - WINDOW).order_by(SIGNATURE.c.mention_id)
    for row in select_in(session, statement, SIGNATURE.c.mention_id, sorted(shared)):
        signature = np.frombuffer(row.signature, dtype=np.uint16)
        placing.meet(signature, placing.story(row.story_id), shared[row.mention_id])


def _write_stories(session: Session, placing: _Placing, now: datetime) -> None:
    new = [story for story in placing.stories if story.id is None]
    rows: Rows = [{"first_at": now, "last_at": now, "size": story.added} for story in new]
    for story, story_id in zip(new, insert_ids(session, STORY, rows), strict=True):
        story.id = story_id
    grown = [{"of": story_id, "more": placing.stories[place].added} for story_id, place in placing.by_id.items()]
    grown = [row for row in grown if row["more"]]
    if grown:
        statement = update(STORY).where(STORY.c.id == bindparam("of")).values(size=STORY.c.size + bindparam("more"), last_at=now)
        session.connection().execute(statement, grown)


def _write_texts(session: Session, joined: dict[int, int], banded: Sequence[_Text], now: datetime) -> None:
    connection = session.connection()
    belongs: list[dict[str, Any]] = [{"of": mention_id, "story": story_id} for mention_id, story_id in joined.items()]
    connection.execute(update(MENTION).where(MENTION.c.id == bindparam("of")).values(story_id=bindparam("story")), belongs)
    insert_rows(
        session,
        SIGNATURE,
        [
            {"mention_id": text.mention_id, "story_id": joined[text.mention_id], "signature": text.signature.tobytes(), "at": now}
            for text in banded
        ],
    )
    pairs = sorted((bucket, text.mention_id) for text in banded for bucket in set(text.buckets))
    insert_pairs(session, BAND, pairs)


def _id(story: _Story) -> int:
    assert story.id is not None
    return story.id
