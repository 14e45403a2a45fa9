"""A web server on loopback that costs next to nothing, in a process of its own: so that it is not the server that is measured."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

Answering = Callable[[bytes, bytes], bytes]
"""Path and head of a request, to a whole answer."""


def answer(body: bytes, tag: str = "", kind: str = "text/html; charset=utf-8") -> bytes:
    """A whole answer with status 200."""
    etag = f"ETag: {tag}\r\n" if tag else ""
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{etag}\r\n".encode() + body


NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n"
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class _Connection(asyncio.Protocol):
    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        while (end := self._head.find(b"\r\n\r\n")) >= 0:
            head, self._head = self._head[:end], self._head[end + 4 :]
            path = head[4 : head.find(b" ", 4)]
            self._transport.write(self._answering(path, head))


def _serve(make: Callable[[], Answering], pipe: Connection, core: int | None) -> None:
    if core is not None:
        os.sched_setaffinity(0, {core})

    async def serve() -> None:
        answering = make()
        server = await asyncio.get_running_loop().create_server(lambda: _Connection(answering), "0.0.0.0", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextlib.contextmanager
def serving_cheaply(make: Callable[[], Answering], core: int | None = None) -> Iterator[int]:
    """Serve on every loopback address until the block ends; gives the port. ``make`` is called in the server's process and gives
    what turns path and head of a request into a whole answer; ``core`` pins the process to one core."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(make, theirs, core), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()
