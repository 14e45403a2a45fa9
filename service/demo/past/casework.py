"""Plays the flows: cases are opened and moved through the doors that people use, at the moments at which they did it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlmodel import Session

from domain.case import BeneficiaryKind, CaseEventKind, CasePath, IntakeChannel
from domain.people import Actor
from domain.profile import Profile
from notify import acknowledgements, escalations, referrals
from registry import cases, contacts
from registry.cases import Intake, Party
from registry.contacts import Contact
from registry.directories import liaison
from service.demo import cast
from service.demo.past.deeds import Deed
from service.demo.past.flows import FLOWS, Flow, Step, Who
from service.demo.past.working_days import WorkingDays

_E = CaseEventKind
_LOOKS: Final = (0.25, 0.5, 0.75, 0.95)
"""At which shares of each working day the service looked for cases that ran out of time."""
_MAILED: Final = 2
"""Whoever raised a case within so many working days is thanked by mail; those before were told by text message."""
_FIRM: Final = ("مؤسسة", "شركة")
_PASSED_ON: Final = frozenset({_E.REFERRED, _E.PASSED_TO_THIRD_PARTY})


def remote_id(key: str) -> str:
    """What the case of a flow is known under: by it a second start finds that the past was lived already."""
    return f"demonstration/{key}"


class Casework:
    """The past of one ministry's direct cases. ``said`` are the texts of its file, by flow."""

    def __init__(self, profile: Profile, said: Mapping[str, Any], days: WorkingDays) -> None:
        self._profile = profile
        self._said = said
        self._days = days
        self._staff = cast.department_staff(profile)
        self._heads = cast.department_heads(profile)
        self._ids: dict[str, int] = {}

    def deeds(self) -> Iterator[Deed]:
        """Everything that happened to these cases, in no order."""
        for flow in FLOWS:
            yield Deed(self._at(flow.key, flow.day, flow.share), self._opening(flow))
            for step in flow.steps:
                yield Deed(self._at(flow.key, step.day, step.share), self._moving(flow, step))
        for day in range(1, max(flow.day for flow in FLOWS) + 1):
            for share in _LOOKS:
                yield Deed(self._days.at(day, share), self._escalate)

    def case_of(self, key: str) -> int:
        """The case of a flow that was opened."""
        return self._ids[key]

    def actor(self, who: Who, topic: str) -> Actor:
        """Who this is where the case is about this topic."""
        department = self._profile.department_of(topic)
        member = {
            Who.REVIEWER: cast.REVIEWER,
            Who.SPECIALIST: cast.SPECIALIST,
            Who.MANAGER: cast.MANAGER,
            Who.STAFF: self._staff[department],
            Who.HEAD: self._heads[department],
        }[who]
        return member.actor

    def _at(self, key: str, day: int, share: float) -> datetime:
        """The moment, with seconds of the case's own: people do not work on the minute."""
        return self._days.at(day, share) + timedelta(seconds=sha256(key.encode()).digest()[0])

    def _opening(self, flow: Flow) -> Callable[[Session, datetime], None]:
        def opened(session: Session, at: datetime) -> None:
            taker = cast.SPECIALIST.actor
            case_id = cases.open_direct(session, self._profile, self._intake(flow), taker, at)
            self._ids[flow.key] = case_id
            self._thank(session, flow, case_id, at)
            if flow.channel is IntakeChannel.PHONE and flow.path.has_beneficiary and flow.key != "at_once":
                topic = self._said[flow.key]["topic"]
                call = Contact(at, flow.channel, flow.kind, topic, answered=False, seconds=240, case_id=case_id)
                contacts.add(session, self._profile, call, taker, at)

        return opened

    def _intake(self, flow: Flow) -> Intake:
        said = self._said[flow.key]
        deadline = None
        if flow.deadline is not None:
            deadline = self._days.ahead(flow.deadline) if flow.deadline > 0 else self._days.at(flow.day, 0.95)
        return Intake(
            path=flow.path,
            kind=flow.kind,
            channel=flow.channel,
            title=said["title"],
            account=said["account"],
            topic=said["topic"],
            importance=flow.importance,
            complexity=flow.complexity,
            party=_party(said) if "name" in said else None,
            deadline=deadline,
            accepted=flow.accepted,
            remote_id=remote_id(flow.key),
        )

    def _thank(self, session: Session, flow: Flow, case_id: int, at: datetime) -> None:
        if flow.path is CasePath.RUMOUR or not flow.accepted:
            return
        mailed = flow.day <= _MAILED and acknowledgements.queue(session, self._profile, case_id, at) is not None
        if not mailed:
            cases.act(session, case_id, _E.ACKNOWLEDGED, cast.SPECIALIST.actor, {"channel": IntakeChannel.SMS}, at)

    def _moving(self, flow: Flow, step: Step) -> Callable[[Session, datetime], None]:
        def moved(session: Session, at: datetime) -> None:
            case_id = self._ids[flow.key]
            actor = self.actor(step.by, self._said[flow.key]["topic"])
            details = self._details(session, flow, step)
            if step.kind is _E.MERGED:
                cases.merge(session, case_id, self._ids[details["into"]], actor, at, details["reason"])
            elif step.kind is _E.ATTACHED:
                cases.attach(session, case_id, details["name"], details["attachment"].encode(), actor, at)
            else:
                cases.act(session, case_id, step.kind, actor, details, at)
            if step.kind in _PASSED_ON:
                referrals.queue(session, self._profile, case_id, at)

        return moved

    def _details(self, session: Session, flow: Flow, step: Step) -> dict[str, str]:
        said = self._said[flow.key]
        details = {**step.codes, **{detail: said[name] for detail, name in step.texts.items()}}
        details |= {detail: self._days.ahead(hours).isoformat() for detail, hours in step.ahead.items()}
        if step.kind is _E.ASSIGNED:
            details["department"] = self._profile.department_of(said["topic"])
        if step.to is not None:
            meant = "person" if step.kind is _E.CONFLICT_NAMED else "assignee"
            details[meant] = self.actor(step.to, said["topic"]).username
        if step.kind in _PASSED_ON:
            details["contact"] = str(liaison.of_body(session, said["body"], said["topic"])[0].id)
        return details

    def _escalate(self, session: Session, at: datetime) -> None:
        taken = cases.escalate_due(session, at)
        escalations.queue_escalations(session, self._profile, taken, at)


def _party(said: Mapping[str, str]) -> Party:
    """Who raised it, and how they are reached."""
    return Party(
        name=said["name"],
        contact=said["contact"],
        channel=IntakeChannel.EMAIL if "@" in said["contact"] else IntakeChannel.PHONE,
        kind=BeneficiaryKind.PRIVATE_BODY if said["name"].startswith(_FIRM) else BeneficiaryKind.INDIVIDUAL,
    )
