"""A test stand for a bus in virtual time: slaves on memory pipes, a list of everything the bus hands on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from dau.acquire import Bus, Instrument, Line
from dau.core.instrument import Driver
from dau.core.states import State
from dau.core.told import Told, readings_in
from dau.link import LinkError, MemoryPipe, dial_memory
from dau.runtime.clock import LoopClock
from drivers.modbus_map import Options, build
from tests.acquire.slaves import Slaves

START_MS = 1_767_225_600_000


@dataclass
class Heard:
    """One call of the sink."""

    instrument: str
    readings: Sequence[Told] | None
    at_ms: int
    when_s: float

    @property
    def is_silence(self) -> bool:
        return self.readings is None

    def values(self) -> dict[str, float | None]:
        return {reading.channel: reading.value for reading in readings_in(self.readings or ())}

    def states(self) -> dict[str, State]:
        return {reading.channel: reading.states for reading in readings_in(self.readings or ())}


def registers(slave: int, count: int = 2, **keys: object) -> Driver:
    """Return the driver of a slave with ``count`` registers from 10 x slave on, each one channel."""
    points = [{"channel": f"s{slave}r{at}", "address": 10 * slave + at, "type": "u16"} for at in range(count)]
    return build(Options.model_validate({"slave": slave, "point": points, **keys}), f"i{slave}")


def instrument(
    slave: int, *, period_s: int = 1, timeout_s: float = 0.5, retries: int = 1, driver: Driver | None = None
) -> Instrument:
    """Return an instrument called i<slave>."""
    return Instrument(f"i{slave}", driver or registers(slave), period_s, timeout_s, retries)


@dataclass
class Stand:
    """A bus and the slaves on it. ``closed`` is what a dial raises while the port cannot be opened.

    With ``is_deaf`` nobody reads the far end: the test itself does. ``greeting`` waits in the port when it is opened.
    """

    instruments: Sequence[Instrument]
    gap_s: float = 0.05
    quiet_s: float = 2.0
    byte_s: float = 0.0
    change_gap_s: float = 0.0
    closed: LinkError | None = None
    is_deaf: bool = False
    greeting: bytes = b""
    heard: list[Heard] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    dials: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = LoopClock(START_MS)
        self.slaves = Slaves(self.clock.monotonic_s, byte_s=self.byte_s)
        self.far: MemoryPipe | None = None
        self._serving: set[asyncio.Task[None]] = set()
        line = Line("line1", self._dial, self.gap_s, self.quiet_s, self.byte_s, self.change_gap_s)
        self.bus = Bus(line, self.instruments, self.clock, self._take)

    async def _dial(self) -> MemoryPipe:
        self.dials.append(self.clock.monotonic_s())
        if self.closed:
            raise self.closed
        near = await dial_memory(self._accept)()
        assert isinstance(near, MemoryPipe)
        if self.greeting and self.far is not None:
            await self.far.write(self.greeting)
        return near

    def _accept(self, far: MemoryPipe) -> None:
        self.far = far
        if self.is_deaf:
            return
        task = asyncio.create_task(self.slaves.serve(far))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _take(self, instrument: str, readings: Sequence[Told] | None, at_ms: int) -> None:
        self.heard.append(Heard(instrument, readings, at_ms, self.clock.monotonic_s()))

    async def run(self, seconds: float, *plot: tuple[float, Callable[[], object]]) -> None:
        """Let the bus run for so long; at each time of the plot do what it says."""
        task: asyncio.Task[NoReturn] = asyncio.create_task(
            self.bus.run(lambda: self.beats.append(self.clock.monotonic_s()))
        )
        begin_s = self.clock.monotonic_s()
        for at_s, act in plot:
            await self._unless_failed(task, begin_s + at_s - self.clock.monotonic_s())
            done = act()
            if isinstance(done, Awaitable):
                await done
        await self._unless_failed(task, begin_s + seconds - self.clock.monotonic_s())
        task.cancel()
        await asyncio.gather(task, *self._serving, return_exceptions=True)

    async def _unless_failed(self, task: "asyncio.Task[NoReturn]", seconds: float) -> None:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        for ended in done:
            ended.result()

    def of(self, name: str) -> list[Heard]:
        """Return what was heard of one instrument."""
        return [heard for heard in self.heard if heard.instrument == name]

    def answers(self, name: str) -> list[Heard]:
        return [heard for heard in self.of(name) if not heard.is_silence]

    def silences(self, name: str) -> list[Heard]:
        return [heard for heard in self.of(name) if heard.is_silence]
