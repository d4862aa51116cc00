"""What is owed to whom, and when: the appetite of each platform turned into records and deliveries."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from dau.core.appetites import Appetite
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span, ends_at
from dau.core.records import RecordKind
from dau.database import Database, DatabaseDamaged, StoreError
from dau.runtime.clock import BEAT_S, Clock
from dau.store import outbox, samples

FRESH_MS: Final = 2 * MINUTE_MS
"""A live record tells the latest sample of each channel, but none older than this."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """A closed period that some platforms want to hear of."""

    kind: RecordKind
    span: Span
    platforms: tuple[str, ...]


def periods_due(appetites: Sequence[Appetite], end_ms: int) -> Sequence[Due]:
    """Return what is to be told of the periods that end at ``end_ms``, shortest first."""
    wants: dict[tuple[int, RecordKind], list[str]] = {}
    for one in appetites:
        lengths = {
            RecordKind.INTERVAL: one.minute_min * MINUTE_MS,
            RecordKind.HOUR: HOUR_MS,
            RecordKind.DAY: DAY_MS,
        }
        for kind in one.kinds & lengths.keys():
            wants.setdefault((lengths[kind], kind), []).append(one.platform)
    return [
        Due(kind, Span(end_ms - length_ms, length_ms), tuple(platforms))
        for (length_ms, kind), platforms in sorted(wants.items())
        if ends_at(end_ms, length_ms)
    ]


def owe_restart(connection: sqlite3.Connection, appetites: Sequence[Appetite], started_ms: int) -> None:
    """Every platform is told once of each start of the unit (2081)."""
    outbox.owe(connection, RecordKind.RESTART, Span(started_ms, 0), started_ms, [one.platform for one in appetites])


class LiveIssuer:
    """Makes a live record (2011) whenever the clock passes a multiple of some platform's interval."""

    def __init__(
        self, appetites: Sequence[Appetite], database: Database, clock: Clock, ring: Callable[[], None]
    ) -> None:
        self._appetites = appetites
        self._database = database
        self._clock = clock
        self._ring = ring
        self._failing = False

    async def run(self, beat: Callable[[], None]) -> None:
        """Issue live records until cancelled. A clock put back shows an instant again, but a label is told once."""
        while True:
            beat()
            now_ms = self._clock.now_ms()
            tick_ms = self._next_tick(now_ms)
            await self._clock.sleep(min((tick_ms - now_ms) / 1000, BEAT_S))
            if self._clock.now_ms() >= tick_ms:
                await self._tell(tick_ms)

    async def _tell(self, tick_ms: int) -> None:
        try:
            await self._database.write(lambda connection: self._owe(connection, tick_ms))
        except DatabaseDamaged:
            raise
        except StoreError as error:
            if not self._failing:
                log.error("live_records_not_made", error=str(error))
            self._failing = True
            return
        self._failing = False
        self._ring()

    def _next_tick(self, after_ms: int) -> int:
        steps = {one.realtime_s * 1000 for one in self._appetites}
        return min((after_ms // step + 1) * step for step in steps)

    def _owe(self, connection: sqlite3.Connection, tick_ms: int) -> None:
        wanted = [one.platform for one in self._appetites if tick_ms % (one.realtime_s * 1000) == 0]
        record = outbox.owe(connection, RecordKind.REALTIME, Span(tick_ms, 0), tick_ms, wanted)
        if record is not None:
            outbox.attach_live(connection, record, samples.latest_ids(connection, tick_ms - FRESH_MS, tick_ms))
