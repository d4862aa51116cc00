"""The engine beside a living station: it follows the closer, survives restarts, and notices a clock that is set."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

import pytest

from dau.core.findings import Finding
from dau.core.periods import HOUR_MS, MINUTE_MS
from dau.core.rules.names import Rule
from dau.quality.clock_watch import ClockWatch
from dau.quality.engine import Engine, Task
from dau.quality.subjects import checks_of, subjects_of
from dau.runtime.clock import LoopClock
from dau.store import audit, findings
from dau.store.findings import Wanted
from tests.process.station import CHANNELS, Station, live, ms
from tests.quality.book import limit, only

BEGIN = "2026-03-05 00:00:00"


def task_of(station: Station, told: tuple[str, ...] = ()) -> Task:
    thresholds = only("hour_exceeded", "missing", "clock_step", "clock_offset")
    subjects = subjects_of(CHANNELS, thresholds, [limit("so2", hour=35.0)])
    return Task(checks_of(subjects), station.plan.ids, {}, told)


class Watching:
    """An engine that runs until the block ends."""

    def __init__(self, station: Station, watch: ClockWatch | None = None) -> None:
        self.rung = 0
        engine = Engine(
            task_of(station, ("national",)), station.database, station.clock, watch or ClockWatch(5.0, 30.0), self._ring
        )
        self._job = asyncio.create_task(engine.run(lambda: None))

    def _ring(self) -> None:
        self.rung += 1

    async def __aenter__(self) -> Self:
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self._job


async def book_of(station: Station) -> list[Finding]:
    found = await station.database.read(lambda connection: findings.listed(connection, Wanted(), 99))
    return sorted(found, key=lambda each: each.id)


def tell(tmp_path: Path, story: Callable[[Station], Awaitable[None]]) -> None:
    live(Station(tmp_path / "station.db", LoopClock(ms(BEGIN))), story)


def test_an_exceeded_hour_is_noted_and_told_soon_after_it_closed(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        async with Watching(station) as watching:
            await station.hear_until("2026-03-05 01:00:20", value=40.0)
            (found,) = await book_of(station)
            assert (found.seen.rule, found.seen.subject) == (Rule.HOUR_EXCEEDED, "so2")
            assert (found.seen.first_ms, found.seen.last_ms) == (ms(BEGIN), ms(BEGIN) + HOUR_MS)
            assert 0 < found.made_ms - found.seen.last_ms < 20_000
            assert watching.rung == 1

    tell(tmp_path, story)


def test_what_closed_while_the_engine_was_away_is_looked_at_when_it_is_back(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        async with Watching(station):
            await station.hear_until("2026-03-05 00:10:00")
        await station.clock.sleep(3600)  # nothing is heard, everything closes
        async with Watching(station):
            await station.clock.sleep(30)
        found = await book_of(station)
        assert {each.seen.subject for each in found} == {"cod", "flow", "so2"}
        assert {each.seen.rule for each in found} == {Rule.MISSING}
        assert {each.seen.first_ms for each in found} == {ms(BEGIN) + 10 * MINUTE_MS}
        assert {each.seen.last_ms for each in found} == {ms(BEGIN) + 70 * MINUTE_MS}

    tell(tmp_path, story)


def test_a_clock_that_is_set_is_noted_with_both_times(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        async with Watching(station):
            await station.clock.sleep(60)
            station.clock.start_ms -= 4_000
            await station.clock.sleep(60)
            assert await book_of(station) == []
            station.clock.start_ms += 20_000
            await station.clock.sleep(60)
            station.clock.start_ms -= 90_000
            await station.clock.sleep(60)
        found = [each for each in await book_of(station) if each.seen.rule is not Rule.MISSING]
        assert [each.seen.rule for each in found] == [Rule.CLOCK_STEP, Rule.CLOCK_STEP, Rule.CLOCK_OFFSET]
        assert [each.running for each in found] == [False] * 3
        steps = [(each.seen.facts or {})["step_s"] for each in found]
        assert steps == [20.0, -90.0, -90.0]
        acts = await station.database.read(lambda connection: audit.newest(connection, 9))
        assert [(act.what, int(act.after or 0) - int(act.before or 0)) for act in acts] == [
            ("clock step", -90_000),
            ("clock step", 20_000),
        ]

    tell(tmp_path, story)


def test_a_clock_rule_that_is_switched_off_leaves_the_audit_row(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        async with Watching(station, ClockWatch(5.0, 30.0, frozenset({Rule.CLOCK_STEP, Rule.CLOCK_OFFSET}))):
            await station.clock.sleep(10)
            station.clock.start_ms += 60_000
            await station.clock.sleep(10)
        assert [each for each in await book_of(station) if each.seen.rule is not Rule.MISSING] == []
        assert len(await station.database.read(lambda connection: audit.newest(connection, 9))) == 1

    tell(tmp_path, story)
