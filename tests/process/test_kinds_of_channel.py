"""Running times of facilities and windows of furnace temperatures close at their time, for whoever wants them."""

from dataclasses import replace
from pathlib import Path

import pytest

from dau.core.channels import ChannelKind
from dau.core.periods import DAY_MS, FURNACE_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.states import State
from dau.process.issuer import Due, periods_due
from dau.runtime.clock import LoopClock
from tests.process.recomputation import stored_statistics
from tests.process.station import COD, FLOW, NATIONAL, PROVINCIAL, SO2, Station, labels, live, ms, reading

FACILITY = replace(FLOW, kind=ChannelKind.FACILITY, factor="SB1", total_per_second=None)
FURNACE = replace(SO2, kind=ChannelKind.FURNACE, factor="a01901")
HUNGRY = replace(
    NATIONAL, minute_min=10, kinds=NATIONAL.kinds | {RecordKind.FURNACE, RecordKind.FACILITY_DAY, RecordKind.FACILITY}
)


def lived(folder: Path, begin: str, until: str, minute_min: int = 10, value: float = 1.0) -> Station:
    """Return a station after it polled a facility and a furnace from ``begin`` to ``until`` and a minute beyond."""
    wanted = replace(HUNGRY, minute_min=minute_min)

    async def story(station: Station) -> None:
        await station.stop()
        await station.start((replace(COD, flow=""), FACILITY, FURNACE))
        await station.hear_until(until, value=value)
        await station.clock.sleep(60)

    station = Station(folder / "station.db", LoopClock(ms(begin)), (wanted, replace(PROVINCIAL, minute_min=10)))
    live(station, story)
    return station


def test_furnace_windows_close_every_five_minutes_for_furnaces_alone(tmp_path: Path) -> None:
    station = lived(tmp_path, "2026-01-01 10:00:00", "2026-01-01 10:16:00", value=868.0)
    with reading(station.path) as connection:
        stored = stored_statistics(connection)
        assert labels(connection, "furnace", "national") == ["01 10:00", "01 10:05", "01 10:10"]
        assert labels(connection, "furnace", "provincial") == []
    windows = [one for one in stored.values() if one.span.length_ms == FURNACE_MS]
    assert [(one.channel, one.mean, one.expected) for one in windows] == [("so2", 868.0, 5)] * 3


def test_a_window_that_is_the_interval_of_all_closes_once(tmp_path: Path) -> None:
    station = lived(tmp_path, "2026-01-01 10:00:00", "2026-01-01 10:06:00", minute_min=5)
    with reading(station.path) as connection:
        windows = [name for name, span in stored_statistics(connection) if span.length_ms == FURNACE_MS]
        assert labels(connection, "furnace", "national") == labels(connection, "interval", "national") == ["01 10:00"]
    assert sorted(windows) == ["cod", "flow", "so2"]


def test_the_day_of_a_facility_is_the_hours_that_it_was_heard_to_run(tmp_path: Path) -> None:
    station = lived(tmp_path, "2026-01-01 22:30:00", "2026-01-02 00:00:00")
    with reading(station.path) as connection:
        day = stored_statistics(connection)["flow", Span(ms("2026-01-01 00:00:00"), DAY_MS)]
        assert labels(connection, "facility_day", "national") == ["01 00:00"]
        assert labels(connection, "facility_day", "provincial") == []
    assert day.total == pytest.approx(1.5)
    assert (day.mean, day.low, day.high, day.raw_mean) == (None, None, None, None)
    assert (day.state, day.valid) == (State.NO_DATA, False), "most of the day nobody knows of"


def test_what_ends_at_midnight_is_owed_shortest_first() -> None:
    end_ms = ms("2026-01-02 00:00:00")
    kinds = {MINUTE_MS * 10: ["interval"], HOUR_MS: ["hour"], DAY_MS: ["day", "facility_day"], FURNACE_MS: ["furnace"]}
    assert periods_due([HUNGRY], end_ms) == [
        Due(RecordKind(kind), Span(end_ms - length_ms, length_ms), ("national",))
        for length_ms in sorted(kinds)
        for kind in kinds[length_ms]
    ]
