"""One source as a row of a file: names and values as people write them, in Arabic too, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.arabic import without_marks
from domain.errors import InputError
from domain.source import Source, SourceKind

FIELDS: Final = (
    *("id", "kind", "name", "outlet", "url", "query", "interval_minutes", "floor_per_day", "paused"),
    *("article_links", "body", "timezone"),
)
MAX_QUERY: Final = 512
"""Characters of a search on X."""

_HEADERS: Final = {
    "id": "id المعرف معرف",
    "kind": "kind type النوع نوع نوع_المصدر",
    "name": "name title text الاسم اسم اسم_المصدر العنوان المصدر",
    "outlet": "outlet الوسيلة وسيلة وسيلة_الاعلام الجهة الناشر",
    "url": "url xmlurl address link feed الرابط رابط رابط_المصدر عنوان_الموقع الموقع",
    "query": "query search البحث الاستعلام عبارة_البحث",
    "interval_minutes": "interval_minutes minutes interval الدقائق كل_دقيقة الفترة الفترة_بالدقائق مدة_الفحص",
    "floor_per_day": "floor_per_day floor الحد_الادنى الحد_الادنى_يوميا اقل_عدد_يوميا",
    "paused": "paused موقوف متوقف موقف",
    "article_links": "article_links روابط_المقالات محدد_الروابط",
    "body": "body محدد_النص نص_المقال",
    "timezone": "timezone tz المنطقة_الزمنية التوقيت",
}
_FOLD: Final = str.maketrans("أإآةى", "اااهي")
_VOWELS: Final = re.compile(r"[\u064b-\u0652\u0640]")
_KINDS: Final = {
    SourceKind.FEED: "feed rss atom json خلاصه خلاصات تغذيه ار_اس_اس",
    SourceKind.SITEMAP: "sitemap خريطه خريطه_الموقع",
    SourceKind.LISTING: "listing page قائمه صفحه صفحه_اخبار",
    SourceKind.PDF_REPORT: "pdf_report report pdf تقرير تقارير",
    SourceKind.X_SEARCH: "x_search بحث_اكس",
    SourceKind.X_MENTIONS: "x_mentions اشارات_اكس",
}
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")
_YES: Final = frozenset({"yes", "true", "1", "y", "نعم", "صح", "موقوف"})
_NO: Final = frozenset({"", "no", "false", "0", "n", "لا", "خطا"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: where it stands in it, and its values by field."""

    where: str
    values: Mapping[str, str]
    home: str = ""
    """The site that a feed belongs to, where the file says so (``htmlUrl`` in OPML)."""


def field_of(header: str) -> str:
    """The field that a column's or key's name means, in English or Arabic; ``""`` for one that is none."""
    return _BY_HEADER.get(_folded(header), "")


def _folded(text: str) -> str:
    plain = _VOWELS.sub("", without_marks(text)).lower().translate(_FOLD)
    return re.sub(r"[\W_]+", "_", plain).strip("_")


_BY_HEADER: Final = {_folded(name): field for field, names in _HEADERS.items() for name in names.split()}
_BY_KIND: Final = {_folded(name): kind for kind, names in _KINDS.items() for name in names.split()}


def to_source(row: Row) -> Source:
    """The source that a row describes. Raises ``InputError`` that names the field and the remedy."""
    value = {name: str(row.values.get(name) or "").strip() for name in FIELDS}
    kind = _BY_KIND.get(_folded(value["kind"] or "feed"))
    if kind is None:
        raise InputError(f"the kind «{value['kind']}» is not known", f"use one of: {', '.join(SourceKind)}")
    source = _social(kind, value["query"]) if kind.is_social else _on_web(kind, value, row.home)
    return replace(
        source,
        id=value["id"] or source.id,
        name=value["name"] or source.name,
        outlet_id=value["outlet"] or source.outlet_id,
        interval=_interval(value["interval_minutes"]),
        paused=_flag(value["paused"]),
        article_links=value["article_links"],
        body=value["body"],
        timezone=_zone(value["timezone"]) or source.timezone,
        floor_per_day=_floor(value["floor_per_day"]),
    )


