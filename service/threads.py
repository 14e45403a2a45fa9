"""Between the loop and the store: blocking steps in threads, never left half-way, and results in batches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def aside(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``function`` gives, called in a thread. Where the caller is cancelled meanwhile, the step is still waited for: a
    transaction that nobody waits for would outlive the store that it writes to."""
    step = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(step)
    except asyncio.CancelledError:
        await asyncio.wait([step])
        raise


async def in_batches(results: AsyncIterator[T], most: int) -> AsyncIterator[list[T]]:
    """What is ready together, ``most`` at a time at most: nothing waits for a batch to fill, and gathering goes on while one is
    being stored."""
    ready: asyncio.Queue[T] = asyncio.Queue()

    async def drain() -> None:
        async for result in results:
            ready.put_nowait(result)

    draining = asyncio.ensure_future(drain())
    try:
        while not (draining.done() and ready.empty()):
            first = asyncio.ensure_future(ready.get())
            await asyncio.wait({first, draining}, return_when=asyncio.FIRST_COMPLETED)
            if not first.done():
                first.cancel()
                continue
            batch = [first.result()]
            while len(batch) < most and not ready.empty():
                batch.append(ready.get_nowait())
            yield batch
        draining.result()
    finally:
        draining.cancel()
        await asyncio.wait([draining])
