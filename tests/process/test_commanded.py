"""What a platform sets by command counts at the next minute and the next live record, without a restart."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from dau.core.appetites import Appetite
from dau.core.periods import MINUTE_MS
from dau.core.records import RecordKind
from dau.process.issuer import owe_restart
from dau.runtime.clock import BEAT_S, LoopClock
from dau.store import history, outbox
from dau.store import settings as commanded
from dau.store.settings import Name, Setting
from tests.process.station import NATIONAL, PROVINCIAL, Station, issuing, labels, live, ms, reading

BEGIN = "2026-01-01 10:00:00"
EVERYTHING = replace(NATIONAL, kinds=frozenset(RecordKind))
FILE = {Name.REALTIME_S: "60", Name.MINUTE_MIN: "1", Name.REALTIME_ON: "1", Name.FACILITIES_ON: "1"}


def station_in(folder: Path, appetites: tuple[Appetite, ...] = ()) -> Station:
    return Station(folder / "station.db", LoopClock(ms(BEGIN)), appetites)


async def command(station: Station, name: Name, value: str, configured: str | None = None) -> None:
    """Let the national platform set something."""
    setting = Setting(name, value, FILE[name] if configured is None else configured, station.clock.now_ms())
    await station.database.write(lambda connection: commanded.put(connection, "national", setting))


def seconds_of(connection: sqlite3.Connection, kind: RecordKind, platform: str = "national") -> list[int]:
    """Return the instants of the live records owed to a platform, in seconds since the beginning."""
    rows = connection.execute(
        "SELECT start_ms FROM record JOIN delivery ON record.id = record WHERE kind = ? AND platform = ? ORDER BY 1",
        (kind.value, platform),
    )
    return [(start_ms - ms(BEGIN)) // 1000 for (start_ms,) in rows]


def test_a_new_interval_counts_from_the_next_minute_that_closes(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.clock.sleep(4 * 60 + 30)
        await command(station, Name.MINUTE_MIN, "5")
        await station.clock.sleep(8 * 60)
        await command(station, Name.MINUTE_MIN, "2")
        await station.clock.sleep(4 * 60)

    station = station_in(tmp_path, (NATIONAL, PROVINCIAL))
    live(station, story)
    with reading(station.path) as connection:
        owed = [*(f"01 10:{minute:02}" for minute in (0, 1, 2, 3, 0, 5, 12, 14))]
        assert labels(connection, "interval", "national") == owed
        assert labels(connection, "interval", "provincial") == ["01 10:00"]
        fives = history.records(connection, RecordKind.INTERVAL, 5 * MINUTE_MS, 0, 1 << 60, None, 99)
        assert [one.statistics[0].expected for one in fives] == [5, 5]


def test_a_newer_settings_file_counts_again(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await command(station, Name.MINUTE_MIN, "5", configured="30")
        await station.clock.sleep(200)

    station = station_in(tmp_path, (NATIONAL,))
    live(station, story)
    with reading(station.path) as connection:
        assert labels(connection, "interval", "national") == ["01 10:00", "01 10:01", "01 10:02"]


def test_a_new_spacing_of_live_records_counts_within_a_beat(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        async with issuing(station, [NATIONAL, PROVINCIAL]):
            await station.clock.sleep(70)
            await command(station, Name.REALTIME_S, "40")
            await station.clock.sleep(120)

    station = station_in(tmp_path)
    live(station, story)
    with reading(station.path) as connection:
        assert seconds_of(connection, RecordKind.REALTIME) == [60, 80, 120, 160]
        assert seconds_of(connection, RecordKind.REALTIME, "provincial") == [30, 60, 90, 120, 150, 180]


def test_upload_can_be_switched_off_and_on_again(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        async with issuing(station, [EVERYTHING]):
            await station.clock.sleep(65)
            await command(station, Name.REALTIME_ON, "0")
            await station.clock.sleep(60)
            await command(station, Name.FACILITIES_ON, "0")
            await station.clock.sleep(3600)  # nobody wants anything
            await command(station, Name.REALTIME_ON, "1")
            await station.clock.sleep(60)

    station = station_in(tmp_path)
    live(station, story)
    with reading(station.path) as connection:
        assert seconds_of(connection, RecordKind.REALTIME) == [60, 3780]
        assert seconds_of(connection, RecordKind.FACILITY) == [60, 120]


def test_running_states_tell_the_samples_of_their_instant(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        async with issuing(station, [EVERYTHING, PROVINCIAL]):
            await station.hear("gas", [7.0])
            await station.clock.sleep(61)

    station = station_in(tmp_path)
    live(station, story)
    with reading(station.path) as connection:
        (states,) = history.records(connection, RecordKind.FACILITY, None, 0, 1 << 60, None, 9)
        values = history.records(connection, RecordKind.REALTIME, None, 0, 1 << 60, None, 9)
        owed = connection.execute("SELECT platform FROM delivery WHERE record = ?", (states.id,)).fetchall()
    assert [one.value for one in states.samples] == [7.0]
    assert [one.channel for one in states.quantities] == ["so2"]
    assert states.samples == values[-1].samples
    assert owed == [("national",)], "the other platform has no command for them"


def test_a_live_record_tells_one_value_of_a_channel_whose_unit_was_just_changed(tmp_path: Path) -> None:
    async def story(station: Station) -> None:
        await station.hear("water", [30.0, 1.0])
        await station.clock.sleep(1)
        await station.stop()
        await station.start((replace(station.plan.channels[0], unit="g/L"), *station.plan.channels[1:]))
        await station.hear("water", [0.03, 1.0])
        async with issuing(station, [NATIONAL]):
            await station.clock.sleep(61)

    station = station_in(tmp_path)
    live(station, story)
    with reading(station.path) as connection:
        found = outbox.next_delivery(connection, "national", 1 << 60, 0, live=True)
    assert found is not None
    assert [(one.channel, one.value) for one in found.record.samples] == [("cod", 0.03), ("flow", 1.0)]
    assert {one.channel: one.unit for one in found.record.quantities} == {"cod": "g/L", "flow": "L/s"}


def test_a_restart_is_told_to_those_who_have_a_command_for_it(tmp_path: Path) -> None:
    silent = replace(PROVINCIAL, kinds=frozenset({RecordKind.REALTIME}))

    async def story(station: Station) -> None:
        await station.database.write(lambda connection: owe_restart(connection, [NATIONAL, silent], 5))

    station = station_in(tmp_path)
    live(station, story)
    with reading(station.path) as connection:
        assert connection.execute("SELECT platform FROM delivery").fetchall() == [("national",)]


COMMANDS = st.one_of(
    st.tuples(st.just(Name.REALTIME_S), st.sampled_from(["30", "45", "60", "120"])),
    st.tuples(st.sampled_from([Name.REALTIME_ON, Name.FACILITIES_ON]), st.sampled_from(["0", "1"])),
)


@given(st.lists(st.tuples(st.floats(1, 200), COMMANDS), max_size=8))
@settings(max_examples=40, deadline=None)
def test_every_instant_is_told_that_was_wanted_for_longer_than_a_beat(
    commands: list[tuple[float, tuple[Name, str]]],
) -> None:
    standing: list[tuple[int, dict[Name, str]]] = [(ms(BEGIN), dict(FILE))]
    end_ms = ms(BEGIN)

    async def story(station: Station) -> None:
        nonlocal end_ms
        async with issuing(station, [EVERYTHING]):
            for pause_s, (name, value) in commands:
                await station.clock.sleep(pause_s)
                await command(station, name, value)
                standing.append((station.clock.now_ms(), standing[-1][1] | {name: value}))
            await station.clock.sleep(150)
            end_ms = station.clock.now_ms()

    with TemporaryDirectory() as folder:
        station = station_in(Path(folder))
        live(station, story)
        with reading(station.path) as connection:
            told = {kind: set(seconds_of(connection, kind)) for kind in (RecordKind.REALTIME, RecordKind.FACILITY)}
    for kind, switch in ((RecordKind.REALTIME, Name.REALTIME_ON), (RecordKind.FACILITY, Name.FACILITIES_ON)):
        sure, possible = _instants(standing, end_ms, switch)
        assert sure <= told[kind] <= possible


def _instants(standing: list[tuple[int, dict[Name, str]]], end_ms: int, switch: Name) -> tuple[set[int], set[int]]:
    """Return the instants that must be told, and those that may be: within a beat of a change it is open which."""
    sure, possible = set(), set()
    for number, (from_ms, values) in enumerate(standing):
        until_ms = standing[number + 1][0] if number + 1 < len(standing) else end_ms
        if values[switch] == "0":
            continue
        step_ms = int(values[Name.REALTIME_S]) * 1000
        for at_ms in range((from_ms // step_ms) * step_ms, until_ms + 1, step_ms):
            if at_ms >= from_ms:
                possible.add((at_ms - ms(BEGIN)) // 1000)
            if from_ms + BEAT_S * 1000 < at_ms < until_ms:
                sure.add((at_ms - ms(BEGIN)) // 1000)
    return sure, possible
