"""A task that falls silent is named; one that beats is not."""

import asyncio

from dau.runtime.clock import LoopClock
from dau.runtime.health import ALLOWED_S, Health
from tests.virtual_time import run_virtual


def test_only_the_silent_are_named() -> None:
    async def work() -> None:
        health = Health(LoopClock(0))
        beat = health.pulse("bus rs485")
        health.pulse("platform national")
        assert health.silent() == []
        await asyncio.sleep(ALLOWED_S)
        assert health.silent() == []
        beat()
        await asyncio.sleep(1)
        assert health.silent() == ["platform national"]
        await asyncio.sleep(ALLOWED_S)
        assert health.silent() == ["bus rs485", "platform national"]
        beat()
        assert health.silent() == ["platform national"]

    run_virtual(work())


def test_a_step_of_the_wall_clock_is_no_silence() -> None:
    async def work() -> None:
        clock = LoopClock(0)
        health = Health(clock)
        health.pulse("closer")
        clock.start_ms += 86_400_000
        assert health.silent() == []

    run_virtual(work())
