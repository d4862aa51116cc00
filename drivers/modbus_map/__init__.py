"""The driver ``modbus_map``: any Modbus instrument from a table in the settings, see README.md beside this file."""

from dau.core.instrument import Driver
from drivers.modbus_map.driver import ModbusMap
from drivers.modbus_map.options import Options

__all__ = ["Options", "build"]


def build(options: Options, instrument: str) -> Driver:
    """Return the driver of one instrument, named ``instrument`` in the settings."""
    return ModbusMap(options, instrument)
