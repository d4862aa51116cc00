"""The driver ``modbus_map``: any Modbus instrument from a table in the settings or a profile, see README.md."""

from dau.core.instrument import Driver
from drivers.modbus_map.driver import ModbusMap
from drivers.modbus_map.examples import example_differences
from drivers.modbus_map.options import Options
from drivers.modbus_map.profile_model import Profile
from drivers.modbus_map.profiled import (
    Instance,
    build_profiled,
    channel_periods,
    instance_mistakes,
    profile_mistakes,
    unit_mistakes,
)
from drivers.modbus_map.scanning import explain, fits, presence

__all__ = [
    "Instance",
    "Options",
    "Profile",
    "build",
    "build_profiled",
    "channel_periods",
    "example_differences",
    "explain",
    "fits",
    "instance_mistakes",
    "presence",
    "profile_mistakes",
    "unit_mistakes",
]


def build(options: Options, instrument: str) -> Driver:
    """Return the driver of one instrument, named ``instrument`` in the settings."""
    return ModbusMap(options, instrument)
