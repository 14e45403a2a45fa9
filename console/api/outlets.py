"""The outlets directory over the API: the same rules as its pages, as JSON."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from console.access import Right, demand
from console.desk import DeskOf
from console.pages.outlets import find
from console.person import PersonOf, genuine
from console.queries import PER_PAGE, outlet_query
from domain.errors import InputError
from domain.outlet import AnswerChannel, EditorialContact, Medium, Outlet, Tier
from domain.outlet_fields import as_text, read_fields
from domain.outlet_rules import FACTS, OutletFlawed, fingerprint, gaps, tidy_contact
from registry import outlets

router = APIRouter(prefix="/api/v1/outlets", dependencies=[Depends(genuine)])
Text = Annotated[str, Field(max_length=400)]


class Contact(BaseModel):
    """A person or desk of an outlet."""

    model_config = ConfigDict(extra="forbid")

    role: Text
    name: Text = ""
    email: Text = ""
    phone: Text = ""


class OutletChange(BaseModel):
    """What is said of an outlet; what is left out stays. ``contacts`` are all of them; ``verified`` says whether the person
    confirms the entry; ``expected`` is the ``fingerprint`` that its maker saw."""

    model_config = ConfigDict(extra="forbid")

    name_ar: Text | None = None
    name_en: Text | None = None
    medium: Medium | None = None
    country: Text | None = None
    language: Text | None = None
    home_url: Text | None = None
    handle: Text | None = None
    editor_email: Text | None = None
    reach: int | None = None
    answer_channel: AnswerChannel | None = None
    tier: Tier | None = None
    source: Text | None = None
    contacts: list[Contact] | None = None
    verified: bool | None = None
    expected: str = ""


@router.get("")
def outlet_list(request: Request, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """The directory as its page lists it (``q``, ``show``, ``medium``, ``country``, ``tier``, ``start``)."""
    demand(person.actor, Right.SEE_OUTLETS)
    query = outlet_query(request.query_params)
    with desk.database.reading() as session:
        page = find(session, desk, query)
    following = query.start + PER_PAGE
    items = [{**shape(row.outlet), "sources": row.sources, "mentions_30_days": row.mentions} for row in page.items]
    return {"items": items, "total": page.total, "next": following if following < page.total else None}


@router.get("/{outlet_id:path}")
def outlet(outlet_id: str, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """One outlet."""
    demand(person.actor, Right.SEE_OUTLETS)
    with desk.database.reading() as session:
        return shape(outlets.get(session, outlet_id))


@router.patch("/{outlet_id:path}")
def change(outlet_id: str, given: OutletChange, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Change what is named (``tier`` and ``reach`` are emptied by null); answers with the outlet as it is then."""
    demand(person.actor, Right.EDIT_OUTLETS)
    named = given.model_fields_set & set(FACTS)
    values, flaws = read_fields({name: getattr(given, name) for name in named})
    if flaws:
        raise OutletFlawed(f"outlet «{outlet_id}»", flaws)
    unsaid = named - set(values)
    if unsaid:
        raise InputError(f"«{min(unsaid)}» cannot be empty", "leave it out, or give a value")
    with desk.database.transaction() as session:
        after = outlets.change(
            session,
            outlet_id,
            values,
            by=person.actor.username,
            now=desk.now,
            verified=given.verified,
            expected=given.expected,
        )
        if given.contacts is not None:
            after = outlets.set_contacts(session, outlet_id, [_contact(each) for each in given.contacts])
        return shape(after)


def shape(entry: Outlet) -> dict[str, Any]:
    """One outlet as the API answers it; ``gaps`` are what keeps an answer from reaching it."""
    return {
        "id": entry.id,
        **{name: getattr(entry, name) for name in FACTS},
        "contacts": [{"role": each.role, "name": each.name, "email": each.email, "phone": each.phone} for each in entry.contacts],
        "verified": entry.verified,
        "verified_by": entry.verified_by,
        "verified_at": as_text(entry, "verified_at") or None,
        "gaps": list(gaps(entry)),
        "fingerprint": fingerprint(entry),
    }


def _contact(given: Contact) -> EditorialContact:
    return tidy_contact(given.role, given.name, given.email, given.phone)
