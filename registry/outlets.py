"""The outlets directory (REQUIREMENTS G1, N1): who publishes, whose home a host is, and what people say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from domain.errors import Conflict, InputError, NotFound
from domain.outlet import EditorialContact, Outlet
from domain.outlet_rules import (
    FACTS,
    MOST_CONTACTS,
    Flaw,
    FlawCode,
    OutletFlawed,
    contact_flaws,
    fingerprint,
    flaws,
    home_host,
    is_bare,
)
from registry.batches import insert_new, select_in
from registry.tables import OutletRecord, table_of

OUTLET = table_of(OutletRecord)


def save(session: Session, outlet: Outlet) -> None:
    """Write an outlet, new or changed, as it is given: what people and files say goes through ``change`` and ``add``."""
    session.merge(OutletRecord(**{**asdict(outlet), "contacts": [asdict(each) for each in outlet.contacts]}))
    session.flush()


def find(session: Session, outlet_id: str) -> Outlet | None:
    """The outlet of this id, if the directory has it."""
    row = session.get(OutletRecord, outlet_id)
    return _outlet(row) if row else None


def get(session: Session, outlet_id: str) -> Outlet:
    """The outlet of this id. Raises ``NotFound``."""
    found = find(session, outlet_id)
    if found is None:
        raise NotFound(f"there is no outlet «{outlet_id}»", "see «rasd outlets list»")
    return found


def all_outlets(session: Session) -> list[Outlet]:
    """The whole directory, by id."""
    return [_outlet(row) for row in session.scalars(select(OutletRecord).order_by(OUTLET.c.id))]


def ensure(session: Session, outlet_ids: Iterable[str]) -> None:
    """Give every id that the directory does not know a bare entry, so that nothing gathered is refused for it."""
    wanted = sorted(set(outlet_ids))
    known = {row.id for row in select_in(session, select(OUTLET.c.id), OUTLET.c.id, wanted)}
    missing = [OutletRecord(id=each, name_ar=each).model_dump() for each in wanted if each not in known]
    insert_new(session, OUTLET, missing)


def by_host(session: Session, host: str) -> Outlet | None:
    """The outlet whose home this host is: its own, else the nearest one above it (``rss.paper.example`` is of ``paper.example``).

    ``host`` may be an address as well; ``www.`` and the like make no difference, a port does. Of two with one home the verified
    one is taken.
    """
    homes = _homes(session)
    asked = home_host(host)
    while asked.count("."):
        if asked in homes:
            return find(session, homes[asked])
        asked = asked.partition(".")[2]
    return None


def matched(session: Session, proposed: Outlet) -> Outlet:
    """The directory's own entry for what a source says of its outlet: that of the same id, else the one whose home the host is,
    else ``proposed``. What people entered is thus never overwritten by a source that is added."""
    same = find(session, proposed.id)
    if same is not None and not is_bare(same):
        return same
    return by_host(session, proposed.home_url) or proposed


def handles(session: Session) -> frozenset[str]:
    """The accounts on X of all outlets, in lower case without @: outlets are no private persons (REQUIREMENTS L2)."""
    statement = select(OUTLET.c.handle).where(OUTLET.c.handle != "")
    return frozenset(each.lstrip("@").lower() for each in session.connection().execute(statement).scalars())


def home_flaw(session: Session, outlet: Outlet) -> Flaw | None:
    """The flaw of an entry whose home is another one's already."""
    host = home_host(outlet.home_url)
    owner = _homes(session, without=outlet.id).get(host) if host else None
    return Flaw("home_url", FlawCode.HOME_TAKEN, outlet.home_url, owner) if owner else None


def add(session: Session, outlet: Outlet) -> None:
    """Enter an outlet that a person names. Raises ``OutletFlawed``, ``Conflict`` where the id is taken."""
    if find(session, outlet.id) is not None:
        raise Conflict(f"there is an outlet «{outlet.id}» already", "choose another id, or change that one")
    _demand_form(session, outlet, None)
    save(session, outlet)


def change(
    session: Session,
    outlet_id: str,
    values: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    verified: bool | None = None,
    expected: str = "",
) -> Outlet:
    """Write what a person says of an outlet (``values``: fields of ``FACTS``), and give the entry as it is then.

    ``verified`` says whether the person confirms it; where nothing is said, a fact that changes takes the mark away: it was
    given for other facts. Raises ``NotFound``, ``OutletFlawed``, and ``Conflict`` where ``expected`` (the ``fingerprint`` that
    its maker saw) is not the entry's any more.
    """
    before = _seen(session, outlet_id, expected)
    unknown = set(values) - set(FACTS)
    if unknown:
        raise InputError(f"outlets have no field «{min(unknown)}»", f"one of: {', '.join(FACTS)}")
    after = replace(before, **values)
    _demand_form(session, after, before)
    if verified or (verified is None and after == before):
        after = _marked(after, by, now) if verified else after
    else:
        after = _unmarked(after)
    save(session, after)
    return after


