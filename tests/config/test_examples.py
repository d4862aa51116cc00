"""The example stations: complete, in order, and honest about their defaults."""

import re
from pathlib import Path

import pytest

from dau.config.base import Strict
from dau.config.channels import channels_of
from dau.config.derived import derivations_of
from dau.config.load import load_settings
from dau.config.platforms import dialect_of, factors_of, heartbeat_s_of
from dau.config.settings import BusTable, ChannelTable, CodeTable, InstrumentKeys, PlatformKeys, StationTable
from dau.core.channels import Medium

FOLDER = Path(__file__).parents[2] / "config"
STATIONS = ("outfall", "stack")
EDITIONS = FOLDER / "outfall" / "three-editions.toml"
EVERY_STATION = pytest.mark.parametrize("station", STATIONS)
OFF = re.compile(r"^# (\w+ = .*)$", re.MULTILINE)


def written(station: str) -> str:
    return (FOLDER / station / "station.toml").read_text(encoding="utf-8")


# name, factor, unit and decimals of the sent text: HJ 212-2017 tables B.1 and B.2
CHANNELS = {
    "outfall": [
        ("cod", "w01018", "mg/L", 1),
        ("nh3n", "w21003", "mg/L", 2),
        ("ph", "w01001", "", 2),
        ("water_temperature", "w01010", "degC", 1),
        ("flow", "w00000", "L/s", 2),
    ],
    "stack": [
        ("so2", "a21026", "mg/m3", 2),
        ("nox", "a21002", "mg/m3", 1),
        ("o2", "a19001", "%", 1),
        ("temperature", "a01012", "degC", 1),
        ("pressure", "a01013", "kPa", 3),
        ("humidity", "a01014", "%", 1),
        ("velocity", "a01011", "m/s", 2),
        ("dust", "a34013", "mg/m3", 1),
    ],
}
DERIVED: dict[str, list[tuple[str, str, str, int]]] = {
    "outfall": [],
    "stack": [
        ("wet_flow", "x00001", "m3/h", 0),
        ("flow", "a00000", "m3/s", 1),
        ("so2_converted", "a21026", "mg/m3", 2),
        ("nox_converted", "a21002", "mg/m3", 1),
    ],
}


@EVERY_STATION
def test_channels_follow_the_code_tables(station: str) -> None:
    channels = channels_of(load_settings(FOLDER / station / "station.toml"))
    terms = [(each.name, each.factor, each.unit, each.digits) for each in channels]
    assert terms == CHANNELS[station] + DERIVED[station]
    assert {each.medium for each in channels} == {Medium.WATER if station == "outfall" else Medium.GAS}
    assert {each.period_s for each in channels} == {5}
    measured = channels[: len(CHANNELS[station])]
    assert all(each.low is not None and each.high is not None for each in measured)


@pytest.mark.parametrize(("station", "totals"), [("outfall", {"flow": 0.001}), ("stack", {"flow": 1.0})])
def test_only_the_flow_that_is_told_has_a_total(station: str, totals: dict[str, float]) -> None:
    settings = load_settings(FOLDER / station / "station.toml")
    told = {name for platform in settings.platform for name in platform.channels or ()}
    channels = [each for each in channels_of(settings) if not told or each.name in told]
    assert {each.name: each.total_per_second for each in channels if each.total_per_second} == totals


def test_concentrations_of_the_stack_are_told_with_masses_and_converted() -> None:
    channels = channels_of(load_settings(FOLDER / "stack" / "station.toml"))
    assert [each.name for each in channels if each.flow == "flow"] == ["so2", "nox", "dust"]
    assert {each.converts: each.name for each in channels if each.converts} == {
        "so2": "so2_converted",
        "nox": "nox_converted",
    }


@EVERY_STATION
def test_state_and_terminals_stay_beside_the_file(station: str) -> None:
    settings = load_settings(FOLDER / station / "station.toml")
    assert settings.station.state == FOLDER / station / "var"
    serial = [bus.serial for bus in settings.bus if bus.serial]
    assert serial == [str(FOLDER / station / "var" / f"tty{station.upper()}")]


def test_platforms_are_two_ports_and_four_identities() -> None:
    platforms = [each for station in STATIONS for each in load_settings(FOLDER / station / "station.toml").platform]
    assert [(each.name, each.address, each.st, each.realtime_s, each.minute_min) for each in platforms] == [
        ("national", "127.0.0.1:19001", "32", 30, 1),
        ("provincial", "127.0.0.1:19002", "32", 60, 1),
        ("national", "127.0.0.1:19001", "31", 30, 1),
        ("provincial", "127.0.0.1:19002", "31", 60, 1),
    ]
    assert len({each.mn for each in platforms}) == 4
    assert len({each.pw.get_secret_value() for each in platforms}) == 4
    assert all(re.fullmatch("[0-9A-F]{24}", each.mn or "") for each in platforms)


NAMES = ("pw_file", "profile", "hold_min", "counter", "modulus", "gap_ms", "retake_ms")
"""Options without a default, whose example is no more than that."""


@EVERY_STATION
def test_options_that_are_off_stand_there_with_their_defaults(station: str, tmp_path: Path) -> None:
    text = written(station)
    file = tmp_path / "station.toml"
    file.write_text(text, encoding="utf-8")
    settings = load_settings(file)
    file.write_text(OFF.sub(lambda found: found[0] if found[1].startswith(NAMES) else found[1], text), "utf-8")
    spelled_out = load_settings(file)
    assert len(OFF.findall(text)) > 12
    own = {name for name, *_ in [*CHANNELS[station], *DERIVED[station]]} - {"wet_flow"}
    assert set(spelled_out.platform[0].channels or ()) == own
    platforms = tuple(
        each.model_copy(update={"channels": as_written.channels})
        for each, as_written in zip(spelled_out.platform, settings.platform, strict=True)
    )
    assert spelled_out.model_copy(update={"platform": platforms, "derived": settings.derived}) == settings
    both = (derivations_of(each, channels_of(each)) for each in (spelled_out, settings))
    assert next(both) == next(both)


@EVERY_STATION
def test_prose_has_two_hashes_and_an_option_one(station: str) -> None:
    comments = [line for line in written(station).splitlines() if line.lstrip().startswith("#")]
    assert [line for line in comments if not line.startswith("##") and not OFF.match(line)] == []
    assert [line for line in written(station).splitlines() if "#" in line and not line.startswith("#")] == []


@pytest.mark.parametrize("model", [StationTable, BusTable, InstrumentKeys, ChannelTable, CodeTable, PlatformKeys])
def test_every_option_is_shown_in_one_of_the_examples(model: type[Strict]) -> None:
    all_of_them = "".join([*map(written, STATIONS), EDITIONS.read_text(encoding="utf-8")])
    assert [key for key in model.model_fields if not re.search(rf"^(# )?{key} = ", all_of_them, re.MULTILINE)] == []


def test_one_station_speaks_three_editions() -> None:
    settings = load_settings(EDITIONS)
    dialects = [dialect_of(platform) for platform in settings.platform]
    assert [each.edition.value for each in dialects] == ["2005", "2017", "2025"]
    codes = [{name: terms.code for name, terms in factors_of(settings, each).items()} for each in settings.platform]
    assert codes[0] == {"cod": "011", "flow": "B01", "turbidity": "004"}
    assert codes[1] == codes[2]
    assert codes[1]["turbidity"] == "w01003"
    assert [heartbeat_s_of(platform) for platform in settings.platform] == [0.0, 0.0, 60.0]
