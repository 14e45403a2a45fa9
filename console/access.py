"""What each role may see and do in the console. The moves of a case have their own gate: ``domain.case.check``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.errors import NotAllowed
from domain.people import Actor, Role


class Right(StrEnum):
    """One thing that a page lets somebody do."""

    SEE_REVIEW = "see_review"
    DECIDE = "decide"
    """Accept, reject and correct a mention."""
    ENTER = "enter"
    """Enter by hand what no crawler reaches, transcribe it, and match it to its article (REQUIREMENTS W16)."""
    SEE_CASES = "see_cases"
    SEE_DELIVERIES = "see_deliveries"
    DRAFT = "draft"
    APPROVE = "approve"
    RESOLVE = "resolve"
    """Say whether an uncertain delivery went out; send a failed one again."""
    SEE_SOURCES = "see_sources"
    RUN_SOURCES = "run_sources"
    """Pause and resume a source, and have it read now."""
    SEE_OUTLETS = "see_outlets"
    EDIT_OUTLETS = "edit_outlets"
    """Change, add to and confirm the outlets directory: it says where answers go (REQUIREMENTS N1)."""
    SEE_PROBLEMS = "see_problems"
    SEE_DIGEST = "see_digest"
    SEE_FIGURES = "see_figures"
    SEE_RECALL = "see_recall"
    ANSWER_RECALL = "answer_recall"
    """Say of a sampled item whether the team should have seen it (REQUIREMENTS C9)."""
    SEE_QUALITY = "see_quality"
    TEACH = "teach"
    """Confirm or correct what the classifier said of items that nobody need decide on (REQUIREMENTS C8)."""
    SEE_WATCH = "see_watch"
    TRY_WATCH = "try_watch"
    """Try a watch query on what is stored: it shows texts by words of one's own choosing (REQUIREMENTS L2)."""
    SEE_DIRECTORIES = "see_directories"
    """Departments, the people of other bodies, journeys."""
    EDIT_LIAISON = "edit_liaison"
    EDIT_JOURNEYS = "edit_journeys"
    SEE_PEOPLE = "see_people"
    EDIT_PEOPLE = "edit_people"
    SEE_IMPROVEMENTS = "see_improvements"
    PROPOSE = "propose"
    """Enter a recommendation, and say that an accepted one is implemented (REQUIREMENTS W8)."""
    DECIDE_IMPROVEMENTS = "decide_improvements"
    SEE_CALENDAR = "see_calendar"
    EDIT_CALENDAR = "edit_calendar"
    SEE_CONTACTS = "see_contacts"
    COUNT_CONTACTS = "count_contacts"
    """Enter contacts that were answered on the spot (REQUIREMENTS W3)."""
    SEE_HANDOVER = "see_handover"
    HAND_OVER = "hand_over"
    SEE_CRISIS = "see_crisis"
    SWITCH_CRISIS = "switch_crisis"
    SEE_AUDIT = "see_audit"


_TEAM: Final = frozenset({Role.REVIEWER, Role.SPECIALIST, Role.APPROVER})
_LEADS: Final = frozenset({Role.MANAGER, Role.AUDITOR})

