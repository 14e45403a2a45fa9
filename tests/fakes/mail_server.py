"""A mail server on loopback (aiosmtpd): it keeps what it accepts as it came over the wire, and refuses as a test tells it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class _OnAFreePort(Controller):
    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass(frozen=True)
class Received:
    """One mail as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail, parsed."""
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class MailServer:
    """Start it as a context manager. ``refuse_recipient`` and ``refuse_mail`` are SMTP answers; ``hang_up`` drops the line after
    the mail was taken and before the answer; ``taken`` is called in the server's thread with each mail, before the answer."""

    refuse_recipient: dict[str, str] = field(default_factory=dict)
    refuse_mail: str = ""
    hang_up: bool = False
    tls: ssl.SSLContext | None = None
    """For STARTTLS; with ``tls_at_once`` the whole line is encrypted."""
    tls_at_once: bool = False
    account: tuple[str, str] | None = None
    taken: Callable[[Received], None] = lambda _: None
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> MailServer:
        self._arrived = threading.Condition()
        self._controller = _OnAFreePort(
            self,
            hostname="127.0.0.1",
            port=0,
            tls_context=None if self.tls_at_once else self.tls,
            ssl_context=self.tls if self.tls_at_once else None,
            authenticator=self._authenticate if self.account else None,
            auth_required=bool(self.account),
            auth_require_tls=bool(self.tls),
        )
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._controller.port)

    @property
    def message_ids(self) -> list[str]:
        """The Message-ID of every mail that came, in order."""
        return [str(each.mail["Message-ID"]) for each in self.received]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if address in self.refuse_recipient:
            return self.refuse_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse_mail:
            return self.refuse_mail
        mail = Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content)
        self.received.append(mail)
        self.taken(mail)
        if self.hang_up:
            server.transport.abort()
        return "250 taken"

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.account, handled=False)
