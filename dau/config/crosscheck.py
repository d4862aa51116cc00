"""What only shows when the tables of a settings file are held against each other."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dau.config.channels import unit_of
from dau.config.check_books import check_books
from dau.config.check_channels import check_channel, check_code, check_rhythms
from dau.config.check_derived import Others, check_derived
from dau.config.check_limits import check_findings, check_limits
from dau.config.check_periods import check_flows
from dau.config.check_platforms import Surroundings, check_platform
from dau.config.check_surroundings import check_production, check_surroundings
from dau.config.codes import Codes
from dau.config.contacts import ContactTable
from dau.config.draft import Draft
from dau.config.facilities import FacilityTable
from dau.config.limits import LimitTable
from dau.config.lines import KeyPath
from dau.config.profiles import ProfiledOptions, profile_driver
from dau.config.pulses import PulseTable
from dau.config.settings import BusTable, ChannelTable, CodeTable, DerivedTable, InstrumentTable, PlatformTable
from dau.config.shape import shown
from dau.words import text


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that are in order by themselves, by their paths in the file."""

    bus: Mapping[KeyPath, BusTable]
    instrument: Mapping[KeyPath, InstrumentTable]
    channel: Mapping[KeyPath, ChannelTable]
    code: Mapping[KeyPath, CodeTable]
    platform: Mapping[KeyPath, PlatformTable]
    derived: Mapping[KeyPath, DerivedTable]
    limit: Mapping[KeyPath, LimitTable]
    contact: Mapping[KeyPath, ContactTable]
    facility: Mapping[KeyPath, FacilityTable]
    pulse: Mapping[KeyPath, PulseTable]


def crosscheck(draft: Draft, tables: Tables) -> None:
    """Complain about every contradiction between tables.

    Names are looked up among all tables of the file, also those that have mistakes of their own, so that one mistake
    does not bring forth others.
    """
    for kinds in (("bus",), ("instrument",), ("channel", "derived"), ("platform",), ("facility",)):
        named = (table for kind in kinds for table in draft.tables(kind))
        _once(draft, (((*at, "name"), values["name"]) for at, values in named if "name" in values))
    _once(draft, (((*at, "serial"), bus.serial) for at, bus in tables.bus.items() if bus.serial))
    every: dict[KeyPath, ChannelTable] = {**tables.channel, **tables.derived}
    told = ((at, channel) for at, channel in every.items() if not channel.is_told_by_another)
    _once(draft, (((*at, "factor"), channel.factor) for at, channel in told))
    _once(draft, (((*at, "code"), row.code) for at, row in tables.code.items()))
    codes = Codes(tables.code.values())
    _check_buses(draft, tables)
    _check_declared(draft, tables)
    _check_mentions(draft, tables, codes)
    _check_feeding(draft, tables)
    _check_profiles(draft, tables, codes)
    for at, row in tables.code.items():
        check_code(draft, at, row)
    sound = {each.name: each for at, each in every.items() if check_channel(draft, at, each, codes)}
    measured = [*_names(draft, "channel"), *_names(draft, "derived")]
    check_derived(draft, tables.derived, Others(sound, measured, codes))
    check_limits(draft, tables.limit, measured)
    check_findings(draft, measured)
    check_books(draft, measured, _names(draft, "facility"))
    check_flows(draft, every, measured, codes)
    check_rhythms(draft, every, codes)
    check_surroundings(draft, {**tables.contact, **tables.facility, **tables.pulse}, _names(draft, "channel"))
    check_production(draft, tables.bus)
    _check_platforms(draft, tables, Surroundings(sound, measured, codes))


def mentions(table: object, at: KeyPath) -> Iterator[tuple[KeyPath, str, Mapping[str, object]]]:
    """Yield every channel that a table of a driver names: path of the name, the name, the table around it."""
    if isinstance(table, list):
        for index, part in enumerate(table):
            yield from mentions(part, (*at, index))
    elif isinstance(table, Mapping):
        for key, value in table.items():
            named = {"channel": [value], "channels": value}.get(key)
            if isinstance(named, list):
                places = [(*at, key)] if key == "channel" else [(*at, key, index) for index in range(len(named))]
                yield from (
                    (place, name, table) for place, name in zip(places, named, strict=True) if isinstance(name, str)
                )
            else:
                yield from mentions(value, (*at, key))


def _names(draft: Draft, kind: str) -> list[str]:
    names = (values.get("name") for _, values in draft.tables(kind))
    return list(dict.fromkeys(name for name in names if isinstance(name, str)))


