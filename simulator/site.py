"""A scene put on: every line of it plugged in, every cable pulled and put back on time, the truth written down."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from simulator.clock import now_ms, wait_until
from simulator.faults import Fault, FaultKind, Timeline
from simulator.instruments.framing import RtuFraming, TcpFraming
from simulator.instruments.multidrop import Multidrop
from simulator.instruments.serial_port import SerialPort
from simulator.instruments.slave import Slave
from simulator.instruments.speaker import Note
from simulator.instruments.tcp_port import TcpPort
from simulator.instruments.told import Told
from simulator.plant import PLANTS, Plant
from simulator.scene import Line, LineKind, Scene

BETWEEN_SECONDS_MS: Final = 500
"""Faults begin and end in the middle of a second: stations poll on whole ones, so that no poll is cut in two."""


class Port(Protocol):
    """Something the station connects to."""

    async def plug(self) -> None:
        """Make it reachable."""

    async def unplug(self) -> None:
        """Make it vanish; doing it twice is allowed."""


@dataclass(frozen=True, slots=True)
class Site:
    """A scene with its plant, folder and faults; ``note`` hears everything the instruments say."""

    scene: Scene
    plant: Plant
    folder: Path
    timeline: Timeline
    note: Note
    told: dict[str, Told] = field(default_factory=dict)
    """What each instrument was told, by name: a line that is opened again finds it as it was left."""

    def port(self, line: Line) -> Port:
        """Return the port of one line, not yet plugged in."""
        if line.kind is LineKind.PTY:
            return SerialPort(self.folder / line.address, self._slaves(line), self.note)
        return TcpPort(line.address, lambda: self._slaves(line), self.note)

    def pulled(self, line: Line) -> list[Fault]:
        """Return the faults that unplug the line, in order of time."""
        names = {line.name, *(instrument.name for instrument in line.instruments)}
        faults = (fault for fault in self.timeline.faults if fault.kind is FaultKind.UNPLUG and fault.target in names)
        return sorted(faults, key=lambda fault: fault.start_s)

    def _slaves(self, line: Line) -> Multidrop:
        slaves = [
            Slave(instrument, self.plant, self.timeline, self.told.setdefault(instrument.name, Told(instrument)))
            for instrument in line.instruments
        ]
        framing = TcpFraming() if line.kind is LineKind.TCP else RtuFraming()
        return Multidrop(framing, slaves, self.timeline, line.baud)


def build_site(scene: Scene, folder: Path, seed: int, faults: tuple[Fault, ...], note: Note) -> Site:
    """Return the scene ready to be put on, with its own faults and those given, counted from now."""
    start_ms = now_ms() // 1000 * 1000 + BETWEEN_SECONDS_MS
    timeline = Timeline(scene.faults + faults, start_ms)
    return Site(scene, PLANTS[scene.plant](seed), folder, timeline, note)


@contextlib.asynccontextmanager
async def plugged_in(site: Site) -> AsyncIterator[None]:
    """Keep the site alive as long as the context lasts.

    Raises:
        PlugError: a port cannot be opened; those already open are closed again.
        ExceptionGroup: what went wrong inside, a cable that could not be put back among it.
    """
    ports = [(line, site.port(line)) for line in site.scene.lines]
    try:
        for _, port in ports:
            await port.plug()
        async with asyncio.TaskGroup() as cables:
            pulling = [cables.create_task(_pull(site, *one), name=f"cables of {one[0].name}") for one in ports]
            yield
            for task in pulling:
                task.cancel()
    finally:
        for _, port in ports:
            await port.unplug()


async def _pull(site: Site, line: Line, port: Port) -> None:
    for fault in site.pulled(line):
        begin_ms, end_ms = site.timeline.span_ms(fault)
        await wait_until(begin_ms)
        await port.unplug()
        await wait_until(end_ms)
        await port.plug()
