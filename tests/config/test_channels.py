"""Channels as the rest of the unit sees them."""

from pathlib import Path

import pytest

from dau.config.channels import channels_of
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.core.channels import Channel, ChannelKind, Medium
from tests.config.conftest import GOOD

FLOW = 'factor = "w00000"\nunit = "L/s"\ndigits = 2\ntotal_per_second = 0.001\n'


def flow_as(file: Path, written: str, more: str = "") -> Channel:
    """The last channel of the good file, written another way."""
    assert FLOW in GOOD
    file.write_text(GOOD.replace(FLOW, written + "\n") + more, encoding="utf-8")
    return channels_of(load_settings(file))[-1]


def test_channels_take_their_period_from_the_instrument_that_feeds_them(station_file: Path) -> None:
    assert channels_of(load_settings(station_file)) == (
        Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 10, 0.0, 500.0),
        Channel("level", "w01015", "m", 2, Medium.WATER, 10),
        Channel("flow", "w00000", "L/s", 2, Medium.WATER, 5, total_per_second=0.001, total_unit="m3"),
    )


def test_what_is_left_out_comes_from_the_code_tables(station_file: Path) -> None:
    known = flow_as(station_file, 'factor = "w00000"')
    assert known == flow_as(station_file, FLOW)
    assert (known.unit, known.digits, known.total_per_second, known.total_unit) == ("L/s", 2, 0.001, "m3")


@pytest.mark.parametrize(
    ("written", "per_second", "unit"),
    [
        ('unit = "m3/h"', 1 / 3600, "m3"),
        ('unit = "m3/s"', 1.0, "m3"),
        ('unit = "L/s"\ntotal_unit = "L"', 1.0, "L"),
        ("total_per_second = 0.002", 0.002, "m3"),
    ],
)
def test_amount_follows_from_the_units_of_a_flow(
    station_file: Path, written: str, per_second: float, unit: str
) -> None:
    channel = flow_as(station_file, f'factor = "w00000"\n{written}')
    assert (channel.total_per_second, channel.total_unit) == (per_second, unit)


@pytest.mark.parametrize("factor", ["w01019", "a21026", "w01001", "a01011", "e30401"])
def test_what_is_no_flow_has_no_amount(station_file: Path, factor: str) -> None:
    channel = flow_as(station_file, f'factor = "{factor}"')
    assert (channel.total_per_second, channel.total_unit) == (None, "")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ('factor = "SB12"', ChannelKind.FACILITY),
        ('factor = "Leq"', ChannelKind.NOISE),
        ('factor = "a01901"', ChannelKind.FURNACE),
        ('factor = "w00000"', ChannelKind.MEASURED),
        ('factor = "w21003"\nkind = "periodic"', ChannelKind.PERIODIC),
        ('factor = "SB1"\nkind = "measured"', ChannelKind.MEASURED),
    ],
)
def test_kind_follows_from_the_code_unless_it_is_written(station_file: Path, written: str, kind: ChannelKind) -> None:
    assert flow_as(station_file, written).kind is kind


def test_a_facility_counts_its_hours(station_file: Path) -> None:
    pump = flow_as(station_file, 'factor = "SB1"')
    assert (pump.unit, pump.digits, pump.total_unit, pump.total_per_second) == ("", 0, "h", None)


def test_the_station_adds_to_the_tables_and_overrides_them(station_file: Path) -> None:
    own = '[[code]]\ncode = "w99999"\nname = "x"\nunit = "kPa"\ndigits = 3\n'
    added = flow_as(station_file, 'factor = "w99999"', own)
    assert (added.unit, added.digits, added.total_unit) == ("kPa", 3, "")
    other = flow_as(station_file, 'factor = "w00000"', '[[code]]\ncode = "w00000"\nunit = "m3/h"\ntotal_unit = "t"\n')
    assert (other.unit, other.digits, other.total_per_second) == ("m3/h", 2, None)


def test_codes_that_are_new_in_2025_are_known_too(station_file: Path) -> None:
    channel = flow_as(station_file, 'factor = "d20105"\ndigits = 1')
    assert (channel.unit, channel.digits) == ("V", 1)


LEVEL = 'factor = "w01015"\nunit = "m"\ndigits = 2\n'


def counted(file: Path, unit: str) -> Channel:
    """The flow of the good file, with a counter in some unit."""
    counter = f'factor = "w98765"\nunit = "{unit}"\ndigits = 0\nkind = "counter"\nmodulus = 1e7\n'
    assert LEVEL in GOOD
    file.write_text(GOOD.replace(LEVEL, counter).replace(FLOW, FLOW + 'counter = "level"\n'), encoding="utf-8")
    return channels_of(load_settings(file))[-1]


def test_the_counter_of_a_flow_counts_its_amounts(station_file: Path) -> None:
    flow = counted(station_file, "L")
    assert flow.counter == "level"
    assert flow.per_count == pytest.approx(0.001)
    assert counted(station_file, "m3").per_count == 1.0


def test_a_counter_counts_nothing_else(station_file: Path) -> None:
    with pytest.raises(
        ConfigError, match="the counter in mg/L does not count the amounts of the flow, which are in m3"
    ):
        counted(station_file, "mg/L")
