"""The demonstration from beginning to end: start everything, show it, stop in order, judge."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.live import Live

from dau.words import text
from simulator.clock import now_ms
from simulator.demo.board import Board
from simulator.demo.children import Child, Children, until_listening, until_ready
from simulator.demo.deliveries import read_deliveries
from simulator.demo.stage import Stage, StageError, StationRole
from simulator.demo.summary import Times
from simulator.scene import LineKind
from simulator.scene_file import load_scene

READY_S: Final = 20.0
LINE_EVERY_S: Final = 10
MOST_EXTRA_S: Final = 300
"""How long a run may be extended until a whole minute was closed and acknowledged."""

SETTLE_S: Final = 30
"""How long the end waits for receipts that are under way."""

FAULTS: Final = {
    "outfall": (
        "ph:noise=both@15+60",
        "cod:silence@30+12",
        "nh3n:state=maintenance@70+40",
        "flow:crc@125+12",
        "cod:frozen@150+60",
        "ttyOUTFALL:unplug@230+15",
        "flow:over_range@260+30",
    ),
    "stack": (
        "dust:noise=before@15+60",
        "tpf:crc@30+12",
        "cems:state=calibration@70+60",
        "dust:late=1.6@90+15",
        "cems:exception=6@150+12",
        "cems_tcp:unplug@200+15",
        "dust:state=fault@230+40",
    ),
}
"""What goes wrong with ``--faults``, in seconds since the plant began."""


@dataclass(slots=True)
class Play:
    """One running demonstration. ``stop`` is set by Ctrl-C."""

    stage: Stage
    console: Console
    seed: int
    with_faults: bool
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    board: Board = field(default_factory=Board)
    started_ms: dict[str, int] = field(default_factory=dict)
    _readers: list[asyncio.Task[None]] = field(default_factory=list)

    async def perform(self, seconds: float | None) -> dict[str, Times]:
        """Play until the time is over (None: until ``stop``), end the stations and return when they ran.

        Raises:
            StageError: a port is taken.
            ChildFailed: a process ended by itself.
        """
        self._check_ports()
        async with Children(self.stage.folder / "logs") as children:
            await self._start_plants(children)
            await self._start_receivers(children)
            stations = {one.name: await self._start_station(children, one) for one in self.stage.stations}
            watching = [await self._start_status(children, one) for one in self.stage.stations]
            self._readers = [
                asyncio.create_task(self._read(child), name=f"lines of {child.name}") for child in watching
            ]
            try:
                await self._show(children, seconds)
                told_ms = now_ms()
                await children.stop(*stations.values(), expect=0)
            finally:
                await children.stop(*watching)  # which ends the readers: nothing more comes
                await asyncio.gather(*self._readers)
            return {name: Times(self.started_ms[name], told_ms, now_ms()) for name in stations}

    def _check_ports(self) -> None:
        lines = [line for one in self.stage.stations for line in load_scene(one.name).lines]
        addresses = [line.address for line in lines if line.kind is not LineKind.PTY]
        for address in (*addresses, *self.stage.receivers.values()):
            host, _, port = address.rpartition(":")
            with contextlib.closing(socket.socket()) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, int(port)))
                except OSError as problem:
                    raise StageError(text("sim.demo.busy", address=address, problem=problem.strerror)) from problem

    async def _start_plants(self, children: Children) -> None:
        for station in self.stage.stations:
            scene = load_scene(station.name)
            faults = [part for spec in FAULTS[scene.name] for part in ("--fault", spec)] if self.with_faults else []
            command: list[str | Path] = [
                "dau-sim",
                "plant",
                scene.name,
                "--folder",
                station.state,
                "--seed",
                str(self.seed),
            ]
            child = await children.start(
                f"plant-{scene.name}", [*command, "--journal", self.stage.journal(station), *faults]
            )
            for line in scene.lines:
                if line.kind is LineKind.PTY:
                    await until_ready(child, (station.state / line.address).is_symlink, READY_S)
                else:
                    await until_listening(child, line.address, READY_S)

    async def _start_receivers(self, children: Children) -> None:
        for name, address in self.stage.receivers.items():
            command: list[str | Path] = [
                "dau",
                "receive",
                "--listen",
                address,
                "--database",
                self.stage.receiver_file(name),
            ]
            await until_listening(await children.start(f"receiver-{name}", command), address, READY_S)

    async def _start_station(self, children: Children, station: StationRole) -> Child:
        self.started_ms[station.name] = now_ms()
        child = await children.start(f"station-{station.name}", ["dau", "run", station.config])
        await until_ready(child, station.database.exists, READY_S)
        return child

    async def _start_status(self, children: Children, station: StationRole) -> Child:
        return await children.start(
            f"status-{station.name}", ["dau", "status", station.config, "--follow", "--json"], pipe=True
        )

    async def _read(self, child: Child) -> None:
        assert child.process.stdout is not None
        async for line in child.process.stdout:
            self.board.take(line)

    async def _show(self, children: Children, seconds: float | None) -> None:
        begun_ms = now_ms()
        with _screen(self.console, self.board) as draw:
            until = self._played_enough(begun_ms, seconds)
            await self._wait(children, draw, until, begun_ms)
            self.console.print(text("sim.demo.settling"), soft_wrap=True)
            stopped_ms = now_ms()
            self.stop.clear()  # a second Ctrl-C ends the waiting for receipts

            def settled() -> bool:
                return self._is_settled() or now_ms() > stopped_ms + SETTLE_S * 1000

            await self._wait(children, draw, settled, begun_ms)

    async def _wait(
        self, children: Children, draw: Callable[[int], None], is_over: Callable[[], bool], begun_ms: int
    ) -> None:
        while not is_over() and not self.stop.is_set():
            children.check()
            for reader in self._readers:
                if reader.done():
                    reader.result()
            draw((now_ms() - begun_ms) // 1000)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), 1)

    def _played_enough(self, begun_ms: int, seconds: float | None) -> Callable[[], bool]:
        told = False

        def is_over() -> bool:
            nonlocal told
            if seconds is None or now_ms() < begun_ms + seconds * 1000:
                return False
            if self._has_whole_minute() or now_ms() > begun_ms + (seconds + MOST_EXTRA_S) * 1000:
                return True
            if not told:
                self.console.print(text("sim.demo.extended"))
            told = True
            return False

        return is_over

    def _has_whole_minute(self) -> bool:
        return all(
            read_deliveries(station.database, platform.name, self.started_ms[station.name]).whole_minutes > 0
            for station in self.stage.stations
            for platform in station.platforms
        )

    def _is_settled(self) -> bool:
        """Whether no closed record waits and none is about to be closed."""
        grace_s = max(station.grace_s for station in self.stage.stations)
        if not grace_s + 3 < now_ms() / 1000 % 60 < 57:
            return False
        return all(
            read_deliveries(station.database, platform.name, 0).waiting == 0
            for station in self.stage.stations
            for platform in station.platforms
        )


@contextlib.contextmanager
def _screen(console: Console, board: Board) -> Iterator[Callable[[int], None]]:
    """Give a function that shows the board after so many seconds: as live tables, or as a line now and then."""
    if console.is_terminal:
        with Live(console=console, auto_refresh=False, transient=True) as live:
            yield lambda elapsed_s: live.update(board.tables(text("sim.demo.title", seconds=elapsed_s)), refresh=True)
    else:
        yield lambda elapsed_s: _print_line(console, board, elapsed_s)


def _print_line(console: Console, board: Board, elapsed_s: int) -> None:
    if elapsed_s % LINE_EVERY_S == 0:
        console.print(f"{elapsed_s} s: {board.line()}", highlight=False, soft_wrap=True)
