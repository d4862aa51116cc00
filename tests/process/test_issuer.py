"""What is owed when, and the live records: each label once, at its time, with what was fresh then."""

import sqlite3
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from dau.core.appetites import Appetite
from dau.core.periods import HOUR_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.process.issuer import FRESH_MS, Due, owe_restart, periods_due
from dau.runtime.clock import BEAT_S, LoopClock
from dau.store import outbox
from tests.process.station import NATIONAL, PROVINCIAL, Station, issuing, live, ms, reading

BEGIN = "2026-01-01 10:00:00"
LIVE = "SELECT start_ms, platform FROM record JOIN delivery ON record.id = record WHERE kind = 'realtime' ORDER BY 1, 2"

INTERVAL, HOUR, DAY = RecordKind.INTERVAL, RecordKind.HOUR, RecordKind.DAY


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2026-01-01 10:07:00", [(INTERVAL, 1, ["national"])]),
        ("2026-01-01 10:10:00", [(INTERVAL, 1, ["national"]), (INTERVAL, 10, ["provincial"])]),
        (
            "2026-01-01 08:00:00",  # midnight of UTC ends no day
            [(INTERVAL, 1, ["national"]), (INTERVAL, 10, ["provincial"]), (HOUR, 60, ["national", "provincial"])],
        ),
        (
            "2028-03-01 00:00:00",
            [
                (INTERVAL, 1, ["national"]),
                (INTERVAL, 10, ["provincial"]),
                (HOUR, 60, ["national", "provincial"]),
                (DAY, 1440, ["national", "provincial"]),
            ],
        ),
    ],
)
def test_what_ends_at_an_instant_is_owed_to_whoever_wants_it(
    end: str, expected: list[tuple[RecordKind, int, list[str]]]
) -> None:
    end_ms = ms(end)
    due = [
        Due(kind, Span(end_ms - minutes * MINUTE_MS, minutes * MINUTE_MS), tuple(platforms))
        for kind, minutes, platforms in expected
    ]
    assert periods_due([NATIONAL, PROVINCIAL], end_ms) == due


def test_nobody_gets_hours_or_days_it_does_not_want() -> None:
    modest = replace(NATIONAL, kinds=frozenset({RecordKind.INTERVAL}), minute_min=30)
    (due,) = periods_due([modest], ms("2026-01-02 00:00:00"))
    assert due == Due(INTERVAL, Span(ms("2026-01-01 23:30:00"), 30 * MINUTE_MS), ("national",))
    assert periods_due([], ms("2026-01-02 00:00:00")) == []


def test_two_platforms_of_one_interval_share_a_record() -> None:
    (due,) = periods_due([NATIONAL, replace(PROVINCIAL, minute_min=1)], ms("2026-01-01 10:01:00"))
    assert due.platforms == ("national", "provincial")


def test_a_restart_is_owed_to_everybody_once_for_each_start(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        for started_ms in (5, 5, 6):
            started = partial(owe_restart, appetites=station.appetites, started_ms=started_ms)
            await station.database.write(started)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)))
    live(station, story)
    with reading(station.path) as connection:
        rows = connection.execute("SELECT start_ms, length_ms, platform FROM record JOIN delivery ON id = record")
        assert sorted(rows) == [(at, 0, name) for at in (5, 6) for name in ("national", "provincial")]


def next_live(connection: sqlite3.Connection, since: str) -> dict[str, float | None]:
    """Return what the first live record since an instant tells of each channel."""
    found = outbox.next_delivery(connection, "national", 1 << 60, ms(since), live=True)
    assert found is not None
    return {sample.channel: sample.value for sample in found.record.samples}


