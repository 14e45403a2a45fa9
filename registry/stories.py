"""Stories: one text that many outlets print is one story (REQUIREMENTS G5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from domain.mention import Channel
from registry.batches import among, insert_ids, insert_pairs, insert_rows, select_in, select_pairs, write_numbers
from registry.locks import Work, alone
from registry.story_likeness import SHORT, Text, likeness, shingles
from registry.story_text import Buckets, buckets
from registry.story_words import Worded, pack, unpack, worded
from registry.tables import (
    MentionRecord,
    Rows,
    StoryBandRecord,
    StoryPinRecord,
    StoryRecord,
    StorySignatureRecord,
    table_of,
)
from registry.views import StoredMention, StoryJoin

MENTION = table_of(MentionRecord)
STORY = table_of(StoryRecord)
SIGNATURE = table_of(StorySignatureRecord)
BAND = table_of(StoryBandRecord)
PIN = table_of(StoryPinRecord)

WINDOW: Final = timedelta(days=30)
"""A text joins a story whose like text is not older than this."""
_FULL: Final = 12
"""A bucket with so many texts takes no more: it would only make every later look-up dearer."""
_COMMON: Final = 6
"""A bucket in which more stories than this meet tells nothing."""
_EVERYWHERE: Final = 3
"""A line that so many stories have belongs to the outlet, not to the story."""
_FAINT: Final = 0.15
"""Texts that share less than this part of what the best candidate shares are not compared."""
_SURE: Final = 0.95
_MOST: Final = 8
"""Texts that one is compared with at most, and of one story not more than ``_MOST_OF_ONE``."""
_MOST_OF_ONE: Final = 3


def join_stories(session: Session, mentions: Sequence[StoredMention], now: datetime) -> list[StoryJoin]:
    """Give each mention its story, in the order given, and tell how large each story is now. May run again: a mention that
    has its story keeps it, under its new words where they changed."""
    alone(session, Work.STORIES)
    wanted = {mention.id: mention for mention in mentions}
    columns = (MENTION.c.id, MENTION.c.story_id, MENTION.c.published_at)
    rows = {row.id: row for row in select_in(session, select(*columns), MENTION.c.id, list(wanted))}
    has = {mention_id: row.story_id for mention_id, row in rows.items()}
    published = {mention_id: row.published_at for mention_id, row in rows.items()}
    fresh = [mention for mention in wanted.values() if mention.id in has and has[mention.id] is None]
    known = [mention for mention in wanted.values() if has.get(mention.id) is not None]
    if known:
        _renew(session, known)
    if fresh:
        has |= _join(session, fresh, published, now)
    stories = [story_id for story_id in has.values() if story_id is not None]
    sizes = {row.id: row.size for row in select_in(session, select(STORY.c.id, STORY.c.size), STORY.c.id, stories)}
    return [StoryJoin(each, has[each], sizes[has[each]]) for each in wanted if has.get(each) is not None]


def forget_old(session: Session, now: datetime) -> int:
    """Drop what texts are compared by once they are too old to be joined, so that look-ups stay cheap; gives how many texts."""
    gone = session.connection().execute(delete(SIGNATURE).where(SIGNATURE.c.at < now - WINDOW))
    return int(gone.rowcount)


# ------------------------------------------------------------------------------------------------------------- what is compared


@dataclass(slots=True)
class _Text:
    """One text to be placed."""

    mention_id: int
    text: Text
    buckets: Buckets
    kept: tuple[int, ...] = ()
    """The buckets under which it is kept."""


@dataclass(slots=True)
class _Member:
    """A text that has its story already. ``text`` is None until it is read from the store."""

    story: int
    mention_id: int
    text: Text | None = None


@dataclass(slots=True)
class _Story:
    id: int | None
    added: int = 0


def _texts(fresh: Sequence[StoredMention], published: dict[int, datetime | None], now: datetime) -> dict[int, _Text]:
    """What the mentions that have any words are compared by."""
    all_words = [(each, worded(each.title, each.text, social=each.channel is Channel.SOCIAL)) for each in fresh]
    said = [(mention, words) for mention, words in all_words if not words.empty]
    found = buckets([words for _, words in said])
    return {
        mention.id: _Text(mention.id, Text(words, mention.outlet_id, _moment(published[mention.id], now)), each)
        for (mention, words), each in zip(said, found, strict=True)
    }


def _moment(published: datetime | None, now: datetime) -> datetime:
    """When a text came out, as far as can be believed."""
    return now if published is None or published > now else published


# ------------------------------------------------------------------------------------------------------------------- placing


@dataclass(slots=True)
class _Placing:
    """The stories in play, and the texts met in each bucket (from the store and from this batch)."""

    stories: list[_Story] = field(default_factory=list)
    by_id: dict[int, int] = field(default_factory=dict)
    members: list[_Member] = field(default_factory=list)
    in_bucket: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    together: dict[int, int] = field(default_factory=dict)
    """Story that a person gave a mention."""
    apart: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Stories that a person kept a mention out of."""

    def story(self, story_id: int | None) -> int:
        """The place of a story; of a new one where no id is given."""
        if story_id is not None and story_id in self.by_id:
            return self.by_id[story_id]
        self.stories.append(_Story(story_id))
        if story_id is not None:
            self.by_id[story_id] = len(self.stories) - 1
        return len(self.stories) - 1

    def meet(self, member: _Member, found_in: Iterable[int]) -> None:
        """Let later texts be compared with this one."""
        self.members.append(member)
        for bucket in found_in:
            self.in_bucket[bucket].append(len(self.members) - 1)

    def candidates(self, asked: Sequence[int]) -> list[tuple[int, bool]]:
        """The texts most worth comparing: those that share the rarest buckets; and whether they share one alone."""
        weights: dict[int, float] = defaultdict(float)
        shared: dict[int, int] = defaultdict(int)
        for bucket in asked:
            met = self.in_bucket.get(bucket)
            if met:
                stories = len({self.members[each].story for each in met}) if len(met) > 1 else 1
                if stories <= _COMMON:
                    for each in met:
                        weights[each] += 1 / stories
                        shared[each] += 1
        if not weights:
            return []
        taken: dict[int, int] = defaultdict(int)
        best = []
        least = max(weights.values()) * _FAINT
        for each in sorted((each for each in weights if weights[each] >= least), key=lambda member: (-weights[member], member)):
            story = self.members[each].story
            if taken[story] < _MOST_OF_ONE:
                taken[story] += 1
                best.append((each, shared[each] < 2))
        return best[:_MOST]

    def place(self, given: _Text) -> int:
        """Give a text the story of the text most like it, or one of its own; gives the story's place."""
        given.text.ignored = self._ignored(given)
        story, same = self._nearest(given)
        if given.mention_id in self.together:
            story = self.together[given.mention_id]
        if story < 0:
            story = self.story(None)
        if not same:
            given.kept = tuple(bucket for bucket in given.buckets.kept if len(self.in_bucket.get(bucket, ())) < _FULL)
            self.meet(_Member(story, given.mention_id, given.text), given.kept)
        return story

    def _nearest(self, given: _Text) -> tuple[int, bool]:
        """Place of the story of the text most like it (-1: none), and whether that is the same in every word."""
        best, story, same = 0.0, -1, False
        kept_out = self.apart.get(given.mention_id, set())
        for each, hardly in self.candidates(given.buckets.asked):
            member = self.members[each]
            if member.text is None or member.story in kept_out:
                continue
            if hardly and _are_long(given.text, member.text):
                continue
            alike = likeness(given.text, member.text)
            if alike > best:
                best, story = alike, member.story
                same = alike >= 1.0 and member.text.words.title == given.text.words.title
            if best >= _SURE:
                break
        return story, same

    def _ignored(self, given: _Text) -> frozenset[int]:
        """The shingles of its first and last lines that stand in many stories."""
        ignored: set[int] = set()
        for bucket, (start, end) in zip(given.buckets.lines, given.text.words.spans, strict=True):
            stories = {self.members[each].story for each in self.in_bucket.get(bucket, ())}
            if len(stories) >= _EVERYWHERE:
                ignored.update(shingles(given.text.words.body[start:end]))
        return frozenset(ignored)


