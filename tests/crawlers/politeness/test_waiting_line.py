"""Places and the line before them."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from crawlers.politeness.waiting_line import Urgency, WaitingLine


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@given(st.integers(1, 4), st.lists(st.sampled_from(Urgency), max_size=12))
def test_the_urgent_come_first_and_each_urgency_in_its_order(places: int, wanted: list[Urgency]) -> None:
    async def run() -> None:
        line, release, entered = WaitingLine(places), asyncio.Event(), []

        async def holder() -> None:
            async with line.place(Urgency.PAGE):
                await release.wait()

        async def one(number: int, urgency: Urgency) -> None:
            async with line.place(urgency):
                entered.append((urgency, number))
                await settle()

        holders = [asyncio.create_task(holder()) for _ in range(places)]
        await settle()
        tasks = [asyncio.create_task(one(number, urgency)) for number, urgency in enumerate(wanted)]
        await settle()
        assert entered == []
        release.set()
        await asyncio.gather(*holders, *tasks)
        assert entered == sorted(entered)
        assert line._free == places

    asyncio.run(run())


async def test_who_gives_up_waiting_takes_no_place_with_him() -> None:
    line = WaitingLine(1)
    entered: list[str] = []

    async def one(name: str) -> None:
        async with line.place(Urgency.POLL):
            entered.append(name)
            await settle()

    first, second, third = (asyncio.create_task(one(name)) for name in ("first", "second", "third"))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(first, third)
    assert entered == ["first", "third"]
    assert second.cancelled()
    assert line._free == 1


async def test_a_place_that_is_given_to_one_who_gives_up_at_that_moment_goes_to_the_next() -> None:
    line = WaitingLine(1)
    await line._take(Urgency.POLL)
    waiting = [asyncio.create_task(line._take(Urgency.POLL)) for _ in range(2)]
    await settle()
    line._give_back()
    waiting[0].cancel()
    await settle()
    assert waiting[0].cancelled()
    assert waiting[1].done()
