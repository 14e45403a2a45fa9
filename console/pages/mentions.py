"""One mention: what it says, why it was tagged so, and what to do with it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from console.access import Right, demand, has, works_in
from console.case_access import demand_open
from console.desk import Desk, DeskOf
from console.highlight import axes_in, pieces
from console.layout import Place, Setting
from console.pages.showing import done, setting_of, show
from console.person import Person, PersonOf, genuine
from console.tag_lines import tag_lines
from console.times import moment_of
from domain.case import CasePath
from domain.errors import InputError, NotAllowed
from domain.mention import Channel
from domain.people import Actor
from domain.profile import Profile
from domain.tags import CASE_KINDS, NO_TOPIC, Flag, Importance, Kind, Remit, Sentiment
from registry import cases, mentions, teaching
from registry.views import MentionView

PATHS: Final = (CasePath.MEDIA, CasePath.RUMOUR, CasePath.PRESS_QUESTION)
"""The paths of cases that begin with something published."""

router = APIRouter(prefix="/mentions", dependencies=[Depends(genuine)])


@router.get("/{mention_id}")
def mention(mention_id: int, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The mention's page."""
    with desk.database.reading() as session:
        view = mentions.mention_view(session, mention_id)
        demand_sight(session, person.actor, view)
        setting = setting_of(desk, session, person, case_department(session, view))
    here = Place.REVIEW if has(person.actor, Right.SEE_REVIEW) else Place.CASES
    return show(desk, setting, "mention.html", request, here=here, **_shown(desk, setting, person, view))


