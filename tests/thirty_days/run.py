"""A real station over real SQLite lives through a story in virtual time: recorder, closer and engine of findings."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dau.core.declarations import Declaration
from dau.core.periods import MINUTE_MS
from dau.database import Database
from dau.process.closer import Closer
from dau.process.plan import Plan
from dau.process.recorder import Beside, Recorder
from dau.quality.clock_watch import ClockWatch
from dau.quality.engine import Engine, Task
from dau.quality.subjects import checks_of, subjects_of
from dau.runtime.clock import LoopClock
from dau.store import declarations, findings, samples, statistics
from dau.store.audit import Act as AuditAct
from dau.store.declarations import News
from dau.store.schema import STATION
from tests.thirty_days.plants import BEGIN_MS, GRACE_MS, Plant
from tests.thirty_days.scenario import SETTLE_MS, Act, Ending, Off, Step, Stretch
from tests.virtual_time import run_virtual

NEWS = News("as the shift book says", ())


class PassingClock(LoopClock):
    """A clock whose time also passes at once: hours in which a station would only wait for the next minute."""

    passed_ms = 0

    def monotonic_s(self) -> float:
        """See `LoopClock`; what passed at once has passed here too."""
        return super().monotonic_s() + self.passed_ms / 1000

    def let_pass(self, length_ms: int) -> None:
        """Let that much time pass now."""
        self.passed_ms += length_ms
        self.start_ms += length_ms


@dataclass(slots=True)
class Life:
    """One station on its way through its story."""

    plant: Plant
    path: Path
    clock: PassingClock = field(default_factory=lambda: PassingClock(BEGIN_MS))
    databases: list[Database] = field(default_factory=list)
    jobs: list[asyncio.Task[None]] = field(default_factory=list)
    watch: ClockWatch = field(default_factory=lambda: ClockWatch(5.0, 30.0))
    recorder: Recorder = field(init=False)

    @property
    def database(self) -> Database:
        """The one that is open now."""
        return self.databases[-1]

    async def start(self) -> None:
        """Open the database and let the parts run."""
        plant = self.plant
        self.databases.append(Database(self.path, STATION, "OFF"))
        await self.database.open()
        ids = await self.database.write(lambda connection: samples.register(connection, plant.channels))
        beside = Beside(plant.surroundings, plant.derivations)
        self.recorder = Recorder(plant.instruments, ids, self.database, self.clock, beside)
        plan = Plan(plant.channels, ids, plant.appetites, GRACE_MS, derivations=plant.derivations)
        closer = Closer(plan, self.database, self.clock, self.recorder.flush, lambda: None)
        checks = checks_of(subjects_of(plant.channels, plant.findings, plant.limits))
        self.watch = ClockWatch(5.0, 30.0)
        engine = Engine(Task(checks, ids, {}), self.database, self.clock, self.watch, lambda: None)
        self.jobs = [asyncio.create_task(job(_no_beat)) for job in (self.recorder.run, closer.run, engine.run)]
        await asyncio.sleep(0)

    async def stop(self) -> None:
        """End as on SIGTERM; what a job died of before is raised here."""
        for job in self.jobs:
            job.cancel()
        ends = await asyncio.gather(*self.jobs, return_exceptions=True)
        await self.database.close()
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
                raise end

    async def do(self, act: Act) -> None:
        """Live through one act."""
        match act:
            case Stretch():
                await self._stretch(act)
            case Off():
                await self.stop()
                self.clock.let_pass(act.length_ms)
                await self.start()
            case Step():
                self.clock.start_ms += act.by_ms
                assert self.clock.now_ms() == act.until_ms
            case Declaration():
                assert self.clock.now_ms() == act.entered_ms
                keep = declarations.add if act.value is None else declarations.add_value
                await self.database.write(lambda connection: keep(connection, act, NEWS))
            case Ending():
                said = AuditAct(act.at_ms, "wang", "declare end", "", None, "", "done")
                await self.database.write(lambda connection: declarations.end(connection, act.number, said, NEWS))

    async def _stretch(self, act: Stretch) -> None:
        self.clock.let_pass(act.until_ms - SETTLE_MS - self.clock.now_ms())
        for poll in act.polls:
            await self.recorder(poll.instrument, poll.readings, poll.at_ms)
        await self.clock.sleep(SETTLE_MS / 1000)
        assert self.clock.now_ms() == act.until_ms
        await self._until_all_is_done(act.until_ms)

    async def _until_all_is_done(self, until_ms: int) -> None:
        """Wait, while no time passes, until what ended is closed and was looked at."""
        due_ms = (until_ms - GRACE_MS) // MINUTE_MS * MINUTE_MS
        while (await self.database.read(statistics.closed_until) or 0) < due_ms:  # noqa: ASYNC110 - no event says so
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Let the engine look at what closed last, and end."""
        while await self.database.read(findings.looked_until) != await self.database.read(statistics.closed_until):
            await self.clock.sleep(1)
        await self.stop()


def live(plant: Plant, path: Path, acts: Sequence[Act]) -> None:
    """Let a station live through its story in virtual time."""
    life = Life(plant, path)

    async def story() -> None:
        await life.start()
        await life.clock.sleep(SETTLE_MS / 1000)  # the engine looks for the first time: what closed before is the past
        for act in acts:
            await life.do(act)
        await life.close()

    run_virtual(story(), busy=lambda: any(database.busy for database in life.databases))


def _no_beat() -> None:
    pass
