"""Answers to the outlets that published: drafted, approved by a second person, sent once (REQUIREMENTS N1, DESIGN 3 and 4).

All functions work in the caller's transaction. That an answer was sent, failed or is uncertain is told to the case by the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from domain.case import CaseEventKind
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.errors import Conflict, InputError, NotAllowed
from domain.language import language
from domain.mention import Channel
from domain.outlet import AnswerChannel, Outlet
from domain.people import Actor, Role
from domain.profile import Profile
from notify.answer_texts import Occasion, letter_html, wording
from notify.dates import local_day
from notify.letter import check_recipient, message_id
from registry import cases, crisis, deliveries, mentions, outlets
from registry.views import CaseView, DeliveryView, MentionRow

_OVER = (DeliveryStatus.WITHDRAWN, DeliveryStatus.FAILED)
_OUTCOMES = {
    CaseEventKind.SOLVED: "resolution",
    CaseEventKind.SOLVED_AT_ONCE: "resolution",
    CaseEventKind.VERDICT_RECORDED: "resolution",
    CaseEventKind.OUTSIDE_ANSWERED: "resolution",
    CaseEventKind.PROPOSALS_PREPARED: "proposals",
}
"""What is told, by how it came about: the solution, whoever found it, or the steps taken (REQUIREMENTS W1)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer as the template gives it, before anything is kept.

    ``about`` is the key of whom it answers: one answer leaves for each of them. ``to`` is what people read: the outlet's name.
    """

    channel: DeliveryChannel
    recipient: str
    to: str
    about: str
    language: str
    subject: str
    text: str


def propose(
    session: Session,
    profile: Profile,
    case_id: int,
    channel: DeliveryChannel | None = None,
    text: str | None = None,
    *,
    mention_id: int | None = None,
) -> Proposal:
    """The answer to whoever published a mention of the case (the first one, where none is named), on the channel that the
    outlet reads (or ``channel``); ``text`` takes the place of the template's. Nothing is written.

    Raises ``NotFound``, and ``InputError`` where the outlet cannot be reached or the text cannot leave: too long for X, holding
    personal data, or with nothing to tell.
    """
    view = cases.case_view(session, case_id)
    return _proposal(session, profile, view, channel, text, mention_id)


def draft(
    session: Session,
    profile: Profile,
    case_id: int,
    actor: Actor,
    now: datetime,
    channel: DeliveryChannel | None = None,
    text: str | None = None,
    *,
    mention_id: int | None = None,
) -> int:
    """Draft an answer as ``propose`` gives it, and tell the case; gives the delivery's id. Nothing leaves before its approval.

    Raises as ``propose`` does; ``NotAllowed`` or ``IllegalMove`` where this actor may not, or the case is neither solved nor has
    proposals; ``Conflict`` where whoever published has an answer already that was neither withdrawn nor failed, unless the case
    was reopened since.
    """
    view = cases.case_view(session, case_id)
    proposal = _proposal(session, profile, view, channel, text, mention_id)
    key = f"answer:case:{case_id}:{proposal.about}:{_turn(session, view, proposal)}"
    message = Message(
        key=key,
        kind=DeliveryKind.ANSWER,
        channel=proposal.channel,
        recipient=proposal.recipient,
        subject=proposal.subject,
        text=proposal.text,
        html=_html(profile, proposal),
        message_id=message_id(key, now, profile) if proposal.channel is DeliveryChannel.EMAIL else "",
    )
    delivery = deliveries.queue(session, message, case_id, DeliveryStatus.DRAFT, actor.username, now=now)
    cases.act(session, case_id, CaseEventKind.ANSWER_DRAFTED, actor, {"delivery": str(delivery)}, now)
    return delivery


def as_approver(session: Session, actor: Actor, *, sealed: bool) -> Actor:
    """The actor with the right to approve, where they have it beside the approvers: deputies in crisis mode (W15), and management
    on a sealed case, which nobody else may work (W14). Never an answer of their own."""
    if sealed and Role.MANAGER in actor.roles and Role.APPROVER not in actor.roles:
        return replace(actor, roles=actor.roles | {Role.APPROVER})
    return crisis.with_deputyship(session, actor)


def approve(session: Session, delivery_id: int, actor: Actor, now: datetime, *, drafter_may_approve: bool = False) -> None:
    """Let a drafted answer go (DESIGN promise 4). In crisis mode its deputies may too, and management that of a sealed case, but
    never their own draft (W14, W15).

    Raises ``NotFound``, ``NotAllowed`` for its drafter or without the role of approver, ``Conflict`` where it is no draft any
    more, ``InputError`` where it is no answer.
    """
    answer = _answer(session, delivery_id)
    _need_person(actor)
    approver = as_approver(session, actor, sealed=answer.case_sealed)
    second = not drafter_may_approve or approver is not actor
    deliveries.approve(session, delivery_id, approver, now, second_person=second)


def send_back(session: Session, delivery_id: int, actor: Actor, reason: str, now: datetime) -> None:
    """Give a drafted answer back to its drafter with a reason; it is withdrawn, and a new one may be drafted.

    Whoever may approve it may. Raises ``NotFound``, ``NotAllowed``, ``InputError`` without a reason, ``Conflict`` where it left
    already.
    """
    answer = _answer(session, delivery_id)
    _need_person(actor)
    deliveries.send_back(session, delivery_id, as_approver(session, actor, sealed=answer.case_sealed), reason, now)


def _proposal(
    session: Session,
    profile: Profile,
    view: CaseView,
    channel: DeliveryChannel | None,
    text: str | None,
    mention_id: int | None,
) -> Proposal:
    mention = _mention(view, mention_id)
    outlet = outlets.find(session, mention.outlet_id) or Outlet(mention.outlet_id, mention.outlet_name)
    chosen = channel or _channel(mention, outlet)
    recipient = _editor(outlet) if chosen is DeliveryChannel.EMAIL else _post(session, view, mention, outlet)
    occasion = _occasion(profile, view, mention, outlet, chosen)
    words = wording(profile, occasion, text)
    return Proposal(
        channel=chosen,
        recipient=recipient,
        to=outlet.name_ar,
        about=f"x:{recipient}" if chosen is DeliveryChannel.X_REPLY else outlet.id,
        language=occasion.language,
        subject=words.subject,
        text=words.text,
    )


def _mention(view: CaseView, mention_id: int | None) -> MentionRow:
    """The mention that is answered: the one named, else the one that opened the case."""
    found = [mention for mention in view.mentions if mention_id in (None, mention.id)]
    if not found:
        strange = InputError(f"mention {mention_id} does not belong to the case {view.row.number}", "name one of its mentions")
        raise strange.saying("mention_not_answered", number=view.row.number)
    return found[0]


def _channel(mention: MentionRow, outlet: Outlet) -> DeliveryChannel:
    """The channel that whoever published reads: a post is answered where it stands."""
    if mention.channel is Channel.SOCIAL or outlet.answer_channel is AnswerChannel.X_REPLY:
        return DeliveryChannel.X_REPLY
    if outlet.answer_channel is AnswerChannel.EMAIL:
        return DeliveryChannel.EMAIL
    silent = InputError(
        f"the outlet «{outlet.name_ar}» has no channel for answers", "give it one (e-mail or X) in the outlets directory"
    )
    raise silent.saying("no_answer_channel", outlet=outlet.name_ar)


def _editor(outlet: Outlet) -> str:
    if not outlet.editor_email:
        silent = InputError(f"the outlet «{outlet.name_ar}» has no editor's address", "add editor_email in the outlets directory")
        raise silent.saying("no_editor_address", outlet=outlet.name_ar)
    return check_recipient(outlet.editor_email)


def _post(session: Session, view: CaseView, mention: MentionRow, outlet: Outlet) -> str:
    """The id of the post to reply to: the mention itself, or the outlet's own post in the case."""
    posts = [each for each in view.mentions if each.channel is Channel.SOCIAL]
    if mention.channel is Channel.SOCIAL:
        posts = [mention]
    handle = outlet.handle.lstrip("@").lower()
    for post in posts:
        full = mentions.mention_view(session, post.id)
        own = bool(handle) and full.author_handle.lower() == handle
        if full.key.startswith("x:") and (own or post.id == mention.id):
            return full.key.removeprefix("x:")
    none = InputError(f"the case {view.row.number} holds no post of «{outlet.name_ar}» to reply to", "answer by e-mail instead")
    raise none.saying("no_post_to_answer", number=view.row.number, outlet=outlet.name_ar)


