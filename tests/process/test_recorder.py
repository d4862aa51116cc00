"""Every reading becomes a sample and is stored, at once or a moment later; a disk that refuses costs only memory."""

from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.core.samples import Reading, Sample
from dau.core.states import State
from dau.database import DatabaseDamaged, DiskFull
from dau.process.recorder import GATHER_S
from dau.runtime.clock import LoopClock
from dau.store import samples
from tests.process.recomputation import assert_true
from tests.process.station import Station, live, ms, reading

BEGIN = "2026-01-01 10:00:00"


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path / "station.db", LoopClock(ms(BEGIN)))


def stored_in(path: Path) -> list[Sample]:
    with reading(path) as connection:
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM sample").fetchone()
        return list(samples.by_ids(connection, range(1, last + 1)))


async def fill_disk(station: Station) -> None:
    """Let the file grow no further; what room its pages still have is soon used up."""
    await station.sql("PRAGMA max_page_count = 1")


async def free_disk(station: Station) -> None:
    with suppress(DiskFull):  # beside a job that the disk refuses, ours is refused too
        await station.sql("PRAGMA max_page_count = 1000000")
        return
    await free_disk(station)


def test_readings_are_judged_and_silence_is_a_sample_of_each_channel(station: Station) -> None:
    async def story(station: Station) -> None:
        await station.recorder("water", [Reading("cod", 501.0), Reading("flow", 0.0, State.MAINTENANCE)], 7)
        await station.recorder("water", [Reading("flow", None)], 8)
        await station.recorder("water", None, 9)

    live(station, story)
    assert stored_in(station.path) == [
        Sample("cod", 7, 501.0, 501.0, State.OVER_RANGE, late=True),
        Sample("flow", 7, 0.0, 0.0, State.MAINTENANCE, late=True),
        Sample("flow", 8, None, None, State.FAULT, late=True),
        Sample("cod", 9, None, None, State.COMM_LOST, late=True),
        Sample("flow", 9, None, None, State.COMM_LOST, late=True),
    ]


def test_the_first_samples_are_stored_at_once_and_later_ones_gather(station: Station) -> None:
    counts: list[object] = []

    async def story(station: Station) -> None:
        await station.clock.sleep(12)  # instruments that answer late find the same
        for pause_s in (0.001, GATHER_S - 0.01, 0.02):
            if pause_s != 0.02:
                await station.hear("gas", [1.0])
            await station.clock.sleep(pause_s)
            counts.extend((await station.sql("SELECT count(*) FROM sample"))[0])

    live(station, story)
    assert counts == [1, 1, 2]


def test_what_waits_is_stored_when_the_station_ends(station: Station) -> None:
    async def story(station: Station) -> None:
        for value in (1.0, 2.0, 3.0):
            await station.hear("gas", [value])
            await station.clock.sleep(0.1)

    live(station, story)
    assert [sample.value for sample in stored_in(station.path)] == [1.0, 2.0, 3.0]


def test_a_full_disk_loses_nothing_closes_nothing_and_is_told_once(station: Station) -> None:
    closed: list[object] = []

    async def story(station: Station) -> None:
        await station.hear_until("2026-01-01 10:01:30", step_s=1)
        await fill_disk(station)
        await station.hear_until("2026-01-01 10:05:00", step_s=1)
        closed.extend((await station.sql("SELECT closed_until_ms FROM progress"))[0])
        await free_disk(station)
        await station.hear_until("2026-01-01 10:06:00", step_s=1)
        await station.clock.sleep(15)

    with capture_logs() as lines:
        live(station, story)
    assert closed == [ms("2026-01-01 10:01:00")]
    stored = stored_in(station.path)
    assert len(stored) == station.heard
    assert [sample.at_ms for sample in stored] == sorted(sample.at_ms for sample in stored)
    assert not any(sample.late for sample in stored)
    with reading(station.path) as connection:
        assert assert_true(connection, station.plan, ms(BEGIN)) == ms("2026-01-01 10:06:00")
        counts = connection.execute("SELECT DISTINCT count FROM statistic WHERE length_ms = 60000").fetchall()
    assert counts == [(60,)], "every period has all its samples"
    events = [line["event"] for line in lines]
    assert events.count("samples_wait_in_memory") == events.count("samples_are_stored_again") == 1
    told = next(line for line in lines if line["event"] == "samples_wait_in_memory")
    assert "database or disk is full" in told["error"]


def test_periods_without_samples_wait_for_the_disk_as_well(station: Station) -> None:
    async def story(station: Station) -> None:
        await fill_disk(station)
        await station.clock.sleep(4 * 3600)
        assert (await station.sql("SELECT closed_until_ms FROM progress"))[0] < (ms("2026-01-01 13:00:00"),)
        await free_disk(station)
        await station.clock.sleep(15)

    with capture_logs() as lines:
        live(station, story)
    with reading(station.path) as connection:
        assert assert_true(connection, station.plan, ms(BEGIN)) == ms("2026-01-01 14:00:00")
    assert [line["event"] for line in lines].count("periods_wait") == 1


def test_memory_is_bounded_and_what_that_costs_is_told(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dau.process.recorder.MOST_WAITING", 50)

    async def story(station: Station) -> None:
        await station.hear("gas", [-1.0])
        await station.clock.sleep(1)
        await fill_disk(station)
        for value in range(2000):
            await station.hear("gas", [float(value)])
            await station.clock.sleep(0.02)
        await free_disk(station)
        await station.clock.sleep(15)

    with capture_logs() as lines:
        live(station, story)
    values = [sample.value for sample in stored_in(station.path)]
    assert values[-50:] == [float(value) for value in range(1950, 2000)], "the newest are kept"
    begins = [line for line in lines if line["event"] == "samples_are_given_up"]
    ends = [line for line in lines if line["event"] == "samples_are_stored_again"]
    assert [line["limit"] for line in begins] == [50]
    assert [line["given_up"] for line in ends] == [station.heard - len(values)]
    assert values == sorted(value for value in values if value is not None)


def test_a_damaged_database_ends_the_station(station: Station) -> None:
    async def damage(station: Station) -> None:
        ((page, size),) = await station.sql(
            "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = 'sample'"
        )
        await station.stop()
        assert isinstance(page, int) and isinstance(size, int)
        with station.path.open("r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
        await station.start()

    async def story(station: Station) -> None:
        await damage(station)
        await station.hear("gas", [1.0])
        await station.clock.sleep(1)
        assert station.jobs[0].done(), "the recorder does not try again"

    with pytest.raises(DatabaseDamaged, match=r"cannot write database .*station\.db: SQLite says: .*malformed"):
        live(station, story)
