"""1,000 sources on 200 hosts with a five-minute interval, on one core: how late is a poll, and how busy is the core?

    python -m bench.many_sources [--sources 1000] [--hosts 200] [--interval 300] [--minutes 11]

The whole embedded engine runs (leases, store, polls, pages, classifying), pinned to one core, with the settings as they come (a
second between two requests of a host, robots.txt obeyed). A cheap server on another core is all the hosts, each at an address of
its own on loopback. A feed has 20 items, of which one is new in every tenth poll, and its page is fetched too; the other polls
are 304.

Every poll after a source's first is compared with the moment that was planned for it, as it arrives at the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import urllib.request
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from time import process_time, time
from typing import Any

from bench.cheap_server import NOT_MODIFIED, Answering, answer, serving_cheaply
from domain.source import Source, SourceKind
from registry import figures, sources
from service import jobs
from service.engine import Engine, running
from service.home import make_home
from service.one_pass import gathering
from service.settings import CrawlTable, Settings
from service.wiring import make_runtime

_ITEMS = 20
_CHANGES_EVERY = 10
_TEXT = "قال سكان الحي إن الطريق إلى المدرسة طويل وطالبوا بإصلاح الإنارة قبل حلول الشتاء وشكروا فريق البلدية على سرعة الحضور. "


def site() -> Answering:
    """The server's side: feeds, pages, and ``/log`` with the moments at which each feed was asked."""
    asked: dict[str, list[float]] = defaultdict(list)
    page = answer(
        f"<html><head><title>خبر من الحي</title></head><body><article><p>{_TEXT * 12}</p></article></body></html>".encode()
    )
    robots = answer(b"User-agent: *\nAllow: /\n", kind="text/plain")

    def answering(path: bytes, head: bytes) -> bytes:
        if path == b"/robots.txt":
            return robots
        if path == b"/log":
            return answer(json.dumps(asked).encode(), kind="application/json")
        if not path.startswith(b"/feed/"):
            return page
        name = path.decode()
        polls = asked[name]
        polls.append(time())
        edition = len(polls) // _CHANGES_EVERY
        tag = f'"{edition}"'
        return (
            NOT_MODIFIED if f"If-None-Match: {tag}".encode() in head else answer(_feed(name, edition), tag, "application/rss+xml")
        )

    return answering


def _feed(name: str, edition: int) -> bytes:
    rows = "".join(
        f"<item><title>خبر رقم {number}</title><link>/news{name}/{number}</link><guid>{name}-{number}</guid></item>"
        for number in range(edition + _ITEMS, edition, -1)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>صحيفة</title>{rows}</channel></rss>'.encode()


class Plans:
    """When each poll was planned for, in the order of planning."""

    def __init__(self) -> None:
        self.planned: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def watch(self) -> None:
        """Note every plan that is stored from now on."""
        stored = sources.record_discovery

        def noting(session: Any, discovery: Any, plan: Any, now: datetime) -> None:
            self.planned[discovery.source_id].append((now.timestamp(), plan.next_poll_at.timestamp()))
            stored(session, discovery, plan, now)

        sources.record_discovery = noting  # type: ignore[assignment]

    def lateness(self, asked: dict[str, list[float]], end: float) -> tuple[list[float], int]:
        """Seconds that each planned poll was late, and how many had not come half a minute after their moment."""
        late, missing = [], 0
        for name, plans in self.planned.items():
            for stored, due in plans:
                came = next((moment for moment in asked.get(name, ()) if moment > stored), None)
                if came is not None:
                    late.append(came - due)
                elif due + 30 < end:
                    missing += 1
        return late, missing


async def run(port: int, arguments: argparse.Namespace, folder: Path) -> None:
    """Fill the book, let the engine work, and print what came of it."""
    make_home(folder, "mcit")
    crawl = CrawlTable(allow_networks=("127.0.0.0/8",))
    runtime = make_runtime(folder, Settings(profile="mcit", crawl=crawl))
    interval = timedelta(seconds=arguments.interval)
    with runtime.database.transaction() as session:
        for number in range(arguments.sources):
            host = number % arguments.hosts
            path = f"/feed/{number}"
            url = f"http://127.0.{1 + host // 250}.{1 + host % 250}:{port}{path}"
            sources.save(session, Source(path, SourceKind.FEED, f"paper-{host}", "صحيفة", url=url, interval=interval))
    plans = Plans()
    plans.watch()
    async with gathering(runtime) as leased, running(Engine(runtime, leased)):
        first = min(arguments.interval, 30 * arguments.minutes)
        await asyncio.sleep(first)  # the first polls, and their pages
        started, worked = time(), process_time()
        await asyncio.sleep(60 * arguments.minutes - first)
        end, busy = time(), process_time() - worked
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/log") as stream:
        asked = json.load(stream)
    with runtime.database.reading() as session:
        failing = sum(1 for view in sources.all_sources(session) if view.failures)
        counts = figures.summary(session)
        waiting = len(jobs.due_work(runtime)[1])
    late, missing = plans.lateness(asked, end)
    cuts = quantiles(late, n=100)
    print(f"{arguments.sources} sources on {arguments.hosts} hosts, every {arguments.interval} s, {arguments.minutes} minutes")
    print(f"polls at the server: {sum(map(len, asked.values()))}, compared with their plan: {len(late)}, not come: {missing}")
    print(
        f"late by (s): median {cuts[49]:.1f}, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f}, most {max(late):.1f}, least {min(late):.1f}"
    )
    print(f"processor, after the start: {busy / (end - started):.0%} of one core; failing sources: {failing}; {counts}")
    print(f"hosts with pages due at the end: {waiting}; {datetime.now(UTC):%Y-%m-%d}")
    runtime.database.close()


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--interval", type=int, default=300, help="seconds")
    parser.add_argument("--minutes", type=float, default=11)
    arguments = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with serving_cheaply(site, core=cores[-1]) as port, tempfile.TemporaryDirectory() as folder:
        os.sched_setaffinity(0, {cores[0]})
        asyncio.run(run(port, arguments, Path(folder)))


if __name__ == "__main__":
    main()
