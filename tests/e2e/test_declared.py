"""What is declared on the command line counts in the running station, and after it was started again."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from dau.cli.terminal import BEIJING
from dau.core.states import State, declared
from tests.cli.made_station import settings_file
from tests.cli.test_run import samples_of
from tests.e2e.real_site import wait_until

DAU: Final = Path(sys.executable).parent / "dau"
SAID: Final = State.COMM_LOST | declared(State.MAINTENANCE)


@contextmanager
def running(config: Path) -> Iterator[None]:
    """Run the station, which finds no port and stores silence."""
    with (config.parent / "log").open("a") as log:
        station = subprocess.Popen([DAU, "run", str(config)], stdout=log, stderr=log)
        try:
            yield
        finally:
            station.terminate()
            assert station.wait(30) == 0


def dau(*arguments: str) -> None:
    subprocess.run([DAU, "declare", *arguments, "--who", "王工", "--why", "lamp"], check=True, capture_output=True)


def states_of(config: Path, channel: str) -> list[State]:
    return [State(states) for name, states in samples_of(config) if name == channel]


@pytest.mark.e2e
def test_a_declaration_counts_at_once_after_a_start_and_until_its_end(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    with running(config):
        wait_until("silence is stored", lambda: bool(states_of(config, "cod")))
        until = (datetime.now(BEIJING) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S")
        dau("maintenance", str(config), "cod", "--until", until)
        wait_until("maintenance is stored", lambda: states_of(config, "cod")[-1:] == [SAID])
        assert set(states_of(config, "ph")) == {State.COMM_LOST}
    before = len(states_of(config, "cod"))
    with running(config):
        wait_until("more is stored", lambda: len(states_of(config, "cod")) > before)
        assert states_of(config, "cod")[-1:] == [SAID]
        dau("end", str(config), "1")
        wait_until("it has ended", lambda: states_of(config, "cod")[-1:] == [State.COMM_LOST])
