"""A whole station tells a real notify socket that it lives, and stops telling when any part of it hangs."""

import asyncio
import shutil
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from dau import app
from dau.config.load import load_settings
from dau.config.settings import BusTable, PlatformTable
from dau.database import Database
from dau.link import Dial, LinkRefused, Pipe, PortMissing
from dau.runtime.clock import LoopClock
from dau.runtime.health import ALLOWED_S
from tests.virtual_time import run_virtual

CONFIG: Final = Path(__file__).parents[2] / "config" / "outfall" / "station.toml"
START_MS: Final = 1_767_225_600_000
WATCHDOG_S: Final = 30.0


class HangingPipe:
    """A connection that the platform closes at once, and whose closing on our side never comes to an end."""

    @property
    def name(self) -> str:
        return "hanging:9001"

    async def read(self) -> bytes:
        return b""

    async def write(self, data: bytes) -> None:
        return

    async def close(self) -> None:
        await asyncio.Event().wait()


async def no_port() -> Pipe:
    raise PortMissing("opening /dev/ttyUSB0: there is no such port")


async def nobody() -> Pipe:
    raise LinkRefused("connecting to platform: nobody listens")


async def hanging() -> Pipe:
    return HangingPipe()


async def never() -> Pipe:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


def no_bus(_: BusTable) -> Dial:
    return no_port


@dataclass(slots=True)
class Manager:
    """The service manager's end of the notify socket."""

    door: socket.socket
    heard: list[tuple[float, str]] = field(default_factory=list)

    async def listen(self) -> None:
        """Take every word within a second of its being said (virtual time)."""
        while True:
            self.take()
            await asyncio.sleep(1.0)

    def take(self) -> None:
        while True:
            try:
                word = self.door.recv(4096).decode()
            except BlockingIOError:
                return
            self.heard.append((asyncio.get_running_loop().time(), word))

    def pings(self, since_s: float, until_s: float) -> int:
        return len([at_s for at_s, word in self.heard if word == "WATCHDOG=1" and since_s < at_s <= until_s])


@dataclass(slots=True)
class Running:
    """A station that runs, and what a test does to it."""

    database: Database
    manager: Manager
    is_stuck: bool = False
    held: threading.Event = field(default_factory=threading.Event)

    def hold_the_writer(self) -> "asyncio.Task[object]":
        """Let the writing thread hang in a job until ``held`` is set."""
        self.is_stuck = True
        return asyncio.create_task(self.database.write(lambda _: self.held.wait(60.0)))


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "notify"))
        door.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", str(round(WATCHDOG_S * 1e6)))
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        yield Manager(door)


def at_station(
    manager: Manager,
    folder: Path,
    dial_platform: Callable[[PlatformTable], Dial],
    work: Callable[[Running], Coroutine[Any, Any, None]],
) -> None:
    """Run the example station without its instruments, in virtual time, and ``work`` beside it."""
    shutil.copy(CONFIG, folder / "station.toml")
    settings = load_settings(folder / "station.toml")
    running: list[Running] = []

    def made(database: Database) -> None:
        running.append(Running(database, manager))

    async def main() -> None:
        world = app.World(LoopClock(START_MS), no_bus, dial_platform, "OFF")
        station = asyncio.create_task(app.run(settings, world, made))
        listening = asyncio.create_task(manager.listen())
        await asyncio.sleep(0.5)
        try:
            await work(running[0])
        finally:
            station.cancel()
            listening.cancel()
            await asyncio.wait([station, listening])
        assert station.cancelled()

    run_virtual(main(), lambda: any(one.database.busy and not one.is_stuck for one in running))


def test_a_healthy_station_is_ready_once_and_pings_three_times_an_interval(tmp_path: Path, manager: Manager) -> None:
    """Neither a missing port nor a platform that is away is an illness."""

    async def work(running: Running) -> None:
        await asyncio.sleep(600)

    at_station(manager, tmp_path, lambda _: nobody, work)
    assert [word for _, word in manager.heard[:2]] == ["READY=1", "WATCHDOG=1"]
    assert {word for _, word in manager.heard[1:]} == {"WATCHDOG=1"}
    assert manager.pings(0, 600) == 60


@pytest.mark.parametrize("dial", [hanging, never], ids=["closing hangs", "connecting hangs"])
def test_one_task_that_hangs_ends_the_pings(tmp_path: Path, manager: Manager, dial: Dial) -> None:
    async def work(running: Running) -> None:
        await asyncio.sleep(300)

    def dial_platform(table: PlatformTable) -> Dial:
        return dial if table.name == "provincial" else nobody

    with capture_logs() as lines:
        at_station(manager, tmp_path, dial_platform, work)
    assert manager.pings(0, ALLOWED_S) == 3
    assert manager.pings(ALLOWED_S + WATCHDOG_S / 3, 300) == 0
    silent = [line["tasks"] for line in lines if line["event"] == "tasks_are_silent"]
    assert len(silent) > 20
    assert set(map(tuple, silent)) == {("platform provincial",)}


def test_a_writer_that_hangs_ends_the_pings_and_they_come_back_with_it(tmp_path: Path, manager: Manager) -> None:
    async def work(running: Running) -> None:
        await asyncio.sleep(60)
        holding = running.hold_the_writer()
        await asyncio.sleep(300)
        running.is_stuck = False
        running.held.set()
        assert await holding is True
        await asyncio.sleep(60)

    at_station(manager, tmp_path, lambda _: nobody, work)
    assert manager.pings(0, 60) == 6
    assert manager.pings(70, 360) == 0
    assert manager.pings(360, 420) >= 4
