"""The QNs of what the receiver asks: they rise, also over a restart and a step back of the clock."""

import asyncio

from dau.database import Database
from dau.hj212 import QnSource, parse_data_time
from dau.receiver.journal import last_asked_qn
from dau.runtime.clock import Clock


class Numbers:
    """Makes QNs. A unit refuses a number it has seen, so they go on behind the newest one in the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._source: QnSource | None = None
        self._opening = asyncio.Lock()

    async def next(self) -> str:
        """Return the next QN.

        Raises:
            StoreError: the database cannot be read.
        """
        async with self._opening:
            if self._source is None:
                self._source = QnSource(parse_data_time(await self._database.read(last_asked_qn)))
        return self._source.next(self._clock.now_ms())
