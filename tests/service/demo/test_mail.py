"""What is sent over SMTP is kept, listed, and shown in the console."""

from __future__ import annotations

import asyncio
import smtplib
from email.message import EmailMessage
from email.policy import SMTP

import httpx
import pytest
from fastapi import FastAPI

from console.app import create_app
from console.person import Person, signed_in
from console.sessions import Visit
from console.settings import ConsoleSettings
from registry.database import Database
from service.demo.cast import VISITORS
from service.demo.hosting import DemoWorld
from service.demo.mail_pages import MENU_LINK, PATH
from service.profiles import load_profile
from tests.service.demo.conftest import START, Hands

ATTACK = "<script>alert('x')</script>"


def letter(subject: str, message_id: str = "<17.1@ministry.example>") -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject
    mail["From"] = "rasd@ministry.example"
    mail["To"] = "editor@sada.example"
    mail["Message-ID"] = message_id
    mail.set_content("السادة هيئة التحرير المحترمين\n\nعولج الموضوع.\n")
    mail.add_alternative(f'<html dir="rtl"><body><p style="color:green">عولج الموضوع</p>{ATTACK}</body></html>', subtype="html")
    return mail


def send(world: DemoWorld, mail: EmailMessage, to: str = "editor@sada.example") -> None:
    with smtplib.SMTP(*world.smtp, timeout=10) as smtp:
        smtp.sendmail("rasd@ministry.example", [to], mail.as_bytes())


async def test_a_mail_is_kept_as_it_came(world: DemoWorld, clock: Hands) -> None:
    await asyncio.to_thread(send, world, letter("رد على ما نشرتموه"))
    clock.turn(seconds=5)
    await asyncio.to_thread(send, world, letter("الموجز الأسبوعي", "<18.1@ministry.example>"), "manager@ministry.example")
    mails = world.sink.mails()
    assert [mail.subject for mail in mails] == ["الموجز الأسبوعي", "رد على ما نشرتموه"]
    first = mails[1]
    assert first.recipients == ("editor@sada.example",)
    assert "هيئة التحرير" in first.text
    assert "color:green" in first.html
    assert first.arrived_at == START
    assert world.sink.message_ids() == ["<17.1@ministry.example>", "<18.1@ministry.example>"]
    assert len(list(world.sink.folder.glob("*.eml"))) == 2


async def test_a_mail_sent_again_stands_twice_with_one_id(world: DemoWorld) -> None:
    for _ in range(2):
        await asyncio.to_thread(send, world, letter("رد"))
    assert world.sink.message_ids() == ["<17.1@ministry.example>"] * 2


@pytest.mark.parametrize("name", ["../world", "..", "20261121T120000.000000-0001/../x", ""])
async def test_only_mails_can_be_named(world: DemoWorld, name: str) -> None:
    assert world.sink.mail(name) is None


@pytest.fixture
def console(world: DemoWorld, sqlite_database: Database, clock: Hands) -> FastAPI:
    settings = ConsoleSettings(secret_key="a key of the tests, long enough", demo=True, links=(MENU_LINK,))
    return create_app(
        sqlite_database, load_profile("mof"), settings, extra_routers=(world.mail_router,), clock=clock
    )  # fmt: skip


def browser(console: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(console), base_url="http://console.example")


async def test_the_console_lists_and_shows_the_mail(world: DemoWorld, console: FastAPI) -> None:
    await asyncio.to_thread(send, world, letter(f"رد {ATTACK}"))
    visitor = next(member for member in VISITORS if member.username == "manager")
    console.dependency_overrides[signed_in] = lambda: Person(visitor.actor, Visit("x", "manager", START), "token")
    async with browser(console) as web:
        listing = await web.get(PATH)
        assert "editor@sada.example" in listing.text
        assert ATTACK not in listing.text
        mail = world.sink.mails()[0]
        page = await web.get(f"{PATH}/{mail.id}")
        assert "&lt;17.1@ministry.example&gt;" in page.text
        assert f'src="{PATH}/{mail.id}/html"' in page.text
        assert ATTACK not in page.text
        assert "السادة هيئة التحرير" in page.text
        framed = await web.get(f"{PATH}/{mail.id}/html")
        assert "color:green" in framed.text
        assert "sandbox" in framed.headers["content-security-policy"]
        assert (await web.get(f"{PATH}/20260101T000000.000000-0001")).status_code == 404


async def test_a_stranger_is_sent_to_the_sign_in_page(console: FastAPI) -> None:
    async with browser(console) as web:
        answer = await web.get(PATH)
    assert answer.status_code in (302, 303)
    assert answer.headers["location"].startswith("/signin")
