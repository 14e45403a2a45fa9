"""The addresses of the API. Sessions are the pages' own (cookie); a change carries the session's token in ``X-CSRF-Token``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from console.access import Right, demand
from console.api import shapes
from console.case_access import sees_party, without_party
from console.desk import Desk, DeskOf
from console.pages.case_choices import choices_of
from console.pages.case_moves import Step, make_move, may_see, visible_case
from console.pages.case_steps import small_enough
from console.pages.cases import find as find_cases
from console.pages.cases import page_moves
from console.pages.intake import MOST, open_cases
from console.pages.mentions import case_department, demand_sight, fitting_topic, join_stories
from console.pages.review import find as find_mentions
from console.pages.showing import plain_setting
from console.person import Person, PersonOf, genuine
from console.queries import PER_PAGE, case_query, review_query
from domain.case import MOVES, CaseEventKind, CasePath
from domain.errors import InputError
from domain.tags import Importance, Kind, Remit, Sentiment
from registry import cases as case_rows
from registry import figures, mentions, teaching

router = APIRouter(prefix="/api/v1", dependencies=[Depends(genuine)])
health_router = APIRouter(prefix="/api/v1")


class Reason(BaseModel):
    """Why somebody decided so."""

    reason: str = Field(default="", max_length=8000)


class Acceptance(Reason):
    """A mention becomes a case; ``kind`` is named where its own opens none, ``path`` where it is a rumour or a journalist's
    question, which has a ``deadline``."""

    kind: Kind | None = None
    path: CasePath = CasePath.MEDIA
    deadline: AwareDatetime | None = None


class Correction(BaseModel):
    """What a person says instead of the model; what is left out stays as it is."""

    remit: Remit | None = None
    kind: Kind | None = None
    sentiment: Sentiment | None = None
    topic: str | None = None
    importance: Importance | None = None


class GivenStep(BaseModel):
    """A move of a case, with the details that it needs, and the revision that its maker saw. ``mentions`` are those that a split
    takes to the new case."""

    kind: CaseEventKind
    details: dict[str, Annotated[str, Field(max_length=8000)]] = Field(default_factory=dict)
    mentions: list[int] = Field(default_factory=list, max_length=1000)
    expected: int | None = None


class GivenParty(BaseModel):
    """Who raised a case, and the channel that they prefer."""

    model_config = ConfigDict(extra="forbid")

    kind: str = ""
    name: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=200)
    channel: str = ""
    reference: str = Field(default="", max_length=200)


class GivenCase(BaseModel):
    """A case from a direct channel (``registry.cases.intake_of`` says what each field means). A deadline without a zone is in
    the service's."""

    model_config = ConfigDict(extra="forbid")

    path: str
    channel: str
    title: str
    kind: str = ""
    account: str = ""
    topic: str = ""
    importance: str = ""
    complexity: str = ""
    deadline: str = ""
    accepted: bool = True
    remote_id: str = Field(default="", max_length=200)
    party: GivenParty | None = None

    @property
    def fields(self) -> dict[str, str]:
        """By the names that forms and files use."""
        party = self.party.model_dump() if self.party else {}
        plain = self.model_dump(exclude={"party", "accepted"})
        return {**plain, "accepted": "yes" if self.accepted else "no", **{f"party_{name}": text for name, text in party.items()}}


@health_router.get("/health")
def health(desk: DeskOf) -> dict[str, str]:
    """Whether the service and its store answer: for monitoring, without signing in."""
    desk.database.check()
    return {"status": "ok"}


@router.get("/summary")
def summary(desk: DeskOf, person: PersonOf) -> dict[str, int]:
    """Totals of everything kept."""
    demand(person.actor, Right.SEE_FIGURES)
    with desk.database.reading() as session:
        counts = figures.summary(session, desk.now)
    return {name: getattr(counts, name) for name in type(counts).__dataclass_fields__}


