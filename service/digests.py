"""The weekly digest, from the clock to the outbox (REQUIREMENTS N3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.errors import ConfigurationError
from service import jobs
from service.wiring import Runtime

if TYPE_CHECKING:
    from notify.digest import Digest


def last_week(runtime: Runtime) -> str:
    """The ISO week that ended last, as 2026-W47, in the profile's time zone."""
    return week_of(runtime, runtime.clock() - timedelta(days=7))


def week_of(runtime: Runtime, at: datetime) -> str:
    """The ISO week of a moment, as 2026-W47, in the profile's time zone."""
    year, week, _ = at.astimezone(ZoneInfo(runtime.profile.calendar.timezone)).isocalendar()
    return f"{year}-W{week:02d}"


def compose(runtime: Runtime, week: str) -> Digest:
    """The digest of a week as it stands now. Raises ``InputError`` for a week that is none."""
    from notify import digest

    with runtime.database.reading() as session:
        return digest.compose(session, runtime.profile, week, runtime.clock(), base_url=runtime.base_url)


def queue(runtime: Runtime, week: str) -> int:
    """Put a week's digest into the outbox for each recipient; one that is there already is not queued again."""
    from notify import digest

    recipients = runtime.settings.digest.recipients
    if not recipients:
        raise ConfigurationError("digest.recipients is empty in rasd.toml", "name the people who get the digest")
    with runtime.database.transaction() as session:
        return digest.queue(session, runtime.profile, week, recipients, runtime.clock(), base_url=runtime.base_url)


def queue_last_week(runtime: Runtime) -> int:
    """What the schedule does once a week."""
    return queue(runtime, last_week(runtime))


def send(runtime: Runtime, week: str) -> str:
    """Queue a week's digest and deliver what is due; says what happened in a sentence."""
    queued = queue(runtime, week)
    if runtime.senders.mail is None:
        raise ConfigurationError(
            f"{queued} digests wait in the outbox: mail.host is not set in rasd.toml", "name the SMTP server; they leave then"
        )
    sent = jobs.deliver(runtime)
    return f"{queued} digests queued, {sent} messages sent"
