"""1,000 items with full text in one feed on loopback, from poll to registered with all tags.

    python -m bench.one_feed [--items 1000] [--runs 5]

Prints the median of the runs, items per second and the share of each stage, beside a calibration loop of the same run; then what
a poll of the unchanged feed writes.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from xml.sax.saxutils import escape

from bench.calibration import calibrate
from bench.loopback import serving
from domain.source import Source, SourceKind
from registry import cases, figures, inbox, sources, stories, tagging
from service import jobs
from service.home import make_home
from service.one_pass import gathering
from service.settings import CrawlTable, Settings
from service.wiring import Runtime, make_runtime

WORDS = (
    "قال المواطن إن شبكة الجوال في القرية ضعيفة منذ أشهر وطالب الأهالي شركة الاتصالات بحل مشكلة انقطاع الإنترنت وأكد المتحدث أن "
    "الفريق الفني يعمل على المشروع في المحافظة الجديدة خلال العام الحالي وأضاف سكان الحي أن الطريق إلى المدرسة طويل وأن أبناءهم "
    "يحتاجون خدمة أفضل وشكرت اللجنة كل من شارك في البرنامج الذي أقيم مساء أمس بحضور عدد من المسؤولين والمهتمين بالشأن المحلي"
).split()


def feed(items: int, seed: int = 7) -> bytes:
    """An RSS feed whose items carry about 200 words each."""
    chance = random.Random(seed)
    rows = []
    for number in range(items):
        words = [*chance.choices(WORDS, k=195), f"رقم{number}", f"حي{number * 37 % 1009}"]
        chance.shuffle(words)
        body = "".join(f"<p>{' '.join(words[start : start + 40])}.</p>" for start in range(0, len(words), 40))
        title = " ".join(chance.choices(WORDS, k=9))
        rows.append(
            f"<item><title>{escape(title)}</title><link>http://127.0.0.1/news/{number}</link><guid>n{number}</guid>"
            f"<pubDate>Sat, 21 Nov 2026 {number // 60 % 24:02d}:{number % 60:02d}:00 +0300</pubDate>"
            f"<content:encoded><![CDATA[{body}]]></content:encoded></item>"
        )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    return f"{head}<channel><title>صحيفة</title>{''.join(rows)}</channel></rss>".encode()


class Stopwatch:
    """Adds up the time spent in named functions."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def watch(self, module: Any, name: str, label: str) -> Callable[[], None]:
        """Time ``module.name`` under ``label``; returns what undoes it."""
        original = getattr(module, name)

        @wraps(original)
        def timed(*args: Any, **kwargs: Any) -> Any:
            started = perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                self.seconds[label] = self.seconds.get(label, 0.0) + perf_counter() - started

        setattr(module, name, timed)
        return lambda: setattr(module, name, original)


async def one_run(url: str, folder: Path) -> tuple[float, dict[str, float], Any, float]:
    """One cold run: seconds, seconds by stage, counts, and seconds of a second poll of the unchanged feed."""
    make_home(folder, "mcit")
    runtime = make_runtime(folder, Settings(profile="mcit", crawl=CrawlTable(delay=0, allow_networks=("127.0.0.0/8",))))
    with runtime.database.transaction() as session:
        sources.save(session, Source("feed", SourceKind.FEED, "paper", "صحيفة", url=f"{url}/feed.xml"))
    watch = Stopwatch()
    undo = [
        watch.watch(jobs, "matches", "watch queries"),
        watch.watch(inbox, "store_discovery", "store"),
        watch.watch(stories, "join_stories", "stories"),
        watch.watch(runtime.tagger, "tag_many", "tag"),
        watch.watch(tagging, "store_tags", "store tags"),
        watch.watch(cases, "register_flagged", "register"),
    ]
    async with gathering(runtime) as gatherer:
        started = perf_counter()
        await _poll(runtime, gatherer)
        polled = perf_counter() - started
        jobs.tag(runtime)
        jobs.register(runtime)
        seconds = perf_counter() - started
        again = perf_counter()
        await _poll(runtime, gatherer)
        repoll = perf_counter() - again
    for each in undo:
        each()
    with runtime.database.reading() as session:
        counts = figures.summary(session)
    runtime.database.close()
    stages = watch.seconds
    stages["fetch and parse"] = polled - stages.get("watch queries", 0) - stages.get("store", 0)
    return seconds, stages, counts, repoll


async def _poll(runtime: Runtime, gatherer: Any) -> None:
    with runtime.database.reading() as session:
        view = sources.find(session, "feed")
    polled = await jobs.poll(runtime, gatherer, [(view.source, view.state)])
    assert not polled.failures, polled.failures


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    runs = []
    with serving({"/feed.xml": ("application/rss+xml", feed(arguments.items))}) as url:
        asyncio.run(_all(url, arguments.runs, runs))
    seconds = median(run[0] for run in runs)
    print(f"calibration loop: {calibrate():.3f} s")
    print(
        f"{arguments.items} items: {seconds:.2f} s (median of {len(runs)}), {arguments.items / seconds:.0f} items/s; {runs[0][2]}"
    )
    for label in sorted(runs[0][1], key=lambda each: -median(run[1][each] for run in runs)):
        share = median(run[1][label] / run[0] for run in runs)
        print(f"  {label:16} {share:6.1%}")
    print(f"unchanged feed polled again: {median(run[3] for run in runs) * 1000:.0f} ms")


async def _all(url: str, count: int, runs: list[Any]) -> None:
    for _ in range(count):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(await one_run(url, Path(folder)))


if __name__ == "__main__":
    main()
