"""One pass of Rasd in a process of its own, killed with SIGKILL at a named place: ``python killed_rasd.py HOME PLACE``.

``PLACE`` is a key of ``PLACES``, or ``none``. The staff of the demonstration works during the pass, so that answers leave.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from crawlers.social.x import XPoster
from notify.mail import MailSender
from registry import cases, inbox, stories, tagging
from service import digests, jobs
from service.demo.staff import Staff
from service.one_pass import run_once
from service.wiring import make_runtime, open_home

PLACES: dict[str, tuple[Any, str, str, int]] = {
    "before the first poll is stored": (jobs, "_keep_polls", "before", 1),
    "inside the first poll's transaction": (inbox, "store_discovery", "after", 1),
    "after the first poll": (jobs, "_keep_polls", "after", 1),
    "before the pages": (jobs, "fetch_pages", "before", 1),
    "inside the pages' transaction": (inbox, "store_fetched", "after", 1),
    "after the first pages": (jobs, "_keep_pages", "after", 1),
    "before tagging": (jobs, "_tag_batch", "before", 1),
    "inside the stories' transaction": (stories, "join_stories", "after", 1),
    "inside the tags' transaction": (tagging, "store_tags", "after", 1),
    "after tagging": (jobs, "_tag_batch", "after", 1),
    "inside the registration's transaction": (cases, "register_flagged", "after", 1),
    "after registration": (jobs, "_register_batch", "after", 1),
    "before the first mail is sent": (MailSender, "send", "before", 1),
    "after a mail was sent, before it is confirmed": (MailSender, "send", "after", 1),
    "after a later mail was sent": (MailSender, "send", "after", 3),
    "before a reply on X is sent": (XPoster, "reply", "before", 1),
    "after a reply on X was sent, before it is confirmed": (XPoster, "reply", "after", 1),
}


def die_at(owner: Any, name: str, when: str, count: int) -> None:
    """Make the ``count``-th call of ``owner.name`` the last thing that this process does."""
    original: Callable[..., Any] = getattr(owner, name)
    calls = 0

    @wraps(original)
    def deadly(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if calls == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)


def main(home: Path, place: str) -> None:
    """One pass, with the staff at work, and the digest."""
    folder, settings = open_home(home)
    if place != "none":
        die_at(*PLACES[place])
    runtime = make_runtime(folder, settings)
    staff = Staff(runtime.profile, hurry=True)

    def work() -> None:
        for _ in range(8):
            staff.step(runtime.database, runtime.profile, runtime.clock())
            jobs.deliver(runtime)
        digests.queue(runtime, "2026-W47")
        jobs.deliver(runtime)

    asyncio.run(run_once(runtime, work))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
