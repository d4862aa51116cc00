"""Statistic, record, deliveries and progress of a minute exist together or not at all, also when the process dies."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from dau.runtime.clock import LoopClock
from tests.process import dying
from tests.process.recomputation import assert_true
from tests.process.station import Station, labels, live, ms, reading

ROOT = Path(__file__).parents[2]
SECOND_MINUTE = [("statistic", 5), ("statistic", 12), ("record", 2), ("record", 4), ("delivery", 5), ("progress", 2)]
"""Rows that belong to the minute 10:59, which ends an hour; those before them belong to 10:58."""


@pytest.mark.parametrize(("table", "number"), SECOND_MINUTE)
def test_a_death_in_the_middle_of_closing_leaves_nothing_half_done(tmp_path: Path, table: str, number: int) -> None:
    path = tmp_path / "station.db"
    died = subprocess.run([sys.executable, "-m", dying.__name__, path, table, str(number)], cwd=ROOT, check=False)
    assert died.returncode == dying.EXIT

    async def story(station: Station) -> None:
        with reading(path) as connection:
            assert assert_true(connection, station.plan, ms(dying.BEGIN)) == ms("2026-01-01 10:59:00")
        await station.clock.sleep(60)

    station = Station(path, LoopClock(ms("2026-01-01 11:00:05")))
    live(station, story)
    with reading(path) as connection:
        assert assert_true(connection, station.plan, ms(dying.BEGIN)) == ms("2026-01-01 11:00:00")
        assert labels(connection, "hour", "provincial") == ["01 10:00"]
        counts = connection.execute("SELECT count FROM statistic WHERE length_ms = 60000").fetchall()
    assert counts == [(3,)] * 6, "what was stored before the death counts"


@pytest.mark.parametrize("table", ["statistic", "record", "delivery", "progress"])
def test_an_error_in_the_middle_of_closing_undoes_all_of_it_and_nothing_else(tmp_path: Path, table: str) -> None:
    path = tmp_path / "station.db"

    async def story(station: Station) -> None:
        await station.hear_until("2026-01-01 10:01:05")
        await station.sql(
            f"CREATE TEMP TRIGGER refusing AFTER INSERT ON main.{table}"
            " WHEN (SELECT count(*) FROM statistic) >= 3 BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
        )
        await station.hear_until("2026-01-01 10:01:30")

    station = Station(path, LoopClock(ms("2026-01-01 10:00:00")))
    with pytest.raises(sqlite3.IntegrityError, match="refused by the test"):
        live(station, story)
    with reading(path) as connection:
        assert assert_true(connection, station.plan, ms("2026-01-01 10:00:00")) == ms("2026-01-01 10:00:00")
        assert connection.execute("SELECT count(*) FROM sample").fetchone() == (station.heard,)
        assert connection.execute("SELECT count(*) FROM statistic").fetchone() == (0,)