def _are_long(one: Text, other: Text) -> bool:
    """Whether both are articles, which share more than one bucket where they are one story."""
    return not one.words.social and not other.words.social and min(len(one.words.body), len(other.words.body)) >= SHORT


def _join(
    session: Session, fresh: Sequence[StoredMention], published: dict[int, datetime | None], now: datetime
) -> dict[int, int]:
    texts = _texts(fresh, published, now)
    placing = _Placing()
    _recall(session, placing, texts, now)
    _obey(session, placing, [mention.id for mention in fresh])
    placed: dict[int, int] = {}
    for mention in fresh:
        text = texts.get(mention.id)
        placed[mention.id] = placing.place(text) if text is not None else placing.story(None)
        placing.stories[placed[mention.id]].added += 1
    _write_stories(session, placing, now)
    joined = {mention_id: _id(placing.stories[story]) for mention_id, story in placed.items()}
    _write_texts(session, joined, [text for text in texts.values() if text.kept], now)
    return joined


def _recall(session: Session, placing: _Placing, texts: dict[int, _Text], now: datetime) -> None:
    """Bring back the stored texts that share a bucket with any of these, and the words of those worth comparing."""
    shared = _shared(session, texts)
    statement = (
        select(SIGNATURE.c.mention_id, SIGNATURE.c.story_id)
        .where(SIGNATURE.c.at >= now - WINDOW)
        .order_by(SIGNATURE.c.mention_id)
    )
    for mention_id, story_id in select_pairs(session, statement, SIGNATURE.c.mention_id, sorted(shared)):
        placing.meet(_Member(placing.story(story_id), mention_id), shared[mention_id])
    worth = {each for text in texts.values() for each, _ in placing.candidates(text.buckets.asked)}
    _read_words(session, [placing.members[each] for each in sorted(worth)], now)


