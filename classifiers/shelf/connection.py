"""Connections of a pull: opened, answered, and what may go wrong with them told in one of three errors.

Only ``rasd models pull`` opens any; nothing else of the classifier speaks to a network.
"""

from __future__ import annotations

import contextlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from classifiers.shelf.manifest import Checksum, told_checksum
from domain.errors import InputError, ModelError

_BROKEN: Final = (http.client.HTTPException, urllib.error.URLError, ConnectionError, TimeoutError)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_GONE: Final = (404, 410)
_SIGN_IN: Final = (401, 403)
_LATER: Final = (408, 425, 429)
_SENT_ON: Final = range(300, 400)


class Refused(ModelError):
    """The server refused for good; ``is_missing`` where it has no such file."""

    def __init__(self, what: str, remedy: str, *, is_missing: bool) -> None:
        super().__init__(what, remedy)
        self.is_missing = is_missing


class Cut(ModelError):
    """The connection was not made, or ended too early: it may be tried again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer. ``size`` and ``checksum`` are what it, or the address that sent us on, told of the file."""

    status: int
    headers: Mapping[str, str]
    size: int | None
    checksum: Checksum | None
    _body: Any

    def read(self, most: int) -> bytes:
        """The next bytes of the body, none at its end. Raises ``Cut``."""
        try:
            return bytes(self._body.read(most))
        except _BROKEN as error:
            raise Cut(f"the connection broke ({reason_of(error)})", "pull again") from error


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows no way from an encrypted address to one that is not, and keeps what was told of the file on the way."""

    def __init__(self) -> None:
        self.told: Mapping[str, str] = {}

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if req.type == "https" and not newurl.startswith("https://"):
            raise ModelError(f"{req.full_url} sends on to {newurl}, which is not encrypted", "check the address")
        if headers.get("X-Linked-ETag"):
            self.told = headers
            if req.get_method() == "HEAD":
                # All is told; where it sends us on to may be signed for fetching alone.
                return None
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        if following is not None:
            following.method = req.get_method()
        return following


def demand_address(address: str) -> None:
    """Raises ``InputError`` where a file cannot or must not be fetched from there."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"«{address}» is no address to pull from", "write https://HOST/…/{name}/…/{file}")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise InputError(f"«{address}» is not encrypted", "use https; http is for loopback alone")


@contextlib.contextmanager
def opened(address: str, timeout: float, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Iterator[Answer]:
    """The answer to a request; redirects are followed. Raises ``Refused``, ``Cut``, or ``InputError`` for the address."""
    demand_address(address)
    wanted = {"Accept-Encoding": "identity", **(headers or {})}
    asked = urllib.request.Request(address, headers=wanted, method=method)  # noqa: S310 - of http and https alone, see above
    redirects = _Redirects()
    try:
        answer: Any = urllib.request.build_opener(redirects).open(asked, timeout=timeout)
    except urllib.error.HTTPError as error:
        if not (redirects.told and error.code in _SENT_ON):
            raise _refusal(address, error.code) from error
        answer = error
    except _BROKEN as error:
        raise Cut(f"{address} cannot be reached ({reason_of(error)})", "check connection and address, then pull again") from error
    with answer:
        told = redirects.told
        size = told.get("X-Linked-Size") or answer.headers.get("X-Linked-Size") or answer.headers.get("Content-Length") or ""
        checksum = told_checksum(told) or told_checksum(answer.headers)
        yield Answer(answer.status, answer.headers, int(size) if size.isdigit() else None, checksum, answer)


def _refusal(address: str, code: int) -> ModelError:
    if code >= 500 or code in _LATER:
        return Cut(f"{address} answers {code}", "pull again later")
    remedy = "this model asks for a sign-in: fetch it by hand" if code in _SIGN_IN else "check name and address"
    return Refused(f"{address} answers {code}", remedy, is_missing=code in _GONE)


def reason_of(error: Exception) -> str:
    """Why a connection failed, in a few words."""
    return str(getattr(error, "reason", "") or error or type(error).__name__)[:200]
