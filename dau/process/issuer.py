"""What is owed to whom, and when: the appetite of each platform turned into records and deliveries."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from dau.core.appetites import Appetite
from dau.core.periods import DAY_MS, FURNACE_MS, HOUR_MS, MINUTE_MS, Span, ends_at
from dau.core.records import RecordKind
from dau.database import Database, DatabaseDamaged, StoreError
from dau.runtime.clock import BEAT_S, Clock
from dau.store import outbox, samples, settings

FRESH_MS: Final = 2 * MINUTE_MS
"""A live record tells the latest sample of each channel, but none older than this."""

LIVE_KINDS: Final = (RecordKind.REALTIME, RecordKind.FACILITY)
"""What is told at an instant: both tie the same samples, and each packet picks the channels that it tells."""

RETRY_S: Final = 1.0
"""Pause before the next look at a database that refused."""

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
            RecordKind.FACILITY_DAY: DAY_MS,
            RecordKind.FURNACE: FURNACE_MS,
        }
        for kind in one.kinds & lengths.keys():
            wants.setdefault((lengths[kind], kind), []).append(one.platform)
    return [
        Due(kind, Span(end_ms - length_ms, length_ms), tuple(platforms))
        for (length_ms, kind), platforms in sorted(wants.items())
        if ends_at(end_ms, length_ms)
    ]


def owe_restart(connection: sqlite3.Connection, appetites: Sequence[Appetite], started_ms: int) -> None:
    """Every platform that may be told is told once of each start of the unit (2081)."""
    wanted = [one.platform for one in appetites if RecordKind.RESTART in one.kinds]
    outbox.owe(connection, RecordKind.RESTART, Span(started_ms, 0), started_ms, wanted)


class LiveIssuer:
    """Makes the live records (2011, 2021) whenever the clock passes a multiple of some platform's interval.

    What platforms set by command is laid over ``appetites`` at every look at the clock: it counts within `BEAT_S`.
    """

    def __init__(
        self, appetites: Sequence[Appetite], database: Database, clock: Clock, ring: Callable[[], None]
    ) -> None:
        self._configured = appetites
        self._database = database
        self._clock = clock
        self._ring = ring
        self._failing = False

    async def run(self, beat: Callable[[], None]) -> None:
        """Issue live records until cancelled. A clock put back shows an instant again, but a label is told once."""
        while True:
            beat()
            try:
                await self._pass_next_tick()
            except DatabaseDamaged:
                raise
            except StoreError as error:
                if not self._failing:
                    log.error("live_records_not_made", error=str(error))
                self._failing = True
                await self._clock.sleep(RETRY_S)

    async def _pass_next_tick(self) -> None:
        """Wait until the next instant at which something is told, at most `BEAT_S`; if it came, tell it."""
        began_ms = self._clock.now_ms()  # an instant that passes while a slow disk reads is not lost
        tick_ms = _next_tick(await self._database.read(self._appetites), began_ms)
        if tick_ms is None:
            await self._clock.sleep(BEAT_S)
            return
        await self._clock.sleep(min(max(0, tick_ms - self._clock.now_ms()) / 1000, BEAT_S))
        if self._clock.now_ms() >= tick_ms:
            await self._database.write(lambda connection: self._owe(connection, tick_ms))
            self._failing = False
            self._ring()

    def _owe(self, connection: sqlite3.Connection, tick_ms: int) -> None:
        due = [one for one in self._appetites(connection) if tick_ms % (one.realtime_s * 1000) == 0]
        for kind in LIVE_KINDS:
            wanted = [one.platform for one in due if kind in one.kinds]
            record = outbox.owe(connection, kind, Span(tick_ms, 0), tick_ms, wanted) if wanted else None
            if record is not None:
                outbox.attach_live(connection, record, samples.latest_ids(connection, tick_ms - FRESH_MS, tick_ms))

    def _appetites(self, connection: sqlite3.Connection) -> Sequence[Appetite]:
        return settings.appetites(connection, self._configured)


def _next_tick(appetites: Sequence[Appetite], after_ms: int) -> int | None:
    """Return the next instant at which some platform is told something live, None if none wants anything."""
    steps = {one.realtime_s * 1000 for one in appetites if one.kinds.intersection(LIVE_KINDS)}
    return min(((after_ms // step + 1) * step for step in steps), default=None)
