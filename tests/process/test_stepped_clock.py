"""A wall clock that is put forward or back doubles no label and overwrites nothing; long absences close in portions."""

from pathlib import Path

from structlog.testing import capture_logs

from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.states import State
from dau.runtime.clock import LoopClock
from tests.process.recomputation import assert_true, stored_statistics
from tests.process.station import GRACE_S, PROVINCIAL, SO2, Station, labels, live, ms, reading

BEGIN = "2026-01-01 10:00:00"


def test_minutes_that_the_clock_jumped_over_have_no_data(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.hear_until("2026-01-01 10:01:30")
        station.clock.start_ms += 30 * MINUTE_MS
        await station.hear_until("2026-01-01 10:34:00")
        await station.clock.sleep(2 * GRACE_S)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)))
    live(station, story)
    with reading(station.path) as connection:
        assert assert_true(connection, station.plan, ms(BEGIN)) == ms("2026-01-01 10:34:00")
        stored = stored_statistics(connection)
        assert labels(connection, "interval", "national") == [f"01 10:{minute:02}" for minute in range(34)]
    states = [stored["so2", Span(ms(BEGIN) + number * MINUTE_MS, MINUTE_MS)].state for number in range(34)]
    assert states[:1] + states[32:] == [State.OK] * 3
    assert states[2:31] == [State.NO_DATA] * 29


def test_a_clock_put_back_doubles_nothing_and_closing_goes_on(tmp_path: Path) -> None:
    kept: list[object] = []

    async def story(station: Station) -> None:
        await station.hear_until("2026-01-01 10:20:15", value=1.0)
        kept.append(await station.sql("SELECT * FROM statistic ORDER BY 1, 2, 3"))
        station.clock.start_ms -= 10 * MINUTE_MS
        await station.hear_until("2026-01-01 10:20:00", value=99.0)
        kept.append(await station.sql("SELECT * FROM statistic ORDER BY 1, 2, 3"))
        await station.hear_until("2026-01-01 10:22:00", value=2.0)
        await station.clock.sleep(2 * GRACE_S)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)))
    with capture_logs() as lines:
        live(station, story)
    assert kept[0] == kept[1]
    with reading(station.path) as connection:
        assert assert_true(connection, station.plan, ms(BEGIN)) == ms("2026-01-01 10:22:00")
        assert labels(connection, "interval", "provincial") == ["01 10:00", "01 10:10"]
        assert connection.execute("SELECT DISTINCT late FROM sample WHERE value = 99.0").fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM sample").fetchone() == (station.heard,)
        resumed = stored_statistics(connection)["so2", Span(ms("2026-01-01 10:21:00"), MINUTE_MS)]
        assert (resumed.mean, resumed.count) == (2.0, 3)
    assert [line["event"] for line in lines].count("samples_come_late") == 1


def test_a_restart_while_the_clock_is_behind_closes_nothing_again(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.hear_until("2026-01-01 10:10:15")
        await station.stop()
        station.clock.start_ms -= 5 * MINUTE_MS
        await station.start()
        await station.hear_until("2026-01-01 10:11:00")
        await station.clock.sleep(2 * GRACE_S)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)))
    live(station, story)
    with reading(station.path) as connection:
        assert assert_true(connection, station.plan, ms(BEGIN)) == ms("2026-01-01 10:11:00")


def test_what_was_missed_while_off_is_closed_in_order_and_owed(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.hear_until("2026-01-01 10:59:50")
        await station.stop()
        await station.clock.sleep(3 * 3600 + 20)
        await station.start()
        await station.clock.sleep(1)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)))
    live(station, story)
    with reading(station.path) as connection:
        assert assert_true(connection, station.plan, ms(BEGIN)) == ms("2026-01-01 14:00:00")
        assert labels(connection, "hour", "provincial") == [f"01 {hour}:00" for hour in (10, 11, 12, 13)]
        before = stored_statistics(connection)["so2", Span(ms("2026-01-01 10:59:00"), MINUTE_MS)]
        assert (before.count, before.state) == (3, State.OK), "stored before the station went off"


def test_a_month_off_never_keeps_live_samples_waiting(tmp_path: Path) -> None:
    awake_ms = ms(BEGIN) + 30 * DAY_MS
    progress: list[tuple[int, int]] = []

    async def closed_ms(station: Station) -> int:
        ((until_ms,),) = await station.sql("SELECT closed_until_ms FROM progress")
        assert isinstance(until_ms, int)
        return until_ms

    async def story(station: Station) -> None:
        await station.stop()
        station.clock.start_ms += 30 * DAY_MS
        await station.start((SO2,))
        while (before_ms := await closed_ms(station)) < awake_ms - MINUTE_MS:
            await station.hear("gas", [1.0])
            assert await station.recorder.flush()
            progress.append((before_ms, await closed_ms(station)))
        await station.clock.sleep(60 + GRACE_S)

    station = Station(tmp_path / "station.db", LoopClock(ms(BEGIN)), (PROVINCIAL,))
    live(station, story)
    assert max(after_ms - before_ms for before_ms, after_ms in progress) <= 5 * HOUR_MS
    with reading(station.path) as connection:
        assert connection.execute("SELECT count(*), sum(late) FROM sample").fetchone() == (len(progress), 0)
        assert len(labels(connection, "day", "provincial")) == 30
        assert labels(connection, "hour", "provincial")[-1] == "31 09:00"
        minutes = connection.execute(
            "SELECT start_ms FROM statistic WHERE length_ms = 60000 AND channel = 3"
        ).fetchall()
    assert [start_ms for (start_ms,) in minutes] == list(range(ms(BEGIN), awake_ms + MINUTE_MS, MINUTE_MS))
