"""Answers with the manners of a real server: ETag, Last-Modified, 304, gzip."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from service.demo.papers import Manners

_WORTH_PACKING: Final = 600
"""Bytes; below it gzip gains nothing."""


def answer(request: Request, body: bytes, media_type: str, manners: Manners, modified: datetime | None = None) -> Response:
    """The body, or 304 where the client has it already. ``modified`` is told only by servers that know it."""
    headers = {"server": manners.server, "content-type": media_type, "cache-control": "max-age=0"}
    if manners.etag:
        headers["etag"] = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if manners.last_modified and modified is not None:
        headers["last-modified"] = format_datetime(modified.astimezone(UTC).replace(microsecond=0), usegmt=True)
    if _unchanged(request, headers, modified if "last-modified" in headers else None):
        del headers["content-type"]
        return Response(status_code=304, headers=headers)
    if manners.gzip and media_type != "application/gzip":
        headers["vary"] = "Accept-Encoding"
        if len(body) >= _WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            body = gzip.compress(body, 5, mtime=0)
    return Response(body, headers=headers)


def _unchanged(request: Request, headers: dict[str, str], modified: datetime | None) -> bool:
    """Whether the client's validators still hold; If-None-Match decides where both are sent (RFC 9110 13.2.2)."""
    wanted = request.headers.get("if-none-match")
    if wanted is not None:
        tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
        return "etag" in headers and bool(tags & {headers["etag"], "*"})
    since = request.headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
