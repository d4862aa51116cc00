"""Periods close on time, once, in order, at the clock on the wall in Beijing, and owe what each platform wants."""

from dataclasses import replace
from functools import partial
from math import ceil
from pathlib import Path

import pytest

from dau.core.appetites import Appetite
from dau.core.periods import DAY_MS, HOUR_MS, INTERVALS_MIN, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.states import State
from dau.process.closer import close_minute
from dau.runtime.clock import LoopClock
from tests.process.recomputation import assert_true, stored_statistics
from tests.process.station import (
    CHANNELS,
    COD,
    GRACE_S,
    NATIONAL,
    PROVINCIAL,
    Station,
    labels,
    live,
    ms,
    reading,
)


def station_at(text: str, folder: Path, appetites: tuple[Appetite, ...] = (NATIONAL, PROVINCIAL)) -> Station:
    return Station(folder / "station.db", LoopClock(ms(text)), appetites)


def minute_at(text: str) -> Span:
    return Span(ms(text), MINUTE_MS)


def test_hours_and_days_over_leap_day_and_month_end(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.clock.sleep(26 * 3600)

    station = station_at("2028-02-28 22:30:00", tmp_path)
    live(station, story)
    with reading(station.path) as connection:
        assert_true(connection, station.plan, ms("2028-02-28 22:30:00"))
        hours = labels(connection, "hour", "national")
        assert hours[:3] == ["28 22:00", "28 23:00", "29 00:00"]
        assert hours[-3:] == ["29 21:00", "29 22:00", "29 23:00"]
        assert labels(connection, "day", "provincial") == ["28 00:00", "29 00:00"]
        assert stored_statistics(connection)["cod", Span(ms("2028-02-29 00:00:00"), DAY_MS)].count == 0


@pytest.mark.parametrize("minutes", INTERVALS_MIN)
def test_two_platforms_with_intervals_of_their_own(tmp_path: Path, minutes: int) -> None:
    other = INTERVALS_MIN[-1 - INTERVALS_MIN.index(minutes)]
    appetites = (
        replace(NATIONAL, minute_min=minutes),
        replace(PROVINCIAL, minute_min=other, kinds=frozenset({RecordKind.INTERVAL})),
    )

    async def story(station: Station) -> None:
        await station.hear_until("2026-03-01 00:12:00", step_s=20)
        await station.clock.sleep(3600)

    station = station_at("2026-02-28 23:47:00", tmp_path, appetites)
    live(station, story)
    with reading(station.path) as connection:
        closed_ms = assert_true(connection, station.plan, ms("2026-02-28 23:47:00"))
        assert closed_ms == ms("2026-03-01 01:11:00")
        for one in appetites:
            before, after = ceil(13 / one.minute_min), 71 // one.minute_min  # counted from midnight
            assert len(labels(connection, "interval", one.platform)) == before + after
        assert labels(connection, "hour", "national") == ["28 23:00", "01 00:00"]
        assert labels(connection, "day", "national") == ["28 00:00"]
        assert labels(connection, "hour", "provincial") == labels(connection, "day", "provincial") == []


def test_a_minute_closes_its_grace_after_its_end_and_not_before(tmp_path: Path) -> None:
    closed: list[object] = []

    async def story(station: Station) -> None:
        for pause_s in (60 + GRACE_S - 1, 2, 57, 2):
            await station.clock.sleep(pause_s)
            closed.extend((await station.sql("SELECT closed_until_ms FROM progress"))[0])

    live(station_at("2026-01-01 10:00:00", tmp_path), story)
    texts = ["2026-01-01 10:00:00", "2026-01-01 10:01:00", "2026-01-01 10:01:00", "2026-01-01 10:02:00"]
    assert closed == [ms(text) for text in texts]


def test_a_late_sample_is_stored_and_marked_and_changes_nothing(tmp_path: Path) -> None:
    first = minute_at("2026-01-01 10:00:00")

    async def story(station: Station) -> None:
        await station.clock.sleep(60)
        await station.hear("gas", [1.0], age_s=3)
        await station.clock.sleep(GRACE_S - 1)
        await station.hear("gas", [3.0], age_s=20)  # within the grace
        await station.clock.sleep(2)
        await station.hear("gas", [500.0], age_s=GRACE_S + 2)
        await station.clock.sleep(60)

    station = station_at("2026-01-01 10:00:00", tmp_path)
    live(station, story)
    with reading(station.path) as connection:
        assert connection.execute("SELECT value, late FROM sample ORDER BY id").fetchall() == [
            (1.0, 0),
            (3.0, 0),
            (500.0, 1),
        ]
        closed = stored_statistics(connection)["so2", first]
    assert (closed.mean, closed.high, closed.count, closed.expected) == (2.0, 3.0, 2, 3)


def test_what_arrives_while_a_slow_disk_settles_is_still_in_time(tmp_path: Path) -> None:
    class SlowDisk(Station):
        async def settle(self) -> bool:
            stored = await self.recorder.flush()
            await self.clock.sleep(60.3)
            return stored

    async def story(station: Station) -> None:
        await station.hear("gas", [1.0])  # the very first is stored at once, later ones gather first
        await station.clock.sleep(119.9)
        await station.hear("gas", [7.0])
        await station.clock.sleep(200)

    station = SlowDisk(tmp_path / "station.db", LoopClock(ms("2026-01-01 10:00:00")), grace_s=0)
    live(station, story)
    with reading(station.path) as connection:
        assert connection.execute("SELECT value, late FROM sample").fetchall() == [(1.0, 0), (7.0, 0)]
        assert stored_statistics(connection)["so2", minute_at("2026-01-01 10:01:00")].mean == 7.0


def test_numbers_beyond_belief_hold_up_nothing(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.hear_until("2026-01-01 10:01:00", value=1.7e308)
        await station.hear_until("2026-01-01 10:02:00", value=5.0)
        await station.clock.sleep(2 * GRACE_S)

    station = station_at("2026-01-01 10:00:00", tmp_path)
    live(station, story)
    with reading(station.path) as connection:
        stored = stored_statistics(connection)
    absurd, sound = (stored["so2", minute_at(f"2026-01-01 10:0{number}:00")] for number in (0, 1))
    assert (absurd.state, absurd.mean, absurd.raw_mean) == (State.FAULT, None, None)
    assert (sound.state, sound.mean) == (State.OK, 5.0)


def test_an_hour_does_not_mix_two_units_of_one_channel(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.hear_until("2026-01-01 10:30:00", value=30.0)
        await station.clock.sleep(2 * GRACE_S)
        await station.stop()
        await station.start((replace(COD, unit="g/L"), *CHANNELS[1:]))
        await station.hear_until("2026-01-01 11:00:00", value=0.03)
        await station.clock.sleep(2 * GRACE_S)

    station = station_at("2026-01-01 10:00:00", tmp_path)
    live(station, story)
    hour = Span(ms("2026-01-01 10:00:00"), HOUR_MS)
    with reading(station.path) as connection:
        rows = connection.execute(
            "SELECT unit, mean, count FROM statistic JOIN channel ON channel.id = channel"
            " WHERE name = 'cod' AND length_ms = ? AND start_ms = ?",
            (hour.length_ms, hour.start_ms),
        ).fetchall()
    assert rows == [("g/L", pytest.approx(0.03), 29)], "the minute of the restart lacks a sample"


def test_a_channel_that_is_new_in_an_hour_has_no_data_before(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.stop()
        await station.start(CHANNELS[1:])
        await station.clock.sleep(1200)
        await station.stop()
        await station.start()
        await station.clock.sleep(2430)

    station = station_at("2026-01-01 10:00:00", tmp_path)
    live(station, story)
    with reading(station.path) as connection:
        hour = stored_statistics(connection)["cod", Span(ms("2026-01-01 10:00:00"), HOUR_MS)]
    assert (hour.state, hour.count, hour.expected) == (State.NO_DATA, 0, 60)


@pytest.mark.parametrize(("before_min", "after_min"), [(120, 0), (60, 0), (120, 60), (0, 60), (0, 120)])
def test_another_wait_loses_no_hour_and_no_day(tmp_path: Path, before_min: int, after_min: int) -> None:
    begin_ms = ms("2026-02-28 20:00:00")

    async def story(station: Station) -> None:
        for number in range(10 * 60):
            wait_ms = (before_min if number < 5 * 60 + 30 else after_min) * MINUTE_MS  # changed at half past one
            plan = replace(station.plan, hour_wait_ms=wait_ms)
            minute = Span(begin_ms + number * MINUTE_MS, MINUTE_MS)
            await station.database.write(partial(close_minute, plan=plan, minute=minute, now_ms=minute.end_ms))

    station = station_at("2026-02-28 20:00:00", tmp_path)
    live(station, story)
    closed = 10 - after_min // 60
    whole = ["28 20:00", "28 21:00", "28 22:00", "28 23:00", *(f"01 0{hour}:00" for hour in range(6))]
    with reading(station.path) as connection:
        assert labels(connection, "hour", "national") == whole[:closed]
        assert labels(connection, "day", "national") == ["28 00:00"]
        spans = {span for name, span in stored_statistics(connection) if name == "cod"}
    assert {span.start_ms for span in spans if span.length_ms == HOUR_MS} == {
        begin_ms + number * HOUR_MS for number in range(closed)
    }
    assert [span.start_ms for span in spans if span.length_ms == DAY_MS] == [ms("2026-02-28 00:00:00")]
