"""Contacts and facilities in the settings file, and what a station in production cannot have."""

import os
from pathlib import Path

import pytest

from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.config.platforms import factors_of
from dau.config.surroundings import surroundings_of
from dau.core.conditions import Condition, Facility, FacilityKind
from dau.core.contacts import Contact
from dau.core.pulses import Pulse
from dau.core.states import State
from dau.core.surroundings import Surroundings
from tests.config.conftest import GOOD

STACK = """
[station]
name = "stack"
medium = "gas"

[[bus]]
name = "lan"
tcp = "10.0.0.9:502"

[[instrument]]
name = "plc"
bus = "lan"
framing = "tcp"
slave = 1
point = [
    { channel = "so2", address = 0, type = "f32" },
    { channel = "o2", address = 2, type = "f32" },
    { channel = "key", table = "discrete", address = 1 },
    { channel = "kiln", address = 4, type = "u16" },
    { channel = "power", address = 5, type = "u16" },
]

[[channel]]
name = "so2"
factor = "a21026"

[[channel]]
name = "o2"
factor = "a19001"

[[channel]]
name = "key"
factor = "p10001"
unit = ""
digits = 0

[[channel]]
name = "kiln"
factor = "p99101"
tags = { 7 = "Sr" }

[[channel]]
name = "power"
factor = "d10001"
unit = "kW"
digits = 1

[[platform]]
name = "national"
address = "10.0.0.8:9000"
edition = "2025"
mn = "010000A8900016F000169DC0"
pw = "123456"
st = "31"

"""


def loaded(folder: Path, text: str) -> Surroundings:
    file = folder / "station.toml"
    file.write_text(STACK + text, encoding="utf-8")
    return surroundings_of(load_settings(file))


def complaints(folder: Path, text: str) -> list[str]:
    file = folder / "station.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    return [f"{each.key}: {each.sentence.split(' / ')[1]}" for each in caught.value.complaints]


def test_what_is_left_out_means_all_that_measure(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        """
        [[contact]]
        channel = "key"
        state = "maintenance"
        inverted = true
        [[facility]]
        name = "kiln"
        kind = "production"
        channel = "kiln"
        map = { 0 = "stopped", 3 = "startup" }
        [[facility]]
        name = "fan"
        kind = "treatment"
        channel = "power"
        above = 2.5
        channels = []
        [[pulse]]
        channel = "o2"
        channels = ["so2"]
        still_s = 60
        """,
    )
    measuring = frozenset({"so2"})
    kiln, fan = found.facilities
    assert found.contacts == (Contact("key", State.MAINTENANCE, measuring, is_inverted=True),)
    assert (kiln.channels, kiln.numbers) == (measuring, {0.0: Condition.STOPPED, 3.0: Condition.STARTUP})
    assert kiln.retold[Condition.BANKED] == 4.0
    assert found.pulses == (Pulse("o2", measuring, 60_000),)
    assert fan == Facility("fan", FacilityKind.TREATMENT, frozenset(), "power", above=2.5)


def test_tags_of_a_channel_reach_the_platforms(tmp_path: Path) -> None:
    loaded(tmp_path, "")
    settings = load_settings(tmp_path / "station.toml")
    assert factors_of(settings, settings.platform[0])["kiln"].tags == {7: "Sr"}
    assert factors_of(settings, settings.platform[0])["kiln"].st == "45"


def test_what_cannot_be_is_complained_about(tmp_path: Path) -> None:
    text = (
        STACK
        + """
        [[contact]]
        channel = "kye"
        state = "maintenance"
        channels = ["so2", "kye"]
        [[facility]]
        name = "kiln"
        kind = "production"
        channel = "kiln"
        map = { 0 = "stopped" }
        above = 1.0
        [[facility]]
        name = "kiln"
        kind = "production"
        above = 1.0
        """
    )
    assert complaints(tmp_path, text) == [
        '[[contact]] 1 > channel: there is no channel "kye"',
        '[[contact]] 1 > channels 2: there is no channel "kye"',
        '[[contact]] 1 > channels 2: "kye" cannot say what state it has itself',
        '[[facility]] "kiln": only one of map and above may be given',
        '[[facility]] "kiln": map and above need the key channel',
        '[[facility]] "kiln" > name: "kiln" is already taken in line 62',
    ]


@pytest.mark.parametrize("address", ["127.0.0.1:502", "127.9.9.9:502", "[::1]:502", "localhost:502"])
def test_a_station_in_production_cannot_have_a_simulated_instrument(tmp_path: Path, address: str) -> None:
    text = GOOD.replace("10.0.0.9:502", address)
    sentence = "the bus ends in this machine, where simulated instruments are; a station in production cannot use it"
    assert complaints(tmp_path, text) == [f'[[bus]] "lan" > tcp: {sentence}']
    (tmp_path / "station.toml").write_text(text.replace("grace_s = 3", "production = false"), encoding="utf-8")
    assert load_settings(tmp_path / "station.toml").station.production is False


def test_a_pseudo_terminal_is_a_simulated_instrument_too(tmp_path: Path) -> None:
    controller, terminal = os.openpty()
    try:
        (tmp_path / "var").mkdir()
        (tmp_path / "var" / "ttyWORKS").symlink_to(os.ttyname(terminal))
        (found,) = complaints(tmp_path, GOOD)
    finally:
        os.close(controller)
        os.close(terminal)
    assert found.startswith('[[bus]] "rs485" > serial: the bus ends in this machine')
