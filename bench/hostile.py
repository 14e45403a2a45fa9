"""What hostile servers can do to the memory of the process that asks them: python -m bench.hostile.

Each attack is served on loopback and polled or fetched through the whole gatherer in a process of its own; printed are how it
ended, its seconds and the most memory that the process held. The limit is 400 MB (10 MiB a response, entities never expanded).
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crawlers import reactor
from crawlers.gather import Gatherer
from domain.mention import Entry
from domain.source import CrawlSettings, Discovery, Fetched, PollFailure, Source, SourceKind, SourceState

LIMIT_MB = 400
_MIB = 1024 * 1024
_RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
_END = "</channel></rss>"
_GOOD = "<item><title>خبر سليم</title><link>/good</link><description>وصف الخبر السليم</description></item>"
_MARKS = "a\x00\u202eb\u200b"
_PAGE = "<html><head><title>عنوان</title></head><body><h1>عنوان الخبر</h1>{}</body></html>"
_PROSE = "<p>" + "نص الخبر الذي يقرؤه الناس في الصحيفة كل صباح. " * 12 + "</p>"

Answer = tuple[str, str, Iterator[bytes]]
"""Content type, content encoding, and the body piece by piece."""


def _whole(text: str | bytes) -> Iterator[bytes]:
    yield text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _endless(piece: bytes, count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield piece


def _bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(b" " * _MIB) for _ in range(size // _MIB))
    return packed + packer.flush()


def _laughs() -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]>'
    return f"{head}{_RSS[21:]}<item><title>&l11;</title></item>{_GOOD}{_END}"


ATTACKS: dict[str, tuple[str, Callable[[], Answer]]] = {
    "a gzip bomb of 300 MB": ("feed", lambda: ("application/rss+xml", "gzip", _whole(_bomb(300 * _MIB)))),
    "a page of 400 MB": ("page", lambda: ("text/html", "", _endless(b"<p>" + b"x" * _MIB, 400))),
    "a sitemap that unpacks to 500 MB": ("sitemap", lambda: ("application/xml", "", _whole(_bomb(500 * _MIB)))),
    "a billion laughs": ("feed", lambda: ("application/rss+xml", "", _whole(_laughs()))),
    "100,000 entries": (
        "feed",
        lambda: ("application/rss+xml", "", _whole(_RSS + "".join(_item(n) for n in range(100_000)) + _END)),
    ),
    "a title of 1 MB": (
        "feed",
        lambda: ("application/rss+xml", "", _whole(f"{_RSS}{_titled('خ' * 500_000)}{_GOOD}{_END}")),
    ),
    "a feed of 50,000 nested tags": (
        "feed",
        lambda: ("application/rss+xml", "", _whole(f"{_RSS}<item><title>a</title>{'<b>' * 50_000}</item>{_GOOD}{_END}")),
    ),
    "a page of 50,000 nested tags": ("page", lambda: ("text/html", "", _whole(_PAGE.format("<div>" * 50_000 + _PROSE)))),
    "a page of 9 MB of paragraphs": ("page", lambda: ("text/html", "", _whole(_PAGE.format(_PROSE * (9 * _MIB // 1100))))),
    "NUL bytes, bad UTF-8, overrides": (
        "feed",
        lambda: (
            "application/rss+xml",
            "",
            _whole(f"{_RSS}{_titled(_MARKS)}".encode() + b"\xff\xfe" + f"{_GOOD}{_END}".encode()),
        ),
    ),
}  # fmt: skip


def _titled(title: str) -> str:
    return f"<item><title>{title}</title><link>/a</link></item>"


def _item(number: int) -> str:
    return f"<item><title>خبر رقم {number}</title><link>/n/{number}</link></item>"


@contextmanager
def _served(answer: Callable[[], Answer]) -> Iterator[str]:
    """One answer to every request but robots.txt, streamed, in a thread of the parent process."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_answer, args=(connection, answer), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def _answer(connection: socket.socket, answer: Callable[[], Answer]) -> None:
    with connection:
        asked = connection.recv(65536).split(b" ", 2)
        try:
            if len(asked) < 2 or asked[1] == b"/robots.txt":
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            kind, encoding, body = answer()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nConnection: close\r\n"
            head += f"Content-Encoding: {encoding}\r\n" if encoding else ""
            connection.sendall(f"{head}\r\n".encode())
            for piece in body:
                connection.sendall(piece)
        except OSError:
            return  # the gatherer cut the connection, as it should


async def _gather(what: str, url: str) -> str:
    reactor.install()
    settings = CrawlSettings(delay=0.0, timeout=60.0, allow_networks=("127.0.0.0/8",))
    gatherer = Gatherer(settings)
    if what == "page":
        (fetched,) = [each async for each in gatherer.fetch([Entry(f"{url}/p", "s", "paper", f"{url}/p")])]
        return "read" if isinstance(fetched, Fetched) else f"refused: {fetched.reason[:70]}"
    source = Source("s", SourceKind(what), "paper", "صحيفة", f"{url}/f")
    (polled,) = [each async for each in gatherer.poll([(source, SourceState())])]
    if isinstance(polled, PollFailure):
        return f"refused: {polled.reason[:70]}"
    assert isinstance(polled, Discovery)
    return f"{len(polled.mentions) + len(polled.entries):,} items, {len(polled.problems)} problems"


def _attacked(what: str, url: str) -> None:
    started = time.perf_counter()
    ended = asyncio.run(_gather(what, url))
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    held = int(peak.split()[1]) / 1024
    print(f"{time.perf_counter() - started:.1f} s, {held:.0f} MB: {ended}")


def main() -> None:
    """Every attack in turn; the exit status is 1 if one takes more memory than allowed."""
    too_much = False
    for name, (what, answer) in ATTACKS.items():
        with _served(answer) as url:
            run = subprocess.run([sys.executable, "-m", "bench.hostile", what, url], capture_output=True, text=True, timeout=300)
        line = run.stdout.strip() or f"the process died ({run.returncode}): {run.stderr[-200:]}"
        print(f"{name}: {line}")
        too_much |= run.returncode != 0 or float(line.split(" s, ")[1].split(" MB")[0]) > LIMIT_MB
    sys.exit(1 if too_much else 0)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _attacked(sys.argv[1], sys.argv[2])
    else:
        main()
