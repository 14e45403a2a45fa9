"""What the console must be told: values, read by ``service`` and handed over."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.errors import ConfigurationError

SHORTEST_KEY = 16
"""Characters; a shorter key can be guessed, and with it every session forged."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration that the sign-in page offers: pressing it signs in."""

    username: str
    password: str = field(repr=False)
    name: str = ""
    role: str = ""
    """What the person does, in Arabic, as the page shows it."""


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A page of another router, shown at the end of the menu (the demonstration's mail sink)."""

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How the console is served.

    ``secret_key`` signs the sessions. ``secure_cookies`` belongs on wherever the console is reached over HTTPS. ``base_url`` is
    the console's own public address, printed in links that leave it. ``drafter_may_approve`` lifts DESIGN promise 4.
    ``refresh_seconds`` is how often an open list asks for its news. ``x_pages`` is where the demonstration's X shows its posts:
    links to originals lead there, never to an account of the real X that happens to bear an invented name.
    """

    secret_key: str = field(repr=False)
    session_hours: float = 12
    secure_cookies: bool = False
    demo: bool = False
    base_url: str = ""
    drafter_may_approve: bool = False
    demo_accounts: tuple[DemoAccount, ...] = ()
    links: tuple[MenuLink, ...] = ()
    refresh_seconds: int = 10
    x_pages: str = ""

    def __post_init__(self) -> None:
        """Raises ``ConfigurationError`` for a key that is too short."""
        if len(self.secret_key) < SHORTEST_KEY:
            raise ConfigurationError(
                f"console.secret_key has fewer than {SHORTEST_KEY} characters",
                "set RASD_CONSOLE__SECRET_KEY to a long random text",
            )
