"""Teaching the classifier: items that nobody need decide on, of which an answer would teach much, or which were drawn by lot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from classifiers.active import Why
from console.access import Right, demand
from console.desk import Desk, DeskOf
from console.highlight import Piece, pieces
from console.layout import Place
from console.pages.mentions import fitting_topic
from console.pages.showing import done, setting_of, show
from console.person import PersonOf, genuine
from console.teaching_order import most_teaching
from domain.errors import InputError
from domain.tags import CASE_KINDS, NO_TOPIC, OTHER_TOPIC, Kind, Remit, Sentiment, Tags
from registry import teaching
from registry.teaching import Teachable
from registry.views import MentionRow

ADDRESS: Final = f"{Place.QUALITY}/teach"
router = APIRouter(prefix=ADDRESS, dependencies=[Depends(genuine)])
_PER_PAGE: Final = 8
_BY_LOT: Final = 2
"""Of these so many were drawn by lot: what they show of agreement holds for all items, not for the hard ones."""


@dataclass(frozen=True, slots=True)
class Card:
    """One item to answer for, masked as outside a case (REQUIREMENTS L3). One by lot is asked blind: its tags are not shown."""

    row: MentionRow
    title: list[Piece]
    text: list[Piece]
    tags: Tags
    why: tuple[Why, ...] = ()
    is_blind: bool = False


@router.get("")
def teach(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Some items to answer for."""
    demand(person.actor, Right.TEACH)
    with desk.database.reading() as session:
        cards = _cards(session, desk)
        remaining = teaching.remaining(session, desk.now)
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "quality_teach.html",
        request,
        here=Place.QUALITY,
        cards=cards,
        remaining=remaining,
        remits=list(Remit),
        kinds=list(Kind),
        sentiments=list(Sentiment),
        asking=sorted(CASE_KINDS),
    )


@router.post("/{mention_id}/confirm")
def confirm(mention_id: int, desk: DeskOf, person: PersonOf) -> Response:
    """The tags are right as they are; on to the next items."""
    demand(person.actor, Right.TEACH)
    with desk.database.transaction() as session:
        teaching.confirm(session, mention_id, actor=person.actor, now=desk.now)
    return done(ADDRESS, "taught")


@router.post("/{mention_id}/answer")
def answer(
    mention_id: int,
    desk: DeskOf,
    person: PersonOf,
    remit: Annotated[Remit, Form()],
    kind: Annotated[Kind | None, Form()] = None,
    sentiment: Annotated[Sentiment | None, Form()] = None,
    topic: Annotated[str, Form()] = "",
) -> Response:
    """Keep what the person says of every axis; on to the next items."""
    demand(person.actor, Right.TEACH)
    said = _complete(desk, remit, kind, sentiment, topic)
    with desk.database.transaction() as session:
        teaching.answer(
            session, mention_id, actor=person.actor, now=desk.now, chosen=True,
            remit=remit, kind=said.kind, sentiment=said.sentiment, topic=said.topic,
        )  # fmt: skip
    return done(ADDRESS, "taught")


@dataclass(frozen=True, slots=True)
class _Said:
    kind: Kind
    sentiment: Sentiment
    topic: str


def _complete(desk: Desk, remit: Remit, kind: Kind | None, sentiment: Sentiment | None, topic: str) -> _Said:
    """What follows from the remit, as the rule book has it: what is nobody's matter has no kind, stance or topic. Raises
    ``InputError`` where something is missing that does not follow."""
    if remit is Remit.NONE:
        return _Said(Kind.NEUTRAL, Sentiment.NEUTRAL, NO_TOPIC)
    if kind is None or sentiment is None:
        raise InputError("the answer names no kind or no sentiment", "choose both where the matter is somebody's")
    return _Said(kind, sentiment, fitting_topic(desk.profile, remit, topic) or OTHER_TOPIC)


def _cards(session: Session, desk: Desk) -> list[Card]:
    """The items of one page: the hard ones, and those by lot between them."""
    pool = {item.mention_id: item for item in teaching.unflagged(session, desk.now)}
    ranked = most_teaching(session, list(pool.values()), desk.profile, desk.now, limit=_PER_PAGE)
    drawn = teaching.lot(session, desk.now, _BY_LOT)
    chosen = [(pool[each.id], each.why) for each in ranked[: _PER_PAGE - len(drawn)]]
    rows = {
        row.id: row for row in teaching.rows(session, [item.mention_id for item, _ in chosen] + [i.mention_id for i in drawn])
    }
    cards = [_card(desk, rows[item.mention_id], item, why) for item, why in chosen if item.mention_id in rows]
    for place, item in enumerate(item for item in drawn if item.mention_id in rows):
        cards.insert(2 + 4 * place, _card(desk, rows[item.mention_id], item, blind=True))
    return cards


def _card(desk: Desk, row: MentionRow, item: Teachable, why: tuple[Why, ...] = (), *, blind: bool = False) -> Card:
    public = desk.layout.public_handles
    evidence = () if blind else item.tags.evidence
    title = pieces(item.title, evidence, "title", hide=True, public_handles=public)
    text = pieces(item.lead, evidence, "text", hide=True, public_handles=public)
    return Card(row, title, text, item.tags, why, blind)
