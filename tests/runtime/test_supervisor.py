"""Tasks are kept alive: a bug costs a pause and a traceback, a fatal error ends all, cancelling ends in order."""

import asyncio
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from dau.runtime.clock import LoopClock
from dau.runtime.health import ALLOWED_S, Health
from dau.runtime.supervisor import LONGEST_PAUSE_S, Beat, Job, supervise
from tests.virtual_time import run_virtual


class BeyondRepair(Exception):
    """What no restart mends."""


class Workshop:
    """Jobs that note what they do, on a virtual clock."""

    def __init__(self) -> None:
        self.clock = LoopClock(0)
        self.health = Health(self.clock)
        self.starts: list[float] = []
        self.ticks: list[float] = []
        self.ended: list[str] = []

    async def crash(self, beat: Beat) -> None:
        self.starts.append(self.clock.monotonic_s())
        await asyncio.sleep(1)
        raise ZeroDivisionError("a bug")

    async def work(self, beat: Beat) -> None:
        try:
            while True:
                beat()
                self.ticks.append(self.clock.monotonic_s())
                await asyncio.sleep(5)
        finally:
            self.ended.append("work")

    async def give_up(self, beat: Beat) -> None:
        await asyncio.sleep(12)
        raise BeyondRepair("the file is damaged")

    def supervise(self, **jobs: Job) -> "asyncio.Task[None]":
        return asyncio.create_task(supervise(jobs, self.health, self.clock, BeyondRepair))


async def stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


def test_a_job_that_fails_is_started_again_and_the_others_feel_nothing() -> None:
    shop = Workshop()

    async def work() -> None:
        station = shop.supervise(bus=shop.crash, platform=shop.work)
        await asyncio.sleep(299)
        assert shop.health.silent() == []
        await stop(station)

    with capture_logs() as lines:
        run_virtual(work())
    assert shop.ticks == [5.0 * number for number in range(60)]
    pauses = [later - earlier - 1.0 for earlier, later in pairwise(shop.starts)]
    assert len(pauses) > 10
    for pause_s, about_s in zip(pauses, [1, 2, 4, 8, 16, 20, 20, 20], strict=False):
        assert 0.75 * about_s - 0.001 <= pause_s <= 1.25 * about_s + 0.001
    assert shop.ended == ["work"]
    assert {(line["event"], line["task"], line["log_level"]) for line in lines} == {("task_failed", "bus", "error")}
    assert all(line["exc_info"] for line in lines)
    assert lines[0]["again_in_s"] == round(pauses[0], 1)


def test_the_longest_pause_is_no_silence() -> None:
    assert LONGEST_PAUSE_S * 1.25 < ALLOWED_S


def test_what_is_beyond_repair_ends_everything() -> None:
    shop = Workshop()

    async def work() -> None:
        with pytest.raises(ExceptionGroup) as caught:
            await supervise({"closer": shop.give_up, "platform": shop.work}, shop.health, shop.clock, BeyondRepair)
        (error,) = caught.value.exceptions
        assert isinstance(error, BeyondRepair)
        assert shop.clock.monotonic_s() == 12.0

    with capture_logs() as lines:
        run_virtual(work())
    assert shop.ended == ["work"]
    assert lines == []


def test_cancelling_ends_every_job_also_one_in_its_pause() -> None:
    shop = Workshop()

    async def work() -> None:
        station = shop.supervise(bus=shop.crash, platform=shop.work)
        await asyncio.sleep(1.5)
        await stop(station)

    with capture_logs():
        run_virtual(work())
    assert shop.ended == ["work"]
    assert len(shop.starts) == 1


def test_a_job_that_hangs_is_seen_by_health() -> None:
    shop = Workshop()

    async def hang(beat: Beat) -> None:
        beat()
        await asyncio.Event().wait()

    async def work() -> None:
        station = shop.supervise(bus=hang, platform=shop.work)
        await asyncio.sleep(ALLOWED_S + 1)
        assert shop.health.silent() == ["bus"]
        await stop(station)

    run_virtual(work())


def test_a_job_that_ends_is_not_started_again() -> None:
    shop = Workshop()

    async def end(beat: Beat) -> None:
        shop.starts.append(shop.clock.monotonic_s())

    async def work() -> None:
        await supervise({"once": end}, shop.health, shop.clock, BeyondRepair)

    run_virtual(work())
    assert shop.starts == [0.0]
