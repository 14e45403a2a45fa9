"""Staff are told of a case that runs out of time: who has it, then the head of its department, then management
(REQUIREMENTS W13, W14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlmodel import Session

from domain.case import CaseState, EscalationStep
from domain.delivery import DeliveryChannel, DeliveryKind, Message
from domain.errors import InputError
from domain.messages import label, message
from domain.people import Role
from domain.privacy import mask, mask_handles
from domain.profile import Profile
from notify import rendering
from notify.counting import counted
from notify.dates import both
from notify.letter import check_recipient, message_id, one_line
from registry import deliveries
from registry.cases import Escalated
from registry.tables import PersonRecord, table_of

PERSON = table_of(PersonRecord)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who may be told. ``head`` leads the department."""

    username: str
    name: str
    email: str
    roles: frozenset[Role]
    department: str = ""
    head: bool = False


@dataclass(frozen=True, slots=True)
class EscalationPage:
    """What the two templates print, as text. ``title`` is empty for a sealed case."""

    ministry: str
    heading: str
    lead: str
    missed: str
    number: str
    title: str
    path: str
    status: str
    department: str
    assignee: str
    due: str
    left: str
    late: bool
    link: str


def queue_escalations(
    session: Session, profile: Profile, escalated: Iterable[Escalated], now: datetime, *, base_url: str = ""
) -> int:
    """Queue a mail to each person who is to hear of the step that counts; gives how many were queued.

    People without a usable address hear of it in the console alone. ``base_url`` is the console's address, for links.
    """
    staff = _staff(session)
    names = {each.username: each.name for each in staff}
    queued = 0
    for each in escalated:
        page = escalation_page(profile, each, names.get(each.state.assignee, each.state.assignee), base_url)
        for address in _addresses(listeners(each.step, each.state, staff)):
            deliveries.queue(session, _message(profile, each, page, address, now), each.case_id, now=now)
            queued += 1
    return queued


def listeners(step: EscalationStep, state: CaseState, staff: Sequence[Staff]) -> tuple[Staff, ...]:
    """Who is told of a step. Pure.

    A reminder goes to whoever has the case, else to its department's people, else (no department yet) to the specialists; the
    second step to the department's head; the third to management, who also stand in where there is no head. Of a sealed case only
    management hears, and nobody ever of a case that concerns them (REQUIREMENTS W14).
    """
    able = [each for each in staff if each.username not in state.barred]
    managers = tuple(each for each in able if Role.MANAGER in each.roles)
    if state.sealed or step is EscalationStep.MANAGEMENT:
        return managers
    of_department = [each for each in able if state.department and each.department == state.department]
    if step is EscalationStep.HEAD:
        return tuple(each for each in of_department if each.head) or managers
    having = tuple(each for each in able if each.username == state.assignee)
    working = tuple(each for each in of_department if Role.DEPARTMENT in each.roles)
    return having or working or tuple(each for each in able if Role.SPECIALIST in each.roles)


def escalation_page(profile: Profile, escalated: Escalated, assignee: str = "", base_url: str = "") -> EscalationPage:
    """What the mail says. Pure; personal data and handles are masked (REQUIREMENTS L3), a sealed case has no title (W14)."""
    state = escalated.state
    late = escalated.left < timedelta()
    department = next((each.name_ar for each in profile.departments if each.code == state.department), state.department)
    return EscalationPage(
        ministry=profile.name_ar,
        heading=_heading(EscalationStep.MANAGEMENT if state.sealed else escalated.step, late),
        lead=_lead(profile, escalated, late),
        missed=_missed(escalated.steps[:-1]),
        number=escalated.number,
        title="" if state.sealed else _title(profile, escalated.title),
        path=message("escalation.sealed") if state.sealed else label(state.path),
        status=label(state.status),
        department=department,
        assignee=assignee or message("escalation.nobody"),
        due=_due(escalated.due_at, profile.calendar.timezone),
        left=_left(escalated, late),
        late=late,
        link=f"{base_url.rstrip('/')}/cases/{escalated.case_id}" if base_url else "",
    )


def _heading(step: EscalationStep, late: bool) -> str:
    return message(f"escalation.title.{step}.late" if late and step is EscalationStep.REMINDER else f"escalation.title.{step}")


def _lead(profile: Profile, escalated: Escalated, late: bool) -> str:
    state = escalated.state
    if state.deadline is not None:
        return message("escalation.lead.deadline_late" if late else "escalation.lead.deadline")
    if state.status.is_outside:
        return message("escalation.lead.outside")
    if state.is_waiting:
        return message("escalation.lead.waiting")
    if late or not escalated.left:
        return message("escalation.lead.late")
    return message("escalation.lead.ahead", share=round(profile.escalation[escalated.step] * 100))


def _missed(steps: Sequence[EscalationStep]) -> str:
    return message("escalation.missed", steps="، ".join(label(step) for step in steps)) if steps else ""


def _left(escalated: Escalated, late: bool) -> str:
    """How much time there is, or was: ``بقي 9 ساعات عمل``."""
    kind = "clock" if escalated.state.deadline is not None else "working"
    span = abs(escalated.left)
    words = counted("hour", span // _HOUR) if span >= _HOUR else counted("minute", max(1, span // timedelta(minutes=1)))
    return message(f"escalation.{'late' if late else 'left'}.{kind}", span=words)


def _due(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return message("escalation.due", day=both(local.date()), clock=f"{local:%H:%M}")


def _title(profile: Profile, title: str) -> str:
    return one_line(mask_handles(mask(title), frozenset(handle.lower() for handle in profile.handles)))


def _addresses(people: Iterable[Staff]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for each in people if (address := _usable(each.email))))


def _usable(email: str) -> str:
    """The address, empty where mail cannot go there: one wrong address must not keep the others from hearing."""
    try:
        return check_recipient(email) if email else ""
    except InputError:
        return ""


def _message(profile: Profile, escalated: Escalated, page: EscalationPage, recipient: str, now: datetime) -> Message:
    key = f"notice:case:{escalated.case_id}:{escalated.state.round}:{escalated.step}:{recipient}"
    return Message(
        key=key,
        kind=DeliveryKind.NOTICE,
        channel=DeliveryChannel.EMAIL,
        recipient=recipient,
        subject=message("escalation.subject", title=page.heading, number=page.number),
        text=rendering.plain("escalation", page=page),
        html=rendering.html("escalation", page=page),
        message_id=message_id(key, now, profile),
    )


def _staff(session: Session) -> tuple[Staff, ...]:
    columns: tuple[Any, ...] = (
        PERSON.c.username,
        PERSON.c.name,
        PERSON.c.email,
        PERSON.c.roles,
        PERSON.c.department,
        PERSON.c.head,
    )
    rows = session.connection().execute(select(*columns).where(PERSON.c.disabled.is_(False)).order_by(PERSON.c.username))
    return tuple(_one(row) for row in rows)


def _one(row: Row[Any]) -> Staff:
    return Staff(row.username, row.name, row.email, frozenset(Role(role) for role in row.roles), row.department, row.head)
