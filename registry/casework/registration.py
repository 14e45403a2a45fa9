"""Registers flagged mentions as cases: a bulk path (REQUIREMENTS L5, G5, W1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select, text, update
from sqlmodel import Session

from domain.case import CaseEventKind, CasePath, IntakeChannel, check
from domain.mention import Channel, MentionState
from domain.people import SYSTEM, Actor
from domain.privacy import mask, mask_handles
from domain.profile import Profile
from registry.batches import among, insert_rows, select_in, write_numbers
from registry.casework.case_row import state_of
from registry.casework.deadlines import keep_promise, read_promise
from registry.casework.history import NewEvent, append_events, lock_case
from registry.casework.linking import link_opened
from registry.casework.new_case import NewCase, write_new_cases
from registry.casework.opening import Choice, Flagged, choose
from registry.casework.related import telling_words, topic_words
from registry.locks import Work, alone
from registry.stories import join_stories
from registry.tables import (
    CaseMentionRecord,
    CaseRecord,
    ContentRecord,
    MentionRecord,
    StoryRecord,
    table_of,
)
from registry.tagging import stored
from registry.views import RegisterResult, Review

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
STORY = table_of(StoryRecord)
CASE = table_of(CaseRecord)
CASE_MENTION = table_of(CaseMentionRecord)

_TITLE = 120


def register_flagged(session: Session, profile: Profile, now: datetime, limit: int = 500) -> RegisterResult:
    """Look at up to ``limit`` flagged mentions that nobody has looked at, oldest first, and open, join, propose or leave each.

    May run again: a mention that was looked at is not looked at twice; ``RegisterResult.examined`` is 0 when none is left.
    """
    keep_promise(session, profile)
    picked = _unregistered(session, limit)
    if not picked:
        return RegisterResult()
    alone(session, Work.STORIES)
    alone(session, Work.CASES)
    flagged = [_flagged(row) for row in _with_stories(session, picked, now)]
    cases = _cases_of(session, [mention.story_id for mention in flagged])
    result = _Registration(session, profile, now, SYSTEM, cases)
    for mention in flagged:
        result.take(mention, choose(mention, profile, story_has_case=mention.story_id in result.cases))
    return result.write()


def open_case(
    session: Session,
    profile: Profile,
    mention: Flagged,
    actor: Actor,
    now: datetime,
    *,
    path: CasePath = CasePath.MEDIA,
    deadline: datetime | None = None,
) -> tuple[int, RegisterResult]:
    """A person makes a case of a mention: it is registered and accepted in one, or joins the case of its story. Gives the
    case. ``deadline`` is a journalist's. Raises ``NotAllowed`` where that case concerns them, or is sealed (REQUIREMENTS W14)."""
    keep_promise(session, profile)
    alone(session, Work.CASES)
    cases = _cases_of(session, [mention.story_id])
    if mention.story_id in cases:
        joined = lock_case(session, cases[mention.story_id])
        check(state_of(joined), CaseEventKind.MENTION_JOINED, actor, {"mention": str(mention.id)})
    result = _Registration(session, profile, now, actor, cases, path=path, deadline=deadline)
    result.take(mention, Choice.JOIN if mention.story_id in cases else Choice.OPEN)
    written = result.write()
    return result.case_of[mention.id], written


def join_case(
    session: Session, profile: Profile, mention_ids: Sequence[int], case_id: int, actor: Actor, now: datetime
) -> RegisterResult:
    """A person puts tagged mentions into a case that is there; where it has ended, its reopening is proposed."""
    result = _Registration(session, profile, now, actor, {})
    for row in select_in(session, _columns().order_by(MENTION.c.id), MENTION.c.id, mention_ids):
        mention = _flagged(row)
        result.cases[mention.story_id] = case_id
        result.take(mention, Choice.JOIN)
    return result.write()


def flagged_mention(session: Session, mention_id: int, now: datetime) -> Flagged:
    """One mention as the registration sees it, with a story. It must have been tagged."""
    rows = _with_stories(session, list(session.connection().execute(_columns().where(MENTION.c.id == mention_id))), now)
    return _flagged(rows[0])


@dataclass(slots=True)
class _Opened:
    """A case about to be opened."""

    mention: Flagged
    title: str = ""
    words: bytes = b""


