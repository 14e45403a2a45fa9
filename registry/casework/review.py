"""The review list: what waits for a person, and what the person decides (REQUIREMENTS L5, W4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, case, or_, select, text, update
from sqlmodel import Session

from domain.case import CaseEventKind, CasePath
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.mention import Channel, MentionState
from domain.people import Actor, Role
from domain.profile import Profile
from domain.tags import CASE_KINDS, Importance, Kind, Remit
from registry import mentions
from registry.casework.intake import check_deadline
from registry.casework.registration import flagged_mention, open_case
from registry.casework.workflow import act
from registry.locks import Work, alone
from registry.said_by_hand import say
from registry.tables import CaseMentionRecord, MentionRecord, table_of
from registry.tagging import correct
from registry.views import MentionRow, Page, Review

MENTION = table_of(MentionRecord)
CASE_MENTION = table_of(CaseMentionRecord)

_TEAM: Final = frozenset({Role.REVIEWER, Role.SPECIALIST})
_KIND_OF_PATH: Final = {CasePath.RUMOUR: Kind.REPORT, CasePath.PRESS_QUESTION: Kind.INQUIRY}
"""What a mention is taken for where its own kind opens no case, and nobody names one."""


def review_list(
    session: Session,
    *,
    review: Review | None = None,
    channel: Channel | None = None,
    kind: Kind | None = None,
    topic: str | None = None,
    importance: Importance | None = None,
    newest: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Page[MentionRow]:
    """What waits for a person: the most important first, then the newest; with ``newest``, by their age alone. What nobody
    transcribed yet is taken for of medium importance."""
    conditions: list[Any] = [text("mention.review <> 'none'")]
    asked = {
        MENTION.c.review: review,
        MENTION.c.channel: channel,
        MENTION.c.kind: kind,
        MENTION.c.topic: topic,
        MENTION.c.importance: importance,
    }
    conditions += [column == value for column, value in asked.items() if value is not None]
    weight = case(
        (MENTION.c.importance == Importance.HIGH, 0),
        (or_(MENTION.c.importance == Importance.MEDIUM, MENTION.c.review == Review.UNTRANSCRIBED), 1),
        else_=2,
    )
    order = (MENTION.c.id.desc(),) if newest else (weight, MENTION.c.id.desc())
    return mentions.page(session, and_(*conditions), order, limit, offset)


def accept_mention(
    session: Session,
    mention_id: int,
    actor: Actor,
    profile: Profile,
    now: datetime,
    *,
    kind: Kind | None = None,
    reason: str = "",
    path: CasePath = CasePath.MEDIA,
    deadline: datetime | None = None,
) -> int:
    """A person makes a case of a mention (registered and accepted in one), lets it join the case of its story, or reopens
    the closed case that it joined (then ``reason`` is recorded). Gives the case's id; a mention that is in an open case
    already gives that case.

    ``kind`` corrects the kind on the way; a remit that the model did not take for ours is corrected with it. ``path`` makes a
    rumour or a journalist's question of it, the latter with its ``deadline`` (REQUIREMENTS W15).
    Raises ``NotFound``, ``NotAllowed``, and ``InputError`` where the kind opens no case and none is named.
    """
    _may_decide(actor, "accept")
    alone(session, Work.STORIES)
    alone(session, Work.CASES)
    row = _waiting(session, mention_id)
    if row.case_id is not None:
        if row.review is Review.REOPENING:
            act(session, row.case_id, CaseEventKind.REOPENED, actor, {"reason": reason or f"mention {mention_id}"}, now)
            _settle_case(session, row.case_id, actor, reason)
        return int(row.case_id)
    if path not in (CasePath.MEDIA, CasePath.RUMOUR, CasePath.PRESS_QUESTION):
        wrong = InputError(f"a mention opens no case on the path «{path}»", "choose media, rumour or press_question")
        raise wrong.saying("no_path_of_mention", path=path)
    check_deadline(path, deadline, now)
    wanted = kind or (row.kind if row.kind in CASE_KINDS else _KIND_OF_PATH.get(path, row.kind))
    if wanted not in CASE_KINDS:
        raise InputError(
            f"mention {mention_id} is «{wanted or 'untagged'}», which opens no case", "name complaint, report or inquiry"
        ).saying("mention_kind_of_no_case", kind=wanted or "")
    if row.transcribed:
        correct(session, mention_id, actor=actor, now=now, kind=wanted, remit=Remit.OURS)
    else:
        say(session, mention_id, actor, now, kind=wanted)
    mention = flagged_mention(session, mention_id, now)
    case_id, _ = open_case(session, profile, mention, actor, now, path=path, deadline=deadline)
    _write_decision(session, mention_id, actor, reason)
    return case_id


def reject_mention(session: Session, mention_id: int, actor: Actor, reason: str, now: datetime) -> None:
    """A person says that a mention is no case (it is dismissed), or that the closed case which it joined stays closed.

    ``reason`` is required (REQUIREMENTS W4). Doing it twice changes nothing.
    Raises ``NotFound``, ``NotAllowed``, ``InputError``, and ``Conflict`` where the mention is in an open case.
    """
    _may_decide(actor, "reject")
    if not reason.strip():
        raise InputError(f"mention {mention_id} cannot be rejected without a reason", "say why in a few words").saying(
            "rejected_why"
        )
    row = _waiting(session, mention_id)
    if row.case_id is not None:
        if row.review is not Review.REOPENING:
            raise Conflict(f"mention {mention_id} is in a case already", "reject the case itself").saying("mention_in_case")
        act(session, row.case_id, CaseEventKind.NOTE_ADDED, actor, {"note": reason}, now)
        session.connection().execute(update(MENTION).where(MENTION.c.id == mention_id).values(review=Review.NONE))
    elif row.state is MentionState.GATHERED and row.review is not Review.UNTRANSCRIBED:
        raise Conflict(f"mention {mention_id} is not tagged yet", "wait for the classifier").saying("mention_untagged")
    else:
        statement = update(MENTION).where(MENTION.c.id == mention_id)
        session.connection().execute(statement.values(state=MentionState.DISMISSED, review=Review.NONE))
    _write_decision(session, mention_id, actor, reason)


def _waiting(session: Session, mention_id: int) -> Row[Any]:
    statement: Select[Any] = (
        select(MENTION.c.id, MENTION.c.state, MENTION.c.review, MENTION.c.kind, MENTION.c.transcribed, CASE_MENTION.c.case_id)
        .outerjoin_from(MENTION, CASE_MENTION, CASE_MENTION.c.mention_id == MENTION.c.id)
        .where(MENTION.c.id == mention_id)
    )
    row = session.connection().execute(statement).one_or_none()
    if row is None:
        gone = NotFound(f"there is no mention {mention_id}", "it may have been erased; load the list again")
        raise gone.saying("no_mention")
    return row


def _settle_case(session: Session, case_id: int, actor: Actor, reason: str) -> None:
    """The reopening is decided for every mention that waited for it."""
    waiting = select(CASE_MENTION.c.mention_id).where(CASE_MENTION.c.case_id == case_id)
    statement = update(MENTION).where(MENTION.c.id.in_(waiting), MENTION.c.review == Review.REOPENING)
    session.connection().execute(statement.values(review=Review.NONE, decided_by=actor.username, decision_reason=reason))


def _write_decision(session: Session, mention_id: int, actor: Actor, reason: str) -> None:
    statement = update(MENTION).where(MENTION.c.id == mention_id)
    session.connection().execute(statement.values(decided_by=actor.username, decision_reason=reason.strip()))


def _may_decide(actor: Actor, what: str) -> None:
    if not actor.roles & _TEAM:
        refused = NotAllowed(f"{actor.username} may not {what} a mention", "it takes a reviewer or a specialist")
        raise refused.saying("may_not_decide", roles=tuple(sorted(_TEAM)))