@router.get("/mentions")
def mention_list(request: Request, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Mentions as the review list shows them (``show``, ``kind``, ``topic``, ``importance``, ``channel``, ``start``)."""
    demand(person.actor, Right.SEE_REVIEW)
    query = review_query(request.query_params)
    with desk.database.reading() as session:
        page = find_mentions(session, query)
    setting = plain_setting(desk, person)
    items = [shapes.mention_row(row, setting, desk.layout.public_handles) for row in page.items]
    return _listed(items, page.total, query.start)


@router.get("/mentions/{mention_id}")
def mention(mention_id: int, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """One mention."""
    with desk.database.reading() as session:
        view = mentions.mention_view(session, mention_id)
        demand_sight(session, person.actor, view)
        setting = plain_setting(desk, person, case_department(session, view))
    return shapes.mention(view, setting, desk.layout.public_handles)


@router.post("/mentions/{mention_id}/accept")
def accept(mention_id: int, given: Acceptance, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Open a case with it, or join its story's; answers with the case."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        case_id = case_rows.accept_mention(
            session,
            mention_id,
            person.actor,
            desk.profile,
            desk.now,
            kind=given.kind,
            reason=given.reason,
            path=given.path,
            deadline=given.deadline,
        )
        return _case(session, desk, person, case_id)


@router.post("/mentions/{mention_id}/reject")
def reject(mention_id: int, given: Reason, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Dismiss it, with the reason."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        case_rows.reject_mention(session, mention_id, person.actor, given.reason, desk.now)
        return _mention(session, desk, person, mention_id)


@router.post("/mentions/{mention_id}/correct")
def correct(mention_id: int, given: Correction, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Keep what the person says beside the model's word."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        teaching.answer(
            session,
            mention_id,
            actor=person.actor,
            now=desk.now,
            remit=given.remit,
            kind=given.kind,
            sentiment=given.sentiment,
            topic=fitting_topic(desk.profile, given.remit, given.topic),
            importance=given.importance,
        )
        return _mention(session, desk, person, mention_id)


class Parting(Reason):
    """Mentions of one story that are another one."""

    mentions: list[int] = Field(min_length=1, max_length=1000)


class Joining(Reason):
    """The mention whose story this one's is."""

    other: int


@router.post("/mentions/{mention_id}/split")
def split(mention_id: int, given: Parting, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Say that some mentions of its story are another story; answers with the mention."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        case_rows.split_story(session, given.mentions, person.actor, desk.now, given.reason)
        return _mention(session, desk, person, mention_id)


@router.post("/mentions/{mention_id}/join")
def join(mention_id: int, given: Joining, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Say that its story is that of another mention; answers with the mention."""
    demand(person.actor, Right.DECIDE)
    with desk.database.transaction() as session:
        join_stories(session, desk, person.actor, mention_id, given.other, given.reason)
        return _mention(session, desk, person, mention_id)


@router.get("/cases")
def case_list(request: Request, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Cases as their page lists them (``show``, ``path``, ``status``, ``department``, ``person``, ``body``, ``topic``,
    ``importance``, ``number``, ``start``)."""
    demand(person.actor, Right.SEE_CASES)
    query = case_query(request.query_params)
    with desk.database.reading() as session:
        page = find_cases(session, desk, person.actor, query)
    setting = plain_setting(desk, person)
    items = [shapes.case_row(row, setting, desk.layout.public_handles) for row in page.items]
    return _listed(items, page.total, query.start)


@router.get("/cases/{case_id}")
def case(case_id: int, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """One case."""
    demand(person.actor, Right.SEE_CASES)
    with desk.database.reading() as session:
        return _case(session, desk, person, case_id)


@router.post("/cases", status_code=201)
def register(
    given: GivenCase | Annotated[list[GivenCase], Field(min_length=1, max_length=MOST)],
    desk: DeskOf,
    person: PersonOf,
    idempotency_key: Annotated[str, Header(max_length=80)] = "",
) -> dict[str, Any]:
    """Register one case from a direct channel, or a list of them, all or none; answers with their ids and numbers.

    Sent again with the same ``Idempotency-Key``, or with the same ``remote_id`` of a case, nothing is registered twice and the
    answer is the same.
    """
    demand(person.actor, Right.DECIDE)
    each = given if isinstance(given, list) else [given]
    with desk.database.transaction() as session:
        ids = open_cases(session, desk, person.actor, _keyed([one.fields for one in each], person, idempotency_key))
        rows = [case_rows.case_view(session, case_id).row for case_id in ids]
    items = [{"id": row.id, "number": row.number, "status": row.status, "due_at": shapes.moment(row.due_at)} for row in rows]
    return {"items": items} if isinstance(given, list) else items[0]


@router.post("/cases/{case_id}/moves")
def move(case_id: int, given: GivenStep, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Make a move; answers with the case as it is then: the other one after a merge, the new one after a split.

    ``{"id": …, "visible": false}`` where the move took the case from whoever made it: sealed, or it concerns them.
    """
    _known_details(given)
    step = Step(given.kind, given.details, tuple(given.mentions), given.expected)
    with desk.database.transaction() as session:
        shown = make_move(session, desk, person.actor, case_id, step)
        if not may_see(session, shown, person.actor):
            return {"id": shown, "visible": False}
        return _case(session, desk, person, shown)


@router.get("/cases/{case_id}/candidates")
def candidates(case_id: int, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Who may be given the case, by department."""
    demand(person.actor, Right.SEE_CASES)
    with desk.database.reading() as session:
        view = visible_case(session, case_id, person.actor)
        choices = choices_of(session, desk.profile, view)
    people = [
        {"username": each.value, "name": each.label, "departments": list(each.fits)}
        for group in choices.assignees
        for each in group.options
    ]
    return {"people": people, "only_new": choices.only_new, "management": choices.management}


@router.post("/cases/{case_id}/attachments", status_code=201, dependencies=[Depends(small_enough)])
async def attach(case_id: int, request: Request, desk: DeskOf, person: PersonOf, name: str) -> dict[str, Any]:
    """Keep a file with the case: its bytes are the body, its ``name`` stands in the address."""
    content = await request.body()

    def keep() -> dict[str, Any]:
        with desk.database.transaction() as session:
            visible_case(session, case_id, person.actor)
            kept = case_rows.attach(session, case_id, name, content, person.actor, desk.now)
            return {"id": kept, **_case(session, desk, person, case_id)}

    return await run_in_threadpool(keep)


def _known_details(given: GivenStep) -> None:
    """Raises ``InputError`` for details that the move does not take: a misspelt one is not passed over."""
    takes = (*MOVES[given.kind].needs, *MOVES[given.kind].offers) if given.kind in MOVES else ()
    strange = tuple(sorted(set(given.details) - set(takes)))
    if strange:
        wrong = InputError(
            f"the move «{given.kind}» has no detail {', '.join(strange)}", f"it takes {', '.join(takes) or 'none'}"
        )
        raise wrong.saying("strange_detail", move=given.kind, fields=strange)


def _keyed(given: list[dict[str, str]], person: Person, key: str) -> list[dict[str, str]]:
    """The cases as they are known again: by their own ids, or by the key of the request and their place in it."""
    if not key:
        return given
    return [
        {**fields, "remote_id": fields["remote_id"] or f"key:{person.actor.username}:{key}:{place}"}
        for place, fields in enumerate(given)
    ]


def _mention(session: Session, desk: Desk, person: Person, mention_id: int) -> dict[str, Any]:
    view = mentions.mention_view(session, mention_id)
    setting = plain_setting(desk, person, case_department(session, view))
    return shapes.mention(view, setting, desk.layout.public_handles)


def _case(session: Session, desk: Desk, person: Person, case_id: int) -> dict[str, Any]:
    view = visible_case(session, case_id, person.actor, desk.now)
    setting = plain_setting(desk, person, view.row.department)
    public = desk.layout.public_handles
    party = sees_party(person.actor, view.row)

    def told(text: str) -> str:
        return text if party else without_party(text, view.party, public)

    moves = page_moves(view, person.actor)
    return shapes.case(view, setting, public, allowed=[kind for kind in CaseEventKind if kind in moves], told=told, party=party)


def _listed(items: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    """A page of a list; ``next`` is the ``start`` of the page after it, null on the last."""
    following = start + PER_PAGE
    return {"items": items, "total": total, "next": following if following < total else None}
