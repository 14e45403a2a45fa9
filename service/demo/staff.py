"""The scripted staff of the demonstration: it works some of what waits, at a human pace, and leaves the rest to the visitor.

What it takes, and how far, follows from the ids alone: nearly half of the cases go all the way to an approved answer, a quarter
stops on the way (an answer that waits for approval, say), the others are not touched, nor is a case on which a visitor has begun,
nor what the past left (``service.demo.past``): direct cases, older media cases and items without a text wait for the visitor.
Everything goes through the same doors as a person's work, with the same rules: whoever drafted an answer never approves it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import partial
from typing import Final

from sqlmodel import Session

from console.settings import DemoAccount
from domain.arabic import normalise
from domain.case import CaseEventKind, CasePath, CaseStatus
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.errors import Conflict, IllegalMove, InputError, NotAllowed, NotFound
from domain.mention import Channel
from domain.profile import Profile
from domain.tags import CASE_KINDS, Importance, Kind, Remit
from notify import answers
from registry import cases, deliveries, mentions
from registry.database import Database
from registry.views import CaseRow, DeliveryView, MentionRow, MentionView, Review
from service.demo import cast, texts
from service.demo.cast import APPROVER, MANAGER, REVIEWER, SPECIALIST, Member
from service.demo.resolutions import resolution
from service.demo.texts import Label

WAIT_SECONDS: Final = (5, 20)
"""How long something lies before a member of the staff takes it; drawn from its id."""
BACKLOG: Final = timedelta(seconds=90)
"""What came in so soon after the world's start was there before the visitor: it is worked at once."""
_LOOKED_AT: Final = 200
"""Rows of a list that are looked at in one step."""
_SOLVED_OF_TEN: Final = 7
_REVIEWED: Final = 55
"""Of a hundred mentions on the review list."""
_REASONS: Final = {
    Remit.NONE: "لا يتعلق بخدمة من خدمات الوزارة",
    Remit.OTHER: "من اختصاص جهة أخرى",
    Remit.OURS: "لا يطلب شيئًا من الوزارة: خبر أو إشادة",
}
_STANDS: Final = "لا جديد يستدعي إعادة الفتح"
_REOPENED: Final = "نُشر عن الموضوع نفسه بعد إغلاق الحالة"
_FOLLOWED: Final = "أتابع هذه الحالة شخصيًا، وأرجو تقديمها على غيرها"

Deed = Callable[[Session], str]


class Stage(IntEnum):
    """How far the staff takes a case."""

    NOTHING = 0
    ACCEPTED = 1
    ASSIGNED = 2
    TREATED = 3
    CLOSED = 4
    DRAFTED = 5
    APPROVED = 6


_HALFWAY: Final = (Stage.ACCEPTED, Stage.ASSIGNED, Stage.CLOSED, Stage.DRAFTED, Stage.DRAFTED)
"""Where it stops part of the way: most often at an answer that waits for the visitor's approval."""


def last_stage(case_id: int) -> Stage:
    """How far the staff takes this case: to the end (45 of 100), part of the way (25), or not at all (30)."""
    draw = _draw("case", case_id) % 100
    if draw < 45:
        return Stage.APPROVED
    return _HALFWAY[draw % len(_HALFWAY)] if draw < 70 else Stage.NOTHING


@dataclass(frozen=True, slots=True)
class _Turn:
    """Something that somebody could do now; ``at_once`` things do not count as the one thing of a step."""

    member: Member
    subject: tuple[str, int]
    at_once: bool
    deed: Deed


