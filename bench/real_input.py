"""The whole line on real input: Saudi newspaper articles of 2015 and posts to care accounts, served on loopback.

    python -m bench.real_input DATA [--profile mcit] [--read 50 -o FILE]

``DATA`` holds ``articles.jsonl.gz`` (id, outlet, title, author, published_at, text) and ``intent/posts.jsonl.gz`` (id, text,
domain). The articles stand in the demonstration world's newspapers (one site for each real outlet, in turn of another make); the
posts on the X stand-in: those of the profile's domains name its account, the others somebody else's. ``--read`` writes flagged
items, drawn at random, to a file outside the repository, for reading with one's own eyes.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import re
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Any, Final, cast

from bench.calibration import calibrate
from domain.outlet import Medium, Outlet
from domain.profile import Profile
from domain.source import Source, SourceKind
from registry import export, figures, outlets, sources
from service.demo.newspaper import Newspaper
from service.demo.papers import PAPERS, Paper
from service.demo.searches import x_searches
from service.demo.sites import Sites, address, listen
from service.demo.texts import Post
from service.demo.world import PrintedArticle, PublishedPost, World
from service.demo.x_stand_in import XStandIn
from service.home import make_home
from service.one_pass import run_once
from service.profiles import SHIPPED, load_profile
from service.settings import CrawlTable, Settings, XTable
from service.wiring import Runtime, make_runtime

DOMAINS: Final = {"mcit": {"telecom", "post", "egov"}, "mof": {"finance"}, "momrah": {"municipal", "housing"}}
"""Which domains of the posts are a profile's own; by the rule book banking is the central bank's."""
_EPOCH_MS: Final = 1_288_834_974_657


@dataclass(frozen=True)
class RealWorld:
    """Stands where the demonstration's world stands: what each paper has printed, and the posts."""

    articles: dict[str, tuple[PrintedArticle, ...]]
    published: tuple[PublishedPost, ...]

    def printed(self, outlet: str, now: datetime) -> tuple[PrintedArticle, ...]:
        """Everything, newest first."""
        del now
        return self.articles[outlet]

    def posts(self, now: datetime) -> tuple[PublishedPost, ...]:
        """Everything, newest first."""
        del now
        return self.published


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a packed JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def real_articles(data: Path, now: datetime) -> dict[str, tuple[PrintedArticle, ...]]:
    """The articles by outlet, moved to the last days, newest first."""
    found: dict[str, list[PrintedArticle]] = {}
    for number, row in enumerate(read_lines(data / "articles.jsonl.gz")):
        of_outlet = found.setdefault(row["outlet"], [])
        of_outlet.append(
            PrintedArticle(
                at=now - timedelta(minutes=10 * (number + 1)),
                outlet=row["outlet"],
                number=1000 + number,
                title=row["title"],
                paragraphs=tuple(part for part in row["text"].split("\n") if part.strip()),
                author=row.get("author") or "",
                section="محليات",
                language="ar",
                article_id=row["id"],
            )
        )
    return {outlet: tuple(articles) for outlet, articles in found.items()}


def real_posts(data: Path, profile: Profile, now: datetime) -> tuple[PublishedPost, ...]:
    """The posts as they were before their handles and signs were masked, as far as that can be told, newest first."""
    posts = []
    rows = read_lines(data / "intent" / "posts.jsonl.gz")
    for number, row in enumerate(rows):
        ours = row["domain"] in DOMAINS[profile.code]
        at = now - timedelta(seconds=30 * (number + 1))
        text = unmasked(row["text"], profile.handles[-1] if ours else "OtherCare")
        post_id = (int(at.timestamp() * 1000) - _EPOCH_MS) << 22
        posts.append(
            PublishedPost(at, post_id, Post(id=row["id"], text=text, handle=f"user{number}", name="مغرد", language="ar"))
        )
    return tuple(posts)


def unmasked(text: str, addressed: str) -> str:
    """Masked words turned back into signs: the first handle is the addressed account's."""
    text = text.replace("مستخدم", f"@{addressed}", 1).replace("مستخدم", "@someone")
    text = re.sub(r"(^|\s)وسم ", r"\1#", text)
    return re.sub(r"\s*استفهام", "؟", re.sub(r"\s*تعجب", "!", text)).replace("رابط", "").strip()


def papers_for(names: list[str]) -> list[Paper]:
    """A paper of the demonstration for each real outlet, of another make in turn (the English one is left out)."""
    makes = [paper for paper in PAPERS if paper.language == "ar"]
    return [
        replace(make, id=name, name_ar=name, template=make.id, feed_items=500, page_items=500)
        for name, make in zip(names, cycle(makes), strict=False)
    ]