def verify(session: Session, outlet_id: str, *, by: str, now: datetime, expected: str = "") -> Outlet:
    """A person confirms the entry as it stands. Raises ``NotFound``, ``Conflict``, ``InputError`` where it says nothing yet."""
    before = _seen(session, outlet_id, expected)
    if is_bare(before):
        raise InputError(f"nothing is known of the outlet «{outlet_id}» but its name", "fill in its entry first")
    after = _marked(before, by, now)
    save(session, after)
    return after


def unverify(session: Session, outlet_id: str) -> Outlet:
    """Take the mark away: somebody doubts the entry. Raises ``NotFound``."""
    after = _unmarked(_seen(session, outlet_id))
    save(session, after)
    return after


def add_contact(session: Session, outlet_id: str, contact: EditorialContact) -> Outlet:
    """Add a person or desk. Raises ``NotFound``, ``OutletFlawed``, ``Conflict`` where it is there already."""
    before = _seen(session, outlet_id)
    if contact in before.contacts:
        raise Conflict(f"the outlet «{outlet_id}» has this contact already", "nothing is to be done")
    return set_contacts(session, outlet_id, (*before.contacts, contact))


def set_contacts(session: Session, outlet_id: str, contacts: Sequence[EditorialContact]) -> Outlet:
    """Put these contacts in the place of those that are there; the mark «verified» stays. Raises ``NotFound``,
    ``OutletFlawed``, ``InputError`` where they are too many."""
    before = _seen(session, outlet_id)
    wrong = [flaw for each in contacts if each not in before.contacts for flaw in contact_flaws(each)]
    if wrong:
        raise OutletFlawed(f"contact of outlet «{outlet_id}»", tuple(wrong))
    if len(contacts) > MOST_CONTACTS:
        raise InputError(f"the outlet «{outlet_id}» has {len(contacts)} contacts", f"keep {MOST_CONTACTS} at most")
    after = replace(before, contacts=tuple(dict.fromkeys(contacts)))
    save(session, after)
    return after


def remove_contact(session: Session, outlet_id: str, contact: EditorialContact) -> Outlet:
    """Take a contact away: named by what it says, not by its place, which somebody else may have moved. Raises ``NotFound``."""
    before = _seen(session, outlet_id)
    if contact not in before.contacts:
        raise NotFound(f"the outlet «{outlet_id}» has no such contact", "load the page again: it may be gone already")
    return set_contacts(session, outlet_id, tuple(each for each in before.contacts if each != contact))


def _seen(session: Session, outlet_id: str, expected: str = "") -> Outlet:
    """The entry that is to be changed, held until the transaction ends."""
    row = session.get(OutletRecord, outlet_id, with_for_update=True, populate_existing=True)
    before = _outlet(row) if row else get(session, outlet_id)
    if expected and expected != fingerprint(before):
        raise Conflict(f"the outlet «{outlet_id}» was changed meanwhile", "load the page again and look at it")
    return before


def _demand_form(session: Session, outlet: Outlet, before: Outlet | None) -> None:
    wrong = flaws(outlet, before)
    if before is None or before.home_url != outlet.home_url:
        taken = home_flaw(session, outlet)
        wrong = (*wrong, taken) if taken else wrong
    if wrong:
        raise OutletFlawed(f"outlet «{outlet.id}»", wrong)


def _marked(outlet: Outlet, by: str, now: datetime) -> Outlet:
    return replace(outlet, verified=True, verified_by=by, verified_at=now)


def _unmarked(outlet: Outlet) -> Outlet:
    return replace(outlet, verified=False, verified_by="", verified_at=None)


def _homes(session: Session, without: str = "") -> dict[str, str]:
    """The id of the outlet of each home host."""
    statement = select(OUTLET.c.id, OUTLET.c.home_url).where(OUTLET.c.home_url != "", OUTLET.c.id != without)
    found: dict[str, str] = {}
    for row in session.connection().execute(statement.order_by(OUTLET.c.verified.desc(), OUTLET.c.id)):
        found.setdefault(home_host(row.home_url), row.id)
    return found


def _outlet(row: OutletRecord) -> Outlet:
    contacts = tuple(EditorialContact(**each) for each in row.contacts)
    return Outlet(**{**row.model_dump(), "contacts": contacts})