@router.post("/{mention_id}/accept")
def accept(
    mention_id: int,
    desk: DeskOf,
    person: PersonOf,
    kind: Annotated[Kind | None, Form()] = None,
    reason: Annotated[str, Form(max_length=2000)] = "",
    path: Annotated[CasePath, Form()] = CasePath.MEDIA,
    deadline: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Open a case with it, join its story's case, or reopen that one; on to the case. A rumour and a journalist's question have
    paths of their own (REQUIREMENTS W15)."""
    demand(person.actor, Right.DECIDE)
    chosen = kind if path is CasePath.MEDIA else None
    until = moment_of("deadline", deadline, desk.profile.calendar.timezone) if path is CasePath.PRESS_QUESTION else None
    with desk.database.transaction() as session:
        case_id = cases.accept_mention(
            session, mention_id, person.actor, desk.profile, desk.now, kind=chosen, reason=reason, path=path, deadline=until
        )
    return done(f"/cases/{case_id}", "accepted")


@router.post("/{mention_id}/reject")
def reject(mention_id: int, desk: DeskOf, person: PersonOf, reason: Annotated[str, Form(max_length=2000)]) -> Response:
    """Dismiss it, with the reason; back to the list."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        cases.reject_mention(session, mention_id, person.actor, reason, desk.now)
    return done("/review", "rejected")


@router.post("/{mention_id}/correct")
def correct(
    mention_id: int,
    desk: DeskOf,
    person: PersonOf,
    remit: Annotated[Remit, Form()],
    kind: Annotated[Kind, Form()],
    sentiment: Annotated[Sentiment, Form()],
    importance: Annotated[Importance, Form()],
    topic: Annotated[str, Form()] = "",
    flags: Annotated[list[Flag], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Keep what the person says of it beside the model's word."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        teaching.answer(
            session,
            mention_id,
            actor=person.actor,
            now=desk.now,
            remit=remit,
            kind=kind,
            sentiment=sentiment,
            topic=fitting_topic(desk.profile, remit, topic),
            importance=importance,
            flags=frozenset(flags),
        )
    return done(f"/mentions/{mention_id}", "corrected")


@router.post("/{mention_id}/split")
def split(
    mention_id: int,
    desk: DeskOf,
    person: PersonOf,
    mentions_chosen: Annotated[list[int], Form(alias="mentions")] = [],  # noqa: B006 - FastAPI copies it
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Say that some mentions of its story are another story."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        cases.split_story(session, mentions_chosen, person.actor, desk.now, reason)
    return done(f"/mentions/{mention_id}", "story_split")


@router.post("/{mention_id}/join")
def join(
    mention_id: int,
    desk: DeskOf,
    person: PersonOf,
    other: Annotated[int, Form()],
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Say that its story is that of another mention."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        join_stories(session, desk, person.actor, mention_id, other, reason)
    return done(f"/mentions/{mention_id}", "story_joined")


def join_stories(session: Session, desk: Desk, actor: Actor, mention_id: int, other: int, reason: str) -> None:
    """The story of one mention becomes part of another mention's. Raises ``NotFound``, ``InputError``, ``Conflict``."""
    own, into = (mentions.mention_view(session, each).row.story_id for each in (mention_id, other))
    if own is None or into is None:
        alone = InputError(f"mention {mention_id if own is None else other} is in no story yet", "wait until it was read")
        raise alone.saying("mention_untagged")
    cases.join_stories_by_hand(session, own, into, actor, desk.now, reason, desk.profile)


def fitting_topic(profile: Profile, remit: Remit | None, topic: str | None) -> str | None:
    """The topic to keep: none where the matter is not ours, as it is where none was chosen. Raises ``InputError``."""
    if remit is not None and remit is not Remit.OURS:
        return NO_TOPIC
    if topic and profile.topic(topic) is None:
        raise InputError(f"«{topic}» is no topic of the profile {profile.code}", "choose one of its list")
    return topic or None


def demand_sight(session: Session, actor: Actor, view: MentionView) -> None:
    """Raises ``NotAllowed`` where this person may see neither the review list nor the case that the mention is in, and where that
    case concerns them or is sealed: its author may be who complained (REQUIREMENTS W14)."""
    if view.row.case_id:
        case = cases.case_view(session, view.row.case_id)
        demand_open(actor, case.row, case.state)
    if has(actor, Right.SEE_REVIEW):
        return
    if not works_in(actor, case_department(session, view)):
        raise NotAllowed(f"{actor.username} may not see mention {view.row.id}", "it is in no case of your department")


def case_department(session: Session, view: MentionView) -> str:
    """The department that the mention's case is with; empty where it is in none."""
    return cases.case_view(session, view.row.case_id).row.department if view.row.case_id else ""


def _shown(desk: Desk, setting: Setting, person: Person, view: MentionView) -> dict[str, object]:
    """What the page shows of a mention, masked as the person's roles ask (REQUIREMENTS L3)."""
    answers_case = setting.sees_authors and view.row.case_id is not None
    public = None if setting.sees_authors else desk.layout.public_handles
    evidence = view.model_tags.evidence if view.model_tags else ()
    title = pieces(view.title, evidence, "title", hide=not answers_case, public_handles=public)
    text = pieces(view.text, evidence, "text", hide=not answers_case, public_handles=public)
    shows_author = setting.sees_authors or view.row.channel is not Channel.SOCIAL
    return {
        "view": view,
        "row": view.row,
        "tags": view.tags,
        "heading": "".join(piece.text for piece in title or text)[:80],
        "title_pieces": title,
        "text_pieces": text,
        "legend": axes_in([*title, *text]),
        "tag_lines": tag_lines(view, desk.layout.topic),
        "author": view.author if shows_author else "",
        "handle": view.author_handle if shows_author else "",
        "address": desk.layout.original(view.row, sees_authors=setting.sees_authors),
        "may_decide": has(person.actor, Right.DECIDE),
        "remits": list(Remit),
        "kinds": list(Kind),
        "sentiments": list(Sentiment),
        "importances": list(Importance),
        "flags": list(Flag),
        "opens_case": view.tags is not None and view.tags.kind in CASE_KINDS,
        "case_kinds": [kind for kind in Kind if kind in CASE_KINDS],
        "paths": PATHS,
        "offered_path": path_offered(view.tags.flags if view.tags else frozenset()),
    }


def path_offered(flags: frozenset[Flag]) -> CasePath:
    """The path that stands chosen when a mention is accepted: by its flags (REQUIREMENTS C1, W15)."""
    if Flag.PRESS_QUESTION in flags:
        return CasePath.PRESS_QUESTION
    return CasePath.RUMOUR if Flag.RUMOUR in flags else CasePath.MEDIA