class Staff:
    """The scripted people.

    At a human pace each of them does one thing in a step, and everything lies for a while first. What came in shortly after
    ``started`` does not wait, and with ``hurry`` nothing does: then all that is theirs moves one stage in each step.
    """

    def __init__(self, profile: Profile, *, started: datetime | None = None, hurry: bool = False) -> None:
        self._profile = profile
        self._hurry = hurry
        self._started = started
        self._backlog_until = started + BACKLOG if started else None
        self._departments = cast.department_staff(profile)
        self._given_up: set[tuple[str, int]] = set()
        self._labels: dict[str, Label] | None = None

    @property
    def accounts(self) -> tuple[DemoAccount, ...]:
        """The visitor's accounts, for the sign-in page."""
        return cast.accounts(self._profile)

    def enrol(self, session: Session, now: datetime) -> None:
        """Add the staff and the visitor's accounts where they are missing."""
        cast.enrol(session, self._profile, now)

    def step(self, database: Database, profile: Profile, now: datetime) -> list[str]:
        """Let each of them do the next thing that is theirs, and say what was done. Blocking.

        Raises ``StoreError`` where the database cannot be used.
        """
        with database.reading() as session:
            turns = list(self._turns(session, profile, now))
        done = []
        busy: set[str] = set()
        for turn in turns:
            if turn.member.username in busy and not turn.at_once:
                continue
            try:
                with database.transaction() as session:
                    done.append(f"{turn.member.name}: {turn.deed(session)}")
            except (InputError, NotAllowed, IllegalMove, Conflict, NotFound):
                # A visitor was faster, or the rules refuse it: it stays for a person.
                self._given_up.add(turn.subject)
            else:
                busy.add(turn.member.username)
        return done

    def _turns(self, session: Session, profile: Profile, now: datetime) -> Iterator[_Turn]:
        """Everything that the staff could do now, the longest waiting first within each list."""
        for mention in reversed(cases.review_list(session, limit=_LOOKED_AT).items):
            if mention.review is Review.UNTRANSCRIBED:
                continue
            subject = ("mention", mention.id)
            if _draw(*subject) % 100 < _REVIEWED and self._takes(subject, mention.fetched_at, mention.fetched_at, now):
                yield self._turn(REVIEWER, subject, mention.fetched_at, partial(self._review, mention=mention, now=now))
        for each in reversed(deliveries.list_deliveries(session, status=DeliveryStatus.DRAFT, limit=_LOOKED_AT).items):
            subject = ("delivery", each.id)
            if _is_to_approve(each) and self._takes(subject, each.created_at, each.created_at, now):
                yield self._turn(APPROVER, subject, each.created_at, partial(_approve, delivery=each, now=now))
        for row in reversed(cases.list_cases(session, now=now, path=CasePath.MEDIA, limit=_LOOKED_AT).items):
            if self._started is not None and row.opened_at < self._started:
                continue
            turn = self._case_turn(session, profile, row, now)
            if turn is not None:
                yield turn

    def _turn(self, member: Member, subject: tuple[str, int], arrived: datetime, deed: Deed) -> _Turn:
        return _Turn(member, subject, self._at_once(arrived), deed)

    def _case_turn(self, session: Session, profile: Profile, row: CaseRow, now: datetime) -> _Turn | None:
        wanted = _next_stage(row)
        subject = ("case", row.id)
        if wanted is None or wanted > last_stage(row.id) or subject in self._given_up:
            return None
        history = cases.read_history(session, row.id)
        a_visitors = any(event.actor in cast.VISITOR_NAMES for event in history)
        if a_visitors or not self._takes(subject, row.opened_at, history[-1].at, now):
            return None
        noted = any(event.kind is CaseEventKind.NOTE_ADDED for event in history)
        if row.importance is Importance.HIGH and wanted is Stage.TREATED and not noted:
            return self._turn(MANAGER, subject, row.opened_at, partial(_follow, row=row, now=now))
        member = self._departments.get(row.department) if wanted is Stage.TREATED else SPECIALIST
        if member is None:
            return None
        deeds: dict[Stage, Deed] = {
            Stage.ACCEPTED: partial(self._decide, row=row, now=now),
            Stage.ASSIGNED: partial(_assign, row=row, now=now),
            Stage.TREATED: partial(self._treat, row=row, member=member, now=now),
            Stage.CLOSED: partial(_close, row=row, now=now),
            Stage.DRAFTED: partial(_draft, row=row, profile=profile, now=now),
        }
        return self._turn(member, subject, row.opened_at, deeds[wanted])

    def _takes(self, subject: tuple[str, int], arrived: datetime, since: datetime, now: datetime) -> bool:
        """Whether it has lain long enough, and was not given up."""
        if subject in self._given_up:
            return False
        shortest, longest = WAIT_SECONDS
        wait = shortest + _draw("wait", subject[1]) % (longest - shortest)
        return self._at_once(arrived) or now - since >= timedelta(seconds=wait)

    def _at_once(self, arrived: datetime) -> bool:
        """Whether it is worked without waiting."""
        return self._hurry or (self._backlog_until is not None and arrived <= self._backlog_until)

    def _review(self, session: Session, mention: MentionRow, now: datetime) -> str:
        """Accept or reject what waits on the review list."""
        label = self._label(mentions.mention_view(session, mention.id))
        name = f"«{mention.title or mention.excerpt[:40]}»"
        if mention.review is Review.REOPENING and _draw("reopen", mention.id) % 2:
            cases.reject_mention(session, mention.id, REVIEWER.actor, _STANDS, now)
            return f"أبقت الحالة مغلقة: {name}"
        if mention.review is not Review.REOPENING and (label.remit is not Remit.OURS or label.kind not in CASE_KINDS):
            cases.reject_mention(session, mention.id, REVIEWER.actor, _REASONS[label.remit], now)
            return f"رفضت {name}"
        kind = None if mention.review is Review.REOPENING else label.kind
        cases.accept_mention(session, mention.id, REVIEWER.actor, self._profile, now, kind=kind, reason=_REOPENED)
        return f"قبلت {name}"

    def _decide(self, session: Session, row: CaseRow, now: datetime) -> str:
        """Accept a case that opened by itself, or reject it with a reason."""
        first = cases.case_view(session, row.id).mentions[0]
        label = self._label(mentions.mention_view(session, first.id))
        if label.remit is not Remit.OURS or label.kind not in CASE_KINDS:
            cases.act(session, row.id, CaseEventKind.REJECTED, SPECIALIST.actor, {"reason": _REASONS[label.remit]}, now)
            return f"رفض الحالة {row.number}"
        cases.act(session, row.id, CaseEventKind.ACCEPTED, SPECIALIST.actor, {}, now)
        return f"قبل الحالة {row.number}"

    def _treat(self, session: Session, row: CaseRow, member: Member, now: datetime) -> str:
        """Solve a case, or prepare proposals."""
        solved = row.kind is Kind.INQUIRY or _draw("solve", row.id) % 10 < _SOLVED_OF_TEN
        text = resolution(self._profile.code, row.topic, row.kind, row.title, _draw("text", row.id), solved=solved)
        kind, detail = (
            (CaseEventKind.SOLVED, "resolution") if solved else (CaseEventKind.PROPOSALS_PREPARED, "proposals")
        )  # fmt: skip
        cases.act(session, row.id, kind, member.actor, {detail: text}, now)
        return f"{'حل' if solved else 'إعداد مقترحات'} للحالة {row.number}"

    def _label(self, view: MentionView) -> Label:
        """What a reader would say of a mention: the author's label where the text is the world's own, else the tags."""
        if self._labels is None:
            self._labels = _known_labels(self._profile.code)
        # Pages give their headline with the paper's name before or behind it.
        names = [view.text] if view.row.channel is Channel.SOCIAL else [view.title, *re.split(r" [-|] |::", view.title)]
        known = next((self._labels[opening] for opening in map(_opening, names) if opening in self._labels), None)
        if known is not None or view.tags is None:
            return known or Label()
        return Label(view.tags.remit, view.tags.kind, view.tags.topic)