def to_values(source: Source) -> dict[str, str]:
    """A source as ``to_source`` reads it again, nothing lost."""
    return {
        "id": source.id,
        "kind": source.kind.value,
        "name": source.name,
        "outlet": source.outlet_id,
        "url": source.url,
        "query": source.query,
        "interval_minutes": _number(source.interval.total_seconds() / 60),
        "floor_per_day": "" if source.floor_per_day is None else _number(source.floor_per_day),
        "paused": "yes" if source.paused else "no",
        "article_links": source.article_links,
        "body": source.body,
        "timezone": source.timezone,
    }


def handle_source(handle: str) -> Source:
    """The mentions of an account on X. Raises ``InputError`` for what is no handle."""
    name = handle.removeprefix("@")
    if not re.fullmatch(r"[A-Za-z0-9_]{1,15}", name):
        raise InputError(f"«{handle}» is no handle", "write it as @MofCare")
    return Source(f"x-mentions-{name.lower()}", SourceKind.X_MENTIONS, "x", f"X @{name}", query=name)


def search_source(query: str) -> Source:
    """A search on X. Raises ``InputError`` for an empty one and for one beyond X's limit."""
    query = query.strip()
    if not query or len(query) > MAX_QUERY:
        raise InputError(f"a search on X of {len(query)} characters", f"X takes 1 to {MAX_QUERY}")
    slug = re.sub(r"\W+", "-", query.lower()).strip("-")[:40]
    return Source(f"x-search-{slug}", SourceKind.X_SEARCH, "x", f"X {query}", query=query)


def _social(kind: SourceKind, query: str) -> Source:
    if not query:
        raise InputError(f"a source of kind {kind} needs a query", "fill in the column query")
    return handle_source(query) if kind is SourceKind.X_MENTIONS else search_source(query)


def _on_web(kind: SourceKind, value: Mapping[str, str], home: str) -> Source:
    from crawlers.fetching.addresses_guard import check_url
    from crawlers.finding.new_source import make_source

    url = re.sub(r"^feed:(?://)?(?=https?:)", "", value["url"])
    if not url:
        raise InputError("there is no address", "fill in the column url")
    reason = check_url(url)
    if reason:
        raise InputError(f"«{url[:200]}» is no web address ({reason})", "write it as https://…")
    source = make_source(url, kind)
    outlet = make_source(home, kind).outlet_id if home and not check_url(home) else source.outlet_id
    return replace(source, outlet_id=outlet, name=urlsplit(home or url).netloc)


def _interval(text: str) -> timedelta:
    minutes = _read_number("interval_minutes", text) if text else 10.0
    if not 0.1 <= minutes <= 7 * 24 * 60:
        raise InputError(f"interval_minutes is {text}", "give 0.1 to 10080")
    return timedelta(minutes=minutes)


def _floor(text: str) -> float | None:
    if not text:
        return None
    floor = _read_number("floor_per_day", text)
    if not 0 < floor <= 100_000:
        raise InputError(f"floor_per_day is {text}", "give the items that come on a day at least, above 0, or leave it empty")
    return floor


def _read_number(name: str, text: str) -> float:
    plain = re.sub(r"[\u061c\u200e\u200f]", "", text.translate(_DIGITS)).strip().replace("،", ",")
    plain = plain.replace(",", ".") if re.fullmatch(r"\d+,\d{1,2}", plain) else plain.replace(",", "")
    if not re.fullmatch(r"\d{1,12}(?:\.\d{0,20})?(?:e-?\d{1,3})?", plain):
        raise InputError(f"{name} is «{text}»", "give a number")
    return float(plain)


def _flag(text: str) -> bool:
    word = _folded(text)
    if word not in _YES and word not in _NO:
        raise InputError(f"paused is «{text}»", "write yes or no (نعم أو لا)")
    return word in _YES


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key if text else ""
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(f"the time zone «{text}» is not known", "write it as Asia/Riyadh") from error


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
