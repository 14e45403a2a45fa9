"""A message as an e-mail: headers, plain text and right-to-left HTML. Pure."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from typing import Final

from domain.arabic import without_marks
from domain.delivery import DeliveryKind, Message
from domain.errors import ConfigurationError, DeliveryRefused, InputError
from domain.language import language
from domain.profile import Profile
from notify.direction import guarded

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_MESSAGE_ID: Final = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_ROOM: Final = 39
"""Bytes of text in one encoded word: with the longest header name it stays within 76 characters."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SAFE_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def message_id(key: str, now: datetime, profile: Profile) -> str:
    """The Message-ID under which the message ``key`` leaves, however often it is tried: written once, when it is queued.

    The moment belongs to it so that two installations of one profile never share an id (RFC 5322 3.6.4).
    """
    digest = hashlib.sha256(f"{key}\n{now.isoformat()}".encode()).hexdigest()[:32]
    _, _, domain = profile.contact.rpartition("@")
    return f"<rasd.{digest}@{domain if _is_domain(domain) else f'{profile.code}.rasd.invalid'}>"


def as_mail(message: Message, sender: Address, reply_to: Address | None, now: datetime) -> MIMEMultipart:
    """The e-mail of a message: every header on lines of its own, both parts in base64.

    Raises ``DeliveryRefused``, naming the recipient, where the recipient or the Message-ID cannot stand in a header.
    """
    mail = MIMEMultipart("alternative")
    mail["From"] = _named(sender)
    mail["To"] = recipient_address(message.recipient).addr_spec
    if reply_to:
        mail["Reply-To"] = _named(reply_to)
    mail["Subject"] = encoded(one_line(message.subject))
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = _checked_id(message)
    for name, value in _kind_headers(message, reply_to or sender).items():
        mail[name] = value
    mail.attach(MIMEText(_lines(message.text), "plain", "utf-8"))
    if message.html:
        mail.attach(MIMEText(_crlf(message.html), "html", "utf-8"))
    return mail


def as_bytes(mail: MIMEMultipart) -> bytes:
    """What goes over the wire: ASCII, CRLF, no line beyond 76 bytes where the words in it can be parted."""
    return mail.as_bytes(policy=policy.compat32.clone(linesep="\r\n", max_line_length=76))


def encoded(text: str) -> str:
    """A line of text as it stands in a header (RFC 2047): ASCII as it is, else encoded words that hold whole letters.

    They end after a whole word of the text where that fits, space included. The standard library's own folding makes some of them
    one byte too long, and its parser puts a space between two that stand in a name: thus at least never inside a word.
    """
    if text.isascii() and "=?" not in text:
        return text
    return "\n ".join(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in _pieces(text))


def _pieces(text: str) -> list[str]:
    pieces = [""]
    for word in re.findall(r"\S* ?", text):
        for part in [word] if len(word.encode()) <= _ROOM else list(word):
            if len(f"{pieces[-1]}{part}".encode()) > _ROOM:
                pieces.append("")
            pieces[-1] += part
    return pieces


def _named(address: Address) -> str:
    if not address.display_name:
        return address.addr_spec
    if address.display_name.isascii():
        return formataddr((address.display_name, address.addr_spec))
    return f"{encoded(one_line(address.display_name))} <{address.addr_spec}>"


def recipient_address(text: str) -> Address:
    """The one address that ``text`` is. Raises ``DeliveryRefused``: a line break, a second address or a name is none."""
    if not _ADDRESS.fullmatch(text):
        raise DeliveryRefused(f"«{_CONTROL.sub('␤', text)}» is not one e-mail address", "correct it and queue the mail again")
    return Address(addr_spec=text)


def setting_address(text: str, key: str) -> Address:
    """An address as the settings give it, with or without a name: ``رصد <rasd@example.org>``. Raises ``ConfigurationError``."""
    name, address = parseaddr(text)
    if _CONTROL.search(text) or not _ADDRESS.fullmatch(address):
        raise ConfigurationError(f"{key} is «{_CONTROL.sub('␤', text)}», which is no address", "write: Name <name@example.org>")
    return Address(display_name=name, addr_spec=address)


def one_line(text: str) -> str:
    """A text fit for a header: no control characters, direction marks or line breaks, single spaces."""
    return " ".join(_CONTROL.sub(" ", without_marks(text)).split())


def check_recipient(text: str) -> str:
    """The address, where it is one. Raises ``InputError``: for what people and settings give."""
    cleaned = text.strip()
    if not _ADDRESS.fullmatch(cleaned):
        shown = _CONTROL.sub("␤", text)
        raise InputError(f"«{shown}» is not an e-mail address", "write it as name@example.org").saying("no_address", given=shown)
    return cleaned


def _checked_id(message: Message) -> str:
    if not _MESSAGE_ID.fullmatch(message.message_id) or len(message.message_id) > 250:
        raise DeliveryRefused(
            f"the mail «{_CONTROL.sub('␤', message.key)}» to {message.recipient} has no usable Message-ID", "queue it anew"
        )
    return message.message_id


def _kind_headers(message: Message, back: Address) -> dict[str, str]:
    """Says what no person wrote, so that no out-of-office note answers it (RFC 3834), and how to leave a list (RFC 2369)."""
    headers = {"Content-Language": "en" if language(message.text) == "en" else "ar"}
    if message.kind in (DeliveryKind.ANSWER, DeliveryKind.REFERRAL):
        return headers
    headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if message.kind is DeliveryKind.DIGEST:
        headers |= {
            "Precedence": "bulk",
            "List-Id": f"<digest.rasd.{back.domain}>",
            "List-Unsubscribe": f"<mailto:{back.addr_spec}?subject=unsubscribe>",
        }
    elif message.kind is not DeliveryKind.ACKNOWLEDGEMENT:
        headers |= {"Importance": "high", "X-Priority": "1"}
    return headers


def _lines(text: str) -> str:
    cleaned = _crlf(_SAFE_TEXT.sub("", text)).rstrip("\r\n") + "\r\n"
    return cleaned if language(cleaned) == "en" else _crlf(guarded(cleaned.replace("\r\n", "\n")))


def _crlf(text: str) -> str:
    return re.sub(r"\r\n?|\n", "\r\n", text)


def _is_domain(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text))
