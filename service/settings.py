"""Settings: read once from ``rasd.toml`` in the home folder and from the environment, then passed down as values.

Secrets come from the environment alone by habit (``RASD_X__BEARER_TOKEN``); what stands there wins over the file.
Every key is described in ``docs/configuration.md``; a test holds the two together.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from domain.errors import ConfigurationError

FILE_NAME: Final = "rasd.toml"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreTable(_Table):
    """``[store]``: where the data is kept."""

    url: str = Field(
        "", description="SQLAlchemy address; empty means rasd.sqlite in the home folder. PostgreSQL: postgresql+psycopg://…"
    )


class ConsoleTable(_Table):
    """``[console]``: the web pages and the REST API."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    base_url: str = Field("", description="public address, for links in mails; empty: http://host:port")
    session_hours: float = Field(12, gt=0, le=168, description="how long a sign-in lasts, in hours")
    secure_cookies: bool = Field(False, description="set behind HTTPS: cookies are then sent over it alone")
    drafter_may_approve: bool = Field(False, description="let whoever drafted an answer approve it (DESIGN promise 4)")


class CrawlTable(_Table):
    """``[crawl]``: how requests to the press are made."""

    user_agent: str = Field("Rasd/0.1 (media monitoring)", description="the name given to web servers; add a contact address")
    delay: float = Field(1.0, ge=0, le=3600, description="seconds between two requests to one host")
    per_host_concurrency: int = Field(2, ge=1, le=64, description="requests to one host at a time")
    total_concurrency: int = Field(16, ge=1, le=512, description="requests to all hosts at a time")
    timeout: float = Field(30.0, gt=0, le=600, description="seconds for a whole response")
    max_bytes: int = Field(10 * 1024 * 1024, ge=1024, description="largest response in bytes, unpacked")
    obey_robots: bool = Field(True, description="keep to robots.txt")
    render: bool = Field(False, description="render pages that scripts build in a browser; needs the extra rasd[browser]")
    browser: str = Field("", description="path of the Chromium that renders; empty: Playwright's own")
    allow_networks: tuple[str, ...] = Field((), description="private ranges that may be fetched, as 127.0.0.0/8")


class XTable(_Table):
    """``[x]``: X (Twitter). Read ``docs/x.md`` before asking for a token (REQUIREMENTS L4)."""

    plan: Literal["", "enterprise", "pro", "basic", "pay_per_use", "demo"] = Field(
        "", description="the plan that the token belongs to; asked for because X asks a government user for an Enterprise plan"
    )
    purpose: str = Field("", description="the use that was declared to X, in a sentence")
    api_url: str = Field("https://api.x.com", description="host of the API; another one for tests and for the demonstration")
    bearer_token: SecretStr = Field(SecretStr(""), description="for reading; give it as RASD_X__BEARER_TOKEN")
    consumer_key: SecretStr = Field(SecretStr(""), description="for replying; give it as RASD_X__CONSUMER_KEY")
    consumer_secret: SecretStr = Field(SecretStr(""), description="for replying; give it as RASD_X__CONSUMER_SECRET")
    access_token: SecretStr = Field(SecretStr(""), description="for replying; give it as RASD_X__ACCESS_TOKEN")
    access_token_secret: SecretStr = Field(SecretStr(""), description="for replying; give it as RASD_X__ACCESS_TOKEN_SECRET")


class MailTable(_Table):
    """``[mail]``: the SMTP server through which mails leave. Without ``host`` they wait in the outbox."""

    host: str = Field("", description="SMTP server")
    port: int = Field(587, ge=1, le=65535, description="its port")
    security: Literal["starttls", "tls", "plain"] = Field("starttls", description="starttls, tls, or plain (loopback only)")
    username: str = Field("", description="sign-in name, if the server asks for one")
    password: SecretStr = Field(SecretStr(""), description="give it as RASD_MAIL__PASSWORD")
    sender: str = Field("", description="From address, with a name if you like: رصد <rasd@example.gov.sa>")
    reply_to: str = Field("", description="where answers go; empty: the sender")
    timeout: float = Field(30.0, gt=0, le=600, description="seconds to wait for the server")
    ca_file: str = Field("", description="PEM file of an authority of your own, trusted beside the system's")


