"""One thread in which all pages are parsed: beside the loop, so that a long page holds nobody up, and never two at a time.

Parsing holds the interpreter's lock for most of its time, so more threads gain little; and parsers in C (lxml, libxml2) are asked
to share trees and dictionaries between as few threads as can be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@cache
def _reader() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="rasd-reader")


async def read_aside(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``function`` gives, called in the reading thread; what it raises is raised here."""
    future = _reader().submit(function, *args, **kwargs)
    return await asyncio.wrap_future(future)
