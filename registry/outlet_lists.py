"""The outlets directory as a list: searched by name in Arabic or English, narrowed, with what each outlet brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlmodel import Session

from domain.arabic import normalise, tokens
from domain.outlet import Medium, Outlet, Tier
from domain.outlet_rules import gaps, home_host
from registry import outlets
from registry.tables import MentionRecord, SourceRecord, table_of
from registry.views import OutletRow, Page

MENTION = table_of(MentionRecord)
SOURCE = table_of(SourceRecord)
DAYS: Final = 30
"""Mentions are counted over so many days."""
_ARTICLE: Final = "ال"


@dataclass(frozen=True, slots=True)
class OutletFilter:
    """What a list of outlets asks for; None and an empty text ask for nothing. ``incomplete``: an answer could not reach them."""

    text: str = ""
    medium: Medium | None = None
    country: str = ""
    tier: Tier | None = None
    verified: bool | None = None
    incomplete: bool = False


def list_outlets(
    session: Session, asked: OutletFilter, now: datetime, *, limit: int | None = None, offset: int = 0
) -> Page[OutletRow]:
    """The outlets that are asked for: those with most mentions of the last ``DAYS`` days first, then by name."""
    words = search_words(asked.text)
    found = [each for each in outlets.all_outlets(session) if matches(each, asked, words)]
    mentions, sources = _mentions(session, now), _sources(session)
    rows = [OutletRow(each, sources.get(each.id, 0), mentions.get(each.id, 0)) for each in found]
    rows.sort(key=lambda row: (-row.mentions, -row.sources, normalise(row.outlet.name_ar), row.outlet.id))
    return Page(tuple(rows[offset:] if limit is None else rows[offset : offset + limit]), len(rows))


def countries(session: Session) -> tuple[str, ...]:
    """The countries of the directory's outlets, those with most of them first."""
    counted = func.count().label("outlets")
    statement = select(outlets.OUTLET.c.country, counted).group_by(outlets.OUTLET.c.country)
    rows = session.connection().execute(statement).all()
    return tuple(row.country for row in sorted(rows, key=lambda row: (-row.outlets, row.country)))


def matches(outlet: Outlet, asked: OutletFilter, words: Sequence[str]) -> bool:
    """Whether an outlet is asked for; ``words`` are those of ``search_words``. Pure."""
    narrowed = (
        asked.medium in (None, outlet.medium)
        and asked.country in ("", outlet.country)
        and asked.tier in (None, outlet.tier)
        and asked.verified in (None, outlet.verified)
        and (not asked.incomplete or bool(gaps(outlet)))
    )
    return narrowed and (not words or _has_words(outlet, words))


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search in their comparable form; the Arabic article makes no difference («الرياض» finds «رياض»)."""
    host = home_host(text) if "." in text and text.isascii() else ""
    return (host,) if host else tuple(_without_article(word.lstrip("@")) for word in tokens(normalise(text)))


def _has_words(outlet: Outlet, words: Sequence[str]) -> bool:
    said = f"{outlet.name_ar} {outlet.name_en} {outlet.id} {outlet.handle}"
    told = f"{normalise(said)} {home_host(outlet.home_url)}"
    return all(word in told for word in words)


def _without_article(word: str) -> str:
    return word.removeprefix(_ARTICLE) if len(word) > len(_ARTICLE) + 2 else word


def _mentions(session: Session, now: datetime) -> dict[str, int]:
    recent = (MENTION.c.fetched_at >= now - timedelta(days=DAYS), MENTION.c.erased_at.is_(None))
    statement = select(MENTION.c.outlet_id, func.count().label("mentions")).where(*recent).group_by(MENTION.c.outlet_id)
    return {row.outlet_id: row.mentions for row in session.connection().execute(statement)}


def _sources(session: Session) -> dict[str, int]:
    watched = SOURCE.c.removed.is_(False)
    statement = select(SOURCE.c.outlet_id, func.count().label("sources")).where(watched).group_by(SOURCE.c.outlet_id)
    return {row.outlet_id: row.sources for row in session.connection().execute(statement)}
