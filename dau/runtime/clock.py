"""The only place that reads the wall clock. Everything else is handed a clock, so that tests hand in their own."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol

from dau.errors import DauError

BEAT_S: Final = 5.0
"""How often a waiting task shows that it lives, and looks whether the wall clock was stepped."""


class ClockRefused(DauError):
    """The clock of the machine could not be set."""


class Clock(Protocol):
    """Time for scheduling and time for stamping."""

    def now_ms(self) -> int:
        """Return the wall clock, milliseconds UTC: for stamps. It may step in either direction."""

    def set_ms(self, now_ms: int) -> None:
        """Set the wall clock, milliseconds UTC.

        Raises:
            ClockRefused: it is as it was.
        """

    def monotonic_s(self) -> float:
        """Return seconds that only ever grow, of unknown origin: for scheduling and time-outs."""

    async def sleep(self, seconds: float) -> None:
        """Wait on the monotonic clock."""


class SystemClock:
    """The clock of the machine."""

    def now_ms(self) -> int:
        """See `Clock`."""
        return time.time_ns() // 1_000_000

    def set_ms(self, now_ms: int) -> None:
        """See `Clock`; needs the right to (CAP_SYS_TIME, see ``systemd/``)."""
        try:
            time.clock_settime_ns(time.CLOCK_REALTIME, now_ms * 1_000_000)
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise ClockRefused(
                f"setting the clock of the machine to {now_ms} ms UTC: the system says {reason},"
                " expected a time it can have and the right to set it (CAP_SYS_TIME)"
            ) from error

    def monotonic_s(self) -> float:
        """See `Clock`."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        await asyncio.sleep(seconds)


class LoopClock(SystemClock):
    """A wall clock tied to the event loop's own time: with a loop in virtual time, days pass in seconds.

    Args:
        start_ms: what the wall clock shows when the loop's time is zero. May be changed to step the clock.
    """

    def __init__(self, start_ms: int) -> None:
        self.start_ms = start_ms

    def now_ms(self) -> int:
        """See `Clock`."""
        return self.start_ms + round(asyncio.get_running_loop().time() * 1000)

    def set_ms(self, now_ms: int) -> None:
        """See `Clock`; it shows another time from now on."""
        self.start_ms += now_ms - self.now_ms()


async def sleep_until(clock: Clock, at_ms: int, beat: Callable[[], None]) -> None:
    """Wait until the wall clock shows ``at_ms``; beats every `BEAT_S`, and so notices a step of the clock."""
    while (left_ms := at_ms - clock.now_ms()) > 0:
        beat()
        await clock.sleep(min(left_ms / 1000, BEAT_S))
    beat()


async def rest(clock: Clock, seconds: float, beat: Callable[[], None]) -> None:
    """Wait on the monotonic clock, however long, beating every `BEAT_S`."""
    end_s = clock.monotonic_s() + seconds
    while (left_s := end_s - clock.monotonic_s()) > 0:
        beat()
        await clock.sleep(min(left_s, BEAT_S))
    beat()
