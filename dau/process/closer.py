"""Closes periods: recomputes them from stored samples once they are over, and owes them to the platforms.

Nothing is accumulated in memory. After a power cut the closer finds the last closed minute in the database and closes
what is due and missing, in order: starting again is the ordinary case.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from dau.core.appetites import Appetite
from dau.core.channels import Channel, ChannelKind
from dau.core.closing import means_of_all, minute_of_all, with_masses
from dau.core.composite import of_results
from dau.core.derive import of_means
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
from dau.process.counters import read_counters
from dau.process.issuer import periods_due
from dau.process.noise import owe_measurement
from dau.process.plan import Plan
from dau.runtime.clock import Clock, sleep_until
from dau.store import outbox, samples, settings, statistics

AT_ONCE: Final = 60
"""Minutes closed in one transaction when many are due, so that live samples never wait long for the writer."""

MOST_WAITING_H: Final = 2
"""So many hours at most wait to be closed (``hour_wait_min``), and are looked for when the wait became shorter."""

RETRY_S: Final = 5.0

log = structlog.get_logger(__name__)


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
    counted = read_counters(connection, plan, found)
    statistics.add(connection, plan.ids, minute_of_all(plan.channels, minute, found, plan.rules, counted))
    appetites = settings.appetites(connection, plan.appetites)
    for length_ms in _intervals(appetites, minute.end_ms):
        _close_longer(connection, plan, Span(minute.end_ms - length_ms, length_ms), plan.channels)
    if _closes_furnaces(appetites, minute.end_ms):
        furnaces = [channel for channel in plan.channels if channel.kind is ChannelKind.FURNACE]
        _close_longer(connection, plan, Span(minute.end_ms - FURNACE_MS, FURNACE_MS), furnaces)
    waited = _close_long(connection, plan, minute.end_ms - plan.hour_wait_ms)
    owe_measurement(connection, (plan.channels, plan.ids), minute.end_ms, appetites, plan.rules)
    short = [due for due in periods_due(appetites, minute.end_ms) if due.span.length_ms < HOUR_MS]
    long = [due for end_ms in waited for due in periods_due(appetites, end_ms) if due.span.length_ms >= HOUR_MS]
    for due in (*short, *long):
        outbox.owe(connection, due.kind, due.span, now_ms, due.platforms, known_ms=minute.end_ms)
    statistics.set_closed_until(connection, minute.end_ms)


def _intervals(appetites: Sequence[Appetite], end_ms: int) -> Sequence[int]:
    """Return the lengths of the periods between minute and hour that end now, shortest first."""
    lengths = {one.minute_min * MINUTE_MS for one in appetites}
    return sorted(length_ms for length_ms in lengths - {MINUTE_MS} if ends_at(end_ms, length_ms))


def _closes_furnaces(appetites: Sequence[Appetite], end_ms: int) -> bool:
    """Tell whether a window of furnace temperatures ends now that is not the interval of all channels anyhow."""
    is_wanted = any(RecordKind.FURNACE in one.kinds for one in appetites)
    return is_wanted and ends_at(end_ms, FURNACE_MS) and FURNACE_MS not in _intervals(appetites, end_ms)


def _close_long(connection: sqlite3.Connection, plan: Plan, end_ms: int) -> Sequence[int]:
    """Close the hour, the day and the month that end at an instant; first the hours that a longer wait left open.

    Returns the ends of the hours that are closed now, without those of which the station saw no minute.
    """
    if not ends_at(end_ms, HOUR_MS):
        return ()
    ends = [end_ms - hours * HOUR_MS for hours in range(MOST_WAITING_H, -1, -1)]
    return [each_ms for each_ms in ends if _close_whole(connection, plan, each_ms)]


def _close_whole(connection: sqlite3.Connection, plan: Plan, end_ms: int) -> bool:
    hour = Span(end_ms - HOUR_MS, HOUR_MS)
    if statistics.has(connection, hour, HOUR_MS) or not statistics.has(connection, hour, MINUTE_MS):
        return False
    _close_longer(connection, plan, hour, plan.channels)
    day, month = Span(end_ms - DAY_MS, DAY_MS), month_at(end_ms - 1)
    if ends_at(end_ms, DAY_MS):
        _close_longer(connection, plan, day, plan.channels)
    if month.end_ms == end_ms:
        _close_longer(connection, plan, month, plan.channels)
    return True


def _close_longer(connection: sqlite3.Connection, plan: Plan, span: Span, channels: Sequence[Channel]) -> None:
    part_ms = part_of(span)
    parts = statistics.in_span(connection, plan.ids, span, part_ms)
    made: Sequence[PeriodStatistic] = means_of_all(channels, span, parts, part_ms, plan.rules)
    is_hour = span.length_ms == HOUR_MS
    if is_hour:  # days and months are means of valid hours and days, as of everything else
        made = of_means(plan.derivations, made)
    whole = with_masses(channels, made, parts, plan.rules)
    statistics.add(connection, plan.ids, _composite(connection, plan, span, whole) if is_hour else whole)


def _composite(
    connection: sqlite3.Connection, plan: Plan, span: Span, made: Sequence[PeriodStatistic]
) -> Sequence[PeriodStatistic]:
    """Return the statistics of an hour, those of composite samples by the results that were taken in it."""
    by_name = {one.channel: one for one in made}
    for channel in plan.channels:
        if channel.composite:
            results = samples.results_in(connection, plan.ids[channel.name], span)
            flow = by_name.get(channel.flow)
            by_name[channel.name] = of_results(channel, by_name[channel.name], results, flow, plan.rules)
    return list(by_name.values())