@dataclass(slots=True)
class _Registration:
    """Collects what is to be done, then writes all of it."""

    session: Session
    profile: Profile
    now: datetime
    actor: Actor
    cases: dict[int, int]
    """Case by story; 0 while it is about to be opened."""
    opened: list[_Opened] = field(default_factory=list)
    joins: list[Flagged] = field(default_factory=list)
    reviews: list[tuple[int, Review]] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    case_of: dict[int, int] = field(default_factory=dict)
    path: CasePath = CasePath.MEDIA
    deadline: datetime | None = None
    """A journalist's."""

    def take(self, mention: Flagged, choice: Choice) -> None:
        """Note what is to become of a mention."""
        if choice is Choice.JOIN:
            self.joins.append(mention)
        elif choice is Choice.OPEN:
            self.opened.append(_Opened(mention))
            self.cases[mention.story_id] = 0
        elif choice is Choice.LEAVE:
            self.left.append(mention.id)
        else:
            reason = {Choice.PROPOSE: Review.PROPOSED, Choice.FLAGS: Review.FLAGS, Choice.REVISED: Review.REVISED}[choice]
            self.reviews.append((mention.id, reason))

    def write(self) -> RegisterResult:
        """Write everything; the order keeps every rule of the store true."""
        self._open()
        self.joins += self._proposed_siblings()
        reopening = self._join()
        opened = [(self.case_of[case.mention.id], case.mention.topic, case.words) for case in self.opened]
        linked = link_opened(self.session, opened, self.now)
        self._settle()
        joined = {mention.id for mention in self.joins}
        return RegisterResult(
            opened=tuple(self.case_of[case.mention.id] for case in self.opened),
            joined=tuple(mention.id for mention in self.joins),
            reopening=reopening,
            linked=linked,
            proposed=tuple(mention_id for mention_id, _ in self.reviews if mention_id not in joined),
            left=tuple(self.left),
        )

    # ------------------------------------------------------------------------------------------------------------- opening

    def _open(self) -> None:
        if not self.opened:
            return
        _fill(self.session, self.opened, self.profile)
        given = [self._new_case(case) for case in self.opened]
        ids = write_new_cases(self.session, self.profile, read_promise(self.session), given, self.actor, self.now)
        for case, case_id in zip(self.opened, ids, strict=True):
            self.case_of[case.mention.id] = case_id
            self.cases[case.mention.story_id] = case_id
        adopted = [(case.mention.story_id, self.case_of[case.mention.id]) for case in self.opened]
        write_numbers(self.session, STORY, STORY.c.case_id, adopted)

    def _new_case(self, case: _Opened) -> NewCase:
        mention = case.mention
        return NewCase(
            self.path,
            mention.kind,
            mention.topic,
            mention.importance,
            mention.complexity,
            IntakeChannel(mention.channel),
            case.title,
            case.words,
            mention=mention.id,
            deadline=self.deadline,
            accepted=self.actor.is_person,
        )

    # ------------------------------------------------------------------------------------------------------------- joining

    def _proposed_siblings(self) -> list[Flagged]:
        """Mentions of the opened stories that wait on the review list: one story is one case (REQUIREMENTS G5)."""
        stories = [case.mention.story_id for case in self.opened]
        waiting = [mention_id for mention_id, reason in self.reviews if reason is Review.PROPOSED]
        statement = _columns().where(MENTION.c.state == MentionState.FLAGGED)
        rows = list(select_in(self.session, statement, MENTION.c.story_id, stories))
        taken = {mention.id for mention in self.joins} | set(self.case_of) | set(self.left)
        return [
            _flagged(row) for row in rows if row.id not in taken and (row.review is Review.PROPOSED or row.id in waiting)
        ]  # fmt: skip

    def _join(self) -> tuple[int, ...]:
        """Add the joining mentions to their cases; gives the cases whose reopening is proposed."""
        members = [(case.mention.id, self.case_of[case.mention.id]) for case in self.opened]
        for mention in self.joins:
            self.case_of[mention.id] = self.cases[mention.story_id]
            members.append((mention.id, self.case_of[mention.id]))
        insert_rows(
            self.session,
            CASE_MENTION,
            [{"mention_id": mention_id, "case_id": case_id, "joined_at": self.now} for mention_id, case_id in members],
        )
        if not self.joins:
            return ()
        ended = self._ended({self.case_of[mention.id] for mention in self.joins})
        events = [
            NewEvent(self.case_of[each.id], CaseEventKind.MENTION_JOINED, self.actor.username, {"mention": str(each.id)})
            for each in self.joins
        ]
        waiting = self._reopening_waits(ended)
        proposed = sorted(ended - waiting)
        events += [NewEvent(case_id, CaseEventKind.REOPENING_PROPOSED, self.actor.username, {}) for case_id in proposed]
        append_events(self.session, events, self.now)
        self.reviews += [(each.id, Review.REOPENING) for each in self.joins if self.case_of[each.id] in ended]
        return tuple(proposed)

    def _ended(self, case_ids: set[int]) -> set[int]:
        ended = select(CASE.c.id).where(CASE.c.is_open.is_(False))
        return {row.id for row in select_in(self.session, ended, CASE.c.id, sorted(case_ids))}

    def _reopening_waits(self, case_ids: set[int]) -> set[int]:
        """Cases whose reopening is proposed already and waits for a person."""
        statement = (
            select(CASE_MENTION.c.case_id)
            .join(MENTION, MENTION.c.id == CASE_MENTION.c.mention_id)
            .where(MENTION.c.review == Review.REOPENING)
        )
        return {row.case_id for row in select_in(self.session, statement, CASE_MENTION.c.case_id, sorted(case_ids))}

    # ------------------------------------------------------------------------------------------------------------ mentions

    def _settle(self) -> None:
        """Write the states of the mentions."""
        reviews = dict(self.reviews)
        becomes: dict[tuple[MentionState, Review], list[int]] = defaultdict(list)
        for mention_id in self.case_of:
            becomes[MentionState.CASED, _after_join(reviews.get(mention_id))].append(mention_id)
        for mention_id, reason in self.reviews:
            if mention_id not in self.case_of:
                becomes[MentionState.FLAGGED, reason].append(mention_id)
        if self.left:
            becomes[MentionState.TAGGED, Review.NONE] += self.left
        for (state, review), mention_ids in becomes.items():
            statement = update(MENTION).where(among(self.session, MENTION.c.id, mention_ids))
            self.session.connection().execute(statement.values(state=state, review=review))


