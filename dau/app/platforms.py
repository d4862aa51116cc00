"""Makes what the uplink is to know of each platform out of the settings."""

from collections.abc import Mapping, Sequence

from dau.config.channels import channels_of
from dau.config.platforms import (
    dialect_of,
    factors_of,
    heartbeat_s_of,
    letters_of,
    old_codes_of,
)
from dau.config.settings import PlatformTable, Settings
from dau.core.appetites import Appetite
from dau.core.channels import Channel
from dau.hj212 import Edition
from dau.uplink import letters
from dau.uplink.hardware import IDENTITY, Machine, identity_of
from dau.uplink.identity import Duties, Factor, Platform, Policy
from dau.uplink.site import Site


def site_of(settings: Settings, appetites: Sequence[Appetite], machine: Machine) -> Site:
    """Return what is declared of the site: identifiers and parameters of instruments, identity of the unit."""
    serial_numbers: dict[str, str] = {}
    parameters: dict[tuple[str | None, str], str] = {}
    for instrument in settings.instrument:
        for channel in instrument.options.channels():
            if instrument.serial_number is not None:
                serial_numbers[channel] = instrument.serial_number
            parameters |= {(channel, code): value for code, value in instrument.declared.items()}
    parameters |= {(None, code): value for code, value in settings.station.declared.items()}
    identity = {code: value for code, value in settings.station.declared.items() if code in IDENTITY}
    return Site(serial_numbers, identity_of(machine, identity), parameters, tuple(appetites))


def platforms_of(settings: Settings) -> Sequence[Platform]:
    """Return every platform as the settings have it."""
    channels = {channel.name: channel for channel in channels_of(settings)}
    return [platform_of(settings, table, channels) for table in settings.platform]


def platform_of(settings: Settings, table: PlatformTable, channels: Mapping[str, Channel]) -> Platform:
    """Return the platform as the settings have it; what it changed by command lies over that later."""
    edition = Edition(table.edition)
    factors = factors_of(settings, table)
    return Platform(
        name=table.name,
        dialect=dialect_of(table),
        mn=table.mn or "",
        st=table.st,
        channels={name: channels[name] for name in table.channels or channels},
        pw=table.pw.get_secret_value(),
        realtime_s=table.realtime_s,
        minute_min=table.minute_min,
        receipts=table.receipts,
        timeout_s=table.timeout_s,
        resends=table.resends,
        backlog_per_minute=table.backlog_per_minute,
        factors={
            name: Factor(terms.code, terms.unit, terms.digits, terms.total_unit, terms.st, terms.tags)
            for name, terms in factors.items()
        },
        letters=letters.letters_of(edition, letters_of(table)),
        old_codes=old_codes_of(settings, table),
        policy=Policy(frozenset(table.refuse), table.told, table.qn_tolerance_s),
        duties=Duties(heartbeat_s_of(table), table.ask_clock_h, table.registration, table.ask_key_days),
    )
