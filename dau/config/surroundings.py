"""The contacts and facilities of a station, as the rest of the unit knows them, out of its settings."""

from collections.abc import Mapping
from typing import Final

from dau.config.channels import kind_of
from dau.config.facilities import FacilityTable
from dau.config.settings import Settings
from dau.core.channels import ChannelKind
from dau.core.conditions import CONTACT, NUMBERS, Condition, Facility
from dau.core.contacts import Contact
from dau.core.pulses import Pulse
from dau.core.states import State
from dau.core.surroundings import Surroundings

RETOLD: Final[Mapping[ChannelKind, Mapping[Condition | None, float]]] = {
    ChannelKind.FACILITY: {condition: float(condition is not Condition.STOPPED) for condition in Condition},
    ChannelKind.CONDITION: {condition: float(number) for condition, number in NUMBERS.items()},
}
"""The number that a facility's own channel gets for each condition: what ``-RS`` and what the condition tags tell."""


def surroundings_of(settings: Settings) -> Surroundings:
    """Return what stands around the values of a station."""
    measuring = measuring_of(settings)
    contacts = tuple(
        Contact(
            table.channel,
            State[table.state.upper()],
            measuring if table.channels is None else frozenset(table.channels),
            table.inverted,
        )
        for table in settings.contact
    )
    pulses = tuple(
        Pulse(table.channel, frozenset(table.channels), round(table.still_s * 1000)) for table in settings.pulse
    )
    facilities = tuple(_facility(settings, table, measuring) for table in settings.facility)
    return Surroundings(contacts, facilities, pulses)


def measuring_of(settings: Settings) -> frozenset[str]:
    """Return the channels that measure: all but those that only tell of the plant, of a contact or of a pulse."""
    telling = {table.channel for table in settings.contact} | {table.channel for table in settings.facility}
    telling |= {table.channel for table in settings.pulse}
    names = {table.name for table in settings.channel if kind_of(table) not in RETOLD}
    return frozenset(names - telling)


def _facility(settings: Settings, table: FacilityTable, measuring: frozenset[str]) -> Facility:
    kinds = {channel.name: kind_of(channel) for channel in settings.channel}
    numbers = {float(number): condition for number, condition in table.map.items()}
    return Facility(
        name=table.name,
        kind=table.kind,
        channels=measuring if table.channels is None else frozenset(table.channels),
        source=table.channel,
        numbers=numbers or CONTACT,
        above=table.above,
        retold={} if table.channel is None else RETOLD.get(kinds[table.channel], {}),
    )
