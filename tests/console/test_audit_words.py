"""Whatever the audit trail records has its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import registry
from console.audit_details import detail_name, detail_text
from console.words import audit_word
from domain.people import Role
from service.profiles import load_profile

ROOT = Path(registry.__file__).parents[1]
_RECORDED = re.compile(r"""(?:audit\.record|_trail|_follow)\(((?:[^()]|\([^()]*\))*)\)""")
_ACTION = re.compile(r'"([a-z_]+\.[a-z_]+)"')


def _actions() -> set[str]:
    sources = (path.read_text("utf-8") for folder in ("registry", "notify", "service") for path in (ROOT / folder).rglob("*.py"))
    return {action for source in sources for call in _RECORDED.findall(source) for action in _ACTION.findall(call)}


def test_every_action_that_is_recorded_has_its_words() -> None:
    actions = _actions()
    assert {"person.disabled", "crisis.on", "calendar.day_set", "handover.taken", "improvement.decided"} <= actions
    assert {action for action in actions if audit_word(action) == action} == set()


def test_an_action_without_words_is_shown_as_it_is() -> None:
    assert audit_word("moon.landed") == "moon.landed"
    assert detail_name("orbit") == "orbit"


@pytest.mark.parametrize(
    ("key", "said", "shown"),
    [
        ("roles", "reviewer > reviewer,approver", "مراجع إعلامي ← مراجع إعلامي، معتمد"),
        ("roles", ",".join(Role), "مراجع إعلامي، أخصائي شكاوى، موظف إدارة مختصة، معتمد، مدير، مدقق، مشرف النظام"),
        ("department", " > networks", "لا شيء ← إدارة البنية التحتية والشبكات"),
        ("head", "no > yes", "لا ← نعم"),
        ("hours", "closed", "مغلق"),
        ("hours", "09:00-13:00", "09:00-13:00"),
        ("status", "proposed > accepted", "مقترحة ← مقبولة"),
        ("fields", "role,phone", "الصفة، الهاتف"),
        ("reason", "انقطاع > عام", "انقطاع > عام"),
    ],
)
def test_codes_become_names(key: str, said: str, shown: str) -> None:
    assert detail_text(key, said, load_profile("mcit")) == shown
