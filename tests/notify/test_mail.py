"""Mail against a real SMTP server: what may be tried again, what may not, and who must look."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from domain.delivery import DeliveryChannel, DeliveryKind, Message
from domain.errors import ConfigurationError, DeliveryError, DeliveryRefused
from notify.mail import MailSender, MailSettings
from tests.fakes.certificate import certificate
from tests.fakes.mail_server import MailServer

SenderFor = Callable[[int], MailSender]
MESSAGE = Message(
    key="answer:case:1:sahel:1",
    kind=DeliveryKind.ANSWER,
    channel=DeliveryChannel.EMAIL,
    recipient="editor@sahel.example",
    subject="إفادة بشأن ما نُشر",
    text="السادة هيئة التحرير\nرُدمت الحفرة.\n.\nنهاية",
    html="<p dir='rtl'>رُدمت الحفرة.</p>",
    message_id="<rasd.1@roads.example>",
)


def test_a_mail_arrives_whole(server: MailServer, sender_for: SenderFor) -> None:
    assert sender_for(server.port).send(MESSAGE) == MESSAGE.message_id
    (received,) = server.received
    assert (received.sender, received.recipients) == ("rasd@roads.example", ("editor@sahel.example",))
    plain = received.mail.get_body(("plain",))
    assert plain is not None
    assert "\n\u200f.\nنهاية" in plain.get_content().replace("\r\n", "\n")
    assert received.mail["Message-ID"] == MESSAGE.message_id


async def test_it_may_be_sent_from_a_loop(server: MailServer, sender_for: SenderFor) -> None:
    sender = sender_for(server.port)
    await asyncio.gather(
        *(asyncio.to_thread(sender.send, replace(MESSAGE, message_id=f"<{number}@roads.example>")) for number in range(5))
    )
    assert sorted(server.message_ids) == [f"<{number}@roads.example>" for number in range(5)]


def test_nobody_listens(sender_for: SenderFor) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(DeliveryError, match=f"127.0.0.1:{port}") as caught:
        sender_for(port).send(MESSAGE)
    assert not isinstance(caught.value, DeliveryRefused)


@pytest.mark.parametrize(
    ("recipient_answer", "mail_answer", "refused"),
    [
        ("550 5.1.1 no such user", "", True),
        ("451 4.7.1 greylisted", "", False),
        ("", "554 5.7.1 rejected", True),
        ("", "452 4.3.1 disk full", False),
    ],
)
def test_answers_of_the_server(
    server: MailServer, sender_for: SenderFor, recipient_answer: str, mail_answer: str, refused: bool
) -> None:
    server.refuse_recipient = {MESSAGE.recipient: recipient_answer} if recipient_answer else {}
    server.refuse_mail = mail_answer
    with pytest.raises(DeliveryError, match=r"editor@sahel\.example") as caught:
        sender_for(server.port).send(MESSAGE)
    assert isinstance(caught.value, DeliveryRefused) is refused
    assert (recipient_answer or mail_answer)[:3] in str(caught.value)


def test_a_line_lost_after_the_mail_may_be_tried_again_under_the_same_id(server: MailServer, sender_for: SenderFor) -> None:
    server.hang_up = True
    with pytest.raises(DeliveryError) as caught:
        sender_for(server.port).send(MESSAGE)
    assert not isinstance(caught.value, DeliveryRefused)
    server.hang_up = False
    sender_for(server.port).send(MESSAGE)
    assert server.message_ids == [MESSAGE.message_id] * 2


def test_a_server_that_says_nothing(sender_for: SenderFor) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        sender = MailSender(MailSettings("127.0.0.1", silent.getsockname()[1], "a@roads.example", security="plain", timeout=0.2))
        with pytest.raises(DeliveryError, match="timed out"):
            sender.send(MESSAGE)


@pytest.mark.parametrize("at_once", [False, True])
def test_encrypted(tmp_path: Path, at_once: bool) -> None:
    trusted, context = certificate(tmp_path)
    with MailServer(tls=context, tls_at_once=at_once) as server:
        settings = MailSettings(
            "127.0.0.1",
            server.port,
            "rasd@roads.example",
            security="tls" if at_once else "starttls",
            ca_file=str(trusted),
            timeout=10,
        )
        MailSender(settings).send(MESSAGE)
        with pytest.raises(DeliveryError, match="certificate"):
            MailSender(replace(settings, ca_file="")).send(MESSAGE)
        assert len(server.received) == 1


def test_signed_in(tmp_path: Path) -> None:
    trusted, context = certificate(tmp_path)
    with MailServer(tls=context, account=("rasd", "correct horse")) as server:
        settings = MailSettings(
            "127.0.0.1",
            server.port,
            "rasd@roads.example",
            username="rasd",
            password="correct horse",
            ca_file=str(trusted),
            timeout=10,
        )
        MailSender(settings).send(MESSAGE)
        with pytest.raises(DeliveryError, match=r"mail\.password") as caught:
            MailSender(replace(settings, password="wrong")).send(MESSAGE)
        assert not isinstance(caught.value, DeliveryRefused)
        assert len(server.received) == 1
        assert "correct horse" not in repr(settings)


def test_a_server_without_encryption_gets_nothing(server: MailServer) -> None:
    settings = MailSettings("127.0.0.1", server.port, "rasd@roads.example", security="starttls", timeout=10)
    with pytest.raises(DeliveryError, match=r"mail\.security"):
        MailSender(settings).send(MESSAGE)
    assert server.received == []


@pytest.mark.parametrize("wrong", ["", "رصد", "a@b@c", "Rasd <rasd@roads.example>\r\nBcc: x@y.example"])
def test_a_sender_that_is_no_address_is_named(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match=r"mail\.sender"):
        MailSender(MailSettings("127.0.0.1", 25, wrong))


def test_a_missing_certificate_file_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"mail\.ca_file"):
        MailSender(MailSettings("127.0.0.1", 25, "rasd@roads.example", ca_file="/nowhere/ca.pem"))
