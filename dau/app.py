"""The composition root: from settings to a running station, every part made here and handed what it needs."""

import fcntl
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal

import structlog

from dau.acquire.bus import Bus
from dau.acquire.wiring import instruments_of, line_of
from dau.config.channels import channels_of
from dau.config.platforms import appetite_of, dialect_of
from dau.config.settings import BusTable, PlatformTable, Settings
from dau.core.channels import Channel
from dau.database import Database, DatabaseDamaged, StoreError
from dau.link import Dial
from dau.link.serial import dial_serial
from dau.link.tcp import dial_tcp
from dau.process.closer import Closer, Plan
from dau.process.issuer import LiveIssuer, owe_restart
from dau.process.recorder import Recorder
from dau.runtime.bell import Bell
from dau.runtime.clock import Clock, rest
from dau.runtime.health import Health
from dau.runtime.sd_notify import notify, watchdog_interval_s
from dau.runtime.supervisor import Beat, Job, supervise
from dau.store import samples
from dau.store.samples import ChannelIds
from dau.store.schema import STATION
from dau.uplink.identity import Platform
from dau.uplink.session import Session

CONNECT_S: Final = 10.0

log = structlog.get_logger(__name__)


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
    """How a station reaches what is outside: the machine's own ports, or a test's memory pipes and its own clock."""

    clock: Clock
    dial_bus: Callable[[BusTable], Dial] = dial_bus
    dial_platform: Callable[[PlatformTable], Dial] = dial_platform
    synchronous: Literal["FULL", "OFF"] = "FULL"


def database_path(settings: Settings) -> Path:
    """Return where a station keeps its database."""
    return settings.station.state / "station.db"


async def run(settings: Settings, world: World, made: Callable[[Database], None] = lambda _: None) -> None:
    """Run a station until cancelled.

    Args:
        settings: what it is made of.
        world: what it is connected to.
        made: is told the database before it is opened.

    Raises:
        StoreError: another process runs the station, or its database cannot be opened.
        ExceptionGroup: of DatabaseDamaged, found while running.
    """
    with _only_one(settings.station.state):
        database = Database(database_path(settings), STATION, world.synchronous)
        made(database)
        async with _open(database):
            health = Health(world.clock)
            await supervise(await _jobs(settings, world, database, health), health, world.clock, DatabaseDamaged)


async def _jobs(settings: Settings, world: World, database: Database, health: Health) -> dict[str, Job]:
    """Make every part of the station; returns what is to run, by name."""
    clock = world.clock
    channels = channels_of(settings)
    ids: ChannelIds = await database.write(lambda connection: samples.register(connection, channels))
    appetites = tuple(appetite_of(settings, table) for table in settings.platform)
    started_ms = clock.now_ms()
    await database.write(lambda connection: owe_restart(connection, appetites, started_ms))
    recorder = Recorder(_by_instrument(settings, channels), ids, database, clock)
    bells = {table.name: Bell() for table in settings.platform}
    ring = partial(_ring_all, tuple(bells.values()))
    plan = Plan(channels, ids, appetites, round(settings.station.grace_s * 1000))
    jobs: dict[str, Job] = {
        "recorder": recorder.run,
        "closer": Closer(plan, database, clock, recorder.flush, ring).run,
        "watchdog": partial(_watch, health, database, clock),
    }
    if appetites:
        jobs["live"] = LiveIssuer(appetites, database, clock, ring).run
    for table in settings.bus:
        line, instruments = line_of(table, world.dial_bus(table)), instruments_of(settings, table)
        jobs[f"bus {table.name}"] = Bus(line, instruments, clock, recorder).run
    for platform in settings.platform:
        dial = world.dial_platform(platform)
        session = Session(_platform(platform, channels), dial, database, clock, bells[platform.name])
        jobs[f"platform {platform.name}"] = session.run
    return jobs


def _by_instrument(settings: Settings, channels: Sequence[Channel]) -> dict[str, Sequence[Channel]]:
    named = {channel.name: channel for channel in channels}
    return {each.name: [named[name] for name in each.options.channels()] for each in settings.instrument}


def _platform(table: PlatformTable, channels: Sequence[Channel]) -> Platform:
    named = {channel.name: channel for channel in channels}
    return Platform(
        name=table.name,
        dialect=dialect_of(table),
        mn=table.mn or "",
        st=table.st,
        channels={name: named[name] for name in table.channels or named},
        pw=table.pw.get_secret_value(),
        realtime_s=table.realtime_s,
        receipts=table.receipts,
        timeout_s=table.timeout_s,
        resends=table.resends,
        backlog_per_minute=table.backlog_per_minute,
    )


async def _watch(health: Health, database: Database, clock: Clock, beat: Beat) -> None:
    """Tell the init system that all is well, as long as every task beats and the writer writes."""
    interval_s = watchdog_interval_s() or 30.0
    notify("READY=1")
    while True:
        await database.write(lambda _: None)
        silent = health.silent()
        if silent:
            log.error("tasks_are_silent", tasks=silent)
        else:
            notify("WATCHDOG=1")
        await rest(clock, interval_s / 3, beat)


def _ring_all(bells: Sequence[Bell]) -> None:
    for bell in bells:
        bell.ring()


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


@asynccontextmanager
async def _open(database: Database) -> AsyncIterator[None]:
    await database.open()
    try:
        yield
    finally:
        await database.close()


@contextmanager
def _only_one(state: Path) -> Iterator[None]:
    """Hold the station's folder, so that no second process writes beside us; SIGKILL too lets go of it."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = (state / "lock").open("w")
    except OSError as error:
        raise StoreError(f"cannot use the station's folder {state}: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(f"cannot use the station's folder {state}: another dau run holds it") from None
        yield
