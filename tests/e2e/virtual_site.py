"""A whole site in one event loop in virtual time: instruments, stations and receivers, joined by memory pipes."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dau.config.settings import BusTable, Settings
from dau.database import Database
from dau.link import Dial, LinkRefused
from dau.link.memory import MemoryPipe, dial_memory
from dau.receiver.server import Receiver
from dau.runtime.clock import LoopClock
from simulator.faults import Timeline
from simulator.instruments.framing import RtuFraming, TcpFraming
from simulator.instruments.multidrop import Multidrop
from simulator.instruments.slave import Slave, Spoken
from simulator.instruments.told import Told
from simulator.journal import Entry
from simulator.plant import PLANTS
from simulator.scene import Line, LineKind, Scene

SEED: Final = 7


@dataclass(slots=True)
class Site:
    """One scene with the station that watches it; ``journal`` is what its instruments said."""

    settings: Settings
    scene: Scene
    clock: LoopClock
    journal: list[Entry] = field(default_factory=list)

    def dial_bus(self, table: BusTable) -> Dial:
        """Return the way to the simulated line that the settings name."""
        address = Path(table.serial).name if table.serial else table.tcp
        line = next(line for line in self.scene.lines if line.address == address)
        return dial_memory(lambda pipe: background(self._speak(line, pipe), f"line {line.name}"), line.name)

    async def _speak(self, line: Line, pipe: MemoryPipe) -> None:
        timeline = Timeline(self.scene.faults, self.clock.start_ms)
        plant = PLANTS[self.scene.plant](SEED)
        slaves = [Slave(instrument, plant, timeline, Told(instrument)) for instrument in line.instruments]
        framing = TcpFraming() if line.kind is LineKind.TCP else RtuFraming()
        multidrop = Multidrop(framing, slaves, timeline)
        while data := await pipe.read():
            for sending in multidrop.answer(data, self.clock.now_ms()):
                await self.clock.sleep(sending.delay_s)
                self._note(sending.spoken)
                await pipe.write(sending.data)

    def _note(self, spoken: Sequence[Spoken]) -> None:
        self.journal += [Entry(self.clock.now_ms(), one) for one in spoken]


@dataclass(slots=True)
class Platform:
    """One receiver; while ``is_up`` is false nobody can connect."""

    name: str
    database: Database
    receiver: Receiver
    is_up: bool = True
    pipes: list[MemoryPipe] = field(default_factory=list)

    def dial(self, name: str) -> Dial:
        """Return a unit's way to this platform."""
        return dial_memory(lambda pipe: self._accept(pipe, name), self.name)

    def cut(self) -> None:
        """Pull the cable: every connection breaks and no new one can be made."""
        self.is_up = False
        for pipe in self.pipes:
            pipe.cut()
        self.pipes.clear()

    def _accept(self, pipe: MemoryPipe, peer: str) -> None:
        if not self.is_up:
            raise LinkRefused(f"connecting to {self.name}: cut by the test")
        self.pipes.append(pipe)
        background(self.receiver.serve(pipe, peer), f"serve {peer}")


_running: set[asyncio.Task[None]] = set()


def background(work: Coroutine[object, object, None], name: str) -> None:
    """Run a far end until its pipe closes."""
    task = asyncio.create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_running.discard)
