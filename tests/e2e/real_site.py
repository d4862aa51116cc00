"""A real outfall: instruments on a pseudo terminal, the station and two receivers as processes of their own."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dau.database import connect_readonly

CONFIG: Final = Path(__file__).parents[2] / "config" / "outfall" / "station.toml"
BIN: Final = Path(sys.executable).parent
PLATFORMS: Final = {"national": "127.0.0.1:19001", "provincial": "127.0.0.1:19002"}
PATIENCE_S: Final = 30.0


@dataclass(slots=True)
class RealSite:
    """Everything in one folder; each process can be killed and started again."""

    folder: Path
    ports: dict[str, int]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """The settings of the station: the example, with free ports for its platforms."""
        return self.folder / "station.toml"

    @property
    def station_db(self) -> Path:
        """The station's database."""
        return self.folder / "var" / "station.db"

    def receiver_db(self, platform: str) -> Path:
        """A receiver's database."""
        return self.folder / f"{platform}.db"

    def start_plant(self) -> None:
        """Start the instruments and wait for their line."""
        journal = str(self.folder / "journal.csv")
        self._start("plant", "dau-sim", "plant", "outfall", "--folder", str(self.folder / "var"), "--journal", journal)
        wait_until("the line is there", (self.folder / "var" / "ttyOUTFALL").exists)

    def start_receiver(self, platform: str) -> None:
        """Start one receiver and wait until it listens."""
        address = f"127.0.0.1:{self.ports[platform]}"
        self._start(platform, "dau", "receive", "--listen", address, "--database", str(self.receiver_db(platform)))
        wait_until("the receiver listens", lambda: can_connect(self.ports[platform]))

    def start_station(self) -> None:
        """Start the station; it is not waited for."""
        self._start("station", "dau", "run", str(self.config), "--log-json")

    def kill(self, name: str) -> None:
        """SIGKILL."""
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def log_of(self, name: str) -> str:
        """Everything a process has said, over all of its lives."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def query(self, path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask a database of the site."""
        with closing(connect_readonly(path)) as connection:
            return connection.execute(sql, values).fetchall()

    def stop(self) -> None:
        """End every process in order."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(PATIENCE_S)

    def _start(self, name: str, program: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen([str(BIN / program), *arguments], stdout=log, stderr=log)


@contextmanager
def real_site(folder: Path) -> Iterator[RealSite]:
    """Return a site with nothing running yet; whatever runs at the end is stopped."""
    ports = free_ports(*PLATFORMS)
    content = CONFIG.read_text(encoding="utf-8")
    for platform, address in PLATFORMS.items():
        assert address in content
        content = content.replace(address, f"127.0.0.1:{ports[platform]}")
    (folder / "station.toml").write_text(content, encoding="utf-8")
    site = RealSite(folder, ports)
    try:
        yield site
    finally:
        site.stop()


def free_ports(*names: str) -> dict[str, int]:
    """Return a port for each name on which nobody listens now."""
    ports = {}
    with ExitStack() as stack:
        for name in names:
            door = stack.enter_context(socket.socket())
            door.bind(("127.0.0.1", 0))
            ports[name] = door.getsockname()[1]
    return ports


def can_connect(port: int) -> bool:
    """Return whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(what: str, true: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Look again and again until it is so.

    Raises:
        AssertionError: it did not come true in time.
    """
    end_s = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end_s, f"waited {patience_s:g} s in vain until {what}"
        time.sleep(0.1)