def _once(draft: Draft, found: Iterable[tuple[KeyPath, object]]) -> None:
    """Complain about every value that an earlier one equals."""
    first: dict[object, KeyPath] = {}
    for path, value in found:
        if isinstance(value, str) and first.setdefault(value, path) != path:
            written = shown(draft.at(path))
            draft.complain(path, text("config.twice", found=written, line=draft.line(first[value])), found=written)


def _check_buses(draft: Draft, tables: Tables) -> None:
    buses = {bus.name: bus for bus in tables.bus.values()}
    known = _names(draft, "bus")
    for at, values in draft.tables("instrument"):
        name = values.get("bus")
        if isinstance(name, str) and name not in known:
            draft.complain_name((*at, "bus"), "config.unknown_bus", name, known)
        bus = buses.get(name) if isinstance(name, str) else None
        if bus and bus.serial and values.get("framing") == "tcp":
            draft.complain((*at, "framing"), text("config.framing", bus=bus.name), found='"tcp"')
    for at, table in tables.instrument.items():
        options, bus = table.options, buses.get(table.bus)
        if bus and bus.serial and isinstance(options, ProfiledOptions) and options.said("framing") == "tcp":
            draft.complain((*at, "profile"), text("config.framing", bus=bus.name), found='"tcp"')


def _check_declared(draft: Draft, tables: Tables) -> None:
    """Codes of site information, and identifiers that two instruments cannot share."""
    _once(draft, (((*at, "serial_number"), each.serial_number) for at, each in tables.instrument.items()))
    places: list[KeyPath] = [("station",), *tables.instrument]
    for at in places:
        declared = draft.at((*at, "declared"))
        for code in declared if isinstance(declared, dict) else ():
            if not re.fullmatch("i[0-9a-z]{5}", code):
                path = (*at, "declared", code)
                draft.complain(path, text("config.not_info", found=code), found=code, allowed="i00000 ... izzzzz")


def _check_mentions(draft: Draft, tables: Tables, codes: Codes) -> None:
    """Channels and units as the drivers' tables name them."""
    known = _names(draft, "channel")
    units: dict[str, str] = {}
    for channel in tables.channel.values():
        own = unit_of(channel, codes)
        if own is not None:
            units.setdefault(channel.name, own)
    for at, values in draft.tables("instrument"):
        for path, name, table in mentions(values, at):
            unit = table.get("unit")
            if name not in known:
                draft.complain_name(path, "config.unknown_channel", name, known)
            elif path[-1] == "channel" and isinstance(unit, str) and unit != units.get(name, unit):
                sentence = text("config.unit_differs", found=unit, channel=name)
                draft.complain((*path[:-1], "unit"), sentence, found=unit, allowed=shown(units[name]))


def _check_profiles(draft: Draft, tables: Tables, codes: Codes) -> None:
    """Units of points that cannot become those of their channels."""
    units = {channel.name: own for channel in tables.channel.values() if (own := unit_of(channel, codes)) is not None}
    for at, table in tables.instrument.items():
        options = table.options
        if isinstance(options, ProfiledOptions):
            driver = profile_driver(options.driver)
            for mistake in driver.unit_mistakes(options.profile, options.instance, units):
                draft.complain((*at, *mistake.path), mistake.sentence)


def _check_feeding(draft: Draft, tables: Tables) -> None:
    """Every channel has exactly one instrument."""
    feeders: dict[str, str] = {}
    known = _names(draft, "channel")
    named = {name for at, values in draft.tables("instrument") for _, name, _ in mentions(values, at)}
    for at, instrument in tables.instrument.items():
        places = {name: path for path, name, _ in mentions(draft.at(at), at) if path[-1] == "channel"}
        for channel in instrument.options.channels():
            if channel not in named | set(known):
                draft.complain_name(at, "config.unknown_channel", channel, known)
            if channel in feeders:
                sentence = text("config.fed_twice", found=channel, other=feeders[channel])
                draft.complain(places.get(channel, at), sentence, found=channel)
            feeders.setdefault(channel, instrument.name)
    for at, table in tables.channel.items():
        if table.name not in named | feeders.keys():
            draft.complain(at, text("config.not_fed"), found=table.name)


def _check_platforms(draft: Draft, tables: Tables, around: Surroundings) -> None:
    identities: dict[tuple[str, str | None], str] = {}
    for at, platform in tables.platform.items():
        listed = [((*at, "channels", index), name) for index, name in enumerate(platform.channels or ())]
        _once(draft, listed)
        for path, name in listed:
            if name not in around.names:
                draft.complain_name(path, "config.unknown_channel", name, around.names)
        other = identities.setdefault((platform.address, platform.mn), platform.name)
        if other != platform.name:
            draft.complain((*at, "mn"), text("config.platform_twice", other=other), found=shown(platform.mn or ""))
        check_platform(draft, at, platform, around)