def _occasion(profile: Profile, view: CaseView, mention: MentionRow, outlet: Outlet, channel: DeliveryChannel) -> Occasion:
    social = mention.channel is Channel.SOCIAL
    outcome, solved = _outcome(view)
    return Occasion(
        outlet=outlet,
        channel=channel,
        language="en" if _is_english(mention, outlet) else "ar",
        title="" if social else mention.title,
        published=local_day(mention.published_at or mention.fetched_at, profile.calendar.timezone),
        number=view.row.number,
        topic=view.row.topic,
        department=view.row.department,
        outcome=outcome,
        solved=solved,
    )


def _is_english(mention: MentionRow, outlet: Outlet) -> bool:
    """A post is answered in its own language, an outlet in the one that it prints."""
    return language(mention.excerpt) == "en" if mention.channel is Channel.SOCIAL else outlet.language == "en"


def _outcome(view: CaseView) -> tuple[str, bool]:
    """What was written last of how it ended, and whether it solved the matter."""
    for event in reversed(view.events):
        if event.kind in _OUTCOMES:
            detail = _OUTCOMES[event.kind]
            return event.texts.get(detail, event.details.get(detail, "")), event.kind is not CaseEventKind.PROPOSALS_PREPARED
    return "", False


def _turn(session: Session, view: CaseView, proposal: Proposal) -> int:
    """Which answer to this recipient it is. Raises ``Conflict`` where an earlier one stands.

    One that was sent before the case was reopened is answered anew; one that still waits from then must be sent back first, or
    both would leave.
    """
    prefix = f"answer:case:{view.row.id}:{proposal.about}:"
    earlier = [each for each in view.deliveries if each.key.startswith(prefix)]
    to_post = proposal.channel is DeliveryChannel.X_REPLY
    elsewhere = deliveries.answers_to_post(session, proposal.recipient) if to_post else ()
    reopened = max((event.at for event in view.events if event.kind is CaseEventKind.REOPENED), default=None)
    standing = [
        each
        for each in (*earlier, *elsewhere)
        if each.status not in _OVER and not (reopened and each.status is DeliveryStatus.SENT and each.created_at <= reopened)
    ]
    if standing:
        twice = Conflict(
            f"the case {view.row.number} has an answer to «{proposal.to}» already, which is «{standing[-1].status}»",
            "send that one back first; an outlet is answered once",
        )
        raise twice.saying("answered_already", number=view.row.number, to=proposal.to, status=standing[-1].status)
    return len(earlier) + 1


def _html(profile: Profile, proposal: Proposal) -> str:
    if proposal.channel is not DeliveryChannel.EMAIL:
        return ""
    signed_by = profile.name_en if proposal.language == "en" else profile.name_ar
    return letter_html(proposal.language, proposal.text, proposal.subject, signed_by)


def _answer(session: Session, delivery_id: int) -> DeliveryView:
    view = deliveries.find(session, delivery_id)
    if view.kind is not DeliveryKind.ANSWER:
        raise InputError(f"delivery {delivery_id} is no answer", "only answers are approved")
    return view


def _need_person(actor: Actor) -> None:
    if not actor.is_person:
        raise NotAllowed("an answer takes a person's decision", "sign in as an approver")
