"""Who works in the demonstration: a scripted staff, named and marked as such, and the accounts for visitors."""

from __future__ import annotations

import secrets
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

    @property
    def actor(self) -> Actor:
        """The person as the registry knows them."""
        return Actor(self.username, self.name, self.roles, self.department, self.scripted)


def _scripted(username: str, name: str, marked: str, role: Role, department: str = "") -> Member:
    return Member(
        f"auto.{username}", f"{name} ({marked} عرض آلي{'ة' if marked.endswith('ة') else ''})", frozenset({role}), department, True
    )


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

VISITORS: Final = (
    Member("reviewer", "زائر: المراجع", frozenset({Role.REVIEWER}), role_ar="يراجع ما رُصد ويقبله أو يرفضه"),
    Member("specialist", "زائر: المختص", frozenset({Role.SPECIALIST}), role_ar="يسجّل الحالات ويحيلها ويغلقها ويصوغ الردود"),
    Member("approver", "زائر: المعتمِد", frozenset({Role.APPROVER}), role_ar="يعتمد الردود قبل خروجها"),
    Member("manager", "زائر: المدير", frozenset({Role.MANAGER}), role_ar="يقرأ الموجز والتقارير"),
    Member("auditor", "زائر: المدقق", frozenset({Role.AUDITOR}), role_ar="يقرأ تاريخ الحالات"),
    Member("admin", "زائر: مدير النظام", frozenset({Role.ADMIN}), role_ar="يدير المصادر والمستخدمين"),
)


def department_staff(profile: Profile) -> dict[str, Member]:
    """One scripted person for each department of the profile, by the department's code."""
    return {
        department.code: _scripted(
            f"{username}{number // len(_DEPARTMENT_STAFF) or ''}", name, marked, Role.DEPARTMENT, department.code
        )
        for number, department in enumerate(profile.departments)
        for username, name, marked in [_DEPARTMENT_STAFF[number % len(_DEPARTMENT_STAFF)]]
    }


def accounts() -> tuple[DemoAccount, ...]:
    """The visitor's accounts, for the sign-in page."""
    return tuple(DemoAccount(each.username, PASSWORD, each.name, each.role_ar) for each in VISITORS)


def enrol(session: Session, profile: Profile, now: datetime) -> None:
    """Add everybody who is not there yet. Takes some tenths of a second: passwords are hashed slowly on purpose."""
    known = {person.username for person in people.list(session)}
    everybody = (*VISITORS, REVIEWER, SPECIALIST, APPROVER, MANAGER, *department_staff(profile).values())
    for each in everybody:
        if each.username not in known:
            people.add(
                session,
                each.username,
                each.name,
                secrets.token_urlsafe() if each.scripted else PASSWORD,
                each.roles,
                department=each.department,
                scripted=each.scripted,
                now=now,
            )
