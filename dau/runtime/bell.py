"""A bell between two tasks: it carries no data, only "look at the database again"."""

import asyncio


class Bell:
    """Rung by any task of the event loop, heard by one."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or let the next wait return at once."""
        self._event.set()

    async def wait(self, timeout_s: float) -> bool:
        """Return True once the bell has been rung since the last wait, False when ``timeout_s`` passed without it."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True
