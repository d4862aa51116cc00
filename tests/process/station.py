"""A recorder and a closer over a real database, in virtual time, fed by hand instead of by buses."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from dau.core.appetites import Appetite
from dau.core.channels import Channel, Medium
from dau.core.samples import Reading
from dau.database import Database, connect_readonly
from dau.process.closer import Closer
from dau.process.issuer import LiveIssuer
from dau.process.plan import Plan
from dau.process.recorder import Recorder
from dau.runtime.clock import LoopClock
from dau.store import samples
from dau.store.schema import STATION
from tests.virtual_time import run_virtual

BEIJING: Final = timezone(timedelta(hours=8))
COD: Final = Channel(
    "cod", "w01018", "mg/L", 1, Medium.WATER, period_s=20, high=500.0, flow="flow", mass_per_amount=0.001
)
FLOW: Final = Channel("flow", "w00000", "L/s", 2, Medium.WATER, period_s=20, total_per_second=0.001)
SO2: Final = Channel("so2", "a21026", "mg/m3", 1, Medium.GAS, period_s=20)
INSTRUMENTS: Final = {"water": (COD, FLOW), "gas": (SO2,)}
CHANNELS: Final = (COD, FLOW, SO2)
NATIONAL: Final = Appetite("national", realtime_s=60, minute_min=1)
PROVINCIAL: Final = Appetite("provincial", realtime_s=30, minute_min=10)
GRACE_S: Final = 10


def ms(text: str) -> int:
    """Return the instant that a clock in Beijing shows as ``text``. Example: ``2028-02-29 23:59:30``."""
    return round(datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp() * 1000)


@dataclass(slots=True)
class Station:
    """One station. It may be stopped and started again; ``rung`` counts how often something new was owed."""

    path: Path
    clock: LoopClock
    appetites: tuple[Appetite, ...] = (NATIONAL, PROVINCIAL)
    grace_s: float = GRACE_S
    rung: int = 0
    heard: int = 0
    databases: list[Database] = field(default_factory=list)
    jobs: list[asyncio.Task[None]] = field(default_factory=list)
    recorder: Recorder = field(init=False)
    plan: Plan = field(init=False)

    @property
    def database(self) -> Database:
        """The one that is open now."""
        return self.databases[-1]

    async def start(self, channels: tuple[Channel, ...] = CHANNELS) -> None:
        """Open the database and let the recorder and the closer run."""
        self.databases.append(Database(self.path, STATION, "OFF"))
        await self.database.open()
        ids = await self.database.write(lambda connection: samples.register(connection, channels))
        self.plan = Plan(channels, ids, self.appetites, round(self.grace_s * 1000))
        named = {channel.name: channel for channel in channels}
        known = {name: [named[one.name] for one in group if one.name in named] for name, group in INSTRUMENTS.items()}
        self.recorder = Recorder(known, ids, self.database, self.clock)
        closer = Closer(self.plan, self.database, self.clock, self.settle, self._ring)
        self.jobs = [asyncio.create_task(job(lambda: None)) for job in (self.recorder.run, closer.run)]
        await asyncio.sleep(0)  # a task that is cancelled before its first step never runs at all

    async def stop(self) -> None:
        """End as on SIGTERM; what a job died of before is raised here."""
        for job in self.jobs:
            job.cancel()
        ends = await asyncio.gather(*self.jobs, return_exceptions=True)
        await self.database.close()
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
                raise end

    async def settle(self) -> bool:
        """What the closer asks before it closes anything."""
        return await self.recorder.flush()

    async def hear(self, instrument: str, values: Sequence[float | None] | None, age_s: float = 0) -> None:
        """Hand the recorder one poll, complete ``age_s`` ago; None: the instrument kept silent."""
        group = INSTRUMENTS[instrument]
        at_ms = self.clock.now_ms() - round(age_s * 1000)
        readings = None if values is None else [Reading(one.name, v) for one, v in zip(group, values, strict=True)]
        self.heard += len(group)
        await self.recorder(instrument, readings, at_ms)

    async def hear_until(self, text: str, step_s: float = 20, value: float | None = 1.0) -> None:
        """Poll both instruments every ``step_s`` until the clock shows ``text``."""
        end_ms = ms(text)
        while self.clock.now_ms() < end_ms:
            await self.hear("water", [value, value])
            await self.hear("gas", [value])
            await self.clock.sleep(min(step_s, (end_ms - self.clock.now_ms()) / 1000))

    async def sql(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement on the writer's own connection."""
        return await self.database.write(lambda connection: connection.execute(statement).fetchall())

    def _ring(self) -> None:
        self.rung += 1


def live(station: Station, story: Callable[[Station], Awaitable[None]]) -> None:
    """Tell ``story`` to the station in virtual time; it is started before and stopped after."""

    async def told() -> None:
        await station.start()
        try:
            await story(station)
        finally:
            await station.stop()

    run_virtual(told(), busy=lambda: any(database.busy for database in station.databases))


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that looks at what is stored."""
    with closing(connect_readonly(path)) as connection:
        yield connection


def labels(connection: sqlite3.Connection, kind: str, platform: str) -> list[str]:
    """Return the labels owed to a platform, in the order they were made, as ``28 23:50``."""
    rows = connection.execute(
        "SELECT start_ms FROM record JOIN delivery ON record.id = record WHERE kind = ? AND platform = ? ORDER BY id",
        (kind, platform),
    )
    return [datetime.fromtimestamp(start_ms / 1000, BEIJING).strftime("%d %H:%M") for (start_ms,) in rows]


@asynccontextmanager
async def issuing(station: Station, appetites: Sequence[Appetite]) -> AsyncIterator[None]:
    """Issue live records meanwhile."""
    issuer = LiveIssuer(appetites, station.database, station.clock, lambda: None)
    task = asyncio.create_task(issuer.run(lambda: None))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