def _is_to_approve(delivery: DeliveryView) -> bool:
    """Whether the staff's approver takes it: an answer of a case that is theirs to the end, drafted by another of the staff."""
    is_theirs = delivery.case_id is not None and last_stage(delivery.case_id) >= Stage.APPROVED
    is_anothers = delivery.drafted_by != APPROVER.username and delivery.drafted_by not in cast.VISITOR_NAMES
    return is_theirs and is_anothers and delivery.kind is DeliveryKind.ANSWER


def _next_stage(row: CaseRow) -> Stage | None:
    """What a case needs next; None where nothing, or where it is a visitor's (reopened cases need other eyes)."""
    if row.status in (CaseStatus.SOLVED, CaseStatus.PROPOSALS):
        return Stage.CLOSED
    if row.status is CaseStatus.CLOSED:
        return Stage.DRAFTED if row.answer == "none" else None
    return {
        CaseStatus.REGISTERED: Stage.ACCEPTED,
        CaseStatus.ACCEPTED: Stage.ASSIGNED,
        CaseStatus.ASSIGNED: Stage.TREATED,
    }.get(row.status)


def _assign(session: Session, row: CaseRow, now: datetime) -> str:
    cases.act(session, row.id, CaseEventKind.ASSIGNED, SPECIALIST.actor, {"department": row.proposed_department}, now)
    return f"أحال الحالة {row.number}"


def _follow(session: Session, row: CaseRow, now: datetime) -> str:
    cases.act(session, row.id, CaseEventKind.NOTE_ADDED, MANAGER.actor, {"note": _FOLLOWED}, now)
    return f"كتبت ملاحظة على الحالة {row.number}"


def _close(session: Session, row: CaseRow, now: datetime) -> str:
    cases.act(session, row.id, CaseEventKind.CLOSED, SPECIALIST.actor, {}, now)
    return f"أغلق الحالة {row.number}"


def _draft(session: Session, row: CaseRow, profile: Profile, now: datetime) -> str:
    answers.draft(session, profile, row.id, SPECIALIST.actor, now)
    return f"صاغ الرد على الحالة {row.number}"


def _approve(session: Session, delivery: DeliveryView, now: datetime) -> str:
    answers.approve(session, delivery.id, APPROVER.actor, now)
    return f"اعتمد الرد على الحالة {delivery.case_number}"


def _known_labels(profile_code: str) -> dict[str, Label]:
    """The labels of the world's texts, by the opening of a headline or of a post."""
    labels = {_opening(post.text): post.label for post in texts.posts(profile_code)}
    for article in texts.articles(profile_code):
        for title in (article.title, *(printing.title for printing in article.printings if printing.title)):
            labels[_opening(title)] = article.label
    return labels


def _opening(text: str) -> str:
    return " ".join(normalise(text).split())[:80]


def _draw(what: str, number: int) -> int:
    """A number that an id always gives."""
    return int.from_bytes(hashlib.sha256(f"{what}/{number}".encode()).digest()[:6], "big")
