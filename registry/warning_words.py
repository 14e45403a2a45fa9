"""What is said of a source that is warned of, in one sentence of the catalogue. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.messages import message
from registry.source_views import KnownCause, SourceWarning, WarningKind


def heading(kind: WarningKind, language: str = "ar") -> str:
    """What is wrong, in two or three words."""
    return message(f"warning.{kind.value}", language)


def sentence(warning: SourceWarning, zone: str, language: str = "ar") -> str:
    """What is wrong, with its figures: ``لم تصل منه مادة منذ 19 نوفمبر 08:10، والمعتاد في مثل هذه المدة نحو 34.``"""
    if warning.kind is WarningKind.CHANGED and not warning.usual_length:
        return message("warning.never_whole.text", language, thin=warning.thin, pages=warning.pages)
    if warning.kind is WarningKind.SILENT and warning.since is None:
        return message("warning.never_any.text", language)
    since = _moment(warning.since, zone, language) if warning.since else message("warning.never", language)
    return message(
        f"warning.{warning.kind.value}.text",
        language,
        since=since,
        expected=_figure(warning.expected),
        found=_figure(warning.found),
        pages=warning.pages,
        thin=warning.thin,
        length=_figure(warning.length),
        usual=_figure(warning.usual_length),
    )


def cause(known: KnownCause, zone: str, language: str = "ar") -> str:
    """Why, as far as it is known; empty where it is not. What the source or its host said stays as it is, in English."""
    said = []
    if known.waits_until:
        said.append(message("warning.cause.waits", language, until=_moment(known.waits_until, zone, language)))
    if known.status:
        said.append(message("warning.cause.status", language, status=known.status))
    elif known.failures:
        said.append(message("warning.cause.failing", language))
    if known.moved_to:
        said.append(message("warning.cause.moved", language))
    return " ".join(said)


def advice(kind: WarningKind, language: str = "ar") -> str:
    """What a person does about it."""
    return message(f"warning.{kind.value}.advice", language)


def _moment(at: datetime, zone: str, language: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    month = message(f"month.{local.month}", language)
    return message("time.short", language, day=local.day, month=month, clock=f"{local:%H:%M}")


def _figure(value: float) -> str:
    """A count as people say it: whole from ten on, one decimal below."""
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:.1f}"