async def one_run(data: Path, code: str, folder: Path) -> tuple[Runtime, dict[str, float]]:
    """Serve, gather, classify, register; the figures."""
    profile, now = load_profile(code), datetime.now(UTC)
    world = RealWorld(real_articles(data, now), real_posts(data, profile, now))
    papers = papers_for(sorted(world.articles))
    async with AsyncExitStack() as stack:
        sockets = {name: stack.enter_context(listen(0, name)) for name in [*(paper.id for paper in papers), "x"]}
        as_world = cast("World", world)
        x = XStandIn(as_world, profile.handles, lambda: now)
        x_url = address(sockets["x"])
        apps = {sockets[paper.id]: Newspaper(paper, address(sockets[paper.id]), as_world, lambda: now).app() for paper in papers}
        sites = Sites({**apps, sockets["x"]: x.app()})
        await sites.start()
        stack.push_async_callback(sites.stop)
        make_home(folder, code)
        crawl = CrawlTable(delay=0, per_host_concurrency=8, total_concurrency=64, allow_networks=("127.0.0.0/8",), timeout=120)
        runtime = make_runtime(
            folder, Settings(profile=code, crawl=crawl, x=XTable(plan="demo", api_url=x_url, bearer_token="demo"))
        )
        runtime = replace(runtime, crawl=replace(runtime.crawl, x_page_limit=100))
        _add_sources(runtime, papers, {paper.id: address(sockets[paper.id]) for paper in papers})
        started = perf_counter()
        summary = await run_once(runtime)
        seconds = perf_counter() - started
        assert not summary.failures, summary.failures
    published = sum(len(articles) for articles in world.articles.values())
    return runtime, {"articles": published, "posts": len(world.published), "seconds": seconds}


def _add_sources(runtime: Runtime, papers: list[Paper], homes: dict[str, str]) -> None:
    with runtime.database.transaction() as session:
        outlets.save(session, Outlet("x", "إكس", medium=Medium.SOCIAL))
        for paper in papers:
            outlets.save(session, paper.outlet(f"{homes[paper.id]}/"))
            url = f"{homes[paper.id]}{paper.source_path}"
            sources.save(session, Source(paper.id, paper.source_kind, paper.id, paper.name_ar, url=url, body=paper.body))
        for number, query in enumerate(x_searches(runtime.profile), 1):
            sources.save(session, Source(f"x-{number}", SourceKind.X_SEARCH, "x", f"X {number}", query=query))
        for handle in runtime.profile.handles:
            sources.save(session, Source(f"x-{handle}", SourceKind.X_MENTIONS, "x", f"X @{handle}", query=handle))


def report(runtime: Runtime, counted: dict[str, float]) -> None:
    """Print what was kept and flagged."""
    with runtime.database.reading() as session:
        counts = figures.summary(session)
        rows = list(export.rows(session, "mentions"))
    print(
        f"{counted['articles']:.0f} articles and {counted['posts']:.0f} posts published; {counted['seconds']:.1f} s for the pass"
    )
    print(
        f"kept {counts.mentions} (matched a watch query) in {counts.stories} stories; "
        f"flagged {counts.flagged}; cases {counts.cases}"
    )
    for channel, wanted in (("press", False), ("social", True)):
        of_channel = [row for row in rows if (row["outlet"] == "x") is wanted]
        flagged = [row for row in of_channel if row["state"] in ("flagged", "cased")]
        print(f"{channel}: kept {len(of_channel)}, flagged {len(flagged)}")
        print(f"  kinds of the flagged: {dict(Counter(row['kind'] for row in flagged).most_common())}")
        print(f"  topics of the flagged: {dict(Counter(row['topic'] for row in flagged).most_common(8))}")


def write_sample(runtime: Runtime, count: int, output: Path) -> None:
    """Flagged items, half press and half posts where there are as many, for a person to read."""
    with runtime.database.reading() as session:
        rows = [row for row in export.rows(session, "mentions") if row["state"] in ("flagged", "cased")]
    chance = random.Random(1)
    press, social = ([row for row in rows if (row["outlet"] == "x") is wanted] for wanted in (False, True))
    chosen = chance.sample(press, min(count // 2, len(press)))
    chosen += chance.sample(social, min(count - len(chosen), len(social)))
    with output.open("w", encoding="utf-8") as stream:
        for row in chosen:
            stream.write(
                f"[{row['outlet']}] {row['remit']} {row['kind']} {row['sentiment']} {row['topic']} "
                f"{row['importance']} {row['state']}\n"
                f"{row['title']}\n{row['text'][:600]}\n\n"
            )


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--profile", choices=SHIPPED, default="mcit")
    parser.add_argument("--read", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    print(f"calibration loop: {calibrate():.3f} s; profile {arguments.profile}")
    with tempfile.TemporaryDirectory() as folder:
        runtime, counted = asyncio.run(one_run(arguments.data, arguments.profile, Path(folder)))
        report(runtime, counted)
        if arguments.read and arguments.output:
            write_sample(runtime, arguments.read, arguments.output)
        runtime.database.close()


if __name__ == "__main__":
    main()
