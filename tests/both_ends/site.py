"""One platform's session of a station and a receiver in virtual time, joined by a pipe that can lose and break."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from dau.cipher import key_bytes
from dau.core.appetites import USUAL, Appetite
from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.errands import Cycle, Report
from dau.core.events import Info, RawResult, StandardCheck
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.database import Database
from dau.hj212 import Content, Edition, dialect
from dau.link import MemoryPipe, Pipe, pipe_pair
from dau.receiver import unit_keys
from dau.receiver.orders import Ending, Order, Part, Step, Told
from dau.receiver.server import Receiver
from dau.receiver.tables import SCHEMA
from dau.runtime.bell import Bell
from dau.runtime.clock import LoopClock
from dau.store import events, outbox, samples, statistics
from dau.store.schema import STATION
from dau.uplink.desk import Desk
from dau.uplink.identity import Platform, Policy
from dau.uplink.session import Session
from dau.uplink.site import Site as Declared
from tests.uplink.stand import START_MS, Bench, Stand
from tests.virtual_time import run_virtual

MNS: Final = {
    Edition.E2005: "88888880000001",
    Edition.E2017: "010000A8900016F000169DC0",
    Edition.E2025: "010000A8900016F000169DC0",
}
PW: Final = "S3cr9t"
KEY: Final = "Wx7#pQ2!mN9$vB4&"
SERIAL: Final = "6970000000001ABCDEFG1234"
CHANNELS: Final = (
    Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 5),
    Channel("ph", "w01001", "", 2, Medium.WATER, 5),
    Channel("pump", "SB1", "", 0, Medium.WATER, 5, kind=ChannelKind.FACILITY),
)
LABELS: Final = {
    RecordKind.INTERVAL: Span(START_MS - 10 * MINUTE_MS, 10 * MINUTE_MS),
    RecordKind.HOUR: Span(START_MS - HOUR_MS, HOUR_MS),
    RecordKind.DAY: Span(START_MS - 36 * HOUR_MS, DAY_MS),
}
OLD_CODES: Final = {"w01018": "011", "w01001": "001"}
REPORT: Final = Report(
    value="6970000000001ABCDEFA1234",
    at_ms=START_MS,
    bottle=3,
    cycle=Cycle(0, 2),
    minutes=30,
    reading=100.5,
    standard=100.0,
)


def identity(edition: Edition, refused: frozenset[str] = frozenset()) -> Platform:
    """Return a platform that speaks the edition; what it may not use is ``refused``."""
    return Platform(
        name="national",
        dialect=dialect(edition),
        mn=MNS[edition],
        st="32",
        channels={channel.name: channel for channel in CHANNELS},
        pw=PW,
        old_codes=OLD_CODES if edition is Edition.E2005 else {},
        policy=Policy(refused=refused),
    )


class Tap:
    """The unit's end of a pipe to the receiver; ``breaks`` looks at what leaves and says what becomes of it."""

    def __init__(self, pipe: MemoryPipe, breaks: Callable[[bytes], "Fate"]) -> None:
        self._pipe = pipe
        self._breaks = breaks
        self.name = pipe.name

    async def read(self) -> bytes:
        return await self._pipe.read()

    async def write(self, data: bytes) -> None:
        fate = self._breaks(data)
        if fate.arrives:
            await self._pipe.write(data)
        if fate.cuts:
            await asyncio.sleep(0.1)  # so that what arrives is read before the pipe breaks
            self._pipe.cut()

    async def close(self) -> None:
        await self._pipe.close()


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one frame of the unit, and of the connection behind it."""

    arrives: bool = True
    cuts: bool = False


@dataclass(slots=True)
class Ends:
    """Both ends. ``breaks`` may be exchanged at any time; ``far`` are the connections that were made."""

    stand: Stand
    receiver: Receiver
    platform: Database
    group: asyncio.TaskGroup
    breaks: Callable[[bytes], Fate] = lambda _: Fate()
    desk: Desk | None = None
    far: list[MemoryPipe] = field(default_factory=list)

    @property
    def mn(self) -> str:
        """Who the unit is to the receiver now."""
        assert self.desk is not None
        return self.desk.account.platform.mn

    @property
    def bench(self) -> Bench:
        return self.stand.bench

    async def dial(self) -> Pipe:
        near, far = pipe_pair(f"unit {len(self.far) + 1}")
        self.far.append(far)
        self.group.create_task(self.receiver.serve(far, near.name))
        return Tap(near, self._fate)

    def _fate(self, frame: bytes) -> "Fate":
        return self.breaks(frame)

    async def start(self, who: Platform, key: str | None = None) -> None:
        """Start the session, and wait until the receiver has heard of the unit."""
        desk = await self.stand.desk(who, key=key)
        self.desk = replace(desk, site=Declared(identity={"i23005": SERIAL}, appetites=(appetite(who),)))
        bell = self.stand.bells[who.name] = Bell()
        session = Session(self.desk, self.dial, bell)
        self.stand.sessions.append(self.group.create_task(session.run(lambda: None)))
        await self.stand.owe_live(who.name)
        await asyncio.sleep(2)

    async def agree_on(self, key: str) -> None:
        """Give the receiver the key of the unit."""
        secret, now_ms = key_bytes(key), START_MS
        await self.platform.write(
            lambda connection: unit_keys.set_current(
                connection, MNS[Edition.E2025], secret, now_ms, "20251201000000000"
            )
        )

    async def ask(self, cn: str, cp: Content = (), **order: Any) -> tuple[Ending, list[Step]]:
        """Have the receiver ask the unit; returns how it ended and every packet of it."""
        told: list[Told] = []
        ending = await self.receiver.ask(Order(mn=self.mn, cn=cn, cp=cp, **order), told.append)
        await asyncio.sleep(2)
        return ending, [each for each in told if isinstance(each, Step)]

    async def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return await self.stand.rows(sql, *values)


def parts(steps: list[Step]) -> list[Part]:
    """Return what the packets of an exchange were, the data of a history once."""
    found = [step.part for step in steps if step.part is not Part.ANSWER]
    return [part for at, part in enumerate(found) if part is not Part.DATA or found[at - 1] is not Part.DATA]


def appetite(who: Platform) -> Appetite:
    return Appetite(who.name, who.realtime_s, who.minute_min, USUAL | {RecordKind.CHECK, RecordKind.INFO})


def furnish(connection: sqlite3.Connection, ids: dict[str, int]) -> None:
    """Store something of every kind that can be asked for: values of now, periods, results, a check, a log entry."""
    names = list(ids)
    samples.add(connection, ids, [Sample(name, START_MS - 1000, 1.0, 1.0, State.OK) for name in names], 0)
    for span in LABELS.values():
        statistics.add(
            connection,
            ids,
            [PeriodStatistic(name, span, State.OK, True, 9, 9, 1.0, 1.0, 1.0, 1.0, 1.0) for name in names],
        )
    past_ms = START_MS - HOUR_MS
    events.owe(connection, RecordKind.RAW, RawResult("cod", 40.1, State.OK, past_ms), past_ms, past_ms, ())
    events.owe(connection, RecordKind.CHECK, StandardCheck("cod", 100.5, 100.0, True), past_ms, past_ms, ())
    events.owe(connection, RecordKind.INFO, Info("i21001", "started"), past_ms, past_ms, ())
    live = outbox.owe(connection, RecordKind.REALTIME, Span(past_ms, 0), past_ms, ())
    assert live is not None
    outbox.attach_live(connection, live, samples.latest_ids(connection, START_MS - 5000, START_MS))


def at_both_ends(folder: Path, work: Callable[[Ends], Coroutine[Any, Any, None]]) -> None:
    """Run ``work`` in virtual time; afterwards both ends are stopped in order."""
    station, platform = Database(folder / "station.db", STATION, "OFF"), Database(folder / "platform.db", SCHEMA, "OFF")

    async def main() -> None:
        await station.open()
        await platform.open()
        try:
            async with asyncio.TaskGroup() as group:
                ids = dict(await station.write(lambda connection: samples.register(connection, CHANNELS)))
                await station.write(lambda connection: furnish(connection, ids))
                clock = LoopClock(START_MS)
                stand = Stand(station, group, clock, ids)
                receiver = Receiver(platform, LoopClock(START_MS))
                await work(Ends(stand, receiver, platform, group))
                for session in stand.sessions:
                    session.cancel()
                receiver.stop()
        finally:
            await station.close()
            await platform.close()

    run_virtual(main(), lambda: station.busy or platform.busy)
