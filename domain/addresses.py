"""Web addresses made comparable, so that one article has one identity (DESIGN promise 2)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

_TRACKING: Final = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|msclkid|yclid|mc_cid|mc_eid|igshid|ref|ref_src|ref_url|cmpid|ocid|source_ref|spm|_ga|at_.*)$",
    re.IGNORECASE,
)
_AMP_PATH: Final = re.compile(r"(/amp/?$|^/amp(?=/))")
_MOBILE_HOST: Final = re.compile(r"^(m|mobile|amp)\.")
_SAFE: Final = "/:@!$&'()*+,;=-._~%"


def canonical_url(url: str) -> str:
    """One spelling of an address: scheme and host in lower case, no default port, fragment or tracking parameters, AMP and
    mobile forms led back, one percent-encoding, parameters sorted. An empty or unusable address gives ``""``."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return ""
    host = _MOBILE_HOST.sub("", parts.hostname.lower())
    if port and (parts.scheme.lower(), port) not in (("http", 80), ("https", 443)):
        host = f"{host}:{port}"
    path = _AMP_PATH.sub("", quote(unquote(parts.path), safe=_SAFE)) or "/"
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _is_noise(key, value)]
    return urlunsplit((parts.scheme.lower(), host, path, urlencode(sorted(kept)), ""))


def _is_noise(key: str, value: str) -> bool:
    return bool(_TRACKING.match(key)) or (key in ("amp", "outputType") and value in ("", "1", "amp", "true"))
