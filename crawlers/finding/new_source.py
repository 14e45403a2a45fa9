"""A source made of an address alone, for a person to correct. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import urlsplit

from domain.source import Source, SourceKind

_NOT_NAME: Final = re.compile(r"[^a-z0-9]+")


def make_source(url: str, kind: SourceKind) -> Source:
    """A source with names made of its address, for the person to correct. The same address always gives the same id."""
    parts = urlsplit(url)
    outlet = _NOT_NAME.sub("-", parts.netloc.lower().removeprefix("www.")).strip("-")
    place = f"{parts.path} {parts.query}".strip("/ ").lower()
    slug = _NOT_NAME.sub("-", place).strip("-")[:40].strip("-")
    if len(_NOT_NAME.sub("-", place).strip("-")) > 40 or not place.isascii() or "%" in place:
        slug = f"{slug}-{hashlib.blake2s(url.encode('utf-8', 'surrogatepass'), digest_size=3).hexdigest()}".strip("-")
    return Source(id="-".join(filter(None, (outlet, slug or str(kind)))), kind=kind, outlet_id=outlet, name=parts.netloc, url=url)
