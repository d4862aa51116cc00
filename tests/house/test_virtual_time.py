"""The loop in virtual time keeps order, waits for real work and says when nothing can happen."""

import asyncio
import socket
import threading
import time

import pytest

from tests import virtual_time
from tests.virtual_time import NothingCanHappen, run_virtual

A_DAY_S = 86_400.0


def test_timers_fire_in_order_at_their_exact_time() -> None:
    seen: list[tuple[str, float]] = []

    async def sleeper(name: str, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        seen.append((name, asyncio.get_running_loop().time()))

    async def work() -> None:
        await asyncio.gather(sleeper("late", 3 * A_DAY_S), sleeper("early", 0.5), sleeper("middle", A_DAY_S))

    run_virtual(work())
    assert seen == [("early", 0.5), ("middle", A_DAY_S), ("late", 3 * A_DAY_S)]


def test_large_times_do_not_stall_on_rounding() -> None:
    async def work() -> int:
        await asyncio.sleep(89 * A_DAY_S)
        for _ in range(1000):
            await asyncio.sleep(0.1)
        return round(asyncio.get_running_loop().time())

    assert run_virtual(work()) == 89 * A_DAY_S + 100


def test_beyond_its_range_the_clock_refuses() -> None:
    with pytest.raises(AssertionError, match="ninety days"):
        run_virtual(asyncio.sleep(91 * A_DAY_S))


def test_time_outs_work() -> None:
    async def work() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(60):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert run_virtual(work()) == 60.0


def slow_answer() -> str:
    time.sleep(0.05)
    return "done"


def test_the_clock_stands_still_while_a_thread_works() -> None:
    async def work() -> tuple[str, float]:
        ticker = asyncio.create_task(asyncio.sleep(A_DAY_S))
        answer = await asyncio.to_thread(slow_answer)
        now_s = asyncio.get_running_loop().time()
        ticker.cancel()
        await asyncio.wait([ticker])
        return answer, now_s

    assert run_virtual(work()) == ("done", 0.0)


def test_the_clock_stands_still_while_the_outside_is_busy() -> None:
    pending = threading.Event()

    async def work() -> float:
        loop = asyncio.get_running_loop()
        arrived = asyncio.Event()

        def outside() -> None:
            time.sleep(0.05)
            loop.call_soon_threadsafe(arrived.set)
            pending.clear()

        pending.set()
        thread = threading.Thread(target=outside)
        thread.start()
        async with asyncio.timeout(1.0):
            await arrived.wait()
        thread.join()
        return loop.time()

    assert run_virtual(work(), busy=pending.is_set) == 0.0


def test_a_busy_outside_that_forgets_to_wake_the_loop_only_delays_it() -> None:
    pending = threading.Event()
    pending.set()
    timer = threading.Timer(0.05, pending.clear)
    timer.start()

    async def work() -> float:
        await asyncio.sleep(5)
        return asyncio.get_running_loop().time()

    assert run_virtual(work(), busy=pending.is_set) == 5.0
    timer.join()


def test_bytes_that_are_there_come_before_the_next_timer() -> None:
    async def work() -> tuple[bytes, float]:
        here, there = socket.socketpair()
        with here, there:
            here.setblocking(False)
            there.send(b"first")
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(10):
                received = await loop.sock_recv(here, 100)
            return received, loop.time()

    assert run_virtual(work()) == (b"first", 0.0)


def test_bytes_from_outside_are_awaited_when_no_timer_exists() -> None:
    here, there = socket.socketpair()
    timer = threading.Timer(0.05, there.send, (b"late",))

    async def work() -> bytes:
        timer.start()
        return await asyncio.get_running_loop().sock_recv(here, 100)

    with here, there:
        here.setblocking(False)
        assert run_virtual(work()) == b"late"
        timer.join()


def test_a_hang_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_time, "PATIENCE_S", 0.05)

    async def work() -> None:
        await asyncio.Event().wait()

    with pytest.raises(NothingCanHappen, match=r"no timer, nothing busy, no byte for 0\.05 s"):
        run_virtual(work())


def test_a_task_left_behind_is_an_error() -> None:
    async def work() -> None:
        work.left = asyncio.create_task(asyncio.sleep(1), name="orphan")  # type: ignore[attr-defined]

    with pytest.raises(AssertionError, match=r"tasks left behind.*orphan"):
        run_virtual(work())
