"""Web addresses made comparable, so that one article has one identity (DESIGN promise 2)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

_TRACKING: Final = re.compile(
    r"^(?:utm_.*|hsa_.*|at_.*|ns_(?:mchannel|source|campaign|linkname|fee)|(?:pk|piwik|mtm|matomo)_.*|guce_.*|wt\.\w+|vero_\w+"
    r"|oly_(?:anon|enc)_id|fb_(?:action_ids|action_types|source|ref)|fbclid|[gdy]clid|gclsrc|[gw]braid|ysclid|msclkid|twclid|ttclid"
    r"|li_fat_id|srsltid|mc_[ce]id|mkt_tok|_hsenc|_hsmi|_ga|_gl|_gac|igsh|igshid|ref|ref_src|ref_url|referrer|cmp|cmpid|s_cid|ncid"
    r"|smid|ocid|ito|xtor|source_ref|spm|sr_share|traffic_source|guccounter|__twitter_impression|usqp|amp_js_v|hootpostid|trk"
    r"|trkcampaign|phpsessid|jsessionid|sessionid)$",
    re.IGNORECASE,
)
_WAY: Final = re.compile(r"^(?:src|source|from|via|feed|medium|partner|share|shared|output)$", re.IGNORECASE)
_WAYS: Final = frozenset(
    "rss feed feeds rssfeed rss_feed xml-rss twitter tw facebook fb whatsapp telegram newsletter email google googlenews".split()
)
"""Values that say on which way a reader came, and not what the page shows."""
_SESSION_IN_PATH: Final = re.compile(r";(?:jsessionid|phpsessid)=[^/?#]*", re.IGNORECASE)
_AMP_PATH: Final = re.compile(r"(/amp/?$|^/amp(?=/))")
_MOBILE_HOST: Final = re.compile(r"^(m|mobile|amp)\.")
_SAFE: Final = "/:@!$&'()*+,;=-._~%"


def canonical_url(url: str) -> str:
    """One spelling of an address: scheme and host in lower case, no default port, fragment or tracking parameters, AMP and
    mobile forms led back, one percent-encoding, parameters sorted. An empty or unusable address gives ``""``."""
    if "://" not in url:
        return ""
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
    path = _AMP_PATH.sub("", quote(unquote(_SESSION_IN_PATH.sub("", parts.path)), safe=_SAFE)) or "/"
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    pairs = parse_qsl(parts.query, keep_blank_values=True) if parts.query else ()
    kept = [(key, value) for key, value in pairs if not _is_noise(key, value)]
    return urlunsplit((parts.scheme.lower(), host, path, urlencode(sorted(kept)), ""))


def _is_noise(key: str, value: str) -> bool:
    if _WAY.match(key) and value.lower() in _WAYS:
        return True
    return bool(_TRACKING.match(key)) or (key in ("amp", "outputType") and value in ("", "1", "amp", "true"))


def host_of(url: str) -> str:
    """Name and port as the address has them, in lower case: the unit of politeness (DESIGN 3). Empty where it is no address."""
    try:
        return urlsplit(url).netloc.lower().rpartition("@")[2]
    except ValueError:
        return ""
