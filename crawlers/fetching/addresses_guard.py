"""Which addresses a request may go to: the public internet, and what ``crawl.allow_networks`` opens. Pure.

A newspaper's page must not make Rasd read the ministry's own network or a cloud's metadata service. The check
is made where the connection is made (``crawlers.fetching.download``), on the address that it then connects to, so that a name
which resolves differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from domain.errors import ConfigurationError, InputError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
_SHARED: Final = ipaddress.IPv4Network("100.64.0.0/10")


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Refuses what is not public, unless one of ``open_networks`` holds it."""

    open_networks: tuple[Network, ...] = ()

    @classmethod
    def opening(cls, networks: Iterable[str]) -> AddressGuard:
        """A guard with these networks open. Raises ``ConfigurationError`` for what is no network."""
        opened = []
        for network in networks:
            try:
                opened.append(ipaddress.ip_network(network, strict=False))
            except ValueError as error:
                raise ConfigurationError(
                    f"crawl.allow_networks holds «{network}», which is no network", "write it as 127.0.0.0/8"
                ) from error
        return cls(tuple(opened))

    def refusal(self, address: str) -> str:
        """Why a connection to this address is refused; ``""`` where it is allowed."""
        try:
            given = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return "is no address"
        meant = _embedded(given)
        if any(each.version == network.version and each in network for network in self.open_networks for each in (given, meant)):
            return ""
        return _kind(meant)


def check_url(url: str) -> str:
    """Why a request's address is refused before any name is resolved; ``""`` where it is fine. Only http and https leave."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is no web address"
    if parts.scheme not in ("http", "https"):
        return f"«{parts.scheme}» addresses are not fetched"
    if not parts.hostname or port == 0:
        return "it names no host"
    return "it carries a user name" if parts.username else ""


def require_web_address(url: str) -> str:
    """The address as given. Raises ``InputError`` where it cannot be fetched at all."""
    reason = check_url(url.strip())
    if reason:
        raise InputError(f"{url[:200]} cannot be used as an address: {reason}", "write it as https://www.example.com/")
    return url.strip()


def _embedded(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, compatible, 6to4, Teredo, NAT64): the one that is reached in the end."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and (any(address in network for network in _NAT64) or (address in _COMPATIBLE and int(address) > 1)):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


def _kind(address: Address) -> str:
    if address.is_loopback:
        return "is a loopback address"
    if address.is_link_local:
        return "is a link-local or metadata address"
    if address.is_multicast or address.is_unspecified or address.is_reserved:
        return "is not an address of one machine"
    if address.is_private or (isinstance(address, ipaddress.IPv4Address) and address in _SHARED):
        return "is a private address"
    return "" if address.is_global else "is not a public address"
