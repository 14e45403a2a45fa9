"""Who works in the demonstration: a scripted staff, named and marked as such, and the accounts for visitors."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from console.settings import DemoAccount
from domain.people import Actor, Role
from domain.profile import Profile
from registry import people

PASSWORD: Final = "rasd-demo-2026"  # noqa: S105 - shown on the sign-in page
"""Of the visitor's accounts. Nobody can sign in as one of the scripted staff."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the cast. ``role_ar`` is what the person does, as the sign-in page says it."""

    username: str
    name: str
    roles: frozenset[Role]
    department: str = ""
    scripted: bool = False
    role_ar: str = ""
    head: bool = False

    @property
    def email(self) -> str:
        """Where the person is written to: nobody has a mailbox in a reserved domain."""
        return f"{self.username.removeprefix('auto.')}@ministry.example"

    @property
    def actor(self) -> Actor:
        """The person as the registry knows them."""
        return Actor(self.username, self.name, self.roles, self.department, self.scripted)


def _scripted(username: str, name: str, marked: str, role: Role, department: str = "", *, head: bool = False) -> Member:
    shown = f"{name} ({marked} عرض آلي{'ة' if marked.endswith('ة') else ''})"
    return Member(f"auto.{username}", shown, frozenset({role}), department, True, head=head)


REVIEWER: Final = _scripted("sara", "سارة", "موظفة", Role.REVIEWER)
SPECIALIST: Final = _scripted("fahad", "فهد", "موظف", Role.SPECIALIST)
APPROVER: Final = _scripted("khaled", "خالد", "موظف", Role.APPROVER)
MANAGER: Final = _scripted("abeer", "عبير", "موظفة", Role.MANAGER)
_DEPARTMENT_STAFF: Final = (
    ("reem", "ريم", "موظفة"),
    ("majed", "ماجد", "موظف"),
    ("nouf", "نوف", "موظفة"),
    ("saad", "سعد", "موظف"),
    ("hind", "هند", "موظفة"),
    ("turki", "تركي", "موظف"),
    ("amal", "أمل", "موظفة"),
    ("yasser", "ياسر", "موظف"),
)
_HEADS: Final = (
    ("badr", "بدر", "موظف"),
    ("lama", "لمى", "موظفة"),
    ("nasser", "ناصر", "موظف"),
    ("maha", "مها", "موظفة"),
    ("sultan", "سلطان", "موظف"),
    ("dalal", "دلال", "موظفة"),
    ("faris", "فارس", "موظف"),
    ("wafa", "وفاء", "موظفة"),
)

VISITORS: Final = (
    Member("reviewer", "زائر: المراجع", frozenset({Role.REVIEWER}), role_ar="يراجع ما رُصد ويقبله أو يرفضه"),
    Member("specialist", "زائر: المختص", frozenset({Role.SPECIALIST}), role_ar="يسجّل الحالات ويحيلها ويغلقها ويصوغ الردود"),
    Member("approver", "زائر: المعتمِد", frozenset({Role.APPROVER}), role_ar="يعتمد الردود قبل خروجها"),
    Member("manager", "زائر: المدير", frozenset({Role.MANAGER}), role_ar="يقرأ الموجز والتقارير"),
    Member("auditor", "زائر: المدقق", frozenset({Role.AUDITOR}), role_ar="يقرأ تاريخ الحالات"),
    Member("admin", "زائر: مدير النظام", frozenset({Role.ADMIN}), role_ar="يدير المصادر والمستخدمين"),
)


VISITOR_NAMES: Final = frozenset({*(member.username for member in VISITORS), "department"})


def visitors(profile: Profile) -> tuple[Member, ...]:
    """The visitor's accounts: one for each role, that of the departments in the profile's first one."""
    first = profile.departments[0]
    worker = Member(
        "department", f"زائر: موظف {first.name_ar}", frozenset({Role.DEPARTMENT}), first.code, role_ar="يعالج حالات إدارته"
    )
    return (*VISITORS[:2], worker, *VISITORS[2:])


def department_staff(profile: Profile) -> dict[str, Member]:
    """One scripted person for each department of the profile, by the department's code."""
    return _one_for_each(profile, _DEPARTMENT_STAFF)


def department_heads(profile: Profile) -> dict[str, Member]:
    """The scripted head of each department, by the department's code."""
    return _one_for_each(profile, _HEADS, head=True)


def _one_for_each(profile: Profile, names: Sequence[tuple[str, str, str]], *, head: bool = False) -> dict[str, Member]:
    return {
        department.code: _scripted(
            f"{username}{number // len(names) or ''}", name, marked, Role.DEPARTMENT, department.code, head=head
        )
        for number, department in enumerate(profile.departments)
        for username, name, marked in [names[number % len(names)]]
    }


def accounts(profile: Profile) -> tuple[DemoAccount, ...]:
    """The visitor's accounts, for the sign-in page."""
    return tuple(DemoAccount(each.username, PASSWORD, each.name, each.role_ar) for each in visitors(profile))


def enrol(session: Session, profile: Profile, now: datetime) -> None:
    """Add everybody who is not there yet. Takes some tenths of a second: passwords are hashed slowly on purpose."""
    known = {person.username for person in people.list(session)}
    departments = (*department_staff(profile).values(), *department_heads(profile).values())
    everybody = (*visitors(profile), REVIEWER, SPECIALIST, APPROVER, MANAGER, *departments)
    for each in everybody:
        if each.username not in known:
            people.add(
                session,
                each.username,
                each.name,
                secrets.token_urlsafe() if each.scripted else PASSWORD,
                each.roles,
                department=each.department,
                email=each.email,
                head=each.head,
                scripted=each.scripted,
                now=now,
            )
