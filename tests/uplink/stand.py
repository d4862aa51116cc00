"""The sending side of a station in virtual time: a real database, sessions, platforms of a script."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dau.core.channels import Channel, Medium
from dau.core.errands import CannotDo, Errand, Report
from dau.core.periods import MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.database import Database
from dau.hj212 import HJ2017, parse_data_time
from dau.link import Dial
from dau.runtime.bell import Bell
from dau.runtime.clock import LoopClock
from dau.store import outbox, samples, statistics
from dau.store.samples import ChannelIds
from dau.store.schema import STATION
from dau.uplink.account import Account
from dau.uplink.desk import Desk
from dau.uplink.identity import Platform
from dau.uplink.keyring import KeyRing
from dau.uplink.session import Session
from dau.uplink.site import Site
from tests.uplink.far_end import FarEnd
from tests.virtual_time import run_virtual

START_MS = parse_data_time("20260101120000") or 0
PW = "S3cr9t"
COD = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 5)
PH = Channel("ph", "w01001", "", 2, Medium.WATER, 5)


def channels(*wanted: Channel) -> Mapping[str, Channel]:
    return {channel.name: channel for channel in wanted}


def platform(name: str = "national", **settings: Any) -> Platform:
    """Return a platform's identity with the settings of the standard, some of them replaced."""
    identity = Platform(name, HJ2017, "010000A8900016F000169DC0", "32", channels(COD, PH), PW)
    return replace(identity, **settings)


@dataclass(slots=True)
class Bench:
    """The instruments of the stand: what they were told, and what they answer. Without an answer they cannot do it."""

    answer: Report | Exception = field(default_factory=lambda: CannotDo("no instrument of the stand can do that"))
    takes_s: float = 0.0
    told: list[Errand] = field(default_factory=list)

    async def perform(self, errand: Errand) -> Report:
        self.told.append(errand)
        await asyncio.sleep(self.takes_s)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass(slots=True)
class Stand:
    """The database and what hangs on it. Everything started here is stopped when the work is done."""

    database: Database
    group: asyncio.TaskGroup
    clock: LoopClock
    ids: ChannelIds
    bells: dict[str, Bell] = field(default_factory=dict)
    sessions: list[asyncio.Task[None]] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    bench: Bench = field(default_factory=Bench)
    site: Site = field(default_factory=Site)
    desks: dict[str, Desk] = field(default_factory=dict)

    def far_end(self, **settings: Any) -> FarEnd:
        return FarEnd(self.group, **settings)

    def start(self, identity: Platform, far_end: FarEnd, *told: str, key: str | None = None) -> "asyncio.Task[None]":
        """Run the session of one platform; ``told`` are those that hear of changes, ``key`` its first one."""
        self.bells[identity.name] = Bell()
        task = self.group.create_task(self._run(identity, far_end.dial(), told, key), name=identity.name)
        self.sessions.append(task)
        return task

    async def _run(self, identity: Platform, dial: Dial, told: tuple[str, ...], key: str | None) -> None:
        desk = await self.desk(identity, *told, key=key)
        await Session(desk, dial, self.bells[identity.name]).run(self._beat)

    async def desk(self, identity: Platform, *told: str, key: str | None = None) -> Desk:
        """Return what the session of a platform works with."""
        account = Account(identity, told, self.database, self.clock)
        await account.load()
        grace_h = identity.dialect.encryption.grace_h
        keys = await KeyRing.open(self.database, self.clock, identity.name, key, grace_h)
        desk = Desk(account, keys, self.database, self.clock, self.bench, self.ring, self.site)
        self.desks[identity.name] = desk
        return desk

    def _beat(self) -> None:
        self.beats.append(self.clock.monotonic_s())

    async def owe_minutes(self, number: int, *platforms: str, since_ms: int = START_MS - MINUTE_MS) -> None:
        """Owe ``number`` minute records, each with a figure for every channel; the last one begins at ``since_ms``."""
        starts = [since_ms - back * MINUTE_MS for back in reversed(range(number))]
        now_ms = self.clock.now_ms()

        def owe(connection: sqlite3.Connection) -> None:
            for start_ms in starts:
                span = Span(start_ms, MINUTE_MS)
                statistics.add(connection, self.ids, [figures(name, span) for name in self.ids])
                outbox.owe(connection, RecordKind.INTERVAL, span, now_ms, platforms or ("national",))

        await self.database.write(owe)
        self.ring()

    async def owe_live(self, *platforms: str) -> None:
        """Owe the latest sample of each channel, as of now."""
        now_ms = self.clock.now_ms()

        def owe(connection: sqlite3.Connection) -> None:
            taken = [Sample(name, now_ms, 40.1, 40.1, State.OK) for name in self.ids]
            samples.add(connection, self.ids, taken, 0)
            record = outbox.owe(connection, RecordKind.REALTIME, Span(now_ms, 0), now_ms, platforms or ("national",))
            assert record is not None
            outbox.attach_live(connection, record, samples.latest_ids(connection, now_ms, now_ms))

        await self.database.write(owe)
        self.ring()

    def ring(self) -> None:
        for bell in self.bells.values():
            bell.ring()

    async def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database."""

        def ask(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
            return connection.execute(sql, values).fetchall()

        return await self.database.read(ask)

    async def states(self, name: str = "national") -> list[str]:
        """Return the state of every delivery to a platform, in the order of their labels."""
        sql = "SELECT state FROM delivery WHERE platform = ? ORDER BY due_ms, record"
        return [state for (state,) in await self.rows(sql, name)]


def figures(channel: str, span: Span) -> PeriodStatistic:
    return PeriodStatistic(channel, span, State.OK, True, 12, 12, 40.1, 40.0, 40.2, 40.1)


def at_stand(
    folder: Path, work: Callable[[Stand], Coroutine[Any, Any, None]], wanted: Sequence[Channel] = (COD, PH)
) -> None:
    """Run ``work`` in virtual time; afterwards sessions are stopped, which must leave nothing behind."""
    database = Database(folder / "station.db", STATION, "OFF")

    async def main() -> None:
        await database.open()
        try:
            async with asyncio.TaskGroup() as group:
                ids = await database.write(lambda connection: samples.register(connection, wanted))
                stand = Stand(database, group, LoopClock(START_MS), ids)
                await work(stand)
                for session in stand.sessions:
                    session.cancel()
        finally:
            await database.close()

    run_virtual(main(), lambda: database.busy)