class DigestTable(_Table):
    """``[digest]``: the weekly digest (REQUIREMENTS N3)."""

    recipients: tuple[str, ...] = Field((), description="who gets it")
    weekday: Literal["sun", "mon", "tue", "wed", "thu", "fri", "sat"] = Field("mon", description="day on which last week is sent")
    time: str = Field("07:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="hour in the profile's time zone")


class AlertsTable(_Table):
    """``[alerts]``: told at once (REQUIREMENTS N3)."""

    recipients: tuple[str, ...] = Field((), description="who is told at once of high importance, and of sources in trouble")


class RecallTable(_Table):
    """``[recall]``: the weekly sample that shows what was missed (REQUIREMENTS C9)."""

    sample_size: int = Field(30, ge=1, le=1000, description="items a week for each group of sources, of each kind of omission")
    keep_days: float = Field(14, gt=0, le=14, description="days after which the texts of the sample are erased")


class RetentionTable(_Table):
    """``[retention]``: how long what is personal in a case is kept (REQUIREMENTS L3)."""

    case_days: int = Field(
        730, ge=30, le=3650, description="days after a case ended until whoever raised it, its files and notes are erased"
    )


class ClassifierTable(_Table):
    """``[classifier]``: when a transformer is asked beside the compact model, and how much of it (docs/models.md)."""

    remit_below: float = Field(0.7, ge=0, le=1, description="the transformer is asked where the remit's confidence is below this")
    kind_below: float = Field(0.65, ge=0, le=1, description="the same for the kind")
    sentiment_below: float = Field(0.6, ge=0, le=1, description="the same for the sentiment")
    topic_below: float = Field(0.5, ge=0, le=1, description="the same for the topic")
    near_flagging: float = Field(
        0.1, ge=0, le=1, description="it is asked too where the kind is this close to the profile's threshold"
    )
    most: int = Field(
        200, ge=0, le=100_000, description="mentions that it is asked about in one run (of 500), the least sure first"
    )
    seconds: float = Field(
        60, gt=0, le=3600, description="seconds that it may take in one run; the rest keeps the compact model's tags"
    )
    batch: int = Field(16, ge=1, le=512, description="texts that it reads at a time")
    threads: int = Field(1, ge=1, le=64, description="threads that it runs in")
    backend: Literal["auto", "torch", "torch-int8", "onnx"] = Field(
        "auto", description="what runs it; auto: the 8-bit file where there is one (`rasd models quantise`), else torch"
    )
    source: str = Field(
        "https://huggingface.co/{name}/resolve/{revision}/{file}", description="address that `rasd models pull` fetches from"
    )
    camel_data: str = Field("", description="folder of camel-tools' data; empty: .camel_tools in the user's own folder")


class Settings(BaseSettings):
    """All settings of one home folder."""

    model_config = SettingsConfigDict(env_prefix="RASD_", env_nested_delimiter="__", extra="forbid", frozen=True)

    profile: Annotated[str, Field(description="mcit, mof, momrah, or the path of a profile of your own")]
    store: StoreTable = StoreTable()
    console: ConsoleTable = ConsoleTable()
    crawl: CrawlTable = CrawlTable()
    x: XTable = XTable()
    mail: MailTable = MailTable()
    digest: DigestTable = DigestTable()
    alerts: AlertsTable = AlertsTable()
    recall: RecallTable = RecallTable()
    retention: RetentionTable = RetentionTable()
    classifier: ClassifierTable = ClassifierTable()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values given by code win over the environment, and that over the file (given as ``_file`` by ``read_settings``)."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def find_home(given: Path | None) -> Path:
    """The home folder: ``--home``, else ``RASD_HOME``, else this folder if it holds a ``rasd.toml``.

    Raises ``ConfigurationError`` where there is none.
    """
    chosen = given or (Path(os.environ["RASD_HOME"]) if os.environ.get("RASD_HOME") else Path())
    if not (chosen / FILE_NAME).is_file():
        raise ConfigurationError(
            f"{chosen.resolve()} holds no {FILE_NAME}",
            "make one with «rasd init DIR --profile mof», or name yours with --home DIR",
        )
    return chosen.resolve()


def read_settings(home: Path) -> Settings:
    """The settings of a home folder. Raises ``ConfigurationError`` naming file, key and remedy."""
    path = home / FILE_NAME
    try:
        tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error})", "correct the line that it names") from error

    class FromHome(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    try:
        settings = FromHome()
    except ValidationError as error:
        raise _as_configuration_error(path, error) from error
    _check_together(path, settings)
    return settings


def _as_configuration_error(path: Path, error: ValidationError) -> ConfigurationError:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    variable = "RASD_" + "__".join(str(part).upper() for part in first["loc"])
    if first["type"] == "missing":
        return ConfigurationError(f"{path}: the key «{key}» is missing", f"add it there, or set {variable}")
    if first["type"] == "extra_forbidden":
        return ConfigurationError(f"{path}: the key «{key}» is not known", "see docs/configuration.md, or take it out")
    shown = "(secret)" if "token" in key or "secret" in key or "password" in key else repr(first["input"])
    return ConfigurationError(f"{path}: {key} is {shown}: {first['msg']}", f"correct it there, or in {variable}")


def _check_together(path: Path, settings: Settings) -> None:
    """Rules over more than one key."""
    if settings.x.bearer_token.get_secret_value() and not settings.x.plan:
        raise ConfigurationError(
            f"{path}: x.plan is empty though a token is given",
            "name the plan that the token belongs to; X asks a government user for an Enterprise plan (docs/x.md)",
        )
    if settings.mail.host and not settings.mail.sender:
        raise ConfigurationError(f"{path}: mail.sender is empty though mail.host is set", "give the From address")
    if settings.mail.security == "plain" and settings.mail.host not in ("", "localhost", "127.0.0.1", "::1"):
        raise ConfigurationError(
            f"{path}: mail.security is «plain» for {settings.mail.host}", "use starttls or tls; plain is for loopback alone"
        )
