"""kill -9 between every two stages, then a restart: every item once, every mail's Message-ID once, no public reply twice."""

from __future__ import annotations

import asyncio
import email
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from domain.addresses import canonical_url
from registry import doctor, outlets, sources
from registry.database import Database
from service.demo.hosting import DemoWorld, demo_world
from service.demo.newspaper import Newspaper
from service.demo.papers import PAPERS
from service.demo.world import PublishedPost
from service.profiles import load_profile
from tests.service.killed_rasd import PLACES

CHILD = Path(__file__).parent / "killed_rasd.py"
ROOT = Path(__file__).parents[2]
SOURCES = ("sada", "wadi", "x-mcitgovsa", "x-mcitcare")


@contextmanager
def served(folder: Path) -> Iterator[DemoWorld]:
    """The world of mcit, served from a thread of this process: it outlives every child that is killed."""
    ready: list[DemoWorld] = []
    up, down = threading.Event(), threading.Event()

    async def serve() -> None:
        async with demo_world("mcit", folder, once=True) as world:
            ready.append(world)
            up.set()
            while not down.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert up.wait(60), "the demonstration world did not start"
        yield ready[0]
    finally:
        down.set()
        thread.join()


def make_home(folder: Path, world: DemoWorld, store: str) -> Database:
    folder.mkdir()
    host, port = world.smtp
    url = store or f"sqlite:///{folder / 'rasd.sqlite'}"
    (folder / "rasd.toml").write_text(
        f"""
profile = "mcit"
[store]
url = "{url}"
[crawl]
delay = 0
allow_networks = ["127.0.0.0/8"]
[x]
plan = "demo"
api_url = "{world.x_api_url}"
[mail]
host = "{host}"
port = {port}
security = "plain"
sender = "رصد <rasd@ministry.example>"
[digest]
recipients = ["management@ministry.example"]
[alerts]
recipients = ["duty.officer@ministry.example"]
""",
        encoding="utf-8",
    )
    database = Database(url)
    database.migrate()
    with database.transaction() as session:
        for outlet in world.outlets:
            outlets.save(session, outlet)
        for source in world.sources:
            if source.id in SOURCES:
                sources.save(session, source)
        world.staff.enrol(session, world.world.start)
    return database


def one_pass(home: Path, place: str) -> int:
    tokens = ("BEARER_TOKEN", "CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
    environment = {**os.environ, **{f"RASD_X__{name}": "demo" for name in tokens}, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(CHILD), str(home), place], env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_killed_at_every_place_and_started_again(tmp_path: Path, store: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("postgres_url") if store == "postgresql" else ""
    with served(tmp_path / "world") as world:
        database = make_home(tmp_path / "home", world, url)
        died = [place for place in PLACES if one_pass(tmp_path / "home", place) == -signal.SIGKILL]
        assert died == list(PLACES), "the pass ended before it reached a place: the test no longer tests it"
        assert one_pass(tmp_path / "home", "none") == 0
        expected = _published(world)
        mails = [email.message_from_bytes(path.read_bytes()) for path in sorted(world.sink.folder.glob("*.eml"))]
        replies = Counter(post.replies_to for post in world.x.posts.all() if post.replies_to)
    with database.reading() as session:
        rows = session.connection().execute
        keys = Counter(rows(sql("SELECT key FROM mention")).scalars())
        kept = set(keys) | set(rows(sql("SELECT key FROM seen")).scalars())
        waiting = rows(sql("SELECT count(*) FROM mention WHERE state = 'gathered'")).scalar_one()
        pending = rows(sql("SELECT count(*) FROM entry WHERE state = 'pending'")).scalar_one()
        sent = rows(sql("SELECT message_id FROM delivery WHERE channel = 'email' AND status = 'sent'")).scalars().all()
        unsent = rows(
            sql("SELECT status FROM delivery WHERE channel = 'email' AND status IN ('claimed', 'failed', 'uncertain')")
        ).all()
        public = rows(sql("SELECT recipient, status FROM delivery WHERE channel = 'x_reply'")).all()
        numbers = sorted(rows(sql("SELECT number FROM case_record")).scalars())
        findings = doctor.examine(session)
    database.close()
    assert findings == []
    assert set(keys.values()) == {1}
    assert (waiting, pending) == (0, 0)
    assert expected - kept == set(), "published and lost"
    assert numbers == [f"MCIT-{numbers[0][5:9]}-{count:06d}" for count in range(1, len(numbers) + 1)]
    # Mail may be sent again after a crash, with the same Message-ID: each delivery is one distinct id.
    ids = Counter(str(mail["Message-ID"]) for mail in mails)
    assert unsent == []
    assert set(sent) == set(ids)
    assert len(sent) == len(set(sent))
    # A public reply is never sent twice, and where it is unknown a person decides.
    assert replies
    assert set(replies.values()) == {1}
    statuses = Counter(status for _, status in public)
    assert statuses["uncertain"] == 2, "killed once before and once after a reply left"
    assert statuses["claimed"] == 0


def _published(world: DemoWorld) -> set[str]:
    """Addresses and ids of everything that the chosen sources have published."""
    handles = tuple(f"@{handle.lower()}" for handle in load_profile("mcit").handles)
    homes = {outlet.id: outlet.home_url.rstrip("/") for outlet in world.outlets}
    now = datetime.now(UTC)
    found = {
        canonical_url(site.address(article))
        for paper in PAPERS
        if paper.id in SOURCES
        for site in (Newspaper(paper, homes[paper.id], world.world, lambda: now),)
        for article in site.printed()
    }
    posts = [item for item in world.world.published(now) if isinstance(item, PublishedPost)]
    return found | {f"x:{item.id}" for item in posts if any(handle in item.post.text.lower() for handle in handles)}
