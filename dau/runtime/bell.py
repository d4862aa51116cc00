"""A bell between two tasks: it carries no data, only "look at the database again"."""

import asyncio


class Bell:
    """Rung by any task of the event loop, heard by one."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or let the next wait return at once."""
        self._event.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when the bell has been rung since the last wait, or after ``timeout_s``."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return
        self._event.clear()
