"""The real command under a service manager of three lines: ready, alive, and away when told."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SETTINGS = """
[station]
name = "lonely"
medium = "water"
state = "state"
production = false

[[bus]]
name = "nowhere"
tcp = "127.0.0.1:9"

[[instrument]]
name = "ph"
bus = "nowhere"
slave = 1
framing = "tcp"

[[instrument.point]]
channel = "ph"
table = "holding"
address = 0
type = "f32"

[[channel]]
name = "ph"
factor = "w01001"
unit = ""
digits = 2
"""


@contextmanager
def service_manager(folder: Path) -> Iterator[socket.socket]:
    """Yield a socket as systemd makes it, named in the environment of the service."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(30)
        yield manager


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "station.toml"
    path.write_text(SETTINGS)
    return path


def test_a_station_is_ready_then_alive_then_gone(settings: Path) -> None:
    watched = {"NOTIFY_SOCKET": str(settings.parent / "notify"), "WATCHDOG_USEC": "600000"}
    command = [str(Path(sys.executable).parent / "dau"), "run", str(settings)]
    with (
        service_manager(settings.parent) as manager,
        subprocess.Popen(command, env={**os.environ, **watched}) as station,
    ):
        try:
            assert manager.recv(4096) == b"READY=1"
            assert [manager.recv(4096) for _ in range(3)] == [b"WATCHDOG=1"] * 3
        finally:
            station.send_signal(signal.SIGTERM)
        assert station.wait(30) == 0
