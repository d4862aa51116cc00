"""The wall clock of the simulator, and waiting by it: the only place here that knows what time it is."""

import asyncio
import time


def now_ms() -> int:
    """Return the wall clock as milliseconds UTC."""
    return time.time_ns() // 1_000_000


async def wait_until(at_ms: int) -> None:
    """Return when the wall clock has reached ``at_ms`` (milliseconds UTC); at once if that is past."""
    while True:  # a sleep follows the monotonic clock: the wall clock may have been set meanwhile
        left_ms = at_ms - now_ms()
        if left_ms <= 0:
            return
        await asyncio.sleep(left_ms / 1000)
