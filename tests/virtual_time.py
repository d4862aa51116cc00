"""An event loop whose clock jumps: a day of timers runs as fast as the work between them.

The loop's ``time()`` stands still while anything can run. When nothing is ready, no file descriptor has data and
nobody outside the loop is busy on its behalf, the clock jumps straight to the next timer. So a test sees the true
order of events without waiting for one of them.

Work outside the loop (a database thread, say) takes real time while the virtual clock stands still. The loop knows
about executors by itself; other pending work is told to it by ``busy``. Such work must count as busy until its
wake-up has been posted (``call_soon_threadsafe``), or the clock may jump just before the result arrives. For the same
reason bytes must not be on their way inside the kernel when the clock jumps: join the parts of such a test by memory
pipes, not by terminals or TCP.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

BUSY_LOOK_S = 0.01  # real time after which a busy outside is asked again, should it forget to wake the loop
LIMIT_S = 90 * 86_400.0
PATIENCE_S = 30.0  # real time to wait for a file descriptor when no timer exists


class NothingCanHappen(Exception):
    """Every task waits, no timer is set, nobody outside is busy: the test would hang for ever."""


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of sleeping until a timer is due, moves the clock of its loop there."""

    def __init__(self, loop: "VirtualLoop") -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout == 0 and self._is_alone():
            return []
        is_awaited = self._loop.is_awaited_outside()
        if timeout is None or is_awaited or not self._is_alone():
            ready = super().select(0)
            if ready or timeout == 0:
                return ready
        if is_awaited:
            return super().select(BUSY_LOOK_S)
        if timeout is not None:
            self._loop.jump(timeout)
            return []
        ready = super().select(PATIENCE_S)
        if not ready:
            raise NothingCanHappen(f"no timer, nothing busy, no byte for {PATIENCE_S:g} s of real time")
        return ready

    def _is_alone(self) -> bool:
        """Tell that only the waker of the loop is watched: who is awaited outside can bring something, nobody else."""
        return len(self.get_map()) == 1


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time, which starts at zero and is at rest while ``busy()`` is true.

    It is good for ninety days: later, neighbouring floats are further apart than the nanosecond to which asyncio
    compares times, and a timer could be looked at for ever without being due.

    Args:
        busy: tells whether work outside the loop is pending that will wake it.
    """

    def __init__(self, busy: Callable[[], bool] = lambda: False) -> None:
        self._now_s = 0.0
        self._busy = busy
        self._calls_outside = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """Virtual seconds; moves only when nothing else can happen."""
        return self._now_s

    def jump(self, by_s: float) -> None:
        """Move the clock forward."""
        self._now_s += by_s
        assert self._now_s < LIMIT_S, "the virtual clock is good for ninety days"

    def is_awaited_outside(self) -> bool:
        """True while an executor or the given ``busy`` has work pending."""
        return self._calls_outside > 0 or self._busy()

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Arguments], Result], *args: *Arguments
    ) -> "asyncio.Future[Result]":
        """Run ``func`` in a thread; the clock stands still meanwhile."""
        future = super().run_in_executor(executor, func, *args)
        self._calls_outside += 1
        future.add_done_callback(self._came_back)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncio's own signature
        """Join the threads, which takes real time."""
        del timeout  # newer loops limit the wait by a timer, which would be due at once here
        self._calls_outside += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._calls_outside -= 1

    def _came_back(self, _: "asyncio.Future[Any]") -> None:
        self._calls_outside -= 1


def run_virtual(work: Coroutine[Any, Any, Result], busy: Callable[[], bool] = lambda: False) -> Result:
    """Run ``work`` in a new virtual loop and return its result.

    Raises:
        AssertionError: ``work`` ended but left tasks behind.
        NothingCanHappen: ``work`` waits for something that cannot come.
    """

    async def watched() -> Result:
        result = await work
        leaked = asyncio.all_tasks() - {asyncio.current_task()}
        assert not leaked, "tasks left behind: " + ", ".join(sorted(map(repr, leaked)))
        return result

    with asyncio.Runner(loop_factory=lambda: VirtualLoop(busy)) as runner:
        return runner.run(watched())
