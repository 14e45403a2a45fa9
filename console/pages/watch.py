"""Watch queries: what is listened for, by whose approval, what it found, and a place to try a query (REQUIREMENTS G6, L2)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from classifiers.watch.limits import public_handles
from classifiers.watch.preview import Match, Preview, compile_one, marked, place_of, preview
from classifiers.watch.preview import Place as QueryPlace
from console.access import Right, demand, has
from console.desk import Desk, DeskOf
from console.layout import Place
from console.pages.showing import setting_of, show
from console.person import Person, PersonOf, genuine
from domain.errors import InputError, QueryError
from domain.messages import message
from domain.privacy import mask, mask_handles
from domain.profile import WatchQuery
from registry import outlets, watching
from registry.watching import Tryable

router = APIRouter(prefix=Place.WATCH, dependencies=[Depends(genuine)])
LASTS: Final = (200, 500, 1000, 2000)
_SHOWN: Final = 40
_TITLES: Final = 15
_MARKS: Final = ("\ue000", "\ue001")
"""Private-use characters around the words that were found: no text holds them."""


@dataclass(frozen=True, slots=True)
class Hits:
    """A query of the profile and the mentions that it matched."""

    query: WatchQuery
    week: int
    month: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a shown text: found words, or what stands around them."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One match: the item, and the passages in which the words stand, masked as outside a case (REQUIREMENTS L3)."""

    item: Tryable
    title: list[Run]
    text: list[Run]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a query cannot be tried: what is wrong, the remedy, and the place."""

    what: str
    remedy: str
    place: QueryPlace


@dataclass(frozen=True, slots=True)
class Tried:
    """What a query would have found."""

    found: Preview[Tryable]
    titles: Preview[Tryable]
    by_outlet: list[tuple[str, int]]
    matches: list[Shown]
    title_matches: list[Shown]
    new: int
    """Matches among press known by title alone: what the query would add."""
    snippet: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    query: str = ""
    service: str = ""
    last: int = LASTS[1]


@router.get("")
def queries(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The profile's queries, and an empty box to try one."""
    demand(person.actor, Right.SEE_WATCH)
    return _page(request, desk, person, Asked())


@router.post("/try")
def try_query(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    service: Annotated[str, Form()],
    query: Annotated[str, Form(max_length=4000)] = "",
    last: Annotated[int, Form(ge=1, le=watching.MOST)] = LASTS[1],
) -> Response:
    """The same page with what the query would have found, or with what is wrong with it. A form that is sent, not an address:
    what somebody tries stands in no log of addresses."""
    demand(person.actor, Right.TRY_WATCH)
    if desk.profile.topic(service) is None:
        raise InputError(
            f"«{service}» is no service of the profile", "every watch query declares the service it is for: choose it"
        )
    return _page(request, desk, person, Asked(query, service, last), tries=True)


def _page(request: Request, desk: Desk, person: Person, asked: Asked, *, tries: bool = False) -> Response:
    tried: Tried | None = None
    wrong: Wrong | None = None
    with desk.database.reading() as session:
        hits = _hits(session, desk)
        if tries:
            try:
                tried = _try(session, desk, person, asked)
            except QueryError as error:
                wrong = _wrong(asked.query, error)
        setting = setting_of(desk, session, person)
    return show(
        desk,
        setting,
        "watch.html",
        request,
        here=Place.WATCH,
        hits=hits,
        asked=asked,
        tried=tried,
        wrong=wrong,
        lasts=LASTS,
        may_try=has(person.actor, Right.TRY_WATCH),
    )


def _hits(session: Session, desk: Desk) -> list[Hits]:
    week, month = (watching.hits(session, desk.now - timedelta(days=days)) for days in (7, 30))
    return [Hits(query, week.get(query.name, 0), month.get(query.name, 0)) for query in desk.profile.watch]


def _try(session: Session, desk: Desk, person: Person, asked: Asked) -> Tried:
    handles = outlets.handles(session)
    watcher = compile_one(asked.query, asked.service, desk.profile, handles)
    found = preview(watcher, watching.last_mentions(session, asked.last))
    titles = preview(watcher, watching.last_seen(session, asked.last))
    public = public_handles(desk.profile, handles)
    names = {match.item.outlet_id: match.item.outlet_name for match in found.matches}
    return Tried(
        found,
        titles,
        [(names[outlet], count) for outlet, count in found.by_outlet()],
        [_shown(match, public) for match in found.matches[:_SHOWN]],
        [_shown(match, public) for match in titles.matches[:_TITLES]],
        len(titles.matches),
        _snippet(asked, person),
    )


def _shown(match: Match[Tryable], public: Collection[str]) -> Shown:
    item = match.item
    title = marked(item.title, match.spans, "title", _MARKS, around=len(item.title)) or item.title
    return Shown(item, runs(title, public), runs(marked(item.text, match.spans, "text", _MARKS), public))


def runs(text: str, public: Collection[str]) -> list[Run]:
    """A marked text cut into runs, with personal data and private handles masked."""
    masked = mask_handles(mask(text), frozenset(public))
    found: list[Run] = []
    for part in masked.split(_MARKS[0]):
        inside, closing, outside = part.partition(_MARKS[1])
        found += [Run(inside, is_found=True), Run(outside, is_found=False)] if closing else [Run(part, is_found=False)]
    return [run for run in found if run.text]


def _wrong(query: str, error: QueryError) -> Wrong:
    key = f"query_fault.{error.fault}"
    return Wrong(message(key, piece=error.piece), message(f"{key}.remedy", piece=error.piece), place_of(query, error))


def _snippet(asked: Asked, person: Person) -> str:
    """The query as it goes into the profile's file: whoever approves it writes their name (REQUIREMENTS L2)."""
    values = {
        "name": "",
        "service": asked.service,
        "query": " ".join(asked.query.split()),
        "proposed_by": person.actor.name,
        "approved_by": "",
    }
    return "\n".join(["[[watch]]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())])
