"""What the forms of a case's moves offer to choose from: departments, people, bodies with their contacts, codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from domain.case import (
    Action,
    CaseEvent,
    CaseState,
    ContactOutcome,
    IntakeChannel,
    LadderStep,
    Verdict,
)
from domain.profile import Profile
from domain.tags import CASE_KINDS, Complexity, Importance, Kind
from registry import cases, people
from registry.cases import Candidate
from registry.directories import liaison
from registry.views import CaseView

DIRECT: Final = tuple(channel for channel in IntakeChannel if channel.is_direct)
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "kind": tuple(kind for kind in Kind if kind in CASE_KINDS),
    "importance": tuple(Importance),
    "complexity": tuple(Complexity),
    "action": tuple(Action),
    "channel": DIRECT,
    "outcome": tuple(ContactOutcome),
    "verdict": tuple(Verdict),
}
"""The members that a field of codes offers."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. ``fits`` are the departments or bodies with which it can be chosen."""

    value: str
    label: str
    fits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Options under one heading."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that the forms of one case offer."""

    assignees: tuple[Group, ...] = ()
    contacts: tuple[Group, ...] = ()
    staff: tuple[Option, ...] = ()
    codes: Mapping[str, tuple[StrEnum, ...]] = field(default_factory=lambda: CODES)
    chosen: Mapping[str, str] = field(default_factory=dict)
    """What stands chosen when a form is opened."""
    next_step: LadderStep | None = None
    only_new: bool = False
    """The case was reopened: only people without an earlier event on it are offered (REQUIREMENTS W7)."""
    management: bool = False
    """Nobody else is left: management takes it."""


def choices_of(session: Session, profile: Profile, view: CaseView) -> Choices:
    """What the forms of this case offer."""
    events = [CaseEvent(each.kind, each.at, each.actor, each.details) for each in view.events]
    found = {each.code: cases.candidates(session, view.state, each.code, events) for each in profile.departments}
    return Choices(
        assignees=_assignees(profile, found),
        contacts=_contacts(session, profile),
        staff=tuple(Option(each.username, each.name) for each in people.list(session) if not each.disabled),
        chosen=_chosen(view),
        next_step=_next_step(view.state),
        only_new=view.state.round > 0,
        management=view.state.round > 0 and any(each.management for group in found.values() for each in group),
    )


def _assignees(profile: Profile, found: Mapping[str, Sequence[Candidate]]) -> tuple[Group, ...]:
    """People under the name of their department; those who fill in for several stand once, under what they are."""
    fits: dict[str, list[str]] = {}
    headings: dict[str, dict[str, Candidate]] = {}
    names = {each.code: each.name_ar for each in profile.departments}
    for department, group in found.items():
        for each in group:
            fits.setdefault(each.username, []).append(department)
            own = names[department] if each.department == department else "أخصائيو الشكاوى"
            headings.setdefault("الإدارة العليا" if each.management else own, {})[each.username] = each
    return tuple(
        Group(heading, tuple(Option(each.username, each.name, tuple(fits[each.username])) for each in members.values()))
        for heading, members in headings.items()
    )


def _contacts(session: Session, profile: Profile) -> tuple[Group, ...]:
    by_body: dict[str, list[Option]] = {}
    for each in liaison.list_contacts(session).items:
        words = "، ".join(part for part in (each.contact.name, each.contact.role) if part)
        by_body.setdefault(each.contact.body, []).append(Option(str(each.id), words, (each.contact.body,)))
    return tuple(Group(body.name_ar, tuple(by_body[body.code])) for body in profile.bodies if body.code in by_body)


def _chosen(view: CaseView) -> Mapping[str, str]:
    row = view.row
    channel = view.party.channel if view.party else row.channel
    return {
        "department": row.department or row.proposed_department,
        "assignee": row.assignee,
        "body": row.body,
        "topic": row.topic,
        "kind": row.kind,
        "importance": row.importance,
        "complexity": row.complexity,
        "action": row.action,
        "channel": channel if IntakeChannel(channel).is_direct else IntakeChannel.PHONE,
    }


def _next_step(state: CaseState) -> LadderStep | None:
    steps = list(LadderStep)
    place = 0 if state.ladder is None else steps.index(state.ladder) + 1
    return steps[place] if place < len(steps) else None