def _shared(session: Session, texts: dict[int, _Text]) -> dict[int, list[int]]:
    """The stored mentions worth looking at, with the buckets that they share with these texts: not those with nothing but one
    full bucket in common, which many stories fill."""
    wanted = sorted({bucket for text in texts.values() for bucket in text.buckets.asked})
    lines = {bucket for text in texts.values() for bucket in text.buckets.lines}
    shared: dict[int, list[int]] = defaultdict(list)
    sizes: dict[int, int] = defaultdict(int)
    for bucket, mention_id in select_pairs(session, select(BAND.c.bucket, BAND.c.mention_id), BAND.c.bucket, wanted):
        shared[mention_id].append(bucket)
        sizes[bucket] += 1
    return {mention_id: met for mention_id, met in shared.items() if len(met) > 1 or sizes[met[0]] < _FULL or met[0] in lines}


def _read_words(session: Session, members: Sequence[_Member], now: datetime) -> None:
    by_id = {member.mention_id: member for member in members}
    statement = select(
        SIGNATURE.c.mention_id, SIGNATURE.c.signature, SIGNATURE.c.at, MENTION.c.published_at, MENTION.c.outlet_id
    ).join(MENTION, MENTION.c.id == SIGNATURE.c.mention_id)
    for row in select_in(session, statement, SIGNATURE.c.mention_id, sorted(by_id)):
        by_id[row.mention_id].text = Text(unpack(row.signature), row.outlet_id, _moment(row.published_at, min(row.at, now)))


def _obey(session: Session, placing: _Placing, mention_ids: Sequence[int]) -> None:
    """What people said of these mentions holds, whatever their words say (REQUIREMENTS G5)."""
    for mine, theirs in ((PIN.c.mention_id, PIN.c.other_id), (PIN.c.other_id, PIN.c.mention_id)):
        statement = (
            select(mine.label("mine"), PIN.c.together, MENTION.c.story_id)
            .join(MENTION, MENTION.c.id == theirs)
            .where(MENTION.c.story_id.is_not(None))
        )
        for row in select_in(session, statement, mine, mention_ids):
            if row.together:
                placing.together[row.mine] = placing.story(row.story_id)
            else:
                placing.apart[row.mine].add(placing.story(row.story_id))


# ------------------------------------------------------------------------------------------------------------------- writing


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


def _write_texts(session: Session, joined: dict[int, int], kept: Sequence[_Text], now: datetime) -> None:
    write_numbers(session, MENTION, MENTION.c.story_id, list(joined.items()))
    rows: Rows = [
        {"mention_id": text.mention_id, "story_id": joined[text.mention_id], "signature": pack(text.text.words), "at": now}
        for text in kept
    ]
    insert_rows(session, SIGNATURE, rows)
    insert_pairs(session, BAND, sorted((bucket, text.mention_id) for text in kept for bucket in text.kept))


def _renew(session: Session, known: Sequence[StoredMention]) -> None:
    """A changed text keeps its story; later texts are compared with what it says now."""
    said = {each.id: worded(each.title, each.text, social=each.channel is Channel.SOCIAL) for each in known}
    statement = select(SIGNATURE.c.mention_id, SIGNATURE.c.signature)
    changed: dict[int, Worded] = {}
    for row in select_in(session, statement, SIGNATURE.c.mention_id, list(said)):
        words = said[row.mention_id]
        if not words.empty and row.signature != pack(words):
            changed[row.mention_id] = words
    if not changed:
        return
    connection = session.connection()
    rows: Rows = [{"of": mention_id, "words": pack(words)} for mention_id, words in changed.items()]
    connection.execute(
        update(SIGNATURE).where(SIGNATURE.c.mention_id == bindparam("of")).values(signature=bindparam("words")), rows
    )
    connection.execute(delete(BAND).where(among(session, BAND.c.mention_id, list(changed))))
    found = zip(changed, buckets(list(changed.values())), strict=True)
    insert_pairs(session, BAND, sorted((bucket, mention_id) for mention_id, each in found for bucket in each.kept))


def _id(story: _Story) -> int:
    assert story.id is not None
    return story.id
