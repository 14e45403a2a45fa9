"""The browser's only way out: it connects to what the guard allows, and refuses the rest by number and by name."""

from __future__ import annotations

import asyncio

import pytest

from crawlers.fetching.addresses_guard import AddressGuard
from crawlers.fetching.guarded_proxy import GuardedProxy
from tests.fakes.newspaper import Answer, Newspaper

OPEN = AddressGuard.opening(["127.0.0.0/8", "::1/128"])
CLOSED = AddressGuard()


async def say(proxy: GuardedProxy, *lines: str) -> bytes:
    """What the proxy answers to these lines, to the end."""
    host, _, port = proxy.address.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write("\r\n".join([*lines, "", ""]).encode())
    answer = await reader.read()
    writer.close()
    return answer


async def test_an_open_address_is_passed_on(paper: Newspaper) -> None:
    paper.pages = {"/a?b=1": Answer("نص".encode())}
    async with GuardedProxy(OPEN, 10_000) as proxy:
        answer = await say(proxy, f"GET {paper.url('/a?b=1')} HTTP/1.1", f"Host: {paper.host}", "Proxy-Connection: keep-alive")
    assert answer.endswith("نص".encode())
    assert "proxy-connection" not in paper.asked[0].headers


async def test_a_tunnel_to_an_open_address(paper: Newspaper) -> None:
    async with GuardedProxy(OPEN, 10_000) as proxy:
        lines = (f"CONNECT {paper.host} HTTP/1.1", "", "GET /x HTTP/1.1", f"Host: {paper.host}", "Connection: close")
        answer = await say(proxy, *lines)
    assert answer.startswith(b"HTTP/1.1 200 Connection established")
    assert b"no such page" in answer


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
@pytest.mark.parametrize("method", ["GET", "CONNECT"])
async def test_a_closed_address_is_refused_before_any_connection(paper: Newspaper, host: str, method: str) -> None:
    port = paper.host.rpartition(":")[2]
    target = f"{host}:{port}" if method == "CONNECT" else f"http://{host}:{port}/"
    async with GuardedProxy(CLOSED, 10_000) as proxy:
        answer = await say(proxy, f"{method} {target} HTTP/1.1", f"Host: {host}")
        assert "loopback" in proxy.refused[0]
    assert answer.startswith(b"HTTP/1.1 403")
    assert paper.asked == []


async def test_an_answer_without_end_is_cut(paper: Newspaper) -> None:
    paper.pages = {"/long": Answer(b"x" * 500_000)}
    async with GuardedProxy(OPEN, 100_000) as proxy:
        answer = await say(proxy, f"GET {paper.url('/long')} HTTP/1.1", f"Host: {paper.host}")
    assert len(answer) <= 100_000


@pytest.mark.parametrize("line", ["", "nonsense", "GET ftp://127.0.0.1/ HTTP/1.1", "CONNECT 127.0.0.1:port HTTP/1.1"])
async def test_what_is_no_request_is_answered_by_an_end(line: str) -> None:
    async with GuardedProxy(OPEN, 10_000) as proxy:
        assert b"200" not in await say(proxy, line)
