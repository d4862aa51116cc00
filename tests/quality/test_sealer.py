"""Each day is sealed three hours after its end, those that were missed too, each once."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.database import Database
from dau.quality.sealer import SETTLED_MS, Sealer
from dau.runtime.clock import LoopClock
from dau.store import samples, seals, statistics
from dau.store.schema import STATION
from tests.process.station import ms
from tests.store.tables import CHANNELS
from tests.virtual_time import run_virtual

MIDNIGHT = ms("2026-01-02 00:00:00")
IDS = {"cod": 1, "flow": 2}


def sealing(tmp_path: Path, begin_ms: int, story: Callable[[Database, LoopClock], Awaitable[None]]) -> None:
    """Run a sealer beside a story over an empty database."""
    database = Database(tmp_path / "station.db", STATION, "OFF")

    async def work() -> None:
        clock = LoopClock(begin_ms)
        await database.open()
        task = asyncio.create_task(Sealer(database, clock).run(lambda: None))
        try:
            await story(database, clock)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await database.close()

    run_virtual(work(), lambda: database.busy)


def closed(until_ms: int, *starts: int) -> Callable[[sqlite3.Connection], None]:
    """Return a job that closes a minute at each of the starts, and everything until an instant."""

    def close(connection: sqlite3.Connection) -> None:
        samples.register(connection, CHANNELS)
        made = [PeriodStatistic("cod", Span(start, MINUTE_MS), State.OK, True, 12, 12, 1.5) for start in starts]
        statistics.add(connection, IDS, made)
        statistics.set_closed_until(connection, until_ms)

    return close


async def days(database: Database) -> list[int]:
    return await database.read(lambda connection: [each.day_ms for each in seals.every(connection)])


def test_a_day_is_sealed_once_it_has_settled(tmp_path: Path) -> None:
    async def story(database: Database, clock: LoopClock) -> None:
        await clock.sleep(1500)
        assert await days(database) == []
        await database.write(closed(MIDNIGHT + SETTLED_MS - MINUTE_MS, MIDNIGHT - HOUR_MS))
        await clock.sleep(1500)
        assert await days(database) == []
        await database.write(closed(MIDNIGHT + SETTLED_MS))
        await clock.sleep(1500)
        assert await days(database) == [MIDNIGHT - DAY_MS]
        assert await database.read(seals.first_broken) is None

    sealing(tmp_path, MIDNIGHT, story)


def test_days_that_were_missed_are_sealed_in_order_and_none_twice(tmp_path: Path) -> None:
    async def story(database: Database, clock: LoopClock) -> None:
        starts = [MIDNIGHT + number * DAY_MS for number in range(4)]
        await database.write(closed(starts[3] + SETTLED_MS, *starts))
        await clock.sleep(3600)
        assert await days(database) == starts[:3]
        assert await database.read(seals.first_broken) is None

    sealing(tmp_path, MIDNIGHT + 5 * DAY_MS, story)
