"""Makes every part of a station and hands each what it needs; what comes out is to be run, by name."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dau.acquire.bus import Bus
from dau.acquire.instruments import Instruments
from dau.acquire.wiring import instruments_of, line_of
from dau.app.platforms import platform_of, site_of
from dau.app.rules import silenced_in, task_of, watch_of
from dau.app.world import World
from dau.config.channels import channels_of
from dau.config.derived import derivations_of
from dau.config.periods import rules_of
from dau.config.platforms import appetite_of, key_text
from dau.config.settings import PlatformTable, Settings
from dau.config.surroundings import surroundings_of
from dau.core.channels import Channel, ChannelKind
from dau.core.periods import MINUTE_MS
from dau.core.records import RecordKind
from dau.database import Database
from dau.process.closer import Closer
from dau.process.issuer import LiveIssuer, owe_restart
from dau.process.plan import Plan
from dau.process.recorder import Beside, Recorder
from dau.process.results import Results
from dau.quality.engine import Engine
from dau.quality.sealer import Sealer
from dau.runtime.bell import Bell
from dau.runtime.supervisor import Job
from dau.store import samples
from dau.store.samples import ChannelIds
from dau.uplink.account import Account
from dau.uplink.desk import Desk
from dau.uplink.exchanges import owe_exchanged
from dau.uplink.keyring import KeyRing
from dau.uplink.session import Session
from dau.uplink.site import Site


@dataclass(frozen=True, slots=True)
class Station:
    """What the parts of one station share."""

    settings: Settings
    world: World
    database: Database
    channels: tuple[Channel, ...]
    site: Site
    bells: Mapping[str, Bell]

    def ring(self) -> None:
        """Wake every sender."""
        for bell in self.bells.values():
            bell.ring()


async def jobs_of(settings: Settings, world: World, database: Database) -> dict[str, Job]:
    """Return the jobs of a station; what it owes its platforms for having started is owed by then.

    Raises:
        StoreError: the database cannot be read or written.
    """
    channels = channels_of(settings)
    appetites = tuple(appetite_of(settings, table) for table in settings.platform)
    bells = {table.name: Bell() for table in settings.platform}
    station = Station(settings, world, database, channels, site_of(settings, appetites, world.machine()), bells)
    now_ms = world.clock.now_ms()
    ids = await database.write(lambda connection: _begin(connection, station, now_ms))
    derivations = derivations_of(settings, channels)
    beside = Beside(surroundings_of(settings), derivations, _results(station))
    recorder = Recorder(_by_instrument(station), ids, database, world.clock, beside)
    grace_ms, rules = round(settings.station.grace_s * 1000), rules_of(settings.periods)
    wait_ms = settings.periods.hour_wait_min * MINUTE_MS
    plan = Plan(channels, ids, appetites, grace_ms, rules, derivations, wait_ms, silenced_in(settings, channels))
    task = task_of(settings, channels, ids, tuple(_told(station)))
    jobs: dict[str, Job] = {
        "recorder": recorder.run,
        "closer": Closer(plan, database, world.clock, recorder.flush, station.ring).run,
        "sealer": Sealer(database, world.clock).run,
        "quality": Engine(task, database, world.clock, watch_of(settings), station.ring).run,
    }
    if appetites:
        jobs["live"] = LiveIssuer(appetites, database, world.clock, station.ring).run
    buses = _buses(station, recorder)
    jobs |= {f"bus {name}": bus.run for name, bus in buses.items()}
    instruments = Instruments(buses.values())
    for table in settings.platform:
        session = await _session(station, table, instruments)
        jobs[f"platform {table.name}"] = session.run
    return jobs


def _begin(connection: sqlite3.Connection, station: Station, now_ms: int) -> ChannelIds:
    """Number the channels, and owe what every start owes: that it happened, and instruments that are others now."""
    ids = samples.register(connection, station.channels)
    site = station.site
    owe_restart(connection, site.appetites, now_ms)
    owe_exchanged(connection, site, site.wanting(RecordKind.SERIAL_NUMBER), now_ms)
    return ids


def _by_instrument(station: Station) -> dict[str, Sequence[Channel]]:
    named = {channel.name: channel for channel in station.channels}
    return {each.name: [named[name] for name in each.options.channels()] for each in station.settings.instrument}


def _buses(station: Station, recorder: Recorder) -> dict[str, Bus]:
    settings, world = station.settings, station.world
    return {
        table.name: Bus(line_of(table, world.dial_bus(table)), instruments_of(settings, table), world.clock, recorder)
        for table in settings.bus
    }


async def _session(station: Station, table: PlatformTable, instruments: Instruments) -> Session:
    database, clock = station.database, station.world.clock
    platform = platform_of(station.settings, table, {channel.name: channel for channel in station.channels})
    account = Account(platform, _told(station), database, clock)
    await account.load()
    grace_h = platform.dialect.encryption.grace_h
    keys = await KeyRing.open(database, clock, platform.name, key_text(table), grace_h)
    desk = Desk(account, keys, database, clock, instruments, station.ring, station.site)
    return Session(desk, station.world.dial_platform(table), station.bells[table.name])


def _results(station: Station) -> Results:
    periodic = [channel for channel in station.channels if channel.kind is ChannelKind.PERIODIC]
    return Results(
        {channel.name: channel.hold_ms for channel in periodic},
        station.site.wanting(RecordKind.RAW),
        frozenset(channel.name for channel in periodic if channel.composite),
        silenced_in(station.settings, station.channels),
    )


def _told(station: Station) -> list[str]:
    """Return the platforms that hear of what is changed by command."""
    wanting = station.site.wanting(RecordKind.INFO)
    return [table.name for table in station.settings.platform if table.told and table.name in wanting]
