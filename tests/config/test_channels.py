"""Channels as the rest of the unit sees them."""

from pathlib import Path

from dau.config.channels import channels_of
from dau.config.load import load_settings
from dau.core.channels import Channel, Medium


def test_channels_take_their_period_from_the_instrument_that_feeds_them(station_file: Path) -> None:
    assert channels_of(load_settings(station_file)) == (
        Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 10, 0.0, 500.0),
        Channel("level", "w01015", "m", 2, Medium.WATER, 10),
        Channel("flow", "w00000", "L/s", 2, Medium.WATER, 5, total_per_second=0.001, total_unit="m3"),
    )
