"""A mail server on loopback that keeps what it is given: every mail of the demonstration ends here."""

from __future__ import annotations

import asyncio
import email.policy
import re
import socket
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

_NAME: Final = re.compile(r"^\d{8}T\d{6}\.\d{6}-\d{4}$")
_PARSED_MAILS: Final = 200


@dataclass(frozen=True, slots=True)
class SunkMail:
    """One mail as it arrived. ``id`` is its file's name without the ending; ids sort by arrival."""

    id: str
    arrived_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    date: datetime | None
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


class MailSink:
    """Takes mail over SMTP in the running loop and keeps each as an ``.eml`` file in ``folder`` (None: a temporary one)."""

    def __init__(self, folder: Path | None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="rasd-demo-mail-") if folder is None else None
        self.folder = Path(self._temporary.name) if self._temporary else Path(str(folder))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._parsed: OrderedDict[str, SunkMail] = OrderedDict()
        self._server: asyncio.Server | None = None
        self._count = 0

    async def start(self, listening: socket.socket) -> None:
        """Serve SMTP on a listening socket until ``stop``."""
        from aiosmtpd.smtp import SMTP

        def protocol() -> Any:
            return SMTP(_Handler(self._keep), enable_SMTPUTF8=True, hostname="sink.example", ident="Rasd demonstration sink")

        self._server = await asyncio.get_running_loop().create_server(protocol, sock=listening)

    async def stop(self) -> None:
        """Stop listening. A temporary folder goes with it."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        if self._temporary is not None:
            self._temporary.cleanup()

    def mails(self) -> list[SunkMail]:
        """Every mail, the latest first."""
        names = sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)
        return [mail for name in names if (mail := self.mail(name)) is not None]

    def mail(self, mail_id: str) -> SunkMail | None:
        """One mail by its id."""
        if not _NAME.match(mail_id):
            return None
        if mail_id not in self._parsed:
            path = self.folder / f"{mail_id}.eml"
            if not path.exists():
                return None
            self._parsed[mail_id] = read_mail(path.read_bytes(), mail_id)
            if len(self._parsed) > _PARSED_MAILS:
                self._parsed.popitem(last=False)
        return self._parsed[mail_id]

    def message_ids(self) -> list[str]:
        """The Message-ID of every mail, in order of arrival: a retried mail stands here twice."""
        return [mail.message_id for mail in reversed(self.mails())]

    def _keep(self, content: bytes, sender: str, recipients: Iterable[str]) -> None:
        """Write one mail, whole or not at all."""
        self._count += 1
        name = f"{self._clock().astimezone(UTC):%Y%m%dT%H%M%S.%f}-{self._count % 10_000:04d}"
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n".encode("utf-8", "replace")
        unfinished = self.folder / f"{name}.part"
        unfinished.write_bytes(envelope + content)
        unfinished.rename(self.folder / f"{name}.eml")


class _Handler:
    """What aiosmtpd asks of a handler."""

    def __init__(self, keep: Callable[[bytes, str, Iterable[str]], None]) -> None:
        self._keep = keep

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the mail, then say that it is kept."""
        self._keep(envelope.content, envelope.mail_from, envelope.rcpt_tos)
        return "250 kept"


def read_mail(content: bytes, mail_id: str) -> SunkMail:
    """A stored mail, read."""
    message = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(content)
    envelope_to = str(message.get("X-Envelope-To", ""))
    return SunkMail(
        id=mail_id,
        arrived_at=datetime.strptime(mail_id[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC),
        sender=str(message.get("From", message.get("X-Envelope-From", ""))),
        recipients=tuple(part.strip() for part in envelope_to.split(",") if part.strip()),
        subject=str(message.get("Subject", "")),
        message_id=str(message.get("Message-ID", "")),
        date=_date(str(message.get("Date", ""))),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers=tuple((name, str(value)) for name, value in message.items()),
    )


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    content = part.get_content()
    return content if isinstance(content, str) else ""
