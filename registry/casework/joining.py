"""Cases that turn out to be one, and one that turns out to be two (REQUIREMENTS G5): merged, split, and links taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, and_, delete, or_, select, update
from sqlmodel import Session

from domain.case import CaseEventKind, CasePath, CaseState, check
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.people import Actor
from domain.profile import Profile
from registry.batches import insert_new, select_in
from registry.casework.assignment import absorbed_handlers
from registry.casework.case_row import state_of
from registry.casework.history import NewEvent, append_events, lock_case, read_events
from registry.casework.registration import flagged_mention, join_case, open_case
from registry.casework.story_hands import check_leaving
from registry.locks import Work, alone
from registry.story_pins import mentions_of_story, part
from registry.tables import (
    CaseAttachmentRecord,
    CaseLinkRecord,
    CaseMentionRecord,
    CasePartyRecord,
    CaseRecord,
    DeliveryRecord,
    MentionRecord,
    Rows,
    StoryRecord,
    table_of,
)

ATTACHMENT = table_of(CaseAttachmentRecord)
CASE = table_of(CaseRecord)
CASE_LINK = table_of(CaseLinkRecord)
CASE_MENTION = table_of(CaseMentionRecord)
DELIVERY = table_of(DeliveryRecord)
MENTION = table_of(MentionRecord)
PARTY = table_of(CasePartyRecord)
STORY = table_of(StoryRecord)

_E = CaseEventKind
_WAITS: Final = (
    DeliveryStatus.DRAFT, DeliveryStatus.QUEUED, DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN, DeliveryStatus.FAILED,
)  # fmt: skip
"""An answer in one of these still waits for somebody, or may go out."""
_FROM_MENTIONS: Final = frozenset({CasePath.MEDIA, CasePath.RUMOUR, CasePath.PRESS_QUESTION})


def merge(
    session: Session, case_id: int, into_id: int, actor: Actor, now: datetime, reason: str, *, expected: int | None = None
) -> None:
    """Make one open case part of another: its mentions, files, links and stories go over, and whoever it must not go to is
    barred there too. Its own history stays, and says where it went.

    Raises ``NotFound``, ``IllegalMove``, ``NotAllowed`` (a sealed case without management, a reopened one to somebody who
    handled it), ``InputError``, and ``Conflict`` where an answer waits, two people complained, or what binds the case would be
    lost: a hold, a journalist's deadline, that it was reopened. ``expected`` is the revision of the case that the actor saw.
    """
    if case_id == into_id:
        raise InputError("a case cannot be merged with itself", "name the other case").saying("merged_with_itself")
    alone(session, Work.STORIES)
    alone(session, Work.CASES)
    rows = {each: lock_case(session, each, expected if each == case_id else None) for each in sorted((case_id, into_id))}
    row, into = rows[case_id], rows[into_id]
    state, into_state = state_of(row), state_of(into)
    check(state, _E.MERGED, actor, {"into": into.number, "reason": reason})
    check(into_state, _E.ABSORBED, actor, {"other": row.number})
    _check_answers(session, row)
    _check_people(session, row, into, state, into_state)
    _check_limits(row, into, now)
    _carry_over(session, case_id, into_id)
    told = {"into": into.number} | ({"reason": reason.strip()} if reason.strip() else {})
    barred = [name for name in state.barred if name not in into_state.barred]
    events = [
        NewEvent(case_id, _E.MERGED, actor.username, told),
        NewEvent(into_id, _E.ABSORBED, actor.username, {"other": row.number}),
        *(NewEvent(into_id, _E.CONFLICT_NAMED, actor.username, _barring(name, row.number)) for name in barred),
    ]
    append_events(session, events, now)


def split(
    session: Session,
    case_id: int,
    mention_ids: Collection[int],
    actor: Actor,
    now: datetime,
    reason: str,
    profile: Profile,
    *,
    expected: int | None = None,
) -> int:
    """Open a case of its own for some mentions of a case, never for all; gives its id. Their stories are parted too, so that
    later texts find the right case. The new case is sealed, held, and barred to people as the old one is.

    Raises ``NotFound``, ``IllegalMove``, ``NotAllowed``, ``InputError``, and ``Conflict`` for a mention that was erased or that
    opened the case.
    """
    alone(session, Work.STORIES)
    alone(session, Work.CASES)
    row = lock_case(session, case_id, expected)
    state = state_of(row)
    check(state, _E.SPLIT_OFF, actor, {"other": "new", "reason": reason})
    chosen = sorted(set(mention_ids))
    _check_chosen(session, row, chosen)
    session.connection().execute(delete(CASE_MENTION).where(CASE_MENTION.c.mention_id.in_(chosen)))
    stories = _own_stories(session, chosen, actor, now)
    path = state.path if state.path in _FROM_MENTIONS else CasePath.MEDIA
    first = flagged_mention(session, chosen[0], now)
    new_id, _ = open_case(session, profile, first, actor, now, path=path, deadline=state.deadline)
    session.connection().execute(update(STORY).where(STORY.c.id.in_(stories)).values(case_id=new_id))
    others = [each for each in chosen[1:] if each not in _mentions_of(session, new_id)]
    if others:
        join_case(session, profile, others, new_id, actor, now)
    _tell_split(session, row, state, new_id, chosen, actor, reason, now)
    return new_id


def unlink(session: Session, case_id: int, other_id: int, actor: Actor, now: datetime) -> None:
    """A person says that two cases are not about one matter. Raises ``NotFound`` where they are not linked, ``NotAllowed``."""
    alone(session, Work.CASES)
    first, second = lock_case(session, min(case_id, other_id)), lock_case(session, max(case_id, other_id))
    for row, other in ((first, second), (second, first)):
        check(state_of(row), _E.UNLINKED, actor, {"other": other.number})
    pair = and_(CASE_LINK.c.case_id == first.id, CASE_LINK.c.other_id == second.id)
    if not session.connection().execute(delete(CASE_LINK).where(pair)).rowcount:
        missing = NotFound(f"the cases {first.number} and {second.number} are not linked", "load the case again")
        raise missing.saying("not_linked", number=first.number, other=second.number)
    told = [
        NewEvent(row.id, _E.UNLINKED, actor.username, {"other": other.number})
        for row, other in ((first, second), (second, first))
    ]
    append_events(session, told, now)


# ------------------------------------------------------------------------------------------------------------------- merging


def _check_answers(session: Session, row: Row[Any]) -> None:
    waiting = select(DELIVERY.c.status).where(
        DELIVERY.c.case_id == row.id, DELIVERY.c.kind == DeliveryKind.ANSWER, DELIVERY.c.status.in_(_WAITS)
    )
    found = session.connection().execute(waiting).scalars().first()
    if found is not None:
        waits = Conflict(f"an answer of the case {row.number} is «{found}»", "withdraw it or send it first, then merge")
        raise waits.saying("answer_waits", number=row.number)


def _check_limits(row: Row[Any], into: Row[Any], now: datetime) -> None:
    if row.sealed and not into.sealed:
        opens = NotAllowed(
            f"the case {row.number} is sealed and {into.number} is not", "seal the other first, or unseal this one"
        )
        raise opens.saying("merge_unseals", number=row.number, other=into.number)
    if row.deadline is not None and not row.told and (into.deadline is None or into.deadline > row.deadline):
        waits = Conflict(f"a journalist waits for {row.number}, and not for {into.number}", "answer first, or link the two cases")
        raise waits.saying("merge_loses_deadline", number=row.number, other=into.number)
    if row.round and not into.round:
        again = Conflict(
            f"the case {row.number} was reopened and {into.number} was not", "link the two cases, or merge the other one into it"
        )
        raise again.saying("merge_loses_reopening", number=row.number, other=into.number)
    held = row.held_until is not None and row.held_until > now
    if held and (into.held_until is None or into.held_until < row.held_until):
        lost = Conflict(f"the case {row.number} is under legal hold", f"put {into.number} under the same hold first")
        raise lost.saying("merge_loses_hold", number=row.number, other=into.number)


def _check_people(session: Session, row: Row[Any], into: Row[Any], state: CaseState, into_state: CaseState) -> None:
    """Whoever has the other case must be allowed to have this one, and nobody who complained may vanish (W7, W14)."""
    theirs, ours = (_party(session, each.id) for each in (row, into))
    if theirs is not None and (ours is None or not theirs.contact or ours.contact != theirs.contact):
        two = Conflict(f"somebody of their own raised the case {row.number}", "link the two cases instead")
        raise two.saying("merge_of_two_people", number=row.number)
    assignee = into_state.assignee
    if not assignee:
        return
    if assignee in state.barred:
        concerned = NotAllowed(f"the case {row.number} concerns {assignee}, who has {into.number}", "reassign it first")
        raise concerned.saying("merge_concerns", number=row.number, other=into.number, person=assignee)
    again = state.round or into_state.round
    history = read_events(session, [row.id])[row.id] if again else []
    if assignee in {event.actor for event in history} | absorbed_handlers(session, history):
        handled = NotAllowed(f"{assignee}, who has {into.number}, handled {row.number} before", "give it to somebody new first")
        raise handled.saying("merge_handled_before", number=row.number, other=into.number, person=assignee)


def _party(session: Session, case_id: int) -> Row[Any] | None:
    return session.connection().execute(select(PARTY.c.contact).where(PARTY.c.case_id == case_id)).one_or_none()


def _carry_over(session: Session, case_id: int, into_id: int) -> None:
    connection = session.connection()
    for table in (CASE_MENTION, ATTACHMENT, STORY):
        connection.execute(update(table).where(table.c.case_id == case_id).values(case_id=into_id))
    mine = or_(CASE_LINK.c.case_id == case_id, CASE_LINK.c.other_id == case_id)
    links = list(connection.execute(select(CASE_LINK).where(mine)))
    connection.execute(delete(CASE_LINK).where(mine))
    rows: Rows = []
    for each in links:
        other = each.other_id if each.case_id == case_id else each.case_id
        if other != into_id:
            pair = {"case_id": min(into_id, other), "other_id": max(into_id, other)}
            rows.append({**pair, "score": each.score, "actor": each.actor, "at": each.at})
    insert_new(session, CASE_LINK, rows)


def _barring(person: str, number: str) -> dict[str, str]:
    return {"person": person, "reason": number}


# ------------------------------------------------------------------------------------------------------------------ splitting


def _mentions_of(session: Session, case_id: int) -> set[int]:
    statement = select(CASE_MENTION.c.mention_id).where(CASE_MENTION.c.case_id == case_id)
    return set(session.connection().execute(statement).scalars())


def _check_chosen(session: Session, row: Row[Any], chosen: Sequence[int]) -> None:
    mine = _mentions_of(session, row.id)
    if not chosen:
        raise InputError("no mention was chosen", "choose those that go to the new case").saying("no_mentions_chosen")
    strange = [each for each in chosen if each not in mine]
    if strange:
        other = InputError(f"mention {strange[0]} is not in the case {row.number}", "choose among the case's own")
        raise other.saying("mention_elsewhere", number=row.number)
    if len(chosen) == len(mine):
        everything = InputError(f"no mention would be left in the case {row.number}", "leave one mention at least")
        raise everything.saying("whole_case", number=row.number)
    check_leaving(row, chosen)
    statement = select(MENTION.c.id).where(MENTION.c.erased_at.is_not(None))
    for erased in select_in(session, statement, MENTION.c.id, chosen):
        gone = Conflict(f"mention {erased.id} was erased: nobody can tell any more what it said", "leave it where it is")
        raise gone.saying("mention_erased")


def _own_stories(session: Session, chosen: Sequence[int], actor: Actor, now: datetime) -> list[int]:
    """The stories of the chosen mentions, parted from those that stay, and without a case."""
    by_story: dict[int, list[int]] = {}
    for row in select_in(session, select(MENTION.c.id, MENTION.c.story_id), MENTION.c.id, chosen):
        by_story.setdefault(row.story_id, []).append(row.id)
    own = []
    for story_id, mentions in sorted(by_story.items()):
        whole = len(mentions) == len(mentions_of_story(session, story_id))
        own.append(story_id if whole else part(session, story_id, mentions, actor.username, now))
    session.connection().execute(update(STORY).where(STORY.c.id.in_(own)).values(case_id=None))
    return own


def _tell_split(
    session: Session,
    row: Row[Any],
    state: CaseState,
    new_id: int,
    chosen: Sequence[int],
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    """Both histories say what happened, and the new case keeps the old one's limits."""
    number = session.connection().execute(select(CASE.c.number).where(CASE.c.id == new_id)).scalar_one()
    told = {"other": number} | ({"reason": reason.strip()} if reason.strip() else {})
    events = [NewEvent(row.id, _E.MENTION_LEFT, actor.username, {"mention": str(each), "other": number}) for each in chosen]
    events.append(NewEvent(row.id, _E.SPLIT_OFF, actor.username, told))
    events += [NewEvent(new_id, _E.CONFLICT_NAMED, actor.username, _barring(name, row.number)) for name in state.barred]
    if state.held_until is not None:
        until = {"until": state.held_until.isoformat(), "reason": row.number}
        events.append(NewEvent(new_id, _E.HELD, actor.username, until))
    if state.sealed:
        events.append(NewEvent(new_id, _E.SEALED, actor.username, {"reason": row.number}))
    append_events(session, events, now)
