"""A small honest web server on loopback, in a process of its own, so that serving does not count as gathering."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection

Pages = Mapping[str, tuple[str, bytes]]
"""Path to content type and body."""


def _serve(pages: Pages, pipe: Connection) -> None:
    tags = {path: f'"{hashlib.sha256(body).hexdigest()[:16]}"' for path, (_, body) in pages.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path not in pages:
                self._answer(404, "text/plain", b"", "")
            elif self.headers.get("If-None-Match") == tags[self.path]:
                self._answer(304, pages[self.path][0], b"", tags[self.path])
            else:
                self._answer(200, *pages[self.path], tags[self.path])

        def _answer(self, status: int, kind: str, body: bytes, tag: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pipe.send(server.server_address[1])
    server.serve_forever()


@contextlib.contextmanager
def serving(pages: Pages) -> Iterator[str]:
    """Serve pages until the block ends; gives the address without a trailing slash."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(pages, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()