RIGHTS: Final[Mapping[Right, frozenset[Role]]] = {
    Right.SEE_REVIEW: _TEAM | _LEADS,
    Right.DECIDE: frozenset({Role.REVIEWER, Role.SPECIALIST}),
    Right.ENTER: frozenset({Role.REVIEWER, Role.SPECIALIST}),
    Right.SEE_CASES: _TEAM | _LEADS | {Role.DEPARTMENT},
    Right.SEE_DELIVERIES: _TEAM | _LEADS | {Role.ADMIN},
    Right.DRAFT: frozenset({Role.SPECIALIST}),
    Right.APPROVE: frozenset({Role.APPROVER}),
    Right.RESOLVE: frozenset({Role.APPROVER}),
    Right.SEE_SOURCES: _TEAM | _LEADS | {Role.ADMIN},
    Right.RUN_SOURCES: frozenset({Role.ADMIN}),
    Right.SEE_OUTLETS: _TEAM | _LEADS | {Role.ADMIN},
    Right.EDIT_OUTLETS: frozenset({Role.APPROVER, Role.ADMIN}),
    Right.SEE_PROBLEMS: _TEAM | _LEADS | {Role.ADMIN},
    Right.SEE_DIGEST: _TEAM | _LEADS,
    Right.SEE_FIGURES: frozenset(Role),
    Right.SEE_RECALL: _TEAM | _LEADS,
    Right.ANSWER_RECALL: frozenset({Role.REVIEWER, Role.SPECIALIST}),
    Right.SEE_QUALITY: _TEAM | _LEADS | {Role.ADMIN},
    Right.TEACH: frozenset({Role.REVIEWER, Role.SPECIALIST}),
    Right.SEE_WATCH: _TEAM | _LEADS | {Role.ADMIN},
    Right.TRY_WATCH: frozenset({Role.APPROVER, Role.MANAGER}),
    Right.SEE_DIRECTORIES: frozenset(Role),
    Right.EDIT_LIAISON: frozenset({Role.SPECIALIST, Role.MANAGER, Role.ADMIN}),
    Right.EDIT_JOURNEYS: frozenset({Role.MANAGER, Role.ADMIN}),
    Right.SEE_PEOPLE: frozenset({Role.MANAGER, Role.AUDITOR, Role.ADMIN}),
    Right.EDIT_PEOPLE: frozenset({Role.ADMIN}),
    Right.SEE_IMPROVEMENTS: _TEAM | _LEADS | {Role.DEPARTMENT},
    Right.PROPOSE: frozenset({Role.SPECIALIST, Role.DEPARTMENT, Role.MANAGER}),
    Right.DECIDE_IMPROVEMENTS: frozenset({Role.MANAGER}),
    Right.SEE_CALENDAR: frozenset(Role),
    Right.EDIT_CALENDAR: frozenset({Role.MANAGER, Role.ADMIN}),
    Right.SEE_CONTACTS: _TEAM | _LEADS | {Role.DEPARTMENT},
    Right.COUNT_CONTACTS: frozenset({Role.REVIEWER, Role.SPECIALIST, Role.DEPARTMENT}),
    Right.SEE_HANDOVER: _TEAM | _LEADS,
    Right.HAND_OVER: _TEAM | {Role.MANAGER},
    Right.SEE_CRISIS: _TEAM | _LEADS | {Role.ADMIN},
    Right.SWITCH_CRISIS: frozenset({Role.MANAGER}),
    Right.SEE_AUDIT: frozenset({Role.AUDITOR, Role.MANAGER}),
}
"""Which roles hold each right (REQUIREMENTS W14: need to know)."""


def has(actor: Actor, right: Right) -> bool:
    """Whether this person holds the right through one of their roles."""
    return bool(RIGHTS[right] & actor.roles)


def demand(actor: Actor, right: Right) -> None:
    """Raises ``NotAllowed`` where the person does not hold the right."""
    if not has(actor, right):
        raise NotAllowed(
            f"{actor.username} does not hold the right «{right}»",
            f"it takes one of: {', '.join(sorted(RIGHTS[right]))}",
        )


def sees_authors(actor: Actor, case_department: str = "") -> bool:
    """Whether a social author's name and handle are shown: to those who answer the case, its department too (REQUIREMENTS L3)."""
    return bool(_TEAM & actor.roles) or works_in(actor, case_department)


def works_in(actor: Actor, department: str) -> bool:
    """Whether the person works the cases of this department."""
    return Role.DEPARTMENT in actor.roles and bool(department) and actor.department == department


def only_department(actor: Actor) -> str | None:
    """The one department whose cases this person may see; None for everybody who sees all of them."""
    sees_all = (RIGHTS[Right.SEE_CASES] - {Role.DEPARTMENT}) & actor.roles
    return None if sees_all else actor.department
