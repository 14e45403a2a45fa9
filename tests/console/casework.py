"""Cases for the console's tests, opened through the registry's own door, and short ways to work them by the page's forms."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from domain.case import BeneficiaryKind, CasePath, IntakeChannel
from domain.liaison import LiaisonContact
from domain.tags import Kind
from registry import cases, people
from registry.cases import Intake, Party
from registry.directories import liaison
from registry.views import CaseView
from tests.console.conftest import Browser
from tests.console.world import NOW, World

PARTY = Party("سعد القحطاني", "0551234567", IntakeChannel.PHONE, BeneficiaryKind.INDIVIDUAL, "REQ-55812")
COMPLAINT = Intake(
    CasePath.GENERAL,
    Kind.COMPLAINT,
    IntakeChannel.PHONE,
    "فاتورة صدرت مرتين",
    "يقول سعد القحطاني إن فاتورته صدرت مرتين، وجواله 0551234567.",
    topic="billing/bills",
    party=PARTY,
)
INQUIRY = replace(COMPLAINT, path=CasePath.INQUIRY, kind=Kind.INQUIRY, title="كيف أوثق رقمي؟", topic="egov/digital-identity")
RUMOUR = replace(COMPLAINT, path=CasePath.RUMOUR, kind=Kind.REPORT, title="شائعة إلغاء الباقات", party=None)
PRESS_QUESTION = replace(
    COMPLAINT,
    path=CasePath.PRESS_QUESTION,
    kind=Kind.INQUIRY,
    title="سؤال عن تغطية القرى",
    party=Party("نايف", "naif@afaq.example", IntakeChannel.EMAIL, BeneficiaryKind.PRIVATE_BODY),
    deadline=NOW + timedelta(hours=5),
)


def opened(world: World, given: Intake = COMPLAINT) -> int:
    """A case that the reviewer took down."""
    with world.database.transaction() as session:
        return cases.open_direct(session, world.profile, given, people.actor(session, "rana"), NOW)


def seen(world: World, case_id: int) -> CaseView:
    """The case as it stands."""
    with world.database.reading() as session:
        return cases.case_view(session, case_id)


def moved(browser: Browser, case_id: int, kind: str, status: int = 200, **fields: object) -> str:
    """Make a move by its form; gives the page that follows."""
    response = browser.post(f"/cases/{case_id}/moves", data={"csrf": browser.token("/cases"), "kind": kind, **fields})
    assert response.status_code == status, response.text
    return response.text


def contact_at(world: World, body: str, email: str = "fahad@body.example") -> str:
    """The id of a person at another body."""
    with world.database.transaction() as session:
        contact = LiaisonContact(body, "فهد العتيبي", "مدير خدمة المستفيدين", email, "", ())
        return str(liaison.add(session, world.profile, contact, people.actor(session, "majed"), NOW))


def form(page: str, kind: str) -> str:
    """The form of a move on a case's page; empty where it is not offered."""
    found = re.search(rf'<details class="fold" id="move-{kind}".*?</form>', page, re.DOTALL)
    return found.group(0) if found else ""


def options(page: str, kind: str, name: str) -> list[str]:
    """The values that a choice of a move's form offers, without the blank."""
    chosen = re.search(rf'<select name="{name}".*?</select>', form(page, kind), re.DOTALL)
    return [value for value in re.findall(r'<option value="([^"]*)"', chosen.group(0) if chosen else "") if value]
