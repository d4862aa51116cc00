"""Every twenty minutes the sound levels are told as one measurement, to whoever wants it."""

from dataclasses import replace
from math import log10
from pathlib import Path

import pytest

from dau.core.channels import ChannelKind
from dau.core.events import NoiseMeasurement
from dau.core.periods import MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.states import State, winner
from dau.process.noise import measured_by
from dau.runtime.clock import LoopClock
from dau.store import events
from tests.process.station import COD, FLOW, NATIONAL, PROVINCIAL, SO2, Station, labels, live, ms, reading

LEVEL = replace(SO2, kind=ChannelKind.NOISE, factor="LA", unit="dB")
WANTING = replace(NATIONAL, kinds=NATIONAL.kinds | {RecordKind.NOISE})


def lived(folder: Path, *levels: tuple[str, float | None]) -> Station:
    """Return a station after it heard each level until an instant, and a minute beyond the last."""

    async def story(station: Station) -> None:
        await station.stop()
        await station.start((replace(COD, flow=""), replace(FLOW, total_per_second=None), LEVEL))
        for until, level in levels:
            await station.hear_until(until, value=level)
        await station.clock.sleep(60)

    station = Station(folder / "station.db", LoopClock(ms("2026-01-01 10:00:00")), (WANTING, PROVINCIAL))
    live(station, story)
    return station


def measurements(station: Station) -> list[NoiseMeasurement]:
    with reading(station.path) as connection:
        found = [record.event for record in events.in_span(connection, RecordKind.NOISE, 0, 1 << 62)]
    return [event for event in found if isinstance(event, NoiseMeasurement)]


def test_energy_is_averaged_over_twenty_minutes(tmp_path: Path) -> None:
    station = lived(tmp_path, ("2026-01-01 10:10:00", 50.0), ("2026-01-01 10:41:00", 60.0))
    first, second = measurements(station)
    assert [name for name, _ in (*first.values, *second.values)] == ["so2", "so2"]
    assert first.values[0][1] == pytest.approx(10 * log10((10**5 + 10**6) / 2), abs=0.02)
    assert second.values[0][1] == pytest.approx(60.0)
    assert (winner(first.states), winner(second.states)) == (State.OK, State.OK)
    with reading(station.path) as connection:
        assert labels(connection, "noise", "national") == ["01 10:00", "01 10:20"]
        assert labels(connection, "noise", "provincial") == []


def test_what_was_not_heard_has_no_level(tmp_path: Path) -> None:
    [only] = measurements(lived(tmp_path, ("2026-01-01 10:21:00", None)))
    assert only.values == (("so2", None),)
    assert only.states != State.OK


def test_measurements_begin_with_the_hour() -> None:
    end_ms = ms("2026-01-01 10:40:00")
    assert measured_by(end_ms) == Span(ms("2026-01-01 10:20:00"), 20 * MINUTE_MS)
    assert measured_by(end_ms + MINUTE_MS) is None
