"""Waiting for an instant of the wall clock, also while it is stepped; resting on the clock that only grows."""

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from dau.runtime.clock import BEAT_S, ClockRefused, LoopClock, SystemClock, rest, sleep_until
from tests.virtual_time import run_virtual


@dataclass(slots=True)
class Waited:
    """How long a wait took, and when it beat (loop seconds)."""

    seconds: float = 0.0
    beats: list[float] = field(default_factory=list)

    def beat(self) -> None:
        self.beats.append(asyncio.get_running_loop().time())


def wait_for(at_ms: int, step_after_s: float = 0.0, step_ms: int = 0) -> Waited:
    """Wait from wall clock zero until ``at_ms``, while the wall clock is stepped once."""
    waited = Waited()

    async def work() -> None:
        clock = LoopClock(0)

        def step() -> None:
            clock.start_ms += step_ms

        asyncio.get_running_loop().call_later(step_after_s, step)
        await sleep_until(clock, at_ms, waited.beat)
        assert clock.now_ms() >= at_ms
        waited.seconds = clock.monotonic_s()

    run_virtual(work())
    return waited


@pytest.mark.parametrize("at_ms", [1, 4999, 5000, 5001, 600_000])
def test_it_wakes_at_the_millisecond(at_ms: int) -> None:
    assert round(wait_for(at_ms).seconds, 6) == at_ms / 1000


@pytest.mark.parametrize("at_ms", [0, -5, -86_400_000])
def test_what_is_past_is_not_waited_for(at_ms: int) -> None:
    waited = wait_for(at_ms)
    assert (waited.seconds, waited.beats) == (0.0, [0.0])


def test_a_clock_that_steps_on_wakes_within_a_beat() -> None:
    assert wait_for(3_600_000, step_after_s=7.0, step_ms=3_600_000).seconds == 10.0


def test_a_clock_that_steps_on_but_not_far_enough_shortens_the_wait() -> None:
    assert wait_for(100_000, step_after_s=7.0, step_ms=50_000).seconds == 50.0


def test_a_clock_that_steps_back_lengthens_the_wait() -> None:
    assert wait_for(100_000, step_after_s=7.0, step_ms=-50_000).seconds == 150.0


def test_a_long_wait_beats_all_the_time() -> None:
    beats = wait_for(3_600_000).beats
    assert max(later - earlier for earlier, later in pairwise(beats)) <= BEAT_S
    assert beats[-1] == 3600.0


@pytest.mark.parametrize(("seconds", "beats"), [(0.0, 1), (-1.0, 1), (3.0, 2), (5.0, 2), (12.0, 4)])
def test_a_rest_is_as_long_as_it_says_and_beats(seconds: float, beats: int) -> None:
    waited = Waited()

    async def work() -> None:
        clock = LoopClock(0)
        asyncio.get_running_loop().call_later(1.0, setattr, clock, "start_ms", 86_400_000)
        await rest(clock, seconds, waited.beat)
        assert clock.monotonic_s() == max(0.0, seconds)

    run_virtual(work())
    assert len(waited.beats) == beats


async def test_the_clock_of_the_machine_counts_both_ways_of_time() -> None:
    clock = SystemClock()
    now_ms, now_s = clock.now_ms(), clock.monotonic_s()
    await clock.sleep(0.02)
    assert clock.monotonic_s() - now_s >= 0.02
    assert clock.now_ms() > now_ms > 1_700_000_000_000


@pytest.mark.parametrize("now_ms", [-86_400_000, 10**30], ids=["before all time", "after all time"])
def test_a_time_that_the_machine_cannot_have_is_refused_and_changes_nothing(now_ms: int) -> None:
    clock = SystemClock()
    before_ms = clock.now_ms()
    with pytest.raises(ClockRefused, match=rf"setting the clock of the machine to {now_ms} ms UTC: the system says .+"):
        clock.set_ms(now_ms)
    assert 0 <= clock.now_ms() - before_ms < 3_600_000


def test_a_clock_of_a_loop_goes_on_from_the_time_it_is_set_to() -> None:
    async def work() -> None:
        clock = LoopClock(1_000_000)
        await clock.sleep(7.0)
        clock.set_ms(5_000)
        await clock.sleep(2.0)
        assert clock.now_ms() == 7_000
        assert clock.monotonic_s() == 9.0

    run_virtual(work())
