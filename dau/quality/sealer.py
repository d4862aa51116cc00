"""Seals each day once it is over and nothing of it can still come."""

from collections.abc import Callable
from typing import Final

import structlog

from dau.core.periods import HOUR_MS, Span
from dau.database import Database, DatabaseDamaged, StoreError
from dau.runtime.clock import Clock, rest
from dau.store import sample_seals, seals, statistics
from dau.store.sample_seals import Hashing, SampleDigest

SETTLED_MS: Final = 3 * HOUR_MS
"""A day is sealed this long after its end: results of analysers come later than the hour they belong to."""

LOOK_S: Final = 600.0

log = structlog.get_logger(__name__)


class Sealer:
    """Looks now and then whether a day is to be sealed; days that were missed are sealed one after another."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self, beat: Callable[[], None]) -> None:
        """Seal what is due, then wait, until cancelled."""
        while True:
            try:
                while (day := await self._due()) is not None:
                    await self._seal(day, beat)
                    beat()
            except DatabaseDamaged:
                raise
            except StoreError as error:
                log.error("seals_wait", error=str(error))
            await rest(self._clock, LOOK_S, beat)

    async def _due(self) -> Span | None:
        day = await self._database.read(seals.next_day)
        closed_ms = await self._database.read(statistics.closed_until)
        is_due = day is not None and closed_ms is not None and closed_ms >= day.end_ms + SETTLED_MS
        return day if is_due else None

    async def _seal(self, day: Span, beat: Callable[[], None]) -> None:
        digest = await self._database.read(lambda connection: seals.digest_of(connection, day))
        sampled = await self._samples(beat)
        made_ms = self._clock.now_ms()
        await self._database.write(lambda connection: seals.add(connection, day.start_ms, digest, made_ms, sampled))
        log.info("day_sealed", day_ms=day.start_ms, statistics=digest.count, samples=sampled.count)

    async def _samples(self, beat: Callable[[], None]) -> SampleDigest:
        """Hash what was stored since the last seal, piece by piece."""
        last = await self._database.read(seals.newest)
        after = 0 if last is None or last.samples is None else last.samples.until
        hashing = Hashing(after, await self._database.read(sample_seals.newest))
        while (found := await self._database.read(hashing.step)) is None:
            beat()
        return found
