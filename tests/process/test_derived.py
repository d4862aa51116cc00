"""A station that reckons everything from ppm, wet gas and one velocity: from its polls to the packets of an hour.

What must come out is written here from the standard's formulas, once more.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from dau.config.channels import channels_of
from dau.config.derived import derivations_of
from dau.config.load import load_settings
from dau.core.appetites import Appetite
from dau.core.channels import Channel
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.periods import HOUR_MS, MINUTE_MS, Span
from dau.core.records import Record, RecordKind
from dau.core.samples import Reading
from dau.core.states import State
from dau.database import Database
from dau.hj212 import HJ2017, qn_from_ms
from dau.process.closer import close_minute
from dau.process.plan import Plan
from dau.process.recorder import Beside, Recorder
from dau.runtime.clock import LoopClock
from dau.store import declarations, history, samples, statistics
from dau.store.declarations import News
from dau.store.schema import STATION
from dau.uplink.compose import compose
from dau.uplink.identity import Platform
from tests.process.station import ms, reading

EXAMPLE = Path(__file__).parents[2] / "config" / "stack" / "derived.toml"
HOUR = Span(ms("2026-01-01 10:00:00"), HOUR_MS)
NAMES = ("so2_ppm", "no_ppm", "no2_ppm", "o2_wet"), ("temperature", "pressure", "humidity", "point_velocity", "dust_ma")
STEADY = (10.0, 20.0, 1.0, 6.9), (78.0, -0.18, 9.2, 9.4, 12.0)

DRY = 1 - 0.092
SO2 = 10 * 64 / 22.4 / DRY
NOX = 21 * 46 / 22.4 / DRY
O2 = 6.9 / DRY
FLOW = 12.566 * 1.05 * 9.4 * 3600 * 273 / (273 + 78) * (101100 - 180) / 101325 * DRY
EXPECTED = {
    "o2": O2,
    "so2": SO2,
    "so2_converted": SO2 * 15 / (21 - O2),
    "nox": NOX,
    "nox_converted": NOX * 15 / (21 - O2),
    "dust": 50.0,
    "velocity": 9.87,
    "wet_flow": 12.566 * 9.87 * 3600,
    "flow": FLOW,
    "so2_emission": SO2 * FLOW * 1e-6,
}

Poll = tuple[str, Sequence[float] | None]


@pytest.fixture
def channels() -> tuple[Channel, ...]:
    return channels_of(load_settings(EXAMPLE))


def lived(
    path: Path, channels: tuple[Channel, ...], polls: Sequence[tuple[int, Poll]], declared: Declaration | None = None
) -> None:
    """Store polls, each at its instant, as a station does, and close the hour."""

    async def life() -> None:
        settings = load_settings(EXAMPLE)
        named = {channel.name: channel for channel in channels}
        fed = {name: [named[each] for each in group] for name, group in zip(("analyser", "probe"), NAMES, strict=True)}
        database = Database(path, STATION, "OFF")
        await database.open()
        ids = await database.write(lambda connection: samples.register(connection, channels))
        if declared is not None:
            await database.write(partial(declarations.add, declaration=declared, news=News("said", ())))
        derivations = derivations_of(settings, channels)
        recorder = Recorder(fed, ids, database, LoopClock(HOUR.start_ms), Beside(derivations=derivations))
        for at_ms, (instrument, values) in polls:
            group = fed[instrument]
            told = None if values is None else [Reading(one.name, n) for one, n in zip(group, values, strict=True)]
            await recorder(instrument, told, at_ms)
        assert await recorder.flush()
        plan = Plan(channels, ids, (Appetite("national", 60, 1),), 0, derivations=derivations)
        for minute in HOUR.parts(MINUTE_MS):
            await database.write(partial(close_minute, plan=plan, minute=minute, now_ms=HOUR.end_ms))
        await database.close()

    asyncio.run(life())


def steady(at_ms: int) -> list[tuple[int, Poll]]:
    return [(at_ms, ("probe", STEADY[1])), (at_ms + 100, ("analyser", STEADY[0]))]


def every_5_s() -> range:
    return range(HOUR.start_ms + 10, HOUR.end_ms, 5000)


def hour_record(path: Path) -> Record:
    with reading(path) as connection:
        (record,) = history.records(connection, RecordKind.HOUR, HOUR_MS, HOUR.start_ms, HOUR.start_ms, None, 2)
    return record


def test_an_hour_of_steady_gas(tmp_path: Path, channels: tuple[Channel, ...]) -> None:
    path = tmp_path / "station.db"
    lived(path, channels, [poll for at_ms in every_5_s() for poll in steady(at_ms)])
    made = {each.channel: each for each in hour_record(path).statistics}
    for name, expected in EXPECTED.items():
        one = made[name]
        assert [one.low, one.mean, one.high] == [pytest.approx(expected)] * 3, name
        assert (one.valid, one.count, one.state) == (True, 60, State.OK)
    assert made["flow"].total == pytest.approx(FLOW)


def test_the_packet_of_an_hour(tmp_path: Path, channels: tuple[Channel, ...]) -> None:
    path = tmp_path / "station.db"
    lived(path, channels, [poll for at_ms in every_5_s() for poll in steady(at_ms)])
    settings = load_settings(EXAMPLE)
    getting = {
        name: channel for name in settings.platform[0].channels or () for channel in channels if channel.name == name
    }
    platform = Platform("national", HJ2017, "010000A8900016F000169DD1", "31", getting, "123456")
    qns = (qn_from_ms(HOUR.end_ms + number) for number in count())
    packets = compose(hour_record(path), platform, HOUR.end_ms, qns)
    told = {name: value for packet in packets for item in packet.cp for name, value in item}
    assert told["a21026-Avg"] == f"{SO2:.2f}"
    assert [told[f"a21026-Zs{name}"] for name in ("Min", "Avg", "Max")] == [f"{SO2 * 15 / (21 - O2):.2f}"] * 3
    assert told["a21002-ZsAvg"] == f"{NOX * 15 / (21 - O2):.1f}"
    assert told["a21026-Cou"] == f"{SO2 * FLOW * 1e-6:.3f}"
    assert not any(name.startswith("x") or name.endswith("ZsCou") for name in told)


def test_an_instrument_that_keeps_silent_gives_no_value_and_no_zero(
    tmp_path: Path, channels: tuple[Channel, ...]
) -> None:
    """Half of the hour without the probe: oxygen and SO2 cannot be dried, nor anything be reckoned from them."""
    path, half_ms = tmp_path / "station.db", HOUR.start_ms + HOUR_MS // 2
    polls: list[tuple[int, Poll]] = []
    for at_ms in every_5_s():
        probe = STEADY[1] if at_ms < half_ms else None
        polls += [(at_ms, ("probe", probe)), (at_ms + 100, ("analyser", STEADY[0]))]
    lived(path, channels, polls)
    made = {each.channel: each for each in hour_record(path).statistics}
    assert made["so2_wet"].valid
    for name in ("so2", "o2", "so2_converted", "flow", "so2_emission"):
        one = made[name]
        assert (one.valid, one.state, one.count) == (False, State.COMM_LOST, 30), name
        assert one.mean == pytest.approx(EXPECTED[name])
    with reading(path) as connection:
        ids = samples.latest_ids(connection, half_ms + MINUTE_MS, HOUR.end_ms)
        newest = {each.channel: each for each in samples.by_ids(connection, ids)}
    assert (newest["so2_emission"].value, newest["so2_emission"].states) == (None, State.COMM_LOST)


def test_what_is_declared_of_a_derived_channel_holds_for_what_builds_on_it(
    tmp_path: Path, channels: tuple[Channel, ...]
) -> None:
    path, first_ms = tmp_path / "station.db", HOUR.start_ms
    kind, until_ms, about = DeclarationKind.MAINTENANCE, first_ms + 10 * MINUTE_MS, frozenset({"so2"})
    declaration = Declaration(kind, "w", "y", first_ms, first_ms, until_ms, about)
    lived(path, channels, [poll for at_ms in every_5_s() for poll in steady(at_ms)], declaration)
    with reading(path) as connection:
        ids = {each.name: number for number, each in enumerate(channels, start=1)}
        minutes = statistics.in_span(connection, ids, HOUR, MINUTE_MS)
    for name in ("so2", "so2_converted", "so2_emission"):
        states = [each.state for each in minutes[name]]
        assert states == [State.MAINTENANCE] * 10 + [State.OK] * 50, name
    for name in ("so2_ppm", "so2_wet", "o2", "nox_converted"):
        assert {each.state for each in minutes[name]} == {State.OK}, name


def test_an_hour_by_means_differs_from_that_of_its_minutes(tmp_path: Path, channels: tuple[Channel, ...]) -> None:
    path = tmp_path / "station.db"
    polls = []
    for number, at_ms in enumerate(every_5_s()):
        analyser = (10.0, 20.0, 1.0, 5.0) if number < 360 else (30.0, 20.0, 1.0, 11.0)
        polls += [(at_ms, ("probe", STEADY[1])), (at_ms + 100, ("analyser", analyser))]
    lived(path, channels, polls)
    (converted,) = (each for each in hour_record(path).statistics if each.channel == "so2_converted")
    assert converted.mean == pytest.approx(20 * 64 / 22.4 / DRY * 15 / (21 - 8 / DRY))
    with reading(path) as connection:
        ids = {each.name: number for number, each in enumerate(channels, start=1)}
        minutes = statistics.in_span(connection, ids, HOUR, MINUTE_MS)["so2_converted"]
    of_minutes = [each.mean for each in minutes if each.mean is not None]
    assert converted.mean is not None
    assert sum(of_minutes) / 60 > converted.mean + 5
