"""Each result of an analyser that works in cycles is told once, however often it is polled."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.events import RawResult
from dau.core.periods import DAY_MS, HOUR_MS, Span
from dau.core.records import RecordKind
from dau.core.rules.names import Rule, Silenced
from dau.core.samples import Reading, Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.process.recorder import Beside, Recorder
from dau.process.results import Results
from dau.runtime.clock import LoopClock
from dau.store import events, findings, samples, statistics
from dau.store.findings import Wanted
from tests.process.station import Station, live, ms

BEGIN_MS = ms("2026-01-01 10:00:00")
COD = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 20, high=500.0, kind=ChannelKind.PERIODIC)
RESULTS = Results({"cod": 8 * HOUR_MS}, ("national",))


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path / "station.db", LoopClock(BEGIN_MS))


async def record(station: Station, *values: float | None, results: Results = RESULTS) -> None:
    """Poll once a second with a recorder of its own, as after a start."""
    beside = Beside(results=results)
    recorder = Recorder({"water": [COD]}, station.plan.ids, station.database, station.clock, beside)
    for value in values:
        await station.clock.sleep(1)
        readings = [Reading("cod", value, State.OK if value is not None else State.FAULT)]
        await recorder("water", readings, station.clock.now_ms())
        assert await recorder.flush()


def told(station: Station) -> list[tuple[float | None, int | None]]:
    """Return value and second of each result that is owed."""

    def read(connection: sqlite3.Connection) -> Iterator[tuple[float | None, int | None]]:
        for record in events.in_span(connection, RecordKind.RAW, 0, 1 << 62):
            assert isinstance(record.event, RawResult) and record.event.completed_ms is not None
            assert record.event.sampled_ms is None
            assert record.span.start_ms == record.event.completed_ms
            yield record.event.value, (record.event.completed_ms - BEGIN_MS) // 1000

    with sqlite3.connect(station.path) as connection:
        return list(read(connection))


def test_a_result_is_told_when_it_appears_and_not_again(station: Station) -> None:
    async def story(station: Station) -> None:
        await record(station, 40.1, 40.1, 40.1, 38.0, 38.0, 40.1)

    live(station, story)
    assert told(station) == [(40.1, 1), (38.0, 4), (40.1, 6)]


def test_silence_in_between_makes_no_result_new(station: Station) -> None:
    async def story(station: Station) -> None:
        await record(station, 40.1, None, None, 40.1, 0.0)

    live(station, story)
    assert told(station) == [(40.1, 1), (0.0, 5)]


def test_a_restart_makes_no_result_new(station: Station) -> None:
    async def story(station: Station) -> None:
        await record(station, 40.1)
        await record(station, 40.1, 41.0)

    live(station, story)
    assert told(station) == [(40.1, 1), (41.0, 3)]


def test_other_channels_have_no_results(station: Station) -> None:
    async def story(station: Station) -> None:
        await record(station, 40.1, 41.0, results=Results())

    live(station, story)
    assert told(station) == []


def test_who_wants_results_is_owed_them(station: Station) -> None:
    async def story(station: Station) -> None:
        await record(station, 40.1)
        rows = await station.database.read(
            lambda connection: connection.execute(
                "SELECT platform FROM delivery JOIN record ON record.id = record WHERE kind = 'raw'"
            ).fetchall()
        )
        assert rows == [("national",)]

    live(station, story)


def test_a_value_of_days_ago_is_no_last_result(station: Station) -> None:
    async def story(station: Station) -> None:
        def old(connection: sqlite3.Connection) -> float | None:
            earlier = Sample("cod", BEGIN_MS - 3 * DAY_MS, 5.0, 5.0, State.OK)
            samples.add(connection, station.plan.ids, [earlier], 0)
            return samples.last_value(connection, "cod", BEGIN_MS)

        assert await station.database.write(old) is None

    live(station, story)


async def show(station: Station, *readings: Reading, results: Results = RESULTS) -> None:
    """Poll an analyser that gives its results times, once a second with a recorder of its own, as after a start."""
    beside = Beside(results=results)
    recorder = Recorder({"water": [COD]}, station.plan.ids, station.database, station.clock, beside)
    for each in readings:
        await station.clock.sleep(1)
        await recorder("water", [each], station.clock.now_ms())
        assert await recorder.flush()


@pytest.mark.parametrize("restarts", [False, True])
def test_a_number_that_comes_after_its_time_is_the_result(station: Station, restarts: bool) -> None:
    """One bad answer just when the time moves must not cost the result."""
    broken = Reading("cod", None, State.FAULT, data_ms=BEGIN_MS)
    whole = Reading("cod", 31.0, data_ms=BEGIN_MS)

    async def story(station: Station) -> None:
        await show(station, Reading("cod", 30.0, data_ms=BEGIN_MS - HOUR_MS), broken, broken)
        await show(station, *([] if restarts else [broken]), whole, whole, broken)
        if restarts:
            await show(station, whole)

    live(station, story)
    with sqlite3.connect(station.path) as connection:
        numbered = connection.execute("SELECT raw, data_ms, sampled_ms FROM sample WHERE raw IS NOT NULL").fetchall()
        events_told = [each.event for each in events.in_span(connection, RecordKind.RAW, 0, 1 << 62)]
    assert numbered == [(30.0, BEGIN_MS - HOUR_MS, BEGIN_MS - HOUR_MS), (31.0, BEGIN_MS, BEGIN_MS)]
    assert [each.value for each in events_told if isinstance(each, RawResult)] == [30.0, 31.0]


def test_a_result_whose_hour_is_closed_changes_nothing_and_is_seen(station: Station) -> None:
    hour = Span(BEGIN_MS - HOUR_MS, HOUR_MS)
    closed = PeriodStatistic("cod", hour, State.NO_DATA, False, 0, 1, None)
    taken = [
        Reading("cod", 30.0, data_ms=start_ms + HOUR_MS, sampled_ms=start_ms) for start_ms in (hour.start_ms, BEGIN_MS)
    ]

    async def story(station: Station) -> None:
        await station.database.write(lambda connection: statistics.add(connection, station.plan.ids, [closed]))
        await show(station, *taken, results=replace(RESULTS, composites=frozenset({"cod"})))

    live(station, story)
    with sqlite3.connect(station.path) as connection:
        seen = [one.seen for one in findings.listed(connection, Wanted(rule=Rule.RESULT_LATE), 9)]
        (kept,) = statistics.in_span(connection, station.plan.ids, hour, HOUR_MS)["cod"]
        assert len(list(events.in_span(connection, RecordKind.RAW, 0, 1 << 62))) == 2
    assert [(one.subject, one.first_ms, one.facts) for one in seen] == [("cod", BEGIN_MS + 1000, {"minutes": 1 / 60})]
    assert kept == closed


@pytest.mark.parametrize("silenced", [frozenset(), frozenset({("cod", Rule.RESULT_TIME)})])
def test_a_time_that_goes_back_is_seen_unless_the_rule_is_off(station: Station, silenced: Silenced) -> None:
    taken = [Reading("cod", 30.0, data_ms=BEGIN_MS), Reading("cod", 31.0, data_ms=BEGIN_MS - HOUR_MS)]

    async def story(station: Station) -> None:
        await show(station, *taken, results=replace(RESULTS, silenced=silenced))

    live(station, story)
    with sqlite3.connect(station.path) as connection:
        seen = [one.seen.rule for one in findings.listed(connection, Wanted(), 9)]
    assert seen == ([] if silenced else [Rule.RESULT_TIME])
