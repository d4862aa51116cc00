"""The example of every driver, as it stands, in the settings of a station; what `dau check` says of mistakes."""

import tomllib
from pathlib import Path

import pytest

from dau.acquire.wiring import instruments_of
from dau.config.complaints import ConfigError
from dau.config.load import load_settings

DRIVERS = Path(__file__).parents[2] / "drivers"
EXAMPLES = sorted(file.parent.name for file in DRIVERS.glob("*/example.toml"))
UNITS = {"flow": "m3/h", "level": "m", "mains": "V", "total": "m3", "energy": "kWh", "power": "kW", "oven": "degC"}
UNITS |= {"voltage-a": "V", "voltage-b": "V", "cod": "mg/L", "nh3n": "mg/L", "nmhc": "mg/m3", "nmhc-converted": "mg/m3"}
UNITS |= {"water_temperature": "degC", "so2": "mg/m3"}


def station_of(name: str, folder: Path, change: tuple[str, str] = ("", "")) -> Path:
    """Write a station around the example of a driver, with the buses and channels that it names."""
    example = DRIVERS.joinpath(name, "example.toml").read_text(encoding="utf-8").replace(*change)
    tables = tomllib.loads(example)["instrument"]
    written = ['[station]\nname = "example"\nmedium = "gas"\n']
    tcp = {table["bus"] for table in tables if table.get("framing") == "tcp"}
    for number, bus in enumerate(sorted({table["bus"] for table in tables})):
        where = 'tcp = "192.0.2.1:502"' if bus in tcp else f'serial = "/dev/ttyS{number}"\nbaud = 9600'
        written.append(f'[[bus]]\nname = "{bus}"\n{where}\n')
    fed = [point["channel"] for table in tables for point in table["point"] if "channel" in point]
    for number, channel in enumerate(fed):
        unit = UNITS.get(channel, "1")
        written.append(f'[[code]]\ncode = "x990{number:02}"\nname = "{channel}"\nunit = "{unit}"\ndigits = 1\n')
        written.append(f'[[channel]]\nname = "{channel}"\nfactor = "x990{number:02}"\n')
    file = folder / "station.toml"
    file.write_text("\n".join([*written, example]), encoding="utf-8")
    return file


def test_every_driver_has_an_example_and_a_page() -> None:
    assert {"dcon", "dlt645", "hj212", "line", "mewtocol", "modbus_map"} == set(EXAMPLES)
    assert all(DRIVERS.joinpath(name, "README.md").is_file() for name in EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_station_takes_it_as_it_stands(name: str, tmp_path: Path) -> None:
    settings = load_settings(station_of(name, tmp_path))
    made = [each.driver for bus in settings.bus for each in instruments_of(settings, bus)]
    fed = {channel for driver in made for channel in driver.channels}
    assert fed == {channel.name for channel in settings.channel}


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("dcon", ('unit = "m3/h"', 'unit = "mg/L"'), "mg/L"),
        ("dcon", ('ask = "type"', 'ask = "types"'), "types"),
        ("dlt645", ("data = 6", "data = 3"), "voltage_b: ends behind the 3 bytes of voltages"),
        ("mewtocol", ("at = 25100", "at = 26100"), "nh3n does not lie in result"),
        ("line", ("[01]{8}$", "([01]+)+$"), "is not allowed; repetition without a bound is written *+ or ++"),
        ("line", ('after = "Q="', 'afer = "Q="'), "afer"),
        ("hj212", ('P = "fault"', 'P = "broken"'), "broken"),
    ],
)
def test_a_mistake_is_told_with_its_place(name: str, change: tuple[str, str], complaint: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(station_of(name, tmp_path, change))
    assert complaint in str(caught.value)
    assert "station.toml:" in str(caught.value)
