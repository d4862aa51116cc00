"""Instruments by their profile: found, read, complained about with the line of the file in which the mistake stands."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dau.acquire import line_of
from dau.acquire.wiring import instruments_of
from dau.cli.check import check, other_lines
from dau.config.channels import channels_of
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.config.profiles import ProfiledOptions, profile_files
from dau.link import dial_tcp

STATION = """[station]
name = "outfall"
medium = "water"
production = false

[[bus]]
name = "rs485"
serial = "ttyTEST"

[[instrument]]
name = "meter"
bus = "rs485"
profile = "own-meter"
slave = 7
channels = { flow = "flow" }

[[channel]]
name = "flow"
factor = "w00000"
unit = "L/s"
digits = 2
"""
PROFILE = """schema = 1

[profile]
id = "own-meter"
driver = "modbus_map"
title = "a meter of this site"
title_zh = "本站流量计"
kind = "flow"
sources = ["the manual of the meter, page 12"]
reliability = "A"
tested = "simulator"
check_on_site = "Compare the flow."

[defaults]
period_s = 10
timeout_s = 2.5

[[block]]
name = "values"
start = 100
count = 4

[[point]]
name = "flow"
at = 100
type = "f32"
unit = "m3/h"

[[point]]
name = "total"
at = 102
type = "u32"
unit = "m3"
"""


@pytest.fixture
def station(tmp_path: Path) -> Path:
    file = tmp_path / "station.toml"
    file.write_text(STATION, encoding="utf-8")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "own-meter.toml").write_text(PROFILE, encoding="utf-8")
    return file


def complaints(station: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(station)
    return [f"{Path(each.file).name}:{each.line}: {each.sentence}" for each in caught.value.complaints]


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_profile_beside_the_settings_makes_an_instrument(station: Path) -> None:
    settings = load_settings(station)
    (table,) = settings.instrument
    assert isinstance(table.options, ProfiledOptions)
    assert (table.period_s, table.timeout_s, table.options.channels()) == (10, 2.5, ("flow",))
    (made,) = instruments_of(settings, settings.bus[0])
    assert (made.driver.device, made.driver.channels, made.period_s) == ("slave 7", ("flow",), 10)
    assert line_of(settings.bus[0], dial_tcp("127.0.0.1", 1, 1.0)).name == "rs485"


def test_what_the_station_says_wins_over_the_profile(station: Path) -> None:
    spoil(station, "slave = 7", 'slave = 7\nperiod_s = 5\nset = { order = "CDAB" }')
    (table,) = load_settings(station).instrument
    assert table.period_s == 5


def test_what_is_set_over_a_profile_counts_also_for_the_bus(station: Path) -> None:
    spoil(station, "slave = 7", "set = { period_s = 15, timeout_s = 4.0, gap_ms = 80 }\nquirks = { wake_ms = 300 }")
    (table,) = load_settings(station).instrument
    assert (table.period_s, table.timeout_s, table.retries, table.gap_ms, table.wake_ms) == (15, 4.0, 1, 80, 300)


def test_a_channel_of_a_slower_block_has_its_period(station: Path) -> None:
    spoil(station.parent / "profiles" / "own-meter.toml", "count = 4", "count = 4\nevery_s = 60")
    settings = load_settings(station)
    assert [channel.period_s for channel in channels_of(settings)] == [60]
    assert settings.instrument[0].period_s == 10


def test_another_line_than_the_maker_ships_is_noted(station: Path) -> None:
    assert list(other_lines(load_settings(station))) == []
    spoil(station.parent / "profiles" / "own-meter.toml", "timeout_s = 2.5", 'timeout_s = 2.5\nline = "19200 8E1"')
    assert list(other_lines(load_settings(station))) == [("meter", "19200 8E1", "9600 8N1")]
    told = CliRunner().invoke(check, [str(station)]).output
    assert 'Note: the instrument "meter" leaves its maker with 19200 8E1, the bus has 9600 8N1' in told
    spoil(station, "slave = 7", 'set = { line = "9600 8N1" }')
    assert list(other_lines(load_settings(station))) == []


def test_own_profiles_win_over_shipped_ones(station: Path) -> None:
    own = station.parent / "profiles" / "l-mag.toml"
    own.write_text(PROFILE, encoding="utf-8")
    assert profile_files(station.parent)["l-mag"] == own
    assert profile_files(None)["l-mag"] != own


IN_STATION = [
    ('profile = "own-meter"', 'profile = "own-metre"', "station.toml:13", "there is no profile own-metre"),
    ("slave = 7", 'slave = 7\ndriver = "modbus_map"', "station.toml:15", "the profile names the driver; leave it out"),
    ("{ flow =", "{ flaw =", "station.toml:15", "no point flaw; there are: flow, total"),
    ("slave = 7", "slaave = 7", "station.toml:14", 'unknown key "slaave"'),
    (
        'unit = "L/s"',
        'unit = "mg/L"',
        "station.toml:15",
        "the unit m3/h cannot become that of channel flow, mg/L",
    ),
    (
        "slave = 7",
        'slave = 7\nset = { framing = "tcp" }',
        "station.toml:13",
        'framing = "tcp" cannot be spoken over the serial bus "rs485"',
    ),
]
IN_PROFILE = [
    ("at = 100", "at = 90", "own-meter.toml:23", "point flow (holding 90..91) lies in no block"),
    ('type = "u32"', 'typ = "u32"', "own-meter.toml:32", 'unknown key "typ"'),
    (
        "start = 100",
        'start = 100\nonly_when = "total > many"',
        "own-meter.toml:21",
        "character 9: expected a number, found many",
    ),
    ('driver = "modbus_map"', 'driver = "points"', "own-meter.toml:5", "the driver points reads no profiles"),
    ('id = "own-meter"', 'id = "other"', "own-meter.toml:4", "profile other stands in own-meter.toml"),
]


@pytest.mark.parametrize(("old", "new", "place", "told"), IN_STATION)
def test_a_mistake_in_the_station(station: Path, old: str, new: str, place: str, told: str) -> None:
    spoil(station, old, new)
    assert any(each.startswith(place) and each.endswith(f" / {told}") for each in complaints(station))


@pytest.mark.parametrize(("old", "new", "place", "told"), IN_PROFILE)
def test_a_mistake_in_the_profile(station: Path, old: str, new: str, place: str, told: str) -> None:
    spoil(station.parent / "profiles" / "own-meter.toml", old, new)
    assert any(each.startswith(place) and each.endswith(f" / {told}") for each in complaints(station))
