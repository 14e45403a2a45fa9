"""A person joins two stories or splits one; the histories of their cases tell it (REQUIREMENTS G5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, select, update
from sqlmodel import Session

from domain.case import CaseEventKind, check
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.mention import MentionState
from domain.people import Actor, Role
from domain.profile import Profile
from registry.batches import select_in
from registry.casework.case_row import state_of
from registry.casework.history import NewEvent, append_events, lock_case
from registry.casework.registration import join_case
from registry.locks import Work, alone
from registry.story_pins import mentions_of_story, part, unite
from registry.tables import CaseMentionRecord, MentionRecord, StoryRecord, table_of
from registry.views import Review

MENTION = table_of(MentionRecord)
STORY = table_of(StoryRecord)
CASE_MENTION = table_of(CaseMentionRecord)

_E = CaseEventKind
_TEAM: Final = frozenset({Role.REVIEWER, Role.SPECIALIST})


def join_stories_by_hand(
    session: Session, story_id: int, into_id: int, actor: Actor, now: datetime, reason: str, profile: Profile
) -> None:
    """A person says that two stories are one: the mentions of ``story_id`` become mentions of ``into_id``, and what is flagged
    among both joins the case that one of them has. Later texts that are like either meet one story.

    Raises ``NotFound``, ``NotAllowed``, ``InputError``, and ``Conflict`` where each has a case of its own (merge the cases) or
    one was erased.
    """
    _may(actor)
    if story_id == into_id:
        raise InputError("a story cannot be joined with itself", "name the other story").saying("story_with_itself")
    alone(session, Work.STORIES)
    alone(session, Work.CASES)
    cases = [_case_of(session, each) for each in (story_id, into_id)]
    own = {case_id for case_id in cases if case_id is not None}
    if len(own) > 1:
        raise Conflict("each of the two stories has a case of its own", "merge the cases").saying("stories_with_cases")
    for each in (story_id, into_id):
        _check_not_erased(session, mentions_of_story(session, each), whole=True)
    case_id = own.pop() if own else None
    if case_id is not None:
        _check_case(session, case_id, _E.MENTION_JOINED, actor)
    unite(session, story_id, into_id, actor.username, now)
    if case_id is None:
        return
    session.connection().execute(update(STORY).where(STORY.c.id == into_id).values(case_id=case_id))
    flagged = select(MENTION.c.id).where(MENTION.c.story_id == into_id, MENTION.c.state == MentionState.FLAGGED)
    joining = list(session.connection().execute(flagged.order_by(MENTION.c.id)).scalars())
    if joining:
        join_case(session, profile, joining, case_id, actor, now)
    _tell(session, case_id, actor, reason, now)


def split_story(session: Session, mention_ids: Collection[int], actor: Actor, now: datetime, reason: str) -> int:
    """A person says that some mentions of a story, not all, are another story; gives its id. Those that were in the story's case
    leave it and wait on the review list. They never join the old story again, whatever their texts become.

    Raises ``NotFound``, ``NotAllowed``, ``InputError``, and ``Conflict`` for a mention that was erased or that opened the case.
    """
    _may(actor)
    alone(session, Work.STORIES)
    alone(session, Work.CASES)
    chosen = sorted(set(mention_ids))
    rows = _mentions(session, chosen)
    stories = {row.story_id for row in rows}
    if len(stories) != 1 or None in stories:
        raise InputError("the mentions are not of one story", "choose mentions of one story").saying("not_one_story")
    (story_id,) = stories
    if len(chosen) >= len(mentions_of_story(session, story_id)):
        raise InputError("a story is not split by taking all of it", "leave one mention at least").saying("whole_story")
    _check_not_erased(session, chosen)
    leaving: dict[int, list[int]] = {}
    for row in rows:
        if row.case_id is not None:
            leaving.setdefault(row.case_id, []).append(row.id)
    for case_id, mentions in leaving.items():
        check_leaving(_check_case(session, case_id, _E.MENTION_LEFT, actor), mentions)
    own = part(session, story_id, chosen, actor.username, now)
    for case_id, mentions in leaving.items():
        take_out(session, mentions, actor, reason)
        left = [NewEvent(case_id, _E.MENTION_LEFT, actor.username, {"mention": str(each)}) for each in mentions]
        append_events(session, left, now)
        _tell(session, case_id, actor, reason, now)
    return own


def check_leaving(case: Row[Any], mention_ids: Sequence[int]) -> None:
    """Raises ``Conflict`` where one of the mentions opened the case: the case is about it."""
    if case.first_mention_id in mention_ids:
        opened = Conflict(f"mention {case.first_mention_id} opened the case {case.number}", "split the others off instead")
        raise opened.saying("opened_the_case", number=case.number)


def take_out(session: Session, mention_ids: Sequence[int], actor: Actor, reason: str) -> None:
    """Take mentions out of their case; they wait on the review list."""
    connection = session.connection()
    connection.execute(delete(CASE_MENTION).where(CASE_MENTION.c.mention_id.in_(mention_ids)))
    connection.execute(
        update(MENTION)
        .where(MENTION.c.id.in_(mention_ids))
        .values(
            state=MentionState.FLAGGED, review=Review.PROPOSED, decided_by=actor.username, decision_reason=reason.strip()
        )
    )  # fmt: skip


def _may(actor: Actor) -> None:
    if not actor.roles & _TEAM:
        refused = NotAllowed(f"{actor.username} may not join or split stories", "it takes a reviewer or a specialist")
        raise refused.saying("not_of_the_team")


def _case_of(session: Session, story_id: int) -> int | None:
    row = session.connection().execute(select(STORY.c.case_id).where(STORY.c.id == story_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no story {story_id}", "load the list again").saying("no_story")
    return None if row.case_id is None else int(row.case_id)


def _mentions(session: Session, mention_ids: Sequence[int]) -> list[Row[Any]]:
    if not mention_ids:
        raise InputError("no mention was chosen", "choose those that are another story").saying("no_mentions_chosen")
    statement = select(MENTION.c.id, MENTION.c.story_id, CASE_MENTION.c.case_id).outerjoin(
        CASE_MENTION, CASE_MENTION.c.mention_id == MENTION.c.id
    )
    rows = list(select_in(session, statement, MENTION.c.id, mention_ids))
    missing = set(mention_ids) - {row.id for row in rows}
    if missing:
        raise NotFound(f"there is no mention {min(missing)}", "it may have been erased; load the list again").saying("no_mention")
    return rows


def _check_not_erased(session: Session, mention_ids: Sequence[int], *, whole: bool = False) -> None:
    """Raises ``Conflict`` where one of the mentions was erased; ``whole``: where all were."""
    statement = select(MENTION.c.id).where(MENTION.c.erased_at.is_not(None))
    erased = [row.id for row in select_in(session, statement, MENTION.c.id, mention_ids)]
    if erased and (not whole or len(erased) == len(mention_ids)):
        gone = Conflict(f"mention {erased[0]} was erased: nobody can tell any more what it said", "leave it where it is")
        raise gone.saying("mention_erased")


def _check_case(session: Session, case_id: int, kind: CaseEventKind, actor: Actor) -> Row[Any]:
    row = lock_case(session, case_id)
    check(state_of(row), kind, actor, {"mention": "some"})
    return row


def _tell(session: Session, case_id: int, actor: Actor, reason: str, now: datetime) -> None:
    if reason.strip():
        append_events(session, [NewEvent(case_id, _E.NOTE_ADDED, actor.username, {"note": reason.strip()})], now)
