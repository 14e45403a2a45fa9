"""A proxy on loopback through which the browser makes all its connections: to addresses that the guard allows, and no others.

A page's scripts may ask for anything, and a browser resolves names by itself. So it is given no way out but this proxy, which
resolves each name once, checks the address, and connects to exactly that one (as ``crawlers.fetching.download`` does for the
crawls).
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from crawlers.fetching.addresses_guard import AddressGuard, check_url

_HEAD_LIMIT: Final = 64 * 1024
_CHUNK: Final = 64 * 1024


@dataclass
class GuardedProxy:
    """``async with GuardedProxy(guard, limit) as proxy: proxy.address``. ``limit`` are the bytes of one connection's answer."""

    guard: AddressGuard
    limit: int
    refused: list[str] = field(default_factory=list)
    """Why connections were refused, newest last, a hundred at most."""
    _server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        """Where the proxy listens."""
        if self._server is None:
            return ""
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_LIMIT)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            if method == "CONNECT":
                await self._tunnel(target, reader, writer)
            else:
                await self._pass_on(method, target, head, reader, writer)
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the browser sees a broken connection, and the page goes on without it
        finally:
            writer.close()

    async def _tunnel(self, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = target.rpartition(":")
        far = await self._connect(host.strip("[]"), int(port), writer)
        if far is not None:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self._between(reader, writer, *far)

    async def _pass_on(
        self, method: str, target: str, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        parts = urlsplit(target)
        reason = check_url(target)
        if reason or parts.hostname is None:
            await self._refuse(f"{target[:200]}: {reason}", writer)
            return
        far = await self._connect(parts.hostname, parts.port or 80, writer)
        if far is not None:
            path = parts._replace(scheme="", netloc="").geturl() or "/"
            lines = [line for line in head.split(b"\r\n")[1:] if not line.lower().startswith((b"proxy-", b"connection:"))]
            far[1].write(b"\r\n".join([f"{method} {path} HTTP/1.1".encode("latin-1"), b"Connection: close", *lines]))
            await self._between(reader, writer, *far)

    async def _connect(
        self, host: str, port: int, writer: asyncio.StreamWriter
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to the first address of the host that is allowed; None after a refusal, which is answered."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        reasons = []
        for *_, where in found:
            reason = self.guard.refusal(str(where[0]))
            if not reason:
                return await asyncio.open_connection(str(where[0]), port)
            reasons.append(f"{host}: {where[0]} {reason}")
        await self._refuse(reasons[0] if reasons else f"{host}: there is no host of this name", writer)
        return None

    async def _refuse(self, reason: str, writer: asyncio.StreamWriter) -> None:
        self.refused = [*self.refused[-99:], reason]
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()

    async def _between(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        sending = asyncio.ensure_future(_copy(reader, far_writer, self.limit))
        try:
            await _copy(far_reader, writer, self.limit)
        finally:
            sending.cancel()
            await asyncio.wait([sending])
            far_writer.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, limit: int) -> None:
    left = limit
    while left > 0 and (data := await source.read(min(_CHUNK, left))):
        left -= len(data)
        target.write(data)
        await target.drain()
