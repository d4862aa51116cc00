"""A week of an outfall: hourly results, calibrations, a restart, a new meter, a counter that rolls over.

Exactly one sample has the number of each result, each is told once, the hours of the composite sample are those in
which its water was taken, and what flowed is right to the unit.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dau.core.appetites import Appetite
from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.events import RawResult
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.samples import Reading
from dau.core.states import State
from dau.database import Database
from dau.process.closer import begun, close_minute
from dau.process.plan import Plan
from dau.process.recorder import Beside, Recorder
from dau.process.results import Results
from dau.runtime.clock import LoopClock
from dau.store import events, findings, samples
from dau.store.findings import Wanted
from dau.store.schema import STATION
from tests.process.station import ms
from tests.virtual_time import run_virtual

BEGIN_MS = ms("2026-03-01 00:00:00")
WEEK_MS = 7 * DAY_MS
FLOW = Channel(
    "flow", "w00000", "L/s", 2, Medium.WATER, 60, high=50.0, total_per_second=0.001, total_unit="m3", counter="total"
)
TOTAL = Channel("total", "w98765", "m3", 2, Medium.WATER, 60, kind=ChannelKind.COUNTER, modulus=1e6, total_unit="m3")
COD = Channel(
    "cod",
    "w01018",
    "mg/L",
    1,
    Medium.WATER,
    60,
    kind=ChannelKind.PERIODIC,
    flow="flow",
    mass_per_amount=0.001,
    total_unit="kg",
    cycle_min=60,
    composite=True,
)
CHANNELS = (COD, FLOW, TOTAL)
READY_MIN = 45
"""The result of the hour before is there so many minutes after the full hour."""

EXCHANGED_MS = BEGIN_MS + 3 * DAY_MS + 10 * HOUR_MS
ROLLS_MS = BEGIN_MS + 5 * DAY_MS
DEAD = Span(BEGIN_MS + 6 * DAY_MS, 5 * HOUR_MS)
"""The analyser makes no results; it goes on showing its last one."""


@dataclass(slots=True)
class Outfall:
    """Water at 20 L/s, 1.2 m3 a minute, an analyser, and a meter whose counter is exchanged and rolls over."""

    results: dict[int, float] = field(default_factory=dict)

    def cod(self, at_ms: int) -> Reading:
        """What the analyser shows: the result of the last hour that is ready; each value comes twice in a row."""
        hour_ms = (at_ms - READY_MIN * MINUTE_MS) // HOUR_MS * HOUR_MS - HOUR_MS
        while DEAD.start_ms <= hour_ms < DEAD.end_ms:
            hour_ms -= HOUR_MS
        value = 30.0 + hour_ms // HOUR_MS // 2 % 17
        if hour_ms >= BEGIN_MS - 2 * HOUR_MS:
            self.results[hour_ms] = value
        states = State.CALIBRATION if at_ms % DAY_MS < 30 * MINUTE_MS else State.OK
        return Reading("cod", value, states, data_ms=hour_ms + HOUR_MS, sampled_ms=hour_ms)

    def total(self, at_ms: int) -> Reading:
        """The counter: another one from the exchange on, near its end so that it rolls over two days later."""
        minutes = (at_ms - BEGIN_MS) // MINUTE_MS
        if at_ms < EXCHANGED_MS:
            return Reading("total", round(5000 + 1.2 * minutes, 4))
        since_roll = 1.2 * (at_ms - ROLLS_MS) / MINUTE_MS
        return Reading("total", round(since_roll % 1e6, 4))

    def polled(self, at_ms: int) -> list[Reading]:
        return [self.cod(at_ms), Reading("flow", 20.0), self.total(at_ms)]


async def lived(path: Path, clock: LoopClock, until_ms: int, outfall: Outfall, open_ones: list[Database]) -> None:
    """One life of a station: polls each minute and closes it ten seconds later."""
    database = Database(path, STATION, "OFF")
    open_ones.append(database)
    await database.open()
    ids = await database.write(lambda connection: samples.register(connection, CHANNELS))
    plan = Plan(CHANNELS, ids, (Appetite("p", realtime_s=3600, minute_min=10),), 10_000, hour_wait_ms=HOUR_MS)
    beside = Beside(results=Results({"cod": COD.hold_ms}, ("p",)))
    recorder = Recorder({"outfall": CHANNELS}, ids, database, clock, beside)
    now_ms = clock.now_ms()
    closed_ms = await database.write(lambda connection: begun(connection, now_ms))
    try:
        while clock.now_ms() < until_ms:
            await clock.sleep((30_250 - clock.now_ms() % MINUTE_MS) % MINUTE_MS / 1000)
            await recorder("outfall", outfall.polled(clock.now_ms()), clock.now_ms())
            assert await recorder.flush()
            await clock.sleep(40)
            while closed_ms + MINUTE_MS <= clock.now_ms():
                minute = Span(closed_ms, MINUTE_MS)
                await database.write(partial(close_minute, plan=plan, minute=minute, now_ms=minute.end_ms))
                closed_ms = minute.end_ms
    finally:
        await database.close()


def raw_results(connection: sqlite3.Connection) -> Iterator[tuple[int, float]]:
    for record in events.in_span(connection, RecordKind.RAW, 0, 1 << 62):
        assert isinstance(record.event, RawResult)
        assert record.event.sampled_ms is not None and record.event.value is not None
        assert record.event.completed_ms == record.event.sampled_ms + HOUR_MS
        yield record.event.sampled_ms, record.event.value


def test_one_sample_for_each_result_and_every_cubic_metre(tmp_path: Path) -> None:
    path, outfall = tmp_path / "station.db", Outfall()
    clock = LoopClock(BEGIN_MS)

    open_ones: list[Database] = []

    async def week() -> None:
        for until_ms in (BEGIN_MS + 2 * DAY_MS + 13 * MINUTE_MS, BEGIN_MS + WEEK_MS + 2 * HOUR_MS):
            await lived(path, clock, until_ms, outfall, open_ones)

    run_virtual(week(), busy=lambda: any(each.busy for each in open_ones))
    with sqlite3.connect(path) as connection:
        numbered = dict(
            connection.execute("SELECT sampled_ms, raw FROM sample WHERE channel = 1 AND raw IS NOT NULL").fetchall()
        )
        (rows,) = connection.execute("SELECT count(*) FROM sample WHERE channel = 1 AND raw IS NOT NULL").fetchone()
        assert numbered == outfall.results and rows == len(outfall.results)
        assert list(raw_results(connection)) == sorted(outfall.results.items())
        hours = connection.execute(
            "SELECT start_ms, mean, valid, volume, total FROM statistic WHERE length_ms = 3600000 AND channel = 1"
        ).fetchall()
        for start_ms, mean, valid, volume, mass in hours:
            assert (start_ms, mean) == (start_ms, outfall.results.get(start_ms))
            assert valid is not None and bool(valid) is (start_ms in outfall.results)
            assert mass is None or mass == float(f"{volume * mean * 0.001:.12g}")
        assert {start for start, *_ in hours} == set(range(BEGIN_MS, BEGIN_MS + WEEK_MS + HOUR_MS, HOUR_MS))
        flowed = connection.execute(
            "SELECT start_ms, total FROM statistic WHERE length_ms = 60000 AND channel = 2"
        ).fetchall()
        lacking = [start_ms for start_ms, total in flowed if total is None]
        assert lacking == [BEGIN_MS, EXCHANGED_MS], "the first reading, and the one of the new meter, tell nothing"
        assert all(total == 1.2 for _, total in flowed if total is not None)
        leaps = [(each.seen.rule, each.seen.first_ms) for each in findings.listed(connection, Wanted(), 99)]
    assert leaps == [("counter_rolled", ROLLS_MS + 30_250), ("counter_leapt", EXCHANGED_MS + 30_250)]
