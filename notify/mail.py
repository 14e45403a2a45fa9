"""Sends mail over SMTP. Blocking: call it through ``asyncio.to_thread``; one sender may be used by several threads."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from pathlib import Path
from typing import Literal

from domain.delivery import Message
from domain.errors import ConfigurationError, DeliveryError, DeliveryRefused
from notify.letter import as_bytes, as_mail, setting_address

Security = Literal["starttls", "tls", "plain"]


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The SMTP server. ``sender`` is the From address, with a name if you like; ``reply_to`` empty means the sender.

    ``security``: ``starttls`` (usually port 587), ``tls`` (465), or ``plain`` (loopback). ``timeout`` in seconds, for each answer
    of the server. ``ca_file`` is a PEM file of certificates to trust beside the system's (a ministry's own authority).
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    reply_to: str = ""
    timeout: float = 30.0
    ca_file: str = ""


class MailSender:
    """Sends one message at a time over a connection of its own.

    Raises ``ConfigurationError`` at once for settings that cannot work.
    """

    def __init__(self, settings: MailSettings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings = settings
        self._clock = clock
        self._sender = setting_address(settings.sender, "mail.sender")
        self._reply_to: Address | None = setting_address(settings.reply_to, "mail.reply_to") if settings.reply_to else None
        if settings.ca_file and not Path(settings.ca_file).is_file():
            raise ConfigurationError(f"mail.ca_file is «{settings.ca_file}», which is no file", "give the path of a PEM file")
        if settings.security not in ("starttls", "tls", "plain"):
            raise ConfigurationError(f"mail.security is «{settings.security}»", "use starttls, tls or plain")

    def send(self, message: Message) -> str:
        """Send it and give its Message-ID, which is the same at every try.

        Raises ``DeliveryRefused`` where the server refuses the mail for good (5xx; names the recipient), ``DeliveryError`` for
        everything that may be tried again: no connection, 4xx, or a connection lost at any point. Mail may be: whoever gets it
        twice sees one Message-ID (DESIGN promise 3).
        """
        mail = as_mail(message, self._sender, self._reply_to, self._clock())
        content = as_bytes(mail)
        with self._refusals(message.recipient), self._connected() as smtp:
            _expect(smtp.mail(self._sender.addr_spec))
            _expect(smtp.rcpt(message.recipient))
            _expect(smtp.data(content))
        return message.message_id

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """An open connection, signed in where a name is given; left without waiting for a farewell that does not come."""
        settings = self._settings
        smtp = (
            smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=self._context())
            if settings.security == "tls"
            else smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        )
        try:
            smtp.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                smtp.starttls(context=self._context())
                smtp.ehlo()
            if settings.username:
                smtp.login(settings.username, settings.password)
            yield smtp
            _farewell(smtp)
        finally:
            smtp.close()

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.ca_file:
            context.load_verify_locations(self._settings.ca_file)
        return context

    @contextmanager
    def _refusals(self, recipient: str) -> Iterator[None]:
        """What smtplib and the network raise, as errors of ours."""
        server = f"{self._settings.host}:{self._settings.port}"
        what = f"the mail to {recipient} was not sent through {server}"
        try:
            yield
        except smtplib.SMTPDataError as answer:
            if answer.smtp_code >= 500:
                raise DeliveryRefused(f"{what} (refused: {_short(answer)})", "check the address, then queue it again") from answer
            raise DeliveryError(f"{what} (put off: {_short(answer)})", "it will be tried again") from answer
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryError(f"{what} (sign-in refused)", "check mail.username and mail.password") from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryError(f"{what} ({error})", "check mail.security, mail.port and mail.username") from error
        except ssl.SSLError as error:
            raise DeliveryError(f"{what} (TLS: {error.reason or error})", "check mail.security and the certificate") from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(f"{what} ({_short(error)})", "it will be tried again; check mail.host and mail.port") from error


def _expect(answer: tuple[int, bytes]) -> None:
    """Raise where the server answered a command about this mail with anything but yes."""
    code, text = answer
    if code == -1:
        raise smtplib.SMTPServerDisconnected("connection lost")
    if not 200 <= code < 300:
        raise smtplib.SMTPDataError(code, text)


def _farewell(smtp: smtplib.SMTP) -> None:
    """QUIT; the mail is accepted already, so that a connection lost now changes nothing."""
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        return


def _short(error: BaseException) -> str:
    if not isinstance(error, smtplib.SMTPResponseException):
        return str(error) or type(error).__name__
    text = error.smtp_error
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{error.smtp_code} {' '.join(said.split())[:200]}"
