"""Closes periods: recomputes them from stored samples once they are over, and owes them to the platforms.

Nothing is accumulated in memory. After a power cut the closer finds the last closed minute in the database and closes
what is due and missing, in order: starting again is the ordinary case.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from dau.core.appetites import Appetite
from dau.core.channels import Channel, ChannelKind
from dau.core.closing import means_of_all, minute_of_all, with_masses
from dau.core.derive import Derivation, of_means
from dau.core.period_rules import USUAL, PeriodRules
from dau.core.periods import (
    DAY_MS,
    FURNACE_MS,
    HOUR_MS,
    MINUTE_MS,
    Span,
    closed_by,
    ends_at,
    month_at,
    part_of,
    span_at,
)
from dau.core.records import RecordKind
from dau.core.statistics import PeriodStatistic
from dau.database import Database, DatabaseDamaged, StoreError
from dau.process.issuer import periods_due
from dau.process.noise import owe_measurement
from dau.runtime.clock import Clock, sleep_until
from dau.store import outbox, samples, settings, statistics
from dau.store.samples import ChannelIds

AT_ONCE: Final = 60
"""Minutes closed in one transaction when many are due, so that live samples never wait long for the writer."""

RETRY_S: Final = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is computed for every minute and how long after its end, and who wants to hear of it.

    ``appetites`` are those of the settings file; what platforms set by command is laid over them at every minute.
    """

    channels: tuple[Channel, ...]
    ids: ChannelIds
    appetites: tuple[Appetite, ...]
    grace_ms: int
    rules: PeriodRules = USUAL
    derivations: tuple[Derivation, ...] = ()


class Closer:
    """Closes each minute some grace after its end, and every longer period that ends with it.

    Args:
        settle: stores what was received so far and says whether that worked; no period closes before.
        ring: called when something new is owed.
    """

    def __init__(
        self,
        plan: Plan,
        database: Database,
        clock: Clock,
        settle: Callable[[], Awaitable[bool]],
        ring: Callable[[], None],
    ) -> None:
        self._plan = plan
        self._database = database
        self._clock = clock
        self._settle = settle
        self._ring = ring
        self._failing = False

    async def run(self, beat: Callable[[], None]) -> None:
        """Close what is due, then wait for the next minute to end, until cancelled."""
        while True:
            try:
                closed_ms = await self._begun()
                await sleep_until(self._clock, closed_ms + MINUTE_MS + self._plan.grace_ms, beat)
                now_ms = self._clock.now_ms()  # before settling: what arrives meanwhile belongs to what stays open
                if await self._settle():
                    await self._close_due(closed_ms, now_ms)
                    self._failing = False
                    continue
            except DatabaseDamaged:
                raise
            except StoreError as error:
                if not self._failing:
                    log.error("periods_wait", error=str(error))
                self._failing = True
            beat()
            await self._clock.sleep(RETRY_S)

    async def _begun(self) -> int:
        now_ms = self._clock.now_ms()
        return await self._database.write(lambda connection: begun(connection, now_ms))

    async def _close_due(self, closed_ms: int, now_ms: int) -> None:
        """Close the minutes after ``closed_ms`` that were due at ``now_ms``, as many as may be closed at once."""
        due = (closed_by(now_ms, self._plan.grace_ms) - closed_ms) // MINUTE_MS
        if due > AT_ONCE:
            log.info("missed_periods_close", minutes=due)
        span = Span(closed_ms, min(due, AT_ONCE) * MINUTE_MS)

        def close(connection: sqlite3.Connection) -> None:
            for minute in span.parts(MINUTE_MS):
                close_minute(connection, self._plan, minute, now_ms)

        await self._database.write(close)
        self._ring()


def begun(connection: sqlite3.Connection, now_ms: int) -> int:
    """Return the end of the last closed minute (ms UTC); a new station begins with the minute that runs now."""
    closed_ms = statistics.closed_until(connection)
    if closed_ms is None:
        closed_ms = span_at(now_ms, MINUTE_MS).start_ms
        statistics.set_closed_until(connection, closed_ms)
    return closed_ms


def close_minute(connection: sqlite3.Connection, plan: Plan, minute: Span, now_ms: int) -> None:
    """Close one minute and every longer period that ends with it: statistics, records and deliveries together."""
    found = samples.in_span(connection, plan.ids, minute)
    statistics.add(connection, plan.ids, minute_of_all(plan.channels, minute, found, plan.rules))
    appetites = settings.appetites(connection, plan.appetites)
    for length_ms in _longer(appetites, minute.end_ms):
        _close_longer(connection, plan, Span(minute.end_ms - length_ms, length_ms), plan.channels)
    if _closes_furnaces(appetites, minute.end_ms):
        furnaces = [channel for channel in plan.channels if channel.kind is ChannelKind.FURNACE]
        _close_longer(connection, plan, Span(minute.end_ms - FURNACE_MS, FURNACE_MS), furnaces)
    month = month_at(minute.start_ms)
    if month.end_ms == minute.end_ms:
        _close_longer(connection, plan, month, plan.channels)
    owe_measurement(connection, (plan.channels, plan.ids), minute.end_ms, appetites, plan.rules)
    for due in periods_due(appetites, minute.end_ms):
        outbox.owe(connection, due.kind, due.span, now_ms, due.platforms)
    statistics.set_closed_until(connection, minute.end_ms)


def _longer(appetites: Sequence[Appetite], end_ms: int) -> Sequence[int]:
    """Return the lengths of the periods above the minute that end now, shortest first; hours and days always count."""
    lengths = {one.minute_min * MINUTE_MS for one in appetites} | {HOUR_MS, DAY_MS}
    return sorted(length_ms for length_ms in lengths - {MINUTE_MS} if ends_at(end_ms, length_ms))


def _closes_furnaces(appetites: Sequence[Appetite], end_ms: int) -> bool:
    """Tell whether a window of furnace temperatures ends now that is not the interval of all channels anyhow."""
    is_wanted = any(RecordKind.FURNACE in one.kinds for one in appetites)
    return is_wanted and ends_at(end_ms, FURNACE_MS) and FURNACE_MS not in _longer(appetites, end_ms)


def _close_longer(connection: sqlite3.Connection, plan: Plan, span: Span, channels: Sequence[Channel]) -> None:
    part_ms = part_of(span)
    parts = statistics.in_span(connection, plan.ids, span, part_ms)
    made: Sequence[PeriodStatistic] = means_of_all(channels, span, parts, part_ms, plan.rules)
    if span.length_ms == HOUR_MS:  # days and months are means of valid hours and days, as of everything else
        made = of_means(plan.derivations, made)
    statistics.add(connection, plan.ids, with_masses(channels, made, parts, plan.rules))
