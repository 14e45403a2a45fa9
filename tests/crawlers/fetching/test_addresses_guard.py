"""Which addresses are refused, whatever they are dressed as; and that the check holds where the connection is made."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.fetching.addresses_guard import AddressGuard, check_url, require_web_address
from crawlers.gather import Gatherer
from domain.errors import ConfigurationError, InputError
from domain.source import CrawlSettings, Discovery, PollFailure
from tests.crawlers.pages import feed, item
from tests.crawlers.world import poll_one, source
from tests.fakes.newspaper import Newspaper

PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "fe80::1", "fe80::1%eth0"),
    *("fc00::1", "100.64.0.1", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "240.0.0.1", "255.255.255.255", "192.0.0.1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::", "fd00:ec2::254"),
    *("198.18.0.1", "not an address", ""),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_refused(address: str) -> None:
    assert AddressGuard().refusal(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "8.8.8.8"])
def test_public(address: str) -> None:
    assert AddressGuard().refusal(address) == ""


@given(st.ip_addresses(v=4).filter(lambda address: address.is_private))
def test_no_private_address_passes_in_any_dress(address: Any) -> None:
    for dressed in (str(address), f"::ffff:{address}", str(IPv6Address(int(IPv6Address("64:ff9b::")) + int(address)))):
        assert AddressGuard().refusal(dressed)


def test_an_opened_network_is_open_and_no_other() -> None:
    guard = AddressGuard.opening(["127.0.0.0/8"])
    assert guard.refusal("127.0.0.1") == ""
    assert guard.refusal("::ffff:127.0.0.1") == ""
    assert guard.refusal("10.0.0.1")


def test_a_network_that_is_none_is_a_setting_s_error() -> None:
    with pytest.raises(ConfigurationError, match="allow_networks"):
        Gatherer(CrawlSettings(allow_networks=("localhost",)))


@pytest.mark.parametrize("url", ["ftp://a/", "gopher://a/", "http://", "http://a:0/", "http://a:99999/", "http://u:p@a/", "//a/"])
def test_an_address_that_is_not_fetched(url: str) -> None:
    assert check_url(url)
    with pytest.raises(InputError):
        require_web_address(url)


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "localhost", "localhost.", "[::ffff:7f00:1]"],
)
async def test_a_private_address_in_another_spelling_is_never_asked(host: str, paper: Newspaper) -> None:
    """The system's resolver understands them all; what it makes of them is what is checked."""
    paper.pages["/rss"] = feed(item(1))
    result = await poll_one(Gatherer(CrawlSettings(delay=0, timeout=5)), source(paper.url("/rss").replace("127.0.0.1", host)))
    assert isinstance(result, PollFailure)
    assert "is a loopback address" in result.reason or "no host of this name" in result.reason
    assert not paper.asked


async def test_a_name_that_is_public_first_and_private_at_the_connection_is_refused(
    paper: Newspaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check before the connection would have looked the name up once: here that look-up gives a public address."""
    real, asked = socket.getaddrinfo, []

    def rebinding(host: Any, *rest: Any, **named: Any) -> Any:
        if host != "rebinding.test":
            return real(host, *rest, **named)
        asked.append(host)
        return real("127.0.0.1", *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    result = await poll_one(Gatherer(CrawlSettings(delay=0)), source(paper.url("/rss").replace("127.0.0.1", "rebinding.test")))
    assert isinstance(result, PollFailure)
    assert "127.0.0.1 is a loopback address" in result.reason
    assert len(asked) == 1, "checked and connected to by one and the same look-up"
    assert not paper.asked


async def test_a_name_that_resolves_to_a_private_address_is_refused_at_the_connection(
    paper: Newspaper, settings: CrawlSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: what counts is the address of the look-up that the connection uses."""
    paper.pages["/rss"] = feed(item(1))
    real, answers = socket.getaddrinfo, ["127.0.0.1", "127.0.0.1", "10.0.0.9"]

    def rebinding(host: Any, *rest: Any, **named: Any) -> Any:
        return real(answers.pop(0) if host == "rebinding.test" else host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    wanted = source(paper.url("/rss").replace("127.0.0.1", "rebinding.test"))
    assert isinstance(await poll_one(Gatherer(settings), wanted), Discovery)
    refused = None
    while answers:
        refused = await poll_one(Gatherer(settings), wanted)
    assert isinstance(refused, PollFailure)
    assert "10.0.0.9 is a private address" in refused.reason
