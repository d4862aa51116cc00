"""How a station reaches what is outside of it: clock, buses, platforms, the machine it runs on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from dau.config.settings import BusTable, PlatformTable
from dau.link import Dial
from dau.link.serial import dial_serial
from dau.link.tcp import dial_tcp
from dau.runtime.clock import Clock
from dau.uplink.hardware import Machine, read_machine

CONNECT_S: Final = 10.0


def dial_bus(table: BusTable) -> Dial:
    """Return the way to open a bus of this machine."""
    if table.tcp is not None:
        host, port = _host_and_port(table.tcp)
        return dial_tcp(host, port, CONNECT_S)
    return dial_serial(table.serial or "", table.baud, table.data_bits, table.parity, table.stop_bits)


def dial_platform(table: PlatformTable) -> Dial:
    """Return the way to connect to a platform."""
    host, port = _host_and_port(table.address)
    return dial_tcp(host, port, CONNECT_S)


@dataclass(frozen=True, slots=True)
class World:
    """What a station is connected to: the machine's own ports, or a test's memory pipes and its own clock."""

    clock: Clock
    dial_bus: Callable[[BusTable], Dial] = dial_bus
    dial_platform: Callable[[PlatformTable], Dial] = dial_platform
    synchronous: Literal["FULL", "OFF"] = "FULL"
    machine: Callable[[], Machine] = read_machine


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