def test_each_platform_gets_a_live_record_at_every_multiple_of_its_interval(tmp_path: Path) -> None:
    appetites = (NATIONAL, replace(PROVINCIAL, realtime_s=45))

    async def story(station: Station) -> None:
        async with issuing(station, appetites):
            await station.clock.sleep(185)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)))
    live(station, story)
    with reading(station.path) as connection:
        told = [((start_ms - ms(BEGIN)) // 1000, name) for start_ms, name in connection.execute(LIVE)]
        (records,) = connection.execute("SELECT count(*) FROM record WHERE kind = 'realtime'").fetchone()
    assert told == [
        (45, "provincial"),
        (60, "national"),
        (90, "provincial"),
        (120, "national"),
        (135, "provincial"),
        (180, "national"),
        (180, "provincial"),
    ]
    assert records == 6


def test_a_live_record_tells_the_newest_of_each_channel_unless_it_is_old(tmp_path: Path) -> None:
    oldest_s = FRESH_MS / 1000 - 60

    async def story(station: Station) -> None:
        await station.hear("gas", [1.0], age_s=oldest_s + 0.001)
        await station.hear("water", [20.0, 5.0], age_s=oldest_s)
        async with issuing(station, [NATIONAL]):
            await station.clock.sleep(61)
            await station.hear("water", [22.0, None], age_s=10)
            await station.hear("water", [21.0, None], age_s=20)  # arrived last
            await station.hear("gas", [3.0])
            await station.clock.sleep(60)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)), ())
    live(station, story)
    with reading(station.path) as connection:
        assert next_live(connection, "2026-01-01 10:01:00") == {"cod": 20.0, "flow": 5.0}
        assert next_live(connection, "2026-01-01 10:02:00") == {"cod": 21.0, "flow": None, "so2": 3.0}


def test_a_disk_that_refuses_costs_live_records_and_nothing_more(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.sql("PRAGMA max_page_count = 1")
        async with issuing(station, [NATIONAL]):
            await station.clock.sleep(5 * HOUR_MS / 1000 + 1)
            await station.sql("PRAGMA max_page_count = 100000")
            await station.clock.sleep(HOUR_MS / 1000)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)), ())
    with capture_logs() as lines:
        live(station, story)
    with reading(station.path) as connection:
        starts = [start_ms for start_ms, _ in connection.execute(LIVE)]
    assert len(starts) < 6 * 60
    assert starts[-60:] == [ms(BEGIN) + minute * MINUTE_MS for minute in range(5 * 60 + 1, 6 * 60 + 1)]
    assert [line["event"] for line in lines].count("live_records_not_made") == 1


def test_live_records_go_on_at_once_when_a_wrong_time_is_put_right(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        async with issuing(station, [NATIONAL]):
            for step_ms in (0, HOUR_MS, -HOUR_MS, 0):
                station.clock.start_ms += step_ms
                await station.clock.sleep(100)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)), ())
    live(station, story)
    with reading(station.path) as connection:
        told = [(start_ms - ms(BEGIN)) // MINUTE_MS for start_ms, _ in connection.execute(LIVE)]
    assert told == [1, 2, 4, 5, 6, 62, 63]


STEPS = st.lists(st.tuples(st.floats(0.001, 200), st.integers(-300_000, 300_000)), max_size=12)


@given(STEPS, st.lists(st.sampled_from([30, 45, 60]), min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_no_clock_makes_a_label_twice_or_stops_them(steps: list[tuple[float, int]], intervals: list[int]) -> None:
    appetites = [Appetite(f"p{number}", interval, 10) for number, interval in enumerate(intervals)]
    end_ms = ms(BEGIN)

    async def story(station: Station) -> None:
        nonlocal end_ms
        async with issuing(station, appetites):
            for pause_s, step_ms in steps:
                await station.clock.sleep(pause_s)
                end_ms = max(end_ms, station.clock.now_ms())
                station.clock.start_ms += step_ms
            end_ms = max(end_ms, station.clock.now_ms()) + 130_000
            await station.clock.sleep((end_ms - station.clock.now_ms()) / 1000)

    with TemporaryDirectory() as folder:
        station = Station(Path(folder) / "station.db", LoopClock(ms(BEGIN)), ())
        live(station, story)
        with reading(station.path) as connection:
            told = connection.execute(LIVE).fetchall()
    assert len(told) == len(set(told))
    for one in appetites:
        step_ms = one.realtime_s * 1000
        starts = [start_ms for start_ms, name in told if name == one.platform]
        assert all(start_ms % step_ms == 0 and start_ms <= end_ms for start_ms in starts)
        assert starts[-1] > end_ms - step_ms - BEAT_S * 1000, "they go on when the clock has caught up"
