"""Keeps the parts of a station running: the lock on its folder, its database, the watchdog."""

import fcntl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import structlog

from dau.app.jobs import jobs_of
from dau.app.world import World
from dau.config.settings import Settings
from dau.database import Database, DatabaseDamaged, StoreError
from dau.runtime.clock import Clock, rest
from dau.runtime.health import Health
from dau.runtime.sd_notify import notify, watchdog_interval_s
from dau.runtime.supervisor import Beat, supervise
from dau.store.schema import STATION

log = structlog.get_logger(__name__)


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
            jobs = await jobs_of(settings, world, database)
            jobs["watchdog"] = partial(_watch, health, database, world.clock)
            await supervise(jobs, health, world.clock, DatabaseDamaged)


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
