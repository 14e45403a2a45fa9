"""Puts the stages together from settings: the one place where values become working parts."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from domain.profile import Profile
from domain.source import CrawlSettings
from service.home import home_secret
from service.models import make_classifier
from service.profiles import SHIPPED, load_profile, read_profile
from service.settings import Settings, find_home, read_settings

if TYPE_CHECKING:
    from classifiers.cascade import Classifier
    from classifiers.watch import Watcher
    from notify.outbox import Senders
    from registry.database import Database


_TRANSFORMER: Final = "transformer"
"""The problem's subject where a transformer that was chosen cannot be asked."""


def utc_now() -> datetime:
    """The clock of the service: aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Runtime:
    """The working parts of one installation, as values."""

    home: Path
    settings: Settings
    profile: Profile
    database: Database
    watcher: Watcher
    tagger: Classifier
    crawl: CrawlSettings
    senders: Senders
    secret: bytes = field(repr=False)
    clock: Callable[[], datetime] = utc_now

    @property
    def base_url(self) -> str:
        """The console's address, for links in mails."""
        console = self.settings.console
        return console.base_url or f"http://{console.host}:{console.port}"


def open_home(given: Path | None) -> tuple[Path, Settings]:
    """The home folder and its settings. Raises ``ConfigurationError``."""
    home = find_home(given)
    return home, read_settings(home)


def profile_of(settings: Settings) -> Profile:
    """The profile that the settings name: one that ships, or a file."""
    return load_profile(settings.profile) if settings.profile in SHIPPED else read_profile(Path(settings.profile))


def open_database(home: Path, settings: Settings) -> Database:
    """The home's database, brought to the newest migration."""
    from registry.database import Database  # heavy: not for --help

    database = Database(settings.store.url or f"sqlite:///{home / 'rasd.sqlite'}")
    database.migrate()
    return database


def crawl_settings(settings: Settings, profile: Profile) -> CrawlSettings:
    """What the crawlers need to know, out of the settings."""
    crawl, x = settings.crawl, settings.x
    return CrawlSettings(
        user_agent=crawl.user_agent,
        per_host_concurrency=crawl.per_host_concurrency,
        delay=crawl.delay,
        total_concurrency=crawl.total_concurrency,
        timeout=crawl.timeout,
        max_bytes=crawl.max_bytes,
        obey_robots=crawl.obey_robots,
        render=crawl.render,
        browser=crawl.browser,
        allow_networks=crawl.allow_networks,
        ministry_handles=frozenset(handle.lower() for handle in profile.handles),
        x_api_url=x.api_url,
        x_bearer_token=x.bearer_token.get_secret_value(),
        x_consumer_key=x.consumer_key.get_secret_value(),
        x_consumer_secret=x.consumer_secret.get_secret_value(),
        x_access_token=x.access_token.get_secret_value(),
        x_access_token_secret=x.access_token_secret.get_secret_value(),
    )


def senders(settings: Settings, crawl: CrawlSettings) -> Senders:
    """What deliveries leave through; a part that is not configured is None, and its deliveries wait."""
    from crawlers.social.x import XPoster
    from notify.mail import MailSender, MailSettings
    from notify.outbox import Senders

    mail = settings.mail
    return Senders(
        mail=MailSender(
            MailSettings(
                host=mail.host,
                port=mail.port,
                security=mail.security,
                username=mail.username,
                password=mail.password.get_secret_value(),
                sender=mail.sender,
                reply_to=mail.reply_to,
                timeout=mail.timeout,
                ca_file=mail.ca_file,
            )
        )
        if mail.host
        else None,
        x=XPoster(crawl).reply if crawl.x_access_token or settings.x.plan == "demo" else None,
    )


def make_runtime(home: Path, settings: Settings, clock: Callable[[], datetime] = utc_now) -> Runtime:
    """Everything that the pipeline needs. Watch queries may name the accounts that the outlets directory holds at this moment.

    Raises ``ConfigurationError``, ``QueryError``, ``ModelError`` or ``StoreError``.
    """
    from classifiers.watch import compile_queries
    from registry import outlets

    profile = profile_of(settings)
    crawl = crawl_settings(settings, profile)
    database = open_database(home, settings)
    classifier = make_classifier(home, settings.classifier, profile, partial(_keep_trouble, database, clock))
    with database.reading() as session:
        outlet_handles = outlets.handles(session)
    _settle_memory()
    return Runtime(
        home=home,
        settings=settings,
        profile=profile,
        database=database,
        watcher=compile_queries(profile.watch, profile, outlet_handles=outlet_handles),
        tagger=classifier,
        crawl=crawl,
        senders=senders(settings, crawl),
        secret=home_secret(home),
        clock=clock,
    )


def _keep_trouble(database: Database, clock: Callable[[], datetime], reason: str) -> None:
    """A transformer that cannot be asked is a row that the console shows, until it can be again (DESIGN promise 5)."""
    from registry import problems
    from registry.views import NextAction, Subject

    with database.transaction() as session:
        if reason:
            problem = problems.Problem(Subject.CLASSIFIER, _TRANSFORMER, "", reason, NextAction.CHECK_CLASSIFIER)
            problems.report(session, [problem], clock())
        else:
            problems.solve(session, Subject.CLASSIFIER, [_TRANSFORMER])


def _settle_memory() -> None:
    """What is loaded by now lives as long as the process: collecting it again and again cost a fifth of a large feed's time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