def _after_join(reason: Review | None) -> Review:
    return Review.REOPENING if reason is Review.REOPENING else Review.NONE


def _columns() -> Any:
    return select(
        MENTION.c.id, MENTION.c.channel, MENTION.c.addressed, MENTION.c.remit, MENTION.c.kind, MENTION.c.topic,
        MENTION.c.importance, MENTION.c.complexity, MENTION.c.confidence, MENTION.c.story_id, MENTION.c.outlet_id,
        MENTION.c.review, MENTION.c.decided_by,
    )  # fmt: skip


def _unregistered(session: Session, limit: int) -> list[Row[Any]]:
    statement = _columns().where(text("mention.state = 'flagged' AND mention.review = 'none'"))
    return list(session.connection().execute(statement.order_by(MENTION.c.id).limit(limit)))


def _with_stories(session: Session, rows: list[Row[Any]], now: datetime) -> list[Row[Any]]:
    """The rows again, after those without a story (a crash between two steps) were given one."""
    missing = [row.id for row in rows if row.story_id is None]
    if not missing:
        return rows
    join_stories(session, stored(session, missing), now)
    wanted = [row.id for row in rows]
    return list(select_in(session, _columns().order_by(MENTION.c.id), MENTION.c.id, wanted))


def _flagged(row: Row[Any]) -> Flagged:
    return Flagged(
        id=row.id,
        channel=row.channel,
        addressed=row.addressed,
        remit=row.remit,
        kind=row.kind,
        topic=row.topic,
        importance=row.importance,
        complexity=row.complexity,
        confidence=row.confidence or 0.0,
        story_id=row.story_id,
        outlet_id=row.outlet_id,
        decided=bool(row.decided_by),
    )


def _cases_of(session: Session, story_ids: Sequence[int]) -> dict[int, int]:
    statement = select(STORY.c.id, STORY.c.case_id).where(STORY.c.case_id.is_not(None))
    return {row.id: row.case_id for row in select_in(session, statement, STORY.c.id, story_ids)}


def _fill(session: Session, opened: Sequence[_Opened], profile: Profile) -> None:
    """Give each case its title and its telling words."""
    cases = {case.mention.id: case for case in opened}
    ignored = topic_words(profile)
    public = frozenset(handle.lower() for handle in profile.handles)
    statement = select(CONTENT.c.mention_id, CONTENT.c.title, func.substr(CONTENT.c.text, 1, 700).label("lead")).join(
        MENTION, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision)
    )
    for row in select_in(session, statement, CONTENT.c.mention_id, list(cases)):
        case = cases[row.mention_id]
        case.title = case_title(row.title, row.lead, social=case.mention.channel is Channel.SOCIAL, public=public)
        case.words = telling_words(row.title, row.lead, ignored).tobytes()


def case_title(title: str, lead: str, *, social: bool, public: frozenset[str]) -> str:
    """What a case is called: the headline, else the first words; personal data and handles masked (REQUIREMENTS L3)."""
    plain = " ".join((title or lead).split())
    masked = mask(plain)
    if social:
        masked = mask_handles(masked, public)
    if len(masked) <= _TITLE:
        return masked
    return masked[:_TITLE].rsplit(" ", 1)[0] + " …"
