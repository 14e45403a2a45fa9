"""A server that says whatever a test wants, byte by byte: for answers that no honest server gives."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType

Answering = Callable[[socket.socket, threading.Event], None]
"""Gets the connection after a request's head was read, and an event that is set when the test is over."""


class RawServer:
    """``with RawServer(answering) as server: server.url("/rss")``. ``requests`` counts the heads that were read."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.requests = 0

    @property
    def host(self) -> str:
        """Name and port."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def url(self, path: str = "/") -> str:
        """The address of a path."""
        return f"http://{self.host}{path}"

    def __enter__(self) -> RawServer:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._start(lambda connection=connection: self._serve(connection))  # type: ignore[misc]

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    head += piece
                self.requests += 1
                self._answering(connection, self._over)
            except OSError:
                return  # the client hung up: that is what such answers are for


def dripping(connection: socket.socket, over: threading.Event) -> None:
    """A byte now and then, for ever: no single wait is long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 1000000\r\n\r\n")
    while not over.wait(0.02):
        connection.sendall(b"x")


def dripping_head(connection: socket.socket, over: threading.Event) -> None:
    """A head that comes byte by byte, and never ends."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not over.wait(0.02):
        connection.sendall(b"x")


def endless_head(connection: socket.socket, over: threading.Event) -> None:
    """Headers without end, as fast as they are taken."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not over.is_set():
        connection.sendall(b"X-Filler: " + b"y" * 4000 + b"\r\n")


def endless_continues(connection: socket.socket, over: threading.Event) -> None:
    """Interim answers without end."""
    while not over.is_set():
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def endless_chunks(connection: socket.socket, over: threading.Event) -> None:
    """A body without end and without a stated length."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


def hanging_up(connection: socket.socket, over: threading.Event) -> None:
    """Nothing at all."""
