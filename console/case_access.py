"""Who may read a case, and whom it hides its beneficiary from (REQUIREMENTS W14, L3). Who may change it stands in
``domain.case.check``. Pure."""

from __future__ import annotations

from typing import Final

from console.access import only_department, works_in
from domain.case import CaseState
from domain.errors import NotAllowed
from domain.people import Actor, Role
from domain.privacy import mask, mask_handles
from registry.views import CaseRow, LinkView, PartyView

_SEALED: Final = frozenset({Role.MANAGER, Role.AUDITOR})
_ANSWER: Final = frozenset({Role.REVIEWER, Role.SPECIALIST})
_HIDDEN: Final = "•••••"


def sees_sealed(actor: Actor) -> bool:
    """Whether sealed cases are listed and shown: to management, which works them, and to auditors, who read all histories."""
    return bool(_SEALED & actor.roles)


def demand_case(actor: Actor, row: CaseRow, state: CaseState) -> None:
    """Raises ``NotAllowed`` where this person may not read this case: it concerns them, it is sealed, or with others."""
    demand_open(actor, row, state)
    own = only_department(actor)
    if own is not None and (not own or own != (row.department or row.proposed_department)):
        refusal = NotAllowed(f"{actor.username} may not see the case {row.number}", "it is not with your department")
        raise refusal.saying("not_yours")


def demand_open(actor: Actor, row: CaseRow, state: CaseState) -> None:
    """Raises ``NotAllowed`` where the case concerns this person, or is sealed and not for them."""
    if actor.username in state.barred:
        raise NotAllowed(f"the case {row.number} concerns {actor.username}", "somebody else works on it").saying("concerns_you")
    if state.sealed and not sees_sealed(actor):
        raise NotAllowed(f"the case {row.number} is sealed", "management alone reads and works it").saying("sealed")


def sees_link(actor: Actor, link: LinkView) -> bool:
    """Whether a case that another one is linked with is named by its title: where the person may read it."""
    own = only_department(actor)
    hidden = actor.username in link.barred or (link.sealed and not sees_sealed(actor))
    return not hidden and (own is None or (bool(own) and own == link.desk))


def sees_party(actor: Actor, row: CaseRow) -> bool:
    """Whether the beneficiary's name and contact are shown: to those who answer the case alone (REQUIREMENTS L3).

    Management answers the sealed ones, and those that it has taken.
    """
    if row.sealed or row.assignee == actor.username:
        return Role.MANAGER in actor.roles or bool(_ANSWER & actor.roles and not row.sealed) or works_in(actor, row.department)
    return bool(_ANSWER & actor.roles) or works_in(actor, row.department)


def without_party(text: str, party: PartyView | None, public_handles: frozenset[str]) -> str:
    """A text of the case for somebody who does not answer it: without the beneficiary's name and contact, numbers and handles."""
    for private in (party.name, party.contact, party.reference) if party else ():
        if len(private) > 2:
            text = text.replace(private, _HIDDEN)
    return mask_handles(mask(text), public_handles)
