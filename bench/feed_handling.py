"""Our whole handling of a feed, from bytes to mentions and entries, against feedparser.parse alone on the same bytes.

    python -m bench.feed_handling [--runs 15] [--entries 100000]

Prints for each feed the median time of both and the median of the ratios (feedparser's time by ours: above 1 is faster), taken in
turns in one run and in processor time; then what feeds of many entries take in memory, each read in a process of its own.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from statistics import median
from time import perf_counter, process_time
from typing import Any

import feedparser

from bench.calibration import calibrate
from bench.one_feed import WORDS
from crawlers.feeds.feed import parse_feed
from domain.source import Source, SourceKind

SOURCE = Source("feed", SourceKind.FEED, "paper", "صحيفة", url="https://paper.example/rss")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
RSS = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>صحيفة</title>'


def words(dice: random.Random, count: int) -> str:
    """Some words."""
    return " ".join(dice.choices(WORDS, k=count))


def paragraphs(dice: random.Random, count: int) -> str:
    """Markup as editors write it: paragraphs with a link, a picture and bold words."""
    picture = f'<p><img src="https://paper.example/{dice.randrange(10**6)}.jpg" width="600" alt="{words(dice, 5)}" /></p>'
    body = "".join(
        f'<p style="text-align: right;">{words(dice, 30)} <a href="https://paper.example/{n}">{words(dice, 3)}</a>، '
        f"<strong>{words(dice, 2)}</strong>&nbsp;{words(dice, 10)}.</p>\n"
        for n in range(count)
    )
    return picture + body


def rss_items(count: int, summary: int, blocks: int) -> str:
    """Items of RSS 2.0 with a summary of so many words, and so many paragraphs of full text."""
    dice = random.Random(7)
    rows = []
    for number in range(count):
        content = f"<content:encoded><![CDATA[{paragraphs(dice, blocks)}]]></content:encoded>" if blocks else ""
        rows.append(
            f"<item><title>{words(dice, 9)}</title><link>https://paper.example/news/{10_000 + number}?utm_source=rss</link>"
            f'<guid isPermaLink="false">{number}</guid><dc:creator>{words(dice, 2)}</dc:creator>'
            f"<category>{words(dice, 1)}</category>"
            f"<pubDate>Sat, 21 Nov 2026 {number // 60 % 24:02d}:{number % 60:02d}:00 +0300</pubDate>"
            f"<description>{words(dice, summary)}</description>{content}</item>"
        )
    return "".join(rows)


def atom_entries(count: int) -> str:
    """Entries of Atom with escaped full text."""
    dice = random.Random(8)
    return "".join(
        f"<entry><title>{words(dice, 9)}</title><id>tag:paper.example,2026:{number}</id>"
        f'<link href="https://paper.example/news/{number}"/><published>2026-11-21T10:{number % 60:02d}:00+03:00</published>'
        f'<author><name>{words(dice, 2)}</name></author><content type="html">{escape(paragraphs(dice, 5))}</content></entry>'
        for number in range(count)
    )


def rss(items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    """A feed of these items."""
    return f"{head}{RSS}<channel><title>صحيفة</title>{items}</channel></rss>"


def feeds() -> dict[str, bytes]:
    """The feeds by name."""
    windows = rss(rss_items(100, 25, 0), '<?xml version="1.0" encoding="windows-1256"?>')
    return {
        "RSS, 20 items with a summary": rss(rss_items(20, 25, 0)).encode(),
        "RSS, 100 items with full text": rss(rss_items(100, 20, 6)).encode(),
        "RSS, 1,000 items with a summary": rss(rss_items(1000, 25, 0)).encode(),
        "Atom, 100 entries with full text": f"{ATOM}{atom_entries(100)}</feed>".encode(),
        "RSS, windows-1256, 100 items": windows.encode("cp1256", "replace"),
        "RSS, XML that is broken, 100 items": rss(rss_items(100, 25, 0) + "<br>").encode(),
    }


def thin(count: int, end: str) -> bytes:
    """As many items as there can be in ten megabytes."""
    items = "".join(
        f"<item><title>خبر قصير {number}</title><link>https://p.example/{number}</link></item>" for number in range(count)
    )
    return rss(items + end).encode()


def seconds(work: Callable[[], Any]) -> float:
    """Processor time of one call."""
    gc.collect()
    started = process_time()
    work()
    return process_time() - started


def compare(name: str, body: bytes, runs: int) -> None:
    """Prints one line of the table."""
    theirs, ours = [], []
    for _ in range(runs):
        theirs.append(seconds(lambda: feedparser.parse(BytesIO(body))))
        ours.append(seconds(lambda: parse_feed(body, {}, SOURCE, now=NOW)))
    ratio = median(one / other for one, other in zip(theirs, ours, strict=True))
    times = f"feedparser {median(theirs) * 1000:7.1f} ms  ours {median(ours) * 1000:7.1f} ms"
    print(f"{name:36} {len(body) // 1000:5} KB  {times}  {ratio:.2f}")


def memory(count: int, end: str) -> None:
    """Reads one feed of many entries in this process, and prints what it took."""
    body = thin(count, end)
    started = perf_counter()
    found = parse_feed(body, {}, SOURCE, now=NOW)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(found.entries)} entries, {len(body) // 1_000_000} MB: {perf_counter() - started:.1f} s, {peak} MiB at most")


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--one", choices=("sound", "broken"), help="read one feed of many entries, in this process")
    arguments = parser.parse_args()
    if arguments.one:
        memory(arguments.entries, "<br>" if arguments.one == "broken" else "")
        return
    print(f"calibration loop: {calibrate():.3f} s")
    for name, body in feeds().items():
        compare(name, body, arguments.runs)
    for kind in ("sound", "broken"):
        print(f"many entries, {kind} XML: ", end="", flush=True)
        module = [sys.executable, "-m", "bench.feed_handling", "--one", kind, "--entries", str(arguments.entries)]
        subprocess.run(module, check=True)


if __name__ == "__main__":
    main()
