"""The bell wakes whoever waits, is never missed and never rings twice for one pull."""

import asyncio

from dau.runtime.bell import Bell
from tests.virtual_time import run_virtual


async def waited_s(bell: Bell, timeout_s: float) -> float:
    loop = asyncio.get_running_loop()
    begin_s = loop.time()
    await bell.wait(timeout_s)
    return loop.time() - begin_s


def test_it_wakes_whoever_waits() -> None:
    async def work() -> None:
        bell = Bell()
        asyncio.get_running_loop().call_later(3.0, bell.ring)
        assert await waited_s(bell, 100) == 3.0

    run_virtual(work())


def test_a_ring_before_the_wait_is_heard_once_however_often_it_rang() -> None:
    async def work() -> None:
        bell = Bell()
        bell.ring()
        bell.ring()
        assert await waited_s(bell, 100) == 0.0
        assert await waited_s(bell, 100) == 100.0

    run_virtual(work())


def test_a_ring_during_the_work_between_two_waits_is_heard() -> None:
    async def work() -> None:
        bell = Bell()
        asyncio.get_running_loop().call_later(1.0, bell.ring)
        await bell.wait(0.5)
        await asyncio.sleep(1.0)
        assert await waited_s(bell, 100) == 0.0

    run_virtual(work())
