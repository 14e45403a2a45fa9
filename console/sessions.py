"""Sessions that the browser keeps: a signed cookie, and the token that every form must send back. No I/O."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "rasd_session"


@dataclass(frozen=True, slots=True)
class Visit:
    """One browser's session: anonymous (``username`` empty, before sign-in) or a person's.

    ``round`` is the person's round of sessions in which it began (``registry.people.session_round``).
    """

    id: str
    username: str
    began_at: datetime
    round: int = 0

    @property
    def is_signed_in(self) -> bool:
        """Whether a person signed in."""
        return bool(self.username)


class Sessions:
    """Seals sessions into cookies, opens them again, and derives the form token of each."""

    def __init__(self, secret_key: str, lifetime: timedelta) -> None:
        self.lifetime = lifetime
        self._signer = URLSafeSerializer(secret_key, salt="rasd.console.session")
        self._csrf_key = hashlib.sha256(b"rasd.console.csrf" + secret_key.encode()).digest()

    def begin(self, now: datetime, username: str = "", round_: int = 0) -> Visit:
        """A new session. Signing in always begins one, so that no id from before it stays in use."""
        return Visit(secrets.token_urlsafe(24), username, now, round_)

    def seal(self, visit: Visit) -> str:
        """The cookie's value."""
        return str(self._signer.dumps([visit.id, visit.username, int(visit.began_at.timestamp()), visit.round]))

    def open(self, cookie: str, now: datetime) -> Visit | None:
        """The session in a cookie; None where it is missing, forged or too old."""
        try:
            id_, username, began, round_ = self._signer.loads(cookie)
            visit = Visit(str(id_), str(username), datetime.fromtimestamp(began, UTC), int(round_))
        except (BadSignature, ValueError, TypeError, OverflowError):
            return None
        return visit if timedelta(0) <= now - visit.began_at + timedelta(minutes=1) <= self.lifetime else None

    def token(self, visit: Visit) -> str:
        """The token that this session's forms carry."""
        return hmac.new(self._csrf_key, visit.id.encode(), hashlib.sha256).hexdigest()

    def is_token_of(self, visit: Visit, token: str) -> bool:
        """Whether a form's token is this session's, compared in constant time."""
        return hmac.compare_digest(self.token(visit).encode(), token.encode())
