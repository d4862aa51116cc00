"""Holds contacts and facilities against the channels of the station, and its buses against its being in production."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path

from dau.config.contacts import ContactTable
from dau.config.draft import Draft
from dau.config.facilities import FacilityTable
from dau.config.lines import KeyPath
from dau.config.pulses import PulseTable
from dau.config.settings import BusTable
from dau.config.shape import shown
from dau.words import text


def check_surroundings(
    draft: Draft, tables: Mapping[KeyPath, ContactTable | FacilityTable | PulseTable], channels: list[str]
) -> None:
    """Complain about channels that do not exist or are derived, and about what would speak of itself.

    What derives from channels has the states of all of them.
    """
    for at, table in tables.items():
        named = [((*at, "channels", index), name) for index, name in enumerate(table.channels or ())]
        own = [((*at, "channel"), table.channel)] if table.channel is not None else []
        for path, name in (*own, *named):
            if name not in channels:
                draft.complain_name(path, "config.unknown_channel", name, channels)
        for path, name in named:
            if name == table.channel:
                draft.complain(path, text("config.speaks_of_itself", found=name), found=shown(name))


def check_production(draft: Draft, buses: Mapping[KeyPath, BusTable]) -> None:
    """Complain about buses that end in this machine, where simulators are, unless the station is none of production."""
    if draft.at(("station", "production")) is False:
        return
    for at, bus in buses.items():
        if bus.tcp is not None and _is_here(bus.tcp):
            _complain(draft, (*at, "tcp"), bus.tcp)
        elif bus.serial is not None and _is_pseudo(draft.file.parent / bus.serial):
            _complain(draft, (*at, "serial"), bus.serial)


def _complain(draft: Draft, path: KeyPath, found: str) -> None:
    draft.complain(path, text("config.simulated"), found=shown(found), allowed="[station] production = false")


def _is_here(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_pseudo(device: Path) -> bool:
    """Tell whether a serial line is the end of a pseudo terminal, which only a program can hold."""
    try:
        return str(device.resolve()).startswith("/dev/pts/")
    except (OSError, RuntimeError):  # a loop of links: opening it will say so
        return False
